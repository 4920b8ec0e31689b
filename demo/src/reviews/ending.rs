//! How a review ends, and what went wrong in recording it.

use time::{Date, Duration};

use super::course::{Course, Fate};
use super::{Case, Move};
use crate::calendar::{working_day, working_days_later};
use crate::words::reviews::units;

/// Programmes a request was meant for after all.
const PROGRAMMES: &[&str] = &["SINGLE_PROJECT", "MUNICIPAL_PROJECT"];

impl Course<'_> {
    /// Cuts the way off where it ends, or goes on behind the statement with this Votum.
    pub(super) fn end(&mut self, fate: Fate, outcome: &'static str) {
        match fate {
            Fate::Issued => self.after_the_statement(outcome),
            Fate::Declined => {
                let day = self.cut(16);
                let why =
                    self.dice
                        .one(&["NOT_RESPONSIBLE", "NOT_RESPONSIBLE", "CONFLICT_OF_INTEREST"]);
                self.on(day, Move::Decline(why, day));
            }
            Fate::Withdrawn => {
                let percent = self.dice.between(15, 84);
                let day = self.cut(percent);
                self.on(day, Move::Withdraw(day));
            }
            Fate::Lapsed => {
                let percent = self.dice.between(10, 70);
                let last = self.cut(percent);
                let late = self.dice.between(1, 12);
                let due = self.due_on.unwrap_or(last);
                self.on(working_days_later(due.max(last), late), Move::Lapse);
            }
            Fate::Retracted => {
                let percent = self.dice.between(10, 60);
                let day = self.cut(percent);
                self.on(day, Move::Retract);
            }
        }
    }

    /// Takes away what is recorded after this share of the way; gives the day.
    fn cut(&mut self, percent: i32) -> Date {
        let day = self.day(percent);
        self.moves.retain(|(recorded, _)| *recorded <= day);
        day
    }

    fn after_the_statement(&mut self, outcome: &'static str) {
        let last = self.last_day();
        if let Some(due) = self.due_on.filter(|due| *due < last)
            && self.dice.happens(30)
        {
            // A request that was entered late is out before anybody thinks of an extension.
            let asked = self.day(50).min(due);
            if asked >= self.entered_on {
                self.on(asked, Move::Extend(last, asked));
            }
        }
        if self.dice.happens(5) {
            let day = working_days_later(last, self.dice.between(8, 40));
            self.on(day, Move::Supersede);
        } else if self.dice.happens(72) {
            let (days, late) = (self.dice.between(20, 120), self.dice.between(0, 30));
            let decided = last.saturating_add(Duration::days(days.into()));
            let (decision, percent) = decision(outcome, self.dice);
            let known = working_day(decided.saturating_add(Duration::days(late.into())));
            self.on(known, Move::Decide(decision, percent, decided));
        }
    }

    /// What is corrected later.
    pub(super) fn err(&mut self, fate: Fate, case: &Case) {
        if fate == Fate::Retracted {
            return;
        }
        // Between the signature and the dispatch it would have to be signed anew.
        let day = working_days_later(self.entered_on, self.dice.between(2, 40));
        let issued = self
            .moves
            .iter()
            .rfind(|one| matches!(one.1, Move::Issue(_)));
        let day = issued
            .map(|issued| issued.0)
            .filter(|issued| self.day(78) <= day && day < *issued)
            .unwrap_or(day);
        match self.dice.between(1, 100) {
            1..=6 => {
                let more = u64::from(self.dice.between(1, 20).unsigned_abs()) * 25_000;
                self.on(day, Move::CorrectAmount(case.requested_cents + more));
            }
            7..=8 => {
                let other = PROGRAMMES.iter().find(|other| **other != case.programme);
                let other = other.copied().unwrap_or("SINGLE_PROJECT");
                self.on(day, Move::CorrectProgramme(other));
            }
            9..=11 if fate == Fate::Issued => {
                let extended = self
                    .moves
                    .iter()
                    .any(|one| matches!(one.1, Move::Extend(..)));
                if let Some(due) = self.due_on.filter(|_| !extended) {
                    self.on(day, Move::CorrectDue(working_days_later(due, 5)));
                }
            }
            _ => {}
        }
    }

    /// Now and then a step is entered for the wrong unit, taken back and entered anew. The moves must be in
    /// order already: a step's number is its place among the steps.
    pub(super) fn mistake(&mut self) {
        let gone = self.moves.iter().any(|one| matches!(one.1, Move::Retract));
        if gone || !self.dice.happens(4) {
            return;
        }
        let mut number = 0;
        let mut found = None;
        for (recorded, one) in &self.moves {
            if let Move::Complete(done) = one {
                number += 1;
                if done.check.is_none() {
                    found = Some((*recorded, number, done.clone()));
                    break;
                }
            }
        }
        let Some((recorded, number, mut done)) = found else {
            return;
        };
        let day = working_days_later(recorded, self.dice.between(1, 10));
        done.unit = Some(self.dice.one(units::ASKED));
        self.moves.push((day, Move::RetractStep(number)));
        self.moves.push((day, Move::Complete(done)));
        self.moves.sort_by_key(|(day, _)| *day);
    }
}

/// What the funder decides on a Votum, and how many percent of the amount it grants.
pub(super) fn decision(outcome: &str, dice: &mut crate::dice::Dice) -> (&'static str, u64) {
    let follows = dice.happens(86);
    if follows == (outcome == "NOT_SUPPORTED") {
        return ("REJECTED", 0);
    }
    if dice.happens(70) {
        ("APPROVED", 100)
    } else {
        (
            "PARTLY_APPROVED",
            u64::from(dice.between(30, 90).unsigned_abs()),
        )
    }
}
