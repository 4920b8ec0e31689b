//! The statements of a review that went out: interim ones that recommended a revision, and the final one.

use querschnitt_domain::review::ReviewState;
use querschnitt_domain::{EventKind, ReviewId};
use querschnitt_projections::State;
use querschnitt_projections::facts::{Ended, ReviewRow, Row as _};

/// A statement that went out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Statement {
    /// Its number within the review, from 1.
    pub number: u32,
    /// The position of the event with which it went out.
    pub position: u64,
    /// Whether it only recommended a revision, after which the review went on.
    pub interim: bool,
    /// Whether it was drafted and signed in this book. What an import brought went out elsewhere: its
    /// letter is in the source.
    pub signed_here: bool,
    /// The Votum, the day and the text.
    pub ended: Ended,
}

/// The statements of a review, in the order in which they went out; also of one that was retracted.
#[must_use]
pub fn statements(state: &State, review: ReviewId) -> Vec<Statement> {
    let mut versions: Vec<&ReviewRow> = state.facts().reviews().versions(review).collect();
    versions.reverse();
    let went_out = |row: &&ReviewRow| {
        let event = state.timeline().at(row.known().from());
        event.is_some_and(|event| event.kind == EventKind::ReviewIssued)
    };
    let issued = versions.into_iter().filter(went_out).zip(1..);
    issued
        .filter_map(|(row, number)| {
            let interim = row.issued().is_none();
            Some(Statement {
                number,
                position: row.known().from(),
                interim,
                signed_here: row.details.signed_by.is_some(),
                ended: row.issued().or(row.details.interim.last().copied())?,
            })
        })
        .collect()
}

/// Whether a draft stands that can be looked at as a letter before it goes out.
#[must_use]
pub fn has_preview(row: &ReviewRow) -> bool {
    row.details.draft.is_some() && matches!(row.state, ReviewState::Drafted | ReviewState::Cosigned)
}
