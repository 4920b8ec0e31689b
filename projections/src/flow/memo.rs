//! Flows that were computed before: the same one is asked for again and again, and only events of
//! reviews in its centres change it.
//!
//! A flow is kept under the position of the last event that could change it, so nothing kept ever
//! becomes wrong: after such an event the same question has another key.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use querschnitt_domain::RecordKind;
use time::Date;

use super::{Flow, FlowQuery, FlowSubject, flow};
use crate::dimension::CentreSet;
use crate::facts::Facts;
use crate::until::{TimeUp, Until};
use crate::views::Seen;

/// How many flows are kept, in each of two generations. One takes some kilobytes.
const MOST: usize = 500;

/// See the module.
#[derive(Debug, Default)]
pub struct FlowMemo {
    kept: Mutex<Generations>,
}

/// What was asked for lately and what was asked for before that. When the newer generation is full
/// it becomes the older one; what is asked for again moves to the newer one.
#[derive(Debug, Default)]
struct Generations {
    newer: HashMap<Question, Answer>,
    older: HashMap<Question, Answer>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Question {
    centres: CentreSet,
    from: Date,
    to: Date,
    subject: FlowSubject,
    position: u64,
}

/// Computed once, also when many ask at the same time.
type Answer = Arc<OnceLock<Result<Arc<Flow>, TimeUp>>>;

impl FlowMemo {
    /// The flow, computed if it has to be: the same as [`flow`] gives. May take a tenth of a second:
    /// not for a thread that serves others.
    ///
    /// # Errors
    /// When it took too long.
    pub fn compute(
        &self,
        facts: &Facts,
        query: &FlowQuery,
        until: &Until,
    ) -> Result<Arc<Flow>, TimeUp> {
        let question = Question::new(facts, query);
        loop {
            let answer = self.find(question);
            let mut is_own = false;
            let computed = answer.get_or_init(|| {
                is_own = true;
                let seen = Seen {
                    as_of: Some(question.position),
                    ..query.seen
                };
                flow(facts, &FlowQuery { seen, ..*query }, until).map(Arc::new)
            });
            if let Ok(flow) = computed {
                return Ok(Arc::clone(flow));
            }
            // That there was no time says nothing to those who ask later, nor to one who waited here
            // for another with less time.
            self.forget(question, &answer);
            if is_own {
                return Err(TimeUp);
            }
        }
    }

    fn forget(&self, question: Question, answer: &Answer) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let Generations { newer, older } = &mut *kept;
        for kept in [newer, older] {
            if kept
                .get(&question)
                .is_some_and(|one| Arc::ptr_eq(one, answer))
            {
                kept.remove(&question);
            }
        }
    }

    fn find(&self, question: Question) -> Answer {
        // A panic can't leave the maps half changed.
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = kept.newer.get(&question) {
            return Arc::clone(answer);
        }
        let answer = kept.older.remove(&question).unwrap_or_default();
        if kept.newer.len() >= MOST {
            kept.older = std::mem::take(&mut kept.newer);
        }
        kept.newer.insert(question, Arc::clone(&answer));
        answer
    }
}

impl Question {
    fn new(facts: &Facts, query: &FlowQuery) -> Self {
        let FlowQuery {
            seen: Seen { scope, as_of },
            from,
            to,
            subject,
        } = *query;
        let centres = scope.centres;
        let last = facts.changes().last(RecordKind::Review, centres);
        Self {
            centres,
            from,
            to,
            subject,
            position: as_of.map_or(last, |position| position.min(last)),
        }
    }
}
