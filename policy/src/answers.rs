//! Answers that were given before: one fixed table, so that a list of a hundred records asks Cedar once.

use std::sync::atomic::{AtomicU64, Ordering};

use querschnitt_domain::Role;

use crate::cell::{Action, Cell};
use crate::relation::Relations;

/// Two bits for each question there is: whether it was answered, and how. A table of one megabyte of which
/// only the touched pages are real. Nothing is locked: two threads that ask the same at once get the same.
pub(crate) struct Answers(Box<[AtomicU64]>);

const PER_WORD: usize = 32;
const QUESTIONS: usize = Role::ALL.len() * Cell::ALL.len() * Action::ALL.len() * Relations::COUNT;

impl Answers {
    /// No answer yet.
    pub(crate) fn new() -> Self {
        let words = QUESTIONS.div_ceil(PER_WORD);
        Self((0..words).map(|_| AtomicU64::new(0)).collect())
    }

    /// The remembered answer, or the one that `decide` gives now.
    pub(crate) fn get(
        &self,
        role: Role,
        cell: Cell,
        action: Action,
        relations: Relations,
        decide: impl FnOnce() -> bool,
    ) -> bool {
        let place = place(role, cell, action, relations);
        let (word, shift) = (place / PER_WORD, 2 * (place % PER_WORD));
        let Some(word) = self.0.get(word) else {
            return decide();
        };
        match (word.load(Ordering::Relaxed) >> shift) & 0b11 {
            0b11 => true,
            0b01 => false,
            _ => {
                let allowed = decide();
                word.fetch_or((0b01 | u64::from(allowed) << 1) << shift, Ordering::Relaxed);
                allowed
            }
        }
    }
}

const fn place(role: Role, cell: Cell, action: Action, relations: Relations) -> usize {
    let asked = role as usize * Cell::ALL.len() + cell as usize;
    (asked * Action::ALL.len() + action as usize) * Relations::COUNT + relations.place()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::relation::Relation;

    #[test]
    fn the_last_question_is_in_the_table() {
        let last = place(
            Role::Operator,
            Cell::Import,
            Action::Write,
            Relations::of(Relation::ALL),
        );
        assert_eq!(last, QUESTIONS - 1);
    }

    #[test]
    fn an_answer_is_remembered_and_the_neighbours_are_not_touched() {
        let answers = Answers::new();
        let ask = |relation, answer: Option<bool>| {
            let relations = Relations::of([relation]);
            let mut asked = false;
            let got = answers.get(Role::KiHead, Cell::Review, Action::Read, relations, || {
                asked = true;
                answer.unwrap_or_default()
            });
            (got, asked)
        };
        assert_eq!(ask(Relation::Centre, Some(true)), (true, true));
        assert_eq!(ask(Relation::Own, Some(false)), (false, true));
        assert_eq!(ask(Relation::Centre, None), (true, false));
        assert_eq!(ask(Relation::Own, Some(true)), (false, false));
        assert_eq!(ask(Relation::Released, Some(true)), (true, true));
    }
}
