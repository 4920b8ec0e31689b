//! Which records name which others now: what stands in the way of a retraction.
//!
//! Events carry the tags of the records they name, and those of their own record. A correction that
//! names an organisation no longer does not carry its tag, so a decision reads the whole history of
//! each record that ever named the one to be retracted; which ones those are, the view says. A record
//! the view did not name (it may have come since) counts as naming as soon as one event of it does.

use std::collections::{BTreeMap, BTreeSet};

use crate::agreement::AgreementEvent;
use crate::consultation::ConsultationEvent;
use crate::event::Event;
use crate::event_data::{EventData, EventKind};
use crate::id::{OrganisationId, RecordId, RecordKind};
use crate::meeting::MeetingEvent;
use crate::network::NetworkEvent;
use crate::organisation::OrganisationEvent;
use crate::query::{Query, QueryItem};
use crate::rejection::{Rejection, RejectionCode};
use crate::review::ReviewEvent;

/// What the records of a decision's history name, as they stand.
#[derive(Clone, Default, Debug)]
pub struct References(BTreeMap<RecordId, Named>);

#[derive(Clone, Default, Debug)]
struct Named {
    /// In what is said of the record itself; how often.
    facts: BTreeMap<RecordId, usize>,
    /// By links beside it.
    links: BTreeSet<RecordId>,
    /// By the advice that was asked for, by its number.
    advice: BTreeMap<u16, RecordId>,
}

impl References {
    /// Everything about a record, and the histories of those that ever named it.
    pub(crate) fn query(record: RecordId, named_by: &[RecordId]) -> Query {
        let own = |record: &RecordId| {
            let kinds: Vec<EventKind> = EventKind::ALL
                .into_iter()
                .filter(|kind| {
                    let (word, _) = kind.wire_name().split_once('.').unwrap_or_default();
                    word == record.kind.word()
                })
                .collect();
            QueryItem::tagged(record.tag()).of(&kinds)
        };
        named_by
            .iter()
            .map(own)
            .fold(Query::tagged(record.tag()), Query::or)
    }

    /// Folds one event in.
    pub(crate) fn evolve(&mut self, event: &Event) {
        let Some(record) = event.data.record() else {
            return;
        };
        match &event.data {
            EventData::Organisation(event) => self.organisation(record, event),
            EventData::Consultation(event) => self.consultation(record, event),
            EventData::Network(event) => self.network(record, event),
            EventData::Meeting(event) => self.meeting(record, event),
            EventData::Agreement(event) => self.agreement(record, event),
            EventData::Review(event) => self.review(record, event),
            // An order names records without their tags and keeps none of them from being
            // retracted; so does a role that is held for an organisation or a body.
            EventData::Seen(_)
            | EventData::Letterhead(_)
            | EventData::Account(_)
            | EventData::Exception(_)
            | EventData::Access(_)
            | EventData::Unit(_) => {}
        }
    }

    /// No other record that counts may name this one.
    pub(crate) fn require_unnamed(&self, field: &str, record: RecordId) -> Result<(), Rejection> {
        let kinds: BTreeSet<RecordKind> = self
            .0
            .iter()
            .filter(|(other, named)| **other != record && named.names(record))
            .map(|(other, _)| other.kind)
            .collect();
        if kinds.is_empty() {
            return Ok(());
        }
        let kinds: Vec<&str> = kinds.into_iter().map(plural).collect();
        Err(Rejection::field(
            RejectionCode::StateForbids,
            field,
            format!(
                "Dieser Eintrag wird noch genannt, und zwar in: {}. Berichtigen Sie diese zuerst oder ziehen Sie sie zurück (in der Übersicht des Eintrags stehen sie alle); danach können Sie ihn zurückziehen.",
                kinds.join(", ")
            ),
        ))
    }

    fn state(&mut self, record: RecordId, named: impl IntoIterator<Item = RecordId>) {
        let facts = &mut self.0.entry(record).or_default().facts;
        facts.clear();
        for named in named {
            *facts.entry(named).or_default() += 1;
        }
    }

    fn add(&mut self, record: RecordId, named: RecordId) {
        let named_by = self.0.entry(record).or_default();
        *named_by.facts.entry(named).or_default() += 1;
    }

    fn take(&mut self, record: RecordId, named: RecordId) {
        if let Some(times) = self
            .0
            .get_mut(&record)
            .and_then(|by| by.facts.get_mut(&named))
        {
            *times = times.saturating_sub(1);
        }
    }

    fn link(&mut self, record: RecordId, to: RecordId) {
        self.0.entry(record).or_default().links.insert(to);
    }

    fn unlink(&mut self, record: RecordId, to: RecordId) {
        self.0.entry(record).or_default().links.remove(&to);
    }

    fn organisation(&mut self, record: RecordId, event: &OrganisationEvent) {
        match event {
            OrganisationEvent::LinkedAsSame(event) => self.link(record, event.same_as.record()),
            OrganisationEvent::UnlinkedAsSame(event) => self.unlink(record, event.same_as.record()),
            OrganisationEvent::Retracted(_) => {
                self.0.remove(&record);
            }
            OrganisationEvent::Registered(_)
            | OrganisationEvent::Renamed(_)
            | OrganisationEvent::Described(_)
            | OrganisationEvent::RelationSet(_)
            | OrganisationEvent::Corrected(_) => {}
        }
    }

    fn consultation(&mut self, record: RecordId, event: &ConsultationEvent) {
        let advised = |organisations: &[OrganisationId]| {
            organisations
                .iter()
                .map(|id| id.record())
                .collect::<Vec<_>>()
        };
        match event {
            ConsultationEvent::Recorded(event) => {
                self.state(record, advised(&event.facts.organisations));
            }
            ConsultationEvent::Corrected(event) => {
                self.state(record, advised(&event.facts.organisations));
            }
            ConsultationEvent::Linked(event) => self.link(record, event.to),
            ConsultationEvent::Unlinked(event) => self.unlink(record, event.to),
            ConsultationEvent::Retracted(_) => {
                self.0.remove(&record);
            }
        }
    }

    fn network(&mut self, record: RecordId, event: &NetworkEvent) {
        match event {
            // Who belonged to a body once is part of what it was.
            NetworkEvent::MemberJoined(event) => self.add(record, event.organisation.record()),
            NetworkEvent::MemberRetracted(event) => self.take(record, event.organisation.record()),
            NetworkEvent::Retracted(_) => {
                self.0.remove(&record);
            }
            NetworkEvent::Founded(_)
            | NetworkEvent::Changed(_)
            | NetworkEvent::MemberLeft(_)
            | NetworkEvent::Closed(_)
            | NetworkEvent::Reopened(_)
            | NetworkEvent::Corrected(_)
            | NetworkEvent::MemberCorrected(_) => {}
        }
    }

    fn meeting(&mut self, record: RecordId, event: &MeetingEvent) {
        match event {
            MeetingEvent::Scheduled(_)
            | MeetingEvent::Rescheduled(_)
            | MeetingEvent::Held(_)
            | MeetingEvent::Corrected(_) => {
                let organisations = event.organisations();
                let network = event.network().record();
                self.state(
                    record,
                    organisations.map(OrganisationId::record).chain([network]),
                );
            }
            MeetingEvent::Continued(_) => {
                for organisation in event.organisations() {
                    self.add(record, organisation.record());
                }
            }
            MeetingEvent::Retracted(_) => {
                self.0.remove(&record);
            }
            MeetingEvent::Cancelled(_)
            | MeetingEvent::MinutesApproved(_)
            | MeetingEvent::Reinstated(_)
            | MeetingEvent::ApprovalWithdrawn(_) => {}
        }
    }

    fn agreement(&mut self, record: RecordId, event: &AgreementEvent) {
        match event {
            AgreementEvent::Made(_) | AgreementEvent::Changed(_) | AgreementEvent::Corrected(_) => {
                let Some(facts) = event.facts() else {
                    return;
                };
                let named = [
                    Some(facts.network.record()),
                    facts.meeting.map(|id| id.record()),
                    facts.responsible.map(OrganisationId::record),
                ];
                self.state(record, named.into_iter().flatten());
            }
            AgreementEvent::Retracted(_) => {
                self.0.remove(&record);
            }
            AgreementEvent::Fulfilled(_)
            | AgreementEvent::Dropped(_)
            | AgreementEvent::Reopened(_) => {}
        }
    }

    fn review(&mut self, record: RecordId, event: &ReviewEvent) {
        let applicant = |id: Option<OrganisationId>| id.map(OrganisationId::record);
        match event {
            ReviewEvent::Requested(event) => self.state(record, applicant(event.facts.applicant)),
            ReviewEvent::Corrected(event) => self.state(record, applicant(event.facts.applicant)),
            ReviewEvent::AdviceAsked(event) => {
                if let Some(organisation) = event.organisation {
                    let advice = &mut self.0.entry(record).or_default().advice;
                    advice.insert(event.advice, organisation.record());
                }
            }
            ReviewEvent::AdviceRetracted(event) => {
                if let Some(named) = self.0.get_mut(&record) {
                    named.advice.remove(&event.advice);
                }
            }
            ReviewEvent::Retracted(_) => {
                self.0.remove(&record);
            }
            ReviewEvent::Assigned(_)
            | ReviewEvent::ConflictDeclared(_)
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
            | ReviewEvent::VersionChanged(_)
            | ReviewEvent::ClarificationRetracted(_)
            | ReviewEvent::AttachmentRetracted(_)
            | ReviewEvent::Reopened(_)
            | ReviewEvent::EndingCorrected(_)
            | ReviewEvent::Withdrawn(_)
            | ReviewEvent::Declined(_)
            | ReviewEvent::Lapsed(_)
            | ReviewEvent::Closed(_)
            | ReviewEvent::FundingDecided(_)
            | ReviewEvent::AttachmentAdded(_) => {}
        }
    }
}

impl Named {
    fn names(&self, record: RecordId) -> bool {
        self.links.contains(&record)
            || self.advice.values().any(|asked| *asked == record)
            || self.facts.get(&record).is_some_and(|times| *times > 0)
    }
}

const fn plural(kind: RecordKind) -> &'static str {
    match kind {
        RecordKind::Organisation => "verknüpften Organisationen",
        RecordKind::Consultation => "Beratungen",
        RecordKind::Network => "Mitgliedschaften in Gremien",
        RecordKind::Meeting => "Sitzungen",
        RecordKind::Agreement => "Vereinbarungen",
        RecordKind::Review => "Stellungnahmen",
        RecordKind::Letterhead => "Briefköpfen",
        RecordKind::Account => "Konten",
        RecordKind::Exception => "Ausnahmen",
        RecordKind::Unit => "Organisationseinheiten",
    }
}
