//! The floor: lines into a bare file, one writer, one write and one `fdatasync` per group. No
//! index, no checks, nothing looked up.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::sync::Arc;

use super::samples::Samples;
use crate::group::Group;
use crate::load::Caller;
use crate::outcome::Outcome;
use crate::random::Random;

/// How the file takes the lines.
#[derive(Clone, Copy)]
pub(crate) enum Way {
    /// It grows: each sync also makes its new length durable.
    Growing,
    /// It is overwritten from front to back again and again: the best a preallocated file can do.
    Overwriting,
}

/// The size of the preallocated file.
const RING: u64 = 512 * 1024 * 1024;

/// The bare file and its writer.
pub(crate) struct Floor(Arc<Group<Vec<u8>>>);

impl Floor {
    pub(crate) fn start(path: &Path, way: Way) -> Outcome<Self> {
        let file = OpenOptions::new().write(true).create_new(true).open(path)?;
        if matches!(way, Way::Overwriting) {
            fill(&file)?;
        }
        let (mut end, mut buffer) = (0_u64, Vec::new());
        Ok(Self(Arc::new(Group::start(move |lines: Vec<Vec<u8>>| {
            buffer.clear();
            for line in lines {
                buffer.extend_from_slice(&line);
            }
            if matches!(way, Way::Overwriting) && end + buffer.len() as u64 > RING {
                end = 0;
            }
            file.write_all_at(&buffer, end)?;
            file.sync_data()?;
            end += buffer.len() as u64;
            Ok(())
        })?)))
    }

    pub(crate) fn caller(&self, samples: &Samples) -> FloorCaller {
        FloorCaller {
            group: Arc::clone(&self.0),
            samples: samples.clone(),
            random: Random::fresh(),
        }
    }
}

fn fill(file: &File) -> Outcome<()> {
    let zeros = vec![0; 1024 * 1024];
    for at in (0..RING).step_by(zeros.len()) {
        file.write_all_at(&zeros, at)?;
    }
    Ok(file.sync_all()?)
}

pub(crate) struct FloorCaller {
    group: Arc<Group<Vec<u8>>>,
    samples: Samples,
    random: Random,
}

impl Caller for FloorCaller {
    async fn call(&mut self) -> Outcome<()> {
        let line = self.samples.pick(&mut self.random).line.clone();
        self.group.append(line).await
    }
}
