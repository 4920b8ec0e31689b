//! A real OpenID provider on loopback (npm `oidc-provider`, see `tests/js/oidc/provider.mjs`), and a browser that
//! goes through it.
//!
//! Also compiled into the tests of the crate `identity`, so it knows nothing of this one.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use ureq::http::{Response, header};

/// A provider that runs until it is dropped.
pub struct Provider {
    child: Child,
    agent: ureq::Agent,
    /// Its address, which is also its name.
    pub issuer: String,
}

/// No redirects are followed by itself, and no status is an error.
#[must_use]
pub fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(None)
        .build()
        .new_agent()
}

impl Provider {
    /// Starts one with the options of the script.
    ///
    /// # Panics
    /// Where node or its packages are missing: a test that was not run proves nothing.
    #[must_use]
    pub fn start(options: &Value) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/js");
        let mut child = Command::new("node")
            .args(["oidc/provider.mjs", &options.to_string()])
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("node is needed (make test says how to get it)");
        let output = child.stdout.take().expect("a pipe");
        let mut line = String::new();
        BufReader::new(output)
            .read_line(&mut line)
            .expect("a line of the provider");
        let ready: Value = serde_json::from_str(&line)
            .expect("a provider that starts; are its packages there (cd tests/js && npm ci)?");
        Self {
            child,
            agent: agent(),
            issuer: ready["issuer"].as_str().expect("an issuer").to_owned(),
        }
    }

    /// Tells the provider what to do; its answer.
    ///
    /// # Panics
    /// When it does not do it.
    #[must_use]
    pub fn tell(&self, step: &str, body: &Value) -> Value {
        let address = format!("{}/test/{step}", self.issuer);
        let answer = self.agent.post(address).send(body.to_string());
        let mut answer = answer.expect("an answer of the provider");
        let text = answer.body_mut().read_to_string().expect("a text");
        assert_eq!(answer.status(), 200, "{text}");
        serde_json::from_str(&text).expect("JSON")
    }

    /// Who signs in from now on, with which claims.
    pub fn person(&self, subject: &str, claims: &Value) {
        let _ = self.tell("person", &json!({"sub": subject, "claims": claims}));
    }

    /// A token with this header and these claims; `key`: "own", "foreign", or for HS256 "jwk" or "modulus".
    ///
    /// # Panics
    /// When it makes none.
    #[must_use]
    pub fn sign(&self, header: &Value, claims: &Value, key: &str) -> String {
        let body = json!({"header": header, "claims": claims, "key": key});
        let token = self.tell("sign", &body);
        token.as_str().expect("a token").to_owned()
    }

    /// How often a path was asked.
    ///
    /// # Panics
    /// When it does not say.
    #[must_use]
    pub fn count(&self, path: &str) -> u64 {
        let counts = self.tell("counts", &Value::Null);
        counts[path].as_u64().unwrap_or_default()
    }

    /// An access token for our API, as another program of the office gets it: by the same flow, with a client of
    /// its own.
    ///
    /// # Panics
    /// When the provider gives none.
    #[must_use]
    pub fn access_token(&self) -> String {
        const BACK: &str = "http://127.0.0.1:9/other";
        // The verifier and its challenge are those of RFC 7636, appendix B.
        let begin = format!(
            "{}/auth?client_id=fachverfahren&response_type=code&scope=openid%20profile%20api&resource=urn:querschnitt:api&redirect_uri={BACK}&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256",
            self.issuer
        );
        let back = Browser::default().follow(&begin, BACK);
        let code = parameter(&back, "code").expect("a code");
        let form = [
            ("grant_type", "authorization_code"),
            ("client_id", "fachverfahren"),
            ("redirect_uri", BACK),
            (
                "code_verifier",
                "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
            ),
            ("code", &code),
        ];
        let answer = self
            .agent
            .post(format!("{}/token", self.issuer))
            .send_form(form);
        let mut answer = answer.expect("an answer");
        let text = answer.body_mut().read_to_string().expect("a text");
        let answer: Value = serde_json::from_str(&text).expect("JSON");
        answer["access_token"].as_str().expect(&text).to_owned()
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A browser: keeps cookies of this machine (all ports share them, as in a real one), follows redirects when told.
#[derive(Default)]
pub struct Browser {
    cookies: BTreeMap<String, (String, String)>,
}

/// An answer as a test looks at it.
#[derive(Debug)]
pub struct Page {
    /// The status.
    pub status: u16,
    /// Where it leads, as a whole address.
    pub location: Option<String>,
    /// The values of `Set-Cookie`.
    pub set_cookies: Vec<String>,
    /// The text.
    pub text: String,
}

impl Browser {
    /// Asks for one address.
    ///
    /// # Panics
    /// When there is no answer.
    pub fn get(&mut self, address: &str) -> Page {
        let request = agent()
            .get(address)
            .header("Cookie", self.cookies_for(address));
        self.take(address, request.call().expect("an answer"))
    }

    /// Sends a form.
    ///
    /// # Panics
    /// When there is no answer.
    pub fn post(&mut self, address: &str, origin: &str, form: &[(&str, &str)]) -> Page {
        let request = agent()
            .post(address)
            .header("Origin", origin)
            .header("Cookie", self.cookies_for(address));
        let answer = request.send_form(form.iter().copied());
        self.take(address, answer.expect("an answer"))
    }

    /// Follows redirects until one leads to an address that begins with `until`, which is not asked.
    ///
    /// # Panics
    /// When none does.
    pub fn follow(&mut self, address: &str, until: &str) -> String {
        let mut address = address.to_owned();
        for _ in 0..12 {
            if address.starts_with(until) {
                return address;
            }
            let page = self.get(&address);
            address = page.location.unwrap_or_else(|| {
                panic!(
                    "{address} does not lead to {until}: {} {}",
                    page.status, page.text
                )
            });
        }
        panic!("too many redirects: {address}");
    }

    /// The value of a cookie.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(|(value, _)| value.as_str())
    }

    /// Takes the value of a `Set-Cookie` header.
    ///
    /// # Panics
    /// When it is none.
    pub fn set_cookie(&mut self, cookie: &str) {
        let mut parts = cookie.split(';').map(str::trim);
        let (name, value) = parts
            .next()
            .and_then(|pair| pair.split_once('='))
            .expect("a cookie");
        let parts: Vec<String> = parts.map(str::to_lowercase).collect();
        let path = parts.iter().find_map(|part| part.strip_prefix("path="));
        let gone = |part: &String| part == "max-age=0" || part.contains("1970");
        if value.is_empty() || parts.iter().any(gone) {
            self.cookies.remove(name);
        } else {
            let path = path.unwrap_or("/").to_owned();
            self.cookies
                .insert(name.to_owned(), (value.to_owned(), path));
        }
    }

    fn cookies_for(&self, address: &str) -> String {
        let path = address
            .splitn(4, '/')
            .nth(3)
            .unwrap_or_default()
            .to_lowercase();
        let path = format!("/{path}");
        let all = self
            .cookies
            .iter()
            .filter(|(_, (_, at))| path.starts_with(at));
        let pairs: Vec<String> = all
            .map(|(name, (value, _))| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }

    fn take(&mut self, address: &str, mut answer: Response<ureq::Body>) -> Page {
        let values = |name| {
            let all = answer.headers().get_all(name).iter();
            all.map(|value| value.to_str().expect("a header").to_owned())
                .collect::<Vec<_>>()
        };
        let set_cookies = values(header::SET_COOKIE);
        for cookie in &set_cookies {
            self.set_cookie(cookie);
        }
        let origin: Vec<&str> = address.splitn(4, '/').take(3).collect();
        let whole = |to: String| match to.strip_prefix('/') {
            Some(path) => format!("{}/{path}", origin.join("/")),
            None => to,
        };
        let location = values(header::LOCATION).pop().map(whole);
        Page {
            status: answer.status().as_u16(),
            location,
            set_cookies,
            text: answer.body_mut().read_to_string().unwrap_or_default(),
        }
    }
}

/// A parameter of an address.
#[must_use]
pub fn parameter(address: &str, name: &str) -> Option<String> {
    let (_, query) = address.split_once('?')?;
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(known, _)| *known == name)?;
    Some(value.replace("%3A", ":").replace("%2F", "/"))
}
