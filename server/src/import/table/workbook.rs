//! Reads a sheet of an XLSX workbook cell by cell. Nothing is evaluated: of a formula, the value that
//! was saved with it counts.

use std::fs::File;
use std::io::{BufReader, Read as _};
use std::path::Path;

use calamine::{DataRef, ExcelDateTime, Reader as _, Xlsx};
use time::{Date, Month, PrimitiveDateTime, Time};

use super::sheet::{Cell, MOST_COLUMNS, Sheet, too_wide};

/// The largest file, in bytes.
const MOST_PACKED: u64 = 50 * 1024 * 1024;
/// The most its parts may hold, unpacked.
const MOST_UNPACKED: u64 = 256 * 1024 * 1024;
/// From this size on, what is unpacked is compared with what is packed.
const SUSPICIOUS: u64 = 16 * 1024 * 1024;
/// How much larger the unpacked content may be then; tables get about ten times smaller.
const MOST_TIMES: u64 = 100;
/// The most parts a workbook has.
const MOST_PARTS: usize = 2_000;

/// Whether the file is a workbook, by its first bytes. `Err`: it is one of another program.
pub(super) fn is_one(path: &Path) -> Result<bool, String> {
    let mut begin = [0; 8];
    let mut file = open(path)?;
    let length = file.read(&mut begin).map_err(|error| unreadable(&error))?;
    if begin[..length].starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Err("Die Datei ist eine Arbeitsmappe im alten Format (.xls) oder mit einem Kennwort geschützt; speichern Sie sie ohne Kennwort als .xlsx.".to_owned());
    }
    Ok(begin[..length].starts_with(b"PK\x03\x04"))
}

/// The rows of a sheet; without a name of the first one.
pub(super) fn rows(path: &Path, name: Option<&str>) -> Result<Sheet, String> {
    bounded(path)?;
    let mut workbook: Xlsx<_> =
        Xlsx::new(BufReader::new(open(path)?)).map_err(|error| unreadable(&error))?;
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
    let mut cells = workbook
        .worksheet_cells_reader(&name)
        .map_err(|error| unreadable(&error))?;
    let mut sheet = Sheet::default();
    let mut row = Vec::new();
    let mut number = 0;
    while let Some(cell) = cells.next_cell().map_err(|error| unreadable(&error))? {
        let (at, column) = cell.get_position();
        let (at, column) = (place(at), place(column));
        let value = value(cell.get_value());
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

fn open(path: &Path) -> Result<File, String> {
    File::open(path).map_err(|error| format!("Die Datei lässt sich nicht öffnen: {error}"))
}

fn unreadable(error: &dyn std::error::Error) -> String {
    format!("Die Arbeitsmappe lässt sich nicht lesen: {error}")
}

fn place(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// Unpacks everything once and keeps nothing, so that a small file that holds gigabytes is refused
/// before anything is made of it. What the file says of its sizes does not count.
fn bounded(path: &Path) -> Result<(), String> {
    let file = open(path)?;
    let packed = file.metadata().map_err(|error| unreadable(&error))?.len();
    if packed > MOST_PACKED {
        return Err("Die Arbeitsmappe ist größer als 50 MiB; teilen Sie sie auf.".to_owned());
    }
    let mut parts =
        zip::ZipArchive::new(BufReader::new(file)).map_err(|error| unreadable(&error))?;
    if parts.len() > MOST_PARTS {
        return Err(
            "Die Datei hat mehr als 2.000 Teile; das ist keine Arbeitsmappe mit einer Tabelle."
                .to_owned(),
        );
    }
    let most = MOST_UNPACKED.min(SUSPICIOUS.max(packed * MOST_TIMES));
    let mut unpacked = 0;
    for index in 0..parts.len() {
        let part = parts.by_index(index).map_err(|error| unreadable(&error))?;
        let mut part = part.take(most - unpacked + 1);
        unpacked +=
            std::io::copy(&mut part, &mut std::io::sink()).map_err(|error| unreadable(&error))?;
        if unpacked > most {
            return Err(format!(
                "Die Arbeitsmappe enthält ausgepackt mehr als {} MiB, viel mehr als eine Tabelle dieser Größe; sie wird nicht gelesen.",
                most / 1024 / 1024
            ));
        }
    }
    Ok(())
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
