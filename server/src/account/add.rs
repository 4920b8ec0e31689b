//! A new account: first its secrets, then the events that say that there is one. A crash in between leaves secrets of
//! nobody, which open nothing and are replaced when the command is given again.

use querschnitt_domain::account::{AddAccount, Authority, LoginName, NewLogin, Right};
use querschnitt_domain::{ActorId, NetworkId, OrganisationId, Text, check};
use querschnitt_graphql::sign_in_names::{is_among, names_of_others};
use querschnitt_identity::admin::login_digest;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{Add, first_password};
use crate::exit::{Failure, with_causes};
use crate::installation::{self, with_access};
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
    // Until the account is recorded nobody else takes the name.
    let _held = office.names().hold().await;
    refuse_taken(office, &login).await?;

    let account = ActorId(Uuid::now_v7());
    let password = first_password(office, account, &login).await?;
    let add = AddAccount {
        authority: Authority::CommandLine,
        account,
        name,
        login: Some(NewLogin {
            name: login.clone(),
            taken: false,
        }),
        right: Right {
            role: wanted.role,
            organisation: wanted.organisation.map(OrganisationId),
            body: wanted.body.map(NetworkId),
        },
    };
    if let Err(failure) = installation::execute(office, wanted.centre, &add).await {
        // Nobody has seen the password.
        forget(office, account).await;
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
    let (names, of_nobody) = with_access(office, |access| {
        let of_nobody = kept.filter(|account| access.account(*account).is_none());
        (names_of_others(access, None), of_nobody)
    })
    .await?;
    if is_among(&names, office.executor().vault(), login)? {
        return Err(Failure::failed(format!(
            "Den Anmeldenamen {login} hat schon ein anderes Konto. Ein neues erstes Kennwort gibt „querschnitt account reset {login}“."
        )));
    }
    if let Some(of_nobody) = of_nobody {
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
