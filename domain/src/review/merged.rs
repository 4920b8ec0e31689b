//! What a source says of a request now, merged with what the office entered since the last import.

use time::{Date, OffsetDateTime};

use super::ReviewFacts;
use super::request::{Checked, RequestReview};
use super::state::Review;
use crate::merge::{self, Merge};
use crate::seen::SourceSeen;
use crate::unit::Unit;

/// When a request came in, and what it says.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) day: Date,
    pub(super) at: Option<OffsetDateTime>,
    pub(super) facts: ReviewFacts,
}

merge::fields!(ReviewFacts {
    "title" => title,
    "requester" => requester,
    "applicantType" => applicant_type,
    "applicant" => applicant,
    "applicantName" => applicant_name,
    "programme" => programme,
    "actionAreas" => action_areas,
    "requestedCents" => requested_cents,
    "dueOn" => due_on,
    "dueOn" => term_working_days,
    "plannedOn" => planned_on,
    "municipality" => municipality,
    "channel" => channel,
    "department" => department,
    "unit" => unit,
    "visibility" => visibility,
    "reference" => reference,
    "note" => note,
});

/// Field by field as [`Merge`] has it. The applicant, by number or by name, is one field.
pub(super) fn merged(
    theirs: &RequestReview,
    checked: Checked,
    known: &Review,
    merge: &mut Merge<'_>,
) -> Request {
    let (said, now) = (known.said(), known.now());
    let (was, is) = (&said.facts, &now.facts);
    let when = (theirs.received_on, theirs.received_at);
    let (day, at) = merge.value("receivedOn", when, &(said.day, said.at), (now.day, now.at));
    let applicant = merge.value("applicant", theirs.applicant, &was.applicant, is.applicant);
    let name = merge.text(
        "applicantName",
        theirs.applicant_name.as_ref(),
        was.applicant_name,
        is.applicant_name,
    );
    let (due_on, term_working_days) = merge.value(
        "dueOn",
        (checked.due_on, theirs.term_working_days),
        &(was.due_on, was.term_working_days),
        (is.due_on, is.term_working_days),
    );
    let facts = ReviewFacts {
        title: merge
            .text(
                "title",
                Some(&theirs.title),
                Some(was.title),
                Some(is.title),
            )
            .unwrap_or(is.title),
        applicant,
        applicant_name: name.filter(|_| applicant.is_none()),
        requester: merge.value("requester", theirs.requester, &was.requester, is.requester),
        applicant_type: merge.value(
            "applicantType",
            theirs.applicant_type,
            &was.applicant_type,
            is.applicant_type,
        ),
        programme: merge.value("programme", theirs.programme, &was.programme, is.programme),
        action_areas: merge.value(
            "actionAreas",
            checked.action_areas,
            &was.action_areas,
            is.action_areas.clone(),
        ),
        requested_cents: merge.value(
            "requestedCents",
            theirs.requested_cents,
            &was.requested_cents,
            is.requested_cents,
        ),
        due_on,
        term_working_days,
        planned_on: merge.value(
            "plannedOn",
            theirs.planned_on,
            &was.planned_on,
            is.planned_on,
        ),
        municipality: merge.value(
            "municipality",
            checked.municipality,
            &was.municipality,
            is.municipality.clone(),
        ),
        channel: merge.value("channel", theirs.channel, &was.channel, is.channel),
        department: merge.value(
            "department",
            theirs.department.map(Unit::from),
            &was.department,
            is.department.clone(),
        ),
        unit: merge.value(
            "unit",
            theirs.unit.map(Unit::from),
            &was.unit,
            is.unit.clone(),
        ),
        visibility: merge.value(
            "visibility",
            theirs.visibility,
            &was.visibility,
            is.visibility,
        ),
        reference: merge.text(
            "reference",
            theirs.reference.as_ref(),
            was.reference,
            is.reference,
        ),
        note: merge.text("note", theirs.note.as_ref(), was.note, is.note),
    };
    Request { day, at, facts }
}

/// What the source said, seen from an import that led to `new`: see [`merge::said`].
pub(super) fn said(new: &Request, ours: &Request, base: &Request) -> Request {
    let (day, at) = merge::said(
        &(new.day, new.at),
        &(ours.day, ours.at),
        &(base.day, base.at),
    );
    Request {
        day,
        at,
        facts: said_facts(&new.facts, &ours.facts, &base.facts),
    }
}

/// Takes over from the record in what the source came to agree.
pub(super) fn agree(base: &mut Request, ours: &Request, seen: &SourceSeen) {
    if seen.agrees("receivedOn") {
        (base.day, base.at) = (ours.day, ours.at);
    }
    agree_facts(&mut base.facts, &ours.facts, seen);
}
