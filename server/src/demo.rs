//! `querschnitt demo`: an invented history for a first look, made through the real decisions.

mod dice;
mod history;
mod words;

use std::sync::Arc;

use clap::Args;
use querschnitt_domain::CentreKey;
use querschnitt_store::{Clock as _, Log as _, ManualClock, SystemClock, berlin_date};
use time::{Date, Duration};

use crate::config::Settings;
use crate::exit::Failure;
use crate::office::Office;
use crate::progress::Progress;
use history::History;

/// The centre of the sample.
pub(crate) const CENTRE: &str = "05711";

/// The seed unless another is asked for.
pub(crate) const SEED: u64 = 1;

#[derive(Args, Debug)]
pub(crate) struct Demo {
    /// Zahl, aus der die Geschichte entsteht: dieselbe Zahl, dieselbe Geschichte (Vorgabe: 1)
    #[arg(
        long,
        value_name = "ZAHL",
        default_value_t = SEED,
        hide_default_value = true
    )]
    pub(crate) seed: u64,
}

/// Makes the sample history of the last two years in a data folder whose log must be empty.
pub(crate) async fn run(
    settings: &Settings,
    seed: u64,
    progress: &mut dyn Progress,
) -> Result<(), Failure> {
    let today = berlin_date(SystemClock.now());
    // Today is left to whoever tries the program.
    let until = today.saturating_sub(Duration::DAY);
    let first = first_day(today);
    let clock = Arc::new(ManualClock::at(first.midnight().assume_utc()));
    let centre: CentreKey = CENTRE
        .parse()
        .map_err(|error| Failure::failed(format!("{error}")))?;
    let office = Office::open_at(settings, clock.clone()).await?;
    let outcome = if office.log().head() == 0 {
        progress.total(u64::try_from((until - first).whole_days()).unwrap_or(0));
        let history = History::new(office.executor(), clock, centre, until, seed);
        history
            .live(first, &mut |day| {
                progress.done(u64::try_from((day - first).whole_days()).unwrap_or(0));
            })
            .await
    } else {
        Err(Failure::failed(
            "Das Protokoll ist nicht leer; die Beispielgeschichte kommt nur in einen neuen Datenordner.",
        ))
    };
    let events = office.log().head();
    office.close().await;
    outcome?;
    progress.say(&format!(
        "Beispielgeschichte angelegt: {events} Ereignisse vom {first} bis {until}, Zentrum {CENTRE}. Alles daran ist erfunden."
    ));
    Ok(())
}

/// Two years ago, on the first of that month.
fn first_day(today: Date) -> Date {
    let two_years_ago = today.saturating_sub(Duration::days(2 * 365));
    two_years_ago.replace_day(1).unwrap_or(two_years_ago)
}
