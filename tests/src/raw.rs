//! Bare sockets: HTTP byte by byte, and small clients of both kinds of subscriptions, for what no
//! proper client does.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client::Client;

/// What came back over a bare connection.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status; 0 when the server closed without one.
    pub status: u16,
    /// The status line and the headers, as they came.
    pub head: String,
    /// Everything after the head.
    pub body: String,
}

impl Answer {
    /// The value of a header; the first, where there are several.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(':'));
        let found = lines.find(|(found, _)| found.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.trim())
    }
}

/// A bare connection.
#[derive(Debug)]
pub struct Raw(TcpStream);

impl Raw {
    /// Connects to the client's server.
    ///
    /// # Errors
    /// When nobody answers.
    pub fn connect(client: &Client) -> io::Result<Self> {
        let stream = TcpStream::connect(client.address())?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        Ok(Self(stream))
    }

    /// Writes these bytes.
    ///
    /// # Errors
    /// When the server has closed.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes)
    }

    /// Waits until the server asks for the body of a request that said `expect: 100-continue`: by then it has taken the
    /// request for what it is.
    ///
    /// # Errors
    /// When it answers something else.
    pub fn continued(&mut self) -> io::Result<()> {
        let mut head = [0; 25];
        self.0.read_exact(&mut head)?;
        match &head == b"HTTP/1.1 100 Continue\r\n\r\n" {
            true => Ok(()),
            false => Err(io::Error::other(
                String::from_utf8_lossy(&head).into_owned(),
            )),
        }
    }

    /// Says that nothing more will come, and still listens.
    pub fn half_close(&self) {
        self.0.shutdown(Shutdown::Write).ok();
    }

    /// The whole answer, until the server closes.
    #[must_use]
    pub fn answer(mut self) -> Answer {
        let mut bytes = Vec::new();
        // A reset after the answer leaves what came before it.
        self.0.read_to_end(&mut bytes).ok();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        Answer {
            status: text
                .split(' ')
                .nth(1)
                .and_then(|status| status.parse().ok())
                .unwrap_or(0),
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }
}

/// A POST to `/graphql` with the client's token, whose connection ends after it.
#[must_use]
pub fn request(client: &Client, body: &str) -> Vec<u8> {
    format!(
        "POST /graphql HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\naccept: application/graphql-response+json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        client.address(),
        client.token(),
        body.len()
    )
    .into_bytes()
}

/// A subscription over Server-Sent Events, one connection for each (`graphql-sse`).
#[derive(Debug)]
pub struct EventStream(BufReader<TcpStream>);

impl EventStream {
    /// Begins one: the server has said that it takes it.
    ///
    /// # Errors
    /// When the server refuses or does not answer.
    pub fn open(client: &Client, document: &str, variables: &Value) -> io::Result<Self> {
        let body = json!({ "query": document, "variables": variables }).to_string();
        let request = format!(
            "POST /graphql/stream HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\naccept: text/event-stream\r\ncontent-length: {}\r\n\r\n{body}",
            client.address(),
            client.token(),
            body.len()
        );
        let mut raw = Raw::connect(client)?;
        raw.write(request.as_bytes())?;
        let mut stream = Self(BufReader::new(raw.0));
        let status = stream.line()?;
        if !status.starts_with("HTTP/1.1 200") {
            return Err(io::Error::other(status));
        }
        while !stream.line()?.is_empty() {}
        Ok(stream)
    }

    /// The next result of the operation. Signs of life and the sizes of chunks are passed over.
    ///
    /// # Errors
    /// When the server ends the stream (`UnexpectedEof`), or has nothing to say for half a minute.
    pub fn receive(&mut self) -> io::Result<Value> {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(30) {
            let line = self.line()?;
            // The size of the last chunk.
            if line == "0" {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if let Some(data) = line.strip_prefix("data:")
                && !data.trim().is_empty()
            {
                return serde_json::from_str(data).map_err(io::Error::other);
            }
        }
        Err(io::ErrorKind::TimedOut.into())
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if self.0.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end().to_owned())
    }
}

/// A WebSocket that speaks `graphql-transport-ws`, after `connection_ack`.
#[derive(Debug)]
pub struct Socket(TcpStream);

impl Socket {
    /// Opens one and signs in.
    ///
    /// # Errors
    /// When the server refuses or does not answer.
    pub fn open(client: &Client) -> io::Result<Self> {
        let mut raw = Raw::connect(client)?;
        raw.write(
            format!(
                "GET /graphql/ws HTTP/1.1\r\nhost: {}\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\nsec-websocket-protocol: graphql-transport-ws\r\n\r\n",
                client.address()
            )
            .as_bytes(),
        )?;
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            raw.0.read_exact(&mut byte)?;
            head.push(byte[0]);
        }
        if !head.starts_with(b"HTTP/1.1 101") {
            return Err(io::Error::other(
                String::from_utf8_lossy(&head).into_owned(),
            ));
        }
        let mut socket = Self(raw.0);
        let authorization = format!("Bearer {}", client.token());
        socket.send(
            &json!({ "type": "connection_init", "payload": { "authorization": authorization } }),
        )?;
        let ack = socket.receive()?;
        if ack["type"] != "connection_ack" {
            return Err(io::Error::other(ack.to_string()));
        }
        Ok(socket)
    }

    /// Begins an operation.
    ///
    /// # Errors
    /// When the server has closed.
    pub fn subscribe(&mut self, document: &str, variables: &Value) -> io::Result<()> {
        let payload = json!({ "query": document, "variables": variables });
        self.send(&json!({ "id": "1", "type": "subscribe", "payload": payload }))
    }

    /// The next message that is one of the protocol's; pings are answered.
    ///
    /// # Errors
    /// When the server closes, or has nothing to say for half a minute.
    pub fn receive(&mut self) -> io::Result<Value> {
        let begun = Instant::now();
        // The server's signs of life come more often than that.
        while begun.elapsed() < Duration::from_secs(30) {
            let (kind, payload) = self.frame()?;
            match kind {
                1 => return serde_json::from_slice(&payload).map_err(io::Error::other),
                8 => return Err(io::ErrorKind::ConnectionReset.into()),
                9 => self.send_frame(10, &payload)?,
                _ => {}
            }
        }
        Err(io::ErrorKind::TimedOut.into())
    }

    fn send(&mut self, message: &Value) -> io::Result<()> {
        self.send_frame(1, message.to_string().as_bytes())
    }

    /// Masked with zeros, which leaves the bytes as they are.
    fn send_frame(&mut self, kind: u8, payload: &[u8]) -> io::Result<()> {
        let mut frame = vec![0x80 | kind];
        match u8::try_from(payload.len()) {
            Ok(length) if length < 126 => frame.push(0x80 | length),
            _ => {
                let length = u16::try_from(payload.len()).map_err(io::Error::other)?;
                frame.push(0x80 | 126);
                frame.extend(length.to_be_bytes());
            }
        }
        frame.extend([0; 4]);
        frame.extend(payload);
        self.0.write_all(&frame)
    }

    fn frame(&mut self) -> io::Result<(u8, Vec<u8>)> {
        let mut head = [0; 2];
        self.0.read_exact(&mut head)?;
        let length = match head[1] {
            126 => {
                let mut length = [0; 2];
                self.0.read_exact(&mut length)?;
                u64::from(u16::from_be_bytes(length))
            }
            127 => {
                let mut length = [0; 8];
                self.0.read_exact(&mut length)?;
                u64::from_be_bytes(length)
            }
            short => u64::from(short),
        };
        let mut payload = vec![0; usize::try_from(length).map_err(io::Error::other)?];
        self.0.read_exact(&mut payload)?;
        Ok((head[0] & 0x0f, payload))
    }
}
