//! The sum of all event kinds, their stable wire names and how they are stored. More than 400 lines:
//! the exhaustive matches over every kind, kept beside each other on purpose.
//!
//! Adding a kind starts here: the compiler then names every place that has to say what it means.

use serde::Serialize;

use crate::access::{self, AccessEvent};
use crate::account::AccountEvent;
use crate::agreement::AgreementEvent;
use crate::consultation::ConsultationEvent;
use crate::exception::ExceptionEvent;
use crate::id::{ActorId, RecordId};
use crate::letterhead::LetterheadEvent;
use crate::meeting::MeetingEvent;
use crate::network::NetworkEvent;
use crate::organisation::OrganisationEvent;
use crate::query::Tag;
use crate::review::ReviewEvent;
use crate::seen::SourceSeen;
use crate::unit::{Unit, UnitEvent};
use crate::{
    account, agreement, consultation, exception, letterhead, meeting, network, organisation,
    review, unit,
};

/// What an event says happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EventData {
    /// To an organisation.
    Organisation(OrganisationEvent),
    /// To a consultation.
    Consultation(ConsultationEvent),
    /// To a network.
    Network(NetworkEvent),
    /// To a meeting.
    Meeting(MeetingEvent),
    /// To an agreement.
    Agreement(AgreementEvent),
    /// To a review.
    Review(ReviewEvent),
    /// Nothing: an import read its source again.
    Seen(SourceSeen),
    /// To a letterhead.
    Letterhead(LetterheadEvent),
    /// To an account and its rights.
    Account(AccountEvent),
    /// To what opens something that is closed otherwise.
    Exception(ExceptionEvent),
    /// Nothing: somebody read. Stands in the access log only.
    Access(AccessEvent),
    /// To a unit.
    Unit(UnitEvent),
}

/// Makes the kinds from one list, so that none can be missing where all of them are wanted.
macro_rules! kinds {
    ($($kind:ident = $name:literal,)+) => {
        /// The kinds of events, without their content.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        pub enum EventKind {
            $(#[doc = concat!("`", $name, "`: see the variant of [`EventData`] with this name.")] $kind,)+
        }

        impl EventKind {
            /// Every kind.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$kind),+];

            /// The stable name in stored lines, written by hand: renaming a variant changes no
            /// stored data.
            #[must_use]
            pub const fn wire_name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)+
                }
            }

            /// The kind with this stored name.
            #[must_use]
            pub fn from_wire_name(name: &str) -> Option<Self> {
                Some(match name {
                    $($name => Self::$kind,)+
                    _ => return None,
                })
            }
        }
    };
}

// Kinds are never taken out and names never changed: both are stored.
kinds! {
    OrganisationRegistered = "organisation.registered",
    OrganisationRenamed = "organisation.renamed",
    OrganisationDescribed = "organisation.described",
    OrganisationRelationSet = "organisation.relation_set",
    OrganisationLinkedAsSame = "organisation.linked_as_same",
    OrganisationUnlinkedAsSame = "organisation.unlinked_as_same",
    OrganisationCorrected = "organisation.corrected",
    OrganisationRetracted = "organisation.retracted",
    ConsultationRecorded = "consultation.recorded",
    ConsultationCorrected = "consultation.corrected",
    ConsultationRetracted = "consultation.retracted",
    ConsultationLinked = "consultation.linked",
    ConsultationUnlinked = "consultation.unlinked",
    NetworkFounded = "network.founded",
    NetworkChanged = "network.changed",
    NetworkMemberJoined = "network.member_joined",
    NetworkMemberLeft = "network.member_left",
    NetworkClosed = "network.closed",
    NetworkReopened = "network.reopened",
    NetworkCorrected = "network.corrected",
    NetworkMemberCorrected = "network.member_corrected",
    NetworkMemberRetracted = "network.member_retracted",
    NetworkRetracted = "network.retracted",
    MeetingScheduled = "meeting.scheduled",
    MeetingRescheduled = "meeting.rescheduled",
    MeetingHeld = "meeting.held",
    MeetingCorrected = "meeting.corrected",
    MeetingCancelled = "meeting.cancelled",
    MeetingMinutesApproved = "meeting.minutes_approved",
    MeetingRetracted = "meeting.retracted",
    MeetingContinued = "meeting.continued",
    MeetingReinstated = "meeting.reinstated",
    MeetingApprovalWithdrawn = "meeting.approval_withdrawn",
    AgreementMade = "agreement.made",
    AgreementChanged = "agreement.changed",
    AgreementFulfilled = "agreement.fulfilled",
    AgreementDropped = "agreement.dropped",
    AgreementCorrected = "agreement.corrected",
    AgreementReopened = "agreement.reopened",
    AgreementRetracted = "agreement.retracted",
    ReviewRequested = "review.requested",
    ReviewAssigned = "review.assigned",
    ReviewConflictDeclared = "review.conflict_declared",
    ReviewAdviceAsked = "review.advice_asked",
    ReviewAdviceGiven = "review.advice_given",
    ReviewStepCompleted = "review.step_completed",
    ReviewStepRetracted = "review.step_retracted",
    ReviewClarificationAsked = "review.clarification_asked",
    ReviewClarificationReceived = "review.clarification_received",
    ReviewDeadlineExtended = "review.deadline_extended",
    ReviewScored = "review.scored",
    ReviewDrafted = "review.drafted",
    ReviewSigned = "review.signed",
    ReviewIssued = "review.issued",
    ReviewSuperseded = "review.superseded",
    ReviewWithdrawn = "review.withdrawn",
    ReviewDeclined = "review.declined",
    ReviewLapsed = "review.lapsed",
    ReviewClosed = "review.closed",
    ReviewFundingDecided = "review.funding_decided",
    ReviewAttachmentAdded = "review.attachment_added",
    ReviewCorrected = "review.corrected",
    ReviewRetracted = "review.retracted",
    ReviewVersionChanged = "review.version_changed",
    ReviewEndingCorrected = "review.ending_corrected",
    ReviewReopened = "review.reopened",
    ReviewAttachmentRetracted = "review.attachment_retracted",
    ReviewAdviceRetracted = "review.advice_retracted",
    ReviewClarificationRetracted = "review.clarification_retracted",
    SourceSeen = "source.seen",
    LetterheadSet = "letterhead.set",
    AccountRegistered = "account.registered",
    AccountRenamed = "account.renamed",
    AccountLocked = "account.locked",
    AccountUnlocked = "account.unlocked",
    AccountRoleGranted = "account.role_granted",
    AccountRoleRevoked = "account.role_revoked",
    AccountDeputyAppointed = "account.deputy_appointed",
    AccountDeputyEnded = "account.deputy_ended",
    AccountTokenIssued = "account.token_issued",
    AccountTokenRevoked = "account.token_revoked",
    ExceptionOrderOpened = "exception.order_opened",
    ExceptionOrderClosed = "exception.order_closed",
    ExceptionGlassBroken = "exception.glass_broken",
    ExceptionGlassClosed = "exception.glass_closed",
    AccessRead = "access.read",
    AccessMonthRemoved = "access.month_removed",
    UnitDeclared = "unit.declared",
    UnitRenamed = "unit.renamed",
}

impl EventKind {
    /// The current version of this kind's stored shape. Older ones are converted when read.
    #[must_use]
    pub const fn version(self) -> u16 {
        match self {
            Self::OrganisationRegistered
            | Self::OrganisationRenamed
            | Self::OrganisationDescribed
            | Self::OrganisationRelationSet
            | Self::OrganisationLinkedAsSame
            | Self::OrganisationUnlinkedAsSame
            | Self::OrganisationCorrected
            | Self::OrganisationRetracted
            | Self::ConsultationRecorded
            | Self::ConsultationCorrected
            | Self::ConsultationRetracted
            | Self::ConsultationLinked
            | Self::ConsultationUnlinked
            | Self::NetworkFounded
            | Self::NetworkChanged
            | Self::NetworkMemberJoined
            | Self::NetworkMemberLeft
            | Self::NetworkClosed
            | Self::NetworkReopened
            | Self::NetworkCorrected
            | Self::NetworkMemberCorrected
            | Self::NetworkMemberRetracted
            | Self::NetworkRetracted
            | Self::MeetingScheduled
            | Self::MeetingRescheduled
            | Self::MeetingHeld
            | Self::MeetingCorrected
            | Self::MeetingCancelled
            | Self::MeetingMinutesApproved
            | Self::MeetingRetracted
            | Self::MeetingContinued
            | Self::MeetingReinstated
            | Self::MeetingApprovalWithdrawn
            | Self::AgreementMade
            | Self::AgreementChanged
            | Self::AgreementFulfilled
            | Self::AgreementDropped
            | Self::AgreementCorrected
            | Self::AgreementReopened
            | Self::AgreementRetracted
            | Self::ReviewAssigned
            | Self::ReviewConflictDeclared
            | Self::ReviewAdviceGiven
            | Self::ReviewStepRetracted
            | Self::ReviewClarificationAsked
            | Self::ReviewClarificationReceived
            | Self::ReviewDeadlineExtended
            | Self::ReviewScored
            | Self::ReviewDrafted
            | Self::ReviewSigned
            | Self::ReviewIssued
            | Self::ReviewSuperseded
            | Self::ReviewWithdrawn
            | Self::ReviewDeclined
            | Self::ReviewLapsed
            | Self::ReviewClosed
            | Self::ReviewFundingDecided
            | Self::ReviewAttachmentAdded
            | Self::ReviewVersionChanged
            | Self::ReviewEndingCorrected
            | Self::ReviewReopened
            | Self::ReviewAttachmentRetracted
            | Self::ReviewAdviceRetracted
            | Self::ReviewClarificationRetracted
            | Self::ReviewRetracted
            | Self::SourceSeen
            | Self::LetterheadSet
            | Self::UnitDeclared
            | Self::UnitRenamed
            | Self::AccountRegistered
            | Self::AccountRenamed
            | Self::AccountLocked
            | Self::AccountUnlocked
            | Self::AccountRoleGranted
            | Self::AccountRoleRevoked
            | Self::AccountDeputyAppointed
            | Self::AccountDeputyEnded
            | Self::AccountTokenIssued
            | Self::AccountTokenRevoked
            | Self::ExceptionOrderOpened
            | Self::ExceptionOrderClosed
            | Self::ExceptionGlassBroken
            | Self::ExceptionGlassClosed
            | Self::AccessRead
            | Self::AccessMonthRemoved => 1,
            // Version 1 named units by what they are called.
            Self::ReviewRequested
            | Self::ReviewAdviceAsked
            | Self::ReviewStepCompleted
            | Self::ReviewCorrected => 2,
        }
    }

    /// Whether events of this kind stand in the access log, and never in the log of the book.
    #[must_use]
    pub const fn is_access(self) -> bool {
        matches!(self, Self::AccessRead | Self::AccessMonthRemoved)
    }
}

impl EventData {
    /// Which kind it is.
    #[must_use]
    pub const fn kind(&self) -> EventKind {
        match self {
            Self::Organisation(event) => match event {
                OrganisationEvent::Registered(_) => EventKind::OrganisationRegistered,
                OrganisationEvent::Renamed(_) => EventKind::OrganisationRenamed,
                OrganisationEvent::Described(_) => EventKind::OrganisationDescribed,
                OrganisationEvent::RelationSet(_) => EventKind::OrganisationRelationSet,
                OrganisationEvent::LinkedAsSame(_) => EventKind::OrganisationLinkedAsSame,
                OrganisationEvent::UnlinkedAsSame(_) => EventKind::OrganisationUnlinkedAsSame,
                OrganisationEvent::Corrected(_) => EventKind::OrganisationCorrected,
                OrganisationEvent::Retracted(_) => EventKind::OrganisationRetracted,
            },
            Self::Consultation(event) => match event {
                ConsultationEvent::Recorded(_) => EventKind::ConsultationRecorded,
                ConsultationEvent::Corrected(_) => EventKind::ConsultationCorrected,
                ConsultationEvent::Retracted(_) => EventKind::ConsultationRetracted,
                ConsultationEvent::Linked(_) => EventKind::ConsultationLinked,
                ConsultationEvent::Unlinked(_) => EventKind::ConsultationUnlinked,
            },
            Self::Network(event) => match event {
                NetworkEvent::Founded(_) => EventKind::NetworkFounded,
                NetworkEvent::Changed(_) => EventKind::NetworkChanged,
                NetworkEvent::MemberJoined(_) => EventKind::NetworkMemberJoined,
                NetworkEvent::MemberLeft(_) => EventKind::NetworkMemberLeft,
                NetworkEvent::Closed(_) => EventKind::NetworkClosed,
                NetworkEvent::Reopened(_) => EventKind::NetworkReopened,
                NetworkEvent::Corrected(_) => EventKind::NetworkCorrected,
                NetworkEvent::MemberCorrected(_) => EventKind::NetworkMemberCorrected,
                NetworkEvent::MemberRetracted(_) => EventKind::NetworkMemberRetracted,
                NetworkEvent::Retracted(_) => EventKind::NetworkRetracted,
            },
            Self::Meeting(event) => match event {
                MeetingEvent::Scheduled(_) => EventKind::MeetingScheduled,
                MeetingEvent::Rescheduled(_) => EventKind::MeetingRescheduled,
                MeetingEvent::Held(_) => EventKind::MeetingHeld,
                MeetingEvent::Corrected(_) => EventKind::MeetingCorrected,
                MeetingEvent::Cancelled(_) => EventKind::MeetingCancelled,
                MeetingEvent::MinutesApproved(_) => EventKind::MeetingMinutesApproved,
                MeetingEvent::Retracted(_) => EventKind::MeetingRetracted,
                MeetingEvent::Continued(_) => EventKind::MeetingContinued,
                MeetingEvent::Reinstated(_) => EventKind::MeetingReinstated,
                MeetingEvent::ApprovalWithdrawn(_) => EventKind::MeetingApprovalWithdrawn,
            },
            Self::Agreement(event) => match event {
                AgreementEvent::Made(_) => EventKind::AgreementMade,
                AgreementEvent::Changed(_) => EventKind::AgreementChanged,
                AgreementEvent::Fulfilled(_) => EventKind::AgreementFulfilled,
                AgreementEvent::Dropped(_) => EventKind::AgreementDropped,
                AgreementEvent::Corrected(_) => EventKind::AgreementCorrected,
                AgreementEvent::Reopened(_) => EventKind::AgreementReopened,
                AgreementEvent::Retracted(_) => EventKind::AgreementRetracted,
            },
            Self::Review(event) => match event {
                ReviewEvent::Requested(_) => EventKind::ReviewRequested,
                ReviewEvent::Assigned(_) => EventKind::ReviewAssigned,
                ReviewEvent::ConflictDeclared(_) => EventKind::ReviewConflictDeclared,
                ReviewEvent::AdviceAsked(_) => EventKind::ReviewAdviceAsked,
                ReviewEvent::AdviceGiven(_) => EventKind::ReviewAdviceGiven,
                ReviewEvent::StepCompleted(_) => EventKind::ReviewStepCompleted,
                ReviewEvent::StepRetracted(_) => EventKind::ReviewStepRetracted,
                ReviewEvent::ClarificationAsked(_) => EventKind::ReviewClarificationAsked,
                ReviewEvent::ClarificationReceived(_) => EventKind::ReviewClarificationReceived,
                ReviewEvent::DeadlineExtended(_) => EventKind::ReviewDeadlineExtended,
                ReviewEvent::Scored(_) => EventKind::ReviewScored,
                ReviewEvent::Drafted(_) => EventKind::ReviewDrafted,
                ReviewEvent::Signed(_) => EventKind::ReviewSigned,
                ReviewEvent::Issued(_) => EventKind::ReviewIssued,
                ReviewEvent::Superseded(_) => EventKind::ReviewSuperseded,
                ReviewEvent::Withdrawn(_) => EventKind::ReviewWithdrawn,
                ReviewEvent::Declined(_) => EventKind::ReviewDeclined,
                ReviewEvent::Lapsed(_) => EventKind::ReviewLapsed,
                ReviewEvent::Closed(_) => EventKind::ReviewClosed,
                ReviewEvent::FundingDecided(_) => EventKind::ReviewFundingDecided,
                ReviewEvent::AttachmentAdded(_) => EventKind::ReviewAttachmentAdded,
                ReviewEvent::Corrected(_) => EventKind::ReviewCorrected,
                ReviewEvent::Retracted(_) => EventKind::ReviewRetracted,
                ReviewEvent::ClarificationRetracted(_) => EventKind::ReviewClarificationRetracted,
                ReviewEvent::AdviceRetracted(_) => EventKind::ReviewAdviceRetracted,
                ReviewEvent::AttachmentRetracted(_) => EventKind::ReviewAttachmentRetracted,
                ReviewEvent::Reopened(_) => EventKind::ReviewReopened,
                ReviewEvent::EndingCorrected(_) => EventKind::ReviewEndingCorrected,
                ReviewEvent::VersionChanged(_) => EventKind::ReviewVersionChanged,
            },
            Self::Seen(_) => EventKind::SourceSeen,
            Self::Letterhead(event) => match event {
                LetterheadEvent::Set(_) => EventKind::LetterheadSet,
            },
            Self::Account(event) => match event {
                AccountEvent::Registered(_) => EventKind::AccountRegistered,
                AccountEvent::Renamed(_) => EventKind::AccountRenamed,
                AccountEvent::Locked(_) => EventKind::AccountLocked,
                AccountEvent::Unlocked(_) => EventKind::AccountUnlocked,
                AccountEvent::RoleGranted(_) => EventKind::AccountRoleGranted,
                AccountEvent::RoleRevoked(_) => EventKind::AccountRoleRevoked,
                AccountEvent::DeputyAppointed(_) => EventKind::AccountDeputyAppointed,
                AccountEvent::DeputyEnded(_) => EventKind::AccountDeputyEnded,
                AccountEvent::TokenIssued(_) => EventKind::AccountTokenIssued,
                AccountEvent::TokenRevoked(_) => EventKind::AccountTokenRevoked,
            },
            Self::Exception(event) => match event {
                ExceptionEvent::OrderOpened(_) => EventKind::ExceptionOrderOpened,
                ExceptionEvent::OrderClosed(_) => EventKind::ExceptionOrderClosed,
                ExceptionEvent::GlassBroken(_) => EventKind::ExceptionGlassBroken,
                ExceptionEvent::GlassClosed(_) => EventKind::ExceptionGlassClosed,
            },
            Self::Access(event) => match event {
                AccessEvent::Read(_) => EventKind::AccessRead,
                AccessEvent::MonthRemoved(_) => EventKind::AccessMonthRemoved,
            },
            Self::Unit(event) => match event {
                UnitEvent::Declared(_) => EventKind::UnitDeclared,
                UnitEvent::Renamed(_) => EventKind::UnitRenamed,
            },
        }
    }

    /// The record whose timeline this event stands in first; none for an entry of the access log, which
    /// is about what was read and stands in no timeline.
    #[must_use]
    pub const fn record(&self) -> Option<RecordId> {
        Some(match self {
            Self::Organisation(event) => event.organisation().record(),
            Self::Consultation(event) => event.consultation().record(),
            Self::Network(event) => event.network().record(),
            Self::Meeting(event) => event.meeting().record(),
            Self::Agreement(event) => event.agreement().record(),
            Self::Review(event) => event.review().record(),
            Self::Seen(event) => event.record,
            Self::Letterhead(event) => event.letterhead().record(),
            Self::Account(event) => event.account().record(),
            Self::Exception(event) => event.record(),
            Self::Access(_) => return None,
            Self::Unit(event) => event.unit().record(),
        })
    }

    /// The names under which the event is found: its own record first, then the others it names,
    /// each once.
    #[must_use]
    pub fn tags(&self) -> Vec<Tag> {
        let mut records: Vec<RecordId> = self.record().into_iter().collect();
        match self {
            Self::Organisation(event) => records.extend(event.other().map(|id| id.record())),
            Self::Consultation(event) => records.extend(event.others()),
            Self::Network(event) => records.extend(event.organisation().map(|id| id.record())),
            Self::Meeting(event) => {
                records.push(event.network().record());
                records.extend(event.organisations().map(|id| id.record()));
            }
            Self::Agreement(event) => {
                records.push(event.network().record());
                if let Some(facts) = event.facts() {
                    records.extend(facts.meeting.map(|id| id.record()));
                    records.extend(facts.responsible.map(|id| id.record()));
                }
            }
            Self::Review(event) => {
                records.extend(event.organisation().map(|id| id.record()));
                records.extend(event.other().map(|id| id.record()));
            }
            Self::Seen(_) => {}
            Self::Letterhead(LetterheadEvent::Set(_)) => {}
            Self::Account(event) => records.extend(event.represented().map(ActorId::record)),
            // Not the records an order names: who may read those learns nothing of it.
            Self::Exception(_) => {}
            // Each once already; looking for repetitions among a hundred would be felt at every read.
            Self::Access(event) => return event.records().iter().map(|id| id.tag()).collect(),
            Self::Unit(UnitEvent::Declared(_) | UnitEvent::Renamed(_)) => {}
        }
        let mut tags: Vec<Tag> = Vec::with_capacity(records.len());
        for record in records {
            let tag = record.tag();
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        tags
    }

    /// The units the event names.
    pub fn units(&self) -> impl Iterator<Item = &Unit> {
        let units = match self {
            Self::Review(event) => event.units(),
            Self::Organisation(_)
            | Self::Consultation(_)
            | Self::Network(_)
            | Self::Meeting(_)
            | Self::Agreement(_)
            | Self::Seen(_)
            | Self::Letterhead(_)
            | Self::Account(_)
            | Self::Exception(_)
            | Self::Access(_)
            | Self::Unit(_) => [None, None],
        };
        units.into_iter().flatten()
    }

    /// Reads the `data` of a stored line of this kind and version.
    ///
    /// # Errors
    /// When the version is newer than this program, or the data is not of its shape.
    pub fn decode(kind: EventKind, version: u16, data: &str) -> Result<Self, DecodeError> {
        if version == 0 || version > kind.version() {
            return Err(DecodeError::Version { kind, version });
        }
        let event = match kind {
            EventKind::OrganisationRegistered => {
                serde_json::from_str::<organisation::Registered>(data)
                    .map(|event| Self::Organisation(OrganisationEvent::Registered(event)))
            }
            EventKind::OrganisationRenamed => serde_json::from_str::<organisation::Renamed>(data)
                .map(|event| Self::Organisation(OrganisationEvent::Renamed(event))),
            EventKind::OrganisationDescribed => {
                serde_json::from_str::<organisation::Described>(data)
                    .map(|event| Self::Organisation(OrganisationEvent::Described(event)))
            }
            EventKind::OrganisationRelationSet => {
                serde_json::from_str::<organisation::RelationSet>(data)
                    .map(|event| Self::Organisation(OrganisationEvent::RelationSet(event)))
            }
            EventKind::OrganisationLinkedAsSame => {
                serde_json::from_str::<organisation::LinkedAsSame>(data)
                    .map(|event| Self::Organisation(OrganisationEvent::LinkedAsSame(event)))
            }
            EventKind::OrganisationUnlinkedAsSame => {
                serde_json::from_str::<organisation::UnlinkedAsSame>(data)
                    .map(|event| Self::Organisation(OrganisationEvent::UnlinkedAsSame(event)))
            }
            EventKind::OrganisationCorrected => {
                serde_json::from_str::<organisation::Corrected>(data)
                    .map(|event| Self::Organisation(OrganisationEvent::Corrected(event)))
            }
            EventKind::OrganisationRetracted => {
                serde_json::from_str::<organisation::Retracted>(data)
                    .map(|event| Self::Organisation(OrganisationEvent::Retracted(event)))
            }
            EventKind::ConsultationRecorded => serde_json::from_str::<consultation::Recorded>(data)
                .map(|event| Self::Consultation(ConsultationEvent::Recorded(event))),
            EventKind::ConsultationCorrected => {
                serde_json::from_str::<consultation::Corrected>(data)
                    .map(|event| Self::Consultation(ConsultationEvent::Corrected(event)))
            }
            EventKind::ConsultationRetracted => {
                serde_json::from_str::<consultation::Retracted>(data)
                    .map(|event| Self::Consultation(ConsultationEvent::Retracted(event)))
            }
            EventKind::ConsultationLinked => serde_json::from_str::<consultation::Linked>(data)
                .map(|event| Self::Consultation(ConsultationEvent::Linked(event))),
            EventKind::ConsultationUnlinked => serde_json::from_str::<consultation::Unlinked>(data)
                .map(|event| Self::Consultation(ConsultationEvent::Unlinked(event))),
            EventKind::NetworkFounded => serde_json::from_str::<network::Founded>(data)
                .map(|event| Self::Network(NetworkEvent::Founded(event))),
            EventKind::NetworkChanged => serde_json::from_str::<network::Changed>(data)
                .map(|event| Self::Network(NetworkEvent::Changed(event))),
            EventKind::NetworkMemberJoined => serde_json::from_str::<network::MemberJoined>(data)
                .map(|event| Self::Network(NetworkEvent::MemberJoined(event))),
            EventKind::NetworkMemberLeft => serde_json::from_str::<network::MemberLeft>(data)
                .map(|event| Self::Network(NetworkEvent::MemberLeft(event))),
            EventKind::NetworkClosed => serde_json::from_str::<network::Closed>(data)
                .map(|event| Self::Network(NetworkEvent::Closed(event))),
            EventKind::NetworkReopened => serde_json::from_str::<network::Reopened>(data)
                .map(|event| Self::Network(NetworkEvent::Reopened(event))),
            EventKind::NetworkCorrected => serde_json::from_str::<network::Corrected>(data)
                .map(|event| Self::Network(NetworkEvent::Corrected(event))),
            EventKind::NetworkMemberCorrected => {
                serde_json::from_str::<network::MemberCorrected>(data)
                    .map(|event| Self::Network(NetworkEvent::MemberCorrected(event)))
            }
            EventKind::NetworkMemberRetracted => {
                serde_json::from_str::<network::MemberRetracted>(data)
                    .map(|event| Self::Network(NetworkEvent::MemberRetracted(event)))
            }
            EventKind::NetworkRetracted => serde_json::from_str::<network::Retracted>(data)
                .map(|event| Self::Network(NetworkEvent::Retracted(event))),
            EventKind::MeetingScheduled => serde_json::from_str::<meeting::Scheduled>(data)
                .map(|event| Self::Meeting(MeetingEvent::Scheduled(event))),
            EventKind::MeetingRescheduled => serde_json::from_str::<meeting::Rescheduled>(data)
                .map(|event| Self::Meeting(MeetingEvent::Rescheduled(event))),
            EventKind::MeetingHeld => serde_json::from_str::<meeting::Held>(data)
                .map(|event| Self::Meeting(MeetingEvent::Held(event))),
            EventKind::MeetingCorrected => serde_json::from_str::<meeting::Corrected>(data)
                .map(|event| Self::Meeting(MeetingEvent::Corrected(event))),
            EventKind::MeetingCancelled => serde_json::from_str::<meeting::Cancelled>(data)
                .map(|event| Self::Meeting(MeetingEvent::Cancelled(event))),
            EventKind::MeetingMinutesApproved => {
                serde_json::from_str::<meeting::MinutesApproved>(data)
                    .map(|event| Self::Meeting(MeetingEvent::MinutesApproved(event)))
            }
            EventKind::MeetingRetracted => serde_json::from_str::<meeting::Retracted>(data)
                .map(|event| Self::Meeting(MeetingEvent::Retracted(event))),
            EventKind::MeetingContinued => serde_json::from_str::<meeting::Continued>(data)
                .map(|event| Self::Meeting(MeetingEvent::Continued(event))),
            EventKind::MeetingReinstated => serde_json::from_str::<meeting::Reinstated>(data)
                .map(|event| Self::Meeting(MeetingEvent::Reinstated(event))),
            EventKind::MeetingApprovalWithdrawn => {
                serde_json::from_str::<meeting::ApprovalWithdrawn>(data)
                    .map(|event| Self::Meeting(MeetingEvent::ApprovalWithdrawn(event)))
            }
            EventKind::AgreementMade => serde_json::from_str::<agreement::Made>(data)
                .map(|event| Self::Agreement(AgreementEvent::Made(event))),
            EventKind::AgreementChanged => serde_json::from_str::<agreement::Changed>(data)
                .map(|event| Self::Agreement(AgreementEvent::Changed(event))),
            EventKind::AgreementFulfilled => serde_json::from_str::<agreement::Fulfilled>(data)
                .map(|event| Self::Agreement(AgreementEvent::Fulfilled(event))),
            EventKind::AgreementDropped => serde_json::from_str::<agreement::Dropped>(data)
                .map(|event| Self::Agreement(AgreementEvent::Dropped(event))),
            EventKind::AgreementCorrected => serde_json::from_str::<agreement::Corrected>(data)
                .map(|event| Self::Agreement(AgreementEvent::Corrected(event))),
            EventKind::AgreementReopened => serde_json::from_str::<agreement::Reopened>(data)
                .map(|event| Self::Agreement(AgreementEvent::Reopened(event))),
            EventKind::AgreementRetracted => serde_json::from_str::<agreement::Retracted>(data)
                .map(|event| Self::Agreement(AgreementEvent::Retracted(event))),
            EventKind::ReviewRequested => serde_json::from_str::<review::Requested>(data)
                .map(|event| Self::Review(ReviewEvent::Requested(event))),
            EventKind::ReviewAssigned => serde_json::from_str::<review::Assigned>(data)
                .map(|event| Self::Review(ReviewEvent::Assigned(event))),
            EventKind::ReviewConflictDeclared => {
                serde_json::from_str::<review::ConflictDeclared>(data)
                    .map(|event| Self::Review(ReviewEvent::ConflictDeclared(event)))
            }
            EventKind::ReviewAdviceAsked => serde_json::from_str::<review::AdviceAsked>(data)
                .map(|event| Self::Review(ReviewEvent::AdviceAsked(event))),
            EventKind::ReviewAdviceGiven => serde_json::from_str::<review::AdviceGiven>(data)
                .map(|event| Self::Review(ReviewEvent::AdviceGiven(event))),
            EventKind::ReviewStepCompleted => serde_json::from_str::<review::StepCompleted>(data)
                .map(|event| Self::Review(ReviewEvent::StepCompleted(event))),
            EventKind::ReviewStepRetracted => serde_json::from_str::<review::StepRetracted>(data)
                .map(|event| Self::Review(ReviewEvent::StepRetracted(event))),
            EventKind::ReviewClarificationAsked => {
                serde_json::from_str::<review::ClarificationAsked>(data)
                    .map(|event| Self::Review(ReviewEvent::ClarificationAsked(event)))
            }
            EventKind::ReviewClarificationReceived => {
                serde_json::from_str::<review::ClarificationReceived>(data)
                    .map(|event| Self::Review(ReviewEvent::ClarificationReceived(event)))
            }
            EventKind::ReviewDeadlineExtended => {
                serde_json::from_str::<review::DeadlineExtended>(data)
                    .map(|event| Self::Review(ReviewEvent::DeadlineExtended(event)))
            }
            EventKind::ReviewScored => serde_json::from_str::<review::Scored>(data)
                .map(|event| Self::Review(ReviewEvent::Scored(event))),
            EventKind::ReviewDrafted => serde_json::from_str::<review::Drafted>(data)
                .map(|event| Self::Review(ReviewEvent::Drafted(event))),
            EventKind::ReviewSigned => serde_json::from_str::<review::Signed>(data)
                .map(|event| Self::Review(ReviewEvent::Signed(event))),
            EventKind::ReviewIssued => serde_json::from_str::<review::Issued>(data)
                .map(|event| Self::Review(ReviewEvent::Issued(event))),
            EventKind::ReviewSuperseded => serde_json::from_str::<review::Superseded>(data)
                .map(|event| Self::Review(ReviewEvent::Superseded(event))),
            EventKind::ReviewWithdrawn => serde_json::from_str::<review::Withdrawn>(data)
                .map(|event| Self::Review(ReviewEvent::Withdrawn(event))),
            EventKind::ReviewDeclined => serde_json::from_str::<review::Declined>(data)
                .map(|event| Self::Review(ReviewEvent::Declined(event))),
            EventKind::ReviewLapsed => serde_json::from_str::<review::Lapsed>(data)
                .map(|event| Self::Review(ReviewEvent::Lapsed(event))),
            EventKind::ReviewClosed => serde_json::from_str::<review::Closed>(data)
                .map(|event| Self::Review(ReviewEvent::Closed(event))),
            EventKind::ReviewFundingDecided => serde_json::from_str::<review::FundingDecided>(data)
                .map(|event| Self::Review(ReviewEvent::FundingDecided(event))),
            EventKind::ReviewAttachmentAdded => {
                serde_json::from_str::<review::AttachmentAdded>(data)
                    .map(|event| Self::Review(ReviewEvent::AttachmentAdded(event)))
            }
            EventKind::ReviewCorrected => serde_json::from_str::<review::Corrected>(data)
                .map(|event| Self::Review(ReviewEvent::Corrected(event))),
            EventKind::ReviewVersionChanged => serde_json::from_str::<review::VersionChanged>(data)
                .map(|event| Self::Review(ReviewEvent::VersionChanged(event))),
            EventKind::ReviewEndingCorrected => {
                serde_json::from_str::<review::EndingCorrected>(data)
                    .map(|event| Self::Review(ReviewEvent::EndingCorrected(event)))
            }
            EventKind::ReviewReopened => serde_json::from_str::<review::Reopened>(data)
                .map(|event| Self::Review(ReviewEvent::Reopened(event))),
            EventKind::ReviewAttachmentRetracted => {
                serde_json::from_str::<review::AttachmentRetracted>(data)
                    .map(|event| Self::Review(ReviewEvent::AttachmentRetracted(event)))
            }
            EventKind::ReviewAdviceRetracted => {
                serde_json::from_str::<review::AdviceRetracted>(data)
                    .map(|event| Self::Review(ReviewEvent::AdviceRetracted(event)))
            }
            EventKind::ReviewClarificationRetracted => {
                serde_json::from_str::<review::ClarificationRetracted>(data)
                    .map(|event| Self::Review(ReviewEvent::ClarificationRetracted(event)))
            }
            EventKind::ReviewRetracted => serde_json::from_str::<review::Retracted>(data)
                .map(|event| Self::Review(ReviewEvent::Retracted(event))),
            EventKind::SourceSeen => serde_json::from_str::<SourceSeen>(data).map(Self::Seen),
            EventKind::LetterheadSet => serde_json::from_str::<letterhead::Set>(data)
                .map(|event| Self::Letterhead(LetterheadEvent::Set(event))),
            EventKind::AccountRegistered => serde_json::from_str::<account::Registered>(data)
                .map(|event| Self::Account(AccountEvent::Registered(event))),
            EventKind::AccountRenamed => serde_json::from_str::<account::Renamed>(data)
                .map(|event| Self::Account(AccountEvent::Renamed(event))),
            EventKind::AccountLocked => serde_json::from_str::<account::Locked>(data)
                .map(|event| Self::Account(AccountEvent::Locked(event))),
            EventKind::AccountUnlocked => serde_json::from_str::<account::Unlocked>(data)
                .map(|event| Self::Account(AccountEvent::Unlocked(event))),
            EventKind::AccountRoleGranted => serde_json::from_str::<account::RoleGranted>(data)
                .map(|event| Self::Account(AccountEvent::RoleGranted(event))),
            EventKind::AccountRoleRevoked => serde_json::from_str::<account::RoleRevoked>(data)
                .map(|event| Self::Account(AccountEvent::RoleRevoked(event))),
            EventKind::AccountDeputyAppointed => {
                serde_json::from_str::<account::DeputyAppointed>(data)
                    .map(|event| Self::Account(AccountEvent::DeputyAppointed(event)))
            }
            EventKind::AccountDeputyEnded => serde_json::from_str::<account::DeputyEnded>(data)
                .map(|event| Self::Account(AccountEvent::DeputyEnded(event))),
            EventKind::AccountTokenIssued => serde_json::from_str::<account::TokenIssued>(data)
                .map(|event| Self::Account(AccountEvent::TokenIssued(event))),
            EventKind::AccountTokenRevoked => serde_json::from_str::<account::TokenRevoked>(data)
                .map(|event| Self::Account(AccountEvent::TokenRevoked(event))),
            EventKind::ExceptionOrderOpened => serde_json::from_str::<exception::OrderOpened>(data)
                .map(|event| Self::Exception(ExceptionEvent::OrderOpened(event))),
            EventKind::ExceptionOrderClosed => serde_json::from_str::<exception::OrderClosed>(data)
                .map(|event| Self::Exception(ExceptionEvent::OrderClosed(event))),
            EventKind::ExceptionGlassBroken => serde_json::from_str::<exception::GlassBroken>(data)
                .map(|event| Self::Exception(ExceptionEvent::GlassBroken(event))),
            EventKind::ExceptionGlassClosed => serde_json::from_str::<exception::GlassClosed>(data)
                .map(|event| Self::Exception(ExceptionEvent::GlassClosed(event))),
            EventKind::AccessRead => serde_json::from_str::<access::Read>(data)
                .map(|event| Self::Access(AccessEvent::Read(event))),
            EventKind::AccessMonthRemoved => serde_json::from_str::<access::MonthRemoved>(data)
                .map(|event| Self::Access(AccessEvent::MonthRemoved(event))),
            EventKind::UnitDeclared => serde_json::from_str::<unit::Declared>(data)
                .map(|event| Self::Unit(UnitEvent::Declared(event))),
            EventKind::UnitRenamed => serde_json::from_str::<unit::Renamed>(data)
                .map(|event| Self::Unit(UnitEvent::Renamed(event))),
        };
        let event = event.map_err(|source| DecodeError::Shape { kind, source })?;
        // A name where the id belongs, or the other way round, is of another version.
        if event
            .units()
            .any(|unit| unit.label().is_some() != (version == 1))
        {
            return Err(DecodeError::Units { kind, version });
        }
        Ok(event)
    }
}

impl Serialize for EventData {
    /// Writes the `data` of a stored line; the kind stands beside it.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Organisation(event) => match event {
                OrganisationEvent::Registered(event) => event.serialize(serializer),
                OrganisationEvent::Renamed(event) => event.serialize(serializer),
                OrganisationEvent::Described(event) => event.serialize(serializer),
                OrganisationEvent::RelationSet(event) => event.serialize(serializer),
                OrganisationEvent::LinkedAsSame(event) => event.serialize(serializer),
                OrganisationEvent::UnlinkedAsSame(event) => event.serialize(serializer),
                OrganisationEvent::Corrected(event) => event.serialize(serializer),
                OrganisationEvent::Retracted(event) => event.serialize(serializer),
            },
            Self::Consultation(event) => match event {
                ConsultationEvent::Recorded(event) => event.serialize(serializer),
                ConsultationEvent::Corrected(event) => event.serialize(serializer),
                ConsultationEvent::Retracted(event) => event.serialize(serializer),
                ConsultationEvent::Linked(event) => event.serialize(serializer),
                ConsultationEvent::Unlinked(event) => event.serialize(serializer),
            },
            Self::Network(event) => match event {
                NetworkEvent::Founded(event) => event.serialize(serializer),
                NetworkEvent::Changed(event) => event.serialize(serializer),
                NetworkEvent::MemberJoined(event) => event.serialize(serializer),
                NetworkEvent::MemberLeft(event) => event.serialize(serializer),
                NetworkEvent::Closed(event) => event.serialize(serializer),
                NetworkEvent::Reopened(event) => event.serialize(serializer),
                NetworkEvent::Corrected(event) => event.serialize(serializer),
                NetworkEvent::MemberCorrected(event) => event.serialize(serializer),
                NetworkEvent::MemberRetracted(event) => event.serialize(serializer),
                NetworkEvent::Retracted(event) => event.serialize(serializer),
            },
            Self::Meeting(event) => match event {
                MeetingEvent::Scheduled(event) => event.serialize(serializer),
                MeetingEvent::Rescheduled(event) => event.serialize(serializer),
                MeetingEvent::Held(event) => event.serialize(serializer),
                MeetingEvent::Corrected(event) => event.serialize(serializer),
                MeetingEvent::Cancelled(event) => event.serialize(serializer),
                MeetingEvent::MinutesApproved(event) => event.serialize(serializer),
                MeetingEvent::Retracted(event) => event.serialize(serializer),
                MeetingEvent::Continued(event) => event.serialize(serializer),
                MeetingEvent::Reinstated(event) => event.serialize(serializer),
                MeetingEvent::ApprovalWithdrawn(event) => event.serialize(serializer),
            },
            Self::Agreement(event) => match event {
                AgreementEvent::Made(event) => event.serialize(serializer),
                AgreementEvent::Changed(event) => event.serialize(serializer),
                AgreementEvent::Fulfilled(event) => event.serialize(serializer),
                AgreementEvent::Dropped(event) => event.serialize(serializer),
                AgreementEvent::Corrected(event) => event.serialize(serializer),
                AgreementEvent::Reopened(event) => event.serialize(serializer),
                AgreementEvent::Retracted(event) => event.serialize(serializer),
            },
            Self::Review(event) => match event {
                ReviewEvent::Requested(event) => event.serialize(serializer),
                ReviewEvent::Assigned(event) => event.serialize(serializer),
                ReviewEvent::ConflictDeclared(event) => event.serialize(serializer),
                ReviewEvent::AdviceAsked(event) => event.serialize(serializer),
                ReviewEvent::AdviceGiven(event) => event.serialize(serializer),
                ReviewEvent::StepCompleted(event) => event.serialize(serializer),
                ReviewEvent::StepRetracted(event) => event.serialize(serializer),
                ReviewEvent::ClarificationAsked(event) => event.serialize(serializer),
                ReviewEvent::ClarificationReceived(event) => event.serialize(serializer),
                ReviewEvent::DeadlineExtended(event) => event.serialize(serializer),
                ReviewEvent::Scored(event) => event.serialize(serializer),
                ReviewEvent::Drafted(event) => event.serialize(serializer),
                ReviewEvent::Signed(event) => event.serialize(serializer),
                ReviewEvent::Issued(event) => event.serialize(serializer),
                ReviewEvent::Superseded(event) => event.serialize(serializer),
                ReviewEvent::Withdrawn(event) => event.serialize(serializer),
                ReviewEvent::Declined(event) => event.serialize(serializer),
                ReviewEvent::Lapsed(event) => event.serialize(serializer),
                ReviewEvent::Closed(event) => event.serialize(serializer),
                ReviewEvent::FundingDecided(event) => event.serialize(serializer),
                ReviewEvent::AttachmentAdded(event) => event.serialize(serializer),
                ReviewEvent::Corrected(event) => event.serialize(serializer),
                ReviewEvent::Retracted(event) => event.serialize(serializer),
                ReviewEvent::ClarificationRetracted(event) => event.serialize(serializer),
                ReviewEvent::AdviceRetracted(event) => event.serialize(serializer),
                ReviewEvent::AttachmentRetracted(event) => event.serialize(serializer),
                ReviewEvent::Reopened(event) => event.serialize(serializer),
                ReviewEvent::EndingCorrected(event) => event.serialize(serializer),
                ReviewEvent::VersionChanged(event) => event.serialize(serializer),
            },
            Self::Seen(event) => event.serialize(serializer),
            Self::Letterhead(event) => match event {
                LetterheadEvent::Set(event) => event.serialize(serializer),
            },
            Self::Account(event) => match event {
                AccountEvent::Registered(event) => event.serialize(serializer),
                AccountEvent::Renamed(event) => event.serialize(serializer),
                AccountEvent::Locked(event) => event.serialize(serializer),
                AccountEvent::Unlocked(event) => event.serialize(serializer),
                AccountEvent::RoleGranted(event) => event.serialize(serializer),
                AccountEvent::RoleRevoked(event) => event.serialize(serializer),
                AccountEvent::DeputyAppointed(event) => event.serialize(serializer),
                AccountEvent::DeputyEnded(event) => event.serialize(serializer),
                AccountEvent::TokenIssued(event) => event.serialize(serializer),
                AccountEvent::TokenRevoked(event) => event.serialize(serializer),
            },
            Self::Exception(event) => match event {
                ExceptionEvent::OrderOpened(event) => event.serialize(serializer),
                ExceptionEvent::OrderClosed(event) => event.serialize(serializer),
                ExceptionEvent::GlassBroken(event) => event.serialize(serializer),
                ExceptionEvent::GlassClosed(event) => event.serialize(serializer),
            },
            Self::Access(event) => match event {
                AccessEvent::Read(event) => event.serialize(serializer),
                AccessEvent::MonthRemoved(event) => event.serialize(serializer),
            },
            Self::Unit(event) => match event {
                UnitEvent::Declared(event) => event.serialize(serializer),
                UnitEvent::Renamed(event) => event.serialize(serializer),
            },
        }
    }
}

/// Why stored data could not be read.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// A version this program does not know.
    #[error("{} has version {version}, this program knows up to {}", kind.wire_name(), kind.version())]
    Version {
        /// The kind.
        kind: EventKind,
        /// The stored version.
        version: u16,
    },
    /// A unit that is not named as events of this version name units.
    #[error("{} version {version} names a unit in the way of another version", kind.wire_name())]
    Units {
        /// The kind.
        kind: EventKind,
        /// The stored version.
        version: u16,
    },
    /// Data that is not of the kind's shape.
    #[error("{} is not of its shape", kind.wire_name())]
    Shape {
        /// The kind.
        kind: EventKind,
        /// What serde says.
        source: serde_json::Error,
    },
}

/// Dates as `YYYY-MM-DD` in stored data.
pub(crate) mod day {
    use serde::{Deserializer, Serializer};
    use time::Date;

    pub(crate) fn serialize<S: Serializer>(date: &Date, serializer: S) -> Result<S::Ok, S::Error> {
        super::day_option::serialize(&Some(*date), serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Date, D::Error> {
        super::day_option::deserialize(deserializer)?
            .ok_or_else(|| serde::de::Error::custom("a day is missing"))
    }
}

/// [`day`] for dates that may be missing.
pub(crate) mod day_option {
    use serde::{Deserialize, Deserializer, Serializer};
    use time::Date;
    use time::format_description::BorrowedFormatItem;
    use time::macros::format_description;

    const DAY: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]");

    #[expect(clippy::ref_option, reason = "serde calls it with a reference")]
    pub(crate) fn serialize<S: Serializer>(
        date: &Option<Date>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match date {
            Some(date) => {
                serializer.serialize_str(&date.format(DAY).map_err(serde::ser::Error::custom)?)
            }
            None => serializer.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Date>, D::Error> {
        let text = <Option<std::borrow::Cow<'de, str>>>::deserialize(deserializer)?;
        text.map(|text| Date::parse(&text, DAY).map_err(serde::de::Error::custom))
            .transpose()
    }
}
