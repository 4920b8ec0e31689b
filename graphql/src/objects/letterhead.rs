//! The letterhead of a centre.

use async_graphql::{Context, Error, ID, Object};
use querschnitt_domain::letterhead::Logo;
use querschnitt_domain::{Commitment, LetterheadId, RecordId, RecordKind};
use querschnitt_projections::facts::{Facts, LetterheadRow};

use super::{Centre, load};
use crate::command::Load;
use crate::services::text;
use crate::token::global_id;
use querschnitt_policy::Cell;

/// Briefkopf: what stands around the text of a centre's letters.
#[derive(Clone)]
pub(crate) struct Letterhead {
    row: LetterheadRow,
}

impl Load for Letterhead {
    const KIND: RecordKind = RecordKind::Letterhead;

    fn load(context: &Context<'_>, record: RecordId, at: u64) -> Result<Option<Self>, Error> {
        let row = load(context, Cell::Letterhead, record, at, Facts::letterheads)?;
        Ok(row.map(|row| Self { row }))
    }
}

impl Letterhead {
    fn text(
        &self,
        context: &Context<'_>,
        sealed: Option<Commitment>,
    ) -> Result<Option<String>, Error> {
        let own = self.row.id.record();
        text(context, Cell::Letterhead, own, sealed.as_ref())
    }
}

/// Briefkopf: what stands around the text of a centre's letters. What is null is left out there, or taken
/// from the reference data of the centre.
#[Object]
impl Letterhead {
    /// The global id, opaque.
    pub(crate) async fn id(&self) -> ID {
        global_id(self.row.id.record()).into()
    }

    /// Whose letterhead.
    async fn centre(&self) -> Centre {
        Centre(self.row.centre)
    }

    /// Behörde, as it calls itself.
    async fn authority(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        self.text(context, self.row.facts.authority)
    }

    /// Dienststelle: the name of the office.
    async fn office(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        self.text(context, self.row.facts.office)
    }

    /// Anschrift, several lines.
    async fn address(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        self.text(context, self.row.facts.address)
    }

    /// Telefon.
    async fn phone(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        self.text(context, self.row.facts.phone)
    }

    /// E-Mail.
    async fn email(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        self.text(context, self.row.facts.email)
    }

    /// Internet.
    async fn web(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        self.text(context, self.row.facts.web)
    }

    /// What stands under the signature of the head.
    async fn head_function(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        self.text(context, self.row.facts.head_function)
    }

    /// Logo.
    async fn logo(&self) -> Option<LetterheadLogo> {
        let logo = self.row.facts.logo.clone()?;
        let letterhead = self.row.id;
        Some(LetterheadLogo { logo, letterhead })
    }

    /// How many events of its own the record has had; send it as `expectedVersion` to learn when
    /// somebody else changed the record meanwhile.
    async fn version(&self) -> i64 {
        self.row.version.into()
    }
}

/// The logo of a letterhead.
pub(crate) struct LetterheadLogo {
    logo: Logo,
    letterhead: LetterheadId,
}

/// Logo on letters; the letters show it.
#[Object]
impl LetterheadLogo {
    /// The size of the file in bytes.
    async fn size(&self) -> i64 {
        self.logo.size.into()
    }

    /// What it shows, for those who can't see it; null when it was erased.
    async fn description(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        let own = self.letterhead.record();
        text(context, Cell::Letterhead, own, Some(&self.logo.description))
    }
}
