//! A meeting comes from a source (an OParl endpoint). More than 400 lines: what is new, what changed and what the
//! office corrected meanwhile are told apart in one place.

use std::collections::BTreeMap;

use time::{Date, OffsetDateTime};

use super::afterwards::Afterwards;
use super::agenda_number::agenda_number;
use super::input::{self, Agenda, AgendaInput, empty_plan};
use super::source;
use super::state::{self, Content, Meeting, MeetingHistory, Stage};
use super::{
    Cancelled, Corrected, Held, MeetingEvent, MinutesApproved, Plan, Rescheduled, Scheduled, parts,
};
use crate::agreement::OpenAgreements;
use crate::existing::Existing;
use crate::merge::Merge;
use crate::network::NetworkHistory;
use crate::network::state as network;
use crate::values::MeetingMode;
use crate::{
    CentreKey, Change, Commitment, Context, Decision, Event, MeetingId, NetworkId, Query,
    Rejection, RejectionCode, Source, SourceSeen, Text, check,
};

/// Brings the meeting that stands for a source entry to what the source says now.
///
/// A day to come is scheduled, a day that is over is held, also when it passed since the last
/// import. Changed content reschedules or corrects. The same again changes nothing. What the office
/// entered stays, and what the office cancelled or retracted stays so. Only a source can take back
/// its own cancellation, or move a meeting it had as held, as long as the office entered nothing.
///
/// Who may import is decided where an import is started, not by role.
#[derive(Clone, Debug)]
pub struct ImportMeeting {
    /// The centre whose book it goes into.
    pub centre: CentreKey,
    /// Which entry, and the digest of its content.
    pub source: Source,
    /// The body that meets.
    pub network: NetworkId,
    /// The day, at most five years ahead.
    pub date: Date,
    /// When it begins, on that day in its own offset.
    pub starts_at: Option<OffsetDateTime>,
    /// When it ends.
    pub ends_at: Option<OffsetDateTime>,
    /// Its title, at most [`Text::NAME`] characters.
    pub title: Option<Text>,
    /// Where, at most [`Text::NAME`] characters; [`Change::Keep`] where the source does not get to
    /// say it.
    pub place: Change<Text>,
    /// Form.
    pub mode: Option<MeetingMode>,
    /// The agenda, at most 500 items. A number that is none goes before the title.
    pub agenda: Vec<AgendaInput>,
    /// Whether the source has it as cancelled.
    pub cancelled: bool,
    /// What is known only after it; empty for one to come or cancelled.
    pub after: Afterwards,
    /// The record's texts, opened from the vault; empty the first time.
    pub known_texts: BTreeMap<Commitment, Text>,
}

/// What [`ImportMeeting`] reads.
#[derive(Clone, Default, Debug)]
pub struct ImportFacts {
    network: NetworkHistory,
    meeting: MeetingHistory,
    agreements: OpenAgreements,
    organisations: Existing,
}

impl Decision for ImportMeeting {
    type Facts = ImportFacts;

    fn query(&self) -> Query {
        let attendances = self.after.attendances.iter().take(input::ATTENDANCES);
        let organisations = attendances.map(|input| Existing::item(input.organisation.record()));
        let query = organisations.fold(Query::none(), Query::or);
        query
            .or(NetworkHistory::item(self.network))
            .or(MeetingHistory::item(self.meeting()))
            .or(SourceSeen::item(self.meeting().record()))
            .or(OpenAgreements::item(self.network))
    }

    fn evolve(facts: &mut ImportFacts, event: &Event) {
        facts.network.evolve(event);
        facts.meeting.evolve(event);
        facts.agreements.evolve(event);
        facts.organisations.evolve(event);
    }

    fn decide(&self, facts: &ImportFacts, context: &Context) -> Result<Vec<Event>, Rejection> {
        check::own_centre(self.centre, context)?;
        let network = facts.network.require(self.network, context)?;
        self.after
            .require_over(self.cancelled || self.date >= context.today)?;
        let import = Import {
            command: self,
            agenda: self.agenda.iter().map(with_number_as_it_may_be).collect(),
            votes: Agenda::held(network),
            facts,
            context,
        };
        match facts.meeting.get(context) {
            None => {
                network.require_not_closed_on("date", self.date)?;
                import.first()
            }
            Some(known) => import.again(known),
        }
    }
}

impl ImportMeeting {
    /// The record that stands for the entry.
    #[must_use]
    pub fn meeting(&self) -> MeetingId {
        MeetingId(self.source.record_id(self.centre))
    }
}

/// Sources write words into numbers; those belong to the title.
fn with_number_as_it_may_be(item: &AgendaInput) -> AgendaInput {
    let raw = item.number.as_deref().unwrap_or_default().trim();
    if raw.is_empty() {
        return AgendaInput {
            number: None,
            ..item.clone()
        };
    }
    if agenda_number("number", raw).is_ok() {
        return item.clone();
    }
    match Text::new(&format!("{raw} {}", item.title.as_str()), Text::TITLE) {
        Ok(title) => AgendaInput {
            number: None,
            title,
            ..item.clone()
        },
        Err(_) => item.clone(),
    }
}

/// One command against what is known.
struct Import<'a> {
    command: &'a ImportMeeting,
    agenda: Vec<AgendaInput>,
    votes: Agenda,
    facts: &'a ImportFacts,
    context: &'a Context,
}

impl Import<'_> {
    /// The entry was never imported.
    fn first(&self) -> Result<Vec<Event>, Rejection> {
        let command = self.command;
        let empty = Content::planned(command.date, None, empty_plan(command.network));
        let (mut content, _) = self.merged(&empty, &empty)?;
        self.carry_over(&mut content);
        if command.cancelled {
            let mut events = self.scheduled(content);
            events.extend(self.cancelled(command.date, command.network)?);
            Ok(events)
        } else if content.date < self.context.today {
            let (date, network) = (content.date, content.network());
            let mut events = self.held(content);
            events.extend(self.minutes(None, date, network)?);
            Ok(events)
        } else {
            Ok(self.scheduled(content))
        }
    }

    /// The minutes are approved, once: what the office says of it stays.
    fn minutes(
        &self,
        known: Option<&Meeting>,
        date: Date,
        network: NetworkId,
    ) -> Result<Vec<Event>, Rejection> {
        let Some(day) = self.command.after.minutes_approved_on else {
            return Ok(Vec::new());
        };
        check::past_or_today("minutesApprovedOn", day, self.context.today)?;
        check::not_before("minutesApprovedOn", day, date)?;
        if known
            .is_some_and(|known| known.minutes_approved_on.is_some() || known.approval_withdrawn)
        {
            return Ok(Vec::new());
        }
        let approved = MeetingEvent::MinutesApproved(MinutesApproved {
            meeting: self.command.meeting(),
            network,
        });
        Ok(parts::events(self.context, day, None, approved))
    }

    /// The entry was imported before.
    fn again(&self, known: &Meeting) -> Result<Vec<Event>, Rejection> {
        let command = self.command;
        let unchanged = known.source == Some(command.source.digest);
        match known.stage {
            Stage::Retracted => Ok(Vec::new()),
            Stage::Cancelled if command.cancelled || !known.cancelled_by_source => Ok(Vec::new()),
            Stage::Held if unchanged => Ok(Vec::new()),
            Stage::Held => self.held_before(known),
            Stage::Scheduled | Stage::Cancelled => self.planned_before(known, unchanged),
        }
    }

    fn planned_before(&self, known: &Meeting, unchanged: bool) -> Result<Vec<Event>, Rejection> {
        let (mut content, agreed) = if unchanged {
            (known.content.clone(), Vec::new())
        } else {
            self.merged(&known.said(), &known.content)?
        };
        let changed = state::differences(&known.content, &content);
        let network = content.network();
        if self.command.cancelled && unchanged {
            // The office reinstated it, and the source says nothing new.
            return Ok(Vec::new());
        }
        let mut events = Vec::new();
        if self.command.cancelled {
            let date = content.date;
            if !changed.is_empty() {
                events = self.rescheduled(content, changed);
            }
            events.extend(self.cancelled(date, network)?);
        } else if content.date < self.context.today {
            self.carry_over(&mut content);
            let date = content.date;
            events = self.held(content);
            events.extend(self.minutes(Some(known), date, network)?);
        } else if known.stage == Stage::Cancelled || !changed.is_empty() {
            events = self.rescheduled(content, changed);
        } else if unchanged {
            return Ok(events);
        }
        Ok(self.with_seen(events, agreed))
    }

    fn held_before(&self, known: &Meeting) -> Result<Vec<Event>, Rejection> {
        if self.command.cancelled {
            require_untouched(known, "cancelled")?;
            return self.cancelled(known.content.date, known.content.network());
        }
        let (content, agreed) = self.merged(&known.said(), &known.content)?;
        let to_come = content.date > self.context.today;
        if to_come {
            require_untouched(known, "date")?;
        }
        let changed = state::differences(&known.content, &content);
        let (date, network) = (content.date, content.network());
        let events = if changed.is_empty() {
            Vec::new()
        } else if to_come {
            self.rescheduled(content, changed)
        } else {
            self.corrected(content, changed)?
        };
        let mut events = self.with_seen(events, agreed);
        events.extend(self.minutes(Some(known), date, network)?);
        Ok(events)
    }

    /// With what else is to be remembered of the source; every event here names its digest.
    fn with_seen(&self, mut events: Vec<Event>, agreed: Vec<Box<str>>) -> Vec<Event> {
        let (record, digest) = (self.command.meeting().record(), self.command.source.digest);
        let stated = !events.is_empty();
        events.extend(SourceSeen::event(
            record,
            digest,
            agreed,
            stated,
            self.context,
        ));
        events
    }

    /// What the source says now merged with what the office entered, checked and sealed; and
    /// the fields in which the source came to agree.
    fn merged(
        &self,
        base: &Content,
        ours: &Content,
    ) -> Result<(Content, Vec<Box<str>>), Rejection> {
        let command = self.command;
        input::day(command.date, self.context)?;
        input::times(command.date, command.starts_at, command.ends_at)?;
        network::line("title", command.title.as_ref(), Text::NAME)?;
        network::line("place", command.place.as_ref().apply(None), Text::NAME)?;
        check::valid_on_option("mode", command.mode, command.date)?;
        input::check_agenda(&self.agenda, self.votes)?;
        let after = &command.after;
        let organisations = &self.facts.organisations;
        let counts = input::head_counts(&after.attendances, organisations, self.context)?;
        let other_head_count = input::other_head_count(after.other_head_count)?;
        network::note("results", after.results.as_ref())?;

        let subject = command.meeting().record();
        let mut merge = Merge::new(&command.known_texts, subject, self.context);
        // When it is: its parts are taken together, so that they fit each other.
        let when = (command.date, command.starts_at, command.ends_at);
        let (date, starts_at, ends_at) = merge.value("date", when, &base.when(), ours.when());
        let (was, is) = (&base.facts.plan, &ours.facts.plan);
        let title = command.title.as_ref();
        let mut content = Content {
            date,
            starts_at,
            facts: ours.facts.clone(),
        };
        content.facts.plan = Plan {
            network: merge.value("network", command.network, &was.network, is.network),
            title: merge.text("title", title, was.title, is.title),
            place: match command.place.as_ref() {
                Change::Keep => is.place,
                said => merge.text("place", said.apply(None), was.place, is.place),
            },
            mode: merge.value("mode", command.mode, &was.mode, is.mode),
            ends_at,
            agenda: source::merged_agenda(&self.agenda, &was.agenda, &is.agenda, &mut merge)?,
            ..is.clone()
        };
        let attendances: Vec<_> = after.attendances.iter().zip(counts).collect();
        let (was, is) = (&base.facts, &ours.facts);
        content.facts.attendances =
            source::merged_attendances(&attendances, &was.attendances, &is.attendances, &mut merge);
        content.facts.other_head_count = merge.value(
            "otherHeadCount",
            other_head_count,
            &was.other_head_count,
            is.other_head_count,
        );
        let results = after.results.as_ref();
        content.facts.results = merge.text("results", results, was.results, is.results);
        Ok((content, merge.agreed()))
    }

    fn carry_over(&self, content: &mut Content) {
        let meeting = self.command.meeting();
        content.facts.plan.carried_over = self.facts.agreements.carried_over(meeting, content.date);
    }

    fn scheduled(&self, content: Content) -> Vec<Event> {
        let scheduled = MeetingEvent::Scheduled(Scheduled {
            meeting: self.command.meeting(),
            plan: content.facts.plan,
            source: Some(self.command.source.digest),
        });
        parts::events(self.context, content.date, content.starts_at, scheduled)
    }

    fn rescheduled(&self, content: Content, changed: Vec<Box<str>>) -> Vec<Event> {
        let rescheduled = MeetingEvent::Rescheduled(Rescheduled {
            meeting: self.command.meeting(),
            plan: content.facts.plan,
            changed,
            reason: None,
            source: Some(self.command.source.digest),
        });
        parts::events(self.context, content.date, content.starts_at, rescheduled)
    }

    fn corrected(&self, content: Content, changed: Vec<Box<str>>) -> Result<Vec<Event>, Rejection> {
        let meeting = self.command.meeting();
        let reason = check::text("reason", "Geändert in der Quelle", Text::NOTE)?;
        let corrected = MeetingEvent::Corrected(Corrected {
            meeting,
            facts: content.facts,
            changed,
            reason: self.context.seal(meeting.record(), &reason),
            source: Some(self.command.source.digest),
        });
        let (date, starts_at) = (content.date, content.starts_at);
        Ok(parts::events(self.context, date, starts_at, corrected))
    }

    fn held(&self, content: Content) -> Vec<Event> {
        let held = MeetingEvent::Held(Held {
            meeting: self.command.meeting(),
            facts: content.facts,
            source: Some(self.command.source.digest),
        });
        parts::events(self.context, content.date, content.starts_at, held)
    }

    fn cancelled(&self, date: Date, network: NetworkId) -> Result<Vec<Event>, Rejection> {
        let meeting = self.command.meeting();
        let reason = check::text("reason", "In der Quelle abgesagt", Text::NOTE)?;
        let cancelled = MeetingEvent::Cancelled(Cancelled {
            meeting,
            network,
            reason: Some(self.context.seal(meeting.record(), &reason)),
            source: Some(self.command.source.digest),
        });
        Ok(parts::events(self.context, date, None, cancelled))
    }
}

/// A meeting the office has worked on since it was held is not undone by its source.
fn require_untouched(known: &Meeting, field: &str) -> Result<(), Rejection> {
    let (facts, said) = (&known.content.facts, known.said().facts);
    if facts.attendances == said.attendances
        && facts.other_head_count == said.other_head_count
        && facts.results == said.results
        && facts.chair.is_none()
        && facts.excused.is_empty()
        && facts.referred.is_empty()
        && facts.next_on.is_none()
        && known.minutes_approved_on.is_none()
    {
        return Ok(());
    }
    Err(Rejection::field(
        RejectionCode::StateForbids,
        field,
        "Die Quelle hat die Sitzung als abgesagt oder verlegt, im Buch steht sie mit Teilnahmen, Ergebnissen oder Protokoll als durchgeführt; prüfen Sie das und ziehen Sie sie zurück, wenn die Quelle recht hat.",
    ))
}

#[cfg(test)]
#[path = "import_tests.rs"]
mod tests;
