//! The steps of a review, one by one, each through its decision.

use std::collections::BTreeMap;

use querschnitt_domain::review::{
    AddAttachment, AskAdvice, AskClarification, AssignReview, CompleteStep, CorrectReview,
    DeclareConflict, DeclineReview, DraftStatement, ExtendDeadline, GiveAdvice, IssueStatement,
    LapseReview, ReceiveClarification, RecordFundingDecision, RetractReview, RetractStep,
    ReviewEvent, ReviewPatch, ScoreInput, ScoreReview, SignStatement, Staff, StepInput,
    SupersedeStatement, WithdrawReview,
};
use querschnitt_domain::{Change, Commitment, EventData, FileContent, ReviewId, Text};
use time::Date;

use super::ending::decision;
use super::{Asked, Case, Done, Move, Number};
use crate::calendar::working_days_later;
use crate::desk::{Account, Desk, InventError};
use crate::office::{Office, Task, code, text};
use crate::words::reviews as words;

/// What is scored.
const CRITERIA: &[&str] = &[
    "NEED",
    "CONCEPT_FIT",
    "TARGET_GROUP",
    "NO_DUPLICATION",
    "COOPERATION",
    "FEASIBILITY",
    "EFFECT",
];

impl Office {
    /// The next step of a review.
    pub(crate) async fn go_on(
        &mut self,
        desk: &mut Desk<'_>,
        number: Number,
        step: Move,
        day: Date,
    ) -> Result<(), InventError> {
        let Case {
            id: review,
            reviewer,
            requested_cents,
            ..
        } = self.reviews[number];
        let head = self.head;
        let expected_version = None;
        match step {
            Move::Attach => {
                let content = "Antrag mit Finanzierungsplan (erfunden).";
                let content = FileContent::new(content.as_bytes())
                    .map_err(|error| desk.fault(error.to_string()))?;
                let command = AddAttachment {
                    review,
                    expected_version,
                    kind: code(desk, "APPLICATION")?,
                    media_type: code(desk, "TXT")?,
                    name: Some(text(desk, "Antrag.txt")?),
                    content,
                };
                self.by(desk, reviewer, command).await?;
            }
            Move::Assign(to, cosigner) => {
                let command = AssignReview {
                    review,
                    expected_version,
                    reviewer: to.id,
                    cosigner,
                    staff: Staff::Invented,
                };
                self.by(desk, head, command).await?;
            }
            Move::DeclareConflict(account) => {
                let command = DeclareConflict {
                    review,
                    expected_version,
                    reason: None,
                };
                self.by(desk, account, command).await?;
            }
            Move::Complete(done) => self.complete(desk, review, reviewer, done).await?,
            Move::RetractStep(step) => {
                let command = RetractStep {
                    review,
                    expected_version,
                    step,
                    reason: self.one_text(desk, words::RETRACTED)?,
                };
                self.by(desk, reviewer, command).await?;
            }
            Move::AskAdvice(asked, on, due_on) => {
                let (unit, organisation) = match asked {
                    Asked::Unit(name) => (Some(self.unit(desk, name)?), None),
                    Asked::Organisation(at) => (None, Some(self.organisations[at].id)),
                };
                let command = AskAdvice {
                    review,
                    expected_version,
                    organisation,
                    unit,
                    occurred_on: Some(on),
                    due_on: Some(due_on),
                    question: Some(self.one_text(desk, words::ADVICE)?),
                };
                self.by(desk, reviewer, command).await?;
            }
            Move::GiveAdvice(advice, on) => {
                let outcome =
                    self.dice
                        .one(&["SUPPORTED", "SUPPORTED", "NEUTRAL", "NOT_SUPPORTED"]);
                let command = GiveAdvice {
                    review,
                    expected_version,
                    advice,
                    occurred_on: Some(on),
                    outcome: Some(code(desk, outcome)?),
                    text: Some(self.one_text(desk, words::ANSWERS)?),
                    acting_for: None,
                };
                self.by(desk, reviewer, command).await?;
            }
            Move::AskClarification(on) => {
                let command = AskClarification {
                    review,
                    expected_version,
                    occurred_on: Some(on),
                    due_on: Some(working_days_later(on, 10)),
                    question: Some(self.one_text(desk, words::QUESTIONS)?),
                };
                self.by(desk, reviewer, command).await?;
            }
            Move::ReceiveClarification(on) => {
                let command = ReceiveClarification {
                    review,
                    expected_version,
                    occurred_on: Some(on),
                    note: None,
                };
                self.by(desk, reviewer, command).await?;
            }
            Move::Extend(due_on, on) => {
                let command = ExtendDeadline {
                    review,
                    expected_version,
                    due_on: Some(due_on),
                    by_working_days: None,
                    occurred_on: Some(on),
                    reason: self.one_text(desk, words::EXTENDED)?,
                };
                self.by(desk, reviewer, command).await?;
            }
            Move::Score => self.score(desk, review, reviewer).await?,
            Move::Draft(outcome, on) => {
                let objects = matches!(outcome, "NOT_SUPPORTED" | "REVISION_REQUESTED");
                let of = if objects {
                    words::OBJECTIONS
                } else {
                    words::STATEMENTS
                };
                let command = DraftStatement {
                    review,
                    expected_version,
                    outcome: code(desk, outcome)?,
                    recipient: None,
                    text: Some(self.one_text(desk, of)?),
                    occurred_on: Some(on),
                };
                self.by(desk, reviewer, command).await?;
            }
            Move::Sign(signer, on) => {
                let command = SignStatement {
                    review,
                    expected_version,
                    occurred_on: Some(on),
                };
                self.by(desk, signer, command).await?;
            }
            Move::Issue(on) => {
                let command = IssueStatement {
                    review,
                    expected_version,
                    outcome: None,
                    occurred_on: Some(on),
                };
                self.by(desk, reviewer, command).await?;
            }
            Move::Supersede => self.supersede(desk, number, day).await?,
            Move::Withdraw(on) => {
                let command = WithdrawReview {
                    review,
                    expected_version,
                    occurred_on: Some(on),
                    reason: Some(self.one_text(desk, words::WITHDRAWN)?),
                };
                self.by(desk, reviewer, command).await?;
            }
            Move::Decline(outcome, on) => {
                let command = DeclineReview {
                    review,
                    expected_version,
                    occurred_on: Some(on),
                    outcome: code(desk, outcome)?,
                    reason: self.one_text(desk, words::DECLINED)?,
                };
                self.by(desk, head, command).await?;
            }
            Move::Lapse => {
                let command = LapseReview {
                    review,
                    expected_version,
                    reason: Some(self.one_text(desk, words::LAPSED)?),
                };
                self.by(desk, head, command).await?;
            }
            Move::Decide(decision, percent, decided_on) => {
                let granted = requested_cents / 100 * percent;
                let command = RecordFundingDecision {
                    review,
                    expected_version,
                    decision: code(desk, decision)?,
                    granted_cents: (granted > 0).then_some(granted),
                    decided_on,
                    note: None,
                };
                self.by(desk, reviewer, command).await?;
            }
            Move::CorrectAmount(cents) => {
                let patch = ReviewPatch {
                    requested_cents: Change::Set(cents),
                    ..ReviewPatch::default()
                };
                self.correct(desk, review, head, patch).await?;
            }
            Move::CorrectProgramme(programme) => {
                let patch = ReviewPatch {
                    programme: Change::Set(code(desk, programme)?),
                    ..ReviewPatch::default()
                };
                self.correct(desk, review, head, patch).await?;
            }
            Move::CorrectDue(due_on) => {
                let patch = ReviewPatch {
                    due_on: Change::Set(due_on),
                    ..ReviewPatch::default()
                };
                self.correct(desk, review, head, patch).await?;
            }
            Move::Retract => {
                let command = RetractReview {
                    review,
                    expected_version,
                    reason: self.one_text(desk, words::RETRACTED)?,
                };
                self.by(desk, reviewer, command).await?;
                self.reviews[number].gone = true;
            }
        }
        Ok(())
    }

    async fn complete(
        &mut self,
        desk: &mut Desk<'_>,
        review: ReviewId,
        reviewer: Account,
        done: Done,
    ) -> Result<(), InventError> {
        let input = StepInput {
            unit: done.unit.map(|name| self.unit(desk, name)).transpose()?,
            check: done.check,
            name: None,
            completed_on: Some(done.on),
            completed_at: done.at,
            started_at: done.started_at,
            reference: None,
        };
        let command = CompleteStep {
            review,
            expected_version: None,
            input,
        };
        self.by(desk, reviewer, command).await.map(drop)
    }

    async fn score(
        &mut self,
        desk: &mut Desk<'_>,
        review: ReviewId,
        reviewer: Account,
    ) -> Result<(), InventError> {
        let mut scores = Vec::new();
        for criterion in CRITERIA {
            let applies = self.dice.happens(92);
            let score = self.dice.one(&[1, 2, 3, 3, 4, 4]);
            scores.push(ScoreInput {
                criterion: code(desk, criterion)?,
                score: applies.then_some(score),
                note: None,
            });
        }
        let command = ScoreReview {
            review,
            expected_version: None,
            scores,
        };
        self.by(desk, reviewer, command).await.map(drop)
    }

    /// By the head, who may correct also what has gone out.
    async fn correct(
        &mut self,
        desk: &mut Desk<'_>,
        review: ReviewId,
        by: Account,
        patch: ReviewPatch,
    ) -> Result<(), InventError> {
        let command = CorrectReview {
            review,
            expected_version: None,
            reason: self.one_text(desk, words::CORRECTED)?,
            patch,
        };
        self.by(desk, by, command).await.map(drop)
    }

    /// A new version, which goes the short way: scored, drafted, signed, issued, decided on.
    async fn supersede(
        &mut self,
        desk: &mut Desk<'_>,
        number: Number,
        day: Date,
    ) -> Result<(), InventError> {
        let old = self.reviews[number].clone();
        let command = SupersedeStatement {
            review: old.id,
            expected_version: None,
            reason: self.one_text(desk, words::SUPERSEDED)?,
            known_texts: texts_of(desk, old.id).await?,
        };
        let id = self.by(desk, old.reviewer, command).await?;
        let new = self.reviews.len();
        self.reviews.push(Case {
            id: ReviewId(id.id),
            ..old
        });
        let issued = working_days_later(day, self.dice.between(3, 15));
        let outcome = self
            .dice
            .one(&["SUPPORTED", "SUPPORTED_WITH_CONDITIONS", "NOT_SUPPORTED"]);
        let (decision, percent) = decision(outcome, &mut self.dice);
        let decided = working_days_later(issued, self.dice.between(15, 60));
        let drafted = working_days_later(day, 2);
        for (day, step) in [
            (working_days_later(day, 1), Move::Score),
            (drafted, Move::Draft(outcome, drafted)),
            (issued, Move::Sign(self.head, issued)),
            (issued, Move::Issue(issued)),
            (decided, Move::Decide(decision, percent, decided)),
        ] {
            self.on(day, Task::Review(new, step));
        }
        Ok(())
    }
}

/// The texts of the request that a new version takes over, from the vault.
async fn texts_of(
    desk: &Desk<'_>,
    review: ReviewId,
) -> Result<BTreeMap<Commitment, Text>, InventError> {
    let mut known = BTreeMap::new();
    for recorded in desk.events_of(review.record()).await? {
        let EventData::Review(ReviewEvent::Requested(requested)) = recorded.event.data else {
            continue;
        };
        let facts = requested.facts;
        for commitment in [Some(facts.title), facts.applicant_name]
            .into_iter()
            .flatten()
        {
            let found = desk.executor().vault().text(review.record(), &commitment);
            let found = found.map_err(|error| desk.fault(error.to_string()))?;
            if let Some(found) = found {
                known.insert(commitment, found);
            }
        }
    }
    Ok(known)
}
