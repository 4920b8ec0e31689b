//! One review event of every kind, with every field set.

use super::*;

pub(crate) const OTHER_REVIEW: ReviewId = ReviewId(uuid!("01980000-0000-7000-8000-000000000008"));
const ACTOR: ActorId = ActorId(uuid!("01980000-0000-7000-8000-0000000000a1"));
const OTHER_ACTOR: ActorId = ActorId(uuid!("01980000-0000-7000-8000-0000000000a2"));

fn unit(number: u128) -> Option<Unit> {
    let id = UNIT.0.as_u128() + number;
    Some(UnitId(Uuid::from_u128(id)).into())
}

fn review_facts() -> ReviewFacts {
    ReviewFacts {
        title: sealed("Mitten im Viertel"),
        requester: code("FUNDING_AUTHORITY"),
        applicant_type: code("MSO"),
        applicant: Some(ORGANISATION),
        applicant_name: Some(sealed("Brücke e. V.")),
        programme: Some(code("MSO_PROJECT")),
        action_areas: vec![code("X_CULTURE"), code("X_SPORT")],
        requested_cents: Some(1_250_000),
        due_on: Some(date!(2026 - 11 - 30)),
        term_working_days: Some(20),
        planned_on: Some(date!(2026 - 11 - 27)),
        municipality: Some("05711000".into()),
        channel: Some(code("ONLINE")),
        department: unit(0),
        unit: unit(1),
        visibility: Some(code("INTERNAL")),
        reference: Some(sealed("36.01-2026-17")),
        note: Some(sealed("Notiz")),
    }
}

/// The event that stands for this kind; `None`: it is of another record.
pub(super) fn event(kind: EventKind) -> Option<ReviewEvent> {
    let reason = sealed("Grund");
    Some(match kind {
        EventKind::ReviewRequested => ReviewEvent::Requested(review::Requested {
            review: REVIEW,
            facts: review_facts(),
            supersedes: Some(OTHER_REVIEW),
            source: source(),
        }),
        EventKind::ReviewAssigned => ReviewEvent::Assigned(review::Assigned {
            review: REVIEW,
            reviewer: ACTOR,
            cosigner: Some(OTHER_ACTOR),
        }),
        EventKind::ReviewConflictDeclared => {
            ReviewEvent::ConflictDeclared(review::ConflictDeclared {
                review: REVIEW,
                declared_by: ACTOR,
                voids_draft: true,
                voids_signature: true,
                reason: Some(reason),
            })
        }
        EventKind::ReviewAdviceAsked => ReviewEvent::AdviceAsked(review::AdviceAsked {
            review: REVIEW,
            advice: 1,
            organisation: Some(ORGANISATION),
            unit: unit(2),
            due_on: Some(date!(2026 - 12 - 01)),
            question: Some(sealed("Frage")),
        }),
        EventKind::ReviewAdviceGiven => ReviewEvent::AdviceGiven(review::AdviceGiven {
            review: REVIEW,
            advice: 1,
            outcome: Some(code("SUPPORTED")),
            text: Some(sealed("Antwort")),
        }),
        EventKind::ReviewStepCompleted => ReviewEvent::StepCompleted(review::StepCompleted {
            review: REVIEW,
            step: 2,
            unit: unit(0),
            check: Some(review::Check::Formal),
            started_at: Some(datetime!(2026-11-20 09:00 +01:00)),
            name: Some(sealed("T02")),
            reference: Some(sealed("task-42935")),
            imported: true,
            recorded_by: Some(ACTOR),
        }),
        EventKind::ReviewStepRetracted => ReviewEvent::StepRetracted(review::StepRetracted {
            review: REVIEW,
            step: 2,
            reason,
            voids_signature: true,
            imported: true,
        }),
        EventKind::ReviewClarificationAsked => {
            ReviewEvent::ClarificationAsked(review::ClarificationAsked {
                review: REVIEW,
                due_on: Some(date!(2026 - 12 - 01)),
                question: Some(sealed("Frage")),
            })
        }
        EventKind::ReviewClarificationReceived => {
            ReviewEvent::ClarificationReceived(review::ClarificationReceived {
                review: REVIEW,
                note: Some(sealed("Antwort")),
            })
        }
        EventKind::ReviewDeadlineExtended => {
            ReviewEvent::DeadlineExtended(review::DeadlineExtended {
                review: REVIEW,
                due_on: date!(2026 - 12 - 14),
                reason,
            })
        }
        EventKind::ReviewScored => ReviewEvent::Scored(review::Scored {
            review: REVIEW,
            scores: vec![review::Score {
                criterion: code("NEED"),
                score: Some(4),
                note: Some(sealed("Notiz")),
            }],
            scored_by: Some(ACTOR),
        }),
        EventKind::ReviewDrafted => ReviewEvent::Drafted(review::Drafted {
            review: REVIEW,
            drafted_by: ACTOR,
            outcome: code("SUPPORTED_WITH_CONDITIONS"),
            text: Some(sealed("Auflagen")),
            recipient: Some(sealed("Bezirksregierung\n59817 Arnsberg")),
        }),
        EventKind::ReviewSigned => ReviewEvent::Signed(review::Signed {
            review: REVIEW,
            signed_by: OTHER_ACTOR,
        }),
        EventKind::ReviewIssued => ReviewEvent::Issued(review::Issued {
            review: REVIEW,
            outcome: code("SUPPORTED_WITH_CONDITIONS"),
            text: Some(sealed("Auflagen")),
        }),
        EventKind::ReviewSuperseded => ReviewEvent::Superseded(review::Superseded {
            review: REVIEW,
            superseded_by: OTHER_REVIEW,
            reason,
        }),
        EventKind::ReviewWithdrawn => ReviewEvent::Withdrawn(review::Withdrawn {
            review: REVIEW,
            reason: Some(reason),
        }),
        EventKind::ReviewDeclined => ReviewEvent::Declined(review::Declined {
            review: REVIEW,
            outcome: code("NOT_RESPONSIBLE"),
            reason,
        }),
        EventKind::ReviewLapsed => ReviewEvent::Lapsed(review::Lapsed {
            review: REVIEW,
            reason: Some(reason),
        }),
        EventKind::ReviewClosed => ReviewEvent::Closed(review::Closed { review: REVIEW }),
        EventKind::ReviewFundingDecided => ReviewEvent::FundingDecided(review::FundingDecided {
            review: REVIEW,
            decision: code("PARTLY_APPROVED"),
            granted_cents: Some(1_000_000),
            note: Some(sealed("Notiz")),
        }),
        EventKind::ReviewAttachmentAdded => ReviewEvent::AttachmentAdded(review::AttachmentAdded {
            review: REVIEW,
            attachment: 1,
            kind: code("APPLICATION"),
            media_type: code("PDF"),
            size: 120_000,
            name: Some(sealed("Antrag.pdf")),
            content: Commitment::of_bytes(&[7; 16], b"%PDF-1.7"),
            voids_signature: true,
        }),
        EventKind::ReviewCorrected => ReviewEvent::Corrected(review::Corrected {
            review: REVIEW,
            facts: review_facts(),
            changed: changed(&["requestedCents"]),
            reason,
            voids_signature: true,
            source: source(),
        }),
        EventKind::ReviewVersionChanged => ReviewEvent::VersionChanged(review::VersionChanged {
            review: REVIEW,
            version: OTHER_REVIEW,
            status: review::VersionStatus::Issued,
        }),
        EventKind::ReviewEndingCorrected => ReviewEvent::EndingCorrected(review::EndingCorrected {
            review: REVIEW,
            outcome: Some(code("NEUTRAL")),
            changed: vec!["occurredOn".into(), "outcome".into()],
            reason,
        }),
        EventKind::ReviewReopened => ReviewEvent::Reopened(review::Reopened {
            review: REVIEW,
            reason,
        }),
        EventKind::ReviewAttachmentRetracted => {
            ReviewEvent::AttachmentRetracted(review::AttachmentRetracted {
                review: REVIEW,
                attachment: 2,
                reason,
                voids_signature: true,
            })
        }
        EventKind::ReviewAdviceRetracted => ReviewEvent::AdviceRetracted(review::AdviceRetracted {
            review: REVIEW,
            advice: 1,
            reason,
        }),
        EventKind::ReviewClarificationRetracted => {
            ReviewEvent::ClarificationRetracted(review::ClarificationRetracted {
                review: REVIEW,
                clarification: 1,
                reason,
            })
        }
        EventKind::ReviewRetracted => ReviewEvent::Retracted(review::Retracted {
            review: REVIEW,
            reason,
        }),
        _ => return None,
    })
}
