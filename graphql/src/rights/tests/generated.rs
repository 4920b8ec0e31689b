//! Generated worlds: what the deeds made of an empty book, and who may act in it.

use querschnitt_demo::Plan;
use querschnitt_domain::account::{Scope, Scopes};
use querschnitt_domain::{RecordId, RecordKind, Role};
use querschnitt_policy::{Matrix, Relations};
use serde_json::json;
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

use super::asked::questions;
use super::asked_then::questions_then;
use super::book::Book;
use super::deeds::{self, CENTRES, Deed};
use super::drawn::hold;
use super::fields::Schema;
use super::pages;
use super::reader::Reader;
use super::world::World;
use crate::token::global_id;
use crate::viewer::Viewer;

/// When the first deed is done.
const BEGINS: OffsetDateTime = datetime!(2025-12-01 05:00 UTC);

/// A book made by deeds.
pub(super) struct Generated {
    pub(super) world: World,
    pub(super) book: Book,
    /// What is done now is done behind the back of those who are asked.
    pub(super) unseen: bool,
    /// How many deeds are done.
    pub(super) done: u64,
    /// Days that passed between them.
    pub(super) waited: Duration,
    /// Which of the deeds that are done unseen after one that is seen.
    pub(super) nth: u64,
}

impl Generated {
    /// The beginning and these deeds; behind the back of those who are asked, the others in between. The ids, texts
    /// and times of what is seen do not depend on what is not.
    pub(super) async fn new(deeds: &[Deed], unseen: &[(usize, Deed)]) -> Self {
        let plan = Plan::new(CENTRES.try_into().unwrap(), 1, 1, BEGINS.date()).unwrap();
        let mut made = Self {
            world: World::empty(&plan),
            book: Book::default(),
            unseen: false,
            done: 0,
            waited: Duration::ZERO,
            nth: 0,
        };
        let all = [deeds::beginning(), deeds.to_vec()].concat();
        for (at, deed) in all.iter().enumerate() {
            made.next(*deed, false, 0).await;
            let after = unseen.iter().filter(|(after, _)| after % all.len() == at);
            for (nth, (_, deed)) in (1..).zip(after) {
                made.next(*deed, true, nth).await;
            }
        }
        made.unseen = false;
        made.world.follow().await;
        made
    }

    /// Does one thing more, now.
    pub(super) async fn also(&mut self, deed: Deed) {
        self.done += 1;
        self.world.command_from(self.done << 24);
        self.carry_out(deed).await;
    }

    async fn next(&mut self, deed: Deed, unseen: bool, nth: u64) {
        if !unseen {
            self.done += 1;
        }
        (self.unseen, self.nth) = (unseen, nth);
        let passed = Duration::seconds((self.done * 180 + nth).cast_signed());
        self.world.clock.set(BEGINS + self.waited + passed);
        self.world.command_from(self.done << 24 | nth << 8);
        let waited = self.waited;
        self.carry_out(deed).await;
        if unseen {
            self.waited = waited;
        }
    }

    /// Everybody who may act now, in each of their roles and by each of their tokens: as the views say that follow
    /// from the log.
    pub(super) fn acting(&self) -> Vec<Viewer> {
        let (now, today) = (self.world.now(), self.world.today());
        let state = self.world.services.runner.read();
        let access = state.facts().access();
        let mut all = Vec::new();
        for person in self.book.people.iter().filter(|person| !person.unseen) {
            let held = access.grants_of(person.id, today).into_iter();
            all.extend(held.map(|acting| Viewer::of(&acting, person.id, Scopes::all())));
            let tokens = self
                .book
                .tokens
                .iter()
                .filter(|(account, ..)| *account == person.id);
            let good = tokens.filter_map(|(.., hash, _)| access.token(&hash.0, now));
            all.extend(good.map(Viewer::of_token));
        }
        all
    }

    /// At most so many of those who may act, of as many kinds as there are; others in other worlds.
    pub(super) fn some_acting(&self, most: usize) -> Vec<Viewer> {
        let mut all = self.acting();
        all.sort_by_key(|viewer| {
            (
                viewer.actor.role,
                viewer.actor.centre.index(),
                viewer.actor.id,
            )
        });
        let step = all.len().div_ceil(most).max(1);
        let from = self.book.entries.len() % step;
        all.into_iter().skip(from).step_by(step).collect()
    }

    pub(super) fn standing(&self, viewer: &Viewer, record: RecordId) -> Relations {
        self.book.standing(viewer, record, self.world.now())
    }

    /// Whether a record is there for somebody: what the matrix says, and the token.
    pub(super) fn exists(&self, matrix: &Matrix, viewer: &Viewer, record: RecordId) -> bool {
        viewer.scopes.has(Scope::Read) && self.book.exists(matrix, viewer, record, self.world.now())
    }

    /// Records of every kind, and some that are there for somebody.
    pub(super) fn sample(&self, matrix: &Matrix, viewers: &[Viewer]) -> Vec<RecordId> {
        let seen: Vec<&super::book::Entry> = self
            .book
            .entries
            .iter()
            .filter(|entry| !entry.unseen)
            .collect();
        let mut sample: Vec<RecordId> = Vec::new();
        for entry in &seen {
            let alike = |known: &&RecordId| known.kind == entry.record.kind;
            if sample.iter().filter(alike).count() < 2 {
                sample.push(entry.record);
            }
        }
        for viewer in viewers {
            let theirs = seen
                .iter()
                .filter(|entry| self.exists(matrix, viewer, entry.record));
            let theirs: Vec<RecordId> = theirs.map(|entry| entry.record).collect();
            sample.extend(theirs.iter().step_by(theirs.len() / 2 + 1));
        }
        sample.sort_unstable();
        sample.dedup();
        sample
    }
}

/// One question about every record: which of them are there.
pub(super) async fn which_exist(
    made: &Generated,
    viewer: &Viewer,
    records: &[RecordId],
) -> Vec<bool> {
    let fields = (0..records.len())
        .map(|at| format!("r{at}: node(id: \"{}\") {{ id }}", global_id(records[at])));
    let query = format!("{{ {} }}", fields.collect::<Vec<_>>().join(" "));
    let answer = made.world.ask(viewer, &query, json!({})).await;
    let found = |at| !answer["data"][format!("r{at}")].is_null();
    (0..records.len()).map(found).collect()
}

/// A world in which little can be done shows little.
#[tokio::test(flavor = "multi_thread")]
async fn a_world_begins_with_something_of_everything_and_somebody_in_every_role() {
    let made = Generated::new(&[], &[]).await;
    let acting = made.acting();
    for centre in &made.world.centres {
        for role in Role::ALL {
            let actor =
                |viewer: &&Viewer| (viewer.actor.role, viewer.actor.centre) == (role, *centre);
            assert!(
                acting.iter().any(|viewer| actor(&viewer)),
                "{role} {centre}"
            );
        }
        let count = |kind| {
            let entries = made.book.entries.iter();
            entries
                .filter(|entry| entry.record.kind == kind && entry.centre == *centre)
                .count()
        };
        let kinds = [
            RecordKind::Organisation,
            RecordKind::Network,
            RecordKind::Meeting,
            RecordKind::Agreement,
            RecordKind::Consultation,
            RecordKind::Review,
        ];
        assert_eq!(kinds.map(count), [4, 2, 2, 1, 2, 2], "{centre}");
    }
    assert_eq!(made.book.members.len(), 6);
    assert_eq!(made.book.tokens.len(), 2);
}

#[test]
fn nobody_reads_what_the_matrix_denies_in_any_world() {
    hold(2, deeds::some(), |deeds| async move {
        let made = Generated::new(&deeds, &[]).await;
        let (schema, matrix) = (Schema::read(), Matrix::load().unwrap());
        let viewers = made.some_acting(10);
        let records = made.sample(&matrix, &viewers);
        let asked = [
            questions(&schema, &records),
            questions_then(&schema, &records, BEGINS + Duration::hours(4)),
        ]
        .concat();
        for viewer in &viewers {
            let standing = |record| made.standing(viewer, record);
            for one in &asked {
                let answer = made
                    .world
                    .ask(viewer, &one.query, one.variables.clone())
                    .await;
                Reader::new(&standing, &matrix, viewer, &one.query).read_answer(&answer);
            }
        }
    });
}

/// Both ways: what the matrix denies is not there, and what it gives is, in lists and by its id.
#[test]
fn a_record_is_there_exactly_for_those_whom_the_matrix_gives_it() {
    hold(4, deeds::some(), |deeds| async move {
        let made = Generated::new(&deeds, &[]).await;
        let matrix = Matrix::load().unwrap();
        let records: Vec<RecordId> = made.book.entries.iter().map(|entry| entry.record).collect();
        for viewer in made.acting() {
            let there = which_exist(&made, &viewer, &records).await;
            for (record, there) in records.iter().zip(there) {
                let expected = made.exists(&matrix, &viewer, *record);
                assert_eq!(
                    there,
                    expected,
                    "{viewer:?} {record:?} {:?}",
                    made.standing(&viewer, *record)
                );
            }
            pages::hold_what_exists(&made, &matrix, &viewer).await;
        }
    });
}
