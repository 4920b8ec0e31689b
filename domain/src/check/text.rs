//! Raw strings of the edge become texts.

use crate::context::Context;
use crate::id::RecordId;
use crate::rejection::{Rejection, RejectionCode};
use crate::text::{Commitment, Text, TextError};

/// A text of several lines, at most `max` characters.
///
/// # Errors
/// [`RejectionCode::TextEmpty`], [`RejectionCode::TextTooLong`] or
/// [`RejectionCode::ControlCharacter`].
pub fn text(field: &str, raw: &str, max: usize) -> Result<Text, Rejection> {
    Text::new(raw, max)
        .map_err(|error| text_refused(field, error, "; erlaubt sind Zeilenumbruch und Tabulator"))
}

/// A text of one line, at most `max` characters.
///
/// # Errors
/// See [`text`].
pub fn line(field: &str, raw: &str, max: usize) -> Result<Text, Rejection> {
    Text::line(raw, max)
        .map_err(|error| text_refused(field, error, "; erlaubt ist Text in einer Zeile"))
}

/// Seals a text of several lines whose limit the decision itself vouches for, whoever parsed it.
///
/// # Errors
/// See [`text`].
pub fn seal_text(
    context: &Context,
    record: RecordId,
    field: &str,
    sealed: &Text,
    max: usize,
) -> Result<Commitment, Rejection> {
    text(field, sealed.as_str(), max).map(|text| context.seal(record, &text))
}

/// [`seal_text`] for a text that may be missing.
///
/// # Errors
/// See [`text`].
pub fn seal_text_option(
    context: &Context,
    record: RecordId,
    field: &str,
    sealed: Option<&Text>,
    max: usize,
) -> Result<Option<Commitment>, Rejection> {
    sealed
        .map(|sealed| seal_text(context, record, field, sealed, max))
        .transpose()
}

/// [`seal_text`] for a text of one line.
///
/// # Errors
/// See [`line()`].
pub fn seal_line(
    context: &Context,
    record: RecordId,
    field: &str,
    sealed: &Text,
    max: usize,
) -> Result<Commitment, Rejection> {
    line(field, sealed.as_str(), max).map(|text| context.seal(record, &text))
}

fn text_refused(field: &str, error: TextError, allowed: &str) -> Rejection {
    let (code, allowed) = match error {
        TextError::Empty => (RejectionCode::TextEmpty, ""),
        TextError::TooLong { .. } => (RejectionCode::TextTooLong, ""),
        TextError::ControlCharacter { .. } => (RejectionCode::ControlCharacter, allowed),
    };
    Rejection::field(code, field, format!("Der Text {error}{allowed}."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::refused;

    #[test]
    fn texts_are_refused_with_their_field() {
        let too_long = text("note", "abc", 2).unwrap_err();
        assert_eq!(too_long.code, RejectionCode::TextTooLong);
        assert_eq!(too_long.field.as_deref(), Some("note"));
        assert_eq!(
            too_long.message,
            "Der Text darf höchstens 2 Zeichen haben, hat aber 3."
        );
        assert_eq!(refused(text("note", " \n", 2)).0, RejectionCode::TextEmpty);
        assert_eq!(
            refused(text("note", "a\u{7}", 9)).0,
            RejectionCode::ControlCharacter
        );
        assert!(text("note", "a\nb\tc", 9).is_ok());
        let broken = refused(line("name", "a\nb", 9));
        assert_eq!(broken.0, RejectionCode::ControlCharacter);
    }
}
