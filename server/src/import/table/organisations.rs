//! Rows as organisations of the register.

use querschnitt_domain::organisation::RegisterOrganisation;
use querschnitt_domain::{CentreKey, Text};

use super::entry::Loose;
use super::fields::{Fields, Known, field};

/// What a table of organisations can hold.
pub(super) const KNOWN: Known = Known {
    fields: &[
        field(
            "name",
            "Name",
            true,
            "Name der Organisation",
            "Brücke e. V.",
        ),
        field(
            "kind",
            "Organisationsart",
            true,
            "Art der Organisation",
            "Migrantenorganisation",
        ),
        field(
            "legalAreas",
            "Rechtskreise",
            false,
            "Ein Rechtskreis oder mehrere, mit Semikolon getrennt",
            "",
        ),
        field(
            "municipality",
            "Gemeindeschlüssel",
            false,
            "Amtlicher Gemeindeschlüssel, auch anderer Länder",
            "05711000",
        ),
        field(
            "place",
            "Ort",
            false,
            "Ort oder Anschrift",
            "Markt 1, 33602 Bielefeld",
        ),
        field(
            "district",
            "Stadtteil",
            false,
            "Stadtteil oder Ortsteil",
            "Mitte",
        ),
        field(
            "relation",
            "Beziehung",
            false,
            "Wie sie zum Zentrum steht",
            "Kooperationspartner",
        ),
        field("note", "Bemerkung", false, "Notiz", ""),
        field(
            "occurredOn",
            "Bekannt seit",
            false,
            "Seit wann das Zentrum sie kennt; ohne Angabe seit dem Import",
            "03.06.2024",
        ),
    ],
    step: &[],
};

/// The row as a command, without its source.
pub(super) fn command(
    read: &mut Fields<'_>,
    centre: CentreKey,
) -> Option<Loose<RegisterOrganisation>> {
    let name = read.line("name", Text::NAME);
    let name = read.required("name", name);
    let kind = read.code("kind");
    let kind = read.required("kind", kind);
    let legal_areas = read.codes("legalAreas");
    let municipality = read.raw("municipality");
    let place = read.line("place", Text::NAME);
    let district = read.line("district", Text::NAME);
    let relation = read.code("relation");
    let note = read.text("note", Text::NOTE);
    let occurred_on = read.day("occurredOn");
    let command = RegisterOrganisation {
        centre,
        occurred_on,
        name: name?,
        kind: kind?,
        legal_areas,
        municipality,
        place,
        district,
        relation,
        note,
        source: None,
    };
    Some(Loose {
        line: format!(
            "Organisation {}",
            super::sheet::shown(command.name.as_str())
        ),
        command,
    })
}
