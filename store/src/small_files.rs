//! A folder of small secret files that are replaced whole: after a crash each is the old one or the new
//! one, never none and never a part.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::disk::{Access, Disk, RealDisk, read_all, write_new};
use crate::keys::{KeyError, refuse_if_readable};

/// What a file is called until it takes its place.
const UNFINISHED: &str = ".new";

/// See the module. One process at a time has the folder, and one thread at a time changes it.
#[derive(Debug)]
pub struct SmallFiles {
    disk: Arc<dyn Disk>,
    folder: PathBuf,
    most: u64,
}

/// Why a folder of small files can't be used.
#[derive(Debug, thiserror::Error)]
pub enum SmallFileError {
    /// Others than the owner may read it.
    #[error(transparent)]
    Readable(#[from] KeyError),
    /// A file is longer than any that is written here.
    #[error("{}: Die Datei ist länger als {most} Bytes (file is too long)", path.display())]
    TooLong {
        /// Which file.
        path: PathBuf,
        /// The longest there is, in bytes.
        most: u64,
    },
    /// The system refused.
    #[error("{}: {what}", path.display())]
    Io {
        /// What was tried.
        what: &'static str,
        /// With which file or folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

impl SmallFiles {
    /// Opens the folder, or makes it; what an interrupted change left behind is removed. Files have at most
    /// `most` bytes.
    ///
    /// # Errors
    /// When the folder can't be made or read, or others may read it.
    pub fn open(folder: &Path, most: u64) -> Result<Self, SmallFileError> {
        Self::open_on(Arc::new(RealDisk), folder, most)
    }

    fn open_on(disk: Arc<dyn Disk>, folder: &Path, most: u64) -> Result<Self, SmallFileError> {
        let files = Self {
            disk,
            folder: folder.to_owned(),
            most,
        };
        let there = files
            .disk
            .exists(folder)
            .map_err(failed("looking for a folder", folder))?;
        if !there {
            files
                .disk
                .create_dir(folder)
                .map_err(failed("making a folder", folder))?;
            let parent = folder.parent().unwrap_or(folder);
            files
                .disk
                .sync_dir(parent)
                .map_err(failed("syncing a folder", parent))?;
        }
        refuse_if_readable(&*files.disk, folder)?;
        for name in files.list()? {
            if name.ends_with(UNFINISHED) {
                files.remove(&name)?;
            }
        }
        Ok(files)
    }

    /// Where a file lies.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The names of all files, sorted.
    ///
    /// # Errors
    /// When the folder can't be read.
    pub fn list(&self) -> Result<Vec<String>, SmallFileError> {
        self.disk
            .list(&self.folder)
            .map_err(failed("listing a folder", &self.folder))
    }

    /// What stands in a file; `None` when there is none.
    ///
    /// # Errors
    /// When it can't be read, is too long, or others may read it.
    pub fn read(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, SmallFileError> {
        let path = self.path(name);
        let file = match self.disk.open(&path, Access::Read) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed("reading a file", &path)(error)),
        };
        refuse_if_readable(&*self.disk, &path)?;
        let length = file.len().map_err(failed("reading a file", &path))?;
        if length > self.most {
            let most = self.most;
            return Err(SmallFileError::TooLong { path, most });
        }
        let content = read_all(&*file).map_err(failed("reading a file", &path))?;
        Ok(Some(Zeroizing::new(content)))
    }

    /// Writes a file whole in the place of the one that is there, if any; durable when this returns.
    ///
    /// # Errors
    /// When the system refuses; the file is then the old one or the new one.
    pub fn replace(&self, name: &str, content: &[u8]) -> Result<(), SmallFileError> {
        let path = self.path(name);
        let new = self.path(&format!("{name}{UNFINISHED}"));
        let left = self
            .disk
            .exists(&new)
            .map_err(failed("looking for a file", &new))?;
        if left {
            self.disk
                .remove(&new)
                .map_err(failed("removing a file", &new))?;
        }
        write_new(&*self.disk, &new, content).map_err(failed("writing a file", &new))?;
        self.disk
            .rename(&new, &path)
            .map_err(failed("moving a file to its place", &path))?;
        self.disk
            .sync_dir(&self.folder)
            .map_err(failed("syncing a folder", &self.folder))
    }

    /// Removes a file; durable when this returns.
    ///
    /// # Errors
    /// When the system refuses, or there is none.
    pub fn remove(&self, name: &str) -> Result<(), SmallFileError> {
        let path = self.path(name);
        self.disk
            .remove(&path)
            .map_err(failed("removing a file", &path))?;
        self.disk
            .sync_dir(&self.folder)
            .map_err(failed("syncing a folder", &self.folder))
    }
}

fn failed(what: &'static str, path: &Path) -> impl Fn(io::Error) -> SmallFileError {
    move |source| SmallFileError::Io {
        what,
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::simulated::{Dice, Fault, SimulatedDisk};

    const FOLDER: &str = "data/credentials";

    fn open(disk: &SimulatedDisk) -> Result<SmallFiles, SmallFileError> {
        SmallFiles::open_on(Arc::new(disk.clone()), Path::new(FOLDER), 4_096)
    }

    fn content(files: &SmallFiles) -> Option<Vec<u8>> {
        files.read("a").unwrap().map(|content| content.to_vec())
    }

    /// Whatever happens while a file is replaced, and when: it is the old one or the new one.
    #[test]
    fn a_crash_leaves_the_old_or_the_new_file() {
        let (mut kept, mut replaced, mut failures) = (0, 0, 0);
        for seed in 0..600 {
            let mut dice = Dice::new(seed);
            let disk = SimulatedDisk::new(seed);
            disk.create_dir(Path::new("data")).unwrap();
            disk.sync_dir(Path::new(".")).unwrap();
            let old = vec![1; 1 + usize::try_from(dice.roll(3_000)).unwrap()];
            let new = vec![2; 1 + usize::try_from(dice.roll(3_000)).unwrap()];
            let files = open(&disk).unwrap();
            files.replace("a", &old).unwrap();
            let fault = [Fault::Crash, Fault::Full, Fault::ReadOnly, Fault::Once];
            let fault = fault[usize::try_from(dice.roll(4)).unwrap()];
            disk.fail_at(dice.roll(7), fault);
            let done = files.replace("a", &new).is_ok();
            failures += u32::from(!done);
            disk.mend();
            disk.restart(dice.coin());
            let files = open(&disk).unwrap();
            let found = content(&files);
            assert!(
                found.as_ref() == Some(&new) || (found == Some(old) && !done),
                "seed {seed}: {fault:?}, done: {done}"
            );
            match found == Some(new) {
                true => replaced += 1,
                false => kept += 1,
            }
            assert_eq!(files.list().unwrap(), ["a"], "seed {seed}");
        }
        assert!(kept > 20 && replaced > 20 && failures > 20);
    }

    #[test]
    fn files_belong_to_their_owner_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("credentials");
        let files = SmallFiles::open(&inside, 100).unwrap();
        files.replace("a", b"secret").unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&inside), mode(&files.path("a"))), (0o700, 0o600));
        let open_to_all = std::fs::Permissions::from_mode(0o644);
        std::fs::set_permissions(files.path("a"), open_to_all).unwrap();
        let error = files.read("a").unwrap_err().to_string();
        assert!(error.contains("chmod 600"), "{error}");
    }

    #[test]
    fn what_is_too_long_is_refused_by_name_and_what_is_not_there_is_none() {
        let disk = SimulatedDisk::new(1);
        disk.create_dir(Path::new("data")).unwrap();
        let files = open(&disk).unwrap();
        files.replace("a", &[7; 4_097]).unwrap();
        let error = files.read("a").unwrap_err().to_string();
        assert!(error.contains("credentials/a"), "{error}");
        assert!(files.read("b").unwrap().is_none());
        files.remove("a").unwrap();
        assert!(files.read("a").unwrap().is_none());
    }
}
