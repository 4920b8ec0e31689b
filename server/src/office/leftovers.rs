//! Texts in the vault that no event refers to, left by a crash: `serve` removes them before commands are
//! accepted, once the log is known to fit its checkpoints; other commands leave them alone.

use std::sync::Arc;
use std::time::Instant;

use querschnitt_store::{Log, SweepError, Vault};

use crate::exit::{Failure, with_causes};

/// Removes them; `false` when that was not possible. A log that can't be read whole is no reason
/// to remove anything, and whoever reads it next says what is wrong with it.
pub(super) async fn sweep(log: &dyn Log, vault: &Arc<Vault>) -> Result<bool, Failure> {
    let begun = Instant::now();
    match querschnitt_store::sweep(log, vault).await {
        Ok(removed) => {
            let milliseconds = begun.elapsed().as_millis();
            tracing::info!(removed, milliseconds, "swept the vault after a crash");
            Ok(true)
        }
        Err(SweepError::Log(error)) => {
            let error = with_causes(&error);
            tracing::warn!(error, "the vault was not swept: the log could not be read");
            Ok(false)
        }
        Err(SweepError::Vault(error)) => Err(error.into()),
        Err(error @ SweepError::Interrupted) => Err(Failure::failed(format!(
            "Der Tresor ließ sich nicht aufräumen: {error}"
        ))),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use querschnitt_domain::organisation::RegisterOrganisation;
    use querschnitt_domain::{ActorId, Code};
    use querschnitt_domain::{CommandId, OrganisationId, RecordId, Role, SealedText, Text};
    use querschnitt_store::Actor;
    use uuid::Uuid;

    use crate::config::Settings;
    use crate::office::Office;

    pub(crate) fn left_over() -> SealedText {
        let text = Text::new("Nie eingetragen", Text::NAME).unwrap();
        let salt = [4; 16];
        SealedText {
            subject: OrganisationId(Uuid::from_u128(5)).record(),
            commitment: querschnitt_domain::Commitment::of(&salt, text.as_str()),
            salt,
            text,
        }
    }

    /// Records an organisation, which seals one text.
    pub(crate) async fn register(office: &Office) -> RecordId {
        let centre = "05711".parse().unwrap();
        let actor = Actor::new(ActorId(Uuid::from_u128(1)), Role::KiOfficer, centre);
        let command = RegisterOrganisation {
            centre,
            occurred_on: None,
            name: Text::new("Interkultureller Garten", Text::NAME).unwrap(),
            kind: Code::parse("MIGRANT_ORG").unwrap(),
            legal_areas: Vec::new(),
            municipality: None,
            place: None,
            district: None,
            relation: None,
            note: None,
            source: None,
        };
        let id = CommandId(Uuid::new_v4());
        let done = office.executor().execute(&actor, id, b"", &command).await;
        done.unwrap().record.unwrap()
    }

    #[tokio::test]
    async fn what_a_crash_left_is_removed_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings {
            data: folder.path().join("data"),
            ..Settings::default()
        };
        let count = |office: &Office| office.executor().vault().count();
        let office = Office::open(&settings).await.unwrap();
        register(&office).await;
        let seal = vec![left_over()];
        office.executor().vault().seal(seal.clone()).await.unwrap();
        assert_eq!(count(&office), 2);
        // Dropped without closing, as a killed process.
        drop(office);
        // A command that opens the folder leaves them alone, and does not say that there are none.
        let office = Office::open(&settings).await.unwrap();
        assert_eq!(count(&office), 2);
        office.close().await;
        drop(office);
        let office = Office::open(&settings).await.unwrap();
        assert!(office.may_hold_leftovers());
        office.sweep().await.unwrap();
        assert_eq!(count(&office), 1);
        register(&office).await;
        assert_eq!(count(&office), 2);
        office.close().await;
        drop(office);
        // Closed in order: not looked for, so what is put there behind its back stays.
        let office = Office::open(&settings).await.unwrap();
        office.executor().vault().seal(seal).await.unwrap();
        office.close().await;
        drop(office);
        let office = Office::open(&settings).await.unwrap();
        assert!(!office.may_hold_leftovers());
        assert_eq!(count(&office), 3);
        // The mark counts once.
        drop(office);
        let office = Office::open(&settings).await.unwrap();
        assert!(office.may_hold_leftovers());
        office.sweep().await.unwrap();
        assert_eq!(count(&office), 2);
    }
}
