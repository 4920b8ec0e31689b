//! Asks the provider. Everything has a limit: time, size and how many ask at once; redirects are not followed.
//!
//! What callers can cause at will takes a slot; keys and the description, which `kept.rs` asks for one at a time,
//! do not, so that a flood of sign-ins never keeps new keys away.

use std::io::Read as _;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use zeroize::Zeroizing;

use crate::jwt::strict;

/// The largest answer, in bytes.
const LARGEST: u64 = 512 * 1024;

/// How long one answer may take in all.
const LONGEST: Duration = Duration::from_secs(10);

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(4);

/// So many ask at once; each takes a thread while it waits.
const AT_ONCE: usize = 8;

/// Why the provider gave no answer one can use. For our log: it holds no secrets.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Unanswered {
    /// No connection, or not in time.
    #[error("no answer: {0}")]
    Connection(String),
    /// Too many ask at the moment.
    #[error("too many requests at once")]
    Busy,
    /// It was asked a moment ago and did not answer.
    #[error("no answer a moment ago")]
    Lately,
    /// Another status than success.
    #[error("answered with status {0}")]
    Status(u16),
    /// Longer than allowed.
    #[error("answered with more than {LARGEST} bytes")]
    TooLong,
    /// No JSON, or not what it should be.
    #[error("an answer that is not what it should be: {0}")]
    Content(&'static str),
}

/// What goes with a request to the token endpoint to say who asks.
pub(crate) type Authorization = Option<Zeroizing<String>>;

/// A client of one provider.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    agent: ureq::Agent,
    slots: Arc<Semaphore>,
}

impl Client {
    /// `roots`: who vouches for the provider's certificate instead of the usual authorities. A provider on this
    /// machine is asked directly, without a proxy of the environment.
    pub(crate) fn new(roots: Option<Vec<Certificate<'static>>>, loopback: bool) -> Self {
        let roots = roots.map_or(RootCerts::WebPki, |roots| {
            RootCerts::Specific(Arc::new(roots))
        });
        let mut config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .https_only(!loopback)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(CONNECT))
            .timeout_global(Some(LONGEST))
            .tls_config(TlsConfig::builder().root_certs(roots).build())
            .user_agent("querschnitt")
            .accept("application/json");
        if loopback {
            config = config.proxy(None);
        }
        Self {
            agent: config.build().new_agent(),
            slots: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    /// The JSON object behind an address.
    pub(crate) async fn object(&self, address: &str) -> Result<Map<String, Value>, Unanswered> {
        let bytes = self.bytes(address).await?;
        strict::object(&bytes).ok_or(Unanswered::Content("no JSON object"))
    }

    /// What is behind an address.
    pub(crate) async fn bytes(&self, address: &str) -> Result<Vec<u8>, Unanswered> {
        let address = address.to_owned();
        let answer = self.ask(None, move |agent| agent.get(address).call());
        successful(answer.await?)
    }

    /// The JSON object behind an address that wants to know who asks.
    pub(crate) async fn object_for(
        &self,
        address: &str,
        authorization: Zeroizing<String>,
    ) -> Result<Map<String, Value>, Unanswered> {
        let address = address.to_owned();
        let answer = self.ask(Some(self.slot()?), move |agent| {
            let request = agent.get(address);
            request
                .header("Authorization", authorization.as_str())
                .call()
        });
        let body = successful(answer.await?)?;
        strict::object(&body).ok_or(Unanswered::Content("no JSON object"))
    }

    /// Sends a form; the status and the JSON object of the answer, whatever the status.
    pub(crate) async fn send(
        &self,
        address: &str,
        form: Zeroizing<String>,
        authorization: Authorization,
    ) -> Result<(u16, Map<String, Value>), Unanswered> {
        let address = address.to_owned();
        let answer = self.ask(Some(self.slot()?), move |agent| {
            let mut request = agent
                .post(address)
                .header("Content-Type", "application/x-www-form-urlencoded");
            if let Some(authorization) = &authorization {
                request = request.header("Authorization", authorization.as_str());
            }
            request.send(form.as_bytes())
        });
        let (status, body) = answer.await?;
        let object = strict::object(&body).ok_or(Unanswered::Status(status))?;
        Ok((status, object))
    }

    fn slot(&self) -> Result<OwnedSemaphorePermit, Unanswered> {
        let slots = Arc::clone(&self.slots);
        slots.try_acquire_owned().map_err(|_| Unanswered::Busy)
    }

    async fn ask(
        &self,
        slot: Option<OwnedSemaphorePermit>,
        call: impl FnOnce(&ureq::Agent) -> Result<ureq::http::Response<ureq::Body>, ureq::Error>
        + Send
        + 'static,
    ) -> Result<Answer, Unanswered> {
        let agent = self.agent.clone();
        let asked = tokio::task::spawn_blocking(move || {
            let _slot = slot;
            let response = call(&agent).map_err(|error| connection(&error))?;
            let status = response.status().as_u16();
            let mut body = Vec::new();
            response
                .into_body()
                .into_reader()
                .take(LARGEST + 1)
                .read_to_end(&mut body)
                .map_err(|error| Unanswered::Connection(error.to_string()))?;
            if body.len() as u64 > LARGEST {
                return Err(Unanswered::TooLong);
            }
            Ok((status, body))
        });
        asked
            .await
            .map_err(|error| Unanswered::Connection(error.to_string()))?
    }
}

/// Status and body.
type Answer = (u16, Vec<u8>);

fn successful((status, body): Answer) -> Result<Vec<u8>, Unanswered> {
    if status == 200 {
        return Ok(body);
    }
    Err(Unanswered::Status(status))
}

fn connection(error: &ureq::Error) -> Unanswered {
    Unanswered::Connection(error.to_string())
}
