//! Reading values that are stored as short strings, without a copy of the string for each.

use std::fmt;

use serde::Deserializer;
use serde::de::{Error, Visitor};

/// Reads a string and parses it in place. (`Cow<str>` would copy it first: serde borrows only where
/// a derive says so.)
pub(crate) fn parsed<'de, D, T, E>(
    deserializer: D,
    expecting: &'static str,
    parse: fn(&str) -> Result<T, E>,
) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    E: fmt::Display,
{
    struct Parse<T, E> {
        expecting: &'static str,
        parse: fn(&str) -> Result<T, E>,
    }

    impl<T, E: fmt::Display> Visitor<'_> for Parse<T, E> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.expecting)
        }

        fn visit_str<X: Error>(self, text: &str) -> Result<T, X> {
            (self.parse)(text).map_err(X::custom)
        }
    }

    deserializer.deserialize_str(Parse { expecting, parse })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::{CentreKey, RecordId};

    /// A JSON string with some of its letters as escapes.
    fn escaped(text: &str, which: u32) -> String {
        let letters = text.chars().enumerate().map(|(at, letter)| {
            if which >> (at % 32) & 1 == 1 {
                format!("\\u{:04x}", u32::from(letter))
            } else {
                letter.to_string()
            }
        });
        format!("\"{}\"", letters.collect::<String>())
    }

    proptest! {
        #[test]
        fn a_string_is_the_same_borrowed_escaped_and_owned(text in "05711|00000|network:00000000-0000-0000-0000-00000000000[0-9]|[a-z0-9:]{0,12}", which in any::<u32>()) {
            let (plain, escaped) = (format!("\"{text}\""), escaped(&text, which));
            let owned = serde_json::Value::from(text.as_str());
            let centre = text.parse::<CentreKey>().ok();
            let record = text.parse::<RecordId>().ok();
            for json in [&plain, &escaped] {
                prop_assert_eq!(serde_json::from_str::<CentreKey>(json).ok(), centre, "{}", json);
                prop_assert_eq!(serde_json::from_str::<RecordId>(json).ok(), record, "{}", json);
            }
            prop_assert_eq!(serde_json::from_value::<CentreKey>(owned.clone()).ok(), centre);
            prop_assert_eq!(serde_json::from_value::<RecordId>(owned).ok(), record);
        }
    }

    #[test]
    fn what_is_no_string_is_refused_with_what_is_wanted() {
        for json in ["5711", "null", "[\"05711\"]", "{}"] {
            let error = serde_json::from_str::<CentreKey>(json).unwrap_err();
            assert!(error.to_string().contains("expected"), "{json}: {error}");
        }
    }
}
