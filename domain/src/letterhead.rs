//! The letterhead (Briefkopf) of a centre: what stands around the text of its letters.

mod address;
mod event;
mod logo;
mod set;

pub(crate) use address::address;
pub use event::{LetterheadEvent, LetterheadFacts, Logo, Set};
pub use logo::{LOGO_BYTES, LOGO_PIXELS, LogoInput};
pub use set::{LetterheadHistory, SetLetterhead};
