//! What an office does with networks. What it does when they were recorded wrongly: `correct.rs`.

mod correct;

use async_graphql::{Context, Error, ID, InputObject, MaybeUndefined, Object};
use querschnitt_domain::network::{
    AddMember, ChangeNetwork, CloseNetwork, FoundNetwork, NetworkInput, RemoveMember,
};
use querschnitt_domain::{Rejection, Text, check};
use uuid::Uuid;

use super::carry_out;
use crate::input;
use crate::objects::Network;
use crate::scalars::{
    ActionArea, BodyType, Date, KiRole, LegalNature, RawCode, resolve_all, resolve_option,
};

pub(crate) use correct::NetworkCorrections;

payload! {
    /// What a mutation of a network gives back.
    NetworkPayload {
        /// The network as it stands now; null when there are errors.
        network: Network
    }
}

/// Takes a body into the book.
#[derive(InputObject)]
struct FoundNetworkInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The centre's official key.
    centre: ID,
    /// The day it exists from.
    founded_on: Date,
    /// Its name, at most 300 characters.
    name: String,
    /// Gremienart.
    body_type: BodyType,
    /// Rechtsnatur; votes are recorded only in statutory bodies.
    legal_nature: Option<LegalNature>,
    /// What the centre is in it, unless a meeting says otherwise.
    ki_role: Option<KiRole>,
    /// Handlungsfelder, unless a meeting says otherwise.
    action_areas: Option<Vec<ActionArea>>,
    /// A note on it.
    note: Option<String>,
}

impl FoundNetworkInput {
    fn decision(&self) -> Result<FoundNetwork, Rejection> {
        Ok(FoundNetwork {
            centre: input::centre("centre", &self.centre)?,
            founded_on: self.founded_on.0,
            name: check::line("name", &self.name, Text::NAME)?,
            body_type: self.body_type.resolve("bodyType")?,
            legal_nature: resolve_option("legalNature", self.legal_nature.as_ref())?,
            ki_role: resolve_option("kiRole", self.ki_role.as_ref())?,
            action_areas: resolve_all(
                "actionAreas",
                self.action_areas.as_deref().unwrap_or_default(),
            )?,
            note: input::text("note", self.note.as_ref())?,
        })
    }
}

/// What a body is, as far as it changes. A field that is absent stays, one that is null is cleared.
#[derive(InputObject)]
pub(super) struct NetworkFields {
    /// Its name.
    name: MaybeUndefined<String>,
    /// Gremienart.
    body_type: MaybeUndefined<BodyType>,
    /// Rechtsnatur.
    legal_nature: MaybeUndefined<LegalNature>,
    /// What the centre is in it.
    ki_role: MaybeUndefined<KiRole>,
    /// Handlungsfelder, all of them.
    action_areas: Option<Vec<ActionArea>>,
    /// A note on it.
    note: MaybeUndefined<String>,
}

impl NetworkFields {
    pub(super) fn input(&self) -> Result<NetworkInput, Rejection> {
        Ok(NetworkInput {
            name: input::required("name", &self.name, |name| {
                check::line("name", name, Text::NAME)
            })?,
            body_type: input::required("bodyType", &self.body_type, |code| {
                code.resolve("bodyType")
            })?,
            legal_nature: input::change_code("legalNature", &self.legal_nature)?,
            ki_role: input::change_code("kiRole", &self.ki_role)?,
            action_areas: self
                .action_areas
                .as_deref()
                .map(|areas| resolve_all("actionAreas", areas))
                .transpose()?,
            note: input::change_text("note", &self.note)?,
        })
    }
}

/// Changes what a body is. A field that is absent stays, one that is null is cleared.
#[derive(InputObject)]
struct ChangeNetworkInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The network.
    id: ID,
    /// From which day on; without it from today.
    occurred_on: Option<Date>,
    /// Why.
    reason: Option<String>,
    /// The version the client read.
    expected_version: Option<i32>,
    #[graphql(flatten)]
    description: NetworkFields,
}

impl ChangeNetworkInput {
    fn decision(&self) -> Result<ChangeNetwork, Rejection> {
        Ok(ChangeNetwork {
            network: input::id("id", &self.id)?,
            occurred_on: self.occurred_on.map(|date| date.0),
            description: self.description.input()?,
            reason: input::text("reason", self.reason.as_ref())?,
            expected_version: input::version(self.expected_version)?,
        })
    }
}

/// Takes an organisation into a body.
#[derive(InputObject)]
struct AddNetworkMemberInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The network.
    id: ID,
    /// The organisation.
    organisation: ID,
    /// From which day on; without it from today.
    occurred_on: Option<Date>,
    /// In which function.
    function: Option<String>,
    /// The version the client read.
    expected_version: Option<i32>,
}

/// Ends the membership of an organisation.
#[derive(InputObject)]
struct RemoveNetworkMemberInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The network.
    id: ID,
    /// The organisation.
    organisation: ID,
    /// The first day it does not belong to it any more; without it today.
    occurred_on: Option<Date>,
    /// Why.
    reason: Option<String>,
    /// The version the client read.
    expected_version: Option<i32>,
}

/// Closes a body.
#[derive(InputObject)]
struct CloseNetworkInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The network.
    id: ID,
    /// Its last day; without it today.
    occurred_on: Option<Date>,
    /// Why.
    reason: Option<String>,
    /// The version the client read.
    expected_version: Option<i32>,
}

/// Mutations of networks.
#[derive(Default)]
pub(crate) struct NetworkMutations;

#[Object]
impl NetworkMutations {
    /// Gremium gründen: takes a body that meets into the book.
    async fn found_network(
        &self,
        context: &Context<'_>,
        input: FoundNetworkInput,
    ) -> Result<NetworkPayload, Error> {
        carry_out(context, input.command_id, None, input.decision()).await
    }

    /// Gremium ändern: name, kind, role, action areas or note.
    async fn change_network(
        &self,
        context: &Context<'_>,
        input: ChangeNetworkInput,
    ) -> Result<NetworkPayload, Error> {
        carry_out(context, input.command_id, Some(&input.id), input.decision()).await
    }

    /// Mitglied aufnehmen.
    async fn add_network_member(
        &self,
        context: &Context<'_>,
        input: AddNetworkMemberInput,
    ) -> Result<NetworkPayload, Error> {
        let decision = || {
            Ok(AddMember {
                network: input::id("id", &input.id)?,
                organisation: input::id("organisation", &input.organisation)?,
                occurred_on: input.occurred_on.map(|date| date.0),
                function: input::line("function", input.function.as_ref(), Text::NAME)?,
                expected_version: input::version(input.expected_version)?,
            })
        };
        carry_out(context, input.command_id, Some(&input.id), decision()).await
    }

    /// Mitgliedschaft beenden.
    async fn remove_network_member(
        &self,
        context: &Context<'_>,
        input: RemoveNetworkMemberInput,
    ) -> Result<NetworkPayload, Error> {
        let decision = || {
            Ok(RemoveMember {
                network: input::id("id", &input.id)?,
                organisation: input::id("organisation", &input.organisation)?,
                occurred_on: input.occurred_on.map(|date| date.0),
                reason: input::text("reason", input.reason.as_ref())?,
                expected_version: input::version(input.expected_version)?,
            })
        };
        carry_out(context, input.command_id, Some(&input.id), decision()).await
    }

    /// Gremium schließen.
    async fn close_network(
        &self,
        context: &Context<'_>,
        input: CloseNetworkInput,
    ) -> Result<NetworkPayload, Error> {
        let decision = || {
            Ok(CloseNetwork {
                network: input::id("id", &input.id)?,
                occurred_on: input.occurred_on.map(|date| date.0),
                reason: input::text("reason", input.reason.as_ref())?,
                expected_version: input::version(input.expected_version)?,
            })
        };
        carry_out(context, input.command_id, Some(&input.id), decision()).await
    }
}
