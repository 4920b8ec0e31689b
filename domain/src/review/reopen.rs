//! The last end of a review was recorded wrongly: what the funder decided, or else the statement that went
//! out, the withdrawal, the decline, the lapse. One end at a time is taken back; a statement is signed anew
//! before it goes out again.

use super::state::{self, Reviews, require_no_new_version};
use super::{Phase, Reopened, ReviewEvent, Step, VersionStatus};
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::ReviewId;
use crate::may;
use crate::query::Query;
use crate::rejection::{Rejection, RejectionCode};
use crate::text::Text;

/// The command.
#[derive(Clone, Debug)]
pub struct ReopenReview {
    /// Which review.
    pub review: ReviewId,
    /// The version the client read.
    pub expected_version: Option<u32>,
    /// Why.
    pub reason: Text,
}

impl Decision for ReopenReview {
    type Facts = Reviews;

    fn query(&self) -> Query {
        Reviews::query(Some(self.review), [])
    }

    fn evolve(facts: &mut Reviews, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, known: &Reviews, context: &Context) -> Result<Vec<Event>, Rejection> {
        let before = known.writable(self.review, self.expected_version, context)?;
        before.progress.require(Step::Reopen)?;
        require_no_new_version(before)?;
        if before.progress.state.phase() == Phase::Issued {
            may::head("Eine abgegebene Stellungnahme öffnet wieder", context)?;
        } else if before.supersedes.is_some() {
            return Err(Rejection::field(
                RejectionCode::StateForbids,
                "review",
                "Diese neue Fassung endete ohne Stellungnahme, und die alte gilt wieder; beginnen Sie zu ihr eine weitere Fassung.",
            ));
        }
        let reopened = ReviewEvent::Reopened(Reopened {
            review: self.review,
            reason: state::reason(context, self.review, &self.reason)?,
        });
        let opens = before.progress.after(&reopened).state.phase() == Phase::Open;
        let mut events = vec![state::event(context, context.today, reopened)];
        if opens {
            let status = VersionStatus::InWork;
            events.extend(state::version_changed(before, self.review, status, context));
        }
        Ok(events)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event_data::EventData;
    use crate::organisation::samples::code;
    use crate::rejection::RejectionCode as Code;
    use crate::review::samples::{id, up_to};
    use crate::review::{
        FundingDecided, Progress, ReviewState, Superseded, VersionChanged, Withdrawn,
    };
    use crate::role::Role;
    use crate::testing::{event, given, sealed, text};

    fn command() -> ReopenReview {
        ReopenReview {
            review: id(1),
            expected_version: None,
            reason: text("Falsche Akte"),
        }
    }

    fn reopened() -> Event {
        event(ReviewEvent::Reopened(Reopened {
            review: id(1),
            reason: sealed("Falsche Akte"),
        }))
    }

    fn withdrawn() -> Event {
        event(ReviewEvent::Withdrawn(Withdrawn {
            review: id(1),
            reason: None,
        }))
    }

    fn state(history: &[Event]) -> ReviewState {
        let mut progress = Progress::new(false);
        for event in history {
            if let EventData::Review(event) = &event.data {
                progress.follow(event);
            }
        }
        progress.state
    }

    #[test]
    fn it_goes_on_where_it_ended() {
        let mut history = up_to(ReviewState::Drafted);
        history.push(withdrawn());
        given(history.clone()).when(command()).then([reopened()]);
        history.push(reopened());
        assert_eq!(state(&history), ReviewState::Drafted);
        given(history)
            .when(command())
            .then_rejected(Code::StateForbids, "review");
    }

    #[test]
    fn one_end_at_a_time_is_taken_back_by_the_head() {
        let mut history = up_to(ReviewState::Issued);
        history.push(event(ReviewEvent::FundingDecided(FundingDecided {
            review: id(1),
            decision: code("APPROVED"),
            granted_cents: None,
            note: None,
        })));
        given(history.clone())
            .when(command())
            .then_rejected(Code::NotAllowed, "");
        for left in [ReviewState::Issued, ReviewState::Drafted] {
            given(history.clone())
                .acting_as(Role::KiHead)
                .when(command())
                .then([reopened()]);
            history.push(reopened());
            assert_eq!(state(&history), left);
        }
        let mut after = up_to(ReviewState::Issued);
        after.extend([withdrawn(), reopened()]);
        assert_eq!(state(&after), ReviewState::Issued);
    }

    #[test]
    fn versions_are_reopened_from_the_last_one_on() {
        let mut history = up_to(ReviewState::Issued);
        history.push(event(ReviewEvent::Superseded(Superseded {
            review: id(1),
            superseded_by: id(2),
            reason: sealed("neu"),
        })));
        given(history)
            .acting_as(Role::KiHead)
            .when(command())
            .then_rejected(Code::StateForbids, "review");
        let new_version = |mut history: Vec<Event>| {
            if let EventData::Review(ReviewEvent::Requested(requested)) = &mut history[0].data {
                requested.supersedes = Some(id(2));
            }
            history
        };
        let mut ended = up_to(ReviewState::Assigned);
        ended.push(withdrawn());
        given(new_version(ended))
            .when(command())
            .then_rejected(Code::StateForbids, "review");
        let in_work = event(ReviewEvent::VersionChanged(VersionChanged {
            review: id(2),
            version: id(1),
            status: VersionStatus::InWork,
        }));
        given(new_version(up_to(ReviewState::Issued)))
            .acting_as(Role::KiHead)
            .when(command())
            .then([reopened(), in_work]);
    }
}
