//! What one reads when a sign-in at a provider did not work, and after signing out.

use super::{Page, escape};
use crate::oidc;

/// A sign-in at the provider did not work.
pub(crate) fn stopped(text: &str) -> Page {
    Page {
        title: "Anmelden",
        error: Some(text.to_owned()),
        content: format!(
            "<p><a href=\"{}\">Noch einmal versuchen</a></p>\n<p><a href=\"/anmelden\">Mit einem Kennwort anmelden</a></p>",
            oidc::BEGIN
        ),
    }
}

/// Signed out here; `elsewhere` is where to sign out at the provider too.
pub(crate) fn signed_out(label: &str, elsewhere: &str) -> Page {
    let label = escape(label);
    Page {
        title: "Abgemeldet",
        error: None,
        content: format!(
            "<p>Sie sind hier abgemeldet, bei „{label}“ noch nicht: Wer jetzt an diesem Gerät sitzt, kommt dort ohne Kennwort hinein.</p>\n\
             <p><a href=\"{}\">Auch bei „{label}“ abmelden</a></p>\n<p><a href=\"/anmelden\">Wieder anmelden</a></p>",
            escape(elsewhere)
        ),
    }
}
