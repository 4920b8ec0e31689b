//! What happens before HTTP: how many connections an address has, and what is laid over them.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::BoxFuture;
use querschnitt_graphql::http::{Handshake, ServeOptions, Transport};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use crate::support::{options, start_with};

const ASK: &[u8] = b"GET /graphql HTTP/1.1\r\nhost: localhost\r\n\r\n";

/// The status line's number of the next answer, or 0 where the server closed.
async fn status(socket: &mut TcpStream) -> u16 {
    let mut head = [0; 12];
    match socket.read_exact(&mut head).await {
        Ok(_) => String::from_utf8_lossy(&head[9..]).parse().unwrap(),
        Err(_) => 0,
    }
}

#[tokio::test]
async fn an_address_has_so_many_connections_and_no_more() {
    let server = start_with(
        options(),
        ServeOptions {
            connections_of: Arc::new(|_| 2),
            ..ServeOptions::default()
        },
    )
    .await;
    let mut open = Vec::new();
    for _ in 0..2 {
        let mut socket = TcpStream::connect(server.address).await.unwrap();
        socket.write_all(ASK).await.unwrap();
        assert_eq!(status(&mut socket).await, 401);
        open.push(socket);
    }
    let mut third = TcpStream::connect(server.address).await.unwrap();
    third.write_all(ASK).await.ok();
    assert_eq!(status(&mut third).await, 0, "closed without an answer");
    // One that ends makes room for another; the server may notice a little later.
    open.pop();
    loop {
        let mut socket = TcpStream::connect(server.address).await.unwrap();
        socket.write_all(ASK).await.ok();
        if status(&mut socket).await == 401 {
            break;
        }
    }
}

/// Takes one byte before HTTP, `+` to go on, and counts who waits for it.
#[derive(Clone, Default)]
struct OneByte(Arc<AtomicUsize>);

impl Handshake for OneByte {
    fn accept(
        &self,
        mut stream: Box<dyn Transport>,
    ) -> BoxFuture<'static, io::Result<Box<dyn Transport>>> {
        let begun = Arc::clone(&self.0);
        Box::pin(async move {
            begun.fetch_add(1, Ordering::SeqCst);
            match stream.read_u8().await? {
                b'+' => Ok(stream),
                _ => Err(io::ErrorKind::InvalidData.into()),
            }
        })
    }
}

#[tokio::test]
async fn a_handshake_comes_first_and_is_given_up_when_it_fails_or_takes_too_long() {
    let begun = OneByte::default();
    let server = start_with(
        options(),
        ServeOptions {
            handshake: Some(Arc::new(begun.clone())),
            handshakes: 1,
            handshake_timeout: Duration::from_millis(300),
            ..ServeOptions::default()
        },
    )
    .await;
    let send = async |bytes: &[u8]| {
        let mut socket = TcpStream::connect(server.address).await.unwrap();
        socket.write_all(bytes).await.unwrap();
        socket
    };
    assert_eq!(status(&mut send(&[b"+", ASK].concat()).await).await, 401);
    assert_eq!(status(&mut send(&[b"-", ASK].concat()).await).await, 0);

    // One that says nothing holds the only place; the next waits, and both are given up in time.
    let mut silent = send(b"").await;
    while begun.0.load(Ordering::SeqCst) < 3 {
        tokio::task::yield_now().await;
    }
    let mut waiting = send(b"").await;
    assert_eq!(status(&mut silent).await, 0);
    assert_eq!(status(&mut waiting).await, 0);
    assert_eq!(status(&mut send(&[b"+", ASK].concat()).await).await, 401);
}

/// Begins many handshakes from one address and finishes none, and one from another.
#[tokio::test]
async fn handshakes_of_one_address_keep_no_other_waiting() {
    let begun = OneByte::default();
    let server = start_with(
        options(),
        ServeOptions {
            connections_of: Arc::new(|_| 100),
            handshake: Some(Arc::new(begun.clone())),
            handshakes: 2,
            handshakes_per_address: 1,
            ..ServeOptions::default()
        },
    )
    .await;
    let from = async |address: &str| {
        let socket = TcpSocket::new_v4().unwrap();
        let local = format!("{address}:0").parse().unwrap();
        socket.bind(local).unwrap();
        socket.connect(server.address).await.unwrap()
    };
    let mut silent = Vec::new();
    for _ in 0..4 {
        silent.push(from("127.0.0.2").await);
    }
    let mut other = from("127.0.0.3").await;
    other.write_all(&[b"+", ASK].concat()).await.unwrap();
    assert_eq!(status(&mut other).await, 401);
    assert_eq!(
        begun.0.load(Ordering::SeqCst),
        2,
        "of the silent ones, three wait for the first"
    );
}
