//! The kinds of orders.

use serde::{Deserialize, Serialize};

use crate::role::Role;

/// What a `request` cell of the access matrix needs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum OrderKind {
    /// A documented request of a person (Auskunft, Berichtigung, Löschung): opens to the
    /// data-protection officer.
    PersonRequest,
    /// An order to audit: opens to the audit.
    Audit,
}

impl OrderKind {
    /// All kinds.
    pub const ALL: [Self; 2] = [Self::PersonRequest, Self::Audit];

    /// The stable word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PersonRequest => "PERSON_REQUEST",
            Self::Audit => "AUDIT",
        }
    }

    /// Who opens it: never who only reads by it, but for requests, which reach that role first.
    #[must_use]
    pub const fn opened_by(self) -> Role {
        match self {
            Self::PersonRequest => Role::DataProtectionOfficer,
            Self::Audit => Role::KiHead,
        }
    }

    /// To whom it opens something.
    #[must_use]
    pub const fn opens_to(self) -> Role {
        match self {
            Self::PersonRequest => Role::DataProtectionOfficer,
            Self::Audit => Role::Auditor,
        }
    }
}
