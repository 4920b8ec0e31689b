//! One event of every kind, with every field set. The match names each kind, so a new one does not
//! compile without a sample.
//!
//! More than 400 lines: one match over all kinds.

use querschnitt_domain::access::{self, AccessEvent};
use querschnitt_domain::agreement::{self, AgreementEvent, AgreementFacts};
use querschnitt_domain::consultation::{self, ConsultationEvent, ConsultationFacts};
use querschnitt_domain::letterhead::{LetterheadEvent, LetterheadFacts, Logo, Set};
use querschnitt_domain::meeting::{
    self, AgendaItem, Attendance, Chair, MeetingEvent, MeetingFacts, Plan, Referral, Vote,
};
use querschnitt_domain::network::{self, NetworkEvent, NetworkFacts};
use querschnitt_domain::organisation::{self, Description, OrganisationEvent};
use querschnitt_domain::review::{self, ReviewEvent, ReviewFacts};
use querschnitt_domain::unit::{Declared, Renamed, Unit, UnitEvent};
use querschnitt_domain::{
    ActorId, AgreementId, Code, Commitment, ConsultationId, EventData, EventKind, LetterheadId,
    List, MachineTokenId, MeetingId, NetworkId, OrganisationId, ReviewId, SourceDigest, SourceSeen,
    UnitId,
};
use time::macros::{date, datetime};
use uuid::{Uuid, uuid};

mod accounts;
mod reviews;
pub(crate) use reviews::OTHER_REVIEW;

pub(crate) const ORGANISATION: OrganisationId =
    OrganisationId(uuid!("01980000-0000-7000-8000-000000000001"));
pub(crate) const OTHER: OrganisationId =
    OrganisationId(uuid!("01980000-0000-7000-8000-000000000002"));
pub(crate) const CONSULTATION: ConsultationId =
    ConsultationId(uuid!("01980000-0000-7000-8000-000000000003"));
pub(crate) const NETWORK: NetworkId = NetworkId(uuid!("01980000-0000-7000-8000-000000000004"));
pub(crate) const MEETING: MeetingId = MeetingId(uuid!("01980000-0000-7000-8000-000000000005"));
pub(crate) const AGREEMENT: AgreementId =
    AgreementId(uuid!("01980000-0000-7000-8000-000000000006"));

pub(crate) const REVIEW: ReviewId = ReviewId(uuid!("01980000-0000-7000-8000-000000000007"));
const UNIT: UnitId = UnitId(uuid!("01980000-0000-7000-8000-0000000000b1"));

fn code<L: List>(code: &str) -> Code<L> {
    Code::parse(code).unwrap()
}

fn sealed(text: &str) -> Commitment {
    Commitment::of(&[7; 16], text)
}

fn source() -> Option<SourceDigest> {
    Some(SourceDigest(
        *Uuid::from_u128(0x0123_4567_89ab_cdef).as_bytes(),
    ))
}

fn changed(fields: &[&str]) -> Vec<Box<str>> {
    fields.iter().map(|field| (*field).into()).collect()
}

fn description() -> Description {
    Description {
        kind: code("MIGRANT_ORG"),
        legal_areas: vec![code("SGB_II"), code("SGB_VIII")],
        municipality: Some("05711000".into()),
        place: Some(sealed("Markt 1")),
        district: Some(sealed("Mitte")),
        note: Some(sealed("Notiz")),
    }
}

pub(crate) fn consultation_facts() -> ConsultationFacts {
    ConsultationFacts {
        consultation_type: code("FUNDING"),
        mode: code("VIDEO"),
        duration_minutes: 60,
        preparation_minutes: 30,
        target_group: code("MIGRANT_ORG"),
        action_areas: vec![code("X_CULTURE"), code("X_SPORT")],
        task_type: Some(code("ADVICE")),
        organisations: vec![ORGANISATION, OTHER],
        number_advised: Some(3),
        language: Some(code("ARA")),
        outcome: Some(code("INFORMED")),
        programme: Some(code("KOMM_AN_II")),
        municipality: Some("05711000".into()),
        visibility: Some(code("INTERNAL")),
        subject: Some(sealed("Förderantrag")),
        note: Some(sealed("Notiz")),
    }
}

fn network_facts() -> NetworkFacts {
    NetworkFacts {
        name: sealed("Integrationsrat"),
        body_type: code("INTEGRATION_COUNCIL"),
        legal_nature: Some(code("STATUTORY_PUBLIC")),
        ki_role: Some(code("PARTICIPANT")),
        action_areas: vec![code("X_PARTICIPATION")],
        note: Some(sealed("Notiz")),
    }
}

fn letterhead_set() -> LetterheadEvent {
    let facts = LetterheadFacts {
        authority: Some(sealed("Stadt Bielefeld")),
        office: Some(sealed("Kommunales Integrationszentrum")),
        address: Some(sealed("Niederwall 23\n33602 Bielefeld")),
        phone: Some(sealed("0521 51-0")),
        email: Some(sealed("ki@bielefeld.example")),
        web: Some(sealed("bielefeld.example")),
        head_function: Some(sealed("Leitung")),
        logo: Some(Logo {
            content: sealed("PNG"),
            size: 4_000,
            description: sealed("Wappen"),
        }),
    };
    LetterheadEvent::Set(Set {
        letterhead: LetterheadId::of("05711".parse().unwrap()),
        facts,
        changed: changed(&["authority", "logo"]),
    })
}

fn agenda() -> Vec<AgendaItem> {
    vec![AgendaItem {
        number: Some("Ö 4.1".into()),
        title: sealed("Haushalt"),
        public: Some(true),
        result: Some(sealed("Beschlossen")),
        vote: Some(Vote {
            yes: 15,
            no: 0,
            abstained: 2,
        }),
    }]
}

fn attendances() -> Vec<Attendance> {
    vec![Attendance {
        organisation: ORGANISATION,
        head_count: 4,
        function: Some(sealed("Vorstand")),
    }]
}

fn plan() -> Plan {
    Plan {
        network: NETWORK,
        title: Some(sealed("12. Sitzung")),
        place: Some(sealed("Rathaus")),
        mode: Some(code("IN_PERSON")),
        ends_at: Some(datetime!(2026-11-20 19:30 +01:00)),
        ki_role: Some(code("SPEAKER")),
        action_areas: vec![code("X_PARTICIPATION")],
        agenda: agenda(),
        carried_over: vec![AGREEMENT],
    }
}

fn meeting_facts() -> MeetingFacts {
    MeetingFacts {
        plan: plan(),
        attendances: attendances(),
        other_head_count: 7,
        results: Some(sealed("Ergebnisse")),
        chair: Some(Chair {
            organisation: Some(OTHER),
            function: Some(sealed("Amtsleitung")),
        }),
        excused: vec![OTHER],
        referred: vec![Referral {
            to: code("STATE"),
            topic: sealed("Wartezeiten"),
        }],
        next_on: Some(date!(2027 - 01 - 12)),
    }
}

fn agreement_facts() -> AgreementFacts {
    AgreementFacts {
        network: NETWORK,
        meeting: Some(MEETING),
        subject: sealed("Konzept vorlegen"),
        responsible: Some(ORGANISATION),
        due_on: Some(date!(2027 - 01 - 31)),
    }
}

/// The event that stands for this kind.
pub(crate) fn event(kind: EventKind) -> EventData {
    let reason = sealed("Grund");
    match kind {
        EventKind::OrganisationRegistered => {
            EventData::Organisation(OrganisationEvent::Registered(organisation::Registered {
                organisation: ORGANISATION,
                name: sealed("Verein für Vielfalt"),
                description: description(),
                relation: Some(code("PARTNER")),
                source: source(),
            }))
        }
        EventKind::OrganisationRenamed => {
            EventData::Organisation(OrganisationEvent::Renamed(organisation::Renamed {
                organisation: ORGANISATION,
                name: sealed("Verein für mehr Vielfalt"),
                reason: Some(reason),
                source: source(),
            }))
        }
        EventKind::OrganisationDescribed => {
            EventData::Organisation(OrganisationEvent::Described(organisation::Described {
                organisation: ORGANISATION,
                description: description(),
                changed: changed(&["kind", "note"]),
                reason: Some(reason),
                source: source(),
            }))
        }
        EventKind::OrganisationRelationSet => {
            EventData::Organisation(OrganisationEvent::RelationSet(organisation::RelationSet {
                organisation: ORGANISATION,
                relation: code("FORMER"),
                source: source(),
            }))
        }
        EventKind::OrganisationLinkedAsSame => EventData::Organisation(
            OrganisationEvent::LinkedAsSame(organisation::LinkedAsSame {
                organisation: ORGANISATION,
                same_as: OTHER,
                reason,
            }),
        ),
        EventKind::OrganisationUnlinkedAsSame => EventData::Organisation(
            OrganisationEvent::UnlinkedAsSame(organisation::UnlinkedAsSame {
                organisation: ORGANISATION,
                same_as: OTHER,
                reason,
            }),
        ),
        EventKind::OrganisationCorrected => {
            EventData::Organisation(OrganisationEvent::Corrected(organisation::Corrected {
                organisation: ORGANISATION,
                name: sealed("Verein für Vielfalt e. V."),
                description: description(),
                relation: Some(code("PARTNER")),
                changed: changed(&["name", "relation"]),
                reason,
            }))
        }
        EventKind::OrganisationRetracted => {
            EventData::Organisation(OrganisationEvent::Retracted(organisation::Retracted {
                organisation: ORGANISATION,
                reason,
            }))
        }
        EventKind::ConsultationRecorded => {
            EventData::Consultation(ConsultationEvent::Recorded(consultation::Recorded {
                consultation: CONSULTATION,
                facts: consultation_facts(),
                source: source(),
            }))
        }
        EventKind::ConsultationCorrected => {
            EventData::Consultation(ConsultationEvent::Corrected(consultation::Corrected {
                consultation: CONSULTATION,
                facts: consultation_facts(),
                changed: changed(&["durationMinutes"]),
                reason,
                source: source(),
            }))
        }
        EventKind::ConsultationRetracted => {
            EventData::Consultation(ConsultationEvent::Retracted(consultation::Retracted {
                consultation: CONSULTATION,
                reason,
            }))
        }
        EventKind::ConsultationLinked => {
            EventData::Consultation(ConsultationEvent::Linked(consultation::Linked {
                consultation: CONSULTATION,
                to: MEETING.record(),
            }))
        }
        EventKind::ConsultationUnlinked => {
            EventData::Consultation(ConsultationEvent::Unlinked(consultation::Unlinked {
                consultation: CONSULTATION,
                to: MEETING.record(),
            }))
        }
        EventKind::NetworkFounded => EventData::Network(NetworkEvent::Founded(network::Founded {
            network: NETWORK,
            facts: network_facts(),
            source: source(),
        })),
        EventKind::NetworkChanged => EventData::Network(NetworkEvent::Changed(network::Changed {
            network: NETWORK,
            facts: network_facts(),
            changed: changed(&["name"]),
            reason: Some(reason),
            source: source(),
        })),
        EventKind::NetworkMemberJoined => {
            EventData::Network(NetworkEvent::MemberJoined(network::MemberJoined {
                network: NETWORK,
                organisation: ORGANISATION,
                function: Some(sealed("Vorsitz")),
            }))
        }
        EventKind::NetworkMemberLeft => {
            EventData::Network(NetworkEvent::MemberLeft(network::MemberLeft {
                network: NETWORK,
                organisation: ORGANISATION,
                reason: Some(reason),
            }))
        }
        EventKind::NetworkClosed => EventData::Network(NetworkEvent::Closed(network::Closed {
            network: NETWORK,
            reason: Some(reason),
        })),
        EventKind::NetworkReopened => {
            EventData::Network(NetworkEvent::Reopened(network::Reopened {
                network: NETWORK,
                reason,
            }))
        }
        EventKind::NetworkCorrected => {
            EventData::Network(NetworkEvent::Corrected(network::Corrected {
                network: NETWORK,
                facts: network_facts(),
                changed: changed(&["foundedOn", "name"]),
                reason,
            }))
        }
        EventKind::NetworkMemberCorrected => {
            EventData::Network(NetworkEvent::MemberCorrected(network::MemberCorrected {
                network: NETWORK,
                organisation: ORGANISATION,
                was_joined_on: date!(2026 - 03 - 01),
                left_on: Some(date!(2026 - 10 - 01)),
                function: Some(sealed("Vorsitz")),
                changed: changed(&["joinedOn", "leftOn", "function"]),
                reason,
            }))
        }
        EventKind::NetworkMemberRetracted => {
            EventData::Network(NetworkEvent::MemberRetracted(network::MemberRetracted {
                network: NETWORK,
                organisation: ORGANISATION,
                reason,
            }))
        }
        EventKind::NetworkRetracted => {
            EventData::Network(NetworkEvent::Retracted(network::Retracted {
                network: NETWORK,
                reason,
            }))
        }
        EventKind::MeetingReinstated => {
            EventData::Meeting(MeetingEvent::Reinstated(meeting::Reinstated {
                meeting: MEETING,
                network: NETWORK,
                reason,
            }))
        }
        EventKind::MeetingApprovalWithdrawn => EventData::Meeting(MeetingEvent::ApprovalWithdrawn(
            meeting::ApprovalWithdrawn {
                meeting: MEETING,
                network: NETWORK,
                reason,
            },
        )),
        EventKind::AgreementCorrected => {
            EventData::Agreement(AgreementEvent::Corrected(agreement::Corrected {
                agreement: AGREEMENT,
                facts: agreement_facts(),
                changed: changed(&["madeOn"]),
                reason,
            }))
        }
        EventKind::AgreementReopened => {
            EventData::Agreement(AgreementEvent::Reopened(agreement::Reopened {
                agreement: AGREEMENT,
                network: NETWORK,
                reason,
            }))
        }
        EventKind::AgreementRetracted => {
            EventData::Agreement(AgreementEvent::Retracted(agreement::Retracted {
                agreement: AGREEMENT,
                network: NETWORK,
                reason,
            }))
        }
        EventKind::MeetingScheduled => {
            EventData::Meeting(MeetingEvent::Scheduled(meeting::Scheduled {
                meeting: MEETING,
                plan: plan(),
                source: source(),
            }))
        }
        EventKind::MeetingRescheduled => {
            EventData::Meeting(MeetingEvent::Rescheduled(meeting::Rescheduled {
                meeting: MEETING,
                plan: plan(),
                changed: changed(&["occurredOn", "place"]),
                reason: Some(reason),
                source: source(),
            }))
        }
        EventKind::MeetingHeld => EventData::Meeting(MeetingEvent::Held(meeting::Held {
            meeting: MEETING,
            facts: meeting_facts(),
            source: source(),
        })),
        EventKind::MeetingCorrected => {
            EventData::Meeting(MeetingEvent::Corrected(meeting::Corrected {
                meeting: MEETING,
                facts: meeting_facts(),
                changed: changed(&["attendances"]),
                reason,
                source: source(),
            }))
        }
        EventKind::MeetingCancelled => {
            EventData::Meeting(MeetingEvent::Cancelled(meeting::Cancelled {
                meeting: MEETING,
                network: NETWORK,
                reason: Some(reason),
                source: source(),
            }))
        }
        EventKind::MeetingMinutesApproved => {
            EventData::Meeting(MeetingEvent::MinutesApproved(meeting::MinutesApproved {
                meeting: MEETING,
                network: NETWORK,
            }))
        }
        EventKind::MeetingRetracted => {
            EventData::Meeting(MeetingEvent::Retracted(meeting::Retracted {
                meeting: MEETING,
                network: NETWORK,
                reason,
            }))
        }
        EventKind::MeetingContinued => {
            EventData::Meeting(MeetingEvent::Continued(meeting::Continued {
                meeting: MEETING,
                network: NETWORK,
                attendances: attendances(),
                carried_over: vec![AGREEMENT],
                agenda: agenda(),
            }))
        }
        EventKind::AgreementMade => EventData::Agreement(AgreementEvent::Made(agreement::Made {
            agreement: AGREEMENT,
            facts: agreement_facts(),
        })),
        EventKind::AgreementChanged => {
            EventData::Agreement(AgreementEvent::Changed(agreement::Changed {
                agreement: AGREEMENT,
                facts: agreement_facts(),
                changed: changed(&["dueOn"]),
                reason,
            }))
        }
        EventKind::AgreementFulfilled => {
            EventData::Agreement(AgreementEvent::Fulfilled(agreement::Fulfilled {
                agreement: AGREEMENT,
                network: NETWORK,
                note: Some(sealed("Notiz")),
            }))
        }
        EventKind::AgreementDropped => {
            EventData::Agreement(AgreementEvent::Dropped(agreement::Dropped {
                agreement: AGREEMENT,
                network: NETWORK,
                reason: Some(reason),
            }))
        }
        EventKind::ReviewRequested
        | EventKind::ReviewAssigned
        | EventKind::ReviewConflictDeclared
        | EventKind::ReviewAdviceAsked
        | EventKind::ReviewAdviceGiven
        | EventKind::ReviewStepCompleted
        | EventKind::ReviewStepRetracted
        | EventKind::ReviewClarificationAsked
        | EventKind::ReviewClarificationReceived
        | EventKind::ReviewDeadlineExtended
        | EventKind::ReviewScored
        | EventKind::ReviewDrafted
        | EventKind::ReviewSigned
        | EventKind::ReviewIssued
        | EventKind::ReviewSuperseded
        | EventKind::ReviewWithdrawn
        | EventKind::ReviewDeclined
        | EventKind::ReviewLapsed
        | EventKind::ReviewClosed
        | EventKind::ReviewFundingDecided
        | EventKind::ReviewAttachmentAdded
        | EventKind::ReviewCorrected
        | EventKind::ReviewRetracted
        | EventKind::ReviewClarificationRetracted
        | EventKind::ReviewAdviceRetracted
        | EventKind::ReviewAttachmentRetracted
        | EventKind::ReviewReopened
        | EventKind::ReviewEndingCorrected
        | EventKind::ReviewVersionChanged => EventData::Review(reviews::event(kind).unwrap()),
        EventKind::SourceSeen => EventData::Seen(SourceSeen {
            record: CONSULTATION.record(),
            source: SourceDigest(*Uuid::from_u128(0x0123_4567_89ab_cdef).as_bytes()),
            agreed: changed(&["durationMinutes"]),
        }),
        EventKind::LetterheadSet => EventData::Letterhead(letterhead_set()),
        EventKind::AccountRegistered
        | EventKind::AccountRenamed
        | EventKind::AccountLocked
        | EventKind::AccountUnlocked
        | EventKind::AccountRoleGranted
        | EventKind::AccountRoleRevoked
        | EventKind::AccountDeputyAppointed
        | EventKind::AccountDeputyEnded
        | EventKind::AccountTokenIssued
        | EventKind::AccountTokenRevoked
        | EventKind::ExceptionOrderOpened
        | EventKind::ExceptionOrderClosed
        | EventKind::ExceptionGlassBroken
        | EventKind::ExceptionGlassClosed => accounts::event(kind).unwrap(),
        EventKind::AccessRead => EventData::Access(AccessEvent::Read(access::Read {
            operation: access::Operation {
                kind: access::OperationKind::Query,
                fields: changed(&["consultation"]),
            },
            purpose: code("DUTIES"),
            deputy_for: Some(ActorId(Uuid::from_u128(7))),
            token: Some(MachineTokenId(Uuid::from_u128(8))),
            cells: vec![code("CONSULTATION_CODED"), code("CONSULTATION_TEXT")],
            records: vec![CONSULTATION.record()],
        })),
        EventKind::AccessMonthRemoved => {
            EventData::Access(AccessEvent::MonthRemoved(access::MonthRemoved {
                month: "2024-10".into(),
                entries: 12_345,
            }))
        }
        EventKind::UnitDeclared => EventData::Unit(UnitEvent::Declared(Declared {
            unit: UNIT,
            name: sealed("Jugendamt"),
        })),
        EventKind::UnitRenamed => EventData::Unit(UnitEvent::Renamed(Renamed {
            unit: UNIT,
            name: sealed("Amt für Jugend und Familie"),
            reason: Some(sealed("Neue Gliederung")),
        })),
    }
}
