//! What minutes say beside the agenda and who came: who led, who was excused, what was handed on, and
//! when the body meets next.

use time::Date;

use super::{Chair, MeetingFacts, Referral};
use crate::Change;
use crate::check;
use crate::context::Context;
use crate::existing::Existing;
use crate::id::{OrganisationId, RecordId};
use crate::network::state as network;
use crate::query::{Query, QueryItem};
use crate::rejection::{Rejection, RejectionCode};
use crate::text::Text;
use crate::values::ReferralTarget;

/// The most organisations excused.
const EXCUSED: usize = 100;

/// The most topics one meeting hands on.
const REFERRED: usize = 20;

/// What minutes say, or what changes in them. What is not named stays, or is empty in new minutes.
#[derive(Clone, Debug, Default)]
pub struct MinutesInput {
    /// Who led the meeting.
    pub chair: Change<ChairInput>,
    /// All organisations that had excused themselves, at most 100, each once.
    pub excused: Option<Vec<OrganisationId>>,
    /// All topics handed on, at most 20.
    pub referred: Option<Vec<ReferralInput>>,
    /// The day of the next meeting, after this one.
    pub next_on: Change<Date>,
}

/// Who led a meeting: an organisation, a function, or both. The name of a person is none of it.
#[derive(Clone, Debug, Default)]
pub struct ChairInput {
    /// Which organisation.
    pub organisation: Option<OrganisationId>,
    /// In which function, at most [`Text::NAME`] characters.
    pub function: Option<Text>,
}

/// A topic handed on.
#[derive(Clone, Debug)]
pub struct ReferralInput {
    /// Where to.
    pub to: ReferralTarget,
    /// What, at most [`Text::TITLE`] characters.
    pub topic: Text,
}

impl MinutesInput {
    /// The query with the organisations that have to exist.
    pub(super) fn query(&self, query: Query) -> Query {
        let chair = self.chair.as_ref().apply(None);
        let excused = self.excused.iter().flatten().copied();
        excused
            .chain(chair.and_then(|chair| chair.organisation))
            .map(|id| -> QueryItem { Existing::item(id.record()) })
            .fold(query, Query::or)
    }

    /// Puts the change into what is known of a meeting on this day, checked; its texts sealed.
    pub(super) fn apply(
        &self,
        facts: &mut MeetingFacts,
        date: Date,
        (organisations, subject): (&Existing, RecordId),
        context: &Context,
    ) -> Result<(), Rejection> {
        match &self.chair {
            Change::Keep => {}
            Change::Clear => facts.chair = None,
            Change::Set(given) => {
                facts.chair = Some(chair(given, organisations, subject, context)?);
            }
        }
        if let Some(given) = &self.excused {
            facts.excused = excused(given, organisations, context)?;
        }
        both_came_and_excused(facts)?;
        if let Some(given) = &self.referred {
            facts.referred = referred(given, date, subject, context)?;
        }
        facts.next_on = self.next_on.apply(facts.next_on);
        if let Some(next_on) = facts.next_on {
            check::date_in_range("nextOn", next_on, context.today)?;
            check::end_not_before("nextOn", next_on, date)?;
        }
        Ok(())
    }
}

fn chair(
    given: &ChairInput,
    organisations: &Existing,
    subject: RecordId,
    context: &Context,
) -> Result<Chair, Rejection> {
    if given.organisation.is_none() && given.function.is_none() {
        return Err(Rejection::field(
            RejectionCode::Missing,
            "chair",
            "Nennen Sie die Organisation oder die Funktion, die die Sitzung geleitet hat, oder lassen Sie die Leitung weg.",
        ));
    }
    if let Some(organisation) = given.organisation {
        organisations.require("chair.organisation", organisation.record(), context)?;
    }
    network::line("chair.function", given.function.as_ref(), Text::NAME)?;
    Ok(Chair {
        organisation: given.organisation,
        function: context.seal_option(subject, given.function.as_ref()),
    })
}

fn excused(
    given: &[OrganisationId],
    organisations: &Existing,
    context: &Context,
) -> Result<Vec<OrganisationId>, Rejection> {
    check::at_most("excused", given, EXCUSED)?;
    for (index, id) in given.iter().enumerate() {
        organisations.require(&format!("excused[{index}]"), id.record(), context)?;
    }
    check::sorted_once("excused", given)
}

/// Who came was not excused.
fn both_came_and_excused(facts: &MeetingFacts) -> Result<(), Rejection> {
    let came = |id: &OrganisationId| facts.attendances.iter().any(|at| at.organisation == *id);
    if !facts.excused.iter().any(came) {
        return Ok(());
    }
    Err(Rejection::field(
        RejectionCode::Duplicate,
        "excused",
        "Eine Organisation ist als anwesend und als entschuldigt genannt; nennen Sie sie nur an einer der beiden Stellen.",
    ))
}

fn referred(
    given: &[ReferralInput],
    date: Date,
    subject: RecordId,
    context: &Context,
) -> Result<Vec<Referral>, Rejection> {
    check::at_most("referred", given, REFERRED)?;
    let mut referred = Vec::with_capacity(given.len());
    for (index, input) in given.iter().enumerate() {
        let at = |field: &str| format!("referred[{index}].{field}");
        check::valid_on(&at("to"), input.to, date)?;
        let (field, text) = (at("topic"), &input.topic);
        referred.push(Referral {
            to: input.to,
            topic: check::seal_text(context, subject, &field, text, Text::TITLE)?,
        });
    }
    Ok(referred)
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::Event;
    use crate::meeting::samples::{attendance_input, facts, held, meeting, plan};
    use crate::meeting::{
        AttendanceInput, CorrectMeeting, Corrected, Held, HoldMeeting, MeetingEvent, PlanInput,
    };
    use crate::network::samples::{founded, network, organisation_number, registered_number};
    use crate::rejection::RejectionCode as Code;
    use crate::testing::{Moved, event, first_id, given, long_text, sealed, text};
    use crate::{MeetingId, RejectionCode};

    const DAY: Date = date!(2026 - 11 - 10);

    fn hold(minutes: MinutesInput) -> HoldMeeting {
        HoldMeeting {
            network: network(),
            meeting: None,
            date: Some(DAY),
            plan: PlanInput::default(),
            attendances: Vec::new(),
            other_head_count: 0,
            results: None,
            minutes,
            expected_version: None,
        }
    }

    fn correct(minutes: MinutesInput) -> CorrectMeeting {
        CorrectMeeting {
            network: network(),
            meeting: meeting(1),
            date: None,
            plan: PlanInput::default(),
            attendances: None,
            other_head_count: None,
            results: Change::Keep,
            minutes,
            reason: text("vergessen"),
            expected_version: None,
        }
    }

    fn whole() -> MinutesInput {
        MinutesInput {
            chair: Change::Set(ChairInput {
                organisation: Some(organisation_number(1)),
                function: Some(text("Amtsleitung")),
            }),
            excused: Some(vec![organisation_number(3), organisation_number(2)]),
            referred: Some(vec![ReferralInput {
                to: ReferralTarget::parse("STEERING_GROUP").unwrap(),
                topic: text("Wartezeiten"),
            }]),
            next_on: Change::Set(date!(2027 - 01 - 12)),
        }
    }

    fn stated() -> MeetingFacts {
        MeetingFacts {
            chair: Some(Chair {
                organisation: Some(organisation_number(1)),
                function: Some(sealed("Amtsleitung")),
            }),
            excused: vec![organisation_number(2), organisation_number(3)],
            referred: vec![Referral {
                to: ReferralTarget::parse("STEERING_GROUP").unwrap(),
                topic: sealed("Wartezeiten"),
            }],
            next_on: Some(date!(2027 - 01 - 12)),
            ..facts(plan())
        }
    }

    fn register() -> Vec<Event> {
        let registered = (1..=3).map(registered_number);
        std::iter::once(founded()).chain(registered).collect()
    }

    fn corrected(facts: MeetingFacts, changed: &[&str]) -> Event {
        event(MeetingEvent::Corrected(Corrected {
            meeting: meeting(1),
            facts,
            changed: changed.iter().map(|field| (*field).into()).collect(),
            reason: sealed("vergessen"),
            source: None,
        }))
        .on(DAY)
    }

    #[test]
    fn minutes_are_recorded_whole_and_name_their_organisations() {
        let held = event(MeetingEvent::Held(Held {
            meeting: MeetingId(first_id()),
            facts: stated(),
            source: None,
        }))
        .on(DAY);
        for number in 1..=3 {
            assert!(held.tags().contains(&organisation_number(number).tag()));
        }
        given(register()).when(hold(whole())).then([held]);
    }

    #[test]
    fn minutes_are_corrected_and_cleared_field_by_field() {
        let fields = ["chair", "excused", "referred", "nextOn"];
        let with = |more: Vec<Event>| {
            let mut history = register();
            history.push(held(1, DAY));
            history.extend(more);
            history
        };
        let first = corrected(stated(), &fields);
        given(with(vec![]))
            .when(correct(whole()))
            .then([first.clone()]);
        given(with(vec![first.clone()]))
            .when(correct(MinutesInput::default()))
            .then_nothing();
        let cleared = MinutesInput {
            chair: Change::Clear,
            excused: Some(Vec::new()),
            referred: Some(Vec::new()),
            next_on: Change::Clear,
        };
        given(with(vec![first]))
            .when(correct(cleared))
            .then([corrected(facts(plan()), &fields)]);
    }

    #[test]
    fn an_organisation_may_come_in_several_functions() {
        let came = |function: Option<&str>| AttendanceInput {
            function: function.map(text),
            ..attendance_input(1)
        };
        let twice = |one, two| HoldMeeting {
            attendances: vec![came(one), came(two)],
            ..hold(MinutesInput::default())
        };
        let events = given(register())
            .when(twice(Some("Leitung"), Some("Beratung")))
            .0
            .unwrap();
        assert_eq!(events[0].data.commitments().len(), 2);
        for (one, two) in [(None, None), (Some("Leitung"), Some("Leitung"))] {
            given(register())
                .when(twice(one, two))
                .then_rejected(RejectionCode::Duplicate, "attendances[1].organisation");
        }
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let refused = |minutes, code, field| {
            given(register())
                .when(hold(minutes))
                .then_rejected(code, field)
        };
        let chair = |organisation, function| MinutesInput {
            chair: Change::Set(ChairInput {
                organisation,
                function,
            }),
            ..MinutesInput::default()
        };
        refused(chair(None, None), Code::Missing, "chair");
        let unknown = chair(Some(organisation_number(9)), None);
        refused(unknown, Code::UnknownId, "chair.organisation");
        let long = chair(None, Some(long_text(301)));
        refused(long, Code::TextTooLong, "chair.function");
        let excused = |list| MinutesInput {
            excused: Some(list),
            ..MinutesInput::default()
        };
        let one = organisation_number(1);
        refused(
            excused(vec![organisation_number(9)]),
            Code::UnknownId,
            "excused[0]",
        );
        refused(excused(vec![one, one]), Code::Duplicate, "excused[1]");
        refused(excused(vec![one; 101]), Code::TooMany, "excused");
        let next_on = |day| MinutesInput {
            next_on: Change::Set(day),
            ..MinutesInput::default()
        };
        refused(
            next_on(date!(2026 - 11 - 09)),
            Code::EndBeforeBeginning,
            "nextOn",
        );
        refused(
            next_on(date!(2126 - 11 - 09)),
            Code::DateOutOfRange,
            "nextOn",
        );
        let topic = ReferralInput {
            to: ReferralTarget::parse("STATE").unwrap(),
            topic: long_text(2_001),
        };
        let referred = |list| MinutesInput {
            referred: Some(list),
            ..MinutesInput::default()
        };
        refused(
            referred(vec![topic.clone()]),
            Code::TextTooLong,
            "referred[0].topic",
        );
        refused(referred(vec![topic; 21]), Code::TooMany, "referred");
        let both = HoldMeeting {
            attendances: vec![attendance_input(1)],
            ..hold(excused(vec![one]))
        };
        given(register())
            .when(both)
            .then_rejected(Code::Duplicate, "excused");
    }
}
