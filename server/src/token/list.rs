//! `querschnitt token list`: every token with what it is good for. None of them shows itself.

use querschnitt_domain::account::Scope;
use querschnitt_domain::berlin;
use querschnitt_projections::facts::{Row as _, TokenRow};
use querschnitt_store::{Clock as _, SystemClock};

use crate::exit::Failure;
use crate::installation::with_access;
use crate::office::Office;

/// One line a token, the oldest first.
pub(super) async fn lines(office: &Office) -> Result<Vec<String>, Failure> {
    let now = SystemClock.now();
    let rows: Vec<(TokenRow, &str)> = with_access(office, |access| {
        let rows = access.tokens().history().iter();
        rows.map(|row| {
            let locked = access.account(row.account).is_none_or(|row| row.locked);
            let state = match () {
                () if !row.known().is_current() => "entzogen",
                () if row.expires_at <= now => "abgelaufen",
                () if locked => "Konto gesperrt",
                () => "gilt",
            };
            (row.clone(), state)
        })
        .collect()
    })
    .await?;
    let vault = office.executor().vault();
    let line = |(row, state): (TokenRow, &str)| {
        let name = vault
            .text(row.account.record(), &row.name)
            .ok()
            .flatten()
            .map_or_else(|| "(gelöscht)".to_owned(), |name| name.as_str().to_owned());
        let scopes: Vec<&str> = row.scopes.iter().map(Scope::as_str).collect();
        format!(
            "{}  {}  {}  {}  bis {}  {state}  Konto {}  {name}",
            row.id,
            row.right.role,
            row.centre,
            scopes.join(","),
            berlin::day(row.expires_at),
            row.account,
        )
    };
    Ok(rows.into_iter().map(line).collect())
}
