//! Null propagation: where a field failed, its nearest nullable ancestor is null.
//!
//! async-graphql 7.1 to 7.2.1 leave a failed field out of the answer instead (`{"a":1}` for `{ a b }`), whatever
//! its type is, which breaks clients that trust the schema.

use async_graphql::parser::types::{Field, SelectionSet};
use async_graphql::registry::MetaTypeName;
use async_graphql::{Name, PathSegment, Response, Value};

use super::selection::Selected;
use crate::limits::lookup::{self, Followed};

/// Puts a null where each error of `response` belongs.
pub(super) fn propagate(response: &mut Response, selected: &Selected<'_>) {
    let Some(root) = selected.root() else { return };
    let walk = Walk { selected };
    let sets = [(&selected.operation.selection_set.node, root)];
    for error in &response.errors {
        if !error.path.is_empty() {
            walk.settle(&mut response.data, root, &sets, &error.path);
        }
    }
}

/// Selection sets that were merged, each with the type its fields belong to.
type Sets<'a> = [(&'a SelectionSet, &'a str)];

struct Walk<'a, 'b> {
    selected: &'b Selected<'a>,
}

impl<'a> Walk<'a, '_> {
    /// Nulls what `path` leads to below `value` of type `ty`, and every ancestor that can't hold a null.
    /// Returns whether `value` itself is null now and its parent can't hold that.
    fn settle(&self, value: &mut Value, ty: &str, sets: &Sets<'a>, path: &[PathSegment]) -> bool {
        let (inner, required) = match MetaTypeName::create(ty) {
            MetaTypeName::NonNull(inner) => (inner, true),
            MetaTypeName::Named(_) | MetaTypeName::List(_) => (ty, false),
        };
        let goes_up = match (path.split_first(), &mut *value) {
            (Some((PathSegment::Index(index), rest)), Value::List(items)) => {
                let item_type = match MetaTypeName::create(inner) {
                    MetaTypeName::List(item) => item,
                    MetaTypeName::NonNull(other) | MetaTypeName::Named(other) => other,
                };
                items
                    .get_mut(*index)
                    .is_some_and(|item| self.settle(item, item_type, sets, rest))
            }
            (Some((PathSegment::Field(key), rest)), Value::Object(fields)) => {
                let Some((field_type, below)) = self.find(sets, key) else {
                    return false;
                };
                let entry = fields.entry(Name::new(key)).or_insert(Value::Null);
                self.settle(entry, field_type, &below, rest)
            }
            _ => true,
        };
        if goes_up {
            *value = Value::Null;
        }
        goes_up && required
    }

    /// The type of the field with this response key, and what is selected below it.
    fn find(
        &self,
        sets: &Sets<'a>,
        key: &str,
    ) -> Option<(&'a str, Vec<(&'a SelectionSet, &'a str)>)> {
        let mut found = Vec::new();
        for (set, parent) in sets {
            self.collect(set, parent, key, &mut found);
        }
        let (field_type, _) = *found.first()?;
        let below = MetaTypeName::concrete_typename(field_type);
        Some((
            field_type,
            found
                .iter()
                .map(|(_, field)| (&field.selection_set.node, below))
                .collect(),
        ))
    }

    /// Fields with this response key; two of them have types of the same shape, the validation saw to that.
    fn collect(
        &self,
        set: &'a SelectionSet,
        parent: &'a str,
        key: &str,
        found: &mut Vec<(&'a str, &'a Field)>,
    ) {
        for selection in &set.items {
            match lookup::follow(self.selected.document, &selection.node, Some(parent)) {
                Followed::Field(field) => {
                    let name = field.node.name.node.as_str();
                    if field.node.response_key().node == key
                        && let Some(ty) = self.selected.field_type(parent, name)
                    {
                        found.push((ty, &field.node));
                    }
                }
                Followed::Set(set, on) => self.collect(set, on.unwrap_or(parent), key, found),
                Followed::Nothing => {}
            }
        }
    }
}
