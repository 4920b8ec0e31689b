//! What is agreed at meetings, and what becomes of it: done in time or late, given up, put off, or
//! left open and carried over from meeting to meeting.

use querschnitt_domain::agreement::{
    ChangeAgreement, DropAgreement, FulfilAgreement, MakeAgreement,
};
use querschnitt_domain::{AgreementId, Change, MeetingId};
use time::{Date, Duration};

use super::{Desk, InventError, Office, Task};
use crate::words::networks as words;

impl Office {
    /// Made at a meeting, recorded with it.
    pub(super) async fn agree(
        &mut self,
        desk: &mut Desk<'_>,
        network: usize,
        meeting: MeetingId,
        day: Date,
    ) -> Result<(), InventError> {
        let due_on = day.saturating_add(Duration::days(self.dice.between(30, 120).into()));
        let members = self.networks[network].members.clone();
        let responsible = self.any_of(members.len());
        let responsible = members
            .get(responsible)
            .map(|at| self.organisations[*at].id);
        let command = MakeAgreement {
            network: self.networks[network].id,
            meeting: Some(meeting),
            made_on: day,
            subject: self.one_text(desk, words::AGREEMENTS)?,
            responsible,
            due_on: Some(due_on),
        };
        let keeper = self.keeper();
        let id = self.by(desk, keeper, command).await?;
        let agreement = AgreementId(id.id);
        let term = i32::try_from((due_on - day).whole_days()).unwrap_or(30);
        match self.dice.between(1, 100) {
            // On the last day of the term, before it, or after it; entered then or weeks later.
            1..=8 => self.will_be_done(agreement, due_on),
            9..=52 => {
                let days = self.dice.between(5, term);
                self.will_be_done(agreement, day.saturating_add(Duration::days(days.into())));
            }
            53..=70 => {
                let days = term + self.dice.between(1, 60);
                self.will_be_done(agreement, day.saturating_add(Duration::days(days.into())));
            }
            71..=80 => {
                let days = self.dice.between(40, 150);
                self.later(day, days, Task::Drop(agreement));
            }
            81..=87 => {
                let until = due_on.saturating_add(Duration::days(42));
                self.later(day, term - 3, Task::MoreTime(agreement, until));
                if self.dice.happens(70) {
                    self.will_be_done(agreement, until);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn will_be_done(&mut self, agreement: AgreementId, on: Date) {
        let late = if self.dice.happens(25) {
            self.dice.between(7, 50)
        } else {
            self.dice.between(1, 3)
        };
        self.later(on, late, Task::Fulfil(agreement, on));
    }

    pub(super) async fn fulfil(
        &mut self,
        desk: &mut Desk<'_>,
        agreement: AgreementId,
        on: Date,
    ) -> Result<(), InventError> {
        let command = FulfilAgreement {
            agreement,
            occurred_on: Some(on),
            note: None,
            expected_version: None,
        };
        let keeper = self.keeper();
        self.by(desk, keeper, command).await.map(drop)
    }

    pub(super) async fn drop_agreement(
        &mut self,
        desk: &mut Desk<'_>,
        agreement: AgreementId,
    ) -> Result<(), InventError> {
        let command = DropAgreement {
            agreement,
            reason: Some(self.one_text(desk, words::DROPPED)?),
            expected_version: None,
        };
        let keeper = self.keeper();
        self.by(desk, keeper, command).await.map(drop)
    }

    pub(super) async fn more_time(
        &mut self,
        desk: &mut Desk<'_>,
        agreement: AgreementId,
        until: Date,
    ) -> Result<(), InventError> {
        let command = ChangeAgreement {
            agreement,
            subject: None,
            responsible: Change::Keep,
            due_on: Change::Set(until),
            reason: self.one_text(desk, words::MORE_TIME)?,
            expected_version: None,
        };
        let keeper = self.keeper();
        self.by(desk, keeper, command).await.map(drop)
    }
}
