//! From what a client sent to what a command takes: texts, ids, centres, and what is to change.

use async_graphql::{ID, MaybeUndefined};
use querschnitt_domain::existing::unknown;
use querschnitt_domain::{
    ActorId, CentreKey, Change, RecordId, Rejection, RejectionCode, Text, check,
};
use uuid::Uuid;

use crate::scalars::RawCode;
use crate::token::record_of;

/// The centre behind a key.
pub(crate) fn centre(field: &str, key: &ID) -> Result<CentreKey, Rejection> {
    key.as_str()
        .parse()
        .map_err(|unknown: querschnitt_domain::UnknownCentre| {
            Rejection::field(RejectionCode::UnknownValue, field, format!("{unknown}."))
        })
}

/// The id of a record of one kind.
pub(crate) trait OneKind: TryFrom<RecordId> + From<Uuid> + Into<RecordId> {}

impl<T: TryFrom<RecordId> + From<Uuid> + Into<RecordId>> OneKind for T {}

/// The record behind a global id, of the kind this field takes. What is no id at all, or that of a
/// record of another kind, is refused in the words for a record that does not exist.
pub(crate) fn id<T: OneKind>(field: &str, id: &ID) -> Result<T, Rejection> {
    record_of(id.as_str())
        .and_then(|record| T::try_from(record).ok())
        .ok_or_else(|| unknown(field, T::from(Uuid::nil()).into()))
}

/// [`id`] where it may be missing.
pub(crate) fn optional_id<T: OneKind>(
    field: &str,
    given: Option<&ID>,
) -> Result<Option<T>, Rejection> {
    given.map(|given| id(field, given)).transpose()
}

/// The record of any kind behind a global id.
pub(crate) fn record(field: &str, id: &ID) -> Result<RecordId, Rejection> {
    record_of(id.as_str()).ok_or_else(|| {
        Rejection::field(
            RejectionCode::UnknownId,
            field,
            "Diesen Eintrag gibt es in Ihrem Zentrum nicht; prüfen Sie die Kennung.",
        )
    })
}

/// The records of one kind behind a list of global ids.
pub(crate) fn ids<T: OneKind>(field: &str, list: &[ID]) -> Result<Vec<T>, Rejection> {
    each(field, list, id)
}

/// The records of any kind behind a list of global ids.
pub(crate) fn records(field: &str, list: &[ID]) -> Result<Vec<RecordId>, Rejection> {
    each(field, list, record)
}

/// Converts each item of a list; the field says which one is wrong (`links[2]`).
fn each<T, U>(
    field: &str,
    list: &[T],
    convert: impl Fn(&str, &T) -> Result<U, Rejection>,
) -> Result<Vec<U>, Rejection> {
    list.iter()
        .enumerate()
        .map(|(index, one)| convert(&format!("{field}[{index}]"), one))
        .collect()
}

/// The account behind an id, as `viewer` and events name it.
pub(crate) fn account(field: &str, id: &ID) -> Result<ActorId, Rejection> {
    let named = Uuid::parse_str(id.as_str()).ok().map(ActorId);
    let of_record = || ActorId::try_from(record_of(id.as_str())?).ok();
    named.or_else(of_record).ok_or_else(|| {
        Rejection::field(
            RejectionCode::Malformed,
            field,
            "Das ist keine Kennung eines Kontos; sie steht im Feld „account“ der Abfrage „viewer“ und im Feld „actor“ von Ereignissen.",
        )
    })
}

/// A part of an account (a role, a deputy, a token) behind its id.
pub(crate) fn part<T: From<Uuid>>(field: &str, id: &ID) -> Result<T, Rejection> {
    Uuid::parse_str(id.as_str()).map(T::from).map_err(|_| {
        Rejection::field(
            RejectionCode::Malformed,
            field,
            "Das ist keine solche Kennung; sie steht beim Konto im Feld „id“.",
        )
    })
}

/// The number of a part within its record. Parts are counted from 1, so what is no such number
/// becomes 0, which decisions answer like any number that no part has.
pub(crate) fn number_of_part<N: TryFrom<i64> + Default>(number: impl Into<i64>) -> N {
    N::try_from(number.into()).unwrap_or_default()
}

/// A term in working days. The decision says the same of every other number that is no term.
pub(crate) fn working_days(field: &str, days: Option<i32>) -> Result<Option<u16>, Rejection> {
    let bad = |_| {
        Rejection::field(
            RejectionCode::NumberOutOfRange,
            field,
            "Die Frist muss zwischen 1 und 500 Arbeitstagen liegen.",
        )
    };
    days.map(|days| u16::try_from(days).map_err(bad))
        .transpose()
}

/// The version a client says it read.
///
/// Every integer of the schema is an `i32` or `i64` in Rust: async-graphql checks all of them by the
/// rules of the first it meets, and those of unsigned types refuse negative numbers everywhere.
pub(crate) fn version(expected: Option<i32>) -> Result<Option<u32>, Rejection> {
    expected
        .map(|version| {
            u32::try_from(version).map_err(|_| {
                Rejection::field(
                    RejectionCode::NumberOutOfRange,
                    "expectedVersion",
                    "Die Version ist eine Zahl ab 1, wie das Feld version sie nennt.",
                )
            })
        })
        .transpose()
}

/// A text of one line that may be missing.
pub(crate) fn line(
    field: &str,
    text: Option<&String>,
    max: usize,
) -> Result<Option<Text>, Rejection> {
    text.map(|text| check::line(field, text, max)).transpose()
}

/// A text of several lines that may be missing.
pub(crate) fn text(field: &str, text: Option<&String>) -> Result<Option<Text>, Rejection> {
    text.map(|text| check::text(field, text, Text::NOTE))
        .transpose()
}

/// What is to happen to an optional field: absent keeps it, null clears it.
pub(crate) fn change<T, U>(
    value: &MaybeUndefined<T>,
    convert: impl FnOnce(&T) -> Result<U, Rejection>,
) -> Result<Change<U>, Rejection> {
    Ok(match value {
        MaybeUndefined::Undefined => Change::Keep,
        MaybeUndefined::Null => Change::Clear,
        MaybeUndefined::Value(value) => Change::Set(convert(value)?),
    })
}

/// What is to happen to a field every record has: absent keeps it, and it can't be cleared.
pub(crate) fn required<T, U>(
    field: &str,
    value: &MaybeUndefined<T>,
    convert: impl FnOnce(&T) -> Result<U, Rejection>,
) -> Result<Option<U>, Rejection> {
    match value {
        MaybeUndefined::Undefined => Ok(None),
        MaybeUndefined::Null => Err(check::missing(field)),
        MaybeUndefined::Value(value) => convert(value).map(Some),
    }
}

/// [`change`] for a text of several lines.
pub(crate) fn change_text(
    field: &str,
    value: &MaybeUndefined<String>,
) -> Result<Change<Text>, Rejection> {
    change(value, |text| check::text(field, text, Text::NOTE))
}

/// [`change`] for a text of one line.
pub(crate) fn change_line(
    field: &str,
    value: &MaybeUndefined<String>,
    max: usize,
) -> Result<Change<Text>, Rejection> {
    change(value, |text| check::line(field, text, max))
}

/// [`change`] for a code.
pub(crate) fn change_code<R: RawCode>(
    field: &str,
    value: &MaybeUndefined<R>,
) -> Result<Change<R::Code>, Rejection> {
    change(value, |code| code.resolve(field))
}
