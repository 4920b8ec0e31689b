//! Reviews in generated histories: requested, worked on by units, stated, decided on, corrected,
//! retracted, replaced; also late and in odd orders. More than 400 lines: what may happen next depends on
//! all that happened.

use querschnitt_domain::review::{
    self, Check, Phase, Progress, ReviewEvent, ReviewFacts, ReviewState, VersionStatus,
};
use querschnitt_domain::unit::Unit;
use querschnitt_domain::values::ReviewOutcome;
use querschnitt_domain::{ActorId, CentreKey, EventData, ReviewId, UnitId};
use time::{Date, Duration, OffsetDateTime, UtcOffset};
use uuid::Uuid;

use super::History;

/// A review as far as its generated history has come.
#[derive(Clone, Debug)]
pub(super) struct Known {
    id: ReviewId,
    centre: CentreKey,
    received_on: Date,
    facts: ReviewFacts,
    progress: Progress,
    steps: Vec<(u32, Date, Option<OffsetDateTime>)>,
    last_step: u32,
    advice: Vec<(u16, bool)>,
    last_advice: u16,
    attachments: u16,
    superseded: bool,
    supersedes: Option<ReviewId>,
}

const UNITS: [&str; 5] = ["Group 1", "Group 2", "Group 3", "Jugendamt", "50.2"];
const STATEMENTS: [&str; 5] = [
    "SUPPORTED",
    "SUPPORTED_WITH_CONDITIONS",
    "NEUTRAL",
    "NOT_SUPPORTED",
    "REVISION_REQUESTED",
];

impl History {
    /// A history of `length` events of which about two thirds are about reviews.
    #[must_use]
    pub fn with_reviews(seed: u64, length: usize) -> Self {
        let mut history = Self {
            random: super::Random(seed),
            ..Self::default()
        };
        while history.events.len() < length {
            match history.random.below(6) {
                0 => history.request_review(),
                1..=4 => history.change_review(),
                5.. => history.step(),
            }
        }
        history.events.truncate(length);
        history
    }

    fn request_review(&mut self) {
        let centre = self.random.centre();
        let (day, at) = self.moment();
        let facts = self.review_facts(centre, day);
        self.requested(centre, day, at, facts, None);
    }

    fn requested(
        &mut self,
        centre: CentreKey,
        day: Date,
        at: Option<OffsetDateTime>,
        facts: ReviewFacts,
        supersedes: Option<ReviewId>,
    ) -> ReviewId {
        let id = ReviewId(self.random.uuid());
        self.reviews.push(Known {
            id,
            centre,
            received_on: day,
            facts: facts.clone(),
            progress: Progress::new(supersedes.is_some()),
            steps: Vec::new(),
            last_step: 0,
            advice: Vec::new(),
            last_advice: 0,
            attachments: 0,
            superseded: false,
            supersedes,
        });
        let event = review::Requested {
            review: id,
            facts,
            supersedes,
            source: None,
        };
        self.record_at(
            centre,
            day,
            at,
            EventData::Review(ReviewEvent::Requested(event)),
        );
        id
    }

    /// A day, and mostly an instant on it, in whatever offset.
    fn moment(&mut self) -> (Date, Option<OffsetDateTime>) {
        let day = self.random.day();
        if self.random.one_in(4) {
            return (day, None);
        }
        let seconds = i64::try_from(self.random.below(86_400)).unwrap_or_default();
        let hours = i8::try_from(self.random.below(3)).unwrap_or_default();
        let offset = UtcOffset::from_hms(hours, 0, 0).unwrap_or(UtcOffset::UTC);
        let at = day.midnight().assume_offset(offset) + Duration::seconds(seconds);
        (day, Some(at))
    }

    fn unit(&mut self) -> Option<Unit> {
        let at = self.random.index(UNITS.len() + 1)?;
        let name = UNITS.get(at)?;
        Some(UnitId(Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes())).into())
    }

    fn account(&mut self) -> ActorId {
        ActorId(Uuid::from_u128(u128::from(self.random.below(5))))
    }

    fn review_facts(&mut self, centre: CentreKey, day: Date) -> ReviewFacts {
        let term = Duration::days(i64::try_from(self.random.below(60)).unwrap_or_default());
        ReviewFacts {
            title: self.name(),
            requester: self.random.code(),
            applicant_type: self.random.code(),
            applicant: self.organisation_of(centre),
            applicant_name: None,
            programme: self.random.code_option(),
            action_areas: self.random.action_areas(),
            requested_cents: (!self.random.one_in(4)).then(|| self.random.below(9_000_000_000)),
            due_on: (!self.random.one_in(4)).then(|| day + term),
            term_working_days: None,
            planned_on: None,
            municipality: self.random.municipality(),
            channel: self.random.code_option(),
            department: None,
            unit: self.unit(),
            visibility: self.random.code_option(),
            reference: None,
            note: self.random.one_in(3).then(|| self.commit("Notiz")),
        }
    }

    fn change_review(&mut self) {
        let Some(index) = self.random.index(self.reviews.len()) else {
            return;
        };
        let known = self.reviews[index].clone();
        let (mut day, mut at) = self.moment();
        let review = known.id;
        let event = match self.random.below(24) {
            0..=4 => self.completed(index, review),
            5 => {
                let Some(step) = self.random.index(known.steps.len()) else {
                    return;
                };
                let (number, of_step, instant) = self.reviews[index].steps.remove(step);
                (day, at) = (of_step, instant);
                let reason = self.commit("Grund");
                ReviewEvent::StepRetracted(review::StepRetracted {
                    review,
                    step: number,
                    reason,
                    voids_signature: self.random.one_in(3),
                    imported: false,
                })
            }
            6 => ReviewEvent::Assigned(review::Assigned {
                review,
                reviewer: self.account(),
                cosigner: None,
            }),
            7 => ReviewEvent::ConflictDeclared(review::ConflictDeclared {
                review,
                declared_by: self.account(),
                voids_draft: self.random.one_in(2)
                    && matches!(
                        known.progress.state,
                        ReviewState::Drafted | ReviewState::Cosigned
                    ),
                voids_signature: self.random.one_in(3),
                reason: None,
            }),
            8 => self.asked(index, known.centre),
            9 => {
                let mut open = known.advice.iter().filter(|(_, open)| *open);
                let Some((advice, _)) = open.next().copied() else {
                    return;
                };
                for known in &mut self.reviews[index].advice {
                    known.1 &= known.0 != advice;
                }
                ReviewEvent::AdviceGiven(review::AdviceGiven {
                    review,
                    advice,
                    outcome: None,
                    text: Some(self.commit("Antwort")),
                })
            }
            10 => ReviewEvent::ClarificationAsked(review::ClarificationAsked {
                review,
                due_on: None,
                question: Some(self.commit("Frage")),
            }),
            11 => ReviewEvent::ClarificationReceived(review::ClarificationReceived {
                review,
                note: None,
            }),
            12 => {
                let due_on = known.facts.due_on.unwrap_or(known.received_on) + Duration::days(7);
                self.reviews[index].facts.due_on = Some(due_on);
                ReviewEvent::DeadlineExtended(review::DeadlineExtended {
                    review,
                    due_on,
                    reason: self.commit("Grund"),
                })
            }
            13..=14 => self.scored_drafted_or_signed(&known),
            15 => {
                // Many go out on the very last day.
                if let Some(due) = known.facts.due_on.filter(|_| self.random.one_in(3)) {
                    (day, at) = (due, None);
                }
                self.stated(&known)
            }
            16 => self.given_up(&known),
            17 => ReviewEvent::FundingDecided(review::FundingDecided {
                review,
                decision: self.random.code(),
                granted_cents: None,
                note: None,
            }),
            18 => {
                let facts = self.review_facts(known.centre, day);
                (self.reviews[index].received_on, self.reviews[index].facts) = (day, facts.clone());
                ReviewEvent::Corrected(review::Corrected {
                    review,
                    facts,
                    changed: vec!["dueOn".into()],
                    reason: self.commit("Grund"),
                    voids_signature: self.random.one_in(3),
                    source: None,
                })
            }
            19 => return self.retract_or_replace(index),
            20.. => {
                let Some(event) = self.taken_back(&known) else {
                    return;
                };
                event
            }
        };
        let phase = known.progress.state.phase();
        let fits = match &event {
            ReviewEvent::StepCompleted(_)
            | ReviewEvent::StepRetracted(_)
            | ReviewEvent::Corrected(_) => true,
            ReviewEvent::FundingDecided(_) => phase == Phase::Issued,
            ReviewEvent::Reopened(_) | ReviewEvent::EndingCorrected(_) => phase != Phase::Open,
            ReviewEvent::AttachmentRetracted(_)
            | ReviewEvent::AdviceRetracted(_)
            | ReviewEvent::ClarificationRetracted(_) => true,
            ReviewEvent::Withdrawn(_) => {
                phase == Phase::Open || known.progress.allows(review::Step::Withdraw)
            }
            ReviewEvent::AttachmentAdded(_) => phase != Phase::Ended,
            ReviewEvent::ClarificationReceived(_) => {
                known.progress.state == ReviewState::ClarificationRequested
            }
            ReviewEvent::Requested(_)
            | ReviewEvent::Assigned(_)
            | ReviewEvent::ConflictDeclared(_)
            | ReviewEvent::AdviceAsked(_)
            | ReviewEvent::AdviceGiven(_)
            | ReviewEvent::ClarificationAsked(_)
            | ReviewEvent::DeadlineExtended(_)
            | ReviewEvent::Scored(_)
            | ReviewEvent::Drafted(_)
            | ReviewEvent::Signed(_)
            | ReviewEvent::Issued(_)
            | ReviewEvent::Superseded(_)
            | ReviewEvent::VersionChanged(_)
            | ReviewEvent::Declined(_)
            | ReviewEvent::Lapsed(_)
            | ReviewEvent::Closed(_)
            | ReviewEvent::Retracted(_) => phase == Phase::Open,
        };
        if !fits {
            return;
        }
        self.reviews[index].progress.follow(&event);
        if matches!(event, ReviewEvent::StepCompleted(_)) {
            let step = self.reviews[index].last_step;
            self.reviews[index].steps.push((step, day, at));
        }
        let phase_after = self.reviews[index].progress.state.phase();
        self.record_at(known.centre, day, at, EventData::Review(event));
        let status = match phase_after {
            Phase::Open => VersionStatus::InWork,
            Phase::Issued => VersionStatus::Issued,
            Phase::Ended => VersionStatus::Ended,
        };
        if phase_after != phase {
            self.tell_old_version(&known, status);
        }
    }

    /// The version before this one hears how it stands.
    fn tell_old_version(&mut self, known: &Known, status: VersionStatus) {
        let mut reviews = self.reviews.iter_mut();
        let Some(old) = reviews.find(|old| Some(old.id) == known.supersedes) else {
            return;
        };
        old.superseded = status != VersionStatus::Ended;
        let event = ReviewEvent::VersionChanged(review::VersionChanged {
            review: old.id,
            version: known.id,
            status,
        });
        let today = self.random.day();
        self.record_at(known.centre, today, None, EventData::Review(event));
    }

    /// A correction of something that stands.
    fn taken_back(&mut self, known: &Known) -> Option<ReviewEvent> {
        let review = known.id;
        let reason = self.commit("Grund");
        Some(match self.random.below(5) {
            0 => ReviewEvent::Reopened(review::Reopened { review, reason }),
            1 => ReviewEvent::EndingCorrected(review::EndingCorrected {
                review,
                outcome: (known.progress.state.phase() == Phase::Issued)
                    .then(|| ReviewOutcome::parse("NEUTRAL").ok())
                    .flatten(),
                changed: vec!["occurredOn".into()],
                reason,
            }),
            2 => {
                let at = self.random.index(known.advice.len())?;
                let (advice, _) = known.advice[at];
                for of in self.reviews.iter_mut().filter(|of| of.id == review) {
                    of.advice.retain(|(number, _)| *number != advice);
                }
                ReviewEvent::AdviceRetracted(review::AdviceRetracted {
                    review,
                    advice,
                    reason,
                })
            }
            3 => ReviewEvent::ClarificationRetracted(review::ClarificationRetracted {
                review,
                clarification: known.progress.asked?,
                reason,
            }),
            _ if known.attachments == 0 => return None,
            _ => ReviewEvent::AttachmentRetracted(review::AttachmentRetracted {
                review,
                attachment: known.attachments,
                reason,
                voids_signature: self.random.one_in(2),
            }),
        })
    }

    fn completed(&mut self, index: usize, review: ReviewId) -> ReviewEvent {
        let step = self.reviews[index].last_step + 1;
        self.reviews[index].last_step = step;
        let check = match self.random.below(4) {
            0 => Some(Check::Formal),
            1 => Some(Check::Content),
            _ => None,
        };
        let started_at = self.random.one_in(3).then(|| self.moment().1).flatten();
        ReviewEvent::StepCompleted(review::StepCompleted {
            review,
            step,
            unit: self.unit(),
            check,
            started_at,
            name: None,
            reference: None,
            imported: false,
            recorded_by: check.map(|_| self.account()),
        })
    }

    fn asked(&mut self, index: usize, centre: CentreKey) -> ReviewEvent {
        let advice = self.reviews[index].last_advice + 1;
        self.reviews[index].last_advice = advice;
        if self.reviews[index].progress.state.phase() == Phase::Open {
            self.reviews[index].advice.push((advice, true));
        }
        ReviewEvent::AdviceAsked(review::AdviceAsked {
            review: self.reviews[index].id,
            advice,
            organisation: self.organisation_of(centre),
            unit: self.unit(),
            due_on: None,
            question: None,
        })
    }

    fn scored_drafted_or_signed(&mut self, known: &Known) -> ReviewEvent {
        let review = known.id;
        let drafted = known.progress.state == ReviewState::Drafted;
        let next = if drafted && !self.random.one_in(3) {
            2
        } else {
            self.random.below(4)
        };
        match next {
            0 => ReviewEvent::Scored(review::Scored {
                review,
                scores: vec![review::Score {
                    criterion: self.random.code(),
                    score: Some(3),
                    note: None,
                }],
                scored_by: Some(self.account()),
            }),
            1 => ReviewEvent::Drafted(review::Drafted {
                review,
                drafted_by: self.account(),
                outcome: self.statement(),
                text: Some(self.commit("Entwurf")),
                recipient: None,
            }),
            2 => ReviewEvent::Signed(review::Signed {
                review,
                signed_by: self.account(),
            }),
            _ => {
                let attachment = known.attachments + 1;
                for of in self.reviews.iter_mut().filter(|of| of.id == review) {
                    of.attachments = attachment;
                }
                ReviewEvent::AttachmentAdded(review::AttachmentAdded {
                    review,
                    attachment,
                    kind: self.random.code(),
                    media_type: self.random.code(),
                    size: 100,
                    name: None,
                    content: self.commit("Datei"),
                    voids_signature: self.random.one_in(3),
                })
            }
        }
    }

    fn stated(&mut self, known: &Known) -> ReviewEvent {
        ReviewEvent::Issued(review::Issued {
            review: known.id,
            outcome: self.statement(),
            text: None,
        })
    }

    fn statement(&mut self) -> ReviewOutcome {
        let at = self.random.index(STATEMENTS.len()).unwrap_or_default();
        ReviewOutcome::parse(STATEMENTS[at]).unwrap_or_else(|_| self.random.code())
    }

    fn given_up(&mut self, known: &Known) -> ReviewEvent {
        let review = known.id;
        match self.random.below(4) {
            0 => ReviewEvent::Withdrawn(review::Withdrawn {
                review,
                reason: None,
            }),
            1 => ReviewEvent::Declined(review::Declined {
                review,
                outcome: self.random.code(),
                reason: self.commit("Grund"),
            }),
            2 => ReviewEvent::Lapsed(review::Lapsed {
                review,
                reason: None,
            }),
            _ => ReviewEvent::Closed(review::Closed { review }),
        }
    }

    fn retract_or_replace(&mut self, index: usize) {
        let known = self.reviews[index].clone();
        let reason = self.commit("Grund");
        if known.progress.state.phase() == Phase::Issued && !known.superseded {
            let (centre, day) = (known.centre, known.received_on);
            let new = self.requested(centre, day, None, known.facts, Some(known.id));
            self.reviews[index].superseded = true;
            let event = ReviewEvent::Superseded(review::Superseded {
                review: known.id,
                superseded_by: new,
                reason,
            });
            let today = self.random.day();
            self.record_at(centre, today, None, EventData::Review(event));
        } else if self.random.one_in(3) {
            self.reviews.swap_remove(index);
            let event = ReviewEvent::Retracted(review::Retracted {
                review: known.id,
                reason,
            });
            let data = EventData::Review(event);
            self.record_at(known.centre, known.received_on, None, data);
            self.tell_old_version(&known, VersionStatus::Ended);
        }
    }
}
