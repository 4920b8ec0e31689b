//! Fields that cost more than a field: what they read is no page of a list but all rows of the book.
//!
//! Over two million consultations a figure takes 50 to 500 milliseconds when nothing is remembered; a plain field takes
//! microseconds. With these prices one request has some hundred scans at most.

use async_graphql::Value;
use querschnitt_projections::FIGURES;

/// One figure, for one period. All twenty cost 8,000 of the 50,000 that a request may.
const TABLE: u64 = 400;
/// The open reviews of a centre, and those that have ended on the way to them.
const BOARD: u64 = 100;

/// What `field` of the type `parent` costs beside what every field does.
pub(super) fn of(parent: &str, field: &str, argument: impl Fn(&str) -> Option<Value>) -> u64 {
    match (parent, field) {
        ("Query", "figures") => {
            let asked = match argument("keys") {
                None | Some(Value::Null) => FIGURES.len(),
                Some(Value::List(keys)) => keys.len(),
                // One value stands for a list of one.
                Some(_) => 1,
            };
            let asked = u64::try_from(asked).unwrap_or(u64::MAX);
            TABLE.saturating_mul(asked)
        }
        // The table, to find the row, and then the records.
        ("Query", "figureRecords") => 2 * TABLE,
        ("Query", "flow") => TABLE,
        ("ReviewBoard", "urgencies" | "waiting" | "entries") => BOARD,
        _ => 0,
    }
}
