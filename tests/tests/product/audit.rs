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
