//! `audit replay`: the projections from zero, and whether the running ones agree.

use std::str::FromStr;
use std::sync::Arc;

use querschnitt_domain::Query;
use querschnitt_projections::{Digest, RebuildError, Runner, State};
use querschnitt_store::{EmbeddedLog, Log as _};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::exit::{Failure, with_causes};
use crate::office::Office;
use crate::progress::Progress;

/// How far to replay.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Until {
    /// Up to this position.
    Position(u64),
    /// Up to the last event recorded by then.
    Time(#[serde(with = "time::serde::rfc3339")] OffsetDateTime),
}

impl FromStr for Until {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Ok(position) = text.parse() {
            return Ok(Self::Position(position));
        }
        OffsetDateTime::parse(text, &Rfc3339)
            .map(Self::Time)
            .map_err(
                |_| "erlaubt ist eine Position (1042) oder ein Zeitpunkt (2026-01-31T12:00:00Z)",
            )
    }
}

/// The state of the running server when the replay began.
struct Running {
    runner: Arc<Runner>,
    position: u64,
    digest: Digest,
}

impl Running {
    /// Computes the digest on a thread where that may take its time.
    async fn of(runner: Arc<Runner>) -> Result<Self, Failure> {
        let computed = tokio::task::spawn_blocking(move || {
            let state = runner.read();
            let (position, digest) = (state.position(), state.digest());
            drop(state);
            Self {
                runner,
                position,
                digest,
            }
        });
        computed.await.map_err(|error| {
            Failure::failed(format!("Der Prüfwert ließ sich nicht berechnen: {error}"))
        })
    }
}

/// Replays, says position and digest, and within a server compares with what the server has. It has
/// only its present state: a replay up to an earlier position is carried on to that one.
pub(crate) async fn run(
    office: &Office,
    until: Option<Until>,
    progress: &mut dyn Progress,
) -> Result<(), Failure> {
    let log = office.log().as_ref();
    let running = match office.runner() {
        Some(runner) => Some(Running::of(Arc::clone(runner)).await?),
        None => None,
    };
    let newest = running
        .as_ref()
        .map_or_else(|| log.head(), |running| running.position);
    let position = match until {
        None => newest,
        Some(Until::Position(position)) => position,
        Some(Until::Time(instant)) => position_at(log, instant).await?,
    };
    progress.total(newest.max(position));
    let mut state = State::default();
    advance(&mut state, office, position, progress).await?;
    progress.say(&format!("Position: {position}"));
    progress.say(&format!("Prüfwert: {}", state.digest()));
    let Some(running) = running else {
        return Ok(());
    };
    let at = running.position;
    if at < position {
        progress.say(&format!(
            "Mit dem laufenden Server ist das nicht zu vergleichen: seine Sichten sind erst an Position {at}."
        ));
        return Ok(());
    }
    let place = if at == position {
        "an dieser Position".to_owned()
    } else {
        progress.say("Der laufende Server hält nur seinen jetzigen Stand; verglichen wird dort.");
        advance(&mut state, office, at, progress).await?;
        format!("weitergeführt bis Position {at}")
    };
    compare(&state, &running)?;
    progress.say(&format!("Der laufende Server hat {place} denselben Stand."));
    Ok(())
}

fn compare(state: &State, running: &Running) -> Result<(), Failure> {
    const HELP: &str =
        "Ein Neustart baut die Sichten aus dem Protokoll neu auf; bitte den Fall melden.";
    let (at, digest) = (running.position, running.digest);
    if state.digest() != digest {
        return Err(Failure::failed(format!(
            "Der laufende Server hat an Position {at} einen anderen Stand (Prüfwert {digest}). {HELP}"
        )));
    }
    // No part of the digest: they come from the vault, where a text may have been erased since.
    let missing = running.runner.read().missing_names(state);
    if missing > 0 {
        return Err(Failure::failed(format!(
            "Der laufende Server hat an Position {at} einen anderen Stand: nach {missing} Namen lässt sich nicht oder nur anders suchen. {HELP}"
        )));
    }
    Ok(())
}

/// Folds in what follows up to a position, and tells how far it is.
async fn advance(
    state: &mut State,
    office: &Office,
    upto: u64,
    progress: &mut dyn Progress,
) -> Result<(), Failure> {
    let (log, texts) = (office.log().as_ref(), office.texts());
    let done = |position| progress.done(position);
    let advanced = state.advance(log, upto, &texts, done);
    advanced.await.map_err(failure)
}

/// The last position recorded at or before this instant: times never go backwards in a log.
async fn position_at(log: &EmbeddedLog, instant: OffsetDateTime) -> Result<u64, Failure> {
    let (mut low, mut high) = (0, log.head());
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        let page = log.read(&Query::all(), middle - 1, 1).await?;
        if page.events.iter().all(|event| event.recorded_at <= instant) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    Ok(low)
}

fn failure(error: RebuildError) -> Failure {
    match error {
        RebuildError::Log(error) => error.into(),
        error @ RebuildError::Apply(_) => Failure::failed(with_causes(&error)),
        RebuildError::Short { head, upto } => Failure::failed(format!(
            "Das Protokoll reicht nur bis Position {head}, nicht bis {upto}."
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;
    use crate::exit::Exit;
    use crate::office::leftovers::tests::register;

    /// What was said and how far it got.
    #[derive(Default)]
    struct Heard {
        total: u64,
        done: Vec<u64>,
        said: Vec<String>,
    }

    impl Progress for Heard {
        fn total(&mut self, total: u64) {
            self.total = total;
        }

        fn done(&mut self, done: u64) {
            self.done.push(done);
        }

        fn say(&mut self, line: &str) {
            self.said.push(line.to_owned());
        }

        fn note(&mut self, _line: &str) {}
    }

    async fn office(folder: &tempfile::TempDir, events: usize) -> Office {
        let settings = Settings {
            data: folder.path().join("data"),
            ..Settings::default()
        };
        let office = Office::open(&settings).await.unwrap();
        for _ in 0..events {
            register(&office).await;
        }
        office
    }

    async fn replay(office: &Office, until: Option<Until>) -> (Result<(), Failure>, Heard) {
        let mut heard = Heard::default();
        let outcome = run(office, until, &mut heard).await;
        (outcome, heard)
    }

    #[tokio::test]
    async fn a_running_state_that_differs_is_said_with_exit_code_1() {
        let folders = [(); 2].map(|()| tempfile::tempdir().unwrap());
        let office = office(&folders[0], 3).await;
        let other = self::office(&folders[1], 3).await;
        // Views of another log, at the same position.
        let runner = office.run_projections_over(other.log().clone());
        let caught_up = runner.wait_for(3, std::time::Duration::from_secs(60));
        caught_up.await.unwrap();
        for until in [None, Some(Until::Position(1))] {
            let (outcome, heard) = replay(&office, until).await;
            let failure = outcome.unwrap_err();
            assert_eq!(failure.exit, Exit::Failed);
            assert!(failure.message.contains("einen anderen Stand"), "{failure}");
            assert!(!heard.said.concat().contains("denselben Stand"));
        }
    }

    #[tokio::test]
    async fn it_tells_how_far_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let office = office(&folder, 3).await;
        let runner = office.run_projections();
        let caught_up = runner.wait_for(3, std::time::Duration::from_secs(60));
        caught_up.await.unwrap();
        let (outcome, heard) = replay(&office, Some(Until::Position(2))).await;
        outcome.unwrap();
        assert_eq!((heard.total, heard.done), (3, vec![2, 3]));
    }

    #[tokio::test]
    async fn a_time_leads_to_the_last_position_recorded_by_then() {
        let folder = tempfile::tempdir().unwrap();
        let office = office(&folder, 5).await;
        let log = office.log().as_ref();
        let page = log.read(&Query::all(), 0, 10).await.unwrap();
        for event in &page.events {
            let at = event.recorded_at;
            let last = page.events.iter().rfind(|event| event.recorded_at <= at);
            assert_eq!(position_at(log, at).await.unwrap(), last.unwrap().position);
        }
        let before = page.events[0].recorded_at - time::Duration::microseconds(1);
        assert_eq!(position_at(log, before).await.unwrap(), 0);
    }
}
