//! What can happen to a project review (Stellungnahme). More than 400 lines: it has the most kinds
//! of events of all records, each with a struct of its own.

use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};

use super::Check;
use crate::id::{ActorId, OrganisationId, ReviewId};
use crate::source::SourceDigest;
use crate::text::Commitment;
use crate::unit::Unit;
use crate::values::{
    ActionArea, ApplicantType, AttachmentKind, AttachmentType, FundingDecision, Programme,
    ReviewChannel, ReviewCriterion, ReviewOutcome, ReviewRequester, Visibility,
};

/// The events of a review.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ReviewEvent {
    /// A Stellungnahme was asked for; the request came in on `occurred_on`.
    Requested(Requested),
    /// Who works on it, and who may sign in place of the head.
    Assigned(Assigned),
    /// Somebody declared a conflict of interest (§ 20 VwVfG NRW).
    ConflictDeclared(ConflictDeclared),
    /// Another office or organisation was asked for advice on `occurred_on`.
    AdviceAsked(AdviceAsked),
    /// It gave its advice on `occurred_on`.
    AdviceGiven(AdviceGiven),
    /// A unit completed a step on `occurred_on`, at `occurred_at` where that is known.
    StepCompleted(StepCompleted),
    /// A step that was recorded wrongly counts nowhere any more.
    StepRetracted(StepRetracted),
    /// The applicant was asked on `occurred_on`.
    ClarificationAsked(ClarificationAsked),
    /// The applicant answered on `occurred_on`.
    ClarificationReceived(ClarificationReceived),
    /// It is due later.
    DeadlineExtended(DeadlineExtended),
    /// Criteria were scored.
    Scored(Scored),
    /// The statement was drafted, or drafted anew.
    Drafted(Drafted),
    /// A second pair of eyes signed the draft.
    Signed(Signed),
    /// The statement went out on `occurred_on`.
    Issued(Issued),
    /// A new version was begun, which takes the place of the issued statement when it goes out.
    Superseded(Superseded),
    /// The application was withdrawn on `occurred_on`.
    Withdrawn(Withdrawn),
    /// The centre gave the request back on `occurred_on`.
    Declined(Declined),
    /// The deadline passed without a statement.
    Lapsed(Lapsed),
    /// The source of an import has it as ended on `occurred_on`, without saying how.
    Closed(Closed),
    /// The funder decided on `occurred_on`.
    FundingDecided(FundingDecided),
    /// A file was added.
    AttachmentAdded(AttachmentAdded),
    /// What was recorded of the request was wrong; `occurred_on` and the facts are those that are
    /// true.
    Corrected(Corrected),
    /// It should not have been recorded: it counts nowhere from now on.
    Retracted(Retracted),
    /// A question to the applicant that was recorded wrongly counts nowhere any more, with its answer.
    ClarificationRetracted(ClarificationRetracted),
    /// Advice that was recorded wrongly counts nowhere any more, with its answer.
    AdviceRetracted(AdviceRetracted),
    /// A file that was attached wrongly is not given out any more.
    AttachmentRetracted(AttachmentRetracted),
    /// Its last end was recorded wrongly: the funder's decision, or else the end of the work.
    Reopened(Reopened),
    /// It went out, or ended otherwise, on `occurred_on`, not as it was recorded.
    EndingCorrected(EndingCorrected),
    /// The new version in place of its statement went out, ended otherwise, or is worked on again.
    VersionChanged(VersionChanged),
}

/// The facts of a request. The day it came in is the event's `occurred_on`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewFacts {
    /// What the project is called, sealed.
    pub title: Commitment,
    /// Who asked for the statement.
    pub requester: ReviewRequester,
    /// What kind of organisation applies.
    pub applicant_type: ApplicantType,
    /// The organisation that applies, where it is in the register.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applicant: Option<OrganisationId>,
    /// Its name where it is not, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applicant_name: Option<Commitment>,
    /// The programme that is to fund the project.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub programme: Option<Programme>,
    /// Handlungsfelder, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub action_areas: Vec<ActionArea>,
    /// What is applied for, in euro cents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requested_cents: Option<u64>,
    /// Until when the statement is due (the day still counts as in time).
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "crate::event_data::day_option"
    )]
    pub due_on: Option<Date>,
    /// The term in working days that the due date was worked out from; absent where a day was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub term_working_days: Option<u16>,
    /// Until when the office plans to be done.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "crate::event_data::day_option"
    )]
    pub planned_on: Option<Date>,
    /// Where: the official municipality key (AGS), eight digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub municipality: Option<Box<str>>,
    /// How the request came in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<ReviewChannel>,
    /// The department in charge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<Unit>,
    /// The unit in charge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Unit>,
    /// Who may read it, beyond the access matrix.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visibility: Option<Visibility>,
    /// The file number of the requester or the source, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<Commitment>,
    /// Notes, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Commitment>,
}

/// See [`ReviewEvent::Requested`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requested {
    /// Which review.
    pub review: ReviewId,
    /// What was asked for.
    pub facts: ReviewFacts,
    /// The review whose issued statement this one takes the place of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<ReviewId>,
    /// Set when it came from an import.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceDigest>,
}

/// See [`ReviewEvent::Assigned`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assigned {
    /// Which review.
    pub review: ReviewId,
    /// The account that works on it.
    pub reviewer: ActorId,
    /// The account that signs in place of the head.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cosigner: Option<ActorId>,
}

/// See [`ReviewEvent::ConflictDeclared`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConflictDeclared {
    /// Which review.
    pub review: ReviewId,
    /// The account that is in conflict.
    pub declared_by: ActorId,
    /// Whether that account had drafted or signed what now has to be drafted anew.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub voids_draft: bool,
    /// Whether what was signed rested on checks or scores of that account, so that it has to be signed
    /// anew.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub voids_signature: bool,
    /// Why, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Commitment>,
}

/// See [`ReviewEvent::AdviceAsked`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdviceAsked {
    /// Which review.
    pub review: ReviewId,
    /// The number of the advice within the review, from 1.
    pub advice: u16,
    /// The organisation that was asked, where it is in the register.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<OrganisationId>,
    /// The unit that was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Unit>,
    /// Until when an answer was asked for.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "crate::event_data::day_option"
    )]
    pub due_on: Option<Date>,
    /// What was asked, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<Commitment>,
}

/// See [`ReviewEvent::AdviceGiven`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdviceGiven {
    /// Which review.
    pub review: ReviewId,
    /// The number of the advice within the review.
    pub advice: u16,
    /// The vote of whoever was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<ReviewOutcome>,
    /// The advice, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Commitment>,
}

/// See [`ReviewEvent::StepCompleted`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepCompleted {
    /// Which review.
    pub review: ReviewId,
    /// The number of the step within the review, from 1: its place in the source, or the order in
    /// which the steps were recorded.
    pub step: u32,
    /// Which unit did it; absent where nobody knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Unit>,
    /// Which check it was part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<Check>,
    /// When the unit began.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "time::serde::rfc3339::option"
    )]
    pub started_at: Option<OffsetDateTime>,
    /// What it is called, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Commitment>,
    /// The source's own number of the step, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<Commitment>,
    /// Whether it came from an import.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub imported: bool,
    /// The account that recorded a step of a check, and can't sign the statement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded_by: Option<ActorId>,
}

/// See [`ReviewEvent::StepRetracted`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepRetracted {
    /// Which review.
    pub review: ReviewId,
    /// The number of the step within the review.
    pub step: u32,
    /// Why, sealed.
    pub reason: Commitment,
    /// Whether what was signed rested on this step, so that it has to be signed anew.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub voids_signature: bool,
    /// Whether an import took it back, because its source has it no more or otherwise.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub imported: bool,
}

/// See [`ReviewEvent::ClarificationAsked`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClarificationAsked {
    /// Which review.
    pub review: ReviewId,
    /// Until when an answer was asked for.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "crate::event_data::day_option"
    )]
    pub due_on: Option<Date>,
    /// What was asked, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<Commitment>,
}

/// See [`ReviewEvent::ClarificationReceived`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClarificationReceived {
    /// Which review.
    pub review: ReviewId,
    /// The answer, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Commitment>,
}

/// See [`ReviewEvent::DeadlineExtended`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeadlineExtended {
    /// Which review.
    pub review: ReviewId,
    /// Until when it is due now; later than before.
    #[serde(with = "crate::event_data::day")]
    pub due_on: Date,
    /// Why, sealed.
    pub reason: Commitment,
}

/// How well a project meets one criterion.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Score {
    /// Which criterion.
    pub criterion: ReviewCriterion,
    /// 0 (not at all) to 4 (fully); absent: does not apply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<u8>,
    /// Why, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Commitment>,
}

/// See [`ReviewEvent::Scored`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scored {
    /// Which review.
    pub review: ReviewId,
    /// Each criterion once; one that was scored before is scored anew.
    pub scores: Vec<Score>,
    /// The account that scored, and can't sign the statement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scored_by: Option<ActorId>,
}

/// See [`ReviewEvent::Drafted`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drafted {
    /// Which review.
    pub review: ReviewId,
    /// The account that drafted it, and can't sign it.
    pub drafted_by: ActorId,
    /// The Votum.
    pub outcome: ReviewOutcome,
    /// The statement: reasons, conditions, recommendations; sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Commitment>,
    /// The postal address the letter goes to, several lines, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient: Option<Commitment>,
}

/// See [`ReviewEvent::Signed`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signed {
    /// Which review.
    pub review: ReviewId,
    /// The account that signed.
    pub signed_by: ActorId,
}

/// See [`ReviewEvent::Issued`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issued {
    /// Which review.
    pub review: ReviewId,
    /// The Votum.
    pub outcome: ReviewOutcome,
    /// The statement as it was signed, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Commitment>,
}

/// See [`ReviewEvent::Superseded`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Superseded {
    /// Which review.
    pub review: ReviewId,
    /// The new version.
    pub superseded_by: ReviewId,
    /// Why, sealed.
    pub reason: Commitment,
}

/// See [`ReviewEvent::Withdrawn`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withdrawn {
    /// Which review.
    pub review: ReviewId,
    /// Why, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Commitment>,
}

/// See [`ReviewEvent::Declined`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declined {
    /// Which review.
    pub review: ReviewId,
    /// `NOT_RESPONSIBLE` or `CONFLICT_OF_INTEREST`.
    pub outcome: ReviewOutcome,
    /// Why, and who has it now, sealed.
    pub reason: Commitment,
}

/// See [`ReviewEvent::Lapsed`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lapsed {
    /// Which review.
    pub review: ReviewId,
    /// Why, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Commitment>,
}

/// See [`ReviewEvent::Closed`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Closed {
    /// Which review.
    pub review: ReviewId,
}

/// See [`ReviewEvent::FundingDecided`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FundingDecided {
    /// Which review.
    pub review: ReviewId,
    /// What was decided.
    pub decision: FundingDecision,
    /// What was granted, in euro cents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub granted_cents: Option<u64>,
    /// Notes, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Commitment>,
}

/// See [`ReviewEvent::AttachmentAdded`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttachmentAdded {
    /// Which review.
    pub review: ReviewId,
    /// The number of the attachment within the review, from 1.
    pub attachment: u16,
    /// What it belongs to.
    pub kind: AttachmentKind,
    /// The type of the file.
    pub media_type: AttachmentType,
    /// Its size in bytes.
    pub size: u32,
    /// The name of the file, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Commitment>,
    /// The file, sealed.
    pub content: Commitment,
    /// Whether the statement was signed without it, so that it has to be signed anew.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub voids_signature: bool,
}

/// See [`ReviewEvent::Corrected`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Corrected {
    /// Which review.
    pub review: ReviewId,
    /// All facts as they should have been recorded.
    pub facts: ReviewFacts,
    /// The names of the fields that changed, as clients name them.
    pub changed: Vec<Box<str>>,
    /// Why, sealed.
    pub reason: Commitment,
    /// Whether the statement that was signed says otherwise, so that it has to be signed anew.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub voids_signature: bool,
    /// Set when it came from an import.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceDigest>,
}

/// See [`ReviewEvent::Retracted`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retracted {
    /// Which review.
    pub review: ReviewId,
    /// Why, sealed.
    pub reason: Commitment,
}

/// How a new version stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum VersionStatus {
    /// It has gone out and stands in place of the old statement.
    Issued,
    /// It ended without a statement, or was taken back: the old statement stands.
    Ended,
    /// It is worked on again: the old statement stands until it goes out.
    InWork,
}

/// See [`ReviewEvent::VersionChanged`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VersionChanged {
    /// Which review: the old version.
    pub review: ReviewId,
    /// The new version.
    pub version: ReviewId,
    /// How the new version stands.
    pub status: VersionStatus,
}

/// See [`ReviewEvent::EndingCorrected`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndingCorrected {
    /// Which review.
    pub review: ReviewId,
    /// The Votum, or why there is no statement; absent: as it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<ReviewOutcome>,
    /// The names of the fields that changed, as clients name them.
    pub changed: Vec<Box<str>>,
    /// Why, sealed.
    pub reason: Commitment,
}

/// See [`ReviewEvent::Reopened`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reopened {
    /// Which review.
    pub review: ReviewId,
    /// Why, sealed.
    pub reason: Commitment,
}

/// See [`ReviewEvent::AttachmentRetracted`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttachmentRetracted {
    /// Which review.
    pub review: ReviewId,
    /// The number of the attachment within the review.
    pub attachment: u16,
    /// Why, sealed.
    pub reason: Commitment,
    /// Whether the statement was signed with it, so that it has to be signed anew.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub voids_signature: bool,
}

/// See [`ReviewEvent::AdviceRetracted`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdviceRetracted {
    /// Which review.
    pub review: ReviewId,
    /// The number of the advice within the review.
    pub advice: u16,
    /// Why, sealed.
    pub reason: Commitment,
}

/// See [`ReviewEvent::ClarificationRetracted`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClarificationRetracted {
    /// Which review.
    pub review: ReviewId,
    /// The number of the question within the review, from 1.
    pub clarification: u16,
    /// Why, sealed.
    pub reason: Commitment,
}

impl ReviewEvent {
    /// The units the event names.
    pub(crate) const fn units(&self) -> [Option<&Unit>; 2] {
        match self {
            Self::Requested(event) => [event.facts.department.as_ref(), event.facts.unit.as_ref()],
            Self::Corrected(event) => [event.facts.department.as_ref(), event.facts.unit.as_ref()],
            Self::AdviceAsked(event) => [event.unit.as_ref(), None],
            Self::StepCompleted(event) => [event.unit.as_ref(), None],
            Self::Assigned(_)
            | Self::ConflictDeclared(_)
            | Self::AdviceGiven(_)
            | Self::StepRetracted(_)
            | Self::ClarificationAsked(_)
            | Self::ClarificationReceived(_)
            | Self::DeadlineExtended(_)
            | Self::Scored(_)
            | Self::Drafted(_)
            | Self::Signed(_)
            | Self::Issued(_)
            | Self::Superseded(_)
            | Self::Withdrawn(_)
            | Self::Declined(_)
            | Self::Lapsed(_)
            | Self::Closed(_)
            | Self::FundingDecided(_)
            | Self::AttachmentAdded(_)
            | Self::Retracted(_)
            | Self::ClarificationRetracted(_)
            | Self::AdviceRetracted(_)
            | Self::AttachmentRetracted(_)
            | Self::Reopened(_)
            | Self::EndingCorrected(_)
            | Self::VersionChanged(_) => [None, None],
        }
    }

    /// The review whose record this event belongs to.
    #[must_use]
    pub const fn review(&self) -> ReviewId {
        match self {
            Self::Requested(event) => event.review,
            Self::Assigned(event) => event.review,
            Self::ConflictDeclared(event) => event.review,
            Self::AdviceAsked(event) => event.review,
            Self::AdviceGiven(event) => event.review,
            Self::StepCompleted(event) => event.review,
            Self::StepRetracted(event) => event.review,
            Self::ClarificationAsked(event) => event.review,
            Self::ClarificationReceived(event) => event.review,
            Self::DeadlineExtended(event) => event.review,
            Self::Scored(event) => event.review,
            Self::Drafted(event) => event.review,
            Self::Signed(event) => event.review,
            Self::Issued(event) => event.review,
            Self::Superseded(event) => event.review,
            Self::Withdrawn(event) => event.review,
            Self::Declined(event) => event.review,
            Self::Lapsed(event) => event.review,
            Self::Closed(event) => event.review,
            Self::FundingDecided(event) => event.review,
            Self::AttachmentAdded(event) => event.review,
            Self::Corrected(event) => event.review,
            Self::Retracted(event) => event.review,
            Self::ClarificationRetracted(event) => event.review,
            Self::AdviceRetracted(event) => event.review,
            Self::AttachmentRetracted(event) => event.review,
            Self::Reopened(event) => event.review,
            Self::EndingCorrected(event) => event.review,
            Self::VersionChanged(event) => event.review,
        }
    }

    /// The organisation this event names, if it names one.
    #[must_use]
    pub const fn organisation(&self) -> Option<OrganisationId> {
        match self {
            Self::Requested(event) => event.facts.applicant,
            Self::Corrected(event) => event.facts.applicant,
            Self::AdviceAsked(event) => event.organisation,
            Self::Assigned(_)
            | Self::ConflictDeclared(_)
            | Self::AdviceGiven(_)
            | Self::StepCompleted(_)
            | Self::StepRetracted(_)
            | Self::ClarificationAsked(_)
            | Self::ClarificationReceived(_)
            | Self::DeadlineExtended(_)
            | Self::Scored(_)
            | Self::Drafted(_)
            | Self::Signed(_)
            | Self::Issued(_)
            | Self::Superseded(_)
            | Self::Withdrawn(_)
            | Self::Declined(_)
            | Self::Lapsed(_)
            | Self::Closed(_)
            | Self::FundingDecided(_)
            | Self::AttachmentAdded(_)
            | Self::VersionChanged(_)
            | Self::EndingCorrected(_)
            | Self::Reopened(_)
            | Self::AttachmentRetracted(_)
            | Self::AdviceRetracted(_)
            | Self::ClarificationRetracted(_)
            | Self::Retracted(_) => None,
        }
    }

    /// The other review this event names, if it names one.
    #[must_use]
    pub const fn other(&self) -> Option<ReviewId> {
        match self {
            Self::Requested(event) => event.supersedes,
            Self::Superseded(event) => Some(event.superseded_by),
            Self::VersionChanged(event) => Some(event.version),
            Self::Assigned(_)
            | Self::ConflictDeclared(_)
            | Self::AdviceAsked(_)
            | Self::AdviceGiven(_)
            | Self::StepCompleted(_)
            | Self::StepRetracted(_)
            | Self::ClarificationAsked(_)
            | Self::ClarificationReceived(_)
            | Self::DeadlineExtended(_)
            | Self::Scored(_)
            | Self::Drafted(_)
            | Self::Signed(_)
            | Self::Issued(_)
            | Self::Withdrawn(_)
            | Self::Declined(_)
            | Self::Lapsed(_)
            | Self::Closed(_)
            | Self::FundingDecided(_)
            | Self::AttachmentAdded(_)
            | Self::Corrected(_)
            | Self::EndingCorrected(_)
            | Self::Reopened(_)
            | Self::AttachmentRetracted(_)
            | Self::AdviceRetracted(_)
            | Self::ClarificationRetracted(_)
            | Self::Retracted(_) => None,
        }
    }
}
