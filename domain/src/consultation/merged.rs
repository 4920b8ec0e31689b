//! What a source says of a consultation now, merged with what the office entered since the last
//! import.

use super::ConsultationFacts;
use super::record::RecordConsultation;
use super::state::Imported;
use crate::merge::{self, Merge};
use crate::seen::SourceSeen;

merge::fields!(ConsultationFacts {
    "type" => consultation_type,
    "mode" => mode,
    "durationMinutes" => duration_minutes,
    "preparationMinutes" => preparation_minutes,
    "targetGroup" => target_group,
    "actionAreas" => action_areas,
    "taskType" => task_type,
    "organisations" => organisations,
    "numberAdvised" => number_advised,
    "language" => language,
    "outcome" => outcome,
    "programme" => programme,
    "municipality" => municipality,
    "visibility" => visibility,
    "subject" => subject,
    "note" => note,
});

/// Field by field as [`Merge`] has it. `theirs` are the facts of `command` without its texts.
pub(super) fn merged(
    command: &RecordConsultation,
    theirs: ConsultationFacts,
    (base, ours): (&Imported, &Imported),
    merge: &mut Merge<'_>,
) -> Imported {
    let (was, is) = (&base.facts, &ours.facts);
    let day = merge.value("occurredOn", command.occurred_on, &base.day, ours.day);
    let facts = ConsultationFacts {
        consultation_type: merge.value(
            "type",
            theirs.consultation_type,
            &was.consultation_type,
            is.consultation_type,
        ),
        mode: merge.value("mode", theirs.mode, &was.mode, is.mode),
        duration_minutes: merge.value(
            "durationMinutes",
            theirs.duration_minutes,
            &was.duration_minutes,
            is.duration_minutes,
        ),
        preparation_minutes: merge.value(
            "preparationMinutes",
            theirs.preparation_minutes,
            &was.preparation_minutes,
            is.preparation_minutes,
        ),
        target_group: merge.value(
            "targetGroup",
            theirs.target_group,
            &was.target_group,
            is.target_group,
        ),
        action_areas: merge.value(
            "actionAreas",
            theirs.action_areas,
            &was.action_areas,
            is.action_areas.clone(),
        ),
        task_type: merge.value("taskType", theirs.task_type, &was.task_type, is.task_type),
        organisations: merge.value(
            "organisations",
            theirs.organisations,
            &was.organisations,
            is.organisations.clone(),
        ),
        number_advised: merge.value(
            "numberAdvised",
            theirs.number_advised,
            &was.number_advised,
            is.number_advised,
        ),
        language: merge.value("language", theirs.language, &was.language, is.language),
        outcome: merge.value("outcome", theirs.outcome, &was.outcome, is.outcome),
        programme: merge.value("programme", theirs.programme, &was.programme, is.programme),
        municipality: merge.value(
            "municipality",
            theirs.municipality,
            &was.municipality,
            is.municipality.clone(),
        ),
        visibility: merge.value(
            "visibility",
            theirs.visibility,
            &was.visibility,
            is.visibility,
        ),
        subject: merge.text("subject", command.subject.as_ref(), was.subject, is.subject),
        note: merge.text("note", command.note.as_ref(), was.note, is.note),
    };
    Imported { day, facts }
}

/// What the source said, seen from an import that led to `new`: see [`merge::said`].
pub(super) fn said(new: &Imported, ours: &Imported, base: &Imported) -> Imported {
    Imported {
        day: merge::said(&new.day, &ours.day, &base.day),
        facts: said_facts(&new.facts, &ours.facts, &base.facts),
    }
}

/// Takes over from the record in what the source came to agree.
pub(super) fn agree(base: &mut Imported, ours: &Imported, seen: &SourceSeen) {
    if seen.agrees("occurredOn") {
        base.day = ours.day;
    }
    agree_facts(&mut base.facts, &ours.facts, seen);
}
