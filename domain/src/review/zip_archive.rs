//! The directory of a ZIP archive, read strictly and with bounds: what office files are made of. An archive
//! that could be read in two ways is none: nothing before or behind it, every entry named once and in both
//! places, nothing encrypted, no 64-bit sizes.

use std::collections::BTreeSet;
use std::io::Read as _;

/// The most entries.
const ENTRIES: usize = 10_000;
/// The longest text of one entry, in bytes.
const TEXT: u64 = 2 << 20;

/// One entry.
pub(super) struct Entry<'a> {
    /// Its name, as it is written.
    pub(super) name: &'a str,
    /// Whether it is not compressed.
    pub(super) stored: bool,
    /// Where it begins.
    pub(super) offset: usize,
    /// Its bytes as they lie in the archive.
    pub(super) data: &'a [u8],
    method: u16,
}

impl Entry<'_> {
    /// Its text, which must be XML in UTF-8 of at most [`TEXT`] bytes without a document type; character
    /// references are put in, so that no word hides behind one.
    pub(super) fn xml(&self) -> Option<String> {
        let mut bytes = Vec::new();
        match self.method {
            0 => bytes.extend_from_slice(self.data),
            8 => {
                let inflated = flate2::read::DeflateDecoder::new(self.data);
                inflated.take(TEXT + 1).read_to_end(&mut bytes).ok()?;
            }
            _ => return None,
        }
        if bytes.len() as u64 > TEXT {
            return None;
        }
        let text = String::from_utf8(bytes).ok()?;
        if text.contains("<!DOCTYPE") || text.contains("<!ENTITY") {
            return None;
        }
        Some(without_references(&text))
    }
}

fn without_references(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("&#") {
        plain.push_str(before);
        let Some((number, behind)) = after.split_once(';') else {
            rest = after;
            continue;
        };
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        plain.extend(code.ok().and_then(char::from_u32));
        rest = behind;
    }
    plain.push_str(rest);
    plain
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let bytes = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_le_bytes(bytes.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<usize> {
    let bytes = bytes.get(at..at.checked_add(4)?)?;
    usize::try_from(u32::from_le_bytes(bytes.try_into().ok()?)).ok()
}

/// Where the record at the end begins; its comment reaches to the very end.
fn end_of_directory(content: &[u8]) -> Option<usize> {
    let from = content.len().saturating_sub(22 + 65_535);
    (from..=content.len().checked_sub(22)?).rev().find(|at| {
        let comment = u16_at(content, at + 20).map(usize::from);
        content.get(*at..at + 4) == Some(b"PK\x05\x06")
            && comment.is_some_and(|comment| at + 22 + comment == content.len())
    })
}

/// The entries in the order of the directory; `None`: it is no archive that can be read in one way only.
pub(super) fn entries(content: &[u8]) -> Option<Vec<Entry<'_>>> {
    let end = end_of_directory(content)?;
    let count = usize::from(u16_at(content, end + 10)?);
    let (size, start) = (u32_at(content, end + 12)?, u32_at(content, end + 16)?);
    let one_disk =
        u32_at(content, end + 4)? == 0 && u16_at(content, end + 8)? == u16_at(content, end + 10)?;
    if !one_disk || count > ENTRIES || start.checked_add(size)? != end {
        return None;
    }
    let mut entries = Vec::with_capacity(count);
    let mut names = BTreeSet::new();
    let mut at = start;
    for _ in 0..count {
        if content.get(at..at.checked_add(4)?)? != b"PK\x01\x02" {
            return None;
        }
        let (flags, method) = (u16_at(content, at + 8)?, u16_at(content, at + 10)?);
        let (packed, offset) = (u32_at(content, at + 20)?, u32_at(content, at + 42)?);
        let length = usize::from(u16_at(content, at + 28)?);
        let more = usize::from(u16_at(content, at + 30)?) + usize::from(u16_at(content, at + 32)?);
        let name = std::str::from_utf8(content.get(at + 46..at + 46 + length)?).ok()?;
        let here = entry(content.get(..start)?, (offset, packed), name)?;
        let odd = name.starts_with('/') || name.contains("..") || name.contains('\\');
        if flags & 1 != 0 || odd || !names.insert(name.to_lowercase()) {
            return None;
        }
        entries.push(Entry {
            name,
            stored: method == 0,
            offset,
            data: here,
            method,
        });
        at += 46 + length + more;
    }
    (at == end).then_some(entries)
}

/// The bytes of an entry, which must have the same name where it lies.
fn entry<'a>(files: &'a [u8], (offset, packed): (usize, usize), name: &str) -> Option<&'a [u8]> {
    let length = usize::from(u16_at(files, offset.checked_add(26)?)?);
    let more = usize::from(u16_at(files, offset + 28)?);
    let named = files.get(offset + 30..offset + 30 + length)?;
    if files.get(offset..offset + 4)? != b"PK\x03\x04" || named != name.as_bytes() {
        return None;
    }
    let from = offset + 30 + length + more;
    files.get(from..from.checked_add(packed)?)
}
