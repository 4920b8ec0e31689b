//! The scalars of the schema: dates, codes of the value lists, periods, points in time.

use async_graphql::{InputType, InputValueError, InputValueResult, Scalar, ScalarType, Value};
use querschnitt_domain::{Rejection, check, values};
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

const DAY: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]");

/// A text that this API wrote itself about a value it can't read; `http/shown.rs` takes the library's words off.
fn refused<T: InputType>(said: &str) -> InputValueError<T> {
    InputValueError::custom(said).with_extension("code", "BAD_ARGUMENT")
}

fn string(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

/// A day as `YYYY-MM-DD` (calendar of Europe/Berlin).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Date(pub(crate) time::Date);

/// A day as `YYYY-MM-DD` (calendar of Europe/Berlin).
#[Scalar(name = "Date")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        let day = string(value).and_then(|text| time::Date::parse(&text, DAY).ok());
        day.map(Self).ok_or_else(|| {
            refused("Kein gültiges Datum; erwartet wird JJJJ-MM-TT, zum Beispiel 2026-11-20.")
        })
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.format(DAY).unwrap_or_default())
    }
}

/// An instant as RFC 3339 with its offset, `2026-11-20T09:00:00+01:00`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct DateTime(pub(crate) time::OffsetDateTime);

/// An instant as RFC 3339 with its offset, `2026-11-20T09:00:00+01:00`.
#[Scalar(name = "DateTime")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        let instant = string(value).and_then(|text| parse_instant(&text));
        instant.map(Self).ok_or_else(|| {
            refused("Kein gültiger Zeitpunkt; erwartet wird RFC 3339 mit Zeitzone, zum Beispiel 2026-11-20T09:00:00+01:00.")
        })
    }

    fn to_value(&self) -> Value {
        Value::String(
            self.0
                .format(&time::format_description::well_known::Rfc3339)
                .unwrap_or_default(),
        )
    }
}

/// Reads an instant in RFC 3339.
pub(crate) fn parse_instant(text: &str) -> Option<time::OffsetDateTime> {
    time::OffsetDateTime::parse(text, &time::format_description::well_known::Rfc3339).ok()
}

/// Takes a code written as a string (`"PHONE"`, always so in variables) or as a literal (`PHONE`).
fn code_text(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Enum(name) => Some(name.to_string()),
        _ => None,
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:ty, $graphql:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Debug)]
        pub(crate) struct $name(pub(crate) String);

        $(#[$doc])*
        #[Scalar(name = $graphql)]
        impl ScalarType for $name {
            fn parse(value: Value) -> InputValueResult<Self> {
                let code = code_text(value).map(Self);
                code.ok_or_else(|| refused("Erwartet wird ein Code aus der Werteliste."))
            }

            fn to_value(&self) -> Value {
                Value::String(self.0.clone())
            }
        }

        impl From<$code> for $name {
            fn from(code: $code) -> Self {
                Self(code.as_str().to_owned())
            }
        }

        impl RawCode for $name {
            type Code = $code;

            fn resolve(&self, field: &str) -> Result<$code, Rejection> {
                check::code(field, &self.0)
            }
        }
    )+};
}

/// A code as a client sent it. Whether the list has it is said in the payload's `errors`, with the
/// field, and not as a fault of the request.
pub(crate) trait RawCode {
    /// The value it may stand for.
    type Code;

    /// The value of the list.
    ///
    /// # Errors
    /// `UNKNOWN_VALUE` when the list has no such code.
    fn resolve(&self, field: &str) -> Result<Self::Code, Rejection>;
}

/// Resolves every code of a list field.
pub(crate) fn resolve_all<R: RawCode>(field: &str, raw: &[R]) -> Result<Vec<R::Code>, Rejection> {
    raw.iter()
        .enumerate()
        .map(|(index, code)| code.resolve(&format!("{field}[{index}]")))
        .collect()
}

/// Resolves a code that may be missing.
pub(crate) fn resolve_option<R: RawCode>(
    field: &str,
    raw: Option<&R>,
) -> Result<Option<R::Code>, Rejection> {
    raw.map(|code| code.resolve(field)).transpose()
}

codes! {
    /// Handlungsfeld: a code of the value list `action_area`.
    ActionArea = values::ActionArea, "ActionArea";
    /// Aufgabenschwerpunkt: a code of the value list `task_type`.
    TaskType = values::TaskType, "TaskType";
    /// Zielgruppe: a code of the value list `target_group`.
    TargetGroup = values::TargetGroup, "TargetGroup";
    /// Förderprogramm: a code of the value list `programme`.
    Programme = values::Programme, "Programme";
    /// Beratungsart: a code of the value list `consultation_type`.
    ConsultationType = values::ConsultationType, "ConsultationType";
    /// Form der Beratung: a code of the value list `consultation_mode`.
    ConsultationMode = values::ConsultationMode, "ConsultationMode";
    /// Ergebnis der Beratung: a code of the value list `consultation_outcome`.
    ConsultationOutcome = values::ConsultationOutcome, "ConsultationOutcome";
    /// Sprache: a code of the value list `language` (ISO 639-3 in capitals).
    Language = values::Language, "Language";
    /// Rechtskreis: a code of the value list `legal_area`.
    LegalArea = values::LegalArea, "LegalArea";
    /// Organisationsart: a code of the value list `organisation_kind`.
    OrganisationKind = values::OrganisationKind, "OrganisationKind";
    /// Beziehung zum Zentrum: a code of the value list `centre_relation`.
    CentreRelation = values::CentreRelation, "CentreRelation";
    /// Gremienart: a code of the value list `body_type`.
    BodyType = values::BodyType, "BodyType";
    /// Rolle des Zentrums: a code of the value list `ki_role`.
    KiRole = values::KiRole, "KiRole";
    /// Rechtsnatur eines Gremiums: a code of the value list `legal_nature`.
    LegalNature = values::LegalNature, "LegalNature";
    /// Form der Sitzung: a code of the value list `meeting_mode`.
    MeetingMode = values::MeetingMode, "MeetingMode";
    /// Vertraulichkeit: a code of the value list `visibility`.
    Visibility = values::Visibility, "Visibility";
}

/// An opaque point in the log, given out by mutations and by `log`. Good for `asOf` and `after`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Position(pub(crate) String);

/// An opaque point in the log, given out by mutations and by `log`. Good for `asOf` and `after`.
#[Scalar(name = "Position")]
impl ScalarType for Position {
    fn parse(value: Value) -> InputValueResult<Self> {
        let text = string(value).map(Self);
        text.ok_or_else(|| refused("Erwartet wird eine Zeichenkette."))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

/// What the book knew at a point: a `Position`, or an instant in RFC 3339.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct AsOf(pub(crate) String);

/// What the book knew at a point: a `Position`, or an instant in RFC 3339.
#[Scalar(name = "AsOf")]
impl ScalarType for AsOf {
    fn parse(value: Value) -> InputValueResult<Self> {
        let text = string(value).map(Self);
        text.ok_or_else(|| refused("Erwartet wird eine Zeichenkette."))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}
