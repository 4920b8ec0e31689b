//! A new account: first its secrets, then the events that say that there is one. A crash in between leaves secrets of
//! nobody, which open nothing and are replaced when the command is given again.

use querschnitt_domain::account::{
    AccountKind, Authority, GrantRole, LockAccount, RegisterAccount, Right,
};
use querschnitt_domain::{ActorId, NetworkId, OrganisationId, Text, check};
use querschnitt_identity::admin::login_digest;
use querschnitt_identity::login::LoginName;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{Add, find, first_password};
use crate::exit::{Failure, with_causes};
use crate::installation;
use crate::office::Office;

/// An account whose first password was made; it is shown once.
pub(crate) struct First {
    pub(crate) account: ActorId,
    pub(crate) login: LoginName,
    pub(crate) password: Zeroizing<String>,
}

impl First {
    /// What whoever asked for it gets to see.
    pub(crate) fn lines(&self) -> [String; 3] {
        [
            format!("Konto:            {}", self.account),
            format!("Anmeldename:      {}", self.login),
            format!(
                "Erstes Kennwort:  {} (wird nur jetzt gezeigt; zwei Wochen gültig)",
                &*self.password
            ),
        ]
    }
}

/// Makes it, with its first role and a first password.
pub(crate) async fn add(office: &Office, wanted: &Add) -> Result<First, Failure> {
    let login: LoginName = wanted
        .login
        .parse()
        .map_err(|error| Failure::usage(format!("--login: {error}.")))?;
    let name = check::line("name", &wanted.name, Text::NAME)
        .map_err(|rejection| Failure::usage(format!("--name: {}", rejection.message)))?;
    let sealed_login = check::line("login", login.as_str(), 64)
        .map_err(|rejection| Failure::usage(format!("--login: {}", rejection.message)))?;
    refuse_taken(office, &login).await?;

    let account = ActorId(Uuid::now_v7());
    let password = first_password(office, account, &login).await?;
    let register = RegisterAccount {
        authority: Authority::CommandLine,
        account: Some(account),
        kind: AccountKind::Person,
        name,
        login: Some(sealed_login),
    };
    if let Err(failure) = installation::execute(office, wanted.centre, &register).await {
        forget(office, account).await;
        return Err(failure);
    }
    let grant = GrantRole {
        authority: Authority::CommandLine,
        account,
        right: Right {
            role: wanted.role,
            organisation: wanted.organisation.map(OrganisationId),
            body: wanted.body.map(NetworkId),
        },
        valid_from: None,
        valid_to: None,
    };
    if let Err(failure) = installation::execute(office, wanted.centre, &grant).await {
        // Nobody has seen the password; without a role the account is of no use.
        forget(office, account).await;
        lock(office, wanted, account).await;
        return Err(failure);
    }
    Ok(First {
        account,
        login,
        password,
    })
}

/// Refuses the name of another account, and forgets secrets that belong to no account.
async fn refuse_taken(office: &Office, login: &LoginName) -> Result<(), Failure> {
    let credentials = office.credentials().await?;
    let kept = credentials.find(&login_digest(credentials.keys(), login));
    let kept = kept.map(|(account, _)| account);
    for row in find::people(office).await? {
        let has_name = find::login(office, &row).as_deref() == Some(login.as_str());
        let has_secrets = Some(row.id) == kept;
        // One that was never finished, see above, is locked and has no secrets.
        if has_secrets || (has_name && !row.locked) {
            return Err(Failure::failed(format!(
                "Den Anmeldenamen {login} hat schon ein anderes Konto. Ein neues erstes Kennwort gibt „querschnitt account reset {login}“."
            )));
        }
    }
    if let Some(of_nobody) = kept {
        forget(office, of_nobody).await;
    }
    Ok(())
}

async fn forget(office: &Office, account: ActorId) {
    let Ok(credentials) = office.credentials().await else {
        return;
    };
    let removed = tokio::task::spawn_blocking(move || credentials.remove(account)).await;
    if let Ok(Err(error)) = removed {
        tracing::warn!(error = with_causes(&error), %account, "secrets of nobody stay behind");
    }
}

async fn lock(office: &Office, wanted: &Add, account: ActorId) {
    let Ok(reason) = Text::new("Anlegen abgebrochen", Text::NAME) else {
        return;
    };
    let lock = LockAccount {
        authority: Authority::CommandLine,
        account,
        reason,
    };
    if let Err(failure) = installation::execute(office, wanted.centre, &lock).await {
        tracing::warn!(%failure, %account, "an account without a role stays behind");
    }
}
