//! What an office does with tokens of machines.

use async_graphql::{Context, Error, ID, InputObject, Object, SimpleObject};
use querschnitt_domain::account::{
    Authority, Bearer, IssueToken, RevokeToken, Scope, Scopes, TokenHash,
};
use querschnitt_domain::{ActorId, RecordKind, Rejection, RejectionCode, Text, check};
use querschnitt_store::SecretKey;
use uuid::Uuid;

use super::account::{AccountPayload, about, right};
use super::carry_out;
use crate::command::{Load, UserError, execute, permitted};
use crate::input;
use crate::machine_token;
use crate::objects::{Account, MachineToken, NOW, Role, TokenScope};
use crate::scalars::Position;
use crate::services::{internal, services, viewer};
use crate::viewer::Viewer;

/// Issues a token.
#[derive(InputObject)]
struct IssueMachineTokenInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The account of the machine; when absent a new one is registered under the name of the token.
    id: Option<ID>,
    /// What it is for, at most 300 characters.
    name: String,
    /// In which role its bearer acts.
    role: Role,
    /// The organisation the role is held for: AUTHORITY_OFFICER and PARTNER_OFFICE only.
    organisation: Option<ID>,
    /// The body the role is held in: STEERING_MEMBER only.
    body: Option<ID>,
    /// Umfang: what its bearer may do, no more than the role and the own token; READ always.
    scopes: Vec<TokenScope>,
    /// Gültigkeit in days, 1 to 366; the token ends before, when the role it is issued in does.
    days: i32,
}

/// Revokes a token.
#[derive(InputObject)]
struct RevokeMachineTokenInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The account of the machine.
    id: ID,
    /// Which token, by its id.
    token: ID,
}

/// What issuing a token gives back.
#[derive(SimpleObject)]
struct IssueMachineTokenPayload {
    /// The account of the machine; null when there are errors.
    account: Option<Account>,
    /// The token's entry; null when there are errors.
    token: Option<MachineToken>,
    /// The token itself, for the header „Authorization: Bearer …“. It is shown this once: null when the
    /// same command had been carried out before.
    secret: Option<String>,
    /// From this point on reads show what the mutation did; null when there are errors.
    position: Option<Position>,
    /// Why nothing was recorded; empty when all went well.
    errors: Vec<UserError>,
}

impl IssueMachineTokenPayload {
    fn refused(rejection: Rejection) -> Self {
        Self {
            account: None,
            token: None,
            secret: None,
            position: None,
            errors: vec![rejection.into()],
        }
    }
}

impl IssueMachineTokenInput {
    fn scopes(&self) -> Result<Scopes, Rejection> {
        check::at_most("scopes", &self.scopes, Scope::ALL.len())?;
        let scopes: Vec<Scope> = self.scopes.iter().map(|scope| (*scope).into()).collect();
        check::sorted_once("scopes", &scopes).map(|scopes| scopes.into_iter().collect())
    }

    fn decision(&self, viewer: &Viewer, secret: &SecretKey) -> Result<IssueToken, Rejection> {
        Ok(IssueToken {
            authority: Authority::Office,
            issuer: viewer.issuer(),
            bearer: match &self.id {
                Some(id) => Bearer::Account(input::account("id", id)?),
                None => Bearer::New,
            },
            name: check::line("name", &self.name, Text::NAME)?,
            right: right(self.role, self.organisation.as_ref(), self.body.as_ref())?,
            scopes: self.scopes()?,
            days: self.days.into(),
            hash: TokenHash::of(secret.bytes()),
        })
    }
}

/// Nobody hands on more than the own token is good for.
fn no_more_than_own(wanted: Scopes, own: Scopes) -> Result<(), Rejection> {
    if own.has_all(wanted) {
        return Ok(());
    }
    let own: Vec<&str> = own.iter().map(Scope::as_str).collect();
    Err(Rejection::field(
        RejectionCode::NotAllowed,
        "scopes",
        format!(
            "Ihr eigenes Token ist nur gut für {}; mehr können Sie nicht weitergeben.",
            own.join(", ")
        ),
    ))
}

/// Mutations of tokens.
#[derive(Default)]
pub(crate) struct MachineTokenMutations;

#[Object]
impl MachineTokenMutations {
    /// Token ausstellen for a machine, in the viewer's centre. It counts while the viewer has the role it is
    /// issued in; of a deputy no longer than the deputyship.
    async fn issue_machine_token(
        &self,
        context: &Context<'_>,
        input: IssueMachineTokenInput,
    ) -> Result<IssueMachineTokenPayload, Error> {
        let (services, viewer) = (services(context)?, viewer(context)?);
        let secret = SecretKey::random().map_err(|error| internal(&error))?;
        let decision = input.decision(&viewer, &secret).and_then(|decision| {
            no_more_than_own(decision.scopes, viewer.scopes)?;
            Ok(decision)
        });
        let permitted = permitted(context, RecordKind::Account, None)?;
        let (asked, decision) = match (permitted, decision) {
            (Ok(asked), Ok(decision)) => (asked, decision),
            (Err(rejection), _) | (_, Err(rejection)) => {
                return Ok(IssueMachineTokenPayload::refused(rejection));
            }
        };
        let command = input.command_id;
        let executed = execute(services, &viewer.actor, command, &asked, &decision).await?;
        let executed = match executed {
            Ok(executed) => executed,
            Err(mut rejection) => {
                if rejection.field.as_deref() == Some("account") {
                    rejection.field = Some("id".to_owned());
                }
                return Ok(IssueMachineTokenPayload::refused(rejection));
            }
        };
        let record = executed.record;
        let account = record.map_or(Ok(None), |record| Account::load(context, record, NOW))?;
        let token = record
            .and_then(|record| ActorId::try_from(record).ok())
            .and_then(|account| {
                let state = services.runner.read();
                let mut rows = state.facts().access().tokens_ever(account);
                rows.find(|row| {
                    executed
                        .range
                        .is_some_and(|(_, last)| row.known.from() == last)
                })
                .cloned()
            });
        Ok(IssueMachineTokenPayload {
            account,
            token: token.map(MachineToken::new),
            // What was issued the first time is known to nobody any more.
            secret: (!executed.repeated).then(|| machine_token::write(&secret)),
            position: Some(Position(services.tokens.position(executed.position))),
            errors: Vec::new(),
        })
    }

    /// Token entziehen: it counts no more from the next request on.
    async fn revoke_machine_token(
        &self,
        context: &Context<'_>,
        input: RevokeMachineTokenInput,
    ) -> Result<AccountPayload, Error> {
        let account = input::account("id", &input.id);
        let about = about(&account);
        let decision = || {
            Ok(RevokeToken {
                authority: Authority::Office,
                account: account?,
                token: input::part("token", &input.token)?,
            })
        };
        carry_out(context, input.command_id, about.as_ref(), decision()).await
    }
}
