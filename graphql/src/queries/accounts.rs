//! Accounts, requests and orders, and break-glass.

use async_graphql::{Context, Error, ID, InputObject, Object, OutputType};
use querschnitt_domain::{CentreKey, RecordId};
use querschnitt_policy::Cell;
use querschnitt_projections::State;
use querschnitt_projections::views::{AccountFilter as Filter, Direction, Listed, Page, Slice};
use querschnitt_store::berlin_date;

use super::lists::Places;
use crate::access_log::seen;
use crate::input;
use crate::objects::{AccessOrder, Account, AccountKind, GlassBreak, Role, knows_accounts};
use crate::page::{PageArguments, Records, connection};
use crate::services::{coded, reader, reader_of_centre, services, viewer};

/// Which accounts are shown; every field given narrows it.
#[derive(InputObject, Default)]
struct AccountFilter {
    /// Whose.
    kind: Option<AccountKind>,
    /// With this role today, by a grant or a token.
    role: Option<Role>,
    /// Gesperrt or not.
    locked: Option<bool>,
}

/// Queries of accounts.
#[derive(Default)]
pub(crate) struct AccountQueries;

#[Object]
impl AccountQueries {
    /// Konto by its id, as events and reviews name it.
    async fn account(&self, context: &Context<'_>, id: ID) -> Result<Option<Account>, Error> {
        match input::account("id", &id) {
            Ok(account) => Account::find(context, account),
            Err(_) => Ok(None),
        }
    }

    /// Konten of the centre, in the order in which they were registered.
    async fn accounts(
        &self,
        context: &Context<'_>,
        filter: Option<AccountFilter>,
        #[graphql(desc = "1 to 100; one of first and last is required.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "1 to 100; one of first and last is required.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Records<Account>, Error> {
        if !knows_accounts(context)? {
            return Err(not_allowed());
        }
        let centre = viewer(context)?.centre();
        let today = berlin_date(services(context)?.executor.clock().now());
        let filter = filter.unwrap_or_default();
        let filter = Filter {
            kind: filter.kind.map(Into::into),
            locked: filter.locked,
            role: filter.role.map(|role| (role.into(), today)),
        };
        let page = PageArguments {
            first,
            after,
            last,
            before,
        };
        list(
            context,
            Cell::Grants,
            page,
            |state, slice| state.accounts(centre, filter, slice),
            |state| state.count_accounts(centre, filter),
            |row| Account::of(row, centre),
        )
    }

    /// Anliegen and Prüfaufträge of the centre, in the order in which they were opened; also those that
    /// are over.
    async fn orders(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "1 to 100; one of first and last is required.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "1 to 100; one of first and last is required.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Records<AccessOrder>, Error> {
        let centre = reader_of_orders(context)?;
        let page = PageArguments {
            first,
            after,
            last,
            before,
        };
        list(
            context,
            Cell::Exception,
            page,
            |state, slice| state.orders(centre, slice),
            |state| state.count_orders(centre),
            |row| AccessOrder::new(row.clone()),
        )
    }

    /// Notzugriffe of the centre, for the data-protection officer; the first one first.
    async fn glass_breaks(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "1 to 100; one of first and last is required.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "1 to 100; one of first and last is required.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Records<GlassBreak>, Error> {
        let centre = reader(context, Cell::AccessLog)?.centre();
        let page = PageArguments {
            first,
            after,
            last,
            before,
        };
        list(
            context,
            Cell::Exception,
            page,
            |state, slice| state.glasses(centre, slice),
            |state| state.count_glasses(centre),
            |row| GlassBreak::new(row.clone()),
        )
    }
}

fn reader_of_orders(context: &Context<'_>) -> Result<CentreKey, Error> {
    reader_of_centre(context, Cell::Exception).map(|viewer| viewer.centre())
}

fn not_allowed() -> Error {
    coded(
        "NOT_ALLOWED",
        "Das dürfen Sie mit Ihrer Anmeldung nicht lesen.",
    )
}

/// A page of a short list, in the order of the log.
fn list<R: Listed, T: OutputType>(
    context: &Context<'_>,
    cell: Cell,
    page: PageArguments,
    rows: impl for<'a> Fn(&'a State, &Slice) -> Page<'a, R>,
    count: impl Fn(&State) -> usize,
    object: impl Fn(&R) -> T,
) -> Result<Records<T>, Error>
where
    R::Id: Into<RecordId>,
{
    let walk = page.walk()?;
    let services = services(context)?;
    let places = Places::new(&services.tokens, format!("{} ", context.field().name()));
    let after = match &walk.from {
        Some(token) => Some(places.open(token).ok_or_else(|| walk.foreign_cursor())?),
        None => None,
    };
    let slice = Slice {
        direction: if walk.backward {
            Direction::Descending
        } else {
            Direction::Ascending
        },
        after,
        first: walk.count,
    };
    let state = services.runner.read();
    let page = rows(&state, &slice);
    let look_ahead = context.look_ahead();
    if look_ahead.field("edges").exists() || look_ahead.field("nodes").exists() {
        for (_, row) in &page.rows {
            seen(context, row.id().into(), cell);
        }
    }
    let found = page
        .rows
        .iter()
        .map(|(cursor, row)| (places.seal(cursor), object(row)))
        .collect();
    let total = count(&state);
    Ok(connection(&walk, found, page.has_more, total))
}
