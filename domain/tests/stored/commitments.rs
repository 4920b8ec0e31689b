//! Every text that a stored event commits to is found: what looks like a commitment in the JSON is
//! one, and nothing else.

use querschnitt_domain::{Commitment, EventKind};
use serde_json::Value;

use crate::sample;

fn in_json(value: &Value, found: &mut Vec<Commitment>) {
    match value {
        Value::String(_) => found.extend(serde_json::from_value::<Commitment>(value.clone())),
        Value::Array(values) => values.iter().for_each(|value| in_json(value, found)),
        Value::Object(fields) => fields.values().for_each(|value| in_json(value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[test]
fn the_texts_of_every_kind_are_named() {
    let mut total = 0;
    for kind in EventKind::ALL {
        let event = sample::event(kind);
        let mut expected = Vec::new();
        in_json(&serde_json::to_value(&event).unwrap(), &mut expected);
        let mut found = event.commitments();
        expected.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, expected, "{}", kind.wire_name());
        total += found.len();
    }
    assert!(total > 20, "the samples hold texts: {total}");
}
