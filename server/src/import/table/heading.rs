//! Finds the headings of a table and where each of them stands.

use std::collections::HashMap;

use super::mapping::Mapping;
use super::sheet::{self, Cell, Merged, Row, Sheet};

/// How many rows are searched for the headings.
const SEARCHED: usize = 30;

/// The columns of a table.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Columns {
    /// The headings as they stand there, by column.
    pub(super) headings: Vec<String>,
    by_heading: HashMap<String, usize>,
    /// How many rows of the sheet come before the first entry.
    pub(super) rows_before: usize,
    /// See [`Sheet::from_1904`].
    pub(super) from_1904: bool,
}

impl Columns {
    /// The column with this heading.
    pub(super) fn find(&self, heading: &str) -> Option<usize> {
        self.by_heading.get(&plain(heading)).copied()
    }

    /// A column as people find it: its letters and its heading.
    pub(super) fn name(&self, column: usize) -> String {
        let letters = sheet::letters(column);
        match self
            .headings
            .get(column)
            .filter(|heading| !heading.is_empty())
        {
            Some(heading) => format!("Spalte {letters} {}", sheet::shown(heading)),
            None => format!("Spalte {letters}"),
        }
    }

    /// Whether a row repeats the headings, as printed lists do on every page.
    pub(super) fn are_repeated_by(&self, row: &Row) -> bool {
        let mut filled = row
            .cells
            .iter()
            .enumerate()
            .filter(|(_, cell)| !cell.is_empty());
        filled.all(|(column, cell)| {
            self.headings
                .get(column)
                .is_some_and(|heading| plain(heading) == plain(&cell.as_text()))
        })
    }

    /// How many of the headings that the mapping reads are there.
    pub(super) fn known(&self, mapping: &Mapping) -> usize {
        mapping
            .headings()
            .iter()
            .filter(|heading| self.find(heading).is_some())
            .count()
    }
}

/// Finds the headings: where the mapping says, else in the row that has the most of those it reads.
pub(super) fn locate(sheet: &Sheet, mapping: &Mapping) -> Columns {
    let candidates = |at: usize| columns(sheet, at, mapping.heading_rows);
    if let Some(number) = mapping.heading_row {
        let at = sheet.rows.iter().position(|row| row.number == number);
        return at.map(candidates).unwrap_or_default();
    }
    let rows = sheet.rows.len().min(SEARCHED);
    let mut best = Columns::default();
    let mut most = 0;
    for at in 0..rows {
        let columns = candidates(at);
        let known = columns.known(mapping);
        if known > most || (most == 0 && best.headings.is_empty()) {
            (best, most) = (columns, known);
        }
    }
    best
}

/// Checks that every heading the mapping reads is there, once.
pub(super) fn check(columns: &Columns, mapping: &Mapping) -> Result<(), String> {
    let wanted = mapping.headings();
    let missing: Vec<String> = wanted
        .iter()
        .filter(|heading| columns.find(heading).is_none())
        .map(|heading| sheet::shown(heading))
        .collect();
    if !missing.is_empty() {
        let there: Vec<String> = columns
            .headings
            .iter()
            .filter(|heading| !heading.is_empty())
            .take(60)
            .map(|heading| sheet::shown(heading))
            .collect();
        return Err(format!(
            "Diese Überschriften fehlen in der Tabelle: {}. Gefunden wurden: {}. Ordnen Sie die Spalten in einer Datei zu (--mapping; eine Vorlage schreibt --template).",
            missing.join(", "),
            if there.is_empty() {
                "keine".to_owned()
            } else {
                there.join(", ")
            }
        ));
    }
    for heading in wanted {
        let wanted = plain(heading);
        let mut places = columns
            .headings
            .iter()
            .enumerate()
            .filter(|(_, found)| plain(found) == wanted);
        if let (Some((first, _)), Some((second, _))) = (places.next(), places.next()) {
            return Err(format!(
                "Die Überschrift {} steht in den Spalten {} und {}; benennen Sie eine um oder nennen Sie die Spalte in der Zuordnung mit ihrem Buchstaben (letter).",
                sheet::shown(heading),
                sheet::letters(first),
                sheet::letters(second)
            ));
        }
    }
    Ok(())
}

/// The headings that end in this row of the sheet. Upper ones hold for the columns they are merged
/// over; where nothing is merged, as in every CSV file, for the columns to their right up to the
/// next one.
fn columns(sheet: &Sheet, last: usize, rows: usize) -> Columns {
    let first = (last + 1).saturating_sub(rows);
    let of_headings = &sheet.rows[first..=last];
    let width = of_headings
        .iter()
        .map(|row| row.cells.len())
        .max()
        .unwrap_or_default();
    let numbers = of_headings.first().map_or(0, |row| row.number)
        ..=of_headings.last().map_or(0, |row| row.number);
    let merged: Vec<&Merged> = sheet
        .merged
        .iter()
        .filter(|merged| numbers.contains(&merged.rows.0))
        .collect();
    let mut headings = vec![String::new(); width];
    for (at, row) in of_headings.iter().enumerate() {
        let is_last = at + 1 == of_headings.len();
        let mut above = String::new();
        for (column, heading) in headings.iter_mut().enumerate() {
            let cell = match row.cell(column) {
                Cell::Empty => String::new(),
                filled => one_line(&filled.as_text()),
            };
            if !cell.is_empty() {
                above.clone_from(&cell);
            }
            let over = || {
                let merged = merged
                    .iter()
                    .find(|merged| merged.holds(row.number, column))?;
                let first = row.cell(merged.columns.0);
                (merged.rows.0 == row.number).then(|| one_line(&first.as_text()))
            };
            let words = if is_last {
                &cell
            } else if merged.is_empty() {
                &above
            } else {
                &over().unwrap_or(cell)
            };
            if words.is_empty() {
                continue;
            }
            if !heading.is_empty() {
                heading.push_str(" / ");
            }
            heading.push_str(words);
        }
    }
    let mut by_heading = HashMap::new();
    for (column, heading) in headings.iter().enumerate() {
        if !heading.is_empty() {
            by_heading.entry(plain(heading)).or_insert(column);
        }
    }
    Columns {
        headings,
        by_heading,
        rows_before: last + 1,
        from_1904: sheet.from_1904,
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A heading without what people type now so, now otherwise.
fn plain(heading: &str) -> String {
    one_line(heading).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::table::delimited;

    fn mapping(key: &str, rows: usize) -> Mapping {
        Mapping {
            key: vec![key.to_owned()],
            heading_rows: rows,
            ..Mapping::default()
        }
    }

    fn sheet(text: &str) -> Sheet {
        delimited::rows(text, ';', None).unwrap()
    }

    #[test]
    fn headings_are_found_below_a_title() {
        let sheet = sheet("Liste der Anträge 2024;;\n\n;;\nNr.;Name  des\tTrägers;Summe\n1;A;5\n");
        let columns = locate(&sheet, &mapping("name des trägers", 1));
        assert_eq!(columns.find("Name des Trägers"), Some(1));
        assert_eq!(columns.rows_before, 2);
        assert_eq!(columns.name(1), "Spalte B „Name des Trägers“");
        assert!(columns.are_repeated_by(&sheet.rows[1]));
        assert!(!columns.are_repeated_by(&sheet.rows[2]));
    }

    #[test]
    fn merged_headings_hold_for_the_columns_below() {
        let sheet = sheet("Nr.;Antrag;;Entscheidung\n;Eingang;Titel;Tag\n1;2;3;4\n");
        let columns = locate(&sheet, &mapping("Antrag / Titel", 2));
        assert_eq!(
            columns.headings,
            [
                "Nr.",
                "Antrag / Eingang",
                "Antrag / Titel",
                "Entscheidung / Tag"
            ]
        );
        assert_eq!(columns.rows_before, 2);
    }

    #[test]
    fn merged_cells_hold_as_far_as_they_reach() {
        let mut sheet = sheet("Nr.;Antrag;;Notiz;\n;Eingang;Titel;;Tag\n1;2;3;4;5\n");
        let merged = |rows, columns| Merged { rows, columns };
        sheet.merged = vec![
            merged((1, 2), (0, 0)),
            merged((1, 1), (1, 2)),
            // Of the entries, so no heading.
            merged((3, 3), (3, 4)),
        ];
        let columns = locate(&sheet, &mapping("Antrag / Titel", 2));
        assert_eq!(
            columns.headings,
            ["Nr.", "Antrag / Eingang", "Antrag / Titel", "Notiz", "Tag"]
        );
    }

    #[test]
    fn a_missing_and_a_doubled_heading_are_named() {
        let found = locate(&sheet("Nr.;Name;name\n"), &mapping("Nr.", 1));
        assert!(
            check(&found, &mapping("Nummer", 1))
                .unwrap_err()
                .contains("fehlen in der Tabelle: „Nummer“")
        );
        assert!(
            check(&found, &mapping("Name", 1))
                .unwrap_err()
                .contains("Spalten B und C")
        );
        assert!(check(&found, &mapping("Nr.", 1)).is_ok());
        assert!(
            check(&Columns::default(), &mapping("Nr.", 1))
                .unwrap_err()
                .contains("keine")
        );
    }
}
