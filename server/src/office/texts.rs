//! The vault as the views see it: where the names to search for come from.

use std::sync::Arc;

use querschnitt_domain::{Commitment, RecordId};
use querschnitt_projections::TextSource;
use querschnitt_store::Vault;

/// The texts of a vault.
pub(crate) struct VaultTexts(pub(crate) Arc<Vault>);

impl TextSource for VaultTexts {
    fn text(&self, subject: RecordId, commitment: &Commitment) -> Option<Arc<str>> {
        match self.0.text(subject, commitment) {
            Ok(text) => text.map(|text| text.as_str().into()),
            Err(error) => {
                tracing::error!(%error, "a text could not be opened");
                None
            }
        }
    }
}
