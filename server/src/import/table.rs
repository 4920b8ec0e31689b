//! `querschnitt import reviews|…`: takes over tables as offices keep them, CSV or XLSX.
//!
//! A mapping file says which column is which field. Each record's id follows from the list's name
//! and the entry's key, so the same import again meets the same records, as with OParl.

mod delimited;
mod entry;
mod fields;
mod heading;
mod mapping;
mod number;
mod reviews;
mod run;
mod sheet;
mod when;
mod workbook;

use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::Args;
use querschnitt_domain::CentreKey;
use serde::{Deserialize, Serialize};

use crate::exit::Failure;
use fields::Known;
use mapping::Mapping;

pub(crate) use run::run;

/// The largest mapping, in bytes.
const MOST_MAPPING: u64 = 256 * 1024;

#[derive(Args, Debug)]
pub(crate) struct Table {
    /// Die Tabelle (.csv, .txt oder .xlsx)
    #[arg(value_name = "TABELLE")]
    source: PathBuf,
    /// Amtlicher Schlüssel des Zentrums, in dessen Buch importiert wird
    #[arg(long, value_name = "SCHLÜSSEL")]
    centre: CentreKey,
    /// Zuordnung der Spalten zu den Feldern (TOML)
    #[arg(long, value_name = "DATEI")]
    mapping: PathBuf,
    /// Nur zeigen, was eingetragen würde und welche Zelle warum nicht
    #[arg(long)]
    dry_run: bool,
}

/// What the rows of a table are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// Project reviews.
    Reviews,
}

impl Kind {
    /// Its name on the command line.
    const fn name(self) -> &'static str {
        match self {
            Self::Reviews => "reviews",
        }
    }

    /// What people call its entries.
    pub(crate) const fn plural(self) -> &'static str {
        match self {
            Self::Reviews => "Stellungnahmen",
        }
    }

    const fn known(self) -> Known {
        match self {
            Self::Reviews => reviews::KNOWN,
        }
    }
}

/// What to import; what the command line hands to the running server.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    kind: Kind,
    /// The full path of the table.
    source: PathBuf,
    /// Into whose book.
    centre: CentreKey,
    /// The text of the mapping.
    mapping: String,
    /// Record nothing, say what would be.
    pub(crate) dry_run: bool,
}

impl Table {
    /// The request, with a checked mapping and the full path of the table: the server has another
    /// working folder.
    pub(crate) fn request(&self, kind: Kind) -> Result<Request, Failure> {
        let mapping = read_mapping(&self.mapping)?;
        Mapping::parse(&mapping, kind.known()).map_err(|wrong| {
            Failure::usage(format!("Zuordnung {}: {wrong}", self.mapping.display()))
        })?;
        let source = std::fs::canonicalize(&self.source).map_err(|error| {
            Failure::failed(format!(
                "Die Tabelle {} lässt sich nicht öffnen: {error}",
                self.source.display()
            ))
        })?;
        Ok(Request {
            kind,
            source,
            centre: self.centre,
            mapping,
            dry_run: self.dry_run,
        })
    }
}

fn read_mapping(path: &Path) -> Result<String, Failure> {
    let wrong = |why: String| {
        Failure::usage(format!(
            "Die Zuordnung {} lässt sich nicht lesen: {why}",
            path.display()
        ))
    };
    let mut text = String::new();
    let file = std::fs::File::open(path).map_err(|error| wrong(error.to_string()))?;
    file.take(MOST_MAPPING + 1)
        .read_to_string(&mut text)
        .map_err(|error| wrong(error.to_string()))?;
    if text.len() as u64 > MOST_MAPPING {
        return Err(wrong("sie ist größer als 256 KiB".to_owned()));
    }
    Ok(text.trim_start_matches('\u{feff}').to_owned())
}
