//! Decides without recording, for `--dry-run`. What earlier trials would have recorded counts as
//! history, so that a meeting finds the body that would be founded before it.

use querschnitt_domain::unit::{Declared, UnitEvent};
use querschnitt_domain::{
    CentreKey, Commitment, Context, Decision, Event, EventData, Query, Rejection, UnitId,
};
use querschnitt_store::{Actor, ExecuteError, Executor, LogError, berlin_date};
use time::Date;
use uuid::Uuid;

const PAGE: usize = 1_000;

/// Trials on top of a log that stays as it is.
pub(super) struct Trial {
    imagined: Vec<Event>,
}

impl Trial {
    /// Nothing tried yet.
    pub(super) const fn new() -> Self {
        Self {
            imagined: Vec::new(),
        }
    }

    /// What the decision would record. `keep` says whether later trials have to know of it.
    pub(super) async fn decide<D: Decision>(
        &mut self,
        executor: &Executor,
        actor: &Actor,
        decision: &D,
        keep: bool,
    ) -> Result<Vec<Event>, ExecuteError> {
        let query = decision.query();
        let mut facts = self.recorded::<D>(executor, &query).await?;
        for event in &self.imagined {
            if query.matches_event(event) {
                D::evolve(&mut facts, event);
            }
        }
        let now = executor.now()?;
        // Nothing of this trial is kept, so its ids and salts need not be secret.
        let context = Context::new(
            now,
            berlin_date(now),
            actor.id,
            actor.role,
            actor.centre,
            [0; 32],
        );
        let events = decision
            .decide(&facts, &context)
            .map_err(|rejection: Rejection| ExecuteError::Rejected(rejection))?;
        if keep {
            self.imagined.extend(events.iter().cloned());
        }
        Ok(events)
    }

    /// A unit that would be declared; later trials know of it.
    pub(super) fn imagine_unit(&mut self, centre: CentreKey) -> UnitId {
        let unit = UnitId(Uuid::from_u128(self.imagined.len() as u128));
        self.imagined.push(Event {
            centre,
            occurred_on: Date::MIN,
            occurred_at: None,
            data: EventData::Unit(UnitEvent::Declared(Declared {
                unit,
                name: Commitment([0; 32]),
            })),
        });
        unit
    }

    async fn recorded<D: Decision>(
        &self,
        executor: &Executor,
        query: &Query,
    ) -> Result<D::Facts, LogError> {
        let mut facts = D::Facts::default();
        let mut after = 0;
        loop {
            let page = executor.log().read(query, after, PAGE).await?;
            for recorded in &page.events {
                D::evolve(&mut facts, &recorded.event);
            }
            if page.events.len() < PAGE {
                return Ok(facts);
            }
            after = page.complete_to.position();
        }
    }
}
