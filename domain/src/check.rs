//! Checks that commands share: each gives a [`Rejection`] with the field and a German sentence that
//! says what is wrong and what is allowed.

mod date;
mod list;
mod text;
mod value;

pub use date::{
    FIRST_DAY, YEARS_AHEAD, date_in_range, end_not_before, ends_after, german, not_before,
    past_or_today,
};
pub use list::{at_most, not_empty, sorted_once};
pub use text::{line, seal_line, seal_text, seal_text_option, text};
pub use value::{
    all_valid_on, code, municipality, municipality_of_any_land, number, valid_on, valid_on_option,
};

use crate::centre::CentreKey;
use crate::context::Context;
use crate::rejection::{Rejection, RejectionCode};

/// The centre a command names must be the one the actor acts for.
///
/// # Errors
/// [`RejectionCode::WrongCentre`] on the field `centre`.
pub fn own_centre(centre: CentreKey, context: &Context) -> Result<(), Rejection> {
    if centre == context.centre {
        return Ok(());
    }
    Err(Rejection::field(
        RejectionCode::WrongCentre,
        "centre",
        format!(
            "Sie arbeiten für das Zentrum {own}; für ein anderes Zentrum ({centre}) können Sie nichts eintragen.",
            own = context.centre
        ),
    ))
}

/// A value that must be there.
///
/// # Errors
/// [`RejectionCode::Missing`].
pub fn required<T>(field: &str, value: Option<T>) -> Result<T, Rejection> {
    value.ok_or_else(|| missing(field))
}

/// The refusal of a field that must not be left out.
#[must_use]
pub fn missing(field: &str) -> Rejection {
    Rejection::field(
        RejectionCode::Missing,
        field,
        "Diese Angabe fehlt; sie ist hier nötig.",
    )
}

/// The code and the sentence of a refusal.
#[cfg(test)]
pub(crate) fn refused<T: std::fmt::Debug>(result: Result<T, Rejection>) -> (RejectionCode, String) {
    let rejection = result.unwrap_err();
    (rejection.code, rejection.message)
}
