//! Workbooks as spreadsheets save them, and hostile ones.

use std::io::Write as _;

use time::macros::datetime;

use super::*;
use xlsx::{workbook, workbook_with};

#[path = "../../../tests/black_box/xlsx.rs"]
mod xlsx;

fn text(text: &str) -> Cell {
    Cell::text(text)
}

#[test]
fn cells_are_read_as_they_are_shown() {
    let rows_of_sheet = r#"
        <row r="2"><c r="A2" t="inlineStr"><is><t> Nr. </t></is></c><c r="C2" t="str"><v>=1+1</v></c></row>
        <row r="4"><c r="A4" s="1"><v>45657</v></c><c r="B4" s="2"><v>45657.5</v></c><c r="C4"><v>1234.56</v></c>
          <c r="D4" t="b"><v>1</v></c><c r="E4"><f>1+1</f><v>3</v></c><c r="F4" t="e"><v>#NAME?</v></c></row>"#;
    let path = workbook(rows_of_sheet, false);
    assert_eq!(is_one(&path), Ok(true));
    let sheet = rows(&path, Some("Anträge")).unwrap();
    let numbers: Vec<usize> = sheet.rows.iter().map(|row| row.number).collect();
    assert_eq!((numbers, sheet.empty), (vec![2, 4], 2));
    assert_eq!(
        sheet.rows[0].cells,
        [text("Nr."), Cell::Empty, text("=1+1")]
    );
    assert_eq!(
        sheet.rows[1].cells,
        [
            Cell::Moment(datetime!(2024-12-31 0:00)),
            Cell::Moment(datetime!(2024-12-31 12:00)),
            Cell::Number(1_234.56),
            Cell::Truth(true),
            // What was saved with the formula, not what it would give.
            Cell::Number(3.0),
            Cell::Unreadable("enthält einen Fehler der Tabellenkalkulation"),
        ]
    );
    let path = workbook(r#"<row r="1"><c r="A1" s="1"><v>44195</v></c></row>"#, true);
    let sheet = rows(&path, None).unwrap();
    assert_eq!(
        sheet.rows[0].cells,
        [Cell::Moment(datetime!(2024-12-31 0:00))]
    );
    assert!(
        rows(&path, Some("Tabelle1"))
            .unwrap_err()
            .contains("es gibt: Anträge")
    );
}

#[test]
fn a_formula_without_a_result_is_not_an_empty_cell() {
    let path = workbook(
        r#"<row r="1"><c r="A1"><f>1+1</f></c><c r="B1"><f t="shared" si="4000000000"/></c>
          <c r="C1" t="str"><f>""</f><v></v></c><c r="D1" s="1"/><c r="E1"><v>1</v></c></row>"#,
        false,
    );
    let sheet = rows(&path, None).unwrap();
    let cells = &sheet.rows[0].cells;
    for cell in &cells[..2] {
        assert!(
            matches!(cell, Cell::Unreadable(why) if why.starts_with("enthält eine Formel, zu der kein")),
            "{cell:?}"
        );
    }
    assert_eq!(cells[2..], [Cell::Empty, Cell::Empty, Cell::Number(1.0)]);
}

#[test]
fn merged_cells_and_the_first_day_are_known() {
    let content = r#"<sheetData><row r="1"><c r="A1"><v>45657</v></c></row></sheetData>
        <mergeCells count="2"><mergeCell ref="B3:D3"/><mergeCell ref="A3:A4"/></mergeCells>"#;
    let sheet = rows(&workbook_with(content, true, None), None).unwrap();
    assert!(sheet.from_1904);
    let merged = |rows, columns| Merged { rows, columns };
    assert_eq!(
        sheet.merged,
        [merged((3, 3), (1, 3)), merged((3, 4), (0, 0))]
    );
    let sheet = rows(&workbook(r#"<row r="1"/>"#, false), None).unwrap();
    assert!(!sheet.from_1904 && sheet.merged.is_empty());
}

/// The most memory this process took so far, in bytes.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    let number: String = line.chars().filter(char::is_ascii_digit).collect();
    number.parse::<u64>().unwrap() * 1_024
}

/// Pseudo-random digits, which pack badly.
fn noise(length: usize) -> String {
    let mut state = 88_172_645_463_325_252_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        char::from(b'0' + u8::try_from(state % 10).unwrap())
    };
    (0..length).map(|_| next()).collect()
}

#[test]
fn the_largest_workbooks_take_bounded_memory() {
    const MIB: u64 = 1_024 * 1_024;
    // As many texts as are let through, most of them short: the reader keeps them all.
    let texts = format!(
        "<sst>{}</sst>",
        noise(1_600_000)
            .as_bytes()
            .iter()
            .map(|digit| format!("<si><t>{}</t></si>", char::from(*digit)))
            .collect::<String>()
    );
    let many = workbook_with("<sheetData/>", false, Some(&texts));
    drop(texts);
    // One long text in every cell.
    let long = format!("<sst><si><t>{}</t></si></sst>", noise(32_000));
    let cells: String = (1..=300)
        .map(|row| {
            let cells: String = (0..300).map(|_| r#"<c t="s"><v>0</v></c>"#).collect();
            format!(r#"<row r="{row}">{cells}</row>"#)
        })
        .collect();
    let repeated = workbook_with(
        &format!("<sheetData>{cells}</sheetData>"),
        false,
        Some(&long),
    );
    drop(cells);
    let before = peak();
    rows(&many, None).unwrap();
    let of_many = peak().saturating_sub(before);
    let why = rows(&repeated, None).unwrap_err();
    assert!(why.contains("mehr als 200 MB Text"), "{why}");
    let of_repeated = peak().saturating_sub(before);
    eprintln!("{} MiB, {} MiB", of_many / MIB, of_repeated / MIB);
    assert!(of_many < 500 * MIB, "{} MiB", of_many / MIB);
    assert!(of_repeated < 700 * MIB, "{} MiB", of_repeated / MIB);
}

#[test]
fn more_texts_than_a_table_has_are_refused() {
    let refused = |texts: &str| {
        let path = workbook_with("<sheetData/>", false, Some(texts));
        let why = rows(&path, None).unwrap_err();
        assert!(why.contains("mehr Texte oder Formate"), "{why}");
    };
    // The reader would make room for them before it sees one.
    refused(r#"<sst uniqueCount="9999999999999"><si><t>x</t></si></sst>"#);
    let many: String = noise(2_100_000)
        .chars()
        .map(|digit| format!("<si><t>{digit}</t></si>"))
        .collect();
    refused(&format!("<sst>{many}</sst>"));
}

#[test]
fn impossible_days_are_said() {
    for serial in ["-1", "1e300", "2958466", "NaN"] {
        let path = workbook(
            &format!(r#"<row r="1"><c r="A1" s="1"><v>{serial}</v></c></row>"#),
            false,
        );
        let read = rows(&path, None).map(|sheet| sheet.rows[0].cells[0].clone());
        assert!(
            matches!(read, Ok(Cell::Unreadable(_) | Cell::Text(_)) | Err(_)),
            "{serial}: {read:?}"
        );
    }
}

#[test]
fn a_cell_far_away_takes_no_memory() {
    let path = workbook(
        r#"<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>1</v></c></row>"#,
        false,
    );
    assert_eq!(rows(&path, None), Err(too_wide()));
    let path = workbook(
        r#"<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>1</v></c></row>"#,
        false,
    );
    let sheet = rows(&path, None).unwrap();
    assert_eq!((sheet.rows.len(), sheet.empty), (2, 1_048_574));
    let path = workbook(
        r#"<row r="2"><c r="A2"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>"#,
        false,
    );
    assert!(rows(&path, None).unwrap_err().contains("Reihenfolge"));
}

#[test]
fn a_small_file_that_holds_much_is_not_read() {
    let padding = " ".repeat(40 * 1024 * 1024);
    let path = workbook(
        &format!("<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>{padding}"),
        false,
    );
    assert!(path.metadata().unwrap().len() < 100_000);
    assert!(
        rows(&path, None)
            .unwrap_err()
            .contains("ausgepackt mehr als 16 MiB")
    );
}

#[test]
fn a_damaged_file_is_refused() {
    let whole = std::fs::read(workbook(
        r#"<row r="1"><c r="A1"><v>1</v></c></row>"#,
        false,
    ))
    .unwrap();
    let write = |bytes: &[u8]| {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        file.into_temp_path()
    };
    for length in [0, 3, 4, 30, whole.len() / 2, whole.len() - 1] {
        assert!(rows(&write(&whole[..length]), None).is_err(), "{length}");
    }
    for (at, byte) in [
        (0, 0xff),
        (30, 0),
        (whole.len() / 2, 0),
        (whole.len() - 10, 0xff),
    ] {
        let mut bytes = whole.clone();
        bytes[at] = byte;
        // Refused or read, but never a panic.
        let _ = rows(&write(&bytes), None);
    }
    assert!(
        is_one(&write(&[0xd0, 0xcf, 0x11, 0xe0, 0, 0, 0, 0]))
            .unwrap_err()
            .contains(".xls")
    );
    assert_eq!(is_one(&write(b"a;b")), Ok(false));
}
