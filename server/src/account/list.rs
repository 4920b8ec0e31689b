//! `querschnitt account list`: every account of a person with its roles. Under which name somebody signs in is
//! needed to lock or reset an account; what people are called is not for whoever runs the installation.

use querschnitt_store::{Clock as _, SystemClock, berlin_date};

use super::find;
use crate::exit::Failure;
use crate::installation::{self, with_access};
use crate::office::Office;

/// One line an account, the oldest first. That they are shown is noted before.
pub(super) async fn lines(office: &Office) -> Result<Vec<String>, Failure> {
    let today = berlin_date(SystemClock.now());
    let credentials = office.credentials().await?;
    let people = find::people(office).await?;
    let shown = people.iter().map(|row| (row.centre, row.id));
    installation::note_shown(office, "account list", shown).await?;
    let mut lines = Vec::new();
    for row in people {
        let account = row.id;
        let roles = with_access(office, move |access| {
            let held = access
                .grants_ever(account)
                .filter(|grant| grant.holds_on(today));
            let roles: Vec<String> = held
                .map(|grant| format!("{} {}", grant.right.role, grant.centre))
                .collect();
            roles
        })
        .await?;
        let kept = credentials.get(account);
        let state = match (row.locked, &kept) {
            (true, _) => "gesperrt",
            (false, None) => "ohne Kennwort hier",
            (false, Some(kept)) if kept.must_change() => "erstes Kennwort",
            (false, Some(kept)) if kept.has_second_factor() => "offen, zweiter Faktor",
            (false, Some(_)) => "offen",
        };
        let roles = match roles.as_slice() {
            [] => "ohne Rolle".to_owned(),
            roles => roles.join(", "),
        };
        lines.push(format!(
            "{account}  {}  {state}  {roles}",
            find::login(office, &row).unwrap_or_else(|| "-".to_owned()),
        ));
    }
    Ok(lines)
}
