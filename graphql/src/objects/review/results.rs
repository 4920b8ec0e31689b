//! What comes out of a review: attachments, the draft, the statement, other ends, the funder's decision.

use async_graphql::{Context, Error, ID, Object};
use querschnitt_domain::review::outcome::matches_decision;
use querschnitt_domain::review::{AttachmentAdded, Drafted, media_type};
use querschnitt_domain::values::ReviewOutcome as Outcome;
use querschnitt_domain::{ActorId, ReviewId};
use querschnitt_exports::letter::Statement;
use querschnitt_projections::facts::{Ended, Funding};

use crate::scalars::{AttachmentKind, AttachmentType, Cents, Date, FundingDecision, ReviewOutcome};
use crate::services::{staff, text};
use crate::token::global_id;
use querschnitt_policy::Cell;

/// A file of a review.
pub(crate) struct Attachment(pub(super) AttachmentAdded);

/// Anlage: a file of the application or of the statement.
#[Object(name = "ReviewAttachment")]
impl Attachment {
    /// Its number within the review.
    async fn number(&self) -> i32 {
        self.0.attachment.into()
    }

    /// What it belongs to.
    async fn kind(&self) -> AttachmentKind {
        self.0.kind.into()
    }

    /// What sort of file it is.
    #[graphql(name = "type")]
    async fn file_type(&self) -> AttachmentType {
        self.0.media_type.into()
    }

    /// The media type, for example application/pdf.
    async fn media_type(&self) -> &'static str {
        media_type(self.0.media_type)
    }

    /// Its size in bytes.
    async fn size(&self) -> i64 {
        self.0.size.into()
    }

    /// Its name; null when it has none, it was erased, or this role may not read it.
    async fn name(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        let name = self.0.name.as_ref();
        text(context, Cell::ReviewText, self.0.review.record(), name)
    }

    /// Where it is read, with the same token: the path of a GET on this server.
    async fn path(&self) -> String {
        format!(
            "/reviews/{}/attachments/{}",
            global_id(self.0.review.record()),
            self.0.attachment
        )
    }
}

/// A draft of the statement.
pub(crate) struct ReviewDraft {
    pub(super) draft: Drafted,
    /// Whether it can be looked at as a letter.
    pub(super) has_preview: bool,
    pub(super) signed_by: Option<ActorId>,
}

/// Entwurf der Stellungnahme.
#[Object]
impl ReviewDraft {
    /// The Votum.
    async fn outcome(&self) -> ReviewOutcome {
        self.draft.outcome.into()
    }

    /// The text; null when there is none, it was erased, or this role may not read it.
    async fn text(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        let statement = self.draft.text.as_ref();
        text(
            context,
            Cell::ReviewText,
            self.draft.review.record(),
            statement,
        )
    }

    /// The postal address the letter goes to; null when there is none, it was erased, or this role may
    /// not read it.
    async fn recipient(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        let recipient = self.draft.recipient.as_ref();
        let own = self.draft.review.record();
        text(context, Cell::ReviewText, own, recipient)
    }

    /// Where the letter is read that would go out, marked as a draft: the path of a GET on this server, with
    /// the same token. Null when the draft has gone out.
    async fn letter_path(&self) -> Option<String> {
        self.has_preview
            .then(|| letter_path(self.draft.review, "draft"))
    }

    /// The account that drafted it, and can't sign it; null for those outside the centre.
    async fn drafted_by(&self, context: &Context<'_>) -> Result<Option<ID>, Error> {
        staff(context, Cell::Review, Some(self.draft.drafted_by))
    }

    /// The account that signed it; null until then, and for those outside the centre.
    async fn signed_by(&self, context: &Context<'_>) -> Result<Option<ID>, Error> {
        staff(context, Cell::Review, self.signed_by)
    }
}

/// A statement that has gone out.
pub(crate) struct ReviewStatement {
    outcome: Outcome,
    ended: Ended,
    review: ReviewId,
    /// The number of its letter within the review, if it was made here.
    letter: Option<u32>,
}

impl ReviewStatement {
    pub(super) fn of(review: ReviewId, ended: Ended, letter: Option<&Statement>) -> Option<Self> {
        let outcome = ended.outcome?;
        let letter = letter.filter(|letter| letter.signed_here);
        Some(Self {
            outcome,
            ended,
            review,
            letter: letter.map(|letter| letter.number),
        })
    }
}

fn letter_path(review: ReviewId, which: impl std::fmt::Display) -> String {
    format!("/reviews/{}/letters/{which}", global_id(review.record()))
}

/// Abgegebene Stellungnahme.
#[Object]
impl ReviewStatement {
    /// The Votum.
    async fn outcome(&self) -> ReviewOutcome {
        self.outcome.into()
    }

    /// The day it went out.
    async fn issued_on(&self) -> Date {
        Date(self.ended.on)
    }

    /// Where its letter (PDF) is read, with the same token: the path of a GET on this server. Null where
    /// the statement came from an import: it went out elsewhere.
    async fn letter_path(&self) -> Option<String> {
        Some(letter_path(self.review, self.letter?))
    }

    /// The text as it was signed; null when there is none, it was erased, or this role may not read it.
    async fn text(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        let statement = self.ended.text.as_ref();
        text(context, Cell::ReviewText, self.review.record(), statement)
    }
}

/// How a review ended without a statement.
pub(crate) struct ReviewEnding {
    pub(super) ended: Ended,
    pub(super) review: ReviewId,
}

/// Ende ohne Stellungnahme; the state of the review says which.
#[Object]
impl ReviewEnding {
    /// On which day.
    async fn occurred_on(&self) -> Date {
        Date(self.ended.on)
    }

    /// Why there is no statement; null where only the deadline passed, or where a source does not say.
    async fn outcome(&self) -> Option<ReviewOutcome> {
        self.ended.outcome.map(Into::into)
    }

    /// The reason in words; null when there is none, it was erased, or this role may not read it.
    async fn reason(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        let reason = self.ended.text.as_ref();
        text(context, Cell::ReviewText, self.review.record(), reason)
    }
}

/// What the funder decided.
pub(crate) struct ReviewFunding {
    pub(super) funding: Funding,
    pub(super) outcome: Option<Outcome>,
    pub(super) review: ReviewId,
}

/// Entscheidung des Förderers.
#[Object]
impl ReviewFunding {
    /// What was decided.
    async fn decision(&self) -> FundingDecision {
        self.funding.decision.into()
    }

    /// The day of the decision.
    async fn decided_on(&self) -> Date {
        Date(self.funding.on)
    }

    /// What was granted, in euro cents.
    async fn granted_cents(&self) -> Option<Cents> {
        self.funding.granted_cents.map(Cents)
    }

    /// Notes; null when there are none, they were erased, or this role may not read them.
    async fn note(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        let note = self.funding.note.as_ref();
        text(context, Cell::ReviewText, self.review.record(), note)
    }

    /// Whether it is what the statement recommended; null where it recommended nothing.
    async fn as_recommended(&self) -> Option<bool> {
        matches_decision(self.outcome?, self.funding.decision)
    }
}
