//! `tests/golden/<kind>.v<version>.json`: what old logs hold must be read for ever, and written the
//! same. A missing sample is written by `make schema`; one that is there is never rewritten.

use std::fs;
use std::path::{Path, PathBuf};

use querschnitt_domain::{EventData, EventKind};

use crate::sample;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

fn name(kind: EventKind) -> String {
    format!("{}.v{}.json", kind.wire_name(), kind.version())
}

fn encode(event: &EventData) -> String {
    serde_json::to_string(event).unwrap()
}

fn decode(kind: EventKind, version: u16, stored: &str) -> EventData {
    EventData::decode(kind, version, stored.trim_end())
        .unwrap_or_else(|error| panic!("{} v{version}: {error:?}", kind.wire_name()))
}

#[test]
fn generated_samples_of_every_kind_are_read_and_written_the_same() {
    let updating = std::env::var_os("UPDATE_GENERATED").is_some();
    for kind in EventKind::ALL {
        let path = folder().join(name(kind));
        if !path.exists() {
            // What a test writes by itself nobody has looked at, and CI would pass without it.
            assert!(
                updating,
                "{} is missing: run `make schema` and commit it",
                path.display()
            );
            let event = sample::event(kind);
            assert_eq!(event.kind(), kind, "the sample is of another kind");
            fs::write(&path, encode(&event) + "\n").unwrap();
        }
        let stored = fs::read_to_string(&path).unwrap();
        let event = decode(kind, kind.version(), &stored);
        assert_eq!(event.kind(), kind);
        assert_eq!(encode(&event) + "\n", stored, "{}", path.display());
    }
    every_sample_also_of_older_versions_is_read();
}

fn every_sample_also_of_older_versions_is_read() {
    for entry in fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let file = path.file_name().unwrap().to_str().unwrap().to_owned();
        let (kind, version) = file
            .strip_suffix(".json")
            .and_then(|stem| stem.rsplit_once(".v"))
            .unwrap_or_else(|| panic!("{file} is not named kind.vN.json"));
        let kind = EventKind::from_wire_name(kind)
            .unwrap_or_else(|| panic!("{file} is of no kind of today"));
        let stored = fs::read_to_string(&path).unwrap();
        assert_eq!(decode(kind, version.parse().unwrap(), &stored).kind(), kind);
    }
}

#[test]
fn a_newer_version_or_an_unknown_field_is_refused() {
    let kind = EventKind::ConsultationRetracted;
    let stored = encode(&sample::event(kind));
    assert!(EventData::decode(kind, kind.version() + 1, &stored).is_err());
    let more = stored.replacen('{', r#"{"person":"x","#, 1);
    assert!(EventData::decode(kind, kind.version(), &more).is_err());
}

/// The kinds that named units by what they are called, in version 1.
const NAMED_UNITS: [EventKind; 4] = [
    EventKind::ReviewRequested,
    EventKind::ReviewAdviceAsked,
    EventKind::ReviewStepCompleted,
    EventKind::ReviewCorrected,
];

#[test]
fn a_name_of_a_unit_is_read_from_old_lines_only_and_never_written() {
    for kind in NAMED_UNITS {
        let path = folder().join(format!("{}.v1.json", kind.wire_name()));
        let old = fs::read_to_string(path).unwrap();
        let event = decode(kind, 1, &old);
        let labels: Vec<&str> = event.units().filter_map(|unit| unit.label()).collect();
        assert!(!labels.is_empty());
        let new = encode(&event);
        for label in labels {
            assert!(
                old.contains(label) && !new.contains(label),
                "{label}: {new}"
            );
        }
        assert_eq!(decode(kind, 2, &new), event, "it stays the same unit");
        for (version, stored) in [(2, old.trim_end()), (1, &new), (0, &new), (3, &new)] {
            let read = EventData::decode(kind, version, stored);
            assert!(read.is_err(), "{} as version {version}", kind.wire_name());
        }
    }
}
