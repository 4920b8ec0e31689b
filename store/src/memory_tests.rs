//! The log in memory keeps the contract. The shared suite proves more; these name what the tests of
//! this crate lean on.

use std::time::Duration;

use querschnitt_domain::organisation::{OrganisationEvent, Renamed};
use querschnitt_domain::values::OrganisationKind;
use querschnitt_domain::{
    ActorId, Commitment, EventData, OrganisationId, QueryItem, Role, organisation,
};
use time::macros::{date, datetime};

use super::*;
use crate::clock::ManualClock;
use crate::log::{Fingerprint, limits};

/// An event of an organisation.
pub(crate) fn renamed(organisation: u128, name: Commitment) -> Event {
    event(EventData::Organisation(OrganisationEvent::Renamed(
        Renamed {
            organisation: OrganisationId(Uuid::from_u128(organisation)),
            name,
            reason: None,
            source: None,
        },
    )))
}

fn event(data: EventData) -> Event {
    Event {
        centre: "05711".parse().unwrap(),
        occurred_on: date!(2026 - 11 - 20),
        occurred_at: None,
        data,
    }
}

/// A new command.
pub(crate) fn command() -> CommandKey {
    CommandKey {
        id: CommandId(Uuid::new_v4()),
        fingerprint: Fingerprint([1; 16]),
        actor: ActorId(Uuid::from_u128(5)),
        on_behalf_of: None,
        role: Role::KiOfficer,
    }
}

/// Appends `count` events, up to 100 in a command.
pub(crate) async fn fill(log: &dyn Log, count: u64) {
    let mut left = count;
    while left > 0 {
        let now = left.min(100);
        let events = (0..now)
            .map(|number| renamed(u128::from(number % 7), Commitment([number as u8; 32])))
            .collect();
        log.append(command(), events, None).await.unwrap();
        left -= now;
    }
}

fn about(organisation: u128) -> Query {
    Query::tagged(OrganisationId(Uuid::from_u128(organisation)).tag())
}

fn one(organisation: u128) -> Vec<Event> {
    vec![renamed(organisation, Commitment([0; 32]))]
}

#[tokio::test]
async fn a_command_is_recorded_once_and_its_id_is_not_used_again() {
    let log = MemoryLog::new();
    let command = command();
    let first = log.append(command, one(1), None).await.unwrap();
    assert_eq!((first.first, first.last, first.repeated), (1, 1, false));
    log.append(super::tests::command(), one(1), None)
        .await
        .unwrap();
    let again = log.append(command, one(9), None).await.unwrap();
    assert_eq!((again.first, again.last, again.repeated), (1, 1, true));
    let other = CommandKey {
        fingerprint: Fingerprint([2; 16]),
        ..command
    };
    assert!(matches!(
        log.append(other, one(1), None).await,
        Err(AppendError::CommandReused)
    ));
    assert_eq!(log.head(), 2);
    let found = log.find_command(command.id).await.unwrap().unwrap();
    assert_eq!(
        (found.first, found.last, found.fingerprint),
        (1, 1, command.fingerprint)
    );
    assert_eq!(
        log.find_command(CommandId(Uuid::nil())).await.unwrap(),
        None
    );
}

#[tokio::test]
async fn a_condition_fails_on_a_matching_event_after_it_and_on_no_other() {
    let log = MemoryLog::new();
    log.append(command(), one(1), None).await.unwrap();
    let page = log.read(&about(1), 0, 10).await.unwrap();
    let condition = Some(Condition {
        query: about(1),
        complete_to: page.complete_to,
    });
    log.append(command(), one(2), condition.clone())
        .await
        .unwrap();
    log.append(command(), one(1), condition.clone())
        .await
        .unwrap();
    let refused = log.append(command(), one(1), condition).await;
    assert!(
        matches!(refused, Err(AppendError::Conflict { position: 3 })),
        "{refused:?}"
    );
    assert_eq!(log.head(), 3);
}

#[tokio::test]
async fn pages_say_how_far_they_are_complete() {
    let log = MemoryLog::new();
    for organisation in [1, 2, 1, 2, 1, 2] {
        log.append(command(), one(organisation), None)
            .await
            .unwrap();
    }
    let positions = |page: &Page| {
        page.events
            .iter()
            .map(|event| event.position)
            .collect::<Vec<_>>()
    };
    let page = log.read(&about(1), 0, 2).await.unwrap();
    assert_eq!(
        (positions(&page), page.complete_to.position()),
        (vec![1, 3], 3)
    );
    let page = log.read(&about(1), 3, 2).await.unwrap();
    assert_eq!(
        (positions(&page), page.complete_to.position()),
        (vec![5], 6)
    );
    let page = log.read(&Query::none(), 0, 2).await.unwrap();
    assert_eq!((positions(&page), page.complete_to.position()), (vec![], 6));
    let both = about(1).or(QueryItem::tagged(OrganisationId(Uuid::from_u128(2)).tag()));
    assert_eq!(log.read(&both, 4, 9).await.unwrap().events.len(), 2);
    assert_eq!(
        log.read(&Query::all(), 99, 9).await.unwrap().events.len(),
        0
    );
}

#[tokio::test]
async fn times_never_go_back_and_lines_read_as_the_events() {
    let clock = Arc::new(ManualClock::at(
        datetime!(2026-11-22 09:00:00.123456789 UTC),
    ));
    let log = MemoryLog::with_clock(clock.clone());
    log.append(command(), one(1), None).await.unwrap();
    clock.set(datetime!(2026-11-22 08:00 UTC));
    log.append(command(), [one(1), one(2)].concat(), None)
        .await
        .unwrap();
    let events = log.read(&Query::all(), 0, 9).await.unwrap().events;
    for event in &events {
        assert_eq!(event.recorded_at, datetime!(2026-11-22 09:00:00.123456 UTC));
        assert_eq!(
            log.find_event(event.id).await.unwrap(),
            Some(event.position)
        );
    }
    assert_eq!(events[2].part, Part(2, 2));
    for (line, event) in log.lines(0, 9).await.unwrap().iter().zip(&events) {
        assert_eq!(&crate::line::decode(&line.json).unwrap(), event);
    }
}

#[tokio::test]
async fn over_its_limits_a_command_is_refused_whole() {
    let log = MemoryLog::new();
    for count in [0, limits::COMMAND_EVENTS + 1] {
        let events = vec![renamed(1, Commitment([0; 32])); count];
        let refused = log.append(command(), events, None).await;
        assert!(
            matches!(refused, Err(AppendError::OverLimit { .. })),
            "{refused:?}"
        );
    }
    let long = event(EventData::Organisation(OrganisationEvent::Described(
        organisation::Described {
            organisation: OrganisationId(Uuid::nil()),
            description: organisation::Description {
                kind: OrganisationKind::all().next().unwrap(),
                legal_areas: Vec::new(),
                municipality: None,
                place: None,
                district: None,
                note: None,
            },
            changed: vec!["x".repeat(limits::EVENT_BYTES).into()],
            reason: None,
            source: None,
        },
    )));
    let refused = log
        .append(command(), vec![renamed(1, Commitment([0; 32])), long], None)
        .await;
    assert!(
        matches!(refused, Err(AppendError::OverLimit { .. })),
        "{refused:?}"
    );
    assert_eq!(log.head(), 0);
}

#[tokio::test]
async fn whoever_waits_is_woken_by_an_event_or_by_the_end() {
    let log = Arc::new(MemoryLog::new());
    let waiting = tokio::spawn({
        let log = Arc::clone(&log);
        async move { log.wait_beyond(0).await }
    });
    tokio::time::sleep(Duration::from_millis(5)).await;
    log.append(command(), one(1), None).await.unwrap();
    assert_eq!(waiting.await.unwrap(), 1);
    assert_eq!(log.wait_beyond(0).await, 1);
    let waiting = tokio::spawn({
        let log = Arc::clone(&log);
        async move { log.wait_beyond(1).await }
    });
    log.close();
    assert_eq!(waiting.await.unwrap(), 1);
    let refused = log.append(command(), one(1), None).await;
    assert!(matches!(refused, Err(AppendError::Unavailable { .. })));
}
