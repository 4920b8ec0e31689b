//! What an invented office advises on, and what it corrects, links or takes back later.

use querschnitt_domain::consultation::{
    ConsultationPatch, CorrectConsultation, LinkConsultation, RecordConsultation,
    RetractConsultation, UnlinkConsultation,
};
use querschnitt_domain::values::list::Programmes;
use querschnitt_domain::{ConsultationId, RecordId};
use time::{Date, Duration};

use super::{Desk, InventError, Office, Task, code, text, valid};
use crate::calendar::working_day;
use crate::reviews::Case;
use crate::words::consultations as words;

const AREAS: &[&str] = &[
    "EDU_EARLY",
    "EDU_SCHOOL",
    "EDU_SCHOOL",
    "EDU_OUT_OF_SCHOOL",
    "EDU_TRANSITION",
    "X_PARTICIPATION",
    "X_VOLUNTEERING",
    "X_ADMIN_OPENING",
    "X_LANGUAGE_MEDIATION",
    "X_ANTIDISCRIMINATION",
    "X_HEALTH",
    "X_WORK",
];
const TYPES: &[&str] = &[
    "PROFESSIONAL",
    "PROFESSIONAL",
    "PROFESSIONAL",
    "SYSTEMIC",
    "FUNDING",
    "FUNDING",
    "ORGANISATIONAL_MSO",
    "PARTICIPATION",
    "SHORT_REFERRAL",
    "LATERAL_ENTRY",
    "CONFLICT",
];
const MODES: &[&str] = &[
    "IN_PERSON_OFFICE",
    "OUTREACH",
    "PHONE",
    "PHONE",
    "VIDEO",
    "EMAIL",
];
const OUTCOMES: &[&str] = &[
    "INFORMED",
    "FOLLOW_UP_AGREED",
    "REFERRED",
    "APPLICATION_PREPARED",
    "PROJECT_STARTED",
    "NO_RESULT",
];
const LANGUAGES: &[&str] = &[
    "ARA", "UKR", "TUR", "KMR", "PRS", "FRA", "ENG", "RON", "TIR",
];
/// What pays for it; each only as long as it exists.
const PROGRAMMES: &[&str] = &[
    "KI_BASE",
    "KI_BASE",
    "KI_BASE",
    "KOMM_AN_I",
    "KOMM_AN_II",
    "KIM_B1",
    "KI_LAY_INTERPRETERS",
    "RUCKSACK_KITA",
];

impl Office {
    pub(super) async fn consult(
        &mut self,
        desk: &mut Desk<'_>,
        day: Date,
    ) -> Result<(), InventError> {
        // One in eight is entered weeks after it took place.
        let back = if self.dice.happens(12) {
            self.dice.between(20, 75)
        } else {
            self.dice.between(0, 2)
        };
        let occurred_on = working_day(day.saturating_sub(Duration::days(back.into()))).min(day);
        let at = self.any_of(self.organisations.len());
        let advised = &self.organisations[at];
        let (target_group, mut organisations) = (advised.sample.target_group, vec![advised.id]);
        if self.dice.happens(15) {
            let at = self.any_of(self.organisations.len());
            let other = self.organisations[at].id;
            if !organisations.contains(&other) {
                organisations.push(other);
            }
        }
        // Some are with people no register names.
        if self.dice.happens(6) {
            organisations.clear();
        }
        let programme = self.dice.one(PROGRAMMES);
        let duration = self.dice.between(1, 8) * 15;
        let mut action_areas = vec![code(desk, self.dice.one(AREAS))?];
        if self.dice.happens(12) {
            let second = code(desk, self.dice.one(AREAS))?;
            if !action_areas.contains(&second) {
                action_areas.push(second);
            }
        }
        let command = RecordConsultation {
            centre: self.centre,
            occurred_on,
            consultation_type: code(desk, self.dice.one(TYPES))?,
            mode: code(desk, self.dice.one(MODES))?,
            duration_minutes: duration,
            target_group: code(desk, target_group)?,
            action_areas,
            preparation_minutes: Some(self.dice.between(0, 4) * 15),
            task_type: Some(code(desk, "ADVICE")?),
            organisations,
            number_advised: Some(self.dice.between(1, 12)),
            language: if self.dice.happens(18) {
                Some(code(desk, self.dice.one(LANGUAGES))?)
            } else {
                None
            },
            outcome: Some(code(desk, self.dice.one(OUTCOMES))?),
            programme: if valid::<Programmes>(programme, occurred_on) {
                Some(code(desk, programme)?)
            } else {
                None
            },
            municipality: None,
            visibility: None,
            subject: Some(self.one_text(desk, words::SUBJECTS)?),
            note: if self.dice.happens(40) {
                Some(text(desk, self.dice.one(words::NOTES))?)
            } else {
                None
            },
            links: Vec::new(),
            source: None,
        };
        let officer = self.officer();
        let id = self.by(desk, officer, command).await?;
        let consultation = ConsultationId(id.id);
        let days = self.dice.between(3, 60);
        match self.dice.between(1, 100) {
            1..=8 => {
                let minutes = duration + 15 * self.dice.between(1, 3);
                let task = Task::CorrectConsultation(consultation, minutes);
                self.later(day, days, task);
            }
            9..=11 => self.later(day, days, Task::RetractConsultation(consultation)),
            12..=22 => {
                if let Some(to) = self.something_to_link() {
                    self.later(day, days, Task::Link(consultation, to));
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// A network, or the review that came in last.
    fn something_to_link(&mut self) -> Option<RecordId> {
        let review = self.reviews.last().map(|case| case.id.record());
        let at = self.any_of(self.networks.len());
        let network = self.networks.get(at).map(|network| network.id.record());
        if self.dice.happens(50) {
            review.or(network)
        } else {
            network
        }
    }

    pub(super) async fn correct_consultation(
        &mut self,
        desk: &mut Desk<'_>,
        consultation: ConsultationId,
        minutes: i32,
    ) -> Result<(), InventError> {
        let command = CorrectConsultation {
            consultation,
            expected_version: None,
            reason: self.one_text(desk, words::CORRECTIONS)?,
            patch: ConsultationPatch {
                duration_minutes: Some(minutes),
                ..ConsultationPatch::default()
            },
        };
        let officer = self.officer();
        self.by(desk, officer, command).await.map(drop)
    }

    pub(super) async fn retract_consultation(
        &mut self,
        desk: &mut Desk<'_>,
        consultation: ConsultationId,
    ) -> Result<(), InventError> {
        let command = RetractConsultation {
            consultation,
            expected_version: None,
            reason: self.one_text(desk, words::RETRACTIONS)?,
        };
        let officer = self.officer();
        self.by(desk, officer, command).await.map(drop)
    }

    pub(super) async fn link(
        &mut self,
        desk: &mut Desk<'_>,
        consultation: ConsultationId,
        to: RecordId,
        day: Date,
    ) -> Result<(), InventError> {
        let gone = |case: &Case| case.gone && case.id.record() == to;
        if self.reviews.iter().any(gone) {
            return Ok(());
        }
        let command = LinkConsultation {
            consultation,
            expected_version: None,
            to,
        };
        let officer = self.officer();
        self.by(desk, officer, command).await?;
        if self.dice.happens(12) {
            let days = self.dice.between(1, 20);
            self.later(day, days, Task::Unlink(consultation, to));
        }
        Ok(())
    }

    pub(super) async fn unlink(
        &mut self,
        desk: &mut Desk<'_>,
        consultation: ConsultationId,
        from: RecordId,
    ) -> Result<(), InventError> {
        let command = UnlinkConsultation {
            consultation,
            expected_version: None,
            to: from,
        };
        let officer = self.officer();
        self.by(desk, officer, command).await.map(drop)
    }
}
