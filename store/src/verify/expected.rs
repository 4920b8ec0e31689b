//! What checkpoints vouch for, held against the trees as they grow: that of the log, and one for each centre.

use std::collections::BTreeMap;

use querschnitt_domain::CentreKey;

use super::VerifyError;
use crate::checkpoint::{CentreCheckpoint, Checkpoint};
use crate::log::LogIdentity;
use crate::tree::{Frontier, Hash, TreeHead};

/// The events of one centre.
pub(super) struct Centre {
    key: CentreKey,
    frontier: Frontier,
    expected: Expected,
}

impl Centre {
    pub(super) fn new<'a>(
        key: CentreKey,
        log: LogIdentity,
        against: impl Iterator<Item = &'a CentreCheckpoint>,
    ) -> Result<Self, VerifyError> {
        let mut expected = Expected::new(log);
        for checkpoint in against {
            let name = format!("{}, {}", checkpoint.origin(), checkpoint.head.size);
            let CentreCheckpoint { log, head, .. } = *checkpoint;
            expected.add(name, &Checkpoint { log, head }, false)?;
        }
        let frontier = Frontier::default();
        // Before the first event: a checkpoint of nothing.
        expected.compare(&frontier)?;
        Ok(Self {
            key,
            frontier,
            expected,
        })
    }

    pub(super) fn push(&mut self, leaf: Hash) -> Result<(), VerifyError> {
        self.frontier.push(leaf);
        self.expected.compare(&self.frontier)
    }

    pub(super) fn finish(&mut self) -> Result<(CentreKey, TreeHead), VerifyError> {
        let head = self.frontier.head();
        self.expected.finish(head.size)?;
        Ok((self.key, head))
    }
}

/// The roots that checkpoints vouch for, by size.
pub(super) struct Expected {
    log: LogIdentity,
    roots: BTreeMap<u64, Vec<Vouched>>,
}

struct Vouched {
    checkpoint: String,
    root: Hash,
    /// From before a restore and stored here: it may know more than what was restored.
    earlier: bool,
}

impl Expected {
    pub(super) const fn new(log: LogIdentity) -> Self {
        Self {
            log,
            roots: BTreeMap::new(),
        }
    }

    pub(super) fn add(
        &mut self,
        name: String,
        given: &Checkpoint,
        is_stored: bool,
    ) -> Result<(), VerifyError> {
        if given.log.id != self.log.id || given.log.epoch > self.log.epoch {
            return Err(VerifyError::Contradicted {
                checkpoint: name,
                what: format!(
                    "it is about another log than {}",
                    Checkpoint::origin(self.log)
                ),
            });
        }
        self.roots
            .entry(given.head.size)
            .or_default()
            .push(Vouched {
                checkpoint: name,
                root: given.head.root,
                earlier: is_stored && given.log.epoch < self.log.epoch,
            });
        Ok(())
    }

    pub(super) fn compare(&mut self, tree: &Frontier) -> Result<(), VerifyError> {
        let Some(all) = self.roots.remove(&tree.size()) else {
            return Ok(());
        };
        let TreeHead { size, root } = tree.head();
        match all.into_iter().find(|vouched| vouched.root != root) {
            None => Ok(()),
            Some(vouched) => Err(VerifyError::Contradicted {
                checkpoint: vouched.checkpoint,
                what: format!("the first {size} events are not those it was made for"),
            }),
        }
    }

    pub(super) fn finish(&mut self, size: u64) -> Result<(), VerifyError> {
        let mut left = std::mem::take(&mut self.roots).into_values().flatten();
        match left.find(|vouched| !vouched.earlier) {
            None => Ok(()),
            Some(vouched) => Err(VerifyError::Contradicted {
                checkpoint: vouched.checkpoint,
                what: format!("the log has only {size} events"),
            }),
        }
    }
}
