//! How much and how often a viewer may ask: by role and by account.

use std::time::Duration;

use querschnitt_domain::Role;

use super::problem::Problem;
use super::{Api, Viewer};
use crate::limits::Limits;

impl Api {
    /// The limits of this viewer's role.
    pub(super) fn limits(&self, viewer: &Viewer) -> &Limits {
        self.options.limits.of(role(viewer))
    }

    /// One operation of this viewer's account.
    ///
    /// # Errors
    /// How long to wait where the account asked too often.
    pub(super) fn admit(&self, viewer: &Viewer) -> Result<(), Duration> {
        match viewer.get::<crate::Viewer>() {
            Some(viewer) => self.options.per_account.take(viewer),
            None => Ok(()),
        }
    }

    /// The same where the answer is HTTP.
    pub(super) fn admit_request(&self, viewer: &Viewer) -> Result<(), Problem> {
        self.admit(viewer).map_err(Problem::too_many)
    }
}

fn role(viewer: &Viewer) -> Option<Role> {
    viewer
        .get::<crate::Viewer>()
        .map(|viewer| viewer.actor.role)
}
