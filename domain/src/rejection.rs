//! Expected refusals: a stable code, the field concerned and a German sentence.

/// Why a command was refused. Clients branch on [`RejectionCode::as_str`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum RejectionCode {
    /// The named record does not exist (for this centre).
    UnknownId,
    /// The command names another centre than the one the actor acts for.
    WrongCentre,
    /// The role may not do this.
    NotAllowed,
    /// A required field is missing.
    Missing,
    /// The value is in no value list of that name.
    UnknownValue,
    /// The value is in the list, but not valid on that date.
    ValueNotValidOnDate,
    /// The value is in the list, but not for this kind of record.
    ValueNotAllowed,
    /// A date in the future where that makes no sense.
    DateInFuture,
    /// A date or instant outside what the book accepts.
    DateOutOfRange,
    /// An end before its beginning.
    EndBeforeBeginning,
    /// A number outside its bounds.
    NumberOutOfRange,
    /// A text over its limit.
    TextTooLong,
    /// A text that holds nothing.
    TextEmpty,
    /// A control character in a text.
    ControlCharacter,
    /// More entries than the field takes.
    TooMany,
    /// The same entry twice.
    Duplicate,
    /// The record's state does not allow this step.
    StateForbids,
    /// Somebody changed the record since it was read.
    ChangedMeanwhile,
    /// The command id was used for another command.
    CommandIdReused,
    /// A malformed value (an id, a key, a token).
    Malformed,
}

impl RejectionCode {
    /// The stable name clients see.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnknownId => "UNKNOWN_ID",
            Self::WrongCentre => "WRONG_CENTRE",
            Self::NotAllowed => "NOT_ALLOWED",
            Self::Missing => "MISSING",
            Self::UnknownValue => "UNKNOWN_VALUE",
            Self::ValueNotValidOnDate => "VALUE_NOT_VALID_ON_DATE",
            Self::ValueNotAllowed => "VALUE_NOT_ALLOWED",
            Self::DateInFuture => "DATE_IN_FUTURE",
            Self::DateOutOfRange => "DATE_OUT_OF_RANGE",
            Self::EndBeforeBeginning => "END_BEFORE_BEGINNING",
            Self::NumberOutOfRange => "NUMBER_OUT_OF_RANGE",
            Self::TextTooLong => "TEXT_TOO_LONG",
            Self::TextEmpty => "TEXT_EMPTY",
            Self::ControlCharacter => "CONTROL_CHARACTER",
            Self::TooMany => "TOO_MANY",
            Self::Duplicate => "DUPLICATE",
            Self::StateForbids => "STATE_FORBIDS",
            Self::ChangedMeanwhile => "CHANGED_MEANWHILE",
            Self::CommandIdReused => "COMMAND_ID_REUSED",
            Self::Malformed => "MALFORMED",
        }
    }
}

/// A refusal: what is wrong, where, and what to do about it.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{}: {message}", code.as_str())]
pub struct Rejection {
    /// The stable code.
    pub code: RejectionCode,
    /// The field of the input, as the client names it (`occurredOn`, `attendances[2].headCount`).
    pub field: Option<String>,
    /// A German sentence that says what is wrong and what is allowed.
    pub message: String,
}

impl Rejection {
    /// A refusal that concerns one field.
    pub fn field(
        code: RejectionCode,
        field: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            code,
            field: Some(field.into()),
            message: message.into(),
        }
    }

    /// A refusal that concerns the command as a whole.
    pub fn whole(code: RejectionCode, message: impl Into<String>) -> Self {
        Self {
            code,
            field: None,
            message: message.into(),
        }
    }

    /// Puts a path before the field's name, for inputs that hold inputs.
    #[must_use]
    pub fn within(mut self, path: &str) -> Self {
        self.field = Some(match self.field {
            Some(field) => format!("{path}.{field}"),
            None => path.to_owned(),
        });
        self
    }
}
