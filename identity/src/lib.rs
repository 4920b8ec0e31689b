//! Who is asking: local accounts, sessions, and sign-in at a provider.

pub mod credentials;
pub mod directory;
pub mod login;
pub mod password;
mod random;
mod recovery;
pub mod totp;

pub use directory::{AccountState, Choice, ClaimedRole, Directory, ProviderIdentity, Refused};
