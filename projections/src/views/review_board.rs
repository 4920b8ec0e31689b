//! The board of reviews: what is due, what is overdue on a day, and who is waited for.

use querschnitt_domain::review::{Phase, ReviewState};
use querschnitt_domain::unit::Unit;
use querschnitt_domain::working_day::{reminders, working_days_between};
use querschnitt_domain::{ActorId, OrganisationId, RecordKind, ReviewId, UnitId};
use time::Date;
use uuid::Uuid;

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

/// An open review on the board, as it was at the end of the day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BoardEntry<'a> {
    /// The review.
    pub row: &'a ReviewRow,
    /// How far it had come.
    pub state: ReviewState,
    /// The due date that was in force.
    pub due_on: Option<Date>,
    /// How it stands with the deadline.
    pub urgency: Urgency,
    /// Working days left, the due date among them; negative when it is overdue, absent without one.
    pub working_days_left: Option<i64>,
    /// Who is waited for: at least one.
    pub waiting_for: Vec<WaitingFor>,
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
pub enum WaitingFor {
    /// The applicant, with an answer or a revised application.
    Applicant,
    /// An organisation of the register that was asked for advice.
    Organisation(OrganisationId),
    /// A unit that was asked for advice, and the organisation it belongs to where that is in the register.
    Unit(UnitId, Option<OrganisationId>),
    /// The head, with the assignment.
    Assignment,
    /// Whoever works on it.
    Reviewer(ActorId),
    /// The second pair of eyes: the account the head named, else the head.
    Signature(Option<ActorId>),
    /// The dispatch.
    Dispatch,
}

impl WaitingFor {
    /// The stable name clients see.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Applicant => "APPLICANT",
            Self::Organisation(_) => "ORGANISATION",
            Self::Unit(..) => "UNIT",
            Self::Assignment => "ASSIGNMENT",
            Self::Reviewer(_) => "REVIEWER",
            Self::Signature(_) => "SIGNATURE",
            Self::Dispatch => "DISPATCH",
        }
    }
}

impl WaitingFor {
    /// The same without saying which account it is.
    #[must_use]
    pub const fn unnamed(self) -> Self {
        match self {
            Self::Reviewer(_) => Self::Reviewer(ActorId(Uuid::nil())),
            Self::Signature(_) => Self::Signature(None),
            Self::Applicant
            | Self::Organisation(_)
            | Self::Unit(..)
            | Self::Assignment
            | Self::Dispatch => self,
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
    /// The reviews that were open at the end of the day `on`, as they were then, going by what is known as of
    /// `seen`. What ended since was open then; what was entered late had happened.
    ///
    /// # Errors
    /// When it took too long.
    pub fn review_board(
        &self,
        seen: Seen<'_>,
        on: Date,
        until: &Until,
    ) -> Result<ReviewBoard<'_>, TimeUp> {
        let rows = self.facts().reviews();
        let singles = seen.scope.singles(RecordKind::Review);
        let all: Box<dyn Iterator<Item = &ReviewRow>> = match (singles, seen.as_of) {
            (Some(singles), _) => {
                let ids = singles.filter_map(|record| ReviewId::try_from(record).ok());
                Box::new(ids.filter_map(|id| rows.at(id, seen.position())))
            }
            (None, None) => {
                // What has ended by then was not open.
                let after = on.next_day().unwrap_or(Date::MAX);
                let reviews = &self.lists().reviews_by_end;
                let open = reviews.within(seen.scope.centres, (Some(after), None));
                Box::new(open.filter_map(|number| rows.get(number)))
            }
            (None, Some(position)) => Box::new(rows.all_at(position)),
        };
        let seen = all.filter(move |row| seen.sees(*row));
        let watched = until.watch(seen);
        let mut entries: Vec<BoardEntry<'_>> = watched.filter_map(|row| entry(row, on)).collect();
        until.check()?;
        entries.sort_by_cached_key(|entry| (entry.due_on.unwrap_or(Date::MAX), entry.row.recorded));
        Ok(ReviewBoard { entries })
    }
}

fn entry(row: &ReviewRow, on: Date) -> Option<BoardEntry<'_>> {
    // Most have ended by then.
    let ended = !row.is_open() && row.ended.is_none_or(|ended| ended.on <= on);
    if ended || on < row.received_on {
        return None;
    }
    let details = row.details.as_ref();
    let state = details.state_on(on)?;
    if state.phase() != Phase::Open {
        return None;
    }
    let due_on = details.due_on(on);
    let (reviewer, cosigner) = details.assigned_on(on);
    Some(BoardEntry {
        row,
        state,
        due_on,
        urgency: urgency(row.received_on, due_on, on),
        working_days_left: due_on.map(|due| working_days_between(on, due)),
        waiting_for: waiting(row, (state, reviewer, cosigner), on),
    })
}

fn urgency(received_on: Date, due_on: Option<Date>, on: Date) -> Urgency {
    let Some(due) = due_on else {
        return Urgency::NoDeadline;
    };
    if due < on {
        return Urgency::Overdue;
    }
    let reminders = reminders(received_on, due);
    if reminders.fifth <= on {
        Urgency::FifthLeft
    } else if reminders.half <= on {
        Urgency::HalfLeft
    } else {
        Urgency::InTime
    }
}

/// The units that were asked for advice and have not answered, in the order in which they were asked.
pub(crate) fn asked_units(row: &ReviewRow) -> impl Iterator<Item = UnitId> {
    let asked = row.details.advice.iter();
    let open = asked.filter(|advice| advice.given_on.is_none());
    open.filter_map(|advice| advice.asked.unit.as_ref().map(Unit::id))
}

/// Who is waited for as far as is known: those who were asked and have not answered, else whoever has the
/// next step.
#[must_use]
pub fn waiting_for(row: &ReviewRow) -> Vec<WaitingFor> {
    waiting(row, (row.state, row.reviewer, row.cosigner), Date::MAX)
}

fn waiting(
    row: &ReviewRow,
    (state, reviewer, cosigner): (ReviewState, Option<ActorId>, Option<ActorId>),
    on: Date,
) -> Vec<WaitingFor> {
    let mut waiting = Vec::new();
    if state == ReviewState::ClarificationRequested {
        waiting.push(WaitingFor::Applicant);
    }
    let asked = row.details.advice.iter();
    let open = asked.filter(|advice| {
        advice.asked_on <= on && advice.given_on.is_none_or(|given_on| given_on > on)
    });
    for advice in open {
        let organisation = advice.asked.organisation;
        if let Some(unit) = &advice.asked.unit {
            waiting.push(WaitingFor::Unit(unit.id(), organisation));
        } else if let Some(organisation) = organisation {
            waiting.push(WaitingFor::Organisation(organisation));
        }
    }
    if waiting.is_empty() {
        waiting.push(match (state, reviewer) {
            (ReviewState::Drafted, _) => WaitingFor::Signature(cosigner),
            (ReviewState::Cosigned, _) => WaitingFor::Dispatch,
            (ReviewState::Requested, _) | (_, None) => WaitingFor::Assignment,
            (_, Some(reviewer)) => WaitingFor::Reviewer(reviewer),
        });
    }
    waiting
}
