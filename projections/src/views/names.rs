//! The names of organisations and networks and the titles of reviewed projects in search form, by
//! commitment. They come from the vault and are part of no digest; an erased text is simply not found
//! any more after the next start.

use std::collections::HashMap;

use querschnitt_domain::network::NetworkEvent;
use querschnitt_domain::organisation::OrganisationEvent;
use querschnitt_domain::review::ReviewEvent;
use querschnitt_domain::{Commitment, EventData, RecordId, Recorded};

use crate::search_form::{matches, search_form};
use crate::texts::TextSource;

/// Search forms by commitment.
#[derive(Debug, Default)]
pub(crate) struct Names(HashMap<Commitment, Box<str>>);

impl Names {
    /// Learns the name an event gives, if it gives one.
    pub(crate) fn apply(&mut self, recorded: &Recorded, texts: &dyn TextSource) {
        if let Some((record, name)) = name_given(&recorded.event.data)
            && !self.0.contains_key(&name)
            && let Some(text) = texts.text(record, &name)
        {
            self.0.insert(name, search_form(&text).into());
        }
    }

    /// The name in search form; empty when its text is not there.
    pub(crate) fn form(&self, name: &Commitment) -> &str {
        self.0.get(name).map_or("", |form| form)
    }

    /// How many names of `others` are not here as they are there. Not the other way round: what was
    /// erased since stays here until the next start.
    pub(crate) fn missing(&self, others: &Self) -> usize {
        let others = others.0.iter();
        others
            .filter(|(name, form)| self.form(name) != form.as_ref())
            .count()
    }

    /// Whether the name matches a search; `search` is in search form.
    pub(crate) fn matches(&self, name: &Commitment, search: &str) -> bool {
        matches(self.form(name), search)
    }
}

fn name_given(data: &EventData) -> Option<(RecordId, Commitment)> {
    let name = match data {
        EventData::Organisation(event) => match event {
            OrganisationEvent::Registered(event) => event.name,
            OrganisationEvent::Renamed(event) => event.name,
            OrganisationEvent::Corrected(event) => event.name,
            OrganisationEvent::Retracted(_)
            | OrganisationEvent::Described(_)
            | OrganisationEvent::RelationSet(_)
            | OrganisationEvent::LinkedAsSame(_)
            | OrganisationEvent::UnlinkedAsSame(_) => return None,
        },
        EventData::Network(event) => match event {
            NetworkEvent::Founded(event) => event.facts.name,
            NetworkEvent::Changed(event) => event.facts.name,
            NetworkEvent::Corrected(event) => event.facts.name,
            NetworkEvent::MemberJoined(_)
            | NetworkEvent::MemberLeft(_)
            | NetworkEvent::Closed(_)
            | NetworkEvent::Reopened(_)
            | NetworkEvent::MemberCorrected(_)
            | NetworkEvent::MemberRetracted(_)
            | NetworkEvent::Retracted(_) => return None,
        },
        EventData::Review(event) => match event {
            ReviewEvent::Requested(event) => event.facts.title,
            ReviewEvent::Corrected(event) => event.facts.title,
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
            | ReviewEvent::AttachmentAdded(_)
            | ReviewEvent::VersionChanged(_)
            | ReviewEvent::EndingCorrected(_)
            | ReviewEvent::Reopened(_)
            | ReviewEvent::AttachmentRetracted(_)
            | ReviewEvent::AdviceRetracted(_)
            | ReviewEvent::ClarificationRetracted(_)
            | ReviewEvent::Retracted(_) => return None,
        },
        EventData::Consultation(_)
        | EventData::Meeting(_)
        | EventData::Agreement(_)
        | EventData::Seen(_)
        | EventData::Letterhead(_)
        // Nobody searches people.
        | EventData::Account(_)
        | EventData::Exception(_)
        | EventData::Access(_) => return None,
        | EventData::Unit(_) => return None,
    };
    Some((data.record()?, name))
}
