//! S3: which share of the statements each Votum has.

use querschnitt_domain::RecordKind;

use super::aggregate::Aggregate;
use super::s2_issued::source;
use super::{Figure, Unit};
use crate::dimension::Dimension;

pub(super) static FIGURE: Figure = Figure {
    key: "S3",
    title: "Verteilung der Voten",
    unit: Unit::Share,
    definition: "Anteil jedes Votums an allen abgegebenen Stellungnahmen (S2) derselben Zeile; es entscheidet der Tag der Abgabe. Die Aufgliederung nach Votum ist immer dabei; die Gesamtzahl ist der Anteil aller Voten zusammen, also 1. Eine neue Fassung, die eine abgegebene Stellungnahme ersetzt, zählt nicht noch einmal; es bleibt bei Tag und Votum der ersten Fassung, die nicht zurückgenommen ist. Korrigierte Anfragen zählen mit ihren berichtigten Angaben, zurückgenommene nirgends. Die Förderlinie folgt aus dem Programm (Werteliste funding_line). Ohne Stellungnahmen gibt es keinen Wert (nicht 0).",
    version: 2,
    dimensions: &[
        Dimension::Centre,
        Dimension::Programme,
        Dimension::FundingLine,
        Dimension::ReviewOutcome,
    ],
    always_by: Some(Dimension::ReviewOutcome),
    reads: &[RecordKind::Review],
    aggregate: Aggregate::ShareWithin(Dimension::ReviewOutcome),
    source,
};
