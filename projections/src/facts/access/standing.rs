//! Whether a token counts now, and if not, why not.

use querschnitt_domain::account::Issuer;
use querschnitt_domain::{ActorId, berlin};
use time::OffsetDateTime;

use super::{AccessFacts, TokenRow};
use crate::facts::rows::Row as _;

/// How a token of a machine stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TokenState {
    /// Its bearer acts by it.
    Counts,
    /// It was revoked.
    Revoked,
    /// Its time is over.
    Expired,
    /// The account of the machine is locked.
    AccountLocked,
    /// The account of whoever issued it is locked.
    IssuerLocked,
    /// Whoever issued it does not act any more in the role it was issued in.
    IssuerWithoutRight,
}

impl AccessFacts {
    /// How a token stands now.
    #[must_use]
    pub fn token_state(&self, token: &TokenRow, now: OffsetDateTime) -> TokenState {
        if !token.known().is_current() {
            return TokenState::Revoked;
        }
        if token.expires_at <= now {
            return TokenState::Expired;
        }
        if self.is_locked(token.account) {
            return TokenState::AccountLocked;
        }
        match token.issuer {
            None => TokenState::Counts,
            Some(issuer) => self.issued_by(issuer, now),
        }
    }

    /// How a token stands that counts but for its issuer.
    fn issued_by(&self, issuer: Issuer, now: OffsetDateTime) -> TokenState {
        let (account, holds) = match issuer {
            Issuer::Person {
                account,
                grant,
                represents,
            } => {
                let held = self.grants_of(account, berlin::day(now));
                let same = |acting: &super::Acting| {
                    acting.grant == Some(grant) && acting.deputy_for == represents
                };
                (account, held.iter().any(same))
            }
            // No further than one step: a machine hands on no right to issue tokens.
            Issuer::Machine { account, token } => {
                let own = self.tokens.newest(token);
                let counts =
                    own.is_some_and(|own| self.token_state(own, now) == TokenState::Counts);
                (account, counts)
            }
        };
        match (holds, self.is_locked(account)) {
            (true, _) => TokenState::Counts,
            (false, true) => TokenState::IssuerLocked,
            (false, false) => TokenState::IssuerWithoutRight,
        }
    }

    fn is_locked(&self, account: ActorId) -> bool {
        self.account(account).is_none_or(|row| row.locked)
    }
}
