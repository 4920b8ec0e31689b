//! An organisation in the register.

use async_graphql::{Context, Error, ID, Object};
use querschnitt_domain::{OrganisationId, RecordId, RecordKind};
use querschnitt_projections::facts::{Facts, OrganisationRow};

use super::{Centre, load, retracted};
use crate::command::Load;
use crate::scalars::{CentreRelation, LegalArea, OrganisationKind};
use crate::services::text;
use crate::token::global_id;
use querschnitt_policy::Cell;

/// Organisation: an office, provider, association or migrant organisation in a centre's register.
#[derive(Clone)]
pub(crate) struct Organisation {
    pub(crate) row: OrganisationRow,
    pub(crate) at: u64,
}

impl Load for Organisation {
    const KIND: RecordKind = RecordKind::Organisation;

    fn load(context: &Context<'_>, record: RecordId, at: u64) -> Result<Option<Self>, Error> {
        let row = load(
            context,
            Cell::Organisation,
            record,
            at,
            Facts::organisations,
        )?;
        Ok(row.map(|row| Self { row, at }))
    }
}

impl Organisation {
    /// The organisations with these ids that exist for the viewer, in this order.
    pub(crate) fn load_all(
        context: &Context<'_>,
        ids: &[OrganisationId],
        at: u64,
    ) -> Result<Vec<Self>, Error> {
        ids.iter()
            .filter_map(|id| Self::load(context, id.record(), at).transpose())
            .collect()
    }
}

/// Organisation in the register of a centre.
#[Object]
impl Organisation {
    /// The global id, opaque.
    pub(crate) async fn id(&self) -> ID {
        global_id(self.row.id.record()).into()
    }

    /// The centre whose register it is in.
    async fn centre(&self) -> Centre {
        Centre(self.row.centre)
    }

    /// Its name; null when it was erased.
    async fn name(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        text(
            context,
            Cell::Organisation,
            self.row.id.record(),
            Some(&self.row.name),
        )
    }

    /// Organisationsart.
    async fn kind(&self) -> OrganisationKind {
        self.row.kind.into()
    }

    /// The legal areas (Rechtskreise) it stands for.
    async fn legal_areas(&self) -> Vec<LegalArea> {
        self.row
            .legal_areas
            .iter()
            .map(|area| (*area).into())
            .collect()
    }

    /// Its place: the official municipality key (AGS) of any Land, eight digits.
    async fn municipality(&self) -> Option<&str> {
        self.row.municipality.as_deref()
    }

    /// Its place or address in words; null when there is none or this role may not read it.
    async fn place(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        let place = self.row.place.as_ref();
        text(context, Cell::MeetingText, self.row.id.record(), place)
    }

    /// Its district; null when there is none or this role may not read it.
    async fn district(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        let district = self.row.district.as_ref();
        text(context, Cell::MeetingText, self.row.id.record(), district)
    }

    /// How it stands to the centre.
    async fn relation(&self) -> Option<CentreRelation> {
        self.row.relation.map(Into::into)
    }

    /// A note on it; null when there is none or this role may not read it.
    async fn note(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        text(
            context,
            Cell::MeetingText,
            self.row.id.record(),
            self.row.note.as_ref(),
        )
    }

    /// The entry this one was found to be the same as. Figures count the two once.
    async fn same_as(&self, context: &Context<'_>) -> Result<Option<Organisation>, Error> {
        match self.row.same_as {
            Some(id) => Self::load(context, id.record(), self.at),
            None => Ok(None),
        }
    }

    /// Whether it was retracted: it counts nowhere and is in no list; its history stays.
    async fn retracted(&self) -> bool {
        retracted(self.row.known, self.at)
    }

    /// How many events of its own the record has had; send it as `expectedVersion` to learn when
    /// somebody else changed the record meanwhile.
    async fn version(&self) -> i64 {
        self.row.version.into()
    }
}
