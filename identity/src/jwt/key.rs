//! Public keys of a provider: from its JWK set (RFC 7517) to what checks a signature.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{RsaPublicKeyComponents, UnparsedPublicKey};
use serde_json::{Map, Value};

use super::algorithm::{Algorithm, Check};
use super::strict;

/// More keys than this no provider has at once; further ones are left aside.
const MOST_KEYS: usize = 64;

/// No key id is longer, in bytes.
pub(crate) const LONGEST_ID: usize = 256;

/// The smallest and the largest RSA modulus, in bytes (2048 and 8192 bits).
const MODULUS: std::ops::RangeInclusive<usize> = 256..=1024;

/// A public key for signatures.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Key {
    /// Its id, where it has one.
    pub(crate) id: Option<String>,
    /// The one algorithm it is for, where the provider says so.
    algorithm: Option<Algorithm>,
    material: Material,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Material {
    Rsa { n: Vec<u8>, e: Vec<u8> },
    P256(Vec<u8>),
    P384(Vec<u8>),
    Ed25519(Vec<u8>),
}

/// The keys of a set that can check signatures of tokens. Keys for encryption, shared secrets, too small ones and
/// kinds unknown here are left aside, as RFC 7517 (section 5) wants it. `None` where it is no key set.
pub(crate) fn set(bytes: &[u8]) -> Option<Vec<Key>> {
    let set = strict::object(bytes)?;
    let keys = set.get("keys")?.as_array()?;
    let usable = keys.iter().filter_map(|key| Key::read(key.as_object()?));
    Some(usable.take(MOST_KEYS).collect())
}

impl Key {
    fn read(jwk: &Map<String, Value>) -> Option<Self> {
        let text = |name: &str| jwk.get(name).and_then(Value::as_str);
        if jwk.contains_key("use") && text("use") != Some("sig") {
            return None;
        }
        if let Some(operations) = jwk.get("key_ops") {
            let operations = operations.as_array()?;
            if !operations
                .iter()
                .any(|operation| operation.as_str() == Some("verify"))
            {
                return None;
            }
        }
        let algorithm = match jwk.get("alg") {
            Some(name) => Some(name.as_str()?.parse().ok()?),
            None => None,
        };
        let id = match jwk.get("kid") {
            Some(id) => Some(id.as_str().filter(|id| id.len() <= LONGEST_ID)?.to_owned()),
            None => None,
        };
        let bytes = |name: &str| URL_SAFE_NO_PAD.decode(text(name)?).ok();
        let point = |length: usize| {
            let (x, y) = (bytes("x")?, bytes("y")?);
            (x.len() == length && y.len() == length).then(|| [vec![4], x, y].concat())
        };
        let material = match (text("kty")?, text("crv")) {
            ("RSA", _) => {
                let (n, e) = (without_zeros(bytes("n")?), without_zeros(bytes("e")?));
                MODULUS
                    .contains(&n.len())
                    .then_some(Material::Rsa { n, e })?
            }
            ("EC", Some("P-256")) => Material::P256(point(32)?),
            ("EC", Some("P-384")) => Material::P384(point(48)?),
            ("OKP", Some("Ed25519")) => {
                Material::Ed25519(bytes("x").filter(|key| key.len() == 32)?)
            }
            _ => return None,
        };
        Some(Self {
            id,
            algorithm,
            material,
        })
    }

    /// Whether this key made `signature` over `message` with `algorithm`. A key of another kind, or for another
    /// algorithm, never did: the token does not choose how its key is used.
    pub(crate) fn signed(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        if self.algorithm.is_some_and(|only| only != algorithm) {
            return false;
        }
        let with_point = |check, point: &[u8]| {
            UnparsedPublicKey::new(check, point)
                .verify(message, signature)
                .is_ok()
        };
        match (algorithm.check(), &self.material) {
            (Check::Rsa(parameters), Material::Rsa { n, e }) => RsaPublicKeyComponents { n, e }
                .verify(parameters, message, signature)
                .is_ok(),
            (Check::P256(check), Material::P256(point))
            | (Check::P384(check), Material::P384(point))
            | (Check::Ed25519(check), Material::Ed25519(point)) => with_point(check, point),
            (Check::Rsa(_) | Check::P256(_) | Check::P384(_) | Check::Ed25519(_), _) => false,
        }
    }
}

/// Big-endian numbers sometimes come with zeros in front, which say nothing.
fn without_zeros(bytes: Vec<u8>) -> Vec<u8> {
    match bytes.iter().position(|byte| *byte != 0) {
        Some(0) => bytes,
        Some(at) => bytes[at..].to_vec(),
        None => Vec::new(),
    }
}
