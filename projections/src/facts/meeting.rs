//! What meeting events mean: one row per state of a meeting, with who came.
//!
//! More than 400 lines: a meeting has the most kinds of events.

use std::sync::Arc;

use querschnitt_domain::meeting::{
    AgendaItem, Attendance, Chair, MeetingEvent, MeetingFacts, Plan, Referral,
};
use querschnitt_domain::{CentreKey, Commitment, MeetingId, NetworkId, OrganisationId, Recorded};
use time::{Date, OffsetDateTime};

use super::Facts;
use super::rows::Row;
use crate::action_area_set::ActionAreaSet;
use crate::digest::{Canonical, Digested};
use crate::known::Known;

/// How far a meeting has come. A retracted one has no row that stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum MeetingState {
    /// It is planned.
    Scheduled,
    /// It took place.
    Held,
    /// It does not take place.
    Cancelled,
}

/// A meeting of a network.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MeetingRow {
    /// Its id.
    pub id: MeetingId,
    /// The body that meets.
    pub network: NetworkId,
    /// The centre whose book it is in.
    pub centre: CentreKey,
    /// The position of the event that recorded it.
    pub recorded: u64,
    /// How far it has come.
    pub state: MeetingState,
    /// The day it takes or took place, or was planned for.
    pub date: Date,
    /// When it begins, where the source knows.
    pub starts_at: Option<OffsetDateTime>,
    /// What it is about. Its own role and action areas are in here; [`Facts::ki_role_of`] and
    /// [`Facts::action_areas_of`] say which apply.
    pub plan: Arc<Plan>,
    /// The organisations that came, one in several functions with an entry for each; empty until it
    /// was held.
    pub attendances: Arc<[Attendance]>,
    /// People who came for no registered organisation.
    pub other_head_count: u16,
    /// Results or minutes, sealed.
    pub results: Option<Commitment>,
    /// What else its minutes say; most say nothing.
    pub minutes: Option<Arc<Minutes>>,
    /// Why it does not take place, sealed.
    pub cancelled_because: Option<Commitment>,
    /// The day its minutes were approved.
    pub minutes_approved_on: Option<Date>,
    /// How many events of its own the record has had.
    pub version: u32,
    /// When the row was known.
    pub known: Known,
}

/// What minutes say beside agenda, attendances and results.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Minutes {
    /// Who led the meeting.
    pub chair: Option<Chair>,
    /// The organisations that had excused themselves, sorted.
    pub excused: Vec<OrganisationId>,
    /// The topics handed on.
    pub referred: Vec<Referral>,
    /// The day of the next meeting, as it was agreed.
    pub next_on: Option<Date>,
}

impl Minutes {
    /// What the facts say; `None` where they say none of it.
    fn of(facts: &MeetingFacts) -> Option<Arc<Self>> {
        let says_nothing = facts.chair.is_none()
            && facts.excused.is_empty()
            && facts.referred.is_empty()
            && facts.next_on.is_none();
        (!says_nothing).then(|| {
            Arc::new(Self {
                chair: facts.chair.clone(),
                excused: facts.excused.clone(),
                referred: facts.referred.clone(),
                next_on: facts.next_on,
            })
        })
    }
}

impl MeetingRow {
    /// How many people came, with and without an organisation.
    #[must_use]
    pub fn head_count(&self) -> u32 {
        self.attendances
            .iter()
            .map(|attendance| u32::from(attendance.head_count))
            .sum::<u32>()
            + u32::from(self.other_head_count)
    }

    /// Whether it was held and its minutes are still to be approved.
    #[must_use]
    pub fn minutes_pending(&self) -> bool {
        self.state == MeetingState::Held && self.minutes_approved_on.is_none()
    }
}

impl Row for MeetingRow {
    type Id = MeetingId;
    fn id(&self) -> MeetingId {
        self.id
    }
    fn known(&self) -> Known {
        self.known
    }
    fn known_mut(&mut self) -> &mut Known {
        &mut self.known
    }
}

/// One organisation at one meeting, in one function.
#[derive(Clone, Copy, Debug)]
pub struct AttendanceRow<'a> {
    /// The meeting, with its day and body.
    pub meeting: &'a MeetingRow,
    /// Which organisation.
    pub organisation: OrganisationId,
    /// How many people of it.
    pub head_count: u16,
    /// In which function, sealed.
    pub function: Option<Commitment>,
}

impl MeetingRow {
    /// Who came, one row per organisation and function.
    pub fn attendance_rows(&self) -> impl Iterator<Item = AttendanceRow<'_>> {
        self.attendances.iter().map(|attendance| AttendanceRow {
            meeting: self,
            organisation: attendance.organisation,
            head_count: attendance.head_count,
            function: attendance.function,
        })
    }
}

impl Facts {
    pub(super) fn apply_meeting(&mut self, recorded: &Recorded, event: &MeetingEvent) {
        match event {
            MeetingEvent::Scheduled(event) => {
                self.meetings
                    .put(planned(recorded, event.meeting, &event.plan));
            }
            MeetingEvent::Rescheduled(event) => {
                // An import may plan a meeting anew that it had cancelled.
                self.change_meeting(recorded, event.meeting, |row| {
                    row.state = MeetingState::Scheduled;
                    row.cancelled_because = None;
                    row.date = recorded.event.occurred_on;
                    row.starts_at = recorded.event.occurred_at;
                    row.network = event.plan.network;
                    row.plan = Arc::new(event.plan.clone());
                });
            }
            MeetingEvent::Held(event) => {
                // It may be held without having been scheduled in the book.
                if self.meetings.current(event.meeting).is_none() {
                    let mut row = planned(recorded, event.meeting, &event.facts.plan);
                    row.hold(recorded, &event.facts);
                    self.meetings.put(row);
                } else {
                    self.change_meeting(recorded, event.meeting, |row| {
                        row.hold(recorded, &event.facts);
                    });
                }
            }
            MeetingEvent::Corrected(event) => {
                self.change_meeting(recorded, event.meeting, |row| {
                    row.hold(recorded, &event.facts);
                });
            }
            MeetingEvent::Cancelled(event) => {
                self.change_meeting(recorded, event.meeting, |row| {
                    row.state = MeetingState::Cancelled;
                    row.cancelled_because = event.reason;
                });
            }
            MeetingEvent::MinutesApproved(event) => {
                self.change_meeting(recorded, event.meeting, |row| {
                    row.minutes_approved_on = Some(recorded.event.occurred_on);
                });
            }
            MeetingEvent::Reinstated(event) => {
                self.change_meeting(recorded, event.meeting, |row| {
                    row.state = MeetingState::Scheduled;
                    row.cancelled_because = None;
                });
            }
            MeetingEvent::ApprovalWithdrawn(event) => {
                self.change_meeting(recorded, event.meeting, |row| {
                    row.minutes_approved_on = None
                });
            }
            MeetingEvent::Retracted(event) => self.meetings.end(event.meeting, recorded.position),
            MeetingEvent::Continued(event) => {
                self.change_meeting(recorded, event.meeting, |row| {
                    let plan = Arc::make_mut(&mut row.plan);
                    plan.agenda.extend_from_slice(&event.agenda);
                    plan.carried_over.extend_from_slice(&event.carried_over);
                    if !event.attendances.is_empty() {
                        row.attendances = [&*row.attendances, event.attendances.as_slice()]
                            .concat()
                            .into();
                    }
                });
            }
        }
    }

    fn change_meeting(
        &mut self,
        recorded: &Recorded,
        id: MeetingId,
        change: impl FnOnce(&mut MeetingRow),
    ) {
        if let Some(mut row) = self.meetings.current(id).cloned() {
            row.version += 1;
            row.known = Known::since(recorded.position);
            change(&mut row);
            self.meetings.put(row);
        }
    }

    /// The action areas that apply to a meeting: its own, or else those its body had at `position`.
    #[must_use]
    pub fn action_areas_of(&self, meeting: &MeetingRow, position: u64) -> ActionAreaSet {
        if meeting.plan.action_areas.is_empty() {
            self.networks
                .at(meeting.network, position)
                .map_or(ActionAreaSet::EMPTY, |network| network.action_areas)
        } else {
            meeting.plan.action_areas.iter().collect()
        }
    }

    /// What the centre is in a meeting: what the meeting says, or else what its body said at
    /// `position`.
    #[must_use]
    pub fn ki_role_of(
        &self,
        meeting: &MeetingRow,
        position: u64,
    ) -> Option<querschnitt_domain::values::KiRole> {
        meeting.plan.ki_role.or_else(|| {
            self.networks
                .at(meeting.network, position)
                .and_then(|network| network.ki_role)
        })
    }
}

impl MeetingRow {
    fn hold(&mut self, recorded: &Recorded, facts: &MeetingFacts) {
        self.state = MeetingState::Held;
        self.date = recorded.event.occurred_on;
        self.starts_at = recorded.event.occurred_at;
        self.network = facts.plan.network;
        self.plan = Arc::new(facts.plan.clone());
        self.attendances = facts.attendances.as_slice().into();
        self.other_head_count = facts.other_head_count;
        self.results = facts.results;
        self.minutes = Minutes::of(facts);
        self.cancelled_because = None;
    }
}

fn planned(recorded: &Recorded, id: MeetingId, plan: &Plan) -> MeetingRow {
    MeetingRow {
        id,
        network: plan.network,
        centre: recorded.event.centre,
        recorded: recorded.position,
        state: MeetingState::Scheduled,
        date: recorded.event.occurred_on,
        starts_at: recorded.event.occurred_at,
        plan: Arc::new(plan.clone()),
        attendances: Arc::new([]),
        other_head_count: 0,
        results: None,
        minutes: None,
        cancelled_because: None,
        minutes_approved_on: None,
        version: 1,
        known: Known::since(recorded.position),
    }
}

impl Digested for MeetingRow {
    fn digest(&self, to: &mut Canonical) {
        let Self {
            id,
            network,
            centre,
            recorded,
            state,
            date,
            starts_at,
            plan,
            attendances,
            other_head_count,
            results,
            minutes,
            cancelled_because,
            minutes_approved_on,
            version,
            known,
        } = self;
        to.id(id.0).id(network.0).centre(*centre).number(*recorded);
        to.text(match state {
            MeetingState::Scheduled => "SCHEDULED",
            MeetingState::Held => "HELD",
            MeetingState::Cancelled => "CANCELLED",
        });
        to.day(*date).option(*starts_at, |to, instant| {
            to.instant(instant);
        });
        digest_plan(plan, to);
        to.list(attendances, |to, attendance| {
            let Attendance {
                organisation,
                head_count,
                function,
            } = attendance;
            to.id(organisation.0).number(*head_count);
            to.option(*function, |to, function| {
                to.sealed(function);
            });
        });
        to.number(*other_head_count);
        for sealed in [*results, *cancelled_because] {
            to.option(sealed, |to, sealed| {
                to.sealed(sealed);
            });
        }
        to.option(*minutes_approved_on, |to, day| {
            to.day(day);
        });
        to.number(*version).known(*known);
        // A log from before minutes said more keeps its digest.
        if let Some(minutes) = minutes {
            digest_minutes(minutes, to);
        }
    }
}

fn digest_minutes(minutes: &Minutes, to: &mut Canonical) {
    let Minutes {
        chair,
        excused,
        referred,
        next_on,
    } = minutes;
    to.text("minutes");
    to.option(chair.as_ref(), |to, chair| {
        let Chair {
            organisation,
            function,
        } = chair;
        to.option(*organisation, |to, id| {
            to.id(id.0);
        });
        to.option(*function, |to, function| {
            to.sealed(function);
        });
    });
    to.list(excused, |to, id| {
        to.id(id.0);
    });
    to.list(referred, |to, referral| {
        let Referral { to: target, topic } = referral;
        to.code(*target).sealed(*topic);
    });
    to.option(*next_on, |to, day| {
        to.day(day);
    });
}

fn digest_plan(plan: &Plan, to: &mut Canonical) {
    let Plan {
        network,
        title,
        place,
        mode,
        ends_at,
        ki_role,
        action_areas,
        agenda,
        carried_over,
    } = plan;
    to.id(network.0);
    for sealed in [*title, *place] {
        to.option(sealed, |to, sealed| {
            to.sealed(sealed);
        });
    }
    to.option(*mode, |to, code| {
        to.code(code);
    });
    to.option(*ends_at, |to, instant| {
        to.instant(instant);
    });
    to.option(*ki_role, |to, code| {
        to.code(code);
    });
    to.areas(action_areas.iter().collect());
    to.list(agenda, digest_item);
    to.list(carried_over, |to, id| {
        to.id(id.0);
    });
}

fn digest_item(to: &mut Canonical, item: &AgendaItem) {
    let AgendaItem {
        number,
        title,
        public,
        result,
        vote,
    } = item;
    to.option(number.as_deref(), |to, number| {
        to.text(number);
    });
    to.sealed(*title).option(*public, |to, public| {
        to.number(u8::from(public));
    });
    to.option(*result, |to, result| {
        to.sealed(result);
    });
    to.option(*vote, |to, vote| {
        to.number(vote.yes).number(vote.no).number(vote.abstained);
    });
}

#[cfg(test)]
mod tests {
    use querschnitt_domain::{EventData, EventKind};

    use super::*;
    use crate::testing::History;

    #[test]
    fn the_last_event_decides_how_far_a_meeting_has_come() {
        let mut seen = std::collections::BTreeSet::new();
        for seed in 0..40 {
            let history = History::generate(seed, 300);
            let mut facts = Facts::default();
            for recorded in history.events() {
                facts.apply(recorded);
                let EventData::Meeting(event) = &recorded.event.data else {
                    continue;
                };
                let kind = recorded.event.data.kind();
                seen.insert(kind);
                let row = facts.meetings().current(event.meeting());
                let state = row.map(|row| (row.state, row.cancelled_because.is_some()));
                let expected = match event {
                    MeetingEvent::Scheduled(_)
                    | MeetingEvent::Rescheduled(_)
                    | MeetingEvent::Reinstated(_) => Some((MeetingState::Scheduled, false)),
                    MeetingEvent::Held(_)
                    | MeetingEvent::Corrected(_)
                    | MeetingEvent::Continued(_)
                    | MeetingEvent::MinutesApproved(_)
                    | MeetingEvent::ApprovalWithdrawn(_) => Some((MeetingState::Held, false)),
                    MeetingEvent::Cancelled(_) => Some((MeetingState::Cancelled, true)),
                    MeetingEvent::Retracted(_) => None,
                };
                assert_eq!(state, expected, "after {}", kind.wire_name());
                if kind == EventKind::MeetingMinutesApproved {
                    assert!(row.unwrap().minutes_approved_on.is_some());
                }
                if kind == EventKind::MeetingApprovalWithdrawn {
                    assert!(row.unwrap().minutes_pending());
                }
            }
        }
        assert_eq!(seen.len(), 10, "the histories miss a kind: {seen:?}");
    }
}
