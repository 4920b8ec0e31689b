//! The import of a table: reads all of it first, then keeps several commands in flight.

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use querschnitt_domain::review::ImportReview;
use querschnitt_store::ExecuteError;

use super::super::known;
use super::super::record::{Recorder, Stop};
use super::super::report::{Counts, Outcome};
use super::entry::{self, Entry, Tabular};
use super::fields::Refusal;
use super::heading::{self, Columns};
use super::mapping::Mapping;
use super::sheet::{Row, Sheet};
use super::{Kind, Request, delimited, reviews, sheet, workbook};
use crate::exit::Failure;
use crate::office::Office;
use crate::progress::Progress;

/// How many commands wait for the log at the same time.
const IN_FLIGHT: usize = 32;

/// Imports what the request says.
pub(crate) async fn run(
    office: &Office,
    request: &Request,
    progress: &mut dyn Progress,
) -> Result<(), Failure> {
    let mapping = Mapping::parse(&request.mapping, request.kind.known())
        .map_err(|wrong| Failure::usage(format!("Zuordnung: {wrong}")))?;
    let source = request.source.clone();
    let reading = tokio::task::spawn_blocking(move || {
        let (sheet, columns) = read(&source, &mapping)?;
        Ok::<_, String>((mapping, sheet, columns))
    });
    let (mapping, sheet, columns) = reading
        .await
        .map_err(|error| Failure::failed(format!("Die Tabelle ließ sich nicht lesen: {error}")))?
        .map_err(Failure::failed)?;
    let table = Tabular {
        kind: request.kind,
        mapping: &mapping,
        columns: &columns,
    };
    for unused in unused(&columns, &mapping) {
        progress.note(&format!("nicht übernommen: {unused}"));
    }
    let entries = table.entries(&sheet);
    progress.total(entries.entries.len() as u64);
    let mut done = Done {
        progress,
        request,
        counts: Counts::default(),
        steps: 0,
        refused: 0,
        entries: 0,
    };
    for refusal in &entries.refused {
        done.refuse(refusal);
    }
    let recorder = Recorder::new(office.executor(), request.centre, request.dry_run);
    // A trial has to finish one entry before the next.
    let at_once = if request.dry_run { 1 } else { IN_FLIGHT };
    let mut in_flight = FuturesUnordered::new();
    for entry in &entries.entries {
        in_flight.push(take(&table, entry, &recorder, request));
        if in_flight.len() >= at_once
            && let Some(taken) = in_flight.next().await
        {
            done.take(taken?);
        }
    }
    while let Some(taken) = in_flight.next().await {
        done.take(taken?);
    }
    done.say(&entries, sheet.empty);
    Ok(())
}

/// Reads the table and finds its headings. `Err` says in German what is wrong.
fn read(source: &std::path::Path, mapping: &Mapping) -> Result<(Sheet, Columns), String> {
    let mut sheet = if workbook::is_one(source)? {
        workbook::rows(source, mapping.sheet.as_deref())?
    } else {
        let text = delimited::text(source, mapping.encoding)?;
        delimited::rows(&text, separator(&text, mapping), None)?
    };
    let columns = heading::locate(&sheet, mapping);
    heading::check(&columns, mapping)?;
    entry::fill_down(&mut sheet, mapping, &columns);
    Ok((sheet, columns))
}

/// The separator the mapping names, else the one with which most of its headings are found.
fn separator(text: &str, mapping: &Mapping) -> char {
    if let Some(separator) = mapping.separator {
        return separator;
    }
    let known = |separator: &char| {
        delimited::rows(text, *separator, Some(40))
            .map_or(0, |sheet| heading::locate(&sheet, mapping).known(mapping))
    };
    // The first of the best.
    let best = delimited::SEPARATORS.into_iter().rev().max_by_key(known);
    best.unwrap_or(';')
}

/// The columns that nothing reads and that are not left out on purpose.
fn unused(columns: &Columns, mapping: &Mapping) -> Vec<String> {
    let mut used: Vec<usize> = mapping
        .headings()
        .into_iter()
        .chain(mapping.ignore.iter().map(String::as_str))
        .filter_map(|heading| columns.find(heading))
        .collect();
    used.extend(mapping.letters());
    (0..columns.headings.len())
        .filter(|column| !used.contains(column) && !columns.headings[*column].is_empty())
        .map(|column| columns.name(column))
        .collect()
}

/// What became of an entry.
enum Taken {
    Done {
        outcome: Outcome,
        line: String,
        steps: u64,
    },
    Refused(Vec<Refusal>),
}

async fn take(
    table: &Tabular<'_>,
    entry: &Entry<'_>,
    recorder: &Recorder<'_>,
    request: &Request,
) -> Result<Taken, Failure> {
    let mut refused = Vec::new();
    table.check_same(entry, &mut refused);
    let source = table.source(entry, recorder);
    match request.kind {
        Kind::Reviews => {
            let command = reviews::command(table, entry, (request.centre, source), &mut refused);
            let Some((command, rows)) = command.filter(|_| refused.is_empty()) else {
                return Ok(Taken::Refused(refused));
            };
            review(table, entry, recorder, (command, rows)).await
        }
    }
}

async fn review(
    table: &Tabular<'_>,
    entry: &Entry<'_>,
    recorder: &Recorder<'_>,
    (mut command, rows): (ImportReview, Vec<&Row>),
) -> Result<Taken, Failure> {
    let record = command.review().record();
    let line = format!(
        "Stellungnahme {}, Eingang {}, {} Arbeitsschritte (Zeile {})",
        sheet::shown(command.content.title.as_str()),
        command.content.received_on,
        command.steps.len(),
        entry.head().number
    );
    let steps = command.steps.len() as u64;
    let known = known::look_up(recorder.executor(), record, command.source.digest).await;
    let known = match known {
        Ok(known) => known,
        Err(error) => return stopped(table, entry, &[], error),
    };
    command.known_texts = known.texts;
    match recorder.carry_out(&command, known.exists, false).await {
        Ok(outcome) => Ok(Taken::Done {
            outcome,
            line,
            steps,
        }),
        Err(error) => stopped(table, entry, &rows, error),
    }
}

/// A refusal with its cell, or the end of the import.
fn stopped(
    table: &Tabular<'_>,
    entry: &Entry<'_>,
    steps: &[&Row],
    error: ExecuteError,
) -> Result<Taken, Failure> {
    let field = match &error {
        ExecuteError::Rejected(rejection) => rejection.field.clone().unwrap_or_default(),
        _ => String::new(),
    };
    let message = match error {
        ExecuteError::Rejected(rejection) => rejection.message,
        other => match Stop::from(other) {
            Stop::Refused(why) => why,
            Stop::Failed(failure) => return Err(failure),
        },
    };
    let mut nothing = Vec::new();
    let (row, place) = match of_step(&field) {
        Some((index, field)) if index < steps.len() => {
            let place = table
                .step(steps[index], &mut nothing)
                .place(reviews::field_of(field));
            (steps[index].number, place)
        }
        _ if field.is_empty() => (
            entry.head().number,
            format!("Zeile {}", entry.head().number),
        ),
        _ => {
            let place = table
                .fields(entry.head(), &mut nothing)
                .place(reviews::field_of(&field));
            (entry.head().number, place)
        }
    };
    let sentence = format!("{place}: {message}");
    Ok(Taken::Refused(vec![Refusal {
        row,
        field: "",
        sentence,
    }]))
}

/// `steps[3].unit` is the field `unit` of the fourth step.
fn of_step(field: &str) -> Option<(usize, &str)> {
    let (index, field) = field.strip_prefix("steps[")?.split_once(']')?;
    Some((
        index.parse().ok()?,
        field.strip_prefix('.').unwrap_or(field),
    ))
}

/// What an import did so far.
struct Done<'a> {
    progress: &'a mut dyn Progress,
    request: &'a Request,
    counts: Counts,
    /// Steps of the entries that are new.
    steps: u64,
    refused: u64,
    entries: u64,
}

impl Done<'_> {
    fn refuse(&mut self, refusal: &Refusal) {
        self.refused += 1;
        self.progress
            .say(&format!("abgelehnt: {}", refusal.sentence));
    }

    fn take(&mut self, taken: Taken) {
        self.entries += 1;
        self.progress.done(self.entries);
        match taken {
            Taken::Done {
                outcome,
                line,
                steps,
            } => {
                self.counts.add(outcome);
                if outcome == Outcome::Recorded {
                    self.steps += steps;
                }
                if self.request.dry_run
                    && let Some(word) = outcome.word()
                {
                    self.progress.say(&format!("{word}: {line}"));
                }
            }
            Taken::Refused(refusals) => {
                self.refused += 1;
                for refusal in &refusals {
                    self.progress
                        .say(&format!("abgelehnt: {}", refusal.sentence));
                }
            }
        }
    }

    fn say(&mut self, entries: &entry::Entries<'_>, empty: usize) {
        if self.request.dry_run {
            self.progress
                .say("Probelauf, nichts wurde eingetragen. Eingetragen würde:");
        }
        self.progress
            .say(&self.counts.line(self.request.kind.plural()));
        if !self.request.kind.known().step.is_empty() {
            self.progress.say(&format!(
                "Arbeitsschritte der neuen Stellungnahmen: {}",
                self.steps
            ));
        }
        self.progress.say(&format!(
            "Übergangen: {empty} leere Zeilen, {} Summen und wiederholte Überschriften, {} nicht ausgewählte Zeilen",
            entries.totals, entries.left_out
        ));
        self.progress.say(&format!("Abgelehnt: {}", self.refused));
    }
}
