//! What a source knows of a meeting only after it.

use time::Date;

use super::input::AttendanceInput;
use crate::rejection::{Rejection, RejectionCode};
use crate::text::Text;

/// What a source knows of a meeting that took place.
#[derive(Clone, Debug, Default)]
pub struct Afterwards {
    /// The organisations that came, each once, at most 300.
    pub attendances: Vec<AttendanceInput>,
    /// People who came for no registered organisation, 0 to 10,000.
    pub other_head_count: i64,
    /// Results or minutes.
    pub results: Option<Text>,
    /// The day its minutes were approved; taken once.
    pub minutes_approved_on: Option<Date>,
}

impl Afterwards {
    /// The first field that is filled.
    fn filled(&self) -> Option<&'static str> {
        [
            ("attendances", !self.attendances.is_empty()),
            ("otherHeadCount", self.other_head_count != 0),
            ("results", self.results.is_some()),
            ("minutesApprovedOn", self.minutes_approved_on.is_some()),
        ]
        .into_iter()
        .find_map(|(field, filled)| filled.then_some(field))
    }

    /// A meeting to come, or one that did not take place, has nothing of it.
    pub(super) fn require_over(&self, is_not_over: bool) -> Result<(), Rejection> {
        let Some(field) = self.filled().filter(|_| is_not_over) else {
            return Ok(());
        };
        Err(Rejection::field(
            RejectionCode::StateForbids,
            field,
            "Teilnahmen, Ergebnisse und Protokoll gibt es erst, wenn die Sitzung vorbei ist; lassen Sie die Angabe bis zum Tag danach leer, und bei einer ausgefallenen Sitzung ganz.",
        ))
    }
}
