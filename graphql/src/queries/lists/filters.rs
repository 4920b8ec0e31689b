//! From filters as clients send them to filters of the views: codes and ids that are none are
//! refused with the field's name.

use async_graphql::{Error, ID};
use querschnitt_domain::{ActorId, Rejection};

use crate::input::{self, OneKind};
use crate::scalars::{RawCode, resolve_option};
use crate::services::coded_field;

/// A code in a filter.
pub(super) fn code<R: RawCode>(field: &str, raw: Option<&R>) -> Result<Option<R::Code>, Error> {
    resolve_option(field, raw).map_err(refused)
}

/// An id in a filter.
pub(super) fn id<T: OneKind>(field: &str, id: Option<&ID>) -> Result<Option<T>, Error> {
    input::optional_id(field, id).map_err(refused)
}

/// An account in a filter.
pub(super) fn account(field: &str, id: Option<&ID>) -> Result<Option<ActorId>, Error> {
    id.map(|id| input::account(field, id))
        .transpose()
        .map_err(refused)
}

fn refused(rejection: Rejection) -> Error {
    let rejection = rejection.within("filter");
    let field = rejection.field.unwrap_or_default();
    coded_field(rejection.code.as_str(), &field, rejection.message)
}
