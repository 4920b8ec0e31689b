//! The reviews of an invented office: requests, the way each will go, and its steps one by one.

mod course;
mod ending;
mod request;
mod steps;

use querschnitt_domain::review::Check;
use querschnitt_domain::{ActorId, Change, ReviewId};
use time::{Date, OffsetDateTime};

use crate::desk::Account;

/// A review by its place among those of its office.
pub(crate) type Number = usize;

/// A review under way.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) id: ReviewId,
    received_on: Date,
    due_on: Option<Date>,
    requested_cents: u64,
    programme: &'static str,
    reviewer: Account,
    /// Taken out of the book; nothing can be linked to it any more.
    pub(crate) gone: bool,
}

/// What happens to a review, with the day on which it happened where that is told from the day it is
/// recorded.
#[derive(Clone, Debug)]
pub(crate) enum Move {
    Attach,
    Assign(Account, Change<ActorId>),
    DeclareConflict(Account),
    Complete(Done),
    RetractStep(u32),
    /// Asked on the first day, answered by the second.
    AskAdvice(Asked, Date, Date),
    GiveAdvice(u16, Date),
    AskClarification(Date),
    ReceiveClarification(Date),
    /// To the first day, agreed on the second.
    Extend(Date, Date),
    Score,
    Draft(&'static str, Date),
    Sign(Account, Date),
    Issue(Date),
    Supersede,
    Withdraw(Date),
    Decline(&'static str, Date),
    Lapse,
    /// What the funder decided, and how many percent of what was applied for it grants.
    Decide(&'static str, u64, Date),
    CorrectAmount(u64),
    CorrectProgramme(&'static str),
    CorrectDue(Date),
    Retract,
}

/// A step a unit did.
#[derive(Clone, Debug)]
pub(crate) struct Done {
    unit: Option<&'static str>,
    check: Option<Check>,
    on: Date,
    at: Option<OffsetDateTime>,
    started_at: Option<OffsetDateTime>,
}

/// Who is asked for advice.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Asked {
    Unit(&'static str),
    /// An organisation by its place in the register.
    Organisation(usize),
}
