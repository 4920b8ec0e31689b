//! Fields of one selection with the same key have to be the same field with the same arguments.
//!
//! async-graphql checks this too, but lists every pair that differs, argument by argument: a document of 15 KB had a
//! million and a half errors, which took three gigabytes. Here the first one is enough, so there it finds none.

use std::collections::{HashMap, HashSet};

use async_graphql::parser::types::{ExecutableDocument, Field, Selection, SelectionSet};
use async_graphql::{Positioned, ServerError};

use super::error;

/// Looks at every selection set as it is written, fragments put in. After `shape`: the steps are as few as the
/// selections it allows, for each inline fragment around them.
pub(super) fn check(document: &ExecutableDocument) -> Result<(), ServerError> {
    let operations = document.operations.iter();
    let operations = operations.map(|(_, operation)| &operation.node.selection_set.node);
    let fragments = document.fragments.values();
    let fragments = fragments.map(|fragment| &fragment.node.selection_set.node);
    operations
        .chain(fragments)
        .try_for_each(|set| every(document, set))
}

fn every(document: &ExecutableDocument, set: &SelectionSet) -> Result<(), ServerError> {
    Merged::default().add(document, None, set)?;
    for selection in &set.items {
        match &selection.node {
            Selection::Field(field) => every(document, &field.node.selection_set.node)?,
            Selection::InlineFragment(inline) => {
                every(document, &inline.node.selection_set.node)?;
            }
            Selection::FragmentSpread(_) => {}
        }
    }
    Ok(())
}

/// What stands in one selection set.
#[derive(Default)]
struct Merged<'a> {
    /// By the type of the fragment they stand in and their key: as async-graphql tells them apart.
    fields: HashMap<(Option<&'a str>, &'a str), &'a Field>,
    spread: HashSet<&'a str>,
}

impl<'a> Merged<'a> {
    fn add(
        &mut self,
        document: &'a ExecutableDocument,
        on: Option<&'a str>,
        set: &'a SelectionSet,
    ) -> Result<(), ServerError> {
        for selection in &set.items {
            #[cfg(test)]
            super::lookup::steps::count();
            match &selection.node {
                Selection::Field(field) => self.field(on, field)?,
                Selection::InlineFragment(inline) => {
                    let on = inline.node.type_condition.as_ref();
                    let on = on.map(|on| on.node.on.node.as_str());
                    self.add(document, on, &inline.node.selection_set.node)?;
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    if let Some(fragment) = document.fragments.get(name)
                        && self.spread.insert(name)
                    {
                        let on = fragment.node.type_condition.node.on.node.as_str();
                        self.add(document, Some(on), &fragment.node.selection_set.node)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn field(
        &mut self,
        on: Option<&'a str>,
        field: &'a Positioned<Field>,
    ) -> Result<(), ServerError> {
        let key = field.node.response_key().node.as_str();
        let first = *self.fields.entry((on, key)).or_insert(&field.node);
        let same = first.name.node == field.node.name.node
            && first.arguments.len() == field.node.arguments.len()
            && first.arguments.iter().all(|(name, value)| {
                let other = field.node.get_argument(&name.node);
                other.is_some_and(|other| other.node == value.node)
            });
        match same {
            true => Ok(()),
            false => Err(conflict(key, field)),
        }
    }
}

fn conflict(key: &str, field: &Positioned<Field>) -> ServerError {
    let text = format!(
        "the fields `{key}` are different ones or have different arguments; give one of them an alias"
    );
    error("INVALID", text, Some(field.pos))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conflicts(query: &str) -> bool {
        let document = async_graphql::parser::parse_query(query).unwrap();
        check(&document).is_err()
    }

    #[test]
    fn the_same_key_is_the_same_field_with_the_same_arguments() {
        for query in [
            "{ a a }",
            "{ a(x: 1, y: [2]) a(y: [2], x: 1) }",
            "{ a: b c: b }",
            "{ ...F a } fragment F on Query { a b { c } } ",
            "{ ... on A { a: b } ... on B { a: c } }",
            "{ a { x: b } b { x: c } }",
        ] {
            assert!(!conflicts(query), "{query}");
        }
        for query in [
            "{ a: b a: c }",
            "{ a(x: 1) a }",
            "{ a a(x: 1) }",
            "{ a(x: 1) a(x: 2) }",
            "{ a(x: 1) a(y: 1) }",
            "{ b { a: b a: c } }",
            "{ b { ... on A { a: b ... on A { a: c } } } }",
            "{ b } fragment F on Query { ... { a: b a: c } }",
            "{ ...F ...G } fragment F on Query { a: b } fragment G on Query { a: c }",
        ] {
            assert!(conflicts(query), "{query}");
        }
    }
}
