//! `audit replay`: the projections from zero, and whether the running ones agree.

use std::str::FromStr;

use querschnitt_projections::{RebuildError, State};
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

/// Replays, says position and digest, and within a server compares with what the server has. It has
/// only its present state: a replay up to an earlier position is carried on to that one.
pub(crate) async fn run(
    office: &Office,
    until: Option<Until>,
    progress: &mut dyn Progress,
) -> Result<(), Failure> {
    let log = office.log().as_ref();
    let running = office.runner().map(|runner| {
        let state = runner.read();
        (state.position(), state.digest())
    });
    let newest = running.as_ref().map_or_else(|| log.head(), |(at, _)| *at);
    let position = match until {
        None => newest,
        Some(Until::Position(position)) => position,
        Some(Until::Time(instant)) => replayed(log, log.head()).await?.position_at(instant),
    };
    progress.total(newest.max(position));
    let mut state = replayed(log, position).await?;
    progress.done(position);
    progress.say(&format!("Position: {position}"));
    progress.say(&format!("Prüfwert: {}", state.digest()));
    let Some((at, digest)) = running else {
        return Ok(());
    };
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
        state.advance(log, at).await.map_err(failure)?;
        progress.done(at);
        format!("weitergeführt bis Position {at}")
    };
    if state.digest() == digest {
        progress.say(&format!("Der laufende Server hat {place} denselben Stand."));
        return Ok(());
    }
    Err(Failure::failed(format!(
        "Der laufende Server hat an Position {at} einen anderen Stand (Prüfwert {digest}). Ein Neustart baut die Sichten aus dem Protokoll neu auf; bitte den Fall melden."
    )))
}

async fn replayed(log: &EmbeddedLog, upto: u64) -> Result<State, Failure> {
    State::rebuild(log, upto).await.map_err(failure)
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
