//! B1: how many consultations there were.

use querschnitt_domain::RecordKind;

use super::aggregate::{Aggregate, Contribution};
use super::input::Input;
use super::{Figure, Unit};
use crate::dimension::Dimension;

pub(super) static FIGURE: Figure = Figure {
    key: "B1",
    title: "Beratungen gesamt",
    unit: Unit::Count,
    definition: "Anzahl der Beratungen, deren Tag im Zeitraum liegt; es entscheidet der Tag der Beratung, nicht der Tag der Erfassung. Korrigierte Beratungen zählen mit ihren berichtigten Angaben, zurückgenommene nirgends. Eine Beratung mit mehreren Handlungsfeldern zählt in jedem davon und in der Gesamtzahl einmal; die Zeilen können zusammen mehr ergeben als die Gesamtzahl. Die Förderlinie folgt aus dem Programm (Werteliste funding_line).",
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
    aggregate: Aggregate::Sum,
    source,
};

fn source(input: &Input<'_>, emit: &mut dyn FnMut(Contribution)) {
    for row in input.consultations() {
        if let Some(cell) = input.place_consultation(row) {
            emit(Contribution::sum(cell, row.id.record(), 1_u32));
        }
    }
}
