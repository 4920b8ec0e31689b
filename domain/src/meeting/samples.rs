//! Meetings and their events as the tests of this crate use them.

use time::Date;
use time::macros::date;
use uuid::Uuid;

use super::{
    AgendaInput, AgendaItem, ApprovalWithdrawn, Attendance, AttendanceInput, Cancelled, Held,
    MeetingEvent, MeetingFacts, MinutesApproved, Plan, Reinstated, Retracted, Scheduled,
};
use crate::network::samples::{network, organisation_number};
use crate::testing::{Moved, event, sealed, text};
use crate::{Event, MeetingId};

pub(crate) fn meeting(number: u32) -> MeetingId {
    MeetingId(Uuid::from_u128(0x2000_0000 + u128::from(number)))
}

/// A plan that says as little as possible.
pub(crate) fn plan() -> Plan {
    Plan {
        network: network(),
        title: None,
        place: None,
        mode: None,
        ends_at: None,
        ki_role: None,
        action_areas: Vec::new(),
        agenda: Vec::new(),
        carried_over: Vec::new(),
    }
}

pub(crate) fn facts(plan: Plan) -> MeetingFacts {
    MeetingFacts::of(plan)
}

pub(crate) fn scheduled(number: u32, on: Date) -> Event {
    event(MeetingEvent::Scheduled(Scheduled {
        meeting: meeting(number),
        plan: plan(),
        source: None,
    }))
    .on(on)
}

pub(crate) fn held(number: u32, on: Date) -> Event {
    event(MeetingEvent::Held(Held {
        meeting: meeting(number),
        facts: facts(plan()),
        source: None,
    }))
    .on(on)
}

pub(crate) fn cancelled(number: u32) -> Event {
    event(MeetingEvent::Cancelled(Cancelled {
        meeting: meeting(number),
        network: network(),
        reason: Some(sealed("zu wenige Zusagen")),
        source: None,
    }))
    .on(date!(2026 - 12 - 01))
}

pub(crate) fn minutes_approved(number: u32, on: Date) -> Event {
    event(MeetingEvent::MinutesApproved(MinutesApproved {
        meeting: meeting(number),
        network: network(),
    }))
    .on(on)
}

pub(crate) fn retracted(number: u32, on: Date) -> Event {
    event(MeetingEvent::Retracted(Retracted {
        meeting: meeting(number),
        network: network(),
        reason: sealed("doppelt erfasst"),
    }))
    .on(on)
}

pub(crate) fn reinstated(number: u32, on: Date) -> Event {
    event(MeetingEvent::Reinstated(Reinstated {
        meeting: meeting(number),
        network: network(),
        reason: sealed("falsche Sitzung"),
    }))
    .on(on)
}

pub(crate) fn approval_withdrawn(number: u32) -> Event {
    event(MeetingEvent::ApprovalWithdrawn(ApprovalWithdrawn {
        meeting: meeting(number),
        network: network(),
        reason: sealed("falsche Sitzung"),
    }))
}

/// An item of an agenda to come, as a command says it.
pub(crate) fn planned_item(title: &str) -> AgendaInput {
    AgendaInput {
        number: None,
        title: text(title),
        public: None,
        result: None,
        vote: None,
    }
}

/// The item as an event holds it.
pub(crate) fn item(title: &str) -> AgendaItem {
    AgendaItem {
        number: None,
        title: sealed(title),
        public: None,
        result: None,
        vote: None,
    }
}

/// Two people of an organisation came.
pub(crate) fn attendance_input(number: u32) -> AttendanceInput {
    AttendanceInput {
        organisation: organisation_number(number),
        head_count: 2,
        function: None,
    }
}

/// The attendance as an event holds it.
pub(crate) fn attendance(number: u32) -> Attendance {
    Attendance {
        organisation: organisation_number(number),
        head_count: 2,
        function: None,
    }
}
