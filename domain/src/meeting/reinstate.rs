//! A meeting was cancelled by mistake.

use super::reschedule::MeetingOfNetwork;
use super::state::{MeetingHistory, Stage};
use super::{MeetingEvent, Reinstated, parts};
use crate::may::{self, RecordClass};
use crate::network::NetworkHistory;
use crate::{Context, Decision, Event, MeetingId, NetworkId, Query, Rejection, Text, check};

/// Makes a cancelled meeting one to come again, as it was planned. To come: nothing happens.
#[derive(Clone, Debug)]
pub struct ReinstateMeeting {
    /// The body that meets, as the view of the meeting says.
    pub network: NetworkId,
    /// Which meeting.
    pub meeting: MeetingId,
    /// Why.
    pub reason: Text,
    /// The version the client read.
    pub expected_version: Option<u32>,
}

impl Decision for ReinstateMeeting {
    type Facts = MeetingOfNetwork;

    fn query(&self) -> Query {
        Query::none()
            .or(NetworkHistory::item(self.network))
            .or(MeetingHistory::item(self.meeting))
    }

    fn evolve(facts: &mut MeetingOfNetwork, event: &Event) {
        facts.network.evolve(event);
        facts.meeting.evolve(event);
    }

    fn decide(&self, facts: &MeetingOfNetwork, context: &Context) -> Result<Vec<Event>, Rejection> {
        may::write(RecordClass::Meeting, context)?;
        let network = facts.network.require(self.network, context)?;
        let meeting = facts
            .meeting
            .require_of(self.meeting, self.network, context)?;
        match meeting.stage {
            Stage::Cancelled => {}
            Stage::Scheduled => return Ok(Vec::new()),
            Stage::Held | Stage::Retracted => {
                return Err(meeting.forbids("wieder ansetzen können Sie nur abgesagte Sitzungen"));
            }
        }
        meeting.trail.expect(self.expected_version)?;
        // The body may have ended since.
        network.require_not_closed_on("meeting", meeting.content.date)?;
        let subject = self.meeting.record();
        let reinstated = MeetingEvent::Reinstated(Reinstated {
            meeting: self.meeting,
            network: self.network,
            reason: check::seal_text(context, subject, "reason", &self.reason, Text::NOTE)?,
        });
        let (date, starts_at) = (meeting.content.date, meeting.content.starts_at);
        Ok(parts::events(context, date, starts_at, reinstated))
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::meeting::samples::{cancelled, held, meeting, reinstated, retracted, scheduled};
    use crate::meeting::{Cancelled, ImportDeletion, Scheduled};
    use crate::network::samples::{closed, founded, network};
    use crate::rejection::RejectionCode as Code;
    use crate::role::Role;
    use crate::source::{Source, SourceDigest};
    use crate::testing::{Moved, centre, event, given, other_centre, sealed, text};

    const DAY: time::Date = date!(2026 - 12 - 01);

    fn reinstate() -> ReinstateMeeting {
        ReinstateMeeting {
            network: network(),
            meeting: meeting(1),
            reason: text("falsche Sitzung"),
            expected_version: None,
        }
    }

    #[test]
    fn a_cancelled_meeting_is_to_come_again_once() {
        let history = [founded(), scheduled(1, DAY), cancelled(1)];
        given(history.clone())
            .when(reinstate())
            .then([reinstated(1, DAY)]);
        given(history.into_iter().chain([reinstated(1, DAY)]))
            .when(reinstate())
            .then_nothing();
        given([founded(), scheduled(1, DAY)])
            .when(reinstate())
            .then_nothing();
    }

    #[test]
    fn its_source_does_not_cancel_it_again_by_saying_the_same() {
        let deletion = ImportDeletion {
            centre: centre(),
            source: Source {
                key: "https://ris.example/meetings/7".into(),
                digest: SourceDigest([9; 16]),
            },
        };
        let id = MeetingId(deletion.source.record_id(centre()));
        let mut history = vec![founded()];
        history.push(
            event(MeetingEvent::Scheduled(Scheduled {
                meeting: id,
                plan: crate::meeting::samples::plan(),
                source: Some(SourceDigest([1; 16])),
            }))
            .on(DAY),
        );
        history.push(
            event(MeetingEvent::Cancelled(Cancelled {
                meeting: id,
                network: network(),
                reason: Some(sealed("In der Quelle gelöscht")),
                source: Some(SourceDigest([9; 16])),
            }))
            .on(DAY),
        );
        let command = ReinstateMeeting {
            meeting: id,
            ..reinstate()
        };
        history.extend(given(history.clone()).when(command).0.unwrap());
        given(history).when(deletion).then_nothing();
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let history = || vec![founded(), scheduled(1, DAY), cancelled(1)];
        given([founded()])
            .when(reinstate())
            .then_rejected(Code::UnknownId, "meeting");
        given([
            founded(),
            scheduled(1, DAY).in_centre(other_centre()),
            cancelled(1),
        ])
        .when(reinstate())
        .then_rejected(Code::UnknownId, "meeting");
        for (last, day) in [
            (held(1, date!(2026 - 11 - 02)), date!(2026 - 11 - 02)),
            (retracted(1, DAY), DAY),
        ] {
            given([founded(), scheduled(1, day), last])
                .when(reinstate())
                .then_rejected(Code::StateForbids, "meeting");
        }
        given(history())
            .acting_as(Role::Auditor)
            .when(reinstate())
            .then_rejected(Code::NotAllowed, "");
        given(history().into_iter().chain([closed(date!(2026 - 11 - 15))]))
            .when(reinstate())
            .then_rejected(Code::StateForbids, "meeting");
        let stale = ReinstateMeeting {
            expected_version: Some(1),
            ..reinstate()
        };
        given(history())
            .when(stale)
            .then_rejected(Code::ChangedMeanwhile, "expectedVersion");
    }
}
