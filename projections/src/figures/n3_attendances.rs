//! N3: how many people came to meetings.

use querschnitt_domain::RecordKind;

use super::aggregate::{Aggregate, Contribution};
use super::input::Input;
use super::{Figure, Unit};
use crate::dimension::Dimension;

pub(super) static FIGURE: Figure = Figure {
    key: "N3",
    title: "Teilnahmen",
    unit: Unit::Count,
    definition: "Summe der Teilnehmenden aller Treffen, die im Zeitraum stattgefunden haben, ohne Namen: die Kopfzahlen der Organisationen und die Personen ohne eingetragene Organisation. Wer an zwei Treffen teilnimmt, zählt zweimal. Es entscheidet der Tag des Treffens. Geplante, abgesagte und zurückgenommene Treffen zählen nirgends. Die Gremienart gilt nach dem Stand der Auswertung.",
    version: 1,
    dimensions: &[Dimension::Centre, Dimension::BodyType, Dimension::Network],
    always_by: None,
    reads: &[RecordKind::Meeting, RecordKind::Network],
    aggregate: Aggregate::Sum,
    source,
};

fn source(input: &Input<'_>, emit: &mut dyn FnMut(Contribution)) {
    for row in input.held_meetings() {
        if let Some(cell) = input.place_meeting(row) {
            emit(Contribution::sum(cell, row.id.record(), row.head_count()));
        }
    }
}
