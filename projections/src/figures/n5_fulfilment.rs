//! N5: which share of the agreements due was done in time.

use querschnitt_domain::RecordKind;

use super::aggregate::{Aggregate, Contribution};
use super::input::Input;
use super::{Figure, Unit};
use crate::dimension::Dimension;
use crate::facts::AgreementState;

pub(super) static FIGURE: Figure = Figure {
    key: "N5",
    title: "Umsetzungsquote der Vereinbarungen",
    unit: Unit::Share,
    definition: "Vereinbarungen, die bis zu ihrem Fälligkeitstag (dieser zählt noch mit) erledigt wurden, geteilt durch die Zahl aller Vereinbarungen, die im Zeitraum fällig sind; es entscheidet der Fälligkeitstag. Aufgegebene Vereinbarungen gelten als nicht erledigt; solche ohne Fälligkeitstag zählen nicht. Die Gremienart gilt nach dem Stand der Auswertung. Ohne fällige Vereinbarung gibt es keinen Wert (nicht 0).",
    version: 1,
    dimensions: &[Dimension::Centre, Dimension::BodyType, Dimension::Network],
    always_by: None,
    reads: &[RecordKind::Agreement, RecordKind::Network],
    aggregate: Aggregate::Ratio,
    source,
};

fn source(input: &Input<'_>, emit: &mut dyn FnMut(Contribution)) {
    for row in input.agreements() {
        let Some(due_on) = row.due_on else { continue };
        if let Some(cell) = input.place_agreement(row, due_on) {
            let done = row.state == AgreementState::Fulfilled
                && row.settled_on.is_some_and(|day| day <= due_on);
            emit(Contribution::ratio(
                cell,
                row.id.record(),
                u32::from(done),
                1,
            ));
        }
    }
}
