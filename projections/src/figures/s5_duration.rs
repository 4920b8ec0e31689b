//! S5: how long statements took, in calendar days and in working days.

use querschnitt_domain::RecordKind;
use querschnitt_domain::working_day::working_days_between;
use time::Date;

use super::aggregate::{Aggregate, Contribution};
use super::input::Input;
use super::{Figure, Unit};
use crate::dimension::Dimension;

pub(super) static CALENDAR_DAYS: Figure = Figure {
    key: "S5",
    title: "Bearbeitungsdauer in Kalendertagen",
    unit: Unit::Days,
    definition: "Median der Kalendertage vom Tag des Eingangs der Anfrage bis zum Tag der Abgabe der Stellungnahme, gezählt in ganzen Tagen, auch wo Uhrzeiten bekannt sind; es entscheidet der Tag der Abgabe. Median nach linearer Interpolation zwischen den nächsten Rängen; als Zähler steht die Summe der beiden mittleren Werte (bei ungerader Zahl der mittlere doppelt), als Nenner 2. Liegt die Abgabe laut Quelle vor dem Eingang, zählt die Stellungnahme nicht. Eine neue Fassung, die eine abgegebene Stellungnahme ersetzt, zählt nicht noch einmal; es bleibt bei Tag und Votum der ersten Fassung, die nicht zurückgenommen ist. Korrigierte Anfragen zählen mit ihren berichtigten Angaben, zurückgenommene nirgends. Die Förderlinie folgt aus dem Programm (Werteliste funding_line). Ohne Stellungnahme gibt es keinen Wert (nicht 0).",
    version: 2,
    dimensions: &[
        Dimension::Centre,
        Dimension::Programme,
        Dimension::FundingLine,
    ],
    always_by: None,
    reads: &[RecordKind::Review],
    aggregate: Aggregate::Median,
    source: calendar_days,
};

pub(super) static WORKING_DAYS: Figure = Figure {
    key: "S5A",
    title: "Bearbeitungsdauer in Arbeitstagen",
    unit: Unit::Days,
    definition: "Median der Arbeitstage in Nordrhein-Westfalen (Montag bis Freitag ohne gesetzliche Feiertage) nach dem Tag des Eingangs bis einschließlich des Tags der Abgabe; es entscheidet der Tag der Abgabe. Median nach linearer Interpolation zwischen den nächsten Rängen; als Zähler steht die Summe der beiden mittleren Werte (bei ungerader Zahl der mittlere doppelt), als Nenner 2. Liegt die Abgabe laut Quelle vor dem Eingang, zählt die Stellungnahme nicht. Eine neue Fassung, die eine abgegebene Stellungnahme ersetzt, zählt nicht noch einmal; es bleibt bei Tag und Votum der ersten Fassung, die nicht zurückgenommen ist. Korrigierte Anfragen zählen mit ihren berichtigten Angaben, zurückgenommene nirgends. Die Förderlinie folgt aus dem Programm (Werteliste funding_line). Ohne Stellungnahme gibt es keinen Wert (nicht 0).",
    version: 2,
    dimensions: &[
        Dimension::Centre,
        Dimension::Programme,
        Dimension::FundingLine,
    ],
    always_by: None,
    reads: &[RecordKind::Review],
    aggregate: Aggregate::Median,
    source: working_days,
};

fn calendar_days(input: &Input<'_>, emit: &mut dyn FnMut(Contribution)) {
    durations(input, emit, |from, to| (to - from).whole_days());
}

fn working_days(input: &Input<'_>, emit: &mut dyn FnMut(Contribution)) {
    durations(input, emit, working_days_between);
}

fn durations(input: &Input<'_>, emit: &mut dyn FnMut(Contribution), days: fn(Date, Date) -> i64) {
    for (row, issued) in input.issued() {
        if issued.on < row.received_on {
            continue;
        }
        if let Some(cell) = input.place_review(row, issued.on)
            && let Ok(days) = u64::try_from(days(row.received_on, issued.on))
        {
            emit(Contribution::sum(cell, row.id.record(), days));
        }
    }
}
