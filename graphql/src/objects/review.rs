//! A project review (Stellungnahme). More than 400 lines: a review has the most fields of all records,
//! each with its description; what they lead to is in `review/`.

mod parts;
mod results;

use async_graphql::{Context, Enum, Error, ID, Object};
use querschnitt_domain::unit;
use querschnitt_domain::{RecordId, RecordKind, ReviewId};
use querschnitt_exports::letter::{Statement, has_preview, statements};
use querschnitt_projections::facts::{Facts, ReviewRow};
use querschnitt_projections::views::waiting_for;

use super::{Centre, Organisation, Unit, load, retracted};
use crate::access_log::seen;
use crate::command::Load;
use crate::scalars::{
    ActionArea, ApplicantType, Cents, Date, DateTime, Programme, ReviewChannel, ReviewRequester,
    Visibility,
};
use crate::services::{reads, services, staff, text};
use crate::token::global_id;
use querschnitt_policy::Cell;

use parts::{ReviewAdvice, ReviewClarification, ReviewDeadline, ReviewScore, ReviewStep};
pub(crate) use parts::{ReviewWaiting, account};
use results::{Attachment, ReviewDraft, ReviewEnding, ReviewFunding, ReviewStatement};

/// Stellungnahme on the project of an applicant.
#[derive(Clone)]
pub(crate) struct ProjectReview {
    pub(crate) row: ReviewRow,
    pub(crate) at: u64,
}

/// How far a review has come.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "querschnitt_domain::review::ReviewState")]
pub(crate) enum ReviewState {
    /// Angefragt.
    Requested,
    /// Zugewiesen.
    Assigned,
    /// Formal geprüft: a step of the formal check is done.
    FormalCheck,
    /// Inhaltlich geprüft: a step of the content check is done, or a criterion scored.
    ContentCheck,
    /// In Rückfrage beim Antragsteller, or recommended to be revised.
    ClarificationRequested,
    /// Rückfrage beantwortet.
    ClarificationReceived,
    /// Entworfen.
    Drafted,
    /// Mitgezeichnet: a second pair of eyes has signed the draft.
    Cosigned,
    /// Abgegeben: the statement has gone out.
    Issued,
    /// Entscheidung des Förderers bekannt.
    FunderDecisionRecorded,
    /// Antrag zurückgezogen.
    Withdrawn,
    /// Nicht übernommen: the centre gave the request back.
    Declined,
    /// Frist verstrichen without a statement.
    Lapsed,
    /// In der Quelle abgeschlossen: ended according to an import, which does not say how.
    Closed,
}

/// The part of a review that a step belongs to.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "querschnitt_domain::review::Check")]
pub(crate) enum ReviewCheck {
    /// Formale Prüfung: complete, eligible, in time.
    Formal,
    /// Inhaltliche Prüfung.
    Content,
}

impl Load for ProjectReview {
    const KIND: RecordKind = RecordKind::Review;

    fn load(context: &Context<'_>, record: RecordId, at: u64) -> Result<Option<Self>, Error> {
        let row = load(context, Cell::Review, record, at, Facts::reviews)?;
        Ok(row.map(|row| Self { row, at }))
    }
}

impl ProjectReview {
    fn record(&self) -> RecordId {
        self.row.id.record()
    }

    fn other(&self, context: &Context<'_>, other: Option<ReviewId>) -> Result<Option<Self>, Error> {
        match other {
            Some(other) => Self::load(context, other.record(), self.at),
            None => Ok(None),
        }
    }

    /// The letters of statements that had gone out at the position this is read at.
    fn letters(&self, context: &Context<'_>) -> Result<Vec<Statement>, Error> {
        let state = services(context)?.runner.read();
        let mut letters = statements(&state, self.row.id);
        letters.retain(|letter| letter.position <= self.at);
        Ok(letters)
    }

    fn is_open(&self) -> bool {
        self.row.is_open() && !retracted(self.row.known, self.at)
    }
}

/// Stellungnahme: what the centre says on the project of an applicant, from the request to the
/// funder's decision.
#[Object]
impl ProjectReview {
    /// The global id, opaque.
    pub(crate) async fn id(&self) -> ID {
        global_id(self.record()).into()
    }

    /// The centre whose book it is in.
    async fn centre(&self) -> Centre {
        Centre(self.row.centre)
    }

    /// How far it has come.
    async fn state(&self) -> ReviewState {
        self.row.state.into()
    }

    /// Since which day it is in this state.
    async fn state_since(&self) -> Date {
        Date(self.row.state_since)
    }

    /// Whether it is still to be stated.
    async fn open(&self) -> bool {
        self.is_open()
    }

    /// The day the request came in.
    async fn received_on(&self) -> Date {
        Date(self.row.received_on)
    }

    /// The instant it came in, where it is known.
    async fn received_at(&self) -> Option<DateTime> {
        self.row.received_at.map(DateTime)
    }

    /// What the project is called; null when it was erased or this role may not read it.
    async fn title(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        let title = Some(&self.row.facts.title);
        text(context, Cell::ReviewText, self.record(), title)
    }

    /// Who asks for the statement.
    async fn requester(&self) -> ReviewRequester {
        self.row.facts.requester.into()
    }

    /// What kind of organisation applies.
    async fn applicant_type(&self) -> ApplicantType {
        self.row.facts.applicant_type.into()
    }

    /// The organisation that applies, where it is in the register.
    async fn applicant(&self, context: &Context<'_>) -> Result<Option<Organisation>, Error> {
        match self.row.facts.applicant {
            Some(applicant) => Organisation::load(context, applicant.record(), self.at),
            None => Ok(None),
        }
    }

    /// Its name where it is not in the register; null otherwise, when it was erased, or when this role
    /// may not read it.
    async fn applicant_name(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        let name = self.row.facts.applicant_name.as_ref();
        text(context, Cell::ReviewText, self.record(), name)
    }

    /// The programme that is to fund the project.
    async fn programme(&self) -> Option<Programme> {
        self.row.facts.programme.map(Into::into)
    }

    /// Handlungsfelder.
    async fn action_areas(&self) -> Vec<ActionArea> {
        self.row.action_areas.iter().map(Into::into).collect()
    }

    /// What is applied for, in euro cents.
    async fn requested_cents(&self) -> Option<Cents> {
        self.row.facts.requested_cents.map(Cents)
    }

    /// Frist; null when the statement is due on no day.
    async fn deadline(&self) -> Option<ReviewDeadline> {
        self.row
            .facts
            .due_on
            .map(|due_on| ReviewDeadline::new(&self.row, due_on, self.is_open()))
    }

    /// Until when the office plans to be done.
    async fn planned_on(&self) -> Option<Date> {
        self.row.facts.planned_on.map(Date)
    }

    /// Where: the official municipality key (AGS), eight digits.
    async fn municipality(&self) -> Option<&str> {
        self.row.facts.municipality.as_deref()
    }

    /// How the request came in.
    async fn channel(&self) -> Option<ReviewChannel> {
        self.row.facts.channel.map(Into::into)
    }

    /// The department in charge.
    async fn department(&self, context: &Context<'_>) -> Result<Option<Unit>, Error> {
        let department = self.row.facts.department.as_ref();
        Unit::named_option(context, department.map(unit::Unit::id), self.at)
    }

    /// The unit in charge.
    async fn unit(&self, context: &Context<'_>) -> Result<Option<Unit>, Error> {
        let unit = self.row.facts.unit.as_ref();
        Unit::named_option(context, unit.map(unit::Unit::id), self.at)
    }

    /// Vertraulichkeit.
    async fn visibility(&self) -> Option<Visibility> {
        self.row.facts.visibility.map(Into::into)
    }

    /// The file number of the requester; null when there is none, it was erased, or this role may not
    /// read it.
    async fn reference(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        let reference = self.row.facts.reference.as_ref();
        text(context, Cell::ReviewText, self.record(), reference)
    }

    /// Notes; null when there are none, they were erased, or this role may not read them.
    async fn note(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        let note = self.row.facts.note.as_ref();
        text(context, Cell::ReviewText, self.record(), note)
    }

    /// The account that works on it; told to nobody outside the centre.
    async fn reviewer(&self, context: &Context<'_>) -> Result<Option<ID>, Error> {
        staff(context, Cell::Review, self.row.reviewer)
    }

    /// The account that signs in place of the head; told to nobody outside the centre.
    async fn cosigner(&self, context: &Context<'_>) -> Result<Option<ID>, Error> {
        staff(context, Cell::Review, self.row.cosigner)
    }

    /// The accounts that declared a conflict of interest and keep out of it (§ 20 VwVfG NRW); none for those
    /// outside the centre.
    async fn conflicts(&self, context: &Context<'_>) -> Result<Vec<ID>, Error> {
        let conflicts = self.row.details.conflicts.iter();
        conflicts
            .filter_map(|who| staff(context, Cell::Review, Some(*who)).transpose())
            .collect()
    }

    /// Who is waited for; nobody when it has ended.
    async fn waiting_for(&self) -> Vec<ReviewWaiting> {
        if !self.is_open() {
            return Vec::new();
        }
        waiting_for(&self.row)
            .iter()
            .map(|one| ReviewWaiting::new(one, self.at))
            .collect()
    }

    /// What units did, in the order in which it happened.
    async fn steps(&self, context: &Context<'_>) -> Result<Vec<ReviewStep>, Error> {
        let state = services(context)?.runner.read();
        let steps = state.facts().steps();
        Ok(steps
            .of(self.row.id, self.at)
            .map(|row| ReviewStep {
                unit: row.unit.and_then(|unit| steps.unit(unit)),
                row: row.clone(),
                at: self.at,
            })
            .collect())
    }

    /// Beteiligung: the offices and organisations that were asked for advice, in order.
    async fn advice(&self) -> Vec<ReviewAdvice> {
        let asked = self.row.details.advice.iter();
        asked
            .map(|advice| ReviewAdvice {
                advice: advice.clone(),
                review: self.row.id,
                at: self.at,
            })
            .collect()
    }

    /// Rückfragen to the applicant, in order.
    async fn clarifications(&self) -> Vec<ReviewClarification> {
        let asked = self.row.details.clarifications.iter();
        asked
            .map(|one| ReviewClarification {
                one: one.clone(),
                review: self.row.id,
            })
            .collect()
    }

    /// How the project meets each criterion that was scored.
    async fn scores(&self) -> Vec<ReviewScore> {
        let scores = self.row.details.scores.iter();
        scores
            .map(|score| ReviewScore {
                score: score.clone(),
                review: self.row.id,
            })
            .collect()
    }

    /// Anlagen, in order. Files are texts: none for a role that may not read the texts of the review.
    async fn attachments(&self, context: &Context<'_>) -> Result<Vec<Attachment>, Error> {
        let added = &self.row.details.attachments;
        let whose = (self.record(), self.row.centre);
        if added.is_empty() || !reads(context, Cell::ReviewText, whose)? {
            return Ok(Vec::new());
        }
        seen(context, self.record(), Cell::ReviewText);
        Ok(added.iter().cloned().map(Attachment).collect())
    }

    /// The draft as it stands; null when there is none.
    async fn draft(&self) -> Option<ReviewDraft> {
        let details = &self.row.details;
        details.draft.clone().map(|draft| ReviewDraft {
            draft,
            has_preview: has_preview(&self.row),
            signed_by: details.signed_by,
        })
    }

    /// The statement that has gone out.
    async fn statement(&self, context: &Context<'_>) -> Result<Option<ReviewStatement>, Error> {
        let Some(issued) = self.row.issued() else {
            return Ok(None);
        };
        let letters = self.letters(context)?;
        let letter = letters.iter().rev().find(|letter| !letter.interim);
        Ok(ReviewStatement::of(self.row.id, issued, letter))
    }

    /// Statements that recommended a revision, after which the review went on.
    async fn interim_statements(
        &self,
        context: &Context<'_>,
    ) -> Result<Vec<ReviewStatement>, Error> {
        let mut letters = self.letters(context)?;
        letters.retain(|letter| letter.interim);
        let mut letters = letters.iter();
        let interim = self.row.details.interim.iter();
        Ok(interim
            .filter_map(|ended| ReviewStatement::of(self.row.id, *ended, letters.next()))
            .collect())
    }

    /// How it ended without a statement: withdrawn, given back, lapsed.
    async fn ending(&self) -> Option<ReviewEnding> {
        if self.row.issued().is_some() {
            return None;
        }
        self.row.ended.map(|ended| ReviewEnding {
            ended,
            review: self.row.id,
        })
    }

    /// Antrag zurückgezogen, nachdem die Stellungnahme abgegeben war; the statement stays.
    async fn withdrawn_after(&self) -> Option<ReviewEnding> {
        let withdrawn = self.row.details.withdrawn_after;
        withdrawn.map(|ended| ReviewEnding {
            ended,
            review: self.row.id,
        })
    }

    /// What the funder decided.
    async fn funding_decision(&self) -> Option<ReviewFunding> {
        self.row.funding.map(|funding| ReviewFunding {
            funding,
            outcome: self.row.issued().and_then(|statement| statement.outcome),
            review: self.row.id,
        })
    }

    /// The review whose statement this one takes the place of; the old statement stays readable.
    async fn supersedes(&self, context: &Context<'_>) -> Result<Option<Self>, Error> {
        self.other(context, self.row.supersedes)
    }

    /// Neue Fassung, in Arbeit oder abgegeben; null when there is none or it ended without a statement.
    async fn new_version(&self, context: &Context<'_>) -> Result<Option<Self>, Error> {
        self.other(context, self.row.details.next_version)
    }

    /// The new version in place of its statement; null until that has gone out.
    async fn superseded_by(&self, context: &Context<'_>) -> Result<Option<Self>, Error> {
        self.other(context, self.row.superseded_by)
    }

    /// Fassungen: all versions of the statement, the first one first; this one is among them.
    async fn versions(&self, context: &Context<'_>) -> Result<Vec<Self>, Error> {
        let mut versions = Vec::new();
        let mut before = self.other(context, self.row.supersedes)?;
        while let Some(one) = before {
            before = one.other(context, one.row.supersedes)?;
            versions.push(one);
        }
        versions.reverse();
        versions.push(self.clone());
        let mut after = self.other(context, self.row.details.next_version)?;
        while let Some(one) = after {
            after = one.other(context, one.row.details.next_version)?;
            versions.push(one);
        }
        Ok(versions)
    }

    /// It should not have been recorded and counts nowhere; its history says why.
    async fn retracted(&self) -> bool {
        retracted(self.row.known, self.at)
    }

    /// How many events of its own the record has had; send it as `expectedVersion` to learn when
    /// somebody else changed the record meanwhile.
    async fn version(&self, context: &Context<'_>) -> Result<i64, Error> {
        let state = services(context)?.runner.read();
        let stood = state.facts().review_version(self.row.id, self.at);
        // Of a retracted review the last row is what is known.
        Ok(stood.max(self.row.version).into())
    }
}
