//! The way a review will go, laid out when it is requested: what happens on which day, and on which
//! day it is recorded.

use querschnitt_domain::Change;
use querschnitt_domain::review::Check;
use time::{Date, Duration};

use super::{Asked, Done, Move, Number};
use crate::calendar::{self, school_holidays, working_days_later};
use crate::desk::Account;
use crate::dice::Dice;
use crate::office::{Office, Task};
use crate::words::reviews::units;

/// What becomes of the request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fate {
    Issued,
    Declined,
    Withdrawn,
    Lapsed,
    Retracted,
}

/// Moves in the making: each with the day it is recorded.
pub(super) struct Course<'a> {
    pub(super) dice: &'a mut Dice,
    pub(super) received_on: Date,
    pub(super) due_on: Option<Date>,
    /// Nothing is recorded before.
    pub(super) entered_on: Date,
    /// How many working days it takes from the request to the end.
    span: i32,
    pub(super) moves: Vec<(Date, Move)>,
}

impl Office {
    /// Lays out the way of the review that was just entered.
    pub(super) fn lay_out(&mut self, number: Number, entered_on: Date) {
        let case = self.reviews[number].clone();
        let fate = match self.dice.between(1, 100) {
            1..=5 => Fate::Declined,
            6..=12 => Fate::Withdrawn,
            13..=16 if case.due_on.is_some() => Fate::Lapsed,
            17 => Fate::Retracted,
            _ => Fate::Issued,
        };
        let officers = self.officers.clone();
        let known = self.organisations.len();
        let mut course = Course::new(&mut self.dice, case.received_on, case.due_on, entered_on);
        let (reviewer, cosigner) = course.assign(case.reviewer, &officers);
        let signer = cosigner.unwrap_or(self.head);
        course.check(known);
        let outcome = course.state(signer);
        course.end(fate, outcome);
        course.err(fate, &case);
        let moves = course.in_order();
        self.reviews[number].reviewer = reviewer;
        for (day, one) in moves {
            self.on(day, Task::Review(number, one));
        }
    }
}

impl<'a> Course<'a> {
    fn new(dice: &'a mut Dice, received_on: Date, due_on: Option<Date>, entered_on: Date) -> Self {
        let term = due_on.map_or(25, |due| {
            let days = querschnitt_domain::working_day::working_days_between(received_on, due);
            i32::try_from(days).unwrap_or(25)
        });
        let holidays = school_holidays(received_on);
        let span = match dice.between(1, 100) {
            // On the last day, before it, after it.
            1..=10 => term,
            11..=74 if !holidays => term * dice.between(55, 97) / 100,
            11..=60 => term * dice.between(75, 99) / 100,
            _ => term + dice.between(1, 18),
        };
        Self {
            dice,
            received_on,
            due_on,
            entered_on,
            span: span.max(6),
            moves: Vec::new(),
        }
    }

    /// The working day on which this share of the way is done.
    pub(super) fn day(&self, percent: i32) -> Date {
        working_days_later(self.received_on, self.span * percent / 100)
    }

    /// The day the statement goes out, if it does.
    pub(super) fn last_day(&self) -> Date {
        self.day(100)
    }

    /// Something that happens on a day, recorded on it.
    pub(super) fn on(&mut self, day: Date, one: Move) {
        self.moves.push((day.max(self.entered_on), one));
    }

    /// Who works on it and who signs in place of the head, after all is settled.
    fn assign(
        &mut self,
        mut reviewer: Account,
        officers: &[Account],
    ) -> (Account, Option<Account>) {
        if self.dice.happens(12) {
            self.on(self.entered_on, Move::Attach);
        }
        // The head signs, or whoever the head names.
        let others: Vec<Account> = officers
            .iter()
            .copied()
            .filter(|other| *other != reviewer)
            .collect();
        let cosigner =
            (self.dice.happens(15) && !others.is_empty()).then(|| self.dice.one(&others));
        let day = self.day(6);
        let named = cosigner.map_or(Change::Keep, |account| Change::Set(account.id));
        self.on(day, Move::Assign(reviewer, named));
        let free: Vec<Account> = others
            .into_iter()
            .filter(|other| Some(*other) != cosigner)
            .collect();
        if self.dice.happens(4) && !free.is_empty() {
            self.on(day, Move::DeclareConflict(reviewer));
            reviewer = self.dice.one(&free);
            let day = self.day(12);
            self.on(day, Move::Assign(reviewer, Change::Keep));
        }
        (reviewer, cosigner)
    }

    /// The checks, the advice of others, and questions to the applicant.
    fn check(&mut self, known: usize) {
        self.step(4, Some(units::OFFICE), None);
        self.step(18, Some(units::OFFICE), Some(Check::Formal));
        let mut advice = 0;
        for _ in 0..self.dice.one(&[0, 0, 1, 1, 1, 2, 3]) {
            advice += 1;
            let by_unit = self.dice.happens(75);
            let asked = if by_unit {
                Asked::Unit(self.dice.one(units::ASKED))
            } else {
                let last = i32::try_from(known).unwrap_or(1) - 1;
                Asked::Organisation(usize::try_from(self.dice.between(0, last)).unwrap_or(0))
            };
            let day = self.day(22);
            self.on(day, Move::AskAdvice(asked, day, self.day(60)));
            // One in ten never answers.
            if self.dice.happens(90) {
                let percent = self.dice.between(35, 66);
                let day = self.day(percent);
                if let Asked::Unit(unit) = asked {
                    self.step(percent - 2, Some(unit), None);
                }
                self.on(day, Move::GiveAdvice(advice, day));
            }
        }
        if self.dice.happens(25) {
            self.on(self.day(45), Move::AskClarification(self.day(45)));
            self.on(self.day(64), Move::ReceiveClarification(self.day(64)));
        }
        let team = self.dice.one(units::TEAMS);
        self.step(70, Some(team), Some(Check::Content));
        if self.dice.happens(20) {
            self.step(74, Some("20 Kämmerei"), None);
        }
        self.on(self.day(76), Move::Score);
    }

    /// The draft, the signature, the statement; gives the Votum.
    fn state(&mut self, signer: Account) -> &'static str {
        let outcome = self.dice.one(&[
            "SUPPORTED",
            "SUPPORTED",
            "SUPPORTED",
            "SUPPORTED",
            "SUPPORTED_WITH_CONDITIONS",
            "SUPPORTED_WITH_CONDITIONS",
            "SUPPORTED_WITH_CONDITIONS",
            "NEUTRAL",
            "NOT_SUPPORTED",
        ]);
        if self.dice.happens(5) {
            self.on(
                self.day(78),
                Move::Draft("REVISION_REQUESTED", self.day(78)),
            );
            self.on(self.day(80), Move::Sign(signer, self.day(80)));
            self.on(self.day(80), Move::Issue(self.day(80)));
            self.on(self.day(86), Move::ReceiveClarification(self.day(86)));
        }
        self.on(self.day(88), Move::Draft(outcome, self.day(88)));
        if self.dice.happens(10) {
            self.on(self.day(90), Move::Draft(outcome, self.day(90)));
        }
        self.step(95, Some(units::HEAD), None);
        self.on(self.day(96), Move::Sign(signer, self.day(96)));
        let day = self.last_day();
        // Four in five are recorded on the day they go out, the others when somebody thinks of it.
        let late = if self.dice.happens(80) {
            0
        } else {
            self.dice.between(1, 6)
        };
        self.on(working_days_later(day, late), Move::Issue(day));
        outcome
    }

    /// A step of a unit, recorded on the next working day or weeks later.
    fn step(&mut self, percent: i32, unit: Option<&'static str>, check: Option<Check>) {
        let on = self.day(percent);
        let ends = self.dice.between(8 * 60 + 20, 16 * 60 + 30);
        let at = self.dice.happens(92).then(|| calendar::at(on, ends));
        let began = self.dice.happens(35);
        let started_at = at
            .filter(|_| began)
            .map(|at| at.saturating_sub(Duration::minutes(self.dice.between(15, 200).into())))
            .filter(|started| started.date() >= self.received_on);
        let late = check.is_none() && self.dice.happens(7);
        let days = if late { self.dice.between(5, 30) } else { 1 };
        let known = !self.dice.happens(4);
        let done = Done {
            unit: unit.filter(|_| known),
            check,
            on,
            at,
            started_at,
        };
        self.on(working_days_later(on, days), Move::Complete(done));
    }

    /// The moves by the day they are recorded; those of one day in the order of the work.
    fn in_order(mut self) -> Vec<(Date, Move)> {
        self.moves.sort_by_key(|(day, _)| *day);
        self.mistake();
        self.moves
    }
}
