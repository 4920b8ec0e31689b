//! Everything with one organisation, under all its entries in the register.

use querschnitt_domain::{
    AgreementId, ConsultationId, MeetingId, NetworkId, OrganisationId, RecordId, RecordKind,
};
use uuid::Uuid;

use super::page::Seen;
use crate::facts::{AgreementRow, ConsultationRow, MeetingRow, MembershipRow};
use crate::state::State;

/// What the centres seen did with one organisation; each list with the newest first.
#[derive(Debug)]
pub struct Cooperation<'a> {
    /// Its entries, the one that stands for them first.
    pub entries: Vec<OrganisationId>,
    /// Consultations that advised it or are linked to it.
    pub consultations: Vec<&'a ConsultationRow>,
    /// Its memberships, also those that have ended.
    pub memberships: Vec<&'a MembershipRow>,
    /// Meetings it came to.
    pub meetings: Vec<&'a MeetingRow>,
    /// Agreements it is responsible for.
    pub agreements: Vec<&'a AgreementRow>,
}

impl State {
    /// Everything with one organisation; `None` when the reader may not see it or it is not there.
    #[must_use]
    pub fn cooperation(
        &self,
        seen: Seen<'_>,
        organisation: OrganisationId,
    ) -> Option<Cooperation<'_>> {
        seen.row(self.facts().organisations(), organisation)?;
        let entries = self.entries_of(Some(organisation), seen)?;
        Some(Cooperation {
            consultations: self.consultations_with(seen, &entries),
            memberships: self.memberships_of(seen, &entries),
            meetings: self.meetings_with(seen, &entries),
            agreements: self.agreements_of(seen, &entries),
            entries,
        })
    }

    /// The records of one kind whose events name one of these, each once; `id` is the type of
    /// their ids.
    pub(super) fn records_naming<I: Ord>(
        &self,
        named: impl IntoIterator<Item = RecordId>,
        kind: RecordKind,
        id: fn(Uuid) -> I,
    ) -> Vec<I> {
        let mut ids: Vec<I> = named
            .into_iter()
            .flat_map(|record| self.timeline().naming(record, kind))
            .map(|record| id(record.id))
            .collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// The records of one kind that may have to do with these: those that exist one by one for the reader, or
    /// else those that name one of them.
    fn candidates<I: Ord>(
        &self,
        seen: Seen<'_>,
        entries: &[OrganisationId],
        kind: RecordKind,
        id: fn(Uuid) -> I,
    ) -> Vec<I> {
        match seen.scope.singles(kind) {
            Some(singles) => singles.map(|record| id(record.id)).collect(),
            None => self.records_naming(entries.iter().map(|id| id.record()), kind, id),
        }
    }

    fn consultations_with(
        &self,
        seen: Seen<'_>,
        entries: &[OrganisationId],
    ) -> Vec<&ConsultationRow> {
        let mut rows: Vec<_> = self
            .candidates(seen, entries, RecordKind::Consultation, ConsultationId)
            .into_iter()
            .filter_map(|id| seen.row(self.facts().consultations(), id))
            .filter(|row| {
                entries
                    .iter()
                    .any(|id| row.organisations.contains(id) || row.links().contains(&id.record()))
            })
            .collect();
        rows.sort_by_key(|row| std::cmp::Reverse((row.occurred_on, row.recorded)));
        rows
    }

    fn memberships_of(&self, seen: Seen<'_>, entries: &[OrganisationId]) -> Vec<&MembershipRow> {
        let mut rows: Vec<_> = self
            .candidates(seen, entries, RecordKind::Network, NetworkId)
            .into_iter()
            .flat_map(|id| self.facts().memberships().of_at(id, seen.position()))
            .filter(|row| {
                seen.scope.contains(row.centre, row.network.record())
                    && entries.contains(&row.organisation)
            })
            .collect();
        rows.sort_by_key(|row| std::cmp::Reverse((row.joined_on, row.known.from())));
        rows
    }

    fn meetings_with(&self, seen: Seen<'_>, entries: &[OrganisationId]) -> Vec<&MeetingRow> {
        let mut rows: Vec<_> = self
            .candidates(seen, entries, RecordKind::Meeting, MeetingId)
            .into_iter()
            .filter_map(|id| seen.row(self.facts().meetings(), id))
            .filter(|row| {
                row.attendances
                    .iter()
                    .any(|attendance| entries.contains(&attendance.organisation))
            })
            .collect();
        rows.sort_by_key(|row| std::cmp::Reverse((row.date, row.recorded)));
        rows
    }

    fn agreements_of(&self, seen: Seen<'_>, entries: &[OrganisationId]) -> Vec<&AgreementRow> {
        let mut rows: Vec<_> = self
            .candidates(seen, entries, RecordKind::Agreement, AgreementId)
            .into_iter()
            .filter_map(|id| seen.row(self.facts().agreements(), id))
            .filter(|row| row.responsible.is_some_and(|id| entries.contains(&id)))
            .collect();
        rows.sort_by_key(|row| std::cmp::Reverse((row.made_on, row.recorded)));
        rows
    }
}
