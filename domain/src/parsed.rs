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
