//! A Kommunales Integrationszentrum.

use async_graphql::{Context, Error, ID, Object};
use querschnitt_domain::{CentreKey, LetterheadId};

use super::{Letterhead, NOW};
use crate::command::Load as _;

/// Kommunales Integrationszentrum: one of the 54 centres of Nordrhein-Westfalen.
#[derive(Clone, Copy)]
pub(crate) struct Centre(pub(crate) CentreKey);

/// Kommunales Integrationszentrum: one of the 54 centres of Nordrhein-Westfalen.
#[Object]
impl Centre {
    /// The official key: five digits, eight for the city of Aachen (Kreisschlüssel).
    async fn key(&self) -> ID {
        self.0.as_str().into()
    }

    /// The name of the Kreis or city.
    async fn name(&self) -> &str {
        self.0.centre().name
    }

    /// Kreisfreie Stadt, Kreis or Städteregion.
    async fn kind(&self) -> &str {
        self.0.centre().kind
    }

    /// Regierungsbezirk.
    async fn region(&self) -> &str {
        self.0.centre().region
    }

    /// NUTS-3 code.
    async fn nuts3(&self) -> &str {
        self.0.centre().nuts3
    }

    /// Briefkopf; null when it was not set, or when it is another centre's than the reader's.
    async fn letterhead(&self, context: &Context<'_>) -> Result<Option<Letterhead>, Error> {
        Letterhead::load(context, LetterheadId::of(self.0).record(), NOW)
    }
}
