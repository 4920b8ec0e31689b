//! The architecture rules as tests: each sentence marked "Architecture Invariant" that a program
//! can check is checked here.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_path_buf()
}

fn tracked(endings: &[&str]) -> Vec<PathBuf> {
    let out = std::process::Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(out.status.success(), "git ls-files failed");
    let files: Vec<PathBuf> = String::from_utf8(out.stdout)
        .unwrap()
        .lines()
        .filter(|line| endings.iter().any(|ending| line.ends_with(ending)))
        .map(PathBuf::from)
        .filter(|path| root().join(path).exists())
        .collect();
    assert!(!files.is_empty(), "no file ends in {endings:?}");
    files
}

fn source_files() -> Vec<(PathBuf, String)> {
    tracked(&[".rs"])
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(root().join(&path)).unwrap();
            (path, text)
        })
        .collect()
}

/// The dependencies of a crate as its manifest names them, section by section.
fn dependencies(folder: &str, section: &str) -> Vec<String> {
    let manifest = fs::read_to_string(root().join(folder).join("Cargo.toml")).unwrap();
    manifest
        .lines()
        .skip_while(|line| line.trim() != format!("[{section}]"))
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split(['.', '=', ' ']).next())
        .map(str::to_owned)
        .filter(|name| !name.is_empty() && !name.starts_with('#'))
        .collect()
}

#[test]
fn crates_depend_one_way_round_the_ring() {
    let allowed: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("domain", &[][..]),
        ("policy", &["querschnitt-domain"][..]),
        ("store", &["querschnitt-domain"][..]),
        ("identity", &["querschnitt-domain", "querschnitt-store"][..]),
        ("demo", &["querschnitt-domain", "querschnitt-store"][..]),
        (
            "projections",
            &["querschnitt-domain", "querschnitt-store"][..],
        ),
        (
            "exports",
            &[
                "querschnitt-domain",
                "querschnitt-store",
                "querschnitt-projections",
            ][..],
        ),
        (
            "graphql",
            &[
                "querschnitt-domain",
                "querschnitt-policy",
                "querschnitt-store",
                "querschnitt-projections",
                "querschnitt-exports",
            ][..],
        ),
        ("tests", &[][..]),
        (
            "bench",
            &[
                "querschnitt-domain",
                "querschnitt-store",
                "querschnitt-demo",
                "querschnitt-projections",
                "querschnitt-graphql",
            ][..],
        ),
    ]);
    for (folder, allowed) in allowed {
        for dependency in dependencies(folder, "dependencies") {
            if dependency.starts_with("querschnitt") {
                assert!(
                    allowed.contains(&dependency.as_str()),
                    "{folder} depends on {dependency}, which is against the direction of the ring"
                );
            }
        }
    }
}

#[test]
fn the_domain_stays_pure() {
    let mut found = dependencies("domain", "dependencies");
    found.sort();
    assert_eq!(
        found,
        [
            "base64",
            "flate2",
            "serde",
            "serde_json",
            "sha2",
            "thiserror",
            "time",
            "uuid"
        ],
        "a new dependency of the domain needs an ADR"
    );
    for (path, text) in source_files() {
        if !path.starts_with("domain/src") {
            continue;
        }
        for word in [
            "std::fs",
            "std::net",
            "SystemTime::now",
            "now_utc()",
            "now_v7()",
            "new_v4()",
            "async fn",
        ] {
            assert!(
                !text.contains(word),
                "{} uses {word}: the domain is pure",
                path.display()
            );
        }
    }
}

#[test]
fn every_source_file_says_what_it_is_about() {
    for (path, text) in source_files() {
        let first = text.lines().next().unwrap_or_default();
        assert!(
            first.starts_with("//!"),
            "{}: the first line is not a //! comment",
            path.display()
        );
        if text.lines().count() > 400 {
            let head: String = text
                .lines()
                .take_while(|line| line.starts_with("//!"))
                .collect();
            assert!(
                head.contains("400 lines"),
                "{} has more than 400 lines and does not say why in its first lines (\"… 400 lines …\")",
                path.display()
            );
        }
    }
}

#[test]
fn nothing_is_ignored_or_left_unfinished() {
    // Put together at run time, so that this file does not find itself.
    let words = [
        ["#[ign", "ore"],
        ["to", "do!("],
        ["unimpl", "emented!("],
        ["FIX", "ME"],
        ["TO", "DO"],
    ];
    for (path, text) in source_files() {
        for word in words {
            let word = word.concat();
            assert!(!text.contains(&word), "{} contains {word}", path.display());
        }
    }
}

#[test]
fn events_get_their_meaning_in_exhaustive_matches() {
    for folder in [
        "domain/src",
        "projections/src/facts",
        "projections/src/views",
    ] {
        for (path, text) in source_files() {
            if !path.starts_with(folder) {
                continue;
            }
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            for (number, line) in code.lines().enumerate() {
                let silent = line.trim_start().starts_with("_ => {}")
                    || line.trim_start().starts_with("_ => ()")
                    || line.trim_start().starts_with("_ => false");
                assert!(
                    !silent,
                    "{}:{}: a silent wildcard arm",
                    path.display(),
                    number + 1
                );
            }
        }
    }
}

#[test]
fn links_in_the_documents_lead_somewhere() {
    for path in tracked(&[".md"]) {
        let text = fs::read_to_string(root().join(&path)).unwrap();
        let folder = root().join(&path).parent().unwrap().to_path_buf();
        for part in text.split("](").skip(1) {
            let target = part.split([')', '#', ' ']).next().unwrap_or_default();
            if target.is_empty() || target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            assert!(
                folder.join(target).exists(),
                "{}: dead link to {target}",
                path.display()
            );
        }
    }
}

#[test]
fn every_dependency_has_its_reason() {
    let reasons = fs::read_to_string(root().join("docs/dependencies.md")).unwrap();
    for folder in [
        "domain",
        "policy",
        "store",
        "identity",
        "demo",
        "projections",
        "exports",
        "graphql",
        "server",
        "tests",
        "bench",
    ] {
        for section in ["dependencies", "dev-dependencies"] {
            for name in dependencies(folder, section) {
                if !name.starts_with("querschnitt") {
                    assert!(
                        reasons.contains(&format!("| `{name}` |")),
                        "{folder} uses {name}, which docs/dependencies.md does not explain"
                    );
                }
            }
        }
    }
}
