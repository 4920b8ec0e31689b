//! What a server says when it has started: where to go, and how to sign in.

use std::net::SocketAddr;
use std::sync::Arc;

use querschnitt_domain::Role;

use crate::account::{self, Add};
use crate::config::Settings;
use crate::exit::Failure;
use crate::office::Office;
use crate::serve::caught_up;
use crate::{demo, out};

/// The sign-in name of the first account of a sample.
const FIRST: &str = "leitung";

/// Where to go.
pub(crate) fn address(settings: &Settings, address: SocketAddr) {
    let scheme = settings.edge.tls().map_or("http", |_| "https");
    let url = format!("{scheme}://{address}");
    out::line(&format!("Querschnitt läuft: {url}/graphql"));
    if settings.development {
        out::line(&format!("Zum Ausprobieren im Browser: {url}/graphiql"));
    }
    out::line(&format!("Anmelden im Browser: {url}/anmelden"));
}

/// Says how to sign in, once it is known who has an account.
pub(crate) async fn invite(settings: Settings, office: Arc<Office>) {
    caught_up(office.run_projections().watch()).await;
    if let Err(failure) = sign_in(&settings, &office).await {
        tracing::error!(%failure, "the first account could not be made");
    }
}

/// How to sign in. A sample without an account gets one: the head of its centre.
async fn sign_in(settings: &Settings, office: &Office) -> Result<(), Failure> {
    let data = settings.data.display();
    if account::any(office).await? {
        out::line(&format!(
            "Neues erstes Kennwort: querschnitt account reset NAME --data {data}"
        ));
    } else if settings.sample {
        for line in first(office).await? {
            out::line(&line);
        }
    } else {
        out::line(&format!(
            "Noch hat niemand ein Konto. Das erste: querschnitt account add --login NAME --name \"Vorname Nachname\" --role KI_HEAD --centre {} --data {data}",
            demo::CENTRE
        ));
    }
    out::line(&format!(
        "Token für Programme, etwa curl: querschnitt token issue --role KI_OFFICER --centre {} --data {data}",
        demo::CENTRE
    ));
    Ok(())
}

/// The first account of a sample.
async fn first(office: &Office) -> Result<Vec<String>, Failure> {
    let Ok(centre) = demo::CENTRE.parse() else {
        return Ok(Vec::new());
    };
    let wanted = Add {
        login: FIRST.to_owned(),
        name: "Leitung (Beispiel)".to_owned(),
        role: Role::KiHead,
        centre,
        organisation: None,
        body: None,
    };
    let first = account::add(office, &wanted).await?;
    Ok(first.lines().into())
}
