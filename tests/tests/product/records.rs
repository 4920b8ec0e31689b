//! The life of records: recorded, corrected, retracted, linked; meetings and agreements.

use querschnitt_tests::App;
use serde_json::json;

use crate::words::{command, consultation, network, organisation, recorded, refusal, with};

#[test]
fn a_consultation_needs_only_what_an_office_always_knows() {
    let app = App::start();
    let office = app.officer();
    let payload = office.done(
        "recordConsultation",
        &consultation(),
        "consultation { id version occurredOn type durationMinutes actionAreas retracted centre { name } }",
    );
    assert_eq!(payload["consultation"]["type"], "PROFESSIONAL");
    assert_eq!(payload["consultation"]["centre"]["name"], "Bielefeld");
    assert_eq!(payload["consultation"]["version"], 1);
}

#[test]
fn codes_are_taken_as_literals_and_as_strings() {
    let app = App::start();
    let answer = app.officer().ask(
        r#"mutation { recordConsultation(input: {
            commandId: "7d444840-9dc0-4f3c-8a3e-0c6d5f2a1b10", centre: "05711", occurredOn: "2026-03-10",
            type: PROFESSIONAL, mode: "PHONE", durationMinutes: 45, targetGroup: MIGRANT_ORG,
            actionAreas: [X_PARTICIPATION, "X_WORK"] }) { consultation { actionAreas } errors { code } } }"#,
        &json!({}),
    );
    let areas = &answer["recordConsultation"]["consultation"]["actionAreas"];
    assert_eq!(areas.as_array().map(Vec::len), Some(2));
}

#[test]
fn a_correction_keeps_the_history_and_as_of_shows_what_was_known() {
    let app = App::start();
    let office = app.officer();
    let (id, before) = recorded(&office, &consultation());
    let corrected = office.done(
        "correctConsultation",
        &json!({ "commandId": command(), "id": id, "reason": "Tippfehler", "durationMinutes": 60 }),
        "consultation { durationMinutes version }",
    );
    assert_eq!(corrected["consultation"]["durationMinutes"], 60);
    let question =
        "query($id: ID!, $at: AsOf) { consultation(id: $id, asOf: $at) { durationMinutes } }";
    let then = office.ask(question, &json!({ "id": id, "at": before }));
    assert_eq!(then["consultation"]["durationMinutes"], 45);
    let history = office.ask(
        "query($id: ID!) { history(recordId: $id, first: 10) { nodes { type sentence changed reason } } }",
        &json!({ "id": id }),
    );
    let events = history["history"]["nodes"].as_array().unwrap();
    assert_eq!(events[1]["type"], "consultation.corrected");
    assert_eq!(events[1]["changed"], json!(["durationMinutes"]));
    assert_eq!(events[1]["reason"], "Tippfehler");
}

#[test]
fn a_retracted_consultation_counts_nowhere_and_keeps_its_history() {
    let app = App::start();
    let office = app.officer();
    let (id, _) = recorded(&office, &consultation());
    let input = json!({ "commandId": command(), "id": id, "reason": "Doppelt erfasst" });
    let payload = office.done("retractConsultation", &input, "consultation { retracted }");
    assert_eq!(payload["consultation"]["retracted"], true);
    let list = office.ask(
        "{ consultations(first: 5) { totalCount nodes { id } } }",
        &json!({}),
    );
    assert_eq!(list["consultations"]["totalCount"], 0);
    let history = office.ask(
        "query($id: ID!) { history(recordId: $id, first: 5) { nodes { type } } }",
        &json!({ "id": id }),
    );
    assert_eq!(
        history["history"]["nodes"].as_array().map(Vec::len),
        Some(2)
    );
}

#[test]
fn the_same_command_again_records_nothing_twice() {
    let app = App::start();
    let office = app.officer();
    let input = consultation();
    let (id, position) = recorded(&office, &input);
    assert_eq!(recorded(&office, &input), (id, position));
    let other = with(input, &json!({ "durationMinutes": 50 }));
    let payload = office.send("recordConsultation", &other, "consultation { id }");
    assert_eq!(refusal(&payload).0, "COMMAND_ID_REUSED");
    let list = office.ask("{ consultations(first: 5) { totalCount } }", &json!({}));
    assert_eq!(list["consultations"]["totalCount"], 1);
}

#[test]
fn of_two_concurrent_changes_one_wins_and_the_other_learns_what_changed() {
    let app = App::start();
    let office = app.officer();
    let (id, _) = recorded(&office, &consultation());
    let change = |minutes: u16| json!({ "commandId": command(), "id": id, "reason": "Nachtrag", "durationMinutes": minutes, "expectedVersion": 1 });
    let payloads: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = [50, 55]
            .map(|minutes| {
                let (office, input) = (office.clone(), change(minutes));
                scope.spawn(move || {
                    office.send("correctConsultation", &input, "consultation { id }")
                })
            })
            .into_iter()
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    let refused: Vec<_> = payloads
        .iter()
        .filter(|payload| payload["errors"] != json!([]))
        .collect();
    assert_eq!(refused.len(), 1, "{payloads:#?}");
    assert_eq!(refusal(refused[0]).0, "CHANGED_MEANWHILE");
}

/// What `docs/adr/0009-expected-version-stays-optional.md` says.
#[test]
fn of_two_corrections_by_version_one_learns_what_changed_and_without_it_nothing_is_lost() {
    let app = App::start();
    let office = app.officer();
    let (id, _) = recorded(&office, &consultation());
    let correct = |minutes: u16, reason: &str, version: Option<u32>| {
        let input = json!({
            "commandId": command(), "id": id, "reason": reason, "durationMinutes": minutes,
            "expectedVersion": version,
        });
        office.send("correctConsultation", &input, "consultation { version }")
    };
    let first = correct(50, "Uhr gelesen", Some(1));
    assert_eq!(first["consultation"]["version"], 2);
    let second = correct(55, "Kalender gelesen", Some(1));
    assert_eq!(
        refusal(&second),
        ("CHANGED_MEANWHILE".into(), "expectedVersion".into())
    );
    let sentence = second["errors"][0]["message"].as_str().unwrap();
    assert!(sentence.contains("durationMinutes"), "{sentence}");

    // Without a version it is recorded; its answer shows that somebody came between, its history what they said.
    let blind = correct(55, "Kalender gelesen", None);
    assert_eq!(blind["errors"], json!([]));
    assert_eq!(blind["consultation"]["version"], 3);
    let history = office.ask(
        "query($id: ID!) { history(recordId: $id, first: 10) { nodes { changed reason } } }",
        &json!({ "id": id }),
    );
    let said = |reason: &str| json!({ "changed": ["durationMinutes"], "reason": reason });
    assert_eq!(
        history["history"]["nodes"].as_array().unwrap()[1..],
        [said("Uhr gelesen"), said("Kalender gelesen")]
    );
    let question =
        "query($id: ID!, $at: AsOf) { consultation(id: $id, asOf: $at) { durationMinutes } }";
    for (at, minutes) in [(&first["position"], 50), (&blind["position"], 55)] {
        let then = office.ask(question, &json!({ "id": id, "at": at }));
        assert_eq!(then["consultation"]["durationMinutes"], minutes);
    }
}

#[test]
fn organisations_are_linked_as_the_same_and_never_merged() {
    let app = App::start();
    let office = app.officer();
    let one = organisation(&office, "Begegnungszentrum Süd e. V.", "MIGRANT_ORG", &[]);
    let two = organisation(&office, "Begegnungszentrum Sued", "MIGRANT_ORG", &[]);
    let link =
        json!({ "commandId": command(), "id": two, "sameAs": one, "reason": "doppelt angelegt" });
    let payload = office.done(
        "linkOrganisations",
        &link,
        "organisation { sameAs { name } }",
    );
    assert_eq!(
        payload["organisation"]["sameAs"]["name"],
        "Begegnungszentrum Süd e. V."
    );
    let list = office.ask("{ organisations(first: 5) { totalCount } }", &json!({}));
    assert_eq!(list["organisations"]["totalCount"], 1);
    let unlink = json!({ "commandId": command(), "id": two, "sameAs": one, "reason": "doch zwei" });
    let payload = office.done(
        "unlinkOrganisations",
        &unlink,
        "organisation { sameAs { id } }",
    );
    assert_eq!(payload["organisation"]["sameAs"], json!(null));
}

#[test]
fn the_next_meeting_carries_open_agreements_over() {
    let app = App::start();
    let office = app.officer();
    let jobcenter = organisation(&office, "Jobcenter", "JOBCENTER", &["SGB_II"]);
    let body = network(&office, "Arbeitskreis Arbeit", "WORKING_CIRCLE");
    let held = office.done(
        "holdMeeting",
        &json!({
            "commandId": command(), "network": body, "date": "2026-02-03", "title": "Auftakt",
            "attendances": [{ "organisation": jobcenter, "headCount": 2, "function": "Teamleitung" }],
            "otherHeadCount": 3, "results": "Es geht los.",
            "agenda": [{ "number": "1", "title": "Begrüßung" }],
        }),
        "meeting { id state headCount agenda { title } attendances { organisation { name } function } }",
    );
    assert_eq!(held["meeting"]["state"], "HELD");
    assert_eq!(held["meeting"]["headCount"], 5);
    assert_eq!(held["meeting"]["attendances"][0]["function"], "Teamleitung");
    let made = office.done(
        "makeAgreement",
        &json!({
            "commandId": command(), "network": body, "meeting": held["meeting"]["id"], "madeOn": "2026-02-03",
            "subject": "Ansprechperson benennen", "responsible": jobcenter, "dueOn": "2026-03-01",
        }),
        "agreement { id state }",
    );
    let next = office.done(
        "scheduleMeeting",
        &json!({ "commandId": command(), "network": body, "date": "2027-01-15" }),
        "meeting { id state carriedOver { id subject } }",
    );
    assert_eq!(next["meeting"]["state"], "SCHEDULED");
    assert_eq!(
        next["meeting"]["carriedOver"][0]["subject"],
        "Ansprechperson benennen"
    );
    let overdue = office.ask(
        r#"{ agreements(first: 5, filter: { overdueOn: "2026-11-01" }) { nodes { subject overdue(on: "2026-11-01") } } }"#,
        &json!({}),
    );
    assert_eq!(overdue["agreements"]["nodes"][0]["overdue"], true);
    let fulfil = json!({ "commandId": command(), "id": made["agreement"]["id"], "occurredOn": "2026-02-20" });
    let payload = office.done("fulfilAgreement", &fulfil, "agreement { state settledOn }");
    assert_eq!(payload["agreement"]["state"], "FULFILLED");
    let cancel =
        json!({ "commandId": command(), "id": next["meeting"]["id"], "reason": "Raum fehlt" });
    let payload = office.done(
        "cancelMeeting",
        &cancel,
        "meeting { state cancelledBecause }",
    );
    assert_eq!(payload["meeting"]["cancelledBecause"], "Raum fehlt");
}

#[test]
fn everything_with_one_organisation_is_one_question() {
    let app = App::start();
    let office = app.officer();
    let club = organisation(&office, "Kulturverein", "MIGRANT_ORG", &[]);
    let body = network(&office, "Stadtteilkonferenz", "DISTRICT_CONFERENCE");
    recorded(
        &office,
        &with(consultation(), &json!({ "organisations": [club] })),
    );
    let add = json!({ "commandId": command(), "id": body, "organisation": club, "occurredOn": "2026-01-10" });
    office.done(
        "addNetworkMember",
        &add,
        "network { members { organisation { name } } }",
    );
    let answer = office.ask(
        "query($id: ID!) { cooperation(organisationId: $id) {
            entries { name } consultationCount memberships { network { name } joinedOn } meetings { id } agreements { id } } }",
        &json!({ "id": club }),
    );
    assert_eq!(answer["cooperation"]["consultationCount"], 1);
    assert_eq!(
        answer["cooperation"]["memberships"][0]["network"]["name"],
        "Stadtteilkonferenz"
    );
}
