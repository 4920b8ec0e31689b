//! The parts that inputs of meetings share: the plan, the agenda, who came.

use async_graphql::{ID, InputObject, MaybeUndefined};
use querschnitt_domain::meeting::{
    AgendaInput, AttendanceInput, ChairInput, MinutesInput, PlanInput, ReferralInput, VoteInput,
};
use querschnitt_domain::{Rejection, Text, check};

use crate::input;
use crate::scalars::{
    ActionArea, Date, DateTime, KiRole, MeetingMode, RawCode as _, ReferralTarget, resolve_all,
};

/// What is known of a meeting before and after it.
#[derive(InputObject)]
pub(super) struct PlanFields {
    /// When it begins, on the day of the meeting.
    starts_at: MaybeUndefined<DateTime>,
    /// When it ends; not before it begins.
    ends_at: MaybeUndefined<DateTime>,
    /// Its title, at most 300 characters.
    title: MaybeUndefined<String>,
    /// Where, at most 300 characters.
    place: MaybeUndefined<String>,
    /// Form.
    mode: MaybeUndefined<MeetingMode>,
    /// What the centre is in it; without it the body's role applies.
    ki_role: MaybeUndefined<KiRole>,
    /// Handlungsfelder, all of them; without any the body's apply.
    action_areas: Option<Vec<ActionArea>>,
    /// Tagesordnung, all of it, at most 500 items.
    agenda: Option<Vec<AgendaItemFields>>,
}

impl PlanFields {
    pub(super) fn input(&self) -> Result<PlanInput, Rejection> {
        Ok(PlanInput {
            starts_at: input::change(&self.starts_at, |instant| Ok(instant.0))?,
            ends_at: input::change(&self.ends_at, |instant| Ok(instant.0))?,
            title: input::change_line("title", &self.title, Text::NAME)?,
            place: input::change_line("place", &self.place, Text::NAME)?,
            mode: input::change_code("mode", &self.mode)?,
            ki_role: input::change_code("kiRole", &self.ki_role)?,
            action_areas: self
                .action_areas
                .as_deref()
                .map(|areas| resolve_all("actionAreas", areas))
                .transpose()?,
            agenda: self.agenda.as_deref().map(agenda).transpose()?,
        })
    }
}

/// Tagesordnungspunkt.
#[derive(InputObject)]
#[graphql(name = "AgendaItemInput")]
struct AgendaItemFields {
    /// Its number as the body writes it: digits with dots, before them TOP, Ö, N or NÖ, behind them at
    /// most two small letters ("3", "Ö 4.1", "TOP 12a").
    number: Option<String>,
    /// Its title, at most 2000 characters.
    title: String,
    /// Whether it is dealt with in public.
    public: Option<bool>,
    /// What came out of it; only of a meeting that took place.
    result: Option<String>,
    /// The vote on it; only of a meeting that took place, in a statutory body.
    vote: Option<VoteFields>,
}

/// Abstimmung, each 0 to 1000.
#[derive(InputObject)]
#[graphql(name = "VoteInput")]
struct VoteFields {
    /// Ja.
    yes: i64,
    /// Nein.
    no: i64,
    /// Enthaltungen.
    abstained: i64,
}

fn agenda(items: &[AgendaItemFields]) -> Result<Vec<AgendaInput>, Rejection> {
    items
        .iter()
        .enumerate()
        .map(|(index, item)| {
            let field = |name: &str| format!("agenda[{index}].{name}");
            Ok(AgendaInput {
                number: item.number.clone(),
                title: check::text(&field("title"), &item.title, Text::TITLE)?,
                public: item.public,
                result: input::text(&field("result"), item.result.as_ref())?,
                vote: item.vote.as_ref().map(|vote| VoteInput {
                    yes: vote.yes,
                    no: vote.no,
                    abstained: vote.abstained,
                }),
            })
        })
        .collect()
}

/// What minutes say beside agenda, attendances and results.
#[derive(InputObject)]
pub(super) struct MinutesFields {
    /// Who led the meeting: an organisation, a function, or both; no name.
    chair: MaybeUndefined<ChairFields>,
    /// The organisations that had excused themselves, all of them, at most 100.
    excused: Option<Vec<ID>>,
    /// The topics handed on to another level, all of them, at most 20.
    referred: Option<Vec<ReferralFields>>,
    /// The day of the next meeting, as it was agreed.
    next_on: MaybeUndefined<Date>,
}

impl MinutesFields {
    pub(super) fn input(&self) -> Result<MinutesInput, Rejection> {
        let referred = |index: usize, handed_on: &ReferralFields| {
            let field = |name: &str| format!("referred[{index}].{name}");
            Ok(ReferralInput {
                to: handed_on.to.resolve(&field("to"))?,
                topic: check::text(&field("topic"), &handed_on.topic, Text::TITLE)?,
            })
        };
        Ok(MinutesInput {
            chair: input::change(&self.chair, ChairFields::input)?,
            excused: self
                .excused
                .as_deref()
                .map(|ids| input::ids("excused", ids))
                .transpose()?,
            referred: self
                .referred
                .as_ref()
                .map(|list| {
                    let each = list.iter().enumerate();
                    each.map(|(index, one)| referred(index, one)).collect()
                })
                .transpose()?,
            next_on: input::change(&self.next_on, |date| Ok(date.0))?,
        })
    }
}

/// Leitung: who led a meeting, without a name.
#[derive(InputObject)]
#[graphql(name = "MeetingChairInput")]
struct ChairFields {
    /// The organisation.
    organisation: Option<ID>,
    /// In which function, at most 300 characters.
    function: Option<String>,
}

impl ChairFields {
    fn input(&self) -> Result<ChairInput, Rejection> {
        let organisation = self.organisation.as_ref();
        Ok(ChairInput {
            organisation: input::optional_id("chair.organisation", organisation)?,
            function: input::line("chair.function", self.function.as_ref(), Text::NAME)?,
        })
    }
}

/// Weitergegebenes Thema.
#[derive(InputObject)]
#[graphql(name = "ReferralInput")]
struct ReferralFields {
    /// Where to.
    to: ReferralTarget,
    /// What, at most 2000 characters.
    topic: String,
}

/// Teilnahme: an organisation that came, without names.
#[derive(InputObject)]
#[graphql(name = "AttendanceInput")]
pub(super) struct AttendanceFields {
    /// The organisation.
    organisation: ID,
    /// How many people of it, 1 to 10000.
    head_count: i64,
    /// In which function, at most 300 characters. An organisation in several functions has an entry for
    /// each.
    function: Option<String>,
}

pub(super) fn attendances(list: &[AttendanceFields]) -> Result<Vec<AttendanceInput>, Rejection> {
    list.iter()
        .enumerate()
        .map(|(index, came)| {
            let field = |name: &str| format!("attendances[{index}].{name}");
            Ok(AttendanceInput {
                organisation: input::id(&field("organisation"), &came.organisation)?,
                head_count: came.head_count,
                function: input::line(&field("function"), came.function.as_ref(), Text::NAME)?,
            })
        })
        .collect()
}
