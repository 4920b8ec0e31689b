//! The texts a record has now, so that an import that changes one field keeps the others sealed as
//! they are.

use std::collections::BTreeMap;

use querschnitt_domain::consultation::ConsultationEvent;
use querschnitt_domain::meeting::MeetingEvent;
use querschnitt_domain::network::NetworkEvent;
use querschnitt_domain::organisation::OrganisationEvent;
use querschnitt_domain::review::ReviewEvent;
use querschnitt_domain::{Commitment, EventData, Query, RecordId, SourceDigest, Text};
use querschnitt_store::{ExecuteError, Executor};

const PAGE: usize = 1_000;

/// What is in the book of a record.
#[derive(Default)]
pub(super) struct Known {
    /// Whether it is there at all.
    pub(super) exists: bool,
    /// Its texts, opened; empty when the source has not changed.
    pub(super) texts: BTreeMap<Commitment, Text>,
}

/// Looks a record up; `digest` is that of what the source has now.
pub(super) async fn look_up(
    executor: &Executor,
    record: RecordId,
    digest: SourceDigest,
) -> Result<Known, ExecuteError> {
    let query = Query::tagged(record.tag());
    let mut commitments = Vec::new();
    let mut last_source = None;
    let mut known = Known::default();
    let mut after = 0;
    loop {
        let page = executor.log().read(&query, after, PAGE).await?;
        for recorded in &page.events {
            let data = &recorded.event.data;
            if data.record() != Some(record) {
                continue;
            }
            known.exists = true;
            commitments.extend(data.commitments());
            last_source = source(data).or(last_source);
        }
        if page.events.len() < PAGE {
            break;
        }
        after = page.complete_to.position();
    }
    if last_source != Some(digest) {
        for commitment in commitments {
            if let Some(text) = executor.vault().text(record, &commitment)? {
                known.texts.insert(commitment, text);
            }
        }
    }
    Ok(known)
}

/// The digest of the source's content that an event goes back to.
fn source(data: &EventData) -> Option<SourceDigest> {
    match data {
        EventData::Network(event) => match event {
            NetworkEvent::Founded(event) => event.source,
            NetworkEvent::Changed(event) => event.source,
            NetworkEvent::MemberJoined(_)
            | NetworkEvent::MemberLeft(_)
            | NetworkEvent::Closed(_)
            | NetworkEvent::Reopened(_)
            | NetworkEvent::Corrected(_)
            | NetworkEvent::MemberCorrected(_)
            | NetworkEvent::MemberRetracted(_)
            | NetworkEvent::Retracted(_) => None,
        },
        EventData::Meeting(event) => match event {
            MeetingEvent::Scheduled(event) => event.source,
            MeetingEvent::Rescheduled(event) => event.source,
            MeetingEvent::Held(event) => event.source,
            MeetingEvent::Corrected(event) => event.source,
            MeetingEvent::Cancelled(event) => event.source,
            MeetingEvent::MinutesApproved(_)
            | MeetingEvent::Retracted(_)
            | MeetingEvent::Reinstated(_)
            | MeetingEvent::ApprovalWithdrawn(_)
            | MeetingEvent::Continued(_) => None,
        },
        EventData::Review(event) => match event {
            ReviewEvent::Requested(event) => event.source,
            ReviewEvent::Corrected(event) => event.source,
            ReviewEvent::Assigned(_)
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
            | ReviewEvent::VersionChanged(_)
            | ReviewEvent::EndingCorrected(_)
            | ReviewEvent::Reopened(_)
            | ReviewEvent::AttachmentRetracted(_)
            | ReviewEvent::AdviceRetracted(_)
            | ReviewEvent::ClarificationRetracted(_)
            | ReviewEvent::AttachmentAdded(_)
            | ReviewEvent::Retracted(_) => None,
        },
        EventData::Organisation(event) => match event {
            OrganisationEvent::Registered(event) => event.source,
            OrganisationEvent::Renamed(event) => event.source,
            OrganisationEvent::Described(event) => event.source,
            OrganisationEvent::RelationSet(event) => event.source,
            OrganisationEvent::LinkedAsSame(_)
            | OrganisationEvent::UnlinkedAsSame(_)
            | OrganisationEvent::Corrected(_)
            | OrganisationEvent::Retracted(_) => None,
        },
        EventData::Consultation(event) => match event {
            ConsultationEvent::Recorded(event) => event.source,
            ConsultationEvent::Corrected(event) => event.source,
            ConsultationEvent::Retracted(_)
            | ConsultationEvent::Linked(_)
            | ConsultationEvent::Unlinked(_) => None,
        },
        EventData::Agreement(_)
        | EventData::Letterhead(_)
        | EventData::Account(_)
        | EventData::Exception(_)
        | EventData::Access(_)
        | EventData::Unit(_) => None,
        EventData::Seen(event) => Some(event.source),
    }
}
