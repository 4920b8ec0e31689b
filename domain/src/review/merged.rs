//! What a source says of a request now, merged with what the office entered since the last import.

use time::{Date, OffsetDateTime};

use super::ReviewFacts;
use super::request::{Checked, RequestReview};
use super::state::Review;
use crate::merge::{self, Texts};

/// When a request came in, and what it says.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) day: Date,
    pub(super) at: Option<OffsetDateTime>,
    pub(super) facts: ReviewFacts,
}

/// Field by field as [`merge::value`] has it. The applicant, by number or by name, is one field.
pub(super) fn merged(
    theirs: &RequestReview,
    checked: Checked,
    known: &Review,
    texts: &Texts<'_>,
) -> Request {
    let ours = &known.facts;
    let (base_when, base) = match &known.imported {
        Some(base) => ((base.day, base.at), &base.facts),
        None => ((known.received_on, known.received_at), ours),
    };
    let (day, at) = merge::value(
        (theirs.received_on, theirs.received_at),
        &base_when,
        (known.received_on, known.received_at),
    );
    let applicant = merge::value(theirs.applicant, &base.applicant, ours.applicant);
    let name = texts.merge(
        theirs.applicant_name.as_ref(),
        base.applicant_name,
        ours.applicant_name,
    );
    let (due_on, term_working_days) = merge::value(
        (checked.due_on, theirs.term_working_days),
        &(base.due_on, base.term_working_days),
        (ours.due_on, ours.term_working_days),
    );
    let facts = ReviewFacts {
        title: texts
            .merge(Some(&theirs.title), Some(base.title), Some(ours.title))
            .unwrap_or(ours.title),
        requester: merge::value(theirs.requester, &base.requester, ours.requester),
        applicant_type: merge::value(
            theirs.applicant_type,
            &base.applicant_type,
            ours.applicant_type,
        ),
        applicant,
        applicant_name: name.filter(|_| applicant.is_none()),
        programme: merge::value(theirs.programme, &base.programme, ours.programme),
        action_areas: merge::value(
            checked.action_areas,
            &base.action_areas,
            ours.action_areas.clone(),
        ),
        requested_cents: merge::value(
            theirs.requested_cents,
            &base.requested_cents,
            ours.requested_cents,
        ),
        due_on,
        term_working_days,
        planned_on: merge::value(theirs.planned_on, &base.planned_on, ours.planned_on),
        municipality: merge::value(
            checked.municipality,
            &base.municipality,
            ours.municipality.clone(),
        ),
        channel: merge::value(theirs.channel, &base.channel, ours.channel),
        department: merge::value(
            theirs.department.clone(),
            &base.department,
            ours.department.clone(),
        ),
        unit: merge::value(theirs.unit.clone(), &base.unit, ours.unit.clone()),
        visibility: merge::value(theirs.visibility, &base.visibility, ours.visibility),
        reference: texts.merge(theirs.reference.as_ref(), base.reference, ours.reference),
        note: texts.merge(theirs.note.as_ref(), base.note, ours.note),
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
    let (to, from, was) = (&new.facts, &ours.facts, &base.facts);
    Request {
        day,
        at,
        facts: ReviewFacts {
            title: merge::said(&to.title, &from.title, &was.title),
            requester: merge::said(&to.requester, &from.requester, &was.requester),
            applicant_type: merge::said(
                &to.applicant_type,
                &from.applicant_type,
                &was.applicant_type,
            ),
            applicant: merge::said(&to.applicant, &from.applicant, &was.applicant),
            applicant_name: merge::said(
                &to.applicant_name,
                &from.applicant_name,
                &was.applicant_name,
            ),
            programme: merge::said(&to.programme, &from.programme, &was.programme),
            action_areas: merge::said(&to.action_areas, &from.action_areas, &was.action_areas),
            requested_cents: merge::said(
                &to.requested_cents,
                &from.requested_cents,
                &was.requested_cents,
            ),
            due_on: merge::said(&to.due_on, &from.due_on, &was.due_on),
            term_working_days: merge::said(
                &to.term_working_days,
                &from.term_working_days,
                &was.term_working_days,
            ),
            planned_on: merge::said(&to.planned_on, &from.planned_on, &was.planned_on),
            municipality: merge::said(&to.municipality, &from.municipality, &was.municipality),
            channel: merge::said(&to.channel, &from.channel, &was.channel),
            department: merge::said(&to.department, &from.department, &was.department),
            unit: merge::said(&to.unit, &from.unit, &was.unit),
            visibility: merge::said(&to.visibility, &from.visibility, &was.visibility),
            reference: merge::said(&to.reference, &from.reference, &was.reference),
            note: merge::said(&to.note, &from.note, &was.note),
        },
    }
}
