//! A real server process on a data folder of its own.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::binary::command;
use crate::client::Client;

/// How a server is started.
#[derive(Clone, Debug, Default)]
pub struct ServerOptions {
    /// More arguments of `serve`.
    pub arguments: Vec<String>,
    /// Settings of the environment; `{port}` in a value stands for the server's port.
    pub environment: Vec<(String, String)>,
}

/// A running server. Killed and its folder removed when dropped.
#[derive(Debug)]
pub struct App {
    /// Its own folder, with what it said and, unless it is elsewhere, the data.
    folder: tempfile::TempDir,
    data: PathBuf,
    options: ServerOptions,
    child: Option<Child>,
    port: u16,
    /// The token of somebody who may read size and root of the log.
    auditor: OnceLock<String>,
}

impl App {
    /// A server on an empty folder.
    ///
    /// # Panics
    /// When it does not get ready.
    #[must_use]
    pub fn start() -> Self {
        Self::start_with(ServerOptions::default())
    }

    /// A server on an empty folder with options.
    ///
    /// # Panics
    /// When it does not get ready.
    #[must_use]
    pub fn start_with(options: ServerOptions) -> Self {
        let mut app = Self::stopped(options);
        app.restart();
        app
    }

    /// A server on this data folder, for one on a disk of its own.
    ///
    /// # Panics
    /// When it does not get ready.
    #[must_use]
    pub fn start_on(data: PathBuf) -> Self {
        let mut app = Self::stopped(ServerOptions::default());
        app.data = data;
        app.restart();
        app
    }

    fn stopped(options: ServerOptions) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the test");
        Self {
            data: folder.path().join("data"),
            folder,
            options,
            child: None,
            port: 0,
            auditor: OnceLock::new(),
        }
    }

    /// Starts the server (again) on the same folder and waits until it is ready.
    ///
    /// # Panics
    /// When it does not get ready.
    pub fn restart(&mut self) {
        self.launch();
        self.wait_ready();
    }

    /// Starts the server (again) on the same folder, for one that need not get ready.
    ///
    /// # Panics
    /// When the binary does not start.
    pub fn launch(&mut self) {
        self.kill();
        self.port = free_port();
        let errors = std::fs::File::options()
            .create(true)
            .append(true)
            .open(self.stderr())
            .expect("a file for what the server says");
        let child = command(self.folder.path())
            .args(["serve", "--listen", &format!("127.0.0.1:{}", self.port)])
            .arg("--data")
            .arg(self.data())
            .args(&self.options.arguments)
            .envs(
                self.options
                    .environment
                    .iter()
                    .map(|(name, value)| (name, value.replace("{port}", &self.port.to_string()))),
            )
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(errors)
            .spawn()
            .expect("the binary starts");
        self.child = Some(child);
    }

    fn wait_ready(&mut self) {
        let deadline = Instant::now() + Duration::from_secs(60);
        let anonymous = self.anonymous();
        while Instant::now() < deadline {
            if let Some(child) = &mut self.child
                && let Ok(Some(status)) = child.try_wait()
            {
                panic!("the server ended with {status}:\n{}", self.said());
            }
            if anonymous
                .get("/readyz")
                .is_some_and(|(status, _)| status == 200)
            {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("the server did not get ready:\n{}", self.said());
    }

    /// Ends the server at once (SIGKILL), as a power cut would end the process.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().ok();
            child.wait().ok();
        }
    }

    /// Asks the server to end (SIGTERM) and gives its exit code.
    ///
    /// # Panics
    /// When it does not run.
    pub fn stop(&mut self) -> Option<i32> {
        let mut child = self.child.take().expect("the server runs");
        std::process::Command::new("kill")
            .arg(child.id().to_string())
            .status()
            .expect("kill runs");
        child.wait().expect("the server ends").code()
    }

    /// The exit code of a server that ended by itself; `None` while it runs.
    pub fn ended(&mut self) -> Option<i32> {
        let status = self.child.as_mut()?.try_wait().ok()??;
        Some(status.code().unwrap_or(-1))
    }

    /// The process id of the server.
    #[must_use]
    pub fn process_id(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// The data folder.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.data.clone()
    }

    fn stderr(&self) -> PathBuf {
        self.folder.path().join("stderr.txt")
    }

    /// What the server said on standard error.
    #[must_use]
    pub fn said(&self) -> String {
        std::fs::read_to_string(self.stderr()).unwrap_or_default()
    }

    /// Runs the command line on this data folder: exit code, standard output, standard error.
    ///
    /// # Panics
    /// When the binary does not start.
    #[must_use]
    pub fn cli(&self, arguments: &[&str]) -> (i32, String, String) {
        run(&self.data(), arguments)
    }

    /// A token for this role and centre, issued beside the running server.
    ///
    /// # Panics
    /// When none is issued.
    #[must_use]
    pub fn token(&self, role: &str, centre: &str) -> String {
        let (code, out, err) = self.cli(&["token", "issue", "--role", role, "--centre", centre]);
        assert_eq!(code, 0, "token issue failed: {err}");
        out.trim().to_owned()
    }

    /// An officer (`KI_OFFICER`) of Bielefeld (05711).
    #[must_use]
    pub fn officer(&self) -> Client {
        self.with_role("KI_OFFICER", "05711")
    }

    /// Someone with this role in this centre.
    #[must_use]
    pub fn with_role(&self, role: &str, centre: &str) -> Client {
        Client::new(self.url(), Some(self.token(role, centre)))
    }

    /// What the log says of itself: size, root, checkpoint and position. Asked by an auditor who gets a token, which is in
    /// the log too, the first time.
    #[must_use]
    pub fn log(&self) -> Value {
        let token = self.auditor.get_or_init(|| self.token("AUDITOR", "05711"));
        let auditor = Client::new(self.url(), Some(token.clone()));
        auditor.ask("{ log { size root checkpoint position } }", &json!({}))["log"].take()
    }

    /// Someone without a token.
    #[must_use]
    pub fn anonymous(&self) -> Client {
        Client::new(self.url(), None)
    }

    /// `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for App {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Runs the command line on a data folder: exit code, standard output, standard error.
pub(crate) fn run(data: &Path, arguments: &[&str]) -> (i32, String, String) {
    let folder = data.parent().unwrap_or(data);
    let output = command(folder)
        .args(arguments)
        .arg("--data")
        .arg(data)
        .stdin(Stdio::null())
        .output()
        .expect("the binary starts");
    (
        output.status.code().unwrap_or(-1),
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a free port")
        .port()
}
