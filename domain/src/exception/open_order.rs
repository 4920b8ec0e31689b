//! A documented request of a person or an audit order is open for a time: what the `request` cells of
//! the access matrix need.

use time::Date;

use super::{ExceptionEvent, OrderKind, OrderOpened};
use crate::account::a_year_after;
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::event_data::EventData;
use crate::existing::{Existing, unknown};
use crate::id::{OrderId, RecordId, RecordKind};
use crate::query::Query;
use crate::rejection::{Rejection, RejectionCode};
use crate::text::Text;
use crate::{check, may};

/// The most records one order names.
pub const ORDER_RECORDS: usize = 100;

/// Opens a request (the data-protection officer) or an audit order (the head) in the actor's centre.
#[derive(Clone, Debug)]
pub struct OpenOrder {
    /// What it is.
    pub kind: OrderKind,
    /// Which records it is about, each once; none: the whole centre, for an audit only.
    pub records: Vec<RecordId>,
    /// The first day it is open no more: at most a year from today.
    pub valid_to: Date,
    /// Why: who asks for what.
    pub reason: Text,
}

impl Decision for OpenOrder {
    type Facts = Existing;

    fn query(&self) -> Query {
        self.records
            .iter()
            .copied()
            .take(ORDER_RECORDS)
            .map(Existing::item)
            .fold(Query::none(), Query::or)
    }

    fn evolve(facts: &mut Existing, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, existing: &Existing, context: &Context) -> Result<Vec<Event>, Rejection> {
        self.check_role(context)?;
        check::at_most("records", &self.records, ORDER_RECORDS)?;
        if self.kind == OrderKind::PersonRequest && self.records.is_empty() {
            return Err(Rejection::field(
                RejectionCode::Missing,
                "records",
                "Das Anliegen einer Person nennt mindestens einen Eintrag, um den es geht; für das ganze Zentrum gibt es nur Prüfaufträge.",
            ));
        }
        let records = check::sorted_once("records", &self.records)?;
        for (index, record) in self.records.iter().enumerate() {
            check_record(existing, &format!("records[{index}]"), *record, context)?;
        }
        self.check_end(context)?;
        let order = OrderId(context.new_id());
        let opened = ExceptionEvent::OrderOpened(OrderOpened {
            order,
            kind: self.kind,
            records,
            valid_to: self.valid_to,
            reason: check::seal_text(context, order.record(), "reason", &self.reason, Text::NOTE)?,
        });
        Ok(vec![event(context, opened)])
    }
}

impl OpenOrder {
    fn check_role(&self, context: &Context) -> Result<(), Rejection> {
        let opens = self.kind.opened_by();
        if context.role == opens {
            return Ok(());
        }
        let what = match self.kind {
            OrderKind::PersonRequest => "Das Anliegen einer Person",
            OrderKind::Audit => "Einen Prüfauftrag",
        };
        Err(Rejection::field(
            RejectionCode::NotAllowed,
            "kind",
            format!(
                "{what} eröffnet nur die Rolle „{}“; bitten Sie sie darum.",
                may::label(opens)
            ),
        ))
    }

    fn check_end(&self, context: &Context) -> Result<(), Rejection> {
        let (tomorrow, latest) = (
            context.today.saturating_add(time::Duration::DAY),
            a_year_after(context.today),
        );
        if (tomorrow..=latest).contains(&self.valid_to) {
            return Ok(());
        }
        Err(Rejection::field(
            RejectionCode::DateOutOfRange,
            "validTo",
            format!(
                "Der {} ist als Ende nicht möglich; genannt wird der erste Tag, an dem nichts mehr offen ist, vom {} bis zum {}.",
                check::german(self.valid_to),
                check::german(tomorrow),
                check::german(latest)
            ),
        ))
    }
}

/// A record that counts, or did: also what was retracted is looked into.
fn check_record(
    existing: &Existing,
    field: &str,
    record: RecordId,
    context: &Context,
) -> Result<(), Rejection> {
    match record.kind {
        RecordKind::Organisation
        | RecordKind::Consultation
        | RecordKind::Network
        | RecordKind::Meeting
        | RecordKind::Agreement
        | RecordKind::Review => existing.require_entered(field, record, context),
        RecordKind::Letterhead | RecordKind::Account | RecordKind::Exception | RecordKind::Unit => {
            Err(unknown(field, record))
        }
    }
}

/// An event in the actor's centre, today.
pub(super) fn event(context: &Context, data: ExceptionEvent) -> Event {
    Event {
        centre: context.centre,
        occurred_on: context.today,
        occurred_at: None,
        data: EventData::Exception(data),
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::account::samples::{PERSON, registered};
    use crate::network::samples::{founded, network, organisation, registered_number, retracted};
    use crate::rejection::RejectionCode as Code;
    use crate::role::Role;
    use crate::testing::{self, Moved as _, TODAY, first_id, given, other_centre, sealed, text};

    fn open(kind: OrderKind) -> OpenOrder {
        OpenOrder {
            kind,
            records: Vec::new(),
            valid_to: date!(2026 - 12 - 24),
            reason: text("Auskunft nach Art. 15 DSGVO"),
        }
    }

    fn opened(kind: OrderKind, records: Vec<RecordId>) -> Event {
        testing::event(ExceptionEvent::OrderOpened(OrderOpened {
            order: OrderId(first_id()),
            kind,
            records,
            valid_to: date!(2026 - 12 - 24),
            reason: sealed("Auskunft nach Art. 15 DSGVO"),
        }))
    }

    #[test]
    fn each_kind_is_opened_by_its_role_and_no_other() {
        for kind in OrderKind::ALL {
            for role in Role::ALL {
                let records = vec![network().record()];
                let command = OpenOrder {
                    records: records.clone(),
                    ..open(kind)
                };
                let outcome = given([founded()]).acting_as(role).when(command);
                if role == kind.opened_by() {
                    outcome.then([opened(kind, records)]);
                } else {
                    outcome.then_rejected(Code::NotAllowed, "kind");
                }
            }
        }
        assert_ne!(OrderKind::Audit.opened_by(), OrderKind::Audit.opens_to());
    }

    #[test]
    fn what_a_person_asks_for_is_never_the_whole_centre() {
        given([])
            .acting_as(Role::DataProtectionOfficer)
            .when(open(OrderKind::PersonRequest))
            .then_rejected(Code::Missing, "records");
        given([])
            .acting_as(Role::KiHead)
            .when(open(OrderKind::Audit))
            .then([opened(OrderKind::Audit, Vec::new())]);
    }

    #[test]
    fn an_order_names_records_of_the_centre() {
        let (one, other) = (network().record(), organisation().record());
        let with = |records: &[RecordId]| OpenOrder {
            records: records.to_vec(),
            ..open(OrderKind::Audit)
        };
        let history = [
            founded(),
            retracted(),
            registered_number(1),
            registered(PERSON),
        ];
        given(history.clone())
            .acting_as(Role::KiHead)
            .when(with(&[one, other]))
            .then([opened(OrderKind::Audit, vec![other, one])]);
        let refused = |history: Vec<Event>, records: &[RecordId], code, field| {
            given(history)
                .acting_as(Role::KiHead)
                .when(with(records))
                .then_rejected(code, field)
        };
        let known = history.to_vec();
        refused(known.clone(), &[one, one], Code::Duplicate, "records[1]");
        refused(
            known.clone(),
            &[one, PERSON.record()],
            Code::UnknownId,
            "records[1]",
        );
        refused(known, &[one; 101], Code::TooMany, "records");
        let elsewhere = vec![founded().in_centre(other_centre())];
        refused(elsewhere, &[one], Code::UnknownId, "records[0]");
    }

    #[test]
    fn an_order_ends_within_a_year() {
        for (to, fits) in [
            (TODAY, false),
            (date!(2026 - 11 - 21), true),
            (date!(2027 - 11 - 20), true),
            (date!(2027 - 11 - 21), false),
        ] {
            let command = OpenOrder {
                valid_to: to,
                ..open(OrderKind::Audit)
            };
            let outcome = given([]).acting_as(Role::KiHead).when(command);
            if fits {
                assert!(outcome.0.is_ok(), "{to}");
            } else {
                outcome.then_rejected(Code::DateOutOfRange, "validTo");
            }
        }
    }
}
