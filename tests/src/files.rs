//! Files over HTTP, for tests of attachments.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::Client;

/// What came back.
#[derive(Debug)]
pub struct FileAnswer {
    /// The status.
    pub status: u16,
    /// The headers, by name in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: Vec<u8>,
}

impl FileAnswer {
    /// The body as JSON; null where it is none.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .timeout_global(Some(Duration::from_secs(60)))
        .http_status_as_error(false)
        .build()
        .into()
}

fn answer(response: ureq::http::Response<ureq::Body>) -> FileAnswer {
    let (parts, mut body) = response.into_parts();
    let headers = parts.headers.iter().map(|(name, value)| {
        let value = value.to_str().unwrap_or_default();
        (name.as_str().to_owned(), value.to_owned())
    });
    FileAnswer {
        status: parts.status.as_u16(),
        headers: headers.collect(),
        body: body
            .with_config()
            .limit(64 << 20)
            .read_to_vec()
            .expect("a body"),
    }
}

/// Sends a file with these headers, as whoever the client is.
///
/// # Panics
/// When nobody answers.
#[must_use]
pub fn upload(client: &Client, path: &str, headers: &[(&str, &str)], content: &[u8]) -> FileAnswer {
    let mut request = agent().post(format!("http://{}{path}", client.address()));
    if !client.token().is_empty() {
        request = request.header("authorization", format!("Bearer {}", client.token()));
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    answer(request.send(content).expect("an answer"))
}

/// Reads a file, as whoever the client is.
///
/// # Panics
/// When nobody answers.
#[must_use]
pub fn download(client: &Client, path: &str) -> FileAnswer {
    let mut request = agent().get(format!("http://{}{path}", client.address()));
    if !client.token().is_empty() {
        request = request.header("authorization", format!("Bearer {}", client.token()));
    }
    answer(request.call().expect("an answer"))
}
