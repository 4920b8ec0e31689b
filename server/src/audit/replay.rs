//! `audit replay`: the projections from zero, and whether the running ones agree.

use std::str::FromStr;

use querschnitt_projections::{RebuildError, State};
use querschnitt_store::Log as _;
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

/// Replays and says position and digest. Without a bound and within a server, compares with what
/// the server has.
pub(crate) async fn run(
    office: &Office,
    until: Option<Until>,
    progress: &mut dyn Progress,
) -> Result<(), Failure> {
    let log = office.log().as_ref();
    let head = log.head();
    let running = match (until, office.runner()) {
        (None, Some(runner)) => {
            let state = runner.read();
            Some((state.position(), state.digest()))
        }
        (Some(_), _) | (_, None) => None,
    };
    let position = match (until, running) {
        (None, Some((position, _))) => position,
        (None, None) => head,
        (Some(Until::Position(position)), _) => position,
        (Some(Until::Time(instant)), _) => rebuild(log, head).await?.position_at(instant),
    };
    progress.total(position);
    let digest = rebuild(log, position).await?.digest();
    progress.done(position);
    progress.say(&format!("Position: {position}"));
    progress.say(&format!("Prüfwert: {digest}"));
    match running {
        None => Ok(()),
        Some((_, same)) if same == digest => {
            progress.say("Der laufende Server hat an dieser Position denselben Stand.");
            Ok(())
        }
        Some((_, other)) => Err(Failure::failed(format!(
            "Der laufende Server hat an Position {position} einen anderen Stand (Prüfwert {other}). Ein Neustart baut die Sichten aus dem Protokoll neu auf; bitte den Fall melden."
        ))),
    }
}

async fn rebuild(log: &querschnitt_store::EmbeddedLog, upto: u64) -> Result<State, Failure> {
    State::rebuild(log, upto)
        .await
        .map_err(|error| match error {
            RebuildError::Log(error) => error.into(),
            error @ RebuildError::Apply(_) => Failure::failed(with_causes(&error)),
            RebuildError::Short { head, upto } => Failure::failed(format!(
                "Das Protokoll reicht nur bis Position {head}, nicht bis {upto}."
            )),
        })
}
