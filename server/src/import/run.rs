//! The import itself: reads the source, decides what is taken, keeps several commands in flight.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use querschnitt_domain::{NetworkId, Rejection, RejectionCode};
use tokio::sync::mpsc;

use super::client::Bounds;
use super::oparl::{self, Meeting, Organization};
use super::record::{MeetingDone, Recorder, Stop, Taken, Task};
use super::report::{Outcome, Report};
use super::source::{self, Found, ReadError};
use super::{Request, classify};
use crate::exit::Failure;
use crate::office::Office;
use crate::progress::Progress;

/// How many commands wait for the log at the same time, so that one sync serves many of them.
const IN_FLIGHT: usize = 32;
/// How far reading may run ahead of recording.
const AHEAD: usize = 256;

/// Imports what the request says.
pub(crate) async fn run(
    office: &Office,
    request: &Request,
    progress: &mut dyn Progress,
) -> Result<(), Failure> {
    let (sender, mut found) = mpsc::channel(AHEAD);
    let (address, since) = (request.source.clone(), request.since);
    let reading = tokio::task::spawn_blocking(move || {
        source::read(&address, since, Bounds::default(), &mut |found| {
            sender.blocking_send(found).is_ok()
        })
    });
    let recorder = Recorder::new(office.executor(), request.centre, request.dry_run);
    let mut import = Import {
        request,
        recorder: &recorder,
        progress,
        report: Report::default(),
        organizations: BTreeMap::new(),
        networks: HashMap::new(),
        meetings_seen: 0,
    };
    // A trial keeps what it imagines behind one lock: it has to finish one meeting before the next.
    let at_once = if request.dry_run { 1 } else { IN_FLIGHT };
    let mut in_flight = FuturesUnordered::new();
    while let Some(found) = found.recv().await {
        if let Some(task) = import.take(found).await? {
            in_flight.push(recorder.meeting(task));
        }
        if in_flight.len() >= at_once
            && let Some(done) = in_flight.next().await
        {
            import.meeting_done(done)?;
        }
    }
    while let Some(done) = in_flight.next().await {
        import.meeting_done(done)?;
    }
    let end = reading
        .await
        .map_err(|error| Failure::failed(format!("Die Quelle ließ sich nicht lesen: {error}")))?;
    if end.is_ok() {
        import.bodies_without_meetings().await?;
    }
    import.report.say(import.progress, request.dry_run);
    match end {
        Ok(()) => Ok(()),
        Err(ReadError::Stopped) => Err(Failure::failed("Der Import wurde abgebrochen.")),
        Err(error) => Err(Failure::failed(format!(
            "Die Quelle wurde nicht zu Ende gelesen: {error}. Was bis dahin gelesen war, ist eingetragen; derselbe Befehl setzt den Import fort."
        ))),
    }
}

struct Import<'a> {
    request: &'a Request,
    recorder: &'a Recorder<'a>,
    progress: &'a mut dyn Progress,
    report: Report,
    /// What the source has listed, by its id.
    organizations: BTreeMap<String, Organization>,
    /// The bodies met so far; `None` for those that were refused.
    networks: HashMap<String, Option<NetworkId>>,
    meetings_seen: u64,
}

impl Import<'_> {
    /// Takes one thing in; gives what is to be done with it, if it is a meeting.
    async fn take(&mut self, found: Found) -> Result<Option<Task>, Failure> {
        match found {
            Found::Total(total) => {
                self.progress.total(total);
                Ok(None)
            }
            Found::Notice(notice) => {
                self.progress.note(&notice);
                Ok(None)
            }
            Found::Unreadable(id, wrong) => {
                self.report.refuse(self.progress, &id, &wrong);
                Ok(None)
            }
            Found::Organization(organization) => {
                self.organizations
                    .insert(organization.id.clone(), organization);
                Ok(None)
            }
            Found::Meeting(meeting) => {
                self.meetings_seen += 1;
                self.progress.done(self.meetings_seen);
                self.meeting(meeting).await
            }
        }
    }

    async fn meeting(&mut self, meeting: Box<Meeting>) -> Result<Option<Task>, Failure> {
        // What is deleted says nothing more of itself, so filters by words can't leave it out.
        if meeting.deleted {
            return Ok(Some(Task::Delete(meeting)));
        }
        let Some(body) = meeting.organizations.first().cloned() else {
            let why = "gehört zu keinem Gremium (organization fehlt)";
            let why = oparl::missing("organization", why);
            self.report.refuse(self.progress, &meeting.id, &why);
            return Ok(None);
        };
        if !self.is_wanted(&meeting, &body) {
            self.report.filtered_meetings += 1;
            return Ok(None);
        }
        let network = match self.networks.get(&body) {
            Some(known) => *known,
            None => self.network(&body, Some(&meeting)).await?,
        };
        if let Some(network) = network {
            self.say_joint(&meeting);
            return Ok(Some(Task::Take(network, meeting)));
        }
        let why = Rejection::field(
            RejectionCode::UnknownId,
            "organization",
            format!("ihr Gremium wurde nicht übernommen ({body})"),
        );
        self.report.refuse(self.progress, &meeting.id, &why);
        Ok(None)
    }

    /// A meeting of several bodies stands with the first: it took place once, and figures count it
    /// once. The others are named, so that nobody looks for it there in vain.
    fn say_joint(&mut self, meeting: &Meeting) {
        let Some((first, rest)) = meeting.organizations.split_first() else {
            return;
        };
        let others: BTreeSet<&String> = rest.iter().filter(|id| *id != first).collect();
        if others.is_empty() {
            return;
        }
        let name = |id: &String| {
            self.organizations
                .get(id)
                .map_or_else(|| id.clone(), |body| format!("„{}“", body.name))
        };
        let others: Vec<String> = others.into_iter().map(name).collect();
        let what = format!(
            "gemeinsame Sitzung mehrerer Gremien; im Buch steht sie bei {}, nicht bei {}",
            name(first),
            others.join(", ")
        );
        self.report.notice(self.progress, &meeting.id, &what);
    }

    fn is_wanted(&self, meeting: &Meeting, body: &str) -> bool {
        let holds = |text: &str, words: &str| text.to_lowercase().contains(words);
        let title = meeting.name.as_deref().unwrap_or_default();
        let by_body =
            self.request
                .body
                .as_deref()
                .is_none_or(|words| match self.organizations.get(body) {
                    Some(listed) => holds(&listed.name, words),
                    None => holds(title, words),
                });
        let by_words = self.request.words.as_deref().is_none_or(|words| {
            holds(title, words) || meeting.agenda.iter().any(|item| holds(&item.title, words))
        });
        let by_change = self.request.since.is_none_or(|since| {
            meeting
                .modified
                .is_none_or(|modified| modified.day >= since)
        });
        by_body && by_words && by_change
    }

    /// Takes a body over. One that the source does not list is called after the meeting it is met
    /// with first, and only while the book does not have it: the next run may meet another first.
    async fn network(
        &mut self,
        id: &str,
        met: Option<&Meeting>,
    ) -> Result<Option<NetworkId>, Failure> {
        let done = match (self.organizations.get(id), met) {
            (Some(listed), _) => self.recorder.network(listed, met, false).await,
            (None, met) => {
                let name = met
                    .and_then(|meeting| meeting.name.as_deref())
                    .unwrap_or(id);
                let unlisted = Organization {
                    id: id.to_owned(),
                    name: without_remark(name).to_owned(),
                    ..Organization::default()
                };
                self.recorder.network(&unlisted, met, true).await
            }
        };
        let network = match done {
            Ok(Taken {
                record,
                outcome,
                line,
                notice: _,
            }) => {
                self.report.networks.add(outcome);
                self.say_trial(outcome, &line);
                Some(NetworkId(record))
            }
            Err(Stop::Refused(why)) => {
                self.report.refuse(self.progress, id, &why);
                None
            }
            Err(Stop::Failed(failure)) => return Err(failure),
        };
        self.networks.insert(id.to_owned(), network);
        Ok(network)
    }

    /// Bodies that the source marks as such are taken over without a meeting; other organizations
    /// (departments, companies) are not.
    async fn bodies_without_meetings(&mut self) -> Result<(), Failure> {
        let unmet: Vec<String> = self
            .organizations
            .keys()
            .filter(|id| !self.networks.contains_key(*id))
            .cloned()
            .collect();
        for id in unmet {
            let Some(listed) = self.organizations.get(&id) else {
                continue;
            };
            let wanted = self.request.words.is_none()
                && self
                    .request
                    .body
                    .as_deref()
                    .is_none_or(|words| listed.name.to_lowercase().contains(words));
            if wanted && !listed.deleted && classify::is_marked_as_body(listed) {
                self.network(&id, None).await?;
            } else {
                self.report.skipped_organizations += 1;
                if self.request.dry_run {
                    self.progress.say(&format!(
                        "übergangen: {} ({id}): keine Sitzung in der Auswahl und nicht als Gremium gekennzeichnet",
                        listed.name
                    ));
                }
            }
        }
        Ok(())
    }

    fn meeting_done(&mut self, done: MeetingDone) -> Result<(), Failure> {
        match done.result {
            Ok(Taken {
                record: _,
                outcome,
                line,
                notice,
            }) => {
                if done.deleted {
                    self.report.deleted_meetings += 1;
                }
                // A deleted meeting that changes nothing is none of the source's any more.
                if !done.deleted || outcome == Outcome::Changed {
                    self.report.meetings.add(outcome);
                }
                if let Some(notice) = notice {
                    self.report.notice(self.progress, &done.id, &notice);
                }
                if outcome == Outcome::Recorded {
                    self.report.agenda_items += done.agenda_items;
                }
                self.say_trial(outcome, &line);
                Ok(())
            }
            Err(Stop::Refused(why)) => {
                self.report.refuse(self.progress, &done.id, &why);
                Ok(())
            }
            Err(Stop::Failed(failure)) => Err(failure),
        }
    }

    fn say_trial(&mut self, outcome: Outcome, line: &str) {
        if !self.request.dry_run {
            return;
        }
        if let Some(word) = outcome.word() {
            self.progress.say(&format!("{word}: {line}"));
        }
    }
}

/// A meeting's title without the remark in brackets that many end with: "Rat (öffentlich)".
fn without_remark(title: &str) -> &str {
    match title.rsplit_once(" (") {
        Some((name, remark)) if remark.ends_with(')') && !name.trim().is_empty() => name.trim(),
        Some(_) | None => title,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remark_in_brackets_is_no_part_of_a_name() {
        assert_eq!(without_remark("Rat (öffentlich/nicht öffentlich)"), "Rat");
        assert_eq!(without_remark("Rat"), "Rat");
        assert_eq!(without_remark("Bau (neu) Ausschuss"), "Bau (neu) Ausschuss");
        assert_eq!(without_remark(" (öffentlich)"), " (öffentlich)");
    }
}
