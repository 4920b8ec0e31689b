//! A toy schema behind the real HTTP layer on a real socket, and the smallest client that can send anything.
//! A little over 400 lines: what these tests share.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_graphql::connection::{Connection, Edge, EmptyFields};
use async_graphql::{
    Context, Enum, ErrorExtensions, InputObject, Interface, Object, Result, Schema, SimpleObject,
    Subscription,
};
use futures_util::future::BoxFuture;
use futures_util::stream::{self, Stream, StreamExt};
use querschnitt_graphql::http::{
    Authenticate, Credentials, Deadline, HttpOptions, Refused, ServeOptions, To, Viewer, router,
    serve,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;

/// The token the toy server takes.
pub(crate) const TOKEN: &str = "correct-horse";

/// The viewer resolvers see.
#[derive(Clone, PartialEq)]
pub(crate) struct Person(pub(crate) String);

/// What was recorded so far; the length is the position.
#[derive(Clone)]
pub(crate) struct Log(Arc<watch::Sender<Vec<String>>>);

pub(crate) struct Query;
pub(crate) struct Mutation;
pub(crate) struct Events;

#[derive(SimpleObject, Clone)]
pub(crate) struct Event {
    position: String,
    text: String,
}

#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct Branch {
    name: String,
}

#[async_graphql::ComplexObject]
impl Branch {
    async fn child(&self) -> Branch {
        Branch {
            name: format!("{}.", self.name),
        }
    }
    /// Comes to an end only after so long.
    async fn late(&self, millis: u64) -> u64 {
        tokio::time::sleep(Duration::from_millis(millis)).await;
        millis
    }
    async fn strict(&self) -> Result<String> {
        Err(async_graphql::Error::new("no").extend_with(|_, e| e.set("code", "NO")))
    }
    async fn shaky(&self) -> Result<Option<i32>> {
        Err(async_graphql::Error::new("no").extend_with(|_, e| e.set("code", "NO")))
    }
    async fn counted(&self, ctx: &Context<'_>) -> i32 {
        ctx.data_unchecked::<Arc<AtomicUsize>>()
            .fetch_add(1, Ordering::SeqCst);
        1
    }
}

/// A second type with a name.
#[derive(SimpleObject)]
pub(crate) struct Leaf {
    name: String,
    green: bool,
}

#[derive(Interface)]
#[graphql(field(name = "name", ty = "&String"))]
pub(crate) enum Named {
    Branch(Branch),
    Leaf(Leaf),
}

#[derive(Enum, Copy, Clone, PartialEq, Eq)]
pub(crate) enum Colour {
    Red,
    Green,
}

#[derive(InputObject)]
pub(crate) struct Filter {
    colour: Colour,
    #[graphql(default = 3)]
    size: i32,
    names: Option<Vec<String>>,
}

fn panic_please() -> i32 {
    panic!("secret")
}

#[Object]
impl Query {
    async fn hello(&self, name: Option<String>) -> String {
        format!("hello {}", name.unwrap_or_else(|| "you".into()))
    }
    async fn me(&self, ctx: &Context<'_>) -> String {
        ctx.data_unchecked::<Person>().0.clone()
    }
    async fn double(&self, n: i32) -> i32 {
        n.wrapping_mul(2)
    }
    async fn pick(&self, filter: Filter) -> i32 {
        filter.size
            + filter.names.map_or(0, |names| names.len() as i32)
            + i32::from(filter.colour == Colour::Red)
    }
    async fn branch(&self) -> Branch {
        Branch { name: "b".into() }
    }
    async fn maybe(&self) -> Option<Branch> {
        Some(Branch { name: "m".into() })
    }
    async fn named(&self) -> [Named; 2] {
        let (name, green) = ("l".into(), true);
        [
            Branch { name: "b".into() }.into(),
            Leaf { name, green }.into(),
        ]
    }
    async fn branches(
        &self,
        first: Option<i32>,
        last: Option<i32>,
    ) -> Connection<usize, Branch, EmptyFields, EmptyFields> {
        let mut connection = Connection::new(false, false);
        let count = first.or(last).unwrap_or_default();
        connection.edges.extend((0..count as usize).map(|n| {
            Edge::new(
                n,
                Branch {
                    name: n.to_string(),
                },
            )
        }));
        connection
    }
    async fn leak(&self) -> Result<i32> {
        Err(std::io::Error::other("password=secret at /home/someone").into())
    }
    async fn panics(&self) -> i32 {
        panic_please()
    }
    async fn slow(&self, millis: u64) -> i32 {
        tokio::time::sleep(Duration::from_millis(millis)).await;
        1
    }
    /// Computes without ever waiting, until it is told to stop.
    async fn spin(&self, ctx: &Context<'_>) -> Result<i32> {
        loop {
            Deadline::check(ctx)?;
            std::hint::spin_loop();
        }
    }
    async fn big(&self, bytes: u64) -> String {
        "x".repeat(bytes as usize)
    }
    async fn id(&self, uuid: async_graphql::ID) -> String {
        uuid.to_string()
    }
    async fn at(&self, uuid: uuid::Uuid) -> String {
        uuid.to_string()
    }
}

#[Object]
impl Mutation {
    async fn record(&self, ctx: &Context<'_>, text: String) -> Event {
        let log = ctx.data_unchecked::<Log>();
        let mut position = 0;
        log.0.send_modify(|all| {
            all.push(text.clone());
            position = all.len();
        });
        Event {
            position: position.to_string(),
            text,
        }
    }
}

#[Subscription]
impl Events {
    /// Everything after a position, then what comes.
    async fn events(
        &self,
        ctx: &Context<'_>,
        after: Option<String>,
    ) -> impl Stream<Item = Event> + use<> {
        let after: usize = after.and_then(|after| after.parse().ok()).unwrap_or(0);
        let receiver = ctx.data_unchecked::<Log>().0.subscribe();
        stream::unfold((receiver, after), |(mut receiver, at)| async move {
            loop {
                let next = receiver.borrow_and_update().get(at).cloned();
                if let Some(text) = next {
                    return Some((
                        Event {
                            position: (at + 1).to_string(),
                            text,
                        },
                        (receiver, at + 1),
                    ));
                }
                receiver.changed().await.ok()?;
            }
        })
    }
    async fn branch(&self) -> impl Stream<Item = Branch> {
        stream::iter(["a", "b"].map(|name| Branch { name: name.into() }))
    }
    async fn count(&self, to: i32) -> impl Stream<Item = i32> {
        stream::iter(1..=to)
    }
    async fn flood(&self, bytes: u64) -> impl Stream<Item = String> {
        stream::repeat(()).map(move |()| "x".repeat(bytes as usize))
    }
    async fn explodes(&self) -> impl Stream<Item = i32> {
        stream::iter(1..=2).map(|n| if n == 2 { panic!("secret") } else { n })
    }
}

/// Takes [`TOKEN`] until it is revoked, and the cookie `session=ada` until the session ends. Who asks for the grant "other" is somebody else.
pub(crate) struct Tokens {
    revoked: Arc<std::sync::atomic::AtomicBool>,
    ended: Arc<std::sync::atomic::AtomicBool>,
}

impl Authenticate for Tokens {
    fn authenticate<'a>(
        &'a self,
        credentials: &'a Credentials,
    ) -> BoxFuture<'a, Result<Viewer, Refused>> {
        let revoked = self.revoked.load(Ordering::SeqCst);
        let ended = self.ended.load(Ordering::SeqCst);
        Box::pin(async move {
            let header = |name: &str| credentials.headers.get(name).map(|value| value.as_bytes());
            let known = match &credentials.bearer {
                Some(token) => token == TOKEN && !revoked,
                None => header("cookie") == Some(b"session=ada") && !ended,
            };
            let by_cookie = credentials.bearer.is_none();
            match credentials.to {
                _ if !known => Err(Refused::Unknown),
                To::Write if by_cookie && header("querschnitt-csrf") != Some(b"right") => {
                    Err(Refused::Foreign)
                }
                To::Read | To::Write | To::Socket | To::GoOn => {
                    match credentials.grant.as_deref() {
                        None => Ok(Viewer::new(Person("Ada".into()))),
                        Some("other") => Ok(Viewer::new(Person("Grace".into()))),
                        Some(_) => Err(Refused::NoGrant),
                    }
                }
            }
        })
    }
}

/// A running server.
pub(crate) struct Server {
    pub(crate) address: std::net::SocketAddr,
    pub(crate) revoked: Arc<std::sync::atomic::AtomicBool>,
    /// The session of the cookie.
    pub(crate) ended: Arc<std::sync::atomic::AtomicBool>,
    pub(crate) counted: Arc<AtomicUsize>,
}

/// Options with short times, so that tests of what takes too long are quick.
pub(crate) fn options() -> HttpOptions {
    HttpOptions {
        introspection: true,
        graphiql: true,
        ..HttpOptions::default()
    }
}

pub(crate) async fn start(options: HttpOptions) -> Server {
    start_at("127.0.0.1:0", options).await
}

pub(crate) async fn start_with(options: HttpOptions, connections: ServeOptions) -> Server {
    start_all("127.0.0.1:0", options, connections).await
}

pub(crate) async fn start_at(address: &str, options: HttpOptions) -> Server {
    let connections = ServeOptions {
        write_timeout: options.write_timeout,
        header_timeout: options.body_timeout,
        ..ServeOptions::default()
    };
    start_all(address, options, connections).await
}

async fn start_all(address: &str, options: HttpOptions, connections: ServeOptions) -> Server {
    let revoked = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let counted = Arc::new(AtomicUsize::new(0));
    let schema = Schema::build(Query, Mutation, Events)
        .data(Log(Arc::new(watch::Sender::new(Vec::new()))))
        .data(counted.clone())
        .disable_suggestions()
        .finish();
    let ended = Arc::default();
    let auth = Tokens {
        revoked: Arc::clone(&revoked),
        ended: Arc::clone(&ended),
    };
    let app = router(schema, Arc::new(auth), options);
    let listener = tokio::net::TcpListener::bind(address).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve(listener, app, connections, std::future::pending()));
    Server {
        address,
        revoked,
        ended,
        counted,
    }
}

/// An answer as it came over the wire.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }
    pub(crate) fn code(&self) -> String {
        self.json()["errors"][0]["extensions"]["code"]
            .as_str()
            .unwrap_or("")
            .to_owned()
    }
}

impl Server {
    /// Sends bytes as they are and reads until the server closes.
    pub(crate) async fn raw(&self, bytes: &[u8]) -> Answer {
        let mut socket = TcpStream::connect(self.address).await.unwrap();
        socket.write_all(bytes).await.unwrap();
        read_answer(socket).await
    }

    /// A request with the given headers and the token.
    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let mut all = vec![("authorization", "Bearer correct-horse")];
        all.extend_from_slice(headers);
        self.send_bare(method, path, &all, body).await
    }

    pub(crate) async fn send_bare(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        self.raw(&request(method, path, headers, body)).await
    }

    /// `POST /graphql` in the newer media type.
    pub(crate) async fn post(&self, body: serde_json::Value) -> Answer {
        let headers = [
            ("content-type", "application/json"),
            ("accept", "application/graphql-response+json"),
        ];
        self.send("POST", "/graphql", &headers, body.to_string().as_bytes())
            .await
    }

    pub(crate) async fn query(&self, query: &str) -> Answer {
        self.post(serde_json::json!({ "query": query })).await
    }
}

pub(crate) fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut head = format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if !body.is_empty() || method == "POST" {
        head.push_str(&format!("content-length: {}\r\n", body.len()));
    }
    head.push_str("\r\n");
    let mut bytes = head.into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

pub(crate) async fn read_answer(mut socket: TcpStream) -> Answer {
    let mut bytes = Vec::new();
    let reading = socket.read_to_end(&mut bytes);
    let ended = tokio::time::timeout(Duration::from_secs(20), reading).await;
    ended.expect("the server closes in time").ok();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head
        .get(9..12)
        .and_then(|status| status.parse().ok())
        .unwrap_or(0);
    Answer {
        status,
        head: head.to_owned(),
        body: body.to_owned(),
    }
}
