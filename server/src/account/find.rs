//! Finds an account by what somebody types: its sign-in name or its id.

use querschnitt_domain::account::{AccountKind, LoginName, Origin};
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

/// The account that is meant: exactly one.
pub(crate) async fn find(office: &Office, typed: &str) -> Result<Found, Failure> {
    let wanted = LoginName::plain(typed);
    let shown = typed.chars().take(80).collect::<String>();
    let shown = shown.escape_debug();
    let id = Uuid::try_parse(&wanted).ok().map(ActorId);
    let mut meant = Vec::new();
    for row in people(office).await? {
        let login = login(office, &row);
        let is_meant = match id {
            Some(id) => row.id == id,
            None => login
                .as_deref()
                .is_some_and(|login| LoginName::plain(login) == wanted),
        };
        if is_meant {
            meant.push(Found {
                account: row.id,
                centre: row.centre,
                login: login.filter(|_| row.origin == Origin::Local),
            });
        }
    }
    match <[Found; 1]>::try_from(meant) {
        Ok([found]) => Ok(found),
        Err(none) if none.is_empty() => Err(Failure::failed(format!(
            "Ein Konto „{shown}“ gibt es nicht; „querschnitt account list“ nennt alle."
        ))),
        // In books from before names were of one account each.
        Err(several) => {
            let ids: Vec<String> = several.iter().map(|one| one.account.to_string()).collect();
            Err(Failure::failed(format!(
                "Den Anmeldenamen „{shown}“ haben mehrere Konten; nennen Sie die Kennung: {}.",
                ids.join(", ")
            )))
        }
    }
}

/// Whether anybody has an account.
pub(crate) async fn any(office: &Office) -> Result<bool, Failure> {
    Ok(!people(office).await?.is_empty())
}

/// The accounts of people, the oldest first.
pub(super) async fn people(office: &Office) -> Result<Vec<AccountRow>, Failure> {
    with_access(office, |access| {
        let rows = access.accounts().all();
        let people = rows.filter(|row| row.kind == AccountKind::Person);
        let mut all: Vec<AccountRow> = people.cloned().collect();
        all.sort_by_key(|row| row.recorded);
        all
    })
    .await
}

/// The sign-in name, which lies in the vault.
pub(super) fn login(office: &Office, row: &AccountRow) -> Option<String> {
    let vault = office.executor().vault();
    let text = vault.text(row.id.record(), &row.login?).ok()??;
    Some(text.as_str().to_owned())
}
