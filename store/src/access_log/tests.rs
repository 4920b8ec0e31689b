//! The access log: order, months, damage, full disks, removal; and histories on a simulated disk.

mod histories;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use querschnitt_domain::access::{AccessEvent, MonthRemoved};
use querschnitt_domain::{ConsultationId, EventData};
use time::OffsetDateTime;
use time::macros::datetime;
use uuid::Uuid;

use super::*;
use crate::clock::ManualClock;
use crate::contract::{access, command, retracted};
use crate::disk::simulated::{Fault, SimulatedDisk};

const NOVEMBER: OffsetDateTime = datetime!(2026-11-20 09:00 UTC);

struct Office {
    disk: SimulatedDisk,
    clock: Arc<ManualClock>,
    log: Arc<AccessLog>,
}

impl Office {
    fn start() -> Self {
        let disk = SimulatedDisk::new(1);
        let clock = Arc::new(ManualClock::at(NOVEMBER));
        let log = open(&disk, &clock);
        Self { disk, clock, log }
    }

    fn restart(&mut self, power_lost: bool) {
        self.disk.restart(power_lost);
        self.log.close();
        self.log = open(&self.disk, &self.clock);
    }

    async fn add(&self, n: u128) {
        self.log.append(command(), &[access(n)]).await.unwrap();
    }

    /// Which consultations the entries are about, the newest first, and whether there are gaps.
    async fn all(&self) -> (Vec<u128>, usize) {
        let page = self.log.entries(&asked(usize::MAX / 2), &|_| true).await;
        let page = page.unwrap();
        assert!(!page.more);
        (
            page.entries
                .iter()
                .map(|(_, entry)| number(entry))
                .collect(),
            page.gaps.len(),
        )
    }

    fn folders(&self) -> Vec<String> {
        let folders = month::folders(&self.disk, Path::new("data/access-log")).unwrap();
        folders.iter().map(ToString::to_string).collect()
    }
}

fn open(disk: &SimulatedDisk, clock: &Arc<ManualClock>) -> Arc<AccessLog> {
    let options = Options {
        clock: Arc::clone(clock) as _,
        clock_bound: Duration::from_secs(400 * 24 * 60 * 60),
        keep_index: false,
        ..Options::default()
    };
    AccessLog::open_on(
        Arc::new(disk.clone()),
        Path::new("data"),
        options,
        Duration::ZERO,
    )
}

fn asked(limit: usize) -> AccessAsked {
    AccessAsked {
        limit,
        ..AccessAsked::default()
    }
}

/// The number of the consultation; 0 for other entries.
fn number(entry: &querschnitt_domain::Recorded) -> u128 {
    match &entry.event.data {
        EventData::Access(event) => event
            .records()
            .first()
            .map_or(0, |record| record.id.as_u128()),
        _ => panic!("no entry"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_come_first_page_by_page_and_by_record() {
    let office = Office::start();
    for n in 1..=7 {
        office.add(n).await;
    }
    office.add(3).await;
    office.clock.set(datetime!(2026-12-01 00:10 UTC));
    office.add(3).await;
    assert_eq!(office.folders(), ["2026-11", "2026-12"]);

    let mut found = Vec::new();
    let mut before = None;
    loop {
        let page = AccessAsked { before, ..asked(2) };
        let page = office.log.entries(&page, &|_| true).await.unwrap();
        found.extend(page.entries.iter().map(|(_, entry)| number(entry)));
        before = page
            .entries
            .last()
            .map(|(place, _)| place.to_string().parse().unwrap());
        if !page.more {
            break;
        }
    }
    assert_eq!(found, [3, 3, 7, 6, 5, 4, 3, 2, 1]);

    let of = |asked: AccessAsked| {
        let log = Arc::clone(&office.log);
        async move { log.entries(&asked, &|_| true).await.unwrap().entries.len() }
    };
    let record = Some(ConsultationId(Uuid::from_u128(3)).record());
    assert_eq!(
        of(AccessAsked {
            record,
            ..asked(10)
        })
        .await,
        3
    );
    let until = Some(datetime!(2026-12-01 00:00 UTC));
    assert_eq!(
        of(AccessAsked {
            record,
            until,
            ..asked(10)
        })
        .await,
        2
    );
    let from = until;
    assert_eq!(
        of(AccessAsked {
            record,
            from,
            ..asked(10)
        })
        .await,
        1
    );
    office.log.close();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happened_does_not_stand_among_who_read_it() {
    let office = Office::start();
    let refused = office.log.append(command(), &[retracted(1)]).await;
    assert!(
        matches!(refused, Err(AppendError::OtherLog { .. })),
        "{refused:?}"
    );
    office.log.close();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_folder_is_kept_read_and_continued_in_another() {
    let mut office = Office::start();
    for n in 1..=3 {
        office.add(n).await;
    }
    office.log.close();
    let path = Path::new("data/access-log/2026-11/log/00000000000000000001.log");
    let mut content = office.disk.content(path).unwrap();
    let third = content
        .windows(13)
        .position(|at| at == b"\"position\":3,")
        .unwrap();
    content[third + 20] ^= 1;
    office.disk.overwrite(path, content.clone());

    office.restart(false);
    assert_eq!(office.log.refusal(), None);
    office.add(4).await;
    assert_eq!(office.folders(), ["2026-11", "2026-11.2"]);
    assert_eq!(office.all().await, (vec![4, 2, 1], 1));
    // Nothing was cut, and the next start goes on in the second folder.
    office.log.close();
    assert_eq!(office.disk.content(path), Some(content));
    office.restart(false);
    office.add(5).await;
    assert_eq!(office.all().await, (vec![5, 4, 2, 1], 1));
    office.log.close();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_refuses_and_the_log_goes_on_when_there_is_space() {
    let office = Office::start();
    office.add(1).await;
    office.disk.fail_at(0, Fault::Full);
    let refused = office.log.append(command(), &[access(2)]).await;
    assert!(
        matches!(refused, Err(AppendError::Unavailable { .. })),
        "{refused:?}"
    );
    assert!(office.log.refusal().is_some());
    office.disk.mend();
    office.add(3).await;
    assert_eq!(office.log.refusal(), None);
    let (found, _) = office.all().await;
    assert_eq!(found, [3, 1]);
    office.log.close();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_not_believed_begins_no_month_and_removes_none() {
    let office = Office::start();
    office.add(1).await;
    office.clock.set(datetime!(2031-01-01 12:00 UTC));
    assert!(office.log.append(command(), &[access(2)]).await.is_err());
    assert!(office.log.remove_older_than(24).await.is_err());
    assert_eq!(office.folders(), ["2026-11"]);
    office.clock.set(NOVEMBER);
    office.add(3).await;
    office.log.close();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_whose_time_is_over_is_removed_and_that_is_recorded_once() {
    let mut office = Office::start();
    office.add(1).await;
    office.add(2).await;
    office.log.close();
    // A year and a day later, with a month between: one stays.
    office.clock.set(datetime!(2027-10-01 12:00 UTC));
    office.restart(false);
    office.add(3).await;
    office.clock.set(datetime!(2027-12-01 12:00 UTC));
    office.add(4).await;
    let removed = office.log.remove_older_than(12).await.unwrap();
    assert_eq!(
        removed.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["2026-11"]
    );
    assert_eq!(office.folders(), ["2027-10", "2027-12"]);
    let files = office.disk.files();
    assert!(
        files
            .keys()
            .all(|path| !path.starts_with("data/access-log/2026-11"))
    );
    assert_eq!(office.log.remove_older_than(12).await.unwrap(), []);
    let page = office.log.entries(&asked(10), &|_| true).await.unwrap();
    let newest = &page.entries[0].1.event;
    assert_eq!(
        newest.data,
        EventData::Access(AccessEvent::MonthRemoved(MonthRemoved {
            month: "2026-11".into(),
            entries: 2,
        }))
    );
    assert_eq!(page.entries.len(), 3);
    office.log.close();
}
