//! Walking an OParl server: paging, trouble that passes, and servers that mean ill.

use std::io::Write as _;
use std::time::Duration;

use querschnitt_domain::Change;
use serde_json::json;
use time::macros::date;

use super::super::client::Bounds;
use super::super::source::{Found, read};
use crate::import::oparl_server::{OparlServer, Reply, page};

const QUICK: Bounds = Bounds {
    answer_bytes: 100_000,
    total_bytes: 300_000,
    pages: 10,
    singles: 8,
    failures: 3,
    attempts: 3,
    first_wait: Duration::from_millis(5),
    longest_wait: Duration::from_millis(20),
    silence: Duration::from_millis(200),
    answer_time: Duration::from_millis(600),
};

fn meeting(id: u32) -> serde_json::Value {
    json!({"type": "https://schema.oparl.org/1.1/Meeting", "id": format!("m{id}")})
}

/// The ids of the meetings found, and how it ended.
fn walk(source: &str, since: Option<time::Date>) -> (Vec<String>, Result<(), String>) {
    let mut ids = Vec::new();
    let end = read(source, since, QUICK, &mut |found| {
        if let Found::Meeting(meeting) = found {
            ids.push(meeting.id);
        }
        true
    });
    (ids, end.map_err(|error| error.to_string()))
}

fn refused(answers: impl Fn(&str, &str, usize) -> Option<Reply> + Send + Sync + 'static) -> String {
    let server = OparlServer::start(answers);
    walk(&server.at("/list"), None).1.unwrap_err()
}

#[test]
fn a_system_is_walked_down_to_the_last_page() {
    let server = OparlServer::start(|base, path, _| {
        Some(match path {
            "/system" => {
                Reply::json(&json!({"type": "x/System", "body": format!("{base}/bodies")}))
            }
            "/bodies" => page(
                &[
                    json!({"type": "x/Body", "id": "b", "organization": format!("{base}/orgs"), "meeting": format!("{base}/meetings?x=1")}),
                ],
                None,
            ),
            "/orgs" => page(
                &[json!({"type": "x/Organization", "id": "o", "name": "Rat"})],
                None,
            ),
            "/meetings?x=1&modified_since=2024-01-31T22:00:00Z" => page(
                &[meeting(1), meeting(2)],
                Some(format!("{base}/meetings?page=2")),
            ),
            "/meetings?page=2" => page(&[meeting(2), meeting(3)], None),
            _ => return None,
        })
    });
    let (ids, end) = walk(&server.at("/system"), Some(date!(2024 - 02 - 01)));
    assert_eq!(end, Ok(()));
    assert_eq!(ids, ["m1", "m2", "m3"], "each once");
    assert!(!server.asked().iter().any(|path| path.starts_with("/orgs?")));
}

#[test]
fn a_list_of_meetings_is_asked_again_with_the_filter() {
    let server = OparlServer::start(|_, path, _| match path {
        "/list" => Some(page(&[meeting(1), meeting(2)], None)),
        "/list?modified_since=2024-01-31T22:00:00Z" => Some(page(&[meeting(2)], None)),
        _ => None,
    });
    assert_eq!(
        walk(&server.at("/list"), Some(date!(2024 - 02 - 01))).0,
        ["m2"]
    );
    assert_eq!(walk(&server.at("/list"), None).0, ["m1", "m2"]);
}

#[test]
fn trouble_that_passes_is_waited_for() {
    let server = OparlServer::start(|_, _, before| {
        Some(match before {
            0 => Reply::status(503),
            1 => Reply::status(429).header("retry-after", "3600"),
            _ => page(&[meeting(1)], None),
        })
    });
    let (ids, end) = walk(&server.at("/list"), None);
    assert_eq!((ids.len(), end), (1, Ok(())));

    let silent = OparlServer::start(|_, _, before| {
        let delay = if before == 0 { 1_000 } else { 0 };
        Some(page(&[meeting(1)], None).after(Duration::from_millis(delay)))
    });
    assert_eq!(walk(&silent.at("/list"), None).1, Ok(()));
    assert_eq!(silent.asked().len(), 2);
}

#[test]
fn trouble_that_lasts_ends_it_with_its_name() {
    let end = refused(|_, _, _| Some(Reply::status(500)));
    assert!(end.contains("500") && end.contains("3 Versuchen"), "{end}");
    let end = refused(|_, _, _| None);
    assert!(end.contains("404"), "{end}");
    let (_, end) = walk("http://127.0.0.1:1/list", None);
    assert!(end.unwrap_err().contains("nicht erreichbar"));
}

#[test]
fn what_was_read_before_the_trouble_is_kept() {
    let server = OparlServer::start(|base, path, _| match path {
        "/list" => Some(page(&[meeting(1)], Some(format!("{base}/gone")))),
        _ => None,
    });
    let (ids, end) = walk(&server.at("/list"), None);
    assert_eq!(ids, ["m1"]);
    assert!(end.is_err());
}

#[test]
fn a_server_that_leads_in_circles_is_left() {
    let end = refused(|base, path, _| Some(page(&[meeting(1)], Some(format!("{base}{path}")))));
    assert!(end.contains("im Kreis"), "{end}");
    // Ever new addresses with the same content.
    let end = refused(|base, path, _| Some(page(&[meeting(1)], Some(format!("{base}{path}x")))));
    assert!(end.contains("im Kreis"), "{end}");
    // Ever new content.
    let end = refused(|base, path, _| {
        let id = u32::try_from(path.len()).unwrap();
        Some(page(&[meeting(id)], Some(format!("{base}{path}x"))))
    });
    assert!(end.contains("mehr als 10 Seiten"), "{end}");
    // Empty pages for ever.
    let end = refused(|base, path, _| Some(page(&[], Some(format!("{base}{path}x")))));
    assert!(end.contains("mehr als 10 Seiten"), "{end}");
}

#[test]
fn too_much_and_what_is_no_json_is_refused() {
    let end = refused(|_, _, _| Some(Reply::bytes(vec![b' '; 100_001])));
    assert!(end.contains("mehr als 100000 Bytes"), "{end}");
    let end = refused(|_, _, _| {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        packed.write_all(&vec![b' '; 10_000_000]).unwrap();
        Some(Reply::bytes(packed.finish().unwrap()).header("content-encoding", "gzip"))
    });
    assert!(end.contains("mehr als 100000 Bytes"), "{end}");
    let end = refused(|base, path, _| {
        let mut entry = meeting(u32::try_from(path.len()).unwrap());
        entry["padding"] = "x".repeat(60_000).into();
        Some(page(&[entry], Some(format!("{base}{path}x"))))
    });
    assert!(end.contains("mehr als 300000 Bytes"), "{end}");
    for body in ["<html>", "", "[[[[", "nul"] {
        let end = refused(move |_, _, _| Some(Reply::bytes(body)));
        assert!(end.contains("nicht mit JSON"), "{body}: {end}");
    }
    let end = refused(|_, _, _| Some(Reply::bytes("[".repeat(50_000))));
    assert!(end.contains("nicht mit JSON"), "{end}");
}

#[test]
fn other_servers_are_not_asked() {
    let other = OparlServer::start(|_, _, _| Some(page(&[meeting(9)], None)));
    let there = other.at("/list");
    let to = there.clone();
    let end = refused(move |_, _, _| Some(page(&[meeting(1)], Some(to.clone()))));
    assert!(end.contains("anderen Server"), "{end}");
    let end = refused(move |_, _, _| Some(Reply::status(302).header("location", there.clone())));
    assert!(end.contains("anderen Server"), "{end}");
    assert!(other.asked().is_empty());
    let end = refused(|base, path, _| {
        Some(Reply::status(302).header("location", format!("{base}{path}x")))
    });
    assert!(end.contains("leitet mehr als"), "{end}");
}

#[test]
fn a_relative_redirect_leads_on_within_the_server() {
    let server = OparlServer::start(|_, path, _| {
        Some(match path {
            "/a/list" => Reply::status(301).header("location", "../b/list?page=1"),
            "/b/list?page=1" => Reply::status(302).header("location", "/c"),
            "/c" => page(&[meeting(1)], None),
            _ => return None,
        })
    });
    let (ids, end) = walk(&server.at("/a/list"), None);
    assert_eq!((ids.len(), end), (1, Ok(())));
    assert_eq!(server.asked(), ["/a/list", "/b/list?page=1", "/c"]);

    let other = OparlServer::start(|_, _, _| Some(page(&[meeting(9)], None)));
    let there = other.at("/list").replacen("http:", "", 1);
    let end = refused(move |_, _, _| Some(Reply::status(302).header("location", there.clone())));
    assert!(end.contains("anderen Server"), "{end}");
    assert!(other.asked().is_empty());
}

#[test]
fn wrong_shapes_are_named() {
    let end = refused(|_, _, _| Some(Reply::json(&json!({"data": 5}))));
    assert!(end.contains("data fehlt"), "{end}");
    let end = refused(|_, _, _| Some(Reply::json(&json!({"data": [], "links": {"next": 5}}))));
    assert!(end.contains("links.next"), "{end}");
}

/// A list of meetings that refer to what the list lacks.
fn referring(base: &str, meetings: u32, body: &str, items: &[&str]) -> Reply {
    let all: Vec<_> = (0..meetings)
        .map(|n| {
            let mut meeting = meeting(n);
            meeting["organization"] = json!([body.replace("BASE", base)]);
            let items: Vec<_> = items
                .iter()
                .map(|item| item.replace("BASE", base))
                .collect();
            meeting["agendaItem"] = json!(items);
            meeting
        })
        .collect();
    page(&all, None)
}

fn found(source: &str) -> Vec<Found> {
    let mut all = Vec::new();
    let end = read(source, None, QUICK, &mut |found| {
        all.push(found);
        true
    });
    end.unwrap();
    all
}

#[test]
fn what_meetings_only_refer_to_is_fetched_before_them() {
    let server = OparlServer::start(|base, path, before| {
        Some(match (path, before) {
            ("/list", _) => referring(base, 2, "BASE/o", &["BASE/i/1", "BASE/i/2"]),
            ("/o", 0) | ("/i/2", 0) => Reply::status(503),
            ("/o", _) => Reply::json(&json!({"type": "x/Organization", "id": "o", "name": "Rat"})),
            ("/i/1", _) => Reply::json(&json!({"type": "x/AgendaItem", "name": "Eins"})),
            ("/i/2", _) => Reply::json(&json!({"type": "x/AgendaItem", "name": "Zwei"})),
            _ => return None,
        })
    });
    let found = found(&server.at("/list"));
    let [
        Found::Notice(_),
        Found::Organization(body),
        Found::Notice(_),
        Found::Meeting(first),
        Found::Meeting(second),
    ] = &found[..]
    else {
        panic!("{found:?}")
    };
    assert_eq!((body.name.as_str(), &body.id), ("Rat", &server.at("/o")));
    for meeting in [first, second] {
        assert_eq!(meeting.organizations, [server.at("/o")]);
        let titles: Vec<_> = meeting.agenda.iter().map(|item| &item.title).collect();
        assert_eq!(titles, ["Eins", "Zwei"]);
    }
    let bodies = server.asked().iter().filter(|path| *path == "/o").count();
    assert_eq!(bodies, 2, "tried again after 503, but asked for once");
}

#[test]
fn a_place_that_is_only_referred_to_is_fetched_once() {
    let server = OparlServer::start(|base, path, _| {
        let at = |id: u32, place: &str| {
            let mut meeting = meeting(id);
            meeting["location"] = format!("{base}{place}").into();
            meeting
        };
        Some(match path {
            "/list" => page(
                &[
                    at(1, "/hall"),
                    at(2, "/hall"),
                    at(3, "/gone"),
                    at(4, "/gone"),
                ],
                None,
            ),
            "/hall" => Reply::json(&json!({
                "type": "https://schema.oparl.org/1.1/Location", "id": "x", "room": "Saal",
                "locality": "Bielefeld", "geojson": {"big": "thing"},
            })),
            _ => return None,
        })
    });
    let found = found(&server.at("/list"));
    let places: Vec<_> = found
        .iter()
        .filter_map(|found| match found {
            Found::Meeting(meeting) => Some(meeting.place.clone()),
            _ => None,
        })
        .collect();
    let hall = || Change::Set("Saal, Bielefeld".to_owned());
    assert_eq!(places, [hall(), hall(), Change::Keep, Change::Keep]);
    assert_eq!(server.asked(), ["/list", "/hall", "/gone"]);
}

#[test]
fn what_can_not_be_fetched_is_named_and_the_rest_goes_on() {
    let server = OparlServer::start(|base, path, _| match path {
        "/list" => Some(referring(base, 5, "BASE/gone", &["BASE/i"])),
        "/i" => Some(Reply::json(&json!({"type": "x/Paper"}))),
        _ => None,
    });
    let found = found(&server.at("/list"));
    let unreadable = |found: &&Found| matches!(found, Found::Unreadable(_, wrong) if wrong.message.contains("nur ein Verweis"));
    assert_eq!(found.iter().filter(unreadable).count(), 5);
    for part in [
        "404",
        "kein OParl-Objekt der Art AgendaItem",
        "nicht mehr abgerufen",
    ] {
        let says = |found: &Found| matches!(found, Found::Notice(notice) if notice.contains(part));
        assert!(found.iter().any(says), "{part} is missing: {found:?}");
    }
    assert_eq!(server.asked().len(), 4, "after three failures no more");
}

#[test]
fn no_more_than_the_bound_is_fetched_and_nothing_from_other_servers() {
    let server = OparlServer::start(|base, path, _| match path {
        "/list" => Some(referring(base, 20, "x", &["BASE/i"])),
        "/i" => Some(Reply::json(
            &json!({"type": "x/AgendaItem", "name": "Eins"}),
        )),
        _ => None,
    });
    let found = found(&server.at("/list"));
    let whole = |found: &&Found| matches!(found, Found::Meeting(_));
    assert_eq!(found.iter().filter(whole).count(), 8);
    let other = OparlServer::start(|_, _, _| None);
    let there = other.at("/o");
    let server = OparlServer::start(move |base, path, _| {
        (path == "/list").then(|| referring(base, 1, &there, &[]))
    });
    let (ids, end) = walk(&server.at("/list"), None);
    assert_eq!((ids.len(), end), (1, Ok(())));
    assert!(other.asked().is_empty());
}
