//! Puts the GraphiQL bundle where `src/http/graphiql.rs` embeds it; without npm there is none, which is fine.

use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=graphiql/dist");
    let out = env::var_os("OUT_DIR").unwrap_or_default();
    for name in ["graphiql.js", "graphiql.css"] {
        let built = fs::read(Path::new("graphiql/dist").join(name)).unwrap_or_default();
        fs::write(Path::new(&out).join(name), built)?;
    }
    Ok(())
}
