//! An ext4 file system of the test's own, in an image on a loop device: to fill, to take away
//! writing from, to copy as a power loss would leave it.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A mounted image. Unmounted and removed when dropped; drop what runs on it first.
#[derive(Debug)]
pub struct ScratchDisk {
    folder: tempfile::TempDir,
    mounted: bool,
}

impl ScratchDisk {
    /// A new file system of so many bytes, or why there can be none here: mounting takes root and a
    /// loop device.
    ///
    /// # Errors
    /// The reason, for the line that says why a test was skipped.
    pub fn new(bytes: u64) -> Result<Self, String> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let disk = Self {
            folder,
            mounted: false,
        };
        File::create(disk.image())
            .and_then(|file| file.set_len(bytes))
            .map_err(|error| error.to_string())?;
        // No blocks kept back for root, who may be the one to fill it.
        run(Command::new("mkfs.ext4")
            .args(["-q", "-m", "0"])
            .arg(disk.image()))?;
        disk.mount()
    }

    /// The disk as it would be after the power went now: what the kernel had not written yet is
    /// missing. Copies until two copies agree, so that the image is of one moment.
    ///
    /// # Errors
    /// The reason when it does not settle or does not mount.
    pub fn after_power_loss(&self) -> Result<Self, String> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let copy = Self {
            folder,
            mounted: false,
        };
        let control = copy.folder.path().join("control");
        for _ in 0..50 {
            std::fs::copy(self.image(), copy.image()).map_err(|error| error.to_string())?;
            std::fs::copy(self.image(), &control).map_err(|error| error.to_string())?;
            if same(&copy.image(), &control)? {
                std::fs::remove_file(&control).map_err(|error| error.to_string())?;
                return copy.mount();
            }
        }
        Err("the disk did not hold still for one copy".to_owned())
    }

    fn mount(mut self) -> Result<Self, String> {
        std::fs::create_dir_all(self.path()).map_err(|error| error.to_string())?;
        // The kernel writes by itself as rarely as it may: what nobody synced shall be missing.
        run(Command::new("mount")
            .args(["-o", "loop,commit=300"])
            .arg(self.image())
            .arg(self.path()))?;
        self.mounted = true;
        Ok(self)
    }

    /// Where it is mounted.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("mounted")
    }

    fn image(&self) -> PathBuf {
        self.folder.path().join("image")
    }

    /// Writes a file until there is no space left, and gives its path.
    ///
    /// # Panics
    /// When writing ends for another reason.
    #[must_use]
    pub fn fill(&self) -> PathBuf {
        let path = self.path().join("filler");
        let mut file = File::create(&path).expect("a file on the scratch disk");
        for size in [1 << 20, 4096, 1] {
            let block = vec![b'x'; size];
            while file.write_all(&block).is_ok() {}
        }
        file.sync_all().ok();
        path
    }

    /// Makes it read-only under those who write, as the kernel does when the disk fails.
    ///
    /// # Errors
    /// What `mount` said.
    pub fn fail(&self) -> Result<(), String> {
        run(Command::new("mount")
            .args(["-o", "remount,abort"])
            .arg(self.path()))
    }

    /// Mounts it anew, repaired where it failed; read-only if wanted. Nobody may use it now.
    ///
    /// # Errors
    /// What `mount` said.
    pub fn remount(&mut self, read_only: bool) -> Result<(), String> {
        run(Command::new("umount").arg(self.path()))?;
        self.mounted = false;
        // Its exit code says that something was repaired.
        run(Command::new("e2fsck").arg("-fy").arg(self.image())).ok();
        let options = if read_only { "loop,ro" } else { "loop" };
        run(Command::new("mount")
            .args(["-o", options])
            .arg(self.image())
            .arg(self.path()))?;
        self.mounted = true;
        Ok(())
    }
}

impl Drop for ScratchDisk {
    fn drop(&mut self) {
        if self.mounted && run(Command::new("umount").arg(self.path())).is_err() {
            // Somebody still has a file open: it goes as soon as they end.
            run(Command::new("umount").arg("--lazy").arg(self.path())).ok();
        }
    }
}

fn run(command: &mut Command) -> Result<(), String> {
    let name = command.get_program().to_string_lossy().into_owned();
    match command.output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(format!(
            "{name}: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        )),
        Err(error) => Err(format!("{name}: {error}")),
    }
}

fn same(one: &Path, other: &Path) -> Result<bool, String> {
    let open = |path| File::open(path).map_err(|error: std::io::Error| error.to_string());
    let (mut one, mut other) = (open(one)?, open(other)?);
    let (mut left, mut right) = (vec![0; 1 << 20], vec![0; 1 << 20]);
    loop {
        let read = one.read(&mut left).map_err(|error| error.to_string())?;
        if read == 0 {
            return Ok(true);
        }
        other
            .read_exact(&mut right[..read])
            .map_err(|error| error.to_string())?;
        if left[..read] != right[..read] {
            return Ok(false);
        }
    }
}
