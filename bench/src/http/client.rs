//! A keep-alive HTTP/1.1 client that does as little as possible, so that the processors are left to
//! the servers it measures.

use std::net::SocketAddr;
use std::sync::Arc;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::load::Caller;
use crate::outcome::{OrMissing as _, Outcome};
use crate::random::Random;

/// Stands in a body where each request needs a command id of its own.
pub(crate) const COMMAND_ID: &str = "00000000-0000-4000-8000-000000000000";
/// A mutation that was carried out says so.
const NO_ERRORS: &[u8] = b"\"errors\":[]";

/// One connection that posts its requests in turn.
pub(crate) struct Client {
    stream: TcpStream,
    requests: Arc<Vec<Vec<u8>>>,
    next: usize,
    random: Random,
    buffer: Vec<u8>,
}

/// A whole request: a GraphQL body for `/graphql`.
pub(crate) fn request(token: &str, body: &Value) -> Vec<u8> {
    let body = body.to_string();
    format!(
        "POST /graphql HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nAccept: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

impl Client {
    /// Connects. `from` says with which of the requests it begins.
    pub(crate) async fn connect(
        to: SocketAddr,
        requests: &Arc<Vec<Vec<u8>>>,
        from: usize,
    ) -> Outcome<Self> {
        let stream = TcpStream::connect(to).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            requests: Arc::clone(requests),
            next: from,
            random: Random::fresh(),
            buffer: Vec::with_capacity(64 * 1024),
        })
    }

    /// Posts the next request and gives the body of its answer.
    pub(crate) async fn post(&mut self) -> Outcome<&[u8]> {
        let request = &self.requests[self.next % self.requests.len()];
        self.next += 1;
        match find(request, COMMAND_ID.as_bytes()) {
            Some(at) => {
                let mut own = request.clone();
                let id = self.random.uuid().hyphenated().to_string();
                own[at..at + id.len()].copy_from_slice(id.as_bytes());
                self.stream.write_all(&own).await?;
            }
            None => self.stream.write_all(request).await?,
        }
        self.answer().await
    }

    async fn answer(&mut self) -> Outcome<&[u8]> {
        self.buffer.clear();
        let (start, length) = loop {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err("the server closed the connection".into());
            }
            if let Some(end) = find(&self.buffer, b"\r\n\r\n") {
                break (end + 4, content_length(&self.buffer[..end])?);
            }
        };
        while self.buffer.len() < start + length {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err("the server closed the connection".into());
            }
        }
        if !self.buffer.starts_with(b"HTTP/1.1 200") {
            let text = String::from_utf8_lossy(&self.buffer[..self.buffer.len().min(600)]);
            return Err(format!("the server answered {text}").into());
        }
        Ok(&self.buffer[start..start + length])
    }

    /// Posts the next request and gives its answer's data; anything wrong with it is an error.
    pub(crate) async fn data(&mut self) -> Outcome<Value> {
        let mut answer: Value = serde_json::from_slice(self.post().await?)?;
        match answer.get("errors") {
            Some(errors) => Err(format!("the server answered {errors}").into()),
            None => Ok(answer["data"].take()),
        }
    }
}

impl Caller for Client {
    async fn call(&mut self) -> Outcome<()> {
        let mutation = find(
            &self.requests[self.next % self.requests.len()],
            COMMAND_ID.as_bytes(),
        )
        .is_some();
        let body = self.post().await?;
        // Thorough checks come before the loop; here an answer must only not be a failure.
        let good = if mutation {
            find(body, NO_ERRORS).is_some()
        } else {
            find(&body[..body.len().min(32)], b"\"data\":{").is_some()
        };
        if good {
            return Ok(());
        }
        let text = String::from_utf8_lossy(&body[..body.len().min(600)]);
        Err(format!("the server answered {text}").into())
    }
}

fn content_length(head: &[u8]) -> Outcome<usize> {
    let head = std::str::from_utf8(head)?;
    let value = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.trim())
    });
    Ok(value
        .or_missing("an answer without content-length")?
        .parse()?)
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    memchr::memmem::find(text, wanted)
}
