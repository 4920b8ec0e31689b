//! Imports, once and again.
//!
//! More than 400 lines: each case is told from the first import on.

use time::macros::{date, datetime};

use super::*;
use crate::id::UnitId;
use crate::organisation::samples::code;
use crate::rejection::RejectionCode as Code;
use crate::review::samples::{command, facts};
use crate::review::{Assigned, DeadlineExtended, Retracted, ReviewFacts};
use crate::role::Role;
use crate::source::SourceDigest;
use crate::testing::{Given, Moved, event, sealed, seen, text};
use crate::unit::samples as units;

/// The centre has declared the units of the source.
fn given(events: impl IntoIterator<Item = Event>) -> Given {
    let declared = (b'1'..=b'Z').map(|n| units::declared(n.into(), &format!("Group {n}")));
    crate::testing::given(declared.chain(events))
}

/// The unit that the source calls so: they end with different letters or digits.
fn unit(name: &str) -> UnitId {
    units::id(name.bytes().last().unwrap().into())
}

fn step(name: &str, at: OffsetDateTime) -> StepInput {
    StepInput {
        unit: (name != "EMPTY").then(|| unit(name)),
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

fn completed(step: u32, name: Option<&str>, at: OffsetDateTime) -> Event {
    let mut event = event(ReviewEvent::StepCompleted(StepCompleted {
        review: import(1).review(),
        step,
        unit: name.map(|name| unit(name).into()),
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

fn noted(digest: u8, agreed: &[&str]) -> Event {
    seen(import(1).review().record(), digest, agreed)
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
        imported: true,
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
    given(first()).when(import(2)).then([noted(2, &[])]);
    given(first().into_iter().chain([noted(2, &[])]))
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
        .then([noted(2, &[])]);
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
        noted(2, &[]),
    ]);
    let mut fewer = import(2);
    fewer.steps.pop();
    let gone = [step_retracted(2, at), noted(2, &[])];
    given(first()).when(fewer).then(gone.clone());
    // As many again, but another: it is new, and the old one stays out.
    let mut other = import(3);
    other.steps[1] = step("Group 5", later);
    let history: Vec<Event> = first().into_iter().chain(gone).collect();
    given(history.clone())
        .when(other)
        .then([completed(3, Some("Group 5"), later), noted(3, &[])]);
    // The same comes back.
    given(history)
        .when(import(3))
        .then([completed(2, None, at), noted(3, &[])]);
}

#[test]
fn a_step_is_known_by_its_number_in_the_source() {
    let at = datetime!(2026-11-03 09:00 +01:00);
    let later = datetime!(2026-11-04 10:00 +01:00);
    let numbered = |number: &str, unit: &str, at| StepInput {
        reference: Some(text(number)),
        ..step(unit, at)
    };
    let recorded = |step, unit, number: &str, at| {
        let mut event = completed(step, Some(unit), at);
        let crate::event_data::EventData::Review(ReviewEvent::StepCompleted(data)) =
            &mut event.data
        else {
            panic!("another event")
        };
        data.reference = Some(sealed(number));
        event
    };
    let with = |digest, steps: Vec<StepInput>| {
        let mut import = import(digest);
        for number in ["t-1", "t-2", "t-3"] {
            import.known_texts.insert(sealed(number), text(number));
        }
        ImportReview { steps, ..import }
    };
    let two = vec![numbered("t-1", "A", at), numbered("t-2", "B", later)];
    let mut history = vec![
        requested(),
        recorded(1, "A", "t-1", at),
        recorded(2, "B", "t-2", later),
    ];
    given([]).when(with(1, two)).then(history.clone());
    // The first is gone, the second changed, a third is new.
    let other = vec![numbered("t-2", "C", later), numbered("t-3", "D", later)];
    let events = [
        step_retracted(2, later),
        recorded(2, "C", "t-2", later),
        recorded(3, "D", "t-3", later),
        step_retracted(1, at),
        noted(2, &[]),
    ];
    given(history.clone())
        .when(with(2, other.clone()))
        .then(events);
    // What the office took back stays so, whatever the source says of it.
    let by_office = event(ReviewEvent::StepRetracted(StepRetracted {
        review: import(1).review(),
        step: 2,
        reason: sealed("Falsche Akte"),
        voids_signature: false,
        imported: false,
    }));
    history.push(by_office);
    given(history).when(with(2, other)).then([
        recorded(3, "D", "t-3", later),
        step_retracted(1, at),
        noted(2, &[]),
    ]);
}

#[test]
fn what_the_office_did_with_steps_stays() {
    let at = datetime!(2026-11-03 09:00 +01:00);
    let mut history = first();
    history.push(event(ReviewEvent::StepRetracted(StepRetracted {
        review: import(1).review(),
        step: 2,
        reason: sealed("Falsche Akte"),
        voids_signature: false,
        imported: false,
    })));
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
        .then([completed(4, Some("Group 4"), at), noted(2, &[])]);
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

fn issued(outcome: &str, on: Date) -> Event {
    event(ReviewEvent::Issued(Issued {
        review: import(1).review(),
        outcome: code(outcome),
        text: None,
    }))
    .on(on)
}

fn decided(decision: &str) -> Event {
    event(ReviewEvent::FundingDecided(FundingDecided {
        review: import(1).review(),
        decision: code(decision),
        granted_cents: None,
        note: None,
    }))
    .on(date!(2026 - 11 - 18))
}

const TENTH: Date = date!(2026 - 11 - 10);

/// The source has a statement, and a decision.
fn ended(digest: u8, outcome: &str, decision: Option<&str>) -> ImportReview {
    ImportReview {
        ending: Some(Ending::Issued {
            on: TENTH,
            at: None,
            outcome: code(outcome),
            text: None,
        }),
        funding: decision.map(|decision| Funding {
            decision: code(decision),
            granted_cents: None,
            on: date!(2026 - 11 - 18),
        }),
        ..import(digest)
    }
}

fn and(history: Vec<Event>, events: impl IntoIterator<Item = Event>) -> Vec<Event> {
    history.into_iter().chain(events).collect()
}

/// What the import names as different.
fn differences(history: &[Event], import: &ImportReview) -> Vec<String> {
    let mut known = Reviews::default();
    for event in history {
        known.evolve(event);
    }
    let context = crate::testing::context(Role::KiOfficer);
    let found = import.differences(&known, &context);
    found.into_iter().map(|found| found.sentence).collect()
}

#[test]
fn an_end_and_the_decision_are_taken_and_corrected() {
    let end = [
        issued("NOT_SUPPORTED", TENTH),
        decided("REJECTED"),
        noted(2, &["ending", "fundingDecision"]),
    ];
    let first_end = ended(2, "NOT_SUPPORTED", Some("REJECTED"));
    given(first()).when(first_end).then(end.clone());
    let history = and(first(), end);
    given(history.clone())
        .when(ended(3, "NOT_SUPPORTED", Some("REJECTED")))
        .then([noted(3, &[])]);
    // Another decision, then another Votum on which the decision follows again.
    let other = ended(3, "NOT_SUPPORTED", Some("APPROVED"));
    assert_eq!(differences(&history, &other), [""; 0]);
    let events = [decided("APPROVED"), noted(3, &["fundingDecision"])];
    given(history.clone()).when(other).then(events.clone());
    let history = and(history, events);
    given(history.clone())
        .when(ended(4, "SUPPORTED", Some("APPROVED")))
        .then([
            issued("SUPPORTED", TENTH),
            decided("APPROVED"),
            noted(4, &["ending", "fundingDecision"]),
        ]);
    // Without the decision the end can't be taken back.
    let lapsed = ImportReview {
        ending: Some(Ending::Lapsed { on: TENTH }),
        ..import(4)
    };
    let found = differences(&history, &lapsed);
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(
        found[0],
        "Laut Quelle ist der Vorgang Frist verstrichen am 10.11.2026, im Buch abgegeben am 10.11.2026 („nicht befürwortet“); es bleibt, was im Buch steht."
    );
    given(history).when(lapsed).then([noted(4, &[])]);
}

#[test]
fn another_end_takes_the_place_of_the_sources_own() {
    let closed = event(ReviewEvent::Closed(Closed {
        review: import(1).review(),
    }))
    .on(TENTH);
    let history = and(first(), [closed]);
    given(history.clone())
        .when(ended(2, "SUPPORTED", None))
        .then([issued("SUPPORTED", TENTH), noted(2, &["ending"])]);
    let found = differences(&history, &import(2));
    assert!(found[0].contains("nicht mehr beendet"), "{found:?}");
    given(history).when(import(2)).then([noted(2, &[])]);
}

#[test]
fn what_the_office_works_on_or_ended_itself_is_only_named() {
    let assigned = event(ReviewEvent::Assigned(Assigned {
        review: import(1).review(),
        reviewer: crate::ActorId(uuid::Uuid::from_u128(3)),
        cosigner: None,
    }));
    let history = and(first(), [assigned]);
    let theirs = ended(2, "SUPPORTED", Some("APPROVED"));
    given(history.clone())
        .when(theirs.clone())
        .then([noted(2, &[])]);
    let found = differences(&history, &theirs);
    assert!(found[0].contains("im Buch wird er bearbeitet"), "{found:?}");
    assert!(found[1].contains("nicht übernommen"), "{found:?}");
    // Also when the same file is read again, until somebody settles it.
    let again = and(history, [noted(2, &[])]);
    assert_eq!(differences(&again, &theirs), found);

    let withdrawn = event(ReviewEvent::Withdrawn(Withdrawn {
        review: import(1).review(),
        reason: None,
    }))
    .on(TENTH);
    let history = and(first(), [withdrawn]);
    let theirs = ended(2, "SUPPORTED", None);
    given(history.clone())
        .when(theirs.clone())
        .then([noted(2, &[])]);
    assert_eq!(differences(&history, &theirs).len(), 1);
    // The source comes to say the same, and is then followed.
    let same = |digest, on| ImportReview {
        ending: Some(Ending::Withdrawn { on }),
        ..import(digest)
    };
    let agreed = noted(2, &["ending"]);
    given(history.clone())
        .when(same(2, TENTH))
        .then([agreed.clone()]);
    let later = date!(2026 - 11 - 11);
    let moved = event(ReviewEvent::Withdrawn(Withdrawn {
        review: import(1).review(),
        reason: None,
    }))
    .on(later);
    given(and(history, [agreed]))
        .when(same(3, later))
        .then([moved, noted(3, &["ending"])]);
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

#[test]
fn only_declared_units_are_taken_and_each_refusal_names_its_place() {
    let undeclared = |change: &dyn Fn(&mut ImportReview)| {
        let mut import = import(1);
        change(&mut import);
        given([]).when(import)
    };
    let unknown = Some(units::id(0));
    undeclared(&|import| import.steps[1].unit = unknown)
        .then_rejected(Code::UnknownId, "steps[1].unit");
    undeclared(&|import| import.content.department = unknown)
        .then_rejected(Code::UnknownId, "department");
    undeclared(&|import| import.content.unit = unknown).then_rejected(Code::UnknownId, "unit");
    // What was imported and has not changed since is not looked at again.
    crate::testing::given(first())
        .when(import(1))
        .then_nothing();
}
