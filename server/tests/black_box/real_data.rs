//! What a real city has published since 1989, taken over whole.

use std::path::PathBuf;

use crate::support::Office;

/// A folder or file of the real data, or `None` where it may be missing.
fn real(name: &str) -> Option<PathBuf> {
    let root = std::env::var_os("QUERSCHNITT_REAL_DATA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data"),
        PathBuf::from,
    );
    let found = root.join(name);
    if found.exists() {
        return Some(found);
    }
    assert!(
        std::env::var_os("QUERSCHNITT_REQUIRE_REAL_DATA").is_none_or(|wanted| wanted != "1"),
        "{} is missing",
        found.display()
    );
    None
}

#[test]
fn karlsruhe_is_taken_over_and_the_same_again_adds_nothing() {
    let Some(folder) = real("oparl-karlsruhe") else {
        return;
    };
    let office = Office::new();
    let source = folder.to_str().unwrap();
    let ended = office.import(source, &[]);
    assert_eq!(ended.code, 0, "{ended:?}");
    // 27 of 97 organizations meet; 10 more meet that the source does not list any more.
    assert!(
        ended
            .out
            .contains("Gremien: 37 neu, 0 geändert, 0 unverändert"),
        "{ended:?}"
    );
    assert!(
        ended.out.contains("Übergangen: 70 Organisationen"),
        "{ended:?}"
    );
    // Of 2,609 meetings one is refused, with its agenda items.
    assert!(
        ended
            .out
            .contains("Sitzungen: 2608 neu, 0 geändert, 0 unverändert"),
        "{ended:?}"
    );
    assert_eq!(
        ended.count("Tagesordnungspunkte der neuen Sitzungen:"),
        18_669
    );
    assert_eq!(ended.count("Abgelehnt:"), 1);
    assert!(
        ended
            .out
            .contains("meetings/9551: Das Ende liegt vor dem Beginn")
    );

    let (size, root) = office.verified();
    let again = office.import(source, &[]);
    assert!(
        again.out.contains("0 neu, 0 geändert, 2608 unverändert"),
        "{again:?}"
    );
    assert_eq!(office.verified(), (size, root));
}
