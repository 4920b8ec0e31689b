//! N6: how many legal areas are represented at a meeting.

use querschnitt_domain::RecordKind;

use super::aggregate::{Aggregate, Contribution};
use super::input::Input;
use super::{Figure, Unit};
use crate::dimension::Dimension;

pub(super) static FIGURE: Figure = Figure {
    key: "N6",
    title: "Rechtskreis-Breite",
    unit: Unit::Mean,
    definition: "Mittlere Zahl der verschiedenen Rechtskreise, für die die teilnehmenden Organisationen stehen, je Treffen, das im Zeitraum stattgefunden hat; es entscheidet der Tag des Treffens. Geplante, abgesagte und zurückgenommene Treffen zählen nirgends. Rechtskreise und Gremienart gelten nach dem Stand der Auswertung; jeder Eintrag bringt seine eigenen Rechtskreise ein. Treffen ohne eingetragene Organisationen oder Rechtskreise gehen mit 0 ein. Ohne Treffen gibt es keinen Wert (nicht 0).",
    version: 1,
    dimensions: &[Dimension::Centre, Dimension::BodyType, Dimension::Network],
    always_by: None,
    reads: &[
        RecordKind::Meeting,
        RecordKind::Network,
        RecordKind::Organisation,
    ],
    aggregate: Aggregate::Ratio,
    source,
};

fn source(input: &Input<'_>, emit: &mut dyn FnMut(Contribution)) {
    for row in input.held_meetings() {
        if let Some(cell) = input.place_meeting(row) {
            let areas = input.legal_areas(row);
            emit(Contribution::ratio(cell, row.id.record(), areas, 1));
        }
    }
}
