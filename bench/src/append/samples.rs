//! The events that are appended, and the same as stored lines for the peers.

use std::sync::Arc;

use querschnitt_domain::consultation::{ConsultationEvent, Recorded};
use querschnitt_domain::existing::Existing;
use querschnitt_domain::{
    ActorId, CENTRES, CommandId, ConsultationId, Event, EventData, OrganisationId, Query, Role,
};
use querschnitt_store::{CommandKey, Fingerprint, Log as _, MemoryLog};
use time::{Date, Month};
use uuid::Uuid;

use crate::history::History;
use crate::outcome::Outcome;
use crate::random::Random;

const COUNT: usize = 4_096;

/// A few thousand consultations that callers take in turn, each with a new id.
#[derive(Clone)]
pub(crate) struct Samples(Arc<Vec<Sample>>);

/// One of them.
pub(crate) struct Sample {
    /// The event as a decision states it; its consultation gets a new id each time.
    event: Event,
    /// What guards it: whether the organisations it names exist.
    pub(crate) guard: Query,
    /// The whole line as the log stores it.
    pub(crate) line: Vec<u8>,
    /// Its tags beside that of the consultation itself.
    pub(crate) tags: Vec<String>,
}

impl Samples {
    pub(crate) async fn make() -> Outcome<Self> {
        let mut random = Random::new(1);
        let mut history = History::new(1);
        let log = MemoryLog::new();
        let mut samples = Vec::with_capacity(COUNT);
        for at in 0..COUNT {
            let organisations: Vec<_> = (0..64).map(|_| OrganisationId(random.uuid())).collect();
            let facts = history.consultation(&organisations)?;
            let guard = facts
                .organisations
                .iter()
                .map(|id| Existing::item(id.record()))
                .fold(Query::none(), Query::or);
            let event = Event {
                centre: CENTRES[at % CENTRES.len()].key,
                occurred_on: Date::from_calendar_date(2026, Month::March, 2)?,
                occurred_at: None,
                data: EventData::Consultation(ConsultationEvent::Recorded(Recorded {
                    consultation: ConsultationId(random.record_id(1_760_000_000_000)),
                    facts,
                    source: None,
                })),
            };
            log.append(command(&mut random), vec![event.clone()], None)
                .await?;
            let tags = event.tags();
            samples.push(Sample {
                event,
                guard,
                line: Vec::new(),
                tags: tags[1..]
                    .iter()
                    .map(|tag| tag.as_str().to_owned())
                    .collect(),
            });
        }
        for (sample, line) in samples.iter_mut().zip(log.lines(0, COUNT).await?) {
            sample.line.extend_from_slice(&line.json);
            // What follows the JSON in the file: tab, first position, space, checksum, line feed.
            sample.line.extend_from_slice(b"\t1234567 9a3c51e7\n");
        }
        Ok(Self(Arc::new(samples)))
    }

    pub(crate) fn mean_bytes(&self) -> f64 {
        let bytes: usize = self.0.iter().map(|sample| sample.line.len()).sum();
        bytes as f64 / self.0.len() as f64
    }

    pub(crate) fn pick(&self, random: &mut Random) -> &Sample {
        &self.0[random.below(COUNT as u64) as usize]
    }
}

impl Sample {
    /// The event, as a consultation of its own.
    pub(crate) fn event(&self, id: Uuid) -> Event {
        let mut event = self.event.clone();
        if let EventData::Consultation(ConsultationEvent::Recorded(recorded)) = &mut event.data {
            recorded.consultation = ConsultationId(id);
        }
        event
    }
}

/// A command of its own.
pub(crate) fn command(random: &mut Random) -> CommandKey {
    CommandKey {
        id: CommandId(random.uuid()),
        fingerprint: Fingerprint(random.bytes()),
        actor: ActorId(Uuid::from_u128(7)),
        on_behalf_of: None,
        role: Role::KiOfficer,
    }
}
