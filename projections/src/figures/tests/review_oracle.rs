//! The second computation of the figures over reviews. Shares no code with the figures.

use std::collections::BTreeMap;

use querschnitt_domain::review::{ReviewEvent, ReviewFacts, VersionStatus};
use querschnitt_domain::values::ReviewOutcome;
use querschnitt_domain::{CentreKey, ReviewId};
use time::{Date, Weekday};

use super::oracle::{Wanted, by_domain, fits, line_of, vec_of, within};
use crate::dimension::Dimension;

/// The reviews that stood at a position.
#[derive(Default)]
pub(super) struct Reviews(BTreeMap<ReviewId, Review>);

struct Review {
    centre: CentreKey,
    received: Date,
    facts: ReviewFacts,
    /// The version before this one.
    old: Option<ReviewId>,
    /// The version after this one, as the events of this review name it.
    new: Option<ReviewId>,
    issued: Option<(Date, String)>,
    /// Why there is no statement.
    other_end: Option<ReviewOutcome>,
    /// Whether the application was withdrawn after the statement.
    withdrawn_after: bool,
    decided: Option<(Date, String)>,
    /// The due date it was asked for with or corrected to last, and the extensions since: when, to when.
    due: (Option<Date>, Vec<(Date, Date)>),
}

impl Reviews {
    pub(super) fn follow(&mut self, centre: CentreKey, day: Date, event: &ReviewEvent) {
        let id = event.review();
        if let ReviewEvent::Requested(requested) = event {
            let new = Review {
                centre,
                received: day,
                facts: requested.facts.clone(),
                old: requested.supersedes,
                new: None,
                issued: None,
                other_end: None,
                withdrawn_after: false,
                decided: None,
                due: (requested.facts.due_on, Vec::new()),
            };
            self.0.insert(id, new);
        } else if let ReviewEvent::Retracted(_) = event {
            self.0.remove(&id);
        }
        let Some(review) = self.0.get_mut(&id) else {
            return;
        };
        if let ReviewEvent::Corrected(corrected) = event {
            review.received = day;
            if review.facts.due_on != corrected.facts.due_on {
                review.due = (corrected.facts.due_on, Vec::new());
            }
            review.facts = corrected.facts.clone();
        } else if let ReviewEvent::DeadlineExtended(extended) = event {
            review.facts.due_on = Some(extended.due_on);
            review.due.1.push((day, extended.due_on));
        } else if let ReviewEvent::Issued(issued) = event {
            let outcome = issued.outcome.to_string();
            review.issued = (outcome != "REVISION_REQUESTED").then_some((day, outcome));
        } else if let ReviewEvent::Declined(declined) = event {
            review.other_end = Some(declined.outcome);
        } else if let ReviewEvent::Withdrawn(_) = event {
            if review.issued.is_some() {
                review.withdrawn_after = true;
            } else {
                review.other_end = ReviewOutcome::parse("WITHDRAWN").ok();
            }
        } else if let ReviewEvent::EndingCorrected(corrected) = event {
            let corrected = corrected.outcome;
            if let Some((on, outcome)) = &mut review.issued {
                *on = day;
                *outcome = corrected.map_or_else(|| outcome.clone(), |one| one.to_string());
            } else {
                review.other_end = corrected.or(review.other_end);
            }
        } else if let ReviewEvent::Reopened(_) = event {
            if review.decided.take().is_none() && !std::mem::take(&mut review.withdrawn_after) {
                (review.issued, review.other_end) = (None, None);
            }
        } else if let ReviewEvent::Superseded(begun) = event {
            review.new = Some(begun.superseded_by);
        } else if let ReviewEvent::VersionChanged(changed) = event {
            let stands = changed.status != VersionStatus::Ended;
            review.new = stands.then_some(changed.version);
        } else if let ReviewEvent::FundingDecided(decided) = event {
            review.decided = Some((day, decided.decision.to_string()));
        }
    }

    /// See [`super::oracle::Oracle::value`].
    pub(super) fn value(&self, key: &str, wanted: &Wanted) -> (u64, u64) {
        match key {
            "S1" => {
                let asked = self.0.values().filter(|review| self.is_first(review));
                let asked = asked.filter(|review| review.counts(review.received, wanted));
                (asked.count() as u64, 0)
            }
            "S2" => (self.issued(wanted).len() as u64, 0),
            "S3" => {
                let mut all = wanted.columns.clone();
                all.retain(|column| column.0 != Dimension::ReviewOutcome);
                let all = Wanted {
                    columns: all,
                    ..*wanted
                };
                let parts = (self.issued(wanted).len(), self.issued(&all).len());
                (parts.0 as u64, parts.1 as u64)
            }
            "S4" => {
                let (mut in_time, mut due) = (0, 0);
                for (review, day) in self.issued(wanted) {
                    let (mut until, extensions) = review.due.clone();
                    for (agreed, to) in extensions {
                        // Too late is too late, whatever was agreed afterwards.
                        until = match until {
                            Some(until) if agreed > until => Some(until),
                            Some(_) | None => Some(to),
                        };
                    }
                    if let Some(until) = until {
                        due += 1;
                        in_time += u64::from(day <= until);
                    }
                }
                (in_time, due)
            }
            "S5" => self.median(wanted, |from, to| (to - from).whole_days()),
            "S5A" => self.median(wanted, |from, to| {
                let mut days = 0;
                let mut day = from;
                while day < to {
                    day = day.next_day().unwrap();
                    let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
                    let holiday = querschnitt_domain::working_day::holiday(day).is_some();
                    days += i64::from(!weekend && !holiday);
                }
                days
            }),
            "S6" => {
                let issued = self.issued(wanted);
                let cents = issued
                    .iter()
                    .filter_map(|(review, _)| review.facts.requested_cents);
                (cents.sum(), 100)
            }
            "S7" => {
                let (mut same, mut known) = (0, 0);
                for review in self.0.values() {
                    let (Some((_, outcome)), Some((day, decision))) =
                        (&review.issued, &review.decided)
                    else {
                        continue;
                    };
                    let versions = self.versions_after(review);
                    let later = versions
                        .iter()
                        .any(|one| one.issued.is_some() && one.decided.is_some());
                    if !later && outcome != "NEUTRAL" && review.counts(*day, wanted) {
                        known += 1;
                        let against = outcome == "NOT_SUPPORTED";
                        same += u64::from(against == (decision == "REJECTED"));
                    }
                }
                (same, known)
            }
            other => panic!("no second computation of {other}"),
        }
    }

    /// Whether it stands for its request: no version before it stands.
    fn is_first(&self, review: &Review) -> bool {
        review.old.is_none_or(|old| !self.0.contains_key(&old))
    }

    fn versions_after(&self, review: &Review) -> Vec<&Review> {
        let mut versions = Vec::new();
        let mut at = review.new;
        while let Some(review) = at.and_then(|id| self.0.get(&id)) {
            versions.push(review);
            at = review.new;
        }
        versions
    }

    fn issued(&self, wanted: &Wanted) -> Vec<(&Review, Date)> {
        let mut issued = Vec::new();
        for review in self.0.values().filter(|review| self.is_first(review)) {
            if let Some((day, _)) = review.issued
                && review.counts(day, wanted)
            {
                issued.push((review, day));
            }
        }
        issued
    }

    fn median(&self, wanted: &Wanted, days: fn(Date, Date) -> i64) -> (u64, u64) {
        let mut all: Vec<i64> = self
            .issued(wanted)
            .into_iter()
            .filter(|(review, day)| *day >= review.received)
            .map(|(review, day)| days(review.received, day))
            .collect();
        all.sort_unstable();
        let middle = all.len() / 2;
        match all.len() {
            0 => (0, 0),
            odd if odd % 2 == 1 => (2 * all[middle].unsigned_abs(), 2),
            _ => ((all[middle - 1] + all[middle]).unsigned_abs(), 2),
        }
    }
}

impl Review {
    fn counts(&self, day: Date, wanted: &Wanted) -> bool {
        within(self.centre, day, wanted)
            && wanted
                .columns
                .iter()
                .all(|(dimension, code)| fits(&self.codes(*dimension), code.as_ref()))
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a column that is missing here ends the test"
    )]
    fn codes(&self, dimension: Dimension) -> Vec<String> {
        let facts = &self.facts;
        match dimension {
            Dimension::Centre => vec![self.centre.to_string()],
            Dimension::ActionArea | Dimension::ActionDomain => {
                let codes = facts.action_areas.iter().map(ToString::to_string);
                by_domain(dimension, codes.collect())
            }
            Dimension::Programme => vec_of(facts.programme.map(|one| one.as_str())),
            Dimension::FundingLine => {
                vec_of(facts.programme.map(|programme| line_of(programme.as_str())))
            }
            Dimension::Municipality => vec_of(facts.municipality.as_deref()),
            Dimension::ApplicantType => vec![facts.applicant_type.to_string()],
            Dimension::ReviewOutcome => match &self.issued {
                Some((_, outcome)) => vec![outcome.clone()],
                None => vec_of(self.other_end.map(|one| one.as_str())),
            },
            other => panic!("{other} says nothing about a review"),
        }
    }
}
