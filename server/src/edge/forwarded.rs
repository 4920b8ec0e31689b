//! Whom a request comes from: the other end of the connection, or whom a trusted proxy names.
//!
//! Anybody can send `X-Forwarded-For`. It is believed from the proxy's own addresses only, and only the one kind of
//! header the installation names: most proxies write one kind and pass the other on as it came. Of a list the last
//! address counts that is no trusted proxy; what stands before it was written by strangers.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

use super::network::Network;

/// Whom a request comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Client {
    /// The address.
    pub(crate) address: IpAddr,
    /// Whether nobody on the way could read along.
    pub(crate) https: bool,
}

/// Which headers the proxy writes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Kind {
    /// `X-Forwarded-For`, `-Proto` and `-Host`.
    #[default]
    XForwarded,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

/// The proxies that are believed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Proxies {
    /// Where they are.
    pub(crate) addresses: Vec<Network>,
    /// What they write.
    pub(crate) kind: Kind,
    /// Whether they write the name that was asked for too, and let nobody's own through. Otherwise it is not read.
    pub(crate) say_host: bool,
}

/// What a proxy says of a request.
#[derive(Default, PartialEq, Eq, Debug)]
pub(crate) struct Said {
    /// `None` where it names none that can be read.
    pub(crate) address: Option<IpAddr>,
    pub(crate) https: bool,
    pub(crate) host: Option<HeaderValue>,
}

const FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const OTHERS: [HeaderName; 3] = [
    HeaderName::from_static("x-forwarded-port"),
    HeaderName::from_static("x-forwarded-server"),
    HeaderName::from_static("x-real-ip"),
];

impl Proxies {
    /// Whether a proxy is at this address.
    pub(crate) fn are_at(&self, address: IpAddr) -> bool {
        self.addresses
            .iter()
            .any(|network| network.contains(address))
    }

    /// What the headers of a request say that came from a proxy.
    pub(crate) fn said(&self, headers: &HeaderMap) -> Said {
        let said = match self.kind {
            Kind::XForwarded => {
                let addresses = list(headers, &FOR);
                let address = self.client(addresses.iter().rev().map(|text| address(text)));
                let proto = list(headers, &PROTO).pop();
                let host = list(headers, &HOST).pop();
                Said {
                    address,
                    https: proto.is_some_and(|proto| proto.eq_ignore_ascii_case("https")),
                    host: host.and_then(|host| host.parse().ok()),
                }
            }
            Kind::Forwarded => self.element(headers).unwrap_or_default(),
        };
        let host = said.host.filter(|_| self.say_host);
        Said { host, ..said }
    }

    /// The last address that is no proxy of ours. Behind one that can't be read nothing is believed.
    fn client(&self, from_the_right: impl Iterator<Item = Option<IpAddr>>) -> Option<IpAddr> {
        let mut found = None;
        for address in from_the_right {
            found = Some(address?);
            if !self.are_at(address?) {
                break;
            }
        }
        found
    }

    /// What the outermost of our proxies wrote in `Forwarded`.
    fn element(&self, headers: &HeaderMap) -> Option<Said> {
        let mut found = Said::default();
        for element in list(headers, &header::FORWARDED).iter().rev() {
            let pairs = element.split(';').filter_map(|pair| pair.split_once('='));
            let mut said = Said::default();
            for (name, value) in pairs {
                let value = value.trim().trim_matches('"');
                match name.trim().to_ascii_lowercase().as_str() {
                    "for" => said.address = address(value),
                    "proto" => said.https = value.eq_ignore_ascii_case("https"),
                    "host" => said.host = value.parse().ok(),
                    _ => {}
                }
            }
            let known = said.address;
            found = said;
            if known.is_none_or(|address| !self.are_at(address)) {
                break;
            }
        }
        Some(found)
    }
}

/// Whether a request says that somebody passed it on, in whatever way.
pub(crate) fn is_passed_on(headers: &HeaderMap) -> bool {
    let has = |name: &HeaderName| headers.contains_key(name);
    [header::FORWARDED, header::VIA, FOR, PROTO, HOST]
        .iter()
        .any(has)
        || OTHERS.iter().any(has)
}

/// Takes away what says where a request comes from, so that nothing behind believes it by mistake.
pub(crate) fn forget(headers: &mut HeaderMap) {
    for name in [header::FORWARDED, FOR, PROTO, HOST].iter().chain(&OTHERS) {
        headers.remove(name);
    }
}

/// The parts of a header that holds a list, over all its lines; empty parts are none. No comma stands in the quotes
/// of an address or a host, and what can't be read counts as unreadable.
fn list(headers: &HeaderMap, name: &HeaderName) -> Vec<String> {
    let lines = headers.get_all(name).iter();
    let parts = lines.flat_map(|line| {
        let line = line.to_str().unwrap_or("?");
        line.split(',').map(|part| part.trim().to_owned())
    });
    parts.filter(|part| !part.is_empty()).collect()
}

/// An address with or without a port.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(text);
    let found = bare.parse().ok();
    let found = found.or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip()));
    found.map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn proxies(kind: Kind) -> Proxies {
        Proxies {
            addresses: vec![
                "127.0.0.0/8".parse().unwrap(),
                "10.0.0.0/8".parse().unwrap(),
            ],
            kind,
            say_host: true,
        }
    }

    fn said(kind: Kind, lines: &[(&'static str, &str)]) -> (Option<String>, bool, Option<String>) {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, value.parse().unwrap());
        }
        let said = proxies(kind).said(&headers);
        let host = said.host.map(|host| host.to_str().unwrap().to_owned());
        (
            said.address.map(|address| address.to_string()),
            said.https,
            host,
        )
    }

    #[test]
    fn the_last_address_that_is_no_proxy_counts() {
        for (value, expected) in [
            ("203.0.113.7", Some("203.0.113.7")),
            ("6.6.6.6, 203.0.113.7", Some("203.0.113.7")),
            (
                "6.6.6.6, 203.0.113.7, 10.1.1.1, 127.0.0.1",
                Some("203.0.113.7"),
            ),
            ("10.1.1.1", Some("10.1.1.1")),
            ("203.0.113.7:4711", Some("203.0.113.7")),
            ("[2001:db8::7]:4711", Some("2001:db8::7")),
            ("::ffff:203.0.113.7", Some("203.0.113.7")),
            ("203.0.113.7, unknown", None),
            ("203.0.113.7, unknown, 10.0.0.1", None),
            ("", None),
            (",,", None),
        ] {
            let (address, ..) = said(Kind::XForwarded, &[("x-forwarded-for", value)]);
            assert_eq!(address.as_deref(), expected, "{value}");
        }
        let lines = [
            ("x-forwarded-for", "6.6.6.6"),
            ("x-forwarded-for", "203.0.113.7"),
        ];
        assert_eq!(
            said(Kind::XForwarded, &lines).0.as_deref(),
            Some("203.0.113.7")
        );
    }

    #[test]
    fn scheme_and_host_are_the_last_ones() {
        let lines = [
            ("x-forwarded-for", "203.0.113.7"),
            ("x-forwarded-proto", "http, https"),
            ("x-forwarded-host", "evil.example, ki.example"),
            ("forwarded", "for=6.6.6.6;proto=http;host=evil.example"),
        ];
        let (address, https, host) = said(Kind::XForwarded, &lines);
        assert_eq!(
            (address.as_deref(), https, host.as_deref()),
            (Some("203.0.113.7"), true, Some("ki.example"))
        );
        let (_, https, _) = said(Kind::XForwarded, &[("x-forwarded-proto", "https, http")]);
        assert!(!https);
    }

    #[test]
    fn forwarded_is_read_where_the_proxy_writes_it() {
        for (value, address, https, host) in [
            (
                "for=203.0.113.7;proto=https;host=ki.example",
                Some("203.0.113.7"),
                true,
                Some("ki.example"),
            ),
            (
                "For=\"[2001:db8::7]:4711\"; Proto=HTTPS",
                Some("2001:db8::7"),
                true,
                None,
            ),
            (
                "for=6.6.6.6;proto=https;host=evil.example, for=203.0.113.7;proto=http",
                Some("203.0.113.7"),
                false,
                None,
            ),
            (
                "for=203.0.113.7;proto=https, for=10.0.0.1;proto=http",
                Some("203.0.113.7"),
                true,
                None,
            ),
            ("for=_hidden;proto=https", None, true, None),
            ("nonsense", None, false, None),
        ] {
            let lines = [("forwarded", value), ("x-forwarded-for", "6.6.6.6")];
            let expected = (address.map(str::to_owned), https, host.map(str::to_owned));
            assert_eq!(said(Kind::Forwarded, &lines), expected, "{value}");
        }
    }

    #[test]
    fn a_name_counts_only_from_a_proxy_that_says_so_itself() {
        for (kind, name, value) in [
            (Kind::XForwarded, "x-forwarded-host", "ki.example"),
            (
                Kind::Forwarded,
                "forwarded",
                "for=203.0.113.7;host=ki.example",
            ),
        ] {
            let mut headers = HeaderMap::new();
            headers.append(name, value.parse().unwrap());
            let mut proxies = proxies(kind);
            assert!(proxies.said(&headers).host.is_some(), "{name}");
            proxies.say_host = false;
            assert_eq!(proxies.said(&headers).host, None, "{name}");
        }
    }

    #[test]
    fn what_was_passed_on_says_so() {
        let with = |name: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert("host", HeaderValue::from_static("localhost"));
            headers.insert(name, HeaderValue::from_static("x"));
            is_passed_on(&headers)
        };
        for name in [
            "forwarded",
            "x-forwarded-for",
            "x-forwarded-proto",
            "x-forwarded-host",
            "x-forwarded-port",
            "x-forwarded-server",
            "x-real-ip",
            "via",
        ] {
            assert!(with(name), "{name}");
        }
        assert!(!with("accept"));
    }

    proptest! {
        /// Whatever a client writes in front, the address the proxy added is the one that counts.
        #[test]
        fn nobody_can_put_another_address_in_front(before in "[ -~]{0,60}", kind in any::<bool>()) {
            let (kind, name, own) = match kind {
                true => (Kind::XForwarded, "x-forwarded-for", "203.0.113.7".to_owned()),
                false => (Kind::Forwarded, "forwarded", "for=203.0.113.7".to_owned()),
            };
            let (address, ..) = said(kind, &[(name, &format!("{before}, {own}"))]);
            prop_assert_eq!(address.as_deref(), Some("203.0.113.7"));
            let (address, ..) = said(kind, &[(name, &before), (name, &own)]);
            prop_assert_eq!(address.as_deref(), Some("203.0.113.7"));
        }
    }
}
