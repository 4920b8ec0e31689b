//! The Merkle tree over the log's lines (RFC 6962): leaf hashes, and the root as it grows.

mod follower;

use sha2::{Digest as _, Sha256};

pub use follower::{CentreHead, TreeFollower};

/// A SHA-256 hash in the tree.
pub type Hash = [u8; 32];

/// The hash of a leaf: the JSON bytes of a line, without tab, checksum and line feed.
#[must_use]
pub fn leaf_hash(json: &[u8]) -> Hash {
    let mut hash = Sha256::new();
    hash.update([0]);
    hash.update(json);
    hash.finalize().into()
}

/// The hash of an inner node.
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut hash = Sha256::new();
    hash.update([1]);
    hash.update(left);
    hash.update(right);
    hash.finalize().into()
}

/// The root of the tree without leaves.
#[must_use]
pub fn empty_root() -> Hash {
    Sha256::digest([]).into()
}

/// A tree at a size.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TreeHead {
    /// How many events it covers: positions 1 to `size`.
    pub size: u64,
    /// The root over their lines.
    pub root: Hash,
}

/// What a growing tree has to remember: the roots of its full subtrees, largest first.
#[derive(Clone, Debug, Default)]
pub struct Frontier {
    size: u64,
    full: Vec<Hash>,
}

impl Frontier {
    /// Adds the hash of the next leaf.
    pub fn push(&mut self, leaf: Hash) {
        let mut node = leaf;
        // Every full subtree that the new leaf completes is joined with its left neighbour.
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.full.pop() {
                node = node_hash(&left, &node);
            }
        }
        self.full.push(node);
        self.size += 1;
    }

    /// How many leaves there are.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The root over all leaves so far.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.full
            .iter()
            .rev()
            .copied()
            .reduce(|right, left| node_hash(&left, &right))
            .unwrap_or_else(empty_root)
    }

    /// Size and root.
    #[must_use]
    pub fn head(&self) -> TreeHead {
        TreeHead {
            size: self.size,
            root: self.root(),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// The leaves and roots of the reference implementation of RFC 6962.
    pub(crate) const LEAVES: [&str; 8] = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ];
    const ROOTS: [&str; 9] = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    #[test]
    fn roots_are_those_of_the_reference_implementation() {
        let mut frontier = Frontier::default();
        for (size, root) in ROOTS.iter().enumerate() {
            assert_eq!(hex::encode(frontier.root()), *root, "at size {size}");
            assert_eq!(frontier.size(), size as u64);
            if let Some(leaf) = LEAVES.get(size) {
                frontier.push(leaf_hash(&hex::decode(leaf).unwrap()));
            }
        }
    }
}
