//! How a command ends: 0 done, 1 failed, 2 wrong usage, 3 the log is damaged.

mod damage;

use std::process::ExitCode;

use querschnitt_store::{Contradiction, KeeperError, KeyError, LogError, VaultError};
use serde::{Deserialize, Serialize};

pub(crate) use damage::german;

/// The exit codes other than 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) enum Exit {
    /// It did not work out.
    Failed,
    /// The call or a setting is wrong.
    Usage,
    /// What the log holds is not what was written.
    Damaged,
}

impl Exit {
    /// The number the caller sees.
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Damaged => 3,
        }
    }
}

/// Why a command ended without its work done: a German text for whoever called it.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Failure {
    /// Which exit code.
    pub(crate) exit: Exit,
    /// What is wrong and what to do.
    pub(crate) message: String,
}

impl Failure {
    /// It did not work out.
    pub(crate) fn failed(message: impl Into<String>) -> Self {
        Self {
            exit: Exit::Failed,
            message: message.into(),
        }
    }

    /// The call or a setting is wrong.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self {
            exit: Exit::Usage,
            message: message.into(),
        }
    }

    /// The log is damaged.
    pub(crate) fn damaged(message: impl Into<String>) -> Self {
        Self {
            exit: Exit::Damaged,
            message: message.into(),
        }
    }

    /// Says it on the error output and gives the exit code.
    pub(crate) fn report(&self) -> ExitCode {
        eprintln!("Fehler: {}", self.message);
        ExitCode::from(self.exit.code())
    }
}

impl From<KeyError> for Failure {
    fn from(error: KeyError) -> Self {
        Self::failed(with_causes(&error))
    }
}

impl From<VaultError> for Failure {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Damaged { file, offset, what } => Self::damaged(format!(
                "Der Tresor der Texte ist beschädigt: {}, Byte {offset}: {}. Es wurde nichts verändert. Bitte eine Sicherung zurückspielen.",
                file.display(),
                german(what)
            )),
            VaultError::InUse { .. } => Self::failed(format!(
                "Der Tresor der Texte ist schon geöffnet: auf diesem Datenordner läuft bereits ein Server oder ein anderer Befehl ({error})."
            )),
            other => Self::failed(with_causes(&other)),
        }
    }
}

impl From<KeeperError> for Failure {
    fn from(error: KeeperError) -> Self {
        match error {
            KeeperError::Inconsistent { file, size } => Self::damaged(format!(
                "Das Protokoll passt nicht zum gespeicherten Prüfpunkt {}: die ersten {size} Ereignisse sind andere, oder es hat weniger. Es nimmt nichts mehr auf. Bitte eine Sicherung zurückspielen.",
                file.display()
            )),
            KeeperError::Checkpoint { file, source } => Self::damaged(format!(
                "Der gespeicherte Prüfpunkt {} ist beschädigt oder mit einem anderen Schlüssel unterschrieben: {}. Es wurde nichts verändert. Bitte ihn oder die Schlüssel aus einer Sicherung zurückholen.",
                file.display(),
                german(&source.to_string())
            )),
            KeeperError::Log(error) => error.into(),
            KeeperError::Storage { what, path, source } => Self::failed(format!(
                "Mit den gespeicherten Prüfpunkten ging etwas nicht: {what} {}: {source}",
                path.display()
            )),
        }
    }
}

/// An error and what lies behind it, on one line.
pub(crate) fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(below) = cause {
        text.push_str(": ");
        text.push_str(&below.to_string());
        cause = below.source();
    }
    text
}

impl From<LogError> for Failure {
    fn from(error: LogError) -> Self {
        match error {
            LogError::Damaged {
                file,
                line,
                position,
                what,
            } => Self::damaged(format!(
                "Das Protokoll ist beschädigt: {file}, Zeile {line}, Position {position}: {}. Es wurde nichts verändert. Bitte eine Sicherung zurückspielen.",
                german(&what)
            )),
            LogError::Contradicted {
                checkpoint,
                size,
                head,
                what,
            } => {
                let what = match what {
                    Contradiction::Shorter => "Bestätigte Ereignisse am Ende fehlen",
                    Contradiction::OtherEvents => "Die Ereignisse bis dorthin sind andere",
                    Contradiction::AnotherLog => {
                        "Der Prüfpunkt gehört zu einem anderen Protokoll als dem, das hier liegt"
                    }
                };
                Self::damaged(format!(
                    "Das Protokoll passt nicht zum gespeicherten Prüfpunkt {checkpoint}: dieser bürgt für {size} Ereignisse, das Protokoll endet an Position {head}. {what}. Es wurde nichts verändert. Bitte eine Sicherung zurückspielen."
                ))
            }
            LogError::UnknownEvent {
                position,
                event_type,
                version,
            } => Self::failed(format!(
                "An Position {position} steht ein Ereignis, das diese Programmversion nicht kennt ({event_type}, Fassung {version}). Bitte eine neuere Version verwenden."
            )),
            LogError::InUse { place } => Self::failed(format!(
                "Das Protokoll in {place} ist schon geöffnet: auf diesem Datenordner läuft bereits ein Server oder ein anderer Befehl."
            )),
            LogError::NewerFormat { found, known } => Self::failed(format!(
                "Das Protokoll hat das Format {found}; diese Programmversion kennt die Formate bis {known}. Bitte eine neuere Version verwenden."
            )),
            LogError::FromTheFuture { newest, now } => Self::failed(format!(
                "Das neueste Ereignis ist von {newest}, die Uhr dieses Rechners sagt {now}. Bitte die Uhr prüfen."
            )),
            LogError::Storage { what, source } => Self::failed(format!(
                "Der Speicher meldet einen Fehler: {what}: {source}"
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_log_ends_with_3_and_names_the_place() {
        let failure = Failure::from(LogError::Damaged {
            file: "data/log/1.log".into(),
            line: 7,
            position: 9,
            what: "checksum".into(),
        });
        assert_eq!(failure.exit.code(), 3);
        for part in ["data/log/1.log", "Zeile 7", "Position 9"] {
            assert!(failure.message.contains(part), "{part} is missing");
        }
    }
}
