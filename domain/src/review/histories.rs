//! Whatever is asked, by whomever, in whatever order: what the decisions let through is possible.
//!
//! More than 400 lines: a history is one thing.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use time::macros::{date, datetime};
use time::{Date, Duration};

use super::outcome::is_interim;
use super::samples::{actor, command};
use super::*;
use crate::change::Change;
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::event_data::EventData;
use crate::file::FileContent;
use crate::id::{ActorId, ReviewId};
use crate::organisation::samples::code;
use crate::rejection::Rejection;
use crate::role::Role;
use crate::testing::{centre, text};
use crate::text::{Commitment, Text};
use crate::unit::samples::declared;

/// One attempt: who, in which role, what, and a number that picks details.
#[derive(Clone, Copy, Debug)]
struct Attempt {
    who: u128,
    role: Role,
    what: u8,
    detail: u8,
}

fn attempts() -> impl Strategy<Value = Vec<Attempt>> {
    let role = prop::sample::select(vec![Role::KiOfficer, Role::KiOfficer, Role::KiHead]);
    let attempt = (1..5_u128, role, 0..26_u8, any::<u8>());
    let attempt = attempt.prop_map(|(who, role, what, detail)| {
        // Mostly the head signs, who took no part in the work.
        let signs = matches!(what, 17 | 18) && detail % 4 != 0;
        Attempt {
            who: if signs { 5 } else { who },
            role: if signs { Role::KiHead } else { role },
            what,
            detail,
        }
    });
    prop::collection::vec(attempt, 0..120)
}

struct Book {
    events: Vec<(ActorId, Event)>,
    vault: BTreeMap<Commitment, Text>,
    reviews: Vec<ReviewId>,
}

impl Book {
    fn run<D: Decision>(&mut self, attempt: Attempt, today: Date, decision: &D) {
        let query = decision.query();
        let mut facts = D::Facts::default();
        for (_, event) in &self.events {
            if query.matches_event(event) {
                D::evolve(&mut facts, event);
            }
        }
        let now = datetime!(2026-11-20 09:14:03 UTC).replace_date(today);
        let seed = [u8::try_from(self.events.len() % 251).unwrap(); 32];
        let who = actor(attempt.who);
        let context = Context::new(now, today, who, attempt.role, centre(), seed);
        let decided: Result<Vec<Event>, Rejection> = decision.decide(&facts, &context);
        let Ok(events) = decided else { return };
        for sealed in context.into_texts() {
            self.vault.insert(sealed.commitment, sealed.text);
        }
        for event in events {
            if let EventData::Review(ReviewEvent::Requested(requested)) = &event.data {
                self.reviews.push(requested.review);
            }
            self.events.push((who, event));
        }
    }

    fn attempt(&mut self, attempt: Attempt, today: Date) {
        let picked = usize::from(attempt.detail) % self.reviews.len().max(1);
        let Some(review) = self.reviews.get(picked).copied() else {
            return self.run(attempt, today, &command());
        };
        let expected_version = None;
        let reason = text("Grund");
        let step = |check| CompleteStep {
            review,
            expected_version,
            input: StepInput {
                check,
                ..StepInput::default()
            },
        };
        let outcome = [
            "SUPPORTED",
            "NOT_SUPPORTED",
            "NEUTRAL",
            "REVISION_REQUESTED",
        ];
        let outcome = outcome[usize::from(attempt.detail / 4 % 4)];
        match attempt.what {
            0 => self.run(attempt, today, &command()),
            1 | 2 => {
                let reviewer = actor(u128::from(attempt.detail % 4) + 1);
                let cosigner = match attempt.detail {
                    0..=80 => Change::Keep,
                    81..=100 => Change::Clear,
                    _ => Change::Set(actor(3)),
                };
                let assign = AssignReview {
                    review,
                    expected_version,
                    reviewer,
                    cosigner,
                    staff: Staff::Invented,
                };
                self.run(attempt, today, &assign);
            }
            3 if attempt.detail < 60 => {
                let declare = DeclareConflict {
                    review,
                    expected_version,
                    reason: None,
                };
                self.run(attempt, today, &declare);
            }
            3 | 4 => self.run(attempt, today, &step(None)),
            5 => self.run(attempt, today, &step(Some(Check::Formal))),
            6 | 7 => self.run(attempt, today, &step(Some(Check::Content))),
            8 => {
                let step = u32::from(attempt.detail % 5);
                self.run(
                    attempt,
                    today,
                    &RetractStep {
                        review,
                        expected_version,
                        step,
                        reason,
                    },
                );
            }
            9 => self.run(
                attempt,
                today,
                &AskAdvice {
                    review,
                    expected_version,
                    organisation: None,
                    unit: Some(crate::unit::samples::id(1)),
                    occurred_on: None,
                    due_on: None,
                    question: None,
                },
            ),
            10 => self.run(
                attempt,
                today,
                &GiveAdvice {
                    review,
                    expected_version,
                    advice: u16::from(attempt.detail % 3),
                    occurred_on: None,
                    outcome: None,
                    text: Some(reason),
                    acting_for: None,
                },
            ),
            11 => self.run(
                attempt,
                today,
                &AskClarification {
                    review,
                    expected_version,
                    occurred_on: None,
                    due_on: None,
                    question: None,
                },
            ),
            12 => self.run(
                attempt,
                today,
                &ReceiveClarification {
                    review,
                    expected_version,
                    occurred_on: None,
                    note: None,
                },
            ),
            13 => {
                let due_on = today + Duration::days(i64::from(attempt.detail) / 8);
                self.run(
                    attempt,
                    today,
                    &ExtendDeadline {
                        review,
                        expected_version,
                        due_on: Some(due_on),
                        by_working_days: None,
                        occurred_on: None,
                        reason,
                    },
                );
            }
            14 => {
                let score = Some(i32::from(attempt.detail % 6));
                let scores = vec![ScoreInput {
                    criterion: code("NEED"),
                    score,
                    note: None,
                }];
                self.run(
                    attempt,
                    today,
                    &ScoreReview {
                        review,
                        expected_version,
                        scores,
                    },
                );
            }
            15 | 16 => self.run(
                attempt,
                today,
                &DraftStatement {
                    review,
                    expected_version,
                    occurred_on: None,
                    outcome: code(outcome),
                    text: Some(reason),
                    recipient: None,
                },
            ),
            17 | 18 => self.run(
                attempt,
                today,
                &SignStatement {
                    review,
                    expected_version,
                    occurred_on: None,
                },
            ),
            19 | 20 => self.run(
                attempt,
                today,
                &IssueStatement {
                    review,
                    expected_version,
                    outcome: None,
                    occurred_on: None,
                },
            ),
            21 => self.run(
                attempt,
                today,
                &RecordFundingDecision {
                    review,
                    expected_version,
                    decision: code("APPROVED"),
                    granted_cents: None,
                    decided_on: today,
                    note: None,
                },
            ),
            22 => {
                let known_texts = self.vault.clone();
                let supersede = SupersedeStatement {
                    review,
                    expected_version,
                    reason,
                    known_texts,
                };
                self.run(attempt, today, &supersede);
                // Some new versions end at once.
                if let Some(review) = self.reviews.last().copied().filter(|new| *new != review) {
                    let withdraw = WithdrawReview {
                        review,
                        expected_version,
                        occurred_on: None,
                        reason: None,
                    };
                    if attempt.detail.is_multiple_of(2) {
                        self.run(attempt, today, &withdraw);
                    }
                }
            }
            // The newest one is often a new version.
            25 => {
                let review = self.reviews.last().copied().unwrap_or(review);
                self.run(
                    attempt,
                    today,
                    &RetractReview {
                        review,
                        expected_version,
                        reason,
                    },
                );
            }
            _ => self.seldom(attempt, today, review),
        }
    }

    fn seldom(&mut self, attempt: Attempt, today: Date, review: ReviewId) {
        let expected_version = None;
        match attempt.detail % 11 {
            0 => self.run(
                attempt,
                today,
                &WithdrawReview {
                    review,
                    expected_version,
                    occurred_on: None,
                    reason: None,
                },
            ),
            1 => self.run(
                attempt,
                today,
                &DeclineReview {
                    review,
                    expected_version,
                    occurred_on: None,
                    outcome: code("NOT_RESPONSIBLE"),
                    reason: text("Grund"),
                },
            ),
            2 => self.run(
                attempt,
                today,
                &LapseReview {
                    review,
                    expected_version,
                    reason: None,
                },
            ),
            3 => {
                let reason = text("Grund");
                self.run(
                    attempt,
                    today,
                    &RetractReview {
                        review,
                        expected_version,
                        reason,
                    },
                );
            }
            4 => self.run(
                attempt,
                today,
                &AddAttachment {
                    review,
                    expected_version,
                    kind: code("STATEMENT"),
                    media_type: code("PDF"),
                    name: None,
                    content: FileContent::new(*b"%PDF-1.7").unwrap(),
                },
            ),
            6 => self.run(
                attempt,
                today,
                &CorrectEnding {
                    review,
                    expected_version,
                    occurred_on: today.previous_day(),
                    outcome: None,
                    reason: text("Grund"),
                },
            ),
            7 => self.run(
                attempt,
                today,
                &ReopenReview {
                    review,
                    expected_version,
                    reason: text("Grund"),
                },
            ),
            8 => self.run(
                attempt,
                today,
                &RetractAttachment {
                    review,
                    expected_version,
                    attachment: 1,
                    reason: text("Grund"),
                },
            ),
            9 => self.run(
                attempt,
                today,
                &RetractAdvice {
                    review,
                    expected_version,
                    advice: 1,
                    reason: text("Grund"),
                },
            ),
            10 => self.run(
                attempt,
                today,
                &RetractClarification {
                    review,
                    expected_version,
                    clarification: 1,
                    reason: text("Grund"),
                },
            ),
            _ => self.run(
                attempt,
                today,
                &CorrectReview {
                    review,
                    expected_version,
                    reason: text("Grund"),
                    patch: ReviewPatch {
                        requested_cents: Change::Set(u64::from(attempt.detail)),
                        ..ReviewPatch::default()
                    },
                },
            ),
        }
    }
}

/// What is known of one review while its history is read.
#[derive(Default)]
struct Seen {
    progress: Option<Progress>,
    due: Option<Date>,
    drafted: Option<Drafted>,
    signed_by: Option<ActorId>,
    conflicts: BTreeSet<ActorId>,
    /// Who was the reviewer, drafted, scored or checked.
    took_part: BTreeSet<ActorId>,
    steps: BTreeSet<u32>,
    /// Checks that stand: the formal ones, and those of the content.
    checks: BTreeMap<u32, (Check, ActorId)>,
    /// Who scored last.
    scored: Option<ActorId>,
    superseded: bool,
    next_version: bool,
    is_new_version: bool,
    retracted: bool,
}

impl Seen {
    /// Form and content were checked; the form of a new version was checked with the first.
    fn looked_at(&self) -> bool {
        let has = |check| self.checks.values().any(|(of, _)| *of == check);
        (self.is_new_version || has(Check::Formal))
            && (self.scored.is_some() || has(Check::Content))
    }
}

fn event_voids(event: &ReviewEvent) -> bool {
    matches!(event, ReviewEvent::Corrected(event) if event.voids_signature)
        || matches!(event, ReviewEvent::AttachmentAdded(event) if event.voids_signature)
}

fn follow(seen: &mut Seen, who: ActorId, event: &ReviewEvent) -> Result<(), TestCaseError> {
    prop_assert!(!seen.retracted, "{event:?} after it was retracted");
    prop_assert_eq!(
        seen.progress.is_none(),
        matches!(event, ReviewEvent::Requested(_))
    );
    let progress = seen.progress.clone().unwrap_or(Progress::new(false));
    let before = progress.state;
    let after = progress.after(event);
    if before.phase() == Phase::Ended {
        prop_assert!(matches!(
            event,
            ReviewEvent::StepCompleted(_)
                | ReviewEvent::StepRetracted(_)
                | ReviewEvent::Corrected(_)
                | ReviewEvent::Retracted(_)
                | ReviewEvent::EndingCorrected(_)
                | ReviewEvent::Reopened(_)
                | ReviewEvent::AttachmentRetracted(_)
                | ReviewEvent::AdviceRetracted(_)
                | ReviewEvent::ClarificationRetracted(_)
        ));
    }
    let declares = matches!(
        event,
        ReviewEvent::ConflictDeclared(_) | ReviewEvent::VersionChanged(_)
    );
    prop_assert!(
        declares || !seen.conflicts.contains(&who),
        "{event:?} in conflict"
    );
    if let ReviewEvent::Requested(event) = event {
        seen.due = event.facts.due_on;
        seen.is_new_version = event.supersedes.is_some();
    } else if let ReviewEvent::ConflictDeclared(event) = event {
        prop_assert!(seen.conflicts.insert(event.declared_by), "declared twice");
        // A new version takes over what was declared on the old one.
        prop_assert!(event.declared_by == who || seen.is_new_version);
        let declared = event.declared_by;
        seen.checks.retain(|_, (_, by)| *by != declared);
        seen.scored = seen.scored.filter(|by| *by != declared);
        if event.voids_draft {
            seen.drafted = None;
        }
        if event.voids_draft || event.voids_signature {
            seen.signed_by = None;
        }
    } else if let ReviewEvent::Assigned(event) = event {
        prop_assert!(!seen.conflicts.contains(&event.reviewer));
        seen.took_part.insert(event.reviewer);
    } else if let ReviewEvent::Scored(event) = event {
        prop_assert!(!seen.conflicts.contains(&who) && event.scored_by == Some(who));
        seen.scored = Some(who);
        seen.took_part.insert(who);
    } else if let ReviewEvent::Drafted(event) = event {
        prop_assert!(!seen.conflicts.contains(&who) && event.drafted_by == who);
        prop_assert!(seen.looked_at(), "nobody looked at it");
        seen.took_part.insert(who);
        seen.drafted = Some(event.clone());
        seen.signed_by = None;
    } else if let ReviewEvent::Signed(event) = event {
        let author = seen.drafted.as_ref().map(|draft| draft.drafted_by);
        prop_assert!(
            author.is_some_and(|author| author != event.signed_by),
            "two eyes only"
        );
        prop_assert!(!seen.took_part.contains(&who), "took part");
        prop_assert!(!seen.conflicts.contains(&who) && event.signed_by == who);
        seen.signed_by = Some(event.signed_by);
    } else if let ReviewEvent::Issued(event) = event {
        let draft = seen.drafted.as_ref();
        prop_assert!(seen.signed_by.is_some(), "nobody signed");
        prop_assert!(seen.looked_at(), "nobody looked at it");
        prop_assert_eq!(
            draft.map(|draft| (draft.outcome, draft.text)),
            Some((event.outcome, event.text))
        );
        for part in [draft.map(|draft| draft.drafted_by), seen.signed_by]
            .into_iter()
            .flatten()
        {
            prop_assert!(!seen.conflicts.contains(&part), "in conflict");
        }
        prop_assert_eq!(
            after.state == ReviewState::Issued,
            !is_interim(event.outcome)
        );
    } else if let ReviewEvent::DeadlineExtended(event) = event {
        prop_assert!(seen.due.is_none_or(|due| due < event.due_on));
        seen.due = Some(event.due_on);
    } else if let ReviewEvent::StepCompleted(event) = event {
        prop_assert!(seen.steps.insert(event.step), "a number twice");
        if let Some(check) = event.check {
            seen.checks.insert(event.step, (check, who));
            seen.took_part.insert(who);
        }
    } else if let ReviewEvent::StepRetracted(event) = event {
        prop_assert!(seen.steps.contains(&event.step));
        seen.checks.remove(&event.step);
        if event.voids_signature {
            seen.signed_by = None;
        }
    } else if let ReviewEvent::Corrected(_) = event {
        // The random corrections change the amount.
        prop_assert_eq!(event_voids(event), before == ReviewState::Cosigned);
        seen.signed_by = None;
    } else if let ReviewEvent::AttachmentAdded(_) = event {
        // The random files go out with the statement.
        prop_assert_eq!(event_voids(event), before == ReviewState::Cosigned);
        prop_assert_eq!(before.phase(), Phase::Open);
        seen.signed_by = None;
    } else if let ReviewEvent::Superseded(_) = event {
        prop_assert!(!std::mem::replace(&mut seen.next_version, true), "twice");
        prop_assert_eq!(before.phase(), Phase::Issued);
    } else if let ReviewEvent::AttachmentRetracted(_) = event {
        seen.signed_by = None;
    } else if let ReviewEvent::Reopened(_) = event {
        prop_assert!(before.phase() != Phase::Open && !seen.next_version);
        seen.signed_by = None;
    } else if let ReviewEvent::VersionChanged(event) = event {
        prop_assert!(seen.next_version, "no new version was begun");
        prop_assert_eq!(before.phase(), Phase::Issued, "of a version: {:?}", event);
        seen.superseded = event.status == VersionStatus::Issued;
        seen.next_version = event.status != VersionStatus::Ended;
    } else if let ReviewEvent::FundingDecided(_) = event {
        prop_assert!(before.phase() == Phase::Issued && !seen.superseded);
    }
    if matches!(event, ReviewEvent::Retracted(_)) {
        prop_assert!(!seen.next_version, "before its new version");
    }
    seen.retracted = matches!(event, ReviewEvent::Retracted(_));
    seen.progress = Some(after);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn no_order_of_commands_leads_to_an_impossible_history(attempts in attempts()) {
        let mut book = Book { events: vec![(actor(5), declared(1, "Jugendamt"))], vault: BTreeMap::new(), reviews: Vec::new() };
        let mut today = date!(2026 - 11 - 27);
        for attempt in attempts {
            book.attempt(attempt, today);
            if attempt.detail % 16 == 0 {
                today = today.next_day().unwrap();
            }
        }
        let mut reviews: BTreeMap<ReviewId, Seen> = BTreeMap::new();
        for (who, event) in &book.events {
            let EventData::Review(event) = &event.data else { continue };
            follow(reviews.entry(event.review()).or_default(), *who, event)?;
        }
    }
}

/// The attempts above get as far as they should.
#[test]
fn random_commands_reach_every_kind_of_event() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut kinds = BTreeSet::new();
    for _ in 0..400 {
        let attempts = attempts().new_tree(&mut runner).unwrap().current();
        let mut book = Book {
            events: vec![(actor(5), declared(1, "Jugendamt"))],
            vault: BTreeMap::new(),
            reviews: Vec::new(),
        };
        let mut today = date!(2026 - 11 - 27);
        for attempt in attempts {
            book.attempt(attempt, today);
            if attempt.detail % 16 == 0 {
                today = today.next_day().unwrap();
            }
        }
        kinds.extend(book.events.iter().map(|(_, event)| event.data.kind()));
    }
    let missing: Vec<_> = crate::event_data::EventKind::ALL
        .into_iter()
        .filter(|kind| kind.wire_name().starts_with("review.") && !kinds.contains(kind))
        .collect();
    // Only an import closes a review.
    assert_eq!(missing, [crate::event_data::EventKind::ReviewClosed]);
}
