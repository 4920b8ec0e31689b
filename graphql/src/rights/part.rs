//! The records that exist one by one for a viewer, worked out once for as long as nothing changes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use querschnitt_domain::{NetworkId, OrganisationId};
use querschnitt_projections::views::{Kinds, RecordSet, Scope, Seen};
use querschnitt_projections::{CentreSet, State};
use time::Date;

use crate::objects::NOW;
use crate::viewer::Viewer;

/// What a viewer takes part in.
#[derive(Debug, Default)]
pub(super) struct Part {
    /// By the organisation the role is held for.
    pub(super) invited: RecordSet,
    /// By the body the role is held in.
    pub(super) body: RecordSet,
}

/// The organisation, the body, and whether reviews exist for the role.
type Whose = (Option<OrganisationId>, Option<NetworkId>, bool);

/// What was worked out before.
#[derive(Debug, Default)]
pub(super) struct Parts(Mutex<HashMap<Whose, Kept>>);

#[derive(Debug)]
struct Kept {
    changed: u64,
    day: Date,
    part: Arc<Part>,
}

/// How many are kept.
const MOST: usize = 256;

impl Parts {
    /// What the viewer takes part in on a day. Most roles are held for no organisation and in no body.
    pub(super) fn of(
        &self,
        viewer: &Viewer,
        state: &State,
        day: Date,
        with_reviews: bool,
    ) -> Arc<Part> {
        let whose = (viewer.organisation, viewer.body, with_reviews);
        if (viewer.organisation, viewer.body) == (None, None) {
            return Arc::default();
        }
        let changed = state.parts_changed(viewer.centre());
        if let Some(kept) = self.kept().get(&whose)
            && (kept.changed, kept.day) == (changed, day)
        {
            return Arc::clone(&kept.part);
        }
        let (organisation, body, _) = whose;
        let part = Arc::new(Part {
            invited: organisation.map_or_else(RecordSet::new, |id| {
                state.taking_part(id, day, with_reviews)
            }),
            body: body.map_or_else(RecordSet::new, |id| state.before_body(id)),
        });
        let mut kept = self.kept();
        if kept.len() >= MOST {
            kept.clear();
        }
        let new = Kept {
            changed,
            day,
            part: Arc::clone(&part),
        };
        kept.insert(whose, new);
        part
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<Whose, Kept>> {
        // A panic can't leave the map half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What exists for a viewer.
#[derive(Clone, Debug)]
pub(crate) struct Reach {
    centres: CentreSet,
    kinds: Kinds,
    single: Arc<RecordSet>,
}

impl Reach {
    pub(super) fn new(centres: CentreSet, kinds: Kinds, single: RecordSet) -> Self {
        Self {
            centres,
            kinds,
            single: Arc::new(single),
        }
    }

    /// As views ask for it.
    pub(crate) fn scope(&self) -> Scope<'_> {
        Scope {
            centres: self.centres,
            kinds: self.kinds,
            single: Some(&self.single),
        }
    }

    /// As views ask for it, of what was known at a position.
    pub(crate) fn seen(&self, at: u64) -> Seen<'_> {
        Seen {
            scope: self.scope(),
            as_of: (at != NOW).then_some(at),
        }
    }

    /// The same in these centres only.
    pub(crate) fn within(self, centres: CentreSet) -> Self {
        Self {
            centres: self.centres.intersection(centres),
            ..self
        }
    }
}
