//! N4: how many agreements were made.

use querschnitt_domain::RecordKind;

use super::aggregate::{Aggregate, Contribution};
use super::input::Input;
use super::{Figure, Unit};
use crate::dimension::Dimension;

pub(super) static FIGURE: Figure = Figure {
    key: "N4",
    title: "Vereinbarungen",
    unit: Unit::Count,
    definition: "Anzahl der Vereinbarungen, die im Zeitraum getroffen wurden, gleich ob sie offen, erledigt oder aufgegeben sind; es entscheidet der Tag, an dem sie getroffen wurden. Die Gremienart gilt nach dem Stand der Auswertung.",
    version: 1,
    dimensions: &[Dimension::Centre, Dimension::BodyType, Dimension::Network],
    always_by: None,
    reads: &[RecordKind::Agreement, RecordKind::Network],
    aggregate: Aggregate::Sum,
    source,
};

fn source(input: &Input<'_>, emit: &mut dyn FnMut(Contribution)) {
    for row in input.agreements() {
        if let Some(cell) = input.place_agreement(row, row.made_on) {
            emit(Contribution::sum(cell, row.id.record(), 1_u32));
        }
    }
}
