//! An agreement comes with the meeting of a source (a table of the office).

use time::Date;

use super::state::{self, AgreementHistory, Stage};
use super::{AgreementEvent, AgreementFacts, Fulfilled, Made};
use crate::meeting::MeetingHistory;
use crate::network::NetworkHistory;
use crate::{
    AgreementId, CentreKey, Context, Decision, Event, MeetingId, NetworkId, Query, Rejection, Text,
    check,
};

/// Makes the agreement that stands for a source entry, once; from then on it is the office's to
/// change. That it was done is taken over while it is open.
///
/// Who may import is decided where an import is started, not by role.
#[derive(Clone, Debug)]
pub struct ImportAgreement {
    /// The centre whose book it goes into.
    pub centre: CentreKey,
    /// The record that stands for the entry.
    pub agreement: AgreementId,
    /// The body it was made in.
    pub network: NetworkId,
    /// The meeting of that body it was made at, on its day.
    pub meeting: MeetingId,
    /// What, at most [`Text::TITLE`] characters.
    pub subject: Text,
    /// Until when.
    pub due_on: Option<Date>,
    /// When it was done.
    pub fulfilled_on: Option<Date>,
}

/// What [`ImportAgreement`] reads.
#[derive(Clone, Default, Debug)]
pub struct ImportFacts {
    network: NetworkHistory,
    meeting: MeetingHistory,
    agreement: AgreementHistory,
}

impl Decision for ImportAgreement {
    type Facts = ImportFacts;

    fn query(&self) -> Query {
        Query::none()
            .or(NetworkHistory::item(self.network))
            .or(MeetingHistory::item(self.meeting))
            .or(AgreementHistory::item(self.agreement))
    }

    fn evolve(facts: &mut ImportFacts, event: &Event) {
        facts.network.evolve(event);
        facts.meeting.evolve(event);
        facts.agreement.evolve(event);
    }

    fn decide(&self, facts: &ImportFacts, context: &Context) -> Result<Vec<Event>, Rejection> {
        check::own_centre(self.centre, context)?;
        let (made_on, network, mut events) = match facts.agreement.require(self.agreement, context)
        {
            Ok(known) if known.stage != Stage::Open => return Ok(Vec::new()),
            Ok(known) => (known.made_on, known.facts.network, Vec::new()),
            Err(_) => {
                let made = self.made(facts, context)?;
                (made.occurred_on, self.network, vec![made])
            }
        };
        if let Some(day) = self.fulfilled_on {
            check::past_or_today("fulfilledOn", day, context.today)?;
            check::not_before("fulfilledOn", day, made_on)?;
            let fulfilled = AgreementEvent::Fulfilled(Fulfilled {
                agreement: self.agreement,
                network,
                note: None,
            });
            events.push(state::event(context, day, fulfilled));
        }
        Ok(events)
    }
}

impl ImportAgreement {
    fn made(&self, facts: &ImportFacts, context: &Context) -> Result<Event, Rejection> {
        facts.network.require(self.network, context)?;
        let meeting = facts
            .meeting
            .require_of(self.meeting, self.network, context)?;
        meeting.require_standing()?;
        let made_on = meeting.content.date;
        check::past_or_today("madeOn", made_on, context.today)?;
        check::text("subject", self.subject.as_str(), Text::TITLE)?;
        state::due(self.due_on, made_on, context)?;
        let made = AgreementEvent::Made(Made {
            agreement: self.agreement,
            facts: AgreementFacts {
                network: self.network,
                meeting: Some(self.meeting),
                subject: context.seal(self.agreement.record(), &self.subject),
                responsible: None,
                due_on: self.due_on,
            },
        });
        Ok(state::event(context, made_on, made))
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::agreement::samples::{agreement, dropped, fulfilled};
    use crate::meeting::samples::{held, meeting};
    use crate::network::samples::{founded, network};
    use crate::rejection::RejectionCode as Code;
    use crate::testing::{Moved, centre, event, given, other_centre, sealed, text};

    const DAY: Date = date!(2026 - 11 - 02);

    fn import() -> ImportAgreement {
        ImportAgreement {
            centre: centre(),
            agreement: agreement(1),
            network: network(),
            meeting: meeting(1),
            subject: text("Flyer übersetzen"),
            due_on: Some(date!(2026 - 12 - 01)),
            fulfilled_on: None,
        }
    }

    fn made() -> Event {
        event(AgreementEvent::Made(Made {
            agreement: agreement(1),
            facts: AgreementFacts {
                network: network(),
                meeting: Some(meeting(1)),
                subject: sealed("Flyer übersetzen"),
                responsible: None,
                due_on: Some(date!(2026 - 12 - 01)),
            },
        }))
        .on(DAY)
    }

    fn met() -> Vec<Event> {
        vec![founded(), held(1, DAY)]
    }

    fn and(events: impl IntoIterator<Item = Event>) -> Vec<Event> {
        met().into_iter().chain(events).collect()
    }

    #[test]
    fn it_is_made_once_and_done_once() {
        given(met()).when(import()).then([made()]);
        given(and([made()])).when(import()).then_nothing();
        let day = date!(2026 - 11 - 10);
        let done = || ImportAgreement {
            fulfilled_on: Some(day),
            ..import()
        };
        given(met())
            .when(done())
            .then([made(), fulfilled(1).on(day)]);
        given(and([made()]))
            .when(done())
            .then([fulfilled(1).on(day)]);
        for end in [fulfilled(1), dropped(1)] {
            given(and([made(), end])).when(done()).then_nothing();
        }
    }

    #[test]
    fn what_cannot_be_is_refused() {
        given([founded()])
            .when(import())
            .then_rejected(Code::UnknownId, "meeting");
        let due = ImportAgreement {
            due_on: Some(date!(2026 - 11 - 01)),
            ..import()
        };
        given(met())
            .when(due)
            .then_rejected(Code::EndBeforeBeginning, "dueOn");
        let done = ImportAgreement {
            fulfilled_on: Some(date!(2026 - 11 - 21)),
            ..import()
        };
        given(met())
            .when(done)
            .then_rejected(Code::DateInFuture, "fulfilledOn");
        let elsewhere = ImportAgreement {
            centre: other_centre(),
            ..import()
        };
        given(met())
            .when(elsewhere)
            .then_rejected(Code::WrongCentre, "centre");
    }
}
