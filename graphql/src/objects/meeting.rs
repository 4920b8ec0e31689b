//! A meeting of a network.

use async_graphql::{Context, Enum, Error, ID, Object, SimpleObject};
use querschnitt_domain::meeting::{
    AgendaItem as Item, Attendance as Came, Chair as Led, Referral as HandedOn, Vote as Votes,
};
use querschnitt_domain::{MeetingId, RecordId, RecordKind};
use querschnitt_projections::facts::{Facts, MeetingRow, MeetingState as State};

use super::{Agreement, Centre, Network, Organisation, load, retracted};
use crate::command::Load;
use crate::scalars::{ActionArea, Date, DateTime, KiRole, MeetingMode, ReferralTarget};
use crate::services::{services, text};
use crate::token::global_id;
use querschnitt_policy::Cell;

/// Sitzung or Treffen of a body.
#[derive(Clone)]
pub(crate) struct Meeting {
    pub(crate) row: MeetingRow,
    pub(crate) at: u64,
}

/// How far a meeting has come.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MeetingState {
    /// Geplant.
    Scheduled,
    /// Stattgefunden.
    Held,
    /// Abgesagt.
    Cancelled,
    /// Zurückgenommen: it should not have been recorded and counts nowhere.
    Retracted,
}

impl Load for Meeting {
    const KIND: RecordKind = RecordKind::Meeting;

    fn load(context: &Context<'_>, record: RecordId, at: u64) -> Result<Option<Self>, Error> {
        let row = load(context, Cell::Meeting, record, at, Facts::meetings)?;
        Ok(row.map(|row| Self { row, at }))
    }
}

/// Sitzung of a body: planned, held or cancelled.
#[Object(name = "NetworkMeeting")]
impl Meeting {
    /// The global id, opaque.
    pub(crate) async fn id(&self) -> ID {
        global_id(self.row.id.record()).into()
    }

    /// The centre whose book it is in.
    async fn centre(&self) -> Centre {
        Centre(self.row.centre)
    }

    /// The body that meets.
    async fn network(&self, context: &Context<'_>) -> Result<Option<Network>, Error> {
        Network::load(context, self.row.network.record(), self.at)
    }

    /// How far it has come.
    async fn state(&self) -> MeetingState {
        if retracted(self.row.known, self.at) {
            return MeetingState::Retracted;
        }
        match self.row.state {
            State::Scheduled => MeetingState::Scheduled,
            State::Held => MeetingState::Held,
            State::Cancelled => MeetingState::Cancelled,
        }
    }

    /// The day it takes or took place, or was planned for.
    async fn date(&self) -> Date {
        Date(self.row.date)
    }

    /// When it begins.
    async fn starts_at(&self) -> Option<DateTime> {
        self.row.starts_at.map(DateTime)
    }

    /// When it ends.
    async fn ends_at(&self) -> Option<DateTime> {
        self.row.plan.ends_at.map(DateTime)
    }

    /// Its title; null when there is none or this role may not read it.
    async fn title(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        let title = self.row.plan.title.as_ref();
        text(context, Cell::MeetingText, self.row.id.record(), title)
    }

    /// Where; null when it is not known or this role may not read it.
    async fn place(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        let place = self.row.plan.place.as_ref();
        text(context, Cell::MeetingText, self.row.id.record(), place)
    }

    /// Form.
    async fn mode(&self) -> Option<MeetingMode> {
        self.row.plan.mode.map(Into::into)
    }

    /// What the centre is in it; the body's role where the meeting does not say.
    async fn ki_role(&self, context: &Context<'_>) -> Result<Option<KiRole>, Error> {
        let state = services(context)?.runner.read();
        Ok(state.facts().ki_role_of(&self.row, self.at).map(Into::into))
    }

    /// Handlungsfelder; the body's where the meeting does not say.
    async fn action_areas(&self, context: &Context<'_>) -> Result<Vec<ActionArea>, Error> {
        let state = services(context)?.runner.read();
        Ok(state
            .facts()
            .action_areas_of(&self.row, self.at)
            .iter()
            .map(Into::into)
            .collect())
    }

    /// Tagesordnung.
    async fn agenda(&self) -> Vec<AgendaItem> {
        self.row
            .plan
            .agenda
            .iter()
            .map(|item| AgendaItem {
                item: item.clone(),
                meeting: self.row.id,
            })
            .collect()
    }

    /// The organisations that came; one in several functions has an entry for each. Empty until it was
    /// held.
    async fn attendances(&self) -> Vec<Attendance> {
        self.row
            .attendances
            .iter()
            .map(|came| Attendance {
                came: came.clone(),
                meeting: self.row.id,
                at: self.at,
            })
            .collect()
    }

    /// People who came for no registered organisation.
    async fn other_head_count(&self) -> i32 {
        self.row.other_head_count.into()
    }

    /// How many people came, with and without an organisation.
    async fn head_count(&self) -> i64 {
        self.row.head_count().into()
    }

    /// Results or minutes; null when there are none or this role may not read them.
    async fn results(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        let results = self.row.results.as_ref();
        text(context, Cell::MeetingText, self.row.id.record(), results)
    }

    /// Who led it: an organisation, a function, or both.
    async fn chair(&self) -> Option<Chair> {
        let chair = self.row.minutes.as_ref()?.chair.clone()?;
        Some(Chair {
            chair,
            meeting: self.row.id,
            at: self.at,
        })
    }

    /// The organisations that had excused themselves, as far as this role sees them.
    async fn excused(&self, context: &Context<'_>) -> Result<Vec<Organisation>, Error> {
        match &self.row.minutes {
            Some(minutes) => Organisation::load_all(context, &minutes.excused, self.at),
            None => Ok(Vec::new()),
        }
    }

    /// The topics handed on to another level.
    async fn referred(&self) -> Vec<Referral> {
        let minutes = self.row.minutes.as_ref();
        let referred = minutes.map_or(&[][..], |minutes| &minutes.referred);
        referred
            .iter()
            .map(|referral| Referral {
                referral: referral.clone(),
                meeting: self.row.id,
            })
            .collect()
    }

    /// The day of the next meeting, as it was agreed.
    async fn next_on(&self) -> Option<Date> {
        self.row.minutes.as_ref()?.next_on.map(Date)
    }

    /// Why it does not take place; null when it was not cancelled or this role may not read it.
    async fn cancelled_because(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        let reason = self.row.cancelled_because.as_ref();
        text(context, Cell::MeetingText, self.row.id.record(), reason)
    }

    /// The day its minutes were approved.
    async fn minutes_approved_on(&self) -> Option<Date> {
        self.row.minutes_approved_on.map(Date)
    }

    /// The open agreements of the body that it took up again.
    async fn carried_over(&self, context: &Context<'_>) -> Result<Vec<Agreement>, Error> {
        self.row
            .plan
            .carried_over
            .iter()
            .filter_map(|id| Agreement::load(context, id.record(), self.at).transpose())
            .collect()
    }

    /// How many events of its own the record has had; send it as `expectedVersion` to learn when
    /// somebody else changed the record meanwhile.
    async fn version(&self) -> i64 {
        self.row.version.into()
    }
}

/// Tagesordnungspunkt.
pub(crate) struct AgendaItem {
    item: Item,
    meeting: MeetingId,
}

/// Tagesordnungspunkt.
#[Object]
impl AgendaItem {
    /// Its number as the body writes it.
    async fn number(&self) -> Option<&str> {
        self.item.number.as_deref()
    }

    /// Its title; null when it was erased or this role may not read it.
    async fn title(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        text(
            context,
            Cell::MeetingText,
            self.meeting.record(),
            Some(&self.item.title),
        )
    }

    /// Whether it was dealt with in public; null where the source does not say.
    async fn public(&self) -> Option<bool> {
        self.item.public
    }

    /// What came out of it; null when nothing was recorded or this role may not read it.
    async fn result(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        text(
            context,
            Cell::MeetingText,
            self.meeting.record(),
            self.item.result.as_ref(),
        )
    }

    /// The vote on it, in statutory bodies.
    async fn vote(&self) -> Option<Vote> {
        self.item.vote.map(Into::into)
    }
}

/// Abstimmung.
#[derive(SimpleObject)]
pub(crate) struct Vote {
    /// Ja.
    yes: i32,
    /// Nein.
    no: i32,
    /// Enthaltungen.
    abstained: i32,
}

impl From<Votes> for Vote {
    fn from(votes: Votes) -> Self {
        Self {
            yes: votes.yes.into(),
            no: votes.no.into(),
            abstained: votes.abstained.into(),
        }
    }
}

/// Leitung of a meeting, without a name.
pub(crate) struct Chair {
    chair: Led,
    meeting: MeetingId,
    at: u64,
}

/// Leitung of a meeting, without a name.
#[Object(name = "MeetingChair")]
impl Chair {
    /// The organisation; null when none was given or this role may not see it.
    async fn organisation(&self, context: &Context<'_>) -> Result<Option<Organisation>, Error> {
        match self.chair.organisation {
            Some(id) => Organisation::load(context, id.record(), self.at),
            None => Ok(None),
        }
    }

    /// In which function; null when none was given or this role may not read it.
    async fn function(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        let function = self.chair.function.as_ref();
        let subject = self.meeting.record();
        text(context, Cell::MeetingText, subject, function)
    }
}

/// Weitergegebenes Thema.
pub(crate) struct Referral {
    referral: HandedOn,
    meeting: MeetingId,
}

/// Weitergegebenes Thema: what a meeting handed on to another level.
#[Object]
impl Referral {
    /// Where to.
    async fn to(&self) -> ReferralTarget {
        self.referral.to.into()
    }

    /// What; null when it was erased or this role may not read it.
    async fn topic(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        let subject = self.meeting.record();
        let topic = Some(&self.referral.topic);
        text(context, Cell::MeetingText, subject, topic)
    }
}

/// Teilnahme: an organisation at a meeting, without names.
pub(crate) struct Attendance {
    came: Came,
    meeting: MeetingId,
    at: u64,
}

/// Teilnahme: an organisation at a meeting, without names.
#[Object]
impl Attendance {
    /// The organisation; null when this role may not see it.
    async fn organisation(&self, context: &Context<'_>) -> Result<Option<Organisation>, Error> {
        Organisation::load(context, self.came.organisation.record(), self.at)
    }

    /// How many people of it in this function.
    async fn head_count(&self) -> i32 {
        self.came.head_count.into()
    }

    /// In which function; null when none was given or this role may not read it.
    async fn function(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        let function = self.came.function.as_ref();
        text(context, Cell::MeetingText, self.meeting.record(), function)
    }
}
