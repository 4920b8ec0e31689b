//! What was recorded of a membership was wrong.

use time::Date;

use super::members::{Members, Membership};
use super::state::{self, Network, NetworkHistory};
use super::{MemberCorrected, NetworkEvent};
use crate::may::{self, RecordClass};
use crate::rejection::RejectionCode;
use crate::{
    Change, Context, Decision, Event, NetworkId, OrganisationId, Query, Rejection, Text, check,
};

/// Corrects the days or the function of a membership, also one that has ended, also in a body that is
/// closed. What is not named stays; nothing named changes nothing.
#[derive(Clone, Debug)]
pub struct CorrectMember {
    /// Which network.
    pub network: NetworkId,
    /// Which organisation.
    pub organisation: OrganisationId,
    /// The first day of the membership as it is recorded; without it the latest is meant.
    pub membership: Option<Date>,
    /// The first day.
    pub joined_on: Option<Date>,
    /// The first day it does not belong to the body any more; cleared: it still does.
    pub left_on: Change<Date>,
    /// In which function, at most [`Text::NAME`] characters.
    pub function: Change<Text>,
    /// Why.
    pub reason: Text,
    /// The version the client read.
    pub expected_version: Option<u32>,
}

impl Decision for CorrectMember {
    type Facts = NetworkHistory;

    fn query(&self) -> Query {
        Query::none().or(NetworkHistory::item(self.network))
    }

    fn evolve(facts: &mut NetworkHistory, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, facts: &NetworkHistory, context: &Context) -> Result<Vec<Event>, Rejection> {
        may::write(RecordClass::Meeting, context)?;
        let network = facts.require(self.network, context)?;
        network.trail.expect(self.expected_version)?;
        let Some(before) = network.members.find(self.organisation, self.membership) else {
            return Err(no_such_membership(&network.members, self.organisation));
        };
        let subject = self.network.record();
        state::line("function", self.function.as_ref().apply(None), Text::NAME)?;
        let function = self.function.as_ref();
        let after = Membership {
            joined_on: self.joined_on.unwrap_or(before.joined_on),
            left_on: self.left_on.apply(before.left_on),
            function: function
                .map(|text| context.seal(subject, text))
                .apply(before.function),
        };
        check::text("reason", self.reason.as_str(), Text::NOTE)?;
        let changed = differences(&before, &after);
        if changed.is_empty() {
            return Ok(Vec::new());
        }
        self.check_days(&before, &after, network, context)?;
        let corrected = NetworkEvent::MemberCorrected(MemberCorrected {
            network: self.network,
            organisation: self.organisation,
            was_joined_on: before.joined_on,
            left_on: after.left_on,
            function: after.function,
            changed,
            reason: context.seal(subject, &self.reason),
        });
        Ok(vec![state::event(context, after.joined_on, corrected)])
    }
}

impl CorrectMember {
    /// The days lie within the life of the body, and in no other membership of the organisation.
    fn check_days(
        &self,
        before: &Membership,
        after: &Membership,
        network: &Network,
        context: &Context,
    ) -> Result<(), Rejection> {
        check::past_or_today("joinedOn", after.joined_on, context.today)?;
        network.require_existing_on("joinedOn", after.joined_on)?;
        if let Some(left_on) = after.left_on {
            check::past_or_today("leftOn", left_on, context.today)?;
            check::end_not_before("leftOn", left_on, after.joined_on)?;
            network.require_not_closed_on("leftOn", left_on)?;
        }
        let lasts_until = |member: &Membership| member.left_on.unwrap_or(Date::MAX);
        let overlapping = network
            .members
            .of(self.organisation)
            .iter()
            .filter(|other| *other != before)
            .any(|other| {
                other.joined_on < lasts_until(after) && after.joined_on < lasts_until(other)
            });
        if !overlapping {
            return Ok(());
        }
        Err(Rejection::field(
            RejectionCode::DateOutOfRange,
            "joinedOn",
            "In dieser Zeit gehörte die Organisation dem Gremium schon durch eine andere Mitgliedschaft an; nennen Sie Tage, die sich nicht überschneiden, oder ziehen Sie die andere zurück.",
        ))
    }
}

/// The refusal of a membership that is not recorded; on its first day where the organisation has others.
pub(super) fn no_such_membership(members: &Members, organisation: OrganisationId) -> Rejection {
    let field = match members.of(organisation).is_empty() {
        true => "organisation",
        false => "membership",
    };
    Rejection::field(
        RejectionCode::StateForbids,
        field,
        "Eine solche Mitgliedschaft dieser Organisation in diesem Gremium ist nicht erfasst; prüfen Sie Organisation und Beginn der Mitgliedschaft.",
    )
}

fn differences(before: &Membership, after: &Membership) -> Vec<Box<str>> {
    [
        ("joinedOn", before.joined_on != after.joined_on),
        ("leftOn", before.left_on != after.left_on),
        ("function", before.function != after.function),
    ]
    .into_iter()
    .filter(|(_, differs)| *differs)
    .map(|(field, _)| field.into())
    .collect()
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::network::samples::{
        closed, founded, joined, left, network, organisation, retracted,
    };
    use crate::rejection::RejectionCode as Code;
    use crate::role::Role;
    use crate::testing::{Moved, event, given, other_centre, sealed, text};

    const JOINED: Date = date!(2026 - 03 - 01);

    fn correct() -> CorrectMember {
        CorrectMember {
            network: network(),
            organisation: organisation(),
            membership: None,
            joined_on: None,
            left_on: Change::Keep,
            function: Change::Keep,
            reason: text("Tippfehler"),
            expected_version: None,
        }
    }

    fn corrected(left_on: Option<Date>, function: Option<&str>, changed: &[&str]) -> Event {
        event(NetworkEvent::MemberCorrected(MemberCorrected {
            network: network(),
            organisation: organisation(),
            was_joined_on: JOINED,
            left_on,
            function: function.map(sealed),
            changed: changed.iter().map(|field| (*field).into()).collect(),
            reason: sealed("Tippfehler"),
        }))
    }

    fn history() -> Vec<Event> {
        vec![founded(), joined(JOINED)]
    }

    #[test]
    fn days_and_function_are_stated_anew() {
        let command = CorrectMember {
            joined_on: Some(date!(2026 - 02 - 01)),
            left_on: Change::Set(date!(2026 - 05 - 01)),
            function: Change::Set(text("Vorsitz")),
            ..correct()
        };
        let event = corrected(
            Some(date!(2026 - 05 - 01)),
            Some("Vorsitz"),
            &["joinedOn", "leftOn", "function"],
        )
        .on(date!(2026 - 02 - 01));
        given(history()).when(command).then([event.clone()]);
        // It has not left after all, and the corrected day is the one it is found by now.
        let back = CorrectMember {
            membership: Some(date!(2026 - 02 - 01)),
            left_on: Change::Clear,
            ..correct()
        };
        let mut expected = corrected(None, Some("Vorsitz"), &["leftOn"]).on(date!(2026 - 02 - 01));
        if let crate::EventData::Network(NetworkEvent::MemberCorrected(event)) = &mut expected.data
        {
            event.was_joined_on = date!(2026 - 02 - 01);
        }
        let with_event = history().into_iter().chain([event]);
        given(with_event).when(back).then([expected]);
        given(history()).when(correct()).then_nothing();
    }

    #[test]
    fn an_earlier_membership_is_found_by_its_day() {
        let mut history = history();
        history.extend([left(date!(2026 - 05 - 01)), joined(date!(2026 - 08 - 01))]);
        let command = CorrectMember {
            membership: Some(JOINED),
            left_on: Change::Set(date!(2026 - 06 - 01)),
            ..correct()
        };
        let expected = corrected(Some(date!(2026 - 06 - 01)), None, &["leftOn"]).on(JOINED);
        given(history.clone())
            .when(command.clone())
            .then([expected]);
        let over = |left_on| CorrectMember {
            left_on,
            ..command.clone()
        };
        for left_on in [Change::Set(date!(2026 - 08 - 02)), Change::Clear] {
            given(history.clone())
                .when(over(left_on))
                .then_rejected(Code::DateOutOfRange, "joinedOn");
        }
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let earlier = || CorrectMember {
            joined_on: Some(date!(2026 - 02 - 01)),
            ..correct()
        };
        given([])
            .when(earlier())
            .then_rejected(Code::UnknownId, "network");
        given([founded().in_centre(other_centre())])
            .when(earlier())
            .then_rejected(Code::UnknownId, "network");
        given([founded()])
            .when(earlier())
            .then_rejected(Code::StateForbids, "organisation");
        given(history().into_iter().chain([retracted()]))
            .when(earlier())
            .then_rejected(Code::StateForbids, "network");
        given(history())
            .acting_as(Role::Auditor)
            .when(earlier())
            .then_rejected(Code::NotAllowed, "");
        let refused = |command, code, field| {
            given(history().into_iter().chain([closed(date!(2026 - 10 - 01))]))
                .when(command)
                .then_rejected(code, field)
        };
        let joined_on = |day| CorrectMember {
            joined_on: Some(day),
            ..correct()
        };
        let left_on = |day| CorrectMember {
            left_on: Change::Set(day),
            ..correct()
        };
        refused(
            joined_on(date!(2026 - 11 - 21)),
            Code::DateInFuture,
            "joinedOn",
        );
        refused(
            joined_on(date!(2020 - 01 - 14)),
            Code::DateOutOfRange,
            "joinedOn",
        );
        refused(
            joined_on(date!(2026 - 10 - 02)),
            Code::StateForbids,
            "joinedOn",
        );
        refused(left_on(date!(2026 - 11 - 21)), Code::DateInFuture, "leftOn");
        refused(
            left_on(date!(2026 - 02 - 28)),
            Code::EndBeforeBeginning,
            "leftOn",
        );
        refused(left_on(date!(2026 - 10 - 02)), Code::StateForbids, "leftOn");
        let other = CorrectMember {
            membership: Some(date!(2026 - 03 - 02)),
            ..earlier()
        };
        refused(other, Code::StateForbids, "membership");
        let stale = CorrectMember {
            expected_version: Some(1),
            ..earlier()
        };
        refused(stale, Code::ChangedMeanwhile, "expectedVersion");
    }
}
