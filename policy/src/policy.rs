//! The policy: what it is asked and how it answers.

use std::collections::HashMap;

use cedar_policy::{
    Authorizer, Context, Decision, Entities, EntityUid, PolicySet, Request, RestrictedExpression,
};
use querschnitt_domain::Role;

use crate::answers::Answers;
use crate::cell::{Action, Cell};
use crate::load::{self, PolicyError};
use crate::relation::{Relation, Relations};

/// The one policy. Cedar decides each distinct question once; the answer is remembered.
pub struct Policy {
    authorizer: Authorizer,
    policies: PolicySet,
    names: Names,
    answers: Answers,
}

/// What Cedar calls roles, cells and actions.
pub(crate) struct Names {
    pub(crate) roles: HashMap<Role, EntityUid>,
    pub(crate) cells: HashMap<Cell, EntityUid>,
    pub(crate) actions: HashMap<Action, EntityUid>,
}

impl Policy {
    /// Reads the policy this program was built with, and checks it.
    ///
    /// # Errors
    /// See [`PolicyError`].
    pub fn load() -> Result<Self, PolicyError> {
        Self::of_files(load::POLICIES)
    }

    /// The policy of other files than those of this program, each a name and its text, checked in the same way: what
    /// follows when a rule is changed.
    ///
    /// # Errors
    /// See [`PolicyError`].
    pub fn of_files(files: &[(&str, &str)]) -> Result<Self, PolicyError> {
        Self::of(load::SCHEMA, files)
    }

    /// A policy from a schema and from files, each a name and its text.
    pub(crate) fn of(schema: &str, files: &[(&str, &str)]) -> Result<Self, PolicyError> {
        let (policies, names) = load::load(schema, files)?;
        Ok(Self {
            authorizer: Authorizer::new(),
            policies,
            names,
            answers: Answers::new(),
        })
    }

    /// The files of the policy, each by its name with its text: what a data-protection officer reads.
    #[must_use]
    pub const fn files() -> &'static [(&'static str, &'static str)] {
        load::POLICIES
    }

    /// Whether this role may do this with this cell, standing so to the record. What no policy permits is
    /// refused.
    #[must_use]
    pub fn allows(&self, role: Role, cell: Cell, action: Action, relations: Relations) -> bool {
        self.answers.get(role, cell, action, relations, || {
            self.decide(role, cell, action, relations)
        })
    }

    /// Asks Cedar. Whatever can't be asked is refused.
    pub(crate) fn decide(
        &self,
        role: Role,
        cell: Cell,
        action: Action,
        relations: Relations,
    ) -> bool {
        let Some(request) = self.names.request(role, cell, action, relations) else {
            return false;
        };
        let entities = Entities::empty();
        let response = self
            .authorizer
            .is_authorized(&request, &self.policies, &entities);
        response.decision() == Decision::Allow
    }

    #[cfg(test)]
    pub(crate) const fn policies(&self) -> &PolicySet {
        &self.policies
    }

    /// The same without one policy: what a test breaks on purpose.
    #[cfg(test)]
    pub(crate) fn without(&self, id: &cedar_policy::PolicyId) -> Self {
        let mut policies = self.policies.clone();
        policies.remove_static(id.clone()).unwrap();
        Self {
            authorizer: Authorizer::new(),
            policies,
            names: Names::new().unwrap(),
            answers: Answers::new(),
        }
    }
}

impl std::fmt::Debug for Policy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Policy")
    }
}

impl Names {
    /// The names of everything that can be asked about.
    pub(crate) fn new() -> Result<Self, PolicyError> {
        let uid = |kind: &str, name: &str| {
            format!("{kind}::{name:?}")
                .parse::<EntityUid>()
                .map_err(|error| PolicyError::name(kind, name, &error))
        };
        let mut names = Self {
            roles: HashMap::new(),
            cells: HashMap::new(),
            actions: HashMap::new(),
        };
        for role in Role::ALL {
            names.roles.insert(role, uid("Role", role.as_str())?);
        }
        for cell in Cell::ALL {
            names.cells.insert(cell, uid("Cell", cell.as_str())?);
        }
        for action in Action::ALL {
            names
                .actions
                .insert(action, uid("Action", action.as_str())?);
        }
        Ok(names)
    }

    fn request(
        &self,
        role: Role,
        cell: Cell,
        action: Action,
        relations: Relations,
    ) -> Option<Request> {
        Request::new(
            self.roles.get(&role)?.clone(),
            self.actions.get(&action)?.clone(),
            self.cells.get(&cell)?.clone(),
            context(relations)?,
            None,
        )
        .ok()
    }
}

/// The relations as the policies see them: a name for each, true or false.
pub(crate) fn context(relations: Relations) -> Option<Context> {
    Context::from_pairs(Relation::ALL.into_iter().map(|relation| {
        let holds = RestrictedExpression::new_bool(relations.has(relation));
        (relation.as_str().to_owned(), holds)
    }))
    .ok()
}

#[cfg(test)]
#[path = "policy_tests.rs"]
mod tests;
