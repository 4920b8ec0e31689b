//! Finds an account by what somebody types: its sign-in name or its id.

use querschnitt_domain::account::{AccountKind, Origin};
use querschnitt_domain::{ActorId, CentreKey};
use querschnitt_projections::facts::AccountRow;
use uuid::Uuid;

use crate::exit::Failure;
use crate::installation::with_access;
use crate::office::Office;

/// An account of a person.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Found {
    pub(crate) account: ActorId,
    pub(crate) centre: CentreKey,
    /// Under which name it signs in here; none for one of a provider.
    pub(crate) login: Option<String>,
}

/// The account that is meant. Of several with the name (one whose making was given up is locked and has no secrets) the one
/// that is used.
pub(crate) async fn find(office: &Office, typed: &str) -> Result<Found, Failure> {
    let wanted = typed.trim().to_lowercase();
    let id = Uuid::try_parse(&wanted).ok().map(ActorId);
    let credentials = office.credentials().await?;
    let people = people(office).await?;
    let meant = people.into_iter().filter_map(|row| {
        let login = login(office, &row);
        let is_meant = match id {
            Some(id) => row.id == id,
            None => login
                .as_deref()
                .is_some_and(|login| login.to_lowercase() == wanted),
        };
        is_meant.then_some((row, login))
    });
    let used = meant.max_by_key(|(row, _)| {
        let has_secrets = credentials.get(row.id).is_some();
        (has_secrets, !row.locked, row.recorded)
    });
    let Some((row, login)) = used else {
        return Err(Failure::failed(format!(
            "Ein Konto „{}“ gibt es nicht; „querschnitt account list“ nennt alle.",
            typed.chars().take(80).collect::<String>().escape_debug()
        )));
    };
    Ok(Found {
        account: row.id,
        centre: row.centre,
        login: login.filter(|_| row.origin == Origin::Local),
    })
}

/// Whether anybody has an account.
pub(crate) async fn any(office: &Office) -> Result<bool, Failure> {
    Ok(!people(office).await?.is_empty())
}

/// The accounts of people, the oldest first.
pub(super) async fn people(office: &Office) -> Result<Vec<AccountRow>, Failure> {
    with_access(office, |access| {
        let rows = access.accounts().history().iter();
        let people = rows.filter(|row| row.kind == AccountKind::Person);
        // The newest row of each.
        let newest = people.filter_map(|row| access.account(row.id));
        let mut all: Vec<AccountRow> = newest.cloned().collect();
        all.dedup_by_key(|row| row.id);
        all.sort_by_key(|row| row.recorded);
        all.dedup_by_key(|row| row.id);
        all
    })
    .await
}

/// The sign-in name, which lies in the vault.
pub(super) fn login(office: &Office, row: &AccountRow) -> Option<String> {
    text(office, row.id, &row.login?)
}

/// The name of the person, which lies in the vault.
pub(super) fn name(office: &Office, row: &AccountRow) -> Option<String> {
    text(office, row.id, &row.name)
}

fn text(
    office: &Office,
    account: ActorId,
    sealed: &querschnitt_domain::Commitment,
) -> Option<String> {
    let vault = office.executor().vault();
    let text = vault.text(account.record(), sealed).ok()??;
    Some(text.as_str().to_owned())
}
