//! An OParl server of the test's own, on loopback: what it answers is programmed, what it is asked
//! is kept. Not the one of the import's unit tests: this crate knows the binary only.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;

/// One answer.
#[derive(Clone, Debug)]
pub struct Reply {
    status: u16,
    body: String,
    delay: Duration,
}

impl Reply {
    /// 200 with this object.
    #[must_use]
    pub fn json(value: &Value) -> Self {
        Self {
            status: 200,
            body: value.to_string(),
            delay: Duration::ZERO,
        }
    }

    /// Only a status.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self {
            status,
            body: String::new(),
            delay: Duration::ZERO,
        }
    }

    /// The same, slowly: the body comes in drops over this time.
    #[must_use]
    pub fn over(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}

type Answers = dyn Fn(&str, &str, usize) -> Reply + Send + Sync;

/// The running source; it ends with the process.
#[derive(Debug)]
pub struct OparlSource {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl OparlSource {
    /// `answers` gets the server's own URL, the path with its query, and how often that was asked
    /// for before.
    ///
    /// # Panics
    /// Without a free port.
    #[must_use]
    pub fn start(answers: impl Fn(&str, &str, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (answers, kept): (Arc<Answers>, _) = (Arc::new(answers), Arc::clone(&asked));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (answers, asked) = (Arc::clone(&answers), Arc::clone(&kept));
                // A client that goes away in the middle concerns nobody.
                std::thread::spawn(move || serve(&stream, address, &*answers, &asked).ok());
            }
        });
        Self { address, asked }
    }

    /// The URL of a path here.
    #[must_use]
    pub fn at(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// What was asked for so far, in its order.
    #[must_use]
    pub fn asked(&self) -> Vec<String> {
        self.asked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// One request, one answer, and the connection ends.
fn serve(
    mut stream: &TcpStream,
    address: SocketAddr,
    answers: &Answers,
    asked: &Mutex<Vec<String>>,
) -> io::Result<()> {
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    while lines
        .next()
        .transpose()?
        .is_some_and(|line| !line.is_empty())
    {}
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let before = {
        let mut asked = asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.push(path.clone());
        asked.iter().filter(|earlier| **earlier == path).count() - 1
    };
    let reply = answers(&format!("http://{address}"), &path, before);
    write!(
        stream,
        "HTTP/1.1 {} -\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        reply.status,
        reply.body.len()
    )?;
    if reply.delay.is_zero() {
        return stream.write_all(reply.body.as_bytes());
    }
    const DROPS: usize = 10;
    for drop in reply.body.as_bytes().chunks(reply.body.len() / DROPS + 1) {
        stream.write_all(drop)?;
        std::thread::sleep(reply.delay / 10);
    }
    Ok(())
}
