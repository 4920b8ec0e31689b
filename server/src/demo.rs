//! `querschnitt demo`: an invented history for a first look, made through the real decisions
//! (`querschnitt-demo`). An interrupted one goes on when the command is given again.

mod begun;

use std::sync::Arc;

use clap::Args;
use querschnitt_demo::{Plan, SEED, YEARS, invent};
use querschnitt_store::{
    Clock as _, Log as _, ManualClock, SystemClock, berlin_date, make_durable,
};
use time::macros::format_description;
use time::{Date, Duration};

use crate::config::Settings;
use crate::exit::Failure;
use crate::office::Office;
use crate::progress::Progress;
use begun::Begun;
pub(crate) use begun::refuse_unfinished;

/// The centre of the sample.
pub(crate) const CENTRE: &str = querschnitt_demo::CENTRE;

#[derive(Args, Debug, Default)]
pub(crate) struct Demo {
    /// Für wie viele der 54 Zentren (Vorgabe: 1, Bielefeld)
    #[arg(long, value_name = "ZAHL", value_parser = count)]
    centres: Option<u16>,
    /// Über wie viele Jahre, höchstens 10 (Vorgabe: 2)
    #[arg(long, value_name = "ZAHL", value_parser = count)]
    years: Option<u16>,
    /// Zahl, aus der die Geschichte entsteht: dieselbe Zahl, dieselbe Geschichte (Vorgabe: 1)
    #[arg(long, value_name = "ZAHL", value_parser = number)]
    seed: Option<u64>,
    /// Letzter Tag der Geschichte, JJJJ-MM-TT (Vorgabe: gestern)
    #[arg(long, value_name = "TAG", value_parser = day)]
    until: Option<Date>,
}

fn count(text: &str) -> Result<u16, &'static str> {
    text.parse().map_err(|_| "nötig ist eine ganze Zahl ab 1")
}

fn number(text: &str) -> Result<u64, &'static str> {
    text.parse().map_err(|_| "nötig ist eine ganze Zahl ab 0")
}

fn day(text: &str) -> Result<Date, &'static str> {
    Date::parse(text, format_description!("[year]-[month]-[day]"))
        .map_err(|_| "ein Tag sieht so aus: 2026-01-31")
}

/// Makes the invented history in a data folder whose log is empty, or goes on with the one that was begun
/// there.
pub(crate) async fn run(
    settings: &Settings,
    wanted: &Demo,
    progress: &mut dyn Progress,
) -> Result<(), Failure> {
    let before = Begun::read(&settings.data)?;
    let begun = match &before {
        Some(before) => before.fits(wanted)?,
        None => new(wanted)?,
    };
    let plan = begun.plan()?;
    if before.is_some() {
        progress.note("Die begonnene Beispielgeschichte wird fortgesetzt.");
    } else {
        // What is looked at may be a real book: it is opened as such, with every sync.
        if has_events(settings).await? {
            return Err(Failure::failed(
                "Das Protokoll ist nicht leer; die Beispielgeschichte kommt nur in einen neuen Datenordner.",
            ));
        }
        begun.write(&settings.data)?;
    }
    let clock = Arc::new(ManualClock::at(plan.first().midnight().assume_utc()));
    let office = Office::open_at(settings, clock.clone()).await?;
    progress.total(plan.days());
    let mut on_day = |done| progress.done(done);
    let outcome = invent(office.executor(), clock, &plan, &mut on_day)
        .await
        .map_err(|error| Failure::failed(error.to_string()));
    let events = office.log().head();
    office.close().await;
    drop(office);
    outcome?;
    // Nothing was synced so far.
    let data = settings.data.clone();
    let synced = tokio::task::spawn_blocking(move || make_durable(&data)).await;
    synced
        .map_err(std::io::Error::other)
        .and_then(|synced| synced)
        .map_err(|error| {
            Failure::failed(format!(
                "Die Beispielgeschichte ließ sich nicht sichern: {error}"
            ))
        })?;
    begun::remove(&settings.data)?;
    let (first, until) = (plan.first(), plan.until());
    let whose = match plan.centres() {
        [one] => format!("Zentrum {one}"),
        several => format!("{} Zentren", several.len()),
    };
    progress.say(&format!(
        "Beispielgeschichte angelegt: {events} Ereignisse vom {first} bis {until}, {whose}. Alles daran ist erfunden."
    ));
    Ok(())
}

/// The sample of a server: made if the log is empty, finished if it was begun.
pub(crate) async fn sample(
    settings: &Settings,
    progress: &mut dyn Progress,
) -> Result<(), Failure> {
    if Begun::read(&settings.data)?.is_none() && has_events(settings).await? {
        return Ok(());
    }
    run(settings, &Demo::default(), progress).await
}

async fn has_events(settings: &Settings) -> Result<bool, Failure> {
    let office = Office::open(settings).await?;
    let head = office.log().head();
    office.close().await;
    Ok(head > 0)
}

/// What was asked for, with what is usual where nothing was said.
fn new(wanted: &Demo) -> Result<Begun, Failure> {
    let today = berlin_date(SystemClock.now());
    // Today is left to whoever tries the program.
    let yesterday = today.saturating_sub(Duration::DAY);
    let until = wanted.until.unwrap_or(yesterday);
    if until > yesterday {
        return Err(Failure::usage(format!(
            "--until: Die Geschichte kann höchstens bis gestern reichen, dem {yesterday}; angegeben ist der {until}."
        )));
    }
    Ok(Begun {
        centres: wanted.centres.unwrap_or(1),
        years: wanted.years.unwrap_or(YEARS),
        seed: wanted.seed.unwrap_or(SEED),
        until,
        boot: begun::boot(),
    })
}

impl Begun {
    fn plan(&self) -> Result<Plan, Failure> {
        Plan::new(self.centres, self.years, self.seed, self.until)
            .map_err(|error| Failure::usage(format!("{error}.")))
    }

    /// This one, unless something else is asked for.
    fn fits(&self, wanted: &Demo) -> Result<Self, Failure> {
        let same = wanted.centres.is_none_or(|centres| centres == self.centres)
            && wanted.years.is_none_or(|years| years == self.years)
            && wanted.seed.is_none_or(|seed| seed == self.seed)
            && wanted.until.is_none_or(|until| until == self.until);
        if self.boot != begun::boot() {
            return Err(Failure::failed(
                "In diesem Datenordner ist eine Beispielgeschichte begonnen, und der Rechner wurde seitdem neu gestartet; davon kann etwas fehlen. Nehmen Sie einen neuen Ordner, oder löschen Sie diesen, und beginnen Sie neu.",
            ));
        }
        if same {
            return Ok(self.clone());
        }
        Err(Failure::failed(format!(
            "In diesem Datenordner ist eine andere Beispielgeschichte begonnen (--centres {} --years {} --seed {} --until {}). Ohne Angaben wird sie fortgesetzt; für eine andere nehmen Sie einen neuen Ordner.",
            self.centres, self.years, self.seed, self.until
        )))
    }
}
