//! The signature algorithms of tokens that can be accepted, and what each demands of a key.

use std::str::FromStr;

use ring::digest;
use ring::signature as with;

/// A signature algorithm. `none` and those with a shared secret (HS*) are not among them, so no setting and no
/// token can bring them in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Algorithm {
    /// RSA, PKCS #1 v1.5, SHA-256.
    Rs256,
    /// RSA, PKCS #1 v1.5, SHA-384.
    Rs384,
    /// RSA, PKCS #1 v1.5, SHA-512.
    Rs512,
    /// RSA-PSS, SHA-256.
    Ps256,
    /// RSA-PSS, SHA-384.
    Ps384,
    /// RSA-PSS, SHA-512.
    Ps512,
    /// ECDSA on P-256, SHA-256.
    Es256,
    /// ECDSA on P-384, SHA-384.
    Es384,
    /// Ed25519.
    EdDsa,
}

/// No accepted algorithm has this name.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not an algorithm that can be accepted")]
pub struct UnknownAlgorithm;

impl Algorithm {
    /// All that can be accepted.
    pub const ALL: [Self; 9] = [
        Self::Rs256,
        Self::Rs384,
        Self::Rs512,
        Self::Ps256,
        Self::Ps384,
        Self::Ps512,
        Self::Es256,
        Self::Es384,
        Self::EdDsa,
    ];

    /// What is accepted where nothing is set.
    pub const USUAL: [Self; 4] = [Self::Rs256, Self::Ps256, Self::Es256, Self::EdDsa];

    /// The name in a token's header (RFC 7518, RFC 8037).
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Ps256 => "PS256",
            Self::Ps384 => "PS384",
            Self::Ps512 => "PS512",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::EdDsa => "EdDSA",
        }
    }

    /// The hash of `at_hash` (OpenID Connect Core 3.1.3.6; for Ed25519 its own, SHA-512).
    pub(crate) fn hash(self) -> &'static digest::Algorithm {
        match self {
            Self::Rs256 | Self::Ps256 | Self::Es256 => &digest::SHA256,
            Self::Rs384 | Self::Ps384 | Self::Es384 => &digest::SHA384,
            Self::Rs512 | Self::Ps512 | Self::EdDsa => &digest::SHA512,
        }
    }

    /// How a signature is checked; the parameters of RSA refuse keys below 2048 and above 8192 bits.
    pub(crate) fn check(self) -> Check {
        match self {
            Self::Rs256 => Check::Rsa(&with::RSA_PKCS1_2048_8192_SHA256),
            Self::Rs384 => Check::Rsa(&with::RSA_PKCS1_2048_8192_SHA384),
            Self::Rs512 => Check::Rsa(&with::RSA_PKCS1_2048_8192_SHA512),
            Self::Ps256 => Check::Rsa(&with::RSA_PSS_2048_8192_SHA256),
            Self::Ps384 => Check::Rsa(&with::RSA_PSS_2048_8192_SHA384),
            Self::Ps512 => Check::Rsa(&with::RSA_PSS_2048_8192_SHA512),
            Self::Es256 => Check::P256(&with::ECDSA_P256_SHA256_FIXED),
            Self::Es384 => Check::P384(&with::ECDSA_P384_SHA384_FIXED),
            Self::EdDsa => Check::Ed25519(&with::ED25519),
        }
    }
}

/// How a signature is checked, by the kind of key it needs.
#[derive(Clone, Copy)]
pub(crate) enum Check {
    Rsa(&'static with::RsaParameters),
    P256(&'static dyn with::VerificationAlgorithm),
    P384(&'static dyn with::VerificationAlgorithm),
    Ed25519(&'static dyn with::VerificationAlgorithm),
}

impl FromStr for Algorithm {
    type Err = UnknownAlgorithm;

    fn from_str(name: &str) -> Result<Self, UnknownAlgorithm> {
        // The newer name for EdDSA on this curve (RFC 9864).
        let name = if name == "Ed25519" { "EdDSA" } else { name };
        Self::ALL
            .into_iter()
            .find(|algorithm| algorithm.as_str() == name)
            .ok_or(UnknownAlgorithm)
    }
}
