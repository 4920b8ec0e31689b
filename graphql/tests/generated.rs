//! The committed schema is the one the program serves. `make schema` writes it again.

use std::fs;
use std::path::Path;

#[test]
fn generated_schema_is_committed() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema.graphql");
    let sdl = querschnitt_graphql::sdl();
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        fs::write(&path, &sdl).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == sdl,
        "graphql/schema.graphql is out of date: run `make schema` and look at the difference"
    );
}
