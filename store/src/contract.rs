//! The contract suite: what every engine must keep, written once. An engine runs all of it with
//! `contract!(async || its_log())`; a new rule is one function and one name in the list.
//!
//! More than 400 lines: the whole contract, one short function per rule.

use std::collections::BTreeSet;
use std::sync::Arc;

use querschnitt_domain::access::{self, AccessEvent};
use querschnitt_domain::consultation::{ConsultationEvent, Linked, Retracted, Unlinked};
use querschnitt_domain::values::{AccessCell, AccessPurpose};
use querschnitt_domain::{
    ActorId, CommandId, Commitment, ConsultationId, Event, EventData, EventKind, OrganisationId,
    Query, QueryItem, Recorded, Role, Tag,
};
use time::macros::date;
use uuid::Uuid;

use crate::log::{
    AppendError, Appended, CommandKey, CompleteTo, Condition, Fingerprint, Log, limits,
};

/// Runs every rule of the contract against the logs that `$engine` makes.
macro_rules! contract {
    ($engine:expr) => {
        $crate::contract::contract!(@each $engine;
            append_then_read,
            an_empty_log_has_nothing,
            the_events_of_a_command_stay_together,
            positions_have_no_gap_with_many_writers,
            a_condition_that_fails_leaves_nothing,
            a_condition_looks_at_its_query_only,
            a_condition_looks_after_its_read_only,
            of_two_exclusive_appends_one_succeeds,
            a_reader_never_finds_a_smaller_position_later,
            a_repeated_command_returns_the_first_result,
            a_reused_command_id_is_refused,
            the_same_command_at_once_is_recorded_once,
            a_found_command_and_event_are_the_recorded_ones,
            too_many_events_are_refused,
            an_event_over_its_limit_is_refused,
            recorded_times_do_not_go_backwards,
            a_page_is_cut_at_its_limit,
            a_query_finds_what_it_names,
            an_unknown_tag_finds_nothing,
            lines_are_what_was_read,
            waiting_ends_with_the_next_event,
            an_event_of_another_log_is_refused,
        );
    };
    (@each $engine:expr; $($rule:ident),+ $(,)?) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $rule() {
            let engine = $engine;
            let (log, _kept) = engine().await;
            $crate::contract::$rule(log).await;
        }
    )+};
}
pub(crate) use contract;

/// A command nobody sent before.
pub(crate) fn command() -> CommandKey {
    command_with(Uuid::new_v4())
}

fn command_with(id: Uuid) -> CommandKey {
    CommandKey {
        id: CommandId(id),
        fingerprint: Fingerprint([7; 16]),
        actor: ActorId(Uuid::from_u128(1)),
        on_behalf_of: Some(ActorId(Uuid::from_u128(2))),
        role: Role::KiOfficer,
    }
}

fn event(data: ConsultationEvent) -> Event {
    Event {
        centre: "05711".parse().unwrap(),
        occurred_on: date!(2026 - 11 - 20),
        occurred_at: None,
        data: EventData::Consultation(data),
    }
}

/// An event of one consultation.
pub(crate) fn retracted(n: u128) -> Event {
    event(ConsultationEvent::Retracted(Retracted {
        consultation: ConsultationId(Uuid::from_u128(n)),
        reason: Commitment([3; 32]),
    }))
}

/// An event of a consultation and an organisation.
pub(crate) fn linked(n: u128, organisation: u128) -> Event {
    event(ConsultationEvent::Linked(Linked {
        consultation: ConsultationId(Uuid::from_u128(n)),
        to: OrganisationId(Uuid::from_u128(organisation)).record(),
    }))
}

fn unlinked(n: u128, organisation: u128) -> Event {
    event(ConsultationEvent::Unlinked(Unlinked {
        consultation: ConsultationId(Uuid::from_u128(n)),
        to: OrganisationId(Uuid::from_u128(organisation)).record(),
    }))
}

/// The tag of a consultation.
pub(crate) fn tag(n: u128) -> Tag {
    ConsultationId(Uuid::from_u128(n)).tag()
}

fn organisation(n: u128) -> Tag {
    OrganisationId(Uuid::from_u128(n)).tag()
}

async fn add(log: &Arc<dyn Log>, events: Vec<Event>) -> Appended {
    log.append(command(), events, None).await.unwrap()
}

/// Every event of the log.
pub(crate) async fn all(log: &Arc<dyn Log>) -> Vec<Recorded> {
    log.read(&Query::all(), 0, usize::MAX).await.unwrap().events
}

async fn found(log: &Arc<dyn Log>, query: &Query) -> Vec<u64> {
    let page = log.read(query, 0, usize::MAX).await.unwrap();
    page.events.iter().map(|event| event.position).collect()
}

async fn complete_to(log: &Arc<dyn Log>, query: &Query) -> CompleteTo {
    log.read(query, 0, usize::MAX).await.unwrap().complete_to
}

async fn condition(log: &Arc<dyn Log>, query: Query) -> Option<Condition> {
    let complete_to = complete_to(log, &query).await;
    Some(Condition { query, complete_to })
}

pub(crate) async fn append_then_read(log: Arc<dyn Log>) {
    let command = command();
    let appended = log
        .append(command, vec![retracted(1), linked(2, 3)], None)
        .await
        .unwrap();
    let expected = Appended {
        first: 1,
        last: 2,
        repeated: false,
    };
    assert_eq!(appended, expected);
    assert_eq!(log.head(), 2);
    let events = all(&log).await;
    assert_eq!(events.len(), 2);
    assert_eq!(events[0].event, retracted(1));
    assert_eq!(events[1].event, linked(2, 3));
    assert_eq!((events[0].part.0, events[1].part.1), (1, 2));
    assert_eq!(events[1].command, command.id);
    assert_eq!(events[1].actor, command.actor);
    assert_eq!(events[1].on_behalf_of, command.on_behalf_of);
    assert_ne!(events[0].id, events[1].id);
}

/// Somebody read a consultation.
pub(crate) fn access(n: u128) -> Event {
    Event {
        centre: "05711".parse().unwrap(),
        occurred_on: date!(2026 - 11 - 20),
        occurred_at: None,
        data: EventData::Access(AccessEvent::Read(access::Read {
            operation: access::Operation {
                kind: access::OperationKind::Query,
                fields: vec!["consultation".into()],
            },
            purpose: AccessPurpose::parse("DUTIES").unwrap(),
            deputy_for: None,
            token: None,
            cells: vec![AccessCell::parse("CONSULTATION_CODED").unwrap()],
            records: vec![ConsultationId(Uuid::from_u128(n)).record()],
        })),
    }
}

pub(crate) async fn an_event_of_another_log_is_refused(log: Arc<dyn Log>) {
    let refused = log
        .append(command(), vec![retracted(1), access(2)], None)
        .await;
    assert!(matches!(
        refused,
        Err(AppendError::OtherLog {
            kind: EventKind::AccessRead
        })
    ));
    assert_eq!(log.head(), 0);
    add(&log, vec![retracted(1)]).await;
}

pub(crate) async fn an_empty_log_has_nothing(log: Arc<dyn Log>) {
    let page = log.read(&Query::all(), 0, 10).await.unwrap();
    assert!(page.events.is_empty());
    assert_eq!((page.complete_to.position(), log.head()), (0, 0));
    assert!(log.lines(0, 10).await.unwrap().is_empty());
    assert_eq!(log.find_command(command().id).await.unwrap(), None);
}

pub(crate) async fn the_events_of_a_command_stay_together(log: Arc<dyn Log>) {
    let writers: Vec<_> = (0..20)
        .map(|n| {
            let log = Arc::clone(&log);
            tokio::spawn(async move {
                let events = vec![retracted(n), linked(n, 5), unlinked(n, 5)];
                log.append(command(), events, None).await.unwrap()
            })
        })
        .collect();
    for writer in writers {
        let appended = writer.await.unwrap();
        assert_eq!(appended.last, appended.first + 2);
    }
    for three in all(&log).await.chunks(3) {
        let parts: Vec<_> = three.iter().map(|event| event.part.0).collect();
        assert_eq!(parts, [1, 2, 3]);
        assert!(three.iter().all(|event| event.command == three[0].command));
    }
}

pub(crate) async fn positions_have_no_gap_with_many_writers(log: Arc<dyn Log>) {
    let writers: Vec<_> = (0..8)
        .map(|n| {
            let log = Arc::clone(&log);
            tokio::spawn(async move {
                let mut mine = Vec::new();
                for _ in 0..50 {
                    mine.push(add(&log, vec![retracted(n)]).await.first);
                }
                mine
            })
        })
        .collect();
    let mut given = Vec::new();
    for writer in writers {
        given.extend(writer.await.unwrap());
    }
    given.sort_unstable();
    let gapless: Vec<u64> = (1..=400).collect();
    assert_eq!(given, gapless);
    assert_eq!(found(&log, &Query::all()).await, gapless);
}

pub(crate) async fn a_condition_that_fails_leaves_nothing(log: Arc<dyn Log>) {
    let guard = condition(&log, Query::tagged(tag(1))).await;
    add(&log, vec![retracted(2), linked(1, 9)]).await;
    let command = command();
    let refused = log.append(command, vec![retracted(1)], guard).await;
    assert!(matches!(
        refused,
        Err(AppendError::Conflict { position: 2 })
    ));
    assert_eq!(log.head(), 2);
    assert_eq!(log.find_command(command.id).await.unwrap(), None);
    // The same command may be decided again.
    let guard = condition(&log, Query::tagged(tag(1))).await;
    let appended = log.append(command, vec![retracted(1)], guard).await;
    assert_eq!(appended.unwrap().first, 3);
}

pub(crate) async fn a_condition_looks_at_its_query_only(log: Arc<dyn Log>) {
    let both = QueryItem {
        kinds: vec![EventKind::ConsultationLinked],
        tags: vec![tag(1), organisation(5)],
    };
    let query = Query::none().or(both);
    let guard = condition(&log, query).await;
    // Each of these misses the kind or one tag.
    add(&log, vec![linked(1, 6), linked(2, 5), unlinked(1, 5)]).await;
    let appended = log
        .append(command(), vec![retracted(1)], guard.clone())
        .await;
    assert_eq!(appended.unwrap().first, 4);
    add(&log, vec![linked(1, 5)]).await;
    let refused = log.append(command(), vec![retracted(1)], guard).await;
    assert!(matches!(
        refused,
        Err(AppendError::Conflict { position: 5 })
    ));
}

pub(crate) async fn a_condition_looks_after_its_read_only(log: Arc<dyn Log>) {
    add(&log, vec![retracted(1)]).await;
    let guard = condition(&log, Query::tagged(tag(1))).await;
    let appended = log
        .append(command(), vec![retracted(1)], guard.clone())
        .await;
    assert_eq!(appended.unwrap().first, 2);
    let refused = log.append(command(), vec![retracted(1)], guard).await;
    assert!(matches!(
        refused,
        Err(AppendError::Conflict { position: 2 })
    ));
}

pub(crate) async fn of_two_exclusive_appends_one_succeeds(log: Arc<dyn Log>) {
    for round in 0..30_u128 {
        let query = Query::tagged(tag(round));
        let guard = condition(&log, query.clone()).await;
        let racers: Vec<_> = (0..6)
            .map(|_| {
                let (log, guard) = (Arc::clone(&log), guard.clone());
                tokio::spawn(
                    async move { log.append(command(), vec![retracted(round)], guard).await },
                )
            })
            .collect();
        let mut won = 0;
        for racer in racers {
            match racer.await.unwrap() {
                Ok(_) => won += 1,
                Err(error) => assert!(matches!(error, AppendError::Conflict { .. }), "{error}"),
            }
        }
        assert_eq!(won, 1, "round {round}");
        assert_eq!(found(&log, &query).await.len(), 1);
    }
}

pub(crate) async fn a_reader_never_finds_a_smaller_position_later(log: Arc<dyn Log>) {
    let writers: Vec<_> = (0..4)
        .map(|n| {
            let log = Arc::clone(&log);
            tokio::spawn(async move {
                for _ in 0..100 {
                    add(&log, vec![retracted(n), linked(n, n)]).await;
                }
            })
        })
        .collect();
    let mut seen = Vec::new();
    let mut after = 0;
    while seen.len() < 800 {
        log.wait_beyond(after).await;
        let page = log.read(&Query::all(), after, 50).await.unwrap();
        seen.extend(page.events.iter().map(|event| event.position));
        after = page.complete_to.position();
        assert!(after <= log.head());
    }
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(seen, (1..=800).collect::<Vec<u64>>());
}

pub(crate) async fn a_repeated_command_returns_the_first_result(log: Arc<dyn Log>) {
    let command = command();
    let first = log
        .append(command, vec![retracted(1), retracted(2)], None)
        .await
        .unwrap();
    // Even with other events and a condition that no longer holds: it happened already.
    let guard = Some(Condition {
        query: Query::all(),
        complete_to: CompleteTo(0),
    });
    let again = log
        .append(command, vec![retracted(3)], guard)
        .await
        .unwrap();
    assert_eq!((again.first, again.last), (first.first, first.last));
    assert!(again.repeated);
    assert_eq!(log.head(), 2);
}

pub(crate) async fn a_reused_command_id_is_refused(log: Arc<dyn Log>) {
    let first = command();
    add(&log, vec![retracted(9)]).await;
    log.append(first, vec![retracted(1)], None).await.unwrap();
    let other = CommandKey {
        fingerprint: Fingerprint([8; 16]),
        ..first
    };
    let refused = log.append(other, vec![retracted(1)], None).await;
    assert!(matches!(refused, Err(AppendError::CommandReused)));
    assert_eq!(log.head(), 2);
}

pub(crate) async fn the_same_command_at_once_is_recorded_once(log: Arc<dyn Log>) {
    for round in 0..20 {
        let command = command();
        let senders: Vec<_> = (0..6)
            .map(|_| {
                let log = Arc::clone(&log);
                tokio::spawn(async move { log.append(command, vec![retracted(1)], None).await })
            })
            .collect();
        let mut first_time = 0;
        for sender in senders {
            let appended = sender.await.unwrap().unwrap();
            assert_eq!(appended.first, round + 1);
            first_time += usize::from(!appended.repeated);
        }
        assert_eq!(first_time, 1);
        assert_eq!(log.head(), round + 1);
    }
}

pub(crate) async fn a_found_command_and_event_are_the_recorded_ones(log: Arc<dyn Log>) {
    let command = command();
    add(&log, vec![retracted(1)]).await;
    log.append(command, vec![retracted(2), retracted(3)], None)
        .await
        .unwrap();
    let known = log.find_command(command.id).await.unwrap().unwrap();
    assert_eq!((known.first, known.last), (2, 3));
    assert_eq!(known.fingerprint, command.fingerprint);
    for event in all(&log).await {
        assert_eq!(
            log.find_event(event.id).await.unwrap(),
            Some(event.position)
        );
    }
    let nobody = querschnitt_domain::EventId(Uuid::new_v4());
    assert_eq!(log.find_event(nobody).await.unwrap(), None);
}

pub(crate) async fn too_many_events_are_refused(log: Arc<dyn Log>) {
    let many = vec![retracted(1); limits::COMMAND_EVENTS + 1];
    let refused = log.append(command(), many, None).await;
    assert!(matches!(refused, Err(AppendError::OverLimit { .. })));
    assert_eq!(log.head(), 0);
    let most = vec![retracted(1); limits::COMMAND_EVENTS];
    assert_eq!(add(&log, most).await.last, limits::COMMAND_EVENTS as u64);
}

pub(crate) async fn an_event_over_its_limit_is_refused(log: Arc<dyn Log>) {
    let mut corrected = querschnitt_domain::consultation::Corrected {
        consultation: ConsultationId(Uuid::from_u128(1)),
        facts: serde_json::from_str(FACTS).unwrap(),
        changed: vec!["x".repeat(limits::EVENT_BYTES).into()],
        reason: Commitment([3; 32]),
        source: None,
    };
    let long = event(ConsultationEvent::Corrected(corrected.clone()));
    let refused = log.append(command(), vec![retracted(1), long], None).await;
    assert!(matches!(
        refused,
        Err(AppendError::OverLimit {
            max: limits::EVENT_BYTES,
            ..
        })
    ));
    assert_eq!(log.head(), 0);
    corrected.changed = vec!["x".repeat(limits::EVENT_BYTES - 2_000).into()];
    add(&log, vec![event(ConsultationEvent::Corrected(corrected))]).await;
    assert_eq!(all(&log).await.len(), 1);
}

const FACTS: &str = r#"{"type":"PROFESSIONAL","mode":"IN_PERSON_OFFICE","duration_minutes":60,
    "target_group":"MUNICIPAL_OFFICE","action_areas":["EDU_EARLY"]}"#;

pub(crate) async fn recorded_times_do_not_go_backwards(log: Arc<dyn Log>) {
    for n in 0..50 {
        add(&log, vec![retracted(n), retracted(n)]).await;
    }
    let events = all(&log).await;
    assert!(events.is_sorted_by_key(|event| event.recorded_at));
    assert!(
        events
            .chunks(2)
            .all(|two| two[0].recorded_at == two[1].recorded_at)
    );
}

pub(crate) async fn a_page_is_cut_at_its_limit(log: Arc<dyn Log>) {
    add(
        &log,
        vec![retracted(1), retracted(2), retracted(1), retracted(2)],
    )
    .await;
    let query = Query::tagged(tag(1));
    for (query, after, limit, positions, complete_to) in [
        (&query, 0, 1, vec![1], 1),
        (&query, 0, 2, vec![1, 3], 4),
        (&query, 0, 9, vec![1, 3], 4),
        (&query, 1, 1, vec![3], 4),
        (&query, 3, 1, vec![], 4),
        (&query, 0, 0, vec![], 0),
        (&Query::all(), 0, 2, vec![1, 2], 2),
        (&Query::all(), 2, 2, vec![3, 4], 4),
        (&Query::all(), 4, 2, vec![], 4),
    ] {
        let page = log.read(query, after, limit).await.unwrap();
        let found: Vec<u64> = page.events.iter().map(|event| event.position).collect();
        assert_eq!(
            (found, page.complete_to.position()),
            (positions, complete_to)
        );
    }
}

pub(crate) async fn a_query_finds_what_it_names(log: Arc<dyn Log>) {
    let events = vec![
        retracted(1),
        linked(1, 5),
        linked(2, 5),
        unlinked(1, 5),
        linked(1, 6),
    ];
    add(&log, events.clone()).await;
    let item = |kinds: &[EventKind], tags: Vec<Tag>| QueryItem {
        kinds: kinds.to_vec(),
        tags,
    };
    for query in [
        Query::all(),
        Query::none(),
        Query::tagged(tag(1)),
        Query::tagged(organisation(5)).or(QueryItem::tagged(tag(1))),
        Query::none().or(item(&[], vec![tag(1), organisation(5)])),
        Query::none().or(item(&[EventKind::ConsultationLinked], vec![])),
        Query::none()
            .or(item(
                &[EventKind::ConsultationUnlinked],
                vec![organisation(5)],
            ))
            .or(item(&[EventKind::ConsultationRetracted], vec![])),
    ] {
        let expected: Vec<u64> = (1..)
            .zip(&events)
            .filter(|(_, event)| query.matches_event(event))
            .map(|(position, _)| position)
            .collect();
        assert_eq!(found(&log, &query).await, expected, "{query:?}");
    }
}

pub(crate) async fn an_unknown_tag_finds_nothing(log: Arc<dyn Log>) {
    add(&log, vec![retracted(1)]).await;
    let query = Query::tagged(Tag::from_text("consultation:nobody"));
    assert!(found(&log, &query).await.is_empty());
    assert_eq!(complete_to(&log, &query).await.position(), 1);
}

pub(crate) async fn lines_are_what_was_read(log: Arc<dyn Log>) {
    for n in 0..10 {
        add(&log, vec![retracted(n), linked(n, n)]).await;
    }
    let events = all(&log).await;
    let lines = log.lines(3, 12).await.unwrap();
    let positions: BTreeSet<u64> = lines.iter().map(|line| line.position).collect();
    assert_eq!(positions, (4..=15).collect());
    for line in lines {
        let read: serde_json::Value = serde_json::from_slice(&line.json).unwrap();
        let event = &events[usize::try_from(line.position).unwrap() - 1];
        assert_eq!(read["position"], line.position);
        assert_eq!(read["id"], event.id.to_string());
        assert_eq!(read["type"], event.event.data.kind().wire_name());
    }
}

pub(crate) async fn waiting_ends_with_the_next_event(log: Arc<dyn Log>) {
    let waiting = {
        let log = Arc::clone(&log);
        tokio::spawn(async move { log.wait_beyond(0).await })
    };
    add(&log, vec![retracted(1)]).await;
    assert_eq!(waiting.await.unwrap(), 1);
    assert_eq!(log.wait_beyond(0).await, 1);
}

mod memory {
    use super::*;

    contract!(async || (Arc::new(crate::MemoryLog::new()) as Arc<dyn Log>, ()));
}
