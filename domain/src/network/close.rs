//! A body ends.

use time::Date;

use super::meeting_days::MeetingDays;
use super::state::{self, NetworkHistory};
use super::{Closed, NetworkEvent};
use crate::may::{self, RecordClass};
use crate::rejection::RejectionCode;
use crate::{Context, Decision, Event, NetworkId, Query, Rejection, Text, check};

/// Closes a network: it does not meet after that day. Closed already: nothing happens.
#[derive(Clone, Debug)]
pub struct CloseNetwork {
    /// Which network.
    pub network: NetworkId,
    /// Its last day: today unless an earlier day is said.
    pub occurred_on: Option<Date>,
    /// Why.
    pub reason: Option<Text>,
    /// The version the client read.
    pub expected_version: Option<u32>,
}

/// What [`CloseNetwork`] reads: the body and the days of its meetings.
#[derive(Clone, Default, Debug)]
pub struct CloseFacts {
    network: NetworkHistory,
    meetings: MeetingDays,
}

impl Decision for CloseNetwork {
    type Facts = CloseFacts;

    fn query(&self) -> Query {
        Query::none()
            .or(NetworkHistory::item(self.network))
            .or(MeetingDays::item(self.network))
    }

    fn evolve(facts: &mut CloseFacts, event: &Event) {
        facts.network.evolve(event);
        facts.meetings.evolve(event);
    }

    fn decide(&self, facts: &CloseFacts, context: &Context) -> Result<Vec<Event>, Rejection> {
        may::write(RecordClass::Meeting, context)?;
        let network = facts.network.require(self.network, context)?;
        if network.closed_on.is_some() {
            return Ok(Vec::new());
        }
        network.trail.expect(self.expected_version)?;
        let day = self.occurred_on.unwrap_or(context.today);
        check::past_or_today("occurredOn", day, context.today)?;
        check::end_not_before("occurredOn", day, network.founded_on)?;
        facts.require_no_meeting_after(day)?;
        state::note("reason", self.reason.as_ref())?;
        let closed = NetworkEvent::Closed(Closed {
            network: self.network,
            reason: context.seal_option(self.network.record(), self.reason.as_ref()),
        });
        Ok(vec![state::event(context, day, closed)])
    }
}

impl CloseFacts {
    fn require_no_meeting_after(&self, day: Date) -> Result<(), Rejection> {
        let scheduled = self.meetings.scheduled().filter(|on| *on > day).count();
        let last_held = self.meetings.held().filter(|on| *on > day).max();
        if let Some(held_on) = last_held {
            return Err(Rejection::field(
                RejectionCode::DateOutOfRange,
                "occurredOn",
                format!(
                    "Am {held_on} hat das Gremium noch getagt; schließen können Sie es frühestens zu diesem Tag, nicht zum {day}.",
                    held_on = check::german(held_on),
                    day = check::german(day),
                ),
            ));
        }
        let open = match scheduled {
            0 => return Ok(()),
            1 => "ist noch 1 Sitzung geplant; sagen Sie sie".to_owned(),
            count => format!("sind noch {count} Sitzungen geplant; sagen Sie diese"),
        };
        Err(Rejection::field(
            RejectionCode::StateForbids,
            "network",
            format!(
                "Nach dem {} {open} zuerst ab, danach können Sie das Gremium schließen.",
                check::german(day)
            ),
        ))
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::meeting::samples::{cancelled, held, scheduled};
    use crate::network::samples::{closed, founded, network, nothing_changed};
    use crate::rejection::RejectionCode as Code;
    use crate::role::Role;
    use crate::testing::{TODAY, event, given, sealed, text};

    fn close() -> CloseNetwork {
        CloseNetwork {
            network: network(),
            occurred_on: None,
            reason: None,
            expected_version: None,
        }
    }

    #[test]
    fn a_body_ends() {
        let command = CloseNetwork {
            reason: Some(text("Aufgabe erledigt")),
            ..close()
        };
        given([founded()])
            .when(command)
            .then([event(NetworkEvent::Closed(Closed {
                network: network(),
                reason: Some(sealed("Aufgabe erledigt")),
            }))]);
    }

    #[test]
    fn what_is_closed_stays_closed() {
        given([founded(), closed(date!(2026 - 10 - 01))])
            .when(close())
            .then_nothing();
    }

    #[test]
    fn meetings_to_come_are_cancelled_first() {
        let next = scheduled(1, date!(2026 - 12 - 01));
        let message = given([founded(), next.clone(), scheduled(2, date!(2027 - 01 - 12))])
            .when(close())
            .then_rejected(Code::StateForbids, "network");
        assert!(message.contains("2 Sitzungen"), "{message}");
        given([founded(), next.clone(), cancelled(1)])
            .when(close())
            .then([closed(TODAY)]);
        let message = given([founded(), next])
            .when(close())
            .then_rejected(Code::StateForbids, "network");
        assert!(message.contains("1 Sitzung geplant"), "{message}");
        // A past plan of which nobody recorded what became of it keeps no body open.
        given([founded(), scheduled(1, date!(2026 - 11 - 01))])
            .when(close())
            .then([closed(TODAY)]);
    }

    #[test]
    fn what_cannot_be_is_refused() {
        given([])
            .when(close())
            .then_rejected(Code::UnknownId, "network");
        given([founded()])
            .acting_as(Role::Auditor)
            .when(close())
            .then_rejected(Code::NotAllowed, "");
        let on = |day| CloseNetwork {
            occurred_on: Some(day),
            ..close()
        };
        given([founded()])
            .when(on(date!(2026 - 11 - 21)))
            .then_rejected(Code::DateInFuture, "occurredOn");
        given([founded()])
            .when(on(date!(2020 - 01 - 14)))
            .then_rejected(Code::EndBeforeBeginning, "occurredOn");
        let message = given([founded(), held(1, date!(2026 - 10 - 05))])
            .when(on(date!(2026 - 10 - 04)))
            .then_rejected(Code::DateOutOfRange, "occurredOn");
        assert!(message.contains("05.10.2026"), "{message}");
        given([founded(), held(1, date!(2026 - 10 - 05))])
            .when(on(date!(2026 - 10 - 05)))
            .then([closed(date!(2026 - 10 - 05))]);
        let expecting = CloseNetwork {
            expected_version: Some(2),
            ..close()
        };
        given([founded()])
            .when(expecting)
            .then_rejected(Code::Malformed, "expectedVersion");
    }

    #[test]
    fn a_closed_body_takes_no_change() {
        let history = [founded(), closed(date!(2026 - 10 - 01))];
        given(history)
            .when(nothing_changed())
            .then_rejected(Code::StateForbids, "network");
    }
}
