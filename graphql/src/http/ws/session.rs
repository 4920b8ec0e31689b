//! One socket: who it is, which operations run on it, and how it ends.
//!
//! One task per socket and no queue: while a message is being written nothing is asked of the operations, so a
//! slow reader slows its own operations down, and is cut off when it takes nothing for too long.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::Response;
use axum::extract::ws::{Message, WebSocket};
use futures_util::future;
use futures_util::stream::{self, AbortHandle, Abortable, BoxStream, SelectAll, StreamExt};
use serde_json::{Map, Value};
use tokio::time::{Instant, timeout};

use super::message::{self, Close, FromClient};
use crate::http::auth::Credentials;
use crate::http::operation::Cost;
use crate::http::params::Params;
use crate::http::problem::{TOO_MANY, too_many_text, whole_seconds};
use crate::http::sse::every;
use crate::http::{Api, Refused, Viewer, answer, auth, witness};
use crate::limits;

/// A peer that was silent for so many signs of life is gone.
const MISSED_PONGS: u32 = 3;

/// Why the loop ends.
enum End {
    /// The server closes.
    Close(Close),
    /// The client closed and waits for the answer to that.
    Closed,
    /// Nobody is there any more, or nobody who reads.
    Gone,
}

impl From<Close> for End {
    fn from(close: Close) -> Self {
        Self::Close(close)
    }
}

struct Session {
    api: Arc<Api>,
    socket: WebSocket,
    /// From the headers and `connection_init`.
    credentials: Credentials,
    viewer: Option<Viewer>,
    /// What the connection is for, as its header or `connection_init` names it.
    purpose: Option<String>,
    operations: HashMap<String, AbortHandle>,
    running: SelectAll<BoxStream<'static, Step>>,
}

/// What an operation does next.
struct Step {
    id: String,
    /// With the cost of the operation; `None` at its end.
    response: Option<(Response, Cost)>,
}

/// Serves a socket until either side ends it.
pub(super) async fn run(
    api: Arc<Api>,
    socket: WebSocket,
    credentials: Credentials,
    purpose: Option<String>,
    agreed: bool,
) {
    let (operations, running) = (HashMap::new(), SelectAll::new());
    let mut session = Session {
        api,
        socket,
        credentials,
        viewer: None,
        purpose,
        operations,
        running,
    };
    let end = match agreed {
        true => session.serve().await,
        false => End::Close(Close::NoCommonProtocol),
    };
    match end {
        End::Gone => {}
        End::Closed => session.drain().await,
        End::Close(close) => {
            if session
                .send(Message::Close(Some(close.frame())))
                .await
                .is_ok()
            {
                session.drain().await;
            }
        }
    }
}

impl Session {
    async fn serve(&mut self) -> End {
        let options = &self.api.options;
        let mut sign_of_life = every(options.keep_alive);
        let mut recheck = every(options.recheck);
        let silence = options.keep_alive * MISSED_PONGS;
        let mut heard = Instant::now();
        let init = tokio::time::sleep(options.init_timeout);
        tokio::pin!(init);
        loop {
            let done = tokio::select! {
                message = self.socket.recv() => {
                    heard = Instant::now();
                    self.hear(message).await
                }
                Some(step) = self.running.next(), if !self.running.is_empty() => self.report(step).await,
                () = &mut init, if self.viewer.is_none() => Err(Close::InitTimeout.into()),
                _ = sign_of_life.tick() => match heard.elapsed() > silence {
                    true => Err(End::Gone),
                    false => self.send(Message::Ping(axum::body::Bytes::new())).await,
                },
                _ = recheck.tick(), if self.viewer.is_some() => self.recheck().await,
            };
            if let Err(end) = done {
                return end;
            }
        }
    }

    async fn hear(&mut self, message: Option<Result<Message, axum::Error>>) -> Result<(), End> {
        let text = match message {
            Some(Ok(Message::Text(text))) => text,
            Some(Ok(Message::Binary(_))) => return Err(Close::InvalidMessage.into()),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => return Ok(()),
            Some(Ok(Message::Close(_))) => return Err(End::Closed),
            None => return Err(End::Gone),
            Some(Err(error)) => return Err(broken(&error)),
        };
        // The socket itself lets through what the largest role may send.
        let known = self.viewer.as_ref();
        if known.is_some_and(|viewer| text.len() > self.api.limits(viewer).body_bytes) {
            return Err(Close::TooLarge.into());
        }
        match FromClient::parse(&text)? {
            FromClient::Init(payload) => self.init(&payload).await,
            FromClient::Ping => self.send_text(message::PONG.into()).await,
            FromClient::Pong => Ok(()),
            FromClient::Complete { id } => {
                if let Some(operation) = self.operations.remove(&id) {
                    operation.abort();
                }
                Ok(())
            }
            FromClient::Subscribe { id, payload } => {
                let viewer = self.viewer_now().await?;
                self.subscribe(id, payload, &viewer).await
            }
        }
    }

    async fn init(&mut self, payload: &Map<String, Value>) -> Result<(), End> {
        if self.viewer.is_some() {
            return Err(Close::SecondInit.into());
        }
        self.credentials.take_init(payload);
        let purpose = payload
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(witness::PURPOSE));
        if let Some((_, purpose)) = purpose {
            self.purpose = Some(purpose.as_str().unwrap_or("?").to_owned());
        }
        let viewer = self.api.auth.authenticate(&self.credentials).await;
        self.viewer = Some(viewer.map_err(refused)?);
        self.send_text(message::ACK.into()).await
    }

    /// Ends the socket when it is not its viewer's any more.
    async fn recheck(&mut self) -> Result<(), End> {
        let viewer = self.viewer.as_ref().ok_or(Close::Unauthorized)?;
        let going_on = self.credentials.going_on();
        match auth::still(self.api.auth.as_ref(), &going_on, viewer).await {
            true => Ok(()),
            false => Err(Close::Forbidden.into()),
        }
    }

    /// Every operation is a request: who it is, and in which role, is looked up anew.
    async fn viewer_now(&mut self) -> Result<Viewer, End> {
        let viewer = self.viewer.as_ref().ok_or(Close::Unauthorized)?;
        let now = self.api.auth.authenticate(&self.credentials).await;
        match now {
            Ok(now) if now.is(viewer) => Ok(now),
            Ok(_) | Err(_) => Err(Close::Forbidden.into()),
        }
    }

    async fn subscribe(&mut self, id: String, payload: Value, viewer: &Viewer) -> Result<(), End> {
        if self.operations.contains_key(&id) {
            return Err(Close::DuplicateId.into());
        }
        let most = self.api.options.operations_per_socket;
        if self.operations.len() >= most {
            let text = format!("at most {most} operations at a time on one socket");
            return self
                .refuse(&id, limits::error("TOO_MANY_OPERATIONS", text, None))
                .await;
        }
        if let Err(wait) = self.api.admit(viewer) {
            let text = too_many_text(whole_seconds(wait));
            return self.refuse(&id, limits::error(TOO_MANY, text, None)).await;
        }
        let params = Params::from_json(payload).map_err(|_| Close::InvalidMessage)?;
        let operation = match self.api.prepare(params, viewer, self.purpose.as_deref()) {
            Ok(operation) => operation,
            Err(error) => return self.refuse(&id, *error).await,
        };
        let cost = operation.cost;
        let responses = self
            .api
            .clone()
            .stream(operation)
            .map(move |response| Some((response, cost)));
        let (handle, registration) = AbortHandle::new_pair();
        self.operations.insert(id.clone(), handle);
        let steps = responses.chain(stream::once(future::ready(None)));
        let steps = steps.map(move |response| Step {
            id: id.clone(),
            response,
        });
        self.running
            .push(Abortable::new(steps, registration).boxed());
        Ok(())
    }

    async fn refuse(&mut self, id: &str, error: async_graphql::ServerError) -> Result<(), End> {
        self.send_text(message::error(id, &answer::errors(vec![error])))
            .await
    }

    async fn report(&mut self, step: Step) -> Result<(), End> {
        // Whoever may not read any more gets nothing more, not even what is ready.
        self.recheck().await?;
        let Step { id, response } = step;
        let text = match response {
            Some((response, _)) if answer::is_request_error(&response) => {
                // An error ends the operation, so there is no `complete` after it.
                if let Some(operation) = self.operations.remove(&id) {
                    operation.abort();
                }
                message::error(&id, &answer::errors(response.errors))
            }
            Some((response, cost)) => message::next(&id, &answer::body(response, cost)),
            None => {
                self.operations.remove(&id);
                message::complete(&id)
            }
        };
        self.send_text(text).await
    }

    async fn send_text(&mut self, text: String) -> Result<(), End> {
        self.send(Message::Text(text.into())).await
    }

    async fn send(&mut self, message: Message) -> Result<(), End> {
        match timeout(self.api.options.write_timeout, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(End::Gone),
        }
    }

    /// Finishes the closing handshake: the client shall get the close frame, and not a reset.
    async fn drain(&mut self) {
        let limit = self.api.options.write_timeout;
        let rest = async { while let Some(Ok(_)) = self.socket.recv().await {} };
        // A client that does not finish it in time is left alone.
        let _ = timeout(limit, rest).await;
    }
}

fn broken(error: &axum::Error) -> End {
    // axum hides the kind of error behind its own type; the text is all there is.
    match error.to_string().contains("too long") || error.to_string().contains("too big") {
        true => End::Close(Close::TooLarge),
        false => End::Gone,
    }
}

/// Clients try again after what is only not known yet.
const fn refused(why: Refused) -> Close {
    match why {
        Refused::Unknown | Refused::Foreign | Refused::NoGrant => Close::Forbidden,
        Refused::Unavailable => Close::TryAgain,
    }
}
