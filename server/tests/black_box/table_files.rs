//! Files that hold tables: workbooks, and what somebody made to do harm.

use crate::support::Office;
use crate::tables::{MAPPING, reviews};
use crate::xlsx::workbook;

#[test]
fn a_workbook_comes_in() {
    let office = Office::new();
    let text =
        |at: &str, text: &str| format!(r#"<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>"#);
    let rows = [
        // A title, then headings on two rows, the upper ones merged.
        format!("<row r=\"1\">{}</row>", text("A1", "Anträge 2024")),
        format!("<row r=\"3\">{}{}</row>", text("A3", "Antrag"), text("D3", "Träger")),
        format!(
            "<row r=\"4\">{}{}{}{}{}</row>",
            text("A4", "Nr."), text("B4", "Eingang"), text("C4", "Titel"), text("D4", "Art"), text("E4", "Summe")
        ),
        format!(
            "<row r=\"5\"><c r=\"A5\"><v>7</v></c><c r=\"B5\" s=\"1\"><v>45446</v></c>{}{}<c r=\"E5\"><f>A5+1</f><v>1234.56</v></c></row>",
            text("C5", "+49 ist nur Text"), text("D5", "Verein")
        ),
        format!(
            "<row r=\"6\"><c r=\"A6\"><v>8</v></c><c r=\"B6\" t=\"e\"><v>#NAME?</v></c>{}{}</row>",
            text("C6", "Zweites"), text("D6", "Verein")
        ),
    ]
    .concat();
    let table = workbook(&rows, false);
    let mapping = r#"
source = "x"
key = "Antrag / Nr."
heading_rows = 2
sheet = "Anträge"
[fields]
title = "Antrag / Titel"
receivedOn = "Antrag / Eingang"
requester = { value = "MINISTRY" }
applicantType = "Träger / Art"
requestedAmount = "Träger / Summe"
"#;
    std::fs::write(office.beside("zuordnung.toml"), mapping).unwrap();
    let mapping = office.beside("zuordnung.toml");
    let ended = office.run(&[
        "import",
        "reviews",
        table.to_str().unwrap(),
        "--centre",
        "05711",
        "--mapping",
        mapping.to_str().unwrap(),
    ]);
    assert_eq!(ended.code, 1, "{ended:?}");
    assert!(ended.out.contains("Stellungnahmen: 1 neu"), "{ended:?}");
    assert!(
        ended.out.contains(
            "abgelehnt: Zeile 6, Spalte B „Antrag / Eingang“: die Zelle enthält einen Fehler"
        ),
        "{ended:?}"
    );
    let log = std::fs::read_to_string(office.segment()).unwrap();
    assert!(
        log.contains("2024-06-03") && log.contains("\"requested_cents\":123456"),
        "{log}"
    );
}

#[test]
fn hostile_tables_are_refused_in_plain_words() {
    let office = Office::new();
    let refused = |table: &[u8], words: &str| {
        let ended = reviews(&office, table, MAPPING, &[]);
        assert_eq!(ended.code, 1, "{words}: {ended:?}");
        assert!(ended.err.contains(words), "{words}: {ended:?}");
    };
    let long = format!(
        "Nr.;Eingang;Projekt;Träger-Art;Summe\n{}",
        "1;2\n".repeat(1_000_000)
    );
    refused(long.as_bytes(), "mehr als 200.000 Zeilen");
    refused(
        b"PK\x03\x04 and no more",
        "Arbeitsmappe lässt sich nicht lesen",
    );
    refused(&[0xd0, 0xcf, 0x11, 0xe0, 0, 0, 0, 0], ".xls");
    let bomb = workbook(&" ".repeat(40 * 1024 * 1024), false);
    refused(&std::fs::read(bomb).unwrap(), "ausgepackt mehr als 16 MiB");
    refused(
        "Nr.;Eingang;Projekt;Träger-Art;Summe\n3;03.06.2024;\"Offen;Verein;5\n4;03.06.2024;P;Verein;5\n"
            .as_bytes(),
        "Zeile 2, Spalte C: das Anführungszeichen wird nicht geschlossen",
    );
    refused(
        b"Nr.;Eingang;Projekt;Tr\x84ger-Art;Summe\n1;03.06.2024;Br\x81cke;Verein;5\n",
        "Codepage 850",
    );

    // A single wrong character refuses its cell, and turns no umlaut into anything else.
    let broken = [
        "Nr.;Eingang;Projekt;Träger-Art;Summe\n1;03.06.2024;Brücke;Verein;5\n2;03.06.2024;Gr"
            .as_bytes(),
        b"\xfc",
        "n;Verein;5\n".as_bytes(),
    ]
    .concat();
    let ended = reviews(&office, &broken, MAPPING, &["--dry-run"]);
    assert!(
        ended.out.contains(
            "Zeile 3, Spalte C „Projekt“: die Zelle enthält Zeichen, die sich nicht lesen lassen"
        ),
        "{ended:?}"
    );
    assert!(
        ended.out.contains("neu: Stellungnahme „Brücke“"),
        "{ended:?}"
    );

    let table = format!(
        "Nr.;Eingang;Projekt;Träger-Art;Summe\n1;03.06.2024;a\0b\u{1b}[2J;Verein;5\n2;03.06.2024;{};Verein;5\n",
        "x".repeat(40_000)
    );
    let ended = reviews(&office, table.as_bytes(), MAPPING, &[]);
    assert_eq!(ended.code, 1, "{ended:?}");
    for line in [
        "Zeile 2, Spalte C „Projekt“: „a·b·[2J“ enthält ein unerlaubtes Steuerzeichen (U+0000) an Stelle 2",
        "Zeile 3, Spalte C „Projekt“: die Zelle enthält mehr als 32.767 Zeichen",
        "Stellungnahmen: 0 neu",
    ] {
        assert!(ended.out.contains(line), "{line}\n{}", ended.out);
    }
    assert!(!ended.out.contains('\u{1b}'));
}
