//! A disk that fails, crashes, tears and forgets; for tests.
//!
//! Writes, cuts and changes to folders are kept apart from what is durable until they are synced. A
//! power loss keeps an arbitrary part of them: each sector of each write on its own, each change to
//! a folder on its own. A killed process loses nothing, but what it did not sync is still at risk.
//!
//! More than 400 lines: one machine, whose faults only make sense together.
//!
//! More than 400 lines: the rules of one disk belong together.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Access, Disk, DiskFile, LockGuard};

const SECTOR: usize = 512;

/// A source of numbers that a seed repeats (SplitMix64).
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % sides.max(1)
    }

    pub(crate) fn coin(&mut self) -> bool {
        self.roll(2) == 0
    }
}

/// What happens at the n-th operation that changes something.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Fault {
    /// The machine stops in the middle of it: nothing works until [`SimulatedDisk::restart`].
    Crash,
    /// Part of it is done, then there is no space; so with every later one.
    Full,
    /// The file system is read-only from now on.
    ReadOnly,
    /// It fails once; what it was to write or to sync may or may not be there.
    Once,
}

/// The disk. Clones are the same disk.
#[derive(Clone, Debug)]
pub(crate) struct SimulatedDisk(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    /// The names as the running process sees them.
    names: BTreeMap<PathBuf, usize>,
    /// The names that survive a power loss.
    durable_names: BTreeMap<PathBuf, usize>,
    inodes: Vec<Inode>,
    /// Folders that were given another name, from and to, and whether that survives is not known.
    moved: Vec<(PathBuf, PathBuf)>,
    locked: Vec<PathBuf>,
    /// Handles from before a restart do nothing any more.
    generation: u64,
    operations: u64,
    fault: Option<(u64, Fault)>,
    lasting: Option<Fault>,
    dice: Dice,
}

#[derive(Clone, Default, Debug)]
struct Inode {
    /// As the running process sees it.
    content: Vec<u8>,
    /// What a power loss leaves of it for sure.
    durable: Vec<u8>,
    /// What happened since, in order.
    pending: Vec<Change>,
}

#[derive(Clone, Debug)]
enum Change {
    Write { offset: usize, bytes: Vec<u8> },
    Cut(usize),
}

impl Change {
    fn apply(&self, content: &mut Vec<u8>) {
        match self {
            Self::Write { offset, bytes } => {
                if content.len() < offset + bytes.len() {
                    content.resize(offset + bytes.len(), 0);
                }
                content[*offset..offset + bytes.len()].copy_from_slice(bytes);
            }
            Self::Cut(length) => content.resize(*length, 0),
        }
    }
}

impl Inode {
    /// What reached the disk when the power went: of each sector the state after any of the changes,
    /// and any of the lengths the file had.
    fn torn(&self, dice: &mut Dice) -> Vec<u8> {
        let mut states = vec![self.durable.clone()];
        for change in &self.pending {
            let mut next = states.last().cloned().unwrap_or_default();
            change.apply(&mut next);
            states.push(next);
        }
        let any = |dice: &mut Dice| usize::try_from(dice.roll(states.len() as u64)).unwrap();
        let mut length = states[any(dice)].len();
        let known = self.durable.len();
        if length > known && dice.coin() {
            // Grown by whole sectors, but not by all of them.
            let more = dice.roll((length - known) as u64);
            length = (known + usize::try_from(more).unwrap()) / SECTOR * SECTOR;
            length = length.max(known);
        }
        let mut torn = vec![0; length];
        // Bad luck comes in different forms: most, few or some of the sectors are there.
        let form = dice.roll(3);
        for at in (0..length).step_by(SECTOR) {
            let state = match (form, dice.roll(8)) {
                (0, 1..) => states.len() - 1,
                (1, 1..) => 0,
                (_, _) => any(dice),
            };
            let from = &states[state];
            let upto = (at + SECTOR).min(length).min(from.len());
            if at < upto {
                torn[at..upto].copy_from_slice(&from[at..upto]);
            }
        }
        torn
    }
}

impl SimulatedDisk {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(State {
            names: BTreeMap::new(),
            durable_names: BTreeMap::new(),
            inodes: Vec::new(),
            moved: Vec::new(),
            locked: Vec::new(),
            generation: 0,
            operations: 0,
            fault: None,
            lasting: None,
            dice: Dice::new(seed),
        })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The fault happens at the n-th changing operation from now on, counted from 0.
    pub(crate) fn fail_at(&self, n: u64, fault: Fault) {
        let mut state = self.state();
        state.fault = Some((state.operations + n, fault));
    }

    /// How many changing operations there were.
    pub(crate) fn operations(&self) -> u64 {
        self.state().operations
    }

    /// Whether a fault that lasts has happened.
    pub(crate) fn is_failing(&self) -> bool {
        self.state().lasting.is_some()
    }

    /// The machine starts again; after a power loss only what was synced is there for sure.
    pub(crate) fn restart(&self, power_lost: bool) {
        let state = &mut *self.state();
        state.generation += 1;
        state.locked.clear();
        state.lasting = None;
        state.fault = None;
        if !power_lost {
            return;
        }
        // A folder has its old name or its new one, with all that is in it.
        for (from, to) in std::mem::take(&mut state.moved).into_iter().rev() {
            if state.dice.coin() {
                move_folder(&mut state.durable_names, &from, &to);
            } else {
                move_folder(&mut state.names, &to, &from);
            }
        }
        let mut names = state.durable_names.clone();
        let changed: Vec<PathBuf> = state
            .names
            .keys()
            .chain(state.durable_names.keys())
            .filter(|path| state.names.get(*path) != state.durable_names.get(*path))
            .cloned()
            .collect();
        for path in changed {
            if state.dice.coin() {
                match state.names.get(&path) {
                    Some(inode) => names.insert(path, *inode),
                    None => names.remove(&path),
                };
            }
        }
        state.names = names.clone();
        state.durable_names = names;
        for inode in &mut state.inodes {
            let torn = inode.torn(&mut state.dice);
            *inode = Inode {
                content: torn.clone(),
                durable: torn,
                pending: Vec::new(),
            };
        }
    }

    /// A fault that was announced and has not happened will not happen.
    pub(crate) fn spare(&self) {
        self.state().fault = None;
    }

    /// There is space again, and writing is allowed again.
    pub(crate) fn mend(&self) {
        let mut state = self.state();
        state.lasting = None;
        state.fault = None;
    }

    /// The content of a file as a process sees it.
    pub(crate) fn content(&self, path: &Path) -> Option<Vec<u8>> {
        let state = self.state();
        let inode = *state.names.get(path)?;
        Some(state.inodes[inode].content.clone())
    }

    /// Puts other bytes in a file, durably, as damage does.
    pub(crate) fn overwrite(&self, path: &Path, content: Vec<u8>) {
        let mut state = self.state();
        let inode = state.names[path];
        state.inodes[inode] = Inode {
            durable: content.clone(),
            content,
            pending: Vec::new(),
        };
    }

    /// Takes a file away, durably.
    pub(crate) fn lose(&self, path: &Path) {
        let mut state = self.state();
        state.names.remove(path);
        state.durable_names.remove(path);
    }

    /// The files, with their content.
    pub(crate) fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let state = self.state();
        state
            .names
            .iter()
            .map(|(path, inode)| (path.clone(), state.inodes[*inode].content.clone()))
            .collect()
    }
}

/// Gives everything in a folder another path.
fn move_folder(names: &mut BTreeMap<PathBuf, usize>, from: &Path, to: &Path) {
    for (path, inode) in std::mem::take(names) {
        let path = match path.strip_prefix(from) {
            Ok(rest) => to.join(rest),
            Err(_) => path,
        };
        names.insert(path, inode);
    }
}

fn crashed() -> io::Error {
    io::Error::other("the machine has stopped")
}

impl State {
    /// Counts a changing operation; an error when it has to fail. `Ok(true)`: it fails once.
    fn operate(&mut self, generation: u64) -> Result<(), Option<Fault>> {
        if generation != self.generation {
            return Err(Some(Fault::Crash));
        }
        if self.lasting.is_some() {
            return Err(None);
        }
        let now = self.operations;
        self.operations += 1;
        match self.fault {
            Some((at, fault)) if at == now => {
                if fault != Fault::Once {
                    self.lasting = Some(fault);
                }
                Err(Some(fault))
            }
            _ => Ok(()),
        }
    }

    fn error(&self, fault: Option<Fault>) -> io::Error {
        match fault.or(self.lasting) {
            Some(Fault::Full) => io::ErrorKind::StorageFull.into(),
            Some(Fault::ReadOnly) => io::ErrorKind::ReadOnlyFilesystem.into(),
            Some(Fault::Once) => io::Error::other("input/output error"),
            Some(Fault::Crash) | None => crashed(),
        }
    }

    /// Whether there is something in it: empty folders are not kept.
    fn is_folder(&self, path: &Path) -> bool {
        self.names
            .keys()
            .any(|name| name != path && name.starts_with(path))
    }

    /// Whether reading works.
    fn readable(&self, generation: u64) -> io::Result<()> {
        if generation == self.generation && self.lasting != Some(Fault::Crash) {
            Ok(())
        } else {
            Err(crashed())
        }
    }
}

impl Disk for SimulatedDisk {
    fn create_dir(&self, _dir: &Path) -> io::Result<()> {
        Ok(())
    }

    fn open(&self, path: &Path, access: Access) -> io::Result<Box<dyn DiskFile>> {
        let state = &mut *self.state();
        let generation = state.generation;
        state.readable(generation)?;
        let inode = match (state.names.get(path), access) {
            (Some(_), Access::Create) => return Err(io::ErrorKind::AlreadyExists.into()),
            (None, Access::Read | Access::Write) => return Err(io::ErrorKind::NotFound.into()),
            (Some(inode), Access::Read | Access::Write) => *inode,
            (None, Access::Create) => {
                if let Err(fault) = state.operate(generation) {
                    return Err(state.error(fault));
                }
                state.inodes.push(Inode::default());
                state.names.insert(path.to_owned(), state.inodes.len() - 1);
                state.inodes.len() - 1
            }
        };
        Ok(Box::new(SimulatedFile {
            disk: self.clone(),
            inode,
            generation,
        }))
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        let state = self.state();
        state.readable(state.generation)?;
        let below = state.names.keys().filter_map(|path| {
            let first = path.strip_prefix(dir).ok()?.components().next()?;
            Some(first.as_os_str().to_string_lossy().into_owned())
        });
        // Sorted, and a folder once.
        let names: std::collections::BTreeSet<String> = below.collect();
        Ok(names.into_iter().collect())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let state = &mut *self.state();
        if let Err(fault) = state.operate(state.generation) {
            return Err(state.error(fault));
        }
        if let Some(inode) = state.names.remove(from) {
            state.names.insert(to.to_owned(), inode);
            return Ok(());
        }
        if !state.is_folder(from) {
            return Err(io::ErrorKind::NotFound.into());
        }
        if state.is_folder(to) {
            return Err(io::ErrorKind::DirectoryNotEmpty.into());
        }
        move_folder(&mut state.names, from, to);
        state.moved.push((from.to_owned(), to.to_owned()));
        Ok(())
    }

    fn remove_dir(&self, dir: &Path) -> io::Result<()> {
        let state = &mut *self.state();
        if let Err(fault) = state.operate(state.generation) {
            return Err(state.error(fault));
        }
        state.names.retain(|path, _| !path.starts_with(dir));
        Ok(())
    }

    fn exists(&self, path: &Path) -> io::Result<bool> {
        let state = self.state();
        state.readable(state.generation)?;
        Ok(state.names.contains_key(path) || state.is_folder(path))
    }

    fn mode(&self, _path: &Path) -> io::Result<u32> {
        Ok(0o700)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let state = &mut *self.state();
        if !state.names.contains_key(path) {
            return Err(io::ErrorKind::NotFound.into());
        }
        if let Err(fault) = state.operate(state.generation) {
            return Err(state.error(fault));
        }
        state.names.remove(path);
        Ok(())
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        let state = &mut *self.state();
        if let Err(fault) = state.operate(state.generation) {
            return Err(state.error(fault));
        }
        for (from, to) in std::mem::take(&mut state.moved) {
            if to.parent() == Some(dir) {
                move_folder(&mut state.durable_names, &from, &to);
            } else {
                state.moved.push((from, to));
            }
        }
        state
            .durable_names
            .retain(|path, _| path.parent() != Some(dir));
        for (path, inode) in &state.names {
            if path.parent() == Some(dir) {
                state.durable_names.insert(path.clone(), *inode);
            }
        }
        Ok(())
    }

    fn lock(&self, path: &Path) -> io::Result<Option<Box<dyn LockGuard>>> {
        let mut state = self.state();
        state.readable(state.generation)?;
        if state.locked.iter().any(|locked| locked == path) {
            return Ok(None);
        }
        state.locked.push(path.to_owned());
        Ok(Some(Box::new(SimulatedLock {
            disk: self.clone(),
            path: path.to_owned(),
            generation: state.generation,
        })))
    }
}

#[derive(Debug)]
struct SimulatedLock {
    disk: SimulatedDisk,
    path: PathBuf,
    generation: u64,
}

impl LockGuard for SimulatedLock {}

impl Drop for SimulatedLock {
    fn drop(&mut self) {
        let mut state = self.disk.state();
        if state.generation == self.generation {
            state.locked.retain(|locked| *locked != self.path);
        }
    }
}

#[derive(Debug)]
struct SimulatedFile {
    disk: SimulatedDisk,
    inode: usize,
    generation: u64,
}

impl SimulatedFile {
    fn change(&self, change: Change) -> io::Result<()> {
        let state = &mut *self.disk.state();
        let result = state.operate(self.generation);
        let done = match (&result, &change) {
            (Ok(()), _) => Some(change),
            // What fails in the middle is half done: the first bytes of a write.
            (Err(Some(_)), Change::Write { offset, bytes })
                if self.generation == state.generation =>
            {
                let part = usize::try_from(state.dice.roll(bytes.len() as u64 + 1)).unwrap();
                (part > 0).then(|| Change::Write {
                    offset: *offset,
                    bytes: bytes[..part].to_vec(),
                })
            }
            (Err(_), _) => None,
        };
        if let Some(done) = done {
            let inode = &mut state.inodes[self.inode];
            done.apply(&mut inode.content);
            inode.pending.push(done);
        }
        result.map_err(|fault| state.error(fault))
    }
}

impl DiskFile for SimulatedFile {
    fn len(&self) -> io::Result<u64> {
        let state = self.disk.state();
        state.readable(self.generation)?;
        Ok(state.inodes[self.inode].content.len() as u64)
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let state = self.disk.state();
        state.readable(self.generation)?;
        let content = &state.inodes[self.inode].content;
        let from = usize::try_from(offset).unwrap().min(content.len());
        let read = buffer.len().min(content.len() - from);
        buffer[..read].copy_from_slice(&content[from..from + read]);
        Ok(read)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.change(Change::Write {
            offset: usize::try_from(offset).unwrap(),
            bytes: bytes.to_vec(),
        })
    }

    fn sync(&self) -> io::Result<()> {
        let state = &mut *self.disk.state();
        let result = state.operate(self.generation);
        let inode = &mut state.inodes[self.inode];
        match result {
            Ok(()) => {
                for change in std::mem::take(&mut inode.pending) {
                    change.apply(&mut inode.durable);
                }
                Ok(())
            }
            Err(Some(Fault::Once)) => {
                // As Linux does: the pages count as written although they may not be, so that the
                // next sync succeeds and has nothing to do. A cut is kept: lengths are journalled.
                inode.durable = inode.torn(&mut state.dice);
                inode
                    .pending
                    .retain(|change| matches!(change, Change::Cut(_)));
                Err(state.error(Some(Fault::Once)))
            }
            Err(fault) => Err(state.error(fault)),
        }
    }

    fn truncate(&self, length: u64) -> io::Result<()> {
        self.change(Change::Cut(usize::try_from(length).unwrap()))
    }
}
