//! An OParl server on loopback for tests: answers are programmed per path, requests are counted.

use std::collections::HashMap;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use serde_json::Value;

/// One programmed answer.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    delay: Duration,
}

impl Reply {
    pub(crate) fn json(value: &Value) -> Self {
        Self::bytes(value.to_string())
    }

    pub(crate) fn bytes(body: impl Into<Vec<u8>>) -> Self {
        Self {
            status: 200,
            headers: vec![("content-type".into(), "application/json".into())],
            body: body.into(),
            delay: Duration::ZERO,
        }
    }

    pub(crate) fn status(status: u16) -> Self {
        Self {
            status,
            ..Self::bytes("")
        }
    }

    pub(crate) fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    pub(crate) fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}

type Answers = Arc<dyn Fn(&str, usize) -> Option<Reply> + Send + Sync>;

#[derive(Clone)]
struct Shared {
    answers: Answers,
    asked: Arc<Mutex<Vec<String>>>,
}

/// The running server; it ends with the process.
pub(crate) struct OparlServer {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl OparlServer {
    /// `answers` gets the path with its query and how often that was asked before.
    pub(crate) fn start(
        answers: impl Fn(&str, &str, usize) -> Option<Reply> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let base = format!("http://{address}");
        let shared = Shared {
            answers: Arc::new(move |path, before| answers(&base, path, before)),
            asked: Arc::clone(&asked),
        };
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async move {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                let app = Router::new().fallback(answer).with_state(shared);
                axum::serve(listener, app).await.unwrap();
            });
        });
        Self { address, asked }
    }

    /// The address of a path here.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// What was asked so far, in its order.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

async fn answer(State(shared): State<Shared>, request: Request) -> Response<Body> {
    let path = request.uri().to_string();
    let before = {
        let mut asked = shared.asked.lock().unwrap();
        let before = asked.iter().filter(|earlier| **earlier == path).count();
        asked.push(path.clone());
        before
    };
    let reply = (shared.answers)(&path, before).unwrap_or_else(|| Reply::status(404));
    tokio::time::sleep(reply.delay).await;
    let mut response = Response::new(Body::from(reply.body));
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap();
    for (name, value) in reply.headers {
        response.headers_mut().insert(
            name.parse::<HeaderName>().unwrap(),
            HeaderValue::from_str(&value).unwrap(),
        );
    }
    response
}

/// A list page with these objects.
pub(crate) fn page(objects: &[Value], next: Option<String>) -> Reply {
    let mut links = HashMap::new();
    links.extend(next.map(|next| ("next", next)));
    Reply::json(&serde_json::json!({ "data": objects, "links": links, "pagination": {} }))
}
