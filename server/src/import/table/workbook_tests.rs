//! Workbooks as spreadsheets save them, and hostile ones.

use std::io::Write as _;

use time::macros::datetime;

use super::*;
use xlsx::workbook;

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
