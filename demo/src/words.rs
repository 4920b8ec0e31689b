//! The invented names and texts. No real organisation or person is meant.

pub(crate) mod consultations;
pub(crate) mod networks;
pub(crate) mod organisations;
pub(crate) mod reviews;

use crate::dice::Dice;

/// The first halves of invented places.
const FRONT: &[&str] = &[
    "Muster", "Beispiel", "Exempel", "Probe", "Modell", "Vorlagen", "Skizzen", "Fabel",
];
/// The second halves.
const BACK: &[&str] = &[
    "stadt", "hausen", "berg", "feld", "tal", "bach", "heim", "rode", "kirchen",
];

/// An invented place.
pub(crate) fn place(dice: &mut Dice) -> String {
    format!("{}{}", dice.one(FRONT), dice.one(BACK))
}
