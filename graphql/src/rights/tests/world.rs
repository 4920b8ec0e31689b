//! A world to ask about: invented offices of two centres, and people of every role.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_graphql::{Request, Variables};
use querschnitt_demo::{Plan, Repeatable, invent};
use querschnitt_domain::exception::{OpenOrder, OrderKind};
use querschnitt_domain::review::{AddAttachment, AskAdvice, ReviewState};
use querschnitt_domain::{
    ActorId, CentreKey, CommandId, Commitment, Decision, FileContent, NetworkId, OrganisationId,
    Query, RecordId, RecordKind, Role, Text,
};
use querschnitt_policy::{Relation, Relations};
use querschnitt_projections::{Runner, TextSource};
use querschnitt_store::{
    Actor, ExecuteError, Executor, Keys, Log as _, ManualClock, MemoryLog, TreeFollower, Vault,
    berlin_date,
};
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::macros::date;
use uuid::Uuid;

use crate::access_log::{AccessRecorder, Seen};
use crate::limits::rows::Rows;
use crate::viewer::Viewer;
use crate::{QuerschnittSchema, Rights, Services, Tokens};

/// The case manager who records consultations, and the colleague who represents her.
pub(super) const CASE_MANAGER: u128 = 701;
pub(super) const DEPUTY: u128 = 702;

pub(super) struct World {
    pub(super) services: Services,
    pub(super) schema: QuerschnittSchema,
    pub(super) clock: Arc<ManualClock>,
    log: Arc<MemoryLog>,
    /// The next command's id.
    commands: AtomicU64,
    pub(super) centres: Vec<CentreKey>,
    /// Where each record is and for whom it was recorded, as the events say.
    pub(super) records: HashMap<RecordId, (CentreKey, ActorId)>,
    /// Which records an order opens, and to whom.
    orders: Vec<(Role, RecordId)>,
}

struct Texts(Arc<Vault>);

impl TextSource for Texts {
    fn text(&self, subject: RecordId, commitment: &Commitment) -> Option<Arc<str>> {
        let text = self.0.text(subject, commitment).ok()??;
        Some(text.as_str().into())
    }
}

impl World {
    /// A book with a year of two invented offices in it.
    pub(super) async fn new(seed: u64) -> Self {
        let plan = Plan::new(2, 1, seed, date!(2025 - 12 - 15)).unwrap();
        let mut world = Self::empty(&plan);
        let (executor, clock) = (&world.services.executor, world.clock.clone());
        invent(executor, clock, &plan, &mut |_| {}).await.unwrap();
        world.follow().await;
        for number in 0..3 {
            let who = world.viewer(Role::CaseManager, 0, CASE_MANAGER);
            world.consult(&who, number).await;
        }
        world.open_orders().await;
        world.ask_for_advice().await;
        world.follow().await;
        world
    }

    /// An empty book of the centres of a plan. The same commands at the same times make the same records of it.
    pub(super) fn empty(plan: &Plan) -> Self {
        let clock = Arc::new(ManualClock::at(plan.first().midnight().assume_utc()));
        let log = Arc::new(MemoryLog::with_clock(clock.clone()));
        let vault = Arc::new(Vault::in_memory());
        let keys = Arc::new(Keys::ephemeral().unwrap());
        let executor = Executor::new(log.clone(), vault.clone(), keys.clone(), clock.clone())
            .with_seeds(Arc::new(Repeatable));
        let runner = Arc::new(Runner::start(log.clone(), Arc::new(Texts(vault))));
        let services = Services {
            executor,
            runner,
            tree: Arc::new(TreeFollower::new(log.clone())),
            figures: Arc::default(),
            flows: Arc::default(),
            tokens: Tokens::new(keys, log.identity()),
            rights: Arc::new(Rights::load().unwrap()),
            access: AccessRecorder::off(),
            names: Arc::default(),
        };
        Self {
            schema: crate::schema().data(services.clone()).finish(),
            services,
            clock,
            log,
            commands: AtomicU64::new(0),
            centres: plan.centres().to_vec(),
            records: HashMap::new(),
            orders: Vec::new(),
        }
    }

    /// From here on commands have the ids from this number on.
    pub(super) fn command_from(&self, number: u64) {
        self.commands.store(number, Ordering::SeqCst);
    }

    /// The id of the next command.
    pub(super) fn command(&self) -> Uuid {
        let number = self.commands.fetch_add(1, Ordering::SeqCst);
        Uuid::new_v5(&Uuid::NAMESPACE_OID, &number.to_be_bytes())
    }

    /// Catches up with the log.
    pub(super) async fn follow(&mut self) {
        let waited = self
            .services
            .runner
            .wait_for(self.log.head(), Duration::from_secs(60));
        waited.await.unwrap();
        for recorded in self
            .log
            .read(&Query::all(), 0, usize::MAX)
            .await
            .unwrap()
            .events
        {
            if let Some(record) = recorded.event.data.record() {
                let found = (recorded.event.centre, recorded.counts_for());
                self.records.entry(record).or_insert(found);
            }
        }
    }

    /// Of which records the events after a position are, in the order of the log.
    pub(super) async fn events_after(&self, after: u64) -> Vec<RecordId> {
        let read = self.log.read(&Query::all(), after, usize::MAX).await;
        let events = read.unwrap().events.into_iter();
        events
            .filter_map(|recorded| recorded.event.data.record())
            .collect()
    }

    async fn open_orders(&mut self) {
        let consultations = self.some(RecordKind::Consultation, 0, 1);
        let reviews = self.some(RecordKind::Review, 0, 1);
        for (kind, opens, to, records) in [
            (
                OrderKind::PersonRequest,
                Role::DataProtectionOfficer,
                Role::DataProtectionOfficer,
                consultations,
            ),
            (OrderKind::Audit, Role::KiHead, Role::Auditor, reviews),
        ] {
            self.orders
                .extend(records.iter().map(|record| (to, *record)));
            let order = OpenOrder {
                kind,
                records,
                valid_to: self.today().saturating_add(time::Duration::days(30)),
                reason: Text::new("Anliegen", Text::NOTE).unwrap(),
            };
            let viewer = self.viewer(opens, 0, 703);
            self.execute(&viewer, &order).await;
        }
    }

    /// Asks the organisation that takes part in most for its advice on a review in work.
    async fn ask_for_advice(&self) {
        let organisation = self.busy_organisation();
        let review = {
            let state = self.services.runner.read();
            let all = state.facts().reviews().all();
            let fit = all.filter(|row| {
                let in_work = ![ReviewState::Requested, ReviewState::Cosigned].contains(&row.state);
                let others = row.facts.applicant != Some(organisation);
                row.centre == self.centres[0] && row.is_open() && in_work && others
            });
            fit.map(|row| row.id).min().unwrap()
        };
        let ask = AskAdvice {
            review,
            expected_version: None,
            organisation: Some(organisation),
            unit: None,
            occurred_on: None,
            due_on: None,
            question: Some(Text::new("Was wissen Sie dazu?", Text::NOTE).unwrap()),
        };
        let officer = self.viewer(Role::KiOfficer, 0, 707);
        self.execute(&officer, &ask).await;
    }

    pub(super) fn now(&self) -> OffsetDateTime {
        self.services.executor.clock().now()
    }

    pub(super) fn today(&self) -> time::Date {
        berlin_date(self.now())
    }

    /// Carries out a decision, which must not be refused.
    pub(super) async fn execute<D: Decision + Sync>(&self, viewer: &Viewer, decision: &D)
    where
        D::Facts: Send,
    {
        let done = self.try_execute(viewer, decision).await;
        assert!(done.is_some(), "{}", std::any::type_name::<D>());
    }

    /// Carries out a decision and waits until it is seen; gives the record it was about, `None` where it was
    /// refused or changed nothing.
    pub(super) async fn try_execute<D: Decision + Sync>(
        &self,
        viewer: &Viewer,
        decision: &D,
    ) -> Option<RecordId>
    where
        D::Facts: Send,
    {
        let (executor, command) = (&self.services.executor, CommandId(self.command()));
        let done = executor.execute(&viewer.actor, command, b"", decision);
        let done = match done.await {
            Ok(done) => done,
            Err(ExecuteError::Rejected(_)) => return None,
            Err(error) => panic!("{}: {error}", std::any::type_name::<D>()),
        };
        let seen = self
            .services
            .runner
            .wait_for(done.position, Duration::from_secs(60));
        seen.await.unwrap();
        done.record
    }

    /// Somebody in a role of a centre, held for nothing.
    pub(super) fn viewer(&self, role: Role, centre: usize, account: u128) -> Viewer {
        let id = ActorId(Uuid::from_u128(account));
        Viewer::new(Actor::new(id, role, self.centres[centre]))
    }

    /// People of every role: without and with an organisation or a body, at the other centre, a deputy.
    pub(super) fn people(&self) -> Vec<Viewer> {
        let mut people = Vec::new();
        for role in Role::ALL {
            people.push(self.viewer(role, 0, 704));
            let mut held = self.viewer(role, 0, 706);
            held.organisation = Some(self.busy_organisation());
            held.body = Some(self.busy_network());
            people.push(held);
        }
        people.push(self.viewer(Role::KiHead, 1, 705));
        people.push(self.viewer(Role::CaseManager, 0, CASE_MANAGER));
        let mut deputy = self.viewer(Role::CaseManager, 0, DEPUTY);
        deputy.actor.on_behalf_of = Some(ActorId(Uuid::from_u128(CASE_MANAGER)));
        people.push(deputy);
        people
    }

    /// The organisation that takes part in most meetings of the first centre; of a review, too.
    pub(super) fn busy_organisation(&self) -> OrganisationId {
        let state = self.services.runner.read();
        let all = state.facts().organisations().all();
        let of_centre = all.filter(|row| row.centre == self.centres[0]);
        let busy = of_centre.max_by_key(|row| {
            let part = state.taking_part(row.id, self.today(), true);
            let meetings = part
                .iter()
                .filter(|record| record.kind == RecordKind::Meeting);
            (meetings.count(), row.id)
        });
        busy.unwrap().id
    }

    fn busy_network(&self) -> NetworkId {
        let state = self.services.runner.read();
        let all = state.facts().networks().all();
        let of_centre = all.filter(|row| row.centre == self.centres[0]);
        let busy = of_centre.max_by_key(|row| (state.before_body(row.id).len(), row.id));
        busy.unwrap().id
    }

    /// Some records of a kind in a centre, in a stable order.
    pub(super) fn some(&self, kind: RecordKind, centre: usize, most: usize) -> Vec<RecordId> {
        let mut records: Vec<RecordId> = self
            .records
            .iter()
            .filter(|(record, (of, _))| record.kind == kind && *of == self.centres[centre])
            .map(|(record, _)| *record)
            .collect();
        records.sort_unstable_by_key(|record| record.id);
        records.truncate(most);
        records
    }

    /// How somebody stands to a record, by the meaning in `domain.md` 11.2.
    pub(super) fn standing(&self, viewer: &Viewer, record: RecordId) -> Relations {
        let Some((centre, recorded_by)) = self.records.get(&record) else {
            return Relations::NONE;
        };
        if *centre != viewer.actor.centre {
            return Relations::NONE;
        }
        let state = self.services.runner.read();
        // For an authority there are no reviews, and nobody who is known through them.
        let with_reviews = viewer.actor.role != Role::AuthorityOfficer;
        let invited = viewer.organisation.is_some_and(|id| {
            let part = state.taking_part(id, self.today(), with_reviews);
            part.contains(&record)
        });
        let body = viewer
            .body
            .is_some_and(|id| state.before_body(id).contains(&record));
        // A deputy acts as the person represented, and not as herself.
        let own = *recorded_by == viewer.actor.counts_for();
        let own = own && record.kind == RecordKind::Consultation;
        let ordered = self.orders.contains(&(viewer.actor.role, record));
        Relations::of([Relation::Centre])
            .with_if(Relation::Invited, invited)
            .with_if(Relation::Body, body)
            .with_if(Relation::Own, own)
            .with_if(Relation::Request, ordered)
    }

    /// The log of the book.
    pub(super) fn log(&self) -> &MemoryLog {
        &self.log
    }

    /// The records that exist one by one for somebody, in a stable order.
    pub(super) fn exist_for(&self, viewer: &Viewer) -> Vec<RecordId> {
        let state = self.services.runner.read();
        let reach = self
            .services
            .asking(viewer, &state)
            .reach(crate::rights::coded);
        let scope = reach.scope();
        let mut found: Vec<RecordId> = scope.single.into_iter().flatten().copied().collect();
        found.sort_unstable_by_key(|record| record.id);
        found
    }

    /// A review of an applicant who is not in the register.
    pub(super) async fn review(&self, viewer: &Viewer) -> String {
        let input = json!({
            "centre": viewer.actor.centre.as_str(), "receivedOn": "2025-12-01", "title": "Elterncafé",
            "requester": "FUNDING_AUTHORITY", "applicantType": "MSO", "applicantName": "Elternverein",
            "actionAreas": ["X_PARTICIPATION"],
        });
        self.mutate(viewer, "requestReview", "review", input).await
    }

    /// A review with a file of four bytes.
    pub(super) async fn with_file(&self, viewer: &Viewer) -> String {
        let id = self.review(viewer).await;
        let review = crate::token::record_of(&id).unwrap();
        let file = AddAttachment {
            review: review.try_into().unwrap(),
            expected_version: None,
            kind: "APPLICATION".parse().unwrap(),
            media_type: "TXT".parse().unwrap(),
            name: None,
            content: FileContent::new(b"Text".to_vec()).unwrap(),
        };
        self.execute(viewer, &file).await;
        id
    }

    /// Asks, and notes what the answer shows.
    pub(super) async fn ask_seen(
        &self,
        viewer: &Viewer,
        query: &str,
        variables: Value,
        seen: Arc<Seen>,
    ) -> Value {
        let request = Request::new(query)
            .variables(Variables::from_json(variables))
            .data(*viewer)
            .data(Rows::new(1_000_000))
            .data(seen);
        serde_json::to_value(self.schema.execute(request).await).unwrap()
    }

    /// Asks, and gives the whole answer.
    pub(super) async fn ask(&self, viewer: &Viewer, query: &str, variables: Value) -> Value {
        let request = Request::new(query)
            .variables(Variables::from_json(variables))
            .data(*viewer)
            .data(Rows::new(1_000_000));
        serde_json::to_value(self.schema.execute(request).await).unwrap()
    }
}
