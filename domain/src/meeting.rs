//! Meetings of a network.

mod event;
#[cfg(test)]
pub(crate) mod samples;
pub(crate) mod state;

pub use event::{
    AgendaItem, Attendance, Cancelled, Continued, Corrected, Held, MeetingEvent, MeetingFacts,
    MinutesApproved, Plan, Rescheduled, Retracted, Scheduled, Vote,
};
pub use state::MeetingHistory;
