//! The rows of a table as entries: what tells them apart, what is passed over, what is refused.

use std::collections::HashMap;

use querschnitt_domain::{CentreKey, OrganisationId, Source};
use uuid::Uuid;

use super::super::record::Recorder;
use super::Kind;
use super::fields::{Field, Fields, Known, Refusal, field};
use super::heading::Columns;
use super::mapping::Mapping;
use super::sheet::{Cell, Row, Sheet};
use super::units::Units;

/// Words with which a row of totals begins.
const TOTALS: [&str; 7] = [
    "summe",
    "gesamt",
    "insgesamt",
    "zwischensumme",
    "total",
    "anzahl",
    "gesamtsumme",
];

/// Ends a step in what an entry says.
const STEP: Field = field("step", "", false, "", "");

/// A table with its mapping.
pub(super) struct Tabular<'t> {
    pub(super) kind: Kind,
    pub(super) mapping: &'t Mapping,
    pub(super) columns: &'t Columns,
    /// The units that cells may name.
    pub(super) units: Units,
}

/// The rows of one entry.
pub(super) struct Entry<'a> {
    /// What tells it apart from others of the same list.
    pub(super) key: String,
    /// In the order of the table; at least one.
    pub(super) rows: Vec<&'a Row>,
}

impl<'a> Entry<'a> {
    /// The row that says what is true of the whole entry.
    pub(super) fn head(&self) -> &'a Row {
        self.rows[0]
    }
}

/// A row as a command that does not know its source yet.
pub(super) struct Loose<C> {
    pub(super) command: C,
    /// The record in a few words, for a dry run.
    pub(super) line: String,
}

/// The entries of a table, and how many of its rows are none.
#[derive(Default)]
pub(super) struct Entries<'a> {
    pub(super) entries: Vec<Entry<'a>>,
    /// Rows of totals and repeated headings.
    pub(super) totals: u64,
    /// Rows that `only` leaves out.
    pub(super) left_out: u64,
    /// Rows that belong to no entry, and why.
    pub(super) refused: Vec<Refusal>,
}

impl Tabular<'_> {
    pub(super) fn known(&self) -> Known {
        self.kind.known()
    }

    /// Reads the fields of an entry.
    pub(super) const fn fields<'r>(
        &'r self,
        row: &'r Row,
        refused: &'r mut Vec<Refusal>,
    ) -> Fields<'r> {
        Fields {
            rules: &self.mapping.fields,
            columns: self.columns,
            units: &self.units,
            row,
            refused,
        }
    }

    /// Reads the fields of a step.
    pub(super) const fn step<'r>(
        &'r self,
        row: &'r Row,
        refused: &'r mut Vec<Refusal>,
    ) -> Fields<'r> {
        Fields {
            rules: &self.mapping.step,
            columns: self.columns,
            units: &self.units,
            row,
            refused,
        }
    }

    /// Which entry of the source this is, with the digest of what it says. Only fields that are
    /// filled count, so that a field that is new to this program changes nothing.
    pub(super) fn source(&self, entry: &Entry<'_>, recorder: &Recorder<'_>) -> Source {
        let mut content = Vec::new();
        let mut refused = Vec::new();
        let mut add = |field: &Field, said: Option<String>| {
            content.extend(
                said.map(|said| [field.name.to_owned(), said])
                    .into_iter()
                    .flatten(),
            );
        };
        for field in self.known().fields {
            add(
                field,
                self.fields(entry.head(), &mut refused).meant(field.name),
            );
        }
        if !self.mapping.step.is_empty() {
            for row in &entry.rows {
                for field in self.known().step {
                    add(field, self.step(row, &mut refused).meant(field.name));
                }
                add(&STEP, Some(String::new()));
            }
        }
        let content: Vec<&str> = content.iter().map(String::as_str).collect();
        let key = source_key(self.kind, &self.mapping.source, &entry.key);
        recorder.source(&key, &content)
    }

    /// Each row of an entry says the same of the entry as its first, or nothing.
    pub(super) fn check_same(&self, entry: &Entry<'_>, refused: &mut Vec<Refusal>) {
        let rows: Vec<&Row> = entry.rows.iter().skip(1).copied().collect();
        if rows.is_empty() {
            return;
        }
        for field in self.known().fields {
            let mut ignored = Vec::new();
            let first = self.fields(entry.head(), &mut ignored).raw(field.name);
            for row in &rows {
                let here = self.fields(row, &mut ignored).raw(field.name);
                if here.is_some() && here != first {
                    let why = format!(
                        "steht in Zeile {} desselben Eintrags anders",
                        entry.head().number
                    );
                    self.fields(row, refused).refuse(field.name, &why);
                }
            }
        }
    }

    /// Sorts the rows into entries.
    pub(super) fn entries<'a>(&self, sheet: &'a Sheet) -> Entries<'a> {
        let key: Vec<usize> = self
            .mapping
            .key
            .iter()
            .filter_map(|heading| self.columns.find(heading))
            .collect();
        let mut entries = Entries::default();
        let mut by_key: HashMap<String, usize> = HashMap::new();
        for row in sheet.rows.iter().skip(self.columns.rows_before) {
            if is_total(row, &key) || self.columns.are_repeated_by(row) {
                entries.totals += 1;
                continue;
            }
            if !self.is_wanted(row) {
                entries.left_out += 1;
                continue;
            }
            let refuse = |why: String| Refusal {
                row: row.number,
                field: "key",
                sentence: format!("Zeile {}, {why}", row.number),
            };
            if let Some(column) = key
                .iter()
                .find(|column| matches!(row.cell(**column), Cell::Empty | Cell::Unreadable(_)))
            {
                entries.refused.push(refuse(format!(
                    "{}: die Zelle ist leer oder unlesbar, nach ihr werden die Einträge aber unterschieden",
                    self.columns.name(*column)
                )));
                continue;
            }
            let texts: Vec<String> = key
                .iter()
                .map(|column| row.cell(*column).as_text())
                .collect();
            let key_of_row = texts.join("\u{1f}");
            match by_key.get(&key_of_row) {
                None => {
                    by_key.insert(key_of_row.clone(), entries.entries.len());
                    entries.entries.push(Entry {
                        key: key_of_row,
                        rows: vec![row],
                    });
                }
                Some(at) if !self.mapping.step.is_empty() => entries.entries[*at].rows.push(row),
                Some(at) => {
                    let first = entries.entries[*at].head().number;
                    let column = key
                        .first()
                        .map(|column| self.columns.name(*column))
                        .unwrap_or_default();
                    entries
                        .refused
                        .push(refuse(format!("{column}: steht schon in Zeile {first}")));
                }
            }
        }
        entries
    }

    fn is_wanted(&self, row: &Row) -> bool {
        self.mapping.only.iter().all(|(heading, wanted)| {
            let cell = self
                .columns
                .find(heading)
                .map(|column| row.cell(column).as_text());
            cell.is_some_and(|cell| wanted.contains(&cell))
        })
    }
}

/// What the id of a record follows from.
pub(super) fn source_key(kind: Kind, source: &str, key: &str) -> String {
    format!("table:{}:{source}:{key}", kind.name())
}

/// The record that stands for the entry with this key of a list.
pub(super) fn record_of(centre: CentreKey, kind: Kind, source: &str, key: &str) -> Uuid {
    Source::id_of(centre, &source_key(kind, source, key))
}

/// An organisation by its id in the book, or by its key in the list it was imported from.
pub(super) fn organisation(centre: CentreKey, list: &str, key: &str) -> OrganisationId {
    OrganisationId(
        Uuid::parse_str(key).unwrap_or_else(|_| record_of(centre, Kind::Organisations, list, key)),
    )
}

/// A row that sums others up: it begins with such a word, alone or instead of a key.
fn is_total(row: &Row, key: &[usize]) -> bool {
    let first = row.first().as_text().to_lowercase();
    let word = first
        .split(|c: char| !c.is_alphabetic())
        .next()
        .unwrap_or_default();
    if !TOTALS.contains(&word) {
        return false;
    }
    let without_key = key.iter().any(|column| row.cell(*column).is_empty());
    let instead_of_key = key.iter().any(|column| {
        let cell = row.cell(*column).as_text().to_lowercase();
        TOTALS.contains(&cell.trim_end_matches([':', ' ']))
    });
    without_key || instead_of_key
}

/// Gives empty cells of some columns what stands above them.
pub(super) fn fill_down(sheet: &mut Sheet, mapping: &Mapping, columns: &Columns) {
    for column in mapping
        .fill_down
        .iter()
        .filter_map(|heading| columns.find(heading))
    {
        let mut above = Cell::Empty;
        for row in sheet.rows.iter_mut().skip(columns.rows_before) {
            if !row.cell(column).is_empty() {
                above = row.cell(column).clone();
            } else if !above.is_empty() {
                if row.cells.len() <= column {
                    row.cells.resize(column + 1, Cell::Empty);
                }
                row.cells[column] = above.clone();
            }
        }
    }
}
