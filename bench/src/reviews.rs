//! A plausible history of project reviews in all centres: requested, worked on by units in turn, issued.
//! As many at a time are open as real offices would have many: one in ten.

use querschnitt_domain::review::{
    AdviceAsked, AdviceGiven, Assigned, Issued, Requested, ReviewEvent, ReviewFacts, StepCompleted,
};
use querschnitt_domain::unit::{Declared, Unit, UnitEvent};
use querschnitt_domain::values::ReviewOutcome;
use querschnitt_domain::working_day::after_working_days;
use querschnitt_domain::{
    ActorId, CENTRES, CentreKey, Commitment, Event, EventData, ReviewId, SealedText, Text, UnitId,
};
use time::{Date, Duration, Month, OffsetDateTime, Time};
use uuid::Uuid;

use crate::history::Step;
use crate::outcome::{OrMissing as _, Outcome};
use crate::random::Random;

/// The units of every office; some steps name none.
pub(crate) const UNITS: u16 = 11;
/// How many days the history has.
const DAYS: u64 = 5 * 365;

/// Makes events, one after the other, each possible after those before it.
pub(crate) struct Reviews {
    random: Random,
    /// How many units were declared, of all centres.
    declared: usize,
    open: Vec<Open>,
    requested: u64,
    total: u64,
}

/// A review under way.
struct Open {
    id: ReviewId,
    centre: CentreKey,
    /// When its last step was done.
    at: OffsetDateTime,
    steps: u32,
    wanted: u32,
    assigned: bool,
    /// Whether advice was asked for, and whether it is waited for.
    advice: Option<bool>,
}

/// The first day of the history.
pub(crate) fn first_day() -> Outcome<Date> {
    Ok(Date::from_calendar_date(2021, Month::January, 1)?)
}

/// The last day of the history.
pub(crate) fn last_day() -> Outcome<Date> {
    Ok(first_day()? + Duration::days(i64::try_from(DAYS)?))
}

impl Reviews {
    /// So many reviews.
    pub(crate) fn new(seed: u64, total: u64) -> Outcome<Self> {
        Ok(Self {
            random: Random::new(seed),
            declared: 0,
            open: Vec::new(),
            requested: 0,
            total,
        })
    }

    /// The next event; `None` when all reviews are requested.
    pub(crate) fn step(&mut self) -> Outcome<Option<Step>> {
        let units = usize::from(UNITS);
        if let Some(centre) = CENTRES.get(self.declared / units) {
            let number = u16::try_from(self.declared % units)? + 1;
            self.declared += 1;
            return self.declare(centre.key, number).map(Some);
        }
        let at_once = (self.total / 10).max(1);
        if (self.open.len() as u64) < at_once {
            if self.requested == self.total {
                return Ok(None);
            }
            return self.request().map(Some);
        }
        let at = usize::try_from(self.random.below(self.open.len() as u64))?;
        let mut open = self.open.swap_remove(at);
        let (event, done) = self.go_on(&mut open)?;
        let event = Event {
            centre: open.centre,
            occurred_on: open.at.date(),
            occurred_at: matches!(event, ReviewEvent::StepCompleted(_)).then_some(open.at),
            data: EventData::Review(event),
        };
        if !done {
            self.open.push(open);
        }
        Ok(Some(Step {
            event,
            texts: Vec::new(),
        }))
    }

    fn declare(&mut self, centre: CentreKey, number: u16) -> Outcome<Step> {
        let unit = unit_of(centre, number);
        let salt = self.random.bytes();
        let name = format!("5{number}. Fachstelle {number}");
        let commitment = Commitment::of(&salt, &name);
        let declared = Declared {
            unit,
            name: commitment,
        };
        Ok(Step {
            event: Event {
                centre,
                occurred_on: first_day()?,
                occurred_at: None,
                data: EventData::Unit(UnitEvent::Declared(declared)),
            },
            texts: vec![SealedText {
                subject: unit.record(),
                commitment,
                salt,
                text: Text::line(&name, Text::NAME)?,
            }],
        })
    }

    fn request(&mut self) -> Outcome<Step> {
        let day = first_day()? + Duration::days(i64::try_from(self.requested * DAYS / self.total)?);
        let place = usize::try_from(self.random.below(CENTRES.len() as u64))?;
        let centre = CENTRES[place].key;
        let milliseconds = 1_600_000_000_000 + self.requested * 1_000;
        let id = ReviewId(self.random.record_id(milliseconds));
        let salt = self.random.bytes();
        let title = format!("Projekt {}", self.requested);
        let commitment = Commitment::of(&salt, &title);
        let text = SealedText {
            subject: id.record(),
            commitment,
            salt,
            text: Text::line(&title, Text::NAME)?,
        };
        let random = &mut self.random;
        let term = 10 + random.count(20);
        let requested = ReviewEvent::Requested(Requested {
            review: id,
            facts: ReviewFacts {
                title: commitment,
                requester: random.code().or_missing("a requester")?,
                applicant_type: random.code().or_missing("a type of applicant")?,
                applicant: None,
                applicant_name: None,
                programme: random.code(),
                action_areas: random.code().into_iter().collect(),
                requested_cents: Some(100_000 * (1 + random.below(200))),
                due_on: (!random.one_in(12)).then(|| after_working_days(day, term)),
                term_working_days: None,
                planned_on: None,
                municipality: None,
                channel: random.code(),
                department: None,
                unit: None,
                visibility: None,
                reference: None,
                note: None,
            },
            supersedes: None,
            source: None,
        });
        self.open.push(Open {
            id,
            centre,
            at: day.with_time(Time::from_hms(8, 0, 0)?).assume_utc(),
            steps: 0,
            wanted: 3 + u32::from(random.count(5)),
            assigned: false,
            advice: None,
        });
        self.requested += 1;
        Ok(Step {
            event: Event {
                centre,
                occurred_on: day,
                occurred_at: None,
                data: EventData::Review(requested),
            },
            texts: vec![text],
        })
    }

    /// What happens to it next, and whether that was the last.
    fn go_on(&mut self, open: &mut Open) -> Outcome<(ReviewEvent, bool)> {
        let review = open.id;
        open.at += Duration::minutes(20 + i64::from(self.random.count(6_000)));
        if !open.assigned {
            open.assigned = true;
            let reviewer = ActorId(Uuid::from_u128(u128::from(self.random.below(5)) + 1));
            let assigned = Assigned {
                review,
                reviewer,
                cosigner: None,
            };
            return Ok((ReviewEvent::Assigned(assigned), false));
        }
        if open.steps == 2 && open.advice.is_none() && self.random.one_in(3) {
            open.advice = Some(true);
            let asked = AdviceAsked {
                review,
                advice: 1,
                organisation: None,
                unit: Some(self.unit(open.centre)),
                due_on: None,
                question: None,
            };
            return Ok((ReviewEvent::AdviceAsked(asked), false));
        }
        if open.advice == Some(true) && self.random.one_in(2) {
            open.advice = Some(false);
            let given = AdviceGiven {
                review,
                advice: 1,
                outcome: self.random.code(),
                text: None,
            };
            return Ok((ReviewEvent::AdviceGiven(given), false));
        }
        if open.steps < open.wanted {
            open.steps += 1;
            let unit = if self.random.one_in(20) {
                None
            } else {
                Some(self.unit(open.centre))
            };
            let completed = StepCompleted {
                review,
                step: open.steps,
                unit,
                check: None,
                started_at: None,
                name: None,
                reference: None,
                recorded_by: None,
                imported: false,
            };
            return Ok((ReviewEvent::StepCompleted(completed), false));
        }
        let outcome = ReviewOutcome::parse("SUPPORTED")?;
        let issued = Issued {
            review,
            outcome,
            text: None,
        };
        Ok((ReviewEvent::Issued(issued), true))
    }

    fn unit(&mut self, centre: CentreKey) -> Unit {
        let number = u16::try_from(self.random.below(u64::from(UNITS))).unwrap_or_default() + 1;
        unit_of(centre, number).into()
    }
}

/// The unit of a centre with this number, from 1.
fn unit_of(centre: CentreKey, number: u16) -> UnitId {
    let name = format!("{centre} {number}");
    UnitId(Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes()))
}

/// One more step of a review that is open in the history, by a unit of the office: what invalidates what
/// was computed before.
pub(crate) fn one_more(review: ReviewId, centre: CentreKey, step: u32) -> Outcome<Event> {
    let at = last_day()?.midnight().assume_utc() + Duration::seconds(i64::from(step));
    let completed = StepCompleted {
        review,
        step,
        unit: Some(unit_of(centre, 1).into()),
        check: None,
        started_at: None,
        name: None,
        reference: None,
        recorded_by: None,
        imported: false,
    };
    Ok(Event {
        centre,
        occurred_on: at.date(),
        occurred_at: Some(at),
        data: EventData::Review(ReviewEvent::StepCompleted(completed)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_review_in_ten_is_open_at_the_end() {
        let mut reviews = Reviews::new(7, 500).unwrap();
        let (mut requested, mut issued, mut steps) = (0, 0, 0);
        while let Some(step) = reviews.step().unwrap() {
            match step.event.data {
                EventData::Review(ReviewEvent::Requested(_)) => requested += 1,
                EventData::Review(ReviewEvent::Issued(_)) => issued += 1,
                EventData::Review(ReviewEvent::StepCompleted(_)) => steps += 1,
                _ => {}
            }
        }
        assert_eq!((requested, issued), (500, 450 + 1));
        assert!(steps > 1_500, "{steps}");
    }
}
