//! What a name in a document stands for: a field of the schema, the value of a variable, a fragment.

use async_graphql::parser::types::{
    ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet,
};
use async_graphql::registry::{MetaField, MetaType, Registry};
use async_graphql::{Positioned, Value, Variables};

/// What a selection leads to.
pub(crate) enum Followed<'a> {
    /// A field.
    Field(&'a Positioned<Field>),
    /// The selections of a fragment, and the type they belong to, if known.
    Set(&'a SelectionSet, Option<&'a str>),
    /// A fragment the document does not have.
    Nothing,
}

/// One step of a walk over a document: from a selection to what it stands for. `parent` is the type it belongs to.
///
/// Walks that follow fragments remember nothing: `shape` has made sure that a document stands for few selections.
pub(crate) fn follow<'a>(
    document: &'a ExecutableDocument,
    selection: &'a Selection,
    parent: Option<&'a str>,
) -> Followed<'a> {
    #[cfg(test)]
    steps::count();
    match selection {
        Selection::Field(field) => Followed::Field(field),
        Selection::InlineFragment(inline) => {
            let on = inline.node.type_condition.as_ref();
            let on = on.map(|on| on.node.on.node.as_str());
            Followed::Set(&inline.node.selection_set.node, on.or(parent))
        }
        Selection::FragmentSpread(spread) => {
            match document.fragments.get(&spread.node.fragment_name.node) {
                Some(fragment) => {
                    let on = fragment.node.type_condition.node.on.node.as_str();
                    Followed::Set(&fragment.node.selection_set.node, Some(on))
                }
                None => Followed::Nothing,
            }
        }
    }
}

/// The field `name` of the type `parent`; `None` where the type has no such field, or no fields.
pub(crate) fn field<'a>(registry: &'a Registry, parent: &str, name: &str) -> Option<&'a MetaField> {
    match registry.types.get(parent)? {
        MetaType::Object { fields, .. } | MetaType::Interface { fields, .. } => fields.get(name),
        MetaType::Scalar { .. }
        | MetaType::Union { .. }
        | MetaType::Enum { .. }
        | MetaType::InputObject { .. } => None,
    }
}

/// The value of a variable: as sent, or its default.
pub(crate) fn variable(
    operation: &OperationDefinition,
    variables: &Variables,
    name: &str,
) -> Option<Value> {
    if let Some(value) = variables.get(name) {
        return Some(value.clone());
    }
    let mut definitions = operation.variable_definitions.iter();
    let definition = definitions.find(|definition| definition.node.name.node == name)?;
    let default = definition.node.default_value.as_ref()?;
    Some(default.node.clone())
}

/// Steps of the walks on this thread, for tests that say how many a document may take.
#[cfg(test)]
pub(super) mod steps {
    use std::cell::Cell;

    thread_local! {
        static STEPS: Cell<usize> = const { Cell::new(0) };
    }

    pub(crate) fn count() {
        STEPS.with(|steps| steps.set(steps.get() + 1));
    }

    /// The steps `walk` took.
    pub(crate) fn of(walk: impl FnOnce()) -> usize {
        let before = STEPS.with(Cell::get);
        walk();
        STEPS.with(Cell::get) - before
    }
}
