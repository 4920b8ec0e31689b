//! Reads CSV as offices keep it: separators ; , tab or |, quotes, UTF-8, UTF-16 or Windows-1252.

use std::io::Read as _;
use std::path::Path;

use encoding_rs::Encoding;

use super::sheet::{Cell, MOST_COLUMNS, Sheet, too_wide};
use super::{encoding, german_io};

/// The largest file, in bytes.
const MOST_BYTES: u64 = 100 * 1024 * 1024;
/// The separators there are.
pub(super) const SEPARATORS: [char; 4] = [';', ',', '\t', '|'];

/// The file's text. `encoding` is its name where the mapping says it; otherwise it is found out.
pub(super) fn text(path: &Path, encoding: Option<&'static Encoding>) -> Result<String, String> {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path)
        .map_err(|error| format!("Die Datei lässt sich nicht öffnen: {}", german_io(&error)))?;
    file.take(MOST_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| format!("Die Datei lässt sich nicht lesen: {}", german_io(&error)))?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err("Die Datei ist größer als 100 MiB; teilen Sie sie auf.".to_owned());
    }
    decoded(&bytes, encoding)
}

fn decoded(bytes: &[u8], encoding: Option<&'static Encoding>) -> Result<String, String> {
    // A byte order mark says more than a mapping.
    let (encoding, skipped) = match Encoding::for_bom(bytes) {
        Some(found) => found,
        None => match encoding {
            Some(encoding) => (encoding, 0),
            None => (encoding::guessed(bytes)?, 0),
        },
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
            .map_err(|_| {
                format!("Die Tabelle lässt sich nach Zeile {before} nicht lesen: der Text ist nicht in Ordnung")
            })?;
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

/// Checks that each quote that is opened is closed where its cell ends; otherwise it swallows rows
/// that nobody would miss.
pub(super) fn check_quotes(text: &str, separator: char) -> Result<(), String> {
    #[derive(Clone, Copy, PartialEq)]
    enum At {
        Start,
        Plain,
        Quoted,
        /// Behind a quote within quotes: the end of the cell, or the first of two.
        Closing,
    }
    let (mut line, mut column, mut at) = (1, 0, At::Start);
    // Where the quotes were opened that are open.
    let mut opened = (1, 0);
    let wrong = |(line, column): (usize, usize), why: &str| {
        Err(format!(
            "Zeile {line}, Spalte {}: {why}; darum ist nicht sicher, wo Zellen und Zeilen enden. Verdoppeln oder entfernen Sie das Zeichen in dieser Zelle, oder speichern Sie die Tabelle neu als CSV.",
            super::sheet::letters(column)
        ))
    };
    for c in text.chars() {
        at = match (at, c) {
            (At::Start, '"') => {
                opened = (line, column);
                At::Quoted
            }
            (At::Quoted, '"') => At::Closing,
            (At::Closing, '"') => At::Quoted,
            (At::Quoted, _) => At::Quoted,
            (_, c) if c == separator => {
                column += 1;
                At::Start
            }
            (_, '\n') => {
                column = 0;
                At::Start
            }
            (At::Closing, _) => {
                return wrong(
                    opened,
                    "nach dem schließenden Anführungszeichen steht noch etwas in der Zelle",
                );
            }
            (At::Start | At::Plain, _) => At::Plain,
        };
        if c == '\n' {
            line += 1;
        }
    }
    if at == At::Quoted {
        return wrong(opened, "das Anführungszeichen wird nicht geschlossen");
    }
    Ok(())
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
    use encoding_rs::{UTF_8, WINDOWS_1252};

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
    fn quotes_that_swallow_rows_are_said() {
        for text in [
            "a;b\n\"x; \"\"y\"\"\";5\" Rohr\n\"1\n2\";\n",
            "",
            "\"\"",
            "a;\"b\"",
        ] {
            assert_eq!(check_quotes(text, ';'), Ok(()), "{text}");
        }
        let open = check_quotes("a;b\n1;\"offen\n2;x\n", ';').unwrap_err();
        assert!(
            open.starts_with("Zeile 2, Spalte B: das Anführungszeichen wird nicht geschlossen"),
            "{open}"
        );
        // The next quote closes it, rows later.
        let swallowed = check_quotes("a;b\n1;2\n3;\"offen\n4;\"Brücke\"\n", ';').unwrap_err();
        assert!(
            swallowed.starts_with("Zeile 3, Spalte B: nach dem"),
            "{swallowed}"
        );
    }

    #[test]
    fn a_million_columns_are_refused() {
        assert!(rows(&";".repeat(1_000_000), ';', None).is_err());
    }
}
