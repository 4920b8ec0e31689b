//! S2: how many statements went out.

use querschnitt_domain::RecordKind;

use super::aggregate::{Aggregate, Contribution};
use super::input::Input;
use super::{Figure, Unit};
use crate::dimension::Dimension;

pub(super) static FIGURE: Figure = Figure {
    key: "S2",
    title: "Abgegebene Stellungnahmen",
    unit: Unit::Count,
    definition: "Zahl der abgegebenen Stellungnahmen; es entscheidet der Tag der Abgabe. Wurde nur die Überarbeitung empfohlen, ist noch nichts abgegeben. Eine neue Fassung, die eine abgegebene Stellungnahme ersetzt, zählt nicht noch einmal; es bleibt bei Tag und Votum der ersten Fassung, die nicht zurückgenommen ist. Eine Anfrage mit mehreren Handlungsfeldern zählt in jedem davon einmal und in der Gesamtzahl einmal; die Zeilen können zusammen mehr ergeben als die Gesamtzahl. Korrigierte Anfragen zählen mit ihren berichtigten Angaben, zurückgenommene nirgends. Die Förderlinie folgt aus dem Programm (Werteliste funding_line).",
    version: 2,
    dimensions: &[
        Dimension::Centre,
        Dimension::Programme,
        Dimension::FundingLine,
        Dimension::ApplicantType,
        Dimension::ActionArea,
        Dimension::ActionDomain,
        Dimension::Municipality,
        Dimension::ReviewOutcome,
    ],
    always_by: None,
    reads: &[RecordKind::Review],
    aggregate: Aggregate::Sum,
    source,
};

pub(super) fn source(input: &Input<'_>, emit: &mut dyn FnMut(Contribution)) {
    for (row, issued) in input.issued() {
        if let Some(cell) = input.place_review(row, issued.on) {
            emit(Contribution::sum(cell, row.id.record(), 1_u32));
        }
    }
}
