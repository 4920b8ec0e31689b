//! The roles: the columns of the access matrix (`domain.md` 11.2).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// In which role somebody acts.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Role {
    /// Fachkraft of the centre.
    KiOfficer,
    /// Verwaltungsassistenz.
    Administration,
    /// Leitung.
    KiHead,
    /// KIM-Case-Manager/in (Baustein 2).
    CaseManager,
    /// KIM-Koordination (Baustein 1).
    KimCoordinator,
    /// Baustein-3-Stelle in the Ausländer- or Einbürgerungsbehörde.
    AuthorityOfficer,
    /// Another office or organisation that takes part.
    PartnerOffice,
    /// Member of a Lenkungsgruppe.
    SteeringMember,
    /// The state level (LaKI and its successors).
    StateLevel,
    /// Revision.
    Auditor,
    /// Datenschutzbeauftragte/r.
    DataProtectionOfficer,
    /// Whoever runs the installation.
    Operator,
}

impl Role {
    /// All roles, in the order of the matrix.
    pub const ALL: [Self; 12] = [
        Self::KiOfficer,
        Self::Administration,
        Self::KiHead,
        Self::CaseManager,
        Self::KimCoordinator,
        Self::AuthorityOfficer,
        Self::PartnerOffice,
        Self::SteeringMember,
        Self::StateLevel,
        Self::Auditor,
        Self::DataProtectionOfficer,
        Self::Operator,
    ];

    /// The column's name in the matrix.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::KiOfficer => "KI_OFFICER",
            Self::Administration => "ADMINISTRATION",
            Self::KiHead => "KI_HEAD",
            Self::CaseManager => "CASE_MANAGER",
            Self::KimCoordinator => "KIM_COORDINATOR",
            Self::AuthorityOfficer => "AUTHORITY_OFFICER",
            Self::PartnerOffice => "PARTNER_OFFICE",
            Self::SteeringMember => "STEERING_MEMBER",
            Self::StateLevel => "STATE_LEVEL",
            Self::Auditor => "AUDITOR",
            Self::DataProtectionOfficer => "DATA_PROTECTION_OFFICER",
            Self::Operator => "OPERATOR",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// No role has this name.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error(
    "Die Rolle „{}“ gibt es nicht; erlaubt sind KI_OFFICER, ADMINISTRATION, KI_HEAD, CASE_MANAGER, KIM_COORDINATOR, AUTHORITY_OFFICER, PARTNER_OFFICE, STEERING_MEMBER, STATE_LEVEL, AUDITOR, DATA_PROTECTION_OFFICER, OPERATOR",
    .0.escape_debug()
)]
pub struct UnknownRole(pub String);

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or_else(|| UnknownRole(text.to_owned()))
    }
}
