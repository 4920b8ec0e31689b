//! Reviews that the tests of this folder speak of.

use time::macros::date;
use uuid::Uuid;

use super::{
    Assigned, Check, Drafted, Issued, RequestReview, Requested, ReviewEvent, ReviewFacts,
    ReviewState, Signed, StepCompleted,
};
use crate::event::Event;
use crate::id::{ActorId, ReviewId};
use crate::organisation::samples::code;
use crate::testing::{Moved, centre, event, sealed, text};

/// The n-th review of a test.
pub(crate) fn id(n: u128) -> ReviewId {
    ReviewId(Uuid::from_u128(0x3000_0000 + n))
}

/// The n-th account; the one who acts is the first.
pub(crate) fn actor(n: u128) -> ActorId {
    ActorId(Uuid::from_u128(n))
}

/// A request with no more than an office always knows.
pub(crate) fn command() -> RequestReview {
    RequestReview {
        centre: centre(),
        received_on: date!(2026 - 11 - 02),
        title: text("Mitten im Viertel"),
        requester: code("FUNDING_AUTHORITY"),
        applicant_type: code("MSO"),
        applicant: None,
        applicant_name: Some(text("Brücke e. V.")),
        programme: Some(code("MSO_PROJECT")),
        action_areas: vec![code("X_PARTICIPATION")],
        requested_cents: Some(1_250_000),
        due_on: Some(date!(2026 - 11 - 30)),
        term_working_days: None,
        planned_on: None,
        received_at: None,
        municipality: None,
        channel: None,
        department: None,
        unit: None,
        visibility: None,
        reference: None,
        note: None,
    }
}

/// What [`command`] leads to.
pub(crate) fn facts() -> ReviewFacts {
    ReviewFacts {
        title: sealed("Mitten im Viertel"),
        requester: code("FUNDING_AUTHORITY"),
        applicant_type: code("MSO"),
        applicant: None,
        applicant_name: Some(sealed("Brücke e. V.")),
        programme: Some(code("MSO_PROJECT")),
        action_areas: vec![code("X_PARTICIPATION")],
        requested_cents: Some(1_250_000),
        due_on: Some(date!(2026 - 11 - 30)),
        term_working_days: None,
        planned_on: None,
        municipality: None,
        channel: None,
        department: None,
        unit: None,
        visibility: None,
        reference: None,
        note: None,
    }
}

/// It was requested.
pub(crate) fn requested(review: ReviewId) -> Event {
    event(ReviewEvent::Requested(Requested {
        review,
        facts: facts(),
        supersedes: None,
        source: None,
    }))
    .on(date!(2026 - 11 - 02))
}

/// It was assigned to this account.
pub(crate) fn assigned(reviewer: ActorId) -> Event {
    event(ReviewEvent::Assigned(Assigned {
        review: id(1),
        reviewer,
        cosigner: None,
    }))
}

/// A step was completed.
pub(crate) fn step(number: u32, check: Option<Check>) -> Event {
    event(ReviewEvent::StepCompleted(StepCompleted {
        review: id(1),
        step: number,
        unit: None,
        check,
        started_at: None,
        name: None,
        reference: None,
        imported: false,
        recorded_by: check.map(|_| actor(2)),
    }))
}

/// It was drafted by this account.
pub(crate) fn drafted(by: ActorId) -> Event {
    event(ReviewEvent::Drafted(Drafted {
        review: id(1),
        drafted_by: by,
        outcome: code("SUPPORTED"),
        text: Some(sealed("Das Vorhaben wird befürwortet.")),
        recipient: None,
    }))
}

/// It was signed by this account.
pub(crate) fn signed(by: ActorId) -> Event {
    event(ReviewEvent::Signed(Signed {
        review: id(1),
        signed_by: by,
    }))
}

/// It was issued.
pub(crate) fn issued() -> Event {
    event(ReviewEvent::Issued(Issued {
        review: id(1),
        outcome: code("SUPPORTED"),
        text: Some(sealed("Das Vorhaben wird befürwortet.")),
    }))
}

/// The first review up to a state; account 2 works on it, account 3 signs.
pub(crate) fn up_to(state: ReviewState) -> Vec<Event> {
    let mut events = vec![requested(id(1))];
    let way = [
        (ReviewState::Assigned, assigned(actor(2))),
        (ReviewState::FormalCheck, step(1, Some(Check::Formal))),
        (ReviewState::ContentCheck, step(2, Some(Check::Content))),
        (ReviewState::Drafted, drafted(actor(2))),
        (ReviewState::Cosigned, signed(actor(3))),
        (ReviewState::Issued, issued()),
    ];
    if state == ReviewState::Requested {
        return events;
    }
    for (reached, event) in way {
        events.push(event);
        if reached == state {
            return events;
        }
    }
    panic!("the samples do not lead to {state}");
}
