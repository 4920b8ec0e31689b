//! Correct what was recorded of a request.
//!
//! More than 400 lines: each field that can be corrected, and its tests.

use time::{Date, OffsetDateTime};

use super::input;
use super::state::{self, Review, Reviews};
use super::{Corrected, Phase, ReviewEvent, ReviewFacts};
use crate::change::Change;
use crate::check;
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::{OrganisationId, ReviewId, UnitId};
use crate::may;
use crate::query::Query;
use crate::rejection::{Rejection, RejectionCode};
use crate::text::{Commitment, Text};
use crate::unit::{self, Unit};
use crate::values::{
    ActionArea, ApplicantType, Programme, ReviewChannel, ReviewRequester, Visibility,
};

/// The command.
#[derive(Clone, Debug)]
pub struct CorrectReview {
    /// Which review.
    pub review: ReviewId,
    /// The version the client read.
    pub expected_version: Option<u32>,
    /// Why.
    pub reason: Text,
    /// What is true instead.
    pub patch: ReviewPatch,
}

/// What a correction changes; what is left out stays. The bounds are those of
/// [`RequestReview`](super::RequestReview).
#[derive(Clone, Debug, Default)]
pub struct ReviewPatch {
    /// The day the request came in. The instant is dropped with it unless it is set, too.
    pub received_on: Option<Date>,
    /// The instant it came in.
    pub received_at: Change<OffsetDateTime>,
    /// What the project is called. A sealed text can't be compared, so a text that is set counts as
    /// changed.
    pub title: Option<Text>,
    /// Who asked for the statement.
    pub requester: Option<ReviewRequester>,
    /// What kind of organisation applies.
    pub applicant_type: Option<ApplicantType>,
    /// The organisation that applies; it takes the place of a name, and a name takes its place.
    pub applicant: Change<OrganisationId>,
    /// Its name where it is not in the register.
    pub applicant_name: Change<Text>,
    /// The programme that is to fund the project.
    pub programme: Change<Programme>,
    /// Handlungsfelder, all of them.
    pub action_areas: Option<Vec<ActionArea>>,
    /// What is applied for, in euro cents.
    pub requested_cents: Change<u64>,
    /// Until when the statement is due. Left out together with the term: a term that was given in
    /// working days goes on to count from the day the request came in.
    pub due_on: Change<Date>,
    /// The term in working days, 1 to 500, from the day after the request came in; not with `due_on`.
    pub term_working_days: Option<u16>,
    /// Until when the office plans to be done.
    pub planned_on: Change<Date>,
    /// Where (AGS).
    pub municipality: Change<String>,
    /// How the request came in.
    pub channel: Change<ReviewChannel>,
    /// The department in charge.
    pub department: Change<UnitId>,
    /// The unit in charge.
    pub unit: Change<UnitId>,
    /// Who may read it.
    pub visibility: Change<Visibility>,
    /// The file number of the requester.
    pub reference: Change<Text>,
    /// Notes.
    pub note: Change<Text>,
}

impl CorrectReview {
    fn received(&self, before: &Review, context: &Context) -> Result<When, Rejection> {
        let on = self.patch.received_on.unwrap_or(before.received_on);
        let at = before.received_at.filter(|_| on == before.received_on);
        let at = self.patch.received_at.apply(at);
        input::received(on, at, context)?;
        // What a source said of the days is not put right by accident, only what is changed here.
        let first = before.first_day().filter(|first| on > *first);
        if let Some(first) = first.filter(|_| on != before.received_on) {
            return Err(Rejection::field(
                RejectionCode::DateOutOfRange,
                "receivedOn",
                format!(
                    "Schon am {} wurde an der Anfrage gearbeitet; sie kann nicht danach eingegangen sein.",
                    check::german(first)
                ),
            ));
        }
        Ok((on, at))
    }

    fn over(
        &self,
        before: &ReviewFacts,
        known: &Reviews,
        received_on: Date,
        context: &Context,
    ) -> Result<ReviewFacts, Rejection> {
        let patch = &self.patch;
        let subject = self.review.record();
        let line = |field: &str, change: &Change<Text>, old: Option<Commitment>| {
            Ok::<_, Rejection>(match change {
                Change::Keep => old,
                Change::Clear => None,
                Change::Set(text) => {
                    Some(check::seal_line(context, subject, field, text, Text::NAME)?)
                }
            })
        };
        let unit = |field: &str, change: Change<UnitId>, old: Option<&Unit>| {
            Ok::<_, Rejection>(match change {
                Change::Keep => old.cloned(),
                Change::Clear => None,
                // What stands there already may be from before there was a register.
                Change::Set(id) if old.is_some_and(|old| old.id() == id) => old.cloned(),
                Change::Set(id) => Some(unit::require(&known.existing, field, id, context)?),
            })
        };
        let applicant = patch.applicant.apply(before.applicant);
        if let Change::Set(id) = patch.applicant {
            known.existing.require("applicant", id.record(), context)?;
        }
        let mut applicant_name = line(
            "applicantName",
            &patch.applicant_name,
            before.applicant_name,
        )?;
        let applicant = match (&patch.applicant, &patch.applicant_name) {
            (Change::Set(_), Change::Set(_)) => {
                return Err(Rejection::field(
                    RejectionCode::Duplicate,
                    "applicantName",
                    "Nennen Sie entweder die Organisation aus dem Verzeichnis oder einen Namen, nicht beides.",
                ));
            }
            (Change::Set(_), Change::Keep | Change::Clear) => {
                applicant_name = None;
                applicant
            }
            (Change::Keep | Change::Clear, Change::Set(_)) => None,
            (Change::Keep | Change::Clear, Change::Keep | Change::Clear) => applicant,
        };
        let (due_on, term_working_days) = self.due(before, received_on, context)?;
        let planned_on = patch.planned_on.apply(before.planned_on);
        if matches!(patch.planned_on, Change::Set(_)) {
            input::planned(planned_on, received_on, context)?;
        }
        if patch.received_on.is_some() {
            for (end, what) in [(due_on, "fällig"), (planned_on, "geplant")] {
                if let Some(end) = end.filter(|end| *end < received_on) {
                    return Err(Rejection::field(
                        RejectionCode::EndBeforeBeginning,
                        "receivedOn",
                        format!(
                            "Die Stellungnahme ist für den {} {what}, die Anfrage kann nicht danach eingegangen sein; berichtigen Sie auch diesen Tag.",
                            check::german(end)
                        ),
                    ));
                }
            }
        }
        let requested_cents = patch.requested_cents.apply(before.requested_cents);
        input::cents("requestedCents", requested_cents)?;
        Ok(ReviewFacts {
            title: match &patch.title {
                None => before.title,
                Some(title) => check::seal_line(context, subject, "title", title, Text::NAME)?,
            },
            requester: patch.requester.unwrap_or(before.requester),
            applicant_type: patch.applicant_type.unwrap_or(before.applicant_type),
            applicant,
            applicant_name,
            programme: patch.programme.apply(before.programme),
            action_areas: match &patch.action_areas {
                None => before.action_areas.clone(),
                Some(areas) => {
                    check::not_empty("actionAreas", areas)?;
                    input::action_areas(areas)?
                }
            },
            requested_cents,
            due_on,
            term_working_days,
            planned_on,
            municipality: match &patch.municipality {
                Change::Keep => before.municipality.clone(),
                Change::Clear => None,
                Change::Set(key) => Some(check::municipality("municipality", key)?),
            },
            channel: patch.channel.apply(before.channel),
            department: unit("department", patch.department, before.department.as_ref())?,
            unit: unit("unit", patch.unit, before.unit.as_ref())?,
            visibility: patch.visibility.apply(before.visibility),
            reference: line("reference", &patch.reference, before.reference)?,
            note: match &patch.note {
                Change::Keep => before.note,
                Change::Clear => None,
                Change::Set(note) => Some(check::seal_text(
                    context,
                    subject,
                    "note",
                    note,
                    Text::NOTE,
                )?),
            },
        })
    }
}

impl CorrectReview {
    /// The due date and the term it follows from.
    fn due(
        &self,
        before: &ReviewFacts,
        received_on: Date,
        context: &Context,
    ) -> Result<(Option<Date>, Option<u16>), Rejection> {
        let term = self.patch.term_working_days;
        let due = |on, term| input::due(on, term, "termWorkingDays", received_on, context);
        match (self.patch.due_on, term) {
            (Change::Keep, None) => match before.term_working_days {
                None => Ok((before.due_on, None)),
                term => Ok((due(None, term)?, term)),
            },
            (Change::Clear, None) => Ok((None, None)),
            (Change::Set(on), term) => Ok((due(Some(on), term)?, None)),
            (Change::Keep | Change::Clear, term) => Ok((due(None, term)?, term)),
        }
    }
}

type When = (Date, Option<OffsetDateTime>);

impl Decision for CorrectReview {
    type Facts = Reviews;

    fn query(&self) -> Query {
        let mut named = Vec::new();
        if let Change::Set(id) = self.patch.applicant {
            named.push(id.record());
        }
        for unit in [self.patch.department, self.patch.unit] {
            if let Change::Set(id) = unit {
                named.push(id.record());
            }
        }
        Reviews::query(Some(self.review), named)
    }

    fn evolve(facts: &mut Reviews, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, known: &Reviews, context: &Context) -> Result<Vec<Event>, Rejection> {
        let before = known.writable(self.review, self.expected_version, context)?;
        let (day, at) = self.received(before, context)?;
        let facts = self.over(&before.facts, known, day, context)?;
        let same_day = (day == before.received_on).then_some(&before.facts);
        input::values_valid(&facts, day, same_day)?;
        let changed = input::changed_fields(
            (before.received_on, before.received_at, &before.facts),
            (day, at, &facts),
        );
        if changed.is_empty() {
            return Ok(Vec::new());
        }
        let concerns_statement = input::concerns_statement(&changed);
        if concerns_statement && before.progress.state.phase() == Phase::Issued {
            may::head(
                "Was in einer abgegebenen Stellungnahme steht, berichtigt",
                context,
            )?;
        }
        let corrected = ReviewEvent::Corrected(Corrected {
            review: self.review,
            facts,
            changed,
            reason: state::reason(context, self.review, &self.reason)?,
            voids_signature: concerns_statement && before.is_signed(),
            source: None,
        });
        Ok(vec![state::event_at(context, day, at, corrected)])
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::event_data::EventData;
    use crate::organisation::samples as organisation;
    use crate::organisation::samples::code;
    use crate::rejection::RejectionCode as Code;
    use crate::review::ReviewState;
    use crate::review::samples::{facts, id, up_to};
    use crate::testing::{Moved, event, given, sealed, text};
    use crate::unit::samples as units;

    fn command(patch: ReviewPatch) -> CorrectReview {
        CorrectReview {
            review: id(1),
            expected_version: None,
            reason: text("Zahlendreher"),
            patch,
        }
    }

    fn corrected(facts: ReviewFacts, changed: &[&str]) -> Event {
        event(ReviewEvent::Corrected(Corrected {
            review: id(1),
            facts,
            changed: changed.iter().map(|field| (*field).into()).collect(),
            reason: sealed("Zahlendreher"),
            voids_signature: false,
            source: None,
        }))
        .on(date!(2026 - 11 - 02))
    }

    #[test]
    fn what_changed_is_named() {
        let patch = ReviewPatch {
            requested_cents: Change::Set(2_150_000),
            due_on: Change::Set(date!(2026 - 11 - 23)),
            programme: Change::Clear,
            requester: Some(code("FUNDING_AUTHORITY")),
            ..ReviewPatch::default()
        };
        let facts = ReviewFacts {
            requested_cents: Some(2_150_000),
            due_on: Some(date!(2026 - 11 - 23)),
            programme: None,
            ..facts()
        };
        given(up_to(ReviewState::Drafted))
            .when(command(patch))
            .then([corrected(facts, &["programme", "requestedCents", "dueOn"])]);
        given(up_to(ReviewState::Issued))
            .when(command(ReviewPatch::default()))
            .then_nothing();
    }

    #[test]
    fn what_is_signed_is_what_goes_out() {
        let amount = || ReviewPatch {
            requested_cents: Change::Set(2_150_000),
            ..ReviewPatch::default()
        };
        let planned = || ReviewPatch {
            planned_on: Change::Set(date!(2026 - 11 - 27)),
            ..ReviewPatch::default()
        };
        let void = |mut event: Event, voids: bool| {
            if let EventData::Review(ReviewEvent::Corrected(corrected)) = &mut event.data {
                corrected.voids_signature = voids;
            }
            event
        };
        let facts_with = |requested_cents, planned_on| ReviewFacts {
            requested_cents,
            planned_on,
            ..facts()
        };
        let new_amount = corrected(facts_with(Some(2_150_000), None), &["requestedCents"]);
        given(up_to(ReviewState::Cosigned))
            .when(command(amount()))
            .then([void(new_amount.clone(), true)]);
        // How the office plans its work is nothing the statement says.
        let plan = facts_with(Some(1_250_000), Some(date!(2026 - 11 - 27)));
        let new_plan = corrected(plan, &["plannedOn"]);
        for state in [ReviewState::Cosigned, ReviewState::Issued] {
            given(up_to(state))
                .when(command(planned()))
                .then([new_plan.clone()]);
        }
        // What has gone out is corrected by the head.
        given(up_to(ReviewState::Issued))
            .when(command(amount()))
            .then_rejected(Code::NotAllowed, "");
        given(up_to(ReviewState::Issued))
            .acting_as(crate::role::Role::KiHead)
            .when(command(amount()))
            .then([new_amount]);
    }

    #[test]
    fn a_term_counts_from_the_day_the_request_came_in() {
        let mut history = up_to(ReviewState::Requested);
        let with_term = ReviewFacts {
            due_on: Some(date!(2026 - 11 - 09)),
            term_working_days: Some(5),
            ..facts()
        };
        if let EventData::Review(ReviewEvent::Requested(requested)) = &mut history[0].data {
            requested.facts = with_term.clone();
        }
        let received = |received_on| ReviewPatch {
            received_on: Some(received_on),
            ..ReviewPatch::default()
        };
        let later = ReviewFacts {
            due_on: Some(date!(2026 - 11 - 13)),
            ..with_term
        };
        given(history.clone())
            .when(command(received(date!(2026 - 11 - 06))))
            .then([corrected(later, &["receivedOn", "dueOn"]).on(date!(2026 - 11 - 06))]);
        // A due date that was named stays, and must not lie before the request.
        let mut named = up_to(ReviewState::Requested);
        if let EventData::Review(ReviewEvent::Requested(requested)) = &mut named[0].data {
            requested.facts.due_on = Some(date!(2026 - 11 - 05));
        }
        given(named)
            .when(command(received(date!(2026 - 11 - 06))))
            .then_rejected(Code::EndBeforeBeginning, "receivedOn");
        // Nor can work have begun before it.
        let mut worked_on = up_to(ReviewState::Requested);
        worked_on.push(crate::review::samples::step(1, None).on(date!(2026 - 11 - 04)));
        given(worked_on)
            .when(command(received(date!(2026 - 11 - 06))))
            .then_rejected(Code::DateOutOfRange, "receivedOn");
    }

    #[test]
    fn an_organisation_takes_the_place_of_a_name() {
        let patch = ReviewPatch {
            applicant: Change::Set(organisation::id(1)),
            ..ReviewPatch::default()
        };
        let mut history = up_to(ReviewState::Assigned);
        given(history.clone())
            .when(command(patch.clone()))
            .then_rejected(Code::UnknownId, "applicant");
        history.push(organisation::registered(organisation::id(1)));
        let facts = ReviewFacts {
            applicant: Some(organisation::id(1)),
            applicant_name: None,
            ..facts()
        };
        given(history)
            .when(command(patch))
            .then([corrected(facts, &["applicant", "applicantName"])]);
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let refused = |patch, code, field| {
            given(up_to(ReviewState::Issued))
                .when(command(patch))
                .then_rejected(code, field)
        };
        refused(
            ReviewPatch {
                received_on: Some(date!(2026 - 11 - 21)),
                ..ReviewPatch::default()
            },
            Code::DateInFuture,
            "receivedOn",
        );
        refused(
            ReviewPatch {
                due_on: Change::Set(date!(2026 - 11 - 01)),
                ..ReviewPatch::default()
            },
            Code::EndBeforeBeginning,
            "dueOn",
        );
        refused(
            ReviewPatch {
                programme: Change::Set(code("KOMM_AN_II")),
                ..ReviewPatch::default()
            },
            Code::ValueNotValidOnDate,
            "programme",
        );
        refused(
            ReviewPatch {
                action_areas: Some(vec![]),
                ..ReviewPatch::default()
            },
            Code::Missing,
            "actionAreas",
        );
    }

    #[test]
    fn a_unit_is_declared_or_stands_there_from_before_there_was_a_register() {
        let old = Unit::labelled("Group 2").unwrap();
        let mut history = up_to(ReviewState::Requested);
        if let EventData::Review(ReviewEvent::Requested(requested)) = &mut history[0].data {
            requested.facts.unit = Some(old.clone());
        }
        history.push(units::declared(1, "Jugendamt"));
        let when = |department, unit| {
            let patch = ReviewPatch {
                department,
                unit,
                ..ReviewPatch::default()
            };
            given(history.clone()).when(command(patch))
        };
        when(Change::Keep, Change::Set(units::id(2))).then_rejected(Code::UnknownId, "unit");
        when(Change::Set(old.id()), Change::Keep).then_rejected(Code::UnknownId, "department");
        when(Change::Keep, Change::Set(old.id())).then_nothing();
        let with = |department: Option<Unit>, unit| ReviewFacts {
            department,
            unit,
            ..facts()
        };
        let declared = Unit::from(units::id(1));
        let department = when(Change::Set(units::id(1)), Change::Keep).0.unwrap();
        let line = serde_json::to_string(&department[0].data).unwrap();
        assert!(!line.contains("Group 2"), "{line}");
        let both = corrected(with(Some(declared.clone()), Some(old)), &["department"]);
        assert_eq!(department, [both]);
        when(Change::Keep, Change::Set(units::id(1)))
            .then([corrected(with(None, Some(declared)), &["unit"])]);
    }
}
