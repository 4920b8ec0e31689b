//! Reads a source, server or files, into a stream of what it holds: organizations before meetings.

use serde_json::Value;
use time::Date;

use super::client::{Bounds, Client, FetchError};
use super::oparl::{self, Meeting, Object, Organization, Wrong};
use super::{files, pages};

/// What a source holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Found {
    /// So many meetings will follow, as far as the source says.
    Total(u64),
    /// An organization.
    Organization(Organization),
    /// A meeting.
    Meeting(Box<Meeting>),
    /// Something that can't be read: its id or place, and what is wrong.
    Unreadable(String, Wrong),
    /// Something people want to know while it runs.
    Notice(String),
}

/// Where what was found goes; `false` means that nobody listens any more.
pub(crate) type Sink<'a> = dyn FnMut(Found) -> bool + 'a;

/// Why reading ended early, for people.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    /// From a server.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// From a file.
    #[error("{0}")]
    File(String),
    /// Nobody listens any more.
    #[error("abgebrochen")]
    Stopped,
}

/// Whether the source is a server.
pub(crate) fn is_address(source: &str) -> bool {
    address(source).is_some()
}

/// The text, if it is the address of something on a server.
pub(super) fn address(text: &str) -> Option<&str> {
    (text.starts_with("http://") || text.starts_with("https://")).then_some(text)
}

/// Reads all of it. Of a server's meetings only those changed since a day, where one is given.
pub(crate) fn read(
    source: &str,
    since: Option<Date>,
    bounds: Bounds,
    sink: &mut Sink<'_>,
) -> Result<(), ReadError> {
    if is_address(source) {
        pages::read(&mut Client::new(source, bounds)?, source, since, sink)
    } else {
        files::read(source.as_ref(), sink)
    }
}

/// Hands one object on.
pub(crate) fn hand_on(value: &Value, place: &str, sink: &mut Sink<'_>) -> Result<(), ReadError> {
    let found = match oparl::object(value) {
        Ok(Object::Organization(organization)) => Found::Organization(organization),
        Ok(Object::Meeting(meeting)) => Found::Meeting(Box::new(meeting)),
        Ok(Object::Municipality(_) | Object::Other) => return Ok(()),
        Err(wrong) => {
            let id = oparl::id(value).unwrap_or(place);
            Found::Unreadable(id.chars().take(300).collect(), wrong)
        }
    };
    give(found, sink)
}

/// Gives something to the sink.
pub(crate) fn give(found: Found, sink: &mut Sink<'_>) -> Result<(), ReadError> {
    if sink(found) {
        Ok(())
    } else {
        Err(ReadError::Stopped)
    }
}
