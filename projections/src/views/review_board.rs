//! The board of reviews: what is due, what is overdue on a day, and who is waited for.

use querschnitt_domain::review::{ReviewState, Unit};
use querschnitt_domain::working_day::{reminders, working_days_between};
use querschnitt_domain::{ActorId, OrganisationId};
use time::Date;

use super::lists::due;
use super::page::Seen;
use crate::facts::ReviewRow;
use crate::state::State;
use crate::until::{TimeUp, Until};

/// The open reviews of a day.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ReviewBoard<'a> {
    /// Every open review, the one that is due first first; those without a due date come last.
    pub entries: Vec<BoardEntry<'a>>,
}

/// An open review on the board.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BoardEntry<'a> {
    /// The review.
    pub row: &'a ReviewRow,
    /// How it stands with the deadline.
    pub urgency: Urgency,
    /// Working days left, the due date among them; negative when it is overdue, absent without one.
    pub working_days_left: Option<i64>,
    /// Who is waited for: at least one.
    pub waiting_for: Vec<WaitingFor<'a>>,
}

/// How a review stands with its deadline on a day. The most urgent comes first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Urgency {
    /// The due date has passed.
    Overdue,
    /// No more than a fifth of the term's working days is left.
    FifthLeft,
    /// No more than half of them is left.
    HalfLeft,
    /// There is time.
    InTime,
    /// It has no due date.
    NoDeadline,
}

/// Who is waited for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum WaitingFor<'a> {
    /// The applicant, with an answer or a revised application.
    Applicant,
    /// An organisation of the register that was asked for advice.
    Organisation(OrganisationId),
    /// A unit that was asked for advice.
    Unit(&'a Unit),
    /// The head, with the assignment.
    Assignment,
    /// Whoever works on it.
    Reviewer(ActorId),
    /// The second pair of eyes.
    Signature,
    /// The dispatch.
    Dispatch,
}

impl WaitingFor<'_> {
    /// The stable name clients see.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Applicant => "APPLICANT",
            Self::Organisation(_) => "ORGANISATION",
            Self::Unit(_) => "UNIT",
            Self::Assignment => "ASSIGNMENT",
            Self::Reviewer(_) => "REVIEWER",
            Self::Signature => "SIGNATURE",
            Self::Dispatch => "DISPATCH",
        }
    }
}

impl ReviewBoard<'_> {
    /// How many are as urgent as this.
    #[must_use]
    pub fn count(&self, urgency: Urgency) -> usize {
        let entries = self.entries.iter();
        entries.filter(|entry| entry.urgency == urgency).count()
    }
}

impl State {
    /// The reviews that were received by `on` and are open as of `seen`, as they stand on that day.
    ///
    /// # Errors
    /// When it took too long.
    pub fn review_board(
        &self,
        seen: Seen,
        on: Date,
        until: &Until,
    ) -> Result<ReviewBoard<'_>, TimeUp> {
        let rows = self.facts().reviews();
        let all: Box<dyn Iterator<Item = &ReviewRow>> = match seen.as_of {
            None => Box::new(self.lists().reviews.all(rows, seen.scope)),
            Some(position) => Box::new(
                rows.all_at(position)
                    .filter(move |row| seen.scope.contains(row.centre)),
            ),
        };
        let mut entries: Vec<BoardEntry<'_>> = until
            .watch(all)
            .filter(|row| row.is_open() && row.received_on <= on)
            .map(|row| BoardEntry {
                row,
                urgency: urgency(row, on),
                working_days_left: row.facts.due_on.map(|due| working_days_between(on, due)),
                waiting_for: waiting_for(row),
            })
            .collect();
        until.check()?;
        entries.sort_by_key(|entry| (due(entry.row), entry.row.recorded));
        Ok(ReviewBoard { entries })
    }
}

fn urgency(row: &ReviewRow, on: Date) -> Urgency {
    let Some(due) = row.facts.due_on else {
        return Urgency::NoDeadline;
    };
    if due < on {
        return Urgency::Overdue;
    }
    let reminders = reminders(row.received_on, due);
    if reminders.fifth <= on {
        Urgency::FifthLeft
    } else if reminders.half <= on {
        Urgency::HalfLeft
    } else {
        Urgency::InTime
    }
}

/// Who is waited for: those who were asked and have not answered, else whoever has the next step.
#[must_use]
pub fn waiting_for(row: &ReviewRow) -> Vec<WaitingFor<'_>> {
    let mut waiting = Vec::new();
    if row.state == ReviewState::ClarificationRequested {
        waiting.push(WaitingFor::Applicant);
    }
    let open = row.details.advice.iter();
    for advice in open.filter(|advice| advice.given_on.is_none()) {
        if let Some(unit) = &advice.asked.unit {
            waiting.push(WaitingFor::Unit(unit));
        } else if let Some(organisation) = advice.asked.organisation {
            waiting.push(WaitingFor::Organisation(organisation));
        }
    }
    if waiting.is_empty() {
        waiting.push(match (row.state, row.reviewer) {
            (ReviewState::Drafted, _) => WaitingFor::Signature,
            (ReviewState::Cosigned, _) => WaitingFor::Dispatch,
            (_, Some(reviewer)) => WaitingFor::Reviewer(reviewer),
            (_, None) => WaitingFor::Assignment,
        });
    }
    waiting
}
