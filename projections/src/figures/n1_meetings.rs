//! N1: how many meetings were held.

use querschnitt_domain::RecordKind;

use super::aggregate::{Aggregate, Contribution};
use super::input::Input;
use super::{Figure, Unit};
use crate::dimension::Dimension;

pub(super) static FIGURE: Figure = Figure {
    key: "N1",
    title: "Netzwerktreffen",
    unit: Unit::Count,
    definition: "Anzahl der Treffen, die im Zeitraum stattgefunden haben; es entscheidet der Tag des Treffens. Geplante, abgesagte und zurückgenommene Treffen zählen nirgends. Rolle und Handlungsfelder sind die des Treffens, ohne eigene Angabe die des Gremiums; Angaben des Gremiums gelten nach dem Stand der Auswertung. Ein Treffen mit mehreren Handlungsfeldern zählt in jedem davon und in der Gesamtzahl einmal; die Zeilen können zusammen mehr ergeben als die Gesamtzahl.",
    version: 1,
    dimensions: &[
        Dimension::Centre,
        Dimension::BodyType,
        Dimension::KiRole,
        Dimension::ActionArea,
        Dimension::ActionDomain,
        Dimension::Network,
    ],
    always_by: None,
    reads: &[RecordKind::Meeting, RecordKind::Network],
    aggregate: Aggregate::Sum,
    source,
};

fn source(input: &Input<'_>, emit: &mut dyn FnMut(Contribution)) {
    for row in input.held_meetings() {
        if let Some(cell) = input.place_meeting(row) {
            emit(Contribution::sum(cell, row.id.record(), 1_u32));
        }
    }
}
