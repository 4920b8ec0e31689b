//! `querschnitt audit`: what anyone needs who does not want to take our word for it.

mod index;
mod proof;
mod replay;
mod verify;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use querschnitt_domain::{CentreKey, EventId};
use querschnitt_store::CheckpointKeeper;
use uuid::Uuid;

use crate::exit::Failure;
use crate::office::Office;
use crate::progress::Progress;

pub(crate) use index::{compare as compare_index, compare_open as compare_open_index};
pub(crate) use proof::run as proof;
pub(crate) use replay::{Until, run as replay};
pub(crate) use verify::run as verify;

#[derive(Subcommand, Debug)]
pub(crate) enum Audit {
    /// Prüft jede Zeile, den Hashbaum, die Prüfpunkte, den Tresor und den Index
    ///
    /// Liest nur, auch neben dem laufenden Server. Rückgabewert 3, wenn Protokoll, Prüfpunkte oder
    /// Tresor beschädigt sind; 1, wenn nur der Index abweicht, der sich aus dem Protokoll neu
    /// aufbauen lässt.
    Verify(Verify),
    /// Baut alle Sichten von Anfang an neu auf und nennt ihren Prüfwert
    ///
    /// Läuft der Server, wird mit seinem Stand verglichen.
    Replay(Replay),
    /// Gibt einen unterschriebenen Prüfpunkt des jetzigen Stands aus
    Checkpoint(Checkpoint),
    /// Beweist als JSON, dass ein Ereignis im Protokoll steht
    Proof(Proof),
}

#[derive(Args, Debug)]
pub(crate) struct Verify {
    /// Datei mit einem früher ausgegebenen Prüfpunkt, zu dem das Protokoll passen muss
    ///
    /// Der Prüfpunkt kann für das ganze Protokoll oder für ein Zentrum gelten.
    #[arg(long, value_name = "DATEI")]
    pub(crate) against: Option<PathBuf>,
    /// Nennt auch Zahl und Wurzel der Ereignisse dieses Zentrums (amtlicher Schlüssel)
    ///
    /// Es sind die, die Revision und Datenschutz des Zentrums unter „log“ sehen.
    #[arg(long, value_name = "SCHLÜSSEL")]
    pub(crate) centre: Option<CentreKey>,
}

#[derive(Args, Debug)]
pub(crate) struct Checkpoint {
    /// Nur über die Ereignisse dieses Zentrums (amtlicher Schlüssel)
    #[arg(long, value_name = "SCHLÜSSEL")]
    pub(crate) centre: Option<CentreKey>,
}

#[derive(Args, Debug)]
pub(crate) struct Replay {
    /// Nur bis zu dieser Position oder diesem Zeitpunkt (2026-01-31T12:00:00Z)
    #[arg(long, value_name = "POSITION|ZEIT")]
    pub(crate) until: Option<Until>,
}

#[derive(Args, Debug)]
pub(crate) struct Proof {
    /// Kennung des Ereignisses (UUID)
    #[arg(value_name = "EREIGNIS")]
    event: Uuid,
}

impl Proof {
    pub(crate) const fn event(&self) -> EventId {
        EventId(self.event)
    }
}

/// Says a signed note over everything the log holds now, or over what it holds of one centre.
pub(crate) async fn checkpoint(
    office: &Office,
    centre: Option<CentreKey>,
    progress: &mut dyn Progress,
) -> Result<(), Failure> {
    let note = signed_head(office, centre).await?;
    progress.say(note.trim_end_matches('\n'));
    Ok(())
}

async fn signed_head(office: &Office, centre: Option<CentreKey>) -> Result<String, Failure> {
    let folder = office.data().join("checkpoints");
    let key = office.executor().keys().checkpoint_key();
    let keeper = CheckpointKeeper::new(&folder, office.tree().clone(), key);
    Ok(match centre {
        Some(centre) => keeper.sign_centre(centre).await?,
        None => keeper.sign_head().await?,
    })
}
