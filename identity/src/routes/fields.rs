//! The fields of a form, read strictly: each once, none too long, no invalid text.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use percent_encoding::percent_decode;
use zeroize::Zeroizing;

use crate::pages::Page;

/// The longest form, in bytes: passwords of 128 characters several times, escaped.
const LONGEST: usize = 16 * 1_024;
/// A form that takes longer to arrive is given up.
const PATIENCE: Duration = Duration::from_secs(15);

/// What was sent. Wiped when dropped.
pub(super) struct Fields(Vec<(String, Zeroizing<String>)>);

impl Fields {
    pub(super) async fn read(headers: &HeaderMap, body: Body) -> Result<Self, Response> {
        let form = headers
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split(';').next())
            .is_some_and(|value| {
                value
                    .trim()
                    .eq_ignore_ascii_case("application/x-www-form-urlencoded")
            });
        if !form {
            let text = "Erwartet wird ein Formular (application/x-www-form-urlencoded).";
            return Err(refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, text));
        }
        let bytes = match tokio::time::timeout(PATIENCE, to_bytes(body, LONGEST)).await {
            Ok(Ok(bytes)) => bytes,
            Ok(Err(_)) => {
                let text = "Das Formular ist zu groß; erlaubt sind höchstens 16384 Bytes.";
                return Err(refused(StatusCode::PAYLOAD_TOO_LARGE, text));
            }
            Err(_) => {
                let text = "Das Formular kam nicht rechtzeitig an.";
                return Err(refused(StatusCode::REQUEST_TIMEOUT, text));
            }
        };
        Self::parse(&bytes).ok_or_else(|| {
            let text = "Das Formular ist nicht lesbar: jedes Feld darf einmal vorkommen, als gültiges UTF-8.";
            refused(StatusCode::BAD_REQUEST, text)
        })
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let mut fields: Vec<(String, Zeroizing<String>)> = Vec::new();
        for pair in bytes
            .split(|byte| *byte == b'&')
            .filter(|pair| !pair.is_empty())
        {
            let at = pair.iter().position(|byte| *byte == b'=')?;
            let name = decoded(&pair[..at])?.to_string();
            if fields.iter().any(|(known, _)| *known == name) {
                return None;
            }
            fields.push((name, decoded(&pair[at + 1..])?));
        }
        Some(Self(fields))
    }

    /// A field; empty when it was not sent.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map_or("", |(_, value)| value)
    }
}

fn decoded(bytes: &[u8]) -> Option<Zeroizing<String>> {
    let spaces: Zeroizing<Vec<u8>> = Zeroizing::new(
        bytes
            .iter()
            .map(|byte| if *byte == b'+' { b' ' } else { *byte })
            .collect(),
    );
    let text = percent_decode(&spaces).decode_utf8().ok()?.into_owned();
    Some(Zeroizing::new(text))
}

fn refused(status: StatusCode, text: &str) -> Response {
    Page {
        title: "Nicht angenommen",
        error: Some(text.to_owned()),
        content: "<p><a href=\"/anmelden\">Zur Anmeldung</a></p>".to_owned(),
    }
    .answer(status)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn fields_are_read_as_browsers_send_them() {
        let fields =
            Fields::parse(b"name=erika+m&password=a%26b%3Dc%2B%C3%BC&empty=&&x==").unwrap();
        assert_eq!(fields.get("name"), "erika m");
        assert_eq!(fields.get("password"), "a&b=c+ü");
        assert_eq!(
            (fields.get("empty"), fields.get("absent"), fields.get("x")),
            ("", "", "=")
        );
    }

    #[test]
    fn what_is_twice_or_no_text_is_refused() {
        for wrong in [&b"a=1&a=2"[..], b"a=%FF", b"\xff=1", b"a", b"%61=1&a=2"] {
            assert!(Fields::parse(wrong).is_none(), "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_taken_calmly(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Fields::parse(&bytes);
        }
    }
}
