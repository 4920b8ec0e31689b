//! What a meeting's own history comes to, and the rules its decisions share.

use time::{Date, OffsetDateTime, PrimitiveDateTime, UtcOffset};

use super::source::{self, Imported};
use super::{Continued, MeetingEvent, MeetingFacts, Plan};
use crate::centre::CentreKey;
use crate::context::Context;
use crate::event::Event;
use crate::event_data::{EventData, EventKind};
use crate::existing::{Trail, unknown};
use crate::id::{MeetingId, NetworkId, RecordId};
use crate::query::QueryItem;
use crate::rejection::{Rejection, RejectionCode};
use crate::seen::SourceSeen;
use crate::source::SourceDigest;

const KINDS: [EventKind; 10] = [
    EventKind::MeetingScheduled,
    EventKind::MeetingRescheduled,
    EventKind::MeetingHeld,
    EventKind::MeetingCorrected,
    EventKind::MeetingCancelled,
    EventKind::MeetingMinutesApproved,
    EventKind::MeetingRetracted,
    EventKind::MeetingContinued,
    EventKind::MeetingReinstated,
    EventKind::MeetingApprovalWithdrawn,
];

/// The meeting a decision's query found, if it found one.
#[derive(Clone, Default, Debug)]
pub struct MeetingHistory(Option<Meeting>);

/// One meeting as it stands.
#[derive(Clone, Debug)]
pub(crate) struct Meeting {
    pub(crate) id: MeetingId,
    centre: CentreKey,
    pub(crate) stage: Stage,
    pub(crate) content: Content,
    /// The content of its last import.
    imported: Option<Imported>,
    pub(super) source: Option<SourceDigest>,
    /// Whether the latest statement came from the source, so that what goes on is its too.
    continues_import: bool,
    /// Whether its source (and not the office) cancelled it.
    pub(super) cancelled_by_source: bool,
    /// Whether the office ever took an approval of its minutes back.
    pub(super) approval_withdrawn: bool,
    /// Since when its minutes are approved.
    pub(super) minutes_approved_on: Option<Date>,
    pub(super) trail: Trail,
}

/// How far a meeting has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Stage {
    Scheduled,
    Held,
    Cancelled,
    Retracted,
}

/// What is known of a meeting and when it is or was. Before it is held, the facts hold the plan only.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Content {
    pub(crate) date: Date,
    pub(super) starts_at: Option<OffsetDateTime>,
    pub(crate) facts: MeetingFacts,
}

impl Content {
    /// A plan, of which nobody knows yet who comes and what comes out.
    pub(super) const fn planned(date: Date, starts_at: Option<OffsetDateTime>, plan: Plan) -> Self {
        Self {
            date,
            starts_at,
            facts: MeetingFacts::of(plan),
        }
    }

    /// The body that meets.
    pub(crate) const fn network(&self) -> NetworkId {
        self.facts.plan.network
    }

    fn go_on(&mut self, more: &Continued) {
        let Continued {
            meeting: _,
            network: _,
            attendances,
            carried_over,
            agenda,
        } = more;
        self.facts.attendances.extend_from_slice(attendances);
        self.facts.plan.carried_over.extend(carried_over);
        self.facts.plan.agenda.extend_from_slice(agenda);
    }
}

impl MeetingHistory {
    /// The query item that finds a meeting's own history.
    pub(crate) fn item(meeting: MeetingId) -> QueryItem {
        QueryItem::tagged(meeting.tag()).of(&KINDS)
    }

    /// Folds one event in; events of other records say nothing here.
    pub(crate) fn evolve(&mut self, event: &Event) {
        if let (EventData::Seen(seen), Some(meeting)) = (&event.data, &mut self.0)
            && seen.record == meeting.id.record()
        {
            meeting.seen(seen);
        }
        let EventData::Meeting(data) = &event.data else {
            return;
        };
        let (date, starts_at) = (event.occurred_on, event.occurred_at);
        match data {
            MeetingEvent::Scheduled(scheduled) => {
                let content = Content::planned(date, starts_at, scheduled.plan.clone());
                self.state(event, Stage::Scheduled, content, scheduled.source);
            }
            MeetingEvent::Rescheduled(rescheduled) => {
                let content = Content::planned(date, starts_at, rescheduled.plan.clone());
                self.state(event, Stage::Scheduled, content, rescheduled.source);
            }
            MeetingEvent::Held(held) => {
                let content = Content {
                    date,
                    starts_at,
                    facts: held.facts.clone(),
                };
                self.state(event, Stage::Held, content, held.source);
            }
            MeetingEvent::Corrected(corrected) => {
                let content = Content {
                    date,
                    starts_at,
                    facts: corrected.facts.clone(),
                };
                self.state(event, Stage::Held, content, corrected.source);
            }
            MeetingEvent::Cancelled(cancelled) => self.step(|meeting| {
                meeting.stage = Stage::Cancelled;
                meeting.cancelled_by_source = cancelled.source.is_some();
                meeting.source = cancelled.source.or(meeting.source);
                "state"
            }),
            MeetingEvent::MinutesApproved(_) => self.step(|meeting| {
                meeting.minutes_approved_on = Some(date);
                "minutesApprovedOn"
            }),
            MeetingEvent::Reinstated(_) => self.step(|meeting| {
                meeting.stage = Stage::Scheduled;
                meeting.cancelled_by_source = false;
                "state"
            }),
            MeetingEvent::ApprovalWithdrawn(_) => self.step(|meeting| {
                meeting.approval_withdrawn = true;
                meeting.minutes_approved_on = None;
                "minutesApprovedOn"
            }),
            MeetingEvent::Retracted(_) => self.step(|meeting| {
                meeting.stage = Stage::Retracted;
                "state"
            }),
            MeetingEvent::Continued(more) => self.step(|meeting| {
                meeting.content.go_on(more);
                if let Some(imported) = &mut meeting.imported
                    && meeting.continues_import
                {
                    imported.content.go_on(more);
                }
                "agenda"
            }),
        }
    }

    /// An event that states all of what is known.
    fn state(
        &mut self,
        event: &Event,
        stage: Stage,
        content: Content,
        source: Option<SourceDigest>,
    ) {
        let Some(RecordId { id, .. }) = event.data.record() else {
            return;
        };
        match &mut self.0 {
            None => {
                let mut trail = Trail::default();
                trail.push(["date"]);
                self.0 = Some(Meeting {
                    id: MeetingId(id),
                    centre: event.centre,
                    stage,
                    imported: source.map(|_| Imported {
                        content: content.clone(),
                        before: None,
                    }),
                    content,
                    source,
                    continues_import: source.is_some(),
                    cancelled_by_source: false,
                    approval_withdrawn: false,
                    minutes_approved_on: None,
                    trail,
                });
            }
            Some(meeting) => {
                let mut changed = differences(&meeting.content, &content);
                if meeting.stage != stage {
                    changed.push("state".into());
                }
                meeting.trail.push(changed.iter().map(AsRef::as_ref));
                meeting.stage = stage;
                if source.is_some() {
                    let before = Some(Box::new((meeting.said(), meeting.content.clone())));
                    meeting.imported = Some(Imported {
                        content: content.clone(),
                        before,
                    });
                }
                meeting.content = content;
                meeting.source = source.or(meeting.source);
                meeting.continues_import = source.is_some();
            }
        }
    }

    /// An event that states one thing only; `apply` gives its name.
    fn step(&mut self, apply: impl FnOnce(&mut Meeting) -> &'static str) {
        if let Some(meeting) = &mut self.0 {
            let changed = apply(meeting);
            meeting.trail.push([changed]);
        }
    }

    /// The meeting, if it is in the actor's centre.
    pub(super) fn get(&self, context: &Context) -> Option<&Meeting> {
        self.0
            .as_ref()
            .filter(|meeting| meeting.centre == context.centre)
    }

    /// The meeting, which must exist in the actor's centre.
    pub(crate) fn require(&self, id: MeetingId, context: &Context) -> Result<&Meeting, Rejection> {
        self.get(context)
            .filter(|meeting| meeting.id == id)
            .ok_or_else(|| unknown("meeting", id.record()))
    }

    /// The meeting, which must exist in the actor's centre and be one of this body.
    pub(crate) fn require_of(
        &self,
        id: MeetingId,
        network: NetworkId,
        context: &Context,
    ) -> Result<&Meeting, Rejection> {
        let meeting = self.require(id, context)?;
        if meeting.content.network() == network {
            return Ok(meeting);
        }
        Err(Rejection::field(
            RejectionCode::UnknownId,
            "meeting",
            "Diese Sitzung ist keine des genannten Gremiums; nennen Sie das Gremium, das getagt hat.",
        ))
    }
}

impl Stage {
    /// What an office says of a meeting that has come this far.
    const fn is(self) -> &'static str {
        match self {
            Self::Scheduled => "ist geplant und noch nicht als durchgeführt erfasst",
            Self::Held => "ist schon als durchgeführt erfasst",
            Self::Cancelled => "ist abgesagt",
            Self::Retracted => "ist zurückgezogen und zählt nicht mehr",
        }
    }
}

impl Meeting {
    /// What its source said at the last import.
    pub(super) fn said(&self) -> Content {
        match &self.imported {
            Some(imported) => imported.said(),
            None => self.content.clone(),
        }
    }

    fn seen(&mut self, seen: &SourceSeen) {
        let content = source::agreed(self.said(), &self.content, seen);
        self.imported = Some(Imported {
            content,
            before: None,
        });
        self.continues_import = false;
        self.source = Some(seen.source);
    }

    /// The refusal of a step that the meeting's stage does not allow; `instead` says what is.
    pub(super) fn forbids(&self, instead: &str) -> Rejection {
        Rejection::field(
            RejectionCode::StateForbids,
            "meeting",
            format!("Die Sitzung {}; {instead}.", self.stage.is()),
        )
    }

    /// The meeting must stand: neither cancelled nor retracted.
    pub(crate) fn require_standing(&self) -> Result<(), Rejection> {
        match self.stage {
            Stage::Scheduled | Stage::Held => Ok(()),
            Stage::Cancelled | Stage::Retracted => {
                Err(self.forbids("möglich sind nur geplante und durchgeführte Sitzungen"))
            }
        }
    }
}

/// The names of the fields in which two contents differ.
pub(super) fn differences(before: &Content, after: &Content) -> Vec<Box<str>> {
    let (old, new) = (&before.facts, &after.facts);
    let (from, to) = (&old.plan, &new.plan);
    [
        ("network", from.network != to.network),
        ("date", before.date != after.date),
        // The same instant with another offset reads otherwise.
        (
            "startsAt",
            written(before.starts_at) != written(after.starts_at),
        ),
        ("endsAt", written(from.ends_at) != written(to.ends_at)),
        ("title", from.title != to.title),
        ("place", from.place != to.place),
        ("mode", from.mode != to.mode),
        ("kiRole", from.ki_role != to.ki_role),
        ("actionAreas", from.action_areas != to.action_areas),
        ("agenda", from.agenda != to.agenda),
        ("attendances", old.attendances != new.attendances),
        (
            "otherHeadCount",
            old.other_head_count != new.other_head_count,
        ),
        ("results", old.results != new.results),
        ("chair", old.chair != new.chair),
        ("excused", old.excused != new.excused),
        ("referred", old.referred != new.referred),
        ("nextOn", old.next_on != new.next_on),
    ]
    .into_iter()
    .filter(|(_, differs)| *differs)
    .map(|(field, _)| field.into())
    .collect()
}

fn written(instant: Option<OffsetDateTime>) -> Option<(PrimitiveDateTime, UtcOffset)> {
    instant.map(|at| (PrimitiveDateTime::new(at.date(), at.time()), at.offset()))
}
