//! A second computation of the figures, straight from the definitions and the events: for each row
//! it goes through everything that ever happened. Shares no code with the figures. It has
//! more than 400 lines because it says everything again.

use std::collections::{BTreeMap, BTreeSet};

use querschnitt_domain::agreement::{AgreementEvent, AgreementFacts};
use querschnitt_domain::consultation::{ConsultationEvent, ConsultationFacts};
use querschnitt_domain::meeting::{MeetingEvent, MeetingFacts};
use querschnitt_domain::network::{NetworkEvent, NetworkFacts};
use querschnitt_domain::organisation::{Description, OrganisationEvent};
use querschnitt_domain::values::LegalArea;
use querschnitt_domain::{
    AgreementId, CentreKey, ConsultationId, EventData, MeetingId, NetworkId, OrganisationId,
    Recorded,
};
use time::Date;

use super::review_oracle::Reviews;
use crate::dimension::{CentreSet, Dimension};

/// What stood at a position.
#[derive(Default)]
pub(super) struct Oracle {
    consultations: BTreeMap<ConsultationId, (CentreKey, Date, ConsultationFacts)>,
    organisations: BTreeMap<OrganisationId, Description>,
    same: BTreeMap<OrganisationId, OrganisationId>,
    networks: BTreeMap<NetworkId, NetworkFacts>,
    members: Vec<(NetworkId, OrganisationId, Date, Option<Date>)>,
    held: BTreeMap<MeetingId, Meeting>,
    agreements: BTreeMap<AgreementId, Agreement>,
    first: BTreeMap<MeetingId, u64>,
    reviews: Reviews,
}

struct Meeting {
    centre: CentreKey,
    date: Date,
    facts: MeetingFacts,
}

struct Agreement {
    centre: CentreKey,
    made: Date,
    done: Option<Date>,
    facts: AgreementFacts,
}

/// A row to compute: the days, and what each column has to be. `None`: not stated.
pub(super) struct Wanted {
    pub(super) from: Date,
    pub(super) to: Date,
    pub(super) visible: CentreSet,
    pub(super) columns: Vec<(Dimension, Option<String>)>,
}

impl Oracle {
    pub(super) fn at(position: u64, history: &[Recorded]) -> Self {
        let mut oracle = Self::default();
        for recorded in history {
            if recorded.position > position {
                break;
            }
            let (centre, day) = (recorded.event.centre, recorded.event.occurred_on);
            match &recorded.event.data {
                EventData::Consultation(event) => oracle.consultation(centre, day, event),
                EventData::Organisation(event) => oracle.organisation(event),
                EventData::Network(event) => oracle.network(day, event),
                EventData::Meeting(event) => {
                    oracle.meeting(centre, day, recorded.position, event);
                }
                EventData::Agreement(event) => oracle.agreement(centre, day, event),
                EventData::Review(event) => oracle.reviews.follow(centre, day, event),
                EventData::Seen(_) => {}
                // No figure counts letterheads.
                EventData::Letterhead(_)
                | EventData::Account(_)
                | EventData::Exception(_)
                | EventData::Access(_)
                | EventData::Unit(_) => {}
            }
        }
        oracle
    }

    fn consultation(&mut self, centre: CentreKey, day: Date, event: &ConsultationEvent) {
        let id = event.consultation();
        match event {
            ConsultationEvent::Recorded(event) => {
                self.consultations
                    .insert(id, (centre, day, event.facts.clone()));
            }
            ConsultationEvent::Corrected(event) => {
                self.consultations
                    .insert(id, (centre, day, event.facts.clone()));
            }
            ConsultationEvent::Retracted(_) => {
                self.consultations.remove(&id);
            }
            ConsultationEvent::Linked(_) | ConsultationEvent::Unlinked(_) => {}
        }
    }

    fn organisation(&mut self, event: &OrganisationEvent) {
        let id = event.organisation();
        match event {
            OrganisationEvent::Registered(event) => {
                self.organisations.insert(id, event.description.clone());
            }
            OrganisationEvent::Described(event) => {
                self.organisations.insert(id, event.description.clone());
            }
            OrganisationEvent::LinkedAsSame(event) => {
                self.same.insert(id, event.same_as);
            }
            OrganisationEvent::UnlinkedAsSame(_) => {
                self.same.remove(&id);
            }
            OrganisationEvent::Corrected(event) => {
                self.organisations.insert(id, event.description.clone());
            }
            OrganisationEvent::Retracted(_) => {
                self.organisations.remove(&id);
                self.same.remove(&id);
            }
            OrganisationEvent::Renamed(_) | OrganisationEvent::RelationSet(_) => {}
        }
    }

    fn network(&mut self, day: Date, event: &NetworkEvent) {
        let id = event.network();
        match event {
            NetworkEvent::Founded(event) => {
                self.networks.insert(id, event.facts.clone());
            }
            NetworkEvent::Changed(event) => {
                self.networks.insert(id, event.facts.clone());
            }
            NetworkEvent::MemberJoined(event) => {
                self.members.push((id, event.organisation, day, None));
            }
            NetworkEvent::MemberLeft(left) => {
                for member in &mut self.members {
                    if (member.0, member.1, member.3) == (id, left.organisation, None) {
                        member.3 = Some(day);
                    }
                }
            }
            NetworkEvent::Corrected(event) => {
                self.networks.insert(id, event.facts.clone());
            }
            NetworkEvent::MemberCorrected(corrected) => {
                let was = corrected.was_joined_on;
                if let Some(member) = self.members.iter_mut().rfind(|member| {
                    (member.0, member.1, member.2) == (id, corrected.organisation, was)
                }) {
                    (member.2, member.3) = (day, corrected.left_on);
                }
            }
            NetworkEvent::MemberRetracted(retracted) => {
                let meant = self.members.iter().rposition(|member| {
                    (member.0, member.1, member.2) == (id, retracted.organisation, day)
                });
                if let Some(at) = meant {
                    self.members.remove(at);
                }
            }
            NetworkEvent::Retracted(_) => {
                self.networks.remove(&id);
                self.members.retain(|member| member.0 != id);
            }
            NetworkEvent::Closed(_) | NetworkEvent::Reopened(_) => {}
        }
    }

    fn meeting(&mut self, centre: CentreKey, date: Date, position: u64, event: &MeetingEvent) {
        let id = event.meeting();
        self.first.entry(id).or_insert(position);
        match event {
            MeetingEvent::Held(event) => {
                let facts = event.facts.clone();
                self.held.insert(
                    id,
                    Meeting {
                        centre,
                        date,
                        facts,
                    },
                );
            }
            MeetingEvent::Corrected(event) => {
                let facts = event.facts.clone();
                self.held.insert(
                    id,
                    Meeting {
                        centre,
                        date,
                        facts,
                    },
                );
            }
            MeetingEvent::Continued(event) => {
                if let Some(meeting) = self.held.get_mut(&id) {
                    meeting.facts.attendances.extend(event.attendances.clone());
                }
            }
            MeetingEvent::Cancelled(_) | MeetingEvent::Retracted(_) => {
                self.held.remove(&id);
            }
            MeetingEvent::Scheduled(_)
            | MeetingEvent::Rescheduled(_)
            | MeetingEvent::Reinstated(_)
            | MeetingEvent::MinutesApproved(_)
            | MeetingEvent::ApprovalWithdrawn(_) => {}
        }
    }

    fn agreement(&mut self, centre: CentreKey, day: Date, event: &AgreementEvent) {
        match event {
            AgreementEvent::Made(event) => {
                let agreement = Agreement {
                    centre,
                    made: day,
                    done: None,
                    facts: event.facts.clone(),
                };
                self.agreements.insert(event.agreement, agreement);
            }
            AgreementEvent::Changed(event) => {
                self.agreements.get_mut(&event.agreement).unwrap().facts = event.facts.clone();
            }
            AgreementEvent::Fulfilled(event) => {
                self.agreements.get_mut(&event.agreement).unwrap().done = Some(day);
            }
            AgreementEvent::Corrected(event) => {
                let agreement = self.agreements.get_mut(&event.agreement).unwrap();
                agreement.facts = event.facts.clone();
                agreement.made = day;
            }
            AgreementEvent::Reopened(event) => {
                self.agreements.get_mut(&event.agreement).unwrap().done = None;
            }
            AgreementEvent::Retracted(event) => {
                self.agreements.remove(&event.agreement);
            }
            AgreementEvent::Dropped(_) => {}
        }
    }

    fn same_as(&self, organisation: OrganisationId) -> OrganisationId {
        match self.same.get(&organisation) {
            Some(next) => self.same_as(*next),
            None => organisation,
        }
    }

    /// The upper and lower part of a figure in one row; the lower is 0 where there is none.
    pub(super) fn value(&self, key: &str, wanted: &Wanted) -> (u64, u64) {
        match key {
            "B1" => (self.advice(wanted).len() as u64, 0),
            "B2" => (self.advised(wanted).len() as u64, 0),
            "B3" => {
                let minutes = self.advice(wanted).into_iter().map(|facts| {
                    u64::from(facts.duration_minutes) + u64::from(facts.preparation_minutes)
                });
                (minutes.sum(), 60)
            }
            "B4" => {
                let mut all = wanted.columns.clone();
                all.retain(|column| column.0 != Dimension::ConsultationType);
                let all = Wanted {
                    columns: all,
                    ..*wanted
                };
                (
                    self.advice(wanted).len() as u64,
                    self.advice(&all).len() as u64,
                )
            }
            "B5" => {
                let advised = self.advised(wanted);
                let again = advised.values().filter(|times| **times > 1).count();
                (again as u64, advised.len() as u64)
            }
            "N1" => (self.meetings(wanted).len() as u64, 0),
            "N2" => {
                let mut came = BTreeSet::new();
                for meeting in self.held.values() {
                    for one in &meeting.facts.attendances {
                        let one = self.same_as(one.organisation);
                        if self.meeting_counts(meeting, Some(one), wanted) {
                            came.insert(one);
                        }
                    }
                }
                (came.len() as u64, 0)
            }
            "N3" => {
                let mut heads = 0;
                for meeting in self.meetings(wanted) {
                    heads += u64::from(meeting.facts.other_head_count);
                    for attendance in &meeting.facts.attendances {
                        heads += u64::from(attendance.head_count);
                    }
                }
                (heads, 0)
            }
            "N4" => {
                let made = self
                    .agreements
                    .values()
                    .filter(|agreement| self.agreement_counts(agreement, agreement.made, wanted));
                (made.count() as u64, 0)
            }
            "N5" => {
                let (mut done, mut due) = (0, 0);
                for agreement in self.agreements.values() {
                    let Some(day) = agreement.facts.due_on else {
                        continue;
                    };
                    if self.agreement_counts(agreement, day, wanted) {
                        due += 1;
                        if agreement.done.is_some_and(|done| done <= day) {
                            done += 1;
                        }
                    }
                }
                (done, due)
            }
            "N6" => {
                let meetings = self.meetings(wanted);
                let mut areas = 0;
                for meeting in &meetings {
                    let mut of_meeting: BTreeSet<LegalArea> = BTreeSet::new();
                    for attendance in &meeting.facts.attendances {
                        of_meeting
                            .extend(&self.organisations[&attendance.organisation].legal_areas);
                    }
                    areas += of_meeting.len() as u64;
                }
                (areas, meetings.len() as u64)
            }
            "N7" => self.continuity(wanted),
            other => self.reviews.value(other, wanted),
        }
    }

    fn continuity(&self, wanted: &Wanted) -> (u64, u64) {
        let (mut again, mut all) = (0, 0);
        for network in self.networks.keys() {
            let mut last: Vec<_> = self
                .held
                .iter()
                .filter(|(_, meeting)| meeting.facts.plan.network == *network)
                .filter(|(_, meeting)| meeting.date < wanted.to)
                .collect();
            last.sort_by_key(|(id, meeting)| (meeting.date, self.first[*id]));
            last.reverse();
            if last.len() < 3 || !self.meeting_counts(last[0].1, None, wanted) {
                continue;
            }
            let mut organisations = BTreeSet::new();
            for (_, meeting) in &last[..3] {
                for attendance in &meeting.facts.attendances {
                    organisations.insert(self.same_as(attendance.organisation));
                }
            }
            for (body, organisation, joined, left) in &self.members {
                let end = wanted.to.previous_day().unwrap();
                if body == network && *joined <= end && left.is_none_or(|left| end < left) {
                    organisations.insert(self.same_as(*organisation));
                }
            }
            for organisation in organisations {
                all += 1;
                let times = last[..3].iter().filter(|(_, meeting)| {
                    let mut attendances = meeting.facts.attendances.iter();
                    attendances.any(|one| self.same_as(one.organisation) == organisation)
                });
                if times.count() >= 2 {
                    again += 1;
                }
            }
        }
        (again, all)
    }

    fn advice(&self, wanted: &Wanted) -> Vec<&ConsultationFacts> {
        self.consultations
            .values()
            .filter(|(centre, day, _)| within(*centre, *day, wanted))
            .filter(|(centre, _, facts)| {
                wanted.columns.iter().all(|(dimension, code)| {
                    fits(&of_consultation(*dimension, *centre, facts), code.as_ref())
                })
            })
            .map(|(_, _, facts)| facts)
            .collect()
    }

    /// The advised organisations, and how many consultations each had.
    fn advised(&self, wanted: &Wanted) -> BTreeMap<OrganisationId, u32> {
        let mut advised = BTreeMap::new();
        for facts in self.advice(wanted) {
            let organisations: BTreeSet<_> = facts
                .organisations
                .iter()
                .map(|organisation| self.same_as(*organisation))
                .collect();
            for organisation in organisations {
                *advised.entry(organisation).or_default() += 1;
            }
        }
        advised
    }

    fn meetings(&self, wanted: &Wanted) -> Vec<&Meeting> {
        self.held
            .values()
            .filter(|meeting| self.meeting_counts(meeting, None, wanted))
            .collect()
    }

    fn meeting_counts(
        &self,
        meeting: &Meeting,
        organisation: Option<OrganisationId>,
        wanted: &Wanted,
    ) -> bool {
        let plan = &meeting.facts.plan;
        let body = &self.networks[&plan.network];
        within(meeting.centre, meeting.date, wanted)
            && wanted.columns.iter().all(|(dimension, code)| {
                let codes = if *dimension == Dimension::KiRole {
                    vec_of(plan.ki_role.or(body.ki_role).map(|role| role.as_str()))
                } else if dimension.is_multi_valued() {
                    let areas = if plan.action_areas.is_empty() {
                        &body.action_areas
                    } else {
                        &plan.action_areas
                    };
                    let codes = areas.iter().map(|area| area.as_str().to_owned());
                    by_domain(*dimension, codes.collect())
                } else if *dimension == Dimension::OrganisationKind {
                    vec_of(organisation.map(|id| self.organisations[&id].kind.as_str()))
                } else {
                    self.of_body(*dimension, meeting.centre, plan.network)
                };
                fits(&codes, code.as_ref())
            })
    }

    fn agreement_counts(&self, agreement: &Agreement, day: Date, wanted: &Wanted) -> bool {
        within(agreement.centre, day, wanted)
            && wanted.columns.iter().all(|(dimension, code)| {
                let network = agreement.facts.network;
                fits(
                    &self.of_body(*dimension, agreement.centre, network),
                    code.as_ref(),
                )
            })
    }

    fn of_body(&self, dimension: Dimension, centre: CentreKey, network: NetworkId) -> Vec<String> {
        vec![if dimension == Dimension::Centre {
            centre.to_string()
        } else if dimension == Dimension::Network {
            network.to_string()
        } else if dimension == Dimension::BodyType {
            self.networks[&network].body_type.to_string()
        } else {
            panic!("{dimension} says nothing about a body")
        }]
    }
}

pub(super) fn within(centre: CentreKey, day: Date, wanted: &Wanted) -> bool {
    wanted.from <= day && day < wanted.to && wanted.visible.contains(centre)
}

pub(super) fn fits(codes: &[String], wanted: Option<&String>) -> bool {
    wanted.map_or(codes.is_empty(), |wanted| codes.contains(wanted))
}

pub(super) fn vec_of(code: Option<&str>) -> Vec<String> {
    code.into_iter().map(str::to_owned).collect()
}

pub(super) fn by_domain(dimension: Dimension, areas: Vec<String>) -> Vec<String> {
    if dimension == Dimension::ActionArea {
        return areas;
    }
    let domains = areas.iter().map(|area| match area.split_once('_') {
        Some(("EDU", _)) => "EDUCATION",
        _ => "CROSS_CUTTING",
    });
    domains.map(str::to_owned).collect()
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "a column that is missing here ends the test"
)]
fn of_consultation(
    dimension: Dimension,
    centre: CentreKey,
    facts: &ConsultationFacts,
) -> Vec<String> {
    match dimension {
        Dimension::Centre => vec![centre.to_string()],
        Dimension::ActionArea | Dimension::ActionDomain => {
            let codes = facts.action_areas.iter().map(ToString::to_string);
            by_domain(dimension, codes.collect())
        }
        Dimension::ConsultationType => vec![facts.consultation_type.to_string()],
        Dimension::TargetGroup => vec![facts.target_group.to_string()],
        Dimension::Mode => vec![facts.mode.to_string()],
        Dimension::Programme => vec_of(facts.programme.map(|one| one.as_str())),
        Dimension::FundingLine => {
            vec_of(facts.programme.map(|programme| line_of(programme.as_str())))
        }
        Dimension::Municipality => vec_of(facts.municipality.as_deref()),
        Dimension::Language => vec_of(facts.language.map(|one| one.as_str())),
        Dimension::Outcome => vec_of(facts.outcome.map(|one| one.as_str())),
        Dimension::TaskType => vec_of(facts.task_type.map(|one| one.as_str())),
        other => panic!("{other} says nothing about a consultation"),
    }
}

pub(super) fn line_of(programme: &str) -> &str {
    match programme {
        own if own.starts_with("KI") || own.starts_with("KOMM_AN") => own,
        mso if mso.starts_with("MSO") => "MSO",
        "DEMOKRATIE_LEBEN" | "MBE" | "JMD" | "BUND_GZ_VOR_ORT" => "FEDERAL",
        "AMIF" | "ESF_PLUS_WIR" => "EU",
        "MUNICIPAL_PROJECT" => "MUNICIPAL",
        _ => "STATE_OTHER",
    }
}
