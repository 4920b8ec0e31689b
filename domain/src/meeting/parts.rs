//! One statement about a meeting as the events that hold it: an event takes 16 KiB, an agenda of a
//! budget debate or the list of a conference needs more.

use time::{Date, OffsetDateTime};

use super::{Continued, MeetingEvent, MeetingFacts, Plan};
use crate::context::Context;
use crate::event::Event;
use crate::event_data::EventData;

/// What one event's data and tags may take, in bytes: the log's 16 KiB less what stands around the
/// data in a line (about 600 bytes).
const ROOM: usize = 15 * 1024;

/// What a tag of an organisation takes in a line: `"organisation:<36>",`.
const TAG: usize = 53;

/// The events that state `first`; more than one where its lists do not fit into one event.
pub(super) fn events(
    context: &Context,
    date: Date,
    starts_at: Option<OffsetDateTime>,
    mut first: MeetingEvent,
) -> Vec<Event> {
    let mut rest = take_lists(&mut first);
    fill(&mut first, &mut rest);
    let mut parts = vec![first];
    while !is_empty(&rest) {
        let mut next = MeetingEvent::Continued(Continued {
            attendances: Vec::new(),
            carried_over: Vec::new(),
            agenda: Vec::new(),
            ..rest.clone()
        });
        fill(&mut next, &mut rest);
        parts.push(next);
    }
    parts
        .into_iter()
        .map(|data| Event {
            centre: context.centre,
            occurred_on: date,
            occurred_at: starts_at,
            data: EventData::Meeting(data),
        })
        .collect()
}

/// Takes the lists out of a statement, as what is still to be said.
fn take_lists(event: &mut MeetingEvent) -> Continued {
    let mut rest = Continued {
        meeting: event.meeting(),
        network: event.network(),
        attendances: Vec::new(),
        carried_over: Vec::new(),
        agenda: Vec::new(),
    };
    if let Some(facts) = facts(event) {
        rest.attendances = std::mem::take(&mut facts.attendances);
    }
    if let Some(plan) = plan(event) {
        rest.carried_over = std::mem::take(&mut plan.carried_over);
        rest.agenda = std::mem::take(&mut plan.agenda);
    }
    rest
}

const fn is_empty(rest: &Continued) -> bool {
    rest.attendances.is_empty() && rest.carried_over.is_empty() && rest.agenda.is_empty()
}

/// Moves as much into the event as fits: attendances first, because figures count them.
fn fill(event: &mut MeetingEvent, rest: &mut Continued) {
    let named = event.organisations().count() * TAG;
    let stated = bytes(&EventData::Meeting(event.clone()));
    let mut room = ROOM.saturating_sub(stated + named);
    let attendances = take_fitting(&mut rest.attendances, &mut room, TAG);
    let carried_over = take_fitting(&mut rest.carried_over, &mut room, 0);
    let agenda = take_fitting(&mut rest.agenda, &mut room, 0);
    if let MeetingEvent::Continued(more) = event {
        more.attendances = attendances;
        more.carried_over = carried_over;
        more.agenda = agenda;
        return;
    }
    if let Some(facts) = facts(event) {
        facts.attendances = attendances;
    }
    if let Some(plan) = plan(event) {
        plan.carried_over = carried_over;
        plan.agenda = agenda;
    }
}

/// Takes entries from the front while they fit; `extra` is what each costs beside itself.
fn take_fitting<T: serde::Serialize>(list: &mut Vec<T>, room: &mut usize, extra: usize) -> Vec<T> {
    let mut count = 0;
    for entry in list.iter() {
        let cost = bytes(entry) + extra + 1;
        if cost > *room {
            break;
        }
        *room -= cost;
        count += 1;
    }
    list.drain(..count).collect()
}

fn facts(event: &mut MeetingEvent) -> Option<&mut MeetingFacts> {
    match event {
        MeetingEvent::Held(held) => Some(&mut held.facts),
        MeetingEvent::Corrected(corrected) => Some(&mut corrected.facts),
        MeetingEvent::Scheduled(_)
        | MeetingEvent::Rescheduled(_)
        | MeetingEvent::Cancelled(_)
        | MeetingEvent::MinutesApproved(_)
        | MeetingEvent::Retracted(_)
        | MeetingEvent::Reinstated(_)
        | MeetingEvent::ApprovalWithdrawn(_)
        | MeetingEvent::Continued(_) => None,
    }
}

fn plan(event: &mut MeetingEvent) -> Option<&mut Plan> {
    match event {
        MeetingEvent::Scheduled(scheduled) => Some(&mut scheduled.plan),
        MeetingEvent::Rescheduled(rescheduled) => Some(&mut rescheduled.plan),
        MeetingEvent::Held(held) => Some(&mut held.facts.plan),
        MeetingEvent::Corrected(corrected) => Some(&mut corrected.facts.plan),
        MeetingEvent::Cancelled(_)
        | MeetingEvent::MinutesApproved(_)
        | MeetingEvent::Retracted(_)
        | MeetingEvent::Reinstated(_)
        | MeetingEvent::ApprovalWithdrawn(_)
        | MeetingEvent::Continued(_) => None,
    }
}

fn bytes(value: &impl serde::Serialize) -> usize {
    serde_json::to_vec(value).map_or(ROOM, |json| json.len())
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::meeting::samples::{facts, meeting, plan};
    use crate::meeting::state::MeetingHistory;
    use crate::meeting::{AgendaItem, Attendance, Chair, Held, Referral, Vote};
    use crate::network::samples::organisation_number;
    use crate::testing::{context, sealed};
    use crate::values::ReferralTarget;
    use crate::{AgreementId, Role};

    /// The longest line around the data: 20 digits of position, the longest names, two tags.
    const AROUND: usize = 760;

    fn full() -> MeetingFacts {
        let item = |number: usize| AgendaItem {
            number: Some(format!("Ö 1234567890123.{number:03}").into()),
            title: sealed(&format!("TOP {number}")),
            public: Some(false),
            result: Some(sealed("einstimmig beschlossen")),
            vote: Some(Vote {
                yes: 1000,
                no: 1000,
                abstained: 1000,
            }),
        };
        let attendance = |number| Attendance {
            organisation: organisation_number(number),
            head_count: 10_000,
            function: Some(sealed("Vorstand")),
        };
        let mut plan = plan();
        plan.title = Some(sealed("Haushaltsberatung"));
        plan.agenda = (0..500).map(item).collect();
        plan.carried_over = (0..400)
            .map(|number| AgreementId(uuid::Uuid::from_u128(number)))
            .collect();
        MeetingFacts {
            attendances: (0..300).map(attendance).collect(),
            chair: Some(Chair {
                organisation: Some(organisation_number(500)),
                function: Some(sealed("Amtsleitung")),
            }),
            excused: (300..400).map(organisation_number).collect(),
            referred: vec![
                Referral {
                    to: ReferralTarget::parse("STEERING_GROUP").unwrap(),
                    topic: sealed("Wartezeiten"),
                };
                20
            ],
            next_on: Some(date!(2027 - 01 - 12)),
            ..facts(plan)
        }
    }

    fn held(facts: MeetingFacts) -> MeetingEvent {
        MeetingEvent::Held(Held {
            meeting: meeting(1),
            facts,
            source: None,
        })
    }

    #[test]
    fn what_does_not_fit_goes_on_and_nothing_is_lost() {
        let context = context(Role::KiOfficer);
        let day = date!(2026 - 11 - 02);
        let parts = events(&context, day, None, held(full()));
        assert!(parts.len() > 5, "{} parts", parts.len());
        let mut history = MeetingHistory::default();
        for part in &parts {
            let tags: usize = part.tags().iter().map(|tag| tag.as_str().len() + 3).sum();
            let line = bytes(&part.data) + tags + AROUND;
            assert!(line <= 16 * 1024, "a line of {line} bytes");
            history.evolve(part);
        }
        let whole = history.get(&context).unwrap();
        assert_eq!(whole.content.facts, full());
    }

    #[test]
    fn what_fits_stays_one_event() {
        let context = context(Role::KiOfficer);
        let mut short = full();
        short.attendances.truncate(10);
        short.plan.carried_over.truncate(10);
        short.plan.agenda.truncate(40);
        short.excused.truncate(3);
        short.referred.truncate(2);
        let parts = events(&context, date!(2026 - 11 - 02), None, held(short));
        assert_eq!(parts.len(), 1);
    }
}
