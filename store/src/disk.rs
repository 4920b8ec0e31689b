//! The seam between the store and the file system: every file operation of the log, the vault, the
//! keys and the checkpoints goes through here, so that a test can put a disk under them that fails,
//! crashes, tears and forgets. Only sled, which holds nothing that is not elsewhere, has its own way.

mod lazy;
mod real;
#[cfg(test)]
pub(crate) mod simulated;

use std::fmt;
use std::io;
use std::path::Path;

pub(crate) use lazy::LazyDisk;
pub use lazy::make_durable;
pub(crate) use real::RealDisk;

/// How a file is opened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Access {
    /// It exists and is only read.
    Read,
    /// It exists and is read and written.
    Write,
    /// It must not exist yet; it is read and written.
    Create,
}

/// A file system.
pub(crate) trait Disk: fmt::Debug + Send + Sync + 'static {
    /// Creates a folder and those above it; nothing happens when it is there.
    fn create_dir(&self, dir: &Path) -> io::Result<()>;
    /// Opens or creates a file. A created file is there after a power loss only once its folder
    /// was synced.
    fn open(&self, path: &Path, access: Access) -> io::Result<Box<dyn DiskFile>>;
    /// The names of the files and folders in a folder, sorted.
    fn list(&self, dir: &Path) -> io::Result<Vec<String>>;
    /// Gives a file or folder another name, replacing a file that has it.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Removes a folder with everything in it.
    fn remove_dir(&self, dir: &Path) -> io::Result<()>;
    /// Whether a file or folder is there.
    fn exists(&self, path: &Path) -> io::Result<bool>;
    /// Who may do what with a file or folder, as in `chmod`.
    fn mode(&self, path: &Path) -> io::Result<u32>;
    /// Makes what was created, renamed or removed in a folder durable.
    fn sync_dir(&self, dir: &Path) -> io::Result<()>;
    /// Takes the exclusive lock of a file, creating it; `None` when another process has it.
    fn lock(&self, path: &Path) -> io::Result<Option<Box<dyn LockGuard>>>;
}

/// Holds a lock until it is dropped.
pub(crate) trait LockGuard: fmt::Debug + Send + Sync {}

/// An open file.
pub(crate) trait DiskFile: fmt::Debug + Send + Sync {
    /// Its length in bytes.
    fn len(&self) -> io::Result<u64>;
    /// Fills the buffer from `offset`; less than its length only at the end of the file.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;
    /// Writes all bytes at `offset`.
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()>;
    /// Makes content and length durable (`fdatasync`). After an error nothing is known about what
    /// was written since the last sync, and it MUST NOT be called again.
    fn sync(&self) -> io::Result<()>;
    /// Cuts the file.
    fn truncate(&self, length: u64) -> io::Result<()>;
}

/// Writes a file that must not exist yet, and makes its content durable; its name only once the folder
/// is synced.
pub(crate) fn write_new(disk: &dyn Disk, path: &Path, content: &[u8]) -> io::Result<()> {
    let file = disk.open(path, Access::Create)?;
    file.write_at(content, 0)?;
    file.sync()
}

/// The whole content of a file.
pub(crate) fn read_all(file: &dyn DiskFile) -> io::Result<Vec<u8>> {
    let length = usize::try_from(file.len()?).unwrap_or(usize::MAX);
    let mut content = vec![0; length];
    let read = file.read_at(&mut content, 0)?;
    content.truncate(read);
    Ok(content)
}
