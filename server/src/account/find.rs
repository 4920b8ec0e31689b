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

#[cfg(test)]
mod tests {
    use querschnitt_domain::Text;
    use querschnitt_domain::account::{Authority, NewLogin, RegisterAccount};

    use super::*;
    use crate::config::Settings;
    use crate::installation;

    /// Books from before names were of one account each may have two with the same.
    #[tokio::test]
    async fn of_two_with_one_name_none_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings {
            data: folder.path().join("data"),
            ..Settings::default()
        };
        let office = Office::open(&settings).await.unwrap();
        let centre: CentreKey = "05711".parse().unwrap();
        let ids = [1, 2].map(|number| ActorId(Uuid::from_u128(number)));
        for account in ids {
            let register = RegisterAccount {
                authority: Authority::CommandLine,
                account: Some(account),
                kind: AccountKind::Person,
                name: Text::line("Kim Muster", Text::NAME).unwrap(),
                login: Some(NewLogin {
                    name: "kim.muster".parse().unwrap(),
                    taken: false,
                }),
            };
            installation::execute(&office, centre, &register)
                .await
                .unwrap();
        }
        let failure = find(&office, "Kim.Muster ").await.unwrap_err();
        for account in ids {
            assert!(failure.message.contains(&account.to_string()), "{failure}");
            let found = find(&office, &account.to_string()).await.unwrap();
            assert_eq!((found.account, found.centre), (account, centre));
        }
        assert!(find(&office, "niemand").await.is_err());
        office.close().await;
    }
}
