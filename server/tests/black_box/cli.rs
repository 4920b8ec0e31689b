//! Arguments, settings and tokens.

use std::os::unix::fs::PermissionsExt as _;

use crate::support::{Office, binary, run};

#[test]
fn wrong_usage_ends_with_2_in_german() {
    for arguments in [
        &[][..],
        &["nonsense"],
        &["token", "issue", "--role", "KI_OFFICER"],
        &["token", "issue", "--role", "BOSS", "--centre", "05711"],
        &["token", "issue", "--role", "AUDITOR", "--centre", "99999"],
        &[
            "token", "issue", "--role", "AUDITOR", "--centre", "05711", "--days", "0",
        ],
        &[
            "import", "oparl", "x", "--centre", "05711", "--since", "gestern",
        ],
        &["audit", "replay", "--until", "bald"],
    ] {
        let ended = run(binary().args(arguments));
        assert_eq!(ended.code, 2, "{arguments:?}: {ended:?}");
        assert_eq!(ended.out, "");
        for word in ["error:", "Usage", "For more information"] {
            assert!(!ended.err.contains(word), "{}", ended.err);
        }
    }
}

#[test]
fn wrong_settings_are_refused_by_name() {
    let office = Office::new();
    let refused = |variable: &str, value: &str, part: &str| {
        let ended = run(office.command(&["serve"]).env(variable, value));
        assert_eq!(ended.code, 2, "{ended:?}");
        assert!(
            ended.err.contains(variable) && ended.err.contains(part),
            "{}",
            ended.err
        );
    };
    refused("QUERSCHNITT_LISTEN", "nowhere", "127.0.0.1:8080");
    refused("QUERSCHNITT_DEVELOPMENT", "1", "true oder false");
    refused("QUERSCHNITT_COLOUR", "red", "trusted_proxy");
    let file = office.beside("q.toml");
    std::fs::write(&file, "listen = '0.0.0.0:80'").unwrap();
    let ended = office.run(&["serve", "--config", file.to_str().unwrap()]);
    assert!(
        ended.code == 2 && ended.err.contains("trusted_proxy"),
        "{ended:?}"
    );
    assert!(!office.data().exists(), "nothing was made");
}

#[test]
fn a_token_is_one_line_and_each_is_another() {
    let office = Office::new();
    let issue = || {
        office.done(&[
            "token",
            "issue",
            "--role",
            "KI_OFFICER",
            "--centre",
            "05711",
        ])
    };
    let (first, second) = (issue(), issue());
    assert!(first.out.starts_with("qst_") && first.out.ends_with('\n'));
    assert_eq!(first.out.lines().count(), 1);
    assert_ne!(first.out, second.out);
    assert_eq!(first.err, "");
}

#[test]
fn keys_that_others_can_read_are_refused() {
    let office = Office::new();
    office.token();
    let key = office.data().join("keys/token.key");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    let ended = office.run(&[
        "token",
        "issue",
        "--role",
        "KI_OFFICER",
        "--centre",
        "05711",
    ]);
    assert!(
        ended.code == 1 && ended.err.contains("token.key"),
        "{ended:?}"
    );
}
