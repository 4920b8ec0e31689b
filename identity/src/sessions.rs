//! Browser sessions: who is signed in, from when until when, and in which role.
//!
//! A session is known by 256 random bits that only the browser has; here stands their hash. All are in memory:
//! a restart ends them. Sign-ins that are not done yet have a table of their own: whoever knows a password and no code
//! begins as many as they like, and pushes out nobody who is signed in.

mod table;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use querschnitt_domain::ActorId;
use subtle::ConstantTimeEq as _;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::credentials::Stamp;
use crate::random;
use table::{Bounds, Key, Table};

/// Those who are signed in; of one account what somebody leaves open on several devices.
const FULL: Bounds = Bounds {
    most: 20_000,
    most_of_one: 20,
};
/// Sign-ins under way.
const UNFINISHED: Bounds = Bounds {
    most: 5_000,
    most_of_one: 5,
};

/// How long sessions last.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Times {
    /// Without a request for so long a session ends.
    pub idle: Duration,
    /// It ends after so long in any case.
    pub absolute: Duration,
    /// What is left to do at sign-in (second factor, another password) has to be done within this.
    pub unfinished: Duration,
}

impl Default for Times {
    fn default() -> Self {
        Self {
            idle: Duration::from_secs(30 * 60),
            absolute: Duration::from_secs(10 * 60 * 60),
            unfinished: Duration::from_secs(10 * 60),
        }
    }
}

/// What a session is good for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// The password was right; the second factor is missing.
    SecondFactor,
    /// Another password has to be chosen before anything else.
    NewPassword,
    /// Signed in.
    Full,
}

/// What a session rests on; it is void once that is no longer so.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Basis {
    /// The secrets that opened it; none for one that a provider vouches for.
    pub stamp: Option<Stamp>,
    /// The last lock of the account before it, see [`crate::AccountState::Active`].
    pub last_lock: Option<u64>,
}

/// A session as it is at a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Session {
    /// Whose.
    pub account: ActorId,
    /// What it is good for.
    pub stage: Stage,
    /// The role that was chosen, by its grant.
    pub grant: Option<Uuid>,
    /// What it rests on.
    pub basis: Basis,
    /// How long it lasts if nothing more is asked.
    pub left: Duration,
    csrf: Zeroizing<String>,
}

impl Session {
    /// What every request that changes something has to bring along.
    #[must_use]
    pub fn csrf(&self) -> &str {
        &self.csrf
    }

    /// Whether this is what it has to bring along.
    #[must_use]
    pub fn csrf_is(&self, given: &str) -> bool {
        self.csrf.as_bytes().ct_eq(given.as_bytes()).into()
    }
}

/// What the browser gets to know a new session by.
pub type SessionId = Zeroizing<String>;

/// What is kept of a session.
#[derive(Clone, Debug)]
struct Kept {
    account: ActorId,
    stage: Stage,
    basis: Basis,
    grant: Option<Uuid>,
    csrf: Zeroizing<String>,
    begun: Instant,
    used: Instant,
}

/// All sessions.
#[derive(Debug)]
pub struct Sessions {
    times: Times,
    tables: Mutex<Tables>,
}

#[derive(Debug)]
struct Tables {
    full: Table,
    unfinished: Table,
}

impl Tables {
    fn get_mut(&mut self, key: &Key) -> Option<&mut Kept> {
        let found = self.full.get_mut(key);
        found.or_else(|| self.unfinished.get_mut(key))
    }

    fn end(&mut self, key: &Key) {
        self.full.end(key);
        self.unfinished.end(key);
    }

    fn end_of(&mut self, account: ActorId, ends: impl Fn(&Key) -> bool) {
        self.full.end_of(account, &ends);
        self.unfinished.end_of(account, &ends);
    }
}

impl Sessions {
    /// None yet.
    #[must_use]
    pub fn new(times: Times) -> Self {
        Self {
            times,
            tables: Mutex::new(Tables {
                full: Table::new(FULL),
                unfinished: Table::new(UNFINISHED),
            }),
        }
    }

    /// Begins a session with an id of its own, which rests on this `basis`. One that the browser had before,
    /// `instead`, ends: what somebody else may know of it is worth nothing.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn begin(
        &self,
        account: ActorId,
        stage: Stage,
        basis: Basis,
        instead: Option<&str>,
        now: Instant,
    ) -> std::io::Result<SessionId> {
        let (id, csrf) = (random::token()?, random::token()?);
        let kept = Kept {
            account,
            stage,
            basis,
            grant: None,
            csrf,
            begun: now,
            used: now,
        };
        let tables = &mut *self.tables();
        if let Some(before) = instead {
            tables.end(&Key::of(before));
        }
        let table = match stage {
            Stage::Full => &mut tables.full,
            Stage::SecondFactor | Stage::NewPassword => &mut tables.unfinished,
        };
        table.put(Key::of(&id), kept, |kept| self.left(kept, now).is_none());
        Ok(id)
    }

    /// The session of an id; using it keeps it from running out. `None` when there is none (any more).
    #[must_use]
    pub fn use_now(&self, id: &str, now: Instant) -> Option<Session> {
        self.look(id, now, true)
    }

    /// The same without using it: what a browser does by itself shall not keep a session open.
    #[must_use]
    pub fn peek(&self, id: &str, now: Instant) -> Option<Session> {
        self.look(id, now, false)
    }

    fn look(&self, id: &str, now: Instant, used: bool) -> Option<Session> {
        let key = Key::of(id);
        let mut tables = self.tables();
        let kept = tables.get_mut(&key)?;
        if self.left(kept, now).is_none() {
            tables.end(&key);
            return None;
        }
        if used {
            kept.used = kept.used.max(now);
        }
        Some(Session {
            account: kept.account,
            stage: kept.stage,
            grant: kept.grant,
            basis: kept.basis,
            csrf: kept.csrf.clone(),
            left: self.left(kept, now)?,
        })
    }

    /// Remembers the role that was chosen.
    pub fn choose(&self, id: &str, grant: Uuid) {
        if let Some(kept) = self.tables().get_mut(&Key::of(id)) {
            kept.grant = Some(grant);
        }
    }

    /// Ends a session.
    pub fn end(&self, id: &str) {
        self.tables().end(&Key::of(id));
    }

    /// Ends all sessions of an account, but for this one.
    pub fn end_others(&self, account: ActorId, id: &str) {
        let kept = Key::of(id);
        self.tables().end_of(account, |key| *key != kept);
    }

    /// Ends all sessions of an account.
    pub fn end_all(&self, account: ActorId) {
        self.tables().end_of(account, |_| true);
    }

    /// How many others of an account are signed in.
    #[must_use]
    pub fn others(&self, account: ActorId, id: &str, now: Instant) -> usize {
        let own = Key::of(id);
        self.tables()
            .full
            .of(account)
            .filter(|(key, kept)| **key != own && self.left(kept, now).is_some())
            .count()
    }

    fn left(&self, kept: &Kept, now: Instant) -> Option<Duration> {
        let age = now.saturating_duration_since(kept.begun);
        let quiet = now.saturating_duration_since(kept.used);
        let absolute = match kept.stage {
            Stage::Full => self.times.absolute,
            Stage::SecondFactor | Stage::NewPassword => self.times.unfinished,
        };
        let left = absolute
            .saturating_sub(age)
            .min(self.times.idle.saturating_sub(quiet));
        (!left.is_zero()).then_some(left)
    }

    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
