//! Facts: the log folded into flat rows, each with the span of positions in which it was known.
//!
//! Rows are the only thing figures see, so a new event kind gets its meaning here, in one file per
//! record, and the compiler asks for it.

mod access;
mod agreement;
mod changes;
mod consultation;
mod letterhead;
mod meeting;
mod network;
mod organisation;
mod review;
mod rows;
mod same;
mod steps;
mod unit;

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use querschnitt_domain::{EventData, OrganisationId, Recorded};

pub use access::{
    AccessFacts, AccountRow, Acting, DeputyRow, GlassRow, GrantRow, OrderRow, TokenRow, TokenState,
};
pub use agreement::{AgreementRow, AgreementState};
pub use changes::Changes;
pub use consultation::ConsultationRow;
pub use letterhead::LetterheadRow;
pub use meeting::{AttendanceRow, MeetingRow, MeetingState, Minutes};
pub use network::{MembershipRow, Memberships, NetworkRow};
pub use organisation::OrganisationRow;
pub use review::{Advice, Clarification, Ended, Funding, ReviewDetails, ReviewRow};
pub(crate) use rows::mix;
pub use rows::{Key, Row, Rows};
pub use same::Canonicals;
pub(crate) use steps::Hop;
pub use steps::{ReviewSteps, StepRow, Steps, UnitNumber};
pub use unit::{UnitRow, Units};

use crate::digest::{Canonical, Digest};

/// Every row of every record, as the log up to [`Facts::applied`] says it.
///
/// `position` arguments mean "as known once the event at this position was known"; `u64::MAX`
/// stands for now.
#[derive(Debug, Default)]
pub struct Facts {
    applied: u64,
    changes: Changes,
    organisations: Rows<OrganisationRow>,
    consultations: Rows<ConsultationRow>,
    networks: Rows<NetworkRow>,
    memberships: Memberships,
    meetings: Rows<MeetingRow>,
    agreements: Rows<AgreementRow>,
    reviews: Rows<ReviewRow>,
    steps: Steps,
    letterheads: Rows<LetterheadRow>,
    access: AccessFacts,
    units: Units,
    /// Every entry that was ever linked to another: a few of many.
    ever_linked: BTreeSet<OrganisationId>,
    /// Each municipality key once: millions of rows share a few hundred of them.
    municipalities: HashSet<Arc<str>>,
}

impl Facts {
    /// Folds one event in and says whether it was new: one at or before [`Facts::applied`] changes
    /// nothing. Events come in the order of the log.
    pub fn apply(&mut self, recorded: &Recorded) -> bool {
        if recorded.position <= self.applied {
            return false;
        }
        match &recorded.event.data {
            EventData::Organisation(event) => self.apply_organisation(recorded, event),
            EventData::Consultation(event) => self.apply_consultation(recorded, event),
            EventData::Network(event) => self.apply_network(recorded, event),
            EventData::Meeting(event) => self.apply_meeting(recorded, event),
            EventData::Agreement(event) => self.apply_agreement(recorded, event),
            EventData::Review(event) => self.apply_review(recorded, event),
            // Nothing changed in the record.
            EventData::Seen(_) => {}
            EventData::Letterhead(event) => self.apply_letterhead(recorded, event),
            EventData::Account(event) => self.apply_account(recorded, event),
            EventData::Exception(event) => self.apply_exception(recorded, event),
            // Who read what changes no row.
            EventData::Access(_) => {}
            EventData::Unit(event) => self.apply_unit(recorded, event),
        }
        self.units.learn(&recorded.event.data);
        self.changes.note(recorded);
        self.applied = recorded.position;
        true
    }

    /// The position of the last event folded in; 0 before the first.
    #[must_use]
    pub const fn applied(&self) -> u64 {
        self.applied
    }

    /// Up to where each kind of record was changed.
    #[must_use]
    pub const fn changes(&self) -> &Changes {
        &self.changes
    }

    /// The organisations.
    #[must_use]
    pub const fn organisations(&self) -> &Rows<OrganisationRow> {
        &self.organisations
    }

    /// The consultations.
    #[must_use]
    pub const fn consultations(&self) -> &Rows<ConsultationRow> {
        &self.consultations
    }

    /// The networks.
    #[must_use]
    pub const fn networks(&self) -> &Rows<NetworkRow> {
        &self.networks
    }

    /// The memberships of organisations in networks.
    #[must_use]
    pub const fn memberships(&self) -> &Memberships {
        &self.memberships
    }

    /// The meetings.
    #[must_use]
    pub const fn meetings(&self) -> &Rows<MeetingRow> {
        &self.meetings
    }

    /// The agreements.
    #[must_use]
    pub const fn agreements(&self) -> &Rows<AgreementRow> {
        &self.agreements
    }

    /// The reviews.
    #[must_use]
    pub const fn reviews(&self) -> &Rows<ReviewRow> {
        &self.reviews
    }

    /// The steps units did with reviews.
    #[must_use]
    pub const fn steps(&self) -> &Steps {
        &self.steps
    }

    /// The letterheads.
    #[must_use]
    pub const fn letterheads(&self) -> &Rows<LetterheadRow> {
        &self.letterheads
    }

    /// The units of the centres' authorities.
    #[must_use]
    pub const fn units(&self) -> &Units {
        &self.units
    }

    /// Who came to the meetings that stood at `position`, one row per organisation, function and
    /// meeting.
    pub fn attendances_at(&self, position: u64) -> impl Iterator<Item = AttendanceRow<'_>> {
        self.meetings
            .all_at(position)
            .flat_map(MeetingRow::attendance_rows)
    }

    /// The digest of every row there ever was, of how they are found, and of the position. Takes
    /// about a second for a million rows.
    pub(crate) fn digest(&self) -> Digest {
        let Self {
            applied,
            changes,
            organisations,
            consultations,
            networks,
            memberships,
            meetings,
            agreements,
            reviews,
            steps,
            letterheads,
            access,
            units,
            ever_linked,
            // Only saves memory.
            municipalities: _,
        } = self;
        let mut to = Canonical::new();
        to.number(*applied);
        changes.digest(&mut to);
        organisations.digest("organisation", &mut to);
        consultations.digest("consultation", &mut to);
        networks.digest("network", &mut to);
        memberships.digest(&mut to);
        meetings.digest("meeting", &mut to);
        agreements.digest("agreement", &mut to);
        reviews.digest("review", &mut to);
        steps.digest(&mut to);
        to.number(ever_linked.len() as u64);
        for organisation in ever_linked {
            to.id(organisation.0);
        }
        // A log from before there were letterheads keeps its digest.
        if !letterheads.history().is_empty() {
            letterheads.digest("letterhead", &mut to);
        }
        access.digest(&mut to);
        units.digest(&mut to);
        to.finish()
    }

    fn municipality(&mut self, key: Option<&str>) -> Option<Arc<str>> {
        let key = key?;
        if let Some(known) = self.municipalities.get(key) {
            return Some(Arc::clone(known));
        }
        let key: Arc<str> = key.into();
        self.municipalities.insert(Arc::clone(&key));
        Some(key)
    }
}
