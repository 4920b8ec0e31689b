//! Reads OParl objects from files: JSON (an object, a list, or a list page with `data`) or one
//! object per line (`.ndjson`), each also as `.gz`.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use querschnitt_domain::{Rejection, RejectionCode};
use serde_json::Value;

use super::oparl::Wrong;
use super::source::{Found, ReadError, Sink, give, hand_on};

/// The largest file, decompressed, in bytes.
const FILE_BYTES: u64 = 4 * 1024 * 1024 * 1024;
/// The longest line, in bytes.
const LINE_BYTES: u64 = 64 * 1024 * 1024;

/// Reads a file, or the files of a folder in the order of their names.
pub(super) fn read(source: &Path, sink: &mut Sink<'_>) -> Result<(), ReadError> {
    let files = if source.is_dir() {
        folder(source)?
    } else {
        vec![source.to_owned()]
    };
    // Organizations go on at once, meetings when all organizations are known.
    let mut later = Vec::new();
    for file in files {
        each(&file, &mut |place, value| match value {
            Ok(value) if is_meeting(&value) => {
                later.push((place, value));
                Ok(())
            }
            Ok(value) => hand_on(&value, &place, sink),
            Err(wrong) => give(Found::Unreadable(place, wrong), sink),
        })?;
    }
    give(Found::Total(later.len() as u64), sink)?;
    for (place, value) in later {
        hand_on(&value, &place, sink)?;
    }
    Ok(())
}

fn is_meeting(value: &Value) -> bool {
    value
        .get("type")
        .and_then(Value::as_str)
        .is_some_and(|kind| kind.ends_with("/Meeting"))
}

fn folder(folder: &Path) -> Result<Vec<PathBuf>, ReadError> {
    let failed = |error| ReadError::File(format!("{}: {error}", folder.display()));
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_file() && (is(&path, "json") || is(&path, "ndjson")) {
            files.push(path);
        }
    }
    files.sort();
    if files.is_empty() {
        return Err(ReadError::File(format!(
            "{}: enthält keine Dateien .json, .ndjson, .json.gz oder .ndjson.gz",
            folder.display()
        )));
    }
    Ok(files)
}

fn is(path: &Path, ending: &str) -> bool {
    let name = path.to_string_lossy().to_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    name.ends_with(&format!(".{ending}"))
}

type Each<'a> = dyn FnMut(String, Result<Value, Wrong>) -> Result<(), ReadError> + 'a;

fn each(path: &Path, take: &mut Each<'_>) -> Result<(), ReadError> {
    let failed = |error: std::io::Error| ReadError::File(format!("{}: {error}", path.display()));
    let file = File::open(path).map_err(failed)?;
    let packed = path.extension().is_some_and(|ending| ending == "gz");
    let content: Box<dyn Read> = if packed {
        Box::new(MultiGzDecoder::new(BufReader::new(file)).take(FILE_BYTES))
    } else {
        Box::new(file.take(FILE_BYTES))
    };
    let mut content = BufReader::new(content);
    if !is(path, "ndjson") {
        let value: Value = serde_json::from_reader(content)
            .map_err(|error| ReadError::File(format!("{}: {error}", path.display())))?;
        return whole(path, value, take);
    }
    let mut line = Vec::new();
    for number in 1_u64.. {
        line.clear();
        let read = content
            .by_ref()
            .take(LINE_BYTES)
            .read_until(b'\n', &mut line)
            .map_err(failed)?;
        if read == 0 {
            break;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        let value = serde_json::from_slice(&line).map_err(|error| {
            Rejection::whole(RejectionCode::Malformed, format!("kein JSON: {error}"))
        });
        take(format!("{}, Zeile {number}", path.display()), value)?;
    }
    Ok(())
}

fn whole(path: &Path, value: Value, take: &mut Each<'_>) -> Result<(), ReadError> {
    let entries = match value {
        Value::Array(entries) => entries,
        Value::Object(mut fields) => match fields.remove("data") {
            Some(Value::Array(entries)) => entries,
            Some(data) => {
                fields.insert("data".into(), data);
                vec![Value::Object(fields)]
            }
            None => vec![Value::Object(fields)],
        },
        other => vec![other],
    };
    for (at, entry) in entries.into_iter().enumerate() {
        take(format!("{}, Eintrag {}", path.display(), at + 1), Ok(entry))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    fn found(path: &Path) -> Result<Vec<Found>, ReadError> {
        let mut all = Vec::new();
        read(path, &mut |found| {
            all.push(found);
            true
        })?;
        Ok(all)
    }

    #[test]
    fn a_folder_gives_organizations_first_and_names_what_is_broken() {
        let folder = tempfile::tempdir().unwrap();
        let packed = File::create(folder.path().join("a-meetings.ndjson.gz")).unwrap();
        let mut packed = flate2::write::GzEncoder::new(packed, flate2::Compression::fast());
        packed
            .write_all(b"{\"type\":\"x/Meeting\",\"id\":\"m1\"}\n\nnonsense\n{\"type\":\"x/Meeting\",\"id\":7}")
            .unwrap();
        packed.finish().unwrap();
        fs::write(
            folder.path().join("organizations.json"),
            r#"{"data":[{"type":"x/Organization","id":"o1","name":"Rat"}]}"#,
        )
        .unwrap();
        fs::write(folder.path().join("readme.txt"), "no JSON").unwrap();
        let found = found(folder.path()).unwrap();
        assert!(
            matches!(&found[..], [
                Found::Unreadable(place, _),
                Found::Organization(_),
                Found::Total(2),
                Found::Meeting(_),
                Found::Unreadable(other, wrong),
            ] if place.ends_with("Zeile 3") && other.ends_with("Zeile 4") && wrong.field.as_deref() == Some("id")),
            "{found:?}"
        );
    }

    #[test]
    fn what_is_no_source_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        assert!(found(folder.path()).is_err());
        assert!(found(&folder.path().join("missing.json")).is_err());
        let deep = folder.path().join("deep.json");
        fs::write(&deep, "[".repeat(100_000)).unwrap();
        assert!(found(&deep).is_err());
        let torn = folder.path().join("torn.ndjson.gz");
        fs::write(&torn, [0x1f, 0x8b, 8, 0]).unwrap();
        assert!(found(&torn).is_err());
    }
}
