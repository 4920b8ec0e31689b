//! Whether a file could do something when it is opened: macros of office files, scripts of PDF.
//!
//! What cannot be looked into is refused like what holds a macro. Embedded objects are not opened: a viewer
//! asks before it does.

use std::io::Read as _;

use super::zip_archive::{Entry, entries};

/// The most that all object streams of a PDF may come to, in bytes.
const INFLATED: u64 = 64 << 20;
/// The longest dictionary of a stream that is looked through for where its data begin, in bytes.
const DICTIONARY: usize = 4_096;

/// Words in names, types and relations of parts that stand for macros, macro sheets and controls.
const MACROS: [&str; 5] = [
    "vbaproject",
    "vbadata",
    "macroenabled",
    "macrosheet",
    "activex",
];

fn speaks_of_macros(text: &str) -> bool {
    let text = text.to_lowercase();
    MACROS.iter().any(|word| text.contains(word))
}

/// Whether the content is a file of Office Open XML whose main part has this content type, without macros.
/// Programs find macros by the content types and relations, not by the names of parts, so both are read.
pub(super) fn is_office_open_xml(content: &[u8], main_type: &str) -> bool {
    let check = || {
        let entries = entries(content)?;
        let types = entries
            .iter()
            .find(|entry| entry.name == "[Content_Types].xml")?
            .xml()?;
        let is_relation = |entry: &&Entry<'_>| entry.name.to_lowercase().ends_with(".rels");
        for relations in entries.iter().filter(is_relation) {
            if speaks_of_macros(&relations.xml()?) {
                return None;
            }
        }
        let named = entries.iter().any(|entry| speaks_of_macros(entry.name));
        let main = types.contains(&format!("\"{main_type}\""))
            || types.contains(&format!("'{main_type}'"));
        (main && !named && !speaks_of_macros(&types)).then_some(())
    };
    check().is_some()
}

/// Whether the content is an OpenDocument file of this media type, without macros: its first entry says the
/// type, uncompressed, and no folder of macros is there.
pub(super) fn is_open_document(content: &[u8], media_type: &str) -> bool {
    let check = || {
        let entries = entries(content)?;
        let first = entries.iter().find(|entry| entry.offset == 0)?;
        let typed = first.name == "mimetype" && first.stored && first.data == media_type.as_bytes();
        let macros = entries.iter().any(|entry| {
            let name = entry.name.to_lowercase();
            name.starts_with("basic/") || name.starts_with("scripts/")
        });
        (typed && !macros).then_some(())
    };
    check().is_some()
}

/// Whether the content is a PDF that runs no script and starts no program. Names may be written with
/// escapes, and objects may lie in compressed streams; one that cannot be opened is refused.
pub(super) fn is_quiet_pdf(content: &[u8]) -> bool {
    content.starts_with(b"%PDF-") && quiet(content, INFLATED).is_some()
}

/// What is left of the bytes that may be inflated; `None`: it is not quiet.
fn quiet(content: &[u8], mut left: u64) -> Option<u64> {
    for (at, _) in content
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'/')
    {
        let name = name_at(content.get(at + 1..)?);
        if name == b"JavaScript" || name == b"Launch" {
            return None;
        }
        if name == b"ObjStm" {
            let inflated = object_stream(content, at, left)?;
            left = left.checked_sub(inflated.len() as u64)?;
            let hidden = inflated
                .iter()
                .enumerate()
                .filter(|(_, byte)| **byte == b'/');
            for (at, _) in hidden {
                let name = name_at(inflated.get(at + 1..)?);
                if name == b"JavaScript" || name == b"Launch" {
                    return None;
                }
            }
        }
    }
    Some(left)
}

/// A name without its escapes, as far as is needed to know it.
fn name_at(bytes: &[u8]) -> Vec<u8> {
    let mut name = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at).filter(|_| name.len() < 16) {
        if *byte == b'#' {
            let hex = bytes.get(at + 1..at + 3);
            let hex = hex.and_then(|hex| std::str::from_utf8(hex).ok());
            let Some(escaped) = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) else {
                break;
            };
            name.push(escaped);
            at += 3;
        } else if byte.is_ascii_whitespace() || *byte == 0 || b"()<>[]{}/%".contains(byte) {
            break;
        } else {
            name.push(*byte);
            at += 1;
        }
    }
    name
}

/// The objects in the stream whose dictionary names it at `at`.
fn object_stream(content: &[u8], at: usize, left: u64) -> Option<Vec<u8>> {
    let window = content.get(at..content.len().min(at + DICTIONARY))?;
    let found = find(window, b"stream")?;
    let begins = window.get(found..)?;
    let dictionary = content.get(at.saturating_sub(DICTIONARY)..at + found)?;
    let opens = rfind(dictionary, b"obj").unwrap_or(0);
    let dictionary = dictionary.get(opens..)?;
    // With a predictor the bytes would not be the objects.
    let plain = find(dictionary, b"FlateDecode").is_some()
        && find(dictionary, b"DecodeParms").is_none()
        && find(dictionary, b"Crypt").is_none();
    let skip = if begins.get(6..8) == Some(b"\r\n") {
        8
    } else {
        7
    };
    let data = content.get(at + found + skip..)?;
    if !plain {
        return None;
    }
    let mut objects = Vec::new();
    let mut inflated = flate2::read::ZlibDecoder::new(data).take(left + 1);
    inflated.read_to_end(&mut objects).ok()?;
    (objects.len() as u64 <= left).then_some(objects)
}

fn find(content: &[u8], part: &[u8]) -> Option<usize> {
    content
        .windows(part.len())
        .position(|window| window == part)
}

fn rfind(content: &[u8], part: &[u8]) -> Option<usize> {
    content
        .windows(part.len())
        .rposition(|window| window == part)
}

#[cfg(test)]
#[path = "active_content_tests.rs"]
mod tests;
