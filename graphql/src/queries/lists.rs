//! The lists of records: filtered, sorted, page by page. Reading needs nothing else of each list
//! than its filter and its order.

mod agreements;
mod consultations;
mod filters;
mod meetings;
mod networks;
mod organisations;

use async_graphql::{Context, Enum, Error, MergedObject, OutputType};
use querschnitt_projections::State;
use querschnitt_projections::views::{Cursor, Direction, Page, Seen, Slice};

use super::point;
use crate::objects::NOW;
use crate::page::{PageArguments, Records, connection};
use crate::scalars::{AsOf, Position};
use crate::services::{coded, reader, services};
use crate::token::TokenKind;
use crate::viewer::Readable;

/// Queries of lists.
#[derive(MergedObject, Default)]
pub(crate) struct ListQueries(
    organisations::OrganisationList,
    consultations::ConsultationList,
    networks::NetworkList,
    meetings::MeetingList,
    agreements::AgreementList,
);

/// Which way a list is sorted.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum SortDirection {
    /// Small to large, early to late.
    #[default]
    Ascending,
    /// Large to small, late to early.
    Descending,
}

/// Which page of which state of a list is asked for.
struct Asked {
    class: Readable,
    page: PageArguments,
    direction: SortDirection,
    as_of: Option<AsOf>,
    at_least: Option<Position>,
}

/// Reads a page. `rows` gives the slice of the list, `count` the length of the whole list, and
/// `object` makes what clients see of a row as it stood at a position.
async fn page<R, T: OutputType>(
    context: &Context<'_>,
    asked: Asked,
    rows: impl for<'a> Fn(&'a State, Seen, &Slice) -> Page<'a, R>,
    count: impl Fn(&State, Seen) -> usize,
    object: impl Fn(&R, u64) -> T,
) -> Result<Records<T>, Error> {
    let viewer = reader(context, asked.class)?;
    let walk = asked.page.walk()?;
    let services = services(context)?;
    let after = walk
        .from
        .as_deref()
        .map(|token| {
            services
                .tokens
                .open(TokenKind::Cursor, token)
                .ok()
                .and_then(|bytes| Cursor::from_bytes(&bytes))
                .ok_or_else(|| coded("BAD_PAGE", "Diese Angabe gehört nicht zu dieser Liste."))
        })
        .transpose()?;
    let at = point(context, asked.as_of.as_ref(), asked.at_least.as_ref()).await?;
    let seen = Seen {
        scope: viewer.centres(),
        as_of: (at != NOW).then_some(at),
    };
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
    let state = services.runner.read();
    let page = rows(&state, seen, &slice);
    let found = page
        .rows
        .iter()
        .map(|(cursor, row)| {
            (
                services.tokens.seal(TokenKind::Cursor, &cursor.to_bytes()),
                object(row, at),
            )
        })
        .collect();
    let total = if wants_total { count(&state, seen) } else { 0 };
    Ok(connection(&walk, found, page.has_more, total))
}
