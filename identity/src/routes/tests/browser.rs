//! A house with accounts, and browsers with a jar of cookies.

use std::collections::{BTreeMap, HashMap};
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use querschnitt_domain::{ActorId, Role};
use querschnitt_store::{Keys, ManualClock};
use time::OffsetDateTime;
use tower::ServiceExt as _;
use uuid::Uuid;

use crate::admin::give_first_password;
use crate::credentials::Credentials;
use crate::directory::{
    AccountState, Choice, Directory, NotRecorded, Notice, ProviderIdentity, Refused,
};
use crate::identity::{Identity, Setup, Use};
use crate::login::LoginDigest;
use crate::routes::{ClientAddress, routes};
use crate::sessions::Times;

pub(super) const HOST: &str = "ki.example";

/// Accounts as a test sets them.
#[derive(Debug, Default)]
pub(super) struct Accounts(Mutex<HashMap<ActorId, Kept>>);

type Kept = (String, AccountState, Vec<Choice>);

impl Accounts {
    pub(super) fn lock(&self, account: ActorId) {
        self.0.lock().unwrap().get_mut(&account).unwrap().1 = AccountState::Locked;
    }

    /// After a lock that stands at this place in the book.
    pub(super) fn unlock(&self, account: ActorId, last_lock: u64) {
        let last_lock = Some(last_lock);
        self.0.lock().unwrap().get_mut(&account).unwrap().1 = AccountState::Active { last_lock };
    }

    pub(super) fn set_choices(&self, account: ActorId, grants: &[u128]) {
        let choices = grants.iter().map(|grant| Choice {
            grant: Uuid::from_u128(*grant),
            role: Role::KiOfficer,
            centre: "05711".parse().unwrap(),
            deputy_for: None,
        });
        self.0.lock().unwrap().get_mut(&account).unwrap().2 = choices.collect();
    }
}

#[async_trait]
impl Directory for Accounts {
    async fn state(&self, account: ActorId) -> AccountState {
        let accounts = self.0.lock().unwrap();
        accounts
            .get(&account)
            .map_or(AccountState::Unknown, |kept| kept.1)
    }

    async fn choices(&self, account: ActorId) -> Vec<Choice> {
        let accounts = self.0.lock().unwrap();
        accounts
            .get(&account)
            .map(|kept| kept.2.clone())
            .unwrap_or_default()
    }

    async fn name(&self, account: ActorId) -> Option<String> {
        Some(self.0.lock().unwrap().get(&account)?.0.clone())
    }

    async fn notices(&self, _: ActorId, _: &Choice) -> Result<Vec<Notice>, NotRecorded> {
        Ok(Vec::new())
    }

    async fn provider(&self, _: &ProviderIdentity) -> Result<ActorId, Refused> {
        Err(Refused::NoRole)
    }
}

pub(super) struct House {
    pub(super) identity: Arc<Identity>,
    pub(super) directory: Arc<Accounts>,
    pub(super) clock: Arc<ManualClock>,
    time: Arc<Mutex<Instant>>,
    _folder: tempfile::TempDir,
    app: Router,
}

impl House {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let keys = Arc::new(Keys::ephemeral().unwrap());
        let (credentials, _) = Credentials::open(&folder.path().join("credentials"), keys).unwrap();
        let directory = Arc::new(Accounts::default());
        let clock = Arc::new(ManualClock::at(
            OffsetDateTime::from_unix_timestamp(1_790_000_000).unwrap(),
        ));
        let setup = Setup {
            times: Times::default(),
            secure: true,
            provider: None,
        };
        let identity = Identity::new(
            Arc::new(credentials),
            Arc::clone(&directory) as _,
            Arc::clone(&clock) as _,
            setup,
        );
        let mut identity = identity.unwrap();
        let time = Arc::new(Mutex::new(Instant::now()));
        let shared = Arc::clone(&time);
        identity.monotonic = Arc::new(move || *shared.lock().unwrap());
        let identity = Arc::new(identity);
        Self {
            app: routes(Arc::clone(&identity)),
            identity,
            directory,
            clock,
            time,
            _folder: folder,
        }
    }

    /// Time passes.
    pub(super) fn wait(&self, by: Duration) {
        *self.time.lock().unwrap() += by;
        self.clock.advance(by);
    }

    /// Registers an account; gives its first password.
    pub(super) async fn account(&self, login: &str) -> (ActorId, String) {
        let account = ActorId(Uuid::new_v4());
        let name = format!("Name von {login}");
        self.directory.0.lock().unwrap().insert(
            account,
            (name, AccountState::Active { last_lock: None }, Vec::new()),
        );
        let digest = LoginDigest::of(self.identity.keys(), login);
        let first = give_first_password(
            &self.identity.credentials,
            account,
            digest,
            self.identity.seconds(),
        );
        (account, first.await.unwrap().to_string())
    }

    /// Somebody who is signed in, with the password "drei Tassen Tee".
    pub(super) async fn ready(&self, login: &str) -> Browser {
        let (_, first) = self.account(login).await;
        let mut browser = self.browser();
        browser.sign_in(login, &first).await;
        let csrf = browser.get("/anmelden/kennwort").await.csrf();
        let fields = [
            ("csrf", &*csrf),
            ("new", "drei Tassen Tee"),
            ("again", "drei Tassen Tee"),
        ];
        assert_eq!(
            browser.post("/anmelden/kennwort", &fields).await.leads_to(),
            "/konto"
        );
        browser
    }

    pub(super) fn browser(&self) -> Browser {
        self.browser_at(0)
    }

    pub(super) fn browser_at(&self, n: usize) -> Browser {
        Browser {
            app: self.app.clone(),
            jar: BTreeMap::new(),
            address: Ipv4Addr::from_bits(0x0a00_0001 + u32::try_from(n).unwrap()),
        }
    }

    pub(super) async fn signed_in(&self, browser: &Browser) -> Option<ActorId> {
        let signed_in = self.identity.signed_in(&browser.headers(), Use::Read).await;
        signed_in.ok().map(|signed_in| signed_in.account)
    }
}

/// What a browser got.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    headers: HeaderMap,
    pub(super) body: String,
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    pub(super) fn leads_to(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.body);
        self.header("location")
    }

    pub(super) fn field(&self, name: &str) -> String {
        let start = format!("name=\"{name}\" value=\"");
        let (_, rest) = self
            .body
            .split_once(&start)
            .expect("the page has the field");
        rest.split('"').next().unwrap().to_owned()
    }

    pub(super) fn csrf(&self) -> String {
        self.field("csrf")
    }
}

pub(super) struct Browser {
    app: Router,
    pub(super) jar: BTreeMap<String, String>,
    address: Ipv4Addr,
}

impl Browser {
    /// What it sends with every request.
    pub(super) fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HOST.parse().unwrap());
        let jar: Vec<_> = self
            .jar
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if !jar.is_empty() {
            headers.insert(header::COOKIE, jar.join("; ").parse().unwrap());
        }
        headers
    }

    pub(super) async fn send(
        &mut self,
        method: &str,
        path: &str,
        more: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .body(Body::from(body.to_owned()))
            .unwrap();
        *request.headers_mut() = self.headers();
        for (name, value) in more {
            let name: header::HeaderName = name.parse().unwrap();
            request.headers_mut().append(name, value.parse().unwrap());
        }
        request
            .extensions_mut()
            .insert(ClientAddress(self.address.into()));
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let cookie = cookie::Cookie::parse(cookie.to_str().unwrap().to_owned()).unwrap();
            match cookie.value() {
                "" => self.jar.remove(cookie.name()),
                value => self.jar.insert(cookie.name().to_owned(), value.to_owned()),
            };
        }
        let body = to_bytes(body, 1_000_000).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    pub(super) async fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, &[], "").await
    }

    /// A form of our own page.
    pub(super) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.post_from(
            path,
            fields,
            &[
                ("origin", "https://ki.example"),
                ("sec-fetch-site", "same-origin"),
            ],
        )
        .await
    }

    pub(super) async fn post_from(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        from: &[(&str, &str)],
    ) -> Answer {
        let body: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)))
            .collect();
        let mut headers = vec![("content-type", "application/x-www-form-urlencoded")];
        headers.extend(from);
        self.send("POST", path, &headers, &body.join("&")).await
    }

    pub(super) async fn sign_in(&mut self, name: &str, password: &str) -> Answer {
        self.post("/anmelden", &[("name", name), ("password", password)])
            .await
    }

    pub(super) fn session_id(&self) -> String {
        self.jar["__Host-querschnitt"].clone()
    }

    pub(super) fn plant(&mut self, id: &str) {
        self.jar
            .insert("__Host-querschnitt".to_owned(), id.to_owned());
    }
}
