//! Meetings of a network.

mod afterwards;
mod agenda_number;
mod approve_minutes;
mod cancel;
mod correct;
mod event;
#[cfg(test)]
mod histories;
mod hold;
mod import;
mod import_deletion;
mod input;
mod minutes;
mod parts;
mod reinstate;
mod reschedule;
mod retract;
#[cfg(test)]
pub(crate) mod samples;
mod schedule;
mod source;
pub(crate) mod state;
mod withdraw_approval;

pub use afterwards::Afterwards;
pub use approve_minutes::ApproveMinutes;
pub use cancel::CancelMeeting;
pub use correct::{CorrectFacts, CorrectMeeting};
pub use event::{
    AgendaItem, ApprovalWithdrawn, Attendance, Cancelled, Chair, Continued, Corrected, Held,
    MeetingEvent, MeetingFacts, MinutesApproved, Plan, Referral, Reinstated, Rescheduled,
    Retracted, Scheduled, Vote,
};
pub use hold::{HoldFacts, HoldMeeting};
pub use import::{ImportFacts, ImportMeeting};
pub use import_deletion::ImportDeletion;
pub use input::{AgendaInput, AttendanceInput, PlanInput, VoteInput};
pub use minutes::{ChairInput, MinutesInput, ReferralInput};
pub use reinstate::ReinstateMeeting;
pub use reschedule::{MeetingOfNetwork, RescheduleMeeting};
pub use retract::RetractMeeting;
pub use schedule::{ScheduleFacts, ScheduleMeeting};
pub use state::MeetingHistory;
pub use withdraw_approval::WithdrawApproval;
