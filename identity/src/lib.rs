//! Who is asking: local accounts, sessions, and sign-in at a provider.

pub mod directory;

pub use directory::{
    AccountState, Choice, ClaimedRole, Directory, ProviderIdentity, Refused,
};
