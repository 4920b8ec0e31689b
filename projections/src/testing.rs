//! Generated histories that the decisions could have led to, for properties of facts and figures.
//! One file because a history is one thing: what may happen next depends on all that happened.
//!
//! More than 400 lines: a history is one thing.

#[cfg(test)]
pub(crate) mod invented;
mod reviews;

use std::collections::HashMap;
use std::sync::Arc;

use querschnitt_domain::agreement::{self, AgreementEvent, AgreementFacts};
use querschnitt_domain::consultation::{self, ConsultationEvent, ConsultationFacts};
use querschnitt_domain::meeting::{self, Attendance, MeetingEvent, MeetingFacts, Plan};
use querschnitt_domain::network::{self, NetworkEvent, NetworkFacts};
use querschnitt_domain::organisation::{self, Description, OrganisationEvent};
use querschnitt_domain::values::{ActionArea, list};
use querschnitt_domain::{
    ActorId, AgreementId, CENTRES, CentreKey, Code, CommandId, Commitment, ConsultationId, Event,
    EventData, EventId, List, MeetingId, NetworkId, OrganisationId, Part, RecordId, Recorded, Role,
};
use time::{Date, Duration, OffsetDateTime, Time};
use uuid::Uuid;

use crate::texts::TextSource;

/// A generated history: the same seed and length give the same one, and a shorter one is the
/// beginning of a longer one.
#[derive(Debug, Default)]
pub struct History {
    random: Random,
    events: Vec<Recorded>,
    texts: HashMap<Commitment, Arc<str>>,
    organisations: Vec<(OrganisationId, CentreKey, Option<OrganisationId>)>,
    consultations: Vec<(ConsultationId, CentreKey)>,
    networks: Vec<(NetworkId, CentreKey, Vec<OrganisationId>)>,
    meetings: Vec<(MeetingId, NetworkId, CentreKey, MeetingStep)>,
    agreements: Vec<(AgreementId, NetworkId, CentreKey)>,
    reviews: Vec<reviews::Known>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum MeetingStep {
    Scheduled,
    Cancelled,
    Held,
    Approved,
}

const CENTRES_USED: usize = 3;

impl History {
    /// A history of `length` events.
    #[must_use]
    pub fn generate(seed: u64, length: usize) -> Self {
        let mut history = Self {
            random: Random(seed),
            ..Self::default()
        };
        while history.events.len() < length {
            history.step();
        }
        history
    }

    /// Its events, in the order of the log.
    #[must_use]
    pub fn events(&self) -> &[Recorded] {
        &self.events
    }

    fn step(&mut self) {
        match self.random.below(20) {
            0..=2 => self.register_organisation(),
            3..=4 => self.change_organisation(),
            5..=9 => self.record_consultation(),
            10..=11 => self.change_consultation(),
            12 => self.found_network(),
            13 => self.change_network(),
            14..=15 => self.plan_or_hold_meeting(),
            16..=17 => self.change_meeting(),
            18 => self.make_agreement(),
            19.. => self.change_agreement(),
        }
    }

    fn record(&mut self, centre: CentreKey, day: Date, data: EventData) {
        self.record_at(centre, day, None, data);
    }

    fn record_at(
        &mut self,
        centre: CentreKey,
        day: Date,
        occurred_at: Option<OffsetDateTime>,
        data: EventData,
    ) {
        let position = self.events.len() as u64 + 1;
        let before = self
            .events
            .last()
            .map_or(OffsetDateTime::UNIX_EPOCH, |last| last.recorded_at);
        // Several events may share a microsecond, as events of one command do.
        let seconds = i64::try_from(self.random.below(3)).unwrap_or_default() * 600;
        let role = if self.random.one_in(4) {
            Role::KiHead
        } else {
            Role::KiOfficer
        };
        let event = Recorded {
            position,
            id: EventId(self.random.uuid()),
            part: Part(1, 1),
            recorded_at: before + Duration::seconds(seconds),
            actor: ActorId(Uuid::from_u128(u128::from(self.random.0 % 5))),
            on_behalf_of: position
                .is_multiple_of(7)
                .then(|| ActorId(Uuid::from_u128(u128::from(position % 3)))),
            role,
            command: CommandId(self.random.uuid()),
            event: Event {
                centre,
                occurred_on: day,
                occurred_at,
                data,
            },
        };
        self.events.push(event);
    }

    fn register_organisation(&mut self) {
        let centre = self.random.centre();
        let id = OrganisationId(self.random.uuid());
        let event = organisation::Registered {
            organisation: id,
            name: self.name(),
            description: self.description(),
            relation: self.random.code_option::<list::CentreRelations>(),
            source: None,
        };
        let day = self.random.day();
        self.organisations.push((id, centre, None));
        self.record(
            centre,
            day,
            EventData::Organisation(OrganisationEvent::Registered(event)),
        );
    }

    fn change_organisation(&mut self) {
        let Some(at) = self.random.index(self.organisations.len()) else {
            return;
        };
        let (id, centre, same_as) = self.organisations[at];
        let reason = self.commit("Grund");
        let event = match self.random.below(6) {
            4 => OrganisationEvent::Corrected(organisation::Corrected {
                organisation: id,
                name: self.name(),
                description: self.description(),
                relation: self.random.code_option::<list::CentreRelations>(),
                changed: vec!["name".into()],
                reason,
            }),
            5 => {
                if self.is_named(id.record()) {
                    return;
                }
                self.organisations.remove(at);
                OrganisationEvent::Retracted(organisation::Retracted {
                    organisation: id,
                    reason,
                })
            }
            0 => OrganisationEvent::Renamed(organisation::Renamed {
                organisation: id,
                name: self.name(),
                reason: None,
                source: None,
            }),
            1 => OrganisationEvent::Described(organisation::Described {
                organisation: id,
                description: self.description(),
                changed: vec!["kind".into()],
                reason: Some(reason),
                source: None,
            }),
            2 => OrganisationEvent::RelationSet(organisation::RelationSet {
                organisation: id,
                relation: self.random.code::<list::CentreRelations>(),
                source: None,
            }),
            _ => {
                if let Some(same_as) = same_as {
                    self.organisations[at].2 = None;
                    OrganisationEvent::UnlinkedAsSame(organisation::UnlinkedAsSame {
                        organisation: id,
                        same_as,
                        reason,
                    })
                } else {
                    // Links to earlier entries only, so they never form a ring.
                    let Some(to) = self.organisations[..at]
                        .iter()
                        .rev()
                        .find(|other| other.1 == centre)
                        .map(|other| other.0)
                    else {
                        return;
                    };
                    self.organisations[at].2 = Some(to);
                    OrganisationEvent::LinkedAsSame(organisation::LinkedAsSame {
                        organisation: id,
                        same_as: to,
                        reason,
                    })
                }
            }
        };
        let day = self.random.day();
        self.record(centre, day, EventData::Organisation(event));
    }

    fn record_consultation(&mut self) {
        let centre = self.random.centre();
        let id = ConsultationId(self.random.uuid());
        let event = consultation::Recorded {
            consultation: id,
            facts: self.consultation_facts(centre),
            source: None,
        };
        let day = self.random.day();
        self.consultations.push((id, centre));
        self.record(
            centre,
            day,
            EventData::Consultation(ConsultationEvent::Recorded(event)),
        );
    }

    fn change_consultation(&mut self) {
        let Some(at) = self.random.index(self.consultations.len()) else {
            return;
        };
        let (id, centre) = self.consultations[at];
        let reason = self.commit("Grund");
        let event = match self.random.below(5) {
            0..=1 => ConsultationEvent::Corrected(consultation::Corrected {
                consultation: id,
                facts: self.consultation_facts(centre),
                changed: vec!["durationMinutes".into(), "targetGroup".into()],
                reason,
                source: None,
            }),
            2 => {
                self.consultations.remove(at);
                ConsultationEvent::Retracted(consultation::Retracted {
                    consultation: id,
                    reason,
                })
            }
            kind => {
                let Some(to) = self.any_record(centre) else {
                    return;
                };
                if kind == 3 {
                    ConsultationEvent::Linked(consultation::Linked {
                        consultation: id,
                        to,
                    })
                } else {
                    ConsultationEvent::Unlinked(consultation::Unlinked {
                        consultation: id,
                        to,
                    })
                }
            }
        };
        let day = self.random.day();
        self.record(centre, day, EventData::Consultation(event));
    }

    fn found_network(&mut self) {
        let centre = self.random.centre();
        let id = NetworkId(self.random.uuid());
        let event = network::Founded {
            network: id,
            facts: self.network_facts(),
            source: None,
        };
        let day = self.random.day();
        self.networks.push((id, centre, Vec::new()));
        self.record(
            centre,
            day,
            EventData::Network(NetworkEvent::Founded(event)),
        );
    }

    fn change_network(&mut self) {
        let Some(at) = self.random.index(self.networks.len()) else {
            return;
        };
        let (id, centre) = (self.networks[at].0, self.networks[at].1);
        if self.random.one_in(4) {
            self.correct_network(at);
            return;
        }
        let event = match self.random.below(8) {
            0..=1 => NetworkEvent::Changed(network::Changed {
                network: id,
                facts: self.network_facts(),
                changed: vec!["bodyType".into()],
                reason: None,
                source: None,
            }),
            2..=5 => {
                let Some(organisation) = self.organisation_of(centre) else {
                    return;
                };
                if self.networks[at].2.contains(&organisation) {
                    return;
                }
                self.networks[at].2.push(organisation);
                NetworkEvent::MemberJoined(network::MemberJoined {
                    network: id,
                    organisation,
                    function: None,
                })
            }
            6 => {
                let Some(organisation) = self.networks[at].2.pop() else {
                    return;
                };
                NetworkEvent::MemberLeft(network::MemberLeft {
                    network: id,
                    organisation,
                    reason: None,
                })
            }
            _ => {
                self.networks.remove(at);
                NetworkEvent::Closed(network::Closed {
                    network: id,
                    reason: None,
                })
            }
        };
        let day = self.random.day();
        self.record(centre, day, EventData::Network(event));
    }

    /// What offices do when a body or a membership was recorded wrongly.
    fn correct_network(&mut self, at: usize) {
        let (id, centre) = (self.networks[at].0, self.networks[at].1);
        let reason = self.commit("Grund");
        let member = self.networks[at].2.last().copied();
        let event = match (self.random.below(5), member) {
            (0, _) => NetworkEvent::Corrected(network::Corrected {
                network: id,
                facts: self.network_facts(),
                changed: vec!["foundedOn".into()],
                reason,
            }),
            (1, _) => {
                let named = self.is_named(id.record());
                if named {
                    return;
                }
                self.networks.remove(at);
                NetworkEvent::Retracted(network::Retracted {
                    network: id,
                    reason,
                })
            }
            (2, _) => {
                let closed = NetworkEvent::Closed(network::Closed {
                    network: id,
                    reason: None,
                });
                let day = self.random.day();
                self.record(centre, day, EventData::Network(closed));
                NetworkEvent::Reopened(network::Reopened {
                    network: id,
                    reason,
                })
            }
            (kind, Some(organisation)) => {
                let Some(was_joined_on) = self.joined_on(id, organisation) else {
                    return;
                };
                if kind == 3 {
                    NetworkEvent::MemberCorrected(network::MemberCorrected {
                        network: id,
                        organisation,
                        was_joined_on,
                        left_on: None,
                        function: Some(reason),
                        changed: vec!["joinedOn".into()],
                        reason,
                    })
                } else {
                    self.networks[at].2.pop();
                    let event = NetworkEvent::MemberRetracted(network::MemberRetracted {
                        network: id,
                        organisation,
                        reason,
                    });
                    self.record(centre, was_joined_on, EventData::Network(event));
                    return;
                }
            }
            (_, None) => return,
        };
        let day = self.random.day();
        self.record(centre, day, EventData::Network(event));
    }

    /// Whether another record's event ever named this record.
    fn is_named(&self, record: RecordId) -> bool {
        let tag = record.tag();
        self.events.iter().any(|recorded| {
            recorded.event.data.record() != Some(record) && recorded.event.tags().contains(&tag)
        })
    }

    /// The first day of the membership recorded last.
    fn joined_on(&self, network: NetworkId, member: OrganisationId) -> Option<Date> {
        self.events.iter().rev().find_map(|recorded| {
            let EventData::Network(event) = &recorded.event.data else {
                return None;
            };
            let joined = match event {
                NetworkEvent::MemberJoined(event) => event.organisation == member,
                NetworkEvent::MemberCorrected(event) => event.organisation == member,
                NetworkEvent::Founded(_)
                | NetworkEvent::Changed(_)
                | NetworkEvent::MemberLeft(_)
                | NetworkEvent::Closed(_)
                | NetworkEvent::Reopened(_)
                | NetworkEvent::Corrected(_)
                | NetworkEvent::MemberRetracted(_)
                | NetworkEvent::Retracted(_) => false,
            };
            (joined && event.network() == network).then_some(recorded.event.occurred_on)
        })
    }

    fn plan_or_hold_meeting(&mut self) {
        let Some(at) = self.random.index(self.networks.len()) else {
            return;
        };
        let (network, centre) = (self.networks[at].0, self.networks[at].1);
        let id = MeetingId(self.random.uuid());
        let (event, step) = if self.random.one_in(2) {
            let plan = self.plan(network);
            (
                MeetingEvent::Scheduled(meeting::Scheduled {
                    meeting: id,
                    plan,
                    source: None,
                }),
                MeetingStep::Scheduled,
            )
        } else {
            let facts = self.meeting_facts(network, centre);
            (
                MeetingEvent::Held(meeting::Held {
                    meeting: id,
                    facts,
                    source: None,
                }),
                MeetingStep::Held,
            )
        };
        let day = self.random.day();
        self.meetings.push((id, network, centre, step));
        self.record(centre, day, EventData::Meeting(event));
    }

    fn change_meeting(&mut self) {
        let Some(at) = self.random.index(self.meetings.len()) else {
            return;
        };
        let (id, network, centre, step) = self.meetings[at];
        let reason = self.commit("Grund");
        let retracted = MeetingEvent::Retracted(meeting::Retracted {
            meeting: id,
            network,
            reason,
        });
        let event = match (step, self.random.below(6)) {
            (_, 0) => {
                self.meetings.remove(at);
                retracted
            }
            (MeetingStep::Scheduled, 1) => {
                self.meetings[at].3 = MeetingStep::Cancelled;
                MeetingEvent::Cancelled(meeting::Cancelled {
                    meeting: id,
                    network,
                    reason: Some(reason),
                    source: None,
                })
            }
            (MeetingStep::Cancelled, 1..=2) => {
                self.meetings[at].3 = MeetingStep::Scheduled;
                MeetingEvent::Reinstated(meeting::Reinstated {
                    meeting: id,
                    network,
                    reason,
                })
            }
            (MeetingStep::Approved, 1) => {
                self.meetings[at].3 = MeetingStep::Held;
                MeetingEvent::ApprovalWithdrawn(meeting::ApprovalWithdrawn {
                    meeting: id,
                    network,
                    reason,
                })
            }
            (MeetingStep::Scheduled, 2) | (MeetingStep::Cancelled, _) => {
                // Only an import plans a cancelled meeting anew.
                self.meetings[at].3 = MeetingStep::Scheduled;
                let plan = self.plan(network);
                MeetingEvent::Rescheduled(meeting::Rescheduled {
                    meeting: id,
                    plan,
                    changed: vec!["date".into()],
                    reason: None,
                    source: None,
                })
            }
            (MeetingStep::Scheduled, _) => {
                self.meetings[at].3 = MeetingStep::Held;
                let facts = self.meeting_facts(network, centre);
                MeetingEvent::Held(meeting::Held {
                    meeting: id,
                    facts,
                    source: None,
                })
            }
            (MeetingStep::Held, 1..=2) => {
                self.meetings[at].3 = MeetingStep::Approved;
                MeetingEvent::MinutesApproved(meeting::MinutesApproved {
                    meeting: id,
                    network,
                })
            }
            (MeetingStep::Held, 3) => {
                let Some(organisation) = self.organisation_of(centre) else {
                    return;
                };
                MeetingEvent::Continued(meeting::Continued {
                    meeting: id,
                    network,
                    attendances: vec![Attendance {
                        organisation,
                        head_count: 2,
                        function: None,
                    }],
                    carried_over: Vec::new(),
                    agenda: Vec::new(),
                })
            }
            (MeetingStep::Held | MeetingStep::Approved, _) => {
                let facts = self.meeting_facts(network, centre);
                MeetingEvent::Corrected(meeting::Corrected {
                    meeting: id,
                    facts,
                    changed: vec!["attendances".into()],
                    reason,
                    source: None,
                })
            }
        };
        let day = self.random.day();
        self.record(centre, day, EventData::Meeting(event));
    }

    fn make_agreement(&mut self) {
        let Some(at) = self.random.index(self.networks.len()) else {
            return;
        };
        let (network, centre) = (self.networks[at].0, self.networks[at].1);
        let id = AgreementId(self.random.uuid());
        let event = agreement::Made {
            agreement: id,
            facts: self.agreement_facts(network, centre),
        };
        let day = self.random.day();
        self.agreements.push((id, network, centre));
        self.record(
            centre,
            day,
            EventData::Agreement(AgreementEvent::Made(event)),
        );
    }

    fn change_agreement(&mut self) {
        let Some(at) = self.random.index(self.agreements.len()) else {
            return;
        };
        let (id, network, centre) = self.agreements[at];
        let reason = self.commit("Grund");
        let event = match self.random.below(7) {
            4 => AgreementEvent::Corrected(agreement::Corrected {
                agreement: id,
                facts: self.agreement_facts(network, centre),
                changed: vec!["madeOn".into()],
                reason,
            }),
            5 => {
                // Most agreements stand: figures need some to count.
                if !self.random.one_in(3) {
                    return;
                }
                self.agreements.remove(at);
                AgreementEvent::Retracted(agreement::Retracted {
                    agreement: id,
                    network,
                    reason,
                })
            }
            6 => {
                let fulfilled = AgreementEvent::Fulfilled(agreement::Fulfilled {
                    agreement: id,
                    network,
                    note: None,
                });
                let day = self.random.day();
                self.record(centre, day, EventData::Agreement(fulfilled));
                AgreementEvent::Reopened(agreement::Reopened {
                    agreement: id,
                    network,
                    reason,
                })
            }
            0 => AgreementEvent::Changed(agreement::Changed {
                agreement: id,
                facts: self.agreement_facts(network, centre),
                changed: vec!["dueOn".into()],
                reason,
            }),
            1 => {
                self.agreements.remove(at);
                AgreementEvent::Dropped(agreement::Dropped {
                    agreement: id,
                    network,
                    reason: Some(reason),
                })
            }
            _ => {
                self.agreements.remove(at);
                AgreementEvent::Fulfilled(agreement::Fulfilled {
                    agreement: id,
                    network,
                    note: None,
                })
            }
        };
        let day = self.random.day();
        self.record(centre, day, EventData::Agreement(event));
    }

    fn consultation_facts(&mut self, centre: CentreKey) -> ConsultationFacts {
        let mut organisations: Vec<_> = (0..self.random.below(3))
            .filter_map(|_| self.organisation_of(centre))
            .collect();
        organisations.sort_unstable();
        organisations.dedup();
        let mut action_areas = self.random.action_areas();
        action_areas.push(self.random.code::<list::ActionAreas>());
        action_areas.sort_unstable();
        action_areas.dedup();
        ConsultationFacts {
            consultation_type: self.random.code::<list::ConsultationTypes>(),
            mode: self.random.code::<list::ConsultationModes>(),
            duration_minutes: self.random.count(240) + 1,
            preparation_minutes: self.random.count(60),
            target_group: self.random.code::<list::TargetGroups>(),
            action_areas,
            task_type: self.random.code_option::<list::TaskTypes>(),
            organisations,
            number_advised: self.random.one_in(2).then(|| self.random.count(30)),
            language: self.random.code_option::<list::Languages>(),
            outcome: self.random.code_option::<list::ConsultationOutcomes>(),
            programme: self.random.code_option::<list::Programmes>(),
            municipality: self.random.municipality(),
            visibility: None,
            subject: self.random.one_in(4).then(|| self.commit("Anliegen")),
            note: None,
        }
    }

    fn description(&mut self) -> Description {
        let mut legal_areas: Vec<_> = (0..self.random.below(3))
            .map(|_| self.random.code::<list::LegalAreas>())
            .collect();
        legal_areas.sort_unstable();
        legal_areas.dedup();
        Description {
            kind: self.random.code::<list::OrganisationKinds>(),
            legal_areas,
            municipality: self.random.municipality(),
            place: None,
            district: None,
            note: None,
        }
    }

    fn network_facts(&mut self) -> NetworkFacts {
        NetworkFacts {
            name: self.name(),
            body_type: self.random.code::<list::BodyTypes>(),
            legal_nature: self.random.code_option::<list::LegalNatures>(),
            ki_role: self.random.code_option::<list::KiRoles>(),
            action_areas: self.random.action_areas(),
            note: None,
        }
    }

    fn plan(&mut self, network: NetworkId) -> Plan {
        Plan {
            network,
            title: None,
            place: None,
            mode: self.random.code_option::<list::MeetingModes>(),
            ends_at: None,
            ki_role: self.random.code_option::<list::KiRoles>(),
            action_areas: self.random.action_areas(),
            agenda: Vec::new(),
            carried_over: Vec::new(),
        }
    }

    fn meeting_facts(&mut self, network: NetworkId, centre: CentreKey) -> MeetingFacts {
        let mut organisations: Vec<_> = (0..self.random.below(5))
            .filter_map(|_| self.organisation_of(centre))
            .collect();
        organisations.sort_unstable();
        organisations.dedup();
        // Some come in two functions.
        let mut attendances = Vec::new();
        for organisation in organisations {
            for _ in 0..=self.random.below(2) {
                attendances.push(Attendance {
                    organisation,
                    head_count: self.random.count(4) + 1,
                    function: None,
                });
            }
        }
        let mut facts = MeetingFacts {
            attendances,
            other_head_count: self.random.count(5),
            ..MeetingFacts::of(self.plan(network))
        };
        if self.random.one_in(3) {
            let came =
                |id: &OrganisationId| facts.attendances.iter().any(|at| at.organisation == *id);
            facts.excused = self
                .organisation_of(centre)
                .filter(|id| !came(id))
                .into_iter()
                .collect();
            facts.next_on = Some(self.random.day());
        }
        facts
    }

    fn agreement_facts(&mut self, network: NetworkId, centre: CentreKey) -> AgreementFacts {
        let meetings: Vec<_> = self
            .meetings
            .iter()
            .filter(|meeting| meeting.1 == network)
            .map(|meeting| meeting.0)
            .collect();
        AgreementFacts {
            network,
            meeting: self
                .random
                .index(meetings.len())
                .map(|index| meetings[index]),
            subject: self.commit("Vereinbarung"),
            responsible: self.organisation_of(centre),
            due_on: (!self.random.one_in(3)).then(|| self.random.day()),
        }
    }

    fn any_record(&mut self, centre: CentreKey) -> Option<RecordId> {
        if self.random.one_in(2) {
            return self.organisation_of(centre).map(OrganisationId::record);
        }
        let at = self.random.index(self.networks.len())?;
        Some(self.networks[at].0.record())
    }

    fn organisation_of(&mut self, centre: CentreKey) -> Option<OrganisationId> {
        let own: Vec<_> = self
            .organisations
            .iter()
            .filter(|organisation| organisation.1 == centre)
            .map(|organisation| organisation.0)
            .collect();
        self.random.index(own.len()).map(|index| own[index])
    }

    fn name(&mut self) -> Commitment {
        const FIRST: [&str; 8] = [
            "AWO",
            "Caritas",
            "Jugendamt",
            "Kita Löwenzahn",
            "Ağrı-Verein",
            "Straßenschule",
            "Łódź Kulturkreis",
            "Ærø Forening",
        ];
        const LAST: [&str; 5] = ["Bielefeld", "Mülheim", "Süd", "e. V.", "Öst"];
        let first = FIRST[self.random.index(FIRST.len()).unwrap_or_default()];
        let last = LAST[self.random.index(LAST.len()).unwrap_or_default()];
        self.commit(&format!("{first} {last}"))
    }

    fn commit(&mut self, text: &str) -> Commitment {
        let salt = self.random.uuid().into_bytes();
        let commitment = Commitment::of(&salt, text);
        self.texts.insert(commitment, text.into());
        commitment
    }
}

impl TextSource for History {
    fn text(&self, _subject: RecordId, commitment: &Commitment) -> Option<Arc<str>> {
        self.texts.get(commitment).map(Arc::clone)
    }
}

/// SplitMix64: small, fast, and the same everywhere.
#[derive(Debug, Default)]
struct Random(u64);

impl Random {
    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    const fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    const fn one_in(&mut self, bound: u64) -> bool {
        self.below(bound) == 0
    }

    fn index(&mut self, length: usize) -> Option<usize> {
        (length > 0).then(|| usize::try_from(self.below(length as u64)).unwrap_or_default())
    }

    fn count(&mut self, bound: u16) -> u16 {
        u16::try_from(self.below(u64::from(bound))).unwrap_or_default()
    }

    fn uuid(&mut self) -> Uuid {
        Uuid::from_u64_pair(self.next(), self.next())
    }

    fn centre(&mut self) -> CentreKey {
        CENTRES[self.index(CENTRES_USED).unwrap_or_default()].key
    }

    /// A day of the two years from 2024 on.
    fn day(&mut self) -> Date {
        let start = OffsetDateTime::new_utc(
            Date::from_ordinal_date(2024, 1).unwrap_or(Date::MIN),
            Time::MIDNIGHT,
        );
        start.date() + Duration::days(i64::from(self.count(730)))
    }

    #[expect(clippy::panic, reason = "lists are never empty; a test says so")]
    fn code<L: List>(&mut self) -> Code<L> {
        let all: Vec<_> = Code::<L>::all().collect();
        match self.index(all.len()) {
            Some(index) => all[index],
            None => panic!("the list {} is empty", L::NAME),
        }
    }

    fn code_option<L: List>(&mut self) -> Option<Code<L>> {
        self.one_in(2).then(|| self.code())
    }

    fn action_areas(&mut self) -> Vec<ActionArea> {
        let mut areas: Vec<_> = (0..self.below(3))
            .map(|_| self.code::<list::ActionAreas>())
            .collect();
        areas.sort_unstable();
        areas.dedup();
        areas
    }

    fn municipality(&mut self) -> Option<Box<str>> {
        self.one_in(2)
            .then(|| ["05711000", "05315000", "05334002"][self.index(3).unwrap_or_default()].into())
    }
}
