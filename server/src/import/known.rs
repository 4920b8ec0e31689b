//! The texts a record has now, so that an import that changes one field keeps the others sealed as
//! they are.

use std::collections::BTreeMap;

use querschnitt_domain::meeting::{AgendaItem, MeetingEvent, Plan};
use querschnitt_domain::network::{NetworkEvent, NetworkFacts};
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
            if data.record() != record {
                continue;
            }
            known.exists = true;
            let said = said(data);
            commitments.extend(said.texts);
            last_source = said.source.or(last_source);
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

/// What an event holds sealed, and from which source.
#[derive(Default)]
struct Said {
    texts: Vec<Commitment>,
    source: Option<SourceDigest>,
}

fn said(data: &EventData) -> Said {
    match data {
        EventData::Network(event) => network(event),
        EventData::Meeting(event) => meeting(event),
        EventData::Organisation(_) | EventData::Consultation(_) | EventData::Agreement(_) => {
            Said::default()
        }
    }
}

fn network(event: &NetworkEvent) -> Said {
    let of = |facts: &NetworkFacts, source| Said {
        texts: std::iter::once(facts.name).chain(facts.note).collect(),
        source,
    };
    match event {
        NetworkEvent::Founded(event) => of(&event.facts, event.source),
        NetworkEvent::Changed(event) => of(&event.facts, event.source),
        NetworkEvent::MemberJoined(_) | NetworkEvent::MemberLeft(_) | NetworkEvent::Closed(_) => {
            Said::default()
        }
    }
}

fn meeting(event: &MeetingEvent) -> Said {
    let of = |plan: &Plan, source| Said {
        texts: plan
            .title
            .into_iter()
            .chain(plan.place)
            .chain(plan.agenda.iter().flat_map(item))
            .collect(),
        source,
    };
    match event {
        MeetingEvent::Scheduled(event) => of(&event.plan, event.source),
        MeetingEvent::Rescheduled(event) => of(&event.plan, event.source),
        MeetingEvent::Held(event) => of(&event.facts.plan, event.source),
        MeetingEvent::Corrected(event) => of(&event.facts.plan, event.source),
        MeetingEvent::Continued(event) => Said {
            texts: event.agenda.iter().flat_map(item).collect(),
            source: None,
        },
        MeetingEvent::Cancelled(event) => Said {
            texts: Vec::new(),
            source: event.source,
        },
        MeetingEvent::MinutesApproved(_) | MeetingEvent::Retracted(_) => Said::default(),
    }
}

fn item(item: &AgendaItem) -> impl Iterator<Item = Commitment> + use<> {
    std::iter::once(item.title).chain(item.result)
}
