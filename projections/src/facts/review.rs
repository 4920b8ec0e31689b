//! What review events mean: one row per state of a review (Stellungnahme). Steps of units have rows of
//! their own, in `steps.rs`: a review has many of them, and few change it.
//!
//! More than 400 lines: a review has the most kinds of events.

use std::sync::Arc;

use querschnitt_domain::review::{
    AdviceAsked, AttachmentAdded, Check, Drafted, Phase, Progress, ReviewEvent, ReviewFacts,
    ReviewState, Score, VersionStatus,
};
use querschnitt_domain::values::{FundingDecision, ReviewOutcome};
use querschnitt_domain::{ActorId, CentreKey, Commitment, Recorded, ReviewId};
use time::{Date, OffsetDateTime};

use super::Facts;
use super::rows::Row;
use crate::action_area_set::ActionAreaSet;
use crate::known::Known;

mod digest;
pub(super) use digest::digest_unit;

/// A review of a project (Stellungnahme).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReviewRow {
    /// Its id.
    pub id: ReviewId,
    /// The centre whose book it is in.
    pub centre: CentreKey,
    /// The position of the event that recorded it.
    pub recorded: u64,
    /// When the row was known.
    pub known: Known,
    /// How far it has come.
    pub state: ReviewState,
    /// Since which day it is in this state.
    pub state_since: Date,
    /// The day the request came in.
    pub received_on: Date,
    /// The instant, where it is known.
    pub received_at: Option<OffsetDateTime>,
    /// Handlungsfelder.
    pub action_areas: ActionAreaSet,
    /// What was asked for; its due date is the one in force.
    pub facts: Arc<ReviewFacts>,
    /// Who works on it.
    pub reviewer: Option<ActorId>,
    /// Who signs in place of the head.
    pub cosigner: Option<ActorId>,
    /// The statement that went out, or the other end.
    pub ended: Option<Ended>,
    /// What the funder decided.
    pub funding: Option<Funding>,
    /// The review whose statement this one takes the place of.
    pub supersedes: Option<ReviewId>,
    /// The new version in place of its statement, once that has gone out.
    pub superseded_by: Option<ReviewId>,
    /// What most lists do not show.
    pub details: Arc<ReviewDetails>,
    /// How many events of its own the record had with the one that made this row; with the steps
    /// since then see [`Facts::review_version`].
    pub version: u32,
}

/// How a review ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ended {
    /// On which day.
    pub on: Date,
    /// The instant, where it is known.
    pub at: Option<OffsetDateTime>,
    /// The Votum, or why there is none; absent where only the deadline passed, or where the source
    /// does not say.
    pub outcome: Option<ReviewOutcome>,
    /// The statement or the reason, sealed.
    pub text: Option<Commitment>,
}

/// What the funder decided.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Funding {
    /// On which day.
    pub on: Date,
    /// What.
    pub decision: FundingDecision,
    /// What was granted, in euro cents.
    pub granted_cents: Option<u64>,
    /// Notes, sealed.
    pub note: Option<Commitment>,
}

/// What happened to a review besides its state.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReviewDetails {
    /// The state with what stands behind it.
    pub progress: Progress,
    /// Who was asked for advice, in order.
    pub advice: Vec<Advice>,
    /// What the applicant was asked, in order.
    pub clarifications: Vec<Clarification>,
    /// Each criterion once, as it was scored last, in the order of the list.
    pub scores: Vec<Score>,
    /// The draft as it stands.
    pub draft: Option<Drafted>,
    /// Who signed it.
    pub signed_by: Option<ActorId>,
    /// Who must keep out of it.
    pub conflicts: Vec<ActorId>,
    /// The files, in order.
    pub attachments: Vec<AttachmentAdded>,
    /// The due dates before the one in force, in order; nothing for one that was not set.
    pub due_before: Vec<Option<Date>>,
    /// Until when a statement is in time: the due date, moved by the extensions that were agreed while it
    /// had not passed.
    pub in_time_until: Option<Date>,
    /// Which state it reached on which day, in the order in which that was recorded.
    pub moves: Vec<(Date, ReviewState)>,
    /// The due date as it was asked for or corrected last, and the extensions since: agreed on which day,
    /// to which.
    pub dues: (Option<Date>, Vec<(Date, Date)>),
    /// Who worked on it and who was to sign in place of the head from which day on, in the order in which
    /// that was recorded.
    pub assignments: Vec<(Date, Option<ActorId>, Option<ActorId>)>,
    /// The new version that was begun, in work or in place of the statement.
    pub next_version: Option<ReviewId>,
    /// Interim statements that recommended a revision, in order.
    pub interim: Vec<Ended>,
    /// The withdrawal of the application after the statement had gone out.
    pub withdrawn_after: Option<Ended>,
}

impl ReviewDetails {
    fn new(progress: Progress, received_on: Date, due_on: Option<Date>) -> Self {
        Self {
            moves: vec![(received_on, progress.state)],
            dues: (due_on, Vec::new()),
            assignments: Vec::new(),
            progress,
            in_time_until: due_on,
            advice: Vec::new(),
            clarifications: Vec::new(),
            scores: Vec::new(),
            draft: None,
            signed_by: None,
            conflicts: Vec::new(),
            attachments: Vec::new(),
            due_before: Vec::new(),
            next_version: None,
            interim: Vec::new(),
            withdrawn_after: None,
        }
    }
}

impl ReviewDetails {
    /// A state was reached. An end that is taken back never was.
    fn reached(&mut self, before: ReviewState, (day, state): (Date, ReviewState)) {
        if before.phase() != Phase::Open && state.phase() == Phase::Open {
            self.moves.retain(|(_, state)| state.phase() == Phase::Open);
        } else if before == ReviewState::FunderDecisionRecorded {
            self.moves.retain(|(_, state)| *state != before);
            return;
        }
        if self.moves.last().is_none_or(|(_, last)| *last != state) {
            self.moves.push((day, state));
        }
    }

    /// The end was on this day.
    fn ended_on(&mut self, day: Date) {
        let of_end = |state: &ReviewState| {
            state.phase() != Phase::Open && *state != ReviewState::FunderDecisionRecorded
        };
        let mut moves = self.moves.iter_mut().rev();
        if let Some((on, _)) = moves.find(|(_, state)| of_end(state)) {
            *on = day;
        }
    }

    /// The state on a day: of those it had reached by then, the one that was recorded last.
    #[must_use]
    pub fn state_on(&self, day: Date) -> Option<ReviewState> {
        let mut moves = self.moves.iter().rev();
        moves.find(|(on, _)| *on <= day).map(|(_, state)| *state)
    }

    /// The due date that was in force on a day.
    #[must_use]
    pub fn due_on(&self, day: Date) -> Option<Date> {
        let (asked_for, extensions) = &self.dues;
        let mut extensions = extensions.iter().rev();
        let extended = extensions.find(|(agreed, _)| *agreed <= day);
        extended.map(|(_, due_on)| *due_on).or(*asked_for)
    }

    /// Who worked on it and who was to sign in place of the head on a day; before the first assignment
    /// was recorded, those of the first.
    #[must_use]
    pub fn assigned_on(&self, day: Date) -> (Option<ActorId>, Option<ActorId>) {
        let mut assignments = self.assignments.iter().rev();
        let then = assignments.find(|(on, _, _)| *on <= day);
        then.or_else(|| self.assignments.first())
            .map_or((None, None), |(_, reviewer, cosigner)| {
                (*reviewer, *cosigner)
            })
    }
}

/// Advice that was asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Advice {
    /// Of whom, and what.
    pub asked: AdviceAsked,
    /// On which day.
    pub asked_on: Date,
    /// The day it was given; absent while it is waited for.
    pub given_on: Option<Date>,
    /// The vote of whoever was asked.
    pub outcome: Option<ReviewOutcome>,
    /// The advice, sealed.
    pub text: Option<Commitment>,
}

/// A question to the applicant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Clarification {
    /// Its number within the review, from 1.
    pub number: u16,
    /// On which day.
    pub asked_on: Date,
    /// Until when an answer was asked for.
    pub due_on: Option<Date>,
    /// What was asked, sealed.
    pub question: Option<Commitment>,
    /// The day the answer came in.
    pub received_on: Option<Date>,
    /// The answer, sealed.
    pub answer: Option<Commitment>,
}

impl ReviewRow {
    /// The statement, if it has gone out.
    #[must_use]
    pub fn issued(&self) -> Option<Ended> {
        match self.state {
            ReviewState::Issued | ReviewState::FunderDecisionRecorded => self.ended,
            ReviewState::Requested
            | ReviewState::Assigned
            | ReviewState::FormalCheck
            | ReviewState::ContentCheck
            | ReviewState::ClarificationRequested
            | ReviewState::ClarificationReceived
            | ReviewState::Drafted
            | ReviewState::Cosigned
            | ReviewState::Withdrawn
            | ReviewState::Declined
            | ReviewState::Lapsed
            | ReviewState::Closed => None,
        }
    }

    /// Whether it is still to be stated.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.state.phase() == Phase::Open
    }

    /// Whether it was due before this day and is still open.
    #[must_use]
    pub fn overdue_on(&self, day: Date) -> bool {
        self.is_open() && self.facts.due_on.is_some_and(|due| due < day)
    }

    fn set_facts(&mut self, change: impl FnOnce(&mut ReviewFacts)) {
        let mut facts = ReviewFacts::clone(&self.facts);
        change(&mut facts);
        self.facts = Arc::new(facts);
    }

    fn set_details(&mut self, change: impl FnOnce(&mut ReviewDetails)) {
        let mut details = ReviewDetails::clone(&self.details);
        change(&mut details);
        self.details = Arc::new(details);
    }

    fn assigned(&mut self, day: Date) {
        let (reviewer, cosigner) = (self.reviewer, self.cosigner);
        self.set_details(|details| details.assignments.push((day, reviewer, cosigner)));
    }

    fn unsign(&mut self, voids_signature: bool) {
        if voids_signature {
            self.set_details(|details| details.signed_by = None);
        }
    }

    /// Whether the event changes more than the steps of units.
    fn changes(&self, event: &ReviewEvent) -> bool {
        match event {
            ReviewEvent::StepCompleted(event) => event.check.is_some(),
            ReviewEvent::StepRetracted(event) => {
                event.voids_signature || self.details.progress.checks.contains_key(&event.step)
            }
            ReviewEvent::Requested(_)
            | ReviewEvent::Assigned(_)
            | ReviewEvent::ConflictDeclared(_)
            | ReviewEvent::AdviceAsked(_)
            | ReviewEvent::AdviceGiven(_)
            | ReviewEvent::ClarificationAsked(_)
            | ReviewEvent::ClarificationReceived(_)
            | ReviewEvent::DeadlineExtended(_)
            | ReviewEvent::Scored(_)
            | ReviewEvent::Drafted(_)
            | ReviewEvent::Signed(_)
            | ReviewEvent::Issued(_)
            | ReviewEvent::Superseded(_)
            | ReviewEvent::Withdrawn(_)
            | ReviewEvent::Declined(_)
            | ReviewEvent::Lapsed(_)
            | ReviewEvent::Closed(_)
            | ReviewEvent::FundingDecided(_)
            | ReviewEvent::AttachmentAdded(_)
            | ReviewEvent::Corrected(_)
            | ReviewEvent::VersionChanged(_)
            | ReviewEvent::EndingCorrected(_)
            | ReviewEvent::Reopened(_)
            | ReviewEvent::AttachmentRetracted(_)
            | ReviewEvent::AdviceRetracted(_)
            | ReviewEvent::ClarificationRetracted(_)
            | ReviewEvent::Retracted(_) => true,
        }
    }

    fn follow(&mut self, recorded: &Recorded, event: &ReviewEvent) {
        let (day, at) = (recorded.event.occurred_on, recorded.event.occurred_at);
        let open_question = self.details.progress.asked;
        let state_before = self.state;
        let progress = self.details.progress.after(event);
        let state = progress.state;
        if state != self.state {
            self.state_since = day;
            self.state = state;
            self.set_details(|details| details.reached(state_before, (day, state)));
        }
        if progress != self.details.progress {
            self.set_details(|details| details.progress = progress);
        }
        let end = |outcome, text| Ended {
            on: day,
            at,
            outcome,
            text,
        };
        match event {
            ReviewEvent::Requested(_)
            | ReviewEvent::StepCompleted(_)
            | ReviewEvent::Retracted(_) => {}
            ReviewEvent::StepRetracted(event) => self.unsign(event.voids_signature),
            ReviewEvent::Assigned(event) => {
                self.reviewer = Some(event.reviewer);
                self.cosigner = event.cosigner;
                self.assigned(day);
            }
            ReviewEvent::ConflictDeclared(event) => {
                let who = event.declared_by;
                self.reviewer = self.reviewer.filter(|reviewer| *reviewer != who);
                self.cosigner = self.cosigner.filter(|cosigner| *cosigner != who);
                self.assigned(day);
                self.set_details(|details| {
                    details.conflicts.push(who);
                    if event.voids_draft {
                        details.draft = None;
                    }
                    let scored = &details.progress.scores;
                    details
                        .scores
                        .retain(|score| scored.contains_key(&score.criterion));
                });
                self.unsign(event.voids_draft || event.voids_signature);
            }
            ReviewEvent::AdviceAsked(event) => self.set_details(|details| {
                details.advice.push(Advice {
                    asked: event.clone(),
                    asked_on: day,
                    given_on: None,
                    outcome: None,
                    text: None,
                });
            }),
            ReviewEvent::AdviceGiven(event) => self.set_details(|details| {
                let asked = details.advice.iter_mut();
                for advice in asked.filter(|advice| advice.asked.advice == event.advice) {
                    advice.given_on = Some(day);
                    advice.outcome = event.outcome;
                    advice.text = event.text;
                }
            }),
            ReviewEvent::ClarificationAsked(event) => self.set_details(|details| {
                details.clarifications.push(Clarification {
                    number: details.progress.questions,
                    asked_on: day,
                    due_on: event.due_on,
                    question: event.question,
                    received_on: None,
                    answer: None,
                });
            }),
            ReviewEvent::ClarificationReceived(event) => self.set_details(|details| {
                // After an interim statement there was no question.
                let asked = details.clarifications.iter_mut();
                for open in asked.filter(|one| Some(one.number) == open_question) {
                    open.received_on = Some(day);
                    open.answer = event.note;
                }
            }),
            ReviewEvent::DeadlineExtended(event) => {
                let before = self.facts.due_on;
                self.set_details(|details| {
                    details.due_before.push(before);
                    details.dues.1.push((day, event.due_on));
                    if details.in_time_until.is_none_or(|until| day <= until) {
                        details.in_time_until = Some(event.due_on);
                    }
                });
                self.set_facts(|facts| {
                    facts.due_on = Some(event.due_on);
                    facts.term_working_days = None;
                });
            }
            ReviewEvent::Scored(event) => self.set_details(|details| {
                for score in &event.scores {
                    details
                        .scores
                        .retain(|before| before.criterion != score.criterion);
                    details.scores.push(score.clone());
                }
                details.scores.sort_by_key(|score| score.criterion);
            }),
            ReviewEvent::Drafted(event) => self.set_details(|details| {
                details.draft = Some(event.clone());
                details.signed_by = None;
            }),
            ReviewEvent::Signed(event) => {
                self.set_details(|details| details.signed_by = Some(event.signed_by));
            }
            ReviewEvent::Issued(event) => {
                let statement = end(Some(event.outcome), event.text);
                if state == ReviewState::ClarificationRequested {
                    self.set_details(|details| details.interim.push(statement));
                } else {
                    self.ended = Some(statement);
                }
            }
            ReviewEvent::Superseded(event) => {
                let next = Some(event.superseded_by);
                self.set_details(|details| details.next_version = next);
            }
            ReviewEvent::VersionChanged(event) => {
                let issued = event.status == VersionStatus::Issued;
                let ended = event.status == VersionStatus::Ended;
                self.superseded_by = issued.then_some(event.version);
                let next = (!ended).then_some(event.version);
                self.set_details(|details| details.next_version = next);
            }
            ReviewEvent::Withdrawn(event) => {
                let withdrawn = end(ReviewOutcome::parse("WITHDRAWN").ok(), event.reason);
                if state == ReviewState::Withdrawn {
                    self.ended = Some(withdrawn);
                } else {
                    self.set_details(|details| details.withdrawn_after = Some(withdrawn));
                }
            }
            ReviewEvent::Declined(event) => {
                self.ended = Some(end(Some(event.outcome), Some(event.reason)));
            }
            ReviewEvent::Lapsed(event) => self.ended = Some(end(None, event.reason)),
            ReviewEvent::Closed(_) => self.ended = Some(end(None, None)),
            ReviewEvent::EndingCorrected(event) => {
                if let Some(before) = self.ended {
                    let outcome = event.outcome.or(before.outcome);
                    self.ended = Some(end(outcome, before.text));
                }
                self.set_details(|details| details.ended_on(day));
                if state != ReviewState::FunderDecisionRecorded {
                    self.state_since = day;
                }
            }
            ReviewEvent::Reopened(_) => {
                if state_before == ReviewState::FunderDecisionRecorded {
                    self.funding = None;
                } else if state == state_before {
                    self.set_details(|details| details.withdrawn_after = None);
                } else {
                    self.ended = None;
                    self.unsign(true);
                }
            }
            ReviewEvent::AttachmentRetracted(event) => {
                self.unsign(event.voids_signature);
                self.set_details(|details| {
                    details
                        .attachments
                        .retain(|added| added.attachment != event.attachment);
                });
            }
            ReviewEvent::AdviceRetracted(event) => self.set_details(|details| {
                details
                    .advice
                    .retain(|advice| advice.asked.advice != event.advice);
            }),
            ReviewEvent::ClarificationRetracted(event) => self.set_details(|details| {
                details
                    .clarifications
                    .retain(|one| one.number != event.clarification);
            }),
            ReviewEvent::FundingDecided(event) => {
                self.funding = Some(Funding {
                    on: day,
                    decision: event.decision,
                    granted_cents: event.granted_cents,
                    note: event.note,
                });
            }
            ReviewEvent::AttachmentAdded(event) => {
                self.set_details(|details| details.attachments.push(event.clone()));
                self.unsign(event.voids_signature);
            }
            ReviewEvent::Corrected(event) => {
                self.unsign(event.voids_signature);
                // A due date that was recorded wrongly was never in force.
                if event.facts.due_on != self.facts.due_on {
                    self.set_details(|details| {
                        details.in_time_until = event.facts.due_on;
                        details.dues = (event.facts.due_on, Vec::new());
                    });
                }
                self.set_details(|details| {
                    if let Some((received_on, _)) = details.moves.first_mut() {
                        *received_on = day;
                    }
                });
                self.received_on = day;
                self.received_at = at;
                self.action_areas = event.facts.action_areas.iter().collect();
                self.facts = Arc::new(event.facts.clone());
            }
        }
    }
}

impl Row for ReviewRow {
    type Id = ReviewId;
    fn id(&self) -> ReviewId {
        self.id
    }
    fn known(&self) -> Known {
        self.known
    }
    fn known_mut(&mut self) -> &mut Known {
        &mut self.known
    }
}

impl Facts {
    pub(super) fn apply_review(&mut self, recorded: &Recorded, event: &ReviewEvent) {
        let id = event.review();
        if let ReviewEvent::Requested(requested) = event {
            self.reviews.put(ReviewRow {
                id,
                centre: recorded.event.centre,
                recorded: recorded.position,
                known: Known::since(recorded.position),
                state: ReviewState::Requested,
                state_since: recorded.event.occurred_on,
                received_on: recorded.event.occurred_on,
                received_at: recorded.event.occurred_at,
                action_areas: requested.facts.action_areas.iter().collect(),
                facts: Arc::new(requested.facts.clone()),
                reviewer: None,
                cosigner: None,
                ended: None,
                funding: None,
                supersedes: requested.supersedes,
                superseded_by: None,
                details: Arc::new(ReviewDetails::new(
                    Progress::new(requested.supersedes.is_some()),
                    recorded.event.occurred_on,
                    requested.facts.due_on,
                )),
                version: 1,
            });
            self.steps.begin(id, recorded.event.centre);
            return;
        }
        // The version before the steps of this very event.
        let version = self.review_version(id, recorded.position);
        self.steps.follow(recorded, event);
        if let ReviewEvent::Retracted(_) = event {
            self.reviews.end(id, recorded.position);
            self.steps.stands(id, recorded.position, false);
            return;
        }
        if let Some(before) = self.reviews.current(id)
            && before.changes(event)
        {
            let mut row = before.clone();
            row.follow(recorded, event);
            row.version = version + 1;
            row.known = Known::since(recorded.position);
            self.steps.stands(id, recorded.position, row.is_open());
            self.reviews.put(row);
        }
    }

    /// How many events of its own a review had had at `position`; 0 when it did not stand then.
    #[must_use]
    pub fn review_version(&self, id: ReviewId, position: u64) -> u32 {
        self.reviews.at(id, position).map_or(0, |row| {
            let since = row.known.from();
            row.version + self.steps.events_between(id, since, position)
        })
    }
}

/// The word of a check in a digest.
pub(super) const fn check_word(check: Check) -> &'static str {
    match check {
        Check::Formal => "FORMAL",
        Check::Content => "CONTENT",
    }
}

#[cfg(test)]
mod tests;
