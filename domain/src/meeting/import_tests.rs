//! Given a history, when a source says something of a meeting, then … (long: one test per case of
//! what the source, the office and the calendar did before).
//!
//! More than 400 lines: one test per case.

use std::collections::BTreeMap;

use time::Date;
use time::macros::{date, datetime};

use super::*;
use crate::Change;
use crate::agreement::samples::{agreement, made};
use crate::meeting::samples::{attendance_input, facts, item, plan, planned_item};
use crate::meeting::{
    AgendaItem, ApproveMinutes, Attendance, AttendanceInput, CancelMeeting, Continued,
    CorrectMeeting, HoldMeeting, MeetingFacts, MinutesInput, PlanInput, RescheduleMeeting,
    RetractMeeting, Vote, VoteInput,
};
use crate::network::samples::{
    closed, founded, founded_statutory, network, organisation_number, registered_number,
};
use crate::rejection::RejectionCode as Code;
use crate::source::SourceDigest;
use crate::testing::{Moved, Outcome, centre, event, given, other_centre, sealed, seen, text};

const PAST: Date = date!(2026 - 11 - 10);
const TO_COME: Date = date!(2026 - 12 - 08);

fn import(digest: u8, date: Date) -> ImportMeeting {
    ImportMeeting {
        centre: centre(),
        source: Source {
            key: "https://ris.example/meetings/656".into(),
            digest: SourceDigest([digest; 16]),
        },
        network: network(),
        date,
        starts_at: None,
        ends_at: None,
        title: Some(text("Integrationsausschuss")),
        place: Change::Clear,
        mode: None,
        agenda: vec![numbered("1", "Begrüßung"), numbered("2", "Bericht")],
        cancelled: false,
        after: Afterwards::default(),
        known_texts: known(&["Integrationsausschuss", "Begrüßung", "Bericht"]),
    }
}

fn known(texts: &[&str]) -> BTreeMap<Commitment, Text> {
    texts.iter().map(|t| (sealed(t), text(t))).collect()
}

fn numbered(number: &str, title: &str) -> AgendaInput {
    AgendaInput {
        number: Some(number.into()),
        ..planned_item(title)
    }
}

fn id() -> MeetingId {
    import(1, PAST).meeting()
}

fn content() -> Plan {
    let with_number = |number: &str, title| AgendaItem {
        number: Some(number.into()),
        ..item(title)
    };
    Plan {
        title: Some(sealed("Integrationsausschuss")),
        agenda: vec![with_number("1", "Begrüßung"), with_number("2", "Bericht")],
        ..plan()
    }
}

fn digest(digest: u8) -> Option<SourceDigest> {
    Some(SourceDigest([digest; 16]))
}

fn names(fields: &[&str]) -> Vec<Box<str>> {
    fields.iter().map(|field| (*field).into()).collect()
}

fn scheduled(by: u8, on: Date, plan: Plan) -> Event {
    event(MeetingEvent::Scheduled(Scheduled {
        meeting: id(),
        plan,
        source: digest(by),
    }))
    .on(on)
}

fn rescheduled(by: u8, on: Date, plan: Plan, fields: &[&str]) -> Event {
    event(MeetingEvent::Rescheduled(Rescheduled {
        meeting: id(),
        plan,
        changed: names(fields),
        reason: None,
        source: digest(by),
    }))
    .on(on)
}

fn held(by: u8, on: Date, facts: MeetingFacts) -> Event {
    event(MeetingEvent::Held(Held {
        meeting: id(),
        facts,
        source: digest(by),
    }))
    .on(on)
}

fn corrected(by: u8, on: Date, facts: MeetingFacts, fields: &[&str]) -> Event {
    event(MeetingEvent::Corrected(Corrected {
        meeting: id(),
        facts,
        changed: names(fields),
        reason: sealed("Geändert in der Quelle"),
        source: digest(by),
    }))
    .on(on)
}

fn cancelled(by: Option<u8>, on: Date) -> Event {
    event(MeetingEvent::Cancelled(Cancelled {
        meeting: id(),
        network: network(),
        reason: Some(sealed("In der Quelle abgesagt")),
        source: by.and_then(digest),
    }))
    .on(on)
}

/// The history with the events of an office's command after it.
fn and<D: Decision>(mut history: Vec<Event>, command: D) -> Vec<Event> {
    let events = given(history.clone()).when(command).0.unwrap();
    assert!(!events.is_empty());
    history.extend(events);
    history
}

fn when(history: &[Event], command: ImportMeeting) -> Outcome {
    given(history.to_vec()).when(command)
}

fn imported_held() -> Vec<Event> {
    vec![
        founded_statutory(),
        registered_number(1),
        held(1, PAST, facts(content())),
    ]
}

fn correct() -> CorrectMeeting {
    CorrectMeeting {
        network: network(),
        meeting: id(),
        date: None,
        plan: PlanInput::default(),
        attendances: None,
        other_head_count: None,
        results: Change::Keep,
        minutes: MinutesInput::default(),
        reason: text("ergänzt"),
        expected_version: None,
    }
}

#[test]
fn a_day_to_come_is_scheduled_and_a_day_that_is_over_is_held() {
    given([founded()])
        .when(import(1, TO_COME))
        .then([scheduled(1, TO_COME, content())]);
    given([founded()])
        .when(import(1, crate::testing::TODAY))
        .then([scheduled(1, crate::testing::TODAY, content())]);
    given([founded()])
        .when(import(1, PAST))
        .then([held(1, PAST, facts(content()))]);
}

#[test]
fn it_takes_up_what_is_open() {
    let plan = Plan {
        carried_over: vec![agreement(1)],
        ..content()
    };
    given([founded(), made(1)])
        .when(import(1, PAST))
        .then([held(1, PAST, facts(plan))]);
}

#[test]
fn the_same_again_does_nothing() {
    let history = [founded(), scheduled(1, TO_COME, content())];
    when(&history, import(1, TO_COME)).then_nothing();
    when(&imported_held(), import(1, PAST)).then_nothing();
    // Another digest is noted once.
    let noted = seen(id().record(), 2, &[]);
    for (history, day) in [(history.to_vec(), TO_COME), (imported_held(), PAST)] {
        when(&history, import(2, day)).then([noted.clone()]);
        let history: Vec<_> = history.into_iter().chain([noted.clone()]).collect();
        when(&history, import(2, day)).then_nothing();
    }
}

#[test]
fn what_the_source_came_to_agree_with_is_the_offices_to_change() {
    let placed = |place: &str| CorrectMeeting {
        plan: PlanInput {
            place: Change::Set(text(place)),
            agenda: Some(vec![
                AgendaInput {
                    result: Some(text(place)),
                    ..numbered("1", "Begrüßung")
                },
                numbered("2", "Bericht"),
            ]),
            ..PlanInput::default()
        },
        ..correct()
    };
    let theirs = |digest| {
        let mut command = ImportMeeting {
            place: Change::Set(text("Saal 3")),
            known_texts: known(&[
                "Integrationsausschuss",
                "Begrüßung",
                "Bericht",
                "Saal 3",
                "Saal 4",
            ]),
            ..import(digest, PAST)
        };
        command.agenda[0].result = Some(text("Saal 3"));
        command
    };
    let mut history = and(imported_held(), placed("Saal 3"));
    let agreed = seen(id().record(), 2, &["place", "agenda[0].result"]);
    when(&history, theirs(2)).then([agreed.clone()]);
    history.push(agreed);
    let history = and(history, placed("Saal 4"));
    when(&history, theirs(2)).then_nothing();
    when(&history, theirs(3)).then([seen(id().record(), 3, &[])]);
}

#[test]
fn what_was_scheduled_is_held_when_its_day_is_over() {
    let history = [founded(), scheduled(1, PAST, content())];
    when(&history, import(1, PAST)).then([held(1, PAST, facts(content()))]);
    let changed = ImportMeeting {
        place: Change::Set(text("Saal 3")),
        ..import(2, PAST)
    };
    let plan = Plan {
        place: Some(sealed("Saal 3")),
        ..content()
    };
    when(&history, changed).then([held(2, PAST, facts(plan))]);
}

#[test]
fn a_changed_plan_is_rescheduled() {
    let history = [founded(), scheduled(1, TO_COME, content())];
    let begins = datetime!(2026-12-09 18:00 +1);
    let changed = ImportMeeting {
        starts_at: Some(begins),
        agenda: vec![numbered("1", "Begrüßung"), numbered("2", "Neuer Bericht")],
        ..import(2, date!(2026 - 12 - 09))
    };
    let mut plan = content();
    plan.agenda[1].title = sealed("Neuer Bericht");
    let mut expected = rescheduled(
        2,
        date!(2026 - 12 - 09),
        plan,
        &["date", "startsAt", "agenda"],
    );
    expected.occurred_at = Some(begins);
    when(&history, changed).then([expected]);
}

#[test]
fn a_changed_past_is_corrected_and_unchanged_texts_keep_their_commitments() {
    let changed = ImportMeeting {
        title: Some(text("Ausschuss für Integration")),
        ..import(2, PAST)
    };
    let plan = Plan {
        title: Some(sealed("Ausschuss für Integration")),
        ..content()
    };
    let expected = corrected(2, PAST, facts(plan), &["title"]);
    when(&imported_held(), changed.clone()).then([expected]);

    let context = crate::testing::context(crate::Role::KiOfficer);
    let mut facts = ImportFacts::default();
    for event in imported_held() {
        ImportMeeting::evolve(&mut facts, &event);
    }
    changed.decide(&facts, &context).unwrap();
    let texts: Vec<_> = context.into_texts();
    let sealed: Vec<_> = texts.iter().map(|sealed| sealed.text.as_str()).collect();
    assert_eq!(
        sealed,
        ["Ausschuss für Integration", "Geändert in der Quelle"]
    );
}

#[test]
fn what_the_office_entered_stays() {
    let by_office = CorrectMeeting {
        plan: PlanInput {
            place: Change::Set(text("Rathaus")),
            agenda: Some(vec![
                AgendaInput {
                    vote: Some(VoteInput {
                        yes: 9,
                        no: 0,
                        abstained: 1,
                    }),
                    ..numbered("1", "Begrüßung")
                },
                AgendaInput {
                    result: Some(text("Kenntnis genommen")),
                    ..numbered("2", "Bericht")
                },
                planned_item("Verschiedenes"),
            ]),
            ..PlanInput::default()
        },
        attendances: Some(vec![attendance_input(1)]),
        other_head_count: Some(5),
        results: Change::Set(text("Protokoll")),
        ..correct()
    };
    let mut history = and(imported_held(), by_office);
    let known_texts = known(&[
        "Integrationsausschuss",
        "Begrüßung",
        "Bericht",
        "Rathaus",
        "Kenntnis genommen",
        "Verschiedenes",
        "Protokoll",
    ]);
    // The source changes twice; it never knew of what the office entered.
    for (digest, title) in [(2, "Erste Änderung"), (3, "Zweite Änderung")] {
        let changed = ImportMeeting {
            title: Some(text(title)),
            known_texts: known_texts.clone(),
            ..import(digest, PAST)
        };
        let events = given(history.clone()).when(changed).0.unwrap();
        let mut plan = Plan {
            title: Some(sealed(title)),
            place: Some(sealed("Rathaus")),
            ..content()
        };
        plan.agenda[0].vote = Some(Vote {
            yes: 9,
            no: 0,
            abstained: 1,
        });
        plan.agenda[1].result = Some(sealed("Kenntnis genommen"));
        plan.agenda.push(item("Verschiedenes"));
        let kept = MeetingFacts {
            attendances: vec![Attendance {
                organisation: crate::network::samples::organisation(),
                head_count: 2,
                function: None,
            }],
            other_head_count: 5,
            results: Some(sealed("Protokoll")),
            ..facts(plan)
        };
        assert_eq!(events, [corrected(digest, PAST, kept, &["title"])]);
        history.extend(events);
    }
}

#[test]
fn a_place_the_source_does_not_get_to_say_stays() {
    let at = |place, digest| ImportMeeting {
        place,
        ..import(digest, PAST)
    };
    let placed = when(&imported_held(), at(Change::Set(text("Saal 3")), 2))
        .0
        .unwrap();
    let history = || imported_held().into_iter().chain(placed.clone());
    given(history())
        .when(at(Change::Keep, 3))
        .then([seen(id().record(), 3, &[])]);
    let cleared = given(history()).when(at(Change::Clear, 3)).0.unwrap();
    assert_eq!(cleared, [corrected(3, PAST, facts(content()), &["place"])]);
}

#[test]
fn what_the_source_takes_away_goes_and_its_results_are_taken() {
    let changed = ImportMeeting {
        agenda: vec![AgendaInput {
            result: Some(text("vertagt")),
            ..numbered("1", "Bericht")
        }],
        ..import(2, PAST)
    };
    let mut plan = content();
    plan.agenda.remove(0);
    plan.agenda[0].number = Some("1".into());
    plan.agenda[0].result = Some(sealed("vertagt"));
    when(&imported_held(), changed).then([corrected(2, PAST, facts(plan), &["agenda"])]);
}

#[test]
fn the_office_moved_it_and_the_source_changes_something_else() {
    let moved = RescheduleMeeting {
        network: network(),
        meeting: id(),
        date: Some(date!(2026 - 12 - 15)),
        plan: PlanInput::default(),
        reason: None,
        expected_version: None,
    };
    let history = and(vec![founded(), scheduled(1, TO_COME, content())], moved);
    let place = |place, digest| ImportMeeting {
        place: Change::Set(text(place)),
        ..import(digest, TO_COME)
    };
    let at = |place| Plan {
        place: Some(sealed(place)),
        ..content()
    };
    let day = date!(2026 - 12 - 15);
    let second = rescheduled(2, day, at("Saal 3"), &["place"]);
    when(&history, place("Saal 3", 2)).then([second.clone()]);
    // What the source said of the day is still known after that.
    let history: Vec<_> = history.into_iter().chain([second]).collect();
    when(&history, place("Saal 4", 3)).then([rescheduled(3, day, at("Saal 4"), &["place"])]);
    // But when the source moves it too, the source is newer.
    let moved = import(4, date!(2026 - 12 - 22));
    let expected = rescheduled(4, date!(2026 - 12 - 22), content(), &["date", "place"]);
    when(&history, moved).then([expected]);
}

#[test]
fn a_source_cancels_and_takes_it_back() {
    let call_off = |digest, date| ImportMeeting {
        cancelled: true,
        ..import(digest, date)
    };
    let history = vec![founded(), scheduled(1, TO_COME, content())];
    when(&history, call_off(2, TO_COME)).then([cancelled(Some(2), TO_COME)]);
    let history: Vec<_> = history
        .into_iter()
        .chain([cancelled(Some(2), TO_COME)])
        .collect();
    when(&history, call_off(2, TO_COME)).then_nothing();
    when(&history, call_off(3, TO_COME)).then_nothing();
    when(&history, import(3, TO_COME)).then([rescheduled(3, TO_COME, content(), &[])]);
    // Moved and called off in one go.
    let history = [founded(), scheduled(1, TO_COME, content())];
    let day = date!(2026 - 12 - 09);
    when(&history, call_off(2, day)).then([
        rescheduled(2, day, content(), &["date"]),
        cancelled(Some(2), day),
    ]);
    // First seen when it was called off already.
    for day in [PAST, TO_COME] {
        given([founded()])
            .when(call_off(1, day))
            .then([scheduled(1, day, content()), cancelled(Some(1), day)]);
    }
}

#[test]
fn what_the_import_took_for_held_may_turn_out_otherwise() {
    let called_off = || ImportMeeting {
        cancelled: true,
        ..import(2, PAST)
    };
    when(&imported_held(), called_off()).then([cancelled(Some(2), PAST)]);
    when(&imported_held(), import(2, TO_COME)).then([rescheduled(
        2,
        TO_COME,
        content(),
        &["date"],
    )]);
    // Not when the office recorded who came.
    let counted = CorrectMeeting {
        other_head_count: Some(12),
        ..correct()
    };
    let history = and(imported_held(), counted);
    when(&history, called_off()).then_rejected(Code::StateForbids, "cancelled");
    when(&history, import(2, TO_COME)).then_rejected(Code::StateForbids, "date");
    let approved = ApproveMinutes {
        meeting: id(),
        occurred_on: None,
        expected_version: None,
    };
    let history = and(imported_held(), approved);
    when(&history, called_off()).then_rejected(Code::StateForbids, "cancelled");
}

#[test]
fn what_the_office_ended_stays_ended() {
    let retract = RetractMeeting {
        meeting: id(),
        reason: text("gehört nicht hierher"),
        expected_version: None,
    };
    let retracted = and(imported_held(), retract);
    when(&retracted, import(1, PAST)).then_nothing();
    when(&retracted, import(2, TO_COME)).then_nothing();
    let cancel = CancelMeeting {
        meeting: id(),
        reason: Some(text("fällt aus")),
        expected_version: None,
    };
    let history = and(vec![founded(), scheduled(1, TO_COME, content())], cancel);
    when(&history, import(1, TO_COME)).then_nothing();
    when(&history, import(2, PAST)).then_nothing();
}

#[test]
fn what_the_office_held_is_corrected_by_the_source() {
    let hold = HoldMeeting {
        network: network(),
        meeting: Some(id()),
        date: None,
        plan: PlanInput::default(),
        attendances: Vec::new(),
        other_head_count: 3,
        results: None,
        minutes: MinutesInput::default(),
        expected_version: None,
    };
    let history = and(vec![founded(), scheduled(1, PAST, content())], hold);
    when(&history, import(1, PAST)).then_nothing();
    let changed = ImportMeeting {
        place: Change::Set(text("Saal 3")),
        ..import(2, PAST)
    };
    let kept = MeetingFacts {
        other_head_count: 3,
        ..facts(Plan {
            place: Some(sealed("Saal 3")),
            ..content()
        })
    };
    when(&history, changed).then([corrected(2, PAST, kept, &["place"])]);
}

#[test]
fn texts_that_cannot_be_opened_are_sealed_anew_once() {
    let blind = |digest| ImportMeeting {
        known_texts: BTreeMap::new(),
        ..import(digest, PAST)
    };
    let events = given(imported_held()).when(blind(2)).0.unwrap();
    // The harness opens texts, so the same content reads the same; its commitments are new.
    assert_eq!(events.len(), 1);
    let history: Vec<_> = imported_held().into_iter().chain(events).collect();
    when(&history, blind(2)).then_nothing();
}

#[test]
fn words_in_a_number_go_before_the_title() {
    let command = ImportMeeting {
        agenda: vec![
            numbered("Nachtrag zu 1", "Satzung"),
            numbered(" ", "Fragen"),
            numbered("Ö 3", "Verschiedenes"),
        ],
        ..import(1, PAST)
    };
    let mut plan = Plan {
        agenda: vec![
            item("Nachtrag zu 1 Satzung"),
            item("Fragen"),
            item("Verschiedenes"),
        ],
        ..content()
    };
    plan.agenda[2].number = Some("Ö 3".into());
    given([founded()])
        .when(command)
        .then([held(1, PAST, facts(plan))]);
}

#[test]
fn a_budget_debate_fits() {
    let agenda = |last: &str| {
        let mut agenda: Vec<_> = (1..394)
            .map(|n| AgendaInput {
                public: Some(true),
                result: Some(text("mehrheitlich abgelehnt")),
                ..numbered(&format!("1.{n}"), &format!("Antrag {n}"))
            })
            .collect();
        agenda.push(numbered("2", last));
        agenda
    };
    let command = |digest, last| ImportMeeting {
        agenda: agenda(last),
        known_texts: (1..394)
            .map(|n| text(&format!("Antrag {n}")))
            .chain([text("Schluss"), text("mehrheitlich abgelehnt")])
            .chain([text("Integrationsausschuss")])
            .map(|text| (sealed(text.as_str()), text))
            .collect(),
        ..import(digest, PAST)
    };
    let mut history = vec![founded()];
    history.extend(given([founded()]).when(command(1, "Schluss")).0.unwrap());
    assert!(history.len() > 3, "394 items in {} events", history.len());
    when(&history, command(1, "Schluss")).then_nothing();
    when(&history, command(2, "Schluss")).then([seen(id().record(), 2, &[])]);
    let events = given(history).when(command(2, "Ende")).0.unwrap();
    let crate::EventData::Meeting(MeetingEvent::Corrected(event)) = &events[0].data else {
        panic!("{:?}", events[0].data.kind());
    };
    assert_eq!(event.changed, names(&["agenda"]));
    let crate::EventData::Meeting(MeetingEvent::Continued(Continued { agenda, .. })) =
        &events[events.len() - 1].data
    else {
        panic!("{:?}", events[events.len() - 1].data.kind());
    };
    assert_eq!(agenda[agenda.len() - 1].title, sealed("Ende"));
}

fn came(number: u32, head_count: i64) -> AttendanceInput {
    AttendanceInput {
        organisation: organisation_number(number),
        head_count,
        function: None,
    }
}

fn attended(digest: u8, attendances: Vec<AttendanceInput>, others: i64) -> ImportMeeting {
    ImportMeeting {
        after: Afterwards {
            attendances,
            other_head_count: others,
            results: Some(text("Beschlossen")),
            minutes_approved_on: Some(date!(2026 - 11 - 12)),
        },
        known_texts: known(&[
            "Integrationsausschuss",
            "Begrüßung",
            "Bericht",
            "Beschlossen",
        ]),
        ..import(digest, PAST)
    }
}

#[test]
fn who_came_and_what_came_out_is_taken_and_merged() {
    let mut history = vec![founded(), registered_number(1), registered_number(2)];
    let first = attended(1, vec![came(1, 3)], 5);
    let attendance = |number, head_count| Attendance {
        organisation: organisation_number(number),
        head_count,
        function: None,
    };
    let with = |attendances, other_head_count| MeetingFacts {
        attendances,
        other_head_count,
        results: Some(sealed("Beschlossen")),
        ..facts(content())
    };
    let approved = event(MeetingEvent::MinutesApproved(MinutesApproved {
        meeting: id(),
        network: network(),
    }))
    .on(date!(2026 - 11 - 12));
    let recorded = [held(1, PAST, with(vec![attendance(1, 3)], 5)), approved];
    when(&history, first.clone()).then(recorded.clone());
    history.extend(recorded);
    when(&history, first.clone()).then_nothing();
    // The office counts anew and adds an organisation; the source changes something else.
    let counted = CorrectMeeting {
        attendances: Some(vec![came(1, 4), came(2, 1)]),
        ..correct()
    };
    let history = and(history, counted);
    let merged = with(vec![attendance(1, 4), attendance(2, 1)], 6);
    when(&history, attended(2, vec![came(1, 3)], 6)).then([corrected(
        2,
        PAST,
        merged,
        &["otherHeadCount"],
    )]);
    // The source changes the very count, then drops its organisation.
    let changed = with(vec![attendance(1, 9), attendance(2, 1)], 5);
    when(&history, attended(2, vec![came(1, 9)], 5)).then([corrected(
        2,
        PAST,
        changed,
        &["attendances"],
    )]);
    let dropped = with(vec![attendance(2, 1)], 5);
    when(&history, attended(2, vec![], 5)).then([corrected(2, PAST, dropped, &["attendances"])]);
    // Nobody comes to a meeting that is still to come, or that nobody knows.
    let to_come = ImportMeeting {
        date: TO_COME,
        ..attended(1, vec![came(1, 3)], 0)
    };
    when(&history[..3], to_come).then_rejected(Code::StateForbids, "attendances");
    when(&history[..1], first).then_rejected(Code::UnknownId, "attendances[0].organisation");
}

#[test]
fn the_source_may_call_off_what_it_had_as_held() {
    let mut history = vec![founded(), registered_number(1)];
    let mut first = attended(1, vec![came(1, 3)], 0);
    first.after.minutes_approved_on = None;
    history.extend(when(&history, first).0.unwrap());
    let called_off = ImportMeeting {
        cancelled: true,
        ..import(2, PAST)
    };
    when(&history, called_off).then([cancelled(Some(2), PAST)]);
}

#[test]
fn what_cannot_be_is_refused() {
    let refused = |command, code, field| {
        given([founded(), closed(date!(2026 - 11 - 15))])
            .when(command)
            .then_rejected(code, field)
    };
    given([])
        .when(import(1, PAST))
        .then_rejected(Code::UnknownId, "network");
    let elsewhere = ImportMeeting {
        centre: other_centre(),
        ..import(1, PAST)
    };
    refused(elsewhere, Code::WrongCentre, "centre");
    refused(import(1, date!(2026 - 11 - 16)), Code::StateForbids, "date");
    given([founded()])
        .when(import(1, date!(2032 - 01 - 01)))
        .then_rejected(Code::DateOutOfRange, "date");
    let times = ImportMeeting {
        starts_at: Some(datetime!(2026-11-10 16:45 +1)),
        ends_at: Some(datetime!(2026-11-10 15:17 +1)),
        ..import(1, PAST)
    };
    refused(times, Code::EndBeforeBeginning, "endsAt");
    let title = ImportMeeting {
        title: Some(text("Ausschuss\nTOP 1")),
        ..import(1, PAST)
    };
    refused(title, Code::ControlCharacter, "title");
    let number = ImportMeeting {
        agenda: vec![numbered("1\u{7}", "TOP")],
        ..import(1, PAST)
    };
    refused(number, Code::ControlCharacter, "agenda[0].number");
    let many = ImportMeeting {
        agenda: vec![numbered("1", "TOP"); 501],
        ..import(1, PAST)
    };
    let message = refused(many, Code::TooMany, "agenda");
    assert!(message.contains("höchstens 500"), "{message}");
}
