//! `querschnitt import oparl`: takes over the bodies and meetings that a municipality publishes.
//!
//! Bodies become networks, meetings become meetings. Each record's id follows from the source's own
//! id, so the same import again meets the same records: what is unchanged adds nothing, what changed
//! becomes a correction, and an interrupted import is continued by running it again.

mod classify;
mod client;
mod files;
mod known;
mod oparl;
mod pages;
mod record;
mod report;
mod run;
mod singles;
mod source;
pub(crate) mod table;
mod trial;
mod watched;

#[cfg(test)]
#[path = "../tests/black_box/oparl_server/mod.rs"]
mod oparl_server;

use clap::Args;
use querschnitt_domain::CentreKey;
use serde::{Deserialize, Serialize};
use time::Date;
use time::macros::format_description;

use crate::exit::Failure;

pub(crate) use run::run;

#[derive(Args, Debug)]
pub(crate) struct Oparl {
    /// Adresse einer OParl-Schnittstelle (System, Body, Liste der Organisationen oder Sitzungen),
    /// eine Datei oder ein Ordner mit .json, .ndjson, auch .gz
    #[arg(value_name = "QUELLE")]
    source: String,
    /// Amtlicher Schlüssel des Zentrums, in dessen Buch importiert wird
    #[arg(long, value_name = "SCHLÜSSEL")]
    centre: CentreKey,
    /// Nur Gremien, deren Name diese Wörter enthält
    #[arg(long, value_name = "WÖRTER")]
    body: Option<String>,
    /// Nur Sitzungen, deren Titel oder Tagesordnung diese Wörter enthält
    #[arg(long, value_name = "WÖRTER")]
    words: Option<String>,
    /// Nur Sitzungen, die die Quelle seit diesem Tag geändert hat (JJJJ-MM-TT)
    #[arg(long, value_name = "TAG", value_parser = day)]
    since: Option<Date>,
    /// Nur zeigen, was eingetragen würde und was warum nicht
    #[arg(long)]
    dry_run: bool,
}

/// What to import; what the command line hands to the running server.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    /// An address, or the full path of a file or folder.
    pub(crate) source: String,
    /// Into whose book.
    pub(crate) centre: CentreKey,
    /// Only bodies whose name holds these words, in lower case.
    pub(crate) body: Option<String>,
    /// Only meetings whose title or agenda holds these words, in lower case.
    pub(crate) words: Option<String>,
    /// Only meetings changed since then.
    pub(crate) since: Option<Date>,
    /// Record nothing, say what would be.
    pub(crate) dry_run: bool,
}

impl Oparl {
    /// The request, with the full path of files: the server has another working folder.
    pub(crate) fn request(&self) -> Result<Request, Failure> {
        let source = if source::is_address(&self.source) {
            self.source.clone()
        } else {
            std::fs::canonicalize(&self.source)
                .map_err(|error| {
                    Failure::failed(format!(
                        "Die Quelle {} ist weder eine Adresse (http://, https://) noch eine lesbare Datei: {error}",
                        self.source
                    ))
                })?
                .to_str()
                .ok_or_else(|| Failure::failed("Der Pfad der Quelle ist kein gültiges UTF-8."))?
                .to_owned()
        };
        Ok(Request {
            source,
            centre: self.centre,
            body: self.body.as_deref().map(str::to_lowercase),
            words: self.words.as_deref().map(str::to_lowercase),
            since: self.since,
            dry_run: self.dry_run,
        })
    }
}

fn day(text: &str) -> Result<Date, &'static str> {
    Date::parse(text, format_description!("[year]-[month]-[day]"))
        .map_err(|_| "ein Tag sieht so aus: 2026-01-31")
}
