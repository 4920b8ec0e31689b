//! What a grant or a token gives: a role, and where the role needs it the organisation or the body it
//! is held for.

use serde::{Deserialize, Serialize};

use crate::check;
use crate::context::Context;
use crate::existing::Existing;
use crate::id::{NetworkId, OrganisationId};
use crate::may;
use crate::query::QueryItem;
use crate::rejection::{Rejection, RejectionCode};
use crate::role::Role;

/// A role and what it is held for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Right {
    /// The role.
    pub role: Role,
    /// The organisation of the centre's register its bearer comes from; only roles outside the
    /// centre have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<OrganisationId>,
    /// The body its bearer sits in; only members of a steering group have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<NetworkId>,
}

impl Right {
    /// A role that is held for nothing else.
    #[must_use]
    pub const fn of(role: Role) -> Self {
        Self {
            role,
            organisation: None,
            body: None,
        }
    }

    /// What finds out whether the organisation and the body exist.
    pub(super) fn items(&self) -> impl Iterator<Item = QueryItem> {
        let organisation = self.organisation.map(|id| Existing::item(id.record()));
        let body = self.body.map(|id| Existing::item(id.record()));
        organisation.into_iter().chain(body)
    }

    /// The role has what it needs, and no more.
    pub(super) fn check(&self, existing: &Existing, context: &Context) -> Result<(), Rejection> {
        let (needs_organisation, needs_body) = match self.role {
            Role::AuthorityOfficer | Role::PartnerOffice => (true, false),
            Role::SteeringMember => (false, true),
            Role::KiOfficer
            | Role::Administration
            | Role::KiHead
            | Role::CaseManager
            | Role::KimCoordinator
            | Role::StateLevel
            | Role::Auditor
            | Role::DataProtectionOfficer
            | Role::Operator => (false, false),
        };
        if needs_organisation {
            let organisation = check::required("organisation", self.organisation)?;
            existing.require("organisation", organisation.record(), context)?;
        } else if self.organisation.is_some() {
            return Err(self.needless("organisation", "eine Organisation"));
        }
        if needs_body {
            let body = check::required("body", self.body)?;
            existing.require("body", body.record(), context)?;
        } else if self.body.is_some() {
            return Err(self.needless("body", "ein Gremium"));
        }
        Ok(())
    }

    fn needless(&self, field: &str, what: &str) -> Rejection {
        Rejection::field(
            RejectionCode::ValueNotAllowed,
            field,
            format!(
                "Die Rolle „{}“ gilt nicht für {what}; lassen Sie die Angabe weg.",
                may::label(self.role)
            ),
        )
    }
}
