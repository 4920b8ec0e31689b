//! Everything that can be wrong with a mutation, made from the schema: for each field of its input by its type. Each is
//! refused with a code, the whole path of the field and a German sentence, and nothing is recorded.

use querschnitt_tests::{App, Client};
use serde_json::{Value, json};

use crate::schema::{Schema, named};
use crate::words::{command, consultation, log_head, request, unit, with};

/// Records of another centre, one of each kind.
pub(crate) struct Foreign(Vec<String>);

impl Foreign {
    pub(crate) fn made(app: &App) -> Self {
        let there = app.with_role("KI_OFFICER", "05774");
        let here =
            |input: Value| with(input, &json!({ "centre": "05774", "commandId": command() }));
        let make = |mutation: &str, payload: &str, input: Value| {
            let done = there.done(mutation, &input, &format!("{payload} {{ id }}"));
            done[payload]["id"].as_str().expect("an id").to_owned()
        };
        let organisation = json!({ "name": "Nebenan", "kind": "MIGRANT_ORG" });
        let organisation = make("registerOrganisation", "organisation", here(organisation));
        let network = json!({
            "name": "Arbeitskreis nebenan", "bodyType": "WORKING_CIRCLE", "foundedOn": "2025-01-01",
        });
        let network = make("foundNetwork", "network", here(network));
        let meeting = json!({ "commandId": command(), "network": network, "date": "2026-03-03" });
        let meeting = make("holdMeeting", "meeting", meeting);
        let agreement = json!({
            "commandId": command(), "network": network, "madeOn": "2026-03-03", "subject": "Etwas tun",
        });
        let agreement = make("makeAgreement", "agreement", agreement);
        let consultation = make("recordConsultation", "consultation", here(consultation()));
        let review = make("requestReview", "review", here(request()));
        let unit = unit(&app.with_role("KI_HEAD", "05774"), "Jugendamt nebenan");
        Self(vec![
            organisation,
            network,
            meeting,
            agreement,
            consultation,
            review,
            unit,
        ])
    }
}

/// One thing that is wrong.
struct Wrong {
    /// The path of the field.
    path: String,
    value: Value,
    /// The codes that may be the answer.
    codes: &'static [&'static str],
}

const UNREADABLE: &[&str] = &["BAD_ARGUMENT"];
const NUMBER: &[&str] = &[
    "NUMBER_OUT_OF_RANGE",
    "MALFORMED",
    "STATE_FORBIDS",
    "CHANGED_MEANWHILE",
    "UNKNOWN_ID",
];
const DATE: &[&str] = &[
    "DATE_OUT_OF_RANGE",
    "DATE_IN_FUTURE",
    "END_BEFORE_BEGINNING",
    // A day that names a membership.
    "STATE_FORBIDS",
];
/// After the first day of the book, and before anything in the lives.
const LONG_AGO: &str = "1995-06-01";
const RECORD: &[&str] = &[
    "UNKNOWN_ID",
    "UNKNOWN_VALUE",
    "WRONG_CENTRE",
    "MALFORMED",
    "STATE_FORBIDS",
];

/// Tries everything wrong with this input, which is right as it is.
pub(crate) fn refuses(who: &Client, foreign: &Foreign, mutation: &str, input: &Value) {
    let schema = Schema::committed();
    let of = &schema.mutations[mutation];
    let mut all = Vec::new();
    // Fields that are absent here are there in another step: the lives send every field.
    let fields = schema.fields(of).into_iter().flatten();
    for (name, of) in fields.filter(|(name, _)| !input[name].is_null()) {
        wrong(&schema, foreign, name, of, &input[name], &mut all);
    }
    all.push(Wrong {
        path: "erfunden".into(),
        value: json!("x"),
        codes: UNREADABLE,
    });
    if let Some(stale @ 1..) = input["expectedVersion"].as_u64().map(|version| version - 1) {
        all.push(Wrong {
            path: "expectedVersion".into(),
            value: json!(stale),
            codes: &["CHANGED_MEANWHILE"],
        });
    }
    let before = size(who);
    let mut complaints = Vec::new();
    for wrong in all {
        if is_right(mutation, &wrong) {
            continue;
        }
        let mut changed = with(input.clone(), &json!({ "commandId": command() }));
        put(&mut changed, &wrong.path, wrong.value.clone());
        if let Some(complaint) = complaint(who, mutation, &changed, &wrong) {
            let shown: String = wrong.value.to_string().chars().take(60).collect();
            complaints.push(format!("{mutation} {} = {shown}: {complaint}", wrong.path));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    assert_eq!(size(who), before, "{mutation}: something was recorded");
}

/// The command again does nothing; its id with another input is refused.
pub(crate) fn again(who: &Client, payload: &str, mutation: &str, input: &Value, done: &Value) {
    let before = size(who);
    let selection = format!("{payload} {{ id }}");
    assert_eq!(
        &who.done(mutation, input, &selection),
        done,
        "{mutation} again"
    );
    let other = match input.get("expectedVersion") {
        Some(_) => with(input.clone(), &json!({ "expectedVersion": 77 })),
        None => {
            let schema = Schema::committed();
            let fields = schema.fields(&schema.mutations[mutation]).expect("fields");
            let optional = fields.iter().find(|(_, of)| !of.ends_with('!'));
            let mut other = input.clone();
            match optional {
                Some((name, _)) => {
                    other.as_object_mut().expect("an object").remove(name);
                    match other == *input {
                        true => with(other, &json!({ (name): null })),
                        false => other,
                    }
                }
                None => match something_else(input, fields.keys().map(String::as_str)) {
                    Some(change) => with(other, &change),
                    // It says no more than which record it is about.
                    None => return,
                },
            }
        }
    };
    let wrong = Wrong {
        path: "commandId".into(),
        value: Value::Null,
        codes: &["COMMAND_ID_REUSED"],
    };
    assert_eq!(complaint(who, mutation, &other, &wrong), None, "{mutation}");
    assert_eq!(size(who), before, "{mutation}: something was recorded");
}

/// Another value of a field that takes any.
fn something_else<'a>(
    input: &Value,
    fields: impl Iterator<Item = &'a str> + Clone,
) -> Option<Value> {
    let has =
        |name: &&&str| fields.clone().any(|field| field == **name) && !input[**name].is_null();
    if let Some(text) = ["name", "reason"].iter().find(has) {
        return Some(json!({ (*text): "Etwas anderes" }));
    }
    let part = ["deputy", "token"].iter().find(has)?;
    Some(json!({ (*part): command() }))
}

fn size(who: &Client) -> u64 {
    log_head(who)
}

/// What is wrong with the answer to something wrong.
fn complaint(who: &Client, mutation: &str, input: &Value, wrong: &Wrong) -> Option<String> {
    let mut name = mutation.to_owned();
    name[..1].make_ascii_uppercase();
    let document = format!(
        "mutation($input: {name}Input!) {{ {mutation}(input: $input) {{ position errors {{ code field message }} }} }}"
    );
    let (status, body) = who
        .post(&document, &json!({ "input": input }))
        .expect("an answer");
    let (error, above) = match status {
        200 if body.get("errors").is_none() => {
            let payload = &body["data"][mutation];
            if payload["position"] != Value::Null {
                return Some("was accepted".into());
            }
            (payload["errors"][0].clone(), "")
        }
        400 => {
            let error = &body["errors"][0];
            let extensions = &error["extensions"];
            let error = json!({
                "code": extensions["code"], "field": extensions["field"], "message": error["message"],
            });
            (error, "input.")
        }
        _ => return Some(format!("{status} {body}")),
    };
    let text = |name: &str| error[name].as_str().unwrap_or_default().to_owned();
    let (code, field, message) = (text("code"), text("field"), text("message"));
    let expected = format!("{above}{}", wrong.path);
    if !wrong.codes.contains(&code.as_str()) {
        return Some(format!("{code} {field} {message}"));
    }
    if field != expected {
        return Some(format!("names {field:?}: {code} {message}"));
    }
    let is_sentence = message.ends_with('.') && message.len() > 20 && message.contains(' ');
    (!is_sentence).then(|| format!("no sentence: {message}"))
}

/// What can be wrong with a field of this type. `right` is a value that is right, or null.
fn wrong(
    schema: &Schema,
    foreign: &Foreign,
    path: &str,
    of: &str,
    right: &Value,
    all: &mut Vec<Wrong>,
) {
    let mut add = |value: Value, codes: &'static [&'static str]| {
        let path = path.to_owned();
        all.push(Wrong { path, value, codes });
    };
    if let Some(item) = of.strip_suffix('!') {
        add(Value::Null, UNREADABLE);
        return wrong(schema, foreign, path, item, right, all);
    }
    if let Some(item) = of.strip_prefix('[').and_then(|of| of.strip_suffix(']')) {
        add(json!(true), UNREADABLE);
        let Some(first) = right.get(0) else { return };
        add(json!(vec![first; 1_001]), &["TOO_MANY", "DUPLICATE"]);
        // The last one, so that a path that always says 0 is found.
        let last = right.as_array().map_or(0, |items| items.len() - 1);
        wrong(
            schema,
            foreign,
            &format!("{path}[{last}]"),
            item,
            &right[last],
            all,
        );
        return;
    }
    if let Some(fields) = schema.fields(of) {
        add(json!("x"), UNREADABLE);
        for (name, of) in fields.iter().filter(|(name, _)| !right[name].is_null()) {
            wrong(
                schema,
                foreign,
                &format!("{path}.{name}"),
                of,
                &right[name],
                all,
            );
        }
        return;
    }
    match named(of) {
        "String" => {
            add(json!(5), UNREADABLE);
            add(json!("x".repeat(25_000)), &["TEXT_TOO_LONG", "MALFORMED"]);
            add(json!("a\u{7}b"), &["CONTROL_CHARACTER", "MALFORMED"]);
            add(json!("a\u{202e}b"), &["CONTROL_CHARACTER", "MALFORMED"]);
            add(json!("  "), &["TEXT_EMPTY", "MALFORMED"]);
        }
        "Boolean" => add(json!("ja"), UNREADABLE),
        "Int" => {
            add(json!("1"), UNREADABLE);
            add(json!(1.5), UNREADABLE);
            add(
                json!(1_u64 << 40),
                &["BAD_ARGUMENT", "NUMBER_OUT_OF_RANGE", "MALFORMED"],
            );
            for number in [-1, i32::MAX] {
                add(json!(number), NUMBER);
            }
        }
        "Cents" => {
            for cents in [json!("1"), json!(-1), json!(0.5)] {
                add(cents, UNREADABLE);
            }
            add(json!(1_u64 << 52), NUMBER);
        }
        "Date" => {
            for day in ["2026-02-31", "morgen", "2026-3-1", "26-03-01"] {
                add(json!(day), UNREADABLE);
            }
            add(json!("1889-12-31"), DATE);
            add(json!("2199-01-01"), DATE);
            add(json!(LONG_AGO), DATE);
        }
        "DateTime" => {
            for instant in ["gestern", "2026-03-01", "2026-03-01T10:00:00"] {
                add(json!(instant), UNREADABLE);
            }
            add(json!("1889-12-31T10:00:00Z"), DATE);
            add(json!("2199-01-01T10:00:00Z"), DATE);
        }
        "UUID" => {
            add(json!("x"), UNREADABLE);
            add(json!(7), UNREADABLE);
        }
        "ID" => {
            add(json!(true), UNREADABLE);
            add(json!("x"), RECORD);
            add(json!(""), RECORD);
            for id in &foreign.0 {
                add(json!(id), RECORD);
            }
            if path == "centre" {
                add(json!("05774"), RECORD);
            }
        }
        // A code of a value list.
        code => {
            if code == "Programme" {
                // It ended with 2024.
                add(json!("KOMM_AN_II"), &["VALUE_NOT_VALID_ON_DATE"]);
            }
            add(json!(5), UNREADABLE);
            add(json!("GIBT_ES_NICHT"), &["UNKNOWN_VALUE", "BAD_ARGUMENT"]);
            add(
                json!("x".repeat(10_000)),
                &["UNKNOWN_VALUE", "BAD_ARGUMENT"],
            );
        }
    }
}

/// What looks wrong by its type alone and is right.
fn is_right(mutation: &str, wrong: &Wrong) -> bool {
    // What is not linked is unlinked already, whatever it is.
    let unlinked = mutation == "unlinkConsultation" && wrong.path == "to" && wrong.codes == RECORD;
    // Days with which something begins; of an organisation also what it did before the office knew it. The day of a
    // step is said twice there: refused, but on the other field.
    let begins = matches!(
        (mutation, wrong.path.as_str()),
        ("foundNetwork" | "correctNetwork", "foundedOn")
            | ("recordConsultation" | "correctConsultation", "occurredOn")
            | ("registerOrganisation" | "renameOrganisation", "occurredOn")
            | (
                "describeOrganisation" | "setOrganisationRelation",
                "occurredOn"
            )
            | ("requestReview" | "correctReview", "receivedOn")
            | ("completeStep", "completedOn")
    );
    unlinked || (begins && wrong.value == LONG_AGO)
}

/// Puts a value at a path.
fn put(input: &mut Value, path: &str, value: Value) {
    let mut at = input;
    for part in path.split('.') {
        let (name, index) = match part.split_once('[') {
            Some((name, index)) => (name, index.trim_end_matches(']').parse::<usize>().ok()),
            None => (part, None),
        };
        at = &mut at[name];
        if let Some(index) = index {
            at = &mut at[index];
        }
    }
    *at = value;
}
