//! `querschnitt token list`: every token with what it is good for. None of them shows itself.

use querschnitt_domain::account::Scope;
use querschnitt_domain::berlin;
use querschnitt_projections::State;
use querschnitt_projections::facts::{AccessFacts, Row as _, TokenRow};
use querschnitt_store::{Clock as _, Log as _, SystemClock};

use crate::exit::Failure;
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

/// Looks into what is known of accounts: in the views of a running server, otherwise in the log.
pub(super) async fn with_access<T: Send + 'static>(
    office: &Office,
    look: impl FnOnce(&AccessFacts) -> T,
) -> Result<T, Failure> {
    let head = office.log().head();
    if let Some(runner) = office.runner() {
        let caught_up = runner.wait_for(head, std::time::Duration::from_secs(30));
        if caught_up.await.is_ok() {
            return Ok(look(runner.read().facts().access()));
        }
    }
    let state = State::rebuild(office.log().as_ref(), head)
        .await
        .map_err(|error| Failure::failed(crate::exit::with_causes(&error)))?;
    Ok(look(state.facts().access()))
}
