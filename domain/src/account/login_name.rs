//! The name somebody signs in with.

use std::fmt;
use std::str::FromStr;

use crate::text::Text;

/// The longest sign-in name, in characters.
const LONGEST: usize = 64;

/// A sign-in name, in the one way it is compared: lower-case, without spaces around it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LoginName(Text);

/// The text can't be a sign-in name.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error(
    "Ein Anmeldename hat 3 bis 64 Zeichen: Buchstaben von a bis z, Ziffern und . _ - @ +, am Anfang ein Buchstabe oder eine Ziffer"
)]
pub struct NoLoginName;

impl LoginName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// On its way to the vault.
    pub(super) const fn text(&self) -> &Text {
        &self.0
    }

    /// The form in which names are compared, of whatever somebody typed.
    #[must_use]
    pub fn plain(text: &str) -> String {
        text.trim().to_lowercase()
    }
}

impl fmt::Display for LoginName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for LoginName {
    type Err = NoLoginName;

    fn from_str(text: &str) -> Result<Self, NoLoginName> {
        let name = Self::plain(text);
        let allowed = |byte: u8| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-@+".contains(&byte)
        };
        let sound = (3..=LONGEST).contains(&name.len())
            && name.bytes().all(allowed)
            && name.as_bytes()[0].is_ascii_alphanumeric();
        let text = Text::line(&name, LONGEST).map_err(|_| NoLoginName)?;
        sound.then_some(Self(text)).ok_or(NoLoginName)
    }
}

/// A sign-in name that an account is to have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewLogin {
    /// The name.
    pub name: LoginName,
    /// Whether another account of the installation has it. Names are sealed, so whoever asks has to find out
    /// and to see to it that nobody takes the name in between.
    pub taken: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_form() {
        let name: LoginName = " Erika.Muster@Bielefeld.de ".parse().unwrap();
        assert_eq!(name.as_str(), "erika.muster@bielefeld.de");
        assert!("a".repeat(64).parse::<LoginName>().is_ok());
    }

    #[test]
    fn what_is_no_name_is_refused() {
        let long = "a".repeat(65);
        for text in [
            "",
            "ab",
            " ab ",
            "müller",
            "a b c",
            "-abc",
            "a/b",
            "ａｂｃ",
            &long,
        ] {
            assert_eq!(text.parse::<LoginName>(), Err(NoLoginName), "{text:?}");
        }
    }
}
