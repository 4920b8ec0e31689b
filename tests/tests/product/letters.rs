//! The letters of issued statements: what stands in them and what does not, that they stay the same, that
//! they are accessible, and who reads them. More than 400 lines: they share one review and its ways.

use querschnitt_tests::{App, Client, FileAnswer, Pdf, ServerOptions, download, upload};
use serde_json::{Value, json};

use crate::words::{LOGO, account, command, organisation, refusal, request, requested, unit, with};

/// A word that stands in every text of the office's own.
const INTERNAL: &str = "Aktenvermerk";

/// A review, whoever works on it, and whoever signs.
struct Work {
    officer: Client,
    head: Client,
    review: String,
}

impl Work {
    fn begun(app: &App, asked: &Value) -> Self {
        let officer = app.officer();
        let review = requested(&officer, asked);
        Self {
            head: app.with_role("KI_HEAD", "05711"),
            officer,
            review,
        }
    }

    fn does(&self, who: &Client, mutation: &str, input: Value) -> String {
        let input = with(input, &json!({ "commandId": command(), "id": self.review }));
        let payload = who.done(mutation, &input, "review { id }");
        payload["review"]["id"].as_str().unwrap().to_owned()
    }

    /// Assigned and scored, with notes that stay inside.
    fn looked_at(&self) {
        let reviewer = json!({ "reviewer": account(&self.officer) });
        self.does(&self.head, "assignReview", reviewer);
        let asked = json!({ "unit": unit(&self.head, "Jugendamt"), "question": INTERNAL });
        self.does(&self.officer, "askAdvice", asked);
        let advice = json!({ "advice": 1, "outcome": "NOT_SUPPORTED", "text": INTERNAL });
        self.does(&self.officer, "giveAdvice", advice);
        self.does(&self.officer, "completeStep", json!({ "check": "FORMAL" }));
        let scores = json!({ "scores": [
            { "criterion": "NEED", "score": 3, "note": INTERNAL },
            { "criterion": "DATA_PROTECTION" },
        ] });
        self.does(&self.officer, "scoreReview", scores);
    }

    fn drafted(&self, draft: Value) {
        self.does(&self.officer, "draftStatement", draft);
    }

    fn issued(&self) {
        self.does(&self.head, "signStatement", json!({}));
        self.does(&self.officer, "issueStatement", json!({}));
    }

    fn letter(&self, which: &str) -> FileAnswer {
        download(&self.officer, &path(&self.review, which))
    }

    fn pdf(&self, which: &str) -> Vec<u8> {
        let answer = self.letter(which);
        assert_eq!(answer.status, 200, "{:#}", answer.json());
        assert!(answer.body.starts_with(b"%PDF-1.7"));
        answer.body
    }

    fn read(&self, selection: &str) -> Value {
        let query = format!("query($id: ID!) {{ projectReview(id: $id) {{ {selection} }} }}");
        self.officer.ask(&query, &json!({ "id": self.review }))["projectReview"].take()
    }
}

fn path(review: &str, which: &str) -> String {
    format!("/reviews/{review}/letters/{which}")
}

fn draft() -> Value {
    json!({
        "outcome": "SUPPORTED_WITH_CONDITIONS",
        "text": "Der Bedarf ist belegt.\n\nAuflage: Die Kinderbetreuung ist zu sichern.",
        "recipient": "Bezirksregierung Arnsberg\nDezernat 36\n59821 Arnsberg",
    })
}

/// Sets parts of the letterhead of Bielefeld.
fn set_letterhead(head: &Client, parts: Value) -> Value {
    let input = with(parts, &json!({ "commandId": command(), "centre": "05711" }));
    head.send("setLetterhead", &input, "letterhead { office version }")
}

fn letterhead(app: &App) {
    let parts = json!({
        "authority": "Stadt Bielefeld · Der Oberbürgermeister",
        "address": "Niederwall 23\n33602 Bielefeld", "phone": "0521 51-0",
        "email": "integration@bielefeld.example", "web": "bielefeld.example/ki", "headFunction": "Leiterin",
        "logo": { "content": LOGO, "description": "Wappen der Stadt Bielefeld" },
    });
    let payload = set_letterhead(&app.with_role("ADMINISTRATION", "05711"), parts);
    assert_eq!(payload["errors"], json!([]));
}

#[test]
fn the_letter_says_what_goes_out_and_nothing_of_the_offices_own() {
    let app = App::start();
    letterhead(&app);
    let mso = organisation(
        &app.officer(),
        "Bildungsbrücke Şükran e. V.",
        "MIGRANT_ORG",
        &[],
    );
    let asked = with(
        request(),
        &json!({
            "title": "Mitten im Viertel", "applicant": mso, "applicantName": null, "programme": "KOMM_AN_III",
            "requestedCents": 1_234_560, "reference": "36.02-17/26", "note": INTERNAL,
            "unit": unit(&app.with_role("KI_HEAD", "05711"), "50.2 Integration"),
        }),
    );
    let work = Work::begun(&app, &asked);
    work.looked_at();
    let head = account(&work.head);
    let other = app.with_role("KI_OFFICER", "05711");
    work.does(&other, "declareConflict", json!({ "reason": INTERNAL }));
    work.drafted(draft());
    work.issued();
    let Some(pdf) = Pdf::open(&work.pdf("1")) else {
        return;
    };
    let text = pdf.text();
    for stands in [
        "Stadt Bielefeld · Der Oberbürgermeister Kommunales Integrationszentrum Bielefeld",
        "Kommunales Integrationszentrum Bielefeld · Niederwall 23 · 33602 Bielefeld",
        "Bezirksregierung Arnsberg Dezernat 36 59821 Arnsberg",
        "36.02-17/26",
        "2. März 2026",
        "0521 51-0",
        "bielefeld.example",
        "Stellungnahme zum Projektvorhaben „Mitten im Viertel“",
        "Bildungsbrücke Şükran e. V.",
        "Migrantenorganisation",
        "KOMM-AN NRW Programmteil III",
        "12.345,60 €",
        "Votum ab: befürwortet mit Auflagen/",
        "Auflage: Die Kinderbetreuung ist zu sichern.",
        "Bedarf im Sozialraum",
        "3 von 4",
        "trifft nicht zu",
        "Leiterin",
        "Vier-Augen-Prinzip",
        "Seite 1 von",
    ] {
        assert!(
            text.contains(stands),
            "{stands} is not in the letter:\n{text}"
        );
    }
    for inside in [INTERNAL, "Jugendamt", "50.2 Integration", &head, "ENTWURF"] {
        assert!(!text.contains(inside), "{inside} went out:\n{text}");
    }
    insta::assert_snapshot!("letter_tags", without_what_changes(&pdf.tags()));
}

/// Tags and words only, without the reference (the end of a random id) and today's date.
fn without_what_changes(tags: &str) -> String {
    let today = [2026, 2027, 2028, 2029].map(|year| format!(" {year}\""));
    let lines = tags
        .lines()
        .filter(|line| !line.trim_start().starts_with('/'));
    let lines = lines.map(|line| {
        let line = line.replace('\u{A0}', " ").trim_end().to_owned();
        if line.contains("KI-05711-") {
            "        [reference]".to_owned()
        } else if line.contains("gezeichnet am") {
            "    [signed]".to_owned()
        } else if today.iter().any(|year| line.ends_with(year)) && !line.contains("März") {
            "        [today]".to_owned()
        } else {
            line
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_letter_is_accessible_by_the_word_of_others() {
    let app = App::start();
    letterhead(&app);
    let work = Work::begun(&app, &request());
    work.looked_at();
    work.drafted(draft());
    let Some(preview) = Pdf::open(&work.pdf("draft")) else {
        return;
    };
    work.issued();
    let letter = Pdf::open(&work.pdf("1")).unwrap();
    for pdf in [&preview, &letter] {
        assert_eq!(pdf.faults(), Vec::<String>::new());
        let about = pdf.about();
        assert!(
            about.lines().any(|line| line == "Tagged:          yes"),
            "{about}"
        );
        let tags = pdf.tags();
        for tag in [
            "H1", "H2", "Table", "THead", "TH", "TD", "Figure", "L ", "Lbl", "LBody",
        ] {
            assert!(
                tags.lines().any(|line| line.trim_start().starts_with(tag)),
                "{tag}\n{tags}"
            );
        }
    }
    let text = preview.text();
    assert!(
        text.contains("ENTWURF: Stellungnahme zum Projektvorhaben"),
        "{text}"
    );
    assert!(text.contains("noch nicht gezeichnet"), "{text}");
}

#[test]
fn a_letter_stays_the_same_whatever_comes_later() {
    let tokyo = ["TZ=Asia/Tokyo", "LANG=tr_TR.UTF-8", "LC_ALL=tr_TR.UTF-8"];
    let environment = tokyo.map(|setting| {
        let (name, value) = setting.split_once('=').unwrap();
        (name.to_owned(), value.to_owned())
    });
    let mut app = App::start_with(ServerOptions {
        environment: environment.into(),
        ..ServerOptions::default()
    });
    letterhead(&app);
    let mso = organisation(&app.officer(), "Brücke e. V.", "MIGRANT_ORG", &[]);
    let asked = with(
        request(),
        &json!({ "applicant": mso, "applicantName": null }),
    );
    let work = Work::begun(&app, &asked);
    work.looked_at();
    work.drafted(draft());
    work.issued();
    let letter = work.pdf("1");
    assert!(
        work.pdf("1") == letter,
        "the same process made it otherwise"
    );

    let corrected = json!({ "title": "Ein anderer Titel", "reason": "Tippfehler" });
    work.does(&work.head, "correctReview", corrected);
    let renamed = json!({ "commandId": command(), "id": mso, "name": "Tor e. V." });
    work.officer
        .done("renameOrganisation", &renamed, "organisation { id }");
    let new_head = json!({ "office": "KI Bielefeld, neu", "phone": null, "logo": null });
    assert_eq!(set_letterhead(&work.head, new_head)["errors"], json!([]));
    let decided = json!({ "decision": "APPROVED", "decidedOn": "2026-05-04" });
    work.does(&work.officer, "recordFundingDecision", decided);
    let newer = work.does(
        &work.officer,
        "supersedeStatement",
        json!({ "reason": "Betrag" }),
    );
    assert!(work.pdf("1") == letter, "a later event changed the letter");

    app.stop();
    let other = App::start_on(app.data());
    let officer = work.officer.at(other.url());
    let again = download(&officer, &path(&work.review, "1"));
    assert!(again.body == letter, "another process made it otherwise");

    let newer = Work {
        officer,
        head: work.head.at(other.url()),
        review: newer,
    };
    newer.looked_at();
    newer.drafted(json!({ "outcome": "SUPPORTED" }));
    newer.issued();
    let Some(pdf) = Pdf::open(&newer.pdf("1")) else {
        return;
    };
    let text = pdf.text();
    for stands in [
        "KI Bielefeld, neu",
        "„Ein anderer Titel“",
        "Tor e. V.",
        "Dies ist die 2. Fassung; sie ersetzt die Stellungnahme vom",
        "Bewilligungsbehörde (Bezirksregierung)",
    ] {
        assert!(
            text.contains(stands),
            "{stands} is not in the letter:\n{text}"
        );
    }
    assert!(!text.contains("0521 51-0"), "{text}");
    let retracted = json!({ "commandId": command(), "id": newer.review, "reason": "doppelt" });
    newer
        .head
        .done("retractReview", &retracted, "review { id }");
    assert_eq!(
        newer.letter("1").status,
        200,
        "a retracted review keeps its letters"
    );
}

#[test]
fn each_statement_has_its_letter_and_the_draft_its_preview() {
    let app = App::start();
    let work = Work::begun(&app, &request());
    let paths =
        "draft { recipient letterPath } statement { letterPath } interimStatements { letterPath }";
    work.looked_at();
    assert_eq!(
        (work.letter("draft").status, work.letter("1").status),
        (404, 404)
    );
    work.drafted(json!({ "outcome": "REVISION_REQUESTED", "text": "Bitte die Ziele nennen." }));
    assert_eq!(
        work.read(paths)["draft"]["letterPath"],
        path(&work.review, "draft")
    );
    work.issued();
    assert_eq!(work.letter("draft").status, 404);
    let interim = work.pdf("1");
    work.does(&work.officer, "receiveClarification", json!({}));
    work.drafted(draft());
    let read = work.read(paths);
    assert_eq!(read["draft"]["recipient"], draft()["recipient"]);
    work.issued();
    let read = work.read(paths);
    assert_eq!(
        read["interimStatements"][0]["letterPath"],
        path(&work.review, "1")
    );
    assert_eq!(read["statement"]["letterPath"], path(&work.review, "2"));
    assert_eq!(read["draft"]["letterPath"], Value::Null);
    assert!(work.pdf("1") == interim);
    assert_ne!(work.pdf("2"), interim);
    assert_eq!(work.letter("3").status, 404);
    let header = work.letter("2").headers;
    let of = |name: &str| header.get(name).map(String::as_str);
    assert_eq!(of("content-type"), Some("application/pdf"));
    assert_eq!(of("cache-control"), Some("no-store"));
    assert_eq!(of("x-content-type-options"), Some("nosniff"));
    let Some(pdf) = Pdf::open(&interim) else {
        return;
    };
    let text = pdf.text();
    assert!(text.contains("Diese Stellungnahme ist vorläufig"), "{text}");
    assert!(text.contains("Bitte die Ziele nennen."), "{text}");
}

#[test]
fn letters_are_for_those_who_may_read_texts_of_the_own_centre() {
    let app = App::start();
    let work = Work::begun(&app, &request());
    work.looked_at();
    work.drafted(draft());
    work.issued();
    let place = path(&work.review, "1");
    let status = |client: &Client| download(client, &place).status;
    assert_eq!(status(&work.head), 200);
    assert_eq!(status(&app.with_role("KIM_COORDINATOR", "05711")), 200);
    assert_eq!(status(&app.with_role("ADMINISTRATION", "05711")), 403);
    assert_eq!(status(&app.anonymous()), 401);
    let foreign = download(&app.with_role("KI_OFFICER", "05774"), &place);
    let nobody = format!("{}AAAAAAAA{}", &work.review[..6], &work.review[14..]);
    let missing = download(&work.officer, &path(&nobody, "1"));
    assert_eq!((foreign.status, missing.status), (404, 404));
    assert_eq!(foreign.body, missing.body);
    for which in ["0", "2", "-1", "x", "1.pdf", "99999999999999999999", "%00"] {
        assert_eq!(work.letter(which).status, 404, "{which}");
    }
    assert_eq!(upload(&work.officer, &place, &[], b"x").status, 405);
    let foreign = app.with_role("KI_HEAD", "05774");
    let query = "{ viewer { centre { letterhead { office } } } }";
    letterhead(&app);
    let read = foreign.ask(query, &json!({}));
    assert_eq!(read["viewer"]["centre"]["letterhead"], Value::Null);
    let read = work.officer.ask(query, &json!({}));
    assert_ne!(read["viewer"]["centre"]["letterhead"], Value::Null);
}

#[test]
fn hostile_texts_are_printed_and_never_obeyed() {
    let app = App::start();
    let evil = "#panic(\"x\") #eval(\"1\") #read(\"/etc/passwd\") $x^2$ \\ *a* _b_ `c` @ref <l> // /* ] } \"";
    let mut address = evil.to_owned();
    address.truncate(49);
    let parts =
        json!({ "office": evil, "address": format!("{address}\n#x\n$"), "headFunction": "#x" });
    let head = app.with_role("KI_HEAD", "05711");
    assert_eq!(set_letterhead(&head, parts)["errors"], json!([]));
    let texts = [
        evil.to_owned(),
        (0..4_000).map(|number| format!("{number:05}")).collect(),
        "Олександр Ελένη Nguyễn مركز עברית ትግርኛ e\u{301}\u{200F}a\u{200E}\u{200D} 👩‍👩‍👧 中文"
            .to_owned(),
        "\u{301}\u{301}\u{301}".to_owned() + &"\u{E000}\u{FFFF}\u{10FFFF}".repeat(300),
        (0..1_600)
            .map(|number| format!("Zeile {number}\n"))
            .collect(),
        "\u{200B}".repeat(5_000) + "a" + &"\u{AD}".repeat(5_000),
    ];
    for (index, text) in texts.iter().enumerate() {
        let asked = with(
            request(),
            &json!({ "title": if index == 0 { evil } else { "Elterncafé" }, "applicantName": evil, "reference": evil }),
        );
        let work = Work::begun(&app, &asked);
        work.looked_at();
        work.drafted(with(draft(), &json!({ "text": text })));
        let pdf = work.pdf("draft");
        let Some(pdf) = Pdf::open(&pdf) else {
            continue;
        };
        assert_eq!(pdf.faults(), Vec::<String>::new(), "text {index}");
        let printed = pdf.text();
        let words = printed.replace('\u{200B}', "");
        assert!(words.contains("#panic(\"x\")"), "text {index}: {printed}");
        match index {
            1 => {
                let lost = (0..4_000).find(|number| !words.contains(&format!("{number:05}")));
                assert_eq!(lost, None, "part of a word without end is not printed");
            }
            2 => {
                for stands in ["Олександр", "Ελένη", "Nguyễn", "ትግርኛ", "U+4E2D", "U+1F467"]
                {
                    assert!(printed.contains(stands), "{stands}: {printed}");
                }
            }
            4 => assert_eq!(words.matches("Zeile").count(), 1_600),
            _ => {}
        }
    }
}

#[test]
fn a_letterhead_that_cannot_be_is_refused() {
    let app = App::start();
    let head = app.with_role("KI_HEAD", "05711");
    let refused = |parts: Value| refusal(&set_letterhead(&head, parts));
    let pair = |code: &str, field: &str| (code.to_owned(), field.to_owned());
    let logo = |content: &str| json!({ "logo": { "content": content, "description": "Wappen" } });
    let content = "logo.content";
    assert_eq!(refused(logo("kein Base64!")), pair("MALFORMED", content));
    // <svg/>, and the beginning of the logo without its picture.
    assert_eq!(refused(logo("PHN2Zy8+")), pair("MALFORMED", content));
    assert_eq!(refused(logo(&LOGO[..200])), pair("MALFORMED", content));
    assert_eq!(
        refused(logo(&"A".repeat(180_000))),
        pair("TOO_MANY", content)
    );
    assert_eq!(
        refused(json!({ "email": "niemand" })),
        pair("MALFORMED", "email")
    );
    assert_eq!(
        refused(json!({ "address": "1\n2\n3\n4\n5" })),
        pair("TOO_MANY", "address")
    );
    assert_eq!(
        refused(json!({ "office": "x".repeat(101) })),
        pair("TEXT_TOO_LONG", "office")
    );
    let officer = set_letterhead(&app.officer(), logo(LOGO));
    assert_eq!(refusal(&officer).0, "NOT_ALLOWED");
    let query = "{ viewer { centre { letterhead { office logo { size description } version } } } }";
    let read = || head.ask(query, &json!({}))["viewer"]["centre"]["letterhead"].take();
    assert_eq!(read(), Value::Null);
    assert_eq!(set_letterhead(&head, logo(LOGO))["errors"], json!([]));
    assert_eq!(
        read(),
        json!({ "office": null, "logo": { "size": 389, "description": "Wappen" }, "version": 1 })
    );
}
