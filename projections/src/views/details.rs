//! What an event's timeline entry takes from its data: changed fields, the reason, other records.

use querschnitt_domain::account::AccountEvent;
use querschnitt_domain::agreement::AgreementEvent;
use querschnitt_domain::consultation::ConsultationEvent;
use querschnitt_domain::exception::ExceptionEvent;
use querschnitt_domain::letterhead::LetterheadEvent;
use querschnitt_domain::meeting::MeetingEvent;
use querschnitt_domain::network::NetworkEvent;
use querschnitt_domain::organisation::OrganisationEvent;
use querschnitt_domain::review::ReviewEvent;
use querschnitt_domain::unit::UnitEvent;
use querschnitt_domain::{Commitment, EventData, RecordId};

/// The fields an event changed, as clients name them.
pub(super) fn changed_fields(data: &EventData) -> Box<[Box<str>]> {
    match data {
        EventData::Organisation(event) => match event {
            OrganisationEvent::Described(event) => event.changed.as_slice().into(),
            OrganisationEvent::Renamed(_) => [Box::from("name")].into(),
            OrganisationEvent::RelationSet(_) => [Box::from("relation")].into(),
            OrganisationEvent::Corrected(event) => event.changed.as_slice().into(),
            OrganisationEvent::Registered(_)
            | OrganisationEvent::LinkedAsSame(_)
            | OrganisationEvent::UnlinkedAsSame(_)
            | OrganisationEvent::Retracted(_) => [].into(),
        },
        EventData::Consultation(event) => match event {
            ConsultationEvent::Corrected(event) => event.changed.as_slice().into(),
            ConsultationEvent::Recorded(_)
            | ConsultationEvent::Retracted(_)
            | ConsultationEvent::Linked(_)
            | ConsultationEvent::Unlinked(_) => [].into(),
        },
        EventData::Network(event) => match event {
            NetworkEvent::Changed(event) => event.changed.as_slice().into(),
            NetworkEvent::Corrected(event) => event.changed.as_slice().into(),
            NetworkEvent::MemberCorrected(event) => event.changed.as_slice().into(),
            NetworkEvent::Founded(_)
            | NetworkEvent::MemberJoined(_)
            | NetworkEvent::MemberLeft(_)
            | NetworkEvent::Closed(_)
            | NetworkEvent::Reopened(_)
            | NetworkEvent::MemberRetracted(_)
            | NetworkEvent::Retracted(_) => [].into(),
        },
        EventData::Meeting(event) => match event {
            MeetingEvent::Rescheduled(event) => event.changed.as_slice().into(),
            MeetingEvent::Corrected(event) => event.changed.as_slice().into(),
            MeetingEvent::Scheduled(_)
            | MeetingEvent::Held(_)
            | MeetingEvent::Cancelled(_)
            | MeetingEvent::MinutesApproved(_)
            | MeetingEvent::Retracted(_)
            | MeetingEvent::Reinstated(_)
            | MeetingEvent::ApprovalWithdrawn(_)
            | MeetingEvent::Continued(_) => [].into(),
        },
        EventData::Agreement(event) => match event {
            AgreementEvent::Changed(event) => event.changed.as_slice().into(),
            AgreementEvent::Corrected(event) => event.changed.as_slice().into(),
            AgreementEvent::Made(_)
            | AgreementEvent::Fulfilled(_)
            | AgreementEvent::Dropped(_)
            | AgreementEvent::Reopened(_)
            | AgreementEvent::Retracted(_) => [].into(),
        },
        EventData::Review(event) => match event {
            ReviewEvent::Corrected(event) => event.changed.as_slice().into(),
            ReviewEvent::EndingCorrected(event) => event.changed.as_slice().into(),
            ReviewEvent::Requested(_)
            | ReviewEvent::Assigned(_)
            | ReviewEvent::ConflictDeclared(_)
            | ReviewEvent::AdviceAsked(_)
            | ReviewEvent::AdviceGiven(_)
            | ReviewEvent::StepCompleted(_)
            | ReviewEvent::StepRetracted(_)
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
            | ReviewEvent::VersionChanged(_)
            | ReviewEvent::Reopened(_)
            | ReviewEvent::AttachmentRetracted(_)
            | ReviewEvent::AdviceRetracted(_)
            | ReviewEvent::ClarificationRetracted(_)
            | ReviewEvent::Retracted(_) => [].into(),
        },
        EventData::Seen(_) | EventData::Access(_) => [].into(),
        EventData::Letterhead(LetterheadEvent::Set(event)) => event.changed.as_slice().into(),
        EventData::Account(event) => match event {
            AccountEvent::Renamed(event) => event.changed.as_slice().into(),
            AccountEvent::Registered(_)
            | AccountEvent::Locked(_)
            | AccountEvent::Unlocked(_)
            | AccountEvent::RoleGranted(_)
            | AccountEvent::RoleRevoked(_)
            | AccountEvent::DeputyAppointed(_)
            | AccountEvent::DeputyEnded(_)
            | AccountEvent::TokenIssued(_)
            | AccountEvent::TokenRevoked(_) => [].into(),
        },
        EventData::Exception(_) => [].into(),
        EventData::Unit(UnitEvent::Declared(_)) => [].into(),
        EventData::Unit(UnitEvent::Renamed(_)) => ["name".into()].into(),
    }
}

/// Why it happened, sealed.
pub(super) const fn reason(data: &EventData) -> Option<Commitment> {
    match data {
        EventData::Organisation(event) => match event {
            OrganisationEvent::Renamed(event) => event.reason,
            OrganisationEvent::Described(event) => event.reason,
            OrganisationEvent::LinkedAsSame(event) => Some(event.reason),
            OrganisationEvent::UnlinkedAsSame(event) => Some(event.reason),
            OrganisationEvent::Corrected(event) => Some(event.reason),
            OrganisationEvent::Retracted(event) => Some(event.reason),
            OrganisationEvent::Registered(_) | OrganisationEvent::RelationSet(_) => None,
        },
        EventData::Consultation(event) => match event {
            ConsultationEvent::Corrected(event) => Some(event.reason),
            ConsultationEvent::Retracted(event) => Some(event.reason),
            ConsultationEvent::Recorded(_)
            | ConsultationEvent::Linked(_)
            | ConsultationEvent::Unlinked(_) => None,
        },
        EventData::Network(event) => match event {
            NetworkEvent::Changed(event) => event.reason,
            NetworkEvent::MemberLeft(event) => event.reason,
            NetworkEvent::Closed(event) => event.reason,
            NetworkEvent::Reopened(event) => Some(event.reason),
            NetworkEvent::Corrected(event) => Some(event.reason),
            NetworkEvent::MemberCorrected(event) => Some(event.reason),
            NetworkEvent::MemberRetracted(event) => Some(event.reason),
            NetworkEvent::Retracted(event) => Some(event.reason),
            NetworkEvent::Founded(_) | NetworkEvent::MemberJoined(_) => None,
        },
        EventData::Meeting(event) => match event {
            MeetingEvent::Rescheduled(event) => event.reason,
            MeetingEvent::Corrected(event) => Some(event.reason),
            MeetingEvent::Cancelled(event) => event.reason,
            MeetingEvent::Retracted(event) => Some(event.reason),
            MeetingEvent::Reinstated(event) => Some(event.reason),
            MeetingEvent::ApprovalWithdrawn(event) => Some(event.reason),
            MeetingEvent::Scheduled(_)
            | MeetingEvent::Held(_)
            | MeetingEvent::MinutesApproved(_)
            | MeetingEvent::Continued(_) => None,
        },
        EventData::Agreement(event) => match event {
            AgreementEvent::Changed(event) => Some(event.reason),
            AgreementEvent::Dropped(event) => event.reason,
            AgreementEvent::Corrected(event) => Some(event.reason),
            AgreementEvent::Reopened(event) => Some(event.reason),
            AgreementEvent::Retracted(event) => Some(event.reason),
            AgreementEvent::Made(_) | AgreementEvent::Fulfilled(_) => None,
        },
        EventData::Review(event) => match event {
            ReviewEvent::ConflictDeclared(event) => event.reason,
            ReviewEvent::StepRetracted(event) => Some(event.reason),
            ReviewEvent::DeadlineExtended(event) => Some(event.reason),
            ReviewEvent::Superseded(event) => Some(event.reason),
            ReviewEvent::Withdrawn(event) => event.reason,
            ReviewEvent::Declined(event) => Some(event.reason),
            ReviewEvent::Lapsed(event) => event.reason,
            ReviewEvent::Corrected(event) => Some(event.reason),
            ReviewEvent::Retracted(event) => Some(event.reason),
            ReviewEvent::ClarificationRetracted(event) => Some(event.reason),
            ReviewEvent::AdviceRetracted(event) => Some(event.reason),
            ReviewEvent::AttachmentRetracted(event) => Some(event.reason),
            ReviewEvent::Reopened(event) => Some(event.reason),
            ReviewEvent::EndingCorrected(event) => Some(event.reason),
            ReviewEvent::Requested(_)
            | ReviewEvent::Assigned(_)
            | ReviewEvent::AdviceAsked(_)
            | ReviewEvent::AdviceGiven(_)
            | ReviewEvent::StepCompleted(_)
            | ReviewEvent::ClarificationAsked(_)
            | ReviewEvent::ClarificationReceived(_)
            | ReviewEvent::Scored(_)
            | ReviewEvent::Drafted(_)
            | ReviewEvent::Signed(_)
            | ReviewEvent::Issued(_)
            | ReviewEvent::Closed(_)
            | ReviewEvent::FundingDecided(_)
            | ReviewEvent::VersionChanged(_)
            | ReviewEvent::AttachmentAdded(_) => None,
        },
        EventData::Seen(_) | EventData::Access(_) => None,
        EventData::Letterhead(LetterheadEvent::Set(_)) => None,
        EventData::Account(event) => match event {
            AccountEvent::Locked(event) => Some(event.reason),
            AccountEvent::Unlocked(event) => Some(event.reason),
            AccountEvent::RoleRevoked(event) => event.reason,
            AccountEvent::Registered(_)
            | AccountEvent::Renamed(_)
            | AccountEvent::RoleGranted(_)
            | AccountEvent::DeputyAppointed(_)
            | AccountEvent::DeputyEnded(_)
            | AccountEvent::TokenIssued(_)
            | AccountEvent::TokenRevoked(_) => None,
        },
        EventData::Exception(event) => match event {
            ExceptionEvent::OrderOpened(event) => Some(event.reason),
            ExceptionEvent::GlassBroken(event) => Some(event.reason),
            ExceptionEvent::OrderClosed(_) | ExceptionEvent::GlassClosed(_) => None,
        },
        EventData::Unit(UnitEvent::Declared(_)) => None,
        EventData::Unit(UnitEvent::Renamed(event)) => event.reason,
    }
}

/// The records an event names, read from its tags: what it is found under in the log is what it is
/// found under here.
pub(super) fn other_records(data: &EventData) -> impl Iterator<Item = RecordId> {
    data.tags()
        .into_iter()
        .filter_map(|tag| tag.as_str().parse().ok())
}
