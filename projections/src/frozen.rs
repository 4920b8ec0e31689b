//! Frozen logs: `projections/frozen/<n>/` keeps a small invented log as it was written once, and what
//! was true of it: its root, its digest and the answers of all figures. A program of any later day has
//! to read the same from it.
//!
//! What is promised for how long:
//! - `data/` and `root.txt` never change: stored lines are never rewritten, and their root is proof.
//! - `figures/<key>.v<version>.txt` never changes: a figure that is to count something else gets a
//!   new version of its definition, and with it a new file. Files of older versions stay as a record.
//! - `digests.txt` has one line for each `DIGEST_VERSION`: the digest is over the rows of this
//!   program, which may grow; a digest that changes without a new version is a mistake.
//!
//! `make schema` adds what is missing (a figure, a version, the next log for new kinds of events) and
//! rewrites nothing.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use querschnitt_domain::{ActorId, CommandId, Event, EventData, EventKind, Query, Role};
use querschnitt_store::{
    Check, CommandKey, EmbeddedLog, Fingerprint, Log, ManualClock, Options, VerifyReport, verify,
};
use time::OffsetDateTime;
use time::macros::{date, datetime};
use uuid::Uuid;

use crate::digest::DIGEST_VERSION;
use crate::dimension::{CentreSet, Dimension};
use crate::facts::Facts;
use crate::figures::{FIGURES, Figure, FigureQuery, FigureValue};
use crate::state::State;
use crate::testing::History;

/// Later than every frozen event.
const READ_ON: OffsetDateTime = datetime!(2000-01-01 12:00 UTC);

/// How many events about reviews the next frozen log begins with; a third as many about the rest follow.
const GENERATED: usize = 120;

/// Over which days the figures are asked: those of the generated events, and of the samples.
const PERIOD: &str = "2023-07-01/2027-01-01";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("frozen")
}

fn updating() -> bool {
    std::env::var_os("UPDATE_GENERATED").is_some()
}

/// The frozen logs, the oldest first.
fn logs() -> Vec<PathBuf> {
    (1..)
        .map(|number: u32| folder().join(number.to_string()))
        .take_while(|log| log.exists())
        .collect()
}

#[tokio::test]
async fn generated_frozen_logs_keep_root_digest_and_figures() {
    let (mut kinds, mut deputies) = (BTreeSet::new(), false);
    for log in logs() {
        let found = check(&log).await;
        kinds.extend(found.kinds);
        deputies |= found.deputies;
    }
    let missing = |kinds: &BTreeSet<&str>| {
        let all = EventKind::ALL.into_iter();
        all.filter(|kind| !kinds.contains(kind.wire_name()) && !kind.is_access())
            .collect::<Vec<_>>()
    };
    let unfrozen = missing(&kinds);
    if updating() && (!unfrozen.is_empty() || !deputies) {
        let next = folder().join((logs().len() + 1).to_string());
        write(&next, &unfrozen).await;
        let found = check(&next).await;
        kinds.extend(found.kinds);
        deputies |= found.deputies;
    }
    assert!(
        deputies,
        "no frozen log has an event of a deputy: run `make schema`, which writes the next one"
    );
    assert_eq!(
        missing(&kinds),
        [],
        "no frozen log has an event of these kinds: run `make schema`, which writes the next one"
    );
}

/// What a frozen log has an example of.
struct Examples {
    /// The kinds of events.
    kinds: BTreeSet<&'static str>,
    /// Whether somebody acted for somebody else.
    deputies: bool,
}

/// Verifies, replays and compares a copy; says what it has examples of.
async fn check(frozen: &Path) -> Examples {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    copy(&frozen.join("data"), &data);
    let report = verify(&data, Check::default()).unwrap();
    let log = EmbeddedLog::open(&data, options(READ_ON)).unwrap();
    assert_eq!(log.report().cut, None, "{}", frozen.display());
    let head = log.head();
    let state = State::rebuild(log.as_ref(), head).await.unwrap();
    let earlier = State::rebuild(log.as_ref(), head / 2).await.unwrap();
    let events = log.read(&Query::all(), 0, usize::MAX).await.unwrap().events;
    log.close();
    same_bytes(&frozen.join("data"), &data);

    keep(&frozen.join("root.txt"), &root(&report));
    keep_digest(frozen, &state);
    for figure in FIGURES {
        let name = format!("{}.v{}.txt", figure.key, figure.version);
        let mut answers = String::new();
        answer(&mut answers, figure, state.facts(), None);
        let then = answered(figure, state.facts(), Some(head / 2));
        assert_eq!(
            then,
            answered(figure, earlier.facts(), None),
            "asOf: {name}"
        );
        answers.push_str(&then);
        keep(&frozen.join("figures").join(name), &answers);
    }
    let kinds = events.iter().map(|event| event.event.data.kind());
    Examples {
        kinds: kinds.map(EventKind::wire_name).collect(),
        deputies: events.iter().any(|event| event.on_behalf_of.is_some()),
    }
}

fn root(report: &VerifyReport) -> String {
    let mut text = format!("{} events\n", report.head.size);
    for byte in report.head.root {
        let _ = write!(text, "{byte:02x}");
    }
    text + "\n"
}

/// The file holds this; where there is none yet, it is written once.
fn keep(path: &Path, content: &str) {
    if !path.exists() {
        assert!(
            updating(),
            "{} is missing: run `make schema`",
            path.display()
        );
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    let kept = fs::read_to_string(path).unwrap();
    assert!(
        kept == content,
        "{} is kept for ever, but this program says:\n{content}",
        path.display()
    );
}

/// One line for each version: the number and the digest.
fn keep_digest(frozen: &Path, state: &State) {
    let path = frozen.join("digests.txt");
    let mut kept = fs::read_to_string(&path).unwrap_or_default();
    let version = format!("{DIGEST_VERSION} ");
    let line = format!("{version}{}", state.digest());
    if updating() && !kept.lines().any(|kept| kept.starts_with(&version)) {
        kept.push_str(&line);
        kept.push('\n');
        fs::write(&path, &kept).unwrap();
    }
    assert!(
        kept.lines().any(|kept| kept == line),
        "{} does not say {line}: a digest that changes needs a new DIGEST_VERSION, then `make schema`",
        path.display()
    );
}

fn answered(figure: &Figure, facts: &Facts, as_of: Option<u64>) -> String {
    let mut text = "in the middle of the log\n".to_owned();
    answer(&mut text, figure, facts, as_of);
    text
}

/// The figure as a whole and by each dimension it can be broken down by.
fn answer(text: &mut String, figure: &Figure, facts: &Facts, as_of: Option<u64>) {
    let mut asked = vec![Vec::new()];
    asked.extend(Dimension::ALL.map(|dimension| vec![dimension]));
    for by in asked {
        if figure.columns(&by).is_err() {
            continue;
        }
        let query = FigureQuery {
            period: PERIOD.parse().unwrap(),
            centres: CentreSet::all(),
            by: by.clone(),
            as_of,
        };
        let table = figure.compute(facts, &query, CentreSet::all()).unwrap();
        let names: Vec<_> = by.iter().map(|dimension| dimension.name()).collect();
        let _ = writeln!(text, "by [{}]: {}", names.join(" "), value(table.total));
        // Most pieces of time and most centres have nothing.
        for row in table.rows.iter().filter(|row| row.value.numerator > 0) {
            let keys: Vec<_> = row
                .keys
                .iter()
                .map(|key| key.code().unwrap_or("-".into()))
                .collect();
            let _ = writeln!(text, "  {}: {}", keys.join(" "), value(row.value));
        }
    }
}

fn value(value: FigureValue) -> String {
    let FigureValue {
        value: _,
        numerator,
        denominator,
    } = value;
    match denominator {
        Some(denominator) => format!("{numerator}/{denominator}"),
        None => numerator.to_string(),
    }
}

fn options(now: OffsetDateTime) -> Options {
    Options {
        clock: Arc::new(ManualClock::at(now)),
        keep_index: false,
        ..Options::default()
    }
}

/// Writes a log that begins with a generated history and has the golden sample of each of these
/// kinds that is not in it.
async fn write(frozen: &Path, kinds: &[EventKind]) {
    let seed = logs().len() as u64 + 1;
    let mut generated = History::with_reviews(seed, GENERATED).events().to_vec();
    generated.extend_from_slice(History::generate(seed, GENERATED / 3).events());
    let mut events: Vec<Event> = generated.into_iter().map(|one| one.event).collect();
    let samples = kinds
        .iter()
        .filter(|kind| !events.iter().any(|event| event.data.kind() == **kind));
    let samples: Vec<Event> = samples.map(|kind| sample(*kind)).collect();
    events.extend(samples);

    let clock = Arc::new(ManualClock::at(datetime!(1999-01-04 08:00 UTC)));
    let options = Options {
        clock: Arc::clone(&clock) as _,
        // Days pass here in no time.
        clock_bound: Duration::from_secs(400 * 24 * 60 * 60),
        // Several files.
        segment_bytes: 50_000,
        keep_index: false,
        ..Options::default()
    };
    let data = frozen.join("data");
    fs::create_dir_all(&data).unwrap();
    let log = EmbeddedLog::open(&data, options).unwrap();
    let mut rest = events.as_slice();
    let mut number = 0;
    while !rest.is_empty() {
        // One to three events each: a command is recorded whole.
        let (command, others) = rest.split_at(rest.len().min(1 + number % 3));
        number += 1;
        let key = CommandKey {
            id: CommandId(Uuid::now_v7()),
            fingerprint: Fingerprint([0; 16]),
            actor: ActorId(Uuid::from_u128(number as u128 % 4)),
            on_behalf_of: number
                .is_multiple_of(5)
                .then(|| ActorId(Uuid::from_u128(4))),
            role: Role::KiOfficer,
        };
        log.append(key, command.to_vec(), None).await.unwrap();
        clock.advance(Duration::from_secs(3_600));
        rest = others;
    }
    log.close();
    drop(log);
    // Of the process that wrote it.
    fs::remove_file(data.join("lock")).unwrap();
}

/// The sample that `domain/tests/golden` keeps of a kind.
fn sample(kind: EventKind) -> Event {
    let name = format!("{}.v{}.json", kind.wire_name(), kind.version());
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../domain/tests/golden");
    let path = golden.join(name);
    let stored = fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; run `make schema`", path.display()));
    Event {
        centre: "05711".parse().unwrap(),
        occurred_on: date!(2025 - 03 - 10),
        occurred_at: None,
        data: EventData::decode(kind, kind.version(), stored.trim_end()).unwrap(),
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Reading has changed nothing.
fn same_bytes(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let other = to.join(entry.file_name());
        if entry.path().is_dir() {
            same_bytes(&entry.path(), &other);
        } else {
            let (one, other) = (fs::read(entry.path()).unwrap(), fs::read(&other).unwrap());
            assert!(one == other, "{} was changed", entry.path().display());
        }
    }
}
