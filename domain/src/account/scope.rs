//! What the bearer of a machine's token may do within its role.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Authority;
use crate::rejection::{Rejection, RejectionCode};
use crate::role::Role;

/// One thing a token is good for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Scope {
    /// Reading what the role reads.
    Read,
    /// Recording what the role records, but for accounts.
    Write,
    /// Changing accounts and roles, and opening what is closed otherwise.
    Accounts,
}

impl Scope {
    /// All scopes.
    pub const ALL: [Self; 3] = [Self::Read, Self::Write, Self::Accounts];

    /// The stable word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "READ",
            Self::Write => "WRITE",
            Self::Accounts => "ACCOUNTS",
        }
    }

    const fn bit(self) -> u8 {
        match self {
            Self::Read => 1,
            Self::Write => 2,
            Self::Accounts => 4,
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// No scope has this name.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("Den Umfang „{}“ gibt es nicht; erlaubt sind READ, WRITE, ACCOUNTS", .0.escape_debug())]
pub struct UnknownScope(pub String);

impl FromStr for Scope {
    type Err = UnknownScope;

    fn from_str(text: &str) -> Result<Self, UnknownScope> {
        Self::ALL
            .into_iter()
            .find(|scope| scope.as_str() == text)
            .ok_or_else(|| UnknownScope(text.chars().take(60).collect()))
    }
}

/// A set of scopes; stored as the list of their words.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Scope>", into = "Vec<Scope>")]
pub struct Scopes(u8);

impl Scopes {
    /// Every scope: what somebody has who signed in.
    #[must_use]
    pub fn all() -> Self {
        Scope::ALL.into_iter().collect()
    }

    /// The most a role can make use of. Break-glass and orders are `ACCOUNTS` too.
    #[must_use]
    pub fn of_role(role: Role) -> Self {
        let more: &[Scope] = match role {
            Role::Administration | Role::KiHead => &[Scope::Write, Scope::Accounts],
            Role::KiOfficer
            | Role::CaseManager
            | Role::KimCoordinator
            | Role::PartnerOffice
            | Role::StateLevel => &[Scope::Write],
            Role::DataProtectionOfficer | Role::Operator => &[Scope::Accounts],
            Role::AuthorityOfficer | Role::SteeringMember | Role::Auditor => &[],
        };
        std::iter::once(Scope::Read)
            .chain(more.iter().copied())
            .collect()
    }

    /// Whether this one is among them.
    #[must_use]
    pub const fn has(self, scope: Scope) -> bool {
        self.0 & scope.bit() != 0
    }

    /// Whether all of these are among them.
    #[must_use]
    pub const fn has_all(self, scopes: Self) -> bool {
        self.0 & scopes.0 == scopes.0
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether a token of this role may be issued with these on this word.
    pub(super) fn check(self, role: Role, authority: Authority) -> Result<(), Rejection> {
        if !self.has(Scope::Read) {
            return Err(Rejection::field(
                RejectionCode::Missing,
                "scopes",
                "READ gehört immer dazu, denn auch was eingetragen wird, wird zurückgelesen.",
            ));
        }
        // With it a machine could give its owner roles, and unlock who was locked.
        if authority == Authority::Office && self.has(Scope::Accounts) {
            return Err(Rejection::field(
                RejectionCode::NotAllowed,
                "scopes",
                "Tokens, die Konten verwalten (ACCOUNTS), werden nur über die Befehlszeile ausgestellt.",
            ));
        }
        let most = Self::of_role(role);
        if most.has_all(self) {
            return Ok(());
        }
        let words: Vec<&str> = most.iter().map(Scope::as_str).collect();
        Err(Rejection::field(
            RejectionCode::ValueNotAllowed,
            "scopes",
            format!(
                "Das geht über die Rolle „{}“ hinaus; möglich sind: {}.",
                crate::may::label(role),
                words.join(", ")
            ),
        ))
    }

    /// The scopes, each once, in one order.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.into_iter().filter(move |scope| self.has(*scope))
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().fold(0, |bits, scope| bits | scope.bit()))
    }
}

impl From<Vec<Scope>> for Scopes {
    fn from(scopes: Vec<Scope>) -> Self {
        scopes.into_iter().collect()
    }
}

impl From<Scopes> for Vec<Scope> {
    fn from(scopes: Scopes) -> Self {
        scopes.iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_stored_as_their_words() {
        let scopes: Scopes = [Scope::Accounts, Scope::Read, Scope::Read]
            .into_iter()
            .collect();
        let stored = serde_json::to_string(&scopes).unwrap();
        assert_eq!(stored, r#"["READ","ACCOUNTS"]"#);
        assert_eq!(serde_json::from_str::<Scopes>(&stored).unwrap(), scopes);
        assert!(serde_json::from_str::<Scopes>(r#"["ALL"]"#).is_err());
        assert!(scopes.has_all([Scope::Read].into_iter().collect()));
        assert!(!scopes.has(Scope::Write) && !scopes.has_all(Scopes::all()));
        assert!(Scopes::default().is_empty() && Scopes::all().has_all(scopes));
    }

    #[test]
    fn a_scope_is_known_by_its_word() {
        for scope in Scope::ALL {
            assert_eq!(scope.as_str().parse(), Ok(scope));
            let stored = serde_json::to_string(&scope).unwrap();
            assert_eq!(stored, format!("\"{scope}\""));
        }
        assert!("read".parse::<Scope>().is_err());
    }
}
