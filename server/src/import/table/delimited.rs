//! Reads CSV as offices keep it: separators ; , tab or |, quotes, UTF-8, UTF-16 or Windows-1252.

use std::io::Read as _;
use std::path::Path;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::sheet::{Cell, MOST_COLUMNS, Sheet, too_wide};

/// The largest file, in bytes.
const MOST_BYTES: u64 = 100 * 1024 * 1024;
/// The separators there are.
pub(super) const SEPARATORS: [char; 4] = [';', ',', '\t', '|'];

/// The file's text. `encoding` is its name where the mapping says it; otherwise it is found out.
pub(super) fn text(path: &Path, encoding: Option<&'static Encoding>) -> Result<String, String> {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path)
        .map_err(|error| format!("Die Datei lässt sich nicht öffnen: {error}"))?;
    file.take(MOST_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| format!("Die Datei lässt sich nicht lesen: {error}"))?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err("Die Datei ist größer als 100 MiB; teilen Sie sie auf.".to_owned());
    }
    decoded(&bytes, encoding)
}

fn decoded(bytes: &[u8], encoding: Option<&'static Encoding>) -> Result<String, String> {
    // A byte order mark says more than a mapping.
    let (encoding, skipped) = match Encoding::for_bom(bytes) {
        Some(found) => found,
        None => (encoding.unwrap_or_else(|| guessed(bytes)), 0),
    };
    let (text, wrong) = encoding.decode_without_bom_handling(&bytes[skipped..]);
    // Single unreadable characters are refused with their cells; more than that is another encoding.
    let unreadable = text.chars().filter(|c| *c == '\u{fffd}').count();
    if wrong && unreadable * 20 > text.chars().count() {
        return Err(format!(
            "Die Datei ist nicht in der Zeichenkodierung {} geschrieben; nennen Sie die richtige in der Zuordnung (encoding).",
            encoding.name()
        ));
    }
    Ok(text.replace("\r\n", "\n").replace('\r', "\n"))
}

fn guessed(bytes: &[u8]) -> &'static Encoding {
    let begin = &bytes[..bytes.len().min(200)];
    let zeros = |odd: usize| {
        begin
            .iter()
            .skip(odd)
            .step_by(2)
            .filter(|b| **b == 0)
            .count()
    };
    let half = begin.len() / 4;
    if begin.len() >= 4 && zeros(1) > half && zeros(0) == 0 {
        UTF_16LE
    } else if begin.len() >= 4 && zeros(0) > half && zeros(1) == 0 {
        UTF_16BE
    } else if std::str::from_utf8(bytes).is_ok() {
        UTF_8
    } else {
        WINDOWS_1252
    }
}

/// The rows of a text; at most `first` of them where only the beginning is wanted.
pub(super) fn rows(text: &str, separator: char, first: Option<usize>) -> Result<Sheet, String> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        // All separators are ASCII.
        .delimiter(u8::try_from(separator).unwrap_or(b';'))
        .from_reader(text.as_bytes());
    let mut sheet = Sheet::default();
    let mut record = csv::StringRecord::new();
    let mut before = 0;
    while first.is_none_or(|first| sheet.rows.len() < first) {
        let more = reader
            .read_record(&mut record)
            .map_err(|error| format!("Die Tabelle lässt sich nicht lesen: {error}"))?;
        if !more {
            break;
        }
        let number = line_of(&record, text);
        sheet.empty += number.saturating_sub(before + 1);
        before = number;
        if record.len() > MOST_COLUMNS {
            return Err(too_wide());
        }
        let cells = record.iter().map(Cell::text).collect();
        sheet.push(number, cells)?;
        let lines = record
            .iter()
            .map(|cell| cell.matches('\n').count())
            .sum::<usize>();
        before += lines;
    }
    Ok(sheet)
}

/// The line a record begins on: the reader counts from where the one before ended, empty lines
/// between them are passed over.
fn line_of(record: &csv::StringRecord, text: &str) -> usize {
    let Some(position) = record.position() else {
        return 0;
    };
    let place = |number: u64| usize::try_from(number).unwrap_or_default();
    let rest = text
        .as_bytes()
        .get(place(position.byte())..)
        .unwrap_or_default();
    place(position.line()) + rest.iter().take_while(|byte| **byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], separator: char) -> Vec<(usize, Vec<String>)> {
        let sheet = rows(&decoded(bytes, None).unwrap(), separator, None).unwrap();
        let texts = |cells: &[Cell]| cells.iter().map(Cell::as_text).collect();
        sheet
            .rows
            .iter()
            .map(|row| (row.number, texts(&row.cells)))
            .collect()
    }

    fn row(number: usize, cells: &[&str]) -> (usize, Vec<String>) {
        (
            number,
            cells.iter().map(|cell| (*cell).to_owned()).collect(),
        )
    }

    #[test]
    fn every_encoding_gives_the_same() {
        let text = "Träger;Größe €\r\nBrücke e. V.;1.234,56\r\n";
        let utf_16 =
            |units: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(units).collect::<Vec<u8>>();
        let mut windows = text.as_bytes().to_vec();
        windows = WINDOWS_1252
            .encode(std::str::from_utf8(&windows).unwrap())
            .0
            .into_owned();
        let with_mark = |mark: &[u8], rest: Vec<u8>| [mark.to_vec(), rest].concat();
        let expected = [
            row(1, &["Träger", "Größe €"]),
            row(2, &["Brücke e. V.", "1.234,56"]),
        ];
        for bytes in [
            text.as_bytes().to_vec(),
            with_mark(&[0xef, 0xbb, 0xbf], text.as_bytes().to_vec()),
            windows,
            with_mark(&[0xff, 0xfe], utf_16(u16::to_le_bytes)),
            with_mark(&[0xfe, 0xff], utf_16(u16::to_be_bytes)),
            utf_16(u16::to_le_bytes),
            utf_16(u16::to_be_bytes),
        ] {
            assert_eq!(read(&bytes, ';'), expected, "{bytes:?}");
        }
    }

    #[test]
    fn quotes_hold_separators_and_lines() {
        let text = b"a,b\n\"x, \"\"y\"\"\",\"1\n2\"\n\n,\n=1+1,+2\n";
        assert_eq!(
            read(text, ','),
            [
                row(1, &["a", "b"]),
                row(2, &["x, \"y\"", "1\n2"]),
                row(6, &["=1+1", "+2"]),
            ]
        );
        let sheet = rows("\na\n\n,\n\n\nb\n", ',', None).unwrap();
        let numbers: Vec<usize> = sheet.rows.iter().map(|row| row.number).collect();
        assert_eq!((numbers, sheet.empty), (vec![2, 7], 5));
    }

    #[test]
    fn a_wrong_encoding_is_said_and_a_wrong_character_refuses_its_cell() {
        let windows = WINDOWS_1252.encode("äöüäöü;äöü").0.into_owned();
        assert!(decoded(&windows, Some(UTF_8)).is_err());
        let mostly = [b"Beratung am Vormittag in der Stadt;".to_vec(), vec![0xe4]].concat();
        let sheet = rows(&decoded(&mostly, Some(UTF_8)).unwrap(), ';', None).unwrap();
        assert!(matches!(sheet.rows[0].cells[1], Cell::Unreadable(_)));
    }

    #[test]
    fn a_million_columns_are_refused() {
        assert!(rows(&";".repeat(1_000_000), ';', None).is_err());
    }
}
