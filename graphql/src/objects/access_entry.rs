//! An entry of the access log as the data-protection officer sees it.

use async_graphql::{Context, Error, ID, Object, SimpleObject};
use querschnitt_domain::Recorded;
use querschnitt_domain::access::{AccessEvent, Read};
use querschnitt_store::AccessGap;

use super::{Account, account};
use crate::scalars::{AccessCell, AccessPurpose, DateTime};

/// Zugriff: somebody was shown a record.
pub(crate) struct AccessEntry {
    recorded: Recorded,
    read: Read,
}

impl AccessEntry {
    /// Of an entry that says that something was read; others concern no record.
    pub(crate) fn of(recorded: Recorded) -> Option<Self> {
        let querschnitt_domain::EventData::Access(AccessEvent::Read(read)) = &recorded.event.data
        else {
            return None;
        };
        let read = read.clone();
        Some(Self { recorded, read })
    }
}

/// Zugriff: somebody was shown a record.
#[Object]
impl AccessEntry {
    /// When.
    async fn recorded_at(&self) -> DateTime {
        DateTime(self.recorded.recorded_at)
    }

    /// The account that was shown it.
    async fn account(&self) -> ID {
        account(self.recorded.actor)
    }

    /// The name of that account; null when it was erased, or when the account is none of this centre's.
    async fn account_name(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        match Account::find(context, self.recorded.actor)? {
            Some(account) => account.name_of(context),
            None => Ok(None),
        }
    }

    /// Whom the account represented, if it acted as a deputy.
    async fn deputy_for(&self) -> Option<ID> {
        self.read.deputy_for.map(account)
    }

    /// By which token, if a machine was shown it; null for people, and in entries from before it was noted.
    async fn token(&self) -> Option<ID> {
        self.read.token.map(|token| token.to_string().into())
    }

    /// In which role.
    async fn role(&self) -> &'static str {
        self.recorded.role.as_str()
    }

    /// Zweck: for which purpose, as the request named it.
    async fn purpose(&self) -> AccessPurpose {
        self.read.purpose.into()
    }

    /// Through what kind of request: QUERY, MUTATION, SUBSCRIPTION, ATTACHMENT, LETTER, PAGE or COMMAND_LINE.
    async fn operation(&self) -> &'static str {
        self.read.operation.kind.as_str()
    }

    /// The fields of the schema the request asked for at its root, the path of the page, or the command.
    async fn operation_fields(&self) -> Vec<&str> {
        let fields = self.read.operation.fields.iter();
        fields.map(AsRef::as_ref).collect()
    }

    /// Which classes of the record were shown.
    async fn cells(&self) -> Vec<AccessCell> {
        self.read.cells.iter().map(|cell| (*cell).into()).collect()
    }
}

/// From when on entries may be missing, because the machine lost its power or a file was damaged.
#[derive(SimpleObject)]
pub(crate) struct AccessLogGap {
    /// The month it is about, as `2026-11`.
    month: String,
    /// The last entry before the gap; null when nothing of the month can be read.
    after: Option<DateTime>,
}

impl From<AccessGap> for AccessLogGap {
    fn from(gap: AccessGap) -> Self {
        Self {
            month: gap.folder.month.to_string(),
            after: gap.after.map(DateTime),
        }
    }
}
