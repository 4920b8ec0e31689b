//! The lists of accounts, of requests and orders, and of break-glass. They are short, so they are put in
//! order when they are asked for.

use querschnitt_domain::account::AccountKind;
use querschnitt_domain::{CentreKey, Role};
use time::{Date, Duration, OffsetDateTime};

use super::page::{Page, Slice, SortKey};
use crate::facts::{AccountRow, GlassRow, OrderRow};
use crate::state::State;

/// How long break-glass is shown to the data-protection officer unasked.
const SHOWN: Duration = Duration::days(30);

/// Which accounts; what is not set does not narrow.
#[derive(Clone, Copy, Debug, Default)]
pub struct AccountFilter {
    /// Whose.
    pub kind: Option<AccountKind>,
    /// Whether they are locked.
    pub locked: Option<bool>,
    /// With this role in the centre on this day, as a person's or a token's.
    pub role: Option<(Role, Date)>,
}

impl State {
    fn accounts_of(
        &self,
        centre: CentreKey,
        filter: AccountFilter,
    ) -> impl Iterator<Item = &AccountRow> {
        let access = self.facts().access();
        let has = move |row: &AccountRow, (role, on): (Role, Date)| {
            let granted = access.grants_ever(row.id).any(|grant| {
                grant.centre == centre && grant.right.role == role && grant.holds_on(on)
            });
            granted
                || access.tokens_ever(row.id).any(|token| {
                    token.centre == centre
                        && token.right.role == role
                        && token.known.is_current()
                        && on < querschnitt_domain::berlin::day(token.expires_at)
                })
        };
        access
            .accounts()
            .all()
            .filter(move |row| access.is_of(row, centre))
            .filter(move |row| filter.kind.is_none_or(|kind| row.kind == kind))
            .filter(move |row| filter.locked.is_none_or(|locked| row.locked == locked))
            .filter(move |row| filter.role.is_none_or(|role| has(row, role)))
    }

    /// A page of the accounts of a centre, in the order in which they were registered.
    #[must_use]
    pub fn accounts(
        &self,
        centre: CentreKey,
        filter: AccountFilter,
        slice: &Slice,
    ) -> Page<'_, AccountRow> {
        Page::of_unordered(
            self.accounts_of(centre, filter),
            |_| SortKey::Recorded,
            slice,
        )
    }

    /// How many accounts those are.
    #[must_use]
    pub fn count_accounts(&self, centre: CentreKey, filter: AccountFilter) -> usize {
        self.accounts_of(centre, filter).count()
    }

    fn orders_of(&self, centre: CentreKey) -> impl Iterator<Item = &OrderRow> {
        let orders = self.facts().access().all_orders();
        orders
            .history()
            .iter()
            .filter(move |row| row.centre == centre)
    }

    /// A page of the requests and orders of a centre, also of those that are over.
    #[must_use]
    pub fn orders(&self, centre: CentreKey, slice: &Slice) -> Page<'_, OrderRow> {
        Page::of_unordered(self.orders_of(centre), |_| SortKey::Recorded, slice)
    }

    /// How many those are.
    #[must_use]
    pub fn count_orders(&self, centre: CentreKey) -> usize {
        self.orders_of(centre).count()
    }

    fn glasses_of(&self, centre: CentreKey) -> impl Iterator<Item = &GlassRow> {
        let glasses = self.facts().access().glasses();
        glasses
            .history()
            .iter()
            .filter(move |row| row.centre == centre)
    }

    /// The uses of break-glass in a centre that its data-protection officer is shown unasked, the newest
    /// first.
    pub fn glasses_to_show(
        &self,
        centre: CentreKey,
        now: OffsetDateTime,
    ) -> impl Iterator<Item = &GlassRow> {
        let since = now.saturating_sub(SHOWN);
        let glasses = self.facts().access().glasses();
        let newest_first = glasses.history().iter().rev();
        newest_first
            .take_while(move |row| row.recorded_at > since)
            .filter(move |row| row.centre == centre)
    }

    /// A page of the uses of break-glass in a centre, also of those that are over.
    #[must_use]
    pub fn glasses(&self, centre: CentreKey, slice: &Slice) -> Page<'_, GlassRow> {
        Page::of_unordered(self.glasses_of(centre), |_| SortKey::Recorded, slice)
    }

    /// How many those are.
    #[must_use]
    pub fn count_glasses(&self, centre: CentreKey) -> usize {
        self.glasses_of(centre).count()
    }
}
