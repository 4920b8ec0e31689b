//! The name of a file in `Content-Disposition` (RFC 6266), as it comes and as it goes.

use axum::http::{HeaderMap, HeaderValue, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use querschnitt_domain::review::AttachmentAdded;

use crate::http::problem::Problem;

/// What RFC 8187 lets stand as it is.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The name in a request: `filename*=UTF-8''…`, or `filename="…"` in ASCII.
pub(super) fn given(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let unreadable = || {
        Problem::bad_request(
            "Der Name der Datei (Content-Disposition) ist nicht lesbar; erlaubt ist attachment; filename*=UTF-8''Name, mit %-Kodierung.",
        )
    };
    let Some(value) = headers.get(header::CONTENT_DISPOSITION) else {
        return Ok(None);
    };
    let value = value.to_str().map_err(|_| unreadable())?;
    let (mut extended, mut plain) = (None, None);
    for part in value.split(';').skip(1) {
        let (name, value) = part.split_once('=').ok_or_else(unreadable)?;
        match name.trim().to_ascii_lowercase().as_str() {
            "filename*" => extended = Some(value.trim()),
            "filename" => plain = Some(value.trim().trim_matches('"')),
            _ => {}
        }
    }
    let Some(extended) = extended else {
        return Ok(plain.map(str::to_owned));
    };
    let (encoding, encoded) = extended.split_once("''").ok_or_else(unreadable)?;
    if !encoding.eq_ignore_ascii_case("utf-8") {
        return Err(unreadable());
    }
    let decoded = percent_decode_str(encoded).decode_utf8();
    let decoded = decoded.map_err(|_| unreadable())?;
    Ok(Some(decoded.into_owned()))
}

/// The header that has a file saved under its name and never shown in the browser.
pub(super) fn shown(name: Option<&str>, added: &AttachmentAdded) -> HeaderValue {
    let plain = fitting(&format!("Anlage-{}", added.attachment), added);
    let header = match name {
        Some(name) => {
            let name = fitting(name, added);
            let encoded = utf8_percent_encode(&name, KEPT);
            format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
        }
        None => format!("attachment; filename=\"{plain}\""),
    };
    HeaderValue::try_from(header).unwrap_or(HeaderValue::from_static("attachment"))
}

/// A name that ends as files of its type do, whatever it was called: a text named `Liste.hta` must not
/// become a program on the computer of whoever opens it.
fn fitting(name: &str, added: &AttachmentAdded) -> String {
    let code = added.media_type.as_str().to_ascii_lowercase();
    let name = name.replace(['/', '\\'], "_");
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let fits = ending.eq_ignore_ascii_case(&code)
        || (code == "jpeg" && ending.eq_ignore_ascii_case("jpg"));
    match fits {
        true => name,
        false => format!("{name}.{code}"),
    }
}

#[cfg(test)]
mod tests {
    use querschnitt_domain::values::{AttachmentKind, AttachmentType};
    use querschnitt_domain::{Commitment, ReviewId};
    use uuid::Uuid;

    use super::*;

    fn of(value: &str) -> Result<Option<String>, Problem> {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_DISPOSITION, value.parse().unwrap());
        given(&headers)
    }

    #[test]
    fn names_come_in_both_forms_and_the_full_one_wins() {
        let name = |value| of(value).unwrap();
        assert_eq!(
            name("attachment; filename=\"Antrag.pdf\""),
            Some("Antrag.pdf".to_owned())
        );
        let both = "attachment; filename=x.pdf; filename*=UTF-8''Tr%C3%A4ger%3B%201.pdf";
        assert_eq!(name(both), Some("Träger; 1.pdf".to_owned()));
        assert_eq!(name("attachment"), None);
        assert_eq!(given(&HeaderMap::new()).unwrap(), None);
        for bad in [
            "attachment; filename*=Antrag.pdf",
            "attachment; filename*=ISO-8859-1''Tr%E4ger.pdf",
            "attachment; filename*=UTF-8''Tr%E4ger.pdf",
            "attachment; filename",
        ] {
            assert!(of(bad).is_err(), "{bad}");
        }
    }

    fn saved(name: Option<&str>, code: &str) -> String {
        let added = AttachmentAdded {
            review: ReviewId(Uuid::from_u128(1)),
            attachment: 7,
            kind: AttachmentKind::parse("APPLICATION").unwrap(),
            media_type: AttachmentType::parse(code).unwrap(),
            size: 1,
            name: None,
            content: Commitment::of(&[0; 16], "x"),
            voids_signature: false,
        };
        shown(name, &added).to_str().unwrap().to_owned()
    }

    #[test]
    fn a_file_is_saved_with_the_ending_of_its_type() {
        assert_eq!(saved(None, "PDF"), "attachment; filename=\"Anlage-7.pdf\"");
        assert_eq!(
            saved(Some("Träger 1.PDF"), "PDF"),
            "attachment; filename=\"Anlage-7.pdf\"; filename*=UTF-8''Tr%C3%A4ger%201.PDF"
        );
        assert!(saved(Some("Foto.jpg"), "JPEG").ends_with("''Foto.jpg"));
        assert!(saved(Some("Liste.hta"), "TXT").ends_with("''Liste.hta.txt"));
        assert!(saved(Some("../a\"b\r\nX: y"), "TXT").ends_with("''.._a%22b%0D%0AX%3A%20y.txt"));
    }
}
