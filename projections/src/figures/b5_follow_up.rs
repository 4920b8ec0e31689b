//! B5: which share of the advised organisations came again.

use querschnitt_domain::RecordKind;

use super::aggregate::{Aggregate, Contribution};
use super::input::Input;
use super::{Figure, Unit};
use crate::dimension::Dimension;

pub(super) static FIGURE: Figure = Figure {
    key: "B5",
    title: "Folgeberatungsquote",
    unit: Unit::Share,
    definition: "Organisationen mit mindestens zwei Beratungen geteilt durch die Zahl der beratenen Organisationen (B2), beides im selben Zeitraum und in derselben Zeile; es entscheidet der Tag der Beratung. Wer in zwei Handlungsfeldern je einmal beraten wurde, zählt in der Gesamtzahl als Folgeberatung, in den Zeilen nicht; ebenso bei Zeitabschnitten. Im Register als gleich verknüpfte Einträge zählen als eine Organisation. Korrigierte Beratungen zählen mit ihren berichtigten Angaben, zurückgenommene nirgends. Ohne beratene Organisation gibt es keinen Wert (nicht 0).",
    version: 1,
    dimensions: &[
        Dimension::Centre,
        Dimension::ActionArea,
        Dimension::ActionDomain,
    ],
    always_by: None,
    reads: &[RecordKind::Consultation, RecordKind::Organisation],
    aggregate: Aggregate::Repeated,
    source,
};

fn source(input: &Input<'_>, emit: &mut dyn FnMut(Contribution)) {
    for row in input.consultations() {
        if let Some(cell) = input.place_consultation(row) {
            for organisation in input.distinct(row.organisations.iter().copied()) {
                emit(Contribution::of(cell, row.id.record(), organisation));
            }
        }
    }
}
