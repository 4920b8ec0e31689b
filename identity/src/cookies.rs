//! The cookies: the session's, the mark of a browser in which somebody signed in before, and what binds the answer of
//! a provider to the browser.

use axum::http::{HeaderMap, HeaderValue, header};
use cookie::time::Duration;
use cookie::{Cookie, SameSite};
use zeroize::Zeroizing;

use crate::oidc;

/// No value of ours is longer.
const LONGEST: usize = 512;

/// How cookies are named and marked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Cookies {
    /// Whether the server is reached by TLS. Without, which is for loopback only, browsers would drop a cookie that
    /// says `Secure`, and with it the prefix that no other host of the domain can set.
    pub(crate) secure: bool,
}

/// Which cookie.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Which {
    /// The session's id; gone when the browser is closed.
    Session,
    /// See [`crate::device`]; kept half a year.
    Device,
    /// A sign-in that was begun at a provider.
    Provider,
}

impl Cookies {
    fn name(self, which: Which) -> &'static str {
        match (which, self.secure) {
            (Which::Session, true) => "__Host-querschnitt",
            (Which::Session, false) => "querschnitt",
            (Which::Device, true) => "__Host-querschnitt-browser",
            (Which::Device, false) => "querschnitt-browser",
            (Which::Provider, true) => "__Host-querschnitt-provider",
            (Which::Provider, false) => "querschnitt-provider",
        }
    }

    /// The value a browser sent. One that comes twice counts as none: another host planted one of them.
    pub(crate) fn read(self, headers: &HeaderMap, which: Which) -> Option<Zeroizing<String>> {
        let name = self.name(which);
        let mut found = None;
        for header in headers.get_all(header::COOKIE) {
            // Another host of the domain may have planted one that is no text: the others count all the same.
            let whole = String::from_utf8_lossy(header.as_bytes());
            for cookie in Cookie::split_parse(whole.as_ref()).flatten() {
                if cookie.name() == name {
                    if found.is_some() {
                        return None;
                    }
                    found = Some(Zeroizing::new(cookie.value().to_owned()));
                }
            }
        }
        found.filter(|value| !value.is_empty() && value.len() <= LONGEST)
    }

    /// The header that gives a browser a cookie.
    pub(crate) fn set(self, which: Which, value: &str) -> Option<HeaderValue> {
        self.header(
            which,
            value,
            match which {
                Which::Session => None,
                Which::Device => Some(Duration::days(180)),
                Which::Provider => Some(Duration::seconds(oidc::LONGEST)),
            },
        )
    }

    /// The header that takes it away.
    pub(crate) fn clear(self, which: Which) -> Option<HeaderValue> {
        self.header(which, "", Some(Duration::ZERO))
    }

    fn header(self, which: Which, value: &str, lasts: Option<Duration>) -> Option<HeaderValue> {
        // Lax: the way back from a provider is a request from another site, and a link in a mail is one too. What
        // changes something needs the token and the own origin besides.
        let mut cookie = Cookie::build((self.name(which), value))
            .path("/")
            .http_only(true)
            .secure(self.secure)
            .same_site(SameSite::Lax);
        if let Some(lasts) = lasts {
            cookie = cookie.max_age(lasts);
        }
        let mut header = HeaderValue::from_str(&cookie.build().to_string()).ok()?;
        header.set_sensitive(true);
        Some(header)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TLS: Cookies = Cookies { secure: true };
    const LOOPBACK: Cookies = Cookies { secure: false };

    fn headers(values: &[&'static str]) -> HeaderMap {
        values
            .iter()
            .map(|value| (header::COOKIE, HeaderValue::from_static(value)))
            .collect()
    }

    fn read(cookies: Cookies, values: &[&'static str]) -> Option<String> {
        let found = cookies.read(&headers(values), Which::Session)?;
        Some(found.to_string())
    }

    #[test]
    fn cookies_are_marked_as_browsers_should_treat_them() {
        let text = |header: Option<HeaderValue>| header.unwrap().to_str().unwrap().to_owned();
        assert_eq!(
            text(TLS.set(Which::Session, "abc")),
            "__Host-querschnitt=abc; HttpOnly; SameSite=Lax; Secure; Path=/"
        );
        assert_eq!(
            text(LOOPBACK.set(Which::Session, "abc")),
            "querschnitt=abc; HttpOnly; SameSite=Lax; Path=/"
        );
        assert_eq!(
            text(TLS.set(Which::Device, "abc")),
            "__Host-querschnitt-browser=abc; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=15552000"
        );
        assert_eq!(
            text(TLS.clear(Which::Session)),
            "__Host-querschnitt=; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=0"
        );
    }

    #[test]
    fn the_one_cookie_of_the_name_is_read() {
        assert_eq!(
            read(TLS, &["a=b; __Host-querschnitt=abc; c=d"]),
            Some("abc".into())
        );
        assert_eq!(
            read(TLS, &["a=b", "__Host-querschnitt=abc"]),
            Some("abc".into())
        );
        for none in [
            &["querschnitt=abc"][..],
            &["__Host-querschnitt=abc; __Host-querschnitt=abd"],
            &["__Host-querschnitt=abc", "__Host-querschnitt=abd"],
            &["__Host-querschnitt="],
            &["__host-querschnitt=abc"],
            &[],
        ] {
            assert_eq!(read(TLS, none), None, "{none:?}");
        }
        assert_eq!(read(LOOPBACK, &["querschnitt=abc"]), Some("abc".into()));
        assert_eq!(read(LOOPBACK, &["__Host-querschnitt=abc"]), None);
    }

    fn read_bytes(lines: &[&[u8]]) -> Option<String> {
        let values = lines.iter().map(|line| HeaderValue::from_bytes(line));
        let headers = values.map(|value| (header::COOKIE, value.unwrap()));
        let found = TLS.read(&headers.collect(), Which::Session)?;
        Some(found.to_string())
    }

    #[test]
    fn odd_bytes_of_others_hide_nothing_and_are_no_value() {
        let own = "__Host-querschnitt=abc";
        for beside in [
            &b"x=\xff\xfe"[..],
            b"\xff=x",
            b"x=\xc3\xa4\xc3",
            b"=; ;;; =;",
            b"x=\"a; b\"",
            b"%5F_Host-querschnitt=abd",
            b"__Host-querschnitt\xff=abd",
            b"__Host-querschnitt%=abd",
            b"$Version=1",
            b"\t",
        ] {
            let before = [beside, b"; ", own.as_bytes()].concat();
            let after = [own.as_bytes(), b"; ", beside].concat();
            let shown = String::from_utf8_lossy(beside);
            assert_eq!(read_bytes(&[&before]), Some("abc".into()), "{shown}");
            assert_eq!(read_bytes(&[&after]), Some("abc".into()), "{shown}");
            let apart = [beside, own.as_bytes()];
            assert_eq!(read_bytes(&apart), Some("abc".into()), "{shown}");
        }
        let long = [b"__Host-querschnitt=", &[b'a'; LONGEST + 1][..]].concat();
        assert_eq!(read_bytes(&[&long]), None);
        assert_eq!(
            read_bytes(&[&long[..long.len() - 1]]).map(|value| value.len()),
            Some(LONGEST)
        );
    }

    /// What may stand in a header, often what means something in a cookie.
    fn bytes() -> impl Strategy<Value = Vec<u8>> {
        let byte = prop_oneof![
            0x20_u8..0x7f,
            0x80_u8..=0xff,
            prop::sample::select(b"; =\"\t%".as_slice()),
        ];
        prop::collection::vec(byte, 0..60)
    }

    proptest! {
        /// Whatever another host of the domain planted: the own cookie is read as it is, or none is where the other
        /// has its name.
        #[test]
        fn any_bytes_beside_it_change_nothing(bytes in bytes(), first in any::<bool>()) {
            let own: &[u8] = b"__Host-querschnitt=abc";
            let lines: [&[u8]; 2] = if first { [own, &bytes] } else { [&bytes, own] };
            let has_the_name = bytes.windows(18).any(|part| part == b"__Host-querschnitt");
            let found = read_bytes(&lines);
            prop_assert!(found.as_deref() == Some("abc") || has_the_name && found.is_none());
        }

        /// A value of odd bytes is one that opens nothing, or none; never somebody else's.
        #[test]
        fn any_bytes_as_its_value_are_taken_calmly(bytes in bytes()) {
            let line = [b"__Host-querschnitt=", &bytes[..]].concat();
            if let Some(value) = read_bytes(&[&line]) {
                let sent = String::from_utf8_lossy(&bytes).into_owned();
                prop_assert!(sent.contains(value.as_str()), "{value:?} of {sent:?}");
            }
        }
    }
}
