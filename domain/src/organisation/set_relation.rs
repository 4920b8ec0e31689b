//! Say how an organisation stands to the centre.

use time::Date;

use super::state::{self, Organisations};
use super::{OrganisationEvent, RelationSet};
use crate::check;
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::OrganisationId;
use crate::may::{self, RecordClass};
use crate::query::Query;
use crate::rejection::Rejection;
use crate::values::CentreRelation;

/// The command.
#[derive(Clone, Debug)]
pub struct SetRelation {
    /// Which organisation.
    pub organisation: OrganisationId,
    /// The version the client read.
    pub expected_version: Option<u32>,
    /// From which day on; without it from today.
    pub occurred_on: Option<Date>,
    /// How it stands to the centre from then on.
    pub relation: CentreRelation,
}

impl Decision for SetRelation {
    type Facts = Organisations;

    fn query(&self) -> Query {
        Organisations::query(self.organisation)
    }

    fn evolve(facts: &mut Organisations, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, facts: &Organisations, context: &Context) -> Result<Vec<Event>, Rejection> {
        may::write(RecordClass::Organisation, context)?;
        let known = facts.require("organisation", self.organisation, context)?;
        if known.relation == Some(self.relation) {
            return Ok(Vec::new());
        }
        known.trail.expect(self.expected_version)?;
        let day = state::day(self.occurred_on, context)?;
        check::valid_on("relation", self.relation, day)?;
        let data = OrganisationEvent::RelationSet(RelationSet {
            organisation: self.organisation,
            relation: self.relation,
            source: None,
        });
        Ok(vec![state::event(context, day, data)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::organisation::samples::{code, id, registered};
    use crate::rejection::RejectionCode;
    use crate::testing::{TODAY, event, given};

    fn command() -> SetRelation {
        SetRelation {
            organisation: id(1),
            expected_version: None,
            occurred_on: None,
            relation: code("PARTNER"),
        }
    }

    fn set() -> Event {
        event(OrganisationEvent::RelationSet(RelationSet {
            organisation: id(1),
            relation: code("PARTNER"),
            source: None,
        }))
    }

    #[test]
    fn a_relation_is_set_once() {
        given([registered(id(1))]).when(command()).then([set()]);
        given([registered(id(1)), set()])
            .when(command())
            .then_nothing();
    }

    #[test]
    fn bad_input_is_refused() {
        given([registered(id(2))])
            .when(command())
            .then_rejected(RejectionCode::UnknownId, "organisation");
        given([registered(id(1))])
            .when(SetRelation {
                occurred_on: TODAY.next_day(),
                ..command()
            })
            .then_rejected(RejectionCode::DateInFuture, "occurredOn");
        given([registered(id(1)), set()])
            .when(SetRelation {
                expected_version: Some(1),
                relation: code("FORMER"),
                ..command()
            })
            .then_rejected(RejectionCode::ChangedMeanwhile, "expectedVersion");
    }
}
