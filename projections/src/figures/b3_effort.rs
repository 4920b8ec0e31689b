//! B3: how many hours consultations took.

use querschnitt_domain::RecordKind;

use super::aggregate::{Aggregate, Contribution};
use super::input::Input;
use super::{Figure, Unit};
use crate::dimension::Dimension;

pub(super) static FIGURE: Figure = Figure {
    key: "B3",
    title: "Beratungsaufwand",
    unit: Unit::Hours,
    definition: "Summe aus Dauer und Vor- und Nachbereitung der Beratungen in Stunden (Minuten durch 60); es entscheidet der Tag der Beratung. Eine Beratung mit mehreren Handlungsfeldern zählt in jedem davon mit ihrem ganzen Aufwand und in der Gesamtzahl einmal; die Zeilen können zusammen mehr ergeben als die Gesamtzahl. Korrigierte Beratungen zählen mit ihren berichtigten Angaben, zurückgenommene nirgends. Die Förderlinie folgt aus dem Programm (Werteliste funding_line).",
    version: 1,
    dimensions: &[
        Dimension::Centre,
        Dimension::ActionArea,
        Dimension::ActionDomain,
        Dimension::ConsultationType,
        Dimension::TargetGroup,
        Dimension::Mode,
        Dimension::Programme,
        Dimension::FundingLine,
        Dimension::Municipality,
        Dimension::Language,
        Dimension::Outcome,
        Dimension::TaskType,
    ],
    always_by: None,
    reads: &[RecordKind::Consultation],
    aggregate: Aggregate::Hours,
    source,
};

fn source(input: &Input<'_>, emit: &mut dyn FnMut(Contribution)) {
    for row in input.consultations() {
        if let Some(cell) = input.place_consultation(row) {
            let minutes = u32::from(row.duration_minutes) + u32::from(row.preparation_minutes);
            emit(Contribution::sum(cell, row.id.record(), minutes));
        }
    }
}
