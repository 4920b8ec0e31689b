//! What the one policy costs: the same page of a list with it and without asking it, on the same book, over
//! HTTP within this process.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use querschnitt_domain::{ActorId, Role};
use querschnitt_graphql::http::{
    self, Authenticate, Credentials, HttpOptions, Refused, ServeOptions,
};
use querschnitt_graphql::{AccessRecorder, Rights, Services, Tokens, Viewer};
use querschnitt_projections::Runner;
use querschnitt_store::{
    Actor, EmbeddedLog, Executor, Keys, Log, Options, SystemClock, TreeFollower, Vault,
};
use uuid::Uuid;

use super::questions::{self, centre};
use super::run;
use crate::book::Book;
use crate::outcome::Outcome;
use crate::plan::Plan;
use crate::ready::Texts;
use crate::report::{Goal, Report};

/// The policy may take at most 15 % of a filtered list of 100 records.
const GOAL: Goal = Goal::AtLeast(0.85);
/// Longer than anybody waits.
const PATIENCE: Duration = Duration::from_secs(600);

/// Lets everybody in as an officer of the centre whose book is asked.
struct Officer;

impl Authenticate for Officer {
    fn authenticate<'a>(
        &'a self,
        _: &'a Credentials,
    ) -> futures_util::future::BoxFuture<'a, Result<http::Viewer, Refused>> {
        let actor = Actor::new(ActorId(Uuid::from_u128(1)), Role::KiOfficer, centre());
        Box::pin(async move { Ok(http::Viewer::new(Viewer::new(actor))) })
    }
}

/// Measures reads with the policy asked and not asked, in turn.
pub(crate) async fn measure(plan: &Plan, book: &Book, report: &mut Report) -> Outcome<()> {
    let services = open(&book.folder).await?;
    let asked = serve(services.clone()).await?;
    let unasked = serve(Services {
        rights: Arc::new(Rights::unasked()?),
        ..services.clone()
    })
    .await?;
    for question in questions::reads(asked, "officer").await? {
        let requests = Arc::new(question.requests.clone());
        let (mut with, mut without) = (Vec::new(), Vec::new());
        for _ in 0..plan.rounds {
            with.push(run(plan, question.connections, asked, &requests).await?);
            without.push(run(plan, question.connections, unasked, &requests).await?);
        }
        let what = format!("{}, the policy is asked", question.what);
        report.compare(&what, &with, "without the policy", &without, Some(GOAL));
    }
    Ok(())
}

async fn open(folder: &Path) -> Outcome<Services> {
    let keys = Arc::new(Keys::open(&folder.join("keys"))?);
    let log: Arc<dyn Log> = EmbeddedLog::open(folder, Options::default())?;
    let vault = Arc::new(Vault::open(&folder.join("vault"), keys.vault_key())?);
    let texts = Arc::new(Texts(Arc::clone(&vault)));
    let runner = Arc::new(Runner::start(log.clone(), texts));
    runner.wait_for(log.head(), PATIENCE).await?;
    let clock = Arc::new(SystemClock);
    Ok(Services {
        executor: Executor::new(log.clone(), vault, Arc::clone(&keys), clock),
        runner,
        tree: Arc::new(TreeFollower::new(log.clone())),
        figures: Arc::default(),
        flows: Arc::default(),
        tokens: Tokens::new(keys, log.identity()),
        rights: Arc::new(Rights::load()?),
        access: AccessRecorder::off(),
        names: Arc::default(),
    })
}

async fn serve(services: Services) -> Outcome<SocketAddr> {
    let app = querschnitt_graphql::router(services, Arc::new(Officer), HttpOptions::default());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(http::serve(
        listener,
        app,
        ServeOptions::default(),
        std::future::pending(),
    ));
    Ok(address)
}
