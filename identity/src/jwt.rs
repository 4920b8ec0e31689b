//! Signed tokens of a provider (JWT in compact form, RFC 7515 and 7519): taken apart, their signature checked, and
//! then what they say.
//!
//! Nothing in a token decides how it is checked: the algorithm must be one of the settings and fit the key, the
//! keys come from the provider alone, and `jku`, `x5u`, `jwk` and `x5c` in a header are never looked at.

pub(crate) mod algorithm;
pub(crate) mod claims;
pub(crate) mod key;
pub(crate) mod strict;

#[cfg(test)]
pub(crate) mod made;
#[cfg(test)]
mod tests;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

pub use algorithm::Algorithm;
pub use claims::Wrong;
use key::Key;

/// No honest token is longer, in bytes; some providers name dozens of groups in theirs.
pub const LONGEST: usize = 16 * 1024;

/// Why a token does not count. For our log only: who sent it learns no more than that it does not count.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Invalid {
    /// Not three parts of base64url with JSON objects in the first two, or longer than [`LONGEST`].
    #[error("not a token")]
    Malformed,
    /// Signed with an algorithm that is not accepted.
    #[error("an algorithm that is not accepted")]
    Algorithm,
    /// It names something critical that would have to be understood, or is another kind of token.
    #[error("another kind of token")]
    Kind,
    /// The provider has no such key.
    #[error("an unknown key")]
    UnknownKey,
    /// No key of the provider made the signature.
    #[error("a wrong signature")]
    Signature,
    /// What it says does not fit.
    #[error("{0}")]
    Claims(#[from] Wrong),
    /// The provider could not be asked for its keys.
    #[error("the keys of the provider are unknown")]
    NoKeys,
}

/// A token taken apart; nothing in it is believed yet.
#[derive(Clone, Debug)]
pub(crate) struct Token<'a> {
    /// How it says it is signed.
    pub(crate) algorithm: Algorithm,
    /// Which key it says signed it.
    pub(crate) key: Option<String>,
    /// What kind of token it says it is, in lower case.
    kind: Option<String>,
    message: &'a [u8],
    signature: Vec<u8>,
    claims: Map<String, Value>,
}

impl<'a> Token<'a> {
    /// Takes a token apart.
    pub(crate) fn read(token: &'a str, accepted: &[Algorithm]) -> Result<Self, Invalid> {
        if token.len() > LONGEST {
            return Err(Invalid::Malformed);
        }
        let (message, signature) = token.rsplit_once('.').ok_or(Invalid::Malformed)?;
        let (header, claims) = message.split_once('.').ok_or(Invalid::Malformed)?;
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).ok();
        let object = |part: &str| strict::object(&decode(part)?);
        let header = object(header).ok_or(Invalid::Malformed)?;
        let text = |name: &str| match header.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Invalid::Malformed),
        };
        let algorithm = text("alg")?.ok_or(Invalid::Malformed)?;
        let algorithm = algorithm.parse().map_err(|_| Invalid::Algorithm)?;
        if !accepted.contains(&algorithm) {
            return Err(Invalid::Algorithm);
        }
        // Nothing critical is understood here, and nothing compressed or encrypted is signed content.
        if ["crit", "b64", "zip", "enc"]
            .iter()
            .any(|name| header.contains_key(*name))
        {
            return Err(Invalid::Kind);
        }
        let key = text("kid")?.cloned();
        if key.as_ref().is_some_and(|id| id.len() > key::LONGEST_ID) {
            return Err(Invalid::Malformed);
        }
        let kind = text("typ")?.map(|kind| kind.to_ascii_lowercase());
        Ok(Self {
            algorithm,
            key,
            kind,
            message: message.as_bytes(),
            signature: decode(signature).ok_or(Invalid::Malformed)?,
            claims: object(claims).ok_or(Invalid::Malformed)?,
        })
    }

    /// What the token says, if one of `keys` signed it. Keys with another id than the token names are passed over.
    pub(crate) fn verified(&self, keys: &[Key]) -> Result<Signed, Invalid> {
        let mut fitting = keys
            .iter()
            .filter(|key| self.key.is_none() || key.id == self.key)
            .peekable();
        if fitting.peek().is_none() {
            return Err(Invalid::UnknownKey);
        }
        if !fitting.any(|key| key.signed(self.algorithm, self.message, &self.signature)) {
            // Without an id a new key looks like a wrong signature.
            return Err(match self.key {
                Some(_) => Invalid::Signature,
                None => Invalid::UnknownKey,
            });
        }
        Ok(Signed {
            algorithm: self.algorithm,
            kind: self.kind.clone(),
            claims: self.claims.clone(),
        })
    }
}

/// What a provider signed.
#[derive(Clone, Debug)]
pub(crate) struct Signed {
    /// With which algorithm.
    pub(crate) algorithm: Algorithm,
    /// The header's `typ`, in lower case.
    kind: Option<String>,
    /// The claims.
    pub(crate) claims: Map<String, Value>,
}

impl Signed {
    /// Refuses a token that says it is of another kind than one of `allowed` (lower case). One that says nothing,
    /// or just "JWT", may be of any.
    pub(crate) fn kind(&self, allowed: &[&str]) -> Result<(), Invalid> {
        let kind = self.kind.as_deref().unwrap_or("jwt");
        let kind = kind.strip_prefix("application/").unwrap_or(kind);
        if kind == "jwt" || allowed.contains(&kind) {
            return Ok(());
        }
        Err(Invalid::Kind)
    }
}
