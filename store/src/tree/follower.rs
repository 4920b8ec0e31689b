//! Follows a log and answers for its tree: root, inclusion and consistency proofs; and for the trees over the
//! events of each centre: size and root.

use std::collections::HashMap;
use std::sync::Arc;

use querschnitt_domain::{CENTRES, CentreKey};
use tokio::sync::Mutex;

use super::{Frontier, Hash, TreeHead, leaf_hash};
use crate::line::leading_centre;
use crate::log::{Line, Log, LogError};
use crate::proof::{self, Subtrees};

/// Leaves whose common root is remembered; within such a block hashes are made anew from lines.
const BLOCK: u64 = 1_024;

/// The tree over a log. Remembers one hash for each 1,024 lines, and of each centre's tree a few.
pub struct TreeFollower {
    log: Arc<dyn Log>,
    state: Mutex<State>,
}

/// The events of one centre, in the order of the log.
#[derive(Clone, Default)]
struct OfCentre {
    frontier: Frontier,
    last: u64,
}

/// What a log holds of one centre.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CentreHead {
    /// How many events of the centre there are, and the root over their lines in the order of the log.
    pub head: TreeHead,
    /// The position of the last of them; 0 when there is none.
    pub last: u64,
}

struct State {
    frontier: Frontier,
    /// Within the block that is not full yet.
    block: Frontier,
    /// The roots of the full blocks.
    blocks: Vec<Hash>,
    centres: Vec<OfCentre>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            frontier: Frontier::default(),
            block: Frontier::default(),
            blocks: Vec::new(),
            centres: vec![OfCentre::default(); CENTRES.len()],
        }
    }
}

impl State {
    fn push(&mut self, line: &Line) -> Result<(), LogError> {
        let leaf = leaf_hash(&line.json);
        let centre = match leading_centre(&line.json) {
            Some(centre) => centre,
            // Nothing of ours, but read all the same: its fields are in another order.
            None => line.decode()?.event.centre,
        };
        if let Some(centre) = self.centres.get_mut(centre.index()) {
            centre.frontier.push(leaf);
            centre.last = line.position;
        }
        self.frontier.push(leaf);
        self.block.push(leaf);
        if self.block.size() == BLOCK {
            self.blocks.push(self.block.root());
            self.block = Frontier::default();
        }
        Ok(())
    }
}

/// The hashes needed for one answer: the full blocks, and the leaves of the few blocks cut by it.
struct Known {
    blocks: Vec<Hash>,
    leaves: HashMap<u64, Hash>,
}

impl Subtrees for Known {
    fn known(&self, from: u64, to: u64) -> Option<Hash> {
        if to - from == 1 {
            self.leaves.get(&from).copied()
        } else if to - from == BLOCK && from.is_multiple_of(BLOCK) {
            self.blocks
                .get(usize::try_from(from / BLOCK).ok()?)
                .copied()
        } else {
            None
        }
    }
}

impl TreeFollower {
    /// A follower that has not read anything yet.
    #[must_use]
    pub fn new(log: Arc<dyn Log>) -> Self {
        Self {
            log,
            state: Mutex::default(),
        }
    }

    /// The log it follows.
    #[must_use]
    pub fn log(&self) -> &Arc<dyn Log> {
        &self.log
    }

    /// Follows the log until it closes, so that answers come quickly. To be run in the background.
    ///
    /// # Errors
    /// See [`LogError`].
    pub async fn follow(&self) -> Result<(), LogError> {
        loop {
            let size = self.head().await?.size;
            if self.log.wait_beyond(size).await <= size {
                return Ok(());
            }
        }
    }

    /// Size and root over everything the log holds now.
    ///
    /// # Errors
    /// See [`LogError`].
    pub async fn head(&self) -> Result<TreeHead, LogError> {
        Ok(self.caught_up(self.log.head()).await?.frontier.head())
    }

    /// What the log holds of one centre now. Events of other centres change nothing of it.
    ///
    /// # Errors
    /// See [`LogError`].
    pub async fn head_of(&self, centre: CentreKey) -> Result<CentreHead, LogError> {
        let state = self.caught_up(self.log.head()).await?;
        let found = state.centres.get(centre.index()).cloned();
        let OfCentre { frontier, last } = found.unwrap_or_default();
        let head = frontier.head();
        Ok(CentreHead { head, last })
    }

    /// The root at an earlier size; `None` when the log is smaller.
    ///
    /// # Errors
    /// See [`LogError`].
    pub async fn root_at(&self, size: u64) -> Result<Option<Hash>, LogError> {
        let known = self.known(size, &[size]).await?;
        Ok(known.and_then(|known| proof::range_root(&known, 0, size)))
    }

    /// The proof that the event at `position` is in the tree of `size`; `None` when it is not.
    /// [`crate::verify_inclusion`] checks it, with `position - 1` as index.
    ///
    /// # Errors
    /// See [`LogError`].
    pub async fn inclusion(&self, position: u64, size: u64) -> Result<Option<Vec<Hash>>, LogError> {
        let Some(index) = position.checked_sub(1).filter(|index| *index < size) else {
            return Ok(None);
        };
        let known = self.known(size, &[index, size]).await?;
        Ok(known.and_then(|known| proof::inclusion(&known, index, size)))
    }

    /// The proof that the tree of size `old` is the beginning of the one of size `new`; `None` when
    /// `new` is the smaller one or beyond the log. [`crate::verify_consistency`] checks it.
    ///
    /// # Errors
    /// See [`LogError`].
    pub async fn consistency(&self, old: u64, new: u64) -> Result<Option<Vec<Hash>>, LogError> {
        if old > new {
            return Ok(None);
        }
        let known = self.known(new, &[old, new]).await?;
        Ok(known.and_then(|known| proof::consistency(&known, old, new)))
    }

    /// The state after everything up to `head` was read.
    async fn caught_up(&self, head: u64) -> Result<tokio::sync::MutexGuard<'_, State>, LogError> {
        let mut state = self.state.lock().await;
        while state.frontier.size() < head {
            let lines = self
                .log
                .lines(state.frontier.size(), BLOCK as usize)
                .await?;
            if lines.is_empty() {
                break;
            }
            for line in lines {
                state.push(&line)?;
            }
        }
        Ok(state)
    }

    /// What is needed to answer about a tree of `size` that is cut at `cuts`; `None` when the log is
    /// smaller than `size`.
    async fn known(&self, size: u64, cuts: &[u64]) -> Result<Option<Known>, LogError> {
        let state = self.caught_up(size).await?;
        if state.frontier.size() < size {
            return Ok(None);
        }
        let blocks = state.blocks.clone();
        drop(state);
        let mut leaves = HashMap::new();
        for cut in cuts {
            let from = cut / BLOCK * BLOCK;
            if leaves.contains_key(&from) {
                continue;
            }
            let lines = self.log.lines(from, BLOCK as usize).await?;
            let hashes = (from..)
                .zip(lines)
                .map(|(at, line)| (at, leaf_hash(&line.json)));
            leaves.extend(hashes);
        }
        Ok(Some(Known { blocks, leaves }))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use querschnitt_domain::{Commitment, Event};

    use super::*;
    use crate::memory::MemoryLog;
    use crate::memory::tests::{command, fill, renamed};
    use crate::{verify_consistency, verify_inclusion};

    async fn roots(log: &MemoryLog) -> Vec<Hash> {
        let mut frontier = Frontier::default();
        let mut roots = vec![frontier.root()];
        for line in log.lines(0, usize::MAX).await.unwrap() {
            frontier.push(leaf_hash(&line.json));
            roots.push(frontier.root());
        }
        roots
    }

    #[tokio::test]
    async fn every_answer_holds_for_sizes_around_the_block_borders() {
        let log = Arc::new(MemoryLog::new());
        let events = 2 * BLOCK + 300;
        fill(&*log, events).await;
        let roots = roots(&log).await;
        let tree = TreeFollower::new(log.clone());
        let head = tree.head().await.unwrap();
        assert_eq!((head.size, head.root), (events, roots[events as usize]));

        let sizes = [
            1,
            2,
            3,
            BLOCK - 1,
            BLOCK,
            BLOCK + 1,
            BLOCK + 7,
            2 * BLOCK - 1,
            2 * BLOCK,
            2 * BLOCK + 1,
            events,
        ];
        let lines = log.lines(0, usize::MAX).await.unwrap();
        for new in sizes {
            let new_root = roots[new as usize];
            assert_eq!(
                tree.root_at(new).await.unwrap(),
                Some(new_root),
                "at size {new}"
            );
            for old in sizes.into_iter().filter(|old| *old <= new) {
                let proof = tree.consistency(old, new).await.unwrap().unwrap();
                let old_root = &roots[old as usize];
                assert!(
                    verify_consistency(old, old_root, new, &new_root, &proof),
                    "{old} {new}"
                );
                let proof = tree.inclusion(old, new).await.unwrap().unwrap();
                let leaf = leaf_hash(&lines[old as usize - 1].json);
                assert!(
                    verify_inclusion(&leaf, old - 1, new, &proof, &new_root),
                    "{old} {new}"
                );
            }
        }
        assert_eq!(tree.root_at(events + 1).await.unwrap(), None);
        assert_eq!(tree.inclusion(0, 5).await.unwrap(), None);
        assert_eq!(tree.inclusion(6, 5).await.unwrap(), None);
        assert_eq!(tree.consistency(6, 5).await.unwrap(), None);
        assert_eq!(tree.consistency(6, events + 1).await.unwrap(), None);
        assert_eq!(tree.consistency(0, 5).await.unwrap(), Some(Vec::new()));
    }

    /// Each centre has a tree of its own events, and those of others change nothing of it.
    #[tokio::test]
    async fn a_centre_has_a_tree_of_its_own_events() {
        let log = Arc::new(MemoryLog::new());
        let tree = TreeFollower::new(log.clone());
        let [one, other, third] = [0, 1, 2].map(|index| CENTRES[index].key);
        for (n, centre) in [one, other, one, one, other].into_iter().enumerate() {
            let before = tree.head_of(one).await.unwrap();
            let event = renamed(n as u128, Commitment([0; 32]));
            let events = vec![Event { centre, ..event }];
            log.append(command(), events, None).await.unwrap();
            let after = tree.head_of(one).await.unwrap();
            assert_eq!(before == after, centre != one);
        }
        let lines = log.lines(0, usize::MAX).await.unwrap();
        for (centre, positions) in [(one, &[1, 3, 4][..]), (other, &[2, 5]), (third, &[])] {
            let mut frontier = Frontier::default();
            for position in positions {
                frontier.push(leaf_hash(&lines[*position - 1].json));
            }
            let expected = CentreHead {
                head: frontier.head(),
                last: positions.last().map_or(0, |last| *last as u64),
            };
            assert_eq!(tree.head_of(centre).await.unwrap(), expected);
        }
    }

    #[tokio::test]
    async fn it_follows_until_the_log_closes() {
        let log = Arc::new(MemoryLog::new());
        let tree = Arc::new(TreeFollower::new(log.clone()));
        assert_eq!(tree.head().await.unwrap().root, crate::empty_root());
        let following = tokio::spawn({
            let tree = Arc::clone(&tree);
            async move { tree.follow().await }
        });
        fill(&*log, 3).await;
        while tree.state.lock().await.frontier.size() < 3 {
            tokio::task::yield_now().await;
        }
        log.close();
        following.await.unwrap().unwrap();
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn any_two_sizes_of_any_log(events in 1..1_500_u64, old in any::<prop::sample::Index>()) {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            runtime.block_on(async {
                let log = Arc::new(MemoryLog::new());
                fill(&*log, events).await;
                let tree = TreeFollower::new(log.clone());
                let head = tree.head().await.unwrap();
                let old = old.index(events as usize) as u64 + 1;
                let old_root = tree.root_at(old).await.unwrap().unwrap();
                let proof = tree.consistency(old, events).await.unwrap().unwrap();
                prop_assert!(verify_consistency(old, &old_root, events, &head.root, &proof));
                Ok(())
            })?;
        }
    }
}
