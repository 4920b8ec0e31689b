//! The lists of records: filtered, sorted, page by page. Each list is a file that says what its
//! filter and its order are; the query itself is made from that by `list!`.

/// Makes the query of a list. It takes the names clients see and, of the views, where the rows come
/// from and how many there are; `rows` and `count` are methods of [`State`]. `search` is the class of
/// the texts that the filter's `search` looks into, where that is another than the list's; `staff` the field
/// of the filter that names an account.
macro_rules! list {
    (
        $(#[$doc:meta])*
        $list:ident { $field:ident: [$object:ident] }
        filter: $filter:ident,
        order: $order:ident,
        direction: $direction:ident ($direction_doc:tt),
        cell: $cell:ident,
        $(search: $search:ident,)?
        $(staff: $staff:ident,)?
        rows: $rows:path,
        count: $count:path,
    ) => {
        /// The list.
        #[derive(Default)]
        pub(super) struct $list;

        #[async_graphql::Object]
        impl $list {
            $(#[$doc])*
            #[expect(
                clippy::too_many_arguments,
                reason = "they are the arguments of the GraphQL field"
            )]
            async fn $field(
                &self,
                context: &async_graphql::Context<'_>,
                filter: Option<$filter>,
                #[graphql(desc = "What it is sorted by.")] order: Option<$order>,
                #[graphql(desc = $direction_doc)] direction: Option<super::SortDirection>,
                #[graphql(desc = "As the book knew it then.")] as_of: Option<super::AsOf>,
                #[graphql(desc = "Wait for this position first.")] at_least: Option<super::Position>,
                #[graphql(desc = "1 to 100; one of first and last is required.")] first: Option<i32>,
                #[graphql(desc = "Behind this cursor.")] after: Option<String>,
                #[graphql(desc = "1 to 100; one of first and last is required.")] last: Option<i32>,
                #[graphql(desc = "Before this cursor.")] before: Option<String>,
            ) -> Result<super::Records<$object>, async_graphql::Error> {
                let filter = filter.unwrap_or_default();
                let texts = None$(.or(filter.search.is_some().then_some(super::Cell::$search)))?;
                let names_staff = false$(|| filter.$staff.is_some())?;
                let asked = super::Asked {
                    cell: super::Cell::$cell,
                    texts,
                    names_staff,
                    page: super::PageArguments { first, after, last, before },
                    direction: direction.unwrap_or(super::SortDirection::$direction),
                    order: order.map(Into::into).unwrap_or_default(),
                    filter: filter.view()?,
                    as_of,
                    at_least,
                };
                super::page(context, asked, $rows, $count, |row, at| $object {
                    row: row.clone(),
                    at,
                })
                .await
            }
        }
    };
}

mod agreements;
mod consultations;
mod filters;
mod meetings;
mod networks;
mod organisations;
mod reviews;

use std::fmt::Debug;

use async_graphql::{Context, Enum, Error, MergedObject, OutputType};
use querschnitt_domain::RecordId;
use querschnitt_projections::State;
use querschnitt_projections::views::{Cursor, Direction, Listed, Page, Seen, Slice};

use super::point;
use crate::access_log;
use crate::page::{PageArguments, Records, connection};
use crate::scalars::{AsOf, Position};
use crate::services::{reach, reach_of_texts, reader, reader_of_staff, services};
use crate::token::{TokenKind, Tokens};
use querschnitt_policy::Cell;

/// Queries of lists.
#[derive(MergedObject, Default)]
pub(crate) struct ListQueries(
    organisations::OrganisationList,
    consultations::ConsultationList,
    networks::NetworkList,
    meetings::MeetingList,
    agreements::AgreementList,
    reviews::ProjectReviewList,
);

/// Which way a list is sorted.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum SortDirection {
    /// Small to large, early to late.
    #[default]
    Ascending,
    /// Large to small, late to early.
    Descending,
}

/// Which page of which state of a list is asked for.
struct Asked<F, O> {
    cell: Cell,
    /// The texts that are searched, where that is another cell.
    texts: Option<Cell>,
    /// Whether the filter names an account: only those who are told of accounts may ask so.
    names_staff: bool,
    page: PageArguments,
    direction: SortDirection,
    order: O,
    filter: F,
    as_of: Option<AsOf>,
    at_least: Option<Position>,
}

/// Reads a page. `rows` gives the slice of the list, `count` the length of the whole list, and
/// `object` makes what clients see of a row as it stood at a position.
async fn page<F, O: Copy + Debug, R, T: OutputType>(
    context: &Context<'_>,
    asked: Asked<F, O>,
    rows: impl for<'a> Fn(&'a State, Seen<'_>, &F, O, &Slice) -> Page<'a, R>,
    count: impl Fn(&State, Seen<'_>, &F) -> usize,
    object: impl Fn(&R, u64) -> T,
) -> Result<Records<T>, Error>
where
    R: Listed,
    R::Id: Into<RecordId>,
{
    reader(context, asked.cell)?;
    if let Some(cell) = asked.texts {
        reader(context, cell)?;
    }
    if asked.names_staff {
        reader_of_staff(context, asked.cell)?;
    }
    let walk = asked.page.walk()?;
    let services = services(context)?;
    let list = format!(
        "{} {:?} {:?} ",
        context.field().name(),
        asked.order,
        asked.direction
    );
    let places = Places::new(&services.tokens, list);
    let after = match &walk.from {
        Some(token) => Some(places.open(token).ok_or_else(|| walk.foreign_cursor())?),
        None => None,
    };
    let at = point(context, asked.as_of.as_ref(), asked.at_least.as_ref()).await?;
    let ascending = (asked.direction == SortDirection::Ascending) != walk.backward;
    let slice = Slice {
        direction: if ascending {
            Direction::Ascending
        } else {
            Direction::Descending
        },
        after,
        first: walk.count,
    };
    let wants_total = context.look_ahead().field("totalCount").exists();
    let look_ahead = context.look_ahead();
    let shows_records = look_ahead.field("edges").exists() || look_ahead.field("nodes").exists();
    let state = services.runner.read();
    let reach = match asked.texts {
        // Who may not read a text does not learn by searching which words it has.
        Some(_) => reach_of_texts(context, &state)?,
        None => reach(context, &state)?,
    };
    let seen = reach.seen(at);
    let page = rows(&state, seen, &asked.filter, asked.order, &slice);
    if let Some(cell) = asked.texts {
        access_log::searched(context, cell);
    }
    if shows_records {
        for (_, row) in &page.rows {
            access_log::seen(context, row.id().into(), asked.cell);
            // Who finds it knows that its text has these words.
            if let Some(cell) = asked.texts {
                access_log::seen(context, row.id().into(), cell);
            }
        }
    }
    let found = page
        .rows
        .iter()
        .map(|(cursor, row)| (places.seal(cursor), object(row, at)))
        .collect();
    let total = match wants_total {
        true => count(&state, seen, &asked.filter),
        false => 0,
    };
    Ok(connection(&walk, found, page.has_more, total))
}

/// The cursors of one list in one order. In another list or another order they would be places too,
/// but not the ones the client means.
pub(super) struct Places<'a> {
    tokens: &'a Tokens,
    list: String,
}

impl<'a> Places<'a> {
    /// `list` names the list and its order.
    pub(super) const fn new(tokens: &'a Tokens, list: String) -> Self {
        Self { tokens, list }
    }

    pub(super) fn seal(&self, cursor: &Cursor) -> String {
        let bytes = [self.list.as_bytes(), &cursor.to_bytes()].concat();
        self.tokens.seal(TokenKind::Cursor, &bytes)
    }

    pub(super) fn open(&self, token: &str) -> Option<Cursor> {
        let bytes = self.tokens.open(TokenKind::Cursor, token).ok()?;
        Cursor::from_bytes(bytes.strip_prefix(self.list.as_bytes())?)
    }
}
