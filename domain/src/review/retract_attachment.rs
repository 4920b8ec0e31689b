//! A file was attached wrongly: it is not given out any more. Its content stays sealed until it is erased.

use super::state::{self, Reviews};
use super::{AttachmentRetracted, ReviewEvent};
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::ReviewId;
use crate::query::Query;
use crate::rejection::Rejection;
use crate::text::Text;

/// The command.
#[derive(Clone, Debug)]
pub struct RetractAttachment {
    /// Which review.
    pub review: ReviewId,
    /// The version the client read.
    pub expected_version: Option<u32>,
    /// Its number within the review.
    pub attachment: u16,
    /// Why.
    pub reason: Text,
}

impl Decision for RetractAttachment {
    type Facts = Reviews;

    fn query(&self) -> Query {
        Reviews::query(Some(self.review), [])
    }

    fn evolve(facts: &mut Reviews, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, known: &Reviews, context: &Context) -> Result<Vec<Event>, Rejection> {
        let before = known.writable(self.review, self.expected_version, context)?;
        let stands = before.files.contains_key(&self.attachment);
        let known = (stands, before.attachments);
        if !before.retracts_part("attachment", self.attachment, known, context)? {
            return Ok(Vec::new());
        }
        let retracted = ReviewEvent::AttachmentRetracted(AttachmentRetracted {
            review: self.review,
            attachment: self.attachment,
            reason: state::reason(context, self.review, &self.reason)?,
            voids_signature: before.is_signed()
                && before.files.get(&self.attachment) == Some(&true),
        });
        Ok(vec![state::event(context, context.today, retracted)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rejection::RejectionCode as Code;
    use crate::review::ReviewState;
    use crate::review::samples::{id, up_to};
    use crate::role::Role;
    use crate::testing::{event, given, sealed, text};

    fn command(attachment: u16) -> RetractAttachment {
        RetractAttachment {
            review: id(1),
            expected_version: None,
            attachment,
            reason: text("Falsche Akte"),
        }
    }

    fn retracted() -> Event {
        event(ReviewEvent::AttachmentRetracted(AttachmentRetracted {
            review: id(1),
            attachment: 1,
            reason: sealed("Falsche Akte"),
            voids_signature: false,
        }))
    }

    #[test]
    fn a_file_is_retracted_once_and_one_of_the_statement_voids_the_signature() {
        let added = |kind| {
            event(ReviewEvent::AttachmentAdded(
                crate::review::AttachmentAdded {
                    review: id(1),
                    attachment: 1,
                    kind: crate::organisation::samples::code(kind),
                    media_type: crate::organisation::samples::code("PDF"),
                    size: 1,
                    name: None,
                    content: sealed("x"),
                    voids_signature: false,
                },
            ))
        };
        let with = |kind, state| {
            let mut history = up_to(ReviewState::Assigned);
            history.push(added(kind));
            history.extend(up_to(state).into_iter().skip(2));
            history
        };
        let mut history = with("APPLICATION", ReviewState::Cosigned);
        given(history.clone()).when(command(1)).then([retracted()]);
        given(history.clone())
            .when(command(2))
            .then_rejected(Code::UnknownId, "attachment");
        history.push(retracted());
        given(history).when(command(1)).then_nothing();
        let void = event(ReviewEvent::AttachmentRetracted(AttachmentRetracted {
            review: id(1),
            attachment: 1,
            reason: sealed("Falsche Akte"),
            voids_signature: true,
        }));
        given(with("STATEMENT", ReviewState::Cosigned))
            .when(command(1))
            .then([void]);
        let out = with("STATEMENT", ReviewState::Issued);
        given(out.clone())
            .when(command(1))
            .then_rejected(Code::NotAllowed, "");
        given(out)
            .acting_as(Role::KiHead)
            .when(command(1))
            .then([retracted()]);
    }
}
