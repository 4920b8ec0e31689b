//! A command of an import, and what is noticed while it is decided: whether it changes the record, and
//! in what book and source differ.

use std::sync::{Mutex, PoisonError};

use querschnitt_domain::review::Difference;
use querschnitt_domain::{Context, Decision, Event, EventKind, Query, Rejection};

/// Finds in what book and source differ, in the facts a command is decided on.
pub(super) type Comparing<'a, D> =
    dyn Fn(&<D as Decision>::Facts, &Context) -> Vec<Difference> + Sync + 'a;

/// What the last decision came to.
#[derive(Default)]
pub(super) struct Noticed {
    /// Whether something changes in the record: that a source was seen is no change.
    pub(super) changes: bool,
    pub(super) differences: Vec<Difference>,
}

/// Decides as the command does.
pub(super) struct Watched<'a, D: Decision> {
    command: &'a D,
    differences: &'a Comparing<'a, D>,
    noticed: Mutex<Noticed>,
}

impl<'a, D: Decision> Watched<'a, D> {
    pub(super) fn new(command: &'a D, differences: &'a Comparing<'a, D>) -> Self {
        Self {
            command,
            differences,
            noticed: Mutex::default(),
        }
    }

    pub(super) fn noticed(self) -> Noticed {
        self.noticed
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl<D: Decision> Decision for Watched<'_, D> {
    type Facts = D::Facts;

    fn query(&self) -> Query {
        self.command.query()
    }

    fn evolve(facts: &mut Self::Facts, event: &Event) {
        D::evolve(facts, event);
    }

    fn decide(&self, facts: &Self::Facts, context: &Context) -> Result<Vec<Event>, Rejection> {
        let events = self.command.decide(facts, context)?;
        let seen_only = |event: &Event| event.data.kind() == EventKind::SourceSeen;
        // A command that meets a conflict is decided again: the last time counts.
        *self.noticed.lock().unwrap_or_else(PoisonError::into_inner) = Noticed {
            changes: !events.iter().all(seen_only),
            differences: (self.differences)(facts, context),
        };
        Ok(events)
    }
}
