//! SIGKILL at random under load through HTTP: what was acknowledged is there under the same id, at
//! the same position, with its texts; whole commands only, also those of several events; nothing
//! doubled when the clients retry. 6 rounds here, 200 in `make campaign`.

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use querschnitt_tests::{App, Client};
use serde_json::{Value, json};

use crate::log_lines;
use crate::words::{command, consultation, everything, network, with};

/// The last of them holds long meetings, the others record consultations.
const CLIENTS: usize = 8;

/// So many items with numbers and results take three events.
const AGENDA: usize = 240;

/// How many of the acknowledged commands of a round are sent once more.
const SENT_AGAIN: usize = 20;

fn rounds() -> u64 {
    if std::env::var_os("QUERSCHNITT_CAMPAIGN").is_some() {
        200
    } else {
        6
    }
}

/// A mutation as a client sends it, again and again until it is answered.
#[derive(Clone, Debug)]
enum Command {
    Consultation(Value),
    Meeting(Value),
}

/// What the answer said: the client relies on it from then on.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Acknowledged {
    record: String,
    position: String,
}

impl Command {
    /// `words` are those of the command alone.
    fn new(client: usize, network: &str, words: &str) -> Self {
        if client + 1 < CLIENTS {
            return Self::Consultation(with(consultation(), &json!({ "note": words })));
        }
        Self::Meeting(json!({
            "commandId": command(), "network": network, "date": "2026-02-02", "results": words,
            "agenda": agenda(words),
        }))
    }

    fn id(&self) -> &str {
        match self {
            Self::Consultation(input) | Self::Meeting(input) => {
                input["commandId"].as_str().unwrap()
            }
        }
    }

    /// `None` when nobody answered, otherwise what was acknowledged or what is wrong with the answer.
    fn send(&self, client: &Client) -> Option<Result<Acknowledged, String>> {
        let (mutation, document, input) = match self {
            Self::Consultation(input) => (
                "recordConsultation",
                "mutation($i: RecordConsultationInput!) { recordConsultation(input: $i) {
                    record: consultation { id } position errors { code } } }",
                input,
            ),
            Self::Meeting(input) => (
                "holdMeeting",
                "mutation($i: HoldMeetingInput!) { holdMeeting(input: $i) {
                    record: meeting { id } position errors { code } } }",
                input,
            ),
        };
        let (status, body) = client.post(document, &json!({ "i": input }))?;
        let payload = &body["data"][mutation];
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let acknowledged = text(&payload["record"]["id"])
            .zip(text(&payload["position"]))
            .filter(|_| status == 200 && payload["errors"] == json!([]))
            .map(|(record, position)| Acknowledged { record, position });
        Some(acknowledged.ok_or_else(|| body.to_string()))
    }

    /// Every text of it can be read under the id it was acknowledged with.
    fn is_readable(&self, client: &Client, record: &str) {
        let read = |document: &str| client.ask(document, &json!({ "id": record }));
        match self {
            Self::Consultation(input) => {
                let found = read("query($id: ID!) { consultation(id: $id) { note } }");
                assert_eq!(found["consultation"]["note"], input["note"]);
            }
            Self::Meeting(input) => {
                let found = read(
                    "query($id: ID!) { networkMeeting(id: $id) { results agenda { number title result } } }",
                );
                let found = &found["networkMeeting"];
                assert_eq!(found["results"], input["results"]);
                assert_eq!(found["agenda"], input["agenda"], "of {}", input["results"]);
            }
        }
    }
}

fn agenda(words: &str) -> Vec<Value> {
    (1..=AGENDA)
        .map(|number| {
            let title = format!("{words}, Punkt {number}");
            let result = format!("{words}, Ergebnis {number}");
            json!({ "number": format!("Ö {number:018}"), "title": title, "result": result })
        })
        .collect()
}

/// What a round leaves: commands with their answers, and those nobody answered.
#[derive(Default)]
struct Round {
    answered: Mutex<Vec<(Command, Acknowledged)>>,
    unanswered: Mutex<Vec<Command>>,
}

/// Load from all clients until the server is killed after this time.
fn load_and_kill(
    app: &mut App,
    office: &Client,
    network: &str,
    number: u64,
    pause: Duration,
) -> Round {
    let round = Round::default();
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for client in 0..CLIENTS {
            let (round, over) = (&round, &over);
            scope.spawn(move || {
                for count in 1.. {
                    if over.load(Ordering::Relaxed) {
                        break;
                    }
                    let words = format!("Runde {number}, Gerät {client}, Vermerk {count}");
                    let command = Command::new(client, network, &words);
                    if let Some(Ok(acknowledged)) = command.send(office) {
                        round.answered.lock().unwrap().push((command, acknowledged));
                    } else {
                        round.unanswered.lock().unwrap().push(command);
                    }
                }
            });
        }
        std::thread::sleep(pause);
        app.kill();
        over.store(true, Ordering::Relaxed);
    });
    round
}

#[test]
fn what_was_acknowledged_survives_sigkill_and_retries_double_nothing() {
    let mut app = App::start();
    // One token throughout: a retry has to come from the account that sent the command.
    let token = app.token("KI_OFFICER", "05711");
    let network = network(
        &Client::new(app.url(), Some(token.clone())),
        "Runder Tisch",
        "WORKING_CIRCLE",
    );
    let mut all: Vec<(Command, Acknowledged)> = Vec::new();
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    for number in 0..rounds() {
        // A fixed sequence: a failing round can be repeated.
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let pause = Duration::from_millis(20 + (state >> 33) % 300);
        let office = Client::new(app.url(), Some(token.clone()));
        let round = load_and_kill(&mut app, &office, &network, number, pause);
        app.restart();
        let office = Client::new(app.url(), Some(token.clone()));
        let mut answered = round.answered.into_inner().unwrap();
        for (command, before) in answered.iter().rev().take(SENT_AGAIN) {
            let again = command.send(&office);
            assert_eq!(
                again,
                Some(Ok(before.clone())),
                "sent again after its answer"
            );
        }
        for command in round.unanswered.into_inner().unwrap() {
            match command.send(&office) {
                Some(Ok(acknowledged)) => answered.push((command, acknowledged)),
                other => panic!("a retry was refused: {other:?}"),
            }
        }
        for (command, acknowledged) in &answered {
            command.is_readable(&office, &acknowledged.record);
        }
        all.extend(answered);
    }
    let office = Client::new(app.url(), Some(token));
    let consultations = everything(&office);
    let book = book(&office);
    assert_eq!(app.stop(), Some(0));
    let (code, out, err) = app.cli(&["audit", "verify"]);
    assert_eq!(code, 0, "{out}{err}");
    check(&app, &all, &consultations, &book);
}

/// Every event as clients see it, in the order of the log: the record it happened to, and the token
/// of its position.
fn book(client: &Client) -> Vec<Acknowledged> {
    let mut book: Vec<Acknowledged> = Vec::new();
    loop {
        let after = book.last().map(|event| event.position.clone());
        let answer = client.ask(
            "query($after: Position) { events(after: $after, first: 100) { nodes { recordId position } } }",
            &json!({ "after": after }),
        );
        let nodes = answer["events"]["nodes"].as_array().unwrap();
        if nodes.is_empty() {
            return book;
        }
        book.extend(nodes.iter().map(|node| Acknowledged {
            record: node["recordId"].as_str().unwrap().to_owned(),
            position: node["position"].as_str().unwrap().to_owned(),
        }));
    }
}

/// Compares what was acknowledged in all rounds with the log files, the events and the lists.
fn check(
    app: &App,
    all: &[(Command, Acknowledged)],
    consultations: &BTreeMap<String, Option<String>>,
    book: &[Acknowledged],
) {
    let events = log_lines::events(app);
    let commands = log_lines::whole_commands(&events);
    // The token comes first: its account and itself, which an officer does not see.
    let of_token = 2;
    assert_eq!(book.len() + of_token, events.len());
    // The token, the network that was founded at the beginning, and nothing nobody sent.
    assert_eq!(
        commands.len(),
        all.len() + 2,
        "a command twice, or of nobody"
    );
    let mut notes = HashMap::new();
    let mut of_several = 0;
    for (command, acknowledged) in all {
        let (first, last) = commands
            .get(command.id())
            .unwrap_or_else(|| panic!("acknowledged and lost: {command:?}"));
        let last_event = &book[usize::try_from(*last).unwrap() - 1 - of_token];
        assert_eq!(last_event, acknowledged, "at another position");
        match command {
            Command::Consultation(input) => {
                assert_eq!(first, last);
                notes.insert(acknowledged.record.as_str(), input["note"].as_str());
            }
            Command::Meeting(_) => {
                assert_eq!(last - first, 2, "a long meeting takes three events");
                of_several += 1;
            }
        }
    }
    assert!(of_several as u64 >= rounds(), "hardly a long command");
    let listed: HashMap<_, _> = consultations
        .iter()
        .map(|(id, note)| (id.as_str(), note.as_deref()))
        .collect();
    assert!(
        listed == notes,
        "the list differs from what was acknowledged"
    );
}
