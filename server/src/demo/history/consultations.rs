//! What the sample office advises on, and what it corrects or takes back later.

use querschnitt_domain::ConsultationId;
use querschnitt_domain::consultation::RecordConsultation;
use time::{Date, Duration};

use super::{History, Task, code, text, words};
use crate::exit::Failure;

impl History<'_> {
    pub(super) async fn consult(&mut self, day: Date) -> Result<(), Failure> {
        // One in eight is entered weeks after it took place.
        let back = if self.dice.happens(12) {
            self.dice.between(20, 75)
        } else {
            self.dice.between(0, 2)
        };
        let occurred_on = day.saturating_sub(Duration::days(back.into()));
        let organisation = self
            .dice
            .between(0, i32::try_from(self.organisations.len()).unwrap_or(1) - 1);
        let organisation = usize::try_from(organisation).unwrap_or(0);
        let mut organisations = vec![self.organisations[organisation]];
        if self.dice.happens(15) {
            let other = self.dice.one(&self.organisations);
            if !organisations.contains(&other) {
                organisations.push(other);
            }
        }
        let areas = [
            "EDU_EARLY",
            "EDU_SCHOOL",
            "EDU_TRANSITION",
            "X_PARTICIPATION",
            "X_VOLUNTEERING",
            "X_ADMIN_OPENING",
            "X_LANGUAGE_MEDIATION",
        ];
        let types = [
            "PROFESSIONAL",
            "SYSTEMIC",
            "FUNDING",
            "ORGANISATIONAL_MSO",
            "PARTICIPATION",
            "SHORT_REFERRAL",
        ];
        let modes = ["IN_PERSON_OFFICE", "OUTREACH", "PHONE", "VIDEO", "EMAIL"];
        let outcomes = [
            "INFORMED",
            "FOLLOW_UP_AGREED",
            "REFERRED",
            "APPLICATION_PREPARED",
        ];
        let command = RecordConsultation {
            centre: self.actor.centre,
            occurred_on,
            consultation_type: code(self.dice.one(&types))?,
            mode: code(self.dice.one(&modes))?,
            duration_minutes: self.dice.between(1, 8) * 15,
            target_group: code(words::ORGANISATIONS[organisation].target_group)?,
            action_areas: vec![code(self.dice.one(&areas))?],
            preparation_minutes: Some(self.dice.between(0, 4) * 15),
            task_type: Some(code("ADVICE")?),
            organisations,
            number_advised: Some(self.dice.between(1, 12)),
            language: None,
            outcome: Some(code(self.dice.one(&outcomes))?),
            programme: Some(code("KI_BASE")?),
            municipality: None,
            visibility: None,
            subject: Some(text(self.dice.one(words::SUBJECTS))?),
            note: if self.dice.happens(40) {
                Some(text(self.dice.one(words::NOTES))?)
            } else {
                None
            },
            links: Vec::new(),
            source: None,
        };
        let id = self.record(command).await?;
        let consultation = ConsultationId(id.id);
        let days = self.dice.between(3, 60);
        match self.dice.between(1, 100) {
            1..=8 => self.later(day, days, Task::Correct(consultation)),
            9..=11 => self.later(day, days, Task::Retract(consultation)),
            _ => {}
        }
        Ok(())
    }
}
