//! Sign-in and bearer tokens against a real provider (npm `oidc-provider`), which nobody here wrote.

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
