//! SQLite as the log: WAL, `synchronous=FULL`, a row per event and one per tag, one transaction
//! per group. It checks no condition and looks no command up.

use std::path::Path;
use std::sync::Arc;

use rusqlite::{Connection, params};
use uuid::Uuid;

use super::samples::Samples;
use crate::group::Group;
use crate::load::Caller;
use crate::outcome::Outcome;
use crate::plan::Plan;
use crate::random::Random;

/// One event as a row.
pub(crate) struct Row {
    pub(crate) id: Uuid,
    pub(crate) json: Vec<u8>,
    pub(crate) tags: Vec<String>,
}

impl Row {
    pub(crate) fn make(samples: &Samples, random: &mut Random) -> Self {
        let sample = samples.pick(random);
        let consultation = random.record_id(1_760_000_000_000);
        let mut tags = Vec::with_capacity(sample.tags.len() + 1);
        tags.push(format!("consultation:{consultation}"));
        tags.extend(sample.tags.iter().cloned());
        Self {
            id: random.uuid(),
            json: sample.line.clone(),
            tags,
        }
    }
}

const TABLES: &str = "
    CREATE TABLE event (position INTEGER PRIMARY KEY, id BLOB NOT NULL, json BLOB NOT NULL);
    CREATE TABLE tag (tag TEXT NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (tag, position))
        WITHOUT ROWID;";

/// The database and its writer.
pub(crate) struct Sqlite(Arc<Group<Row>>);

impl Sqlite {
    pub(crate) async fn start(folder: &Path, plan: &Plan, samples: &Samples) -> Outcome<Self> {
        std::fs::create_dir(folder)?;
        let mut database = Connection::open(folder.join("log.db"))?;
        database.pragma_update(None, "journal_mode", "WAL")?;
        database.pragma_update(None, "synchronous", "FULL")?;
        // As much cache as the log's own index has.
        database.pragma_update(None, "cache_size", -64 * 1024)?;
        database.execute_batch(TABLES)?;
        let mut position = 0;
        let mut random = Random::fresh();
        let mut left = plan.events;
        while left > 0 {
            let group = (0..left.min(10_000)).map(|_| Row::make(samples, &mut random));
            insert(&mut database, &mut position, group)?;
            left -= left.min(10_000);
        }
        Ok(Self(Arc::new(Group::start(move |rows: Vec<Row>| {
            insert(&mut database, &mut position, rows)
        })?)))
    }

    pub(crate) fn caller(&self, samples: &Samples) -> RowCaller {
        RowCaller::new(&self.0, samples)
    }
}

fn insert(
    database: &mut Connection,
    position: &mut i64,
    rows: impl IntoIterator<Item = Row>,
) -> Outcome<()> {
    let transaction = database.transaction()?;
    {
        let mut event = transaction.prepare_cached("INSERT INTO event VALUES (?1, ?2, ?3)")?;
        let mut tag = transaction.prepare_cached("INSERT INTO tag VALUES (?1, ?2)")?;
        for row in rows {
            *position += 1;
            event.execute(params![*position, row.id.as_bytes(), row.json])?;
            for text in row.tags {
                tag.execute(params![text, *position])?;
            }
        }
    }
    Ok(transaction.commit()?)
}

/// Appends rows through a group.
pub(crate) struct RowCaller {
    group: Arc<Group<Row>>,
    samples: Samples,
    random: Random,
}

impl RowCaller {
    pub(crate) fn new(group: &Arc<Group<Row>>, samples: &Samples) -> Self {
        Self {
            group: Arc::clone(group),
            samples: samples.clone(),
            random: Random::fresh(),
        }
    }
}

impl Caller for RowCaller {
    async fn call(&mut self) -> Outcome<()> {
        let row = Row::make(&self.samples, &mut self.random);
        self.group.append(row).await
    }
}
