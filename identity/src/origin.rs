//! Whether a request comes from a page of this server: what browsers say about that cannot be changed by pages.

use axum::http::{HeaderMap, header};

/// From where a request comes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Site {
    /// From a page of this server.
    Own,
    /// It does not say: no browser, or an address that somebody typed.
    Unsaid,
    /// From a page of somebody else.
    Foreign,
}

impl Site {
    /// `secure`: whether this server is reached by TLS; a page of the same host without TLS is foreign then.
    pub(crate) fn of(headers: &HeaderMap, secure: bool) -> Self {
        let fetched = match only(headers, "sec-fetch-site") {
            Ok(None | Some("none")) => Self::Unsaid,
            Ok(Some("same-origin")) => Self::Own,
            Ok(Some(_)) | Err(Twice) => return Self::Foreign,
        };
        match only(headers, header::ORIGIN.as_str()) {
            Ok(None) => fetched,
            Ok(Some(origin)) if is_own(origin, headers, secure) => Self::Own,
            Ok(Some(_)) | Err(Twice) => Self::Foreign,
        }
    }
}

fn is_own(origin: &str, headers: &HeaderMap, secure: bool) -> bool {
    let scheme = if secure { "https" } else { "http" };
    let Some((of, authority)) = origin.split_once("://") else {
        return false;
    };
    matches!(
        only(headers, header::HOST.as_str()),
        Ok(Some(host)) if !host.is_empty() && of == scheme && authority.eq_ignore_ascii_case(host)
    )
}

/// A header that must not come twice did, or holds no text.
struct Twice;

fn only<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, Twice> {
    let mut all = headers.get_all(name).iter();
    let Some(value) = all.next() else {
        return Ok(None);
    };
    match (all.next(), value.to_str()) {
        (None, Ok(text)) => Ok(Some(text)),
        (Some(_), _) | (None, Err(_)) => Err(Twice),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};

    fn site(secure: bool, given: &[(&'static str, &'static str)]) -> Site {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_static("ki.example:8443"));
        for (name, value) in given {
            headers.append(
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            );
        }
        Site::of(&headers, secure)
    }

    #[test]
    fn own_pages_and_nothing_else_are_own() {
        for own in [
            &[("origin", "https://ki.example:8443")][..],
            &[
                ("origin", "https://KI.example:8443"),
                ("sec-fetch-site", "same-origin"),
            ],
            &[("sec-fetch-site", "same-origin")],
        ] {
            assert_eq!(site(true, own), Site::Own, "{own:?}");
        }
        for foreign in [
            &[("origin", "https://evil.example")][..],
            &[("origin", "https://ki.example")],
            &[("origin", "https://ki.example:8443.evil.example")],
            &[("origin", "http://ki.example:8443")],
            &[("origin", "null")],
            &[("origin", "")],
            &[
                ("origin", "https://ki.example:8443"),
                ("origin", "https://ki.example:8443"),
            ],
            &[
                ("origin", "https://ki.example:8443"),
                ("sec-fetch-site", "cross-site"),
            ],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
            &[
                ("origin", "https://evil.example"),
                ("sec-fetch-site", "same-origin"),
            ],
        ] {
            assert_eq!(site(true, foreign), Site::Foreign, "{foreign:?}");
        }
        assert_eq!(site(true, &[]), Site::Unsaid);
        assert_eq!(site(true, &[("sec-fetch-site", "none")]), Site::Unsaid);
        assert_eq!(
            site(false, &[("origin", "http://ki.example:8443")]),
            Site::Own
        );
        assert_eq!(
            site(false, &[("origin", "https://ki.example:8443")]),
            Site::Foreign
        );
    }

    #[test]
    fn without_a_host_nothing_is_own() {
        let mut headers = HeaderMap::new();
        headers.insert(header::ORIGIN, HeaderValue::from_static("https://"));
        assert_eq!(Site::of(&headers, true), Site::Foreign);
        headers.insert(header::HOST, HeaderValue::from_static(""));
        assert_eq!(Site::of(&headers, true), Site::Foreign);
    }
}
