//! A request for a statement comes in.

use querschnitt_domain::ReviewId;
use querschnitt_domain::review::RequestReview;
use querschnitt_domain::values::list::Programmes;
use time::{Date, Duration, Month};

use super::Case;
use crate::calendar::{self, working_days_later};
use crate::desk::{Desk, InventError};
use crate::office::{Office, code, text, valid};
use crate::words::{organisations, reviews as words};

/// A programme, what is applied for in it in euros, who asks for the statement, and the months in which
/// applications come in (all where the list is empty; `domain.md` 2.2).
struct Call {
    programme: &'static str,
    euros: (i32, i32),
    requester: &'static str,
    months: &'static [Month],
}

const fn call(
    programme: &'static str,
    euros: (i32, i32),
    requester: &'static str,
    months: &'static [Month],
) -> Call {
    Call {
        programme,
        euros,
        requester,
        months,
    }
}

const CALLS: &[Call] = &[
    call(
        "MSO_PROJECT",
        (5_000, 30_000),
        "FUNDING_AUTHORITY",
        &[Month::September, Month::October, Month::November],
    ),
    call(
        "MSO_START",
        (4_000, 15_000),
        "FUNDING_AUTHORITY",
        &[Month::September, Month::October],
    ),
    call(
        "MSO_PARTNER",
        (20_000, 60_000),
        "FUNDING_AUTHORITY",
        &[Month::October],
    ),
    call(
        "SINGLE_PROJECT",
        (10_000, 120_000),
        "FUNDING_AUTHORITY",
        &[],
    ),
    call(
        "KOMM_AN_II",
        (1_000, 12_000),
        "APPLICANT",
        &[
            Month::December,
            Month::January,
            Month::February,
            Month::June,
        ],
    ),
    call(
        "INTEGRATION_AGENCY",
        (40_000, 90_000),
        "WELFARE_UMBRELLA",
        &[Month::October, Month::November],
    ),
    call(
        "BUND_GZ_VOR_ORT",
        (30_000, 180_000),
        "BAMF_FEDERAL",
        &[Month::March, Month::April, Month::May],
    ),
    call(
        "DEMOKRATIE_LEBEN",
        (2_000, 20_000),
        "MUNICIPAL_COMMITTEE",
        &[],
    ),
    call("MUNICIPAL_PROJECT", (500, 9_000), "MUNICIPAL_OFFICE", &[]),
    call(
        "MUNICIPAL_PROJECT",
        (500, 9_000),
        "MUNICIPAL_COMMITTEE",
        &[],
    ),
    call(
        "AMIF",
        (80_000, 400_000),
        "MINISTRY",
        &[Month::May, Month::June],
    ),
];

/// Kinds of organisations that apply, and what kind of applicant that is.
const APPLICANTS: &[(&str, &str)] = &[
    ("MIGRANT_ORG", "MSO"),
    ("WELFARE_ASSOC", "WELFARE_PROVIDER"),
    ("COMMUNITY_ORG", "ASSOCIATION"),
    ("KITA", "SCHOOL_KITA"),
    ("SCHOOL", "SCHOOL_KITA"),
    ("RELIGIOUS_COMMUNITY", "RELIGIOUS_COMMUNITY"),
    ("EDUCATION_PROVIDER", "EDUCATION_PROVIDER"),
    ("YOUTH_WELFARE_PROVIDER", "WELFARE_PROVIDER"),
];

const AREAS: &[&str] = &[
    "EDU_EARLY",
    "EDU_SCHOOL",
    "EDU_OUT_OF_SCHOOL",
    "EDU_TRANSITION",
    "X_CULTURE",
    "X_SPORT",
    "X_PARTICIPATION",
    "X_VOLUNTEERING",
    "X_HOUSING_NEIGHBOURHOOD",
    "X_ANTIDISCRIMINATION",
    "X_LANGUAGE_MEDIATION",
];

impl Office {
    /// A request is entered, and the way it will go is laid out.
    pub(crate) async fn request(
        &mut self,
        desk: &mut Desk<'_>,
        day: Date,
    ) -> Result<(), InventError> {
        // One in twelve lies about before somebody enters it.
        let back = if self.dice.happens(8) {
            self.dice.between(8, 45)
        } else {
            self.dice.between(0, 3)
        };
        let received_on = calendar::working_day(day.saturating_sub(Duration::days(back.into())));
        let received_on = received_on.min(day);
        let call = self.call_of(received_on);
        let due_on = self.due_on(received_on);
        let applicant = self.applicant();
        let kind = applicant.map_or("INITIATIVE_UNREGISTERED", |(_, kind)| kind);
        let euros = self.dice.between(call.euros.0 / 100, call.euros.1 / 100) * 100;
        let requested_cents = u64::from(euros.unsigned_abs()) * 100;
        let mut action_areas = vec![code(desk, self.dice.one(AREAS))?];
        let second = code(desk, self.dice.one(AREAS))?;
        if self.dice.happens(30) && !action_areas.contains(&second) {
            action_areas.push(second);
        }
        let stranger = self.dice.one(organisations::STRANGERS);
        let received_at = calendar::at(received_on, self.dice.between(8 * 60, 16 * 60));
        let command = RequestReview {
            centre: self.centre,
            received_on,
            title: text(desk, self.dice.one(words::TITLES))?,
            requester: code(desk, call.requester)?,
            applicant_type: code(desk, kind)?,
            applicant: applicant.map(|(at, _)| self.organisations[at].id),
            applicant_name: match applicant {
                Some(_) => None,
                None => Some(text(desk, stranger)?),
            },
            programme: Some(code(desk, call.programme)?),
            action_areas,
            requested_cents: Some(requested_cents),
            due_on,
            term_working_days: None,
            planned_on: None,
            received_at: (received_on < day && self.dice.happens(60)).then_some(received_at),
            municipality: None,
            channel: Some(code(
                desk,
                self.dice
                    .one(&["ONLINE", "EMAIL", "EMAIL", "POST", "INTERNAL"]),
            )?),
            department: None,
            unit: if self.dice.happens(70) {
                let name = self.dice.one(words::units::TEAMS);
                Some(self.unit(desk, name)?)
            } else {
                None
            },
            visibility: None,
            reference: None,
            note: None,
        };
        let officer = self.officer();
        let id = self.by(desk, officer, command).await?;
        let case = Case {
            id: ReviewId(id.id),
            received_on,
            due_on,
            requested_cents,
            programme: call.programme,
            reviewer: self.officer(),
            gone: false,
        };
        self.reviews.push(case);
        self.lay_out(self.reviews.len() - 1, day);
        Ok(())
    }

    /// A programme that takes applications on that day.
    fn call_of(&mut self, day: Date) -> &'static Call {
        let open: Vec<&'static Call> = CALLS
            .iter()
            .filter(|call| call.months.is_empty() || call.months.contains(&day.month()))
            .filter(|call| valid::<Programmes>(call.programme, day))
            .collect();
        let at = self.any_of(open.len());
        open.get(at).copied().unwrap_or(&CALLS[3])
    }

    /// Two to six weeks; one request in eleven names no day.
    fn due_on(&mut self, received_on: Date) -> Option<Date> {
        let term = self.dice.one(&[10, 15, 15, 20, 20, 20, 30]);
        let named = self.dice.happens(91);
        named.then(|| working_days_later(received_on, term))
    }

    /// An organisation of the register that applies, and what kind of applicant it is.
    fn applicant(&mut self) -> Option<(usize, &'static str)> {
        if self.dice.happens(30) {
            return None;
        }
        let at = self.any_of(self.organisations.len());
        let kind = self.organisations[at].sample.kind;
        let known = APPLICANTS.iter().find(|(of, _)| *of == kind)?;
        Some((at, known.1))
    }
}
