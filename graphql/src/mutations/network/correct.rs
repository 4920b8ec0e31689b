//! What an office does with networks and memberships that were recorded wrongly.

use async_graphql::{Context, Error, ID, InputObject, MaybeUndefined, Object};
use querschnitt_domain::network::{
    CorrectMember, CorrectNetwork, ReopenNetwork, RetractMember, RetractNetwork,
};
use querschnitt_domain::{NetworkId, Rejection, Text, check};
use uuid::Uuid;

use super::{NetworkFields, NetworkPayload};
use crate::input;
use crate::mutations::{ask_first, carry_out, carry_out_asked, named_by, refused_before};
use crate::scalars::Date;

/// Corrects what was recorded of a body and was never so; what came about is a change instead. A field
/// that is absent stays, one that is null is cleared.
#[derive(InputObject)]
struct CorrectNetworkInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The network.
    id: ID,
    /// Why.
    reason: String,
    /// The day it exists from, not after its first meeting or member.
    founded_on: Option<Date>,
    /// The version the client read.
    expected_version: Option<i32>,
    #[graphql(flatten)]
    description: NetworkFields,
}

impl CorrectNetworkInput {
    fn decision(&self) -> Result<CorrectNetwork, Rejection> {
        Ok(CorrectNetwork {
            network: input::id("id", &self.id)?,
            founded_on: self.founded_on.map(|date| date.0),
            description: self.description.input()?,
            reason: check::text("reason", &self.reason, Text::NOTE)?,
            expected_version: input::version(self.expected_version)?,
        })
    }
}

/// Opens a body again that was closed by mistake.
#[derive(InputObject)]
struct ReopenNetworkInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The network.
    id: ID,
    /// Why.
    reason: String,
    /// The version the client read.
    expected_version: Option<i32>,
}

/// Takes a body back that should not have been recorded. Its meetings and agreements go before.
#[derive(InputObject)]
struct RetractNetworkInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The network.
    id: ID,
    /// Why.
    reason: String,
    /// The version the client read.
    expected_version: Option<i32>,
}

/// Corrects the days or the function of a membership. A field that is absent stays, one that is null
/// is cleared.
#[derive(InputObject)]
struct CorrectNetworkMemberInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The network.
    id: ID,
    /// The organisation.
    organisation: ID,
    /// The first day of the membership as it is recorded; without it the latest is meant.
    membership: Option<Date>,
    /// Why.
    reason: String,
    /// The first day.
    joined_on: Option<Date>,
    /// The first day it does not belong to it any more; null: it still does.
    left_on: MaybeUndefined<Date>,
    /// In which function, at most 300 characters.
    function: MaybeUndefined<String>,
    /// The version the client read.
    expected_version: Option<i32>,
}

impl CorrectNetworkMemberInput {
    fn decision(&self) -> Result<CorrectMember, Rejection> {
        Ok(CorrectMember {
            network: input::id("id", &self.id)?,
            organisation: input::id("organisation", &self.organisation)?,
            membership: self.membership.map(|date| date.0),
            joined_on: self.joined_on.map(|date| date.0),
            left_on: input::change(&self.left_on, |date| Ok(date.0))?,
            function: input::change_line("function", &self.function, Text::NAME)?,
            reason: check::text("reason", &self.reason, Text::NOTE)?,
            expected_version: input::version(self.expected_version)?,
        })
    }
}

/// Takes a membership back that never was.
#[derive(InputObject)]
struct RetractNetworkMemberInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The network.
    id: ID,
    /// The organisation.
    organisation: ID,
    /// The first day of the membership; without it the latest is meant.
    membership: Option<Date>,
    /// Why.
    reason: String,
    /// The version the client read.
    expected_version: Option<i32>,
}

/// Corrections of networks.
#[derive(Default)]
pub(crate) struct NetworkCorrections;

#[Object]
impl NetworkCorrections {
    /// Gremium berichtigen: states anew what was recorded wrongly, also since when it exists.
    async fn correct_network(
        &self,
        context: &Context<'_>,
        input: CorrectNetworkInput,
    ) -> Result<NetworkPayload, Error> {
        carry_out(context, input.command_id, Some(&input.id), input.decision()).await
    }

    /// Schließung eines Gremiums zurücknehmen.
    async fn reopen_network(
        &self,
        context: &Context<'_>,
        input: ReopenNetworkInput,
    ) -> Result<NetworkPayload, Error> {
        let decision = || {
            Ok(ReopenNetwork {
                network: input::id("id", &input.id)?,
                reason: check::text("reason", &input.reason, Text::NOTE)?,
                expected_version: input::version(input.expected_version)?,
            })
        };
        carry_out(context, input.command_id, Some(&input.id), decision()).await
    }

    /// Gremium zurückziehen: it is in no list any more, its history stays.
    async fn retract_network(
        &self,
        context: &Context<'_>,
        input: RetractNetworkInput,
    ) -> Result<NetworkPayload, Error> {
        let about = Some(&input.id);
        let asked = ask_first::<NetworkPayload>(context, about)?;
        let decision = || {
            refused_before(&asked)?;
            let network: NetworkId = input::id("id", &input.id)?;
            Ok(RetractNetwork {
                network,
                named_by: named_by(context, network.record()),
                reason: check::text("reason", &input.reason, Text::NOTE)?,
                expected_version: input::version(input.expected_version)?,
            })
        };
        let decision = decision();
        carry_out_asked(context, input.command_id, about, asked, decision).await
    }

    /// Mitgliedschaft berichtigen.
    async fn correct_network_member(
        &self,
        context: &Context<'_>,
        input: CorrectNetworkMemberInput,
    ) -> Result<NetworkPayload, Error> {
        carry_out(context, input.command_id, Some(&input.id), input.decision()).await
    }

    /// Mitgliedschaft zurückziehen, die es nie gab.
    async fn retract_network_member(
        &self,
        context: &Context<'_>,
        input: RetractNetworkMemberInput,
    ) -> Result<NetworkPayload, Error> {
        let decision = || {
            Ok(RetractMember {
                network: input::id("id", &input.id)?,
                organisation: input::id("organisation", &input.organisation)?,
                membership: input.membership.map(|date| date.0),
                reason: check::text("reason", &input.reason, Text::NOTE)?,
                expected_version: input::version(input.expected_version)?,
            })
        };
        carry_out(context, input.command_id, Some(&input.id), decision()).await
    }
}
