//! What an office does with meetings.

mod input_fields;

use async_graphql::{Context, Error, ID, InputObject, MaybeUndefined, Object};
use querschnitt_domain::existing::unknown;
use querschnitt_domain::meeting::{
    ApproveMinutes, CancelMeeting, CorrectMeeting, HoldMeeting, ReinstateMeeting,
    RescheduleMeeting, RetractMeeting, ScheduleMeeting, WithdrawApproval,
};
use querschnitt_domain::{MeetingId, NetworkId, Rejection, RejectionCode, Text, check};
use uuid::Uuid;

use self::input_fields::{AttendanceFields, MinutesFields, PlanFields, attendances};
use super::carry_out;
use crate::command::Load as _;
use crate::input;
use crate::objects::{Meeting, NOW};
use crate::scalars::Date;

payload! {
    /// What a mutation of a meeting gives back.
    MeetingPayload {
        /// The meeting as it stands now; null when there are errors.
        meeting: Meeting
    }
}

/// Plans a meeting of a body. The open agreements of the body are carried over to it.
#[derive(InputObject)]
struct ScheduleMeetingInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The body that meets.
    network: ID,
    /// The day: past or to come, at most five years ahead.
    date: Date,
    #[graphql(flatten)]
    plan: PlanFields,
}

impl ScheduleMeetingInput {
    fn decision(&self) -> Result<ScheduleMeeting, Rejection> {
        Ok(ScheduleMeeting {
            network: input::id("network", &self.network)?,
            date: self.date.0,
            plan: self.plan.input()?,
        })
    }
}

/// Changes the plan of a meeting. A field that is absent stays, one that is null is cleared.
#[derive(InputObject)]
struct RescheduleMeetingInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The meeting.
    id: ID,
    /// The new day.
    date: Option<Date>,
    /// Why.
    reason: Option<String>,
    /// The version the client read.
    expected_version: Option<i32>,
    #[graphql(flatten)]
    plan: PlanFields,
}

/// Records that a meeting took place: a planned one by its `id`, or one that was not planned in the
/// book by its `network` and `date`.
#[derive(InputObject)]
struct HoldMeetingInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The planned meeting.
    id: Option<ID>,
    /// The body that met; needed without `id`.
    network: Option<ID>,
    /// The day, past or today; needed without `id`, otherwise the planned day.
    date: Option<Date>,
    /// The organisations that came, at most 300 entries.
    attendances: Option<Vec<AttendanceFields>>,
    /// People who came for no registered organisation, 0 to 10000.
    other_head_count: Option<i64>,
    /// Results or minutes, at most 20000 characters.
    results: Option<String>,
    /// The version the client read.
    expected_version: Option<i32>,
    #[graphql(flatten)]
    plan: PlanFields,
    #[graphql(flatten)]
    minutes: MinutesFields,
}

/// Corrects a meeting that took place. A field that is absent stays, one that is null is cleared.
#[derive(InputObject)]
struct CorrectMeetingInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The meeting.
    id: ID,
    /// Why.
    reason: String,
    /// The day, past or today.
    date: Option<Date>,
    /// All organisations that came, at most 300 entries.
    attendances: Option<Vec<AttendanceFields>>,
    /// People who came for no registered organisation, 0 to 10000.
    other_head_count: Option<i64>,
    /// Results or minutes, at most 20000 characters.
    results: MaybeUndefined<String>,
    /// The version the client read.
    expected_version: Option<i32>,
    #[graphql(flatten)]
    plan: PlanFields,
    #[graphql(flatten)]
    minutes: MinutesFields,
}

/// Says that a planned meeting does not take place.
#[derive(InputObject)]
struct CancelMeetingInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The meeting.
    id: ID,
    /// Why. It is shown as a text of the meeting: roles that write none leave it out, all others give it.
    reason: Option<String>,
    /// The version the client read.
    expected_version: Option<i32>,
}

/// Says that the minutes of a meeting were approved.
#[derive(InputObject)]
struct ApproveMinutesInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The meeting.
    id: ID,
    /// The day, not before the meeting; without it today.
    occurred_on: Option<Date>,
    /// The version the client read.
    expected_version: Option<i32>,
}

/// Takes a meeting back that should not have been recorded.
#[derive(InputObject)]
struct RetractMeetingInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The meeting.
    id: ID,
    /// Why.
    reason: String,
    /// The version the client read.
    expected_version: Option<i32>,
}

/// Says that a cancelled meeting is to come after all, as it was planned.
#[derive(InputObject)]
struct ReinstateMeetingInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The meeting.
    id: ID,
    /// Why.
    reason: String,
    /// The version the client read.
    expected_version: Option<i32>,
}

/// Says that the minutes of a meeting were not approved after all.
#[derive(InputObject)]
struct WithdrawMinutesApprovalInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The meeting.
    id: ID,
    /// Why.
    reason: String,
    /// The version the client read.
    expected_version: Option<i32>,
}

/// A meeting and the body that meets, by the meeting's id: decisions ask for both.
fn meeting_of(context: &Context<'_>, id: &ID) -> Result<(MeetingId, NetworkId), Rejection> {
    let meeting: MeetingId = input::id("id", id)?;
    match Meeting::load(context, meeting.record(), NOW) {
        Ok(Some(found)) => Ok((meeting, found.row.network)),
        Ok(None) | Err(_) => Err(unknown("id", meeting.record())),
    }
}

/// Mutations of meetings.
#[derive(Default)]
pub(crate) struct MeetingMutations;

#[Object]
impl MeetingMutations {
    /// Sitzung planen.
    async fn schedule_meeting(
        &self,
        context: &Context<'_>,
        input: ScheduleMeetingInput,
    ) -> Result<MeetingPayload, Error> {
        carry_out(context, input.command_id, None, input.decision()).await
    }

    /// Sitzung verlegen oder ihre Planung ändern.
    async fn reschedule_meeting(
        &self,
        context: &Context<'_>,
        input: RescheduleMeetingInput,
    ) -> Result<MeetingPayload, Error> {
        let decision = || {
            let (meeting, network) = meeting_of(context, &input.id)?;
            Ok(RescheduleMeeting {
                network,
                meeting,
                date: input.date.map(|date| date.0),
                plan: input.plan.input()?,
                reason: input::text("reason", input.reason.as_ref())?,
                expected_version: input::version(input.expected_version)?,
            })
        };
        carry_out(context, input.command_id, Some(&input.id), decision()).await
    }

    /// Sitzung durchgeführt: records that it took place, who came, and what came out of it.
    async fn hold_meeting(
        &self,
        context: &Context<'_>,
        input: HoldMeetingInput,
    ) -> Result<MeetingPayload, Error> {
        let decision = || {
            let (meeting, network) = match (&input.id, &input.network) {
                (Some(id), None) => {
                    let (meeting, network) = meeting_of(context, id)?;
                    (Some(meeting), network)
                }
                (None, Some(network)) => (None, input::id("network", network)?),
                (Some(_), Some(_)) | (None, None) => {
                    return Err(Rejection::field(
                        RejectionCode::Missing,
                        "id",
                        "Bitte entweder die geplante Sitzung („id“) oder das Gremium („network“) mit dem Tag („date“) angeben.",
                    ));
                }
            };
            Ok(HoldMeeting {
                network,
                meeting,
                date: input.date.map(|date| date.0),
                plan: input.plan.input()?,
                attendances: attendances(input.attendances.as_deref().unwrap_or_default())?,
                other_head_count: input.other_head_count.unwrap_or_default(),
                results: input::text("results", input.results.as_ref())?,
                minutes: input.minutes.input()?,
                expected_version: input::version(input.expected_version)?,
            })
        };
        carry_out(context, input.command_id, input.id.as_ref(), decision()).await
    }

    /// Sitzung berichtigen.
    async fn correct_meeting(
        &self,
        context: &Context<'_>,
        input: CorrectMeetingInput,
    ) -> Result<MeetingPayload, Error> {
        let decision = || {
            let (meeting, network) = meeting_of(context, &input.id)?;
            Ok(CorrectMeeting {
                network,
                meeting,
                date: input.date.map(|date| date.0),
                plan: input.plan.input()?,
                attendances: input.attendances.as_deref().map(attendances).transpose()?,
                other_head_count: input.other_head_count,
                results: input::change_text("results", &input.results)?,
                minutes: input.minutes.input()?,
                reason: check::text("reason", &input.reason, Text::NOTE)?,
                expected_version: input::version(input.expected_version)?,
            })
        };
        carry_out(context, input.command_id, Some(&input.id), decision()).await
    }

    /// Sitzung absagen.
    async fn cancel_meeting(
        &self,
        context: &Context<'_>,
        input: CancelMeetingInput,
    ) -> Result<MeetingPayload, Error> {
        let decision = || {
            Ok(CancelMeeting {
                meeting: input::id("id", &input.id)?,
                reason: input::text("reason", input.reason.as_ref())?,
                expected_version: input::version(input.expected_version)?,
            })
        };
        carry_out(context, input.command_id, Some(&input.id), decision()).await
    }

    /// Niederschrift genehmigt.
    async fn approve_minutes(
        &self,
        context: &Context<'_>,
        input: ApproveMinutesInput,
    ) -> Result<MeetingPayload, Error> {
        let decision = || {
            Ok(ApproveMinutes {
                meeting: input::id("id", &input.id)?,
                occurred_on: input.occurred_on.map(|date| date.0),
                expected_version: input::version(input.expected_version)?,
            })
        };
        carry_out(context, input.command_id, Some(&input.id), decision()).await
    }

    /// Sitzung zurücknehmen: it counts nowhere any more, its history stays.
    async fn retract_meeting(
        &self,
        context: &Context<'_>,
        input: RetractMeetingInput,
    ) -> Result<MeetingPayload, Error> {
        let decision = || {
            Ok(RetractMeeting {
                meeting: input::id("id", &input.id)?,
                reason: check::text("reason", &input.reason, Text::NOTE)?,
                expected_version: input::version(input.expected_version)?,
            })
        };
        carry_out(context, input.command_id, Some(&input.id), decision()).await
    }

    /// Absage einer Sitzung zurücknehmen.
    async fn reinstate_meeting(
        &self,
        context: &Context<'_>,
        input: ReinstateMeetingInput,
    ) -> Result<MeetingPayload, Error> {
        let decision = || {
            let (meeting, network) = meeting_of(context, &input.id)?;
            Ok(ReinstateMeeting {
                network,
                meeting,
                reason: check::text("reason", &input.reason, Text::NOTE)?,
                expected_version: input::version(input.expected_version)?,
            })
        };
        carry_out(context, input.command_id, Some(&input.id), decision()).await
    }

    /// Genehmigung der Niederschrift zurücknehmen.
    async fn withdraw_minutes_approval(
        &self,
        context: &Context<'_>,
        input: WithdrawMinutesApprovalInput,
    ) -> Result<MeetingPayload, Error> {
        let decision = || {
            Ok(WithdrawApproval {
                meeting: input::id("id", &input.id)?,
                reason: check::text("reason", &input.reason, Text::NOTE)?,
                expected_version: input::version(input.expected_version)?,
            })
        };
        carry_out(context, input.command_id, Some(&input.id), decision()).await
    }
}
