//! The file system of the machine without its syncs: for a history that can be made again.
//!
//! What is written is there for other processes and after this one was killed, but not after a power
//! loss, until [`make_durable`] has returned.

use std::fs::File;
use std::io;
use std::path::Path;

use super::{Access, Disk, DiskFile, LockGuard, RealDisk};

/// See the module.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct LazyDisk;

impl Disk for LazyDisk {
    fn create_dir(&self, dir: &Path) -> io::Result<()> {
        RealDisk.create_dir(dir)
    }

    fn open(&self, path: &Path, access: Access) -> io::Result<Box<dyn DiskFile>> {
        RealDisk
            .open(path, access)
            .map(|file| Box::new(LazyFile(file)) as Box<dyn DiskFile>)
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        RealDisk.list(dir)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        RealDisk.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        RealDisk.remove(path)
    }

    fn remove_dir(&self, dir: &Path) -> io::Result<()> {
        RealDisk.remove_dir(dir)
    }

    fn exists(&self, path: &Path) -> io::Result<bool> {
        RealDisk.exists(path)
    }

    fn mode(&self, path: &Path) -> io::Result<u32> {
        RealDisk.mode(path)
    }

    fn sync_dir(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn lock(&self, path: &Path) -> io::Result<Option<Box<dyn LockGuard>>> {
        RealDisk.lock(path)
    }
}

#[derive(Debug)]
struct LazyFile(Box<dyn DiskFile>);

impl DiskFile for LazyFile {
    fn len(&self) -> io::Result<u64> {
        self.0.len()
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.0.read_at(buffer, offset)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.0.write_at(bytes, offset)
    }

    fn sync(&self) -> io::Result<()> {
        Ok(())
    }

    fn truncate(&self, length: u64) -> io::Result<()> {
        self.0.truncate(length)
    }
}

/// Syncs every file and folder below a folder, and the folder itself.
///
/// # Errors
/// The first that can't be opened or synced.
pub fn make_durable(folder: &Path) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            make_durable(&entry.path())?;
        } else if kind.is_file() {
            File::open(entry.path())?.sync_all()?;
        }
    }
    File::open(folder)?.sync_all()
}
