//! When the networks of an invented office meet, who comes, and what becomes of the plan.

use querschnitt_domain::meeting::{
    AgendaInput, ApproveMinutes, AttendanceInput, CancelMeeting, CorrectMeeting, HoldMeeting,
    MinutesInput, PlanInput, RescheduleMeeting, RetractMeeting, ScheduleMeeting, VoteInput,
};
use querschnitt_domain::{Change, MeetingId};
use time::{Date, Duration};

use super::{Desk, InventError, Office, Task, code, text};
use crate::calendar;
use crate::words::networks as words;

impl Office {
    /// Schedules the next meeting of a network some weeks ahead.
    pub(super) async fn plan(
        &mut self,
        desk: &mut Desk<'_>,
        network: usize,
        day: Date,
    ) -> Result<(), InventError> {
        let known = self.networks[network].clone();
        if !known.open {
            return Ok(());
        }
        let ahead = self.dice.between(14, 28);
        let date = Self::meeting_day(day, ahead);
        let command = ScheduleMeeting {
            network: known.id,
            date,
            plan: PlanInput {
                starts_at: self.begins(date),
                title: Change::Set(text(desk, known.sample.name)?),
                place: Change::Set(self.one_text(desk, words::PLACES)?),
                mode: Change::Set(code(
                    desk,
                    self.dice.one(&["IN_PERSON", "IN_PERSON", "HYBRID"]),
                )?),
                agenda: Some(self.agenda(desk, false)?),
                ..PlanInput::default()
            },
        };
        let keeper = self.keeper();
        let id = self.by(desk, keeper, command).await?;
        let meeting = MeetingId(id.id);
        self.networks[network].planned += 1;
        match self.dice.between(1, 100) {
            1..=6 => self.on(before(date), Task::CallOff(network, meeting)),
            7..=18 => {
                let days = self.dice.between(5, 25);
                let to = Self::meeting_day(date, days);
                self.on(before(date), Task::Postpone(network, meeting, to));
            }
            // What is held is recorded the day after, one in six weeks later.
            _ => self.will_be_held(network, meeting, date),
        }
        self.later(day, known.sample.every_days, Task::Plan(network));
        Ok(())
    }

    fn will_be_held(&mut self, network: usize, meeting: MeetingId, date: Date) {
        let days = if self.dice.happens(16) {
            self.dice.between(10, 45)
        } else {
            1
        };
        self.later(date, days, Task::Hold(network, meeting));
    }

    fn begins(&mut self, date: Date) -> Change<time::OffsetDateTime> {
        if self.dice.happens(80) {
            let minutes = self
                .dice
                .one(&[9 * 60, 10 * 60, 14 * 60, 16 * 60 + 30, 18 * 60]);
            Change::Set(calendar::at(date, minutes))
        } else {
            Change::Clear
        }
    }

    pub(super) async fn postpone(
        &mut self,
        desk: &mut Desk<'_>,
        network: usize,
        meeting: MeetingId,
        to: Date,
        day: Date,
    ) -> Result<(), InventError> {
        // Said late, it still moves ahead.
        let to = if to > day {
            to
        } else {
            Self::meeting_day(day, 7)
        };
        let command = RescheduleMeeting {
            network: self.networks[network].id,
            meeting,
            date: Some(to),
            plan: PlanInput {
                starts_at: self.begins(to),
                ..PlanInput::default()
            },
            reason: Some(self.one_text(desk, words::POSTPONED)?),
            expected_version: None,
        };
        let keeper = self.keeper();
        self.by(desk, keeper, command).await?;
        self.will_be_held(network, meeting, to);
        Ok(())
    }

    pub(super) async fn call_off(
        &mut self,
        desk: &mut Desk<'_>,
        network: usize,
        meeting: MeetingId,
    ) -> Result<(), InventError> {
        self.networks[network].planned -= 1;
        let command = CancelMeeting {
            meeting,
            reason: Some(self.one_text(desk, words::CANCELLED)?),
            expected_version: None,
        };
        let keeper = self.keeper();
        self.by(desk, keeper, command).await.map(drop)
    }

    pub(super) async fn hold(
        &mut self,
        desk: &mut Desk<'_>,
        network: usize,
        meeting: MeetingId,
        day: Date,
    ) -> Result<(), InventError> {
        let known = self.networks[network].clone();
        let votes = known.sample.legal_nature == "STATUTORY_PUBLIC";
        let mut attendances = Vec::new();
        for at in &known.members {
            if self.dice.happens(78) {
                attendances.push(AttendanceInput {
                    organisation: self.organisations[*at].id,
                    head_count: self.dice.between(1, 3).into(),
                    function: None,
                });
            }
        }
        let others = self.dice.between(0, 4);
        let command = HoldMeeting {
            network: known.id,
            meeting: Some(meeting),
            date: None,
            plan: PlanInput {
                agenda: if votes {
                    Some(self.agenda(desk, true)?)
                } else {
                    None
                },
                ..PlanInput::default()
            },
            attendances,
            other_head_count: others.into(),
            results: Some(self.one_text(desk, words::RESULTS)?),
            minutes: MinutesInput::default(),
            expected_version: None,
        };
        let keeper = self.keeper();
        self.by(desk, keeper, command).await?;
        self.networks[network].planned -= 1;
        for _ in 0..self.dice.between(0, 2) {
            self.agree(desk, network, meeting, day).await?;
        }
        match self.dice.between(1, 100) {
            1..=5 => {
                let days = self.dice.between(3, 60);
                let count = i64::from(others + self.dice.between(1, 9));
                self.later(day, days, Task::CorrectMeeting(network, meeting, count));
            }
            6 => {
                let days = self.dice.between(3, 30);
                self.later(day, days, Task::RetractMeeting(meeting));
            }
            7..=85 => {
                let days = self.dice.between(25, 70);
                self.later(day, days, Task::Approve(meeting));
            }
            _ => {}
        }
        Ok(())
    }

    pub(super) async fn correct_meeting(
        &mut self,
        desk: &mut Desk<'_>,
        network: usize,
        meeting: MeetingId,
        count: i64,
    ) -> Result<(), InventError> {
        let command = CorrectMeeting {
            network: self.networks[network].id,
            meeting,
            date: None,
            plan: PlanInput::default(),
            attendances: None,
            other_head_count: Some(count),
            results: Change::Keep,
            minutes: MinutesInput::default(),
            reason: self.one_text(desk, words::CORRECTED)?,
            expected_version: None,
        };
        let keeper = self.keeper();
        self.by(desk, keeper, command).await.map(drop)
    }

    pub(super) async fn retract_meeting(
        &mut self,
        desk: &mut Desk<'_>,
        meeting: MeetingId,
    ) -> Result<(), InventError> {
        let command = RetractMeeting {
            meeting,
            reason: self.one_text(desk, words::RETRACTED)?,
            expected_version: None,
        };
        let keeper = self.keeper();
        self.by(desk, keeper, command).await.map(drop)
    }

    pub(super) async fn approve(
        &mut self,
        desk: &mut Desk<'_>,
        meeting: MeetingId,
    ) -> Result<(), InventError> {
        let command = ApproveMinutes {
            meeting,
            occurred_on: None,
            expected_version: None,
        };
        let keeper = self.keeper();
        self.by(desk, keeper, command).await.map(drop)
    }

    fn agenda(&mut self, desk: &Desk<'_>, held: bool) -> Result<Vec<AgendaInput>, InventError> {
        let first = self.any_of(4);
        let titles = words::AGENDA.iter().cycle().skip(first);
        let mut agenda = Vec::new();
        for (title, number) in titles.zip(1..=4) {
            let vote = (held && number == 3).then(|| VoteInput {
                yes: self.dice.between(8, 15).into(),
                no: self.dice.between(0, 5).into(),
                abstained: self.dice.between(0, 3).into(),
            });
            agenda.push(AgendaInput {
                number: Some(number.to_string()),
                title: text(desk, title)?,
                public: None,
                result: None,
                vote,
            });
        }
        Ok(agenda)
    }
}

/// A day or two before.
fn before(date: Date) -> Date {
    date.saturating_sub(Duration::days(2))
}
