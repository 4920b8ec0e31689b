//! Who has seen a record: for the data-protection officer of the centre. Reading the access log is itself
//! recorded there.
//!
//! Nothing here filters, sorts or counts by employee: the log is not for judging how anybody works. Only with
//! an open request of a person the officer may ask what one account has read.

use async_graphql::connection::{Connection, Edge, EmptyFields};
use async_graphql::{Context, Error, ID, Object, SimpleObject};
use querschnitt_domain::access::AccessEvent;
use querschnitt_domain::exception::OrderKind;
use querschnitt_domain::{ActorId, EventData, OrderId, RecordId, Recorded};
use querschnitt_policy::Cell;
use querschnitt_store::{AccessAsked, AccessReadError};
use uuid::Uuid;

use crate::access_log::seen;
use crate::http::Deadline;
use crate::objects::{AccessEntry, AccessLogGap};
use crate::rights::texts;
use crate::scalars::DateTime;
use crate::services::{Services, coded, coded_field, internal, reader, services};
use crate::token::{TokenKind, record_of};
use crate::viewer::Viewer;

/// What a page of the access log says beside its entries.
#[derive(SimpleObject)]
pub(crate) struct Gaps {
    /// Where entries may be missing in what was looked through.
    gaps: Vec<AccessLogGap>,
}

/// A page of the access log.
pub(crate) type AccessEntries = Connection<String, AccessEntry, Gaps, EmptyFields>;

/// The queries of the access log.
#[derive(Default)]
pub(crate) struct AccessLogQueries;

#[Object]
impl AccessLogQueries {
    /// Zugriffsprotokoll: who has seen this record, the newest first. For the data-protection officer of
    /// the centre; that it was asked for is recorded too.
    async fn access_log(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The record.")] record: ID,
        #[graphql(desc = "Recorded at this instant or later.")] from: Option<DateTime>,
        #[graphql(desc = "Recorded before this instant.")] until: Option<DateTime>,
        #[graphql(desc = "1 to 100.")] first: i32,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<AccessEntries, Error> {
        let viewer = reader(context, Cell::AccessLog)?;
        let Some(record) = record_of(record.as_str()) else {
            return Ok(connection(Vec::new(), false, Vec::new()));
        };
        seen(context, record, Cell::AccessLog);
        let asked = Asked {
            record: Some(record),
            from,
            until,
            first,
            after,
        };
        let keep = move |entry: &Recorded| entry.event.centre == viewer.centre();
        page(context, asked, &keep).await
    }

    /// What one account has been shown, the newest first: for the data-protection officer while a request of
    /// a person is open in the centre, and only of what that request is about. That it was asked for is
    /// recorded with the account and the request.
    #[expect(
        clippy::too_many_arguments,
        reason = "they are the arguments of the GraphQL field"
    )]
    async fn access_log_of_account(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The account.")] account: ID,
        #[graphql(desc = "The open request of a person that this answers.")] order: ID,
        #[graphql(desc = "Recorded at this instant or later.")] from: Option<DateTime>,
        #[graphql(desc = "Recorded before this instant.")] until: Option<DateTime>,
        #[graphql(desc = "1 to 100.")] first: i32,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
    ) -> Result<AccessEntries, Error> {
        let viewer = reader(context, Cell::AccessLog)?;
        let about = open_request(services(context)?, &viewer, &order)?;
        let account = Uuid::try_parse(account.as_str())
            .map(ActorId)
            .map_err(|_| {
                coded_field(
                    "BAD_INPUT",
                    "account",
                    "Die Angabe „account“ ist keine Kennung eines Kontos (UUID).",
                )
            })?;
        seen(context, account.record(), Cell::AccessLog);
        seen(context, about.order, Cell::AccessLog);
        let asked = Asked {
            record: None,
            from,
            until,
            first,
            after,
        };
        let keep = move |entry: &Recorded| {
            entry.actor == account && entry.event.centre == viewer.centre() && about.has(entry)
        };
        page(context, asked, &keep).await
    }
}

/// What an open request is about.
struct About {
    order: RecordId,
    /// Never none.
    records: std::sync::Arc<[RecordId]>,
}

impl About {
    fn has(&self, entry: &Recorded) -> bool {
        let EventData::Access(AccessEvent::Read(read)) = &entry.event.data else {
            return false;
        };
        if read.records.is_empty() {
            // A search looked into all texts of its classes.
            let searched = |cell: Cell| read.cells.iter().any(|of| of.index() == cell as u16);
            return self
                .records
                .iter()
                .any(|record| searched(texts(record.kind)));
        }
        let shown = |record| self.records.binary_search(record).is_ok();
        read.records.iter().any(shown)
    }
}

fn open_request(services: &Services, viewer: &Viewer, order: &ID) -> Result<About, Error> {
    let wanted = record_of(order.as_str()).and_then(|record| OrderId::try_from(record).ok());
    let state = services.runner.read();
    let access = state.facts().access();
    let now = services.executor.clock().now();
    let mut open = access.orders_of(viewer.centre(), OrderKind::PersonRequest, now);
    let found = open.find(|row| Some(row.id) == wanted).ok_or_else(|| {
        coded_field(
            "NOT_ALLOWED",
            "order",
            "Was ein einzelnes Konto gelesen hat, wird nur zu einem offenen Auskunftsersuchen gezeigt, das in Ihrem Zentrum eröffnet ist; prüfen Sie die Kennung in „order“.",
        )
    })?;
    Ok(About {
        order: found.id.record(),
        records: found.records.clone(),
    })
}

struct Asked {
    record: Option<RecordId>,
    from: Option<DateTime>,
    until: Option<DateTime>,
    first: i32,
    after: Option<String>,
}

async fn page(
    context: &Context<'_>,
    asked: Asked,
    keep: &(dyn Fn(&Recorded) -> bool + Send + Sync),
) -> Result<AccessEntries, Error> {
    let services = services(context)?;
    let limit = usize::try_from(asked.first)
        .ok()
        .filter(|first| (1..=100).contains(first))
        .ok_or_else(|| {
            coded_field(
                "BAD_PAGE",
                "first",
                "„first“ muss zwischen 1 und 100 liegen.",
            )
        })?;
    let list = format!("{} ", context.field().name());
    let before = match &asked.after {
        Some(token) => Some(opened(services, &list, token).ok_or_else(foreign_cursor)?),
        None => None,
    };
    let Some(log) = services.access.log() else {
        return Ok(connection(Vec::new(), false, Vec::new()));
    };
    let asked = AccessAsked {
        record: asked.record,
        from: asked.from.map(|from| from.0),
        until: asked.until.map(|until| until.0),
        before,
        limit,
        give_up: Deadline::of(context),
    };
    let page = log
        .entries(&asked, keep)
        .await
        .map_err(|error| match error {
            AccessReadError::TimeUp => Deadline::error(),
            AccessReadError::Log(error) => internal(&error),
        })?;
    let entries = page
        .entries
        .into_iter()
        .filter_map(|(place, recorded)| {
            let text = [list.as_bytes(), place.to_string().as_bytes()].concat();
            let cursor = services.tokens.seal(TokenKind::Cursor, &text);
            Some((cursor, AccessEntry::of(recorded)?))
        })
        .collect();
    Ok(connection(entries, page.more, page.gaps))
}

fn opened(services: &Services, list: &str, token: &str) -> Option<querschnitt_store::AccessPlace> {
    let bytes = services.tokens.open(TokenKind::Cursor, token).ok()?;
    let place = bytes.strip_prefix(list.as_bytes())?;
    str::from_utf8(place).ok()?.parse().ok()
}

fn foreign_cursor() -> Error {
    coded(
        "BAD_PAGE",
        "Die Angabe „after“ gehört zu einer anderen Liste. Bitte die Liste von vorn laden, ohne „after“.",
    )
}

fn connection(
    entries: Vec<(String, AccessEntry)>,
    more: bool,
    gaps: Vec<querschnitt_store::AccessGap>,
) -> AccessEntries {
    let gaps = Gaps {
        gaps: gaps.into_iter().map(Into::into).collect(),
    };
    let mut connection = Connection::with_additional_fields(false, more, gaps);
    let edges = entries
        .into_iter()
        .map(|(cursor, entry)| Edge::new(cursor, entry));
    connection.edges.extend(edges);
    connection
}
