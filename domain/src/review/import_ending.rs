//! How a review ended, and what the funder decided, according to its source: taken over, corrected,
//! or only named as a difference.
//!
//! The book ends a review by four eyes. A source ends one that nobody works on in the book, and
//! corrects an end it gave itself; what the office ended, reopened, assigned or drafted stays, and
//! the import's report says where the two differ.

use time::{Date, OffsetDateTime};

use super::import::{Ending, Funding, ImportReview};
use super::state::Review;
use super::{Phase, ReviewState};
use crate::check::german;
use crate::merge::Merge;
use crate::text::Commitment;
use crate::values::{FundingDecision, ReviewOutcome};

/// An end as it stands in the book.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct End {
    pub(super) state: ReviewState,
    pub(super) on: Date,
    pub(super) at: Option<OffsetDateTime>,
    pub(super) outcome: Option<ReviewOutcome>,
    /// The statement.
    pub(super) text: Option<Commitment>,
}

/// When the funder decided, what, and how much in euro cents.
pub(super) type Decided = (Date, FundingDecision, Option<u64>);

/// Something in which book and source differ and that the import leaves as it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// The field, as commands name it.
    pub field: &'static str,
    /// What each of them says, and what to do.
    pub sentence: String,
}

/// What an import makes of what the source says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Verdict {
    /// Nothing new.
    Nothing,
    /// The book says so already, and the source did not before.
    Agreed,
    /// It is recorded, or takes the place of what the source said before.
    Taken,
    /// The book says otherwise, and that stays.
    Differs(String),
}

impl ImportReview {
    /// What becomes of the end the source names.
    pub(super) fn ending_verdict(&self, before: Option<&Review>, texts: &Merge<'_>) -> Verdict {
        let Some(before) = before else {
            return self
                .ending
                .as_ref()
                .map_or(Verdict::Nothing, |_| Verdict::Taken);
        };
        let (now, said) = (before.ended(), before.imported_end.as_ref());
        let Some(theirs) = &self.ending else {
            return match (now, said) {
                (Some(now), Some(said)) if now == said => Verdict::Differs(format!(
                    "Laut Quelle ist der Vorgang nicht mehr beendet, im Buch ist er {}; es bleibt, was im Buch steht.",
                    words(now.state, now.on, now.outcome)
                )),
                _ => Verdict::Nothing,
            };
        };
        let same = |end: &End| theirs.says(end, texts);
        if now.is_some_and(same) {
            return if said == now {
                Verdict::Nothing
            } else {
                Verdict::Agreed
            };
        }
        if said.is_some_and(same) {
            // The source says what it said; the office has it otherwise since.
            return Verdict::Nothing;
        }
        let (state, on, outcome) = theirs.in_short();
        let theirs = words(state, on, outcome);
        match now {
            None if !before.in_hand && said.is_none() => Verdict::Taken,
            None => Verdict::Differs(format!(
                "Laut Quelle ist der Vorgang {theirs}, im Buch wird er bearbeitet; er bleibt offen. Beenden Sie ihn im Buch, wenn die Quelle recht hat."
            )),
            Some(now) if said == Some(now) && self.may_replace_end(before, state) => Verdict::Taken,
            Some(now) => Verdict::Differs(format!(
                "Laut Quelle ist der Vorgang {theirs}, im Buch {}; es bleibt, was im Buch steht.",
                words(now.state, now.on, now.outcome)
            )),
        }
    }

    /// Whether nothing in the book rests on the end as it is, beside what the source says anew.
    fn may_replace_end(&self, before: &Review, state: ReviewState) -> bool {
        let funding_follows = before.funding.is_none()
            || (before.funding == before.imported_funding
                && self.funding.is_some()
                && state == ReviewState::Issued);
        // After a statement, "withdrawn" says something else: it stays a statement.
        let withdrawn_after = before.is_issued() && state == ReviewState::Withdrawn;
        before.next_version.is_none() && funding_follows && !withdrawn_after
    }

    /// What becomes of the funder's decision; `ending`: what becomes of the end.
    pub(super) fn funding_verdict(&self, before: Option<&Review>, ending: &Verdict) -> Verdict {
        let now = before.and_then(|before| before.funding);
        let said = before.and_then(|before| before.imported_funding);
        let Some(funding) = &self.funding else {
            return match (now, said) {
                (Some(now), Some(said)) if now == said => Verdict::Differs(format!(
                    "Die Quelle nennt keine Entscheidung des Förderers mehr, im Buch steht {}; es bleibt, was im Buch steht.",
                    decided(now)
                )),
                _ => Verdict::Nothing,
            };
        };
        let theirs = funding.decided();
        if now == Some(theirs) && *ending != Verdict::Taken {
            return if said == now {
                Verdict::Nothing
            } else {
                Verdict::Agreed
            };
        }
        if said == Some(theirs) && *ending != Verdict::Taken {
            return Verdict::Nothing;
        }
        if let Verdict::Differs(_) = ending
            && !before.is_some_and(Review::is_issued)
        {
            return Verdict::Differs(format!(
                "Laut Quelle hat der Förderer entschieden ({}), im Buch ist die Stellungnahme nicht abgegeben; die Entscheidung wird nicht übernommen.",
                decided(theirs)
            ));
        }
        match now {
            None => Verdict::Taken,
            Some(now) if said == Some(now) => Verdict::Taken,
            Some(now) => Verdict::Differs(format!(
                "Laut Quelle hat der Förderer entschieden: {}, im Buch steht {}; es bleibt, was im Buch steht.",
                decided(theirs),
                decided(now)
            )),
        }
    }
}

impl Review {
    /// How it ended, if it has.
    pub(super) fn ended(&self) -> Option<&End> {
        self.end
            .as_ref()
            .filter(|_| self.progress.state.phase() != Phase::Open)
    }

    pub(super) fn is_issued(&self) -> bool {
        self.progress.state.phase() == Phase::Issued
    }
}

impl Funding {
    const fn decided(&self) -> Decided {
        (self.on, self.decision, self.granted_cents)
    }
}

impl Ending {
    /// Where it leads, when, and with what Votum.
    const fn in_short(&self) -> (ReviewState, Date, Option<ReviewOutcome>) {
        match self {
            Self::Issued { on, outcome, .. } => (ReviewState::Issued, *on, Some(*outcome)),
            Self::Withdrawn { on } => (ReviewState::Withdrawn, *on, None),
            Self::Declined { on, outcome } => (ReviewState::Declined, *on, Some(*outcome)),
            Self::Lapsed { on } => (ReviewState::Lapsed, *on, None),
            Self::Closed { on, .. } => (ReviewState::Closed, *on, None),
        }
    }

    /// Whether it is this end. A statement that can't be opened is taken for the same.
    fn says(&self, end: &End, texts: &Merge<'_>) -> bool {
        let same_text = match self {
            Self::Issued { text, .. } => match (end.text, text) {
                (None, None) => true,
                (Some(known), Some(text)) => texts.opened(known).is_none_or(|known| known == text),
                (None, Some(_)) | (Some(_), None) => false,
            },
            Self::Withdrawn { .. }
            | Self::Declined { .. }
            | Self::Lapsed { .. }
            | Self::Closed { .. } => true,
        };
        let at = match self {
            Self::Issued { at, .. } | Self::Closed { at, .. } => *at,
            Self::Withdrawn { .. } | Self::Declined { .. } | Self::Lapsed { .. } => None,
        };
        same_text && self.in_short() == (end.state, end.on, end.outcome) && at == end.at
    }
}

/// `abgegeben am 21.06.2024 (befürwortet)`.
fn words(state: ReviewState, on: Date, outcome: Option<ReviewOutcome>) -> String {
    let day = german(on);
    match outcome {
        Some(outcome) => format!("{} am {day} („{}“)", state.label(), outcome.label()),
        None => format!("{} am {day}", state.label()),
    }
}

/// `„Bewilligt“ am 19.08.2024, 10000,00 €`.
fn decided((on, decision, cents): Decided) -> String {
    let amount = cents.map_or_else(String::new, |cents| {
        format!(", {},{:02} €", cents / 100, cents % 100)
    });
    format!("„{}“ am {}{amount}", decision.label(), german(on))
}
