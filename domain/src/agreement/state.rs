//! What an agreement's own history comes to, and the rules its decisions share.

use time::Date;

use super::{AgreementEvent, AgreementFacts};
use crate::centre::CentreKey;
use crate::check;
use crate::context::Context;
use crate::event::Event;
use crate::event_data::{EventData, EventKind};
use crate::existing::{Trail, retracted, unknown};
use crate::id::AgreementId;
use crate::query::QueryItem;
use crate::rejection::{Rejection, RejectionCode};

/// Every kind of event of an agreement.
pub(crate) const KINDS: [EventKind; 7] = [
    EventKind::AgreementMade,
    EventKind::AgreementChanged,
    EventKind::AgreementFulfilled,
    EventKind::AgreementDropped,
    EventKind::AgreementCorrected,
    EventKind::AgreementReopened,
    EventKind::AgreementRetracted,
];

/// The agreement a decision's query found, if it found one.
#[derive(Clone, Default, Debug)]
pub struct AgreementHistory(Option<Agreement>);

/// One agreement as it stands.
#[derive(Clone, Debug)]
pub(super) struct Agreement {
    centre: CentreKey,
    pub(super) made_on: Date,
    pub(super) facts: AgreementFacts,
    pub(super) stage: Stage,
    pub(super) trail: Trail,
}

/// What became of an agreement.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Stage {
    Open,
    Fulfilled(Date),
    Dropped(Date),
    Retracted,
}

impl AgreementHistory {
    /// The query item that finds an agreement's own history.
    pub(super) fn item(agreement: AgreementId) -> QueryItem {
        QueryItem::tagged(agreement.tag()).of(&KINDS)
    }

    /// Folds one event in; events of other records say nothing here.
    pub(super) fn evolve(&mut self, event: &Event) {
        let EventData::Agreement(data) = &event.data else {
            return;
        };
        match (data, &mut self.0) {
            (AgreementEvent::Made(made), _) => {
                let mut trail = Trail::default();
                trail.push(["subject", "responsible", "dueOn"]);
                self.0 = Some(Agreement {
                    centre: event.centre,
                    made_on: event.occurred_on,
                    facts: made.facts.clone(),
                    stage: Stage::Open,
                    trail,
                });
            }
            (_, None) => {}
            (AgreementEvent::Changed(changed), Some(agreement)) => {
                agreement.facts = changed.facts.clone();
                agreement
                    .trail
                    .push(changed.changed.iter().map(AsRef::as_ref));
            }
            (AgreementEvent::Fulfilled(_), Some(agreement)) => {
                agreement.stage = Stage::Fulfilled(event.occurred_on);
                agreement.trail.push(["state"]);
            }
            (AgreementEvent::Dropped(_), Some(agreement)) => {
                agreement.stage = Stage::Dropped(event.occurred_on);
                agreement.trail.push(["state"]);
            }
            (AgreementEvent::Corrected(corrected), Some(agreement)) => {
                agreement.made_on = event.occurred_on;
                agreement.facts = corrected.facts.clone();
                agreement
                    .trail
                    .push(corrected.changed.iter().map(AsRef::as_ref));
            }
            (AgreementEvent::Reopened(_), Some(agreement)) => {
                agreement.stage = Stage::Open;
                agreement.trail.push(["state"]);
            }
            (AgreementEvent::Retracted(_), Some(agreement)) => {
                agreement.stage = Stage::Retracted;
                agreement.trail.push(["retracted"]);
            }
        }
    }

    /// The agreement, which must exist in the actor's centre and count.
    pub(super) fn require(
        &self,
        id: AgreementId,
        context: &Context,
    ) -> Result<&Agreement, Rejection> {
        let agreement = self.require_entered(id, context)?;
        if agreement.stage == Stage::Retracted {
            return Err(retracted("agreement", id.record()));
        }
        Ok(agreement)
    }

    /// [`AgreementHistory::require`] for one that may have been retracted.
    pub(super) fn require_entered(
        &self,
        id: AgreementId,
        context: &Context,
    ) -> Result<&Agreement, Rejection> {
        self.0
            .as_ref()
            .filter(|agreement| agreement.centre == context.centre)
            .ok_or_else(|| unknown("agreement", id.record()))
    }
}

impl Agreement {
    /// The refusal of a step that needs an open agreement.
    pub(super) fn not_open(&self) -> Rejection {
        let state = match self.stage {
            Stage::Open => "offen".to_owned(),
            Stage::Fulfilled(on) => format!("seit dem {} erfüllt", check::german(on)),
            Stage::Dropped(on) => format!("seit dem {} aufgegeben", check::german(on)),
            Stage::Retracted => "zurückgezogen".to_owned(),
        };
        Rejection::field(
            RejectionCode::StateForbids,
            "agreement",
            format!(
                "Die Vereinbarung ist {state}; ändern, erfüllen oder aufgeben können Sie nur offene. War das falsch, öffnen Sie sie wieder; treffen Sie sonst eine neue."
            ),
        )
    }
}

/// Until when an agreement is to be done: not before it was made, and within what the book takes.
pub(super) fn due(due_on: Option<Date>, made_on: Date, context: &Context) -> Result<(), Rejection> {
    let Some(due_on) = due_on else {
        return Ok(());
    };
    check::end_not_before("dueOn", due_on, made_on)?;
    check::date_in_range("dueOn", due_on, context.today)
}

/// The names of the fields in which two agreements differ.
pub(super) fn differences(before: &AgreementFacts, after: &AgreementFacts) -> Vec<Box<str>> {
    [
        ("subject", before.subject != after.subject),
        ("responsible", before.responsible != after.responsible),
        ("dueOn", before.due_on != after.due_on),
    ]
    .into_iter()
    .filter(|(_, differs)| *differs)
    .map(|(field, _)| field.into())
    .collect()
}

/// An event of an agreement in the actor's centre.
pub(super) fn event(context: &Context, occurred_on: Date, data: AgreementEvent) -> Event {
    Event {
        centre: context.centre,
        occurred_on,
        occurred_at: None,
        data: EventData::Agreement(data),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_knows_every_kind_of_the_record() {
        let kinds: Vec<EventKind> = EventKind::ALL
            .into_iter()
            .filter(|kind| kind.wire_name().starts_with("agreement."))
            .collect();
        assert_eq!(kinds, KINDS);
    }
}
