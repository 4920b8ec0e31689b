//! One body or meeting of the source as a command, recorded or only tried.
//!
//! More than 400 lines: trying and recording go the same way.

use querschnitt_domain::meeting::{Afterwards, AgendaInput, ImportDeletion, ImportMeeting};
use querschnitt_domain::network::{FoundNetwork, ImportNetwork};
use querschnitt_domain::review::Difference;
use querschnitt_domain::unit::{DeclareUnit, UnitName};
use querschnitt_domain::{
    ActorId, CentreKey, Change, Code, CommandId, Context, Decision, List, MeetingId, NetworkId,
    Rejection, RejectionCode, Role, Source, Text, UnitId, check,
};
use querschnitt_store::{Actor, ExecuteError, Executor, UnitNames, berlin_date};
use time::Date;
use tokio::sync::Mutex;
use uuid::Uuid;

use super::classify;
use super::known::{self, Known};
use super::oparl::{self, AgendaItem, Meeting, Organization};
use super::report::Outcome;
use super::trial::Trial;
use super::watched::{Comparing, Noticed, Watched};
use crate::exit::{Failure, german, with_causes};

/// How often a unit is entered while others change the register.
const ATTEMPTS: u32 = 8;

/// What became of a record.
pub(super) struct Taken {
    /// Its id in the book.
    pub(super) record: Uuid,
    pub(super) outcome: Outcome,
    /// The record in a few words, for a dry run.
    pub(super) line: String,
    /// What people should look at.
    pub(super) notice: Option<String>,
}

/// What is to be done with a meeting of the source.
pub(super) enum Task {
    /// Take it over, as one of this body.
    Take(NetworkId, Box<Meeting>),
    /// The source has deleted it.
    Delete(Box<Meeting>),
}

/// What became of a meeting.
pub(super) struct MeetingDone {
    /// The source's id.
    pub(super) id: String,
    /// How many items its agenda has there.
    pub(super) agenda_items: u64,
    /// Whether the source has deleted it.
    pub(super) deleted: bool,
    pub(super) result: Result<Taken, Stop>,
}

/// Why a record was not taken.
pub(super) enum Stop {
    /// This one is refused; the others go on.
    Refused(Rejection),
    /// Nothing goes on.
    Failed(Failure),
}

impl From<ExecuteError> for Stop {
    fn from(error: ExecuteError) -> Self {
        match error {
            ExecuteError::Rejected(rejection) => Self::Refused(rejection),
            ExecuteError::Log(error) => Self::Failed(error.into()),
            ExecuteError::Vault(error) => Self::Failed(error.into()),
            ExecuteError::Busy { .. } => Self::Refused(Rejection::whole(
                RejectionCode::ChangedMeanwhile,
                "andere haben denselben Eintrag gleichzeitig geändert; derselbe Befehl holt es nach",
            )),
            ExecuteError::Unavailable { reason } => Self::Failed(Failure::failed(format!(
                "Es kann nichts eingetragen werden: {}. Was schon eingetragen ist, bleibt; derselbe Befehl setzt den Import fort.",
                german(&reason)
            ))),
            error @ ExecuteError::Randomness(_) => {
                Self::Failed(Failure::failed(with_causes(&error)))
            }
        }
    }
}

/// Turns what the source has into commands.
pub(super) struct Recorder<'a> {
    executor: &'a Executor,
    actor: Actor,
    trial: Option<Mutex<Trial>>,
}

impl<'a> Recorder<'a> {
    /// What takes records over for a centre.
    pub(super) fn new(executor: &'a Executor, centre: CentreKey, dry_run: bool) -> Self {
        // Always the same account: it stands for the command line of this installation.
        let id = ActorId(Uuid::new_v5(&Uuid::NAMESPACE_OID, b"querschnitt import"));
        let actor = Actor::new(id, Role::Operator, centre);
        Self {
            executor,
            actor,
            trial: dry_run.then(|| Mutex::new(Trial::new())),
        }
    }

    /// Takes a body over, met with a meeting or not. With `only_new` one that is in the book stays
    /// as it is there.
    pub(super) async fn network(
        &self,
        organization: &Organization,
        met: Option<&Meeting>,
        only_new: bool,
    ) -> Result<Taken, Stop> {
        let today = berlin_date(self.executor.clock().now());
        let name = organization.name.as_str();
        let kind = classify::kind(name);
        let content = FoundNetwork {
            centre: self.actor.centre,
            founded_on: founded_on(organization, met, today),
            name: line("name", name, Text::NAME)?,
            body_type: code("bodyType", kind.body_type)?,
            legal_nature: kind
                .legal_nature
                .map(|nature| code("legalNature", nature))
                .transpose()?,
            ki_role: None,
            action_areas: Vec::new(),
            note: None,
        };
        // Only what goes into the record: other changes at the source are none for us.
        let source = self.source(&organization.id, &["network", name, kind.body_type]);
        let record = NetworkId(source.record_id(self.actor.centre)).record();
        let known = known::look_up(self.executor, record, source.digest).await?;
        let words = format!("Gremium „{name}“ ({})", content.body_type.label());
        if only_new && known.exists {
            return Ok(Taken {
                record: record.id,
                outcome: Outcome::Unchanged,
                line: words,
                notice: None,
            });
        }
        let Known { exists, texts } = known;
        let command = ImportNetwork {
            source,
            content,
            known_texts: texts,
        };
        let outcome = self.carry_out(&command, exists, true).await?;
        Ok(Taken {
            record: record.id,
            outcome,
            line: words,
            notice: None,
        })
    }

    /// Does what is to be done with a meeting.
    pub(super) async fn meeting(&self, task: Task) -> MeetingDone {
        match task {
            Task::Take(network, meeting) => MeetingDone {
                result: self.take(network, &meeting).await,
                deleted: false,
                agenda_items: meeting.agenda.len() as u64,
                id: meeting.id,
            },
            Task::Delete(meeting) => MeetingDone {
                result: self.delete(&meeting).await,
                deleted: true,
                agenda_items: 0,
                id: meeting.id,
            },
        }
    }

    /// A meeting that the source has deleted: cancelled while it is to come; one that was held stays.
    async fn delete(&self, meeting: &Meeting) -> Result<Taken, Stop> {
        let source = self.source(&meeting.id, &["meeting", "deleted"]);
        let record = MeetingId(source.record_id(self.actor.centre)).record();
        let command = ImportDeletion {
            centre: self.actor.centre,
            source,
        };
        let mut notice = None;
        let outcome = match self.carry_out(&command, true, false).await {
            Ok(outcome) => outcome,
            Err(ExecuteError::Rejected(rejection))
                if rejection.code == RejectionCode::StateForbids =>
            {
                notice = Some(rejection.message);
                Outcome::Unchanged
            }
            Err(error) => return Err(error.into()),
        };
        Ok(Taken {
            record: record.id,
            outcome,
            line: format!(
                "Sitzung abgesagt, weil in der Quelle gelöscht ({})",
                meeting.id
            ),
            notice,
        })
    }

    /// Takes a meeting over.
    async fn take(&self, network: NetworkId, meeting: &Meeting) -> Result<Taken, Stop> {
        let start = meeting.start.ok_or_else(|| {
            Stop::Refused(oparl::missing("start", "hat keinen Tag (start fehlt)"))
        })?;
        let ends_at = meeting.end.and_then(|end| end.instant);
        let source = self.source_of(network, meeting);
        let record = MeetingId(source.record_id(self.actor.centre)).record();
        let Known { exists, texts } = known::look_up(self.executor, record, source.digest).await?;
        let command = ImportMeeting {
            centre: self.actor.centre,
            source,
            network,
            date: start.day,
            starts_at: start.instant,
            // An end without a beginning says nothing.
            ends_at: start.instant.and(ends_at),
            title: optional("title", meeting.name.as_deref())?,
            place: match &meeting.place {
                Change::Keep => Change::Keep,
                Change::Clear => Change::Clear,
                Change::Set(place) => Change::Set(line("place", place, Text::NAME)?),
            },
            mode: None,
            agenda: agenda(&meeting.agenda)?,
            cancelled: meeting.cancelled,
            after: Afterwards::default(),
            known_texts: texts,
        };
        let outcome = self.carry_out(&command, exists, false).await?;
        let title = meeting.name.as_deref().unwrap_or("ohne Titel");
        Ok(Taken {
            record: record.id,
            outcome,
            line: format!(
                "Sitzung am {} „{title}“, {} Tagesordnungspunkte ({})",
                start.day,
                meeting.agenda.len(),
                meeting.id
            ),
            notice: (meeting.place == Change::Keep).then(|| {
                "der Ort ist in der Quelle nur ein Verweis (location), der sich nicht abrufen ließ; im Buch bleibt, was dort steht".to_owned()
            }),
        })
    }

    /// The units of the centre.
    pub(super) async fn unit_names(&self) -> Result<UnitNames, Stop> {
        Ok(UnitNames::read(self.executor, self.actor.centre).await?)
    }

    /// Enters a unit into the register, or only imagines it; gives the one that is there if somebody else was
    /// faster.
    pub(super) async fn declare(&self, name: &UnitName) -> Result<UnitId, Stop> {
        if let Some(trial) = &self.trial {
            return Ok(trial.lock().await.imagine_unit(self.actor.centre));
        }
        for _ in 0..ATTEMPTS {
            let names = self.unit_names().await?;
            if let Some(unit) = names.find(name.as_str()) {
                return Ok(unit);
            }
            let command = DeclareUnit {
                centre: self.actor.centre,
                name: name.clone(),
                known_names: names.known(),
                imported: true,
            };
            let id = CommandId(Uuid::new_v4());
            let executed = self.executor.execute(&self.actor, id, b"import", &command);
            match executed.await {
                // Found by its name the next time round.
                Ok(_) => {}
                Err(ExecuteError::Rejected(rejection))
                    if rejection.code == RejectionCode::ChangedMeanwhile => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(ExecuteError::Busy { attempts: ATTEMPTS }.into())
    }

    /// Records what the command leads to, or only tries it. `exists`: whether the record is there;
    /// `keep`: whether later trials have to know of it.
    pub(super) async fn carry_out<D>(
        &self,
        command: &D,
        exists: bool,
        keep: bool,
    ) -> Result<Outcome, ExecuteError>
    where
        D: Decision + Sync,
        D::Facts: Send,
    {
        let nothing = |_: &D::Facts, _: &Context| Vec::new();
        let (outcome, _) = self
            .carry_out_comparing(command, &nothing, exists, keep)
            .await?;
        Ok(outcome)
    }

    /// [`Recorder::carry_out`], and what `differences` finds in the facts the command was decided on.
    pub(super) async fn carry_out_comparing<D>(
        &self,
        command: &D,
        differences: &Comparing<'_, D>,
        exists: bool,
        keep: bool,
    ) -> Result<(Outcome, Vec<Difference>), ExecuteError>
    where
        D: Decision + Sync,
        D::Facts: Send,
    {
        let watched = Watched::new(command, differences);
        match &self.trial {
            Some(trial) => {
                let mut trial = trial.lock().await;
                trial
                    .decide(self.executor, &self.actor, &watched, keep)
                    .await?;
            }
            None => {
                // A new id each time, not one made from the content: that may change back.
                let id = CommandId(Uuid::new_v4());
                self.executor
                    .execute(&self.actor, id, b"import", &watched)
                    .await?;
            }
        }
        let Noticed {
            changes,
            differences,
        } = watched.noticed();
        let outcome = match (changes, exists) {
            (false, _) => Outcome::Unchanged,
            (true, false) => Outcome::Recorded,
            (true, true) => Outcome::Changed,
        };
        Ok((outcome, differences))
    }

    /// Whether nothing is recorded.
    pub(super) const fn only_tries(&self) -> bool {
        self.trial.is_some()
    }

    /// Carries out commands, and holds the log and the vault.
    pub(super) const fn executor(&self) -> &'a Executor {
        self.executor
    }

    /// An entry of a source, with the digest of everything of it that goes into the record.
    pub(super) fn source(&self, key: &str, content: &[&str]) -> Source {
        // A list of texts always serialises.
        let content = serde_json::to_vec(content).unwrap_or_default();
        Source {
            key: key.to_owned(),
            digest: self.executor.keys().source_digest(&content),
        }
    }

    /// Everything of a meeting that goes into the record.
    fn source_of(&self, network: NetworkId, meeting: &Meeting) -> Source {
        let network = network.to_string();
        let start = format!("{:?}", meeting.start);
        let end = format!("{:?}", meeting.end);
        let cancelled = meeting.cancelled.to_string();
        let mut content = vec![
            "meeting",
            &network,
            &start,
            &end,
            &cancelled,
            meeting.name.as_deref().unwrap_or_default(),
            match &meeting.place {
                Change::Keep => "\0unknown",
                Change::Clear => "",
                Change::Set(place) => place,
            },
        ];
        for item in &meeting.agenda {
            content.extend([
                item.number.as_deref().unwrap_or_default(),
                &item.title,
                item.result.as_deref().unwrap_or_default(),
                match item.public {
                    Some(true) => "public",
                    Some(false) => "not public",
                    None => "",
                },
            ]);
        }
        self.source(&meeting.id, &content)
    }
}

/// Since when a body exists: what the source says, otherwise the meeting it is met with.
fn founded_on(organization: &Organization, met: Option<&Meeting>, today: Date) -> Date {
    organization
        .start
        .or_else(|| Some(met?.start?.day))
        .unwrap_or(today)
        .min(today)
}

fn agenda(items: &[AgendaItem]) -> Result<Vec<AgendaInput>, Stop> {
    items
        .iter()
        .enumerate()
        .map(|(at, item)| {
            let named = |field: &str| format!("agenda[{at}].{field}");
            Ok(AgendaInput {
                number: item.number.clone(),
                title: line(&named("title"), &item.title, Text::TITLE)?,
                public: item.public,
                result: match item.result.as_deref() {
                    Some(result) => Some(line(&named("result"), result, Text::NOTE)?),
                    None => None,
                },
                vote: None,
            })
        })
        .collect()
}

fn line(field: &str, text: &str, max: usize) -> Result<Text, Stop> {
    check::line(field, text, max).map_err(Stop::Refused)
}

fn code<L: List>(field: &str, code: &str) -> Result<Code<L>, Stop> {
    check::code(field, code).map_err(Stop::Refused)
}

fn optional(field: &str, text: Option<&str>) -> Result<Option<Text>, Stop> {
    text.map(|text| line(field, text, Text::NAME)).transpose()
}
