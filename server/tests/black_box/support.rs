//! Runs the real binary on a data folder of its own.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ended {
    /// The number in the line that begins like this.
    pub(crate) fn count(&self, line: &str) -> u64 {
        let found = self.out.lines().find(|found| found.starts_with(line));
        let rest = &found.unwrap_or_else(|| panic!("no line {line:?} in {self:?}"))[line.len()..];
        let digits: String = rest
            .trim_start()
            .chars()
            .take_while(char::is_ascii_digit)
            .collect();
        digits.parse().unwrap()
    }
}

/// The binary, with no settings of the environment.
pub(crate) fn binary() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_querschnitt"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("QUERSCHNITT_") || name == "RUST_LOG" {
            command.env_remove(name);
        }
    }
    command.stdin(Stdio::null());
    command
}

/// Runs a command to its end.
pub(crate) fn run(command: &mut Command) -> Ended {
    let output = command.output().unwrap();
    Ended {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A data folder.
pub(crate) struct Office {
    folder: tempfile::TempDir,
}

impl Office {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A path beside the data folder.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = binary();
        command.args(arguments).arg("--data").arg(self.data());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        run(&mut self.command(arguments))
    }

    /// Runs a command that has to succeed.
    pub(crate) fn done(&self, arguments: &[&str]) -> Ended {
        let ended = self.run(arguments);
        assert_eq!(ended.code, 0, "{arguments:?}: {ended:?}");
        ended
    }

    pub(crate) fn import(&self, source: &str, more: &[&str]) -> Ended {
        let mut arguments = vec!["import", "oparl", source, "--centre", "05711"];
        arguments.extend(more);
        self.run(&arguments)
    }

    /// How many events the log holds, and its root, by `audit verify`.
    pub(crate) fn verified(&self) -> (u64, String) {
        let ended = self.done(&["audit", "verify"]);
        let root = ended
            .out
            .lines()
            .find_map(|line| line.strip_prefix("Wurzel: "));
        (ended.count("Ereignisse:"), root.unwrap().to_owned())
    }

    /// The only segment of the log.
    pub(crate) fn segment(&self) -> PathBuf {
        let folder = std::fs::read_dir(self.data().join("log")).unwrap();
        folder.map(|entry| entry.unwrap().path()).min().unwrap()
    }

    pub(crate) fn token(&self) -> String {
        let ended = self.done(&[
            "token",
            "issue",
            "--role",
            "KI_OFFICER",
            "--centre",
            "05711",
        ]);
        ended.out.trim_end().to_owned()
    }

    pub(crate) fn serve(&self, more: &[&str]) -> Server {
        Server::start(self, more, None)
    }

    /// The same with `RUST_LOG` set.
    pub(crate) fn serve_logging(&self, level: &str) -> Server {
        Server::start(self, &[], Some(level))
    }
}

/// A running server; killed when dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) url: String,
    errors: PathBuf,
}

impl Server {
    fn start(office: &Office, more: &[&str], log: Option<&str>) -> Self {
        let port = free_port();
        let errors = office.beside("stderr.txt");
        let child = office
            .command(&["serve", "--listen", &format!("127.0.0.1:{port}")])
            .args(more)
            .envs(log.map(|level| ("RUST_LOG", level)))
            .stdout(std::fs::File::create(office.beside("stdout.txt")).unwrap())
            .stderr(std::fs::File::create(&errors).unwrap())
            .spawn()
            .unwrap();
        let mut server = Self {
            child,
            url: format!("http://127.0.0.1:{port}"),
            errors,
        };
        let deadline = Instant::now() + Duration::from_secs(90);
        while server
            .get("/readyz", None)
            .is_none_or(|(status, _)| status != 200)
        {
            let ended = server.child.try_wait().unwrap();
            assert!(
                ended.is_none() && Instant::now() < deadline,
                "not ready, ended {ended:?}: {}",
                std::fs::read_to_string(&server.errors).unwrap()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
        server
    }

    pub(crate) fn get(&self, path: &str, token: Option<&str>) -> Option<(u16, String)> {
        let mut request = agent().get(format!("{}{path}", self.url));
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let mut response = request.call().ok()?;
        let body = response.body_mut().read_to_string().ok()?;
        Some((response.status().as_u16(), body))
    }

    pub(crate) fn ask(&self, token: &str, query: &str) -> Value {
        self.ask_with(token, &json!({ "query": query }))
    }

    /// The answer to a request body.
    pub(crate) fn ask_with(&self, token: &str, body: &Value) -> Value {
        let mut response = agent()
            .post(format!("{}/graphql", self.url))
            .header("content-type", "application/json")
            .header("authorization", format!("Bearer {token}"))
            .send(body.to_string())
            .unwrap();
        serde_json::from_str(&response.body_mut().read_to_string().unwrap()).unwrap()
    }

    /// Asks it to end (SIGTERM) and gives its exit code.
    pub(crate) fn stop(mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        Command::new("kill").arg(id).status().unwrap();
        self.child.wait().unwrap().code()
    }

    /// Tells it that files have changed (SIGHUP).
    pub(crate) fn hang_up(&self) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").arg("-HUP").arg(id).status();
        assert!(sent.unwrap().success());
    }

    /// What it said on the error output.
    pub(crate) fn said(&self) -> String {
        std::fs::read_to_string(&self.errors).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(30)))
        .build()
        .new_agent()
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// Flips one bit of a file.
pub(crate) fn flip(file: &Path, at: usize) {
    let mut bytes = std::fs::read(file).unwrap();
    bytes[at] ^= 1;
    std::fs::write(file, bytes).unwrap();
}
