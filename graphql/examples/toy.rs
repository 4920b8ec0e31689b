//! The toy schema of the tests on a fixed address, for the judges in `tests/js` and for trying things by hand.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    dead_code,
    reason = "what it shares with the tests is written for tests"
)]

#[path = "../tests/http/support.rs"]
mod support;

#[tokio::main]
async fn main() {
    let address = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "127.0.0.1:4010".into());
    let server = support::start_at(&address, support::options()).await;
    println!("http://{} token {}", server.address, support::TOKEN);
    std::future::pending::<()>().await;
}
