//! Proofs about the tree (RFC 6962 section 2.1): that a line is in it, and that a later tree has an
//! earlier one as its beginning.

use crate::tree::{Hash, empty_root, node_hash};

/// Whether `proof` shows that the leaf at `index` (position − 1) is in the tree of `size` leaves with
/// this root.
#[must_use]
pub fn verify_inclusion(leaf: &Hash, index: u64, size: u64, proof: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut node, mut last) = (index, size - 1);
    let mut hash = *leaf;
    for sibling in proof {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}

/// Whether `proof` shows that the tree of `old_size` leaves is the beginning of the one of
/// `new_size`.
#[must_use]
pub fn verify_consistency(
    old_size: u64,
    old_root: &Hash,
    new_size: u64,
    new_root: &Hash,
    proof: &[Hash],
) -> bool {
    if old_size > new_size {
        return false;
    }
    if old_size == new_size {
        return proof.is_empty() && old_root == new_root;
    }
    if old_size == 0 {
        return proof.is_empty() && *old_root == empty_root();
    }
    // A full old tree is itself the first node of the proof.
    let (first, rest) = if old_size.is_power_of_two() {
        (old_root, proof)
    } else {
        match proof.split_first() {
            Some(split) => split,
            None => return false,
        }
    };
    let shift = (old_size - 1).trailing_ones();
    let (mut node, mut last) = ((old_size - 1) >> shift, (new_size - 1) >> shift);
    let (mut old, mut new) = (*first, *first);
    for sibling in rest {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            old = node_hash(sibling, &old);
            new = node_hash(sibling, &new);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            new = node_hash(&new, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && old == *old_root && new == *new_root
}

/// The hashes a proof is made of. Every range asked for begins at a multiple of the largest power of
/// two that is smaller than or equal to its length.
pub(crate) trait Subtrees {
    /// The hash over leaves `from` to `to` (not included), if this source knows it at once; `None`
    /// to have it made from two halves. A single leaf MUST be known.
    fn known(&self, from: u64, to: u64) -> Option<Hash>;
}

/// The root over leaves `from` to `to` (not included); `None` when a leaf is not known.
pub(crate) fn range_root(tree: &impl Subtrees, from: u64, to: u64) -> Option<Hash> {
    if from == to {
        return Some(empty_root());
    }
    if let Some(hash) = tree.known(from, to) {
        return Some(hash);
    }
    if to - from == 1 {
        return None;
    }
    let middle = from + split(to - from);
    let left = range_root(tree, from, middle)?;
    let right = range_root(tree, middle, to)?;
    Some(node_hash(&left, &right))
}

/// The proof that leaf `index` is in the tree of `size` leaves; `None` when there is none, or a leaf
/// is not known.
pub(crate) fn inclusion(tree: &impl Subtrees, index: u64, size: u64) -> Option<Vec<Hash>> {
    if index >= size {
        return None;
    }
    let mut proof = Vec::new();
    let (mut from, mut to) = (0, size);
    while to - from > 1 {
        let middle = from + split(to - from);
        if index < middle {
            proof.push(range_root(tree, middle, to)?);
            to = middle;
        } else {
            proof.push(range_root(tree, from, middle)?);
            from = middle;
        }
    }
    proof.reverse();
    Some(proof)
}

/// The proof that the tree of `old` leaves is the beginning of the one of `new`; `None` when it
/// can't be, or a leaf is not known.
pub(crate) fn consistency(tree: &impl Subtrees, old: u64, new: u64) -> Option<Vec<Hash>> {
    if old > new {
        return None;
    }
    if old == 0 || old == new {
        return Some(Vec::new());
    }
    let mut proof = Vec::new();
    let (mut from, mut to) = (0, new);
    // Down to the smallest subtree in which the old tree ends.
    while old != to {
        let middle = from + split(to - from);
        if old <= middle {
            proof.push(range_root(tree, middle, to)?);
            to = middle;
        } else {
            proof.push(range_root(tree, from, middle)?);
            from = middle;
        }
    }
    if from > 0 {
        proof.push(range_root(tree, from, to)?);
    }
    proof.reverse();
    Some(proof)
}

/// The largest power of two smaller than `length`, which is at least 2.
const fn split(length: u64) -> u64 {
    1 << (u64::BITS - 1 - (length - 1).leading_zeros())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tree::tests::LEAVES;
    use crate::tree::{Frontier, leaf_hash};

    struct Leaves(Vec<Hash>);

    impl Subtrees for Leaves {
        fn known(&self, from: u64, to: u64) -> Option<Hash> {
            (to - from == 1).then(|| self.0[from as usize])
        }
    }

    impl Leaves {
        fn numbered(count: u64) -> Self {
            Self(
                (0..count)
                    .map(|leaf| leaf_hash(&leaf.to_be_bytes()))
                    .collect(),
            )
        }

        fn root(&self, size: u64) -> Hash {
            let mut frontier = Frontier::default();
            for leaf in &self.0[..size as usize] {
                frontier.push(*leaf);
            }
            frontier.root()
        }
    }

    fn reference() -> Leaves {
        Leaves(
            LEAVES
                .iter()
                .map(|leaf| leaf_hash(&hex::decode(leaf).unwrap()))
                .collect(),
        )
    }

    fn hashes(proof: Option<Vec<Hash>>) -> Vec<String> {
        proof.unwrap().iter().map(hex::encode).collect()
    }

    #[test]
    fn proofs_are_those_of_the_reference_implementation() {
        let tree = reference();
        let left = [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ];
        assert_eq!(hashes(inclusion(&tree, 0, 8)), left);
        assert_eq!(hashes(consistency(&tree, 1, 8)), left);
        assert_eq!(
            hashes(consistency(&tree, 6, 8)),
            [
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ]
        );
        assert!(hashes(inclusion(&tree, 0, 1)).is_empty());
        assert_eq!(inclusion(&tree, 8, 8), None);
        assert_eq!(consistency(&tree, 8, 6), None);
    }

    #[test]
    fn every_proof_of_every_small_tree_verifies_and_no_other_does() {
        let tree = Leaves::numbered(33);
        let roots: Vec<Hash> = (0..=33).map(|size| tree.root(size)).collect();
        for new in 1..=33_u64 {
            let new_root = &roots[new as usize];
            assert_eq!(range_root(&tree, 0, new).as_ref(), Some(new_root));
            for index in 0..new {
                let proof = inclusion(&tree, index, new).unwrap();
                let leaf = &tree.0[index as usize];
                assert!(verify_inclusion(leaf, index, new, &proof, new_root));
                for other in (0..new).filter(|other| *other != index) {
                    let moved = verify_inclusion(leaf, other, new, &proof, new_root);
                    assert!(!moved, "leaf {index} of {new} passes as {other}");
                }
            }
            for old in 0..=new {
                let proof = consistency(&tree, old, new).unwrap();
                let old_root = &roots[old as usize];
                assert!(
                    verify_consistency(old, old_root, new, new_root, &proof),
                    "{old} {new}"
                );
                if old > 0 {
                    let wrong = &roots[old as usize - 1];
                    assert!(!verify_consistency(old, wrong, new, new_root, &proof));
                }
            }
        }
    }

    proptest! {
        #[test]
        fn a_flipped_bit_anywhere_fails(
            (size, index, old) in (2..600_u64).prop_flat_map(|size| (Just(size), 0..size, 1..size)),
            which in any::<prop::sample::Index>(),
            bit in 0..256_usize,
        ) {
            let tree = Leaves::numbered(size);
            let root = tree.root(size);
            let flip = |hash: &mut Hash| hash[bit / 8] ^= 1 << (bit % 8);

            let leaf = tree.0[index as usize];
            let proof = inclusion(&tree, index, size).unwrap();
            prop_assert!(verify_inclusion(&leaf, index, size, &proof, &root));
            let mut hashes = [vec![leaf, root], proof].concat();
            let at = which.index(hashes.len());
            flip(&mut hashes[at]);
            prop_assert!(!verify_inclusion(&hashes[0], index, size, &hashes[2..], &hashes[1]));

            let old_root = tree.root(old);
            let proof = consistency(&tree, old, size).unwrap();
            prop_assert!(verify_consistency(old, &old_root, size, &root, &proof));
            let mut hashes = [vec![old_root, root], proof].concat();
            let at = which.index(hashes.len());
            flip(&mut hashes[at]);
            prop_assert!(!verify_consistency(old, &hashes[0], size, &hashes[1], &hashes[2..]));
            prop_assert!(!verify_consistency(old, &old_root, size, &root, &hashes[2..hashes.len() - 1]));
        }

        #[test]
        fn nothing_hostile_panics(
            sizes in any::<[u64; 3]>(),
            proof in prop::collection::vec(any::<Hash>(), 0..70),
            root in any::<Hash>(),
        ) {
            let [index, old, new] = sizes;
            prop_assert!(!verify_inclusion(&root, index, new, &proof, &root) || new == 1);
            let _ = verify_consistency(old, &root, new, &root, &proof);
        }
    }
}
