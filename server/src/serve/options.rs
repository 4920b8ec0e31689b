//! What the settings say about requests: their limits, their rates, and what is answered at all.

use std::time::Duration;

use querschnitt_graphql::http::{HttpOptions, PerAccount};
use querschnitt_graphql::limits::{Limits, RoleLimits};

use crate::config::{self, Settings};
use crate::edge::{self, Kept};

/// Of the HTTP layer.
pub(super) fn of(settings: &Settings, kept: &Kept) -> HttpOptions {
    let mut options = HttpOptions {
        introspection: settings.development,
        graphiql: settings.development,
        per_account: edge::account_rate(settings)
            .map(PerAccount::new)
            .unwrap_or_default(),
        limits: limits(settings),
        trusted: kept.trusted(),
        ..HttpOptions::default()
    };
    if let Some(seconds) = settings.seconds {
        options.time_limit = Duration::from_secs(seconds.into());
    }
    options
}

/// The limits of everybody with what is set, and over that those of roles with what is set for them. A role without
/// own settings never gets more than everybody.
fn limits(settings: &Settings) -> RoleLimits {
    let mut all = RoleLimits::default();
    set(&mut all.standard, settings.limits);
    let standard = &all.standard;
    for own in all.own.values_mut() {
        own.body_bytes = standard.body_bytes;
        own.depth = own.depth.min(standard.depth);
        own.cost = own.cost.min(standard.cost);
    }
    for (role, wanted) in &settings.edge.roles {
        let standard = all.standard.clone();
        set(all.own.entry(*role).or_insert(standard), *wanted);
    }
    all
}

fn set(limits: &mut Limits, wanted: config::Limits) {
    let size = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    limits.body_bytes = wanted.body_bytes.map_or(limits.body_bytes, size);
    limits.depth = wanted.depth.map_or(limits.depth, size);
    limits.cost = wanted.cost.map_or(limits.cost, u64::from);
}
