//! The mapping file (TOML): which column holds which field, and how a table is written.

use std::collections::BTreeMap;

use encoding_rs::Encoding;
use querschnitt_domain::unit::UnitName;
use serde::Deserialize;

use super::delimited::SEPARATORS;
use super::fields::Known;
use super::units::UNITS;
use super::{german_toml, sheet, when};

/// What stands between several values of one cell when the mapping says nothing else.
pub(super) const SPLIT: &str = ";";

/// The longest name of a list, in characters.
const LONGEST_LIST: usize = 200;
/// Without a name two lists would be taken for one.
const NO_LIST: &str = "es fehlt der Name der Liste, zum Beispiel source = \"Antragsliste 2024\" oder --source \"Antragsliste 2024\". Er sagt zusammen mit dem Schlüssel, welcher Eintrag welcher ist: Geben Sie jeder Liste einen eigenen, und derselben Liste immer denselben";

/// Where a field comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Origin {
    /// The column with this heading.
    Heading(String),
    /// The column with this number, counted from 0.
    Letter(usize),
    /// The same for every row.
    Constant(String),
    /// A sentence with headings in braces, filled from the row: `Antrag {Nr.}`.
    Pattern(Vec<Piece>),
}

/// A piece of a pattern.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Piece {
    /// As it is.
    Words(String),
    /// What stands under this heading.
    Heading(String),
}

/// How a field is filled.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Rule {
    pub(super) origin: Origin,
    /// What stands in the table → what is meant.
    pub(super) values: BTreeMap<String, String>,
    /// What stands in the table where nothing is known.
    pub(super) empty: Vec<String>,
    /// How days are written here.
    pub(super) dates: Vec<String>,
    /// What stands between several values of one cell.
    pub(super) split: String,
    /// Whether units that are not in the register yet are entered there, by what stands in the cell.
    pub(super) declare: bool,
}

/// The fields of a record, by their names.
pub(super) type Rules = BTreeMap<String, Rule>;

/// A mapping as it was read and checked.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Mapping {
    /// The name of the list, part of what its entries are recognised by.
    pub(super) source: String,
    /// The columns that tell entries apart.
    pub(super) key: Vec<String>,
    pub(super) sheet: Option<String>,
    pub(super) encoding: Option<&'static Encoding>,
    pub(super) separator: Option<char>,
    /// The row with the headings (the last of them), from 1.
    pub(super) heading_row: Option<usize>,
    /// How many rows the headings take.
    pub(super) heading_rows: usize,
    /// Columns whose empty cells mean the same as above.
    pub(super) fill_down: Vec<String>,
    /// Only rows with one of these values in this column.
    pub(super) only: BTreeMap<String, Vec<String>>,
    /// Columns that are left out on purpose.
    pub(super) ignore: Vec<String>,
    /// The list of organisations whose keys stand in the table.
    pub(super) organisations: Option<String>,
    /// What stands in the table → the unit it means, to be entered into the register where it is not there.
    pub(super) units: BTreeMap<String, String>,
    pub(super) fields: Rules,
    /// The fields of a step: then each row is a step, and rows with the same key are one entry.
    pub(super) step: Rules,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    source: Option<String>,
    key: OneOrMore,
    sheet: Option<String>,
    encoding: Option<String>,
    separator: Option<String>,
    heading_row: Option<usize>,
    heading_rows: Option<usize>,
    #[serde(default)]
    dates: Vec<String>,
    #[serde(default)]
    empty: Vec<String>,
    #[serde(default)]
    fill_down: Vec<String>,
    #[serde(default)]
    ignore: Vec<String>,
    organisations: Option<String>,
    #[serde(default)]
    only: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    units: BTreeMap<String, String>,
    fields: toml::Table,
    #[serde(default)]
    step: toml::Table,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct WrittenRule {
    column: Option<String>,
    letter: Option<String>,
    value: Option<toml::Value>,
    text: Option<String>,
    values: BTreeMap<String, String>,
    empty: Vec<String>,
    dates: Vec<String>,
    split: Option<String>,
    declare: bool,
}

impl Mapping {
    /// Reads a mapping. `list`: the name of the list where the caller gives one; it goes before the
    /// mapping's own. `Err` says in German what is wrong.
    pub(super) fn parse(text: &str, known: Known, list: Option<&str>) -> Result<Self, String> {
        let written: Written =
            toml::from_str(text).map_err(|error| german_toml::sentence(text, &error))?;
        let source = list.or(written.source.as_deref()).map_or("", str::trim);
        if source.is_empty() {
            return Err(NO_LIST.to_owned());
        }
        if source.chars().count() > LONGEST_LIST {
            return Err("source: der Name der Liste ist länger als 200 Zeichen".to_owned());
        }
        let key = match written.key {
            OneOrMore::One(column) => vec![column],
            OneOrMore::More(columns) => columns,
        };
        if key.is_empty() {
            return Err("key muss eine Spalte nennen".to_owned());
        }
        let encoding = written.encoding.as_deref().map(|name| {
            Encoding::for_label(name.as_bytes())
                .ok_or_else(|| format!("encoding: {name} ist keine bekannte Zeichenkodierung"))
        });
        let common = Common {
            dates: written.dates,
            empty: written.empty,
        };
        common.check("dates")?;
        let mapping = Self {
            source: source.to_owned(),
            key,
            sheet: written.sheet,
            encoding: encoding.transpose()?,
            separator: written.separator.as_deref().map(separator).transpose()?,
            heading_row: written.heading_row,
            heading_rows: written.heading_rows.unwrap_or(1),
            fill_down: written.fill_down,
            only: written.only,
            ignore: written.ignore,
            organisations: written.organisations,
            units: units(written.units, known)?,
            fields: rules("fields", written.fields, known.fields, &common)?,
            step: rules("step", written.step, known.step, &common)?,
        };
        if !(1..=5).contains(&mapping.heading_rows) {
            return Err("heading_rows: möglich sind 1 bis 5".to_owned());
        }
        if mapping
            .heading_row
            .is_some_and(|row| row < mapping.heading_rows)
        {
            return Err(
                "heading_row nennt die letzte Zeile der Überschriften, gezählt ab 1".to_owned(),
            );
        }
        missing("fields", known.fields, &mapping.fields)?;
        if !mapping.step.is_empty() {
            missing("step", known.step, &mapping.step)?;
        }
        Ok(mapping)
    }

    /// The list of organisations whose keys stand in the table.
    pub(super) fn list_of_organisations(&self) -> &str {
        self.organisations.as_ref().unwrap_or(&self.source)
    }

    /// All headings that are read.
    pub(super) fn headings(&self) -> Vec<&str> {
        let mut headings: Vec<&str> = self.key.iter().map(String::as_str).collect();
        headings.extend(self.fill_down.iter().map(String::as_str));
        headings.extend(self.only.keys().map(String::as_str));
        for rule in self.fields.values().chain(self.step.values()) {
            match &rule.origin {
                Origin::Heading(heading) => headings.push(heading),
                Origin::Pattern(pieces) => {
                    headings.extend(pieces.iter().filter_map(|piece| match piece {
                        Piece::Heading(heading) => Some(heading.as_str()),
                        Piece::Words(_) => None,
                    }));
                }
                Origin::Letter(_) | Origin::Constant(_) => {}
            }
        }
        headings.sort_unstable();
        headings.dedup();
        headings
    }

    /// The columns that are named by their letters, counted from 0.
    pub(super) fn letters(&self) -> Vec<usize> {
        let rules = self.fields.values().chain(self.step.values());
        let letter = |rule: &Rule| match rule.origin {
            Origin::Letter(column) => Some(column),
            Origin::Heading(_) | Origin::Constant(_) | Origin::Pattern(_) => None,
        };
        rules.filter_map(letter).collect()
    }
}

fn missing(section: &str, known: &[super::fields::Field], rules: &Rules) -> Result<(), String> {
    let mut required = known.iter().filter(|field| field.required);
    match required.find(|field| !rules.contains_key(field.name)) {
        None => Ok(()),
        Some(field) => Err(format!(
            "in [{section}] fehlt {} ({})",
            field.name, field.heading
        )),
    }
}

/// The units a mapping declares, each with a name that the register takes.
fn units(
    written: BTreeMap<String, String>,
    known: Known,
) -> Result<BTreeMap<String, String>, String> {
    let has_units = known.fields.iter().any(|field| UNITS.contains(&field.name));
    if !has_units && !written.is_empty() {
        return Err("[units]: hier gibt es keine Organisationseinheiten".to_owned());
    }
    for (cell, name) in &written {
        UnitName::new("units", name)
            .map_err(|rejection| format!("[units] {cell}: {}", rejection.message))?;
    }
    Ok(written)
}

struct Common {
    dates: Vec<String>,
    empty: Vec<String>,
}

impl Common {
    fn check(&self, place: &str) -> Result<(), String> {
        formats(place, &self.dates)
    }
}

fn formats(place: &str, formats: &[String]) -> Result<(), String> {
    match formats.iter().find(|format| !when::is_format(format)) {
        None => Ok(()),
        Some(format) => Err(format!(
            "{place}: {format} ist keine Schreibweise für Tage; möglich sind TT, MM, JJJJ oder JJ mit . - / dazwischen, zum Beispiel TT.MM.JJJJ"
        )),
    }
}

fn separator(text: &str) -> Result<char, String> {
    SEPARATORS
        .into_iter()
        .find(|separator| text == separator.to_string())
        .ok_or_else(|| "separator: möglich sind ; , | und \\t".to_owned())
}

fn rules(
    section: &str,
    written: toml::Table,
    known: &[super::fields::Field],
    common: &Common,
) -> Result<Rules, String> {
    let mut rules = Rules::new();
    for (name, value) in written {
        let place = format!("[{section}] {name}");
        if !known.iter().any(|field| field.name == name) {
            if known.is_empty() {
                return Err(format!("{place}: hier gibt es keine Arbeitsschritte"));
            }
            let names: Vec<&str> = known.iter().map(|field| field.name).collect();
            return Err(format!(
                "{place}: dieses Feld gibt es nicht; möglich sind {}",
                names.join(", ")
            ));
        }
        let written = match value {
            toml::Value::String(heading) => WrittenRule {
                column: Some(heading),
                ..WrittenRule::default()
            },
            other => WrittenRule::deserialize(other)
                .map_err(|error| format!("{place}: {}", german_toml::words(error.message())))?,
        };
        if written.declare && !UNITS.contains(&name.as_str()) {
            return Err(format!(
                "{place}: declare gibt es nur bei Organisationseinheiten ({})",
                UNITS.join(", ")
            ));
        }
        rules.insert(name, rule(&place, written, common)?);
    }
    Ok(rules)
}

fn rule(place: &str, written: WrittenRule, common: &Common) -> Result<Rule, String> {
    let origin = match (written.column, written.letter, written.value, written.text) {
        (Some(heading), None, None, None) => Origin::Heading(heading),
        (None, Some(letter), None, None) => Origin::Letter(
            sheet::column(&letter)
                .ok_or_else(|| format!("{place}: {letter} ist kein Buchstabe einer Spalte"))?,
        ),
        (None, None, Some(value), None) => Origin::Constant(constant(place, &value)?),
        (None, None, None, Some(text)) => Origin::Pattern(pattern(place, &text)?),
        _ => {
            return Err(format!(
                "{place}: nennen Sie genau eines von column, letter, value und text"
            ));
        }
    };
    formats(place, &written.dates)?;
    let or =
        |own: Vec<String>, common: &[String]| if own.is_empty() { common.to_vec() } else { own };
    Ok(Rule {
        origin,
        values: written.values,
        empty: or(written.empty, &common.empty),
        dates: or(written.dates, &common.dates),
        split: written
            .split
            .filter(|split| !split.is_empty())
            .unwrap_or_else(|| SPLIT.to_owned()),
        declare: written.declare,
    })
}

fn constant(place: &str, value: &toml::Value) -> Result<String, String> {
    match value {
        toml::Value::String(text) => Ok(text.clone()),
        toml::Value::Integer(number) => Ok(number.to_string()),
        toml::Value::Boolean(true) => Ok("ja".to_owned()),
        toml::Value::Boolean(false) => Ok("nein".to_owned()),
        toml::Value::Datetime(day) => Ok(day.to_string()),
        toml::Value::Float(_) | toml::Value::Array(_) | toml::Value::Table(_) => {
            Err(format!("{place}: value ist ein Text in Anführungszeichen"))
        }
    }
}

fn pattern(place: &str, text: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((words, after)) = rest.split_once('{') {
        let (heading, after) = after
            .split_once('}')
            .ok_or_else(|| format!("{place}: zu einer {{ fehlt die }}"))?;
        pieces.push(Piece::Words(words.to_owned()));
        pieces.push(Piece::Heading(heading.to_owned()));
        rest = after;
    }
    pieces.push(Piece::Words(rest.to_owned()));
    Ok(pieces)
}
