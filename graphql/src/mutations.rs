//! What offices do, one file per record. Each mutation is named by the office's verb, takes one
//! `input` with a `commandId`, and gives back the record, the position and the errors.

mod agreement;
mod consultation;
mod meeting;
mod network;
mod organisation;

use async_graphql::MergedObject;

/// All mutations.
#[derive(MergedObject, Default)]
pub struct Mutation(
    organisation::OrganisationMutations,
    consultation::ConsultationMutations,
    network::NetworkMutations,
    meeting::MeetingMutations,
    agreement::AgreementMutations,
);
