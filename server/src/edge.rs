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
use forwarded::{forget, is_passed_on};
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

/// An extension of requests that somebody on this machine sent directly, past any proxy.
#[derive(Clone, Copy)]
pub(crate) struct FromHere;

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
        if peer.to_canonical().is_loopback() && !is_passed_on(request.headers()) {
            request.extensions_mut().insert(FromHere);
        }
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
mod tests;
