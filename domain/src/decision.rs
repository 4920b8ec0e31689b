//! How a command is decided: from the history it names, and nothing else.

use crate::context::Context;
use crate::event::Event;
use crate::query::Query;
use crate::rejection::Rejection;

/// One thing an office can do. A command struct that knows which history it needs, how that
/// history folds, and which events follow.
pub trait Decision {
    /// The slice of history this decision needs, folded.
    type Facts: Default;

    /// Which events that is. The same query guards the append.
    fn query(&self) -> Query;

    /// Folds one event in. Events arrive in the order of the log.
    fn evolve(facts: &mut Self::Facts, event: &Event);

    /// The events that follow; an empty list when the command changes nothing.
    ///
    /// # Errors
    /// A [`Rejection`] names what is wrong, in which field, and what to do.
    fn decide(&self, facts: &Self::Facts, context: &Context) -> Result<Vec<Event>, Rejection>;
}
