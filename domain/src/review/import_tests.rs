//! Imports, once and again.

use time::macros::{date, datetime};

use super::*;
use crate::organisation::samples::code;
use crate::rejection::RejectionCode as Code;
use crate::review::samples::{command, facts};
use crate::review::{DeadlineExtended, Retracted, ReviewFacts, Unit};
use crate::role::Role;
use crate::source::SourceDigest;
use crate::testing::{Moved, event, given, sealed, seen, text};

fn step(unit: &str, at: OffsetDateTime) -> StepInput {
    StepInput {
        unit: (unit != "EMPTY").then(|| Unit::new("unit", unit).unwrap()),
        name: Some(text("T02")),
        completed_at: Some(at),
        ..StepInput::default()
    }
}

fn import(digest: u8) -> ImportReview {
    let texts = ["Mitten im Viertel", "Brücke e. V.", "T02", "Neuer Titel"];
    ImportReview {
        source: Source {
            key: "receipt.csv#case-10011".into(),
            digest: SourceDigest([digest; 16]),
        },
        content: command(),
        steps: vec![
            step("Group 1", datetime!(2026-11-03 09:00 +01:00)),
            step("EMPTY", datetime!(2026-11-03 09:00 +01:00)),
        ],
        ending: None,
        funding: None,
        known_texts: texts.map(|known| (sealed(known), text(known))).into(),
    }
}

fn requested() -> Event {
    event(ReviewEvent::Requested(Requested {
        review: import(1).review(),
        facts: facts(),
        supersedes: None,
        source: Some(SourceDigest([1; 16])),
    }))
    .on(date!(2026 - 11 - 02))
}

fn completed(step: u32, unit: Option<&str>, at: OffsetDateTime) -> Event {
    let mut event = event(ReviewEvent::StepCompleted(StepCompleted {
        review: import(1).review(),
        step,
        unit: unit.map(|unit| Unit::new("unit", unit).unwrap()),
        check: None,
        started_at: None,
        name: Some(sealed("T02")),
        reference: None,
        imported: true,
        recorded_by: None,
    }))
    .on(at.date());
    event.occurred_at = Some(at);
    event
}

fn noted(digest: u8) -> Event {
    seen(import(1).review().record(), digest, &[])
}

fn first() -> Vec<Event> {
    vec![
        requested(),
        completed(1, Some("Group 1"), datetime!(2026-11-03 09:00 +01:00)),
        completed(2, None, datetime!(2026-11-03 09:00 +01:00)),
    ]
}

fn step_retracted(step: u32, at: OffsetDateTime) -> Event {
    let mut event = event(ReviewEvent::StepRetracted(StepRetracted {
        review: import(1).review(),
        step,
        reason: sealed("Geändert in der Quelle"),
        voids_signature: false,
    }))
    .on(at.date());
    event.occurred_at = Some(at);
    event
}

fn corrected(facts: ReviewFacts, changed: &[&str], digest: u8) -> Event {
    event(ReviewEvent::Corrected(Corrected {
        review: import(1).review(),
        facts,
        changed: changed.iter().map(|field| (*field).into()).collect(),
        reason: sealed("Geändert in der Quelle"),
        voids_signature: false,
        source: Some(SourceDigest([digest; 16])),
    }))
    .on(date!(2026 - 11 - 02))
}

#[test]
fn the_first_import_records_all_and_the_same_again_nothing() {
    given([])
        .acting_as(Role::Administration)
        .when(import(1))
        .then(first());
    given(first()).when(import(1)).then_nothing();
    given(first()).when(import(2)).then([noted(2)]);
    given(first().into_iter().chain([noted(2)]))
        .when(import(2))
        .then_nothing();
}

#[test]
fn an_old_list_knows_less() {
    let bare = ImportReview {
        content: RequestReview {
            applicant_name: None,
            action_areas: vec![],
            ..command()
        },
        steps: vec![],
        ending: Some(Ending::Closed {
            on: date!(2026 - 11 - 05),
            at: Some(datetime!(2026-11-05 12:00 +01:00)),
        }),
        ..import(1)
    };
    let mut requested = requested();
    let crate::event_data::EventData::Review(ReviewEvent::Requested(data)) = &mut requested.data
    else {
        panic!("another event")
    };
    data.facts.applicant_name = None;
    data.facts.action_areas = vec![];
    let mut closed = event(ReviewEvent::Closed(Closed {
        review: bare.review(),
    }))
    .on(date!(2026 - 11 - 05));
    closed.occurred_at = Some(datetime!(2026-11-05 12:00 +01:00));
    given([])
        .when(bare.clone())
        .then([requested.clone(), closed.clone()]);
    given([requested, closed])
        .when(ImportReview {
            source: Source {
                digest: SourceDigest([2; 16]),
                ..bare.source.clone()
            },
            ..bare
        })
        .then([noted(2)]);
}

#[test]
fn a_new_and_a_changed_step_are_taken() {
    let at = datetime!(2026-11-03 09:00 +01:00);
    let later = datetime!(2026-11-04 10:00 +01:00);
    let mut again = import(2);
    again.steps[1] = step("Group 3", at);
    again.steps.push(step("Group 4", later));
    given(first()).when(again).then([
        step_retracted(2, at),
        completed(2, Some("Group 3"), at),
        completed(3, Some("Group 4"), later),
        noted(2),
    ]);
    let mut fewer = import(2);
    fewer.steps.pop();
    given(first())
        .when(fewer)
        .then([step_retracted(2, at), noted(2)]);
}

#[test]
fn what_the_office_did_with_steps_stays() {
    let at = datetime!(2026-11-03 09:00 +01:00);
    let mut history = first();
    history.push(step_retracted(2, at));
    let mut own = completed(3, Some("Group 9"), at);
    let crate::event_data::EventData::Review(ReviewEvent::StepCompleted(data)) = &mut own.data
    else {
        panic!("another event")
    };
    data.imported = false;
    history.push(own);
    let mut again = import(2);
    again.steps.push(step("Group 4", at));
    given(history)
        .when(again)
        .then([completed(4, Some("Group 4"), at), noted(2)]);
}

#[test]
fn what_the_office_changed_stays_also_at_the_second_change() {
    let extended = event(ReviewEvent::DeadlineExtended(DeadlineExtended {
        review: import(1).review(),
        due_on: date!(2026 - 12 - 14),
        reason: sealed("Später"),
    }));
    let mut history = first();
    history.push(extended);
    let with_cents = |cents, digest| {
        let mut import = import(digest);
        import.content.requested_cents = Some(cents);
        import
    };
    let ours = |cents| ReviewFacts {
        requested_cents: Some(cents),
        due_on: Some(date!(2026 - 12 - 14)),
        ..facts()
    };
    let second = corrected(ours(7), &["requestedCents"], 2);
    given(history.clone())
        .when(with_cents(7, 2))
        .then([second.clone()]);
    history.push(second);
    given(history.clone())
        .when(with_cents(8, 3))
        .then([corrected(ours(8), &["requestedCents"], 3)]);
    let retracted = event(ReviewEvent::Retracted(Retracted {
        review: import(1).review(),
        reason: sealed("Doppelt"),
    }));
    history.push(retracted);
    given(history).when(with_cents(8, 3)).then_nothing();
}

#[test]
fn an_end_and_the_decision_are_taken_once() {
    let ended = |digest| ImportReview {
        ending: Some(Ending::Issued {
            on: date!(2026 - 11 - 10),
            at: None,
            outcome: code("NOT_SUPPORTED"),
            text: None,
        }),
        funding: Some(Funding {
            decision: code("REJECTED"),
            granted_cents: None,
            on: date!(2026 - 11 - 18),
        }),
        ..import(digest)
    };
    let review = import(1).review();
    let end = [
        event(ReviewEvent::Issued(Issued {
            review,
            outcome: code("NOT_SUPPORTED"),
            text: None,
        }))
        .on(date!(2026 - 11 - 10)),
        event(ReviewEvent::FundingDecided(FundingDecided {
            review,
            decision: code("REJECTED"),
            granted_cents: None,
            note: None,
        }))
        .on(date!(2026 - 11 - 18)),
    ];
    let all = end.clone().into_iter().chain([noted(2)]);
    given(first()).when(ended(2)).then(all);
    given(first().into_iter().chain(end))
        .when(ended(3))
        .then([noted(3)]);
}

#[test]
fn what_cannot_be_is_refused() {
    let refused = |import, code, field| given([]).when(import).then_rejected(code, field);
    let mut ahead = import(1);
    ahead.steps[1].completed_at = Some(datetime!(2026-11-21 09:00 +01:00));
    refused(ahead, Code::DateInFuture, "steps[1].completedOn");
    refused(
        ImportReview {
            ending: Some(Ending::Issued {
                on: date!(2026 - 11 - 10),
                at: None,
                outcome: code("REVISION_REQUESTED"),
                text: None,
            }),
            ..import(1)
        },
        Code::UnknownValue,
        "outcome",
    );
    refused(
        ImportReview {
            funding: Some(Funding {
                decision: code("APPROVED"),
                granted_cents: None,
                on: date!(2026 - 11 - 18),
            }),
            ..import(1)
        },
        Code::StateForbids,
        "fundingDecision",
    );
    refused(
        ImportReview {
            steps: vec![StepInput::default(); 1_001],
            ..import(1)
        },
        Code::TooMany,
        "steps",
    );
}
