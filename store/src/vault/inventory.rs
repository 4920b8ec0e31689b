//! Which texts a vault folder holds, without its keys and beside a running server: for audits.

use std::collections::HashSet;
use std::path::Path;

use querschnitt_domain::{Commitment, RecordId};

use crate::disk::{Access, Disk, RealDisk, read_all};

use super::cipher;
use super::error::{VaultError, damaged, storage};
use super::folder::{KEYS, Kind, TEXTS, check_header, numbers};
use super::frame;

/// The commitments whose text and key are both there. Checks the form and the checksum of every
/// entry; whether a text opens with its key only the running vault can tell.
pub(crate) fn inventory(vault: &Path) -> Result<HashSet<Commitment>, VaultError> {
    let mut keys: HashSet<RecordId> = HashSet::new();
    let mut texts: HashSet<Commitment> = HashSet::new();
    // Keys come later here than texts, although they are written first: a text that is seen then
    // has its key in view.
    let mut named: Vec<(RecordId, Commitment)> = Vec::new();
    each(vault, TEXTS, |body| {
        named.push(cipher::text_name(body)?);
        Ok(())
    })?;
    each(vault, KEYS, |body| {
        keys.insert(cipher::key_subject(body)?);
        Ok(())
    })?;
    let readable = named
        .into_iter()
        .filter(|(subject, _)| keys.contains(subject));
    texts.extend(readable.map(|(_, commitment)| commitment));
    Ok(texts)
}

fn each(
    vault: &Path,
    kind: Kind,
    mut found: impl FnMut(&[u8]) -> Result<(), &'static str>,
) -> Result<(), VaultError> {
    let folder = vault.join(kind.name);
    if !folder.exists() {
        return Ok(());
    }
    let files = numbers(&RealDisk, &folder, kind, false)?;
    let newest = files.last().copied();
    for file in files {
        let path = folder.join(kind.file_name(file));
        let handle = RealDisk
            .open(&path, Access::Read)
            .map_err(storage("opening", &path))?;
        let bytes = read_all(&*handle).map_err(storage("reading", &path))?;
        check_header(&path, kind, file, None, &bytes)?;
        frame::scan(&bytes, file, Some(file) == newest, |_, body| found(body))
            .map_err(|(offset, what)| damaged(&path, offset, what))?;
    }
    Ok(())
}
