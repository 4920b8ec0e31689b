//! The list of consultations.

use querschnitt_domain::values::{
    ActionArea, ConsultationMode, ConsultationType, Programme, TargetGroup,
};
use querschnitt_domain::{ConsultationId, OrganisationId, RecordKind};
use time::Date;

use super::lists::Source;
use super::page::{Page, Seen, Slice};
use crate::facts::ConsultationRow;
use crate::state::State;

/// Which consultations; what is not set does not narrow.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ConsultationFilter {
    /// The first day.
    pub from: Option<Date>,
    /// The first day after it.
    pub to: Option<Date>,
    /// Beratungsart.
    pub consultation_type: Option<ConsultationType>,
    /// Form.
    pub mode: Option<ConsultationMode>,
    /// Zielgruppe.
    pub target_group: Option<TargetGroup>,
    /// Has this action area.
    pub action_area: Option<ActionArea>,
    /// Programme it was done for.
    pub programme: Option<Programme>,
    /// Advised this organisation, under any of its entries in the register.
    pub organisation: Option<OrganisationId>,
    /// Was in this municipality (AGS, eight digits).
    pub municipality: Option<String>,
}

/// What the list is ordered by.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ConsultationOrder {
    /// By its day.
    #[default]
    OccurredOn,
    /// By when it was recorded.
    Recorded,
}

impl ConsultationFilter {
    /// `same`: every entry of the organisation asked for.
    fn keeps(&self, row: &ConsultationRow, same: Option<&[OrganisationId]>) -> bool {
        self.from.is_none_or(|from| from <= row.occurred_on)
            && self.to.is_none_or(|to| row.occurred_on < to)
            && self
                .consultation_type
                .is_none_or(|of| row.consultation_type == of)
            && self.mode.is_none_or(|mode| row.mode == mode)
            && self
                .target_group
                .is_none_or(|group| row.target_group == group)
            && self
                .action_area
                .is_none_or(|area| row.action_areas.contains(area))
            && self
                .programme
                .is_none_or(|programme| row.programme == Some(programme))
            && self
                .municipality
                .as_deref()
                .is_none_or(|key| row.municipality.as_deref() == Some(key))
            && same.is_none_or(|same| row.organisations.iter().any(|id| same.contains(id)))
    }
}

impl State {
    /// A page of the consultations.
    #[must_use]
    pub fn consultations(
        &self,
        seen: Seen<'_>,
        filter: &ConsultationFilter,
        order: ConsultationOrder,
        slice: &Slice,
    ) -> Page<'_, ConsultationRow> {
        let same = self.entries_of(filter.organisation, seen);
        let source = self.consultation_source(same.as_deref(), seen);
        let keeps = |row: &ConsultationRow| filter.keeps(row, same.as_deref());
        match order {
            ConsultationOrder::OccurredOn => source.page_by_day(
                &self.lists().consultations_by_day,
                (filter.from, filter.to),
                seen,
                slice,
                |row| row.occurred_on,
                keeps,
            ),
            ConsultationOrder::Recorded => source.page_by_recorded(seen, slice, keeps),
        }
    }

    /// How many consultations the filter keeps.
    #[must_use]
    pub fn count_consultations(&self, seen: Seen<'_>, filter: &ConsultationFilter) -> usize {
        if seen.is_whole(RecordKind::Consultation) && *filter == ConsultationFilter::default() {
            return self.lists().consultations_by_day.count(seen.scope.centres);
        }
        let same = self.entries_of(filter.organisation, seen);
        self.consultation_source(same.as_deref(), seen)
            .count_by_day(
                &self.lists().consultations_by_day,
                (filter.from, filter.to),
                seen,
                |row| filter.keeps(row, same.as_deref()),
            )
    }

    /// Every entry of an organisation that exists for the reader, where one is asked for.
    pub(super) fn entries_of(
        &self,
        organisation: Option<OrganisationId>,
        seen: Seen<'_>,
    ) -> Option<Vec<OrganisationId>> {
        let entries = |id| {
            let mut entries = self.facts().same_as(id, seen.position());
            if !seen.scope.kinds.has(RecordKind::Organisation) {
                let single = |id: &OrganisationId| seen.scope.has_single(id.record());
                entries.retain(single);
                // An entry that does not exist for the reader is the same as nothing.
                if !single(&id) {
                    entries.clear();
                }
            }
            entries
        };
        organisation.map(entries)
    }

    fn consultation_source(
        &self,
        same: Option<&[OrganisationId]>,
        seen: Seen<'_>,
    ) -> Source<'_, ConsultationRow> {
        let named = || {
            Some(self.records_naming(
                same?.iter().map(|id| id.record()),
                RecordKind::Consultation,
                ConsultationId,
            ))
        };
        Source::new(
            (self.facts().consultations(), &self.lists().consultations),
            RecordKind::Consultation,
            named,
            seen,
        )
    }
}
