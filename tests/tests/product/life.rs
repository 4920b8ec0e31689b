//! The life of a record, step by step: each step sends one mutation with every field it can have, and then the whole
//! record is read: now, as of before, as of after, and in its history.

use std::collections::{BTreeMap, BTreeSet};

use querschnitt_tests::{App, Client};
use serde_json::{Map, Value, json};

use crate::hostile;
use crate::words::{command, with};

/// A kind of record: how it is asked for, and everything it says.
pub(crate) struct Kind {
    /// The query of one.
    pub(crate) query: &'static str,
    /// Its name in payloads.
    pub(crate) payload: &'static str,
    /// All its fields, except `id` and `version`.
    pub(crate) selection: &'static str,
}

/// What was sent successfully: mutation → paths of the fields that had a value.
#[derive(Default)]
pub(crate) struct Sent(pub(crate) BTreeMap<String, BTreeSet<String>>);

impl Sent {
    fn note(&mut self, mutation: &str, input: &Value) {
        let paths = self.0.entry(mutation.to_owned()).or_default();
        note(paths, "", input);
    }
}

fn note(paths: &mut BTreeSet<String>, above: &str, value: &Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields.iter().filter(|(_, value)| !value.is_null()) {
                let path = format!("{above}{name}");
                note(paths, &format!("{path}."), value);
                paths.insert(path);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| note(paths, above, item)),
        _ => {}
    }
}

/// One server and what was done there.
pub(crate) struct Office {
    pub(crate) officer: Client,
    pub(crate) head: Client,
    /// The head as a person, who is signed in: what no machine may do.
    pub(crate) person: Client,
    /// The data-protection officer.
    pub(crate) protection: Client,
    /// A machine that keeps accounts and nothing else, in the role of the head.
    pub(crate) keeper: Client,
    pub(crate) sent: Sent,
    /// Whether everything wrong is tried before each step; with records of another centre to name.
    hostile: Option<hostile::Foreign>,
}

/// Such a token is issued on the command line only.
fn keeper(app: &App) -> Client {
    let issue = ["token", "issue", "--role", "KI_HEAD", "--centre", "05711"];
    let (code, out, err) = app.cli(&[&issue[..], &["--scope", "READ,ACCOUNTS"]].concat());
    assert_eq!(code, 0, "{err}");
    Client::new(app.url(), Some(out.trim().to_owned()))
}

impl Office {
    pub(crate) fn new(app: &App) -> Self {
        Self {
            officer: app.officer(),
            head: app.with_role("KI_HEAD", "05711"),
            person: app.person("leitung", "KI_HEAD"),
            protection: app.with_role("DATA_PROTECTION_OFFICER", "05711"),
            keeper: keeper(app),
            sent: Sent::default(),
            hostile: None,
        }
    }

    /// An office that tries everything wrong before it does it right.
    pub(crate) fn hostile(app: &App) -> Self {
        Self {
            hostile: Some(hostile::Foreign::made(app)),
            ..Self::new(app)
        }
    }

    /// Sends a mutation that has to succeed; gives the id of its record and the position.
    pub(crate) fn send(
        &mut self,
        who: &Client,
        payload: &str,
        mutation: &str,
        input: Value,
    ) -> (String, String) {
        let input = with(input, &json!({ "commandId": command() }));
        if let Some(foreign) = &self.hostile {
            hostile::refuses(who, foreign, mutation, &input);
        }
        let done = who.done(mutation, &input, &format!("{payload} {{ id }}"));
        if self.hostile.is_some() {
            hostile::again(who, payload, mutation, &input, &done);
        }
        self.sent.note(mutation, &input);
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        (text(&done[payload]["id"]), text(&done["position"]))
    }
}

/// A record that was begun.
pub(crate) struct Life {
    kind: &'static Kind,
    pub(crate) id: String,
    /// The record as it stands, with its version.
    record: Value,
    position: String,
}

impl Life {
    /// Begins a record: `expected` is everything it says then, except what is null or an empty list.
    pub(crate) fn begin(
        office: &mut Office,
        kind: &'static Kind,
        mutation: &str,
        input: Value,
        event: &str,
        expected: Value,
    ) -> Self {
        let officer = office.officer.clone();
        let before = office
            .officer
            .ask("{ events(first: 1) { edges { cursor } } }", &json!({}));
        let before = before["events"]["edges"][0]["cursor"]
            .as_str()
            .map(str::to_owned);
        let (id, position) = office.send(&officer, kind.payload, mutation, input.clone());
        let mut life = Self {
            kind,
            id,
            record: Value::Null,
            position,
        };
        if let Some(before) = before {
            assert_eq!(
                life.read(&officer, Some(&before)),
                Value::Null,
                "{mutation}"
            );
        }
        let now = life.read(&officer, None);
        assert_same(mutation, &now, &expected);
        assert_eq!(life.read(&officer, Some(&life.position)), now);
        life.record = now;
        life.in_history(&officer, mutation, &input, event, &expected);
        life
    }

    /// The version it has now.
    pub(crate) fn version(&self) -> &Value {
        &self.record["version"]
    }

    /// One step by the officer: `changes` are the fields that are different then.
    pub(crate) fn step(
        &mut self,
        office: &mut Office,
        mutation: &str,
        input: Value,
        event: &str,
        changes: Value,
    ) {
        let officer = office.officer.clone();
        self.step_by(office, &officer, mutation, input, event, changes);
    }

    /// One step by the head.
    pub(crate) fn step_by_head(
        &mut self,
        office: &mut Office,
        mutation: &str,
        input: Value,
        event: &str,
        changes: Value,
    ) {
        let head = office.head.clone();
        self.step_by(office, &head, mutation, input, event, changes);
    }

    /// What happened to it on another way than by a mutation: `changes` are the fields that are different then.
    pub(crate) fn elsewhere(&mut self, office: &Office, what: &str, changes: &Value) {
        let now = self.read(&office.officer, None);
        let mut expected = without_empty(&self.record);
        for (name, value) in changes.as_object().expect("an object") {
            expected[name] = value.clone();
        }
        assert_same(what, &now, &expected);
        let history = office.officer.ask(
            "query($id: ID!) { history(recordId: $id, last: 1) { edges { cursor } } }",
            &json!({ "id": self.id }),
        );
        self.position = history["history"]["edges"][0]["cursor"]
            .as_str()
            .expect("a position")
            .to_owned();
        self.record = now;
    }

    fn step_by(
        &mut self,
        office: &mut Office,
        who: &Client,
        mutation: &str,
        input: Value,
        event: &str,
        changes: Value,
    ) {
        let version = self.record["version"].clone();
        let full = with(
            input.clone(),
            &json!({ "id": self.id, "expectedVersion": version }),
        );
        let (id, position) = office.send(who, self.kind.payload, mutation, full);
        assert_eq!(id, self.id, "{mutation}");
        let reader = office.officer.clone();
        let now = self.read(&reader, None);
        let mut expected = without_empty(&self.record);
        for (name, value) in changes.as_object().expect("an object") {
            expected[name] = value.clone();
        }
        assert_same(mutation, &now, &expected);
        // What was taken back keeps the version it had: nothing can be done with it any more.
        let same = mutation.starts_with("retract") && mutation != "retractStep";
        assert!(
            same || now["version"].as_u64() > version.as_u64(),
            "{mutation}: {now:#}"
        );
        let before = self.read(&reader, Some(&self.position));
        assert_eq!(before, self.record, "{mutation}: as of before");
        assert_eq!(
            self.read(&reader, Some(&position)),
            now,
            "{mutation}: as of after"
        );
        self.record = now;
        self.position = position;
        self.in_history(&reader, mutation, &input, event, &changes);
    }

    /// The whole record, or null where there is none.
    fn read(&self, who: &Client, at: Option<&str>) -> Value {
        let Kind {
            query, selection, ..
        } = self.kind;
        let document = format!(
            "query($id: ID!, $at: AsOf) {{ {query}(id: $id, asOf: $at) {{ version {selection} }} }}"
        );
        who.ask(&document, &json!({ "id": self.id, "at": at }))[*query].take()
    }

    /// One of the record's own last events is this, on the day that was given, with the reason that was given; and of what it
    /// says it changed, each is a field that was sent or that is different now.
    fn in_history(
        &self,
        who: &Client,
        mutation: &str,
        input: &Value,
        event: &str,
        changes: &Value,
    ) {
        let history = who.ask(
            "query($id: ID!) { history(recordId: $id, last: 10) {
                nodes { type changed reason recordId occurredOn sentence } } }",
            &json!({ "id": self.id }),
        );
        let events = history["history"]["nodes"].as_array().expect("events");
        let own = |one: &&Value| one["recordId"] == json!(self.id) && one["type"] == event;
        let last = events.iter().rev().find(own);
        assert!(last.is_some(), "{mutation}: {events:#?}");
        let last = last.expect("an event");
        let sentence = last["sentence"].as_str().unwrap_or_default();
        assert!(!sentence.is_empty(), "{mutation}: {last:#}");
        if let Some(reason) = input.get("reason") {
            assert_eq!(&last["reason"], reason, "{mutation}: {last:#}");
        }
        if let Some(day) = input.get("occurredOn") {
            assert_eq!(&last["occurredOn"], day, "{mutation}: {last:#}");
        }
        for name in last["changed"].as_array().expect("a list") {
            let name = name.as_str().expect("a name");
            // A record shows its due date and its term together.
            let shown = match name {
                "dueOn" | "termWorkingDays" => "deadline",
                other => other,
            };
            let known = input.get(name).is_some() || changes.get(shown).is_some();
            assert!(known, "{mutation} changed {name}: {last:#}");
            let mut words = sentence.split([' ', ',', ':']);
            assert!(
                words.all(|word| word != name),
                "{mutation}, no German word: {last:#}"
            );
        }
    }
}

/// Without nulls and empty lists: what the record does not say.
fn without_empty(record: &Value) -> Value {
    let said = |value: &Value| !value.is_null() && *value != json!([]) && *value != json!(false);
    let fields = record.as_object().expect("a record");
    let fields: Map<String, Value> = fields
        .iter()
        .filter(|(name, value)| *name != "version" && said(value))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    Value::Object(fields)
}

#[track_caller]
fn assert_same(mutation: &str, now: &Value, expected: &Value) {
    let (now, expected) = (without_empty(now), without_empty(expected));
    assert_eq!(now, expected, "{mutation}: {now:#}");
}
