//! Tables that were computed before. A figure over millions of rows takes a tenth of a second; the
//! same table is asked for again and again, and only some events change it.
//!
//! A table is kept under the position of the last event that could change it, so nothing kept ever
//! becomes wrong: after such an event the same question has another key.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use querschnitt_domain::RecordKind;

use super::{Figure, FigureError, FigureQuery, FigureTable};
use crate::dimension::{CentreSet, Dimension};
use crate::facts::Facts;
use crate::period::Period;
use crate::until::Until;

/// How many rows the kept tables may have together, in each of two generations. A row takes about
/// 150 bytes.
const MAX_ROWS: usize = 250_000;
/// How many tables may be kept, in each of two generations.
const MAX_TABLES: usize = 5_000;

/// See the module.
#[derive(Debug, Default)]
pub struct FigureMemo {
    kept: Mutex<Generations>,
}

/// What was asked for lately and what was asked for before that. When the newer generation is full
/// it becomes the older one; what is asked for again moves to the newer one.
#[derive(Debug, Default)]
struct Generations {
    newer: HashMap<Question, Answer>,
    older: HashMap<Question, Answer>,
    /// Rows in the newer one.
    rows: usize,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Question {
    figure: &'static str,
    period: Period,
    centres: CentreSet,
    by: Vec<Dimension>,
    position: u64,
}

/// Computed once, also when many ask at the same time.
type Answer = Arc<OnceLock<Result<Arc<FigureTable>, FigureError>>>;

impl FigureMemo {
    /// The table, if it was computed before. Takes about a microsecond.
    pub fn get(
        &self,
        facts: &Facts,
        figure: &'static Figure,
        query: &FigureQuery,
        visible: CentreSet,
    ) -> Option<Arc<FigureTable>> {
        let question = Question::new(facts, figure, query, visible);
        self.lock()
            .find(&question)?
            .get()?
            .as_ref()
            .ok()
            .map(Arc::clone)
    }

    /// The table, computed if it has to be: the same as [`Figure::compute`] gives. Its position may
    /// be an earlier one, from which on nothing it counts has changed. May take long: not for a
    /// thread that serves others.
    ///
    /// # Errors
    /// As [`Figure::compute_until`].
    pub fn compute(
        &self,
        facts: &Facts,
        figure: &'static Figure,
        query: &FigureQuery,
        visible: CentreSet,
        until: &Until,
    ) -> Result<Arc<FigureTable>, FigureError> {
        let question = Question::new(facts, figure, query, visible);
        loop {
            let answer = self.lock().find_or_insert(&question);
            let mut is_own = false;
            let computed = answer.get_or_init(|| {
                is_own = true;
                let at_position = FigureQuery {
                    as_of: Some(question.position),
                    ..query.clone()
                };
                let table = figure.compute_until(facts, &at_position, visible, until);
                table.map(Arc::new)
            });
            match computed {
                Ok(table) if is_own => self.lock().rows += table.rows.len(),
                // That there was no time says nothing to those who ask later, nor to one who waited
                // here for another with less time.
                Err(FigureError::TimeUp(_)) => {
                    self.lock().forget(&question, &answer);
                    if !is_own {
                        continue;
                    }
                }
                Ok(_) | Err(_) => {}
            }
            return computed.clone();
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Generations> {
        // A panic can't leave the maps half changed.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Generations {
    fn find(&mut self, question: &Question) -> Option<Answer> {
        if let Some(answer) = self.newer.get(question) {
            return Some(Arc::clone(answer));
        }
        let (question, answer) = self.older.remove_entry(question)?;
        self.keep(question, Arc::clone(&answer));
        Some(answer)
    }

    fn find_or_insert(&mut self, question: &Question) -> Answer {
        self.find(question).unwrap_or_else(|| {
            let answer = Answer::default();
            self.keep(question.clone(), Arc::clone(&answer));
            answer
        })
    }

    fn forget(&mut self, question: &Question, answer: &Answer) {
        for kept in [&mut self.newer, &mut self.older] {
            if kept
                .get(question)
                .is_some_and(|one| Arc::ptr_eq(one, answer))
            {
                kept.remove(question);
            }
        }
    }

    fn keep(&mut self, question: Question, answer: Answer) {
        if self.rows >= MAX_ROWS || self.newer.len() >= MAX_TABLES {
            self.older = std::mem::take(&mut self.newer);
            self.rows = 0;
        }
        if let Some(Ok(table)) = answer.get() {
            self.rows += table.rows.len();
        }
        self.newer.insert(question, answer);
    }
}

impl Question {
    fn new(
        facts: &Facts,
        figure: &'static Figure,
        query: &FigureQuery,
        visible: CentreSet,
    ) -> Self {
        let centres = query.centres.intersection(visible);
        let last = figure
            .reads
            .iter()
            .map(|kind| facts.changes().last(*kind, scope(*kind, centres)))
            .max()
            .unwrap_or_default();
        Self {
            figure: figure.key,
            period: query.period,
            centres,
            by: query.by.clone(),
            position: query.as_of.map_or(last, |position| position.min(last)),
        }
    }
}

/// Whose records of a kind a figure over these centres depends on: records are counted by the
/// centre they are in, but what they name may be in another's book.
fn scope(kind: RecordKind, centres: CentreSet) -> CentreSet {
    match kind {
        RecordKind::Consultation
        | RecordKind::Meeting
        | RecordKind::Agreement
        | RecordKind::Review
        | RecordKind::Letterhead
        | RecordKind::Unit
        | RecordKind::Account
        | RecordKind::Exception => centres,
        RecordKind::Organisation | RecordKind::Network => CentreSet::all(),
    }
}
