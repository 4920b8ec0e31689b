//! Tables as offices keep them, and what becomes of their rows. Over 400 lines: one table for each
//! thing that can stand in a row.

use crate::support::{Ended, Office};

/// A mapping for the reviews of these tests.
pub(crate) const MAPPING: &str = r#"
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
pub(crate) fn reviews(office: &Office, table: &[u8], mapping: &str, more: &[&str]) -> Ended {
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
    assert!(!office.data().exists(), "a dry run left a folder behind");
    let done = reviews(&office, TABLE.as_bytes(), MAPPING, &[]);
    assert!(tried.err.contains("Abgelehnt würden 3"), "{tried:?}");
    assert!(done.err.contains("Abgelehnt wurden 3"), "{done:?}");
    for ended in [&tried, &done] {
        // Scripts see that not all of the table was taken.
        assert_eq!(ended.code, 1, "{ended:?}");
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
    assert_eq!(reviews(&office, TABLE.as_bytes(), MAPPING, &[]).code, 1);
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
    let (size, _) = office.verified();
    let again = || {
        let ended = reviews(&office, renamed.as_bytes(), &mapping, &[]);
        assert!(
            ended.out.contains("0 neu, 0 geändert, 3 unverändert"),
            "{ended:?}"
        );
        office.verified()
    };
    // That the source was seen with other words (in two of three rows) is remembered once.
    let seen = again();
    assert_eq!(seen.0, size + 2);
    assert_eq!(again(), seen);
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
    refused(
        table,
        "x",
        2,
        "Zeile 1, Zeichen 2: das ist keine gültige Schreibweise",
    );
    refused(
        table,
        &MAPPING.replace("source = \"Antragsliste\"\n", ""),
        2,
        "es fehlt der Name der Liste",
    );
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
        "[fields] requester: „wert“ gibt es hier nicht; möglich sind column,",
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

const KINDS: [(&str, &str); 4] = [
    ("reviews", "Stellungnahmen"),
    ("consultations", "Beratungen"),
    ("meetings", "Sitzungen"),
    ("organisations", "Organisationen"),
];

#[test]
fn a_template_comes_in_as_it_is_and_is_not_overwritten() {
    let office = Office::new();
    let mut expected = 0;
    for (kind, plural) in KINDS {
        let path = office.beside(&format!("{kind}.csv"));
        let (table, mapping) = (path.to_str().unwrap(), path.with_extension("toml"));
        let mapping = mapping.to_str().unwrap();
        office.done(&["import", kind, table, "--template"]);
        assert_eq!(office.run(&["import", kind, table, "--template"]).code, 1);
        // Without a name lists of two years would be taken for one.
        let nameless = office.run(&["import", kind, table, "--centre", "05711"]);
        assert_eq!(nameless.code, 2, "{nameless:?}");
        assert!(
            nameless.err.contains("es fehlt der Name der Liste"),
            "{nameless:?}"
        );
        let import = ["import", kind, table, "--centre", "05711", "--source", kind];
        // Without a mapping the one of the template counts.
        let tried = office.done(&[&import[..], &["--dry-run"]].concat());
        let done = office.done(&[&import[..], &["--mapping", mapping]].concat());
        for ended in [&tried, &done] {
            let line = format!("{plural}: 1 neu, 0 geändert, 0 unverändert");
            assert!(ended.out.contains(&line), "{kind}: {ended:?}");
            assert!(!ended.err.contains("nicht übernommen"), "{ended:?}");
            assert_eq!(ended.count("Abgelehnt:"), 0, "{ended:?}");
        }
        assert!(tried.out.contains("neu: "), "{tried:?}");
        let (size, root) = office.verified();
        assert!(size > expected, "{kind} recorded nothing");
        expected = size;
        office.done(&import);
        assert_eq!(office.verified(), (size, root), "{kind}");
    }
}

/// Imports a table with the mapping of the template.
fn import(office: &Office, kind: &str, table: &str) -> Ended {
    let path = office.beside("tabelle.csv");
    std::fs::write(&path, table).unwrap();
    let table = path.to_str().unwrap();
    office.run(&[
        "import", kind, table, "--centre", "05711", "--source", "Liste",
    ])
}

/// A table of the template with one column changed.
fn template(office: &Office, kind: &str, changes: &[(&str, &str)]) -> String {
    let path = office.beside(&format!("{kind}-vorlage.csv"));
    if !path.exists() {
        office.done(&["import", kind, path.to_str().unwrap(), "--template"]);
    }
    let mut text = std::fs::read_to_string(path).unwrap();
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    text
}

#[test]
fn what_the_book_refuses_is_named_by_its_cell() {
    let office = Office::new();
    for (kind, changes, line) in [
        (
            "reviews",
            [("28.06.2024", "01.06.2024")],
            "Zeile 2, Spalte K „Frist“: ",
        ),
        (
            "consultations",
            [(";45;", ";1441;")],
            "Zeile 2, Spalte E „Dauer (Minuten)“: ",
        ),
        (
            "consultations",
            [("03.06.2024", "03.06.2124")],
            "Zeile 2, Spalte B „Datum“: ",
        ),
        (
            "meetings",
            [("03.06.2024 19:00", "03.06.2024 16:00")],
            "Zeile 2, Spalte D „Ende“: ",
        ),
        (
            "organisations",
            [("05711000", "4711")],
            "Zeile 2, Spalte E „Gemeindeschlüssel“: ",
        ),
        (
            "meetings",
            [("nein;;", "nein;4711: 2 (Vorstand);")],
            "Zeile 2, Spalte J „Teilnehmende“: ",
        ),
        (
            "meetings",
            [("nein;;", "ja;;")],
            "Zeile 2, Spalte K „Weitere Teilnehmende“: ",
        ),
        (
            "reviews",
            [("Brücke e. V.;;", "Brücke e. V.;4711;")],
            "Zeile 2, Spalte G „Träger Nr.“: ",
        ),
    ] {
        let ended = import(&office, kind, &template(&office, kind, &changes));
        assert_eq!(ended.code, 1, "{ended:?}");
        assert!(
            ended.out.contains(&format!("abgelehnt: {line}")),
            "{kind}: {ended:?}"
        );
        assert_eq!(ended.count("Abgelehnt:"), 1);
    }
}

#[test]
fn consultations_name_organisations_by_the_keys_of_their_table() {
    let office = Office::new();
    let advised = template(
        &office,
        "consultations",
        &[("Beratungsleistung;;", "Beratungsleistung;2024-017;")],
    );
    let before = import(&office, "consultations", &advised);
    assert!(
        before.out.contains("Spalte J „Organisationen“"),
        "{before:?}"
    );
    assert_eq!(
        import(
            &office,
            "organisations",
            &template(&office, "organisations", &[])
        )
        .code,
        0
    );
    let after = import(&office, "consultations", &advised);
    assert!(after.out.contains("Beratungen: 1 neu"), "{after:?}");
    // Applicants and participants, too.
    let applied = [("Brücke e. V.;;", "Brücke e. V.;2024-017;")];
    let met = [("nein;;", "nein;2024-017: 3 (Vorstand);")];
    for (kind, changes, line) in [
        ("reviews", applied, "Stellungnahmen: 1 neu"),
        ("meetings", met, "Sitzungen: 1 neu"),
    ] {
        let ended = import(&office, kind, &template(&office, kind, &changes));
        assert_eq!(ended.code, 0, "{ended:?}");
        assert!(ended.out.contains(line), "{ended:?}");
    }
    let log = std::fs::read_to_string(office.segment()).unwrap();
    assert!(
        log.contains("\"head_count\":3") && log.contains("\"applicant\":\""),
        "{log}"
    );
}

#[test]
fn a_running_server_takes_a_table_in() {
    let office = Office::new();
    let server = office.serve(&[]);
    let table = template(&office, "meetings", &[]);
    let first = import(&office, "meetings", &table);
    assert!(first.out.contains("Sitzungen: 1 neu"), "{first:?}");
    let moved = import(&office, "meetings", &table.replace("Saal 2", "Saal 3"));
    assert!(
        moved.out.contains("Sitzungen: 0 neu, 1 geändert"),
        "{moved:?}"
    );
    let query =
        "{ networkMeetings(first: 5) { nodes { place agenda { number title } network { name }
        results otherHeadCount minutesApprovedOn } }
        agreements(first: 5) { nodes { subject dueOn meeting { date } } } }";
    let answer = server.ask(&office.token(), query);
    let agreements = &answer["data"]["agreements"]["nodes"];
    assert_eq!(agreements.as_array().unwrap().len(), 1, "{answer}");
    assert_eq!(agreements[0]["subject"], "Flyer übersetzen");
    assert_eq!(agreements[0]["dueOn"], "2024-09-30");
    assert_eq!(agreements[0]["meeting"]["date"], "2024-06-03");
    let meeting = &answer["data"]["networkMeetings"]["nodes"][0];
    assert_eq!(meeting["place"], "Rathaus, Saal 3", "{answer}");
    assert_eq!(meeting["network"]["name"], "Arbeitskreis Schule");
    assert_eq!(meeting["agenda"][1]["number"], "2");
    assert_eq!(meeting["agenda"][1]["title"], "Verschiedenes");
    assert_eq!(meeting["otherHeadCount"], 12);
    assert_eq!(meeting["minutesApprovedOn"], "2024-07-01");
    assert_eq!(
        meeting["results"],
        "Der Arbeitskreis tagt künftig monatlich."
    );
}

/// A long table of each kind with its mapping, and how many events a row leads to.
fn long_table(kind: &str, rows: u64) -> (String, String, u64) {
    let (headings, row, fields, events): (_, fn(u64) -> String, _, _) = match kind {
        "organisations" => (
            "Name;Organisationsart",
            |n| format!("Verein {n};Migrantenorganisation"),
            "name = \"Name\"\nkind = \"Organisationsart\"\n",
            1,
        ),
        "consultations" => (
            "Datum;Dauer",
            |n| format!("{:02}.06.2024;{}", n % 28 + 1, n % 90 + 1),
            "occurredOn = \"Datum\"\ntype = { value = \"PROFESSIONAL\" }\nmode = { value = \"PHONE\" }\ndurationMinutes = \"Dauer\"\ntargetGroup = { value = \"SCHOOL\" }\nactionAreas = { value = \"EDU_SCHOOL\" }\n",
            1,
        ),
        "meetings" => (
            "Gremium;Beginn",
            |n| format!("Arbeitskreis {};{:02}.06.2024 17:00", n % 3, n % 28 + 1),
            "network = \"Gremium\"\ndate = \"Beginn\"\n",
            1,
        ),
        _ => (
            "Eingang;Projekt;Schritt;Stelle",
            |n| {
                format!(
                    "{:02}.06.2024;Projekt {n};30.06.2024 10:00;50.{}",
                    n % 28 + 1,
                    n % 5
                )
            },
            "receivedOn = \"Eingang\"\ntitle = \"Projekt\"\nrequester = { value = \"MINISTRY\" }\napplicantType = { value = \"ASSOCIATION\" }\n[step]\ncompletedAt = \"Schritt\"\nunit = { column = \"Stelle\", declare = true }\n",
            2,
        ),
    };
    let mut table = format!("Nr.;{headings}\n");
    for number in 1..=rows {
        table.push_str(&format!("{number};{}\n", row(number)));
    }
    let mapping = format!("source = \"v\"\nkey = \"Nr.\"\n[fields]\n{fields}");
    (table, mapping, events)
}

#[test]
fn an_interrupted_import_goes_on() {
    for (kind, plural) in KINDS {
        interrupted(kind, plural);
    }
}

fn interrupted(kind: &str, plural: &str) {
    const ROWS: u64 = 2_000;
    let office = Office::new();
    let (table, mapping, events) = long_table(kind, ROWS);
    std::fs::write(office.beside("t.csv"), table).unwrap();
    std::fs::write(office.beside("t.toml"), mapping).unwrap();
    let (table, mapping) = (office.beside("t.csv"), office.beside("t.toml"));
    let arguments = [
        "import",
        kind,
        table.to_str().unwrap(),
        "--centre",
        "05711",
        "--mapping",
        mapping.to_str().unwrap(),
    ];
    let mut child = office
        .command(&arguments)
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let lines = || {
        let log = office.data().join("log");
        if !log.is_dir() {
            return 0;
        }
        std::fs::read_dir(log)
            .unwrap()
            .filter_map(|file| std::fs::read(file.unwrap().path()).ok())
            .map(|bytes| bytes.iter().filter(|byte| **byte == b'\n').count())
            .sum::<usize>()
    };
    while lines() < 200 {
        assert!(
            child.try_wait().unwrap().is_none(),
            "it was faster than the test"
        );
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let ended = office.done(&arguments);
    let recorded = ended.count(&format!("{plural}:"));
    assert!(recorded > 0 && recorded < ROWS, "{ended:?}");
    let line = format!(
        "{plural}: {recorded} neu, 0 geändert, {} unverändert",
        ROWS - recorded
    );
    assert!(ended.out.contains(&line), "{ended:?}");
    // The bodies of the meetings are three, the units of the steps five.
    let before = match kind {
        "meetings" => 3,
        "reviews" => 5,
        _ => 0,
    };
    assert_eq!(office.verified().0, ROWS * events + before);
}

#[test]
fn staff_and_texts_stay_out_of_the_log() {
    let office = Office::new();
    let table = "Nr.;Eingang;Projekt;Träger-Art;Summe;Bearbeiterin\n7;03.06.2024;Markertext;Verein;5;Erika Muster\n";
    let ended = reviews(&office, table.as_bytes(), MAPPING, &[]);
    assert!(
        ended
            .err
            .contains("nicht übernommen: Spalte F „Bearbeiterin“"),
        "{ended:?}"
    );
    for file in ["log", "vault"] {
        for found in std::fs::read_dir(office.data().join(file)).unwrap() {
            let bytes = std::fs::read(found.unwrap().path()).unwrap_or_default();
            let text = String::from_utf8_lossy(&bytes);
            assert!(
                !text.contains("Markertext") && !text.contains("Erika"),
                "{file}"
            );
        }
    }
}

#[test]
fn steps_count_in_the_order_of_their_time() {
    let office = Office::new();
    let mapping = format!(
        "{MAPPING}[step]\ncompletedAt = \"Schritt\"\nunit = {{ column = \"Stelle\", declare = true }}\n"
    );
    let table = "Nr.;Eingang;Projekt;Träger-Art;Summe;Schritt;Stelle\n\
        1;03.06.2024;P;Verein;;05.06.2024 10:00;B\n\
        1;;;;;04.06.2024 10:00;A\n\
        1;;;;;05.06.2024 10:00;C\n\
        2;03.06.2024;Q;Verein;;04.06.2024;a@b.de\n\
        3;03.06.2024;R;Verein;;04.06.2024;A\n\
        3;03.06.2024;anders;Verein;;31.12.2124;A\n";
    let ended = reviews(&office, table.as_bytes(), &mapping, &[]);
    assert!(ended.out.contains("Stellungnahmen: 1 neu"), "{ended:?}");
    assert_eq!(ended.count("Arbeitsschritte der neuen Stellungnahmen:"), 3);
    assert!(
        ended.out.contains("Zeile 5, Spalte G „Stelle“"),
        "{ended:?}"
    );
    assert!(
        ended
            .out
            .contains("Zeile 7, Spalte C „Projekt“: steht in Zeile 6"),
        "{ended:?}"
    );
    let log = std::fs::read_to_string(office.segment()).unwrap();
    let units: Vec<&str> = log
        .lines()
        .filter_map(|line| line.split_once("\"unit\":\"")?.1.split('"').next())
        .collect();
    // Declared as the table names them, which is not the order in which they did something.
    let [b, a, c, steps @ ..] = units.as_slice() else {
        panic!("{units:?}")
    };
    let of = |unit: &str| format!("unit:{unit}");
    assert_eq!(steps, [of(a), of(b), of(c)]);
    assert!(
        ended
            .out
            .contains("Organisationseinheiten eingetragen: B, A, C"),
        "{ended:?}"
    );
}

#[test]
fn a_cell_that_names_no_declared_unit_is_refused_by_its_place() {
    let office = Office::new();
    let step = "[step]\ncompletedAt = \"Schritt\"\nunit = \"Stelle\"\n";
    let declared =
        format!("{MAPPING}{step}[units]\n\"JA\" = \"Jugendamt\"\n\"Fremd\" = \"Niemand\"\n");
    let table = "Nr.;Eingang;Projekt;Träger-Art;Summe;Schritt;Stelle\n\
        1;03.06.2024;P;Verein;;05.06.2024 10:00;ja\n\
        2;03.06.2024;Q;Verein;;05.06.2024 10:00;Müller, Erika\n\
        3;03.06.2024;R;Verein;;05.06.2024 10:00;\n";
    let tried = reviews(&office, table.as_bytes(), &declared, &["--dry-run"]);
    let ended = reviews(&office, table.as_bytes(), &declared, &[]);
    for ended in [&tried, &ended] {
        assert!(ended.out.contains("Stellungnahmen: 2 neu"), "{ended:?}");
        assert!(
            ended
                .out
                .contains("Organisationseinheiten eingetragen: Jugendamt\n"),
            "{ended:?}"
        );
        let place = "Zeile 3, Spalte G „Stelle“: „Müller, Erika“ ist keine Organisationseinheit des Zentrums (eingetragen sind: Jugendamt)";
        assert!(ended.out.contains(place), "{ended:?}");
    }
    // What the register holds is met by its name, too, also without a mapping that declares it.
    let known = table
        .replace(";ja\n", ";jugendamt\n")
        .replace("1;03", "4;03");
    let bare = format!("{MAPPING}{step}");
    let ended = reviews(&office, known.as_bytes(), &bare, &[]);
    assert!(ended.out.contains("Stellungnahmen: 1 neu"), "{ended:?}");
    assert!(
        !ended.out.contains("Organisationseinheiten eingetragen"),
        "{ended:?}"
    );
    let wrong = declared.replace("\"Niemand\"", "\"a@b.de\"");
    let ended = reviews(&office, table.as_bytes(), &wrong, &[]);
    assert!(ended.err.contains("[units] Fremd"), "{ended:?}");
    let elsewhere = format!("{MAPPING}note = {{ column = \"Summe\", declare = true }}\n");
    let ended = reviews(&office, table.as_bytes(), &elsewhere, &[]);
    assert!(ended.err.contains("declare gibt es nur bei"), "{ended:?}");
    let log = std::fs::read_to_string(office.segment()).unwrap();
    for name in ["Jugendamt", "jugendamt", "ller, E", "Niemand"] {
        assert!(!log.contains(name), "{name} stands in the log");
    }
}

#[test]
fn only_what_changed_in_a_row_counts_as_changed() {
    let office = Office::new();
    for kind in ["consultations", "organisations"] {
        import(&office, kind, &template(&office, kind, &[]));
    }
    let longer = template(&office, "consultations", &[(";45;", ";60;")]);
    assert!(
        import(&office, "consultations", &longer)
            .out
            .contains("1 geändert")
    );
    let other = template(
        &office,
        "organisations",
        &[("Migrantenorganisation", "Stiftung")],
    );
    assert!(
        import(&office, "organisations", &other)
            .out
            .contains("1 geändert")
    );
    let log = std::fs::read_to_string(office.segment()).unwrap();
    assert!(log.contains(r#""changed":["durationMinutes"]"#), "{log}");
    assert!(log.contains(r#""changed":["kind"]"#), "{log}");
    assert!(!log.contains("organisation.renamed"), "{log}");
}
