//! A small book to write examples in, and tables as text to compare them with.

use querschnitt_domain::agreement::{self, AgreementEvent, AgreementFacts};
use querschnitt_domain::consultation::{self, ConsultationEvent, ConsultationFacts};
use querschnitt_domain::meeting::{self, Attendance, MeetingEvent, MeetingFacts, Plan};
use querschnitt_domain::network::{self, NetworkEvent, NetworkFacts};
use querschnitt_domain::organisation::{self, Description, OrganisationEvent};
use querschnitt_domain::{
    ActorId, AgreementId, CommandId, Commitment, ConsultationId, Event, EventData, EventId,
    MeetingId, NetworkId, OrganisationId, Part, Recorded, Role,
};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::dimension::{CentreSet, Dimension};
use crate::facts::Facts;
use crate::figures::{FigureQuery, FigureTable, FigureValue, figure};

/// Facts under the hand of a test. Days are written "2026-03-01".
#[derive(Default)]
pub(super) struct Book {
    pub(super) facts: Facts,
    centre: Option<&'static str>,
    hour: Option<u8>,
}

const SEALED: Commitment = Commitment([0; 32]);

fn day(text: &str) -> Date {
    let format = time::macros::format_description!("[year]-[month]-[day]");
    Date::parse(text, format).unwrap()
}

/// The id that stands for a small number.
pub(super) fn id<T: From<Uuid>>(number: u128) -> T {
    Uuid::from_u128(number).into()
}

fn codes<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> Vec<T> {
    text.split_whitespace()
        .map(|code| code.parse().unwrap())
        .collect()
}

impl Book {
    /// What follows is recorded in this centre's book; Bielefeld's at first.
    pub(super) fn centre(&mut self, centre: &'static str) {
        self.centre = Some(centre);
    }

    /// What follows happens at this hour of its day.
    pub(super) fn hour(&mut self, hour: u8) {
        self.hour = Some(hour);
    }

    pub(super) fn position(&self) -> u64 {
        self.facts.applied()
    }

    fn record(&mut self, on: &str, data: EventData) {
        let recorded = Recorded {
            position: self.facts.applied() + 1,
            id: EventId(Uuid::nil()),
            part: Part(1, 1),
            recorded_at: OffsetDateTime::UNIX_EPOCH,
            actor: ActorId(Uuid::nil()),
            on_behalf_of: None,
            role: Role::KiOfficer,
            command: CommandId(Uuid::nil()),
            event: Event {
                centre: self.centre.unwrap_or("05711").parse().unwrap(),
                occurred_on: day(on),
                occurred_at: self
                    .hour
                    .map(|hour| day(on).with_hms(hour, 0, 0).unwrap().assume_utc()),
                data,
            },
        };
        assert!(self.facts.apply(&recorded));
    }

    pub(super) fn organisation(&mut self, number: u128, kind: &str, legal_areas: &str) {
        let event = organisation::Registered {
            organisation: id(number),
            name: SEALED,
            description: Description {
                kind: kind.parse().unwrap(),
                legal_areas: codes(legal_areas),
                municipality: None,
                place: None,
                district: None,
                note: None,
            },
            relation: None,
            source: None,
        };
        let event = OrganisationEvent::Registered(event);
        self.record("2020-01-01", EventData::Organisation(event));
    }

    pub(super) fn same(&mut self, duplicate: u128, same_as: u128) {
        let event = OrganisationEvent::LinkedAsSame(organisation::LinkedAsSame {
            organisation: id(duplicate),
            same_as: id(same_as),
            reason: SEALED,
        });
        self.record("2020-01-01", EventData::Organisation(event));
    }

    pub(super) fn consult(&mut self, number: u128, on: &str, facts: ConsultationFacts) {
        let event = ConsultationEvent::Recorded(consultation::Recorded {
            consultation: id(number),
            facts,
            source: None,
        });
        self.record(on, EventData::Consultation(event));
    }

    pub(super) fn correct(&mut self, number: u128, on: &str, facts: ConsultationFacts) {
        let event = ConsultationEvent::Corrected(consultation::Corrected {
            consultation: id(number),
            facts,
            changed: Vec::new(),
            reason: SEALED,
            source: None,
        });
        self.record(on, EventData::Consultation(event));
    }

    pub(super) fn retract(&mut self, number: u128) {
        let event = ConsultationEvent::Retracted(consultation::Retracted {
            consultation: id::<ConsultationId>(number),
            reason: SEALED,
        });
        self.record("2026-12-31", EventData::Consultation(event));
    }

    pub(super) fn network(&mut self, number: u128, body_type: &str, role: &str, areas: &str) {
        let event = NetworkEvent::Founded(network::Founded {
            network: id(number),
            facts: NetworkFacts {
                name: SEALED,
                body_type: body_type.parse().unwrap(),
                legal_nature: None,
                ki_role: Some(role.parse().unwrap()),
                action_areas: codes(areas),
                note: None,
            },
            source: None,
        });
        self.record("2020-01-01", EventData::Network(event));
    }

    pub(super) fn member(&mut self, network: u128, organisation: u128, on: &str) {
        let event = NetworkEvent::MemberJoined(network::MemberJoined {
            network: id(network),
            organisation: id(organisation),
            function: None,
        });
        self.record(on, EventData::Network(event));
    }

    pub(super) fn plan(&mut self, number: u128, network: u128, on: &str) {
        let event = MeetingEvent::Scheduled(meeting::Scheduled {
            meeting: id(number),
            plan: plan(network),
            source: None,
        });
        self.record(on, EventData::Meeting(event));
    }

    pub(super) fn cancel(&mut self, number: u128, network: u128) {
        let event = MeetingEvent::Cancelled(meeting::Cancelled {
            meeting: id::<MeetingId>(number),
            network: id(network),
            reason: Some(SEALED),
            source: None,
        });
        self.record("2026-12-31", EventData::Meeting(event));
    }

    /// Attendances as (organisation, people).
    pub(super) fn hold(
        &mut self,
        number: u128,
        network: u128,
        on: &str,
        attending: &[(u128, u16)],
        others: u16,
    ) {
        let attendances = attending.iter().map(|(organisation, people)| Attendance {
            organisation: id(*organisation),
            head_count: *people,
            function: None,
        });
        let event = MeetingEvent::Held(meeting::Held {
            meeting: id(number),
            facts: MeetingFacts {
                attendances: attendances.collect(),
                other_head_count: others,
                ..MeetingFacts::of(plan(network))
            },
            source: None,
        });
        self.record(on, EventData::Meeting(event));
    }

    pub(super) fn agree(&mut self, number: u128, network: u128, on: &str, due: Option<&str>) {
        let event = AgreementEvent::Made(agreement::Made {
            agreement: id(number),
            facts: AgreementFacts {
                network: id(network),
                meeting: None,
                subject: SEALED,
                responsible: None,
                due_on: due.map(day),
            },
        });
        self.record(on, EventData::Agreement(event));
    }

    pub(super) fn fulfil(&mut self, number: u128, network: u128, on: &str) {
        let event = AgreementEvent::Fulfilled(agreement::Fulfilled {
            agreement: id::<AgreementId>(number),
            network: id(network),
            note: None,
        });
        self.record(on, EventData::Agreement(event));
    }

    pub(super) fn drop(&mut self, number: u128, network: u128, on: &str) {
        let event = AgreementEvent::Dropped(agreement::Dropped {
            agreement: id(number),
            network: id(network),
            reason: Some(SEALED),
        });
        self.record(on, EventData::Agreement(event));
    }

    pub(super) fn table(&self, key: &str, period: &str, by: &[Dimension]) -> FigureTable {
        let query = query(period, by);
        figure(key)
            .unwrap()
            .compute(&self.facts, &query, CentreSet::all())
            .unwrap()
    }

    /// The rows as text, and the total last.
    pub(super) fn show(&self, key: &str, period: &str, by: &[Dimension]) -> Vec<String> {
        show(&self.table(key, period, by))
    }
}

pub(super) fn query(period: &str, by: &[Dimension]) -> FigureQuery {
    FigureQuery {
        period: period.parse().unwrap(),
        centres: CentreSet::all(),
        by: by.to_vec(),
        as_of: None,
    }
}

pub(super) fn show(table: &FigureTable) -> Vec<String> {
    let rows = table.rows.iter().filter(|row| !row.keys.is_empty());
    rows.map(|row| {
        let keys = row
            .keys
            .iter()
            .map(|key| key.code().unwrap_or("-".into()).into_owned());
        let keys: Vec<_> = keys.collect();
        format!("{}: {}", keys.join(" "), value(row.value))
    })
    .chain([format!("= {}", value(table.total))])
    .collect()
}

fn value(value: FigureValue) -> String {
    let shown = value
        .value
        .map_or("none".to_owned(), |value| value.to_string());
    match value.denominator {
        Some(denominator) => format!("{}/{denominator} {shown}", value.numerator),
        None => shown,
    }
}

fn plan(network: u128) -> Plan {
    Plan {
        network: id::<NetworkId>(network),
        title: None,
        place: None,
        mode: None,
        ends_at: None,
        ki_role: None,
        action_areas: Vec::new(),
        agenda: Vec::new(),
        carried_over: Vec::new(),
    }
}

/// A consultation of an hour by telephone with these organisations.
pub(super) fn about(areas: &str, organisations: &[u128]) -> ConsultationFacts {
    ConsultationFacts {
        consultation_type: "PROFESSIONAL".parse().unwrap(),
        mode: "PHONE".parse().unwrap(),
        duration_minutes: 60,
        preparation_minutes: 0,
        target_group: "SCHOOL".parse().unwrap(),
        action_areas: codes(areas),
        task_type: None,
        organisations: organisations
            .iter()
            .map(|number| id::<OrganisationId>(*number))
            .collect(),
        number_advised: None,
        language: None,
        outcome: None,
        programme: None,
        municipality: None,
        visibility: None,
        subject: None,
        note: None,
    }
}
