//! One body or meeting of the source as a command, recorded or only tried.

use querschnitt_domain::meeting::{AgendaInput, ImportMeeting};
use querschnitt_domain::network::{FoundNetwork, ImportNetwork};
use querschnitt_domain::values::{BodyType, LegalNature};
use querschnitt_domain::{
    ActorId, CentreKey, CommandId, Decision, NetworkId, RecordId, Role, Source, Text,
};
use querschnitt_store::{Actor, ExecuteError, Executor, berlin_date};
use time::Date;
use tokio::sync::Mutex;
use uuid::Uuid;

use super::classify;
use super::known::{self, Known};
use super::oparl::{AgendaItem, Meeting, Organization};
use super::report::Outcome;
use super::trial::Trial;
use crate::exit::{Failure, german, with_causes};

/// What became of a record.
pub(super) struct Taken {
    /// Its id in the book.
    pub(super) record: Uuid,
    pub(super) outcome: Outcome,
    /// The record in a few words, for a dry run.
    pub(super) line: String,
}

/// What became of a meeting.
pub(super) struct MeetingDone {
    /// The source's id.
    pub(super) id: String,
    /// How many items its agenda has there.
    pub(super) agenda_items: u64,
    pub(super) result: Result<Taken, Stop>,
}

/// Why a record was not taken.
pub(super) enum Stop {
    /// This one is refused; the others go on.
    Refused(String),
    /// Nothing goes on.
    Failed(Failure),
}

impl From<ExecuteError> for Stop {
    fn from(error: ExecuteError) -> Self {
        match error {
            ExecuteError::Rejected(rejection) => Self::Refused(match rejection.field {
                Some(field) => format!("{} ({field}: {})", rejection.message, rejection.code.as_str()),
                None => format!("{} ({})", rejection.message, rejection.code.as_str()),
            }),
            ExecuteError::Log(error) => Self::Failed(error.into()),
            ExecuteError::Vault(error) => Self::Failed(error.into()),
            ExecuteError::Busy { .. } => Self::Refused(
                "andere haben denselben Eintrag gleichzeitig geändert; derselbe Befehl holt es nach".into(),
            ),
            ExecuteError::Unavailable { reason } => Self::Failed(Failure::failed(format!(
                "Es kann nichts eingetragen werden: {}. Was schon eingetragen ist, bleibt; derselbe Befehl setzt den Import fort.",
                german(&reason)
            ))),
            error @ ExecuteError::Randomness(_) => Self::Failed(Failure::failed(with_causes(&error))),
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
    pub(super) fn new(executor: &'a Executor, centre: CentreKey, dry_run: bool) -> Self {
        let actor = Actor {
            // Always the same account: it stands for the command line of this installation.
            id: ActorId(Uuid::new_v5(&Uuid::NAMESPACE_OID, b"querschnitt import")),
            role: Role::Operator,
            centre,
        };
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
            body_type: BodyType::parse(kind.body_type)
                .map_err(|error| Stop::Refused(error.to_string()))?,
            legal_nature: match kind.legal_nature {
                Some(code) => Some(
                    LegalNature::parse(code).map_err(|error| Stop::Refused(error.to_string()))?,
                ),
                None => None,
            },
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
        })
    }

    /// Takes a meeting over.
    pub(super) async fn meeting(&self, network: NetworkId, meeting: Box<Meeting>) -> MeetingDone {
        let result = self.meeting_inner(network, &meeting).await;
        MeetingDone {
            agenda_items: meeting.agenda.len() as u64,
            id: meeting.id,
            result,
        }
    }

    async fn meeting_inner(&self, network: NetworkId, meeting: &Meeting) -> Result<Taken, Stop> {
        let start = meeting
            .start
            .ok_or_else(|| Stop::Refused("hat keinen Tag (start fehlt)".into()))?;
        let ends_at = meeting.end.and_then(|end| end.instant);
        let source = self.source_of(network, meeting);
        let record = RecordId {
            kind: querschnitt_domain::RecordKind::Meeting,
            id: source.record_id(self.actor.centre),
        };
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
            place: optional("place", meeting.place.as_deref())?,
            mode: None,
            agenda: agenda(&meeting.agenda)?,
            cancelled: meeting.cancelled,
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
        })
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
        let happened = match &self.trial {
            Some(trial) => {
                let mut trial = trial.lock().await;
                let events = trial
                    .decide(self.executor, &self.actor, command, keep)
                    .await?;
                !events.is_empty()
            }
            None => {
                // A new id each time, not one made from the content: that may change back.
                let id = CommandId(Uuid::new_v4());
                let executed = self
                    .executor
                    .execute(&self.actor, id, b"import", command)
                    .await?;
                executed.range.is_some()
            }
        };
        Ok(match (happened, exists) {
            (false, _) => Outcome::Unchanged,
            (true, false) => Outcome::Recorded,
            (true, true) => Outcome::Changed,
        })
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
            meeting.place.as_deref().unwrap_or_default(),
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
    Text::line(text, max).map_err(|error| Stop::Refused(format!("{field} {error}")))
}

fn optional(field: &str, text: Option<&str>) -> Result<Option<Text>, Stop> {
    text.map(|text| line(field, text, Text::NAME)).transpose()
}
