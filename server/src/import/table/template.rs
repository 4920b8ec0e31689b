//! Writes a sample table and a mapping for it that explains itself.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;

use super::Kind;
use super::fields::Field;
use super::units::UNITS;
use crate::exit::Failure;

/// The heading of the column that tells entries apart.
const KEY: &str = "Nr.";

/// Writes both beside each other, and overwrites nothing.
pub(super) fn write(kind: Kind, table: &Path) -> Result<Vec<String>, Failure> {
    let is_csv = table
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
    if !is_csv {
        return Err(Failure::usage(
            "Die Vorlage wird als .csv geschrieben; nennen Sie eine Datei, die so endet.",
        ));
    }
    let mapping = table.with_extension("toml");
    create(table, &sample(kind))?;
    create(&mapping, &self::mapping(kind))?;
    Ok(vec![
        format!("Beispieltabelle: {}", table.display()),
        format!("Zuordnung dazu: {}", mapping.display()),
    ])
}

fn create(path: &Path, text: &str) -> Result<(), Failure> {
    let mut file = File::create_new(path).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Failure::failed(format!(
            "{} gibt es schon; sie wird nicht überschrieben.",
            path.display()
        )),
        _ => cannot(path, &error),
    })?;
    file.write_all(text.as_bytes())
        .map_err(|error| cannot(path, &error))
}

fn cannot(path: &Path, error: &io::Error) -> Failure {
    Failure::failed(format!(
        "{} lässt sich nicht schreiben: {error}",
        path.display()
    ))
}

/// Two lines: the headings and an invented entry. With a byte order mark, by which spreadsheets know
/// the encoding.
fn sample(kind: Kind) -> String {
    let known = kind.known();
    let headings = known.fields.iter().map(|field| field.heading);
    let cells = known.fields.iter().map(|field| field.sample);
    format!(
        "\u{feff}{}\r\n{}\r\n",
        line([KEY].into_iter().chain(headings)),
        line(["2024-017"].into_iter().chain(cells)),
    )
}

fn line<'a>(cells: impl Iterator<Item = &'a str>) -> String {
    let quoted = |cell: &str| {
        if cell.contains([';', '"', '\n']) {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            cell.to_owned()
        }
    };
    cells.map(quoted).collect::<Vec<_>>().join(";")
}

/// The mapping of the sample table; also what counts when no mapping is named.
pub(super) fn mapping(kind: Kind) -> String {
    let known = kind.known();
    let mut text = HEAD.replace("KIND", kind.name()).replace("KEY", KEY);
    text.push_str("\n[fields]\n");
    for field in known.fields {
        describe(&mut text, field, "");
    }
    let units = known
        .fields
        .iter()
        .filter(|field| UNITS.contains(&field.name));
    let units: Vec<&str> = units.map(|field| field.sample).collect();
    if !units.is_empty() {
        text.push_str(DECLARED);
        for unit in units {
            // Writing to a string does not fail.
            let _ = writeln!(text, "\"{unit}\" = \"{unit}\"");
        }
    }
    if !known.step.is_empty() {
        text.push_str(STEPS);
        for field in known.step {
            describe(&mut text, field, "# ");
        }
    }
    text
}

fn describe(text: &mut String, field: &Field, before: &str) {
    let needed = if field.required { " (nötig)" } else { "" };
    let about = field.about.replace('\n', " ");
    // Writing to a string does not fail.
    let _ = writeln!(
        text,
        "# {about}{needed}\n{before}{} = \"{}\"",
        field.name, field.heading
    );
}

const HEAD: &str = r#"# Zuordnung für: querschnitt import KIND TABELLE --centre SCHLÜSSEL --mapping DIESE_DATEI
#
# Links steht ein Feld des Buchs, rechts die Überschrift der Spalte. Nicht benötigte Zeilen löschen
# oder mit # ausschalten. Mehr als eine Überschrift kann ein Feld auch so nennen:
#
#   feld = { column = "Überschrift", values = { "ja" = "CODE" } }   Werte übersetzen
#   feld = { column = "Überschrift", empty = ["?", "unbekannt"] }   was als leer gilt
#   feld = { column = "Überschrift", dates = ["MM/TT/JJJJ"] }       wie Tage geschrieben sind
#   feld = { column = "Überschrift", split = "|" }                  Trennzeichen mehrerer Werte (sonst ;)
#   feld = { letter = "D" }                                         Spalte nach Buchstaben
#   feld = { value = "CODE" }                                       für alle Zeilen gleich
#   feld = { text = "Antrag {Nr.} von {Name}" }                     aus mehreren Spalten
#
# Werte aus Listen stehen in der Tabelle mit ihrem deutschen Namen oder ihrem Code.

# Name der Liste, hier einzutragen (oder mit --source zu nennen). Mit dem Schlüssel zusammen sagt er,
# welcher Eintrag welcher ist: jede Liste braucht einen eigenen, und er wird nicht mehr geändert.
# source = "KIND 2024"
# Spalte (oder mehrere: ["Jahr", "Nr."]), in der jeder Eintrag etwas anderes hat.
key = "KEY"

# Nur wenn nötig:
# sheet = "Tabelle1"              Tabellenblatt (XLSX), sonst das erste
# separator = ";"                 Trennzeichen (CSV), sonst wird es erkannt
# encoding = "windows-1252"       Zeichenkodierung (CSV), sonst wird sie erkannt
# heading_row = 3                 Zeile der Überschriften, sonst wird sie gesucht
# heading_rows = 2                Zahl der Zeilen mit Überschriften; sie heißen dann "Oben / Unten"
# dates = ["TT.MM.JJJJ"]          wie Tage überall geschrieben sind
# empty = ["-"]                   was überall als leer gilt
# fill_down = ["Jahr"]            Spalten, deren leere Zellen dasselbe meinen wie darüber
# ignore = ["Sachbearbeitung"]    Spalten, die mit Absicht wegbleiben
# organisations = "Vereinsliste"  source der Tabelle, aus der die genannten Organisationen kamen
#
# Nur Zeilen mit diesen Werten:
# [only]
# "Status" = ["erledigt"]
"#;

const DECLARED: &str = r#"
# Organisationseinheiten (Abteilung, Zuständig, Schritt Stelle): eine Zelle nennt eine, die im Zentrum eingetragen
# ist, oder eine aus dieser Liste; die werden eingetragen, wenn es sie noch nicht gibt. Andere Zellen werden
# abgelehnt. Links steht, wie die Tabelle sie nennt, rechts, wie sie heißt: eine Stelle, nie eine Person.
# Sollen alle Zellen eines Felds Stellen sein: feld = { column = "Überschrift", declare = true }
[units]
"#;

const STEPS: &str = r#"
# Steht je Arbeitsschritt eine Zeile in der Tabelle, dann gehören Zeilen mit gleichem Schlüssel zusammen:
# [step]
"#;
