//! An invented office: its staff, what is in its book, and what it has to do on which day.

mod agreements;
mod consultations;
mod meetings;
mod networks;
mod organisations;

use std::collections::BTreeMap;

use querschnitt_domain::unit::{DeclareUnit, UnitName};
use querschnitt_domain::{
    ActorId, AgreementId, CentreKey, Code, ConsultationId, Decision, List, MeetingId, NetworkId,
    OrganisationId, RecordId, Role, Text, UnitId,
};
use querschnitt_store::UnitNames;
use time::{Date, Duration};
use uuid::Uuid;

use crate::desk::{Account, Desk, InventError};
use crate::dice::Dice;
use crate::plan::{CENTRE, Plan};
use crate::reviews::{Move, Number};
use crate::{calendar, reviews, words};

/// What the office has to do on a later day.
#[derive(Clone, Debug)]
pub(crate) enum Task {
    Register(words::organisations::Sample),
    RegisterTwice(usize),
    LinkAsSame(usize, usize),
    UnlinkAsSame(usize, usize),
    Rename(usize),
    Describe(usize),
    Cooperate(usize),
    Found(&'static words::networks::Sample),
    Join(usize, usize),
    Leave(usize),
    ChangeNetwork(usize),
    Close(usize),
    Plan(usize),
    Postpone(usize, MeetingId, Date),
    Hold(usize, MeetingId),
    CallOff(usize, MeetingId),
    CorrectMeeting(usize, MeetingId, i64),
    RetractMeeting(MeetingId),
    Approve(MeetingId),
    Fulfil(AgreementId, Date),
    Drop(AgreementId),
    MoreTime(AgreementId, Date),
    CorrectConsultation(ConsultationId, i32),
    RetractConsultation(ConsultationId),
    Link(ConsultationId, RecordId),
    Unlink(ConsultationId, RecordId),
    Review(Number, Move),
}

/// An organisation in its register.
#[derive(Clone, Debug)]
pub(crate) struct Organisation {
    pub(crate) id: OrganisationId,
    pub(crate) name: String,
    pub(crate) sample: words::organisations::Sample,
    pub(crate) relation: &'static str,
}

/// A network in its book.
#[derive(Clone, Debug)]
pub(crate) struct Network {
    id: NetworkId,
    sample: &'static words::networks::Sample,
    /// Places in the register.
    members: Vec<usize>,
    open: bool,
    /// How many meetings are planned.
    planned: u32,
}

/// The office.
#[derive(Debug)]
pub(crate) struct Office {
    pub(crate) centre: CentreKey,
    pub(crate) dice: Dice,
    place: String,
    /// How much it does, in percent of a centre of middle size.
    size: i32,
    pub(crate) officers: Vec<Account>,
    pub(crate) head: Account,
    clerk: Account,
    pub(crate) organisations: Vec<Organisation>,
    networks: Vec<Network>,
    pub(crate) reviews: Vec<reviews::Case>,
    /// The units of its authority, by their names.
    units: BTreeMap<&'static str, UnitId>,
    tasks: BTreeMap<Date, Vec<Task>>,
    until: Date,
}

impl Office {
    /// The office of a centre before its first day.
    pub(crate) fn new(centre: CentreKey, plan: &Plan) -> Self {
        let mut dice = Dice::new(plan.seed_of(centre));
        let usual = centre.as_str() == CENTRE;
        let size = if usual {
            100
        } else {
            dice.one(&[55, 70, 85, 100, 100, 120, 145, 180])
        };
        let place = if usual {
            "Musterstadt".to_owned()
        } else {
            words::place(&mut dice)
        };
        let account = |role: Role, number: i32| Account {
            id: account(centre, role, number),
            role,
        };
        let officers = 2 + size / 40;
        Self {
            centre,
            dice,
            place,
            size,
            officers: (1..=officers)
                .map(|number| account(Role::KiOfficer, number))
                .collect(),
            head: account(Role::KiHead, 1),
            clerk: account(Role::Administration, 1),
            organisations: Vec::new(),
            networks: Vec::new(),
            reviews: Vec::new(),
            units: BTreeMap::new(),
            tasks: BTreeMap::new(),
            until: plan.until(),
        }
    }

    /// The first day: the registers, the networks, and what is to come.
    pub(crate) async fn begin(
        &mut self,
        desk: &mut Desk<'_>,
        day: Date,
    ) -> Result<(), InventError> {
        for sample in words::organisations::FIRST {
            self.register(desk, *sample, day).await?;
        }
        self.declare_units(desk).await?;
        for sample in words::networks::FIRST {
            self.found(desk, sample, day).await?;
        }
        self.expect_organisations(day);
        self.expect_networks(day);
        Ok(())
    }

    async fn declare_units(&mut self, desk: &mut Desk<'_>) -> Result<(), InventError> {
        for name in words::reviews::units::all() {
            let fault =
                |desk: &Desk<'_>, error: &dyn std::error::Error| desk.fault(error.to_string());
            let names = UnitNames::read(desk.executor(), self.centre).await;
            let command = DeclareUnit {
                centre: self.centre,
                name: UnitName::new("name", name).map_err(|error| fault(desk, &error))?,
                known_names: names.map_err(|error| fault(desk, &error))?.known(),
                imported: false,
            };
            let record = self.by(desk, self.head, command).await?;
            let unit = UnitId::try_from(record).map_err(|error| fault(desk, &error))?;
            self.units.insert(name, unit);
        }
        Ok(())
    }

    /// A unit by its name.
    pub(crate) fn unit(&self, desk: &Desk<'_>, name: &str) -> Result<UnitId, InventError> {
        let unit = self.units.get(name).copied();
        unit.ok_or_else(|| desk.fault(format!("keine Organisationseinheit {name}")))
    }

    /// A working day.
    pub(crate) async fn work(&mut self, desk: &mut Desk<'_>, day: Date) -> Result<(), InventError> {
        while let Some(due) = self.tasks.first_entry().filter(|due| *due.key() <= day) {
            for task in due.remove() {
                self.carry_out(desk, task, day).await?;
            }
        }
        for _ in 0..self.how_many(62, calendar::consultations(day)) {
            self.consult(desk, day).await?;
        }
        for _ in 0..self.how_many(22, calendar::requests(day)) {
            self.request(desk, day).await?;
        }
        Ok(())
    }

    async fn carry_out(
        &mut self,
        desk: &mut Desk<'_>,
        task: Task,
        day: Date,
    ) -> Result<(), InventError> {
        match task {
            Task::Register(sample) => self.register(desk, sample, day).await,
            Task::RegisterTwice(at) => self.register_twice(desk, at, day).await,
            Task::LinkAsSame(at, as_at) => self.link_as_same(desk, at, as_at, day).await,
            Task::UnlinkAsSame(at, as_at) => self.unlink_as_same(desk, at, as_at).await,
            Task::Rename(at) => self.rename(desk, at).await,
            Task::Describe(at) => self.describe(desk, at).await,
            Task::Cooperate(at) => self.cooperate(desk, at).await,
            Task::Found(sample) => self.found(desk, sample, day).await,
            Task::Join(network, at) => self.join(desk, network, at).await,
            Task::Leave(network) => self.leave(desk, network).await,
            Task::ChangeNetwork(network) => self.change_network(desk, network).await,
            Task::Close(network) => self.close(desk, network, day).await,
            Task::Plan(network) => self.plan(desk, network, day).await,
            Task::Postpone(network, meeting, to) => {
                self.postpone(desk, network, meeting, to, day).await
            }
            Task::Hold(network, meeting) => self.hold(desk, network, meeting, day).await,
            Task::CallOff(network, meeting) => self.call_off(desk, network, meeting).await,
            Task::CorrectMeeting(network, meeting, count) => {
                self.correct_meeting(desk, network, meeting, count).await
            }
            Task::RetractMeeting(meeting) => self.retract_meeting(desk, meeting).await,
            Task::Approve(meeting) => self.approve(desk, meeting).await,
            Task::Fulfil(agreement, on) => self.fulfil(desk, agreement, on).await,
            Task::Drop(agreement) => self.drop_agreement(desk, agreement).await,
            Task::MoreTime(agreement, until) => self.more_time(desk, agreement, until).await,
            Task::CorrectConsultation(consultation, minutes) => {
                self.correct_consultation(desk, consultation, minutes).await
            }
            Task::RetractConsultation(consultation) => {
                self.retract_consultation(desk, consultation).await
            }
            Task::Link(consultation, to) => self.link(desk, consultation, to, day).await,
            Task::Unlink(consultation, from) => self.unlink(desk, consultation, from).await,
            Task::Review(number, step) => self.go_on(desk, number, step, day).await,
        }
    }

    /// Puts a task on the list; what comes after the end of the history never happens.
    pub(crate) fn on(&mut self, day: Date, task: Task) {
        if day <= self.until {
            self.tasks.entry(day).or_default().push(task);
        }
    }

    /// A task so many days later, at least one.
    fn later(&mut self, day: Date, days: i32, task: Task) {
        let due = day.saturating_add(Duration::days(days.max(1).into()));
        self.on(due, task);
    }

    /// How often something happens today that happens `percent` times in 100 days at a centre of
    /// middle size, and in a season of so many percent.
    fn how_many(&mut self, percent: i32, season: i32) -> i32 {
        let expected = percent * season * self.size / 10_000;
        expected / 100 + i32::from(self.dice.happens(expected % 100))
    }

    pub(crate) async fn by<D>(
        &mut self,
        desk: &mut Desk<'_>,
        who: Account,
        decision: D,
    ) -> Result<RecordId, InventError>
    where
        D: Decision + Sync,
        D::Facts: Send,
    {
        desk.carry_out(self.centre, who, decision).await
    }

    /// Somebody who advises and reviews.
    pub(crate) fn officer(&mut self) -> Account {
        self.dice.one(&self.officers)
    }

    /// Somebody who keeps the register and the minutes.
    fn keeper(&mut self) -> Account {
        if self.dice.happens(60) {
            self.clerk
        } else {
            self.officer()
        }
    }

    /// A place in a list of so many.
    pub(crate) fn any_of(&mut self, count: usize) -> usize {
        let last = i32::try_from(count).unwrap_or(i32::MAX).saturating_sub(1);
        usize::try_from(self.dice.between(0, last.max(0))).unwrap_or(0)
    }

    /// One of the texts, as the commands take it.
    pub(crate) fn one_text(
        &mut self,
        desk: &Desk<'_>,
        of: &[&'static str],
    ) -> Result<Text, InventError> {
        text(desk, self.dice.one(of))
    }
}

/// The account of an invented member of staff.
fn account(centre: CentreKey, role: Role, number: i32) -> ActorId {
    let name = format!("querschnitt demo {centre} {role} {number}");
    ActorId(Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes()))
}

/// A text of one or several lines.
pub(crate) fn text(desk: &Desk<'_>, words: &str) -> Result<Text, InventError> {
    Text::new(words, Text::NOTE).map_err(|error| desk.fault(format!("„{words}“ {error}")))
}

/// A value by its code.
pub(crate) fn code<L: List>(desk: &Desk<'_>, code: &str) -> Result<Code<L>, InventError> {
    Code::parse(code).map_err(|error| desk.fault(error.to_string()))
}

/// Values by their codes.
pub(crate) fn codes<L: List>(desk: &Desk<'_>, all: &[&str]) -> Result<Vec<Code<L>>, InventError> {
    all.iter().map(|one| code(desk, one)).collect()
}

/// Whether a value may be used on a day.
pub(crate) fn valid<L: List>(code: &str, day: Date) -> bool {
    Code::<L>::parse(code).is_ok_and(|code| code.valid_on(day))
}
