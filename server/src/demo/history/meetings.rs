//! When the sample networks meet, who comes and what is agreed.

use querschnitt_domain::agreement::MakeAgreement;
use querschnitt_domain::meeting::{
    AgendaInput, AttendanceInput, HoldMeeting, PlanInput, ScheduleMeeting,
};
use querschnitt_domain::{AgreementId, Change, MeetingId};
use time::{Date, Duration};

use super::{History, Task, code, text, words, working_day};
use crate::exit::Failure;

impl History<'_> {
    /// Schedules the next meeting of a network some weeks ahead.
    pub(super) async fn plan(&mut self, index: usize, day: Date) -> Result<(), Failure> {
        let ahead = self.dice.between(14, 28);
        let date = working_day(day.saturating_add(Duration::days(ahead.into())));
        let command = ScheduleMeeting {
            network: self.networks[index],
            date,
            plan: PlanInput {
                title: Change::Set(text(words::NETWORKS[index].name)?),
                place: Change::Set(text(self.dice.one(words::PLACES))?),
                mode: Change::Set(code("IN_PERSON")?),
                agenda: Some(self.agenda(4)?),
                ..PlanInput::default()
            },
        };
        let id = self.record(command).await?;
        let meeting = MeetingId(id.id);
        let days = i32::try_from((date - day).whole_days()).unwrap_or(1);
        if self.dice.happens(5) {
            self.later(day, days - 2, Task::CallOff(meeting));
        } else {
            self.later(day, days, Task::Meet(index, meeting));
        }
        let next = i32::try_from(words::NETWORKS[index].every).unwrap_or(60);
        self.later(day, next, Task::Plan(index));
        Ok(())
    }

    pub(super) async fn meet(
        &mut self,
        index: usize,
        meeting: MeetingId,
        day: Date,
    ) -> Result<(), Failure> {
        let mut attendances = Vec::new();
        for member in words::NETWORKS[index].members {
            if self.dice.happens(80) {
                attendances.push(AttendanceInput {
                    organisation: self.organisations[*member],
                    head_count: self.dice.between(1, 3).into(),
                    function: None,
                });
            }
        }
        let network = self.networks[index];
        let command = HoldMeeting {
            network,
            meeting: Some(meeting),
            date: None,
            plan: PlanInput::default(),
            attendances,
            other_head_count: self.dice.between(0, 4).into(),
            results: Some(text(self.dice.one(words::RESULTS))?),
            minutes: querschnitt_domain::meeting::MinutesInput::default(),
            expected_version: None,
        };
        self.do_it(command).await?;
        for _ in 0..self.dice.between(0, 2) {
            self.agree(index, meeting, day).await?;
        }
        self.later(day, 35, Task::Approve(meeting));
        Ok(())
    }

    async fn agree(&mut self, index: usize, meeting: MeetingId, day: Date) -> Result<(), Failure> {
        let due = self.dice.between(30, 120);
        let responsible = self.dice.one(words::NETWORKS[index].members);
        let command = MakeAgreement {
            network: self.networks[index],
            meeting: Some(meeting),
            made_on: day,
            subject: text(self.dice.one(words::AGREEMENTS))?,
            responsible: Some(self.organisations[responsible]),
            due_on: Some(day.saturating_add(Duration::days(due.into()))),
        };
        let id = self.record(command).await?;
        let agreement = AgreementId(id.id);
        match self.dice.between(1, 100) {
            1..=65 => {
                let days = self.dice.between(20, 130);
                self.later(day, days, Task::Fulfil(agreement));
            }
            66..=78 => {
                let days = self.dice.between(40, 150);
                self.later(day, days, Task::Drop(agreement));
            }
            _ => {}
        }
        Ok(())
    }

    fn agenda(&mut self, items: i32) -> Result<Vec<AgendaInput>, Failure> {
        let first = usize::try_from(self.dice.between(0, 3)).unwrap_or(0);
        words::AGENDA
            .iter()
            .cycle()
            .skip(first)
            .zip(1..=items)
            .map(|(title, number)| {
                Ok(AgendaInput {
                    number: Some(number.to_string()),
                    title: text(title)?,
                    public: None,
                    result: None,
                    vote: None,
                })
            })
            .collect()
    }
}
