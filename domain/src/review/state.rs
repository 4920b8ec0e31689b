//! What decisions know of reviews and of the records they name. More than 400 lines: every kind of
//! event of a review is folded here.

use std::collections::{BTreeMap, BTreeSet};

use time::{Date, OffsetDateTime};

use super::import_ending::{Decided, End};
use super::import_steps::{Completed, ImportedStep, Stands};
use super::merged::{self, Request};
use super::{
    Drafted, Progress, ReviewEvent, ReviewFacts, ReviewState, VersionChanged, VersionStatus,
};
use crate::centre::CentreKey;
use crate::check;
use crate::context::Context;
use crate::event::Event;
use crate::event_data::{EventData, EventKind};
use crate::existing::{Existing, Trail, unknown};
use crate::id::{ActorId, OrganisationId, RecordId, ReviewId};
use crate::may::{self, RecordClass};
use crate::query::{Query, QueryItem};
use crate::rejection::{Rejection, RejectionCode};
use crate::seen::SourceSeen;
use crate::source::SourceDigest;
use crate::text::{Commitment, Text};
use crate::values::ReviewOutcome;

/// Every kind of event of a review's own record.
const KINDS: [EventKind; 29] = [
    EventKind::ReviewRequested,
    EventKind::ReviewAssigned,
    EventKind::ReviewConflictDeclared,
    EventKind::ReviewAdviceAsked,
    EventKind::ReviewAdviceGiven,
    EventKind::ReviewStepCompleted,
    EventKind::ReviewStepRetracted,
    EventKind::ReviewClarificationAsked,
    EventKind::ReviewClarificationReceived,
    EventKind::ReviewDeadlineExtended,
    EventKind::ReviewScored,
    EventKind::ReviewDrafted,
    EventKind::ReviewSigned,
    EventKind::ReviewIssued,
    EventKind::ReviewSuperseded,
    EventKind::ReviewWithdrawn,
    EventKind::ReviewDeclined,
    EventKind::ReviewLapsed,
    EventKind::ReviewClosed,
    EventKind::ReviewFundingDecided,
    EventKind::ReviewAttachmentAdded,
    EventKind::ReviewCorrected,
    EventKind::ReviewRetracted,
    EventKind::ReviewVersionChanged,
    EventKind::ReviewEndingCorrected,
    EventKind::ReviewReopened,
    EventKind::ReviewAttachmentRetracted,
    EventKind::ReviewAdviceRetracted,
    EventKind::ReviewClarificationRetracted,
];

/// The reviews that a decision's query found, as they stand, and the records that exist.
#[derive(Clone, Default, Debug)]
pub struct Reviews {
    found: BTreeMap<ReviewId, Review>,
    /// The organisations the command names.
    pub(super) existing: Existing,
}

/// A request for advice.
#[derive(Clone, Copy, Debug)]
pub(super) struct Advice {
    /// On which day.
    pub(super) asked_on: Date,
    /// Whom, where it is in the register.
    pub(super) organisation: Option<OrganisationId>,
    /// Whether it is still waited for.
    pub(super) waited_for: bool,
}

/// One review as it stands.
#[derive(Clone, Debug)]
pub(super) struct Review {
    /// Whose it is.
    centre: CentreKey,
    /// The day the request came in.
    pub(super) received_on: Date,
    /// The instant, where it is known.
    pub(super) received_at: Option<OffsetDateTime>,
    /// What was asked for; the due date is the one in force.
    pub(super) facts: ReviewFacts,
    /// What the source said when it was imported last.
    pub(super) imported: Option<Request>,
    /// How far it has come.
    pub(super) progress: Progress,
    /// Who works on it.
    pub(super) reviewer: Option<ActorId>,
    /// Who signs in place of the head.
    pub(super) cosigner: Option<ActorId>,
    /// Who must keep out of it.
    pub(super) conflicts: BTreeSet<ActorId>,
    /// The draft as it stands.
    pub(super) draft: Option<Drafted>,
    /// On which day.
    pub(super) drafted_on: Option<Date>,
    /// Who signed it.
    pub(super) signed_by: Option<ActorId>,
    /// On which day.
    pub(super) signed_on: Option<Date>,
    /// When the deadline was extended last.
    pub(super) extended_on: Option<Date>,
    /// Since when the applicant is waited for.
    pub(super) asked_on: Option<Date>,
    /// The first day of a draft.
    first_work_on: Option<Date>,
    /// The highest number of advice so far.
    pub(super) last_advice: u16,
    /// The questions to the applicant that stand, by their number, with the day.
    pub(super) questions: BTreeMap<u16, Date>,
    /// The requests for advice that stand, by their number.
    pub(super) advice: BTreeMap<u16, Advice>,
    /// The steps that count, by their number, with when they were completed.
    pub(super) steps: BTreeMap<u32, Completed>,
    /// The steps that came from the source, whether they count or not, by their numbers.
    pub(super) imported_steps: Vec<ImportedStep>,
    /// The highest number a step ever had.
    pub(super) last_step: u32,
    /// How many files were added.
    pub(super) attachments: u16,
    /// The files that stand, by their number: whether they belong to the statement.
    pub(super) files: BTreeMap<u16, bool>,
    /// When it ended, with a statement or otherwise.
    pub(super) ended_on: Option<Date>,
    /// The instant, where it is known.
    pub(super) ended_at: Option<OffsetDateTime>,
    /// The Votum, or why it was given back.
    pub(super) outcome: Option<crate::values::ReviewOutcome>,
    /// The version whose statement it takes the place of.
    pub(super) supersedes: Option<ReviewId>,
    /// The new version in place of its statement, and whether that has gone out.
    pub(super) next_version: Option<(ReviewId, bool)>,
    /// The funder's decision that was recorded last.
    pub(super) funding: Option<Decided>,
    /// How it ended last; see [`Review::ended`].
    pub(super) end: Option<End>,
    /// The end its source gave it.
    pub(super) imported_end: Option<End>,
    /// The funder's decision as its source has it.
    pub(super) imported_funding: Option<Decided>,
    /// Whether the office ever assigned, drafted or reopened it.
    pub(super) in_hand: bool,
    /// Whether it counts nowhere any more.
    pub(super) retracted: bool,
    /// The content its source had when it was imported last.
    pub(super) source: Option<SourceDigest>,
    /// Its changes.
    pub(super) trail: Trail,
}

impl Reviews {
    /// Everything about one review, and whether these other records exist.
    pub(super) fn query(id: Option<ReviewId>, others: impl IntoIterator<Item = RecordId>) -> Query {
        let own = id.map(|id| QueryItem::tagged(id.tag()).of(&KINDS));
        let seen = id.map(|id| SourceSeen::item(id.record()));
        let others = others.into_iter().map(Existing::item);
        let items = own.into_iter().chain(seen).chain(others);
        items.fold(Query::none(), Query::or)
    }

    pub(super) fn evolve(&mut self, event: &Event) {
        self.existing.evolve(event);
        if let EventData::Seen(seen) = &event.data {
            let id = ReviewId::try_from(seen.record).ok();
            if let Some(review) = id.and_then(|id| self.found.get_mut(&id)) {
                review.seen(seen);
            }
        }
        let EventData::Review(data) = &event.data else {
            return;
        };
        let id = data.review();
        if let ReviewEvent::Requested(requested) = data {
            let mut trail = Trail::default();
            trail.push([]);
            let facts = requested.facts.clone();
            let imported = requested.source.map(|_| Request {
                day: event.occurred_on,
                at: event.occurred_at,
                facts: facts.clone(),
            });
            let review = Review {
                centre: event.centre,
                received_on: event.occurred_on,
                received_at: event.occurred_at,
                facts,
                imported,
                progress: Progress::new(requested.supersedes.is_some()),
                reviewer: None,
                cosigner: None,
                conflicts: BTreeSet::new(),
                draft: None,
                drafted_on: None,
                signed_by: None,
                signed_on: None,
                extended_on: None,
                asked_on: None,
                first_work_on: None,
                last_advice: 0,
                questions: BTreeMap::new(),
                advice: BTreeMap::new(),
                steps: BTreeMap::new(),
                imported_steps: Vec::new(),
                last_step: 0,
                attachments: 0,
                files: BTreeMap::new(),
                ended_on: None,
                ended_at: None,
                outcome: None,
                supersedes: requested.supersedes,
                next_version: None,
                funding: None,
                end: None,
                imported_end: None,
                imported_funding: None,
                in_hand: false,
                retracted: false,
                source: requested.source,
                trail,
            };
            self.found.insert(id, review);
        } else if let Some(review) = self.found.get_mut(&id) {
            review.evolve(data, event);
        }
    }

    /// The review, in whatever centre.
    pub(super) fn find(&self, id: ReviewId) -> Option<&Review> {
        self.found.get(&id)
    }

    /// The review, which must exist in the actor's centre and count, at the version the client
    /// read; and the actor must be one who may write and has no conflict of interest in it.
    pub(super) fn writable(
        &self,
        id: ReviewId,
        expected_version: Option<u32>,
        context: &Context,
    ) -> Result<&Review, Rejection> {
        let review = self.standing(id, context)?;
        review.require_impartial("review", context.actor)?;
        review.trail.expect(expected_version)?;
        Ok(review)
    }

    /// [`Reviews::writable`] also by one with a conflict of interest, at whatever version: what may be
    /// declared.
    pub(super) fn standing(&self, id: ReviewId, context: &Context) -> Result<&Review, Rejection> {
        may::write(RecordClass::Review, context)?;
        let review = self.own(id, context)?;
        if review.retracted {
            return Err(Rejection::field(
                RejectionCode::StateForbids,
                "review",
                "Diese Stellungnahme wurde zurückgenommen und kann nicht mehr geändert werden; legen Sie sie neu an, wenn es die Anfrage doch gab.",
            ));
        }
        Ok(review)
    }

    /// The review, which must exist in the actor's centre.
    pub(super) fn own(&self, id: ReviewId, context: &Context) -> Result<&Review, Rejection> {
        self.found
            .get(&id)
            .filter(|review| review.centre == context.centre)
            .ok_or_else(|| unknown("review", id.record()))
    }
}

impl Review {
    fn evolve(&mut self, data: &ReviewEvent, event: &Event) {
        let (day, at) = (event.occurred_on, event.occurred_at);
        let state_before = self.progress.state;
        self.progress.follow(data);
        match data {
            ReviewEvent::Requested(_) => {}
            ReviewEvent::Assigned(event) => {
                self.in_hand = true;
                self.reviewer = Some(event.reviewer);
                self.cosigner = event.cosigner;
                self.trail.push(["reviewer", "cosigner", "state"]);
            }
            ReviewEvent::ConflictDeclared(event) => {
                let who = event.declared_by;
                self.conflicts.insert(who);
                self.reviewer = self.reviewer.filter(|reviewer| *reviewer != who);
                self.cosigner = self.cosigner.filter(|cosigner| *cosigner != who);
                if event.voids_draft {
                    self.draft = None;
                }
                if event.voids_draft || event.voids_signature {
                    self.signed_by = None;
                }
                self.trail
                    .push(["conflicts", "reviewer", "cosigner", "scores", "state"]);
            }
            ReviewEvent::AdviceAsked(event) => {
                let advice = Advice {
                    asked_on: day,
                    organisation: event.organisation,
                    waited_for: true,
                };
                self.advice.insert(event.advice, advice);
                self.last_advice = self.last_advice.max(event.advice);
                self.trail.push(["advice"]);
            }
            ReviewEvent::AdviceGiven(event) => {
                if let Some(advice) = self.advice.get_mut(&event.advice) {
                    advice.waited_for = false;
                }
                self.trail.push(["advice"]);
            }
            ReviewEvent::StepCompleted(completed) => {
                let step = (day, event.occurred_at, completed.clone());
                self.steps.insert(completed.step, step);
                self.last_step = self.last_step.max(completed.step);
                if completed.imported {
                    self.imported_step((day, event.occurred_at, completed.clone()));
                }
                self.trail.push(["steps", "state"]);
            }
            ReviewEvent::StepRetracted(event) => {
                self.steps.remove(&event.step);
                if event.voids_signature {
                    self.signed_by = None;
                }
                let mut steps = self.imported_steps.iter_mut();
                if let Some(step) = steps.find(|step| step.number() == event.step) {
                    step.stands = if event.imported {
                        Stands::NotInSource
                    } else {
                        Stands::RetractedByOffice
                    };
                }
                self.trail.push(["steps", "state"]);
            }
            ReviewEvent::ClarificationAsked(_) => {
                self.asked_on = Some(day);
                self.questions.insert(self.progress.questions, day);
                self.trail.push(["clarifications", "state"]);
            }
            ReviewEvent::ClarificationReceived(_) => {
                self.trail.push(["clarifications", "state"]);
            }
            ReviewEvent::DeadlineExtended(event) => {
                self.facts.due_on = Some(event.due_on);
                self.facts.term_working_days = None;
                self.extended_on = Some(day);
                self.trail.push(["dueOn"]);
            }
            ReviewEvent::Scored(_) => self.trail.push(["scores", "state"]),
            ReviewEvent::Drafted(event) => {
                self.in_hand = true;
                self.draft = Some(event.clone());
                self.drafted_on = Some(day);
                self.signed_by = None;
                self.worked_on(day);
                self.trail.push(["draft", "state"]);
            }
            ReviewEvent::Signed(event) => {
                self.signed_by = Some(event.signed_by);
                self.signed_on = Some(day);
                self.trail.push(["signature", "state"]);
            }
            ReviewEvent::Issued(event) => {
                if super::outcome::is_interim(event.outcome) {
                    self.asked_on = Some(day);
                } else {
                    self.end_with(day, at, Some(event.outcome), event.text);
                }
                self.trail.push(["outcome", "state"]);
            }
            ReviewEvent::Superseded(event) => {
                self.next_version = Some((event.superseded_by, false));
                self.trail.push(["newVersion"]);
            }
            ReviewEvent::VersionChanged(event) => {
                self.next_version = match event.status {
                    VersionStatus::Issued => Some((event.version, true)),
                    VersionStatus::InWork => Some((event.version, false)),
                    VersionStatus::Ended => None,
                };
                self.trail.push(["newVersion", "supersededBy"]);
            }
            ReviewEvent::Withdrawn(_) | ReviewEvent::Lapsed(_) => {
                // Withdrawn after the statement, it stays a statement.
                if self.progress.state.phase() == super::Phase::Ended {
                    self.end_with(day, at, None, None);
                }
                self.trail.push(["state"]);
            }
            ReviewEvent::Declined(event) => {
                self.end_with(day, at, Some(event.outcome), None);
                self.trail.push(["state"]);
            }
            ReviewEvent::Closed(_) => {
                self.end_with(day, at, None, None);
                // Only a source says so.
                self.imported_end = self.end.clone();
                self.trail.push(["state"]);
            }
            ReviewEvent::FundingDecided(event) => {
                self.funding = Some((day, event.decision, event.granted_cents));
                self.trail.push(["fundingDecision", "state"]);
            }
            ReviewEvent::AttachmentAdded(event) => {
                self.attachments = self.attachments.max(event.attachment);
                let of_statement = super::attach::of_statement(event.kind);
                self.files.insert(event.attachment, of_statement);
                if event.voids_signature {
                    self.signed_by = None;
                }
                self.trail.push(["attachments", "state"]);
            }
            ReviewEvent::Corrected(corrected) => {
                let new = Request {
                    day,
                    at: event.occurred_at,
                    facts: corrected.facts.clone(),
                };
                if corrected.source.is_some() {
                    self.imported = Some(merged::said(&new, &self.now(), &self.said()));
                    self.source = corrected.source;
                }
                if corrected.voids_signature {
                    self.signed_by = None;
                }
                self.received_on = new.day;
                self.received_at = new.at;
                self.facts = new.facts;
                self.trail.push(corrected.changed.iter().map(AsRef::as_ref));
            }
            ReviewEvent::EndingCorrected(event) => {
                (self.ended_on, self.ended_at) = (Some(day), at);
                self.outcome = event.outcome.or(self.outcome);
                if let Some(end) = &mut self.end {
                    (end.on, end.at) = (day, at);
                    end.outcome = event.outcome.or(end.outcome);
                }
                self.trail.push(event.changed.iter().map(AsRef::as_ref));
            }
            ReviewEvent::Reopened(_) => {
                self.in_hand = true;
                if state_before == ReviewState::FunderDecisionRecorded {
                    self.funding = None;
                } else if self.progress.state != state_before {
                    self.ended_on = None;
                    self.outcome = None;
                    self.signed_by = None;
                }
                self.trail.push(["state", "outcome", "fundingDecision"]);
            }
            ReviewEvent::AttachmentRetracted(event) => {
                self.files.remove(&event.attachment);
                if event.voids_signature {
                    self.signed_by = None;
                }
                self.trail.push(["attachments", "state"]);
            }
            ReviewEvent::AdviceRetracted(event) => {
                self.advice.remove(&event.advice);
                self.trail.push(["advice"]);
            }
            ReviewEvent::ClarificationRetracted(event) => {
                self.questions.remove(&event.clarification);
                self.trail.push(["clarifications", "state"]);
            }
            ReviewEvent::Retracted(_) => {
                self.retracted = true;
                self.trail.push(["retracted"]);
            }
        }
    }

    /// Whether a part of this number (`stands`, or the highest there ever was) is to be taken back; false:
    /// it was already. Once the statement is out, the head does that.
    pub(super) fn retracts_part(
        &self,
        field: &str,
        number: u16,
        (stands, highest): (bool, u16),
        context: &Context,
    ) -> Result<bool, Rejection> {
        if !stands && (1..=highest).contains(&number) {
            return Ok(false);
        }
        if !stands {
            return Err(Rejection::field(
                RejectionCode::UnknownId,
                field,
                "Unter dieser Nummer steht zu dieser Stellungnahme nichts; prüfen Sie die Nummer.",
            ));
        }
        if self.progress.state.phase() == super::Phase::Issued {
            may::head(
                "Was zu einer abgegebenen Stellungnahme gehört, nimmt zurück",
                context,
            )?;
        }
        Ok(true)
    }

    fn worked_on(&mut self, day: Date) {
        self.first_work_on = Some(self.first_work_on.map_or(day, |first| first.min(day)));
    }

    /// Whether a signed statement waits to go out.
    pub(super) fn is_signed(&self) -> bool {
        self.progress.state == ReviewState::Cosigned
    }

    fn imported_step(&mut self, completed: Completed) {
        let imported = ImportedStep {
            completed,
            stands: Stands::Yes,
        };
        let mut steps = self.imported_steps.iter_mut();
        match steps.find(|step| step.number() == imported.number()) {
            Some(step) => *step = imported,
            None => self.imported_steps.push(imported),
        }
    }

    fn end_with(
        &mut self,
        on: Date,
        at: Option<OffsetDateTime>,
        outcome: Option<ReviewOutcome>,
        text: Option<Commitment>,
    ) {
        (self.ended_on, self.ended_at) = (Some(on), at);
        self.outcome = outcome.or(self.outcome);
        self.end = Some(End {
            state: self.progress.state,
            on,
            at,
            outcome,
            text,
        });
    }

    fn seen(&mut self, seen: &SourceSeen) {
        let mut said = self.said();
        merged::agree(&mut said, &self.now(), seen);
        if seen.agrees("ending") {
            self.imported_end = self.ended().cloned();
        }
        if seen.agrees("fundingDecision") {
            self.imported_funding = self.funding;
        }
        self.imported = Some(said);
        self.source = Some(seen.source);
    }

    /// What it says of the request.
    pub(super) fn now(&self) -> Request {
        Request {
            day: self.received_on,
            at: self.received_at,
            facts: self.facts.clone(),
        }
    }

    /// What its source said of the request at the last import.
    pub(super) fn said(&self) -> Request {
        self.imported.clone().unwrap_or_else(|| self.now())
    }

    /// The account must not have declared a conflict of interest.
    pub(super) fn require_impartial(&self, field: &str, who: ActorId) -> Result<(), Rejection> {
        if !self.conflicts.contains(&who) {
            return Ok(());
        }
        Err(Rejection::field(
            RejectionCode::StateForbids,
            field,
            "Für dieses Konto ist zu dieser Stellungnahme Befangenheit angezeigt (§ 20 VwVfG NRW); es kann an ihr nicht mitwirken. Weisen Sie die Stellungnahme einer anderen Person zu.",
        ))
    }

    /// The day something about it happened: today if none is named, not before the request.
    pub(super) fn day(
        &self,
        field: &str,
        day: Option<Date>,
        context: &Context,
    ) -> Result<Date, Rejection> {
        self.day_after(field, day, None, context)
    }

    /// [`Review::day`], and not before something else that comes first, named in the dative.
    pub(super) fn day_after(
        &self,
        field: &str,
        day: Option<Date>,
        first: Option<(Date, &str)>,
        context: &Context,
    ) -> Result<Date, Rejection> {
        let day = day.unwrap_or(context.today);
        check::past_or_today(field, day, context.today)?;
        let request = (self.received_on, "dem Eingang der Anfrage");
        for (earliest, what) in [Some(request), first].into_iter().flatten() {
            if day < earliest {
                return Err(Rejection::field(
                    RejectionCode::DateOutOfRange,
                    field,
                    format!(
                        "Der {} liegt vor {what} am {}; möglich ist dieser Tag oder ein späterer.",
                        check::german(day),
                        check::german(earliest)
                    ),
                ));
            }
        }
        Ok(day)
    }

    /// The first day on which anything happened after the request came in.
    pub(super) fn first_day(&self) -> Option<Date> {
        let steps = self.steps.values().map(|(day, _, _)| *day);
        let asked = self.advice.values().map(|advice| advice.asked_on);
        let questions = self.questions.values().copied();
        let others = [self.first_work_on, self.ended_on];
        let others = others.into_iter().flatten();
        steps.chain(asked).chain(questions).chain(others).min()
    }
}

/// The statement must be the one that stands.
pub(super) fn require_not_superseded(review: &Review) -> Result<(), Rejection> {
    match review.next_version {
        None | Some((_, false)) => Ok(()),
        Some((_, true)) => Err(Rejection::field(
            RejectionCode::StateForbids,
            "review",
            "Diese Stellungnahme wurde durch eine neue Fassung ersetzt; arbeiten Sie mit der neuen Fassung weiter.",
        )),
    }
}

/// No new version must have been begun.
pub(super) fn require_no_new_version(review: &Review) -> Result<(), Rejection> {
    require_not_superseded(review)?;
    if review.next_version.is_none() {
        return Ok(());
    }
    Err(Rejection::field(
        RejectionCode::StateForbids,
        "review",
        "Zu dieser Stellungnahme ist schon eine neue Fassung in Arbeit; arbeiten Sie mit ihr weiter oder nehmen Sie sie zurück.",
    ))
}

/// What follows for the old version where this review is a new one.
pub(super) fn version_changed(
    review: &Review,
    id: ReviewId,
    status: VersionStatus,
    context: &Context,
) -> Option<Event> {
    let changed = ReviewEvent::VersionChanged(VersionChanged {
        review: review.supersedes?,
        version: id,
        status,
    });
    Some(event(context, context.today, changed))
}

/// An event of a review of the actor's centre.
pub(super) fn event(context: &Context, occurred_on: Date, data: ReviewEvent) -> Event {
    event_at(context, occurred_on, None, data)
}

/// [`event`] at an instant.
pub(super) fn event_at(
    context: &Context,
    occurred_on: Date,
    occurred_at: Option<OffsetDateTime>,
    data: ReviewEvent,
) -> Event {
    Event {
        centre: context.centre,
        occurred_on,
        occurred_at,
        data: EventData::Review(data),
    }
}

/// A note or reason that may be missing, sealed.
pub(super) fn note(
    context: &Context,
    review: ReviewId,
    field: &str,
    text: Option<&Text>,
) -> Result<Option<Commitment>, Rejection> {
    check::seal_text_option(context, review.record(), field, text, Text::NOTE)
}

/// A reason, sealed.
pub(super) fn reason(
    context: &Context,
    review: ReviewId,
    text: &Text,
) -> Result<Commitment, Rejection> {
    check::seal_text(context, review.record(), "reason", text, Text::NOTE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_knows_every_kind_of_the_record() {
        let kinds: Vec<EventKind> = EventKind::ALL
            .into_iter()
            .filter(|kind| kind.wire_name().starts_with("review."))
            .collect();
        assert_eq!(kinds, KINDS);
    }
}
