//! One entry of a table as a command, recorded or only tried.

use std::collections::HashMap;

use querschnitt_domain::consultation::ImportConsultation;
use querschnitt_domain::meeting::ImportMeeting;
use querschnitt_domain::organisation::ImportOrganisation;
use querschnitt_domain::review::{Difference, Reviews};
use querschnitt_domain::{CentreKey, ConsultationId, Context, Decision, OrganisationId, RecordId};
use querschnitt_store::ExecuteError;
use uuid::Uuid;

use super::super::known;
use super::super::oparl::Organization;
use super::super::record::{Recorder, Stop};
use super::super::report::{Outcome, refusal};
use super::super::watched::Comparing;
use super::entry::{Entries, Entry, Loose, Tabular};
use super::fields::Refusal;
use super::sheet::{Row, shown};
use super::{Kind, agreements, consultations, meetings, organisations, reviews};
use crate::exit::Failure;

/// What became of an entry.
pub(super) enum Taken {
    /// It is in the book, or would be.
    Done {
        outcome: Outcome,
        /// The record in a few words.
        line: String,
        steps: u64,
        /// In what book and source differ and stay so, each by its place.
        differences: Vec<String>,
    },
    /// Nothing of it is taken.
    Refused(Vec<Refusal>),
}

/// Turns entries into commands.
pub(super) struct Taking<'t> {
    pub(super) table: &'t Tabular<'t>,
    pub(super) recorder: &'t Recorder<'t>,
    pub(super) centre: CentreKey,
    /// The bodies of the table's meetings, by their names; those that were refused with why.
    pub(super) bodies: HashMap<String, Result<Uuid, String>>,
}

impl Taking<'_> {
    /// Takes the bodies of all meetings over, before the meetings.
    pub(super) async fn bodies(&mut self, entries: &Entries<'_>) -> Result<(), Failure> {
        let mut bodies: Vec<Organization> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        for entry in &entries.entries {
            let mut ignored = Vec::new();
            let mut read = self.table.fields(entry.head(), &mut ignored);
            let Some(body) = meetings::body(&mut read, &self.table.mapping.source) else {
                continue;
            };
            match places.get(&body.name).map(|place| &mut bodies[*place]) {
                // Tables are not always in the order of the days.
                Some(known) => known.start = known.start.min(body.start),
                None => {
                    places.insert(body.name.clone(), bodies.len());
                    bodies.push(body);
                }
            }
        }
        for body in bodies {
            let taken = match self.recorder.network(&body, None, true).await {
                Ok(taken) => Ok(taken.record),
                Err(Stop::Refused(why)) => Err(refusal(&why)),
                Err(Stop::Failed(failure)) => return Err(failure),
            };
            self.bodies.insert(body.name, taken);
        }
        Ok(())
    }

    /// Takes one entry over.
    pub(super) async fn take(&self, entry: &Entry<'_>) -> Result<Taken, Failure> {
        let mut refused = Vec::new();
        self.table.check_same(entry, &mut refused);
        match self.table.kind {
            Kind::Reviews => self.review(entry, refused).await,
            Kind::Consultations => self.consultation(entry, refused).await,
            Kind::Organisations => self.organisation(entry, refused).await,
            Kind::Meetings => self.meeting(entry, refused).await,
        }
    }

    async fn review(&self, entry: &Entry<'_>, mut refused: Vec<Refusal>) -> Result<Taken, Failure> {
        let source = self.table.source(entry, self.recorder);
        let command = reviews::command(self.table, entry, (self.centre, source), &mut refused);
        let Some((mut command, rows)) = command.filter(|_| refused.is_empty()) else {
            return Ok(Taken::Refused(refused));
        };
        let line = format!(
            "Stellungnahme {}, Eingang {}, {} Arbeitsschritte",
            shown(command.content.title.as_str()),
            command.content.received_on,
            command.steps.len(),
        );
        let record = command.review().record();
        match self.known(record, command.source.digest).await {
            Ok(known) => {
                command.known_texts = known.texts;
                let steps = command.steps.len() as u64;
                let loose = Loose { command, line };
                let command = &loose.command;
                let differences =
                    |known: &Reviews, context: &Context| command.differences(known, context);
                self.carry_out(entry, &loose, &differences, known.exists, (&rows, steps))
                    .await
            }
            Err(error) => self.stopped(entry, &rows, error),
        }
    }

    async fn consultation(
        &self,
        entry: &Entry<'_>,
        mut refused: Vec<Refusal>,
    ) -> Result<Taken, Failure> {
        let list = self.table.mapping.list_of_organisations();
        let read = &mut self.table.fields(entry.head(), &mut refused);
        let loose = consultations::command(read, self.centre, list);
        let Some(Loose { mut command, line }) = loose.filter(|_| refused.is_empty()) else {
            return Ok(Taken::Refused(refused));
        };
        let source = self.table.source(entry, self.recorder);
        let record = ConsultationId(source.record_id(self.centre)).record();
        match self.known(record, source.digest).await {
            Ok(known) => {
                command.source = Some(source);
                let command = ImportConsultation {
                    content: command,
                    known_texts: known.texts,
                };
                let loose = Loose { command, line };
                self.carry_out(entry, &loose, &none, known.exists, (&[], 0))
                    .await
            }
            Err(error) => self.stopped(entry, &[], error),
        }
    }

    async fn organisation(
        &self,
        entry: &Entry<'_>,
        mut refused: Vec<Refusal>,
    ) -> Result<Taken, Failure> {
        let read = &mut self.table.fields(entry.head(), &mut refused);
        let loose = organisations::command(read, self.centre);
        let Some(Loose { mut command, line }) = loose.filter(|_| refused.is_empty()) else {
            return Ok(Taken::Refused(refused));
        };
        let source = self.table.source(entry, self.recorder);
        let record = OrganisationId(source.record_id(self.centre)).record();
        match self.known(record, source.digest).await {
            Ok(known) => {
                command.source = Some(source);
                let command = ImportOrganisation {
                    content: command,
                    known_texts: known.texts,
                };
                let loose = Loose { command, line };
                self.carry_out(entry, &loose, &none, known.exists, (&[], 0))
                    .await
            }
            Err(error) => self.stopped(entry, &[], error),
        }
    }

    async fn meeting(
        &self,
        entry: &Entry<'_>,
        mut refused: Vec<Refusal>,
    ) -> Result<Taken, Failure> {
        let list = self.table.mapping.list_of_organisations();
        let mut read = self.table.fields(entry.head(), &mut refused);
        let body = meetings::body(&mut read, &self.table.mapping.source);
        let network = match body.and_then(|body| self.bodies.get(&body.name)) {
            Some(Ok(network)) => *network,
            Some(Err(why)) => {
                read.refuse("network", why);
                Uuid::nil()
            }
            None => Uuid::nil(),
        };
        let agreements = agreements::lines(&mut read);
        let loose = meetings::command(&mut read, self.centre, network, list);
        let Some(mut loose) = loose.filter(|_| refused.is_empty()) else {
            return Ok(Taken::Refused(refused));
        };
        loose.command.source = self.table.source(entry, self.recorder);
        let record = loose.command.meeting().record();
        match self.known(record, loose.command.source.digest).await {
            Ok(known) => {
                loose.command.known_texts = known.texts;
                let taken = self
                    .carry_out(entry, &loose, &none, known.exists, (&[], 0))
                    .await?;
                self.agreements(entry, agreements, &loose.command, taken)
                    .await
            }
            Err(error) => self.stopped(entry, &[], error),
        }
    }

    /// Takes the agreements of a meeting over, after it. In a dry run nobody knows the meeting yet;
    /// then only what can be said without it is.
    async fn agreements(
        &self,
        entry: &Entry<'_>,
        agreements: Vec<agreements::Line>,
        meeting: &ImportMeeting,
        taken: Taken,
    ) -> Result<Taken, Failure> {
        let Taken::Done {
            mut outcome,
            line,
            steps,
            differences,
        } = taken
        else {
            return Ok(taken);
        };
        if !self.recorder.only_tries() {
            for agreement in agreements {
                let command = agreements::command(agreement, meeting, self.recorder);
                match self.recorder.carry_out(&command, true, false).await {
                    Ok(Outcome::Unchanged) => {}
                    Ok(_) if outcome == Outcome::Unchanged => outcome = Outcome::Changed,
                    Ok(_) => {}
                    Err(error) => return self.stopped(entry, &[], error),
                }
            }
        }
        Ok(Taken::Done {
            outcome,
            line,
            steps,
            differences,
        })
    }

    async fn known(
        &self,
        record: RecordId,
        digest: querschnitt_domain::SourceDigest,
    ) -> Result<known::Known, ExecuteError> {
        known::look_up(self.recorder.executor(), record, digest).await
    }

    async fn carry_out<D>(
        &self,
        entry: &Entry<'_>,
        loose: &Loose<D>,
        differences: &Comparing<'_, D>,
        exists: bool,
        (rows, steps): (&[&Row], u64),
    ) -> Result<Taken, Failure>
    where
        D: Decision + Sync,
        D::Facts: Send,
    {
        let carried = self
            .recorder
            .carry_out_comparing(&loose.command, differences, exists, false)
            .await;
        match carried {
            Ok((outcome, differences)) => {
                let line = format!("{} (Zeile {})", loose.line, entry.head().number);
                let mut nothing = Vec::new();
                let head = self.table.fields(entry.head(), &mut nothing);
                let differences = differences
                    .iter()
                    .map(|found| {
                        let place = head.place(reviews::field_of(found.field));
                        format!("{place}: {}", found.sentence)
                    })
                    .collect();
                Ok(Taken::Done {
                    outcome,
                    line,
                    steps,
                    differences,
                })
            }
            Err(error) => self.stopped(entry, rows, error),
        }
    }

    /// A refusal with its cell, or the end of the import. `steps`: the rows in the order of the steps.
    fn stopped(
        &self,
        entry: &Entry<'_>,
        steps: &[&Row],
        error: ExecuteError,
    ) -> Result<Taken, Failure> {
        let (field, message) = match error {
            ExecuteError::Rejected(rejection) => {
                (rejection.field.unwrap_or_default(), rejection.message)
            }
            other => match Stop::from(other) {
                Stop::Refused(why) => (why.field.unwrap_or_default(), why.message),
                Stop::Failed(failure) => return Err(failure),
            },
        };
        let head = entry.head();
        let mut nothing = Vec::new();
        let (row, place) = match of_step(&field) {
            Some((index, field)) if index < steps.len() => {
                let place = self
                    .table
                    .step(steps[index], &mut nothing)
                    .place(reviews::field_of(field));
                (steps[index].number, place)
            }
            _ if field.is_empty() => (head.number, format!("Zeile {}", head.number)),
            _ => {
                // `agenda[2].title` stands in the column of the agenda.
                let field = field.split(['[', '.']).next().unwrap_or_default();
                let field = match self.table.kind {
                    Kind::Reviews => reviews::field_of(field),
                    Kind::Meetings => meetings::field_of(field),
                    Kind::Consultations | Kind::Organisations => field,
                };
                (
                    head.number,
                    self.table.fields(head, &mut nothing).place(field),
                )
            }
        };
        Ok(Taken::Refused(vec![Refusal {
            row,
            field: "",
            sentence: format!("{place}: {message}"),
        }]))
    }
}

/// Nothing to compare.
const fn none<F>(_: &F, _: &Context) -> Vec<Difference> {
    Vec::new()
}

/// `steps[3].unit` is the field `unit` of the fourth step.
fn of_step(field: &str) -> Option<(usize, &str)> {
    let (index, field) = field.strip_prefix("steps[")?.split_once(']')?;
    Some((
        index.parse().ok()?,
        field.strip_prefix('.').unwrap_or(field),
    ))
}
