//! `querschnitt import reviews|…`: takes over tables as offices keep them, CSV or XLSX.
//!
//! A mapping file says which column is which field. Each record's id follows from the list's name
//! and the entry's key, so the same import again meets the same records, as with OParl.

mod agreements;
mod consultations;
mod delimited;
mod encoding;
mod entry;
mod fields;
mod german_toml;
mod heading;
mod mapping;
mod meetings;
mod number;
mod organisations;
mod reviews;
mod run;
mod sheet;
mod take;
mod template;
mod units;
mod unpacked;
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
    #[arg(long, value_name = "SCHLÜSSEL", required_unless_present = "template")]
    centre: Option<CentreKey>,
    /// Zuordnung der Spalten zu den Feldern (TOML); ohne sie gilt die der Vorlage
    #[arg(long, value_name = "DATEI")]
    mapping: Option<PathBuf>,
    /// Name der Liste, wenn die Zuordnung keinen nennt (source) oder für diese Liste ein anderer gilt
    ///
    /// Mit dem Schlüssel eines Eintrags zusammen sagt er, welcher Eintrag welcher ist: jede Liste
    /// braucht einen eigenen und behält ihn.
    #[arg(long = "source", value_name = "NAME", conflicts_with = "template")]
    list: Option<String>,
    /// Nur zeigen, was eingetragen würde und welche Zelle warum nicht
    #[arg(long)]
    dry_run: bool,
    /// Schreibt statt des Imports eine Beispieltabelle nach TABELLE (.csv) und daneben eine erklärte
    /// Zuordnung (.toml)
    #[arg(long, conflicts_with_all = ["mapping", "dry_run"])]
    template: bool,
}

/// What the rows of a table are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// Project reviews.
    Reviews,
    /// Consultations.
    Consultations,
    /// Meetings of bodies.
    Meetings,
    /// Organisations.
    Organisations,
}

impl Kind {
    /// Its name on the command line.
    const fn name(self) -> &'static str {
        match self {
            Self::Reviews => "reviews",
            Self::Consultations => "consultations",
            Self::Meetings => "meetings",
            Self::Organisations => "organisations",
        }
    }

    /// What people call its entries.
    pub(crate) const fn plural(self) -> &'static str {
        match self {
            Self::Reviews => "Stellungnahmen",
            Self::Consultations => "Beratungen",
            Self::Meetings => "Sitzungen",
            Self::Organisations => "Organisationen",
        }
    }

    const fn known(self) -> Known {
        match self {
            Self::Reviews => reviews::KNOWN,
            Self::Consultations => consultations::KNOWN,
            Self::Meetings => meetings::KNOWN,
            Self::Organisations => organisations::KNOWN,
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
    /// The name of the list, where the mapping's own does not count.
    list: Option<String>,
    /// Record nothing, say what would be.
    pub(crate) dry_run: bool,
}

impl Table {
    /// Writes the sample table and its mapping, where that is asked for; says where they are.
    pub(crate) fn template(&self, kind: Kind) -> Result<Option<Vec<String>>, Failure> {
        self.template
            .then(|| template::write(kind, &self.source))
            .transpose()
    }

    /// The request, with a checked mapping and the full path of the table: the server has another
    /// working folder.
    pub(crate) fn request(&self, kind: Kind) -> Result<Request, Failure> {
        let centre = self
            .centre
            .ok_or_else(|| Failure::usage("Es fehlt --centre."))?;
        let mapping = match &self.mapping {
            Some(path) => read_mapping(path)?,
            None => template::mapping(kind),
        };
        let list = self.list.clone();
        Mapping::parse(&mapping, kind.known(), list.as_deref()).map_err(|wrong| {
            let path = self.mapping.as_deref().unwrap_or(Path::new("der Vorlage"));
            Failure::usage(format!("Zuordnung {}: {wrong}", path.display()))
        })?;
        let source = std::fs::canonicalize(&self.source).map_err(|error| {
            Failure::failed(format!(
                "Die Tabelle {} lässt sich nicht öffnen: {}",
                self.source.display(),
                german_io(&error)
            ))
        })?;
        Ok(Request {
            kind,
            source,
            centre,
            mapping,
            list,
            dry_run: self.dry_run,
        })
    }
}

/// What the system says of a file, in German.
fn german_io(error: &std::io::Error) -> String {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::NotFound => "es gibt sie nicht".to_owned(),
        ErrorKind::PermissionDenied => "sie darf nicht gelesen werden".to_owned(),
        ErrorKind::IsADirectory => "das ist ein Ordner".to_owned(),
        ErrorKind::InvalidData => "sie enthält keinen lesbaren Text (UTF-8)".to_owned(),
        ErrorKind::UnexpectedEof => "sie hört mitten im Inhalt auf".to_owned(),
        _ => format!("das System meldet „{error}“"),
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
    let file = std::fs::File::open(path).map_err(|error| wrong(german_io(&error)))?;
    file.take(MOST_MAPPING + 1)
        .read_to_string(&mut text)
        .map_err(|error| wrong(german_io(&error)))?;
    if text.len() as u64 > MOST_MAPPING {
        return Err(wrong("sie ist größer als 256 KiB".to_owned()));
    }
    Ok(text.trim_start_matches('\u{feff}').to_owned())
}
