//! The log files as anyone reads them: one line of JSON for each event.

use std::collections::BTreeMap;

use querschnitt_tests::App;
use serde_json::Value;

/// The events of the log in the order of the files; the position of each is one more than that of
/// the one before.
pub(crate) fn events(app: &App) -> Vec<Value> {
    let mut files: Vec<_> = std::fs::read_dir(app.data().join("log"))
        .unwrap()
        .map(|file| file.unwrap().path())
        .filter(|file| file.extension().is_some_and(|ending| ending == "log"))
        .collect();
    files.sort();
    let mut events: Vec<Value> = Vec::new();
    for file in files {
        for line in std::fs::read_to_string(file).unwrap().lines() {
            if line.starts_with('#') {
                continue;
            }
            let json = line.split('\t').next().unwrap();
            let event: Value = serde_json::from_str(json).unwrap();
            assert_eq!(event["position"], events.len() + 1, "a gap: {json}");
            events.push(event);
        }
    }
    events
}

/// What the log holds of each command: the positions of its first and last event. Each stands there
/// once, whole, its events side by side.
pub(crate) fn whole_commands(events: &[Value]) -> BTreeMap<String, (u64, u64)> {
    let mut commands = BTreeMap::new();
    let mut rest = events;
    while let [first, ..] = rest {
        let command = first["command"].as_str().unwrap();
        let count = usize::try_from(first["part"][1].as_u64().unwrap()).unwrap();
        assert!(
            count <= rest.len(),
            "the log ends within a command: {first}"
        );
        let (parts, others) = rest.split_at(count);
        for (number, part) in parts.iter().enumerate() {
            let expected = serde_json::json!([number + 1, count]);
            assert!(
                part["command"] == command && part["part"] == expected,
                "part {expected} of {command} should stand here: {part}"
            );
        }
        let at = first["position"].as_u64().unwrap();
        let place = (at, at + count as u64 - 1);
        let before = commands.insert(command.to_owned(), place);
        assert_eq!(before, None, "doubled: {first}");
        rest = others;
    }
    commands
}
