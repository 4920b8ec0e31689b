//! A source has deleted a meeting that came from it.

use super::state::{MeetingHistory, Stage};
use super::{Cancelled, MeetingEvent, parts};
use crate::{
    CentreKey, Context, Decision, Event, MeetingId, Query, Rejection, RejectionCode, Source, Text,
    check,
};

/// Cancels the meeting that stands for a source entry which is not there any more, while it is to
/// come. One that the book does not have, or that is cancelled or retracted already, stays as it is;
/// so does one that was held: what took place is not undone by a list that does not name it.
///
/// Should the source have the meeting again, the next import plans it anew.
///
/// Who may import is decided where an import is started, not by role.
#[derive(Clone, Debug)]
pub struct ImportDeletion {
    /// The centre whose book it is in.
    pub centre: CentreKey,
    /// Which entry; its digest says that it is deleted.
    pub source: Source,
}

impl ImportDeletion {
    fn meeting(&self) -> MeetingId {
        MeetingId(self.source.record_id(self.centre))
    }
}

impl Decision for ImportDeletion {
    type Facts = MeetingHistory;

    fn query(&self) -> Query {
        Query::none().or(MeetingHistory::item(self.meeting()))
    }

    fn evolve(facts: &mut MeetingHistory, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, facts: &MeetingHistory, context: &Context) -> Result<Vec<Event>, Rejection> {
        check::own_centre(self.centre, context)?;
        let Some(meeting) = facts.get(context) else {
            return Ok(Vec::new());
        };
        match meeting.stage {
            Stage::Cancelled | Stage::Retracted => return Ok(Vec::new()),
            Stage::Held => {
                return Err(Rejection::field(
                    RejectionCode::StateForbids,
                    "deleted",
                    "ist in der Quelle gelöscht, im Buch aber als durchgeführt erfasst und bleibt so; ziehen Sie die Sitzung zurück, wenn sie nicht stattgefunden hat",
                ));
            }
            // The office reinstated it, and the source says nothing new.
            Stage::Scheduled if meeting.source == Some(self.source.digest) => {
                return Ok(Vec::new());
            }
            Stage::Scheduled => {}
        }
        let subject = self.meeting().record();
        let reason = check::text("reason", "In der Quelle gelöscht", Text::NOTE)?;
        let cancelled = MeetingEvent::Cancelled(Cancelled {
            meeting: self.meeting(),
            network: meeting.content.network(),
            reason: Some(context.seal(subject, &reason)),
            source: Some(self.source.digest),
        });
        Ok(parts::events(
            context,
            meeting.content.date,
            None,
            cancelled,
        ))
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::meeting::samples::{facts, plan};
    use crate::meeting::{Held, Rescheduled, Scheduled};
    use crate::network::samples::network;
    use crate::rejection::RejectionCode as Code;
    use crate::source::SourceDigest;
    use crate::testing::{Moved, centre, event, given, other_centre, sealed};

    const DAY: time::Date = date!(2026 - 12 - 01);

    fn deletion() -> ImportDeletion {
        ImportDeletion {
            centre: centre(),
            source: Source {
                key: "https://ris.example/meetings/7".into(),
                digest: SourceDigest([9; 16]),
            },
        }
    }

    fn scheduled() -> Event {
        event(MeetingEvent::Scheduled(Scheduled {
            meeting: deletion().meeting(),
            plan: plan(),
            source: Some(SourceDigest([1; 16])),
        }))
        .on(DAY)
    }

    fn cancelled() -> Event {
        event(MeetingEvent::Cancelled(Cancelled {
            meeting: deletion().meeting(),
            network: network(),
            reason: Some(sealed("In der Quelle gelöscht")),
            source: Some(SourceDigest([9; 16])),
        }))
        .on(DAY)
    }

    #[test]
    fn a_meeting_to_come_is_cancelled_once() {
        given([scheduled()]).when(deletion()).then([cancelled()]);
        given([scheduled(), cancelled()])
            .when(deletion())
            .then_nothing();
        // The source had it again, and deleted it again.
        let again = event(MeetingEvent::Rescheduled(Rescheduled {
            meeting: deletion().meeting(),
            plan: plan(),
            changed: vec![],
            reason: None,
            source: Some(SourceDigest([1; 16])),
        }))
        .on(DAY);
        given([scheduled(), cancelled(), again])
            .when(deletion())
            .then([cancelled()]);
    }

    #[test]
    fn what_the_book_does_not_have_needs_nothing() {
        given([]).when(deletion()).then_nothing();
        given([scheduled().in_centre(other_centre())])
            .when(deletion())
            .then_nothing();
    }

    #[test]
    fn what_was_held_is_not_undone_by_its_source() {
        let held = event(MeetingEvent::Held(Held {
            meeting: deletion().meeting(),
            facts: facts(plan()),
            source: Some(SourceDigest([1; 16])),
        }))
        .on(date!(2026 - 11 - 02));
        let message = given([held])
            .when(deletion())
            .then_rejected(Code::StateForbids, "deleted");
        assert!(
            message.contains("ziehen Sie die Sitzung zurück"),
            "{message}"
        );
    }
}
