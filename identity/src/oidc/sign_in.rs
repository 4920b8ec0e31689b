//! From "sign in at the provider" to a person: the authorization code flow (OpenID Connect Core 3.1).

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use ring::digest;
use serde_json::{Map, Value};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::Provider;
use super::attempt::{Attempt, Foreign};
use super::discovery::Metadata;
use super::http::Unanswered;
use crate::directory::ProviderIdentity;
use crate::jwt::claims::{Base, Wrong, text};
use crate::jwt::{Algorithm, Invalid};

/// No honest answer in an address is longer, in bytes.
const LONGEST_QUERY: usize = 8 * 1024;

/// Left as they are in forms and addresses.
const KEPT: AsciiSet = NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Where the browser goes, and what it keeps until it comes back.
#[derive(Clone, Debug)]
pub struct Begun {
    /// The address at the provider.
    pub location: String,
    /// The value of the cookie, for [`super::LONGEST`] seconds.
    pub cookie: String,
}

/// Somebody came back from the provider.
#[derive(Clone)]
pub struct SignedIn {
    /// Who.
    pub identity: ProviderIdentity,
    /// The ID token: kept with the session as a hint for signing out. It is of no use as a bearer token.
    pub id_token: Zeroizing<String>,
}

/// Why nobody came back.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Stopped {
    /// The answer belongs to no sign-in of this browser.
    #[error(transparent)]
    Foreign(#[from] Foreign),
    /// The answer is not what a provider sends.
    #[error("not an answer of a provider")]
    Malformed,
    /// The answer is from another provider.
    #[error("an answer of another provider")]
    OtherIssuer,
    /// The provider, or the person there, said no; with its error code.
    #[error("the provider refused: {0}")]
    Refused(String),
    /// The provider does not answer.
    #[error(transparent)]
    Unanswered(#[from] Unanswered),
    /// What it sent about the person does not count.
    #[error("the ID token does not count: {0}")]
    Token(#[from] Invalid),
    /// The system gives no random bits.
    #[error("no random bits")]
    NoRandom,
}

impl Provider {
    /// Begins a sign-in.
    ///
    /// # Errors
    /// When the provider does not answer.
    pub async fn begin(&self) -> Result<Begun, Stopped> {
        let metadata = self.metadata.get().await?;
        let attempt = self
            .attempts
            .begin(self.now())
            .map_err(|_| Stopped::NoRandom)?;
        let mut location = metadata.authorization_endpoint.clone();
        location.push(if location.contains('?') { '&' } else { '?' });
        location.push_str(&form(&[
            ("response_type", "code"),
            ("client_id", &self.config.client_id),
            ("redirect_uri", &self.config.redirect_uri()),
            ("scope", &self.config.scopes),
            ("state", &attempt.state),
            ("nonce", &attempt.nonce),
            ("code_challenge", &attempt.challenge()),
            ("code_challenge_method", "S256"),
        ]));
        Ok(Begun {
            location,
            cookie: self.attempts.cookie(&attempt),
        })
    }

    /// Ends a sign-in: `query` is what the provider sent back in the address, `cookie` what the browser kept.
    ///
    /// # Errors
    /// Why nobody is signed in.
    pub async fn finish(&self, query: &str, cookie: Option<&str>) -> Result<SignedIn, Stopped> {
        let answer = Answer::read(query).ok_or(Stopped::Malformed)?;
        let state = answer.state.as_deref().unwrap_or_default();
        let attempt = self.attempts.answered(cookie, state, self.now())?;
        let metadata = self.metadata.get().await?;
        if answer.issuer.as_ref() != Some(&self.config.issuer)
            && (metadata.names_issuer || answer.issuer.is_some())
        {
            return Err(Stopped::OtherIssuer);
        }
        let code = match (answer.code, answer.error) {
            (Some(code), None) => code,
            (None, Some(error)) => return Err(Stopped::Refused(error)),
            (Some(_), Some(_)) | (None, None) => return Err(Stopped::Malformed),
        };
        let tokens = self.exchange(&metadata, &attempt, &code).await?;
        let id_token = Zeroizing::new(tokens.id_token);
        let (base, mut claims) = self
            .person(&id_token, &attempt, tokens.access_token.as_ref())
            .await?;
        if self.config.userinfo {
            let access_token = tokens
                .access_token
                .ok_or(Unanswered::Content("no access token"))?;
            self.add_userinfo(&metadata, &access_token, &base, &mut claims)
                .await?;
        }
        let mapping = &self.config.mapping;
        Ok(SignedIn {
            identity: mapping.identity(&self.config.issuer, &base, &claims),
            id_token,
        })
    }

    /// The code becomes tokens (RFC 6749, 4.1.3).
    async fn exchange(
        &self,
        metadata: &Metadata,
        attempt: &Attempt,
        code: &str,
    ) -> Result<Tokens, Stopped> {
        let redirect_uri = self.config.redirect_uri();
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &redirect_uri),
            ("code_verifier", &attempt.verifier),
        ];
        let id = &self.config.client_id;
        let authorization = match &self.config.client_secret {
            Some(secret) if metadata.secret_in_header => Some(basic(id, secret)),
            Some(secret) => {
                fields.extend([("client_id", id.as_str()), ("client_secret", secret)]);
                None
            }
            None => {
                fields.push(("client_id", id));
                None
            }
        };
        let body = Zeroizing::new(form(&fields));
        let address = &metadata.token_endpoint;
        let (status, answer) = self.client.send(address, body, authorization).await?;
        let text = |name: &str| answer.get(name).and_then(Value::as_str).map(str::to_owned);
        if status != 200 {
            return Err(match text("error") {
                Some(error) => Stopped::Refused(word(&error)),
                None => Unanswered::Status(status).into(),
            });
        }
        Ok(Tokens {
            id_token: text("id_token").ok_or(Unanswered::Content("no ID token"))?,
            access_token: text("access_token").map(Zeroizing::new),
        })
    }

    /// Whom an ID token is about (OpenID Connect Core 3.1.3.7).
    async fn person(
        &self,
        id_token: &str,
        attempt: &Attempt,
        access_token: Option<&Zeroizing<String>>,
    ) -> Result<(Base, Map<String, Value>), Invalid> {
        let signed = self.signed(id_token).await?;
        signed.kind(&[])?;
        if let Some(kind) = signed.claims.get("typ")
            && kind.as_str() != Some("ID")
        {
            return Err(Invalid::Kind);
        }
        let client = self.config.client_id.as_str();
        let base = self.expected(client).check(&signed.claims)?;
        let party = text(&signed.claims, "azp")?;
        if party.is_some_and(|party| party != client)
            || (party.is_none() && base.audiences.len() > 1)
        {
            return Err(Wrong::Audience.into());
        }
        let nonce = text(&signed.claims, "nonce")?.unwrap_or_default();
        if !bool::from(nonce.as_bytes().ct_eq(attempt.nonce.as_bytes())) {
            return Err(Wrong::Nonce.into());
        }
        if let Some(hash) = text(&signed.claims, "at_hash")?
            && access_token.is_none_or(|token| hash != half_hash(signed.algorithm, token))
        {
            return Err(Wrong::AccessToken.into());
        }
        Ok((base, signed.claims))
    }

    /// Claims that the provider tells at its userinfo endpoint only. What the ID token says stays as it is: it is
    /// signed.
    async fn add_userinfo(
        &self,
        metadata: &Metadata,
        access_token: &Zeroizing<String>,
        base: &Base,
        claims: &mut Map<String, Value>,
    ) -> Result<(), Stopped> {
        let address = metadata
            .userinfo_endpoint
            .as_ref()
            .ok_or(Unanswered::Content("no userinfo endpoint"))?;
        let bearer = Zeroizing::new(format!("Bearer {}", access_token.as_str()));
        let more = self.client.object_for(address, bearer).await?;
        // Core 5.3.2: else it may be about somebody else.
        if more.get("sub").and_then(Value::as_str) != Some(&base.subject) {
            return Err(Unanswered::Content("userinfo about somebody else").into());
        }
        for (name, value) in more {
            claims.entry(name).or_insert(value);
        }
        Ok(())
    }
}

struct Tokens {
    id_token: String,
    access_token: Option<Zeroizing<String>>,
}

/// What the provider sends back in the address; a name that comes twice is refused.
#[derive(Default)]
struct Answer {
    state: Option<String>,
    code: Option<String>,
    issuer: Option<String>,
    error: Option<String>,
}

impl Answer {
    fn read(query: &str) -> Option<Self> {
        if query.len() > LONGEST_QUERY {
            return None;
        }
        let mut answer = Self::default();
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let field = match name {
                "state" => &mut answer.state,
                "code" => &mut answer.code,
                "iss" => &mut answer.issuer,
                "error" => &mut answer.error,
                _ => continue,
            };
            let value = value.replace('+', " ");
            let value = percent_decode_str(&value).decode_utf8().ok()?.into_owned();
            if field.replace(value).is_some() {
                return None;
            }
        }
        answer.error = answer.error.map(|error| word(&error));
        Some(answer)
    }
}

/// An error code as one can log and show it: letters, digits and underscores, and not many.
fn word(code: &str) -> String {
    let fits = |c: &char| c.is_ascii_alphanumeric() || *c == '_';
    code.chars().filter(fits).take(40).collect()
}

/// Names and values as a form or the query of an address.
pub(super) fn form(fields: &[(&str, &str)]) -> String {
    let encoded = |text: &str| utf8_percent_encode(text, &KEPT).to_string();
    let pairs = fields
        .iter()
        .map(|(name, value)| format!("{name}={}", encoded(value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// The header of a client with a secret (RFC 6749, 2.3.1: both parts are form-encoded first).
fn basic(id: &str, secret: &str) -> Zeroizing<String> {
    let encoded = |text: &str| utf8_percent_encode(text, &KEPT).to_string();
    let pair = Zeroizing::new(format!("{}:{}", encoded(id), encoded(secret)));
    Zeroizing::new(format!("Basic {}", STANDARD.encode(pair.as_bytes())))
}

/// The left half of a hash (Core 3.1.3.6).
fn half_hash(algorithm: Algorithm, token: &str) -> String {
    let hash = digest::digest(algorithm.hash(), token.as_bytes());
    URL_SAFE_NO_PAD.encode(&hash.as_ref()[..hash.as_ref().len() / 2])
}
