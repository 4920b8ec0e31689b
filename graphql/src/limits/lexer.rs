//! Counts tokens and open brackets before the parser sees a document: the parser recurses, this does not.

use async_graphql::{Pos, ServerError};

use super::{Limits, error};

pub(super) fn check(query: &str, limits: &Limits) -> Result<(), ServerError> {
    let bytes = query.as_bytes();
    let (mut at, mut tokens, mut open) = (0, 0_usize, 0_usize);
    while let Some(&byte) = bytes.get(at) {
        let start = at;
        at += match byte {
            b' ' | b'\t' | b'\r' | b'\n' | b',' => {
                at += 1;
                continue;
            }
            b'#' => {
                at += length_while(&bytes[at..], |b| b != b'\n' && b != b'\r');
                continue;
            }
            b'"' => string_length(&bytes[at..]),
            b'{' | b'[' | b'(' => {
                open += 1;
                1
            }
            b'}' | b']' | b')' => {
                open = open.saturating_sub(1);
                1
            }
            b'.' if bytes[at..].starts_with(b"...") => 3,
            _ => length_while(&bytes[at..], is_word).max(1),
        };
        tokens += 1;
        if tokens > limits.tokens {
            let text = format!("a document has at most {} tokens", limits.tokens);
            return Err(error("TOO_MANY_TOKENS", text, Some(position(bytes, start))));
        }
        if open > limits.nesting {
            let text = format!("brackets are nested at most {} deep", limits.nesting);
            return Err(error("TOO_DEEP", text, Some(position(bytes, start))));
        }
    }
    Ok(())
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.' || byte >= 0x80
}

fn length_while(bytes: &[u8], keep: impl Fn(u8) -> bool) -> usize {
    bytes.iter().take_while(|byte| keep(**byte)).count()
}

/// Bytes of the string that starts here. One without an end takes the rest: the parser will refuse it.
fn string_length(bytes: &[u8]) -> usize {
    if bytes.starts_with(b"\"\"\"") {
        let mut at = 3;
        while at < bytes.len() {
            if bytes[at..].starts_with(b"\\\"\"\"") {
                at += 4;
            } else if bytes[at..].starts_with(b"\"\"\"") {
                return at + 3;
            } else {
                at += 1;
            }
        }
        return bytes.len();
    }
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'"' => return at + 1,
            // A string in one line ends with it, so a stray quote hides nothing that follows.
            b'\n' | b'\r' => return at,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn position(bytes: &[u8], at: usize) -> Pos {
    let before = &bytes[..at];
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let column = before
        .iter()
        .rev()
        .take_while(|byte| **byte != b'\n')
        .count()
        + 1;
    Pos { line, column }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(query: &str, tokens: usize, nesting: usize) -> Option<String> {
        let limits = Limits {
            tokens,
            nesting,
            ..Limits::default()
        };
        let error = check(query, &limits).err()?;
        Some(error.extensions?.get("code")?.to_string())
    }

    #[test]
    fn counts_tokens_not_bytes() {
        let query = "query Q { a(b: \"x y { z\", c: [1.5, -2]) ...F } # { { {";
        assert_eq!(code(query, 22, 9), None);
        assert_eq!(code("{ a b c }", 5, 9), None);
        assert_eq!(
            code("{ a b c }", 4, 9).as_deref(),
            Some("\"TOO_MANY_TOKENS\"")
        );
    }

    #[test]
    fn brackets_in_strings_and_comments_do_not_nest() {
        assert_eq!(
            code(r#"{ a(b: "{{{{", c: """{{ \""" {{""") }"#, 99, 2),
            None
        );
        assert_eq!(
            code("{ a { b { c } } }", 99, 2).as_deref(),
            Some("\"TOO_DEEP\"")
        );
        assert_eq!(code("\"\n{{{", 99, 2).as_deref(), Some("\"TOO_DEEP\""));
    }

    #[test]
    fn hostile_input_of_a_megabyte_is_refused_at_once() {
        let deep = "{a".repeat(500_000);
        assert_eq!(code(&deep, usize::MAX, 48).as_deref(), Some("\"TOO_DEEP\""));
        for end in [
            "\"", "\"\"\"", "\\", "\"\\", "\u{feff}", "\0", "é", "...", "..",
        ] {
            assert_eq!(code(end, 99, 9), None, "{end}");
        }
    }
}
