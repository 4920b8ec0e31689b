//! What the values of `review_outcome` and `funding_decision` mean for the work.

use crate::rejection::{Rejection, RejectionCode};
use crate::values::{FundingDecision, ReviewOutcome};

/// What becomes of a review with this Votum, by its code.
const KINDS: [(&str, Kind); 8] = [
    ("SUPPORTED", Kind::Statement { text: false }),
    ("SUPPORTED_WITH_CONDITIONS", Kind::Statement { text: true }),
    ("NEUTRAL", Kind::Statement { text: false }),
    ("REVISION_REQUESTED", Kind::Interim),
    ("NOT_SUPPORTED", Kind::Statement { text: true }),
    ("NOT_RESPONSIBLE", Kind::Decline),
    ("CONFLICT_OF_INTEREST", Kind::Decline),
    ("WITHDRAWN", Kind::Withdrawal),
];

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    /// A statement that ends the review; with `text` only together with its text.
    Statement { text: bool },
    /// A statement after which the review goes on.
    Interim,
    /// The request is given back.
    Decline,
    /// Nothing is stated.
    Withdrawal,
}

fn kind(outcome: ReviewOutcome) -> Option<Kind> {
    KINDS
        .iter()
        .find(|(code, _)| *code == outcome.as_str())
        .map(|(_, kind)| *kind)
}

/// Whether the review goes on after this Votum.
#[must_use]
pub fn is_interim(outcome: ReviewOutcome) -> bool {
    kind(outcome) == Some(Kind::Interim)
}

/// Whether the funder's decision is what the statement recommended; `None` where it recommended
/// nothing (`NEUTRAL`), or where nothing of that kind can be said.
#[must_use]
pub fn matches_decision(outcome: ReviewOutcome, decision: FundingDecision) -> Option<bool> {
    let supported = match outcome.as_str() {
        "SUPPORTED" | "SUPPORTED_WITH_CONDITIONS" => true,
        "NOT_SUPPORTED" => false,
        _ => return None,
    };
    Some(supported == (decision.as_str() != "REJECTED"))
}

/// A Votum a statement can have, with the text it needs.
pub(super) fn of_statement(outcome: ReviewOutcome, has_text: bool) -> Result<(), Rejection> {
    match kind(outcome) {
        Some(Kind::Statement { text }) if !text || has_text => Ok(()),
        Some(Kind::Interim) if has_text => Ok(()),
        Some(Kind::Statement { .. } | Kind::Interim) => Err(Rejection::field(
            RejectionCode::Missing,
            "text",
            format!(
                "Für das Votum „{}“ ist der Text nötig: Nennen Sie Begründung, Auflagen oder Empfehlungen.",
                outcome.label()
            ),
        )),
        Some(Kind::Decline | Kind::Withdrawal) | None => Err(other(
            outcome,
            "Eine Stellungnahme kann befürworten, nicht befürworten, kein Votum abgeben oder die Überarbeitung empfehlen.",
        )),
    }
}

/// An outcome with which a request is given back.
pub(super) fn of_decline(outcome: ReviewOutcome) -> Result<(), Rejection> {
    if kind(outcome) == Some(Kind::Decline) {
        return Ok(());
    }
    Err(other(
        outcome,
        "Eine Anfrage wird abgegeben, weil das Zentrum nicht zuständig (NOT_RESPONSIBLE) oder befangen (CONFLICT_OF_INTEREST) ist.",
    ))
}

fn other(outcome: ReviewOutcome, possible: &str) -> Rejection {
    Rejection::field(
        RejectionCode::UnknownValue,
        "outcome",
        format!("„{}“ passt hier nicht. {possible}", outcome.label()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_outcome_has_its_meaning() {
        for outcome in ReviewOutcome::all() {
            assert!(kind(outcome).is_some(), "{outcome}");
        }
        assert_eq!(ReviewOutcome::all().count(), KINDS.len());
    }

    #[test]
    fn a_decision_is_compared_with_what_was_recommended() {
        let check = |outcome: &str, decision: &str| {
            matches_decision(
                ReviewOutcome::parse(outcome).unwrap(),
                FundingDecision::parse(decision).unwrap(),
            )
        };
        assert_eq!(check("SUPPORTED", "APPROVED"), Some(true));
        assert_eq!(
            check("SUPPORTED_WITH_CONDITIONS", "PARTLY_APPROVED"),
            Some(true)
        );
        assert_eq!(check("SUPPORTED", "REJECTED"), Some(false));
        assert_eq!(check("NOT_SUPPORTED", "REJECTED"), Some(true));
        assert_eq!(check("NOT_SUPPORTED", "PARTLY_APPROVED"), Some(false));
        assert_eq!(check("NEUTRAL", "APPROVED"), None);
    }
}
