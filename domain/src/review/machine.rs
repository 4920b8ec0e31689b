//! The states of a review (`domain.md` 5.2) and the one table that says which step leads where.
//!
//! The deadline does not pause while a clarification is open: it is the requester's, and moves only
//! when somebody extends it and says why. The board shows meanwhile that the applicant is waited for.
//!
//! More than 400 lines: states and steps are matched exhaustively beside each other.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How far a review has come.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum ReviewState {
    /// Asked for.
    Requested,
    /// Somebody works on it.
    Assigned,
    /// A step of the formal check is done.
    FormalCheck,
    /// A step of the content check is done, or a criterion scored.
    ContentCheck,
    /// The applicant was asked, or was recommended to revise the application.
    ClarificationRequested,
    /// The applicant has answered.
    ClarificationReceived,
    /// The statement is drafted.
    Drafted,
    /// A second pair of eyes has signed the draft.
    Cosigned,
    /// The statement has gone out.
    Issued,
    /// What the funder decided is known.
    FunderDecisionRecorded,
    /// The application was withdrawn.
    Withdrawn,
    /// The centre gave the request back.
    Declined,
    /// The deadline passed without a statement.
    Lapsed,
    /// Ended according to the source of an import, which does not say how.
    Closed,
}

/// Part of the review a step of a unit belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Check {
    /// Formal: complete, eligible, in time.
    Formal,
    /// As to content.
    Content,
}

/// What can be done with a review.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Step {
    /// Assign it.
    Assign,
    /// Declare a conflict of interest.
    DeclareConflict,
    /// Complete a step that belongs to no check.
    CompleteStep,
    /// Complete a step of the formal check.
    CheckForm,
    /// Complete a step of the content check.
    CheckContent,
    /// Score criteria.
    Score,
    /// Ask another office for advice.
    AskAdvice,
    /// Record its advice.
    GiveAdvice,
    /// Ask the applicant.
    AskClarification,
    /// Record the applicant's answer.
    ReceiveClarification,
    /// Extend the deadline.
    ExtendDeadline,
    /// Draft the statement.
    Draft,
    /// Give up a draft whose author or signer is in conflict.
    VoidDraft,
    /// Sign the draft.
    Sign,
    /// Issue a statement with a final Votum.
    Issue,
    /// Issue a statement that recommends a revision.
    IssueInterim,
    /// Make a new version of an issued statement.
    Supersede,
    /// Record that the application was withdrawn.
    Withdraw,
    /// Give the request back.
    Decline,
    /// Record that the deadline passed.
    Lapse,
    /// Record the funder's decision.
    DecideFunding,
    /// Add a file of the application.
    Attach,
    /// Add a file of the statement.
    AttachToStatement,
    /// Correct the day or the outcome of an end.
    CorrectEnding,
    /// Take the last end back.
    Reopen,
}

/// The stretch of a review's life a state belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Phase {
    /// Before the statement.
    Open,
    /// The statement has gone out.
    Issued,
    /// Ended without one.
    Ended,
}

use ReviewState as S;

impl ReviewState {
    /// Every state, in the order of the work.
    pub const ALL: [Self; 14] = [
        S::Requested,
        S::Assigned,
        S::FormalCheck,
        S::ContentCheck,
        S::ClarificationRequested,
        S::ClarificationReceived,
        S::Drafted,
        S::Cosigned,
        S::Issued,
        S::FunderDecisionRecorded,
        S::Withdrawn,
        S::Declined,
        S::Lapsed,
        S::Closed,
    ];

    /// The stable name clients see.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            S::Requested => "REQUESTED",
            S::Assigned => "ASSIGNED",
            S::FormalCheck => "FORMAL_CHECK",
            S::ContentCheck => "CONTENT_CHECK",
            S::ClarificationRequested => "CLARIFICATION_REQUESTED",
            S::ClarificationReceived => "CLARIFICATION_RECEIVED",
            S::Drafted => "DRAFTED",
            S::Cosigned => "COSIGNED",
            S::Issued => "ISSUED",
            S::FunderDecisionRecorded => "FUNDER_DECISION_RECORDED",
            S::Withdrawn => "WITHDRAWN",
            S::Declined => "DECLINED",
            S::Lapsed => "LAPSED",
            S::Closed => "CLOSED",
        }
    }

    /// What people read.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            S::Requested => "angefragt",
            S::Assigned => "zugewiesen",
            S::FormalCheck => "formal geprüft",
            S::ContentCheck => "inhaltlich geprüft",
            S::ClarificationRequested => "in Rückfrage beim Antragsteller",
            S::ClarificationReceived => "Rückfrage beantwortet",
            S::Drafted => "entworfen",
            S::Cosigned => "mitgezeichnet",
            S::Issued => "abgegeben",
            S::FunderDecisionRecorded => "Entscheidung des Förderers bekannt",
            S::Withdrawn => "Antrag zurückgezogen",
            S::Declined => "nicht übernommen",
            S::Lapsed => "Frist verstrichen",
            S::Closed => "in der Quelle abgeschlossen",
        }
    }

    /// The stretch of the review's life it belongs to.
    #[must_use]
    pub const fn phase(self) -> Phase {
        match self {
            S::Requested
            | S::Assigned
            | S::FormalCheck
            | S::ContentCheck
            | S::ClarificationRequested
            | S::ClarificationReceived
            | S::Drafted
            | S::Cosigned => Phase::Open,
            S::Issued | S::FunderDecisionRecorded => Phase::Issued,
            S::Withdrawn | S::Declined | S::Lapsed | S::Closed => Phase::Ended,
        }
    }

    /// Where a step leads from here; `None`: it is not allowed now. What has to be there besides the
    /// state is said by [`Progress`](super::Progress).
    #[must_use]
    pub fn next(self, step: Step) -> Option<Self> {
        let open = self.phase() == Phase::Open;
        match step {
            Step::Assign if self == S::Requested => Some(S::Assigned),
            Step::Assign | Step::DeclareConflict | Step::ExtendDeadline => open.then_some(self),
            // What a unit did may be entered late.
            Step::CompleteStep => Some(self),
            Step::CheckForm => match self {
                S::Assigned | S::FormalCheck | S::ClarificationReceived => Some(S::FormalCheck),
                S::ContentCheck | S::ClarificationRequested | S::Drafted => Some(self),
                S::Requested
                | S::Cosigned
                | S::Issued
                | S::FunderDecisionRecorded
                | S::Withdrawn
                | S::Declined
                | S::Lapsed
                | S::Closed => None,
            },
            Step::CheckContent | Step::Score => match self {
                S::Assigned | S::FormalCheck | S::ContentCheck | S::ClarificationReceived => {
                    Some(S::ContentCheck)
                }
                S::ClarificationRequested | S::Drafted => Some(self),
                S::Requested
                | S::Cosigned
                | S::Issued
                | S::FunderDecisionRecorded
                | S::Withdrawn
                | S::Declined
                | S::Lapsed
                | S::Closed => None,
            },
            Step::AskAdvice => {
                (open && self != S::Requested && self != S::Cosigned).then_some(self)
            }
            Step::GiveAdvice => (open && self != S::Requested).then_some(self),
            Step::AskClarification => match self {
                S::Assigned
                | S::FormalCheck
                | S::ContentCheck
                | S::ClarificationReceived
                | S::Drafted => Some(S::ClarificationRequested),
                S::Requested
                | S::ClarificationRequested
                | S::Cosigned
                | S::Issued
                | S::FunderDecisionRecorded
                | S::Withdrawn
                | S::Declined
                | S::Lapsed
                | S::Closed => None,
            },
            // An answer may come late, to a question nobody waits for any more.
            Step::ReceiveClarification => match self {
                S::ClarificationRequested => Some(S::ClarificationReceived),
                S::Assigned
                | S::FormalCheck
                | S::ContentCheck
                | S::ClarificationReceived
                | S::Drafted
                | S::Cosigned => Some(self),
                S::Requested
                | S::Issued
                | S::FunderDecisionRecorded
                | S::Withdrawn
                | S::Declined
                | S::Lapsed
                | S::Closed => None,
            },
            // Also where the applicant never answers.
            Step::Draft => matches!(
                self,
                S::ContentCheck
                    | S::ClarificationRequested
                    | S::ClarificationReceived
                    | S::Drafted
                    | S::Cosigned
            )
            .then_some(S::Drafted),
            Step::VoidDraft => matches!(self, S::Drafted | S::Cosigned).then_some(S::ContentCheck),
            Step::Sign => (self == S::Drafted).then_some(S::Cosigned),
            Step::Issue => (self == S::Cosigned).then_some(S::Issued),
            Step::IssueInterim => (self == S::Cosigned).then_some(S::ClarificationRequested),
            Step::Supersede => (self.phase() == Phase::Issued).then_some(self),
            // What has gone out stays a statement; that the application was withdrawn is noted.
            Step::Withdraw if self == S::Issued => Some(self),
            Step::Withdraw => open.then_some(S::Withdrawn),
            Step::Decline => open.then_some(S::Declined),
            Step::Lapse => open.then_some(S::Lapsed),
            Step::DecideFunding => {
                (self.phase() == Phase::Issued).then_some(S::FunderDecisionRecorded)
            }
            Step::Attach => (self.phase() != Phase::Ended).then_some(self),
            // They go out with it, and nothing is added to what has gone out.
            Step::AttachToStatement => open.then_some(self),
            Step::CorrectEnding => (!open).then_some(self),
            Step::Reopen if self == S::FunderDecisionRecorded => Some(S::Issued),
            // Where it was before: `Progress` knows.
            Step::Reopen => (!open).then_some(self),
        }
    }
}

impl fmt::Display for ReviewState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Step {
    /// Every step.
    pub const ALL: [Self; 25] = [
        Self::Assign,
        Self::DeclareConflict,
        Self::CompleteStep,
        Self::CheckForm,
        Self::CheckContent,
        Self::Score,
        Self::AskAdvice,
        Self::GiveAdvice,
        Self::AskClarification,
        Self::ReceiveClarification,
        Self::ExtendDeadline,
        Self::Draft,
        Self::VoidDraft,
        Self::Sign,
        Self::Issue,
        Self::IssueInterim,
        Self::Supersede,
        Self::Withdraw,
        Self::Decline,
        Self::Lapse,
        Self::DecideFunding,
        Self::Attach,
        Self::AttachToStatement,
        Self::CorrectEnding,
        Self::Reopen,
    ];

    /// The step a unit completes.
    #[must_use]
    pub const fn of(check: Option<Check>) -> Self {
        match check {
            None => Self::CompleteStep,
            Some(Check::Formal) => Self::CheckForm,
            Some(Check::Content) => Self::CheckContent,
        }
    }

    /// What people read.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Assign => "zuweisen",
            Self::DeclareConflict => "Befangenheit anzeigen",
            Self::CompleteStep => "einen Arbeitsschritt erfassen",
            Self::CheckForm => "formal prüfen",
            Self::CheckContent => "inhaltlich prüfen",
            Self::Score => "Kriterien bewerten",
            Self::AskAdvice => "eine andere Stelle beteiligen",
            Self::GiveAdvice => "die Antwort einer beteiligten Stelle erfassen",
            Self::AskClarification => "beim Antragsteller rückfragen",
            Self::ReceiveClarification => "die Antwort des Antragstellers erfassen",
            Self::ExtendDeadline => "die Frist verlängern",
            Self::Draft => "entwerfen",
            Self::VoidDraft => "den Entwurf verwerfen",
            Self::Sign => "mitzeichnen",
            Self::Issue => "abgeben",
            Self::IssueInterim => "die Überarbeitung empfehlen",
            Self::Supersede => "durch eine neue Fassung ersetzen",
            Self::Withdraw => "den Antrag als zurückgezogen erfassen",
            Self::Decline => "die Anfrage abgeben",
            Self::Lapse => "das Verstreichen der Frist erfassen",
            Self::DecideFunding => "die Entscheidung des Förderers erfassen",
            Self::Attach => "eine Datei anhängen",
            Self::AttachToStatement => "der Stellungnahme eine Datei beifügen",
            Self::CorrectEnding => "Abgabe oder Ende berichtigen",
            Self::Reopen => "wieder öffnen",
        }
    }

    /// Whether a sentence offers it; one that follows from another is none to choose.
    pub(super) const fn is_offered(self) -> bool {
        !matches!(self, Self::VoidDraft)
    }
}

#[cfg(test)]
#[path = "machine_tests.rs"]
mod tests;
