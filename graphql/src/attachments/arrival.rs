//! Files on their way in: how many at a time, how large, and how long each may take.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, header};
use futures_util::StreamExt as _;
use querschnitt_domain::FileContent;
use tokio::sync::Semaphore;

use super::fault;
use crate::http::problem::Problem;

/// Files on their way in at a time; more wait. Each takes up to three times [`FileContent::MOST`] of
/// memory for a moment.
const UPLOADS: usize = 16;
/// A file that takes longer to arrive is given up: 10 MiB at one megabit per second take 84 seconds.
const ARRIVAL: Duration = Duration::from_secs(120);
/// How much of a file that is not taken is read before the connection is cut.
const THROWN_AWAY: usize = 4 * FileContent::MOST;
/// And for how long, where it was refused before it came.
const PATIENCE: Duration = Duration::from_secs(20);

/// The places for files on their way in.
pub(super) struct Arrival(Semaphore);

impl Arrival {
    pub(super) fn new() -> Self {
        Self(Semaphore::new(UPLOADS))
    }

    /// The whole file, when there is a place for it.
    pub(super) async fn content(
        &self,
        headers: &HeaderMap,
        body: Body,
    ) -> Result<Vec<u8>, Problem> {
        let length = headers.get(header::CONTENT_LENGTH);
        let length = length.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
        if length.is_some_and(|length| length > THROWN_AWAY) {
            return Err(Problem::too_large(FileContent::MOST));
        }
        let _permit = self.0.acquire().await.map_err(|_| fault())?;
        match tokio::time::timeout(ARRIVAL, received(body, FileContent::MOST)).await {
            Ok(content) => content,
            Err(_) => Err(Problem::body_timeout()),
        }
    }
}

/// Reads a file that is refused already, without a place and without keeping it: who is cut off while sending sees a
/// broken connection and not why. Who waits for our word before sending (`Expect`) gets the refusal instead.
pub(super) async fn throw_away(headers: &HeaderMap, body: Body) {
    if headers.contains_key(header::EXPECT) {
        return;
    }
    // Whatever becomes of it, the answer is the refusal.
    let _ = tokio::time::timeout(PATIENCE, received(body, 0)).await;
}

/// The whole body, up to `most` bytes. What is too large is read on for a while and thrown away.
async fn received(body: Body, most: usize) -> Result<Vec<u8>, Problem> {
    let mut content = Vec::new();
    let mut size = 0_usize;
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk =
            chunk.map_err(|_| Problem::bad_request("Die Datei kam nicht vollständig an."))?;
        size = size.saturating_add(chunk.len());
        if size > THROWN_AWAY {
            break;
        }
        if size > most {
            content = Vec::new();
        } else {
            content.extend_from_slice(&chunk);
        }
    }
    if size > most {
        return Err(Problem::too_large(most));
    }
    Ok(content)
}
