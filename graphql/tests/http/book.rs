//! The real schema over a book in memory: what costs much, and what happens when its time is up.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use querschnitt_domain::{ActorId, Role};
use querschnitt_graphql::http::{
    self, Authenticate, Credentials, HttpOptions, Refused, ServeOptions,
};
use querschnitt_graphql::{AccessRecorder, Rights, Services, Tokens, Viewer};
use querschnitt_projections::{NoTexts, Runner};
use querschnitt_store::{Actor, Executor, Keys, Log, MemoryLog, SystemClock, TreeFollower, Vault};

use crate::support::{Answer, Server, options};

/// Every token is an officer's of Bielefeld.
struct Officer;

impl Authenticate for Officer {
    fn authenticate<'a>(
        &'a self,
        _: &'a Credentials,
    ) -> BoxFuture<'a, Result<http::Viewer, Refused>> {
        let id = ActorId(uuid::Uuid::from_u128(1));
        let actor = Actor::new(id, Role::KiOfficer, "05711".parse().unwrap());
        Box::pin(async move { Ok(http::Viewer::new(Viewer::new(actor))) })
    }
}

/// A book with one consultation and one review.
async fn book() -> Services {
    let log: Arc<dyn Log> = Arc::new(MemoryLog::new());
    let keys = Arc::new(Keys::ephemeral().unwrap());
    let executor = Executor::new(
        log.clone(),
        Arc::new(Vault::in_memory()),
        keys.clone(),
        Arc::new(SystemClock),
    );
    let services = Services {
        executor,
        runner: Arc::new(Runner::start(log.clone(), Arc::new(NoTexts))),
        tree: Arc::new(TreeFollower::new(log.clone())),
        figures: Arc::default(),
        flows: Arc::default(),
        tokens: Tokens::new(keys, log.identity()),
        rights: Arc::new(Rights::load().unwrap()),
        access: AccessRecorder::off(),
        names: Arc::default(),
    };
    let server = start(&services, options()).await;
    for mutation in [
        "recordConsultation(input: { commandId: \"018f0000-0000-7000-8000-000000000001\", centre: \"05711\",
            occurredOn: \"2026-03-10\", type: PROFESSIONAL, mode: PHONE, durationMinutes: 45, targetGroup: SCHOOL,
            actionAreas: [X_WORK] })",
        "requestReview(input: { commandId: \"018f0000-0000-7000-8000-000000000002\", centre: \"05711\",
            receivedOn: \"2026-03-02\", title: \"Elterncafé\", requester: MINISTRY, applicantType: ASSOCIATION,
            applicantName: \"Elternverein\", actionAreas: [X_WORK] })",
    ] {
        let answer = server
            .query(&format!("mutation {{ done: {mutation} {{ position errors {{ message }} }} }}"))
            .await;
        assert!(answer.json()["data"]["done"]["position"].is_string(), "{answer:?}");
    }
    services
}

async fn start(services: &Services, options: HttpOptions) -> Server {
    let app = querschnitt_graphql::router(services.clone(), Arc::new(Officer), options);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = ServeOptions::default();
    tokio::spawn(http::serve(listener, app, serving, std::future::pending()));
    Server {
        address,
        revoked: Arc::default(),
        ended: Arc::default(),
        counted: Arc::default(),
    }
}

/// What reads the whole book.
const SCANS: [&str; 5] = [
    "{ figures(period: \"2026\") { key total { value } } }",
    "{ figureRecords(key: \"B1\", period: \"2026\", first: 5) { totalCount } }",
    "{ flow(from: \"2026-01-01\", to: \"2027-01-01\") { units { steps } } }",
    "{ reviewBoard { urgencies { count } } }",
    "{ consultations(first: 5) { totalCount } }",
];

#[tokio::test(flavor = "multi_thread")]
async fn whatever_reads_the_book_ends_with_its_time() {
    let book = book().await;
    // The hurried one asks first: what was computed before takes no time.
    let hurried = HttpOptions {
        time_limit: Duration::ZERO,
        ..options()
    };
    let hurried = start(&book, hurried).await;
    let patient = start(&book, options()).await;
    for query in SCANS {
        let answer = hurried.query(query).await;
        let got = (answer.status, answer.code());
        assert_eq!(got, (503, "TIMEOUT".into()), "{query} {answer:?}");
        assert!(answer.json().get("data").is_none(), "{query}");

        let answer = patient.query(query).await;
        assert_eq!(answer.status, 200, "{query} {answer:?}");
        assert!(answer.json().get("errors").is_none(), "{query} {answer:?}");
    }
}

fn cost(answer: &Answer) -> u64 {
    let json = answer.json();
    let cost = [
        &json["extensions"]["cost"],
        &json["errors"][0]["extensions"],
    ]
    .into_iter()
    .find_map(|place| place["requested"].as_u64());
    cost.unwrap_or_else(|| panic!("no cost: {answer:?}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_figure_is_paid_for_by_the_scans_it_takes() {
    let server = start(&book().await, options()).await;
    let keys = |keys: &str| format!("{{ figures({keys}period: \"2026\") {{ key }} }}");
    let mut costs = Vec::new();
    for keys_given in [
        "keys: [\"B1\"], ",
        "keys: \"B1\", ",
        "keys: [\"B1\", \"N1\"], ",
        "",
    ] {
        costs.push(cost(&server.query(&keys(keys_given)).await));
    }
    // The list itself and five keys in it, however many there are.
    assert_eq!(costs, [406, 406, 806, 8_006]);
    for (query, expected) in SCANS.iter().zip([8_016, 806, 407, 107, 6]) {
        assert_eq!(cost(&server.query(query).await), expected, "{query}");
    }

    let twenty: String = (0..20)
        .map(|year| format!("y{year}: figures(period: \"{}\") {{ key }} ", 2000 + year))
        .collect();
    let answer = server.query(&format!("{{ {twenty} }}")).await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (400, "TOO_EXPENSIVE"),
        "{answer:?}"
    );
}
