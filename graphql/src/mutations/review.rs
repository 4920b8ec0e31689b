//! What an office does with project reviews, in the order of the work, one file per stretch of it.

mod ask;
mod end;
mod record;
mod statement;
mod take_back;
mod work;

use async_graphql::MergedObject;

use crate::objects::ProjectReview;

payload! {
    /// What a mutation of a project review gives back.
    ReviewPayload {
        /// The review as it stands now; null when there are errors.
        review: ProjectReview
    }
}

/// Mutations of project reviews.
#[derive(MergedObject, Default)]
pub(crate) struct ReviewMutations(
    record::RecordMutations,
    work::WorkMutations,
    ask::AskMutations,
    statement::StatementMutations,
    end::EndMutations,
    take_back::TakeBackMutations,
);
