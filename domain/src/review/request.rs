//! A Stellungnahme on a project is asked for.

use time::{Date, OffsetDateTime};

use super::input;
use super::state::{self, Reviews};
use super::{Requested, ReviewEvent, ReviewFacts};
use crate::centre::CentreKey;
use crate::check;
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::{OrganisationId, ReviewId, UnitId};
use crate::may::{self, RecordClass};
use crate::query::Query;
use crate::rejection::{Rejection, RejectionCode};
use crate::text::Text;
use crate::unit::Unit;
use crate::values::{
    ActionArea, ApplicantType, Programme, ReviewChannel, ReviewRequester, Visibility,
};

/// The command: first what an office always knows, then what may be left out. Always a new record;
/// an import uses [`super::ImportReview`].
#[derive(Clone, Debug)]
pub struct RequestReview {
    /// The centre whose book it goes into.
    pub centre: CentreKey,
    /// The day the request came in, from 1990 to today.
    pub received_on: Date,
    /// What the project is called, one line of at most [`Text::NAME`] characters.
    pub title: Text,
    /// Who asks for the statement.
    pub requester: ReviewRequester,
    /// What kind of organisation applies.
    pub applicant_type: ApplicantType,
    /// The organisation that applies, where it is in the register; otherwise its name is needed.
    pub applicant: Option<OrganisationId>,
    /// Its name where it is not in the register, one line of at most [`Text::NAME`] characters.
    pub applicant_name: Option<Text>,
    /// The programme that is to fund the project.
    pub programme: Option<Programme>,
    /// Handlungsfelder, at least one.
    pub action_areas: Vec<ActionArea>,
    /// What is applied for, in euro cents, up to a billion euros.
    pub requested_cents: Option<u64>,
    /// Until when the statement is due. Either this or `term_working_days`.
    pub due_on: Option<Date>,
    /// The term in working days of Nordrhein-Westfalen, 1 to 500, from the day after the request
    /// came in.
    pub term_working_days: Option<u16>,
    /// Until when the office plans to be done.
    pub planned_on: Option<Date>,
    /// The instant the request came in, on that day in Europe/Berlin.
    pub received_at: Option<OffsetDateTime>,
    /// Where (AGS).
    pub municipality: Option<String>,
    /// How the request came in.
    pub channel: Option<ReviewChannel>,
    /// The department in charge.
    pub department: Option<UnitId>,
    /// The unit in charge.
    pub unit: Option<UnitId>,
    /// Who may read it, beyond the access matrix.
    pub visibility: Option<Visibility>,
    /// The file number of the requester, one line of at most [`Text::NAME`] characters.
    pub reference: Option<Text>,
    /// Notes.
    pub note: Option<Text>,
}

impl RequestReview {
    /// The checks that hold for imports, too; gives the facts without their texts.
    pub(super) fn check(&self, context: &Context) -> Result<Checked, Rejection> {
        input::received(self.received_on, self.received_at, context)?;
        input::planned(self.planned_on, self.received_on, context)?;
        input::cents("requestedCents", self.requested_cents)?;
        let due = input::due(
            self.due_on,
            self.term_working_days,
            "termWorkingDays",
            self.received_on,
            context,
        )?;
        check::line("title", self.title.as_str(), Text::NAME)?;
        for (field, text) in [
            ("applicantName", &self.applicant_name),
            ("reference", &self.reference),
        ] {
            if let Some(text) = text {
                check::line(field, text.as_str(), Text::NAME)?;
            }
        }
        if let Some(note) = &self.note {
            check::text("note", note.as_str(), Text::NOTE)?;
        }
        if self.applicant.is_some() && self.applicant_name.is_some() {
            return Err(Rejection::field(
                RejectionCode::Duplicate,
                "applicantName",
                "Nennen Sie entweder die Organisation aus dem Verzeichnis oder einen Namen, nicht beides.",
            ));
        }
        Ok(Checked {
            due_on: due,
            action_areas: input::action_areas(&self.action_areas)?,
            municipality: self
                .municipality
                .as_deref()
                .map(|key| check::municipality("municipality", key))
                .transpose()?,
        })
    }

    /// The facts, with texts sealed under this record.
    pub(super) fn facts(
        &self,
        review: ReviewId,
        checked: Checked,
        context: &Context,
    ) -> ReviewFacts {
        let subject = review.record();
        let seal = |text: &Option<Text>| context.seal_option(subject, text.as_ref());
        ReviewFacts {
            title: context.seal(subject, &self.title),
            requester: self.requester,
            applicant_type: self.applicant_type,
            applicant: self.applicant,
            applicant_name: seal(&self.applicant_name),
            programme: self.programme,
            action_areas: checked.action_areas,
            requested_cents: self.requested_cents,
            due_on: checked.due_on,
            term_working_days: self.term_working_days,
            planned_on: self.planned_on,
            municipality: checked.municipality,
            channel: self.channel,
            department: self.department.map(Unit::from),
            unit: self.unit.map(Unit::from),
            visibility: self.visibility,
            reference: seal(&self.reference),
            note: seal(&self.note),
        }
    }
}

/// What the checks worked out.
pub(super) struct Checked {
    pub(super) due_on: Option<Date>,
    pub(super) action_areas: Vec<ActionArea>,
    pub(super) municipality: Option<Box<str>>,
}

impl Decision for RequestReview {
    type Facts = Reviews;

    fn query(&self) -> Query {
        Reviews::query(None, self.named())
    }

    fn evolve(facts: &mut Reviews, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, known: &Reviews, context: &Context) -> Result<Vec<Event>, Rejection> {
        may::write(RecordClass::Review, context)?;
        check::own_centre(self.centre, context)?;
        let checked = self.check(context)?;
        check::not_empty("actionAreas", &self.action_areas)?;
        match (self.applicant, &self.applicant_name) {
            (Some(id), _) => known.existing.require("applicant", id.record(), context)?,
            (None, Some(_)) => {}
            (None, None) => return Err(check::missing("applicant")),
        }
        self.require_units(known, context)?;
        let review = ReviewId(context.new_id());
        let facts = self.facts(review, checked, context);
        input::values_valid(&facts, self.received_on, None)?;
        let requested = ReviewEvent::Requested(Requested {
            review,
            facts,
            supersedes: None,
            source: None,
        });
        let (day, at) = (self.received_on, self.received_at);
        Ok(vec![state::event_at(context, day, at, requested)])
    }
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};

    use super::*;
    use crate::organisation::samples as organisation;
    use crate::organisation::samples::code;
    use crate::rejection::RejectionCode as Code;
    use crate::review::samples::{command, facts};
    use crate::role::Role;
    use crate::testing::{Moved, event, first_id, given, other_centre, sealed, text};
    use crate::unit::samples as units;

    #[test]
    fn a_review_is_requested() {
        let requested = event(ReviewEvent::Requested(Requested {
            review: ReviewId(first_id()),
            facts: facts(),
            supersedes: None,
            source: None,
        }));
        given([])
            .when(command())
            .then([requested.on(date!(2026 - 11 - 02))]);
    }

    #[test]
    fn the_day_is_the_one_in_berlin_whatever_the_offset() {
        let at = |received_on, received_at| RequestReview {
            received_on,
            received_at: Some(received_at),
            ..command()
        };
        // Half past midnight in Germany.
        let late = time::macros::datetime!(2026-11-02 23:30 UTC);
        given([])
            .when(at(date!(2026 - 11 - 02), late))
            .then_rejected(Code::DateOutOfRange, "receivedAt");
        let events = given([]).when(at(date!(2026 - 11 - 03), late)).0;
        assert_eq!(events.map(|events| events.len()), Ok(1));
    }

    #[test]
    fn a_term_is_counted_in_working_days() {
        let command = RequestReview {
            due_on: None,
            term_working_days: Some(10),
            ..command()
        };
        let requested = event(ReviewEvent::Requested(Requested {
            review: ReviewId(first_id()),
            facts: ReviewFacts {
                due_on: Some(date!(2026 - 11 - 16)),
                term_working_days: Some(10),
                ..facts()
            },
            supersedes: None,
            source: None,
        }));
        given([])
            .when(command)
            .then([requested.on(date!(2026 - 11 - 02))]);
    }

    #[test]
    fn the_applicant_is_one_of_the_register_or_a_name() {
        let of_register = RequestReview {
            applicant: Some(organisation::id(1)),
            applicant_name: None,
            ..command()
        };
        given([])
            .when(of_register.clone())
            .then_rejected(Code::UnknownId, "applicant");
        let requested = event(ReviewEvent::Requested(Requested {
            review: ReviewId(first_id()),
            facts: ReviewFacts {
                applicant: Some(organisation::id(1)),
                applicant_name: None,
                ..facts()
            },
            supersedes: None,
            source: None,
        }));
        given([organisation::registered(organisation::id(1))])
            .when(of_register.clone())
            .then([requested.on(date!(2026 - 11 - 02))]);
        given([])
            .when(RequestReview {
                applicant_name: None,
                ..command()
            })
            .then_rejected(Code::Missing, "applicant");
        given([organisation::registered(organisation::id(1))])
            .when(RequestReview {
                applicant_name: Some(text("Verein")),
                ..of_register
            })
            .then_rejected(Code::Duplicate, "applicantName");
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let refused = |command: RequestReview, code, field| {
            given([]).when(command).then_rejected(code, field)
        };
        let base = command;
        refused(
            RequestReview {
                centre: other_centre(),
                ..base()
            },
            Code::WrongCentre,
            "centre",
        );
        refused(
            RequestReview {
                received_on: date!(2026 - 11 - 21),
                ..base()
            },
            Code::DateInFuture,
            "receivedOn",
        );
        refused(
            RequestReview {
                received_at: Some(datetime!(2026-11-03 09:00 +01:00)),
                ..base()
            },
            Code::DateOutOfRange,
            "receivedAt",
        );
        refused(
            RequestReview {
                due_on: Some(date!(2026 - 11 - 01)),
                ..base()
            },
            Code::EndBeforeBeginning,
            "dueOn",
        );
        refused(
            RequestReview {
                term_working_days: Some(3),
                ..base()
            },
            Code::Duplicate,
            "termWorkingDays",
        );
        refused(
            RequestReview {
                due_on: None,
                term_working_days: Some(501),
                ..base()
            },
            Code::NumberOutOfRange,
            "termWorkingDays",
        );
        refused(
            RequestReview {
                requested_cents: Some(input::MOST_CENTS + 1),
                ..base()
            },
            Code::NumberOutOfRange,
            "requestedCents",
        );
        refused(
            RequestReview {
                action_areas: vec![],
                ..base()
            },
            Code::Missing,
            "actionAreas",
        );
        refused(
            RequestReview {
                programme: Some(code("KOMM_AN_II")),
                ..base()
            },
            Code::ValueNotValidOnDate,
            "programme",
        );
        refused(
            RequestReview {
                title: text("zwei\nZeilen"),
                ..base()
            },
            Code::ControlCharacter,
            "title",
        );
        for (department, unit, field) in [
            (Some(units::id(1)), None, "department"),
            (None, Some(units::id(2)), "unit"),
        ] {
            let command = RequestReview {
                department,
                unit,
                ..base()
            };
            given([units::declared(3, "Jugendamt")])
                .when(command)
                .then_rejected(Code::UnknownId, field);
        }
        given([])
            .acting_as(Role::Administration)
            .when(base())
            .then_rejected(Code::NotAllowed, "");
        assert_eq!(facts().title, sealed("Mitten im Viertel"));
    }
}
