//! Limits by role: who works outside a centre asks less at a time.

use std::collections::BTreeMap;

use querschnitt_domain::Role;

use super::Limits;

impl Limits {
    /// The limits of roles outside a centre: enough for every page made for them, too little to read a book in bulk.
    #[must_use]
    pub fn outside() -> Self {
        Self {
            depth: 12,
            aliases: 15,
            root_fields: 10,
            fields: 1_000,
            cost: 15_000,
            ..Self::default()
        }
    }
}

/// The limits of everybody, and those of the roles that have their own. A machine token counts as its role.
#[derive(Clone, Debug)]
pub struct RoleLimits {
    /// Where a role has none of its own, and before it is known who asks.
    pub standard: Limits,
    /// By role.
    pub own: BTreeMap<Role, Limits>,
}

impl Default for RoleLimits {
    fn default() -> Self {
        let outside = Role::ALL.into_iter().filter(|role| is_outside(*role));
        Self {
            standard: Limits::default(),
            own: outside.map(|role| (role, Limits::outside())).collect(),
        }
    }
}

impl From<Limits> for RoleLimits {
    fn from(standard: Limits) -> Self {
        Self {
            standard,
            ..Self::default()
        }
    }
}

impl RoleLimits {
    /// The limits of a role; `None` is somebody without one.
    pub(crate) fn of(&self, role: Option<Role>) -> &Limits {
        let own = role.and_then(|role| self.own.get(&role));
        own.unwrap_or(&self.standard)
    }

    /// The longest body of all, for where it is not known yet who asks.
    pub(crate) fn longest_body(&self) -> usize {
        let own = self.own.values().map(|limits| limits.body_bytes);
        own.fold(self.standard.body_bytes, usize::max)
    }
}

/// Whether people in this role do not work in a centre or on its behalf.
#[must_use]
pub const fn is_outside(role: Role) -> bool {
    match role {
        Role::AuthorityOfficer | Role::PartnerOffice | Role::SteeringMember | Role::StateLevel => {
            true
        }
        Role::KiOfficer
        | Role::Administration
        | Role::KiHead
        | Role::CaseManager
        | Role::KimCoordinator
        | Role::Auditor
        | Role::DataProtectionOfficer
        | Role::Operator => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outside_roles_have_smaller_limits_and_nobody_larger_ones() {
        let limits = RoleLimits::default();
        for role in Role::ALL {
            let of = limits.of(Some(role));
            assert_eq!(of.cost < limits.standard.cost, is_outside(role), "{role}");
            assert!(of.depth <= limits.standard.depth);
        }
        assert_eq!(limits.of(None).cost, limits.standard.cost);
    }
}
