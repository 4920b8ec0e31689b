//! The log itself: its size, its root, its newest checkpoint.

use async_graphql::{Context, Error, Object};
use querschnitt_store::{Checkpoint, Hash};

use crate::page::number;
use crate::scalars::Position;
use crate::services::{internal, reader_of_all, services};
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
    /// How many events the log holds.
    async fn size(&self) -> i64 {
        number(self.size)
    }

    /// The RFC 6962 Merkle tree root over these events, in lower-case hex.
    async fn root(&self) -> String {
        hex::encode(self.root)
    }

    /// The signed checkpoint (C2SP tlog-checkpoint) of this size and root.
    async fn checkpoint(&self) -> &str {
        &self.checkpoint
    }

    /// The token of this point in the log.
    async fn position(&self) -> Position {
        Position(self.position.clone())
    }
}

/// Queries of the log itself.
#[derive(Default)]
pub(crate) struct LogQueries;

#[Object]
impl LogQueries {
    /// Protokoll: size, root and a signed checkpoint of the log as it stands now.
    async fn log(&self, context: &Context<'_>) -> Result<LogStatus, Error> {
        reader_of_all(context, Cell::LogIntegrity)?;
        let services = services(context)?;
        let head = services
            .tree
            .head()
            .await
            .map_err(|error| internal(&error))?;
        let log = services.executor.log().identity();
        let checkpoint = Checkpoint { log, head };
        Ok(LogStatus {
            size: head.size,
            root: head.root,
            checkpoint: checkpoint.sign(&services.executor.keys().checkpoint_key()),
            position: services.tokens.position(head.size),
        })
    }
}
