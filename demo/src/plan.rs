//! What is to be invented: whose history, from when to when, from which number.

use std::sync::LazyLock;

use querschnitt_domain::{CENTRES, CentreKey};
use sha2::{Digest as _, Sha256};
use time::{Date, Duration, Month};
use uuid::Uuid;

/// The centre of a history of one centre.
pub const CENTRE: &str = "05711";

/// The number a history is made from unless another is asked for.
pub const SEED: u64 = 1;

/// How many years it covers unless another number is asked for.
pub const YEARS: u16 = 2;

/// The longest history, in years.
const MOST_YEARS: u16 = 10;

/// The first day a history can begin: there were no centres before the summer of 2012.
const EARLIEST: Date = match Date::from_calendar_date(2013, Month::January, 1) {
    Ok(date) => date,
    Err(_) => Date::MIN,
};

/// What is to be invented.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plan {
    centres: Vec<CentreKey>,
    first: Date,
    until: Date,
    seed: u64,
}

/// Why a history can't be invented like that.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PlanError {
    /// Not so many centres.
    #[error("--centres: {0} Zentren gibt es nicht; möglich sind 1 bis {most}", most = CENTRES.len())]
    Centres(u16),
    /// Not so many years.
    #[error("--years: {0} Jahre sind nicht möglich; möglich sind 1 bis {MOST_YEARS}")]
    Years(u16),
    /// Too early.
    #[error(
        "--until, --years: die Geschichte begänne am {0}; möglich ist frühestens der {EARLIEST}"
    )]
    TooEarly(Date),
}

impl Plan {
    /// The history of the last `years` years before the day after `until`, from the first of a month on. One centre
    /// is [`CENTRE`]; more are that one and the first others in the order of their keys.
    ///
    /// # Errors
    /// See [`PlanError`].
    pub fn new(centres: u16, years: u16, seed: u64, until: Date) -> Result<Self, PlanError> {
        if !(1..=CENTRES.len()).contains(&usize::from(centres)) {
            return Err(PlanError::Centres(centres));
        }
        if !(1..=MOST_YEARS).contains(&years) {
            return Err(PlanError::Years(years));
        }
        let first = first_day(until, years);
        if first < EARLIEST {
            return Err(PlanError::TooEarly(first));
        }
        let mut keys: Vec<CentreKey> = CENTRES.iter().map(|centre| centre.key).collect();
        keys.sort_by_key(|key| (key.as_str() != CENTRE, key.index()));
        keys.truncate(centres.into());
        Ok(Self {
            centres: keys,
            first,
            until,
            seed,
        })
    }

    /// Whose history.
    #[must_use]
    pub fn centres(&self) -> &[CentreKey] {
        &self.centres
    }

    /// Its first day.
    #[must_use]
    pub const fn first(&self) -> Date {
        self.first
    }

    /// Its last day.
    #[must_use]
    pub const fn until(&self) -> Date {
        self.until
    }

    /// How many days it has, weekends among them.
    #[must_use]
    pub fn days(&self) -> u64 {
        u64::try_from((self.until - self.first).whole_days()).unwrap_or(0) + 1
    }

    /// The number the dice of one centre start from.
    pub(crate) fn seed_of(&self, centre: CentreKey) -> u64 {
        let digest = self.digest(centre.as_str().as_bytes());
        digest
            .iter()
            .take(8)
            .fold(0, |all, byte| all << 8 | u64::from(*byte))
    }

    /// The id of the `number`th command of this history, and of no other history.
    pub(crate) fn command(&self, number: u64) -> Uuid {
        static NAMESPACE: LazyLock<Uuid> =
            LazyLock::new(|| Uuid::new_v5(&Uuid::NAMESPACE_OID, b"querschnitt demo: commands"));
        let days = [self.first, self.until].map(Date::to_julian_day);
        let mut name = Vec::with_capacity(40);
        name.extend_from_slice(&self.seed.to_be_bytes());
        name.extend_from_slice(&self.centres.len().to_be_bytes());
        for day in days {
            name.extend_from_slice(&day.to_be_bytes());
        }
        name.extend_from_slice(&number.to_be_bytes());
        Uuid::new_v5(&NAMESPACE, &name)
    }

    /// Depends on the seed and the days, not on the other centres.
    fn digest(&self, of: &[u8]) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(self.seed.to_be_bytes());
        hash.update(self.first.to_julian_day().to_be_bytes());
        hash.update(of);
        hash.finalize().into()
    }
}

/// So many years before, on the first of that month.
fn first_day(until: Date, years: u16) -> Date {
    let begun = until.saturating_sub(Duration::days(i64::from(years) * 365));
    begun.replace_day(1).unwrap_or(begun)
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    const UNTIL: Date = date!(2026 - 11 - 21);

    #[test]
    fn one_centre_is_bielefeld_and_all_are_all() {
        let one = Plan::new(1, 2, 1, UNTIL).unwrap();
        assert_eq!(one.centres(), [CENTRE.parse().unwrap()]);
        assert_eq!(one.first(), date!(2024 - 11 - 01));
        let all = Plan::new(54, 2, 1, UNTIL).unwrap();
        let mut keys = all.centres().to_vec();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), 54);
    }

    #[test]
    fn what_is_not_possible_says_what_is() {
        let said = |plan: Result<Plan, PlanError>| plan.unwrap_err().to_string();
        assert_eq!(
            said(Plan::new(0, 2, 1, UNTIL)),
            "--centres: 0 Zentren gibt es nicht; möglich sind 1 bis 54"
        );
        assert_eq!(
            said(Plan::new(55, 2, 1, UNTIL)),
            "--centres: 55 Zentren gibt es nicht; möglich sind 1 bis 54"
        );
        for years in [0, 11] {
            assert_eq!(
                said(Plan::new(1, years, 1, UNTIL)),
                format!("--years: {years} Jahre sind nicht möglich; möglich sind 1 bis 10")
            );
        }
        assert_eq!(
            said(Plan::new(1, 10, 1, date!(2022 - 11 - 21))),
            "--until, --years: die Geschichte begänne am 2012-11-01; möglich ist frühestens der 2013-01-01"
        );
    }
}
