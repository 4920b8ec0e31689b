//! Tokens of machines from the command line: with a server and without one.

use serde_json::json;
use uuid::Uuid;

use crate::support::{Office, Server};

const WHO: &str = "{ viewer { role } }";

fn counts(server: &Server, token: &str) -> bool {
    server.ask(token, WHO)["data"]["viewer"]["role"].is_string()
}

/// The ids of all tokens, with the lines that name them.
fn listed(office: &Office) -> Vec<(String, String)> {
    let lines = office.done(&["token", "list"]).out;
    let id = |line: &str| line.split("  ").next().unwrap().to_owned();
    lines
        .lines()
        .map(|line| (id(line), line.to_owned()))
        .collect()
}

#[test]
fn a_token_counts_until_it_is_revoked_whoever_has_the_log_open() {
    let office = Office::new();
    let before = office.token();
    let server = office.serve(&[]);
    let while_it_runs = office.token();
    assert!(counts(&server, &before) && counts(&server, &while_it_runs));
    let tokens = listed(&office);
    assert_eq!(tokens.len(), 2, "{tokens:?}");
    for (_, line) in &tokens {
        for part in ["KI_OFFICER", "05711", "READ,WRITE", "gilt", "Befehlszeile"] {
            assert!(line.contains(part), "{part}: {line}");
        }
        assert!(
            !line.contains("ACCOUNTS") && !line.contains("qst_"),
            "{line}"
        );
    }
    let (first, _) = &tokens[0];
    let revoked = office.done(&["token", "revoke", first]);
    assert_eq!(revoked.out, "Das Token ist entzogen.\n");
    assert!(!counts(&server, &before) && counts(&server, &while_it_runs));
    let again = office.done(&["token", "revoke", first]);
    assert_eq!(again.out, "Das Token war schon entzogen.\n");
    assert_eq!(server.stop(), Some(0));

    let (second, _) = &tokens[1];
    office.done(&["token", "revoke", second]);
    let states: Vec<_> = listed(&office);
    assert!(states.iter().all(|(_, line)| line.contains("entzogen")));
    let server = office.serve(&[]);
    assert!(!counts(&server, &while_it_runs));
}

/// Whatever is wrong with it, the answer is the same: the caller learns nothing about a token.
#[test]
fn a_token_that_does_not_count_is_like_one_that_never_was() {
    let office = Office::new();
    let revoked = office.token();
    let (id, _) = &listed(&office)[0];
    office.done(&["token", "revoke", id]);
    let server = office.serve(&[]);
    let answer = |token: &str| {
        server
            .get("/graphql?query={__typename}", Some(token))
            .unwrap()
    };
    let unknown = answer(&format!("qst_{}", "A".repeat(48)));
    assert_eq!(unknown.0, 401);
    let mistyped = revoked[..50].to_owned();
    for token in [&revoked, &mistyped, "x"] {
        assert_eq!(answer(token), unknown, "{token}");
    }
}

#[test]
fn an_account_has_as_many_tokens_as_it_needs() {
    let office = Office::new();
    let account = Uuid::new_v4().to_string();
    let issue = |office: &Office, more: &[&str]| {
        let arguments = [
            &["token", "issue", "--role", "KI_HEAD", "--centre", "05711"],
            &["--actor", &account][..],
            more,
        ];
        office.done(&arguments.concat()).out.trim().to_owned()
    };
    let all = issue(&office, &[]);
    let server = office.serve(&[]);
    let read_only = issue(
        &office,
        &[
            "--scope",
            "READ",
            "--name",
            "Abruf der Kennzahlen",
            "--days",
            "1",
        ],
    );
    let who = "{ viewer { account role } }";
    for token in [&all, &read_only] {
        let answer = server.ask(token, who);
        let expected = json!({ "account": account, "role": "KI_HEAD" });
        assert_eq!(answer["data"]["viewer"], expected, "{answer}");
    }
    let tokens = listed(&office);
    assert!(tokens[0].1.contains("READ,WRITE,ACCOUNTS"), "{tokens:?}");
    assert!(tokens[1].1.contains("  READ  "), "{tokens:?}");
    assert!(tokens[1].1.contains("Abruf der Kennzahlen"), "{tokens:?}");
    assert!(tokens.iter().all(|(_, line)| line.contains(&account)));
}

#[test]
fn what_cannot_be_issued_is_refused_and_says_why() {
    let office = Office::new();
    let nothing = office.run(&["token", "list"]);
    assert!(
        nothing.code == 1 && nothing.err.contains("kein Protokoll") && !office.data().exists(),
        "{nothing:?}"
    );
    let issue = |role: &str, more: &[&str], code: u8, says: &str| {
        let arguments = [
            &["token", "issue", "--centre", "05711", "--role", role],
            more,
        ];
        let ended = office.run(&arguments.concat());
        assert_eq!(
            (ended.code, ended.out.as_str()),
            (code.into(), ""),
            "{ended:?}"
        );
        assert!(ended.err.contains(says), "{says}: {}", ended.err);
    };
    issue("PARTNER_OFFICE", &[], 1, "organisation");
    let unknown = Uuid::new_v4().to_string();
    issue(
        "PARTNER_OFFICE",
        &["--organisation", &unknown],
        1,
        "Diese Organisation gibt es",
    );
    issue(
        "PARTNER_OFFICE",
        &["--organisation", "x"],
        2,
        "keine Kennung",
    );
    issue("STEERING_MEMBER", &[], 1, "body");
    issue("AUDITOR", &["--scope", "READ,WRITE"], 1, "READ");
    issue("AUDITOR", &["--scope", "ALL"], 2, "READ, WRITE, ACCOUNTS");
    issue("AUDITOR", &["--name", ""], 2, "--name");
    let ended = office.run(&["token", "revoke", &unknown]);
    assert!(ended.code == 1 && ended.err.contains(&unknown), "{ended:?}");
    assert_eq!(office.done(&["token", "list"]).out, "");
}
