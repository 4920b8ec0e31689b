//! Where the random bits of a decision come from.

use std::fmt;

use querschnitt_domain::CommandId;

/// Gives the 256 bits from which a decision draws its ids and salts.
pub trait Seeds: fmt::Debug + Send + Sync + 'static {
    /// Bits nobody can guess. Only for invented histories they may follow from the command, so that the
    /// same command leads to the same ids and salts.
    ///
    /// # Errors
    /// The system gave no random numbers.
    fn seed(&self, command: CommandId) -> Result<[u8; 32], getrandom::Error>;
}

/// The system's randomness.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemSeeds;

impl Seeds for SystemSeeds {
    fn seed(&self, _: CommandId) -> Result<[u8; 32], getrandom::Error> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed)?;
        Ok(seed)
    }
}
