//! What an office does with accounts, roles and deputies.

use async_graphql::{Context, Error, ID, InputObject, MaybeUndefined, Object};
use querschnitt_domain::account::{
    AppointDeputy, Authority, EndDeputy, GrantRole, LockAccount, LoginName, NewLogin, NoLoginName,
    RegisterAccount, RenameAccount, RevokeRole, Right, UnlockAccount,
};
use querschnitt_domain::may::{self, RecordClass};
use querschnitt_domain::{ActorId, Change, Rejection, RejectionCode, Text, check};
use uuid::Uuid;

use super::{ask_first, carry_out, carry_out_asked, refused_before};
use crate::command::Asked;
use crate::input;
use crate::objects::{Account, AccountKind, Role};
use crate::scalars::Date;
use crate::services::{coded, internal, services, viewer, wait_for};
use crate::sign_in_names::{Held, is_among, names_of_others};
use crate::token::global_id;
use crate::viewer::Viewer;

payload! {
    /// What a mutation of an account gives back.
    AccountPayload {
        /// The account as it stands now; null when there are errors.
        account: Account
    }
}

/// Registers an account. It can do nothing before it is given a role or a token.
#[derive(InputObject)]
struct RegisterAccountInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// Whose.
    kind: AccountKind,
    /// Name of the person or machine, at most 300 characters.
    name: String,
    /// Anmeldename: 3 to 64 of a to z, digits and . _ - @ +, of no other account of the installation.
    login: Option<String>,
}

/// Changes the name of an account. A field that is absent stays; a login that is null is cleared.
#[derive(InputObject)]
struct RenameAccountInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// Which account.
    id: ID,
    /// Name of the person or machine, at most 300 characters.
    name: Option<String>,
    /// Anmeldename: 3 to 64 of a to z, digits and . _ - @ +, of no other account of the installation. It counts from
    /// the next sign-in on; whoever has none can't sign in here with a password.
    login: MaybeUndefined<String>,
}

/// Locks an account.
#[derive(InputObject)]
struct LockAccountInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// Which account.
    id: ID,
    /// Begründung, at most 20000 characters.
    reason: String,
}

/// Unlocks an account.
#[derive(InputObject)]
struct UnlockAccountInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// Which account.
    id: ID,
    /// Begründung, at most 20000 characters.
    reason: String,
}

/// Gives a role.
#[derive(InputObject)]
struct GrantRoleInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// To which account.
    id: ID,
    /// The role.
    role: Role,
    /// The organisation it is held for: AUTHORITY_OFFICER and PARTNER_OFFICE only.
    organisation: Option<ID>,
    /// The body it is held in: STEERING_MEMBER only.
    body: Option<ID>,
    /// Gültig ab: the first day; today when absent, never a day before.
    valid_from: Option<Date>,
    /// The first day no more; when absent until it is taken away.
    valid_to: Option<Date>,
}

/// Takes a role away.
#[derive(InputObject)]
struct RevokeRoleInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// From which account.
    id: ID,
    /// Which grant.
    grant: ID,
    /// Begründung, at most 20000 characters.
    reason: Option<String>,
}

/// Appoints a deputy.
#[derive(InputObject)]
struct AppointDeputyInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The account that represents.
    id: ID,
    /// The account that is represented.
    represents: ID,
    /// In which of its grants.
    grant: ID,
    /// Gültig ab: the first day; today when absent, never a day before.
    valid_from: Option<Date>,
    /// The first day no more: while the role holds, and within a year.
    valid_to: Date,
}

/// Ends that an account represents another.
#[derive(InputObject)]
struct EndDeputyInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The account that represents.
    id: ID,
    /// Which deputy.
    deputy: ID,
}

/// The account an input names, as the id of its record.
pub(super) fn about(account: &Result<ActorId, Rejection>) -> Option<ID> {
    let account = account.as_ref().ok()?;
    Some(global_id(account.record()).into())
}

/// The role an input names, and what it is held for.
pub(super) fn right(
    role: Role,
    organisation: Option<&ID>,
    body: Option<&ID>,
) -> Result<Right, Rejection> {
    Ok(Right {
        role: role.into(),
        organisation: input::optional_id("organisation", organisation)?,
        body: input::optional_id("body", body)?,
    })
}

/// A sign-in name for an account, of whoever may give one. Nobody else takes it while what comes with it is held.
async fn new_login<'a>(
    context: &Context<'a>,
    asked: &Asked,
    name: &str,
    but: Option<ActorId>,
) -> Result<(Option<Held<'a>>, Result<NewLogin, Rejection>), Error> {
    // Names are those of the whole installation: who may not give one neither waits for others here nor makes them
    // wait.
    let viewer = viewer(context)?;
    if let Err(refused) = refused_before(asked).and_then(|()| writes_accounts(&viewer)) {
        return Ok((None, Err(refused)));
    }
    let name: LoginName = match name.parse() {
        Ok(name) => name,
        Err(error) => {
            let error: NoLoginName = error;
            let refused = Rejection::field(RejectionCode::Malformed, "login", format!("{error}."));
            return Ok((None, Err(refused)));
        }
    };
    let services = services(context)?;
    let held = services.names.hold().await;
    // What others recorded before must be seen here.
    wait_for(services, services.executor.log().head()).await?;
    let names = {
        let state = services.runner.read();
        names_of_others(state.facts().access(), but)
    };
    let taken = is_among(&names, services.executor.vault(), &name);
    let taken = taken.map_err(|error| internal(&error))?;
    Ok((Some(held), Ok(NewLogin { name, taken })))
}

/// The policy lets whoever runs the installation lock accounts; names are not technical.
fn writes_accounts(viewer: &Viewer) -> Result<(), Rejection> {
    let role = viewer.actor.role;
    match RecordClass::Account.writers().contains(&role) {
        true => Ok(()),
        false => Err(may::refusal(RecordClass::Account, role)),
    }
}

/// The name stands in the book and not yet where people sign in.
fn not_followed(cause: &str) -> Error {
    tracing::error!(%cause, "a sign-in name was changed and does not count yet");
    coded(
        "UNAVAILABLE",
        "Der Anmeldename ist geändert, gilt aber noch nicht. Bitte dieselbe Eingabe noch einmal absenden (mit gleicher „commandId“).",
    )
}

/// Mutations of accounts.
#[derive(Default)]
pub(crate) struct AccountMutations;

#[Object]
impl AccountMutations {
    /// Konto anlegen.
    async fn register_account(
        &self,
        context: &Context<'_>,
        input: RegisterAccountInput,
    ) -> Result<AccountPayload, Error> {
        let asked = ask_first::<AccountPayload>(context, None)?;
        let (_held, login) = match input.login.as_deref() {
            Some(name) => {
                let (held, login) = new_login(context, &asked, name, None).await?;
                (held, login.map(Some))
            }
            None => (None, Ok(None)),
        };
        let decision = || {
            Ok(RegisterAccount {
                authority: Authority::Office,
                account: None,
                kind: input.kind.into(),
                name: check::line("name", &input.name, Text::NAME)?,
                login: login?,
            })
        };
        carry_out_asked(context, input.command_id, None, asked, decision()).await
    }

    /// Konto umbenennen.
    async fn rename_account(
        &self,
        context: &Context<'_>,
        input: RenameAccountInput,
    ) -> Result<AccountPayload, Error> {
        let account = input::account("id", &input.id);
        let about = about(&account);
        let but = account.as_ref().ok().copied();
        let asked = ask_first::<AccountPayload>(context, about.as_ref())?;
        let (_held, login) = match &input.login {
            MaybeUndefined::Undefined => (None, Ok(Change::Keep)),
            MaybeUndefined::Null => (None, Ok(Change::Clear)),
            MaybeUndefined::Value(name) => {
                let (held, login) = new_login(context, &asked, name, but).await?;
                (held, login.map(Change::Set))
            }
        };
        let decision = || {
            Ok(RenameAccount {
                authority: Authority::Office,
                account: account?,
                name: input::line("name", input.name.as_ref(), Text::NAME)?,
                login: login?,
            })
        };
        let (about, decision) = (about.as_ref(), decision());
        let done: AccountPayload =
            carry_out_asked(context, input.command_id, about, asked, decision).await?;
        if let Some(account) = but
            && !input.login.is_undefined()
            && done.errors.is_empty()
        {
            let followed = services(context)?.names.follow(account).await;
            followed.map_err(|error| not_followed(&error))?;
        }
        Ok(done)
    }

    /// Konto sperren: it can do nothing from the next request on.
    async fn lock_account(
        &self,
        context: &Context<'_>,
        input: LockAccountInput,
    ) -> Result<AccountPayload, Error> {
        let account = input::account("id", &input.id);
        let about = about(&account);
        let decision = || {
            Ok(LockAccount {
                authority: Authority::Office,
                account: account?,
                reason: check::text("reason", &input.reason, Text::NOTE)?,
            })
        };
        carry_out(context, input.command_id, about.as_ref(), decision()).await
    }

    /// Konto entsperren.
    async fn unlock_account(
        &self,
        context: &Context<'_>,
        input: UnlockAccountInput,
    ) -> Result<AccountPayload, Error> {
        let account = input::account("id", &input.id);
        let about = about(&account);
        let decision = || {
            Ok(UnlockAccount {
                authority: Authority::Office,
                account: account?,
                reason: check::text("reason", &input.reason, Text::NOTE)?,
            })
        };
        carry_out(context, input.command_id, about.as_ref(), decision()).await
    }

    /// Rolle vergeben in the viewer's centre.
    async fn grant_role(
        &self,
        context: &Context<'_>,
        input: GrantRoleInput,
    ) -> Result<AccountPayload, Error> {
        let account = input::account("id", &input.id);
        let about = about(&account);
        let decision = || {
            Ok(GrantRole {
                authority: Authority::Office,
                account: account?,
                right: right(input.role, input.organisation.as_ref(), input.body.as_ref())?,
                valid_from: input.valid_from.map(|day| day.0),
                valid_to: input.valid_to.map(|day| day.0),
            })
        };
        carry_out(context, input.command_id, about.as_ref(), decision()).await
    }

    /// Rolle entziehen: from the next request on, also to whoever represents it.
    async fn revoke_role(
        &self,
        context: &Context<'_>,
        input: RevokeRoleInput,
    ) -> Result<AccountPayload, Error> {
        let account = input::account("id", &input.id);
        let about = about(&account);
        let decision = || {
            Ok(RevokeRole {
                authority: Authority::Office,
                account: account?,
                grant: input::part("grant", &input.grant)?,
                reason: input::text("reason", input.reason.as_ref())?,
            })
        };
        carry_out(context, input.command_id, about.as_ref(), decision()).await
    }

    /// Vertretung bestellen: the account acts in a role of another for a time.
    async fn appoint_deputy(
        &self,
        context: &Context<'_>,
        input: AppointDeputyInput,
    ) -> Result<AccountPayload, Error> {
        let account = input::account("id", &input.id);
        let about = about(&account);
        let decision = || {
            Ok(AppointDeputy {
                authority: Authority::Office,
                account: account?,
                represents: input::account("represents", &input.represents)?,
                grant: input::part("grant", &input.grant)?,
                valid_from: input.valid_from.map(|day| day.0),
                valid_to: input.valid_to.0,
            })
        };
        carry_out(context, input.command_id, about.as_ref(), decision()).await
    }

    /// Vertretung beenden.
    async fn end_deputy(
        &self,
        context: &Context<'_>,
        input: EndDeputyInput,
    ) -> Result<AccountPayload, Error> {
        let account = input::account("id", &input.id);
        let about = about(&account);
        let decision = || {
            Ok(EndDeputy {
                authority: Authority::Office,
                account: account?,
                deputy: input::part("deputy", &input.deputy)?,
            })
        };
        carry_out(context, input.command_id, about.as_ref(), decision()).await
    }
}
