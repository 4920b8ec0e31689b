//! A plausible history of all centres: what their offices could have recorded in five years.

use querschnitt_domain::consultation::{self, ConsultationEvent, ConsultationFacts};
use querschnitt_domain::meeting::{self, Attendance, MeetingEvent, MeetingFacts, Plan};
use querschnitt_domain::network::{self, NetworkEvent, NetworkFacts};
use querschnitt_domain::organisation::{self, Description, OrganisationEvent};
use querschnitt_domain::{
    CENTRES, CentreKey, Commitment, ConsultationId, Event, EventData, MeetingId, NetworkId,
    OrganisationId, RecordId, SealedText, Text,
};
use time::{Date, Duration, Month};

use crate::outcome::{OrMissing as _, Outcome};
use crate::random::Random;

const WORDS: [&str; 12] = [
    "Verein",
    "Schule",
    "Kita",
    "Jugendamt",
    "Caritas",
    "Diakonie",
    "Kulturhaus",
    "Sportverein",
    "Moschee",
    "Ausländeramt",
    "Jobcenter",
    "Begegnung",
];
const NOTE: &str =
    "Anfrage zur Elternarbeit, Unterlagen zugesandt, Wiedervorlage im nächsten Monat";
const DAYS: u16 = 5 * 365;
const MOST_NETWORKS: usize = 30;

/// Makes events, one after the other, each possible after those before it.
pub(crate) struct History {
    random: Random,
    offices: Vec<Office>,
    made: u64,
}

struct Office {
    centre: CentreKey,
    organisations: Vec<OrganisationId>,
    networks: Vec<NetworkId>,
    /// The latest consultations, with their days: what corrections and links are about.
    consultations: Vec<(ConsultationId, Date)>,
}

/// An event and the texts that belong into the vault before it.
pub(crate) struct Step {
    pub(crate) event: Event,
    pub(crate) texts: Vec<SealedText>,
}

impl History {
    pub(crate) fn new(seed: u64) -> Self {
        let office = |centre: &querschnitt_domain::Centre| Office {
            centre: centre.key,
            organisations: Vec::new(),
            networks: Vec::new(),
            consultations: Vec::new(),
        };
        Self {
            random: Random::new(seed),
            offices: CENTRES.iter().map(office).collect(),
            made: 0,
        }
    }

    /// The next event.
    pub(crate) fn step(&mut self) -> Outcome<Step> {
        let at = usize::try_from(self.random.below(self.offices.len() as u64))?;
        let mut office = std::mem::replace(&mut self.offices[at], Office::empty(CENTRES[at].key));
        let step = self.step_of(&mut office);
        self.offices[at] = office;
        self.made += 1;
        step
    }

    fn step_of(&mut self, office: &mut Office) -> Outcome<Step> {
        let kind = self.random.below(100);
        if office.organisations.len() < 10 || kind < 3 {
            return self.register(office);
        }
        if office.networks.is_empty() || (kind < 5 && office.networks.len() < MOST_NETWORKS) {
            return self.found(office);
        }
        match kind {
            0..12 => self.hold(office),
            12..18 => self.correct(office),
            18..20 => self.link(office),
            _ => self.record(office),
        }
    }

    fn register(&mut self, office: &mut Office) -> Outcome<Step> {
        let id = OrganisationId(self.id());
        office.organisations.push(id);
        let mut texts = Vec::new();
        let event = organisation::Registered {
            organisation: id,
            name: self.name(id.record(), &mut texts)?,
            description: Description {
                kind: self.random.code().or_missing("an organisation kind")?,
                legal_areas: Vec::new(),
                municipality: None,
                place: None,
                district: None,
                note: None,
            },
            relation: self.random.code(),
            source: None,
        };
        let data = EventData::Organisation(OrganisationEvent::Registered(event));
        let day = self.day()?;
        Ok(step(office, day, data, texts))
    }

    fn found(&mut self, office: &mut Office) -> Outcome<Step> {
        let id = NetworkId(self.id());
        office.networks.push(id);
        let mut texts = Vec::new();
        let event = network::Founded {
            network: id,
            facts: NetworkFacts {
                name: self.name(id.record(), &mut texts)?,
                body_type: self.random.code().or_missing("a body type")?,
                legal_nature: self.random.code(),
                ki_role: self.random.code(),
                action_areas: self.random.code().into_iter().collect(),
                note: None,
            },
            source: None,
        };
        let day = self.day()?;
        Ok(step(
            office,
            day,
            EventData::Network(NetworkEvent::Founded(event)),
            texts,
        ))
    }

    fn hold(&mut self, office: &mut Office) -> Outcome<Step> {
        let network = *self.random.pick(&office.networks).or_missing("a network")?;
        let mut organisations = self.some_of(&office.organisations, 8);
        let event = meeting::Held {
            meeting: MeetingId(self.id()),
            facts: MeetingFacts {
                attendances: organisations
                    .drain(..)
                    .map(|organisation| Attendance {
                        organisation,
                        head_count: 1 + self.random.count(3),
                        function: None,
                    })
                    .collect(),
                other_head_count: self.random.count(5),
                ..MeetingFacts::of(Plan {
                    network,
                    title: None,
                    place: None,
                    mode: self.random.code(),
                    ends_at: None,
                    ki_role: None,
                    action_areas: Vec::new(),
                    agenda: Vec::new(),
                    carried_over: Vec::new(),
                })
            },
            source: None,
        };
        let day = self.day()?;
        let data = EventData::Meeting(MeetingEvent::Held(event));
        Ok(step(office, day, data, Vec::new()))
    }

    fn record(&mut self, office: &mut Office) -> Outcome<Step> {
        let id = ConsultationId(self.id());
        let day = self.day()?;
        // The newest consultations stand for those that people come back to.
        if office.consultations.len() >= 256 {
            office
                .consultations
                .swap_remove(usize::from(self.random.count(256)));
        }
        office.consultations.push((id, day));
        let mut texts = Vec::new();
        let mut facts = self.consultation(&office.organisations)?;
        if self.random.one_in(4) {
            facts.note = Some(self.text(id.record(), NOTE, &mut texts)?);
        }
        let event = consultation::Recorded {
            consultation: id,
            facts,
            source: None,
        };
        let data = EventData::Consultation(ConsultationEvent::Recorded(event));
        Ok(step(office, day, data, texts))
    }

    fn correct(&mut self, office: &mut Office) -> Outcome<Step> {
        let Some((id, day)) = self.random.pick(&office.consultations).copied() else {
            return self.record(office);
        };
        let mut texts = Vec::new();
        let event = consultation::Corrected {
            consultation: id,
            facts: self.consultation(&office.organisations)?,
            changed: vec!["durationMinutes".into()],
            reason: self.text(id.record(), "Dauer war falsch", &mut texts)?,
            source: None,
        };
        let data = EventData::Consultation(ConsultationEvent::Corrected(event));
        Ok(step(office, day, data, texts))
    }

    fn link(&mut self, office: &mut Office) -> Outcome<Step> {
        let Some((id, day)) = self.random.pick(&office.consultations).copied() else {
            return self.record(office);
        };
        let to = self.random.pick(&office.networks).or_missing("a network")?;
        let event = consultation::Linked {
            consultation: id,
            to: to.record(),
        };
        let data = EventData::Consultation(ConsultationEvent::Linked(event));
        Ok(step(office, day, data, Vec::new()))
    }

    /// The facts of a consultation that advised up to two of these organisations.
    pub(crate) fn consultation(
        &mut self,
        organisations: &[OrganisationId],
    ) -> Outcome<ConsultationFacts> {
        let organisations = self.some_of(organisations, 3);
        let random = &mut self.random;
        Ok(ConsultationFacts {
            consultation_type: random.code().or_missing("a consultation type")?,
            mode: random.code().or_missing("a mode")?,
            duration_minutes: 15 * (1 + random.count(8)),
            preparation_minutes: 15 * random.count(4),
            target_group: random.code().or_missing("a target group")?,
            action_areas: random.code().into_iter().collect(),
            task_type: random.code(),
            organisations,
            number_advised: Some(1 + random.count(12)),
            language: random.code(),
            outcome: random.code(),
            programme: None,
            municipality: None,
            visibility: None,
            subject: None,
            note: None,
        })
    }

    /// Fewer than `bound` of them, sorted, each once.
    fn some_of(&mut self, all: &[OrganisationId], bound: u64) -> Vec<OrganisationId> {
        let mut some: Vec<_> = (0..self.random.below(bound))
            .filter_map(|_| self.random.pick(all).copied())
            .collect();
        some.sort_unstable();
        some.dedup();
        some
    }

    /// An id that rises with time, as those of the decisions do.
    fn id(&mut self) -> uuid::Uuid {
        self.random
            .record_id(1_600_000_000_000 + self.made * 79_000)
    }

    fn day(&mut self) -> Outcome<Date> {
        let first = Date::from_calendar_date(2021, Month::January, 1)?;
        Ok(first + Duration::days(i64::from(self.random.count(DAYS))))
    }

    fn name(&mut self, subject: RecordId, texts: &mut Vec<SealedText>) -> Outcome<Commitment> {
        let word = self.random.pick(&WORDS).copied().unwrap_or_default();
        let name = format!("{word} {}", self.random.below(100_000));
        self.text(subject, &name, texts)
    }

    fn text(
        &mut self,
        subject: RecordId,
        text: &str,
        texts: &mut Vec<SealedText>,
    ) -> Outcome<Commitment> {
        let salt = self.random.bytes();
        let commitment = Commitment::of(&salt, text);
        texts.push(SealedText {
            subject,
            commitment,
            salt,
            text: Text::line(text, Text::NAME)?,
        });
        Ok(commitment)
    }
}

impl Office {
    const fn empty(centre: CentreKey) -> Self {
        Self {
            centre,
            organisations: Vec::new(),
            networks: Vec::new(),
            consultations: Vec::new(),
        }
    }
}

fn step(office: &Office, day: Date, data: EventData, texts: Vec<SealedText>) -> Step {
    Step {
        event: Event {
            centre: office.centre,
            occurred_on: day,
            occurred_at: None,
            data,
        },
        texts,
    }
}
