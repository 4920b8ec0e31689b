//! What can happen to a meeting of a network. More than 400 lines: a meeting has the most kinds of
//! events.

use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};

use crate::id::{AgreementId, MeetingId, NetworkId, OrganisationId};
use crate::source::SourceDigest;
use crate::text::Commitment;
use crate::values::{ActionArea, KiRole, MeetingMode, ReferralTarget};

/// The events of a meeting.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum MeetingEvent {
    /// It is planned for `occurred_on`.
    Scheduled(Scheduled),
    /// The plan changed; `occurred_on` is the day it is planned for now. It is to come again, also
    /// where its source had cancelled it, or had it as held too early.
    Rescheduled(Rescheduled),
    /// It took place on `occurred_on`.
    Held(Held),
    /// What was recorded of it was wrong; `occurred_on` and the facts are those that are true.
    Corrected(Corrected),
    /// It does not take place; `occurred_on` is the day it was planned for. A source may say so
    /// after the import took it for held.
    Cancelled(Cancelled),
    /// Its minutes were approved on `occurred_on`.
    MinutesApproved(MinutesApproved),
    /// It should not have been recorded: it counts nowhere from now on.
    Retracted(Retracted),
    /// What did not fit into the event before it, of the same command.
    Continued(Continued),
    /// It was not cancelled after all: it is to come as it was planned.
    Reinstated(Reinstated),
    /// Its minutes were not approved after all.
    ApprovalWithdrawn(ApprovalWithdrawn),
}

/// What is known of a meeting before and after it. The day (and the instant it begins, where
/// known) are the event's `occurred_on` and `occurred_at`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The body that meets.
    pub network: NetworkId,
    /// Its title, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Commitment>,
    /// Where, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Commitment>,
    /// Form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<MeetingMode>,
    /// When it ends.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "time::serde::rfc3339::option"
    )]
    pub ends_at: Option<OffsetDateTime>,
    /// What the centre is in it; without it the body's applies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ki_role: Option<KiRole>,
    /// Handlungsfelder, sorted; without any the body's apply.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub action_areas: Vec<ActionArea>,
    /// The agenda in its order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agenda: Vec<AgendaItem>,
    /// Open agreements of the body that this meeting takes up again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub carried_over: Vec<AgreementId>,
}

/// One item of the agenda (Tagesordnungspunkt).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgendaItem {
    /// Its number as the body writes it ("3", "Ö 4.1"), at most 20 characters, no words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<Box<str>>,
    /// Its title, sealed.
    pub title: Commitment,
    /// Whether it was dealt with in public; absent where the source does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public: Option<bool>,
    /// What came out of it, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<Commitment>,
    /// The vote on it, in statutory bodies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vote: Option<Vote>,
}

/// A vote (Ja / Nein / Enthaltungen), each 0 to 1,000.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vote {
    /// Ja.
    pub yes: u16,
    /// Nein.
    pub no: u16,
    /// Enthaltungen.
    pub abstained: u16,
}

/// Who came, without names.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attendance {
    /// Which organisation.
    pub organisation: OrganisationId,
    /// How many people of it, 1 to 10,000.
    pub head_count: u16,
    /// In which function, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function: Option<Commitment>,
}

/// What is known of a meeting that took place.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeetingFacts {
    /// What it was about.
    pub plan: Plan,
    /// The organisations that came, sorted; one in several functions has an entry for each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attendances: Vec<Attendance>,
    /// People who came for no registered organisation, 0 to 10,000.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub other_head_count: u16,
    /// Results or minutes, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub results: Option<Commitment>,
    /// Who led it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chair: Option<Chair>,
    /// The organisations that had excused themselves, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excused: Vec<OrganisationId>,
    /// The topics handed on to another level.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub referred: Vec<Referral>,
    /// The day of the next meeting, as it was agreed.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "crate::event_data::day_option"
    )]
    pub next_on: Option<Date>,
}

/// Who led a meeting: an organisation, a function, or both; never a name in the clear.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chair {
    /// Which organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<OrganisationId>,
    /// In which function, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function: Option<Commitment>,
}

/// A topic that a meeting handed on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Referral {
    /// Where to.
    pub to: ReferralTarget,
    /// What, sealed.
    pub topic: Commitment,
}

impl MeetingFacts {
    /// A meeting of which no more is known than its plan.
    #[must_use]
    pub const fn of(plan: Plan) -> Self {
        Self {
            plan,
            attendances: Vec::new(),
            other_head_count: 0,
            results: None,
            chair: None,
            excused: Vec::new(),
            referred: Vec::new(),
            next_on: None,
        }
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it with a reference"
)]
const fn is_zero(count: &u16) -> bool {
    *count == 0
}

/// See [`MeetingEvent::Scheduled`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scheduled {
    /// Which meeting.
    pub meeting: MeetingId,
    /// The plan.
    pub plan: Plan,
    /// Set when it came from an import.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceDigest>,
}

/// See [`MeetingEvent::Rescheduled`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rescheduled {
    /// Which meeting.
    pub meeting: MeetingId,
    /// The whole plan as it stands now.
    pub plan: Plan,
    /// The names of the fields that changed, as clients name them.
    pub changed: Vec<Box<str>>,
    /// Why, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Commitment>,
    /// Set when it came from an import.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceDigest>,
}

/// See [`MeetingEvent::Held`]. A meeting may be held without having been scheduled in the book.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Held {
    /// Which meeting.
    pub meeting: MeetingId,
    /// What it was.
    pub facts: MeetingFacts,
    /// Set when it came from an import.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceDigest>,
}

/// See [`MeetingEvent::Corrected`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Corrected {
    /// Which meeting.
    pub meeting: MeetingId,
    /// All facts as they should have been recorded.
    pub facts: MeetingFacts,
    /// The names of the fields that changed, as clients name them.
    pub changed: Vec<Box<str>>,
    /// Why, sealed.
    pub reason: Commitment,
    /// Set when it came from an import.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceDigest>,
}

/// See [`MeetingEvent::Cancelled`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cancelled {
    /// Which meeting.
    pub meeting: MeetingId,
    /// Of which body.
    pub network: NetworkId,
    /// Why, sealed; absent where a role cancelled it that writes no texts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Commitment>,
    /// Set when it came from an import.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceDigest>,
}

/// See [`MeetingEvent::MinutesApproved`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MinutesApproved {
    /// Which meeting.
    pub meeting: MeetingId,
    /// Of which body.
    pub network: NetworkId,
}

/// See [`MeetingEvent::Retracted`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retracted {
    /// Which meeting.
    pub meeting: MeetingId,
    /// Of which body.
    pub network: NetworkId,
    /// Why, sealed.
    pub reason: Commitment,
}

/// See [`MeetingEvent::Continued`]. An event takes 16 KiB; a budget debate has 394 agenda items and
/// a conference 300 organisations. Each list goes on where the event before it stopped: append it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Continued {
    /// Which meeting.
    pub meeting: MeetingId,
    /// Of which body.
    pub network: NetworkId,
    /// More organisations that came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attendances: Vec<Attendance>,
    /// More open agreements that this meeting takes up again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub carried_over: Vec<AgreementId>,
    /// More of the agenda.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agenda: Vec<AgendaItem>,
}

/// See [`MeetingEvent::Reinstated`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reinstated {
    /// Which meeting.
    pub meeting: MeetingId,
    /// Of which body.
    pub network: NetworkId,
    /// Why, sealed.
    pub reason: Commitment,
}

/// See [`MeetingEvent::ApprovalWithdrawn`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovalWithdrawn {
    /// Which meeting.
    pub meeting: MeetingId,
    /// Of which body.
    pub network: NetworkId,
    /// Why, sealed.
    pub reason: Commitment,
}

impl MeetingEvent {
    /// The meeting whose record this event belongs to.
    #[must_use]
    pub const fn meeting(&self) -> MeetingId {
        match self {
            Self::Scheduled(event) => event.meeting,
            Self::Rescheduled(event) => event.meeting,
            Self::Held(event) => event.meeting,
            Self::Corrected(event) => event.meeting,
            Self::Cancelled(event) => event.meeting,
            Self::MinutesApproved(event) => event.meeting,
            Self::Retracted(event) => event.meeting,
            Self::Continued(event) => event.meeting,
            Self::Reinstated(event) => event.meeting,
            Self::ApprovalWithdrawn(event) => event.meeting,
        }
    }

    /// The body that meets.
    #[must_use]
    pub const fn network(&self) -> NetworkId {
        match self {
            Self::Scheduled(event) => event.plan.network,
            Self::Rescheduled(event) => event.plan.network,
            Self::Held(event) => event.facts.plan.network,
            Self::Corrected(event) => event.facts.plan.network,
            Self::Cancelled(event) => event.network,
            Self::MinutesApproved(event) => event.network,
            Self::Retracted(event) => event.network,
            Self::Continued(event) => event.network,
            Self::Reinstated(event) => event.network,
            Self::ApprovalWithdrawn(event) => event.network,
        }
    }

    /// The organisations it names: those that came, had excused themselves, or led it.
    pub(crate) fn organisations(&self) -> impl Iterator<Item = OrganisationId> {
        let facts = match self {
            Self::Held(event) => Some(&event.facts),
            Self::Corrected(event) => Some(&event.facts),
            Self::Scheduled(_)
            | Self::Rescheduled(_)
            | Self::Cancelled(_)
            | Self::MinutesApproved(_)
            | Self::Retracted(_)
            | Self::Continued(_)
            | Self::Reinstated(_)
            | Self::ApprovalWithdrawn(_) => None,
        };
        let excused = facts.into_iter().flat_map(|facts| &facts.excused).copied();
        let chair = facts.and_then(|facts| facts.chair.as_ref()?.organisation);
        self.attendances()
            .iter()
            .map(|at| at.organisation)
            .chain(excused)
            .chain(chair)
    }

    /// The organisations that came.
    fn attendances(&self) -> &[Attendance] {
        match self {
            Self::Held(event) => &event.facts.attendances,
            Self::Corrected(event) => &event.facts.attendances,
            Self::Continued(event) => &event.attendances,
            Self::Scheduled(_)
            | Self::Rescheduled(_)
            | Self::Cancelled(_)
            | Self::MinutesApproved(_)
            | Self::Retracted(_)
            | Self::Reinstated(_)
            | Self::ApprovalWithdrawn(_) => &[],
        }
    }
}
