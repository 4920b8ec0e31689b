//! Who asks a server: by GraphQL, with a token, with a session, or with neither.

use std::time::Duration;

use serde_json::{Value, json};

/// Someone with a token, with a session, or with neither.
#[derive(Clone, Debug)]
pub struct Client {
    url: String,
    token: Option<String>,
    /// The headers of a session.
    session: Vec<(&'static str, String)>,
    agent: ureq::Agent,
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
