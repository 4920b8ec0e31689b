//! S4: which share of the statements went out in time.

use querschnitt_domain::RecordKind;

use super::aggregate::{Aggregate, Contribution};
use super::input::Input;
use super::{Figure, Unit};
use crate::dimension::Dimension;

pub(super) static FIGURE: Figure = Figure {
    key: "S4",
    title: "Fristgerechte Abgabe",
    unit: Unit::Share,
    definition: "Stellungnahmen, die spätestens am Tag der Frist (dieser zählt noch mit) abgegeben wurden, geteilt durch alle abgegebenen Stellungnahmen mit einer Frist; es entscheidet der Tag der Abgabe. Es gilt die zuletzt geltende Frist, also auch eine verlängerte; was verlängert wurde, als die Frist schon verstrichen war, macht eine verspätete Stellungnahme aber nicht fristgerecht (es entscheidet der Tag, an dem die Verlängerung vereinbart wurde). Eine Rückfrage hält die Frist nicht an. Eine neue Fassung, die eine abgegebene Stellungnahme ersetzt, zählt nicht noch einmal; es bleibt bei Tag und Votum der ersten Fassung, die nicht zurückgenommen ist. Korrigierte Anfragen zählen mit ihren berichtigten Angaben, zurückgenommene nirgends. Die Förderlinie folgt aus dem Programm (Werteliste funding_line). Ohne Stellungnahme mit Frist gibt es keinen Wert (nicht 0).",
    version: 2,
    dimensions: &[
        Dimension::Centre,
        Dimension::Programme,
        Dimension::FundingLine,
    ],
    always_by: None,
    reads: &[RecordKind::Review],
    aggregate: Aggregate::Ratio,
    source,
};

fn source(input: &Input<'_>, emit: &mut dyn FnMut(Contribution)) {
    for (row, issued) in input.issued() {
        let Some(until) = row.details.in_time_until else {
            continue;
        };
        if let Some(cell) = input.place_review(row, issued.on) {
            let in_time = u32::from(issued.on <= until);
            emit(Contribution::ratio(cell, row.id.record(), in_time, 1));
        }
    }
}
