//! The issued statement of a project review as a letter: a tagged PDF (PDF/UA-1, PDF/A-2a) in German.
//!
//! [`Sealed`] takes from the log what belongs into the letter, as it was known when the statement went
//! out; [`Sealed::open`] opens the texts; [`Letter::render`] sets it. All three depend on nothing but the
//! log, the vault and this program, so the same letter always has the same bytes: no clock, no time zone,
//! no font and no setting of the machine takes part ([ADR 0013](../../docs/adr/0013-letters.md)).

mod contents;
mod fit;
mod fonts;
mod german;
mod open;
mod render;
mod sealed;
mod statements;

pub use contents::Letter;
pub use open::{LetterError, check_logo};
pub use sealed::Sealed;
pub use statements::{Statement, has_preview, statements};
