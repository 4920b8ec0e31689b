//! Black-box tests through GraphQL and the command line, the independent judges, the benchmarks'
//! peers. This crate knows the binary only; it depends on no crate of the product.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a helper of tests fails by panicking"
)]
mod app;
mod binary;
mod client;
mod disk;
mod files;
mod oparl;
mod pdf;
pub mod provider;
mod raw;
mod session;
mod skip;

pub use app::{App, ServerOptions};
pub use binary::{binary, command, real_data};
pub use client::Client;
pub use disk::ScratchDisk;
pub use files::{FileAnswer, download, upload};
pub use oparl::{OparlSource, Reply};
pub use pdf::Pdf;
pub use raw::{Answer, EventStream, Raw, Socket, request};
pub use skip::{or_skip, skipped};
