//! The list of agreements: what is open, what is due, what is overdue on a day.

use querschnitt_domain::{AgreementId, NetworkId, OrganisationId, RecordId, RecordKind};
use time::Date;

use super::lists::Source;
use super::page::{Page, Seen, Slice, SortKey};
use crate::facts::{AgreementRow, AgreementState};
use crate::state::State;

/// Which agreements; what is not set does not narrow.
#[derive(Clone, Debug, Default)]
pub struct AgreementFilter {
    /// Made in this body.
    pub network: Option<NetworkId>,
    /// To be done by this organisation, under any of its entries in the register.
    pub responsible: Option<OrganisationId>,
    /// How it stands.
    pub state: Option<AgreementState>,
    /// Due before this day.
    pub due_before: Option<Date>,
    /// Still open, and its due date lies before this day.
    pub overdue_on: Option<Date>,
}

/// What the list is ordered by.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum AgreementOrder {
    /// By its due date; without one it comes last.
    #[default]
    DueOn,
    /// By the day it was made.
    MadeOn,
    /// By when it was recorded.
    Recorded,
}

impl AgreementFilter {
    /// `same`: every entry of the organisation asked for.
    fn keeps(&self, row: &AgreementRow, same: Option<&[OrganisationId]>) -> bool {
        self.network.is_none_or(|id| row.network == id)
            && self.state.is_none_or(|state| row.state == state)
            && self
                .due_before
                .is_none_or(|day| row.due_on.is_some_and(|due| due < day))
            && self.overdue_on.is_none_or(|day| row.overdue_on(day))
            && same.is_none_or(|same| row.responsible.is_some_and(|id| same.contains(&id)))
    }
}

impl State {
    /// A page of the agreements.
    #[must_use]
    pub fn agreements(
        &self,
        seen: Seen<'_>,
        filter: &AgreementFilter,
        order: AgreementOrder,
        slice: &Slice,
    ) -> Page<'_, AgreementRow> {
        let same = self.entries_of(filter.responsible, seen);
        let source = self.agreement_source(filter, same.as_deref(), seen);
        let keeps = |row: &AgreementRow| filter.keeps(row, same.as_deref());
        let day: fn(&AgreementRow) -> Date = match order {
            AgreementOrder::DueOn => |row| row.due_on.unwrap_or(Date::MAX),
            AgreementOrder::MadeOn => |row| row.made_on,
            AgreementOrder::Recorded => return source.page_by_recorded(seen, slice, keeps),
        };
        Page::of_unordered(
            source.rows(seen).filter(|row| keeps(row)),
            |row| SortKey::Day(day(row)),
            slice,
        )
    }

    /// How many agreements the filter keeps.
    #[must_use]
    pub fn count_agreements(&self, seen: Seen<'_>, filter: &AgreementFilter) -> usize {
        let same = self.entries_of(filter.responsible, seen);
        self.agreement_source(filter, same.as_deref(), seen)
            .rows(seen)
            .filter(|row| filter.keeps(row, same.as_deref()))
            .count()
    }

    fn agreement_source(
        &self,
        filter: &AgreementFilter,
        same: Option<&[OrganisationId]>,
        seen: Seen<'_>,
    ) -> Source<'_, AgreementRow> {
        let named: Option<Vec<RecordId>> = match (filter.network, same) {
            (Some(network), _) => Some(vec![network.record()]),
            (None, Some(same)) => Some(same.iter().map(|id| id.record()).collect()),
            (None, None) => None,
        };
        Source::new(
            (self.facts().agreements(), &self.lists().agreements),
            RecordKind::Agreement,
            || named.map(|named| self.records_naming(named, RecordKind::Agreement, AgreementId)),
            seen,
        )
    }
}
