//! Issues a token on the word of the command line.

use querschnitt_domain::account::{Authority, Bearer, IssueToken, Right, Scopes, TokenHash};
use querschnitt_domain::{ActorId, NetworkId, OrganisationId, Text, check};
use querschnitt_graphql::machine_token;
use querschnitt_store::SecretKey;

use super::command::Issue;
use crate::exit::Failure;
use crate::installation;
use crate::office::Office;

/// Issues it and gives the token, which nobody can show again.
pub(crate) async fn issue(office: &Office, wanted: &Issue) -> Result<String, Failure> {
    let secret = SecretKey::random().map_err(|error| {
        Failure::failed(format!("Das System gibt keine Zufallszahlen her: {error}"))
    })?;
    let name = check::line("name", &wanted.name, Text::NAME)
        .map_err(|rejection| Failure::usage(format!("--name: {}", rejection.message)))?;
    let decision = IssueToken {
        authority: Authority::CommandLine,
        issuer: None,
        bearer: match wanted.actor {
            Some(account) => Bearer::Account(ActorId(account)),
            None => Bearer::New,
        },
        name,
        right: Right {
            role: wanted.role,
            organisation: wanted.organisation.map(OrganisationId),
            body: wanted.body.map(NetworkId),
        },
        scopes: match wanted.scope.as_slice() {
            [] => Scopes::of_role(wanted.role),
            scopes => scopes.iter().copied().collect(),
        },
        days: wanted.days,
        hash: TokenHash::of(secret.bytes()),
    };
    installation::execute(office, wanted.centre, &decision).await?;
    Ok(machine_token::write(&secret))
}
