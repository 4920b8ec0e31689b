//! B2: how many distinct organisations were advised.

use querschnitt_domain::RecordKind;

use super::aggregate::{Aggregate, Contribution};
use super::input::Input;
use super::{Figure, Unit};
use crate::dimension::Dimension;

pub(super) static FIGURE: Figure = Figure {
    key: "B2",
    title: "Beratene Institutionen",
    unit: Unit::Count,
    definition: "Anzahl der verschiedenen Organisationen, die im Zeitraum mindestens einmal beraten wurden; es entscheidet der Tag der Beratung. Beratungen ohne eingetragene Organisation tragen nichts bei. Im Register als gleich verknüpfte Einträge zählen als eine Organisation. Eine Organisation zählt in jeder Zeile, in der sie beraten wurde, und in der Gesamtzahl einmal; die Zeilen können zusammen mehr ergeben als die Gesamtzahl. Korrigierte Beratungen zählen mit ihren berichtigten Angaben, zurückgenommene nirgends.",
    version: 1,
    dimensions: &[
        Dimension::Centre,
        Dimension::TargetGroup,
        Dimension::ActionArea,
        Dimension::ActionDomain,
    ],
    always_by: None,
    reads: &[RecordKind::Consultation, RecordKind::Organisation],
    aggregate: Aggregate::Distinct,
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
