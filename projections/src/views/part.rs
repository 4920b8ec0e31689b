//! What an organisation takes part in, and what lies before a body: the records that exist for a reader who
//! stands outside the centre.

use querschnitt_domain::network::is_steering_group;
use querschnitt_domain::{
    AgreementId, CentreKey, MeetingId, NetworkId, OrganisationId, RecordId, RecordKind, ReviewId,
};
use time::Date;

use super::scope::RecordSet;
use crate::dimension::CentreSet;
use crate::facts::{AgreementRow, MeetingRow, ReviewRow};
use crate::state::State;

/// The kinds that decide about it.
const KINDS: [RecordKind; 5] = [
    RecordKind::Organisation,
    RecordKind::Network,
    RecordKind::Meeting,
    RecordKind::Agreement,
    RecordKind::Review,
];

impl State {
    /// The last position at which [`State::taking_part`] or [`State::before_body`] may have changed for
    /// somebody of this centre, the day apart.
    #[must_use]
    pub fn parts_changed(&self, centre: CentreKey) -> u64 {
        let centres: CentreSet = std::iter::once(centre).collect();
        let changes = self.facts().changes();
        let last = KINDS.into_iter().map(|kind| changes.last(kind, centres));
        last.max().unwrap_or_default()
    }

    /// What an organisation takes part in on a day, under any of its entries in the register: the bodies it
    /// is a member of with their meetings and agreements, the reviews in work that its advice was asked for, and
    /// the organisations that take part there too.
    ///
    /// An invitation to advise lasts as long as the work on the review: once the statement is out, or the review
    /// ended without one, and when the request was taken back, there is nothing left to advise on. Whoever applies for funding takes no part in the review of the own project, also when asked for advice:
    /// its draft would lie open to the applicant. `with_reviews` is false for readers for whom reviews do not
    /// exist: the organisations there would show that they do.
    #[must_use]
    pub fn taking_part(
        &self,
        organisation: OrganisationId,
        day: Date,
        with_reviews: bool,
    ) -> RecordSet {
        let mut part = RecordSet::new();
        let Some(own) = self.facts().organisations().current(organisation) else {
            return part;
        };
        let entries = self.facts().same_as(organisation, u64::MAX);
        let named = || entries.iter().map(|id| id.record());
        self.take_in(&mut part, own.id);
        for network in self.records_naming(named(), RecordKind::Network, NetworkId) {
            let mut members = self.facts().memberships().of_at(network, u64::MAX);
            if members.any(|row| entries.contains(&row.organisation) && row.lasts_on(day)) {
                self.take_in_network(&mut part, network);
            }
        }
        if !with_reviews {
            return part;
        }
        for review in self.records_naming(named(), RecordKind::Review, ReviewId) {
            if let Some(row) = self.facts().reviews().current(review)
                && row.is_open()
                && asked(row).any(|id| entries.contains(&id))
                && !row.facts.applicant.is_some_and(|id| entries.contains(&id))
            {
                part.insert(review.record());
                for id in row.facts.applicant.into_iter().chain(asked(row)) {
                    self.take_in(&mut part, id);
                }
            }
        }
        part
    }

    /// What lies before a steering group: itself, its meetings and agreements, and who takes part in them.
    /// Nothing where the body is none (any more): the role is about steering groups only.
    #[must_use]
    pub fn before_body(&self, body: NetworkId) -> RecordSet {
        let mut part = RecordSet::new();
        let row = self.facts().networks().current(body);
        if row.is_some_and(|row| is_steering_group(row.body_type)) {
            self.take_in_network(&mut part, body);
        }
        part
    }

    fn take_in_network(&self, part: &mut RecordSet, network: NetworkId) {
        let facts = self.facts();
        if facts.networks().current(network).is_none() {
            return;
        }
        part.insert(network.record());
        for row in facts.memberships().of_at(network, u64::MAX) {
            self.take_in(part, row.organisation);
        }
        let named = || [network.record()];
        for id in self.records_naming(named(), RecordKind::Meeting, MeetingId) {
            if let Some(row) = of(facts.meetings().current(id), network, |row| row.network) {
                part.insert(id.record());
                for id in present(row) {
                    self.take_in(part, id);
                }
            }
        }
        for id in self.records_naming(named(), RecordKind::Agreement, AgreementId) {
            let row: Option<&AgreementRow> = facts.agreements().current(id);
            if let Some(row) = of(row, network, |row| row.network) {
                part.insert(id.record());
                if let Some(id) = row.responsible {
                    self.take_in(part, id);
                }
            }
        }
    }

    /// An organisation, and the other entries of the same one.
    fn take_in(&self, part: &mut RecordSet, organisation: OrganisationId) {
        if !part.insert(organisation.record()) {
            return;
        }
        let same = self.facts().same_as(organisation, u64::MAX);
        part.extend(same.into_iter().map(RecordId::from));
    }
}

fn of<R>(row: Option<&R>, network: NetworkId, whose: impl Fn(&R) -> NetworkId) -> Option<&R> {
    row.filter(|row| whose(row) == network)
}

/// The organisations that are asked for advice, whether they have given it or not.
fn asked(row: &ReviewRow) -> impl Iterator<Item = OrganisationId> {
    let advice = row.details.advice.iter();
    advice.filter_map(|advice| advice.asked.organisation)
}

/// The organisations that came to a meeting, led it, or excused themselves.
fn present(row: &MeetingRow) -> impl Iterator<Item = OrganisationId> {
    let minutes = row.minutes.as_deref();
    let chair = minutes.and_then(|minutes| minutes.chair.as_ref()?.organisation);
    let excused = minutes.map_or(&[][..], |minutes| &minutes.excused);
    let came = row.attendances.iter().map(|came| came.organisation);
    came.chain(chair).chain(excused.iter().copied())
}
