//! The folders of the vault: how their files are called and how each begins.

use std::path::Path;

use crate::disk::Disk;
use crate::keys::SecretKey;

use super::error::{VaultError, damaged, storage};
use super::frame::HEADER;

/// Which files a series has, and how large one may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kind {
    /// The folder's name and the ending of its files.
    pub(super) name: &'static str,
    /// The four bytes by which they are told apart.
    pub(super) mark: [u8; 4],
    /// A file takes no new entry beyond this many bytes.
    pub(super) bytes: u64,
}

/// Encrypted texts, about 200,000 to a file.
pub(super) const TEXTS: Kind = Kind {
    name: "texts",
    mark: *b"text",
    bytes: 64 << 20,
};

/// Wrapped keys, about 8,000 to a file: erasing one rewrites a file of this size.
pub(super) const KEYS: Kind = Kind {
    name: "keys",
    mark: *b"keys",
    bytes: 900 << 10,
};

impl Kind {
    pub(super) fn file_name(self, file: u32) -> String {
        format!("{file:08}.{}", self.name)
    }
}

/// The ending of a file that is not whole yet.
pub(super) const UNFINISHED: &str = "new";

const MAGIC: [u8; 8] = *b"QSVAULT1";

/// The numbers of the files in a folder: 1, 2, 3 … Unfinished ones, left by a crash, are removed if
/// `clean`.
pub(super) fn numbers(
    disk: &dyn Disk,
    folder: &Path,
    kind: Kind,
    clean: bool,
) -> Result<Vec<u32>, VaultError> {
    let mut numbers: Vec<u32> = Vec::new();
    for name in disk.list(folder).map_err(storage("listing", folder))? {
        let Some((number, ending)) = name.split_once('.') else {
            continue;
        };
        if ending == kind.name {
            numbers.extend(number.parse::<u32>());
        } else if ending == UNFINISHED && clean {
            let path = folder.join(&name);
            disk.remove(&path).map_err(storage("removing", &path))?;
        }
    }
    numbers.sort_unstable();
    match (1..)
        .zip(&numbers)
        .find(|(expected, found)| expected != *found)
    {
        None => Ok(numbers),
        Some((missing, _)) => Err(damaged(
            &folder.join(kind.file_name(missing)),
            0,
            "the file is not there",
        )),
    }
}

/// The beginning of every file: what it is, and a keyed hash by which a wrong master key is noticed.
pub(super) fn put_header(out: &mut Vec<u8>, kind: Kind, file: u32, master: &SecretKey) {
    out.extend_from_slice(&front(kind, file));
    out.extend_from_slice(&proof(kind, file, master));
}

/// Checks the beginning of a file; without the master key only its form.
pub(super) fn check_header(
    path: &Path,
    kind: Kind,
    file: u32,
    master: Option<&SecretKey>,
    bytes: &[u8],
) -> Result<(), VaultError> {
    let Some((found, stored)) = bytes
        .get(..HEADER as usize)
        .and_then(|header| header.split_at_checked(16))
    else {
        return Err(damaged(path, 0, "the file is shorter than its header"));
    };
    if found != front(kind, file) {
        return Err(damaged(path, 0, "the file does not begin as it should"));
    }
    match master {
        Some(master) if stored != proof(kind, file, master) => Err(VaultError::WrongMasterKey {
            file: path.to_owned(),
        }),
        Some(_) | None => Ok(()),
    }
}

fn front(kind: Kind, file: u32) -> [u8; 16] {
    let mut front = [0; 16];
    front[..8].copy_from_slice(&MAGIC);
    front[8..12].copy_from_slice(&kind.mark);
    front[12..].copy_from_slice(&file.to_be_bytes());
    front
}

fn proof(kind: Kind, file: u32, master: &SecretKey) -> [u8; 32] {
    master.mac(&[b"vault file", kind.name.as_bytes(), &file.to_be_bytes()])
}
