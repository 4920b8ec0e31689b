//! What a caller sees of an error: always a stable code, never anything from inside.
//!
//! An error with a code was written for the caller, so is what async-graphql says about documents and arguments.
//! Anything else came out of a resolver by accident and stays here.

use async_graphql::{Response, ServerError, Value};

use crate::limits;

/// What people read when the fault is the server's.
pub(crate) const INTERNAL: &str =
    "Die Anfrage konnte nicht beantwortet werden. Bitte später erneut versuchen.";

/// A fault of the server's, without its cause.
pub(super) fn internal() -> ServerError {
    limits::error("INTERNAL", INTERNAL, None)
}

/// How much that is wrong with one document is listed.
const MOST: usize = 100;

/// Makes every error of `response` one to show.
pub(super) fn clean(response: &mut Response) {
    let mut errors = std::mem::take(&mut response.errors);
    if errors.iter().all(|error| error.path.is_empty()) {
        errors.truncate(MOST);
    }
    response.errors = errors.into_iter().map(shown).collect();
}

/// The error to show for `error`.
pub(super) fn shown(mut error: ServerError) -> ServerError {
    if code(&error).is_some() {
        return error;
    }
    let replaced = if error.path.is_empty() {
        limits::error("INVALID", error.message, None)
    } else if let Some(type_name) = misread(&error.message) {
        let text = format!("Kein gültiger Wert für {type_name}.");
        limits::error("BAD_ARGUMENT", text, None)
    } else {
        tracing::error!(at = ?error.locations, "a resolver failed without a code");
        internal()
    };
    error.message = replaced.message;
    error.source = None;
    error.extensions = replaced.extensions;
    error
}

/// The code of an error, if it has one.
pub(super) fn code(error: &ServerError) -> Option<&str> {
    match error.extensions.as_ref()?.get("code")? {
        Value::String(code) => Some(code),
        _ => None,
    }
}

/// The type whose value async-graphql could not read.
fn misread(message: &str) -> Option<&str> {
    let rest = message
        .strip_prefix("Failed to parse \"")
        .or_else(|| message.strip_prefix("Expected input type \""))?;
    rest.split_once('"').map(|(type_name, _)| type_name)
}

#[cfg(test)]
mod tests {
    use async_graphql::{PathSegment, Pos};

    use super::*;

    fn of_a_field(message: &str, code: Option<&str>) -> ServerError {
        let mut error = match code {
            Some(code) => limits::error(code, message, None),
            None => ServerError::new(message, None),
        };
        error.path = vec![PathSegment::Field("a".into())];
        error.locations = vec![Pos { line: 1, column: 3 }];
        shown(error)
    }

    #[test]
    fn what_another_scalar_says_is_not_passed_on() {
        for message in [
            "Failed to parse \"UUID\": invalid character at 3",
            "Expected input type \"UUID\", found 17.",
        ] {
            let error = of_a_field(message, None);
            assert_eq!(error.message, "Kein gültiger Wert für UUID.");
            assert_eq!(code(&error), Some("BAD_ARGUMENT"));
        }
    }

    #[test]
    fn an_accident_stays_inside() {
        let error = of_a_field("No such file: /secret", None);
        assert_eq!(
            (error.message.as_str(), code(&error)),
            (INTERNAL, Some("INTERNAL"))
        );
    }
}
