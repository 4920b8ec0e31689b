//! Audit: verify finds and names damage, the root is the same for everyone, replay agrees.

use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::PathBuf;

use querschnitt_tests::App;
use serde_json::Value;

use crate::words::{consultation, recorded};

fn first_segment(app: &App) -> PathBuf {
    app.data().join("log/00000000000000000001.log")
}

fn filled() -> App {
    let app = App::start();
    let office = app.officer();
    for _ in 0..20 {
        recorded(&office, &consultation());
    }
    app
}

#[test]
fn verify_is_content_beside_a_running_server_and_after_it() {
    let mut app = filled();
    let (code, out, err) = app.cli(&["audit", "verify"]);
    assert_eq!(code, 0, "{out}{err}");
    assert_eq!(app.stop(), Some(0));
    let (code, out, err) = app.cli(&["audit", "verify"]);
    assert_eq!(code, 0, "{out}{err}");
    assert!(
        out.contains("22"),
        "the summary names the number of events, those of the token too: {out}"
    );
}

#[test]
fn a_flipped_byte_is_named_and_the_file_left_alone() {
    let mut app = filled();
    app.stop();
    let path = first_segment(&app);
    let mut file = std::fs::File::options()
        .read(true)
        .write(true)
        .open(&path)
        .unwrap();
    file.seek(SeekFrom::Start(900)).unwrap();
    let mut byte = [0];
    file.read_exact(&mut byte).unwrap();
    file.seek(SeekFrom::Start(900)).unwrap();
    file.write_all(&[byte[0] ^ 1]).unwrap();
    drop(file);
    let before = std::fs::read(&path).unwrap();
    let (code, out, err) = app.cli(&["audit", "verify"]);
    assert_eq!(code, 3, "{out}{err}");
    assert!(
        format!("{out}{err}").contains("00000000000000000001.log"),
        "{out}{err}"
    );
    let (code, _, err) = app.cli(&["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(code, 3, "{err}");
    assert_eq!(
        std::fs::read(&path).unwrap(),
        before,
        "the file was touched"
    );
}

#[test]
fn the_checkpoint_somebody_kept_tells_a_rewritten_log() {
    let app = filled();
    let office = app.officer();
    let kept = app.log();
    // Three tokens: two events each.
    assert_eq!(kept["size"], 26);
    assert_eq!(kept["root"].as_str().map(str::len), Some(64));
    recorded(&office, &consultation());
    let file = app.data().join("../kept.txt");
    std::fs::write(&file, kept["checkpoint"].as_str().unwrap()).unwrap();
    let file = file.to_string_lossy().into_owned();
    let (code, out, err) = app.cli(&["audit", "verify", "--against", &file]);
    assert_eq!(code, 0, "{out}{err}");
    let other = filled();
    std::fs::write(&file, other.log()["checkpoint"].as_str().unwrap()).unwrap();
    let (code, out, err) = app.cli(&["audit", "verify", "--against", &file]);
    assert_ne!(
        code, 0,
        "a checkpoint of another log was accepted: {out}{err}"
    );
}

#[test]
fn the_root_is_what_anyone_computes_from_the_file() {
    let mut app = filled();
    let root = app.log()["root"].clone();
    app.stop();
    let script = "
import hashlib,sys
def h(b): return hashlib.sha256(b).digest()
leaves=[h(b'\\0'+line.split(b'\\t')[0]) for line in open(sys.argv[1],'rb') if not line.startswith(b'#')]
def tree(n):
    if len(n)==1: return n[0]
    k=1
    while k*2<len(n): k*=2
    return h(b'\\1'+tree(n[:k])+tree(n[k:]))
print(tree(leaves).hex())
";
    let output = std::process::Command::new("python3")
        .args(["-c", script])
        .arg(first_segment(&app))
        .output()
        .unwrap();
    let computed = String::from_utf8(output.stdout).unwrap();
    assert_eq!(Value::from(computed.trim()), root);
}

#[test]
fn a_replay_from_zero_agrees_with_the_running_server() {
    let app = filled();
    let (code, out, err) = app.cli(&["audit", "replay"]);
    assert_eq!(code, 0, "{out}{err}");
}

/// Who audits a centre, and whoever has the folder, find the same number and root of its events; what other
/// centres do changes neither, and a checkpoint of the centre proves what became of it.
#[test]
fn the_log_of_a_centre_is_the_same_for_its_auditor_and_in_the_folder() {
    let app = filled();
    let log = app.log();
    let (size, root) = (&log["size"], log["root"].as_str().unwrap());
    let said = |centre: &str| {
        let (code, out, err) = app.cli(&["audit", "verify", "--centre", centre]);
        assert_eq!(code, 0, "{out}{err}");
        out
    };
    let own = |out: &str| {
        let found = [
            format!("Ereignisse des Zentrums 05711: {size}"),
            format!("Wurzel des Zentrums 05711: {root}"),
        ];
        assert!(
            found.iter().all(|line| out.contains(line)),
            "{found:?} in {out}"
        );
    };
    own(&said("05711"));

    // A token of another centre: two events.
    let elsewhere = app.with_role("AUDITOR", "05315");
    let others = elsewhere.ask("{ log { size root } }", &serde_json::json!({}));
    assert_eq!(others["log"]["size"], 2);
    assert_eq!(app.log(), log);
    own(&said("05711"));
    let out = said("05315");
    let root = others["log"]["root"].as_str().unwrap();
    assert!(
        out.contains(&format!("Wurzel des Zentrums 05315: {root}")),
        "{out}"
    );
    assert!(said("05515").contains("Ereignisse des Zentrums 05515: 0"));

    let (code, note, err) = app.cli(&["audit", "checkpoint", "--centre", "05711"]);
    assert_eq!(code, 0, "{err}");
    assert_eq!(
        note.trim_end(),
        log["checkpoint"].as_str().unwrap().trim_end()
    );
    recorded(&app.officer(), &consultation());
    let file = app.data().join("../kept.txt");
    let path = file.to_string_lossy().into_owned();
    let against = |note: &str| {
        std::fs::write(&file, note).unwrap();
        app.cli(&["audit", "verify", "--against", &path])
    };
    let (code, out, err) = against(log["checkpoint"].as_str().unwrap());
    assert_eq!(code, 0, "{out}{err}");
    // Changed, it is nobody's word.
    let (code, out, err) = against(
        &log["checkpoint"]
            .as_str()
            .unwrap()
            .replace("/05711", "/05315"),
    );
    assert_eq!(code, 1, "{out}{err}");
    let (code, _, err) = app.cli(&["audit", "verify", "--centre", "1"]);
    assert!(code != 0 && err.contains("05334002"), "{err}");
}
