//! What the work on a review consists of: its deadline, who is waited for, steps, advice, questions,
//! scores.

use async_graphql::{Context, Enum, Error, ID, Object, SimpleObject};
use querschnitt_domain::review::Score;
use querschnitt_domain::unit;
use querschnitt_domain::working_day::{reminders, working_days_between};
use querschnitt_domain::{ActorId, ReviewId, UnitId};
use querschnitt_projections::facts::{Advice, Clarification, ReviewRow, StepRow};
use querschnitt_projections::views::WaitingFor;
use querschnitt_store::berlin_date;

use super::ReviewCheck;
use crate::command::Load as _;
use crate::objects::{Organisation, Unit};
use crate::scalars::{Date, DateTime, ReviewCriterion, ReviewOutcome};
use crate::services::{services, staff, text};
use querschnitt_policy::Cell;

/// An account as clients name it.
pub(crate) fn account(actor: ActorId) -> ID {
    actor.0.to_string().into()
}

/// Frist: until when the statement is due, in working days of Nordrhein-Westfalen.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct ReviewDeadline {
    /// The day it is due; a statement of this day is in time.
    due_on: Date,
    /// Erinnerung: the first day on which no more than half of the term's working days is left.
    half_left_on: Date,
    /// Erinnerung: the first day on which no more than a fifth of them is left.
    fifth_left_on: Date,
    /// The term in working days it was given as; null where a day was named or it was extended.
    term_working_days: Option<i32>,
    /// In time until: the due date, without extensions that were agreed only after it had passed.
    in_time_until: Option<Date>,
    /// The due dates before it was extended, in order; null where none was set.
    extended_from: Vec<Option<Date>>,
    #[graphql(skip)]
    open: bool,
}

impl ReviewDeadline {
    pub(super) fn new(row: &ReviewRow, due_on: time::Date, open: bool) -> Self {
        let reminders = reminders(row.received_on, due_on);
        Self {
            due_on: Date(due_on),
            half_left_on: Date(reminders.half),
            fifth_left_on: Date(reminders.fifth),
            term_working_days: row.facts.term_working_days.map(Into::into),
            in_time_until: row.details.in_time_until.map(Date),
            extended_from: row
                .details
                .due_before
                .iter()
                .map(|due| due.map(Date))
                .collect(),
            open,
        }
    }
}

#[async_graphql::ComplexObject]
impl ReviewDeadline {
    /// Working days left today, the due date among them; negative when it is overdue, null when the
    /// review has ended.
    async fn working_days_left(&self, context: &Context<'_>) -> Result<Option<i64>, Error> {
        let today = berlin_date(services(context)?.executor.clock().now());
        Ok(self
            .open
            .then(|| working_days_between(today, self.due_on.0)))
    }
}

/// For whom a review waits.
#[derive(Enum, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ReviewWaitingKind {
    /// For the applicant: an answer or a revised application.
    Applicant,
    /// For the advice of an organisation in the register.
    Organisation,
    /// For the advice of a unit.
    Unit,
    /// For the head, to assign it.
    Assignment,
    /// For whoever works on it.
    Reviewer,
    /// For the second pair of eyes.
    Signature,
    /// For the dispatch.
    Dispatch,
}

/// Somebody a review waits for.
pub(crate) struct ReviewWaiting {
    pub(crate) kind: ReviewWaitingKind,
    organisation: Option<querschnitt_domain::OrganisationId>,
    unit: Option<UnitId>,
    account: Option<ActorId>,
    at: u64,
}

impl ReviewWaiting {
    pub(crate) fn new(waiting: &WaitingFor, at: u64) -> Self {
        let of = |kind| Self {
            kind,
            organisation: None,
            unit: None,
            account: None,
            at,
        };
        match waiting {
            WaitingFor::Applicant => of(ReviewWaitingKind::Applicant),
            WaitingFor::Organisation(organisation) => Self {
                organisation: Some(*organisation),
                ..of(ReviewWaitingKind::Organisation)
            },
            WaitingFor::Unit(unit, organisation) => Self {
                unit: Some(*unit),
                organisation: *organisation,
                ..of(ReviewWaitingKind::Unit)
            },
            WaitingFor::Assignment => of(ReviewWaitingKind::Assignment),
            WaitingFor::Reviewer(reviewer) => Self {
                account: Some(*reviewer),
                ..of(ReviewWaitingKind::Reviewer)
            },
            WaitingFor::Signature(account) => Self {
                account: *account,
                ..of(ReviewWaitingKind::Signature)
            },
            WaitingFor::Dispatch => of(ReviewWaitingKind::Dispatch),
        }
    }

    /// Where it stands in a list of them: by kind, units by their names.
    pub(crate) fn order(
        &self,
        context: &Context<'_>,
    ) -> Result<(ReviewWaitingKind, Option<String>), Error> {
        let unit = Unit::named_option(context, self.unit, self.at)?;
        Ok((self.kind, unit.map(|unit| unit.as_str().to_owned())))
    }
}

/// Somebody a review waits for.
#[Object]
impl ReviewWaiting {
    /// In which part.
    async fn kind(&self) -> ReviewWaitingKind {
        self.kind
    }

    /// The organisation of the register that was asked for advice, also where one of its units was.
    async fn organisation(&self, context: &Context<'_>) -> Result<Option<Organisation>, Error> {
        match self.organisation {
            Some(organisation) => Organisation::load(context, organisation.record(), self.at),
            None => Ok(None),
        }
    }

    /// The unit that was asked for advice.
    async fn unit(&self, context: &Context<'_>) -> Result<Option<Unit>, Error> {
        Unit::named_option(context, self.unit, self.at)
    }

    /// The account that works on it, or that is to sign; null where the head is to sign, and for those outside
    /// the centre.
    async fn account(&self, context: &Context<'_>) -> Result<Option<ID>, Error> {
        staff(context, Cell::Review, self.account)
    }
}

/// A step of a review that a unit completed.
pub(crate) struct ReviewStep {
    pub(super) row: StepRow,
    pub(super) unit: Option<UnitId>,
    pub(super) at: u64,
}

/// Schritt: something a unit completed for a review.
#[Object]
impl ReviewStep {
    /// Its number within the review.
    async fn number(&self) -> i64 {
        self.row.number.into()
    }

    /// The unit that did it; null where nobody knows.
    async fn unit(&self, context: &Context<'_>) -> Result<Option<Unit>, Error> {
        Unit::named_option(context, self.unit, self.at)
    }

    /// Which check it was part of.
    async fn check(&self) -> Option<ReviewCheck> {
        self.row.check.map(Into::into)
    }

    /// What it is called; null when it has no name, it was erased, or this role may not read it.
    async fn name(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        let name = self.row.name.as_ref();
        text(context, Cell::ReviewText, self.row.review.record(), name)
    }

    /// The day it was completed.
    async fn completed_on(&self) -> Date {
        Date(self.row.day)
    }

    /// The instant, where it is known.
    async fn completed_at(&self) -> Option<DateTime> {
        self.row.at.map(DateTime)
    }

    /// When the unit began, where that is known.
    async fn started_at(&self) -> Option<DateTime> {
        self.row.started_at.map(DateTime)
    }
}

/// Advice that was asked for.
pub(crate) struct ReviewAdvice {
    pub(super) advice: Advice,
    pub(super) review: ReviewId,
    pub(super) at: u64,
}

/// Beteiligung: an office or organisation that was asked for its advice.
#[Object]
impl ReviewAdvice {
    /// Its number within the review, for `giveAdvice`.
    async fn number(&self) -> i32 {
        self.advice.asked.advice.into()
    }

    /// The organisation that was asked, where it is in the register.
    async fn organisation(&self, context: &Context<'_>) -> Result<Option<Organisation>, Error> {
        match self.advice.asked.organisation {
            Some(organisation) => Organisation::load(context, organisation.record(), self.at),
            None => Ok(None),
        }
    }

    /// The unit that was asked.
    async fn unit(&self, context: &Context<'_>) -> Result<Option<Unit>, Error> {
        let unit = self.advice.asked.unit.as_ref();
        Unit::named_option(context, unit.map(unit::Unit::id), self.at)
    }

    /// The day it was asked.
    async fn asked_on(&self) -> Date {
        Date(self.advice.asked_on)
    }

    /// Until when an answer was asked for.
    async fn due_on(&self) -> Option<Date> {
        self.advice.asked.due_on.map(Date)
    }

    /// What was asked; null when nothing was, it was erased, or this role may not read it.
    async fn question(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        let question = self.advice.asked.question.as_ref();
        text(context, Cell::ReviewText, self.review.record(), question)
    }

    /// The day the advice was given; null while it is waited for.
    async fn given_on(&self) -> Option<Date> {
        self.advice.given_on.map(Date)
    }

    /// The vote of whoever was asked.
    async fn outcome(&self) -> Option<ReviewOutcome> {
        self.advice.outcome.map(Into::into)
    }

    /// The advice; null when there is none, it was erased, or this role may not read it.
    async fn text(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        let advice = self.advice.text.as_ref();
        text(context, Cell::ReviewText, self.review.record(), advice)
    }
}

/// A question to the applicant.
pub(crate) struct ReviewClarification {
    pub(super) one: Clarification,
    pub(super) review: ReviewId,
}

/// Rückfrage: what the applicant was asked.
#[Object]
impl ReviewClarification {
    /// Its number within the review, for `retractClarification`.
    async fn number(&self) -> i32 {
        self.one.number.into()
    }

    /// The day the applicant was asked.
    async fn asked_on(&self) -> Date {
        Date(self.one.asked_on)
    }

    /// Until when an answer was asked for.
    async fn due_on(&self) -> Option<Date> {
        self.one.due_on.map(Date)
    }

    /// What was asked; null when nothing was, it was erased, or this role may not read it.
    async fn question(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        let question = self.one.question.as_ref();
        text(context, Cell::ReviewText, self.review.record(), question)
    }

    /// The day the answer came in; null while it is waited for.
    async fn received_on(&self) -> Option<Date> {
        self.one.received_on.map(Date)
    }

    /// The answer; null when there is none, it was erased, or this role may not read it.
    async fn answer(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        let answer = self.one.answer.as_ref();
        text(context, Cell::ReviewText, self.review.record(), answer)
    }
}

/// How the project meets one criterion.
pub(crate) struct ReviewScore {
    pub(super) score: Score,
    pub(super) review: ReviewId,
}

/// Bewertung: how the project meets one criterion.
#[Object]
impl ReviewScore {
    /// The criterion.
    async fn criterion(&self) -> ReviewCriterion {
        self.score.criterion.into()
    }

    /// 0 (not at all) to 4 (fully); null: does not apply.
    async fn score(&self) -> Option<i32> {
        self.score.score.map(Into::into)
    }

    /// Why; null when no reason was given, it was erased, or this role may not read it.
    async fn note(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        let note = self.score.note.as_ref();
        text(context, Cell::ReviewText, self.review.record(), note)
    }
}
