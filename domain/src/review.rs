//! Project reviews (Stellungnahmen) from the request to the funder's decision.

mod active_content;
mod ask_advice;
mod ask_clarification;
mod assign;
mod attach;
mod attachment_type;
mod complete_step;
mod correct;
mod correct_ending;
mod decide_funding;
mod declare_conflict;
mod decline;
mod draft;
mod event;
mod extend_deadline;
mod give_advice;
#[cfg(test)]
mod histories;
mod import;
mod import_ending;
mod import_steps;
mod input;
mod issue;
mod lapse;
mod machine;
mod merged;
pub mod outcome;
mod progress;
mod receive_clarification;
mod reopen;
mod request;
mod retract;
mod retract_advice;
mod retract_attachment;
mod retract_clarification;
mod retract_step;
#[cfg(test)]
pub(crate) mod samples;
mod score;
mod sign;
mod state;
mod supersede;
mod units;
mod withdraw;
mod zip_archive;

pub use ask_advice::AskAdvice;
pub use ask_clarification::AskClarification;
pub use assign::{AssignFacts, AssignReview, Staff};
pub use attach::AddAttachment;
pub use attachment_type::media_type;
pub use complete_step::{CompleteStep, StepInput};
pub use correct::{CorrectReview, ReviewPatch};
pub use correct_ending::CorrectEnding;
pub use decide_funding::RecordFundingDecision;
pub use declare_conflict::DeclareConflict;
pub use decline::DeclineReview;
pub use draft::DraftStatement;
pub use event::{
    AdviceAsked, AdviceGiven, AdviceRetracted, Assigned, AttachmentAdded, AttachmentRetracted,
    ClarificationAsked, ClarificationReceived, ClarificationRetracted, Closed, ConflictDeclared,
    Corrected, DeadlineExtended, Declined, Drafted, EndingCorrected, FundingDecided, Issued,
    Lapsed, Reopened, Requested, Retracted, ReviewEvent, ReviewFacts, Score, Scored, Signed,
    StepCompleted, StepRetracted, Superseded, VersionChanged, VersionStatus, Withdrawn,
};
pub use extend_deadline::ExtendDeadline;
pub use give_advice::{AdviceFacts, GiveAdvice};
pub use import::{Ending, Funding, ImportReview};
pub use import_ending::Difference;
pub use issue::IssueStatement;
pub use lapse::LapseReview;
pub use machine::{Check, Phase, ReviewState, Step};
pub use progress::Progress;
pub use receive_clarification::ReceiveClarification;
pub use reopen::ReopenReview;
pub use request::RequestReview;
pub use retract::RetractReview;
pub use retract_advice::RetractAdvice;
pub use retract_attachment::RetractAttachment;
pub use retract_clarification::RetractClarification;
pub use retract_step::RetractStep;
pub use score::{ScoreInput, ScoreReview};
pub use sign::SignStatement;
pub use state::Reviews;
pub use supersede::SupersedeStatement;
pub use withdraw::WithdrawReview;
