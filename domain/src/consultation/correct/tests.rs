//! What comes of correcting a consultation.

use time::macros::date;

use super::*;
use crate::consultation::Retracted;
use crate::consultation::samples::{facts, id, recorded, recorded_as};
use crate::organisation::samples::{self as organisation, code};
use crate::rejection::RejectionCode;
use crate::role::Role;
use crate::testing::{Moved, TODAY, event, given, long_text, other_centre, sealed, text};

fn command(patch: ConsultationPatch) -> CorrectConsultation {
    CorrectConsultation {
        consultation: id(1),
        expected_version: None,
        reason: text("Verschrieben"),
        patch,
    }
}

fn nothing() -> ConsultationPatch {
    ConsultationPatch::default()
}

fn corrected(facts: ConsultationFacts, changed: &[&str]) -> Event {
    event(ConsultationEvent::Corrected(Corrected {
        consultation: id(1),
        facts,
        changed: changed.iter().map(|name| (*name).into()).collect(),
        reason: sealed("Verschrieben"),
        source: None,
    }))
}

#[test]
fn every_field_can_be_corrected() {
    let organisation = organisation::id(1);
    given([recorded(id(1)), organisation::registered(organisation)])
        .when(command(ConsultationPatch {
            occurred_on: Some(date!(2024 - 06 - 03)),
            consultation_type: Some(code("FUNDING")),
            mode: Some(code("VIDEO")),
            duration_minutes: Some(60),
            preparation_minutes: Some(30),
            target_group: Some(code("MIGRANT_ORG")),
            action_areas: Some(vec![code("X_SPORT"), code("X_CULTURE")]),
            task_type: Change::Set(code("ADVICE")),
            organisations: Some(vec![organisation]),
            number_advised: Change::Set(3),
            language: Change::Set(code("ARA")),
            outcome: Change::Set(code("INFORMED")),
            programme: Change::Set(code("KOMM_AN_II")),
            municipality: Change::Set("05711000".to_owned()),
            visibility: Change::Set(code("INTERNAL")),
            subject: Change::Set(text("Förderantrag")),
            note: Change::Clear,
        }))
        .then([corrected(
            ConsultationFacts {
                consultation_type: code("FUNDING"),
                mode: code("VIDEO"),
                duration_minutes: 60,
                preparation_minutes: 30,
                target_group: code("MIGRANT_ORG"),
                action_areas: vec![code("X_CULTURE"), code("X_SPORT")],
                task_type: Some(code("ADVICE")),
                organisations: vec![organisation],
                number_advised: Some(3),
                language: Some(code("ARA")),
                outcome: Some(code("INFORMED")),
                programme: Some(code("KOMM_AN_II")),
                municipality: Some("05711000".into()),
                visibility: Some(code("INTERNAL")),
                subject: Some(sealed("Förderantrag")),
                note: None,
            },
            &[
                "occurredOn",
                "type",
                "mode",
                "durationMinutes",
                "preparationMinutes",
                "targetGroup",
                "actionAreas",
                "taskType",
                "organisations",
                "numberAdvised",
                "language",
                "outcome",
                "programme",
                "municipality",
                "visibility",
                "subject",
                "note",
            ],
        )
        .on(date!(2024 - 06 - 03))]);
}

#[test]
fn what_is_left_out_stays_also_what_was_corrected_before() {
    let day = date!(2026 - 11 - 02);
    let earlier = ConsultationFacts {
        duration_minutes: 60,
        ..facts()
    };
    given([
        recorded(id(1)),
        corrected(earlier.clone(), &["durationMinutes", "occurredOn"]).on(day),
    ])
    .when(command(ConsultationPatch {
        outcome: Change::Set(code("REFERRED")),
        ..nothing()
    }))
    .then([corrected(
        ConsultationFacts {
            outcome: Some(code("REFERRED")),
            ..earlier
        },
        &["outcome"],
    )
    .on(day)]);
}

#[test]
fn saying_what_is_known_changes_nothing() {
    given([recorded(id(1))])
        .when(command(nothing()))
        .then_nothing();
    given([recorded(id(1))])
        .when(command(ConsultationPatch {
            occurred_on: Some(TODAY),
            duration_minutes: Some(45),
            preparation_minutes: Some(0),
            organisations: Some(vec![]),
            language: Change::Clear,
            ..nothing()
        }))
        .then_nothing();
}

#[test]
fn a_value_taken_before_is_judged_again_only_for_another_day() {
    let old = ConsultationFacts {
        programme: Some(code("KOMM_AN_II")),
        ..facts()
    };
    let longer = ConsultationFacts {
        duration_minutes: 60,
        ..old.clone()
    };
    let patch = ConsultationPatch {
        duration_minutes: Some(60),
        ..nothing()
    };
    given([recorded_as(id(1), old.clone())])
        .when(command(patch.clone()))
        .then([corrected(longer, &["durationMinutes"])]);
    given([recorded_as(id(1), old)])
        .when(command(ConsultationPatch {
            occurred_on: TODAY.previous_day(),
            ..patch
        }))
        .then_rejected(RejectionCode::ValueNotValidOnDate, "programme");
    given([recorded(id(1))])
        .when(command(ConsultationPatch {
            programme: Change::Set(code("KOMM_AN_II")),
            ..nothing()
        }))
        .then_rejected(RejectionCode::ValueNotValidOnDate, "programme");
}

#[test]
fn bad_input_is_refused() {
    let refused = |patch, code, field| {
        given([recorded(id(1))])
            .when(command(patch))
            .then_rejected(code, field)
    };
    refused(
        ConsultationPatch {
            occurred_on: TODAY.next_day(),
            ..nothing()
        },
        RejectionCode::DateInFuture,
        "occurredOn",
    );
    refused(
        ConsultationPatch {
            number_advised: Change::Set(10_001),
            ..nothing()
        },
        RejectionCode::NumberOutOfRange,
        "numberAdvised",
    );
    refused(
        ConsultationPatch {
            action_areas: Some(vec![]),
            ..nothing()
        },
        RejectionCode::Missing,
        "actionAreas",
    );
    refused(
        ConsultationPatch {
            organisations: Some(vec![organisation::id(1)]),
            ..nothing()
        },
        RejectionCode::UnknownId,
        "organisations[0]",
    );
    refused(
        ConsultationPatch {
            subject: Change::Set(long_text(Text::TITLE + 1)),
            ..nothing()
        },
        RejectionCode::TextTooLong,
        "subject",
    );
    given([recorded(id(1))])
        .when(CorrectConsultation {
            reason: long_text(Text::NOTE + 1),
            ..command(ConsultationPatch {
                duration_minutes: Some(60),
                ..nothing()
            })
        })
        .then_rejected(RejectionCode::TextTooLong, "reason");
    let message = refused(
        ConsultationPatch {
            duration_minutes: Some(0),
            ..nothing()
        },
        RejectionCode::NumberOutOfRange,
        "durationMinutes",
    );
    assert_eq!(
        message,
        "Die Dauer muss zwischen 1 und 1440 Minuten liegen, angegeben sind 0."
    );
}

#[test]
fn of_two_who_read_the_same_version_the_second_learns_what_changed() {
    let longer = ConsultationFacts {
        duration_minutes: 60,
        ..facts()
    };
    let history = [
        recorded(id(1)),
        corrected(longer, &["durationMinutes", "outcome"]),
    ];
    let message = given(history)
        .when(CorrectConsultation {
            expected_version: Some(1),
            ..command(ConsultationPatch {
                duration_minutes: Some(90),
                ..nothing()
            })
        })
        .then_rejected(RejectionCode::ChangedMeanwhile, "expectedVersion");
    assert_eq!(
        message,
        "Der Eintrag wurde inzwischen geändert (durationMinutes, outcome); er hat jetzt die Fassung 2. Laden Sie ihn neu und prüfen Sie Ihre Änderung."
    );
}

#[test]
fn a_retracted_foreign_or_unknown_one_is_not_corrected() {
    let retracted = event(ConsultationEvent::Retracted(Retracted {
        consultation: id(1),
        reason: sealed("Doppelt eingetragen"),
    }));
    given([recorded(id(1)), retracted])
        .when(command(nothing()))
        .then_rejected(RejectionCode::StateForbids, "consultation");
    let elsewhere = given([recorded(id(1)).in_centre(other_centre())])
        .when(command(nothing()))
        .then_rejected(RejectionCode::UnknownId, "consultation");
    let none = given([])
        .when(command(nothing()))
        .then_rejected(RejectionCode::UnknownId, "consultation");
    assert_eq!(elsewhere, none);
    given([recorded(id(1))])
        .acting_as(Role::KimCoordinator)
        .when(command(nothing()))
        .then_rejected(RejectionCode::NotAllowed, "");
}
