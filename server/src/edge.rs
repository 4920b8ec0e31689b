//! What stands between the network and the routes: who asks, under which name and how often, and what every answer
//! tells the browser.

mod documents;
mod expiry;
mod form;
mod forwarded;
mod headers;
mod hosts;
mod network;
mod refusal;
mod renew;
mod tls;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{Method, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use querschnitt_graphql::http::{Peer, Protected, Rate, Rates};

pub(crate) use forwarded::{Client, Kind, Proxies};
pub(crate) use network::Network;
pub(crate) use renew::Kept;

use crate::config::Settings;
use forwarded::forget;
use hosts::Hosts;
use refusal::Refusal;

/// Requests of one address a minute, where others than this machine can connect and nothing else is set. A town hall
/// often has one address for all its offices.
pub(crate) const PER_ADDRESS: u32 = 6_000;
/// Operations of one account a minute, in the same case.
pub(crate) const PER_ACCOUNT: u32 = 1_200;
/// Attempts to sign in of one address a minute, in the same case; the accounts have stricter bounds of their own.
pub(crate) const SIGN_IN: u32 = 60;
/// The same where only this machine can connect.
const SIGN_IN_HERE: u32 = 600;
/// Where passwords and codes are sent to.
const SIGN_IN_PATHS: [&str; 3] = ["/anmelden", "/konto", "/auth"];
/// Where a provider sends the browser with a code in the address.
const CALLBACKS: [&str; 1] = ["/auth/provider/callback"];
/// Where a provider says whose sessions it ended.
const BACKCHANNEL: &str = "/auth/provider/backchannel-logout";
/// Connections of one address at a time, where nothing else is set. This machine has no limit then.
pub(crate) const CONNECTIONS: usize = 256;

/// The checks before a request reaches its route.
pub(crate) struct Edge {
    hosts: Hosts,
    proxies: Option<Proxies>,
    tls: bool,
    per_address: Option<Rates>,
    sign_in: Rates,
    silent_proxy: AtomicBool,
}

impl Edge {
    /// As the settings say, for a server that listens on `address`.
    pub(crate) fn new(settings: &Settings, address: SocketAddr) -> Self {
        let edge = &settings.edge;
        let proxies = settings.trusted_proxy.then(|| edge.proxies());
        let is_local = address.ip().to_canonical().is_loopback();
        let hosts = match (&edge.hosts[..], is_local && proxies.is_none()) {
            ([], false) => Hosts::Any,
            (names, _) => Hosts::Only(names.to_vec()),
        };
        if hosts == Hosts::Any {
            tracing::warn!("every name is answered; the setting hosts says which names are ours");
        }
        let reachable = settings.is_reachable();
        let sign_in = if reachable { SIGN_IN } else { SIGN_IN_HERE };
        Self {
            hosts,
            proxies,
            tls: edge.tls().is_some(),
            per_address: rate(edge.per_address, reachable.then_some(PER_ADDRESS)).map(Rates::new),
            sign_in: Rates::new(Rate::per_minute(edge.sign_in.unwrap_or(sign_in))),
            silent_proxy: AtomicBool::new(false),
        }
    }

    /// `app` with these checks around it, its answers with the headers of [`headers`].
    pub(crate) fn around(self: Arc<Self>, app: Router) -> Router {
        app.layer(from_fn_with_state(self, guard))
    }

    /// Who sent this. What proxies say is read and taken away.
    fn client(&self, request: &mut Request) -> Result<Client, Refusal> {
        let peer = request.extensions().get::<Peer>().copied();
        // Without a connection, as in a test of a route, it is this machine.
        let peer = peer.map_or(IpAddr::from([127, 0, 0, 1]), |peer| peer.0);
        let headers = request.headers_mut();
        let mut client = Client {
            address: peer,
            https: self.tls,
        };
        match &self.proxies {
            Some(proxies) if proxies.are_at(peer) => {
                let said = proxies.said(headers);
                if said.address.is_none() {
                    self.warn_of_silence();
                }
                client.address = said.address.unwrap_or(peer);
                client.https |= said.https;
                forget(headers);
                if let Some(host) = said.host {
                    headers.insert(header::HOST, host);
                }
            }
            Some(_) if !self.tls && !peer.is_loopback() => return Err(Refusal::NotTheProxy),
            Some(_) | None => forget(headers),
        }
        request.extensions_mut().insert(Peer(client.address));
        request.extensions_mut().insert(client);
        if client.https {
            request.extensions_mut().insert(Protected);
        }
        Ok(client)
    }

    fn admit(&self, client: Client, request: &Request) -> Result<(), Refusal> {
        form::check(request)?;
        // Whoever only asks whether the server is alive knows no name of it.
        let is_check = matches!(request.uri().path(), "/healthz" | "/readyz");
        if !is_check {
            self.hosts.check(request)?;
        }
        let strict = is_sign_in(request).then_some(&self.sign_in);
        for rates in self.per_address.iter().chain(strict) {
            let taken = rates.take_address(client.address);
            taken.map_err(Refusal::TooSoon)?;
        }
        Ok(())
    }

    fn warn_of_silence(&self) {
        if !self.silent_proxy.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "the trusted proxy does not say whom a request comes from: all of them count as one client"
            );
        }
    }
}

/// How many connections an address may have at a time.
pub(crate) fn connections_of(settings: &Settings) -> impl Fn(IpAddr) -> usize + use<> {
    let proxies = settings.trusted_proxy.then(|| settings.edge.proxies());
    let set = settings.edge.connections_per_address;
    let set = set.map(|most| usize::try_from(most).unwrap_or(usize::MAX));
    move |address| match (&proxies, set) {
        (Some(proxies), _) if proxies.are_at(address) => usize::MAX,
        (_, Some(most)) => most,
        (_, None) if address.is_loopback() => usize::MAX,
        (_, None) => CONNECTIONS,
    }
}

/// How often an account may ask.
pub(crate) fn account_rate(settings: &Settings) -> Option<Rate> {
    let otherwise = settings.is_reachable().then_some(PER_ACCOUNT);
    rate(settings.edge.per_account, otherwise)
}

/// Whether this tries a password, a code, or the answer of a provider. Pages that are only shown do not.
fn is_sign_in(request: &Request) -> bool {
    let path = request.uri().path();
    let is_sent = !matches!(*request.method(), Method::GET | Method::HEAD);
    let lies_below = |place: &&str| {
        let rest = path.strip_prefix(*place);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    // Only the provider can sign it, and it sends one for every session it ends.
    if path == BACKCHANNEL {
        return false;
    }
    let places = if is_sent {
        &SIGN_IN_PATHS[..]
    } else {
        &CALLBACKS
    };
    places.iter().any(lies_below)
}

fn rate(set: Option<u32>, otherwise: Option<u32>) -> Option<Rate> {
    set.or(otherwise).map(Rate::per_minute)
}

async fn guard(State(edge): State<Arc<Edge>>, mut request: Request, next: Next) -> Response {
    let client = edge.client(&mut request);
    let https = client.as_ref().map_or(edge.tls, |client| client.https);
    let admitted = client.and_then(|client| edge.admit(client, &request));
    let mut response = match admitted {
        Ok(()) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    };
    headers::put(response.headers_mut(), https);
    response
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use proptest::prelude::*;

    use super::*;

    fn request(peer: &str, headers: &[(&str, &str)]) -> Request {
        let mut request = Request::builder()
            .uri("/graphql")
            .header("host", "proxy.internal");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut request = request.body(Body::empty()).unwrap();
        request.extensions_mut().insert(Peer(peer.parse().unwrap()));
        request
    }

    fn edge(settings: &str) -> Edge {
        let settings = crate::config::tests::from_file(settings).unwrap();
        Edge::new(&settings, settings.listen)
    }

    const SAID: [(&str, &str); 4] = [
        ("x-forwarded-for", "203.0.113.7"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-host", "ki.example"),
        ("x-real-ip", "203.0.113.7"),
    ];

    #[test]
    fn only_the_proxy_is_believed() {
        let proxied = "trusted_proxy = true\ntrusted_proxy_addresses = ['10.0.0.0/8']";
        for (settings, peer, believed) in [
            (proxied, "10.1.1.1", true),
            (proxied, "127.0.0.1", false),
            ("", "127.0.0.1", false),
            ("trusted_proxy = true", "127.0.0.1", true),
        ] {
            let mut request = request(peer, &SAID);
            let client = edge(settings).client(&mut request).unwrap();
            let address = if believed { "203.0.113.7" } else { peer };
            assert_eq!(
                client.address,
                address.parse::<IpAddr>().unwrap(),
                "{settings} {peer}"
            );
            assert_eq!(client.https, believed);
            let host = if believed {
                "ki.example"
            } else {
                "proxy.internal"
            };
            assert_eq!(request.headers()["host"], host);
            assert_eq!(
                request.extensions().get::<Peer>(),
                Some(&Peer(client.address))
            );
            assert_eq!(
                request.headers().len(),
                1,
                "nothing is left to be believed: {request:?}"
            );
        }
    }

    proptest! {
        /// Headers are anybody's bytes. Whatever they are, there is an answer, and nothing is left to be believed.
        #[test]
        fn any_bytes_in_headers_are_answered(
            values in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 6..12),
            behind in any::<bool>(), forwarded in any::<bool>(),
        ) {
            let kind = if forwarded { "forwarded" } else { "x-forwarded" };
            let proxied = format!("trusted_proxy = true\nhosts = ['ki.example']\ntrusted_proxy_header = '{kind}'");
            let edge = edge(if behind { &proxied } else { "" });
            let mut request = request("127.0.0.1", &[]);
            let names = ["host", "forwarded", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "transfer-encoding"];
            for (value, name) in values.iter().zip(names.iter().cycle()) {
                if let Ok(value) = axum::http::HeaderValue::from_bytes(value) {
                    request.headers_mut().append(*name, value);
                }
            }
            let client = edge.client(&mut request).unwrap();
            let _ = edge.admit(client, &request);
            let left = request.headers().keys().any(|name| name.as_str().contains("forwarded"));
            prop_assert!(!left);
            let itself = Client { address: IpAddr::from([127, 0, 0, 1]), https: false };
            prop_assert!(behind || client == itself);
        }
    }

    #[test]
    fn nobody_goes_past_the_proxy_without_tls() {
        let proxied = "trusted_proxy = true\nlisten = '0.0.0.0:80'";
        let refused = edge(proxied)
            .client(&mut request("192.0.2.9", &SAID))
            .unwrap_err();
        assert_eq!(refused, Refusal::NotTheProxy);
        let with_tls = format!("{proxied}\ntls.certificate = 'a'\ntls.key = 'b'");
        let client = edge(&with_tls)
            .client(&mut request("192.0.2.9", &SAID))
            .unwrap();
        assert_eq!(
            client,
            Client {
                address: "192.0.2.9".parse().unwrap(),
                https: true
            }
        );
    }

    #[test]
    fn what_tries_a_secret_is_told_from_what_is_shown() {
        for (method, path, expected) in [
            ("POST", "/anmelden", true),
            ("POST", "/anmelden/code", true),
            ("PUT", "/konto/kennwort", true),
            ("GET", "/anmelden", false),
            ("POST", "/anmeldung", false),
            ("POST", "/graphql", false),
            ("GET", "/auth/provider", false),
            ("GET", "/auth/provider/callback", true),
        ] {
            let request = Request::builder().method(method).uri(path);
            let request = request.body(Body::empty()).unwrap();
            assert_eq!(is_sign_in(&request), expected, "{method} {path}");
        }
    }

    #[test]
    fn an_address_has_a_number_of_connections_but_not_a_proxy() {
        let of = |settings: &str, address: &str| {
            let settings = crate::config::tests::from_file(settings).unwrap();
            connections_of(&settings)(address.parse().unwrap())
        };
        let set = "limits.connections_per_address = 7";
        let proxied = "limits.connections_per_address = 7\ntrusted_proxy = true";
        assert_eq!(of("", "127.0.0.1"), usize::MAX);
        assert_eq!(of("", "192.0.2.9"), CONNECTIONS);
        assert_eq!(of(set, "127.0.0.1"), 7);
        assert_eq!(of(proxied, "127.0.0.1"), usize::MAX);
        assert_eq!(of(proxied, "192.0.2.9"), 7);
    }
}
