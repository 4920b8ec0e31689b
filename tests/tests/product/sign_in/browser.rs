//! A browser as far as signing in needs one: a jar of cookies, forms, and what it says about its pages.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use querschnitt_tests::App;
use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

/// What people choose in these tests.
pub(super) const PASSWORD: &str = "drei Tassen Tee";

/// What came back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// Sorted, without the date.
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: String,
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }

    pub(super) fn leads_to(&self) -> &str {
        assert_eq!(self.status, 303, "{}", self.body);
        self.header("location")
    }

    pub(super) fn between(&self, start: &str, end: &str) -> String {
        let (_, rest) = self.body.split_once(start).expect("the page holds it");
        rest.split(end).next().unwrap().to_owned()
    }

    pub(super) fn field(&self, name: &str) -> String {
        self.between(&format!("name=\"{name}\" value=\""), "\"")
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }
}

#[derive(Clone)]
pub(super) struct Browser {
    url: String,
    jar: Vec<(String, String)>,
    agent: ureq::Agent,
}

impl Browser {
    pub(super) fn new(app: &App) -> Self {
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(60)))
            .http_status_as_error(false)
            .max_redirects(0)
            .build();
        Self {
            url: app.url(),
            jar: Vec::new(),
            agent: agent.into(),
        }
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    fn request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
    ) -> ureq::http::request::Builder {
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url));
        let jar: Vec<String> = self
            .jar
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if !jar.is_empty() {
            request = request.header("cookie", jar.join("; "));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request
    }

    fn take(&mut self, mut response: ureq::http::Response<ureq::Body>) -> Answer {
        for cookie in response.headers().get_all("set-cookie") {
            let (pair, _) = cookie.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.jar.retain(|(known, _)| known != name);
            if !value.is_empty() {
                self.jar.push((name.to_owned(), value.to_owned()));
            }
        }
        let text = |value: &ureq::http::HeaderValue| value.to_str().unwrap().to_owned();
        let headers = response.headers().iter();
        let mut headers: Vec<_> = headers
            .filter(|(name, _)| *name != "date" && *name != "set-cookie")
            .map(|(name, value)| (name.to_string(), text(value)))
            .collect();
        headers.sort();
        Answer {
            status: response.status().as_u16(),
            headers,
            body: response.body_mut().read_to_string().unwrap(),
        }
    }

    pub(super) fn get(&mut self, path: &str) -> Answer {
        let request = self.request("GET", path, &[]).body(()).unwrap();
        let response = self.agent.run(request).unwrap();
        self.take(response)
    }

    /// Any request; `None` when the server is gone before it answers.
    pub(super) fn try_send(
        &mut self,
        path: &str,
        headers: &[(&str, &str)],
        body: String,
    ) -> Option<Answer> {
        let request = self.request("POST", path, headers).body(body).unwrap();
        let response = self.agent.run(request).ok()?;
        Some(self.take(response))
    }

    pub(super) fn send(&mut self, path: &str, headers: &[(&str, &str)], body: String) -> Answer {
        self.try_send(path, headers, body)
            .expect("the server answers")
    }

    /// A form of our own page.
    pub(super) fn post(&mut self, path: &str, fields: &[(&str, String)]) -> Answer {
        let origin = self.url.clone();
        self.send(path, &form_headers(&origin), encoded(fields))
    }

    pub(super) fn sign_in(&mut self, name: &str, password: &str) -> Answer {
        let fields = [("name", name.to_owned()), ("password", password.to_owned())];
        self.post("/anmelden", &fields)
    }

    pub(super) fn choose_password(&mut self, password: &str) -> Answer {
        let csrf = self.get("/anmelden/kennwort").field("csrf");
        let (new, again) = (password.to_owned(), password.to_owned());
        self.post(
            "/anmelden/kennwort",
            &[("csrf", csrf), ("new", new), ("again", again)],
        )
    }

    pub(super) fn give_code(&mut self, code: &str) -> Answer {
        let csrf = self.get("/anmelden/code").field("csrf");
        self.post(
            "/anmelden/code",
            &[("csrf", csrf), ("code", code.to_owned())],
        )
    }

    pub(super) fn session(&mut self) -> Value {
        let answer = self.get("/session");
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    }

    pub(super) fn csrf(&mut self) -> String {
        self.session()["csrf"].as_str().unwrap().to_owned()
    }

    /// A request of a program in the browser, with the token of the session if there is one.
    pub(super) fn graphql(&mut self, document: &str, more: &[(&str, &str)]) -> Answer {
        let session = self.get("/session");
        let csrf = match session.status {
            200 => session.json()["csrf"].as_str().unwrap().to_owned(),
            _ => String::new(),
        };
        let origin = self.url.clone();
        let mut headers = vec![
            ("content-type", "application/json"),
            ("origin", origin.as_str()),
            ("querschnitt-csrf", csrf.as_str()),
        ];
        headers.extend(more);
        self.send(
            "/graphql",
            &headers,
            json!({ "query": document }).to_string(),
        )
    }

    pub(super) fn cookie(&self, name: &str) -> String {
        let found = self.jar.iter().find(|(known, _)| known == name);
        found.expect("the cookie is there").1.clone()
    }

    /// What all cookies hold.
    pub(super) fn cookies(&self) -> Vec<String> {
        self.jar.iter().map(|(_, value)| value.clone()).collect()
    }

    /// The hidden field of the form on a page.
    pub(super) fn csrf_of(&mut self, path: &str) -> String {
        self.get(path).field("csrf")
    }

    pub(super) fn set_cookie(&mut self, name: &str, value: &str) {
        self.jar.retain(|(known, _)| known != name);
        self.jar.push((name.to_owned(), value.to_owned()));
    }
}

pub(super) fn form_headers(origin: &str) -> [(&str, &str); 3] {
    [
        ("content-type", "application/x-www-form-urlencoded"),
        ("origin", origin),
        ("sec-fetch-site", "same-origin"),
    ]
}

pub(super) fn encoded(fields: &[(&str, String)]) -> String {
    let pairs = fields.iter().map(|(name, value)| {
        let value: String = value.bytes().map(|byte| format!("%{byte:02X}")).collect();
        format!("{name}={value}")
    });
    pairs.collect::<Vec<_>>().join("&")
}

/// Adds an account; gives its id and its first password.
pub(super) fn account(app: &App, login: &str, role: &str) -> (String, String) {
    let name = format!("Name von {login}");
    let (code, out, err) = app.cli(&[
        "account", "add", "--login", login, "--name", &name, "--role", role, "--centre", "05711",
    ]);
    assert_eq!(code, 0, "{err}");
    let id = out.split_whitespace().nth(1).unwrap().to_owned();
    (id, password_in(&out))
}

/// The first password that a command shows.
pub(super) fn password_in(out: &str) -> String {
    let line = out
        .lines()
        .find(|line| line.starts_with("Erstes Kennwort:"));
    line.unwrap().split_whitespace().nth(2).unwrap().to_owned()
}

/// Somebody who is signed in with [`PASSWORD`].
pub(super) fn ready(app: &App, login: &str, role: &str) -> Browser {
    let (_, first) = account(app, login, role);
    first_sign_in(app, login, &first)
}

/// Somebody who signs in with a first password and chooses [`PASSWORD`].
pub(super) fn first_sign_in(app: &App, login: &str, first: &str) -> Browser {
    let mut browser = Browser::new(app);
    assert_eq!(
        browser.sign_in(login, first).leads_to(),
        "/anmelden/kennwort"
    );
    assert_eq!(browser.choose_password(PASSWORD).leads_to(), "/konto");
    browser
}

/// What an app shows in so many seconds.
pub(super) fn code(secret: &str, ahead: u64) -> String {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let secret = Secret::try_from_base32(secret).unwrap();
    let totp = Builder::new().with_secret(secret).build().unwrap();
    totp.generate(now + ahead).to_string()
}
