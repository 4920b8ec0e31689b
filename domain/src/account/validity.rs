//! From when until when a right holds: days in Berlin, the end exclusive.

use time::{Date, Duration};

use crate::check;
use crate::context::Context;
use crate::rejection::{Rejection, RejectionCode};

/// The first day: today unless a later one is said. Rights are not given for days that are over, for
/// nobody could have used them.
pub(super) fn from(valid_from: Option<Date>, context: &Context) -> Result<Date, Rejection> {
    let from = valid_from.unwrap_or(context.today);
    check::not_before("validFrom", from, context.today)?;
    check::date_in_range("validFrom", from, context.today)?;
    Ok(from)
}

/// The end lies behind the beginning.
pub(super) fn to(valid_to: Date, from: Date, context: &Context) -> Result<(), Rejection> {
    check::date_in_range("validTo", valid_to, context.today)?;
    if valid_to > from {
        return Ok(());
    }
    Err(Rejection::field(
        RejectionCode::EndBeforeBeginning,
        "validTo",
        format!(
            "Das Ende am {} liegt nicht nach dem Beginn am {}; genannt wird der erste Tag, an dem es nicht mehr gilt.",
            check::german(valid_to),
            check::german(from)
        ),
    ))
}

/// The same day a year later.
pub(crate) fn a_year_after(day: Date) -> Date {
    // 29 February: the day after it then.
    day.replace_year(day.year() + 1)
        .unwrap_or_else(|_| day.saturating_add(Duration::days(366)))
}
