//! A table of sessions: bounded, in all and for each account.

use std::collections::HashMap;

use querschnitt_domain::ActorId;
use sha2::{Digest as _, Sha256};

use super::Kept;

/// How many a table holds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// In all.
    pub(super) most: usize,
    /// Of one account.
    pub(super) most_of_one: usize,
}

/// The hash of an id.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct Key([u8; 32]);

impl Key {
    pub(super) fn of(id: &str) -> Self {
        Self(Sha256::digest(id.as_bytes()).into())
    }
}

#[derive(Debug)]
pub(super) struct Table {
    bounds: Bounds,
    sessions: HashMap<Key, Kept>,
    accounts: HashMap<ActorId, Vec<Key>>,
}

impl Table {
    pub(super) fn new(bounds: Bounds) -> Self {
        Self {
            bounds,
            sessions: HashMap::new(),
            accounts: HashMap::new(),
        }
    }

    /// Adds one. Where there are too many, those that are `over` go, then the one that was used least lately.
    pub(super) fn put(&mut self, key: Key, kept: Kept, over: impl Fn(&Kept) -> bool) {
        let Bounds { most, most_of_one } = self.bounds;
        let own = self.accounts.get(&kept.account).map_or(0, Vec::len);
        if own >= most_of_one {
            let keys = self
                .accounts
                .get(&kept.account)
                .cloned()
                .unwrap_or_default();
            self.end_least_used(keys.iter());
        }
        if self.sessions.len() >= most {
            let gone: Vec<Key> = self
                .sessions
                .iter()
                .filter_map(|(key, kept)| over(kept).then_some(*key))
                .collect();
            for key in gone {
                self.end(&key);
            }
            if self.sessions.len() >= most {
                let keys: Vec<Key> = self.sessions.keys().copied().collect();
                self.end_least_used(keys.iter());
            }
        }
        self.accounts.entry(kept.account).or_default().push(key);
        self.sessions.insert(key, kept);
    }

    pub(super) fn get_mut(&mut self, key: &Key) -> Option<&mut Kept> {
        self.sessions.get_mut(key)
    }

    pub(super) fn end(&mut self, key: &Key) {
        let Some(kept) = self.sessions.remove(key) else {
            return;
        };
        if let Some(keys) = self.accounts.get_mut(&kept.account) {
            keys.retain(|other| other != key);
            if keys.is_empty() {
                self.accounts.remove(&kept.account);
            }
        }
    }

    pub(super) fn end_of(&mut self, account: ActorId, ends: impl Fn(&Key) -> bool) {
        for key in self.accounts.get(&account).cloned().unwrap_or_default() {
            if ends(&key) {
                self.end(&key);
            }
        }
    }

    pub(super) fn of(&self, account: ActorId) -> impl Iterator<Item = (&Key, &Kept)> {
        let keys = self.accounts.get(&account).into_iter().flatten();
        keys.filter_map(|key| self.sessions.get(key).map(|kept| (key, kept)))
    }

    fn end_least_used<'a>(&mut self, among: impl Iterator<Item = &'a Key>) {
        let least = among
            .filter_map(|key| Some((self.sessions.get(key)?.used, *key)))
            .min_by_key(|(used, _)| *used);
        if let Some((_, key)) = least {
            self.end(&key);
        }
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> (usize, usize) {
        (
            self.sessions.len(),
            self.accounts.values().map(Vec::len).sum(),
        )
    }
}
