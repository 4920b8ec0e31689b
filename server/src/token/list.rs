//! `querschnitt token list`: every token with what it is good for. None of them shows itself.

use querschnitt_domain::account::Scope;
use querschnitt_domain::berlin;
use querschnitt_projections::facts::{TokenRow, TokenState};
use querschnitt_store::{Clock as _, SystemClock};

use crate::exit::Failure;
use crate::installation::{self, with_access};
use crate::office::Office;

/// One line a token, the oldest first.
pub(super) async fn lines(office: &Office) -> Result<Vec<String>, Failure> {
    let now = SystemClock.now();
    let rows: Vec<(TokenRow, &str)> = with_access(office, |access| {
        let rows = access.tokens().history().iter();
        rows.map(|row| (row.clone(), german(access.token_state(row, now))))
            .collect()
    })
    .await?;
    let shown = rows.iter().map(|(row, _)| (row.centre, row.account));
    installation::note_shown(office, "token list", shown).await?;
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

const fn german(state: TokenState) -> &'static str {
    match state {
        TokenState::Counts => "gilt",
        TokenState::Revoked => "entzogen",
        TokenState::Expired => "abgelaufen",
        TokenState::AccountLocked => "Konto gesperrt",
        TokenState::IssuerLocked => "gilt nicht: Konto gesperrt, das es ausgestellt hat",
        TokenState::IssuerWithoutRight => {
            "gilt nicht: die Rolle, in der es ausgestellt wurde, gilt nicht mehr"
        }
    }
}
