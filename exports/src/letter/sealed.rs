//! What the log says about a letter. The words are still sealed, so that nothing is read from the disk
//! while the views are held.

use querschnitt_domain::letterhead::LetterheadFacts;
use querschnitt_domain::values::ReviewOutcome;
use querschnitt_domain::{Commitment, EventKind, LetterheadId, OrganisationId, ReviewId, Role};
use querschnitt_projections::facts::{ReviewRow, Row};
use querschnitt_projections::views::Scope;
use querschnitt_projections::views::timeline::Reading;
use querschnitt_projections::{Known, State};
use time::{Date, OffsetDateTime};

use super::statements::{Statement, has_preview, statements};

/// Everything a letter needs from the log, as it was known at one position.
#[derive(Clone, Debug)]
pub struct Sealed {
    pub(super) review: ReviewRow,
    /// When the newest of what the letter shows was recorded. It says nothing of when others recorded something,
    /// and neither does the letter: no position of the log is in it.
    pub(super) recorded_at: OffsetDateTime,
    pub(super) outcome: ReviewOutcome,
    pub(super) text: Option<Commitment>,
    /// The day it went out; nothing for a draft.
    pub(super) issued_on: Option<Date>,
    /// In which role it was signed, and when.
    pub(super) signed: Option<(Role, Date)>,
    /// The name of the organisation that applies, where it is in the register.
    pub(super) applicant: Option<(OrganisationId, Commitment)>,
    pub(super) letterhead: LetterheadFacts,
    /// The number of this version, from 1.
    pub(super) edition: u32,
    /// The day of the statement this one takes the place of.
    pub(super) replaces: Option<Date>,
}

impl Sealed {
    /// The letter of a statement that went out. `None` when the log does not hold it.
    #[must_use]
    pub fn issued(state: &State, review: ReviewId, statement: Statement) -> Option<Self> {
        let row = state.facts().reviews().at(review, statement.position)?;
        let outcome = statement.ended.outcome?;
        let mut sealed = Self::at(state, row, statement.position, outcome)?;
        sealed.text = statement.ended.text;
        sealed.issued_on = Some(statement.ended.on);
        Some(sealed)
    }

    /// The letter that the draft of a review would become. `None` when there is no draft to go out.
    #[must_use]
    pub fn draft(state: &State, review: ReviewId) -> Option<Self> {
        let row = state.facts().reviews().current(review)?;
        let draft = row.details.draft.as_ref().filter(|_| has_preview(row))?;
        let mut sealed = Self::at(state, row, state.position(), draft.outcome)?;
        sealed.text = draft.text;
        Some(sealed)
    }

    fn at(state: &State, row: &ReviewRow, position: u64, outcome: ReviewOutcome) -> Option<Self> {
        let facts = state.facts();
        let own = row.id.record();
        let scope = Scope::of(std::iter::once(row.centre).collect());
        let signed = row.details.signed_by.and_then(|_| {
            state
                .timeline()
                .of(own, scope, Reading::NewestFirst)
                .find(|entry| {
                    entry.position <= position
                        && entry.record == own
                        && entry.kind == EventKind::ReviewSigned
                })
                .map(|entry| (entry.role, entry.occurred_on))
        });
        let applicant = row.facts.applicant;
        let applicant = applicant.and_then(|id| facts.organisations().at(id, position));
        let letterheads = facts.letterheads();
        let letterhead = letterheads.at(LetterheadId::of(row.centre), position);
        let newest = [
            Some(row.known()),
            applicant.map(Row::known),
            letterhead.map(Row::known),
        ];
        let newest = newest.into_iter().flatten().map(Known::from).max()?;
        let (edition, replaces) = before(state, row, position);
        Some(Self {
            review: row.clone(),
            recorded_at: state.timeline().at(newest)?.recorded_at,
            outcome,
            text: None,
            issued_on: None,
            signed,
            applicant: applicant.map(|row| (row.id, row.name)),
            letterhead: letterhead
                .map(|row| LetterheadFacts::clone(&row.facts))
                .unwrap_or_default(),
            edition,
            replaces,
        })
    }
}

/// The number of this version among those of its statement, and the day of the one before it.
fn before(state: &State, row: &ReviewRow, position: u64) -> (u32, Option<Date>) {
    let reviews = state.facts().reviews();
    let older = |row: &ReviewRow| reviews.at(row.supersedes?, position);
    let before = older(row);
    let mut replaces = before.and_then(ReviewRow::issued).map(|ended| ended.on);
    let mut edition = 1;
    let mut one = before;
    while let Some(row) = one {
        edition += 1;
        one = older(row);
    }
    // A review that was opened again has statements of its own to replace.
    let own = statements(state, row.id);
    let earlier = own
        .iter()
        .filter(|earlier| !earlier.interim && earlier.position < position);
    for statement in earlier {
        edition += 1;
        replaces = Some(statement.ended.on);
    }
    (edition, replaces)
}
