//! What an office does with organisations.

use async_graphql::{Context, Error, ID, InputObject, MaybeUndefined, Object};
use querschnitt_domain::organisation::{
    CorrectOrganisation, DescribeOrganisation, DescriptionInput, LinkAsSame, RegisterOrganisation,
    RenameOrganisation, RetractOrganisation, SetRelation, UnlinkAsSame,
};
use querschnitt_domain::{OrganisationId, Rejection, Text, check};
use uuid::Uuid;

use super::{ask_first, carry_out, carry_out_asked, named_by, refused_before};
use crate::input;
use crate::objects::Organisation;
use crate::scalars::{
    CentreRelation, Date, LegalArea, OrganisationKind, RawCode, resolve_all, resolve_option,
};

payload! {
    /// What a mutation of an organisation gives back.
    OrganisationPayload {
        /// The organisation as it stands now; null when there are errors.
        organisation: Organisation
    }
}

/// Takes an organisation into the register.
#[derive(InputObject)]
struct RegisterOrganisationInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The centre's official key.
    centre: ID,
    /// Its name, at most 300 characters.
    name: String,
    /// Organisationsart.
    kind: OrganisationKind,
    /// The legal areas (Rechtskreise) it stands for.
    legal_areas: Option<Vec<LegalArea>>,
    /// Its place: the official municipality key (AGS) of any Land, eight digits.
    municipality: Option<String>,
    /// Its place or address in words, at most 300 characters.
    place: Option<String>,
    /// Its district (Stadtteil, Ortsteil), at most 300 characters.
    district: Option<String>,
    /// How it stands to the centre.
    relation: Option<CentreRelation>,
    /// A note on it.
    note: Option<String>,
    /// From which day it is known; without it from today.
    occurred_on: Option<Date>,
}

impl RegisterOrganisationInput {
    fn decision(&self) -> Result<RegisterOrganisation, Rejection> {
        Ok(RegisterOrganisation {
            centre: input::centre("centre", &self.centre)?,
            occurred_on: self.occurred_on.map(|date| date.0),
            name: check::line("name", &self.name, Text::NAME)?,
            kind: self.kind.resolve("kind")?,
            legal_areas: resolve_all(
                "legalAreas",
                self.legal_areas.as_deref().unwrap_or_default(),
            )?,
            municipality: self.municipality.clone(),
            place: input::line("place", self.place.as_ref(), Text::NAME)?,
            district: input::line("district", self.district.as_ref(), Text::NAME)?,
            relation: resolve_option("relation", self.relation.as_ref())?,
            note: input::text("note", self.note.as_ref())?,
            source: None,
        })
    }
}

/// Gives an organisation another name.
#[derive(InputObject)]
struct RenameOrganisationInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The organisation.
    id: ID,
    /// Its name from then on, at most 300 characters.
    name: String,
    /// From which day on; without it from today.
    occurred_on: Option<Date>,
    /// Why.
    reason: Option<String>,
    /// The version the client read.
    expected_version: Option<i32>,
}

impl RenameOrganisationInput {
    fn decision(&self) -> Result<RenameOrganisation, Rejection> {
        Ok(RenameOrganisation {
            organisation: input::id("id", &self.id)?,
            expected_version: input::version(self.expected_version)?,
            occurred_on: self.occurred_on.map(|date| date.0),
            name: check::line("name", &self.name, Text::NAME)?,
            reason: input::text("reason", self.reason.as_ref())?,
        })
    }
}

/// What an organisation is, as far as it changes. A field that is absent stays, one that is null is
/// cleared.
#[derive(InputObject)]
struct DescriptionFields {
    /// Organisationsart.
    kind: MaybeUndefined<OrganisationKind>,
    /// The legal areas (Rechtskreise) it stands for, all of them.
    legal_areas: Option<Vec<LegalArea>>,
    /// Its place: the official municipality key (AGS) of any Land, eight digits.
    municipality: MaybeUndefined<String>,
    /// Its place or address in words, at most 300 characters.
    place: MaybeUndefined<String>,
    /// Its district (Stadtteil, Ortsteil), at most 300 characters.
    district: MaybeUndefined<String>,
    /// A note on it.
    note: MaybeUndefined<String>,
}

impl DescriptionFields {
    fn input(&self) -> Result<DescriptionInput, Rejection> {
        Ok(DescriptionInput {
            kind: input::required("kind", &self.kind, |code| code.resolve("kind"))?,
            legal_areas: self
                .legal_areas
                .as_deref()
                .map(|areas| resolve_all("legalAreas", areas))
                .transpose()?,
            municipality: input::change(&self.municipality, |key| Ok(key.clone()))?,
            place: input::change_line("place", &self.place, Text::NAME)?,
            district: input::change_line("district", &self.district, Text::NAME)?,
            note: input::change_text("note", &self.note)?,
        })
    }
}

/// Changes what an organisation is. A field that is absent stays, one that is null is cleared.
#[derive(InputObject)]
struct DescribeOrganisationInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The organisation.
    id: ID,
    /// From which day on; without it from today.
    occurred_on: Option<Date>,
    /// Why.
    reason: Option<String>,
    /// The version the client read.
    expected_version: Option<i32>,
    #[graphql(flatten)]
    description: DescriptionFields,
}

impl DescribeOrganisationInput {
    fn decision(&self) -> Result<DescribeOrganisation, Rejection> {
        Ok(DescribeOrganisation {
            organisation: input::id("id", &self.id)?,
            expected_version: input::version(self.expected_version)?,
            occurred_on: self.occurred_on.map(|date| date.0),
            description: self.description.input()?,
            reason: input::text("reason", self.reason.as_ref())?,
        })
    }
}

/// Sets how an organisation stands to the centre.
#[derive(InputObject)]
struct SetOrganisationRelationInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The organisation.
    id: ID,
    /// How it stands to the centre from then on.
    relation: CentreRelation,
    /// From which day on; without it from today.
    occurred_on: Option<Date>,
    /// The version the client read.
    expected_version: Option<i32>,
}

impl SetOrganisationRelationInput {
    fn decision(&self) -> Result<SetRelation, Rejection> {
        Ok(SetRelation {
            organisation: input::id("id", &self.id)?,
            expected_version: input::version(self.expected_version)?,
            occurred_on: self.occurred_on.map(|date| date.0),
            relation: self.relation.resolve("relation")?,
        })
    }
}

/// Says that two entries are the same organisation, or that they are not.
#[derive(InputObject)]
struct LinkOrganisationsInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The entry that is a duplicate.
    id: ID,
    /// The entry it is the same as.
    same_as: ID,
    /// Why.
    reason: String,
    /// The version of the duplicate that the client read.
    expected_version: Option<i32>,
}

/// Says that two entries linked as the same are not the same.
#[derive(InputObject)]
struct UnlinkOrganisationsInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The entry that was taken for a duplicate.
    id: ID,
    /// The entry it is linked to.
    same_as: ID,
    /// Why.
    reason: String,
    /// The version of the supposed duplicate that the client read.
    expected_version: Option<i32>,
}

/// Corrects what was recorded of an organisation and was never so; a name or kind that came about is
/// a change instead. A field that is absent stays, one that is null is cleared.
#[derive(InputObject)]
struct CorrectOrganisationInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The organisation.
    id: ID,
    /// Why.
    reason: String,
    /// Its name, at most 300 characters.
    name: MaybeUndefined<String>,
    /// How it stands to the centre.
    relation: MaybeUndefined<CentreRelation>,
    /// The version the client read.
    expected_version: Option<i32>,
    #[graphql(flatten)]
    description: DescriptionFields,
}

impl CorrectOrganisationInput {
    fn decision(&self) -> Result<CorrectOrganisation, Rejection> {
        Ok(CorrectOrganisation {
            organisation: input::id("id", &self.id)?,
            expected_version: input::version(self.expected_version)?,
            name: input::required("name", &self.name, |name| {
                check::line("name", name, Text::NAME)
            })?,
            description: self.description.input()?,
            relation: input::change_code("relation", &self.relation)?,
            reason: check::text("reason", &self.reason, Text::NOTE)?,
        })
    }
}

/// Takes an organisation back that should not have been registered. Nothing may name it any more.
#[derive(InputObject)]
struct RetractOrganisationInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The organisation.
    id: ID,
    /// Why.
    reason: String,
    /// The version the client read.
    expected_version: Option<i32>,
}

/// Mutations of organisations.
#[derive(Default)]
pub(crate) struct OrganisationMutations;

#[Object]
impl OrganisationMutations {
    /// Organisation aufnehmen: takes an organisation into the register of a centre.
    async fn register_organisation(
        &self,
        context: &Context<'_>,
        input: RegisterOrganisationInput,
    ) -> Result<OrganisationPayload, Error> {
        carry_out(context, input.command_id, None, input.decision()).await
    }

    /// Organisation umbenennen.
    async fn rename_organisation(
        &self,
        context: &Context<'_>,
        input: RenameOrganisationInput,
    ) -> Result<OrganisationPayload, Error> {
        carry_out(context, input.command_id, Some(&input.id), input.decision()).await
    }

    /// Organisation beschreiben: changes kind, legal areas, place or note.
    async fn describe_organisation(
        &self,
        context: &Context<'_>,
        input: DescribeOrganisationInput,
    ) -> Result<OrganisationPayload, Error> {
        carry_out(context, input.command_id, Some(&input.id), input.decision()).await
    }

    /// Beziehung zum Zentrum festhalten.
    async fn set_organisation_relation(
        &self,
        context: &Context<'_>,
        input: SetOrganisationRelationInput,
    ) -> Result<OrganisationPayload, Error> {
        carry_out(context, input.command_id, Some(&input.id), input.decision()).await
    }

    /// Doppelte Einträge verbinden: both stay, figures count them once.
    async fn link_organisations(
        &self,
        context: &Context<'_>,
        input: LinkOrganisationsInput,
    ) -> Result<OrganisationPayload, Error> {
        let decision = || {
            Ok(LinkAsSame {
                organisation: input::id("id", &input.id)?,
                same_as: input::id("sameAs", &input.same_as)?,
                expected_version: input::version(input.expected_version)?,
                reason: check::text("reason", &input.reason, Text::NOTE)?,
            })
        };
        carry_out(context, input.command_id, Some(&input.id), decision()).await
    }

    /// Verbindung doppelter Einträge lösen.
    async fn unlink_organisations(
        &self,
        context: &Context<'_>,
        input: UnlinkOrganisationsInput,
    ) -> Result<OrganisationPayload, Error> {
        let decision = || {
            Ok(UnlinkAsSame {
                organisation: input::id("id", &input.id)?,
                same_as: input::id("sameAs", &input.same_as)?,
                expected_version: input::version(input.expected_version)?,
                reason: check::text("reason", &input.reason, Text::NOTE)?,
            })
        };
        carry_out(context, input.command_id, Some(&input.id), decision()).await
    }

    /// Organisation berichtigen: states anew what was recorded wrongly.
    async fn correct_organisation(
        &self,
        context: &Context<'_>,
        input: CorrectOrganisationInput,
    ) -> Result<OrganisationPayload, Error> {
        carry_out(context, input.command_id, Some(&input.id), input.decision()).await
    }

    /// Organisation zurückziehen: it is in no list any more, its history stays.
    async fn retract_organisation(
        &self,
        context: &Context<'_>,
        input: RetractOrganisationInput,
    ) -> Result<OrganisationPayload, Error> {
        let about = Some(&input.id);
        let asked = ask_first::<OrganisationPayload>(context, about)?;
        let decision = || {
            refused_before(&asked)?;
            let organisation: OrganisationId = input::id("id", &input.id)?;
            Ok(RetractOrganisation {
                organisation,
                named_by: named_by(context, organisation.record()),
                reason: check::text("reason", &input.reason, Text::NOTE)?,
                expected_version: input::version(input.expected_version)?,
            })
        };
        let decision = decision();
        carry_out_asked(context, input.command_id, about, asked, decision).await
    }
}
