//! Meetings of a network.

mod event;

pub use event::{
    AgendaItem, Attendance, Cancelled, Continued, Corrected, Held, MeetingEvent, MeetingFacts,
    MinutesApproved, Plan, Rescheduled, Retracted, Scheduled, Vote,
};
