//! The audit commands, checked with nothing of ours where that matters.

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::support::{Office, flip};

fn sample() -> Office {
    let office = Office::new();
    office.done(&["demo"]);
    office
}

#[test]
fn a_log_is_held_against_a_checkpoint_that_was_kept() {
    let office = sample();
    let kept = office.beside("kept.txt");
    let note = office.done(&["audit", "checkpoint"]).out;
    std::fs::write(&kept, &note).unwrap();
    let against = ["audit", "verify", "--against", kept.to_str().unwrap()];
    assert!(office.done(&against).out.contains("setzt den Stand"));
    // Another log is not its continuation, and a changed note is no checkpoint.
    let ended = sample().run(&against);
    assert_ne!(ended.code, 0, "{ended:?}");
    let size = note.lines().nth(1).unwrap();
    let larger = format!("\n{}\n", size.parse::<u64>().unwrap() + 1);
    std::fs::write(&kept, note.replacen(&format!("\n{size}\n"), &larger, 1)).unwrap();
    let ended = office.run(&against);
    assert!(
        ended.code == 1 && ended.err.contains("nicht brauchbar"),
        "{ended:?}"
    );
}

#[test]
fn a_flipped_bit_anywhere_is_found() {
    let office = sample();
    let segment = office.segment();
    let length = std::fs::metadata(&segment).unwrap().len();
    for part in 1..8 {
        let at = usize::try_from(length * part / 8).unwrap();
        flip(&segment, at);
        let ended = office.run(&["audit", "verify"]);
        assert_eq!(ended.code, 3, "at {at}");
        assert!(!ended.err.contains("the "), "in German: {}", ended.err);
        flip(&segment, at);
    }
    office.verified();
}

#[test]
fn a_replay_agrees_with_the_running_server() {
    let office = sample();
    let alone = office.done(&["audit", "replay"]);
    let server = office.serve(&[]);
    let beside = office.done(&["audit", "replay"]);
    assert!(beside.out.contains("denselben Stand"), "{beside:?}");
    assert!(beside.out.starts_with(&alone.out), "{alone:?} {beside:?}");
    let part = office.done(&["audit", "replay", "--until", "10"]);
    assert_eq!(part.count("Position:"), 10);
    let carried_on = format!("weitergeführt bis Position {}", alone.count("Position:"));
    assert!(part.out.contains(&carried_on), "{part:?}");
    let head = alone.count("Position:").to_string();
    let whole = office.done(&["audit", "replay", "--until", &head]);
    assert_eq!(whole.out, beside.out);
    let early = office.done(&["audit", "replay", "--until", "2001-01-01T00:00:00Z"]);
    assert_eq!(early.count("Position:"), 0);
    let beyond = office.run(&["audit", "replay", "--until", "99999999"]);
    assert_eq!(beyond.code, 1, "{beyond:?}");
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn a_proof_leads_to_the_root_and_no_further() {
    let office = sample();
    let (size, root) = office.verified();
    let lines = std::fs::read_to_string(office.segment()).unwrap();
    for line in lines
        .lines()
        .filter(|line| line.starts_with('{'))
        .step_by(101)
    {
        let json = line.split('\t').next().unwrap();
        let event: Value = serde_json::from_str(json).unwrap();
        let said = office
            .done(&["audit", "proof", event["id"].as_str().unwrap()])
            .out;
        let proof: Value = serde_json::from_str(&said).unwrap();
        assert_eq!(proof["treeSize"], size);
        let index = event["position"].as_u64().unwrap() - 1;
        assert_eq!(root_from(json, index, size, &proof), root);
        assert_ne!(
            root_from(&json.replace('1', "2"), index, size, &proof),
            root
        );
    }
    let unknown = "00000000-0000-4000-8000-000000000000";
    assert_eq!(office.run(&["audit", "proof", unknown]).code, 1);
}

#[test]
fn where_there_is_no_log_nothing_is_made() {
    let office = Office::new();
    for arguments in [
        &["audit", "verify"][..],
        &["audit", "replay"],
        &["audit", "checkpoint"],
    ] {
        assert_eq!(office.run(arguments).code, 1);
    }
    assert!(!office.data().exists());
}

/// RFC 9162, 2.1.3.2, from the line and the path alone.
fn root_from(line: &str, index: u64, size: u64, proof: &Value) -> String {
    let mut hash = Sha256::new_with_prefix([0]).chain_update(line).finalize();
    let (mut this, mut last) = (index, size - 1);
    for step in proof["inclusionPath"].as_array().unwrap() {
        let step = step.as_str().unwrap();
        let other: Vec<u8> = (0..64)
            .step_by(2)
            .map(|at| u8::from_str_radix(&step[at..at + 2], 16).unwrap())
            .collect();
        let node = Sha256::new_with_prefix([1]);
        if this % 2 == 1 || this == last {
            hash = node.chain_update(other).chain_update(hash).finalize();
            while this % 2 == 0 && this != 0 {
                (this, last) = (this >> 1, last >> 1);
            }
        } else {
            hash = node.chain_update(hash).chain_update(other).finalize();
        }
        (this, last) = (this >> 1, last >> 1);
    }
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}
