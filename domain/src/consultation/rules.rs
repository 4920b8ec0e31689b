//! What is true of every consultation, recorded or corrected.

use time::{Date, Month};

use super::ConsultationFacts;
use super::state::Consultations;
use crate::check;
use crate::context::Context;
use crate::id::OrganisationId;
use crate::rejection::Rejection;
use crate::value_list::{Code, List};
use crate::values::ActionArea;

/// The most organisations that one consultation names.
pub(super) const ORGANISATIONS: usize = 50;

/// The most Handlungsfelder of one consultation: all of them.
const ACTION_AREAS: usize = 17;

/// The first day a consultation can have taken place.
const FIRST_DAY: Date = match Date::from_calendar_date(1990, Month::January, 1) {
    Ok(date) => date,
    Err(_) => Date::MIN,
};

pub(super) fn occurred_on(day: Date, context: &Context) -> Result<Date, Rejection> {
    check::past_or_today("occurredOn", day, context.today)?;
    check::not_before("occurredOn", day, FIRST_DAY)?;
    Ok(day)
}

pub(super) fn duration(minutes: i32) -> Result<u16, Rejection> {
    check::number(
        "durationMinutes",
        "Die Dauer",
        "Minuten",
        minutes,
        1..=1_440,
    )
}

pub(super) fn preparation(minutes: i32) -> Result<u16, Rejection> {
    let what = "Die Vor- und Nachbereitung";
    check::number("preparationMinutes", what, "Minuten", minutes, 0..=6_000)
}

pub(super) fn number_advised(number: i32) -> Result<u16, Rejection> {
    let what = "Die Zahl der Beratenen";
    check::number("numberAdvised", what, "Personen", number, 0..=10_000)
}

pub(super) fn action_areas(areas: &[ActionArea]) -> Result<Vec<ActionArea>, Rejection> {
    check::not_empty("actionAreas", areas)?;
    check::at_most("actionAreas", areas, ACTION_AREAS)?;
    check::sorted_once("actionAreas", areas)
}

pub(super) fn organisations(
    ids: &[OrganisationId],
    known: &Consultations,
    context: &Context,
) -> Result<Vec<OrganisationId>, Rejection> {
    check::at_most("organisations", ids, ORGANISATIONS)?;
    for (index, id) in ids.iter().enumerate() {
        let field = format!("organisations[{index}]");
        known.existing.require(&field, id.record(), context)?;
    }
    check::sorted_once("organisations", ids)
}

/// Each coded value must be valid on the day. With `before`, the facts as they stood for the same
/// day, only values that are new: a correction need not repair what was taken then.
pub(super) fn values_valid(
    facts: &ConsultationFacts,
    day: Date,
    before: Option<&ConsultationFacts>,
) -> Result<(), Rejection> {
    let ConsultationFacts {
        consultation_type,
        mode,
        target_group,
        action_areas,
        task_type,
        language,
        outcome,
        programme,
        visibility,
        duration_minutes: _,
        preparation_minutes: _,
        organisations: _,
        number_advised: _,
        municipality: _,
        subject: _,
        note: _,
    } = facts;
    let same = before;
    valid(
        "type",
        Some(*consultation_type),
        same.map(|f| f.consultation_type),
        day,
    )?;
    valid("mode", Some(*mode), same.map(|f| f.mode), day)?;
    valid(
        "targetGroup",
        Some(*target_group),
        same.map(|f| f.target_group),
        day,
    )?;
    for area in action_areas {
        let known = same.is_some_and(|f| f.action_areas.contains(area));
        valid("actionAreas", Some(*area), known.then_some(*area), day)?;
    }
    valid("taskType", *task_type, same.and_then(|f| f.task_type), day)?;
    valid("language", *language, same.and_then(|f| f.language), day)?;
    valid("outcome", *outcome, same.and_then(|f| f.outcome), day)?;
    valid("programme", *programme, same.and_then(|f| f.programme), day)?;
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

/// The fields that differ, as clients name them.
pub(super) fn changed_fields(
    (before, day_before): (&ConsultationFacts, Date),
    (after, day): (&ConsultationFacts, Date),
) -> Vec<Box<str>> {
    let ConsultationFacts {
        consultation_type,
        mode,
        duration_minutes,
        preparation_minutes,
        target_group,
        action_areas,
        task_type,
        organisations,
        number_advised,
        language,
        outcome,
        programme,
        municipality,
        visibility,
        subject,
        note,
    } = before;
    [
        ("occurredOn", day_before != day),
        ("type", *consultation_type != after.consultation_type),
        ("mode", *mode != after.mode),
        (
            "durationMinutes",
            *duration_minutes != after.duration_minutes,
        ),
        (
            "preparationMinutes",
            *preparation_minutes != after.preparation_minutes,
        ),
        ("targetGroup", *target_group != after.target_group),
        ("actionAreas", *action_areas != after.action_areas),
        ("taskType", *task_type != after.task_type),
        ("organisations", *organisations != after.organisations),
        ("numberAdvised", *number_advised != after.number_advised),
        ("language", *language != after.language),
        ("outcome", *outcome != after.outcome),
        ("programme", *programme != after.programme),
        ("municipality", *municipality != after.municipality),
        ("visibility", *visibility != after.visibility),
        ("subject", *subject != after.subject),
        ("note", *note != after.note),
    ]
    .into_iter()
    .filter(|(_, changed)| *changed)
    .map(|(name, _)| name.into())
    .collect()
}
