//! S1: how many statements on projects were asked for.

use querschnitt_domain::RecordKind;

use super::aggregate::{Aggregate, Contribution};
use super::input::Input;
use super::{Figure, Unit};
use crate::dimension::Dimension;

pub(super) static FIGURE: Figure = Figure {
    key: "S1",
    title: "Angefragte Stellungnahmen",
    unit: Unit::Count,
    definition: "Zahl der Anfragen nach einer Stellungnahme, gleich wie sie ausgingen; es entscheidet der Tag des Eingangs. Eine neue Fassung, die eine abgegebene Stellungnahme ersetzt, ist keine neue Anfrage; wurde die vorige Fassung zurückgenommen, steht sie für die Anfrage. Eine Anfrage mit mehreren Handlungsfeldern zählt in jedem davon einmal und in der Gesamtzahl einmal; die Zeilen können zusammen mehr ergeben als die Gesamtzahl. Korrigierte Anfragen zählen mit ihren berichtigten Angaben, zurückgenommene nirgends. Die Förderlinie folgt aus dem Programm (Werteliste funding_line).",
    version: 2,
    dimensions: &[
        Dimension::Centre,
        Dimension::Programme,
        Dimension::FundingLine,
        Dimension::ApplicantType,
        Dimension::ActionArea,
        Dimension::ActionDomain,
        Dimension::Municipality,
    ],
    always_by: None,
    reads: &[RecordKind::Review],
    aggregate: Aggregate::Sum,
    source,
};

fn source(input: &Input<'_>, emit: &mut dyn FnMut(Contribution)) {
    for row in input.requests() {
        if let Some(cell) = input.place_review(row, row.received_on) {
            emit(Contribution::sum(cell, row.id.record(), 1_u32));
        }
    }
}
