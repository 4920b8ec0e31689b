//! A series of numbered vault files of bounded size: texts, or the keys of their subjects.

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use crate::disk::{Access, Disk, DiskFile, read_all};
use crate::keys::SecretKey;

use super::error::{VaultError, damaged, storage};
use super::folder::{Kind, UNFINISHED, check_header, numbers, put_header};
use super::frame::{self, HEADER, Place, Scanned};

type Handle = Arc<dyn DiskFile>;

/// The files, for readers; shared with the writer.
#[derive(Debug)]
pub(super) struct Files {
    disk: Arc<dyn Disk>,
    folder: PathBuf,
    kind: Kind,
    open: RwLock<HashMap<u32, Handle>>,
}

impl Files {
    pub(super) fn path(&self, file: u32) -> PathBuf {
        self.folder.join(self.kind.file_name(file))
    }

    /// The body of an entry that was acknowledged.
    pub(super) fn read(&self, place: Place) -> Result<Vec<u8>, VaultError> {
        let handle = self
            .open
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&place.file)
            .map(Arc::clone);
        let handle = handle.ok_or_else(|| self.damaged(place, "the file is not there"))?;
        let mut bytes = vec![0; place.size()];
        let read = handle
            .read_at(&mut bytes, u64::from(place.offset))
            .map_err(storage("reading", &self.path(place.file)))?;
        bytes.truncate(read);
        frame::get(&bytes, place.file, u64::from(place.offset))
            .filter(|found| found.body.len() == place.length as usize)
            .map(|found| found.body.to_vec())
            .ok_or_else(|| self.damaged(place, "the entry is damaged"))
    }

    /// The error for an entry that is not as it was written.
    pub(super) fn damaged(&self, place: Place, what: &'static str) -> VaultError {
        damaged(&self.path(place.file), u64::from(place.offset), what)
    }

    fn set(&self, file: u32, handle: Handle) {
        self.open
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(file, handle);
    }

    /// Makes a file with these entries, all of it or nothing, in place of one that has its number.
    fn create(
        &self,
        file: u32,
        master: &SecretKey,
        bodies: &[&[u8]],
    ) -> Result<(Handle, u64), VaultError> {
        let mut bytes = Vec::new();
        put_header(&mut bytes, self.kind, file, master);
        for body in bodies {
            let offset = bytes.len() as u64;
            frame::put(&mut bytes, file, offset, HEADER, body);
        }
        if !bodies.is_empty() {
            let offset = bytes.len() as u64;
            frame::put(&mut bytes, file, offset, offset, &[]);
        }
        let path = self.path(file);
        let new = path.with_extension(UNFINISHED);
        let write = || {
            let handle = self.disk.open(&new, Access::Create)?;
            handle.write_at(&bytes, 0)?;
            handle.sync()?;
            self.disk.rename(&new, &path)?;
            self.disk.sync_dir(&self.folder)?;
            Ok(handle)
        };
        let handle: Handle = write().map_err(storage("creating", &path))?.into();
        self.set(file, Arc::clone(&handle));
        Ok((handle, bytes.len() as u64))
    }
}

/// The writing end of a series. Used by one thread.
pub(super) struct Series {
    files: Arc<Files>,
    master: SecretKey,
    newest: u32,
    handle: Handle,
    /// Where the next write begins; all before it is synced.
    end: u64,
    pending: Vec<u8>,
    sealed: bool,
}

/// Cuts off what a crash left half written, and makes what is not behind a synced seal durable: the
/// process before this one may have been killed before its sync, or the sync may have failed, after
/// which only writing the bytes again brings them to the disk.
fn make_sure(
    handle: &dyn DiskFile,
    path: &Path,
    bytes: &[u8],
    Scanned { end, sealed }: Scanned,
) -> Result<(), VaultError> {
    let torn = bytes.len() as u64 - end;
    if torn > 0 {
        let file = path.display();
        tracing::warn!(%file, torn, "cut off the end of a vault file that a crash left half written");
    }
    // Also where nothing is torn any more: the process that cut it may have ended before its sync, and
    // an end that comes back after a power loss is damage once there is a newer file.
    handle.truncate(end).map_err(storage("cutting", path))?;
    let range = usize::try_from(sealed)
        .ok()
        .zip(usize::try_from(end).ok())
        .and_then(|(sealed, end)| bytes.get(sealed..end))
        .unwrap_or_default();
    handle
        .write_at(range, sealed)
        .and_then(|()| handle.sync())
        .map_err(storage("writing", path))
}

impl fmt::Debug for Series {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Series({}, {} bytes)",
            self.files.path(self.newest).display(),
            self.end
        )
    }
}

impl Series {
    /// Opens the series below `vault`, cuts off what a crash left half written, and gives every
    /// entry to `found`.
    pub(super) fn open(
        disk: Arc<dyn Disk>,
        vault: &Path,
        kind: Kind,
        master: &SecretKey,
        mut found: impl FnMut(Place, &[u8]) -> Result<(), &'static str>,
    ) -> Result<Self, VaultError> {
        let folder = vault.join(kind.name);
        disk.create_dir(&folder)
            .and_then(|()| disk.sync_dir(vault))
            .map_err(storage("making the folder", &folder))?;
        let files = Arc::new(Files {
            disk,
            folder,
            kind,
            open: RwLock::default(),
        });
        let numbers = numbers(&*files.disk, &files.folder, kind, true)?;
        let Some(newest) = numbers.last().copied() else {
            let (handle, end) = files.create(1, master, &[])?;
            return Ok(Self::at(files, master, 1, handle, end));
        };
        // A process that was killed may have begun a file without syncing the folder.
        files
            .disk
            .sync_dir(&files.folder)
            .map_err(storage("syncing", &files.folder))?;
        let mut writable = None;
        for file in numbers {
            let path = files.path(file);
            let last = file == newest;
            let access = if last { Access::Write } else { Access::Read };
            let handle: Handle = files
                .disk
                .open(&path, access)
                .map_err(storage("opening", &path))?
                .into();
            let bytes = read_all(&*handle).map_err(storage("reading", &path))?;
            check_header(&path, kind, file, Some(master), &bytes)?;
            let scanned = frame::scan(&bytes, file, last, &mut found)
                .map_err(|(offset, what)| damaged(&path, offset, what))?;
            if last {
                make_sure(&*handle, &path, &bytes, scanned)?;
            }
            files.set(file, Arc::clone(&handle));
            writable = Some((handle, scanned));
        }
        let (handle, scanned) =
            writable.ok_or_else(|| damaged(&files.path(newest), 0, "the file is not there"))?;
        let sealed = scanned.end - scanned.sealed <= frame::AROUND as u64;
        let mut series = Self::at(files, master, newest, handle, scanned.end);
        series.sealed = sealed;
        Ok(series)
    }

    fn at(files: Arc<Files>, master: &SecretKey, newest: u32, handle: Handle, end: u64) -> Self {
        Self {
            files,
            master: master.clone(),
            newest,
            handle,
            end,
            pending: Vec::new(),
            sealed: true,
        }
    }

    /// The reading end.
    pub(super) const fn files(&self) -> &Arc<Files> {
        &self.files
    }

    /// Adds an entry; it is durable after [`Series::sync`].
    pub(super) fn push(&mut self, body: &[u8]) -> Result<Place, VaultError> {
        let size = (body.len() + frame::AROUND) as u64;
        if self.end + self.pending.len() as u64 + size > self.files.kind.bytes {
            self.sync()?;
            self.seal()?;
            self.newest += 1;
            (self.handle, self.end) = self.files.create(self.newest, &self.master, &[])?;
        }
        let offset = self.end + self.pending.len() as u64;
        frame::put(&mut self.pending, self.newest, offset, self.end, body);
        Ok(Place::of(self.newest, offset, body))
    }

    /// Writes what was added and makes it durable. After an error nothing more may be written.
    pub(super) fn sync(&mut self) -> Result<(), VaultError> {
        if self.pending.is_empty() {
            return Ok(());
        }
        self.handle
            .write_at(&self.pending, self.end)
            .and_then(|()| self.handle.sync())
            .map_err(storage("writing", &self.files.path(self.newest)))?;
        self.end += self.pending.len() as u64;
        self.pending.clear();
        self.sealed = false;
        Ok(())
    }

    /// Says in the file that everything in it was synced, once after each write.
    pub(super) fn seal(&mut self) -> Result<(), VaultError> {
        if self.sealed {
            return Ok(());
        }
        frame::put(&mut self.pending, self.newest, self.end, self.end, &[]);
        self.sync()?;
        self.sealed = true;
        Ok(())
    }

    /// Writes every file anew without the entries that `keep` refuses, and gives the others with
    /// their new places to `moved`. Each old file is really gone before the next one is begun.
    pub(super) fn retain(
        &mut self,
        keep: impl Fn(&[u8]) -> bool,
        mut moved: impl FnMut(Place, &[u8]) -> Result<(), &'static str>,
    ) -> Result<(), VaultError> {
        self.sync()?;
        let Files { disk, folder, .. } = &*self.files;
        for file in numbers(&**disk, folder, self.files.kind, false)? {
            let path = self.files.path(file);
            let handle = disk
                .open(&path, Access::Read)
                .map_err(storage("opening", &path))?;
            let bytes = read_all(&*handle).map_err(storage("reading", &path))?;
            let mut kept: Vec<&[u8]> = Vec::new();
            let mut dropped = false;
            frame::scan(&bytes, file, false, |_, body| {
                if keep(body) {
                    kept.push(body);
                } else {
                    dropped = true;
                }
                Ok(())
            })
            .map_err(|(offset, what)| damaged(&path, offset, what))?;
            if !dropped {
                continue;
            }
            let (handle, end) = self.files.create(file, &self.master, &kept)?;
            if file == self.newest {
                (self.handle, self.end, self.sealed) = (handle, end, true);
            }
            let mut at = HEADER;
            for body in kept {
                let place = Place::of(file, at, body);
                moved(place, body).map_err(|what| self.files.damaged(place, what))?;
                at += place.size() as u64;
            }
        }
        Ok(())
    }
}
