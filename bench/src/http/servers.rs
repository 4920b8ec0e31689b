//! The servers that are measured, each a process of its own: the product's binary and the constant
//! server. They are gone when they are dropped.

use std::io::{BufRead as _, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::constant::Sizes;
use super::questions::centre;
use crate::outcome::{OrMissing as _, Outcome};

/// Longer than anybody waits for a start.
const PATIENCE: Duration = Duration::from_secs(600);

/// A running server.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    child: Child,
}

impl Server {
    /// The product on a data folder, once it is ready; and how long that took.
    pub(crate) async fn product(folder: &Path) -> Outcome<(Self, Duration)> {
        Self::product_with(folder, &[]).await
    }

    /// The same with settings as variables.
    pub(crate) async fn product_with(
        folder: &Path,
        settings: &[(&str, &str)],
    ) -> Outcome<(Self, Duration)> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let began = Instant::now();
        let child = Command::new(binary()?)
            .arg("serve")
            .arg("--data")
            .arg(folder)
            .arg("--listen")
            .arg(address.to_string())
            .env("RUST_LOG", "warn")
            .envs(settings.iter().copied())
            .stdout(Stdio::null())
            .spawn()?;
        let mut server = Self { address, child };
        while !is_ready(address).await {
            if let Some(status) = server.child.try_wait()? {
                return Err(format!("the server ended with {status}").into());
            }
            if began.elapsed() > PATIENCE {
                return Err("the server did not become ready".into());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok((server, began.elapsed()))
    }

    /// The constant server: this program in its other role.
    pub(crate) fn constant(sizes: &Sizes) -> Outcome<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg("constant")
            .args(["--waiting", &sizes.waiting.to_string()])
            .args(["--handovers", &sizes.handovers.to_string()])
            .args(["--units", &sizes.units.to_string()])
            .stdout(Stdio::piped())
            .spawn()?;
        let output = child.stdout.take().or_missing("the server's output")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let address = line.trim().parse()?;
        Ok(Self { address, child })
    }

    /// Asks it to stop, as an administrator does, and waits for that.
    pub(crate) fn stop(mut self) -> Outcome<()> {
        let asked = Command::new("kill").arg(self.process()).status()?;
        let ended = self.child.wait()?;
        if asked.success() && ended.success() {
            return Ok(());
        }
        Err(format!("the server did not stop: {asked}, {ended}").into())
    }

    /// Its process, as `/proc` names it.
    pub(crate) fn process(&self) -> String {
        self.child.id().to_string()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It is only measured; what it leaves behind is thrown away.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A token for an officer of the centre whose book is asked.
pub(crate) fn token(folder: &Path) -> Outcome<String> {
    let output = Command::new(binary()?)
        .args(["token", "issue", "--role", "KI_OFFICER", "--centre"])
        .arg(centre().as_str())
        .arg("--data")
        .arg(folder)
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

/// The product's binary, built beside this program.
fn binary() -> Outcome<PathBuf> {
    let binary = std::env::current_exe()?.with_file_name("querschnitt");
    if binary.exists() {
        return Ok(binary);
    }
    Err(format!("{} is missing: use `make bench`", binary.display()).into())
}

async fn is_ready(address: SocketAddr) -> bool {
    let ask = async {
        let mut stream = TcpStream::connect(address).await.ok()?;
        let request = "GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        stream.write_all(request.as_bytes()).await.ok()?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.ok()?;
        answer.starts_with(b"HTTP/1.1 200").then_some(())
    };
    ask.await.is_some()
}
