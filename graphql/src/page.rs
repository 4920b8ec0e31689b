//! Pages of lists: what `first`, `after`, `last` and `before` ask for, and connections.

use async_graphql::connection::{Connection, Edge, EmptyFields};
use async_graphql::{Error, OutputType, SchemaBuilder, SimpleObject};

use crate::objects::{
    AccessOrder, Account, Agreement, Consultation, Event, GlassBreak, Meeting, Network, Node,
    Organisation, ProjectReview,
};
use crate::queries::{AccessEntries, ReviewBoardEntry};
use crate::services::{coded, coded_field};

/// A count as the schema has it; see [`crate::input::version`] for why it is signed.
pub(crate) fn number(count: impl TryInto<i64>) -> i64 {
    count.try_into().unwrap_or(i64::MAX)
}

/// The most entries one page gives.
pub(crate) const LARGEST: i32 = 100;

/// Which page of a list is asked for.
pub(crate) struct PageArguments {
    /// From the first entry on.
    pub(crate) first: Option<i32>,
    /// Behind the entry with this cursor.
    pub(crate) after: Option<String>,
    /// From the last entry back.
    pub(crate) last: Option<i32>,
    /// Before the entry with this cursor.
    pub(crate) before: Option<String>,
}

/// A page, seen as a walk in one direction.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Walk {
    /// Against the order of the list.
    pub(crate) backward: bool,
    /// How many entries, 1 to 100.
    pub(crate) count: usize,
    /// Behind which entry, in the direction of the walk.
    pub(crate) from: Option<String>,
}

impl PageArguments {
    /// The walk these arguments describe.
    ///
    /// # Errors
    /// `BAD_PAGE` when neither or both of `first` and `last` are given, when one is out of bounds,
    /// or when a cursor goes with the other direction.
    pub(crate) fn walk(self) -> Result<Walk, Error> {
        let (count, backward, from, other) = match (self.first, self.last) {
            (Some(first), None) => (first, false, self.after, self.before),
            (None, Some(last)) => (last, true, self.before, self.after),
            (None, None) | (Some(_), Some(_)) => {
                return Err(bad(
                    "Bitte entweder „first“ oder „last“ angeben, 1 bis 100.",
                ));
            }
        };
        if other.is_some() {
            return Err(bad(
                "„after“ gehört zu „first“, „before“ gehört zu „last“; bitte nur so verbinden.",
            ));
        }
        let count = usize::try_from(count)
            .ok()
            .filter(|_| (1..=LARGEST).contains(&count))
            .ok_or_else(|| bad("„first“ und „last“ müssen zwischen 1 und 100 liegen."))?;
        Ok(Walk {
            backward,
            count,
            from,
        })
    }
}

fn bad(message: &str) -> Error {
    coded("BAD_PAGE", message)
}

impl Walk {
    /// The argument [`Walk::from`] came in.
    pub(crate) const fn cursor(&self) -> &'static str {
        if self.backward { "before" } else { "after" }
    }

    /// Says that [`Walk::from`] is no place in the list that was asked for.
    pub(crate) fn foreign_cursor(&self) -> Error {
        let name = self.cursor();
        coded_field(
            "BAD_PAGE",
            name,
            format!(
                "Die Angabe „{name}“ gehört zu einer anderen Liste oder Sortierung. Bitte die Liste von vorn laden, ohne „{name}“."
            ),
        )
    }
}

/// What every connection of records says beside its edges.
#[derive(SimpleObject)]
pub(crate) struct Total {
    /// How many entries the whole list has.
    total_count: i64,
}

/// A connection of records.
pub(crate) type Records<T> = Connection<String, T, Total, EmptyFields>;

/// Says what the connections are: their Rust type is the library's and can't carry a text for each.
pub(crate) fn describe<Q, M, S>(schema: SchemaBuilder<Q, M, S>) -> SchemaBuilder<Q, M, S> {
    schema
        .override_output_type_description::<Records<AccessOrder>>("A page of requests and orders.")
        .override_output_type_description::<Records<Account>>("A page of accounts.")
        .override_output_type_description::<Records<Agreement>>("A page of agreements.")
        .override_output_type_description::<Records<GlassBreak>>("A page of break-glass.")
        .override_output_type_description::<Records<Consultation>>("A page of consultations.")
        .override_output_type_description::<Records<Meeting>>("A page of meetings.")
        .override_output_type_description::<Records<Network>>("A page of networks.")
        .override_output_type_description::<Records<Node>>("A page of records of any kind.")
        .override_output_type_description::<Records<Organisation>>("A page of organisations.")
        .override_output_type_description::<Records<ProjectReview>>("A page of project reviews.")
        .override_output_type_description::<Records<ReviewBoardEntry>>("A page of a board.")
        .override_output_type_description::<Connection<String, Event>>("A page of events.")
        .override_output_type_description::<AccessEntries>("A page of the access log.")
}

/// Makes a connection of what a walk found, in the order of the list. `more`: the walk could go on.
pub(crate) fn connection<T: OutputType>(
    walk: &Walk,
    found: Vec<(String, T)>,
    more: bool,
    total: usize,
) -> Records<T> {
    let (previous, next) = walk.neighbours(more);
    let total = Total {
        total_count: number(total),
    };
    let mut connection = Connection::with_additional_fields(previous, next, total);
    connection.edges.extend(walk.edges(found));
    connection
}

/// [`connection`] without a count of the whole list.
pub(crate) fn stream<T: OutputType>(
    walk: &Walk,
    found: Vec<(String, T)>,
    more: bool,
) -> Connection<String, T> {
    let (previous, next) = walk.neighbours(more);
    let mut connection = Connection::new(previous, next);
    connection.edges.extend(walk.edges(found));
    connection
}

impl Walk {
    /// Whether there are entries before and after the page. One that did not start at the end of the
    /// list has some behind it.
    const fn neighbours(&self, more: bool) -> (bool, bool) {
        let begun = self.from.is_some();
        if self.backward {
            (more, begun)
        } else {
            (begun, more)
        }
    }

    /// The page's entries in the order of the list.
    fn edges<T: OutputType>(
        &self,
        mut found: Vec<(String, T)>,
    ) -> Vec<Edge<String, T, EmptyFields>> {
        if self.backward {
            found.reverse();
        }
        found
            .into_iter()
            .map(|(cursor, node)| Edge::new(cursor, node))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(
        first: Option<i32>,
        after: Option<&str>,
        last: Option<i32>,
        before: Option<&str>,
    ) -> PageArguments {
        PageArguments {
            first,
            after: after.map(Into::into),
            last,
            before: before.map(Into::into),
        }
    }

    #[test]
    fn one_direction_at_a_time_and_at_most_a_hundred() {
        let walk = arguments(Some(5), Some("x"), None, None).walk().unwrap();
        assert_eq!(
            walk,
            Walk {
                backward: false,
                count: 5,
                from: Some("x".into())
            }
        );
        let walk = arguments(None, None, Some(100), None).walk().unwrap();
        assert_eq!(
            walk,
            Walk {
                backward: true,
                count: 100,
                from: None
            }
        );
        for (first, after, last, before) in [
            (None, None, None, None),
            (Some(1), None, Some(1), None),
            (Some(0), None, None, None),
            (Some(101), None, None, None),
            (Some(-1), None, None, None),
            (Some(1), None, None, Some("x")),
            (None, Some("x"), Some(1), None),
        ] {
            assert!(arguments(first, after, last, before).walk().is_err());
        }
    }
}
