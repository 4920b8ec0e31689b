//! The socket side: slow and silent clients are cut off before they hold anything up.
//!
//! `axum::serve` has no time limits for headers and for readers that take nothing, hence this small loop.

use std::convert::Infallible;
use std::future::Future;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::Service;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use super::peer::{Open, Peer};
use super::transport::{Guarded, Handshake, Transport};
use super::turns::Turns;

/// How connections are treated.
#[derive(Clone)]
pub struct ServeOptions {
    /// Connections at a time; further ones wait to be accepted.
    pub connections: usize,
    /// How many of them one address may have; further ones are closed at once.
    pub connections_of: Arc<dyn Fn(IpAddr) -> usize + Send + Sync>,
    /// What comes before HTTP on every connection; none is plain HTTP.
    pub handshake: Option<Arc<dyn Handshake>>,
    /// Handshakes at a time; further ones wait, within their time.
    pub handshakes: usize,
    /// How many of them one address may have; further ones wait as well. An address that may have any number of
    /// connections, such as a proxy's, may have any number of these.
    pub handshakes_per_address: usize,
    /// From the start of a connection to the end of its handshake.
    pub handshake_timeout: Duration,
    /// From the start of a connection, or the end of the request before, to the end of the next request's head.
    pub header_timeout: Duration,
    /// A reader that takes nothing for so long is cut off.
    pub write_timeout: Duration,
    /// What requests under way get to finish when the server shuts down.
    pub grace: Duration,
}

impl Default for ServeOptions {
    fn default() -> Self {
        Self {
            connections: 20_000,
            connections_of: Arc::new(|_| usize::MAX),
            handshake: None,
            handshakes: 1_000,
            handshakes_per_address: 50,
            handshake_timeout: Duration::from_secs(10),
            header_timeout: Duration::from_secs(30),
            write_timeout: Duration::from_secs(15),
            grace: Duration::from_secs(5),
        }
    }
}

/// Serves `app` until `shutdown`; then accepts nothing more and lets requests under way finish.
pub async fn serve(
    listener: TcpListener,
    app: Router,
    options: ServeOptions,
    shutdown: impl Future<Output = ()>,
) {
    let mut shutdown = pin!(shutdown);
    let permits = Arc::new(Semaphore::new(options.connections));
    let turns = Turns::new(options.handshakes, options.handshakes_per_address);
    let options = Arc::new(options);
    let open = Open::default();
    let (stop, stopping) = watch::channel(());
    let mut connections = JoinSet::new();
    loop {
        let accepted = async {
            let permit = permits.clone().acquire_owned().await;
            (listener.accept().await, permit)
        };
        let (accepted, permit) = tokio::select! {
            accepted = accepted => accepted,
            () = &mut shutdown => break,
        };
        while connections.try_join_next().is_some() {}
        let Ok((stream, address)) = accepted else {
            // Most often too many open files: what is open has to end first.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let address = address.ip().to_canonical();
        let most = (options.connections_of)(address);
        let Some(counted) = open.one_more(address, most) else {
            tracing::debug!("an address has too many connections");
            continue;
        };
        let service = WithPeer {
            app: TowerToHyperService::new(app.clone()),
            peer: Peer(address),
        };
        let (options, turns) = (Arc::clone(&options), turns.clone());
        let bounded = (most != usize::MAX).then_some(address);
        let mut stopping = stopping.clone();
        connections.spawn(async move {
            let stream = tokio::select! {
                stream = prepared(stream, &options, &turns, bounded) => stream,
                _ = stopping.changed() => None,
            };
            // Why a handshake fails concerns nobody but its client.
            if let Some(stream) = stream {
                talk(stream, service, &options, stopping).await;
            }
            drop((permit, counted));
        });
    }
    drop((listener, stop));
    // Streams do not end by themselves; what is left after the grace is dropped with the set.
    let rest = async { while connections.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(options.grace, rest).await;
}

/// The connection with its handshake done; `None` where that fails or takes too long. `bounded` is the address whose
/// handshakes are counted, if they are.
async fn prepared(
    stream: TcpStream,
    options: &ServeOptions,
    turns: &Turns,
    bounded: Option<IpAddr>,
) -> Option<Box<dyn Transport>> {
    // Small answers shall not wait for more to send; where that can't be set it only costs time.
    let _ = stream.set_nodelay(true);
    let plain: Box<dyn Transport> = Box::new(Guarded::new(stream, options.write_timeout));
    let Some(handshake) = &options.handshake else {
        return Some(plain);
    };
    let shaken = async {
        let _turn = turns.take(bounded).await?;
        handshake.accept(plain).await.ok()
    };
    let in_time = tokio::time::timeout(options.handshake_timeout, shaken).await;
    in_time.ok().flatten()
}

/// Answers the requests of one connection until either side ends it or the server stops.
async fn talk(
    stream: Box<dyn Transport>,
    service: WithPeer,
    options: &ServeOptions,
    mut stopping: watch::Receiver<()>,
) {
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(options.header_timeout)
        .max_buf_size(64 * 1024)
        .half_close(true)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = pin!(connection);
    // A connection that breaks concerns nobody but its client.
    tokio::select! {
        _ = connection.as_mut() => {}
        _ = stopping.changed() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}

/// Says with every request who sent it.
struct WithPeer {
    app: TowerToHyperService<Router>,
    peer: Peer,
}

impl Service<hyper::Request<Incoming>> for WithPeer {
    type Response = Response;
    type Error = Infallible;
    type Future = <TowerToHyperService<Router> as Service<hyper::Request<Incoming>>>::Future;

    fn call(&self, mut request: hyper::Request<Incoming>) -> Self::Future {
        request.extensions_mut().insert(self.peer);
        self.app.call(request)
    }
}
