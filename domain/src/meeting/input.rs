//! What commands say of a meeting, and its checks: plan, agenda, votes and attendances.

use std::collections::BTreeSet;

use time::{Date, Duration, OffsetDateTime};

use super::agenda_number::agenda_number;
use super::state::Content;
use super::{AgendaItem, Attendance, Plan, Vote};
use crate::check;
use crate::context::Context;
use crate::existing::Existing;
use crate::id::{OrganisationId, RecordId};
use crate::network::state::{self as network, Network};
use crate::rejection::{Rejection, RejectionCode};
use crate::text::Text;
use crate::values::{ActionArea, KiRole, MeetingMode};
use crate::{Change, NetworkId};

/// The most items of one agenda. The longest of the Karlsruhe data (a budget debate) has 394.
const AGENDA: usize = 500;

/// The most attendances at one meeting.
pub(super) const ATTENDANCES: usize = 300;

/// How far ahead meetings are planned, in years.
const YEARS_AHEAD: i32 = 5;

/// How long a meeting lasts at most.
const LONGEST: Duration = Duration::days(31);

/// A plan, or what changes in one. What is kept stays as it is, or empty in a new record.
#[derive(Clone, Debug, Default)]
pub struct PlanInput {
    /// When it begins, on the day of the meeting in its own offset.
    pub starts_at: Change<OffsetDateTime>,
    /// When it ends: not before it begins, at most 31 days later.
    pub ends_at: Change<OffsetDateTime>,
    /// Its title, at most [`Text::NAME`] characters.
    pub title: Change<Text>,
    /// Where, at most [`Text::NAME`] characters.
    pub place: Change<Text>,
    /// Form.
    pub mode: Change<MeetingMode>,
    /// What the centre is in it.
    pub ki_role: Change<KiRole>,
    /// All its Handlungsfelder, each once.
    pub action_areas: Option<Vec<ActionArea>>,
    /// The whole agenda, at most 500 items.
    pub agenda: Option<Vec<AgendaInput>>,
}

/// One item of an agenda.
#[derive(Clone, Debug)]
pub struct AgendaInput {
    /// Its number as the body writes it ("3", "Ö 4.1", "TOP 12a"); words are none, because it stands in
    /// the log in the clear.
    pub number: Option<String>,
    /// Its title, at most [`Text::TITLE`] characters.
    pub title: Text,
    /// Whether it is dealt with in public.
    pub public: Option<bool>,
    /// What came out of it; only of a meeting that was held.
    pub result: Option<Text>,
    /// The vote on it; only of a meeting that was held, of a statutory body.
    pub vote: Option<VoteInput>,
}

/// A vote, each number 0 to 1,000.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct VoteInput {
    /// Ja.
    pub yes: i64,
    /// Nein.
    pub no: i64,
    /// Enthaltungen.
    pub abstained: i64,
}

/// Who came, without names.
#[derive(Clone, Debug)]
pub struct AttendanceInput {
    /// Which organisation; once for each of its functions.
    pub organisation: OrganisationId,
    /// How many people of it in that function, 1 to 10,000.
    pub head_count: i64,
    /// In which function, at most [`Text::NAME`] characters.
    pub function: Option<Text>,
}

/// What may stand in an agenda.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Agenda {
    /// Before the meeting.
    Planned,
    /// After the meeting.
    Held {
        /// Whether the body votes by law.
        votes: bool,
    },
}

impl Agenda {
    pub(super) fn held(network: &Network) -> Self {
        Self::Held {
            votes: network.is_statutory(),
        }
    }
}

/// A plan of which nothing is known.
pub(super) const fn empty_plan(network: NetworkId) -> Plan {
    Plan {
        network,
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

impl PlanInput {
    /// The content with this change in it, checked; its texts sealed for `subject`.
    pub(super) fn apply(
        &self,
        mut content: Content,
        may_stand: Agenda,
        subject: RecordId,
        context: &Context,
    ) -> Result<Content, Rejection> {
        let date = content.date;
        let plan = &mut content.facts.plan;
        content.starts_at = self.starts_at.apply(content.starts_at);
        plan.ends_at = self.ends_at.apply(plan.ends_at);
        times(date, content.starts_at, plan.ends_at)?;

        let title = self.title.as_ref().apply(None);
        network::line("title", title, Text::NAME)?;
        let place = self.place.as_ref().apply(None);
        network::line("place", place, Text::NAME)?;
        check::valid_on_option("mode", self.mode.apply(None), date)?;
        check::valid_on_option("kiRole", self.ki_role.apply(None), date)?;
        let seal = |text: &Text| context.seal(subject, text);
        plan.title = self.title.as_ref().map(seal).apply(plan.title);
        plan.place = self.place.as_ref().map(seal).apply(plan.place);
        plan.mode = self.mode.apply(plan.mode);
        plan.ki_role = self.ki_role.apply(plan.ki_role);
        if let Some(areas) = &self.action_areas {
            plan.action_areas = network::action_areas(areas, date)?;
        }
        if let Some(items) = &self.agenda {
            plan.agenda = agenda(items, may_stand, subject, context)?;
        }
        Ok(content)
    }
}

/// The day of a meeting: within the book, and not more than five years ahead.
pub(super) fn day(date: Date, context: &Context) -> Result<(), Rejection> {
    check::date_in_range("date", date, context.today)?;
    let year = context.today.year() + YEARS_AHEAD;
    // 29 February has no counterpart in most years.
    let last = context
        .today
        .replace_year(year)
        .unwrap_or_else(|_| context.today.saturating_add(Duration::days(1_826)));
    if date <= last {
        return Ok(());
    }
    Err(Rejection::field(
        RejectionCode::DateOutOfRange,
        "date",
        format!(
            "Der {} liegt mehr als {YEARS_AHEAD} Jahre voraus; möglich ist spätestens der {}.",
            check::german(date),
            check::german(last)
        ),
    ))
}

/// Beginning and end fit the day and each other.
pub(super) fn times(
    date: Date,
    starts_at: Option<OffsetDateTime>,
    ends_at: Option<OffsetDateTime>,
) -> Result<(), Rejection> {
    if let Some(starts_at) = starts_at
        && starts_at.date() != date
    {
        return Err(Rejection::field(
            RejectionCode::DateOutOfRange,
            "startsAt",
            format!(
                "Der Beginn liegt am {}, die Sitzung aber am {}; nennen Sie einen Beginn an diesem Tag (mit der Zeitzone des Ortes) oder keinen.",
                check::german(starts_at.date()),
                check::german(date)
            ),
        ));
    }
    let Some(ends_at) = ends_at else {
        return Ok(());
    };
    match starts_at {
        Some(starts_at) => check::ends_after("endsAt", ends_at, starts_at)?,
        None => check::end_not_before("endsAt", ends_at.date(), date)?,
    }
    let last = date.saturating_add(LONGEST);
    if ends_at.date() <= last {
        return Ok(());
    }
    Err(Rejection::field(
        RejectionCode::DateOutOfRange,
        "endsAt",
        format!(
            "Das Ende am {} liegt mehr als 31 Tage nach dem Beginn; möglich ist spätestens der {}.",
            check::german(ends_at.date()),
            check::german(last)
        ),
    ))
}

/// The agenda checked and sealed.
pub(super) fn agenda(
    items: &[AgendaInput],
    may_stand: Agenda,
    subject: RecordId,
    context: &Context,
) -> Result<Vec<AgendaItem>, Rejection> {
    check_agenda(items, may_stand)?;
    let checked = numbers_and_votes(items)?;
    Ok(items
        .iter()
        .zip(checked)
        .map(|(item, (number, vote))| AgendaItem {
            number,
            title: context.seal(subject, &item.title),
            public: item.public,
            result: context.seal_option(subject, item.result.as_ref()),
            vote,
        })
        .collect())
}

/// What an event holds of an agenda item beside its texts.
type NumberAndVote = (Option<Box<str>>, Option<Vote>);

/// The numbers and votes of an agenda, checked.
pub(super) fn numbers_and_votes(items: &[AgendaInput]) -> Result<Vec<NumberAndVote>, Rejection> {
    items
        .iter()
        .enumerate()
        .map(|(index, item)| {
            let at = |field: &str| format!("agenda[{index}].{field}");
            let number = item
                .number
                .as_deref()
                .map(|raw| agenda_number(&at("number"), raw))
                .transpose()?;
            let vote = item
                .vote
                .map(|given| vote(&at("vote"), given))
                .transpose()?;
            Ok((number, vote))
        })
        .collect()
}

/// The checks of an agenda beside its numbers and votes.
pub(super) fn check_agenda(items: &[AgendaInput], may_stand: Agenda) -> Result<(), Rejection> {
    check::at_most("agenda", items, AGENDA)?;
    for (index, item) in items.iter().enumerate() {
        let at = |field: &str| format!("agenda[{index}].{field}");
        check::text(&at("title"), item.title.as_str(), Text::TITLE)?;
        network::note(&at("result"), item.result.as_ref())?;
        match may_stand {
            Agenda::Planned if item.result.is_some() => {
                return Err(not_yet(&at("result"), "Ergebnisse"));
            }
            Agenda::Planned if item.vote.is_some() => {
                return Err(not_yet(&at("vote"), "Abstimmungen"));
            }
            Agenda::Held { votes: false } if item.vote.is_some() => {
                return Err(Rejection::field(
                    RejectionCode::StateForbids,
                    at("vote"),
                    "Abstimmungen stehen nur bei gesetzlichen Gremien im Buch; bei diesem Gremium nennen Sie das Ergebnis in Worten.",
                ));
            }
            Agenda::Planned | Agenda::Held { .. } => {}
        }
    }
    Ok(())
}

fn not_yet(field: &str, what: &str) -> Rejection {
    Rejection::field(
        RejectionCode::StateForbids,
        field,
        format!("{what} gibt es erst, wenn die Sitzung durchgeführt ist; tragen Sie sie dann ein."),
    )
}

fn vote(field: &str, given: VoteInput) -> Result<Vote, Rejection> {
    let count = |name: &str, value: i64| {
        let field = format!("{field}.{name}");
        check::number(&field, "Die Zahl der Stimmen", "", value, 0..=1_000)
    };
    Ok(Vote {
        yes: count("yes", given.yes)?,
        no: count("no", given.no)?,
        abstained: count("abstained", given.abstained)?,
    })
}

/// Who came, checked, sealed and sorted by organisation.
pub(super) fn attendances(
    given: &[AttendanceInput],
    organisations: &Existing,
    subject: RecordId,
    context: &Context,
) -> Result<Vec<Attendance>, Rejection> {
    let counts = head_counts(given, organisations, context)?;
    let mut attendances: Vec<Attendance> = given
        .iter()
        .zip(counts)
        .map(|(input, head_count)| Attendance {
            organisation: input.organisation,
            head_count,
            function: context.seal_option(subject, input.function.as_ref()),
        })
        .collect();
    attendances.sort_by_key(|attendance| attendance.organisation);
    Ok(attendances)
}

/// How many came of each organisation, with everything else of it checked.
pub(super) fn head_counts(
    given: &[AttendanceInput],
    organisations: &Existing,
    context: &Context,
) -> Result<Vec<u16>, Rejection> {
    check::at_most("attendances", given, ATTENDANCES)?;
    let mut seen = BTreeSet::new();
    let mut counts = Vec::with_capacity(given.len());
    for (index, input) in given.iter().enumerate() {
        let at = |field: &str| format!("attendances[{index}].{field}");
        organisations.require(&at("organisation"), input.organisation.record(), context)?;
        let function = input.function.as_ref().map(Text::as_str);
        if !seen.insert((input.organisation, function)) {
            return Err(Rejection::field(
                RejectionCode::Duplicate,
                at("organisation"),
                "Diese Organisation ist mit dieser Funktion schon genannt; nennen Sie jede Funktion einer Organisation nur einmal, mit allen ihren Leuten.",
            ));
        }
        network::line(&at("function"), input.function.as_ref(), Text::NAME)?;
        counts.push(check::number(
            &at("headCount"),
            "Die Zahl der Teilnehmenden",
            "",
            input.head_count,
            1..=10_000,
        )?);
    }
    Ok(counts)
}

/// How many came for no registered organisation.
pub(super) fn other_head_count(value: i64) -> Result<u16, Rejection> {
    check::number(
        "otherHeadCount",
        "Die Zahl der weiteren Teilnehmenden",
        "",
        value,
        0..=10_000,
    )
}
