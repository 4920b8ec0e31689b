//! From the roles somebody has to those the provider names.

use std::collections::BTreeSet;

use querschnitt_domain::account::Right;
use querschnitt_domain::{CentreKey, GrantId, OrganisationId, Role};
use querschnitt_identity::ClaimedRole;
use querschnitt_projections::facts::{Acting, GrantRow};

/// A role as a provider gives it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Named {
    pub(super) role: Role,
    pub(super) centre: CentreKey,
    pub(super) organisation: Option<OrganisationId>,
}

impl Named {
    pub(super) const fn right(self) -> Right {
        Right {
            role: self.role,
            organisation: self.organisation,
            body: None,
        }
    }
}

/// A role that a provider gave.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Given {
    pub(super) grant: GrantId,
    pub(super) role: Named,
}

impl Given {
    /// A provider gives no role in a body.
    pub(super) fn of(row: &GrantRow) -> Option<Self> {
        row.right.body.is_none().then_some(Self {
            grant: row.id,
            role: Named {
                role: row.right.role,
                centre: row.centre,
                organisation: row.right.organisation,
            },
        })
    }
}

/// What has to be done.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Plan {
    pub(super) register: bool,
    pub(super) rename: bool,
    pub(super) revoke: Vec<(CentreKey, GrantId)>,
    pub(super) grant: Vec<Named>,
}

impl Plan {
    pub(super) const fn is_empty(&self) -> bool {
        !self.register && !self.rename && self.revoke.is_empty() && self.grant.is_empty()
    }
}

/// The roles of claims.
pub(super) fn wanted(roles: &[ClaimedRole]) -> BTreeSet<Named> {
    let named = |role: &ClaimedRole| Named {
        role: role.role,
        centre: role.centre,
        organisation: role.organisation,
    };
    roles.iter().map(named).collect()
}

/// What to give and to take away. A role that somebody here gave for the time being is not given again, nor one
/// that somebody here took away: `withheld` says which.
pub(super) fn of(
    given: &BTreeSet<Given>,
    acting: &[Acting],
    roles: &[ClaimedRole],
    withheld: impl Fn(Named) -> bool,
) -> Plan {
    let wanted = wanted(roles);
    let gone = given.iter().filter(|given| !wanted.contains(&given.role));
    let has = |named: &Named| {
        let same = |acting: &Acting| {
            acting.deputy_for.is_none()
                && acting.body.is_none()
                && (acting.role, acting.centre, acting.organisation)
                    == (named.role, named.centre, named.organisation)
        };
        acting.iter().any(same) || given.iter().any(|given| given.role == *named)
    };
    Plan {
        revoke: gone.map(|given| (given.role.centre, given.grant)).collect(),
        grant: wanted
            .iter()
            .filter(|named| !has(named) && !withheld(**named))
            .copied()
            .collect(),
        ..Plan::default()
    }
}
