//! Where an imported record comes from, without saying it in the clear.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::centre::CentreKey;

/// The source's own id of an imported record and a keyed digest of its content there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Source {
    /// The source's own id (a URL for OParl). It goes into the record's id, not into the log.
    pub key: String,
    /// The keyed digest of the content as the source had it.
    pub digest: SourceDigest,
}

impl Source {
    /// The id of the record that stands for this source entry in this centre (UUID version 5), so
    /// that the same import again meets the same record.
    #[must_use]
    pub fn record_id(&self, centre: CentreKey) -> Uuid {
        Self::id_of(centre, &self.key)
    }

    /// See [`Source::record_id`].
    #[must_use]
    pub fn id_of(centre: CentreKey, key: &str) -> Uuid {
        Uuid::new_v5(
            &Uuid::NAMESPACE_URL,
            format!("querschnitt:{centre}:{key}").as_bytes(),
        )
    }
}

/// A keyed digest (HMAC-SHA-256, first 16 bytes) of an imported record's content: equal content is
/// recognised, and nobody without the key can guess it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SourceDigest(pub [u8; 16]);

impl fmt::Debug for SourceDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SourceDigest({:032x})", u128::from_be_bytes(self.0))
    }
}

impl Serialize for SourceDigest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:032x}", u128::from_be_bytes(self.0)))
    }
}

impl<'de> Deserialize<'de> for SourceDigest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::parsed::parsed(deserializer, "a source digest", |text| {
            if text.len() != 32 {
                return Err("a source digest has 32 hex digits".to_owned());
            }
            u128::from_str_radix(text, 16)
                .map(|value| Self(value.to_be_bytes()))
                .map_err(|error| error.to_string())
        })
    }
}
