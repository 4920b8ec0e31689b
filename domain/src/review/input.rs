//! What is true of every request, entered, imported or corrected.

use time::{Date, Month, OffsetDateTime};

use super::ReviewFacts;
use crate::berlin;
use crate::check;
use crate::context::Context;
use crate::rejection::{Rejection, RejectionCode};
use crate::value_list::{Code, List};
use crate::values::ActionArea;
use crate::working_day;

/// The most Handlungsfelder of one review: all of them.
const ACTION_AREAS: usize = 17;
/// The largest amount, in euro cents: a billion euros.
pub(super) const MOST_CENTS: u64 = 100_000_000_000;
/// The longest term, in working days: about two years.
pub(super) const LONGEST_TERM: u16 = 500;

/// The first day a request can have come in.
pub(super) const FIRST_DAY: Date = match Date::from_calendar_date(1990, Month::January, 1) {
    Ok(date) => date,
    Err(_) => Date::MIN,
};

pub(super) fn received(
    on: Date,
    at: Option<OffsetDateTime>,
    context: &Context,
) -> Result<(), Rejection> {
    check::past_or_today("receivedOn", on, context.today)?;
    check::not_before("receivedOn", on, FIRST_DAY)?;
    at.map_or(Ok(()), |at| instant_on("receivedAt", at, on, context))
}

/// An instant that is not ahead and lies on its day in Europe/Berlin, whatever its own offset.
pub(super) fn instant_on(
    field: &str,
    at: OffsetDateTime,
    on: Date,
    context: &Context,
) -> Result<(), Rejection> {
    not_ahead(field, at, context)?;
    let day = berlin::day(at);
    if day == on {
        return Ok(());
    }
    Err(Rejection::field(
        RejectionCode::DateOutOfRange,
        field,
        format!(
            "Der Zeitpunkt liegt in Deutschland am {}, der genannte Tag ist der {}; beide müssen zusammenpassen.",
            check::german(day),
            check::german(on)
        ),
    ))
}

pub(super) fn not_ahead(
    field: &str,
    at: OffsetDateTime,
    context: &Context,
) -> Result<(), Rejection> {
    if at <= context.now {
        return Ok(());
    }
    Err(Rejection::field(
        RejectionCode::DateInFuture,
        field,
        "Der Zeitpunkt liegt in der Zukunft; möglich ist spätestens jetzt.",
    ))
}

/// The due date, named or counted in working days (`term_field`) from the day after `from`.
pub(super) fn due(
    due_on: Option<Date>,
    term: Option<u16>,
    term_field: &str,
    from: Date,
    context: &Context,
) -> Result<Option<Date>, Rejection> {
    if due_on.is_some() && term.is_some() {
        return Err(Rejection::field(
            RejectionCode::Duplicate,
            term_field,
            "Nennen Sie entweder den Tag, an dem die Stellungnahme fällig ist, oder die Frist in Arbeitstagen, nicht beides.",
        ));
    }
    if let Some(term) = term {
        let days = check::number(
            term_field,
            "Die Frist",
            "Arbeitstagen",
            term,
            1..=LONGEST_TERM,
        )?;
        return Ok(Some(working_day::after_working_days(from, days)));
    }
    if let Some(due_on) = due_on {
        check::end_not_before("dueOn", due_on, from)?;
        check::date_in_range("dueOn", due_on, context.today)?;
    }
    Ok(due_on)
}

pub(super) fn planned(
    planned_on: Option<Date>,
    received_on: Date,
    context: &Context,
) -> Result<(), Rejection> {
    let Some(planned_on) = planned_on else {
        return Ok(());
    };
    check::end_not_before("plannedOn", planned_on, received_on)?;
    check::date_in_range("plannedOn", planned_on, context.today)
}

pub(super) fn cents(field: &str, cents: Option<u64>) -> Result<(), Rejection> {
    if cents.is_none_or(|cents| cents <= MOST_CENTS) {
        return Ok(());
    }
    Err(Rejection::field(
        RejectionCode::NumberOutOfRange,
        field,
        "Der Betrag ist zu groß; möglich ist höchstens eine Milliarde Euro.",
    ))
}

pub(super) fn action_areas(areas: &[ActionArea]) -> Result<Vec<ActionArea>, Rejection> {
    check::at_most("actionAreas", areas, ACTION_AREAS)?;
    check::sorted_once("actionAreas", areas)
}

/// Each coded value must be valid on the day. With `before`, the facts as they stood for the same
/// day, only values that are new: a correction need not repair what was taken then.
pub(super) fn values_valid(
    facts: &ReviewFacts,
    day: Date,
    before: Option<&ReviewFacts>,
) -> Result<(), Rejection> {
    let ReviewFacts {
        requester,
        applicant_type,
        programme,
        action_areas,
        channel,
        visibility,
        title: _,
        applicant: _,
        applicant_name: _,
        requested_cents: _,
        due_on: _,
        term_working_days: _,
        planned_on: _,
        municipality: _,
        department: _,
        unit: _,
        reference: _,
        note: _,
    } = facts;
    let same = before;
    let requester = Some(*requester);
    valid("requester", requester, same.map(|f| f.requester), day)?;
    let applicant_type = Some(*applicant_type);
    valid(
        "applicantType",
        applicant_type,
        same.map(|f| f.applicant_type),
        day,
    )?;
    for area in action_areas {
        let known = same.is_some_and(|f| f.action_areas.contains(area));
        valid("actionAreas", Some(*area), known.then_some(*area), day)?;
    }
    valid("programme", *programme, same.and_then(|f| f.programme), day)?;
    valid("channel", *channel, same.and_then(|f| f.channel), day)?;
    valid(
        "visibility",
        *visibility,
        same.and_then(|f| f.visibility),
        day,
    )
}

fn valid<L: List>(
    field: &str,
    value: Option<Code<L>>,
    before: Option<Code<L>>,
    day: Date,
) -> Result<(), Rejection> {
    check::valid_on_option(field, value.filter(|_| value != before), day)
}

/// Fields the statement does not speak of: how the office works on the request, not what it is.
const UNSIGNED: [&str; 9] = [
    "receivedAt",
    "dueOn",
    "termWorkingDays",
    "plannedOn",
    "channel",
    "department",
    "unit",
    "visibility",
    "note",
];

/// Whether a change of these fields is one of what the statement speaks of.
pub(super) fn concerns_statement(changed: &[Box<str>]) -> bool {
    changed
        .iter()
        .any(|field| !UNSIGNED.contains(&field.as_ref()))
}

/// When a request came in, and what it says.
pub(super) type Content<'a> = (Date, Option<OffsetDateTime>, &'a ReviewFacts);

/// The fields that differ, as clients name them.
pub(super) fn changed_fields(
    (day_before, at_before, before): Content<'_>,
    (day, at, after): Content<'_>,
) -> Vec<Box<str>> {
    let ReviewFacts {
        title,
        requester,
        applicant_type,
        applicant,
        applicant_name,
        programme,
        action_areas,
        requested_cents,
        due_on,
        term_working_days,
        planned_on,
        municipality,
        channel,
        department,
        unit,
        visibility,
        reference,
        note,
    } = before;
    [
        ("receivedOn", day_before != day),
        ("receivedAt", at_before != at),
        ("title", *title != after.title),
        ("requester", *requester != after.requester),
        ("applicantType", *applicant_type != after.applicant_type),
        ("applicant", *applicant != after.applicant),
        ("applicantName", *applicant_name != after.applicant_name),
        ("programme", *programme != after.programme),
        ("actionAreas", *action_areas != after.action_areas),
        ("requestedCents", *requested_cents != after.requested_cents),
        ("dueOn", *due_on != after.due_on),
        (
            "termWorkingDays",
            *term_working_days != after.term_working_days,
        ),
        ("plannedOn", *planned_on != after.planned_on),
        ("municipality", *municipality != after.municipality),
        ("channel", *channel != after.channel),
        ("department", *department != after.department),
        ("unit", *unit != after.unit),
        ("visibility", *visibility != after.visibility),
        ("reference", *reference != after.reference),
        ("note", *note != after.note),
    ]
    .into_iter()
    .filter(|(_, changed)| *changed)
    .map(|(name, _)| name.into())
    .collect()
}
