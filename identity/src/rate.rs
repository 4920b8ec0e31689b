//! How often one may try to sign in: after some failures each further try has to wait longer.
//!
//! Tries are counted three ways: of one sign-in name from one address, of one address, and of one sign-in name
//! from everywhere. The last is generous and waits a minute at most, so that nobody can shut somebody else out for good;
//! a browser in which this person signed in before is counted by itself ([`Caller::device`]), and not with strangers.
//! A try is counted before it is looked at, so that many at the same time count as many. Existing and unknown
//! names are treated alike. All is in memory, of bounded size, and gone after a restart.
//!
//! Codes of the second factor have a count of their own, one for each account and wherever they come from
//! ([`Limiter::try_code`]): whoever tries them knows the password, and a million is soon tried from many addresses.

mod table;

use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use querschnitt_domain::ActorId;

use crate::login::LoginDigest;
use table::{Rule, Table};

/// What takes one failure off the counts of passwords.
const FORGIVEN_AFTER: Duration = Duration::from_secs(15 * 60);
/// One name from one address: ten tries, then one second, two, four … up to a quarter of an hour.
const PAIR: Rule = Rule::new(10, Duration::from_secs(15 * 60), FORGIVEN_AFTER);
/// One address: an office behind one address has more people than one.
const ADDRESS: Rule = Rule::new(60, Duration::from_secs(15 * 60), FORGIVEN_AFTER);
/// One name from everywhere.
const LOGIN: Rule = Rule::new(100, Duration::from_secs(60), FORGIVEN_AFTER);
/// Wrong codes of one account from everywhere: ten, then one second, two, four … up to a day. In the long run that is
/// one try a day; ADR 0016 says what a guesser gets from that.
const CODES: Rule = Rule::new(10, DAY, DAY);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// From where somebody tries.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Caller {
    /// The address.
    pub address: IpAddr,
    /// Of a browser in which the person of this sign-in name signed in before: its mark.
    pub device: Option<[u8; 16]>,
}

/// Try again after so many seconds, at least one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Wait(pub u64);

/// A key of a table: what is counted together. Addresses are kept only in memory.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Pair {
    Address(LoginDigest, IpAddr),
    Device(LoginDigest, [u8; 16]),
}

/// Counts the tries.
#[derive(Debug, Default)]
pub struct Limiter(Mutex<Tables>);

#[derive(Debug)]
struct Tables {
    pairs: Table<Pair>,
    addresses: Table<IpAddr>,
    logins: Table<LoginDigest>,
    codes: Table<ActorId>,
}

impl Default for Tables {
    fn default() -> Self {
        Self {
            pairs: Table::new(PAIR),
            addresses: Table::new(ADDRESS),
            logins: Table::new(LOGIN),
            codes: Table::new(CODES),
        }
    }
}

impl Limiter {
    /// Counts a try as one that fails, unless it has to wait; who succeeds says so by [`Limiter::succeeded`].
    ///
    /// # Errors
    /// How long to wait; then nothing is counted.
    pub fn try_now(&self, login: LoginDigest, caller: &Caller, now: Instant) -> Result<(), Wait> {
        let tables = &mut *self.tables();
        let address = network(caller.address);
        let pair = pair(login, caller);
        let mut wait = tables.pairs.wait(&pair, now);
        if caller.device.is_none() {
            wait = wait
                .max(tables.addresses.wait(&address, now))
                .max(tables.logins.wait(&login, now));
        }
        over(wait)?;
        tables.pairs.count(pair, now);
        if caller.device.is_none() {
            tables.addresses.count(address, now);
            tables.logins.count(login, now);
        }
        Ok(())
    }

    /// The try was right: it is not counted, and earlier ones of this name from here are forgotten. Those of the
    /// address and of the name from elsewhere are not: whoever has an account must not wipe out guesses at others.
    pub fn succeeded(&self, login: LoginDigest, caller: &Caller) {
        let tables = &mut *self.tables();
        tables.pairs.forget(&pair(login, caller));
        tables.take_back_elsewhere(login, caller);
    }

    /// The try was not looked at, because there was no place or no disk for it: it was none.
    pub fn take_back(&self, login: LoginDigest, caller: &Caller) {
        let tables = &mut *self.tables();
        tables.pairs.take_back(&pair(login, caller));
        tables.take_back_elsewhere(login, caller);
    }

    /// Counts a code of an account as wrong, unless it has to wait; what was right, or was not looked at, is taken back
    /// ([`Limiter::take_back_code`]). A right one does not wipe out the wrong ones before it: somebody who signs in every
    /// day would give a guesser ten new tries each time.
    ///
    /// # Errors
    /// How long to wait; then nothing is counted.
    pub fn try_code(&self, account: ActorId, now: Instant) -> Result<(), Wait> {
        let tables = &mut *self.tables();
        over(tables.codes.wait(&account, now))?;
        tables.codes.count(account, now);
        Ok(())
    }

    /// The code was right, or was not looked at.
    pub fn take_back_code(&self, account: ActorId) {
        self.tables().codes.take_back(&account);
    }

    /// What was tried so far is worth nothing: there is another password, or another second factor.
    pub fn forget_codes(&self, account: ActorId) {
        self.tables().codes.forget(&account);
    }

    /// Somebody in charge lets this name begin anew.
    pub fn forget(&self, login: LoginDigest) {
        let tables = &mut *self.tables();
        tables.logins.forget(&login);
        tables.pairs.retain(|pair| match pair {
            Pair::Address(of, _) | Pair::Device(of, _) => *of != login,
        });
    }

    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tables {
    fn take_back_elsewhere(&mut self, login: LoginDigest, caller: &Caller) {
        if caller.device.is_none() {
            self.addresses.take_back(&network(caller.address));
            self.logins.take_back(&login);
        }
    }
}

fn over(wait: Duration) -> Result<(), Wait> {
    match wait.is_zero() {
        true => Ok(()),
        false => Err(Wait(wait.as_secs_f64().ceil().max(1.0) as u64)),
    }
}

fn pair(login: LoginDigest, caller: &Caller) -> Pair {
    match caller.device {
        Some(device) => Pair::Device(login, device),
        None => Pair::Address(login, network(caller.address)),
    }
}

/// Whoever has one address of IPv6 has all of its network (/64).
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6([a, b, c, d, 0, 0, 0, 0].into())
        }
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests;
