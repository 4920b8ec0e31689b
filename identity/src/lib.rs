//! Who is asking: local accounts, sessions, and sign-in at a provider.

pub mod credentials;
pub mod directory;
pub mod jwt;
pub mod login;
pub mod oidc;
pub mod password;
mod random;
pub mod rate;
mod recovery;
pub mod sessions;
pub mod totp;

pub use directory::{AccountState, Choice, ClaimedRole, Directory, ProviderIdentity, Refused};
