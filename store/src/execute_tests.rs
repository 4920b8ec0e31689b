//! What `execute` promises: once, in order, guarded, and never an event without its text.
//!
//! More than 400 lines: one test per promise.

use std::path::Path;
use std::pin::Pin;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use querschnitt_domain::organisation::OrganisationEvent;
use querschnitt_domain::{Commitment, EventData, EventId, OrganisationId, Recorded, Text};
use time::macros::{date, datetime};
use uuid::Uuid;

use super::*;
use crate::clock::ManualClock;
use crate::disk::simulated::{Fault, SimulatedDisk};
use crate::log::{Appended, FoundCommand, Line, LogIdentity, Page};
use crate::memory::MemoryLog;
use crate::memory::tests::{command as foreign_command, renamed};
use crate::{EmbeddedLog, Options};

/// Gives an organisation a name, unless it had `most` names already.
struct Name {
    organisation: u128,
    name: &'static str,
    most: u32,
}

#[derive(Default)]
struct Names(u32);

impl Decision for Name {
    type Facts = Names;

    fn query(&self) -> Query {
        Query::tagged(OrganisationId(Uuid::from_u128(self.organisation)).tag())
    }

    fn evolve(facts: &mut Names, _: &Event) {
        facts.0 += 1;
    }

    fn decide(&self, facts: &Names, context: &Context) -> Result<Vec<Event>, Rejection> {
        assert_eq!(context.today, date!(2026 - 11 - 22), "today in Berlin");
        if self.name == "nichts" || (self.name == "nichts, wenn vorhanden" && facts.0 > 0) {
            return Ok(Vec::new());
        }
        if facts.0 >= self.most {
            return Err(Rejection::whole(RejectionCode::StateForbids, "genug Namen"));
        }
        let text = Text::new(self.name, Text::NAME).unwrap();
        let organisation = OrganisationId(Uuid::from_u128(self.organisation));
        let name = context.seal(organisation.record(), &text);
        Ok(vec![renamed(self.organisation, name)])
    }
}

const fn name(organisation: u128, most: u32) -> Name {
    Name {
        organisation,
        name: "Interkultureller Garten e. V.",
        most,
    }
}

fn actor() -> Actor {
    Actor {
        on_behalf_of: Some(ActorId(Uuid::from_u128(2))),
        ..Actor::new(
            ActorId(Uuid::from_u128(1)),
            Role::KiOfficer,
            "05711".parse().unwrap(),
        )
    }
}

fn id(number: u128) -> CommandId {
    CommandId(Uuid::from_u128(number))
}

/// 23:30 UTC is the next day in Berlin.
fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::at(datetime!(2026-11-21 23:30 UTC)))
}

fn memory_log() -> MemoryLog {
    MemoryLog::with_clock(clock())
}

fn executor(log: Arc<dyn Log>, vault: Arc<Vault>) -> Executor {
    let keys = Arc::new(Keys::ephemeral().unwrap());
    Executor::new(log, vault, keys, clock())
}

fn committed(recorded: &Recorded) -> Commitment {
    match &recorded.event.data {
        EventData::Organisation(OrganisationEvent::Renamed(event)) => event.name,
        other => panic!("{other:?}"),
    }
}

/// A log that lets something happen before each append, and looks into the vault.
struct Watched {
    log: MemoryLog,
    vault: Arc<Vault>,
    /// How many appends another client is quicker than.
    overtaken: AtomicU32,
    /// Carried out before the next read: between a command's look-up and its decision.
    twin: Mutex<Option<Twin>>,
}

/// The same command once more, on its own way to the log.
type Twin = Pin<Box<dyn Future<Output = ()> + Send>>;

#[async_trait]
impl Log for Watched {
    fn identity(&self) -> LogIdentity {
        self.log.identity()
    }
    fn head(&self) -> u64 {
        self.log.head()
    }
    fn recorded_at(&self, now: OffsetDateTime) -> Result<OffsetDateTime, String> {
        self.log.recorded_at(now)
    }
    async fn append(
        &self,
        command: CommandKey,
        events: Vec<Event>,
        condition: Option<Condition>,
    ) -> Result<Appended, AppendError> {
        for event in &events {
            if let EventData::Organisation(OrganisationEvent::Renamed(renamed)) = &event.data {
                let text = self
                    .vault
                    .text(event.data.record().unwrap(), &renamed.name)
                    .unwrap();
                assert!(text.is_some(), "an event came before its text");
            }
        }
        let left = self.overtaken.load(Ordering::SeqCst);
        if left > 0 {
            self.overtaken.store(left - 1, Ordering::SeqCst);
            let event = renamed(1, Commitment([0; 32]));
            self.log
                .append(foreign_command(), vec![event], None)
                .await
                .unwrap();
        }
        self.log.append(command, events, condition).await
    }
    async fn read(&self, query: &Query, after: u64, limit: usize) -> Result<Page, LogError> {
        let twin = self.twin.lock().unwrap().take();
        if let Some(twin) = twin {
            twin.await;
        }
        self.log.read(query, after, limit).await
    }
    async fn lines(&self, after: u64, limit: usize) -> Result<Vec<Line>, LogError> {
        self.log.lines(after, limit).await
    }
    async fn find_command(&self, id: CommandId) -> Result<Option<FoundCommand>, LogError> {
        self.log.find_command(id).await
    }
    async fn find_event(&self, id: EventId) -> Result<Option<u64>, LogError> {
        self.log.find_event(id).await
    }
    async fn wait_beyond(&self, position: u64) -> u64 {
        self.log.wait_beyond(position).await
    }
}

fn watched(overtaken: u32) -> (Arc<Watched>, Executor) {
    let vault = Arc::new(Vault::in_memory());
    let log = Arc::new(Watched {
        log: memory_log(),
        vault: Arc::clone(&vault),
        overtaken: AtomicU32::new(overtaken),
        twin: Mutex::default(),
    });
    (Arc::clone(&log), executor(log, vault))
}

#[tokio::test]
async fn a_command_is_recorded_with_its_text_in_the_vault_first() {
    let (log, executor) = watched(0);
    let done = executor
        .execute(&actor(), id(1), b"a", &name(1, 9))
        .await
        .unwrap();
    let record = OrganisationId(Uuid::from_u128(1)).record();
    assert_eq!(
        (done.record, done.range, done.position, done.repeated),
        (Some(record), Some((1, 1)), 1, false)
    );
    let events = log.read(&Query::all(), 0, 9).await.unwrap().events;
    let text = executor
        .vault()
        .text(record, &committed(&events[0]))
        .unwrap()
        .unwrap();
    assert_eq!(text.as_str(), "Interkultureller Garten e. V.");
    assert_eq!(
        (events[0].actor, events[0].role, events[0].command),
        (actor().id, actor().role, id(1))
    );
    assert_eq!(events[0].on_behalf_of, actor().on_behalf_of);
}

#[tokio::test]
async fn the_same_command_again_gives_the_first_result_and_records_nothing() {
    let (log, executor) = watched(0);
    // By now the decision would refuse: the command is looked up before anything is decided.
    let first = executor
        .execute(&actor(), id(1), b"a", &name(1, 1))
        .await
        .unwrap();
    executor
        .execute(&actor(), id(2), b"b", &name(2, 1))
        .await
        .unwrap();
    let again = executor
        .execute(&actor(), id(1), b"a", &name(1, 1))
        .await
        .unwrap();
    assert_eq!(
        again,
        Executed {
            repeated: true,
            ..first
        }
    );
    assert_eq!(log.head(), 2);
}

/// The other one lands after this one's look-up and before it reads: what it then decides on holds
/// its own events already.
#[tokio::test]
async fn a_command_that_landed_meanwhile_is_answered_and_not_refused() {
    // With one name allowed the decision refuses.
    let refusing = || name(1, 1);
    // With the event it wants there already it has nothing to do.
    let done_already = || Name {
        name: "nichts, wenn vorhanden",
        ..name(1, 9)
    };
    for decision in [refusing, done_already] {
        let (log, executor) = watched(0);
        let twin = executor.clone();
        let first = Arc::new(Mutex::new(None));
        let answer = Arc::clone(&first);
        *log.twin.lock().unwrap() = Some(Box::pin(async move {
            let done = twin.execute(&actor(), id(1), b"a", &decision()).await;
            *answer.lock().unwrap() = Some(done.unwrap());
        }));
        let done = executor.execute(&actor(), id(1), b"a", &decision()).await;
        let first = first.lock().unwrap().unwrap();
        let repeated = Executed {
            repeated: true,
            ..first
        };
        assert_eq!(done.unwrap(), repeated);
        assert_eq!((log.head(), first.range), (1, Some((1, 1))));
    }
}

#[tokio::test]
async fn a_command_id_with_another_input_actor_or_centre_is_refused_in_german() {
    let (log, executor) = watched(0);
    executor
        .execute(&actor(), id(1), b"a", &name(1, 9))
        .await
        .unwrap();
    let elsewhere = Actor {
        centre: "05111".parse().unwrap(),
        ..actor()
    };
    for (actor, input) in [(actor(), b"b"), (elsewhere, b"a")] {
        let refused = executor
            .execute(&actor, id(1), input, &name(1, 9))
            .await
            .unwrap_err();
        let ExecuteError::Rejected(rejection) = refused else {
            panic!("{refused}")
        };
        assert_eq!(rejection.code, RejectionCode::CommandIdReused);
        assert!(rejection.message.contains("Vorgangsnummer"), "{rejection}");
    }
    assert_eq!(log.head(), 1);
}

#[tokio::test]
async fn nothing_happened_and_refused_record_nothing_and_are_decided_again() {
    let (log, executor) = watched(0);
    executor
        .execute(&actor(), id(1), b"a", &name(1, 9))
        .await
        .unwrap();
    let nothing = Name {
        name: "nichts",
        ..name(1, 9)
    };
    for _ in 0..2 {
        let done = executor
            .execute(&actor(), id(2), b"b", &nothing)
            .await
            .unwrap();
        assert_eq!(
            (done.record, done.range, done.position, done.repeated),
            (None, None, 1, false)
        );
        let refused = executor.execute(&actor(), id(3), b"c", &name(1, 1)).await;
        assert!(
            matches!(refused, Err(ExecuteError::Rejected(_))),
            "{refused:?}"
        );
    }
    assert_eq!(log.head(), 1);
    let done = executor
        .execute(&actor(), id(3), b"c", &name(1, 2))
        .await
        .unwrap();
    assert_eq!(done.range, Some((2, 2)));
}

#[tokio::test]
async fn after_a_conflict_it_reads_and_decides_again() {
    let (log, executor) = watched(3);
    let done = executor
        .execute(&actor(), id(1), b"a", &name(1, 9))
        .await
        .unwrap();
    assert_eq!(done.range, Some((4, 4)));
    // Overtaken by three names, the fourth is one too many: decided on what is there now.
    let (log_of_three, executor) = watched(3);
    let refused = executor.execute(&actor(), id(1), b"a", &name(1, 3)).await;
    assert!(
        matches!(refused, Err(ExecuteError::Rejected(_))),
        "{refused:?}"
    );
    assert_eq!((log.head(), log_of_three.head()), (4, 3));
}

#[tokio::test]
async fn who_is_always_overtaken_gives_up_and_says_so() {
    let (log, executor) = watched(u32::MAX);
    let busy = executor
        .execute(&actor(), id(1), b"a", &name(1, u32::MAX))
        .await;
    assert!(
        matches!(busy, Err(ExecuteError::Busy { attempts: ATTEMPTS })),
        "{busy:?}"
    );
    assert_eq!(log.log.find_command(id(1)).await.unwrap(), None);
}

#[tokio::test]
async fn a_long_history_is_folded_whole() {
    let (log, executor) = watched(0);
    for _ in 0..12 {
        let events = vec![renamed(1, Commitment([0; 32])); 100];
        log.log
            .append(foreign_command(), events, None)
            .await
            .unwrap();
    }
    let enough = 1_200;
    assert!(enough as usize > PAGE);
    let refused = executor
        .execute(&actor(), id(1), b"a", &name(1, enough))
        .await;
    assert!(
        matches!(refused, Err(ExecuteError::Rejected(_))),
        "{refused:?}"
    );
    executor
        .execute(&actor(), id(1), b"a", &name(1, enough + 1))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_log_that_takes_no_writes_is_named() {
    let (log, executor) = watched(0);
    log.log.refuse_writes("disk full");
    let refused = executor.execute(&actor(), id(1), b"a", &name(1, 9)).await;
    assert!(matches!(&refused, Err(ExecuteError::Unavailable { reason }) if reason == "disk full"));
}

#[tokio::test]
async fn a_vault_whose_disk_fails_lets_nothing_more_be_recorded() {
    let keys = Keys::ephemeral().unwrap();
    let disk = SimulatedDisk::new(1);
    let vault = Vault::open_in(Arc::new(disk.clone()), Path::new("vault"), keys.vault_key());
    let log = Arc::new(memory_log());
    let executor = executor(log.clone(), Arc::new(vault.unwrap()));
    let attempt = async |number| {
        executor
            .execute(&actor(), id(number), b"a", &name(number, 9))
            .await
    };
    attempt(1).await.unwrap();
    assert_eq!(executor.vault().refusal(), None);
    disk.fail_at(0, Fault::Full);
    // Also when there is space again: what the failed write left is not known.
    for number in [2, 3] {
        let refused = attempt(number).await;
        assert!(
            matches!(&refused, Err(ExecuteError::Unavailable { reason }) if Some(reason) == executor.vault().refusal().as_ref()),
            "{refused:?}"
        );
        disk.mend();
    }
    assert_eq!(log.head(), 1);
    attempt(1).await.expect("what is recorded is still known");
}

/// Says on which day it is decided, as the day the event is about.
struct Today;

impl Decision for Today {
    type Facts = ();

    fn query(&self) -> Query {
        Query::none()
    }

    fn evolve((): &mut (), _: &Event) {}

    fn decide(&self, (): &(), context: &Context) -> Result<Vec<Event>, Rejection> {
        let mut event = renamed(1, Commitment([0; 32]));
        event.occurred_on = context.today;
        Ok(vec![event])
    }
}

#[tokio::test]
async fn nothing_is_decided_on_a_day_that_the_log_does_not_believe() {
    let data = tempfile::tempdir().unwrap();
    let clock = clock();
    let evening = clock.now();
    let options = Options {
        clock: Arc::clone(&clock) as Arc<dyn Clock>,
        ..Options::default()
    };
    let log = EmbeddedLog::open(data.path(), options).unwrap();
    let keys = Arc::new(Keys::ephemeral().unwrap());
    let vault = Arc::new(Vault::in_memory());
    let executor = Executor::new(log.clone(), vault, keys, Arc::clone(&clock) as _);
    let attempt = async |number| executor.execute(&actor(), id(number), b"a", &Today).await;

    attempt(1).await.unwrap();
    assert_eq!(log.refusal(), None);
    let day = std::time::Duration::from_secs(24 * 60 * 60);
    clock.set(evening + day);
    let refused = attempt(2).await;
    assert!(
        matches!(&refused, Err(ExecuteError::Unavailable { reason }) if reason.contains("clock")),
        "{refused:?}"
    );
    assert!(log.refusal().unwrap().contains("clock"));
    // What is recorded already is known, whatever the clock says.
    assert!(attempt(1).await.unwrap().repeated);
    // Set right, it goes on; set back behind the newest event, the day stays that of the event.
    clock.set(evening);
    assert_eq!(log.refusal(), None);
    attempt(2).await.unwrap();
    clock.set(evening - day);
    assert_eq!(log.refusal(), None);
    attempt(3).await.unwrap();
    let page = log.read(&Query::all(), 0, 9).await.unwrap();
    let days: Vec<_> = page
        .events
        .iter()
        .map(|event| event.event.occurred_on)
        .collect();
    assert_eq!(days, [date!(2026 - 11 - 22); 3]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_at_once_exactly_as_many_succeed_as_the_rule_allows() {
    let (log, executor) = watched(0);
    let tasks: Vec<_> = (0..40)
        .map(|number| {
            let executor = executor.clone();
            // Every command comes in twice, as from an impatient client.
            tokio::spawn(async move {
                loop {
                    let done = executor
                        .execute(&actor(), id(number / 2), b"a", &name(1, 5))
                        .await;
                    if !matches!(done, Err(ExecuteError::Busy { .. })) {
                        return done;
                    }
                }
            })
        })
        .collect();
    let (mut new, mut repeated) = (0, 0);
    for task in tasks {
        match task.await.unwrap() {
            Ok(Executed { repeated: true, .. }) => repeated += 1,
            Ok(_) => new += 1,
            Err(ExecuteError::Rejected(_)) => {}
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!((new, log.head()), (5, 5));
    assert!(repeated <= 5);
}

#[tokio::test]
async fn no_text_stands_in_the_clear_anywhere_in_the_data_folder() {
    let data = tempfile::tempdir().unwrap();
    let keys = Arc::new(Keys::open(&data.path().join("keys")).unwrap());
    let options = Options {
        clock: clock(),
        ..Options::default()
    };
    let log = EmbeddedLog::open(data.path(), options).unwrap();
    let vault = Arc::new(Vault::open(&data.path().join("vault"), keys.vault_key()).unwrap());
    let executor = Executor::new(log.clone(), Arc::clone(&vault), keys, clock());
    executor
        .execute(&actor(), id(1), b"a", &name(1, 9))
        .await
        .unwrap();
    let event = log
        .read(&Query::all(), 0, 1)
        .await
        .unwrap()
        .events
        .remove(0);
    let text = vault
        .text(event.event.data.record().unwrap(), &committed(&event))
        .unwrap();
    assert_eq!(text.unwrap().as_str(), name(1, 9).name);
    log.close();
    drop((executor, vault, log));

    let mut folders = vec![data.path().to_owned()];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            files += 1;
            let bytes = std::fs::read(&path).unwrap();
            let found = bytes.windows(8).any(|window| window == b"Interkul");
            assert!(!found, "{} holds a text in the clear", path.display());
        }
    }
    assert!(files > 6, "log, vault and keys were written: {files} files");
}

/// A file goes from the command to the vault; the log holds the commitment only.
#[tokio::test]
async fn a_file_is_in_the_vault_before_its_event_is_in_the_log() {
    use querschnitt_domain::review::{AddAttachment, RequestReview, ReviewEvent};
    use querschnitt_domain::{Code, FileContent, ReviewId};

    let who = actor();
    let log: Arc<dyn Log> = Arc::new(memory_log());
    let vault = Arc::new(Vault::in_memory());
    let executor = executor(Arc::clone(&log), Arc::clone(&vault));
    let text = |text: &str| Text::line(text, Text::NAME).unwrap();
    let request = RequestReview {
        centre: actor().centre,
        received_on: date!(2026 - 11 - 02),
        title: text("Mitten im Viertel"),
        requester: Code::parse("FUNDING_AUTHORITY").unwrap(),
        applicant_type: Code::parse("MSO").unwrap(),
        applicant: None,
        applicant_name: Some(text("Brücke e. V.")),
        programme: None,
        action_areas: vec![Code::parse("X_SPORT").unwrap()],
        requested_cents: None,
        due_on: None,
        term_working_days: Some(10),
        planned_on: None,
        received_at: None,
        municipality: None,
        channel: None,
        department: None,
        unit: None,
        visibility: None,
        reference: None,
        note: None,
    };
    let requested = executor.execute(&who, id(1), b"request", &request);
    let record = requested.await.unwrap().record.unwrap();
    let bytes = [b"%PDF-1.7\n".as_slice(), &[0xFF; 2_000_000]].concat();
    let content = FileContent::new(bytes).unwrap();
    let attach = AddAttachment {
        review: ReviewId::try_from(record).unwrap(),
        expected_version: Some(1),
        kind: Code::parse("APPLICATION").unwrap(),
        media_type: Code::parse("PDF").unwrap(),
        name: Some(text("Antrag.pdf")),
        content: content.clone(),
    };
    let attached = executor.execute(&who, id(2), b"attach", &attach);
    assert_eq!(attached.await.unwrap().range, Some((2, 2)));
    let page = log.read(&Query::all(), 1, 10).await.unwrap();
    let EventData::Review(ReviewEvent::AttachmentAdded(added)) = &page.events[0].event.data else {
        panic!("{:?}", page.events)
    };
    let kept = vault.file(record, &added.content).unwrap();
    assert!(kept == Some(content), "the file is not in the vault");
    let name = vault.text(record, &added.name.unwrap()).unwrap().unwrap();
    assert_eq!(name.as_str(), "Antrag.pdf");
    let again = executor.execute(&who, id(2), b"attach", &attach);
    assert!(again.await.unwrap().repeated);
    assert_eq!(vault.count(), 4);
}
