//! The scalars of the schema: dates, codes of the value lists, periods, points in time.

use async_graphql::{InputType, InputValueError, InputValueResult, Scalar, ScalarType, Value};
use querschnitt_domain::{Rejection, check, values};
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

const DAY: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]");

/// Whether a scalar of this name can be read from a value; `None` leaves it to the scalar's own `is_valid`.
///
/// These two are not ours: async-graphql notices some of their unreadable values only while it runs.
pub(crate) fn readable(scalar: &str, value: &Value) -> Option<bool> {
    match scalar {
        "Int" => Some(match value {
            Value::Number(number) => number.as_i64().is_some_and(|it| i32::try_from(it).is_ok()),
            _ => false,
        }),
        "UUID" => Some(<uuid::Uuid as ScalarType>::parse(value.clone()).is_ok()),
        _ => None,
    }
}

/// What people may give for a scalar, as the end of a sentence („Erlaubt ist hier …“).
pub(crate) fn allowed(scalar: &str) -> Option<&'static str> {
    Some(match scalar {
        "AsOf" => {
            "ein Stand (position) oder ein Zeitpunkt mit Zeitzone, zum Beispiel 2026-11-20T09:00:00+01:00"
        }
        "Boolean" => "true oder false",
        "Cents" => "ein Betrag in Cent als ganze Zahl von 0 bis 9007199254740991",
        "Date" => "ein Tag des Kalenders in der Form JJJJ-MM-TT, zum Beispiel 2026-11-20",
        "DateTime" => "ein Zeitpunkt mit Zeitzone, zum Beispiel 2026-11-20T09:00:00+01:00",
        "Float" => "eine Zahl",
        "ID" => "eine Kennung (id), wie die Anwendung sie ausgibt",
        "Int" => "eine ganze Zahl von -2147483648 bis 2147483647",
        "Position" => "ein Stand (position), wie die Anwendung ihn ausgibt",
        "String" => "ein Text",
        "UUID" => "eine UUID, zum Beispiel 018f0000-0000-7000-8000-000000000001",
        code if CODES.contains(&code) => "ein Code aus der Werteliste",
        _ => return None,
    })
}

fn reads<T: ScalarType>(value: &Value) -> bool {
    T::parse(value.clone()).is_ok()
}

/// Never seen by a caller: `limits/arguments.rs` refuses such a value before anything runs.
fn unreadable<T: InputType>() -> InputValueError<T> {
    InputValueError::custom("unreadable")
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
        day.map(Self).ok_or_else(unreadable)
    }

    fn is_valid(value: &Value) -> bool {
        reads::<Self>(value)
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
        instant.map(Self).ok_or_else(unreadable)
    }

    fn is_valid(value: &Value) -> bool {
        reads::<Self>(value)
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
                code_text(value).map(Self).ok_or_else(unreadable)
            }

            fn is_valid(value: &Value) -> bool {
                reads::<Self>(value)
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
    )+

    /// The scalars that are codes of value lists.
    const CODES: &[&str] = &[$($graphql),+];
    };
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
    /// Wohin ein Thema weitergegeben wird: a code of the value list `referral_target`.
    ReferralTarget = values::ReferralTarget, "ReferralTarget";
    /// Vertraulichkeit: a code of the value list `visibility`.
    Visibility = values::Visibility, "Visibility";
    /// Zweck: a code of the value list `access_purpose`.
    AccessPurpose = values::AccessPurpose, "AccessPurpose";
    /// A row of the access matrix: a code of the value list `access_cell`.
    AccessCell = values::AccessCell, "AccessCell";
    /// Wer um eine Stellungnahme bittet: a code of the value list `review_requester`.
    ReviewRequester = values::ReviewRequester, "ReviewRequester";
    /// Art des Antragstellers: a code of the value list `applicant_type`.
    ApplicantType = values::ApplicantType, "ApplicantType";
    /// Eingangsweg einer Anfrage: a code of the value list `review_channel`.
    ReviewChannel = values::ReviewChannel, "ReviewChannel";
    /// Kriterium einer Stellungnahme: a code of the value list `review_criterion`.
    ReviewCriterion = values::ReviewCriterion, "ReviewCriterion";
    /// Votum einer Stellungnahme: a code of the value list `review_outcome`.
    ReviewOutcome = values::ReviewOutcome, "ReviewOutcome";
    /// Entscheidung des Förderers: a code of the value list `funding_decision`.
    FundingDecision = values::FundingDecision, "FundingDecision";
    /// Wozu eine Anlage gehört: a code of the value list `attachment_kind`.
    AttachmentKind = values::AttachmentKind, "AttachmentKind";
    /// Dateiart einer Anlage: a code of the value list `attachment_type`.
    AttachmentType = values::AttachmentType, "AttachmentType";
}

/// An amount in euro cents, a whole number from 0 to 9007199254740991: `Int` ends at 21 million euros.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Cents(pub(crate) u64);

/// The largest whole number that every client reads without loss.
const MOST_CENTS: u64 = (1 << 53) - 1;

/// An amount in euro cents, a whole number from 0 to 9007199254740991: `Int` ends at 21 million euros.
#[Scalar(name = "Cents")]
impl ScalarType for Cents {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::Number(number) => number.as_u64().filter(|cents| *cents <= MOST_CENTS),
            _ => None,
        }
        .map(Self)
        .ok_or_else(unreadable)
    }

    fn is_valid(value: &Value) -> bool {
        reads::<Self>(value)
    }

    fn to_value(&self) -> Value {
        self.0.into()
    }
}

/// An opaque point in the log, given out by mutations and by `log`. Good for `asOf` and `after`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Position(pub(crate) String);

/// An opaque point in the log, given out by mutations and by `log`. Good for `asOf` and `after`.
#[Scalar(name = "Position")]
impl ScalarType for Position {
    fn parse(value: Value) -> InputValueResult<Self> {
        string(value).map(Self).ok_or_else(unreadable)
    }

    fn is_valid(value: &Value) -> bool {
        reads::<Self>(value)
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
        string(value).map(Self).ok_or_else(unreadable)
    }

    fn is_valid(value: &Value) -> bool {
        reads::<Self>(value)
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}
