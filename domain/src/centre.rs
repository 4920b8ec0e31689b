//! The 54 Kommunale Integrationszentren as reference data (`values/centre.csv`, `domain.md` 9.1).

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// A centre's official key: five digits, eight for the city of Aachen. Always one of the 54.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CentreKey(u8);

/// What is known of a centre.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Centre {
    /// Its key.
    pub key: CentreKey,
    /// The official key (AGS; 8 digits for the city of Aachen).
    pub ags: &'static str,
    /// The name of the Kreis or city.
    pub name: &'static str,
    /// `kreisfreie Stadt`, `Kreis`, `Städteregion` or the words for the city of Aachen.
    pub kind: &'static str,
    /// The Regierungsbezirk.
    pub region: &'static str,
    /// The NUTS-3 code.
    pub nuts3: &'static str,
}

/// All centres, in the order of the file.
pub static CENTRES: LazyLock<Vec<Centre>> = LazyLock::new(|| {
    include_str!("../values/centre.csv")
        .lines()
        .skip(1)
        .filter(|line| !line.trim().is_empty())
        .enumerate()
        .map(|(index, line)| {
            let mut cells = line.trim().split(';');
            let mut cell = || cells.next().unwrap_or_default();
            Centre {
                key: CentreKey(u8::try_from(index).unwrap_or(u8::MAX)),
                ags: cell(),
                name: cell(),
                kind: cell(),
                region: cell(),
                nuts3: cell(),
            }
        })
        .collect()
});

impl CentreKey {
    /// Its place in the reference data, from 0. For tables in memory; never stored.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// The centre behind the key.
    #[must_use]
    pub fn centre(self) -> &'static Centre {
        &CENTRES[usize::from(self.0)]
    }

    /// The official key.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.centre().ags
    }
}

impl fmt::Display for CentreKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for CentreKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CentreKey({})", self.as_str())
    }
}

/// No centre has this key.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error(
    "Ein Zentrum mit dem Schlüssel „{}“ gibt es nicht; erlaubt sind die amtlichen Schlüssel der 54 Kommunalen Integrationszentren (fünf Ziffern, für die Stadt Aachen 05334002)",
    .0.escape_debug()
)]
pub struct UnknownCentre(pub String);

impl FromStr for CentreKey {
    type Err = UnknownCentre;

    fn from_str(text: &str) -> Result<Self, UnknownCentre> {
        static BY_KEY: LazyLock<HashMap<&'static str, CentreKey>> = LazyLock::new(|| {
            CENTRES
                .iter()
                .map(|centre| (centre.ags, centre.key))
                .collect()
        });
        BY_KEY
            .get(text)
            .copied()
            .ok_or_else(|| UnknownCentre(text.chars().take(60).collect()))
    }
}

impl Serialize for CentreKey {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for CentreKey {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::parsed::parsed(deserializer, "the key of a centre", str::parse)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_54_centres_with_keys_of_their_own() {
        let keys: std::collections::BTreeSet<_> = CENTRES.iter().map(|centre| centre.ags).collect();
        assert_eq!(keys.len(), 54);
        assert_eq!(
            "05711".parse::<CentreKey>().map(|key| key.centre().name),
            Ok("Bielefeld")
        );
        assert_eq!(
            "05334002".parse::<CentreKey>().map(CentreKey::as_str),
            Ok("05334002")
        );
        assert!("05000".parse::<CentreKey>().is_err());
    }
}
