//! Rows as consultations.

use querschnitt_domain::consultation::RecordConsultation;
use querschnitt_domain::{CentreKey, Text};

use super::entry::{self, Loose};
use super::fields::{Fields, Known, field};

/// What a table of consultations can hold.
pub(super) const KNOWN: Known = Known {
    fields: &[
        field(
            "occurredOn",
            "Datum",
            true,
            "Tag der Beratung",
            "03.06.2024",
        ),
        field(
            "type",
            "Beratungsart",
            true,
            "Art der Beratung",
            "Fachliche Beratung",
        ),
        field("mode", "Form", true, "Wie beraten wurde", "Telefon"),
        field(
            "durationMinutes",
            "Dauer (Minuten)",
            true,
            "Dauer in Minuten",
            "45",
        ),
        field(
            "targetGroup",
            "Zielgruppe",
            true,
            "Wer beraten wurde",
            "Schule",
        ),
        field(
            "actionAreas",
            "Handlungsfelder",
            true,
            "Ein Handlungsfeld oder mehrere, mit Semikolon getrennt",
            "Sport; Kultur",
        ),
        field(
            "preparationMinutes",
            "Vor-/Nachbereitung (Minuten)",
            false,
            "Minuten der Vor- und Nachbereitung",
            "15",
        ),
        field(
            "taskType",
            "Aufgabenschwerpunkt",
            false,
            "Aufgabenschwerpunkt",
            "Beratungsleistung",
        ),
        field(
            "organisations",
            "Organisationen",
            false,
            "Schlüssel beratener Organisationen aus deren Tabelle (organisations nennt deren source) oder ihre Kennungen im Buch, mit Semikolon getrennt",
            "",
        ),
        field(
            "numberAdvised",
            "Beratene",
            false,
            "Zahl der Beratenen",
            "2",
        ),
        field(
            "language",
            "Sprache",
            false,
            "Sprache der Beratung",
            "Arabisch",
        ),
        field(
            "outcome",
            "Ergebnis",
            false,
            "Ergebnis der Beratung",
            "Informiert",
        ),
        field(
            "programme",
            "Programm",
            false,
            "Programm, für das beraten wurde",
            "KI-Grundförderung",
        ),
        field(
            "municipality",
            "Gemeindeschlüssel",
            false,
            "Amtlicher Gemeindeschlüssel",
            "05711000",
        ),
        field(
            "visibility",
            "Sichtbarkeit",
            false,
            "Öffentlich, Intern oder Vertraulich",
            "Intern",
        ),
        field(
            "subject",
            "Thema",
            false,
            "Worum es ging",
            "Antrag auf Projektmittel",
        ),
        field("note", "Bemerkung", false, "Notiz", ""),
    ],
    step: &[],
};

/// The row as a command, without its source. `list`: the list
/// of organisations whose keys stand in the table.
pub(super) fn command(
    read: &mut Fields<'_>,
    centre: CentreKey,
    list: &str,
) -> Option<Loose<RecordConsultation>> {
    let occurred_on = read.day("occurredOn");
    let occurred_on = read.required("occurredOn", occurred_on);
    let consultation_type = read.code("type");
    let consultation_type = read.required("type", consultation_type);
    let mode = read.code("mode");
    let mode = read.required("mode", mode);
    let duration_minutes = read.whole("durationMinutes");
    let duration_minutes = read.required("durationMinutes", duration_minutes);
    let target_group = read.code("targetGroup");
    let target_group = read.required("targetGroup", target_group);
    let action_areas = read.codes("actionAreas");
    let action_areas = read.required(
        "actionAreas",
        Some(action_areas).filter(|areas| !areas.is_empty()),
    );
    let preparation_minutes = read.whole("preparationMinutes");
    let task_type = read.code("taskType");
    let organisations = read.several("organisations");
    let organisations = organisations
        .iter()
        .map(|key| entry::organisation(centre, list, key))
        .collect();
    let number_advised = read.whole("numberAdvised");
    let language = read.code("language");
    let outcome = read.code("outcome");
    let programme = read.code("programme");
    let municipality = read.raw("municipality");
    let visibility = read.code("visibility");
    let subject = read.text("subject", Text::TITLE);
    let note = read.text("note", Text::NOTE);
    let command = RecordConsultation {
        centre,
        occurred_on: occurred_on?,
        consultation_type: consultation_type?,
        mode: mode?,
        duration_minutes: duration_minutes?,
        target_group: target_group?,
        action_areas: action_areas?,
        preparation_minutes,
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
        links: Vec::new(),
        source: None,
    };
    let line = format!(
        "Beratung am {}, {}",
        command.occurred_on,
        command.consultation_type.label()
    );
    Some(Loose { command, line })
}
