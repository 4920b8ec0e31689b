//! Who is asking: local accounts, sessions, and sign-in at a provider.

pub mod admin;
mod cookies;
pub mod credentials;
mod device;
pub mod directory;
mod identity;
pub mod jwt;
pub mod login;
pub mod oidc;
mod origin;
mod own;
mod pages;
pub mod password;
mod random;
pub mod rate;
mod recovery;
mod routes;
pub mod sessions;
mod sign_in;
pub mod totp;

pub use directory::{
    AccountState, Choice, ClaimedRole, Directory, NotRecorded, Notice, ProviderIdentity, Refused,
};
pub use identity::{CSRF_HEADER, Identity, NotSignedIn, Setup, SignedIn, Use};
pub use routes::{ClientAddress, routes};
