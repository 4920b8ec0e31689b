//! A server from its start to its end.

use serde_json::json;

use crate::support::{Office, flip, run};

#[test]
fn a_server_answers_stops_and_leaves_a_sealed_log() {
    let office = Office::new();
    let before = office.token();
    let server = office.serve(&[]);
    assert_eq!(server.get("/healthz", None), Some((200, "ok\n".into())));
    let (status, body) = server.get("/readyz", None).unwrap();
    let ready: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(status, 200);
    assert_eq!(
        ready,
        json!({"ready": true, "log": "writable", "vault": "writable", "accessLog": "writable", "projections": "following"})
    );
    let (_, metrics) = server.get("/metrics", None).unwrap();
    // The account of a machine and its token.
    assert!(metrics.contains("querschnitt_log_head 2\n"), "{metrics}");
    let query = "{ viewer { role } }";
    for token in [before, office.token()] {
        let answer = server.ask(&token, query);
        assert_eq!(answer["data"]["viewer"]["role"], "KI_OFFICER", "{answer}");
    }
    let (_, metrics) = server.get("/metrics", None).unwrap();
    assert!(metrics.contains("querschnitt_log_head 4\n"), "{metrics}");
    assert!(server.ask("qst_nonsense", query).get("data").is_none());
    assert_eq!(
        server.get("/graphiql", None).map(|(status, _)| status),
        Some(404)
    );
    let said = std::fs::read_to_string(office.beside("stdout.txt")).unwrap();
    assert!(
        said.contains("token issue") && !said.contains("qst_"),
        "{said}"
    );
    assert_eq!(server.stop(), Some(0));
    assert!(!office.data().join("run/querschnitt.sock").exists());
    office.verified();
}

#[test]
fn a_second_server_is_turned_away() {
    let office = Office::new();
    let server = office.serve(&[]);
    let ended = office.run(&["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(ended.code, 1);
    assert!(
        ended.err.contains("läuft bereits ein Server"),
        "{}",
        ended.err
    );
    let other = Office::new();
    let taken = server.url.trim_start_matches("http://").to_owned();
    let ended = other.run(&["serve", "--listen", &taken]);
    assert!(ended.code == 1 && ended.err.contains(&taken), "{ended:?}");
    assert_eq!(server.get("/healthz", None), Some((200, "ok\n".into())));
}

/// What a server said on the standard output, once it holds this.
fn said(office: &Office, part: &str) -> String {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
    loop {
        let said = std::fs::read_to_string(office.beside("stdout.txt")).unwrap();
        if said.contains(part) {
            return said;
        }
        assert!(
            std::time::Instant::now() < deadline,
            "no {part:?} in {said}"
        );
        std::thread::yield_now();
    }
}

#[test]
fn the_sample_is_made_once_with_an_account_to_sign_in_with() {
    let office = Office::new();
    let server = office.serve(&["--sample", "--development"]);
    let told = said(&office, "token issue");
    assert!(told.contains(&format!("{}/anmelden", server.url)), "{told}");
    assert!(told.contains("Anmeldename:      leitung"), "{told}");
    let password = told
        .lines()
        .find_map(|line| line.strip_prefix("Erstes Kennwort:"))
        .and_then(|rest| rest.split_whitespace().next())
        .unwrap()
        .to_owned();
    let answer = ureq::post(format!("{}/anmelden", server.url))
        .config()
        .max_redirects(0)
        .build()
        .send_form([("name", "leitung"), ("password", password.as_str())])
        .unwrap();
    assert_eq!(answer.status(), 303);
    assert_eq!(answer.headers()["location"], "/anmelden/kennwort");
    assert!(
        !server.said().contains(&password),
        "the log of the server has it"
    );
    assert_eq!(server.stop(), Some(0));
    let (size, _) = office.verified();
    assert!(size > 500, "{size}");
    let server = office.serve(&["--sample"]);
    let told = said(&office, "token issue");
    assert!(
        told.contains("account reset") && !told.contains("Erstes Kennwort"),
        "{told}"
    );
    assert_eq!(server.stop(), Some(0));
    assert_eq!(office.verified().0, size);
    let again = office.run(&["demo"]);
    assert!(
        again.code == 1 && again.err.contains("nicht leer"),
        "{again:?}"
    );
}

#[test]
fn a_damaged_log_ends_with_3_and_stays_as_it_is() {
    let office = Office::new();
    office.done(&["demo"]);
    let segment = office.segment();
    flip(&segment, 50_000);
    let damaged = std::fs::read(&segment).unwrap();
    for arguments in [
        &["serve", "--listen", "127.0.0.1:0"][..],
        &["audit", "verify"],
        &["audit", "replay"],
    ] {
        let ended = run(&mut office.command(arguments));
        assert_eq!(ended.code, 3, "{arguments:?}: {ended:?}");
        for part in [".log", "Zeile", "Position"] {
            assert!(ended.err.contains(part), "{}", ended.err);
        }
    }
    assert!(
        std::fs::read(&segment).unwrap() == damaged,
        "the file was changed"
    );
}

#[test]
fn a_tail_cut_off_with_its_seal_ends_with_3() {
    let office = Office::new();
    office.done(&["demo"]);
    let (size, _) = office.verified();
    assert_eq!(office.serve(&[]).stop(), Some(0));
    let segment = office.segment();
    let whole = std::fs::read_to_string(&segment).unwrap();
    let begun = |line: &str| line.starts_with('{') && line.contains("\"part\":[1,");
    let starts = whole.split_inclusive('\n').scan(0, |at, line| {
        *at += line.len();
        Some((*at - line.len(), line))
    });
    let commands: Vec<usize> = starts
        .filter(|(_, line)| begun(line))
        .map(|(at, _)| at)
        .collect();
    let cut = &whole[..commands[commands.len() - 2]];
    std::fs::write(&segment, cut).unwrap();
    for arguments in [
        &["serve", "--listen", "127.0.0.1:0"][..],
        &["audit", "replay"],
        &["audit", "verify"],
    ] {
        let ended = run(&mut office.command(arguments));
        assert_eq!(ended.code, 3, "{arguments:?}: {ended:?}");
        assert!(ended.err.contains(".checkpoint"), "{}", ended.err);
        let found = std::fs::read_to_string(&segment).unwrap();
        assert!(found == cut, "the file was changed");
    }
    let ended = run(&mut office.command(&["serve", "--listen", "127.0.0.1:0"]));
    let bail = format!("bürgt für {size} Ereignisse");
    assert!(ended.err.contains(&bail), "{}", ended.err);
    std::fs::write(&segment, whole).unwrap();
    assert_eq!(office.serve(&[]).stop(), Some(0));
}

#[test]
fn what_became_of_commands_is_counted() {
    let office = Office::new();
    // Before the server runs, so that it counts nothing.
    let token = office.token();
    let server = office.serve(&[]);
    let register = |id: &str, name: &str| {
        let input = format!(
            r#"{{ commandId: "{id}", centre: "05711", name: "{name}", kind: "MIGRANT_ORG" }}"#
        );
        let mutation =
            format!("mutation {{ registerOrganisation(input: {input}) {{ errors {{ code }} }} }}");
        server.ask(&token, &mutation)
    };
    let id = "7c9e6679-7425-40de-944b-e07fc1f90ae7";
    for (name, code) in [
        ("Garten", None),
        ("Garten", None),
        ("Anders", Some("COMMAND_ID_REUSED")),
    ] {
        let answer = register(id, name);
        let found = &answer["data"]["registerOrganisation"]["errors"][0]["code"];
        assert_eq!(found.as_str(), code, "{answer}");
    }
    let (_, metrics) = server.get("/metrics", None).unwrap();
    for line in [
        "querschnitt_commands_total{outcome=\"recorded\"} 1",
        "querschnitt_commands_total{outcome=\"repeated\"} 1",
        "querschnitt_commands_total{outcome=\"rejected\"} 1",
        "querschnitt_commands_total{outcome=\"refused\"} 0",
        "querschnitt_rejections_total{code=\"COMMAND_ID_REUSED\"} 1",
    ] {
        assert!(
            metrics.lines().any(|found| found == line),
            "{line} is missing in {metrics}"
        );
    }
}

#[test]
fn the_log_shows_operations_but_nothing_of_what_they_hold() {
    const MARKER: &str = "Kassandra";
    let office = Office::new();
    let server = office.serve_logging("debug");
    let token = office.token();
    let input = |id: &str, kind: &str, day: &str| {
        json!({
            "commandId": id, "centre": "05711", "kind": kind, "name": MARKER, "note": MARKER, "occurredOn": day,
        })
    };
    let document = format!(
        "mutation {MARKER}($input: RegisterOrganisationInput!) {{
            {MARKER}: registerOrganisation(input: $input) {{ organisation {{ id name }} errors {{ code }} }}
        }}"
    );
    let register = |id: &str, kind: &str, day: &str| {
        let variables = json!({ "input": input(id, kind, day) });
        server.ask_with(
            &token,
            &json!({ "query": document, "variables": variables }),
        )
    };
    let first = "018f0000-0000-7000-8000-000000000001";
    let done = register(first, "MIGRANT_ORG", "2026-01-05");
    let wrong_day = register(first, "MIGRANT_ORG", MARKER);
    let wrong_code = register("018f0000-0000-7000-8000-000000000002", MARKER, "2026-01-05");
    let wrong_field = server.ask(&token, &format!("query {MARKER} {{ {MARKER} }}"));
    assert_eq!(
        done["data"][MARKER]["organisation"]["name"], MARKER,
        "{done}"
    );
    assert_eq!(
        wrong_day["errors"][0]["extensions"]["code"], "BAD_ARGUMENT",
        "{wrong_day}"
    );
    let said = wrong_day["errors"][0]["message"]
        .as_str()
        .unwrap_or_default();
    assert!(
        said.contains("„input.occurredOn“") && said.ends_with("2026-11-20."),
        "{said}"
    );
    assert!(
        wrong_code["data"][MARKER]["errors"][0].is_object(),
        "{wrong_code}"
    );
    assert_eq!(wrong_field["errors"][0]["extensions"]["code"], "INVALID");

    let log = server.said();
    assert!(
        log.contains("mutation{cost=") && log.contains("BAD_ARGUMENT"),
        "{log}"
    );
    assert!(log.contains("query{cost="), "{log}");
    for secret in [MARKER, "018f0000-0000-7000", token.as_str()] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
}
