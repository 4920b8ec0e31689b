//! Signing out: here and at the provider (RP-Initiated Logout 1.0), and because the provider says so (Back-Channel
//! Logout 1.0).

use std::sync::PoisonError;

use querschnitt_domain::ActorId;
use serde_json::{Map, Value};

use super::claims::account;
use super::sign_in::form;
use super::{MOST_HINTS, Provider};
use crate::jwt::Invalid;
use crate::jwt::claims::Wrong;
use zeroize::Zeroizing;

/// What a logout token must be about.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

impl Provider {
    /// Keeps the ID token of a sign-in for the sign-out.
    pub(crate) fn remember(&self, account: ActorId, id_token: Zeroizing<String>) {
        let mut hints = self.hints.lock().unwrap_or_else(PoisonError::into_inner);
        if hints.len() >= MOST_HINTS && !hints.contains_key(&account) {
            hints.clear();
        }
        hints.insert(account, id_token);
    }

    /// The ID token of the last sign-in of somebody.
    pub(crate) fn hint(&self, account: ActorId) -> Option<Zeroizing<String>> {
        let hints = self.hints.lock().unwrap_or_else(PoisonError::into_inner);
        hints.get(&account).cloned()
    }

    /// Where the browser goes to sign out at the provider too, and comes back from to `back` (a path of this server);
    /// `None` where the provider has no such place or does not answer: signed out here one is in any case.
    pub async fn end_session(&self, id_token: Option<&str>, back: &str) -> Option<String> {
        let metadata = self.metadata.get().await.ok()?;
        let mut location = metadata.end_session_endpoint.clone()?;
        location.push(if location.contains('?') { '&' } else { '?' });
        let back = format!("{}{back}", self.config.public_address);
        let mut fields = vec![
            ("client_id", self.config.client_id.as_str()),
            ("post_logout_redirect_uri", &back),
        ];
        if let Some(id_token) = id_token {
            fields.push(("id_token_hint", id_token));
        }
        location.push_str(&form(&fields));
        Some(location)
    }

    /// Whose sessions a logout token ends: all of that person, also where the token names one of several.
    ///
    /// # Errors
    /// Why it does not count; for the log only.
    pub async fn logged_out(&self, logout_token: &str) -> Result<ActorId, Invalid> {
        let signed = self.signed(logout_token).await?;
        signed.kind(&["logout+jwt"])?;
        let claims = &signed.claims;
        let about_logout = claims
            .get("events")
            .and_then(Value::as_object)
            .and_then(|events| events.get(EVENT))
            .is_some_and(Value::is_object);
        if !about_logout || claims.contains_key("nonce") {
            return Err(Invalid::Kind);
        }
        if claims.get("jti").and_then(Value::as_str).is_none() {
            return Err(Wrong::Claim("jti").into());
        }
        let expected = self.expected(&self.config.client_id);
        let base = expected.check(&with_expiry(claims))?;
        Ok(account(&self.config.issuer, &base.subject))
    }
}

/// Older providers give logout tokens no expiry (the final text of the standard demands one): such a token is good
/// for two minutes. Sent again it ends sessions again and does nothing worse.
fn with_expiry(claims: &Map<String, Value>) -> Map<String, Value> {
    let mut claims = claims.clone();
    if let Some(issued) = claims.get("iat").and_then(Value::as_i64) {
        let expires = issued.saturating_add(120);
        claims.entry("exp").or_insert_with(|| expires.into());
    }
    claims
}
