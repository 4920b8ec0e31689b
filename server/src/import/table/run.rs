//! The import of a table: reads all of it first, then keeps several commands in flight.

use std::collections::HashMap;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;

use super::super::record::Recorder;
use super::super::report::{Counts, Outcome};
use super::entry::{self, Tabular};
use super::fields::Refusal;
use super::heading::{self, Columns};
use super::mapping::Mapping;
use super::sheet::Sheet;
use super::take::{Taken, Taking};
use super::units::{self, Units};
use super::{Kind, Request, delimited, workbook};
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
    let list = request.list.as_deref();
    let mapping = Mapping::parse(&request.mapping, request.kind.known(), list)
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
    let mut table = Tabular {
        kind: request.kind,
        mapping: &mapping,
        columns: &columns,
        units: Units::default(),
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
        differences: 0,
        entries: 0,
        units: Vec::new(),
    };
    for refusal in &entries.refused {
        done.refuse(refusal);
    }
    let recorder = Recorder::new(office.executor(), request.centre, request.dry_run);
    if request.kind == Kind::Reviews {
        let declared;
        (table.units, declared) = units::prepare(&table, &entries, &recorder).await?;
        done.units = declared;
    }
    let mut taking = Taking {
        table: &table,
        recorder: &recorder,
        centre: request.centre,
        bodies: HashMap::new(),
    };
    if request.kind == Kind::Meetings {
        taking.bodies(&entries).await?;
    }
    // A trial has to finish one entry before the next.
    let at_once = if request.dry_run { 1 } else { IN_FLIGHT };
    let mut in_flight = FuturesUnordered::new();
    for entry in &entries.entries {
        in_flight.push(taking.take(entry));
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
    done.end()
}

/// Reads the table and finds its headings. `Err` says in German what is wrong.
fn read(source: &std::path::Path, mapping: &Mapping) -> Result<(Sheet, Columns), String> {
    let mut sheet = if workbook::is_one(source)? {
        workbook::rows(source, mapping.sheet.as_deref())?
    } else {
        let text = delimited::text(source, mapping.encoding)?;
        let separator = separator(&text, mapping);
        delimited::check_quotes(&text, separator)?;
        delimited::rows(&text, separator, None)?
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

/// What an import did so far.
struct Done<'a> {
    progress: &'a mut dyn Progress,
    request: &'a Request,
    counts: Counts,
    /// Steps of the entries that are new.
    steps: u64,
    refused: u64,
    /// In how many places book and source differ and stay so.
    differences: u64,
    entries: u64,
    /// Units that were entered into the register.
    units: Vec<String>,
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
                differences,
            } => {
                self.counts.add(outcome);
                for difference in &differences {
                    self.differences += 1;
                    self.progress.say(&format!("abweichend: {difference}"));
                }
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
        if !self.units.is_empty() {
            self.progress.say(&format!(
                "Organisationseinheiten eingetragen: {}",
                self.units.join(", ")
            ));
        }
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
        if self.request.kind == Kind::Reviews {
            self.progress.say(&format!(
                "Abweichend und im Buch so gelassen: {}",
                self.differences
            ));
        }
        self.progress.say(&format!("Abgelehnt: {}", self.refused));
    }

    /// What scripts see: whether all of the table was taken.
    fn end(&self) -> Result<(), Failure> {
        match (self.refused, self.request.dry_run) {
            (0, _) => Ok(()),
            (refused, false) => Err(Failure::failed(format!(
                "Abgelehnt wurden {refused} Zeilen oder Einträge der Tabelle; alles andere ist eingetragen. Berichtigen Sie die genannten Zellen und starten Sie denselben Import noch einmal."
            ))),
            (refused, true) => Err(Failure::failed(format!(
                "Abgelehnt würden {refused} Zeilen oder Einträge der Tabelle; nichts wurde eingetragen."
            ))),
        }
    }
}
