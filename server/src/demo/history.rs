//! The sample history, day by day: what an invented office records, through the real decisions.

mod consultations;
mod meetings;

use std::collections::BTreeMap;
use std::sync::Arc;

use querschnitt_domain::agreement::{DropAgreement, FulfilAgreement};
use querschnitt_domain::consultation::{
    ConsultationPatch, CorrectConsultation, RetractConsultation,
};
use querschnitt_domain::meeting::{ApproveMinutes, CancelMeeting};
use querschnitt_domain::network::{AddMember, FoundNetwork};
use querschnitt_domain::organisation::RegisterOrganisation;
use querschnitt_domain::{
    ActorId, AgreementId, CentreKey, Code, CommandId, ConsultationId, Decision, List, MeetingId,
    NetworkId, OrganisationId, RecordId, Role, Text,
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
                place: None,
                district: None,
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
