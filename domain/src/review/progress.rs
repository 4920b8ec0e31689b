//! How far a review has come, and what stands behind that: the table of states (`machine.rs`) says
//! which step leads where, this says what has to be there first.

use std::collections::{BTreeMap, BTreeSet};

use super::outcome::is_interim;
use super::{Check, Phase, ReviewEvent, ReviewState, Step};
use crate::id::ActorId;
use crate::rejection::{Rejection, RejectionCode};
use crate::values::ReviewCriterion;

use ReviewState as S;

/// See the module. The same events always give the same progress; decisions and read models share it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Progress {
    /// The state.
    pub state: ReviewState,
    /// The steps of checks that count, by their number, with the account that recorded them.
    pub checks: BTreeMap<u32, (Check, Option<ActorId>)>,
    /// The criteria that are scored, with the account that did it last.
    pub scores: BTreeMap<ReviewCriterion, Option<ActorId>>,
    /// The accounts that were the reviewer, drafted, scored or checked: none of them signs.
    pub took_part: BTreeSet<ActorId>,
    /// Whether it takes the place of a statement: its form was checked then.
    pub is_new_version: bool,
    /// Questions to the applicant so far.
    pub questions: u16,
    /// The number of the question that is not answered.
    pub asked: Option<u16>,
    /// Whether there is a draft.
    pub drafted: bool,
    /// The state in which it ended.
    pub ended_from: Option<ReviewState>,
    /// Whether the application was withdrawn after the statement.
    pub withdrawn_after: bool,
}

impl Progress {
    /// A review that was just asked for.
    #[must_use]
    pub const fn new(is_new_version: bool) -> Self {
        Self {
            state: S::Requested,
            checks: BTreeMap::new(),
            scores: BTreeMap::new(),
            took_part: BTreeSet::new(),
            is_new_version,
            questions: 0,
            asked: None,
            drafted: false,
            ended_from: None,
            withdrawn_after: false,
        }
    }

    /// Whether the form was checked. That of a new version was checked with the first.
    #[must_use]
    pub fn form_checked(&self) -> bool {
        self.is_new_version || self.has(Check::Formal)
    }

    /// Whether the content was checked, by a step or by scores.
    #[must_use]
    pub fn content_checked(&self) -> bool {
        self.has(Check::Content) || !self.scores.is_empty()
    }

    /// Whether checks or scores of this account count.
    #[must_use]
    pub fn looked_at_by(&self, account: ActorId) -> bool {
        let by = self.checks.values().map(|(_, by)| *by);
        by.chain(self.scores.values().copied())
            .any(|by| by == Some(account))
    }

    fn has(&self, check: Check) -> bool {
        self.checks.values().any(|(of, _)| *of == check)
    }

    /// What has to be done before this step, whatever the state.
    fn missing(&self, step: Step) -> Vec<Step> {
        let form = !self.form_checked();
        let content = !self.content_checked();
        let mut missing = Vec::new();
        match step {
            Step::CheckContent | Step::Score if form => missing.push(Step::CheckForm),
            Step::Draft | Step::Sign | Step::Issue | Step::IssueInterim => {
                if form {
                    missing.push(Step::CheckForm);
                }
                if content {
                    missing.push(Step::CheckContent);
                }
            }
            Step::ReceiveClarification
                if self.state != S::ClarificationRequested && self.asked.is_none() =>
            {
                missing.push(Step::AskClarification);
            }
            Step::Assign
            | Step::DeclareConflict
            | Step::CompleteStep
            | Step::CheckForm
            | Step::CheckContent
            | Step::Score
            | Step::AskAdvice
            | Step::GiveAdvice
            | Step::AskClarification
            | Step::ReceiveClarification
            | Step::ExtendDeadline
            | Step::VoidDraft
            | Step::Supersede
            | Step::Withdraw
            | Step::Decline
            | Step::Lapse
            | Step::DecideFunding
            | Step::Attach
            | Step::AttachToStatement
            | Step::CorrectEnding
            | Step::Reopen => {}
        }
        missing
    }

    /// Whether the step is possible now.
    #[must_use]
    pub fn allows(&self, step: Step) -> bool {
        let twice = step == Step::Withdraw && self.withdrawn_after;
        self.state.next(step).is_some() && self.missing(step).is_empty() && !twice
    }

    /// The step must be possible now; a refusal says why it is not, and what is possible instead.
    ///
    /// # Errors
    /// [`RejectionCode::StateForbids`] on the field `review`.
    pub fn require(&self, step: Step) -> Result<(), Rejection> {
        if self.allows(step) {
            return Ok(());
        }
        let missing = match self.state.next(step) {
            Some(_) => self.missing(step),
            None => Vec::new(),
        };
        let first = match missing.as_slice() {
            [] => String::new(),
            missing => format!(" Vorher nötig: {}.", names(missing)),
        };
        let possible: Vec<Step> = Step::ALL
            .into_iter()
            .filter(|other| other.is_offered() && self.allows(*other))
            .collect();
        Err(Rejection::field(
            RejectionCode::StateForbids,
            "review",
            format!(
                "Die Stellungnahme hat den Stand „{}“; {} ist jetzt nicht möglich.{first} Möglich ist: {}.",
                self.state.label(),
                step.label(),
                names(&possible)
            ),
        ))
    }

    /// Follows an event. What is recorded has happened: an import may skip states.
    pub fn follow(&mut self, event: &ReviewEvent) {
        let next = |step| self.state.next(step).unwrap_or(self.state);
        match event {
            ReviewEvent::Requested(event) => *self = Self::new(event.supersedes.is_some()),
            ReviewEvent::Assigned(event) => {
                self.took_part.insert(event.reviewer);
                self.state = next(Step::Assign);
            }
            ReviewEvent::ConflictDeclared(event) => {
                let who = Some(event.declared_by);
                self.checks.retain(|_, (_, by)| *by != who);
                self.scores.retain(|_, by| *by != who);
                if event.voids_draft {
                    // Also behind a question to the applicant: no draft is there to come back to.
                    self.drafted = false;
                    if self.state.next(Step::VoidDraft).is_some() {
                        self.state = self.checked();
                    }
                }
                self.unsign(event.voids_signature);
                self.fall_back();
            }
            ReviewEvent::StepCompleted(event) => {
                if let Some(check) = event.check {
                    self.checks.insert(event.step, (check, event.recorded_by));
                    self.took_part.extend(event.recorded_by);
                    self.check_again();
                }
            }
            ReviewEvent::StepRetracted(event) => {
                self.unsign(event.voids_signature);
                if self.checks.remove(&event.step).is_some() {
                    self.fall_back();
                }
            }
            ReviewEvent::Scored(event) => {
                for score in &event.scores {
                    self.scores.insert(score.criterion, event.scored_by);
                }
                self.took_part.extend(event.scored_by);
                self.check_again();
            }
            ReviewEvent::ClarificationAsked(_) => {
                self.questions = self.questions.saturating_add(1);
                self.asked = Some(self.questions);
                self.state = next(Step::AskClarification);
            }
            ReviewEvent::ClarificationReceived(_) => {
                self.state = next(Step::ReceiveClarification);
                self.asked = None;
            }
            ReviewEvent::Drafted(event) => {
                self.took_part.insert(event.drafted_by);
                if self.state.phase() == Phase::Open {
                    self.drafted = true;
                    self.state = S::Drafted;
                }
            }
            ReviewEvent::Signed(_) => self.state = next(Step::Sign),
            ReviewEvent::Issued(event) if is_interim(event.outcome) => {
                self.drafted = false;
                self.state = S::ClarificationRequested;
            }
            ReviewEvent::Issued(_) => self.end(S::Issued),
            ReviewEvent::Withdrawn(_) => match self.state.phase() {
                // What has gone out stays a statement.
                Phase::Issued => self.withdrawn_after = true,
                Phase::Open | Phase::Ended => self.end(S::Withdrawn),
            },
            ReviewEvent::Declined(_) => self.end(S::Declined),
            ReviewEvent::Lapsed(_) => self.end(S::Lapsed),
            ReviewEvent::Closed(_) => self.end(S::Closed),
            ReviewEvent::FundingDecided(_) => self.state = S::FunderDecisionRecorded,
            ReviewEvent::AttachmentAdded(event) => self.unsign(event.voids_signature),
            ReviewEvent::AttachmentRetracted(event) => self.unsign(event.voids_signature),
            ReviewEvent::ClarificationRetracted(event) => {
                if self.asked == Some(event.clarification) {
                    self.asked = None;
                    if self.state == S::ClarificationRequested {
                        self.state = if self.drafted {
                            S::Drafted
                        } else {
                            self.checked()
                        };
                    }
                }
            }
            ReviewEvent::Reopened(_) => self.reopen(),
            ReviewEvent::Corrected(event) => self.unsign(event.voids_signature),
            ReviewEvent::AdviceAsked(_)
            | ReviewEvent::AdviceGiven(_)
            | ReviewEvent::DeadlineExtended(_)
            | ReviewEvent::Superseded(_)
            | ReviewEvent::VersionChanged(_)
            | ReviewEvent::EndingCorrected(_)
            | ReviewEvent::AdviceRetracted(_)
            | ReviewEvent::Retracted(_) => {}
        }
    }

    /// The progress after an event.
    #[must_use]
    pub fn after(&self, event: &ReviewEvent) -> Self {
        let mut after = self.clone();
        after.follow(event);
        after
    }

    fn end(&mut self, state: ReviewState) {
        if self.state.phase() == Phase::Open {
            self.ended_from = Some(self.state);
        }
        self.state = state;
    }

    /// The last end is taken back: the funder's decision, the withdrawal after the statement, or the end
    /// itself.
    fn reopen(&mut self) {
        if self.state == S::FunderDecisionRecorded {
            self.state = S::Issued;
        } else if self.withdrawn_after {
            self.withdrawn_after = false;
        } else if self.state.phase() != Phase::Open {
            self.state = match self.ended_from.take().unwrap_or(S::Requested) {
                // What was signed may have been corrected since it went out.
                S::Cosigned => S::Drafted,
                before => before,
            };
        }
    }

    /// A check was added: while the checks go on, the state says how far they have come.
    fn check_again(&mut self) {
        if matches!(
            self.state,
            S::Assigned | S::FormalCheck | S::ContentCheck | S::ClarificationReceived
        ) {
            self.state = self.checked();
        }
    }

    /// A signature does not count any more.
    const fn unsign(&mut self, voids_signature: bool) {
        if voids_signature && matches!(self.state, S::Cosigned) {
            self.state = S::Drafted;
        }
    }

    /// A check does not count any more.
    fn fall_back(&mut self) {
        if matches!(self.state, S::FormalCheck | S::ContentCheck) {
            self.state = self.checked();
        }
    }

    /// The state that follows from the checks alone.
    fn checked(&self) -> ReviewState {
        if self.content_checked() {
            S::ContentCheck
        } else if self.has(Check::Formal) {
            S::FormalCheck
        } else {
            S::Assigned
        }
    }
}

fn names(steps: &[Step]) -> String {
    let names: Vec<&str> = steps.iter().map(|step| step.label()).collect();
    names.join(", ")
}
