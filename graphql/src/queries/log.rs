//! The log itself: its size, its root, its newest checkpoint; of the whole installation for who runs it, of the
//! own centre for who audits it.

use async_graphql::{Context, Error, Object};
use querschnitt_store::{CentreCheckpoint, CentreHead, Checkpoint, Hash};

use crate::page::number;
use crate::scalars::Position;
use crate::services::{internal, reader_of_centre, reads_all, services};
use querschnitt_policy::Cell;

/// Protokoll: what anyone needs to check that nothing was rewritten.
struct LogStatus {
    size: u64,
    root: Hash,
    checkpoint: String,
    position: String,
}

/// Protokoll: what anyone needs to check that nothing was rewritten.
#[Object(name = "Log")]
impl LogStatus {
    /// How many events the log holds; for auditors and the data-protection officer, how many of the own centre.
    async fn size(&self) -> i64 {
        number(self.size)
    }

    /// The RFC 6962 Merkle tree root over these events in the order of the log, in lower-case hex; what
    /// `querschnitt audit verify`, with `--centre` for one centre, finds in the folder.
    async fn root(&self) -> String {
        hex::encode(self.root)
    }

    /// The signed checkpoint (C2SP tlog-checkpoint) of this size and root. That of a centre names the centre in its
    /// first line and is signed with the same key.
    async fn checkpoint(&self) -> &str {
        &self.checkpoint
    }

    /// The token of this point in the log; of one centre, of its last event.
    async fn position(&self) -> Position {
        Position(self.position.clone())
    }
}

/// Queries of the log itself.
#[derive(Default)]
pub(crate) struct LogQueries;

#[Object]
impl LogQueries {
    /// Protokoll: size, root and a signed checkpoint of the log as it stands now. Who runs the installation sees the
    /// whole log, auditors and the data-protection officer see the events of their centre: what happens in
    /// others changes nothing there.
    async fn log(&self, context: &Context<'_>) -> Result<LogStatus, Error> {
        let services = services(context)?;
        let log = services.executor.log().identity();
        let key = services.executor.keys().checkpoint_key();
        let (head, checkpoint, position) = if reads_all(context, Cell::LogIntegrity)? {
            let head = services.tree.head().await;
            let head = head.map_err(|error| internal(&error))?;
            (head, Checkpoint { log, head }.sign(&key), head.size)
        } else {
            let centre = reader_of_centre(context, Cell::LogIntegrity)?.centre();
            let found = services.tree.head_of(centre).await;
            let CentreHead { head, last } = found.map_err(|error| internal(&error))?;
            let checkpoint = CentreCheckpoint { log, centre, head }.sign(&key);
            (head, checkpoint, last)
        };
        Ok(LogStatus {
            size: head.size,
            root: head.root,
            checkpoint,
            position: services.tokens.position(position),
        })
    }
}
