//! Say that an entry of the register is the same organisation as another one.
//!
//! Nothing is merged: the entry points to the other one, and can be unlinked again. An entry points
//! to at most one other and never round in a circle, so every chain of links ends at one entry.

use super::state::{self, KINDS, Organisations};
use super::{LinkedAsSame, OrganisationEvent};
use crate::check;
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::event_data::EventKind;
use crate::existing::Existing;
use crate::id::OrganisationId;
use crate::may::{self, RecordClass};
use crate::query::{Query, QueryItem};
use crate::rejection::{Rejection, RejectionCode};
use crate::text::Text;

/// The command.
#[derive(Clone, Debug)]
pub struct LinkAsSame {
    /// The entry that is a duplicate.
    pub organisation: OrganisationId,
    /// The entry it is the same as.
    pub same_as: OrganisationId,
    /// The version of the duplicate that the client read.
    pub expected_version: Option<u32>,
    /// Why.
    pub reason: Text,
}

impl LinkAsSame {
    /// Whether the other entry already leads here, by one link or several.
    fn would_close_a_circle(&self, facts: &Organisations) -> bool {
        std::iter::successors(Some(self.same_as), |id| facts.same_as(*id))
            .any(|id| id == self.organisation)
    }

    fn forbidden(message: &str) -> Rejection {
        Rejection::field(RejectionCode::StateForbids, "sameAs", message)
    }
}

impl Decision for LinkAsSame {
    type Facts = Organisations;

    /// The entry itself, whether the other one exists, and all links: where a chain leads is not
    /// known before it is followed, and links are rare.
    fn query(&self) -> Query {
        Query::none()
            .or(QueryItem::tagged(self.organisation.tag()).of(&KINDS))
            .or(Existing::item(self.same_as.record()))
            .or(QueryItem::default().of(&[
                EventKind::OrganisationLinkedAsSame,
                EventKind::OrganisationUnlinkedAsSame,
            ]))
    }

    fn evolve(facts: &mut Organisations, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, facts: &Organisations, context: &Context) -> Result<Vec<Event>, Rejection> {
        may::write(RecordClass::Organisation, context)?;
        let known = facts.require("organisation", self.organisation, context)?;
        facts.require("sameAs", self.same_as, context)?;
        if self.organisation == self.same_as {
            return Err(Self::forbidden(
                "Eine Organisation kann nicht mit sich selbst verknüpft werden; nennen Sie zwei verschiedene Einträge.",
            ));
        }
        match facts.same_as(self.organisation) {
            Some(linked) if linked == self.same_as => return Ok(Vec::new()),
            Some(_) => {
                return Err(Self::forbidden(
                    "Dieser Eintrag ist schon mit einem anderen verknüpft; lösen Sie zuerst diese Verknüpfung.",
                ));
            }
            None => {}
        }
        known.trail.expect(self.expected_version)?;
        if self.would_close_a_circle(facts) {
            return Err(Self::forbidden(
                "Der andere Eintrag ist schon mit diesem verknüpft; lösen Sie zuerst jene Verknüpfung, wenn sie umgekehrt gelten soll.",
            ));
        }
        let subject = self.organisation.record();
        let data = OrganisationEvent::LinkedAsSame(LinkedAsSame {
            organisation: self.organisation,
            same_as: self.same_as,
            reason: check::seal_text(context, subject, "reason", &self.reason, Text::NOTE)?,
        });
        Ok(vec![state::event(context, context.today, data)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::organisation::samples::{id, registered};
    use crate::organisation::unlink_as_same::UnlinkAsSame;
    use crate::testing::{Moved, event, given, other_centre, sealed, text};

    fn link(from: u128, to: u128) -> LinkAsSame {
        LinkAsSame {
            organisation: id(from),
            same_as: id(to),
            expected_version: None,
            reason: text("Doppelt erfasst"),
        }
    }

    fn linked(from: u128, to: u128) -> Event {
        event(OrganisationEvent::LinkedAsSame(LinkedAsSame {
            organisation: id(from),
            same_as: id(to),
            reason: sealed("Doppelt erfasst"),
        }))
    }

    fn register() -> Vec<Event> {
        (1..=4).map(|n| registered(id(n))).collect()
    }

    fn with(events: impl IntoIterator<Item = Event>) -> Vec<Event> {
        register().into_iter().chain(events).collect()
    }

    #[test]
    fn two_entries_are_linked_once() {
        given(register()).when(link(1, 2)).then([linked(1, 2)]);
        given(with([linked(1, 2)])).when(link(1, 2)).then_nothing();
    }

    #[test]
    fn a_chain_may_grow_but_not_close() {
        let chain = with([linked(1, 2), linked(2, 3)]);
        given(chain.clone()).when(link(3, 4)).then([linked(3, 4)]);
        given(chain.clone()).when(link(4, 1)).then([linked(4, 1)]);
        for to in [1, 2] {
            given(chain.clone())
                .when(link(3, to))
                .then_rejected(RejectionCode::StateForbids, "sameAs");
        }
        given(chain)
            .when(link(1, 4))
            .then_rejected(RejectionCode::StateForbids, "sameAs");
        given(register())
            .when(link(1, 1))
            .then_rejected(RejectionCode::StateForbids, "sameAs");
    }

    #[test]
    fn an_unlinked_entry_can_be_linked_elsewhere() {
        let unlinked = given(with([linked(1, 2)]))
            .when(UnlinkAsSame {
                organisation: id(1),
                same_as: id(2),
                expected_version: None,
                reason: text("Zwei Vereine"),
            })
            .0
            .unwrap();
        let history: Vec<Event> = with([linked(1, 2)]).into_iter().chain(unlinked).collect();
        given(history.clone()).when(link(2, 1)).then([linked(2, 1)]);
        given(history).when(link(1, 3)).then([linked(1, 3)]);
    }

    #[test]
    fn both_must_be_in_the_register_of_the_centre() {
        given([registered(id(2))])
            .when(link(1, 2))
            .then_rejected(RejectionCode::UnknownId, "organisation");
        given([
            registered(id(1)),
            registered(id(2)).in_centre(other_centre()),
        ])
        .when(link(1, 2))
        .then_rejected(RejectionCode::UnknownId, "sameAs");
    }

    #[test]
    fn a_link_counts_as_a_change_of_the_duplicate_only() {
        let history = with([linked(1, 2)]);
        given(history.clone())
            .when(LinkAsSame {
                expected_version: Some(1),
                ..link(2, 3)
            })
            .then([linked(2, 3)]);
        given(history)
            .when(UnlinkAsSame {
                organisation: id(1),
                same_as: id(2),
                expected_version: Some(1),
                reason: text("Zwei Vereine"),
            })
            .then_rejected(RejectionCode::ChangedMeanwhile, "expectedVersion");
    }
}
