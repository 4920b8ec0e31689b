//! Tests of the stored form of an event.

use proptest::prelude::*;
use querschnitt_domain::consultation::{ConsultationEvent, Retracted};
use querschnitt_domain::{Commitment, ConsultationId};
use time::macros::{date, datetime};

use super::*;

fn command() -> CommandKey {
    CommandKey {
        id: CommandId(Uuid::from_u128(7)),
        fingerprint: Fingerprint([0xab; 16]),
        actor: ActorId(Uuid::from_u128(8)),
        on_behalf_of: None,
        role: Role::KiOfficer,
    }
}

fn event() -> Event {
    Event {
        centre: "05711".parse().unwrap(),
        occurred_on: date!(2026 - 11 - 20),
        occurred_at: Some(datetime!(2026-11-20 10:00 +1)),
        data: EventData::Consultation(ConsultationEvent::Retracted(Retracted {
            consultation: ConsultationId(Uuid::from_u128(9)),
            reason: Commitment([1; 32]),
        })),
    }
}

/// The same, of a deputy.
fn of_deputy() -> CommandKey {
    CommandKey {
        on_behalf_of: Some(ActorId(Uuid::from_u128(10))),
        ..command()
    }
}

const AT: OffsetDateTime = datetime!(2026-11-22 09:14:03.120431 UTC);

fn written(position: u64, index: usize) -> Vec<u8> {
    let prepared = Prepared::new(&command(), &[event(), event()], Holds::Book, AT).unwrap();
    let mut out = Vec::new();
    prepared.write_json(index, position, &format_time(AT), &mut out);
    finish(&mut out, 0, position);
    out
}

#[test]
fn a_line_has_the_stored_form() {
    let line = String::from_utf8(written(1042, 0)).unwrap();
    let (json, rest) = line.split_once('\t').unwrap();
    let start = "{\"position\":1042,\"id\":\"01a20288-b3f0-7";
    assert!(json.starts_with(start), "{json}");
    let tail = concat!(
        r#"","type":"consultation.retracted","version":1,"part":[1,2],"centre":"05711","#,
        r#""tags":["consultation:00000000-0000-0000-0000-000000000009"],"#,
        r#""recorded_at":"2026-11-22T09:14:03.120431Z","occurred_on":"2026-11-20","#,
        r#""occurred_at":"2026-11-20T10:00:00+01:00","actor":"00000000-0000-0000-0000-000000000008","#,
        r#""role":"KI_OFFICER","command":"00000000-0000-0000-0000-000000000007","#,
        r#""fingerprint":"abababababababababababababababab","#,
        r#""data":{"consultation":"00000000-0000-0000-0000-000000000009","#,
        r#""reason":"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE"}}"#,
    );
    assert!(json.ends_with(tail), "{json}");
    assert!(rest.starts_with("1042 ") && rest.len() == "1042 9a3c51e7\n".len());
    let second = String::from_utf8(written(1043, 1)).unwrap();
    assert!(!second.contains("fingerprint"));
}

#[test]
fn a_line_of_a_deputy_says_who_is_represented() {
    let json = json(true, 0);
    let said = concat!(
        r#""actor":"00000000-0000-0000-0000-000000000008","#,
        r#""on_behalf_of":"00000000-0000-0000-0000-00000000000a","role":"KI_OFFICER","#,
    );
    assert!(json.contains(said), "{json}");
    let recorded = decode(json.as_bytes()).unwrap();
    assert_eq!(recorded.on_behalf_of, of_deputy().on_behalf_of);
    assert_eq!(recorded.actor, command().actor);
}

#[test]
fn what_is_written_is_read() {
    let line = written(3, 0);
    let checked = check(&line[..line.len() - 1]).unwrap();
    assert_eq!(checked.first_of_write, 3);
    let recorded = decode(checked.text).unwrap();
    assert_eq!(recorded.event, event());
    assert_eq!(recorded.recorded_at, AT);
    assert_eq!(
        (recorded.position, recorded.part, recorded.role),
        (3, Part(1, 2), Role::KiOfficer)
    );
    let header = Header::read(checked.text).unwrap();
    assert_eq!(header.fingerprint(), Some(Fingerprint([0xab; 16])));
    assert_eq!(header.tags, event().tags());
    assert_eq!(leading_position(&line), Some(3));
}

#[test]
fn every_flipped_bit_is_noticed() {
    let line = written(3, 0);
    for at in 0..line.len() - 1 {
        for bit in 0..8 {
            let mut damaged = line[..line.len() - 1].to_vec();
            damaged[at] ^= 1 << bit;
            assert!(check(&damaged).is_err(), "byte {at}, bit {bit}");
        }
    }
}

#[test]
fn an_unknown_type_or_version_is_named() {
    let line = String::from_utf8(written(3, 0)).unwrap();
    let json = line.split_once('\t').unwrap().0;
    for changed in [
        json.replace("consultation.retracted", "case.opened"),
        json.replace("\"version\":1", "\"version\":2"),
        json.replace("\"version\":1", "\"version\":2,\"more\":true"),
    ] {
        assert!(matches!(
            decode(changed.as_bytes()),
            Err(Unreadable::Unknown(LogError::UnknownEvent {
                position: 3,
                ..
            }))
        ));
    }
}

#[test]
fn limits_are_kept() {
    let none = Prepared::new(&command(), &[], Holds::Book, AT);
    assert!(matches!(none, Err(AppendError::OverLimit { .. })));
    let many = vec![event(); limits::COMMAND_EVENTS + 1];
    let many = Prepared::new(&command(), &many, Holds::Book, AT);
    assert!(matches!(
        many,
        Err(AppendError::OverLimit {
            found: 1_001,
            max: 1_000,
            ..
        })
    ));
}

#[test]
fn a_time_is_read_as_it_was_written() {
    for at in [AT, datetime!(2000-02-29 23:59:59.999999 UTC)] {
        let text = String::from_utf8(format_time(at).to_vec()).unwrap();
        assert_eq!(parse_time(&text), Some(at));
    }
    assert_eq!(parse_time("2026-13-22T09:14:03.120431Z"), None);
    assert_eq!(parse_time("2026-11-22 09:14:03.120431Z"), None);
}

#[test]
fn a_line_taken_apart_in_order_says_what_its_names_say() {
    let bare = Event {
        occurred_at: None,
        ..event()
    };
    let prepared = Prepared::new(&command(), &[event(), bare], Holds::Book, AT).unwrap();
    for index in [0, 1] {
        let mut line = Vec::new();
        prepared.write_json(index, 7, &format_time(AT), &mut line);
        let in_order = String::from_utf8(line).unwrap();
        assert!(Stored::in_order(&in_order).is_some(), "{in_order}");
        let by_names = in_order.replacen(":7,", ": 7,", 1);
        assert!(Stored::in_order(&by_names).is_none());
        assert_eq!(
            decode(in_order.as_bytes()).unwrap(),
            decode(by_names.as_bytes()).unwrap()
        );
        for text in [in_order, by_names] {
            let more = format!("{},\"more\":1}}", text.strip_suffix('}').unwrap());
            assert!(matches!(
                decode(more.as_bytes()),
                Err(Unreadable::Malformed(_))
            ));
        }
    }
}

/// The JSON of a line, whole or without what may be missing.
fn json(whole: bool, index: usize) -> String {
    let event = Event {
        occurred_at: event().occurred_at.filter(|_| whole),
        ..event()
    };
    let command = if whole { of_deputy() } else { command() };
    let prepared = Prepared::new(&command, &[event.clone(), event], Holds::Book, AT).unwrap();
    let mut line = Vec::new();
    prepared.write_json(index, 7, &format_time(AT), &mut line);
    String::from_utf8(line).unwrap()
}

/// What is read in order is what is read by names; whatever else in order cannot be read is left to
/// the names.
fn assert_same(text: &str) {
    let Some(in_order) = Stored::in_order(text) else {
        return;
    };
    let read = decode(text.as_bytes());
    let by_names: Result<Stored<'_>, _> = serde_json::from_str(text);
    match (read, by_names) {
        (Ok(_), Ok(named)) => assert_eq!(said(&in_order), said(&named), "{text}"),
        (Ok(read), Err(error)) => panic!("{error}, but read as {read:?}: {text}"),
        (Err(_), Ok(_) | Err(_)) => {}
    }
}

fn said(stored: &Stored<'_>) -> String {
    format!(
        "{} {:?} {} {} {:?} {:?} {} {} {:?} {:?} {:?} {:?} {:?} {}",
        stored.position,
        stored.id,
        stored.event_type,
        stored.version,
        stored.part,
        stored.centre,
        stored.recorded_at,
        stored.occurred_on,
        stored.occurred_at,
        stored.actor,
        stored.on_behalf_of,
        stored.role,
        stored.command,
        stored.data.trim_ascii()
    )
}

/// The members of an object, each with its name, as they stand in the text.
fn members(json: &str) -> Vec<String> {
    let mut members = vec![String::new()];
    let (mut depth, mut quoted) = (0, false);
    for c in json[1..json.len() - 1].chars() {
        match c {
            '"' => quoted = !quoted,
            '{' | '[' if !quoted => depth += 1,
            '}' | ']' if !quoted => depth -= 1,
            ',' if depth == 0 && !quoted => {
                members.push(String::new());
                continue;
            }
            _ => {}
        }
        members.last_mut().unwrap().push(c);
    }
    members
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// The order of the fields does not matter.
    #[test]
    fn fields_in_any_order_say_the_same(
        whole in any::<bool>(),
        order in Just((0..16).collect::<Vec<usize>>()).prop_shuffle(),
        index in 0_usize..2,
    ) {
        let json = json(whole, index);
        let members = members(&json);
        let shuffled: Vec<&str> = order.iter().filter_map(|at| members.get(*at)).map(String::as_str).collect();
        prop_assert_eq!(shuffled.len(), members.len());
        let shuffled = format!("{{{}}}", shuffled.join(","));
        prop_assert_eq!(decode(shuffled.as_bytes()).unwrap(), decode(json.as_bytes()).unwrap());
    }

    /// A field that is there twice, or that nobody knows, is refused wherever it stands.
    #[test]
    fn a_field_too_many_is_refused(which in 0_usize..17, at in 0_usize..17, index in 0_usize..2) {
        let json = json(true, index);
        let mut members = members(&json);
        let more = members.get(which).map_or_else(|| "\"more\":[1]".to_owned(), String::clone);
        members.insert(at.min(members.len()), more);
        let text = format!("{{{}}}", members.join(","));
        prop_assert!(matches!(decode(text.as_bytes()), Err(Unreadable::Malformed(_))), "{}", text);
    }

    /// Anything put in, taken out or put in place of something else, at one place or two.
    #[test]
    fn whatever_is_changed_is_read_the_same_or_refused(
        whole in any::<bool>(),
        index in 0_usize..2,
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..4, piece()), 1..3),
    ) {
        let mut text = json(whole, index);
        for (at, drop, piece) in changes {
            let from = at.index(text.len());
            let to = (from + drop).min(text.len());
            if text.is_char_boundary(from) && text.is_char_boundary(to) {
                text.replace_range(from..to, &piece);
            }
        }
        assert_same(&text);
    }

    /// Letters written as escapes are the same letters, or the line is refused.
    #[test]
    fn escapes_say_the_same_or_are_refused(at in any::<prop::sample::Index>(), index in 0_usize..2) {
        let json = json(true, index);
        let letters: Vec<usize> = json.match_indices(char::is_alphanumeric).map(|(at, _)| at).collect();
        let at = letters[at.index(letters.len())];
        let escape = format!("\\u{:04x}", json.as_bytes()[at]);
        let text = format!("{}{escape}{}", &json[..at], &json[at + 1..]);
        assert_same(&text);
        if let Ok(read) = decode(text.as_bytes()) {
            prop_assert_eq!(read, decode(json.as_bytes()).unwrap());
        }
    }
}

/// What JSON is made of, and a little that it is not.
fn piece() -> impl Strategy<Value = String> {
    let pieces = [
        "",
        "0",
        "00",
        "1",
        "-",
        "+",
        "e1",
        ".",
        "\"",
        "\\",
        "\\\"",
        "\\u0041",
        ",",
        ":",
        "[",
        "]",
        "{",
        "}",
        " ",
        "\t",
        "\u{1}",
        "ä",
        "null",
        "\"x\":1,",
        ",\"x\":1",
        ",\"version\":1",
        "\"tags\":[],",
        "],\"tags\":[",
        ",\"\"",
        "a",
    ];
    prop::sample::select(pieces.to_vec()).prop_map(str::to_owned)
}
