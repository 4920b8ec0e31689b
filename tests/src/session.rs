//! People: an account with a password of its own, and a session.

use serde_json::Value;

use crate::{App, Client};

const PASSWORD: &str = "drei Tassen Tee";

impl App {
    /// Somebody of Bielefeld who has an account with this role and is signed in.
    ///
    /// # Panics
    /// When that does not work.
    #[must_use]
    pub fn person(&self, login: &str, role: &str) -> Client {
        let name = format!("Name von {login}");
        let (code, out, err) = self.cli(&[
            "account", "add", "--login", login, "--name", &name, "--role", role, "--centre",
            "05711",
        ]);
        assert_eq!(code, 0, "{err}");
        let line = out
            .lines()
            .find(|line| line.starts_with("Erstes Kennwort:"));
        let first = line.and_then(|line| line.split_whitespace().nth(2));
        let mut pages = Pages::new(self.url());
        pages.post(
            "/anmelden",
            &[("name", login), ("password", first.expect("a password"))],
        );
        let page = pages.get("/anmelden/kennwort");
        let csrf = page.split("name=\"csrf\" value=\"").nth(1);
        let csrf = csrf.and_then(|rest| rest.split('"').next());
        let csrf = csrf.expect("a form").to_owned();
        pages.post(
            "/anmelden/kennwort",
            &[("csrf", &csrf), ("new", PASSWORD), ("again", PASSWORD)],
        );
        let session: Value = serde_json::from_str(&pages.get("/session")).expect("JSON");
        let csrf = session["csrf"].as_str().expect("a session").to_owned();
        let headers = vec![("cookie", pages.cookies()), ("querschnitt-csrf", csrf)];
        Client::in_session(self.url(), headers)
    }
}

impl Client {
    /// The same person in one of several roles.
    #[must_use]
    pub fn acting(&self, grant: &str) -> Self {
        self.with_header("querschnitt-grant", grant)
    }
}

/// Forms and a jar of cookies.
struct Pages {
    url: String,
    jar: Vec<(String, String)>,
    agent: ureq::Agent,
}

impl Pages {
    fn new(url: String) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .build()
            .into();
        Self {
            url,
            jar: Vec::new(),
            agent,
        }
    }

    fn cookies(&self) -> String {
        let pairs = self
            .jar
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    }

    fn take(&mut self, mut response: ureq::http::Response<ureq::Body>) -> String {
        for cookie in response.headers().get_all("set-cookie") {
            let cookie = cookie.to_str().expect("a text");
            let pair = cookie.split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').expect("a cookie");
            self.jar.retain(|(known, _)| known != name);
            self.jar.push((name.to_owned(), value.to_owned()));
        }
        response.body_mut().read_to_string().expect("a text")
    }

    fn get(&mut self, path: &str) -> String {
        let request = self.agent.get(format!("{}{path}", self.url));
        let response = request.header("cookie", self.cookies()).call();
        self.take(response.expect("the server answers"))
    }

    fn post(&mut self, path: &str, fields: &[(&str, &str)]) {
        let request = self.agent.post(format!("{}{path}", self.url));
        let request = request
            .header("cookie", self.cookies())
            .header("origin", &self.url);
        let response = request.send_form(fields.iter().copied());
        self.take(response.expect("the server answers"));
    }
}
