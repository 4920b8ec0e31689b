//! How an entry lies in a vault file, and how a file is read back after a crash.
//!
//! `magic (4) | length of the body (4) | offset where its write began (8) | body | CRC32C (4)`, all
//! numbers big-endian. The checksum covers the file's number and the entry's offset too, so that an
//! entry in a wrong place is found. A write starts only after the one before was synced, so a crash
//! can damage only the last write; as every entry says where its write began, damage before that
//! is told from a torn end. An entry with an empty body is a seal: it says that all before it was
//! synced.

/// Bytes of a file before its first entry.
pub(super) const HEADER: u64 = 48;
/// Bytes of an entry around its body.
pub(super) const AROUND: usize = 20;
const FRONT: usize = 16;
const MAGIC: [u8; 4] = [0xF1, b'q', b's', 0xF2];
/// Longer than any text or file may be; a length above it is damage.
const LONGEST: usize = 11 << 20;

/// Where an entry lies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Place {
    /// The file's number.
    pub(super) file: u32,
    /// The entry's offset in it.
    pub(super) offset: u32,
    /// The length of its body.
    pub(super) length: u32,
}

impl Place {
    /// The place of an entry with this body. Both numbers fit: a file is bounded well below 4 GB, a
    /// body below 11 MiB.
    pub(super) fn of(file: u32, offset: u64, body: &[u8]) -> Self {
        Self {
            file,
            offset: u32::try_from(offset).unwrap_or(u32::MAX),
            length: u32::try_from(body.len()).unwrap_or(u32::MAX),
        }
    }

    /// The bytes the whole entry takes.
    pub(super) const fn size(self) -> usize {
        self.length as usize + AROUND
    }
}

/// Adds an entry to `out`; its first byte will be at `offset` of file number `file`.
pub(super) fn put(out: &mut Vec<u8>, file: u32, offset: u64, write: u64, body: &[u8]) {
    let length = u32::try_from(body.len()).unwrap_or(u32::MAX);
    out.extend_from_slice(&MAGIC);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(&write.to_be_bytes());
    out.extend_from_slice(body);
    out.extend_from_slice(&checksum(file, offset, write, body).to_be_bytes());
}

fn checksum(file: u32, offset: u64, write: u64, body: &[u8]) -> u32 {
    let mut place = [0; 20];
    place[..4].copy_from_slice(&file.to_be_bytes());
    place[4..12].copy_from_slice(&offset.to_be_bytes());
    place[12..].copy_from_slice(&write.to_be_bytes());
    crc32c::crc32c_append(crc32c::crc32c(&place), body)
}

/// An entry as it was found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found<'a> {
    /// Where its write began.
    write: u64,
    /// What it holds; empty for a seal.
    pub(super) body: &'a [u8],
}

/// The entry at the beginning of `bytes`, which lie at `offset` of the file; `None` when there is no
/// whole one.
pub(super) fn get(bytes: &[u8], file: u32, offset: u64) -> Option<Found<'_>> {
    let rest = bytes.strip_prefix(&MAGIC)?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let (write, rest) = rest.split_first_chunk::<8>()?;
    let length = u32::from_be_bytes(*length) as usize;
    let write = u64::from_be_bytes(*write);
    if length > LONGEST || write > offset || write < HEADER {
        return None;
    }
    let (body, rest) = rest.split_at_checked(length)?;
    let (sum, _) = rest.split_first_chunk::<4>()?;
    (u32::from_be_bytes(*sum) == checksum(file, offset, write, body))
        .then_some(Found { write, body })
}

/// How far a file is good.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Scanned {
    /// The byte after the last whole entry.
    pub(super) end: u64,
    /// Where the last seal begins (or the header ends): what is before was synced for sure; the
    /// seal itself may not have been.
    pub(super) sealed: u64,
}

/// Reads all entries of a file, `bytes` being the whole of it, and gives each to `found` with its
/// place. Gives back where the good entries end: at the file's length, or before it when the last
/// write is torn (only in the newest file, because older ones were synced whole).
///
/// # Errors
/// The offset of damage that no crash explains.
pub(super) fn scan<'a>(
    bytes: &'a [u8],
    file: u32,
    newest: bool,
    mut found: impl FnMut(Place, &'a [u8]) -> Result<(), &'static str>,
) -> Result<Scanned, (u64, &'static str)> {
    let mut at = HEADER;
    let mut sealed = HEADER;
    loop {
        let rest = from(bytes, at);
        if rest.is_empty() {
            return Ok(Scanned { end: at, sealed });
        }
        let Some(entry) = get(rest, file, at) else {
            let explained = newest && !later_write(bytes, file, at);
            return if explained {
                Ok(Scanned { end: at, sealed })
            } else {
                Err((at, "the entry is damaged"))
            };
        };
        if !entry.body.is_empty() {
            found(Place::of(file, at, entry.body), entry.body).map_err(|what| (at, what))?;
        }
        if entry.body.is_empty() {
            sealed = at;
        }
        at += (entry.body.len() + AROUND) as u64;
    }
}

/// Whether a write that began after `damage` can be found: then what is damaged was synced.
fn later_write(bytes: &[u8], file: u32, damage: u64) -> bool {
    let rest = from(bytes, damage);
    let last = rest.len().saturating_sub(FRONT);
    (1..last).any(|skip| {
        let offset = damage + skip as u64;
        rest[skip..].starts_with(&MAGIC)
            && get(&rest[skip..], file, offset).is_some_and(|entry| entry.write > damage)
    })
}

fn from(bytes: &[u8], offset: u64) -> &[u8] {
    usize::try_from(offset)
        .ok()
        .and_then(|offset| bytes.get(offset..))
        .unwrap_or_default()
}
