//! Removes months whose time is over, and records that.

use std::collections::BTreeMap;
use std::sync::Arc;

use querschnitt_domain::access::{AccessEvent, MonthRemoved};
use querschnitt_domain::{ActorId, CentreKey, CommandId, Event, EventData, Query, Role, berlin};
use uuid::Uuid;

use super::AccessLog;
use super::month::{AccessFolder, AccessMonth, folders};
use crate::embedded::files::storage;
use crate::log::{AppendError, CommandKey, Fingerprint, Log as _, LogError};

/// How many entries are read at once.
const PAGE: usize = 1_000;

/// Why a month was not removed.
#[derive(Debug, thiserror::Error)]
pub enum AccessRemovalError {
    /// The folder could not be read or removed.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The removal could not be recorded, so nothing was removed.
    #[error(transparent)]
    Append(#[from] AppendError),
}

impl AccessLog {
    /// Removes the months that are more than `months` before this one, the oldest first. Each removal is
    /// recorded in this month, for every centre that had entries there, before the folder goes.
    ///
    /// # Errors
    /// See [`AccessRemovalError`]; what was removed until then is.
    pub async fn remove_older_than(
        self: &Arc<Self>,
        months: u32,
    ) -> Result<Vec<AccessFolder>, AccessRemovalError> {
        // Only a believed clock removes anything.
        self.current().await?;
        let oldest = AccessMonth::of(self.options.clock.now()).earlier(months);
        let all = folders(&*self.disk, &self.root)?;
        let mut removed = Vec::new();
        for folder in all.into_iter().filter(|folder| folder.month < oldest) {
            self.record_removal(folder).await?;
            self.forget(folder);
            let path = self.root.join(folder.to_string());
            let failed = storage("cannot remove", &path);
            self.disk.remove_dir(&path).map_err(failed)?;
            let failed = storage("cannot sync", &self.root);
            self.disk.sync_dir(&self.root).map_err(failed)?;
            tracing::info!(%folder, "a month of the access log was removed: its time is over");
            removed.push(folder);
        }
        Ok(removed)
    }

    async fn record_removal(
        self: &Arc<Self>,
        folder: AccessFolder,
    ) -> Result<(), AccessRemovalError> {
        let counted = match self.count(folder).await {
            Ok(counted) => counted,
            // Its time is over all the same.
            Err(error @ LogError::Storage { .. }) => return Err(error.into()),
            Err(error) => {
                tracing::error!(%folder, %error, "a month is removed whose entries can't be counted");
                BTreeMap::new()
            }
        };
        if counted.is_empty() {
            return Ok(());
        }
        let today = berlin::day(self.options.clock.now());
        let event = |(centre, entries): (&CentreKey, &u64)| Event {
            centre: *centre,
            occurred_on: today,
            occurred_at: None,
            data: EventData::Access(AccessEvent::MonthRemoved(MonthRemoved {
                month: folder.to_string().into(),
                entries: *entries,
            })),
        };
        let entries = counted.iter().map(event).collect();
        // The same id again after a crash, so that a removal is recorded once.
        let name = format!("querschnitt:access-log-removed:{folder}");
        let key = CommandKey {
            id: CommandId(Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes())),
            fingerprint: Fingerprint([0; 16]),
            actor: ActorId(Uuid::nil()),
            on_behalf_of: None,
            role: Role::Operator,
        };
        Ok(self.append_once(key, entries).await?)
    }

    /// How many entries each centre has in a folder.
    async fn count(
        self: &Arc<Self>,
        folder: AccessFolder,
    ) -> Result<BTreeMap<CentreKey, u64>, LogError> {
        let log = self.off_thread(move |log| log.look_at(folder)).await?;
        let mut counted = BTreeMap::new();
        let mut after = 0;
        loop {
            let page = log.read(&Query::all(), after, PAGE).await?;
            for entry in &page.events {
                *counted.entry(entry.event.centre).or_default() += 1;
            }
            if page.events.len() < PAGE {
                return Ok(counted);
            }
            after = page.complete_to.position();
        }
    }
}
