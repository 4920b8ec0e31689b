//! A file is added to a review: of the application, or of the statement.

use super::attachment_type::looks_like;
use super::state::{self, Reviews};
use super::{AttachmentAdded, ReviewEvent, Step};
use crate::check;
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::file::FileContent;
use crate::id::ReviewId;
use crate::query::Query;
use crate::rejection::{Rejection, RejectionCode};
use crate::text::Text;
use crate::values::{AttachmentKind, AttachmentType};

/// The most files of one review.
const MOST: u16 = 100;

/// The command.
#[derive(Clone, Debug)]
pub struct AddAttachment {
    /// Which review.
    pub review: ReviewId,
    /// The version the client read.
    pub expected_version: Option<u32>,
    /// What the file belongs to.
    pub kind: AttachmentKind,
    /// Its type; the content must look like it.
    pub media_type: AttachmentType,
    /// Its name, one line of at most [`Text::NAME`] characters.
    pub name: Option<Text>,
    /// Its bytes.
    pub content: FileContent,
}

/// Whether a file goes out with the statement.
pub(super) fn of_statement(kind: AttachmentKind) -> bool {
    kind.as_str() == "STATEMENT"
}

impl Decision for AddAttachment {
    type Facts = Reviews;

    fn query(&self) -> Query {
        Reviews::query(Some(self.review), [])
    }

    fn evolve(facts: &mut Reviews, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, known: &Reviews, context: &Context) -> Result<Vec<Event>, Rejection> {
        let before = known.writable(self.review, self.expected_version, context)?;
        let of_statement = of_statement(self.kind);
        before.progress.require(if of_statement {
            Step::AttachToStatement
        } else {
            Step::Attach
        })?;
        check::valid_on("kind", self.kind, context.today)?;
        check::valid_on("mediaType", self.media_type, context.today)?;
        if before.attachments >= MOST {
            return Err(Rejection::whole(
                RejectionCode::TooMany,
                format!("Eine Stellungnahme kann höchstens {MOST} Anlagen haben."),
            ));
        }
        if !looks_like(self.media_type, self.content.bytes()) {
            return Err(Rejection::field(
                RejectionCode::Malformed,
                "content",
                format!(
                    "Der Inhalt ist keine Datei der Art „{}“; hängen Sie die Datei mit ihrer richtigen Art an. Dateien mit Makros oder Skripten werden nicht angenommen.",
                    self.media_type.label()
                ),
            ));
        }
        let subject = self.review.record();
        let name = self
            .name
            .as_ref()
            .map(|name| check::seal_line(context, subject, "name", name, Text::NAME))
            .transpose()?;
        let added = ReviewEvent::AttachmentAdded(AttachmentAdded {
            review: self.review,
            attachment: before.attachments + 1,
            kind: self.kind,
            media_type: self.media_type,
            size: self.content.size(),
            name,
            content: context.seal_file(subject, &self.content),
            voids_signature: of_statement && before.is_signed(),
        });
        Ok(vec![state::event(context, context.today, added)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event_data::EventData;
    use crate::organisation::samples::code;
    use crate::rejection::RejectionCode as Code;
    use crate::review::ReviewState;
    use crate::review::Withdrawn;
    use crate::review::samples::{id, up_to};
    use crate::testing::{event, given, sealed, text};

    const PDF: &[u8] = b"%PDF-1.7 \x00\xFF";

    fn command(content: &[u8]) -> AddAttachment {
        AddAttachment {
            review: id(1),
            expected_version: None,
            kind: code("APPLICATION"),
            media_type: code("PDF"),
            name: Some(text("Antrag.pdf")),
            content: FileContent::new(content).unwrap(),
        }
    }

    fn added(attachment: u16) -> Event {
        event(ReviewEvent::AttachmentAdded(AttachmentAdded {
            review: id(1),
            attachment,
            kind: code("APPLICATION"),
            media_type: code("PDF"),
            size: 11,
            name: Some(sealed("Antrag.pdf")),
            content: crate::text::Commitment::of_bytes(&[0; 16], PDF),
            voids_signature: false,
        }))
    }

    #[test]
    fn files_are_numbered_and_may_come_late() {
        let mut history = up_to(ReviewState::Issued);
        given(history.clone()).when(command(PDF)).then([added(1)]);
        history.push(added(1));
        given(history).when(command(PDF)).then([added(2)]);
    }

    #[test]
    fn what_goes_out_with_the_statement_is_signed_with_it() {
        let to_statement = || AddAttachment {
            kind: code("STATEMENT"),
            ..command(PDF)
        };
        let mut expected = added(1);
        if let EventData::Review(ReviewEvent::AttachmentAdded(added)) = &mut expected.data {
            added.kind = code("STATEMENT");
            added.voids_signature = true;
        }
        given(up_to(ReviewState::Cosigned))
            .when(to_statement())
            .then([expected]);
        given(up_to(ReviewState::Cosigned))
            .when(command(PDF))
            .then([added(1)]);
        given(up_to(ReviewState::Issued))
            .when(to_statement())
            .then_rejected(Code::StateForbids, "review");
    }

    #[test]
    fn what_is_not_what_it_says_is_refused() {
        given(up_to(ReviewState::Assigned))
            .when(command(b"MZ program"))
            .then_rejected(Code::Malformed, "content");
        let mut history = up_to(ReviewState::Assigned);
        history.push(event(ReviewEvent::Withdrawn(Withdrawn {
            review: id(1),
            reason: None,
        })));
        given(history)
            .when(command(PDF))
            .then_rejected(Code::StateForbids, "review");
    }
}
