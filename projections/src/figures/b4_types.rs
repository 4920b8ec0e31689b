//! B4: which share of the consultations each type has.

use querschnitt_domain::RecordKind;

use super::aggregate::{Aggregate, Contribution};
use super::input::Input;
use super::{Figure, Unit};
use crate::dimension::Dimension;

pub(super) static FIGURE: Figure = Figure {
    key: "B4",
    title: "Anteil der Beratungsarten (fachlich, systemisch u. a.)",
    unit: Unit::Share,
    definition: "Anteil jeder Beratungsart an allen Beratungen (B1) desselben Zentrums und Zeitabschnitts; es entscheidet der Tag der Beratung. Die Aufgliederung nach Beratungsart ist immer dabei; die Gesamtzahl ist der Anteil aller Arten zusammen, also 1. Korrigierte Beratungen zählen mit ihren berichtigten Angaben, zurückgenommene nirgends. Ohne Beratungen gibt es keinen Wert (nicht 0).",
    version: 1,
    dimensions: &[Dimension::Centre, Dimension::ConsultationType],
    always_by: Some(Dimension::ConsultationType),
    reads: &[RecordKind::Consultation],
    aggregate: Aggregate::ShareWithin(Dimension::ConsultationType),
    source,
};

fn source(input: &Input<'_>, emit: &mut dyn FnMut(Contribution)) {
    for row in input.consultations() {
        if let Some(cell) = input.place_consultation(row) {
            emit(Contribution::sum(cell, row.id.record(), 1_u32));
        }
    }
}
