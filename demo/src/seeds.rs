//! Seeds that come again: the ids and salts of an invented history.

use querschnitt_domain::CommandId;
use querschnitt_store::Seeds;
use sha2::{Digest as _, Sha256};

/// Derives the seed of a decision from its command, so that a history that goes on after an interruption
/// gets the ids and salts it would have had. Whoever knows the command can compute the salts: only for
/// texts that are no secret.
#[derive(Clone, Copy, Debug)]
pub struct Repeatable;

impl Seeds for Repeatable {
    fn seed(&self, command: CommandId) -> Result<[u8; 32], getrandom::Error> {
        let mut hash = Sha256::new();
        hash.update(b"querschnitt demo: seed of a decision");
        hash.update(command.0.as_bytes());
        Ok(hash.finalize().into())
    }
}
