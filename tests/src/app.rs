//! A real server process on a data folder of its own, and typed clients of it: a little over 400 lines, because a client
//! is nothing without its server.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::binary::command;

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

/// Someone with a token, with a session, or with neither.
#[derive(Clone, Debug)]
pub struct Client {
    url: String,
    token: Option<String>,
    /// The headers of a session.
    session: Vec<(&'static str, String)>,
    agent: ureq::Agent,
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

impl Client {
    /// A client of the server at this URL.
    #[must_use]
    pub fn new(url: String, token: Option<String>) -> Self {
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(60)))
            .http_status_as_error(false)
            .build()
            .into();
        Self {
            url,
            token,
            session: Vec::new(),
            agent,
        }
    }

    /// A client with these headers of a session.
    pub(crate) fn in_session(url: String, session: Vec<(&'static str, String)>) -> Self {
        Self {
            session,
            ..Self::new(url, None)
        }
    }

    /// The same person with one more header.
    pub(crate) fn with_header(&self, name: &'static str, value: &str) -> Self {
        let mut session = self.session.clone();
        session.push((name, value.to_owned()));
        Self {
            session,
            ..self.clone()
        }
    }

    /// The same person at another address, as after a restart.
    #[must_use]
    pub fn at(&self, url: String) -> Self {
        Self {
            url,
            ..self.clone()
        }
    }

    /// Host and port of the server.
    #[must_use]
    pub fn address(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    /// The token.
    #[must_use]
    pub fn token(&self) -> &str {
        self.token.as_deref().unwrap_or_default()
    }

    /// Status and body of a GET; `None` when nobody answers.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<(u16, String)> {
        let mut request = self.agent.get(format!("{}{path}", self.url));
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in &self.session {
            request = request.header(*name, value);
        }
        let mut response = request.call().ok()?;
        Some((
            response.status().as_u16(),
            response.body_mut().read_to_string().ok()?,
        ))
    }

    /// Status and body of a GraphQL request; `None` when nobody answers.
    #[must_use]
    pub fn post(&self, document: &str, variables: &Value) -> Option<(u16, Value)> {
        self.posted(None, document, variables)
    }

    /// [`Client::post`] with a purpose for the access log.
    #[must_use]
    pub fn post_for(
        &self,
        purpose: &str,
        document: &str,
        variables: &Value,
    ) -> Option<(u16, Value)> {
        self.posted(Some(purpose), document, variables)
    }

    fn posted(
        &self,
        purpose: Option<&str>,
        document: &str,
        variables: &Value,
    ) -> Option<(u16, Value)> {
        let mut request = self
            .agent
            .post(format!("{}/graphql", self.url))
            .header("content-type", "application/json")
            .header("accept", "application/graphql-response+json");
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in &self.session {
            request = request.header(*name, value);
        }
        if let Some(purpose) = purpose {
            request = request.header("querschnitt-purpose", purpose);
        }
        let body = json!({ "query": document, "variables": variables }).to_string();
        let mut response = request.send(body).ok()?;
        let status = response.status().as_u16();
        let text = response.body_mut().read_to_string().ok()?;
        Some((
            status,
            serde_json::from_str(&text).unwrap_or(Value::String(text)),
        ))
    }

    /// The `data` of a request that has no top-level errors.
    ///
    /// # Panics
    /// When it has, or when nobody answers.
    #[must_use]
    pub fn ask(&self, document: &str, variables: &Value) -> Value {
        let (status, mut body) = self.post(document, variables).expect("the server answers");
        assert!(
            status == 200 && body.get("errors").is_none(),
            "{status}: {body:#}"
        );
        body["data"].take()
    }

    /// Sends a mutation with one `input` and gives its payload. `selection` is what is asked of it
    /// besides `position` and `errors`.
    ///
    /// # Panics
    /// When there is a top-level error.
    pub fn send(&self, mutation: &str, input: &Value, selection: &str) -> Value {
        let mut name = mutation.to_owned();
        name[..1].make_ascii_uppercase();
        let document = format!(
            "mutation($input: {name}Input!) {{ {mutation}(input: $input) {{ {selection} position errors {{ code field message }} }} }}"
        );
        self.ask(&document, &json!({ "input": input }))[mutation].take()
    }

    /// [`Client::send`] for a mutation that has to succeed.
    ///
    /// # Panics
    /// When it is refused.
    pub fn done(&self, mutation: &str, input: &Value, selection: &str) -> Value {
        let payload = self.send(mutation, input, selection);
        assert_eq!(payload["errors"], json!([]), "{mutation} was refused");
        payload
    }
}
