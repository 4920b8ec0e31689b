//! Sign-in and bearer tokens against a real provider (npm `oidc-provider`), which nobody here wrote.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod pages;
#[path = "../../../tests/src/provider.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    reason = "written for a crate of its own; not all of it is needed here"
)]
mod provider;
mod sign_in;
mod tokens;
mod world;
