//! Tables as offices keep them, and what becomes of their rows.

use crate::support::{Ended, Office};

const MAPPING: &str = r#"
source = "Antragsliste"
key = "Nr."
[fields]
title = "Projekt"
receivedOn = "Eingang"
requester = { value = "MUNICIPAL_OFFICE" }
applicantType = "Träger-Art"
requestedAmount = "Summe"
"#;

/// Imports a table of reviews that is written before.
fn reviews(office: &Office, table: &[u8], mapping: &str, more: &[&str]) -> Ended {
    std::fs::write(office.beside("tabelle.csv"), table).unwrap();
    std::fs::write(office.beside("zuordnung.toml"), mapping).unwrap();
    let (table, mapping) = (
        office.beside("tabelle.csv"),
        office.beside("zuordnung.toml"),
    );
    let mut arguments = vec![
        "import",
        "reviews",
        table.to_str().unwrap(),
        "--centre",
        "05711",
    ];
    arguments.extend(["--mapping", mapping.to_str().unwrap()]);
    arguments.extend(more);
    office.run(&arguments)
}

const TABLE: &str = "\
Antragsliste 2024;;;;\n\
Nr.;Eingang;Projekt;Träger-Art;Summe\n\
1;03.06.2024;Mitten im Viertel;Verein;1.234,56\n\
2;31.02.2024;Zweites;Verein;10\n\
;;;;\n\
3;2024-06-05;Drittes;Verin;zehn\n\
4;05.06.2024 10:15;=HYPERLINK(\"x\");MSO;50,-\n\
1;06.06.2024;Noch einmal;Verein;\n\
Summe;;;;1.294,56\n";

#[test]
fn refused_cells_are_named_and_good_rows_go_on() {
    let office = Office::new();
    let tried = reviews(&office, TABLE.as_bytes(), MAPPING, &["--dry-run"]);
    assert_eq!(tried.code, 0, "{tried:?}");
    assert!(!office.data().exists(), "a dry run left a folder behind");
    let done = reviews(&office, TABLE.as_bytes(), MAPPING, &[]);
    for ended in [&tried, &done] {
        for line in [
            "abgelehnt: Zeile 4, Spalte B „Eingang“: den Tag „31.02.2024“ gibt es nicht",
            "abgelehnt: Zeile 6, Spalte D „Träger-Art“: „Verin“ gibt es hier nicht; möglich sind: Migrantenorganisation,",
            "abgelehnt: Zeile 6, Spalte E „Summe“: „zehn“ ist keine Zahl",
            "abgelehnt: Zeile 8, Spalte A „Nr.“: steht schon in Zeile 3",
            "Stellungnahmen: 2 neu, 0 geändert, 0 unverändert",
            "Übergangen: 1 leere Zeilen, 1 Summen",
            "Abgelehnt: 3",
        ] {
            assert!(ended.out.contains(line), "{line}\n{}", ended.out);
        }
    }
    assert!(
        tried
            .out
            .contains("neu: Stellungnahme „=HYPERLINK(\"x\")“, Eingang 2024-06-05"),
        "{tried:?}"
    );
    let (size, root) = office.verified();
    assert_eq!(size, 2);
    assert_eq!(reviews(&office, TABLE.as_bytes(), MAPPING, &[]).code, 0);
    assert_eq!(
        office.verified(),
        (size, root),
        "the same again added something"
    );
}

#[test]
fn a_changed_row_becomes_a_correction_and_a_mended_one_comes_in() {
    let office = Office::new();
    reviews(&office, TABLE.as_bytes(), MAPPING, &[]);
    let mended = TABLE
        .replace("31.02.2024", "28.02.2024")
        .replace("Mitten im", "Neben dem");
    let ended = reviews(&office, mended.as_bytes(), MAPPING, &[]);
    assert!(
        ended
            .out
            .contains("Stellungnahmen: 1 neu, 1 geändert, 1 unverändert"),
        "{ended:?}"
    );
    let lines = std::fs::read_to_string(office.segment()).unwrap();
    let corrected = lines
        .lines()
        .find(|line| line.contains("review.corrected"))
        .unwrap();
    assert!(corrected.contains(r#""changed":["title"]"#), "{corrected}");
    // And with the words of another mapping, nothing changes that means the same.
    let renamed = mended.replace("Verein", "e. V.");
    let mapping = MAPPING.replace(
        "applicantType = \"Träger-Art\"",
        "applicantType = { column = \"Träger-Art\", values = { \"e. V.\" = \"ASSOCIATION\" } }",
    );
    let (size, root) = office.verified();
    let ended = reviews(&office, renamed.as_bytes(), &mapping, &[]);
    assert!(
        ended.out.contains("0 neu, 0 geändert, 3 unverändert"),
        "{ended:?}"
    );
    assert_eq!(office.verified(), (size, root));
}

#[test]
fn a_table_or_mapping_that_cannot_be_used_is_refused_at_once() {
    let office = Office::new();
    let refused = |table: &[u8], mapping: &str, code: i32, words: &str| {
        let ended = reviews(&office, table, mapping, &[]);
        assert_eq!(ended.code, code, "{words}: {ended:?}");
        assert!(ended.err.contains(words), "{words}: {ended:?}");
    };
    let table = TABLE.as_bytes();
    refused(table, "x", 2, "Zuordnung");
    refused(
        table,
        &MAPPING.replace("title", "titel"),
        2,
        "dieses Feld gibt es nicht; möglich sind title,",
    );
    refused(
        table,
        &MAPPING.replace("title = \"Projekt\"\n", ""),
        2,
        "in [fields] fehlt title (Projekt)",
    );
    refused(
        table,
        &MAPPING.replace("{ value", "{ wert"),
        2,
        "unknown field `wert`",
    );
    refused(
        b"a;b\n1;2\n",
        MAPPING,
        1,
        "Diese Überschriften fehlen in der Tabelle: „Eingang“, „Nr.“",
    );
    refused(b"", MAPPING, 1, "Gefunden wurden: keine");
    refused(
        &TABLE.replace("Summe\n1", "Projekt\n1").into_bytes(),
        &MAPPING.replace("\"Summe\"", "{ letter = \"E\" }"),
        1,
        "„Projekt“ steht in den Spalten C und E",
    );
    refused(&[0; 100], MAPPING, 1, "fehlen");
    refused(
        &b";".repeat(1_000_000),
        MAPPING,
        1,
        "mehr als 1.000 Spalten",
    );
}
