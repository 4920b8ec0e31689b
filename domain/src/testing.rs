//! Given these events, when this command, then these events, nothing, or this rejection.
//!
//! Texts are compared in the clear: [`sealed`] is the commitment to a text with a salt of zeros, and
//! the commitments a decision made are put into that form before anything is compared.

use time::Date;
use time::macros::{date, datetime};
use uuid::Uuid;

use crate::account::AccountEvent;
use crate::agreement::AgreementEvent;
use crate::centre::CentreKey;
use crate::consultation::ConsultationEvent;
use crate::context::{Context, SealedFile, SealedText};
use crate::decision::Decision;
use crate::event::Event;
use crate::event_data::EventData;
use crate::exception::ExceptionEvent;
use crate::id::{ActorId, RecordId};
use crate::letterhead::LetterheadEvent;
use crate::meeting::MeetingEvent;
use crate::network::NetworkEvent;
use crate::organisation::OrganisationEvent;
use crate::rejection::{Rejection, RejectionCode};
use crate::review::ReviewEvent;
use crate::role::Role;
use crate::seen::SourceSeen;
use crate::source::SourceDigest;
use crate::text::{Commitment, Text};
use crate::unit::UnitEvent;

/// The day of every test: a Friday.
pub(crate) const TODAY: Date = date!(2026 - 11 - 20);

/// The centre of every test: Bielefeld.
pub(crate) fn centre() -> CentreKey {
    "05711".parse().unwrap()
}

/// Another centre: Köln.
pub(crate) fn other_centre() -> CentreKey {
    "05315".parse().unwrap()
}

pub(crate) fn context(role: Role) -> Context {
    let now = datetime!(2026-11-20 09:14:03 UTC);
    Context::new(
        now,
        TODAY,
        ActorId(Uuid::from_u128(1)),
        role,
        centre(),
        [7; 32],
    )
}

/// The first id a decision draws (before it seals a text).
pub(crate) fn first_id() -> Uuid {
    context(Role::KiOfficer).new_id()
}

/// A text that passed its checks.
pub(crate) fn text(text: &str) -> Text {
    Text::new(text, Text::NOTE).unwrap()
}

/// A text of that many characters that passed no check of a field's own limit.
pub(crate) fn long_text(characters: usize) -> Text {
    Text::new(&"ä".repeat(characters), characters).unwrap()
}

/// What an expected or given event holds instead of this text.
pub(crate) fn sealed(text: &str) -> Commitment {
    Commitment::of(&[0; 16], text)
}

/// An import saw the source of a record anew, and nothing of the record changed.
pub(crate) fn seen(record: RecordId, digest: u8, agreed: &[&str]) -> Event {
    event(SourceSeen {
        record,
        source: SourceDigest([digest; 16]),
        agreed: agreed.iter().map(|field| (*field).into()).collect(),
    })
}

/// Something that happened in the centre, today unless [`OnDay::on`] says otherwise.
pub(crate) fn event(data: impl Into<EventData>) -> Event {
    Event {
        centre: centre(),
        occurred_on: TODAY,
        occurred_at: None,
        data: data.into(),
    }
}

macro_rules! into_data {
    ($($event:ident => $variant:ident),+) => {$(
        impl From<$event> for EventData {
            fn from(event: $event) -> Self {
                Self::$variant(event)
            }
        }
    )+};
}

into_data! {
    OrganisationEvent => Organisation,
    ConsultationEvent => Consultation,
    NetworkEvent => Network,
    MeetingEvent => Meeting,
    AgreementEvent => Agreement,
    ReviewEvent => Review,
    SourceSeen => Seen,
    LetterheadEvent => Letterhead,
    AccountEvent => Account,
    ExceptionEvent => Exception,
    UnitEvent => Unit
}

/// Moves an event to another day or centre.
pub(crate) trait Moved {
    /// On another day.
    fn on(self, day: Date) -> Self;
    /// In another centre.
    fn in_centre(self, centre: CentreKey) -> Self;
}

impl Moved for Event {
    fn on(self, occurred_on: Date) -> Self {
        Self {
            occurred_on,
            ..self
        }
    }

    fn in_centre(self, centre: CentreKey) -> Self {
        Self { centre, ..self }
    }
}

/// The history so far, and in which role somebody acts on it.
pub(crate) struct Given {
    events: Vec<Event>,
    role: Role,
}

/// The history so far.
pub(crate) fn given(events: impl IntoIterator<Item = Event>) -> Given {
    Given {
        events: events.into_iter().collect(),
        role: Role::KiOfficer,
    }
}

impl Given {
    /// Acting in another role than [`Role::KiOfficer`].
    pub(crate) fn acting_as(self, role: Role) -> Self {
        Self { role, ..self }
    }

    /// Decides the command over those events that its own query finds.
    #[track_caller]
    pub(crate) fn when<D: Decision>(self, command: D) -> Outcome {
        let query = command.query();
        let mut facts = D::Facts::default();
        for event in self
            .events
            .iter()
            .filter(|event| query.matches_event(event))
        {
            D::evolve(&mut facts, event);
        }
        let context = context(self.role);
        let result = command.decide(&facts, &context).map(|events| {
            let (texts, files) = context.into_sealed();
            assert_texts_belong(&events, &texts);
            events
                .into_iter()
                .map(|event| opened(event, &texts, &files))
                .collect()
        });
        Outcome(result)
    }
}

/// Every sealed text stands in an event of the record under whose key it is sealed.
#[track_caller]
fn assert_texts_belong(events: &[Event], texts: &[SealedText]) {
    for text in texts {
        let stands = events.iter().any(|event| {
            event.data.record() == Some(text.subject)
                && json(&event.data).contains(&text.commitment.to_string())
        });
        assert!(
            stands,
            "{:?} stands in no event of {}",
            text.text.as_str(),
            text.subject
        );
    }
}

fn json(data: &EventData) -> String {
    serde_json::to_string(data).unwrap()
}

/// The event with [`sealed`] commitments in place of salted ones.
fn opened(event: Event, texts: &[SealedText], files: &[SealedFile]) -> Event {
    let kind = event.data.kind();
    let mut data = json(&event.data);
    for text in texts {
        data = data.replace(
            &text.commitment.to_string(),
            &sealed(text.text.as_str()).to_string(),
        );
    }
    for file in files {
        assert_eq!(event.data.record(), Some(file.subject));
        data = data.replace(
            &file.commitment.to_string(),
            &Commitment::of_bytes(&[0; 16], file.content.bytes()).to_string(),
        );
    }
    Event {
        data: EventData::decode(kind, kind.version(), &data).unwrap(),
        ..event
    }
}

/// What a command led to.
#[must_use]
pub(crate) struct Outcome(pub(crate) Result<Vec<Event>, Rejection>);

impl Outcome {
    /// These events.
    #[track_caller]
    pub(crate) fn then(self, expected: impl IntoIterator<Item = Event>) {
        let expected: Vec<Event> = expected.into_iter().collect();
        assert!(!expected.is_empty(), "say then_nothing()");
        assert_eq!(self.0.expect("the command was refused"), expected);
    }

    /// Nothing: the command was already done, or changes nothing.
    #[track_caller]
    pub(crate) fn then_nothing(self) {
        assert_eq!(self.0.expect("the command was refused"), []);
    }

    /// A refusal; `field` is empty when it concerns the command as a whole. Gives the sentence.
    #[track_caller]
    pub(crate) fn then_rejected(self, code: RejectionCode, field: &str) -> String {
        let rejection = self.0.expect_err("the command was not refused");
        let found = (
            rejection.code,
            rejection.field.as_deref().unwrap_or_default(),
        );
        assert_eq!(found, (code, field), "{}", rejection.message);
        rejection.message
    }
}
