//! Reads a sheet of an XLSX workbook cell by cell. Nothing is evaluated: of a formula, the value that
//! was saved with it counts.

use std::fs::File;
use std::io::{BufReader, Read as _};
use std::path::Path;

use calamine::{DataRef, ExcelDateTime, Reader as _, Xlsx, XlsxError};
use time::{Date, Month, PrimitiveDateTime, Time};

use super::sheet::{Cell, MOST_COLUMNS, Merged, Sheet, shown, too_wide};
use super::unpacked;

/// Whether the file is a workbook, by its first bytes. `Err`: it is one of another program.
pub(super) fn is_one(path: &Path) -> Result<bool, String> {
    let mut begin = [0; 8];
    let mut file = open(path)?;
    let length = file.read(&mut begin).map_err(|error| {
        format!(
            "Die Datei lässt sich nicht lesen: {}",
            super::german_io(&error)
        )
    })?;
    if begin[..length].starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Err("Die Datei ist eine Arbeitsmappe im alten Format (.xls) oder mit einem Kennwort geschützt; speichern Sie sie ohne Kennwort als .xlsx.".to_owned());
    }
    Ok(begin[..length].starts_with(b"PK\x03\x04"))
}

/// The rows of a sheet; without a name of the first one.
pub(super) fn rows(path: &Path, name: Option<&str>) -> Result<Sheet, String> {
    unpacked::bounded(path)?;
    let mut workbook: Xlsx<_> =
        Xlsx::new(BufReader::new(open(path)?)).map_err(|error| broken(&error, None))?;
    let names = workbook.sheet_names();
    let name = match name {
        None => names.first().cloned(),
        Some(name) => names.iter().find(|found| *found == name).cloned(),
    };
    let Some(name) = name else {
        return Err(format!(
            "Das Tabellenblatt aus der Zuordnung (sheet) gibt es nicht; es gibt: {}",
            names.join(", ")
        ));
    };
    let mut sheet = Sheet::default();
    sheet.from_1904 = workbook.has_1904_epoch();
    sheet.merged = merged(&mut workbook, &name)?;
    let mut cells = workbook
        .worksheet_cells_reader(&name)
        .map_err(|error| broken(&error, None))?;
    let mut row = Vec::new();
    let mut number = 0;
    // Formulas are not put together from shared ones: a file could ask for any amount of memory.
    while let Some(cell) = cells
        .next_cell_with_formula_metadata()
        .map_err(|error| broken(&error, Some(number + 1)))?
    {
        let (at, column) = cell.pos;
        let (at, column) = (place(at), place(column));
        let value = match (&cell.value, &cell.formula) {
            (DataRef::Empty, Some(_)) => Cell::Unreadable(
                "enthält eine Formel, zu der kein Ergebnis gespeichert ist; öffnen Sie die Arbeitsmappe in der Tabellenkalkulation und speichern Sie sie neu",
            ),
            (value, _) => self::value(value),
        };
        if value.is_empty() {
            continue;
        }
        if at < number {
            return Err("Die Zeilen der Arbeitsmappe stehen nicht in ihrer Reihenfolge; speichern Sie sie neu.".to_owned());
        }
        if at > number {
            sheet.push(number + 1, std::mem::take(&mut row))?;
            sheet.empty += at - number - 1;
            number = at;
        }
        if column >= MOST_COLUMNS {
            return Err(too_wide());
        }
        if row.len() <= column {
            row.resize(column + 1, Cell::Empty);
        }
        row[column] = value;
    }
    sheet.push(number + 1, row)?;
    Ok(sheet)
}

/// The merged cells of a sheet.
fn merged(workbook: &mut Workbook, name: &str) -> Result<Vec<Merged>, String> {
    let found = workbook
        .merge_cells_by_sheet_name(name)
        .map_err(|error| broken(&error, None))?;
    Ok(found
        .iter()
        .map(|found| Merged {
            rows: (place(found.start.0) + 1, place(found.end.0) + 1),
            columns: (place(found.start.1), place(found.end.1)),
        })
        .collect())
}

type Workbook = Xlsx<BufReader<File>>;

fn open(path: &Path) -> Result<File, String> {
    File::open(path).map_err(|error| {
        format!(
            "Die Datei lässt sich nicht öffnen: {}",
            super::german_io(&error)
        )
    })
}

/// What is wrong with a workbook; `row`: up to which row it could be read.
fn broken(error: &XlsxError, row: Option<usize>) -> String {
    let what = match error {
        XlsxError::Io(error) => super::german_io(error),
        XlsxError::Password => "sie ist mit einem Kennwort geschützt".to_owned(),
        XlsxError::NotAWorksheet(_) => {
            "das Blatt ist keine Tabelle (ein Diagramm oder ein Makro)".to_owned()
        }
        XlsxError::FileNotFound(part) => format!("in ihr fehlt {}", shown(part)),
        XlsxError::Xml(_) | XlsxError::XmlAttr(_) | XlsxError::XmlEof(_) => {
            "ihr Inhalt ist beschädigt oder unvollständig".to_owned()
        }
        // The list of calamine's errors is open; what is left are parts that are not as they should be.
        _ => "sie ist nicht aufgebaut, wie Tabellenkalkulationen .xlsx schreiben".to_owned(),
    };
    let place = row.map_or_else(String::new, |row| format!(" (in oder nach Zeile {row})"));
    format!(
        "Die Arbeitsmappe lässt sich nicht lesen{place}: {what}. Öffnen Sie sie in der Tabellenkalkulation und speichern Sie sie neu."
    )
}

fn place(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn value(value: &DataRef<'_>) -> Cell {
    match value {
        DataRef::Empty => Cell::Empty,
        #[expect(
            clippy::cast_precision_loss,
            reason = "spreadsheets hold numbers as doubles"
        )]
        DataRef::Int(number) => Cell::Number(*number as f64),
        DataRef::Float(number) => Cell::Number(*number),
        DataRef::Bool(truth) => Cell::Truth(*truth),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            Cell::text(text)
        }
        DataRef::SharedString(text) => Cell::text(text),
        DataRef::DateTime(moment) if moment.is_datetime() => day(*moment).map_or(
            Cell::Unreadable("enthält kein mögliches Datum"),
            Cell::Moment,
        ),
        DataRef::DateTime(duration) => Cell::Number(duration.as_f64()),
        DataRef::Error(_) => Cell::Unreadable("enthält einen Fehler der Tabellenkalkulation"),
    }
}

/// What a spreadsheet shows for the number of a day, counted from 1900 or 1904.
fn day(moment: ExcelDateTime) -> Option<PrimitiveDateTime> {
    let serial = moment.as_f64();
    if !(0.0..2_958_466.0).contains(&serial) {
        return None;
    }
    let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
    let month = Month::try_from(month).ok()?;
    let date = Date::from_calendar_date(i32::from(year), month, day).ok()?;
    Some(PrimitiveDateTime::new(
        date,
        Time::from_hms_milli(hour, minute, second, milli).ok()?,
    ))
}

#[cfg(test)]
#[path = "workbook_tests.rs"]
mod tests;
