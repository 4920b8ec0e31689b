//! S7: which share of the funders' decisions is what the statement recommended.

use querschnitt_domain::RecordKind;
use querschnitt_domain::review::outcome::matches_decision;

use super::aggregate::{Aggregate, Contribution};
use super::input::Input;
use super::{Figure, Unit};
use crate::dimension::Dimension;

pub(super) static FIGURE: Figure = Figure {
    key: "S7",
    title: "Übereinstimmung mit der Bewilligung",
    unit: Unit::Share,
    definition: "Stellungnahmen, deren Empfehlung der Förderer folgte, geteilt durch alle mit bekannter Entscheidung; es entscheidet der Tag der Entscheidung. Befürwortet (auch mit Auflagen) passt zu bewilligt und teilweise bewilligt, nicht befürwortet zu abgelehnt; Stellungnahmen ohne Votum (NEUTRAL) zählen nicht. Verglichen wird mit der Fassung, zu der die Entscheidung erfasst ist; bei mehreren Entscheidungen gilt die zuletzt erfasste. Jede Anfrage zählt einmal: Ist zu mehreren Fassungen entschieden, gilt die letzte von ihnen. Korrigierte Anfragen zählen mit ihren berichtigten Angaben, zurückgenommene nirgends. Die Förderlinie folgt aus dem Programm (Werteliste funding_line). Ohne bekannte Entscheidung gibt es keinen Wert (nicht 0).",
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
    for row in input.reviews() {
        let (Some(issued), Some(funding)) = (row.issued(), row.funding) else {
            continue;
        };
        if input.is_decided_later(row) {
            continue;
        }
        let Some(outcome) = issued.outcome else {
            continue;
        };
        if let Some(matches) = matches_decision(outcome, funding.decision)
            && let Some(cell) = input.place_review(row, funding.on)
        {
            let matches = u32::from(matches);
            emit(Contribution::ratio(cell, row.id.record(), matches, 1));
        }
    }
}
