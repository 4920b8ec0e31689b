//! From filters as clients send them to filters of the views: codes and ids that are none are
//! refused with the field's name.

use async_graphql::{Error, ID};
use querschnitt_domain::{RecordId, Rejection};

use crate::input;
use crate::scalars::RawCode;
use crate::services::coded;

/// A code in a filter.
pub(super) fn code<R: RawCode>(field: &str, raw: Option<&R>) -> Result<Option<R::Code>, Error> {
    raw.map(|code| code.resolve(field))
        .transpose()
        .map_err(refused)
}

/// An id in a filter.
pub(super) fn id<T: TryFrom<RecordId>>(field: &str, id: Option<&ID>) -> Result<Option<T>, Error> {
    id.map(|id| input::id(field, id))
        .transpose()
        .map_err(refused)
}

fn refused(rejection: Rejection) -> Error {
    let field = rejection.field.unwrap_or_default();
    coded(
        rejection.code.as_str(),
        format!("filter.{field}: {}", rejection.message),
    )
}
