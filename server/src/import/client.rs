//! Fetches JSON from an OParl server that may be slow, failing or hostile: everything has a limit.

use std::io::Read as _;
use std::time::Duration;

use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;
use ureq::http::{StatusCode, Uri, header};

/// What a source may cost us.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// The largest answer, decompressed, in bytes.
    pub(crate) answer_bytes: u64,
    /// All answers together, in bytes.
    pub(crate) total_bytes: u64,
    /// The pages of one list.
    pub(crate) pages: usize,
    /// The objects fetched one by one.
    pub(crate) singles: usize,
    /// So many of these failing one after the other are enough.
    pub(crate) failures: usize,
    /// How often one request is tried.
    pub(crate) attempts: u32,
    /// The wait before the second try; it doubles with each further one.
    pub(crate) first_wait: Duration,
    /// The longest wait between two tries, also when the server asks for a longer one.
    pub(crate) longest_wait: Duration,
    /// How long the server may stay silent.
    pub(crate) silence: Duration,
    /// How long one answer may take in all.
    pub(crate) answer_time: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            answer_bytes: 64 * 1024 * 1024,
            total_bytes: 4 * 1024 * 1024 * 1024,
            pages: 50_000,
            singles: 200_000,
            failures: 10,
            attempts: 6,
            first_wait: Duration::from_millis(500),
            longest_wait: Duration::from_secs(120),
            silence: Duration::from_secs(30),
            answer_time: Duration::from_secs(300),
        }
    }
}

const REDIRECTS: usize = 5;

/// Why something could not be fetched, for people.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{address}: {what}")]
pub(crate) struct FetchError {
    /// What was asked for.
    pub(crate) address: String,
    /// What is wrong.
    pub(crate) what: String,
}

/// Whether another try may help.
enum Trouble {
    /// It may; the server may have said when.
    Passing(String, Option<Duration>),
    /// It will not.
    Lasting(String),
    /// Look there instead.
    Moved(String),
}

/// A client of one server. Addresses on other servers are refused, so that a source can't send us
/// round the network.
#[derive(Debug)]
pub(crate) struct Client {
    agent: ureq::Agent,
    home: Uri,
    bounds: Bounds,
    taken: u64,
}

impl Client {
    /// A client of the server in `address`.
    pub(crate) fn new(address: &str, bounds: Bounds) -> Result<Self, FetchError> {
        let home = parse(address)?;
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(bounds.silence))
            .timeout_per_read(Some(bounds.silence))
            .timeout_recv_response(Some(bounds.silence))
            .timeout_global(Some(bounds.answer_time))
            .user_agent(concat!("querschnitt/", env!("CARGO_PKG_VERSION")))
            .accept("application/json")
            .build()
            .new_agent();
        Ok(Self {
            agent,
            home,
            bounds,
            taken: 0,
        })
    }

    /// What it keeps to.
    pub(crate) const fn bounds(&self) -> &Bounds {
        &self.bounds
    }

    /// The JSON behind an address. `say` learns of waits.
    pub(crate) fn get(
        &mut self,
        address: &str,
        say: &mut dyn FnMut(String),
    ) -> Result<Value, FetchError> {
        let failed = |what: String| FetchError {
            address: address.to_owned(),
            what,
        };
        let mut target = address.to_owned();
        let mut redirects = 0;
        let mut attempt = 1;
        let mut wait = self.bounds.first_wait;
        loop {
            self.refuse_foreign(&target)?;
            match self.try_once(&target) {
                Ok(value) => return Ok(value),
                Err(Trouble::Lasting(what)) => return Err(failed(what)),
                Err(Trouble::Moved(_)) if redirects == REDIRECTS => {
                    return Err(failed(format!("leitet mehr als {REDIRECTS}-mal weiter")));
                }
                Err(Trouble::Moved(to)) => {
                    redirects += 1;
                    target = to;
                }
                Err(Trouble::Passing(what, _)) if attempt == self.bounds.attempts => {
                    return Err(failed(format!("{what} (nach {attempt} Versuchen)")));
                }
                Err(Trouble::Passing(what, asked)) => {
                    let pause = asked.unwrap_or(wait).min(self.bounds.longest_wait);
                    say(format!(
                        "{address}: {what}; neuer Versuch in {:.0} s",
                        pause.as_secs_f32().ceil()
                    ));
                    std::thread::sleep(pause);
                    attempt += 1;
                    wait = (wait * 2).min(self.bounds.longest_wait);
                }
            }
        }
    }

    /// The same server: same host and port, or the same host with https instead of http.
    fn refuse_foreign(&self, address: &str) -> Result<(), FetchError> {
        let uri = parse(address)?;
        let port = |uri: &Uri| uri.port_u16().or_else(|| default_port(uri));
        let upgraded = self.home.scheme_str() == Some("http") && uri.scheme_str() == Some("https");
        let same_port = port(&uri) == port(&self.home) && uri.scheme() == self.home.scheme();
        if uri.host() == self.home.host() && (same_port || upgraded) {
            return Ok(());
        }
        Err(FetchError {
            address: address.chars().take(300).collect(),
            what: format!(
                "liegt auf einem anderen Server als die Quelle ({}) und wird nicht abgerufen",
                self.home.authority().map_or("", |home| home.as_str())
            ),
        })
    }

    fn try_once(&mut self, address: &str) -> Result<Value, Trouble> {
        let response = self
            .agent
            .get(address)
            .call()
            .map_err(|error| trouble(&error))?;
        let status = response.status();
        if status.is_redirection() {
            return Err(response
                .headers()
                .get(header::LOCATION)
                .and_then(|to| to.to_str().ok())
                .map_or_else(
                    || Trouble::Lasting(format!("antwortet mit {status} ohne Ziel")),
                    |to| Trouble::Moved(resolved(address, to)),
                ));
        }
        if !status.is_success() {
            let what = format!("antwortet mit {status}");
            return Err(if passing(status) {
                let after = response
                    .headers()
                    .get(header::RETRY_AFTER)
                    .and_then(|after| after.to_str().ok())
                    .and_then(|after| retry_after(after, OffsetDateTime::now_utc()));
                Trouble::Passing(what, after)
            } else {
                Trouble::Lasting(what)
            });
        }
        let most = self.bounds.answer_bytes;
        let mut body = Vec::new();
        response
            .into_body()
            .into_reader()
            .take(most + 1)
            .read_to_end(&mut body)
            .map_err(|error| Trouble::Passing(format!("bricht die Antwort ab: {error}"), None))?;
        let length = body.len() as u64;
        if length > most {
            return Err(Trouble::Lasting(format!(
                "schickt mehr als {most} Bytes auf einmal"
            )));
        }
        self.taken += length;
        if self.taken > self.bounds.total_bytes {
            return Err(Trouble::Lasting(format!(
                "die Quelle hat schon mehr als {} Bytes geschickt",
                self.bounds.total_bytes
            )));
        }
        serde_json::from_slice(&body)
            .map_err(|error| Trouble::Lasting(format!("antwortet nicht mit JSON: {error}")))
    }
}

fn parse(address: &str) -> Result<Uri, FetchError> {
    let failed = |what: &str| FetchError {
        address: address.chars().take(300).collect(),
        what: what.to_owned(),
    };
    let uri: Uri = address
        .parse()
        .map_err(|_| failed("ist keine gültige Adresse"))?;
    match uri.scheme_str() {
        Some("http" | "https") if uri.host().is_some() => Ok(uri),
        _ => Err(failed("ist keine vollständige http- oder https-Adresse")),
    }
}

/// Where a `Location` leads that may be relative to the address that was asked (RFC 3986, section 5.2).
/// A base that is no address gives the target as it stands, which is refused like any other.
fn resolved(base: &str, to: &str) -> String {
    let to = to.split('#').next().unwrap_or_default();
    let Ok(base) = parse(base) else {
        return to.to_owned();
    };
    let scheme = base.scheme_str().unwrap_or_default();
    if has_scheme(to) {
        return to.to_owned();
    }
    if to.starts_with("//") {
        return format!("{scheme}:{to}");
    }
    let authority = base.authority().map_or("", |authority| authority.as_str());
    let (path, query) = match to.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None if to.is_empty() => ("", base.query()),
        None => (to, None),
    };
    let path = if path.is_empty() {
        base.path().to_owned()
    } else if path.starts_with('/') {
        without_dots(path)
    } else {
        let folder = base.path().rfind('/').unwrap_or_default();
        without_dots(&format!("{}/{path}", &base.path()[..folder]))
    };
    let query = query.map_or_else(String::new, |query| format!("?{query}"));
    format!("{scheme}://{authority}{path}{query}")
}

fn has_scheme(address: &str) -> bool {
    address.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    })
}

/// A path from the root without `.` and `..` segments.
fn without_dots(path: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/').skip(1) {
        match segment {
            "." => {}
            ".." => {
                segments.pop();
            }
            other => segments.push(other),
        }
    }
    let mut whole = format!("/{}", segments.join("/"));
    if (path.ends_with("/.") || path.ends_with("/..")) && !whole.ends_with('/') {
        whole.push('/');
    }
    whole
}

fn default_port(uri: &Uri) -> Option<u16> {
    match uri.scheme_str() {
        Some("http") => Some(80),
        Some("https") => Some(443),
        _ => None,
    }
}

/// Too many requests, or the server is in trouble itself.
fn passing(status: StatusCode) -> bool {
    status == StatusCode::TOO_MANY_REQUESTS
        || status == StatusCode::REQUEST_TIMEOUT
        || status.is_server_error()
}

fn trouble(error: &ureq::Error) -> Trouble {
    match error {
        ureq::Error::Timeout(_) => Trouble::Passing("antwortet nicht rechtzeitig".into(), None),
        ureq::Error::Io(_) | ureq::Error::ConnectionFailed | ureq::Error::BodyStalled => {
            Trouble::Passing(format!("ist nicht erreichbar: {error}"), None)
        }
        ureq::Error::HostNotFound => Trouble::Passing("der Name ist unbekannt".into(), None),
        // The list of ureq's errors is open; nothing else becomes better by waiting.
        other => Trouble::Lasting(other.to_string()),
    }
}

/// `Retry-After`: seconds or a date.
fn retry_after(text: &str, now: OffsetDateTime) -> Option<Duration> {
    if let Ok(seconds) = text.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = OffsetDateTime::parse(&text.replace("GMT", "+0000"), &Rfc2822).ok()?;
    Some((at - now).try_into().unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests;
