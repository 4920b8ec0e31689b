//! Under which names the server answers.
//!
//! A page of a stranger can let its own name point to this server and then ask it from the browser of somebody who may
//! reach it (DNS rebinding). The browser says the stranger's name as `Host`.

use axum::http::uri::Authority;
use axum::http::{Request, header};

use super::refusal::Refusal;

/// The names that are allowed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Hosts {
    /// Every name: who may reach the server is decided elsewhere.
    Any,
    /// These, in lower case without a port, and those of this machine.
    Only(Vec<String>),
}

impl Hosts {
    /// Whether this request may be answered.
    ///
    /// # Errors
    /// What is wrong.
    pub(super) fn check<B>(&self, request: &Request<B>) -> Result<(), Refusal> {
        let mut all = request.headers().get_all(header::HOST).iter();
        let (Some(only), None) = (all.next(), all.next()) else {
            return Err(Refusal::NoHost);
        };
        let host = only
            .to_str()
            .ok()
            .and_then(|text| text.parse::<Authority>().ok());
        let host = host.filter(is_plain);
        let name = host.as_ref().map(Authority::host).ok_or(Refusal::NoHost)?;
        // `GET http://name/path`: a request with two names has none.
        if let Some(target) = request.uri().authority()
            && !target.host().eq_ignore_ascii_case(name)
        {
            return Err(Refusal::NoHost);
        }
        match self {
            Self::Any => Ok(()),
            Self::Only(names) => {
                let name = name.trim_end_matches('.').to_ascii_lowercase();
                let known = is_this_machine(&name) || names.contains(&name);
                known.then_some(()).ok_or(Refusal::ForeignHost)
            }
        }
    }
}

/// A name and perhaps a port, nothing else.
fn is_plain(host: &Authority) -> bool {
    let text = host.as_str();
    let has_number = host.port_u16().is_some();
    !text.contains('@') && (has_number || text.len() == host.host().len())
}

/// Whether a name can only be this machine.
fn is_this_machine(name: &str) -> bool {
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    let is_loopback = |address: std::net::IpAddr| address.to_canonical().is_loopback();
    name == "localhost" || bare.parse().is_ok_and(is_loopback)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(hosts: &Hosts, target: &str, names: &[&str]) -> Result<(), Refusal> {
        let mut request = Request::builder().uri(target);
        for name in names {
            request = request.header("host", *name);
        }
        hosts.check(&request.body(()).unwrap())
    }

    #[test]
    fn only_own_names_are_answered() {
        let named = Hosts::Only(vec!["ki.example".into()]);
        let local = Hosts::Only(Vec::new());
        for name in [
            "localhost",
            "LOCALHOST:8080",
            "127.0.0.1:8080",
            "127.8.8.8",
            "[::1]:80",
            "localhost.",
        ] {
            assert_eq!(check(&local, "/", &[name]), Ok(()), "{name}");
            assert_eq!(check(&named, "/", &[name]), Ok(()), "{name}");
        }
        for name in ["KI.example", "ki.example:443", "ki.example."] {
            assert_eq!(check(&named, "/", &[name]), Ok(()), "{name}");
            assert_eq!(
                check(&local, "/", &[name]),
                Err(Refusal::ForeignHost),
                "{name}"
            );
            assert_eq!(check(&Hosts::Any, "/", &[name]), Ok(()), "{name}");
        }
        for name in [
            "evil.example",
            "ki.example.evil",
            "10.0.0.1",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
        ] {
            assert_eq!(
                check(&named, "/", &[name]),
                Err(Refusal::ForeignHost),
                "{name}"
            );
        }
        for name in [
            "",
            "a b",
            "ki.example/x",
            "ki.example@evil.example",
            "ki.example:x",
            "evil@ki.example",
        ] {
            assert_eq!(check(&named, "/", &[name]), Err(Refusal::NoHost), "{name}");
            assert_eq!(
                check(&Hosts::Any, "/", &[name]),
                Err(Refusal::NoHost),
                "{name}"
            );
        }
    }

    #[test]
    fn a_request_has_one_name() {
        let named = Hosts::Only(vec!["ki.example".into()]);
        let own = "ki.example";
        assert_eq!(check(&named, "/", &[]), Err(Refusal::NoHost));
        assert_eq!(check(&named, "/", &[own, own]), Err(Refusal::NoHost));
        assert_eq!(check(&named, "http://ki.example/", &[own]), Ok(()));
        assert_eq!(
            check(&named, "http://evil.example/", &[own]),
            Err(Refusal::NoHost)
        );
    }
}
