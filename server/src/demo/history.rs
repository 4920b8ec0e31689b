//! The sample history, day by day: what an invented office records, through the real decisions.

use std::collections::BTreeMap;
use std::sync::Arc;

use querschnitt_domain::agreement::{DropAgreement, FulfilAgreement, MakeAgreement};
use querschnitt_domain::consultation::{
    ConsultationPatch, CorrectConsultation, RecordConsultation, RetractConsultation,
};
use querschnitt_domain::meeting::{
    AgendaInput, ApproveMinutes, AttendanceInput, CancelMeeting, HoldMeeting, PlanInput,
    ScheduleMeeting,
};
use querschnitt_domain::network::{AddMember, FoundNetwork};
use querschnitt_domain::organisation::RegisterOrganisation;
use querschnitt_domain::{
    ActorId, AgreementId, CentreKey, Change, Code, CommandId, ConsultationId, Decision, List,
    MeetingId, NetworkId, OrganisationId, RecordId, Role, Text,
};
use querschnitt_store::{Actor, Executed, Executor, ManualClock, berlin_date};
use time::{Date, Duration, OffsetDateTime, Time, Weekday};
use uuid::Uuid;

use super::dice::Dice;
use super::words;
use crate::exit::Failure;

/// What the office has to do on a later day.
#[derive(Clone, Copy, Debug)]
enum Task {
    Correct(ConsultationId),
    Retract(ConsultationId),
    Plan(usize),
    Meet(usize, MeetingId),
    CallOff(MeetingId),
    Approve(MeetingId),
    Fulfil(AgreementId),
    Drop(AgreementId),
}

/// Makes the history in an empty log.
pub(super) struct History<'a> {
    executor: &'a Executor,
    clock: Arc<ManualClock>,
    actor: Actor,
    dice: Dice,
    organisations: Vec<OrganisationId>,
    networks: Vec<NetworkId>,
    tasks: BTreeMap<Date, Vec<Task>>,
    last: Date,
}

impl<'a> History<'a> {
    /// A history that ends at `until`.
    pub(super) fn new(
        executor: &'a Executor,
        clock: Arc<ManualClock>,
        centre: CentreKey,
        until: Date,
        seed: u64,
    ) -> Self {
        let actor = Actor {
            id: ActorId(Uuid::new_v5(&Uuid::NAMESPACE_OID, b"querschnitt demo")),
            role: Role::KiOfficer,
            centre,
        };
        Self {
            executor,
            clock,
            actor,
            dice: Dice::new(seed),
            organisations: Vec::new(),
            networks: Vec::new(),
            tasks: BTreeMap::new(),
            last: until,
        }
    }

    /// Lives through every working day from `first` on. `on_day` hears of each.
    pub(super) async fn live(
        mut self,
        first: Date,
        on_day: &mut (dyn FnMut(Date) + Send),
    ) -> Result<(), Failure> {
        let mut day = first;
        while day <= self.last {
            if !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
                self.clock.set(opening(day));
                if day == first || self.organisations.is_empty() {
                    self.begin(day).await?;
                }
                self.work(day).await?;
                on_day(day);
            }
            day = day.saturating_add(Duration::DAY);
        }
        Ok(())
    }

    /// The first day: register, networks, members.
    async fn begin(&mut self, day: Date) -> Result<(), Failure> {
        for sample in words::ORGANISATIONS {
            let command = RegisterOrganisation {
                centre: self.actor.centre,
                occurred_on: Some(day),
                name: text(sample.name)?,
                kind: code(sample.kind)?,
                legal_areas: Vec::new(),
                municipality: None,
                relation: Some(code(sample.relation)?),
                note: None,
                source: None,
            };
            let id = self.record(command).await?;
            self.organisations.push(OrganisationId(id.id));
        }
        for (index, sample) in words::NETWORKS.iter().enumerate() {
            let command = FoundNetwork {
                centre: self.actor.centre,
                founded_on: day,
                name: text(sample.name)?,
                body_type: code(sample.body_type)?,
                legal_nature: Some(code(sample.legal_nature)?),
                ki_role: Some(code(sample.ki_role)?),
                action_areas: codes(sample.action_areas)?,
                note: None,
            };
            let id = self.record(command).await?;
            let network = NetworkId(id.id);
            self.networks.push(network);
            for member in sample.members {
                let command = AddMember {
                    network,
                    organisation: self.organisations[*member],
                    occurred_on: Some(day),
                    function: None,
                    expected_version: None,
                };
                self.record(command).await?;
            }
            let offset = self.dice.between(5, 40);
            self.later(day, offset, Task::Plan(index));
        }
        Ok(())
    }

    async fn work(&mut self, day: Date) -> Result<(), Failure> {
        let due: Vec<Date> = self.tasks.range(..=day).map(|(due, _)| *due).collect();
        for due in due {
            for task in self.tasks.remove(&due).unwrap_or_default() {
                self.carry_out(task, day).await?;
            }
        }
        let consultations = match self.dice.between(1, 100) {
            1..=52 => 0,
            53..=88 => 1,
            _ => 2,
        };
        for _ in 0..consultations {
            self.consult(day).await?;
        }
        Ok(())
    }

    async fn carry_out(&mut self, task: Task, day: Date) -> Result<(), Failure> {
        match task {
            Task::Correct(consultation) => {
                let patch = ConsultationPatch {
                    duration_minutes: Some(self.dice.between(2, 9) * 15),
                    ..ConsultationPatch::default()
                };
                let reason = text(self.dice.one(words::CORRECTIONS))?;
                self.do_it(CorrectConsultation {
                    consultation,
                    expected_version: None,
                    reason,
                    patch,
                })
                .await
            }
            Task::Retract(consultation) => {
                let reason = text(self.dice.one(words::RETRACTIONS))?;
                self.do_it(RetractConsultation {
                    consultation,
                    expected_version: None,
                    reason,
                })
                .await
            }
            Task::Plan(index) => self.plan(index, day).await,
            Task::Meet(index, meeting) => self.meet(index, meeting, day).await,
            Task::CallOff(meeting) => {
                self.do_it(CancelMeeting {
                    meeting,
                    reason: text("Zu wenige Zusagen.")?,
                    expected_version: None,
                })
                .await
            }
            Task::Approve(meeting) => {
                self.do_it(ApproveMinutes {
                    meeting,
                    occurred_on: None,
                    expected_version: None,
                })
                .await
            }
            Task::Fulfil(agreement) => {
                self.do_it(FulfilAgreement {
                    agreement,
                    occurred_on: None,
                    note: None,
                    expected_version: None,
                })
                .await
            }
            Task::Drop(agreement) => {
                self.do_it(DropAgreement {
                    agreement,
                    reason: text("Wird im Rahmen des neuen Konzepts erledigt.")?,
                    expected_version: None,
                })
                .await
            }
        }
    }

    async fn consult(&mut self, day: Date) -> Result<(), Failure> {
        // One in eight is entered weeks after it took place.
        let back = if self.dice.happens(12) {
            self.dice.between(20, 75)
        } else {
            self.dice.between(0, 2)
        };
        let occurred_on = day.saturating_sub(Duration::days(back.into()));
        let organisation = self
            .dice
            .between(0, i32::try_from(self.organisations.len()).unwrap_or(1) - 1);
        let organisation = usize::try_from(organisation).unwrap_or(0);
        let mut organisations = vec![self.organisations[organisation]];
        if self.dice.happens(15) {
            let other = self.dice.one(&self.organisations);
            if !organisations.contains(&other) {
                organisations.push(other);
            }
        }
        let areas = [
            "EDU_EARLY",
            "EDU_SCHOOL",
            "EDU_TRANSITION",
            "X_PARTICIPATION",
            "X_VOLUNTEERING",
            "X_ADMIN_OPENING",
            "X_LANGUAGE_MEDIATION",
        ];
        let types = [
            "PROFESSIONAL",
            "SYSTEMIC",
            "FUNDING",
            "ORGANISATIONAL_MSO",
            "PARTICIPATION",
            "SHORT_REFERRAL",
        ];
        let modes = ["IN_PERSON_OFFICE", "OUTREACH", "PHONE", "VIDEO", "EMAIL"];
        let outcomes = [
            "INFORMED",
            "FOLLOW_UP_AGREED",
            "REFERRED",
            "APPLICATION_PREPARED",
        ];
        let command = RecordConsultation {
            centre: self.actor.centre,
            occurred_on,
            consultation_type: code(self.dice.one(&types))?,
            mode: code(self.dice.one(&modes))?,
            duration_minutes: self.dice.between(1, 8) * 15,
            target_group: code(words::ORGANISATIONS[organisation].target_group)?,
            action_areas: vec![code(self.dice.one(&areas))?],
            preparation_minutes: Some(self.dice.between(0, 4) * 15),
            task_type: Some(code("ADVICE")?),
            organisations,
            number_advised: Some(self.dice.between(1, 12)),
            language: None,
            outcome: Some(code(self.dice.one(&outcomes))?),
            programme: Some(code("KI_BASE")?),
            municipality: None,
            visibility: None,
            subject: Some(text(self.dice.one(words::SUBJECTS))?),
            note: if self.dice.happens(40) {
                Some(text(self.dice.one(words::NOTES))?)
            } else {
                None
            },
            links: Vec::new(),
            source: None,
        };
        let id = self.record(command).await?;
        let consultation = ConsultationId(id.id);
        let days = self.dice.between(3, 60);
        match self.dice.between(1, 100) {
            1..=8 => self.later(day, days, Task::Correct(consultation)),
            9..=11 => self.later(day, days, Task::Retract(consultation)),
            _ => {}
        }
        Ok(())
    }

    /// Schedules the next meeting of a network some weeks ahead.
    async fn plan(&mut self, index: usize, day: Date) -> Result<(), Failure> {
        let ahead = self.dice.between(14, 28);
        let date = working_day(day.saturating_add(Duration::days(ahead.into())));
        let command = ScheduleMeeting {
            network: self.networks[index],
            date,
            plan: PlanInput {
                title: Change::Set(text(words::NETWORKS[index].name)?),
                place: Change::Set(text(self.dice.one(words::PLACES))?),
                mode: Change::Set(code("IN_PERSON")?),
                agenda: Some(self.agenda(4)?),
                ..PlanInput::default()
            },
        };
        let id = self.record(command).await?;
        let meeting = MeetingId(id.id);
        let days = i32::try_from((date - day).whole_days()).unwrap_or(1);
        if self.dice.happens(5) {
            self.later(day, days - 2, Task::CallOff(meeting));
        } else {
            self.later(day, days, Task::Meet(index, meeting));
        }
        let next = i32::try_from(words::NETWORKS[index].every).unwrap_or(60);
        self.later(day, next, Task::Plan(index));
        Ok(())
    }

    async fn meet(&mut self, index: usize, meeting: MeetingId, day: Date) -> Result<(), Failure> {
        let mut attendances = Vec::new();
        for member in words::NETWORKS[index].members {
            if self.dice.happens(80) {
                attendances.push(AttendanceInput {
                    organisation: self.organisations[*member],
                    head_count: self.dice.between(1, 3).into(),
                    function: None,
                });
            }
        }
        let network = self.networks[index];
        let command = HoldMeeting {
            network,
            meeting: Some(meeting),
            date: None,
            plan: PlanInput::default(),
            attendances,
            other_head_count: self.dice.between(0, 4).into(),
            results: Some(text(self.dice.one(words::RESULTS))?),
            expected_version: None,
        };
        self.do_it(command).await?;
        for _ in 0..self.dice.between(0, 2) {
            self.agree(index, meeting, day).await?;
        }
        self.later(day, 35, Task::Approve(meeting));
        Ok(())
    }

    async fn agree(&mut self, index: usize, meeting: MeetingId, day: Date) -> Result<(), Failure> {
        let due = self.dice.between(30, 120);
        let responsible = self.dice.one(words::NETWORKS[index].members);
        let command = MakeAgreement {
            network: self.networks[index],
            meeting: Some(meeting),
            made_on: day,
            subject: text(self.dice.one(words::AGREEMENTS))?,
            responsible: Some(self.organisations[responsible]),
            due_on: Some(day.saturating_add(Duration::days(due.into()))),
        };
        let id = self.record(command).await?;
        let agreement = AgreementId(id.id);
        match self.dice.between(1, 100) {
            1..=65 => {
                let days = self.dice.between(20, 130);
                self.later(day, days, Task::Fulfil(agreement));
            }
            66..=78 => {
                let days = self.dice.between(40, 150);
                self.later(day, days, Task::Drop(agreement));
            }
            _ => {}
        }
        Ok(())
    }

    fn agenda(&mut self, items: i32) -> Result<Vec<AgendaInput>, Failure> {
        let first = usize::try_from(self.dice.between(0, 3)).unwrap_or(0);
        words::AGENDA
            .iter()
            .cycle()
            .skip(first)
            .zip(1..=items)
            .map(|(title, number)| {
                Ok(AgendaInput {
                    number: Some(number.to_string()),
                    title: text(title)?,
                    public: None,
                    result: None,
                    vote: None,
                })
            })
            .collect()
    }

    fn later(&mut self, day: Date, days: i32, task: Task) {
        let due = day.saturating_add(Duration::days(days.max(1).into()));
        self.tasks.entry(due).or_default().push(task);
    }

    /// Carries a command out that makes a record, and gives the record.
    async fn record<D>(&mut self, decision: D) -> Result<RecordId, Failure>
    where
        D: Decision + Sync,
        D::Facts: Send,
    {
        self.execute(decision).await?.record.ok_or_else(|| {
            Failure::failed("Ein Vorgang der Beispielgeschichte hat nichts eingetragen.")
        })
    }

    /// Carries a command out that may also change nothing.
    async fn do_it<D>(&mut self, decision: D) -> Result<(), Failure>
    where
        D: Decision + Sync,
        D::Facts: Send,
    {
        self.execute(decision).await.map(|_| ())
    }

    async fn execute<D>(&mut self, decision: D) -> Result<Executed, Failure>
    where
        D: Decision + Sync,
        D::Facts: Send,
    {
        // A few minutes pass between two entries.
        let minutes = u64::from(self.dice.between(1, 4).unsigned_abs());
        self.clock
            .advance(std::time::Duration::from_secs(60 * minutes));
        let command = CommandId(Uuid::new_v4());
        self.executor
            .execute(&self.actor, command, b"sample history", &decision)
            .await
            .map_err(|error| {
                let day = berlin_date(self.executor.clock().now());
                Failure::failed(format!(
                    "Die Beispielgeschichte bricht am {day} ab: {error}"
                ))
            })
    }
}

fn opening(day: Date) -> OffsetDateTime {
    let eight = Time::from_hms(7, 5, 0).unwrap_or(Time::MIDNIGHT);
    day.with_time(eight).assume_utc()
}

/// The day itself, or the Monday after it.
fn working_day(day: Date) -> Date {
    match day.weekday() {
        Weekday::Saturday => day.saturating_add(Duration::days(2)),
        Weekday::Sunday => day.saturating_add(Duration::days(1)),
        Weekday::Monday
        | Weekday::Tuesday
        | Weekday::Wednesday
        | Weekday::Thursday
        | Weekday::Friday => day,
    }
}

fn text(words: &str) -> Result<Text, Failure> {
    Text::new(words, Text::NOTE).map_err(|error| Failure::failed(format!("„{words}“ {error}")))
}

fn code<L: List>(code: &str) -> Result<Code<L>, Failure> {
    Code::parse(code).map_err(|error| Failure::failed(error.to_string()))
}

fn codes<L: List>(all: &[&str]) -> Result<Vec<Code<L>>, Failure> {
    all.iter().map(|one| code(one)).collect()
}
