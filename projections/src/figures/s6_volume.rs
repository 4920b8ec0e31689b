//! S6: how much money was applied for in the projects that were stated on.

use querschnitt_domain::RecordKind;

use super::aggregate::{Aggregate, Contribution};
use super::input::Input;
use super::{Figure, Unit};
use crate::dimension::Dimension;

pub(super) static FIGURE: Figure = Figure {
    key: "S6",
    title: "Begutachtetes Fördervolumen",
    unit: Unit::Euros,
    definition: "Summe der beantragten Beträge in Euro (Cent durch 100) der abgegebenen Stellungnahmen; es entscheidet der Tag der Abgabe. Anfragen ohne Betrag zählen nichts. Eine neue Fassung, die eine abgegebene Stellungnahme ersetzt, zählt nicht noch einmal; es bleibt bei Tag und Votum der ersten Fassung, die nicht zurückgenommen ist. Korrigierte Anfragen zählen mit ihren berichtigten Angaben, zurückgenommene nirgends. Die Förderlinie folgt aus dem Programm (Werteliste funding_line).",
    version: 2,
    dimensions: &[
        Dimension::Centre,
        Dimension::Programme,
        Dimension::FundingLine,
        Dimension::ReviewOutcome,
    ],
    always_by: None,
    reads: &[RecordKind::Review],
    aggregate: Aggregate::Euros,
    source,
};

fn source(input: &Input<'_>, emit: &mut dyn FnMut(Contribution)) {
    for (row, issued) in input.issued() {
        let Some(cents) = row.facts.requested_cents else {
            continue;
        };
        if let Some(cell) = input.place_review(row, issued.on) {
            emit(Contribution::sum(cell, row.id.record(), cents));
        }
    }
}
