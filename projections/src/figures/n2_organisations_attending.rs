//! N2: how many distinct organisations came to meetings.

use querschnitt_domain::RecordKind;

use super::aggregate::{Aggregate, Contribution};
use super::input::Input;
use super::{Figure, Unit};
use crate::dimension::Dimension;

pub(super) static FIGURE: Figure = Figure {
    key: "N2",
    title: "Beteiligte Organisationen",
    unit: Unit::Count,
    definition: "Anzahl der verschiedenen Organisationen, die im Zeitraum an mindestens einem Treffen teilgenommen haben; es entscheidet der Tag des Treffens. Geplante, abgesagte und zurückgenommene Treffen zählen nirgends. Im Register als gleich verknüpfte Einträge zählen als eine Organisation. Organisationsart und Gremienart gelten nach dem Stand der Auswertung, die Organisationsart die des Eintrags, auf den die Verknüpfung führt. Eine Organisation zählt in jeder Zeile, zu der sie gehört, und in der Gesamtzahl einmal; die Zeilen können zusammen mehr ergeben als die Gesamtzahl.",
    version: 1,
    dimensions: &[
        Dimension::Centre,
        Dimension::BodyType,
        Dimension::OrganisationKind,
        Dimension::Network,
    ],
    always_by: None,
    reads: &[
        RecordKind::Meeting,
        RecordKind::Network,
        RecordKind::Organisation,
    ],
    aggregate: Aggregate::Distinct,
    source,
};

fn source(input: &Input<'_>, emit: &mut dyn FnMut(Contribution)) {
    for row in input.held_meetings() {
        let attending = row
            .attendances
            .iter()
            .map(|attendance| attendance.organisation);
        for organisation in input.distinct(attending) {
            if let Some(cell) = input.place_attendance(row, organisation) {
                emit(Contribution::of(cell, row.id.record(), organisation));
            }
        }
    }
}
