//! What comes of recording a consultation.

use time::macros::date;

use super::*;
use crate::consultation::samples::{command, facts, id, recorded, recorded_as};
use crate::consultation::{Corrected, Retracted};
use crate::organisation::samples::{self as organisation, code};
use crate::rejection::RejectionCode;
use crate::role::Role;
use crate::source::SourceDigest;
use crate::testing::{Moved, event, first_id, given, long_text, other_centre};
use crate::testing::{sealed, text};

fn new() -> ConsultationId {
    ConsultationId(first_id())
}

fn imported(digest: u8) -> RecordConsultation {
    RecordConsultation {
        source: Some(Source {
            key: "https://example.org/consultation/1".to_owned(),
            digest: SourceDigest([digest; 16]),
        }),
        ..command()
    }
}

fn imported_event(digest: u8) -> Event {
    event(ConsultationEvent::Recorded(Recorded {
        consultation: imported(digest).imported_id().unwrap(),
        facts: facts(),
        source: Some(SourceDigest([digest; 16])),
    }))
}

#[test]
fn what_an_office_always_knows_is_enough() {
    given([]).when(command()).then([recorded(new())]);
}

#[test]
fn everything_else_is_taken_too_in_sorted_lists() {
    let (one, two) = (organisation::id(1), organisation::id(2));
    given([organisation::registered(one), organisation::registered(two)])
        .when(RecordConsultation {
            occurred_on: date!(2024 - 12 - 31),
            action_areas: vec![code("X_SPORT"), code("EDU_EARLY")],
            preparation_minutes: Some(6_000),
            task_type: Some(code("ADVICE")),
            organisations: vec![two, one],
            number_advised: Some(10_000),
            language: Some(code("ARA")),
            outcome: Some(code("INFORMED")),
            programme: Some(code("KOMM_AN_II")),
            municipality: Some("05711000".to_owned()),
            visibility: Some(code("INTERNAL")),
            subject: Some(text("Förderantrag")),
            links: vec![two.record(), one.record()],
            ..command()
        })
        .then(
            [
                recorded_as(
                    new(),
                    ConsultationFacts {
                        action_areas: vec![code("EDU_EARLY"), code("X_SPORT")],
                        preparation_minutes: 6_000,
                        task_type: Some(code("ADVICE")),
                        organisations: vec![one, two],
                        number_advised: Some(10_000),
                        language: Some(code("ARA")),
                        outcome: Some(code("INFORMED")),
                        programme: Some(code("KOMM_AN_II")),
                        municipality: Some("05711000".into()),
                        visibility: Some(code("INTERNAL")),
                        subject: Some(sealed("Förderantrag")),
                        ..facts()
                    },
                ),
                linked(one.record()),
                linked(two.record()),
            ]
            .map(|event| event.on(date!(2024 - 12 - 31))),
        );
}

fn linked(to: RecordId) -> Event {
    event(ConsultationEvent::Linked(Linked {
        consultation: new(),
        to,
    }))
}

#[test]
fn the_day_lies_between_1990_and_today() {
    let on = |occurred_on| RecordConsultation {
        occurred_on,
        ..command()
    };
    let first = date!(1990 - 01 - 01);
    given([]).when(on(first)).then([recorded(new()).on(first)]);
    given([])
        .when(on(date!(1989 - 12 - 31)))
        .then_rejected(RejectionCode::DateOutOfRange, "occurredOn");
    let message = given([])
        .when(on(date!(2026 - 11 - 21)))
        .then_rejected(RejectionCode::DateInFuture, "occurredOn");
    assert_eq!(
        message,
        "Der 21.11.2026 liegt in der Zukunft; möglich ist spätestens heute, der 20.11.2026."
    );
}

#[test]
fn absurd_numbers_are_refused() {
    let refused = |change: fn(&mut RecordConsultation, i32), numbers: [i32; 3], field| {
        for number in numbers {
            let mut command = command();
            change(&mut command, number);
            given([])
                .when(command)
                .then_rejected(RejectionCode::NumberOutOfRange, field);
        }
    };
    refused(
        |it, n| it.duration_minutes = n,
        [0, 1_441, i32::MIN],
        "durationMinutes",
    );
    refused(
        |it, n| it.preparation_minutes = Some(n),
        [-1, 6_001, i32::MAX],
        "preparationMinutes",
    );
    refused(
        |it, n| it.number_advised = Some(n),
        [-1, 10_001, 65_537],
        "numberAdvised",
    );
}

#[test]
fn the_bounds_themselves_are_taken() {
    for (duration_minutes, preparation, advised) in [(1, 0, 0), (1_440, 6_000, 10_000)] {
        let facts = ConsultationFacts {
            duration_minutes,
            preparation_minutes: preparation,
            number_advised: Some(advised),
            ..facts()
        };
        given([])
            .when(RecordConsultation {
                duration_minutes: duration_minutes.into(),
                preparation_minutes: Some(preparation.into()),
                number_advised: Some(advised.into()),
                ..command()
            })
            .then([recorded_as(new(), facts)]);
    }
}

#[test]
fn lists_hold_each_entry_once_and_not_too_many() {
    given([])
        .when(RecordConsultation {
            action_areas: vec![],
            ..command()
        })
        .then_rejected(RejectionCode::Missing, "actionAreas");
    given([])
        .when(RecordConsultation {
            action_areas: vec![code("X_SPORT"), code("X_SPORT")],
            ..command()
        })
        .then_rejected(RejectionCode::Duplicate, "actionAreas[1]");
    given([])
        .when(RecordConsultation {
            action_areas: ActionArea::all().collect(),
            ..command()
        })
        .then([recorded_as(
            new(),
            ConsultationFacts {
                action_areas: ActionArea::all().collect(),
                ..facts()
            },
        )]);
    given([])
        .when(RecordConsultation {
            action_areas: ActionArea::all().chain([code("X_SPORT")]).collect(),
            ..command()
        })
        .then_rejected(RejectionCode::TooMany, "actionAreas");
    let register = (0..51).map(|n| organisation::registered(organisation::id(n)));
    given(register)
        .when(RecordConsultation {
            organisations: (0..51).map(organisation::id).collect(),
            ..command()
        })
        .then_rejected(RejectionCode::TooMany, "organisations");
    given([organisation::registered(organisation::id(1))])
        .when(RecordConsultation {
            organisations: vec![organisation::id(1); 2],
            ..command()
        })
        .then_rejected(RejectionCode::Duplicate, "organisations[1]");
}

#[test]
fn texts_have_limits() {
    given([])
        .when(RecordConsultation {
            subject: Some(long_text(Text::TITLE + 1)),
            ..command()
        })
        .then_rejected(RejectionCode::TextTooLong, "subject");
    given([])
        .when(RecordConsultation {
            note: Some(long_text(Text::NOTE + 1)),
            ..command()
        })
        .then_rejected(RejectionCode::TextTooLong, "note");
}

#[test]
fn named_records_must_exist_in_the_centre() {
    let (one, two) = (organisation::id(1), organisation::id(2));
    let history = [
        organisation::registered(one),
        organisation::registered(two).in_centre(other_centre()),
    ];
    given(history.clone())
        .when(RecordConsultation {
            organisations: vec![one, two],
            ..command()
        })
        .then_rejected(RejectionCode::UnknownId, "organisations[1]");
    given(history)
        .when(RecordConsultation {
            links: vec![id(9).record()],
            ..command()
        })
        .then_rejected(RejectionCode::UnknownId, "links[0]");
}

#[test]
fn values_must_be_valid_on_the_day() {
    given([])
        .when(RecordConsultation {
            programme: Some(code("KOMM_AN_II")),
            occurred_on: date!(2025 - 01 - 01),
            ..command()
        })
        .then_rejected(RejectionCode::ValueNotValidOnDate, "programme");
    given([])
        .when(RecordConsultation {
            consultation_type: code("CASE_MANAGEMENT_CONTACT"),
            occurred_on: date!(2020 - 11 - 24),
            ..command()
        })
        .then_rejected(RejectionCode::ValueNotValidOnDate, "type");
    given([])
        .when(RecordConsultation {
            municipality: Some("57110000".to_owned()),
            ..command()
        })
        .then_rejected(RejectionCode::Malformed, "municipality");
}

#[test]
fn it_is_recorded_for_the_own_centre_by_those_who_advise() {
    given([])
        .when(RecordConsultation {
            centre: other_centre(),
            ..command()
        })
        .then_rejected(RejectionCode::WrongCentre, "centre");
    for role in Role::ALL {
        let outcome = given([]).acting_as(role).when(command());
        if [Role::KiOfficer, Role::KiHead, Role::CaseManager].contains(&role) {
            outcome.then([recorded(new())]);
        } else {
            outcome.then_rejected(RejectionCode::NotAllowed, "");
        }
    }
}

#[test]
fn an_import_adds_nothing_twice_and_corrects_what_changed() {
    let id = imported(1).imported_id().unwrap();
    given([]).when(imported(1)).then([imported_event(1)]);
    given([imported_event(1)]).when(imported(1)).then_nothing();
    let changed = RecordConsultation {
        duration_minutes: 60,
        note: None,
        ..imported(2)
    };
    let corrected = event(ConsultationEvent::Corrected(Corrected {
        consultation: id,
        facts: ConsultationFacts {
            duration_minutes: 60,
            note: None,
            ..facts()
        },
        changed: vec!["durationMinutes".into(), "note".into()],
        reason: sealed("Die Quelle hat den Eintrag geändert."),
        source: Some(SourceDigest([2; 16])),
    }));
    given([imported_event(1)])
        .when(changed.clone())
        .then([corrected.clone()]);
    given([imported_event(1), corrected])
        .when(changed.clone())
        .then_nothing();
    let retracted = event(ConsultationEvent::Retracted(Retracted {
        consultation: id,
        reason: sealed("Nie stattgefunden"),
    }));
    given([imported_event(1), retracted])
        .when(changed)
        .then_nothing();
}

#[test]
fn who_may_import_is_no_matter_of_the_role() {
    given([])
        .acting_as(Role::Operator)
        .when(imported(1))
        .then([imported_event(1)]);
}
