//! What is read of OParl objects, and how what is wrong is named.

use super::*;
use serde_json::json;
use time::macros::{date, datetime};

#[test]
fn days_and_midnights_are_those_of_germany() {
    let start = |written: &str| {
        let meeting = json!({"type": "x/Meeting", "id": "1", "start": written});
        let start = meeting_of(&meeting).start.unwrap();
        (start.day, start.instant.map(|at| (at, at.offset())))
    };
    let day = date!(2024 - 05 - 15);
    let winter = date!(2024 - 01 - 15);
    for (written, day) in [
        // Midnight in Germany, in summer and in winter, however it is written.
        ("2024-05-14T22:00:00Z", day),
        ("2024-05-15T00:00:00+02:00", day),
        ("2024-05-14T23:00:00+01:00", day),
        ("2024-01-14T23:00:00Z", winter),
        ("2024-01-15T00:00:00+01:00", winter),
        ("2024-01-14T18:00:00-05:00", winter),
        ("2024-05-15", day),
    ] {
        assert_eq!(start(written), (day, None), "{written}");
    }
    let summer = datetime!(2024-05-15 00:30 +2);
    for written in ["2024-05-14T22:30:00Z", "2024-05-15T00:30:00+02:00"] {
        let (day, at) = start(written);
        assert_eq!((day, at), (summer.date(), Some((summer, summer.offset()))));
    }
    let (day, at) = start("2024-01-15T00:00:00Z");
    let one = datetime!(2024-01-15 01:00 +1);
    assert_eq!((day, at), (winter, Some((one, one.offset()))));
    // The nights in which the clocks change.
    assert_eq!(start("2024-03-30T23:00:00Z").0, date!(2024 - 03 - 31));
    assert_eq!(start("2024-03-31T22:00:00Z").0, date!(2024 - 04 - 01));
    assert_eq!(start("2024-10-27T22:59:59Z").0, date!(2024 - 10 - 27));
    // The last day of the calendar stays where it is.
    assert_eq!(start("9999-12-31T23:30:00Z").0, date!(9999 - 12 - 31));
}

fn meeting_of(value: &Value) -> Meeting {
    match object(value) {
        Ok(Object::Meeting(meeting)) => meeting,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_meeting_is_read_with_its_agenda_in_the_sources_order() {
    let meeting = meeting_of(&json!({
        "type": "https://schema.oparl.org/1.1/Meeting",
        "id": "https://example.org/m/1",
        "name": "Rat\t\u{7f}(öffentlich)\u{202e}",
        "start": "2024-01-02T16:30:00+01:00",
        "end": "2024-01-02T00:00:00+01:00",
        "organization": ["https://example.org/o/1"],
        "location": {"room": "Saal", "streetAddress": "Markt 1", "postalCode": "33602", "locality": "Bielefeld"},
        "agendaItem": [
            {"name": "Zweiter", "order": 2, "number": "2", "public": false, "result": "vertagt"},
            {"name": "Erster", "order": 1, "number": "", "public": true},
            {"name": "Weg", "order": 3, "deleted": true},
        ],
    }));
    assert_eq!(meeting.name.as_deref(), Some("Rat (öffentlich)"));
    assert_eq!(
        meeting.start.unwrap().instant,
        Some(datetime!(2024-01-02 16:30 +1))
    );
    assert_eq!(
        meeting.end,
        Some(Moment {
            day: date!(2024 - 01 - 02),
            instant: None
        })
    );
    assert_eq!(
        meeting.place,
        Change::Set("Saal, Markt 1, 33602 Bielefeld".into())
    );
    let titles: Vec<_> = meeting
        .agenda
        .iter()
        .map(|item| item.title.as_str())
        .collect();
    assert_eq!(titles, ["Erster", "Zweiter"]);
    assert_eq!(meeting.agenda[0].number, None);
    assert_eq!(meeting.agenda[1].result.as_deref(), Some("vertagt"));
}

#[test]
fn wrong_types_are_named_with_code_and_field() {
    use RejectionCode::{Malformed, Missing};
    let meeting = |field: &str, value: Value| json!({"type": "x/Meeting", "id": "1", field: value});
    for (value, code, field, part) in [
        (json!([]), Malformed, None, "kein OParl-Objekt"),
        (json!({"id": "x"}), Missing, Some("type"), "type"),
        (json!({"type": 5}), Malformed, Some("type"), "type"),
        (
            json!({"type": "x/Organization", "id": "1", "name": {}}),
            Malformed,
            Some("name"),
            "name",
        ),
        (
            json!({"type": "x/Organization", "id": "1"}),
            Missing,
            Some("name"),
            "name",
        ),
        (json!({"type": "x/Meeting"}), Missing, Some("id"), "id"),
        (
            meeting("start", json!("gestern")),
            Malformed,
            Some("start"),
            "„gestern“",
        ),
        (
            meeting("cancelled", json!("ja")),
            Malformed,
            Some("cancelled"),
            "weder true noch false",
        ),
        (
            meeting("organization", json!(["o", 1])),
            Malformed,
            Some("organization[1]"),
            "Verweise",
        ),
        (
            meeting("organization", json!(1)),
            Malformed,
            Some("organization"),
            "keine Liste",
        ),
        (
            meeting("agendaItem", json!("x")),
            Malformed,
            Some("agendaItem"),
            "keine Liste",
        ),
        (
            meeting("agendaItem", json!([{}])),
            Missing,
            Some("agendaItem[0].name"),
            "Tagesordnungspunkt 1: name",
        ),
        (
            meeting("agendaItem", json!(["u"])),
            Malformed,
            Some("agendaItem[0]"),
            "Tagesordnungspunkt 1",
        ),
        (
            meeting("location", json!(3)),
            Malformed,
            Some("location"),
            "kein Ort",
        ),
        (
            meeting("location", json!({"room": 3})),
            Malformed,
            Some("location.room"),
            "kein Text",
        ),
    ] {
        let wrong = object(&value).unwrap_err();
        assert_eq!(
            (wrong.code, wrong.field.as_deref()),
            (code, field),
            "{value}"
        );
        assert!(wrong.message.contains(part), "{value}: {wrong}");
    }
}

#[test]
fn a_place_is_an_object_a_reference_or_words() {
    let place = |location: Value| {
        meeting_of(&json!({"type": "x/Meeting", "id": "1", "location": location})).place
    };
    assert_eq!(place(json!(null)), Change::Clear);
    assert_eq!(place(json!({})), Change::Clear);
    assert_eq!(place(json!("https://example.org/l/1")), Change::Keep);
    assert_eq!(
        place(json!("Rathaus\tSaal 2")),
        Change::Set("Rathaus Saal 2".into())
    );
    assert_eq!(
        place(json!({"description": "Rathaus"})),
        Change::Set("Rathaus".into())
    );
}

#[test]
fn other_objects_are_left_aside_and_a_state_can_call_a_meeting_off() {
    assert_eq!(object(&json!({"type": "x/Paper"})), Ok(Object::Other));
    let meeting = meeting_of(&json!({"type": "x/Meeting", "id": "1", "meetingState": "Abgesagt"}));
    assert!(meeting.cancelled);
}
