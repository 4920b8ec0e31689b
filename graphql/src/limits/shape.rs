//! The shape of a document with its fragments followed: depth, aliases, root fields, directives, fields, values.
//!
//! Each fragment is measured once, so a document whose fragments double at every level (a small text that
//! stands for billions of fields, or for none at all) is refused after as many steps as it has tokens. What walks the
//! document later follows every spread anew, async-graphql's own checks included, and these walk all operations,
//! whichever is meant: so every operation keeps to the limits, and all of them together to that of selections.

use std::collections::HashMap;

use async_graphql::parser::types::{
    ExecutableDocument, Field, OperationDefinition, OperationType, Selection, SelectionSet,
};
use async_graphql::{Pos, ServerError};

use super::values::Values;
use super::{Limits, error};

/// An introspection query of the usual tools is 13 to 15 deep.
const INTROSPECTION_DEPTH: usize = 20;
/// Lists of types within lists of types; the usual tools need two, each more multiplies by the size of the schema.
const INTROSPECTION_LISTS: usize = 2;
/// Fragments that lead to each other; what walks the document later recurses along them.
const CHAIN: usize = 24;

/// What a selection set stands for once its fragments are put in.
#[derive(Clone, Copy, Default)]
struct Size {
    depth: usize,
    /// Type lists within type lists, if this is part of an introspection.
    lists: usize,
    /// The same two for what stands below `__schema` and `__type`.
    introspection_depth: usize,
    introspection_lists: usize,
    /// Fragments that lead to each other.
    chain: usize,
    aliases: usize,
    directives: usize,
    fields: usize,
    /// Fields, spreads and inline fragments: the steps of a walk.
    selections: usize,
    /// Values of arguments.
    values: usize,
    /// Fields that stand directly here.
    here: usize,
    introspects: bool,
}

/// Gives the number of root fields of `operation`.
pub(super) fn check(
    operation: &OperationDefinition,
    document: &ExecutableDocument,
    values: &Values<'_>,
    limits: &Limits,
    introspection: bool,
) -> Result<usize, ServerError> {
    let mut measure = Measure {
        document,
        values,
        known: HashMap::new(),
        open: 0,
    };
    let (mut selections, mut values) = (0_usize, 0_usize);
    let mut count = |size: Size| {
        selections = selections.saturating_add(size.selections);
        values = values.saturating_add(size.values);
    };
    for name in document.fragments.keys() {
        count(measure.fragment(name, Pos::default())?);
    }
    for (_, operation) in document.operations.iter() {
        let size = measure.operation(&operation.node)?;
        check_size(operation.node.ty, size, limits, introspection)?;
        count(size);
    }
    let all = [
        (
            "TOO_MANY_FIELDS",
            "selections",
            selections,
            limits.selections,
        ),
        (
            "TOO_MANY_VALUES",
            "values in arguments",
            values,
            limits.values,
        ),
    ];
    for (code, what, has, may) in all {
        if has > may {
            let text = format!("a document has at most {may} {what}, fragments followed");
            return Err(error(code, text, None));
        }
    }
    Ok(measure.operation(operation)?.here)
}

fn check_size(
    kind: OperationType,
    size: Size,
    limits: &Limits,
    introspection: bool,
) -> Result<(), ServerError> {
    if size.introspects && !introspection {
        let text = "introspection is switched off; the schema is at /graphql/schema.graphql";
        return Err(error("INTROSPECTION_OFF", text, None));
    }
    if kind == OperationType::Subscription && size.here > 1 {
        let text = "a subscription has one root field";
        return Err(error("TOO_MANY_ROOT_FIELDS", text, None));
    }
    let all = [
        ("TOO_DEEP", "levels", size.depth, limits.depth),
        (
            "TOO_DEEP",
            "levels of introspection",
            size.introspection_depth,
            INTROSPECTION_DEPTH,
        ),
        (
            "TOO_DEEP",
            "lists of types in each other",
            size.introspection_lists,
            INTROSPECTION_LISTS,
        ),
        ("TOO_MANY_ALIASES", "aliases", size.aliases, limits.aliases),
        (
            "TOO_MANY_ROOT_FIELDS",
            "root fields",
            size.here,
            limits.root_fields,
        ),
        (
            "TOO_MANY_DIRECTIVES",
            "directives",
            size.directives,
            limits.directives,
        ),
        ("TOO_MANY_FIELDS", "fields", size.fields, limits.fields),
    ];
    for (code, what, has, may) in all {
        if has > may {
            return Err(error(
                code,
                format!("an operation has at most {may} {what}"),
                None,
            ));
        }
    }
    Ok(())
}

struct Measure<'a> {
    document: &'a ExecutableDocument,
    values: &'a Values<'a>,
    /// `None` while a fragment is being measured: meeting it again then means a cycle.
    known: HashMap<&'a str, Option<Size>>,
    /// Fragments being measured right now.
    open: usize,
}

impl<'a> Measure<'a> {
    fn operation(&mut self, operation: &'a OperationDefinition) -> Result<Size, ServerError> {
        let mut size = self.set(&operation.selection_set.node)?;
        let of_variables = operation.variable_definitions.iter();
        let of_variables = of_variables.map(|definition| &definition.node.directives);
        for directives in of_variables.chain([&operation.directives]) {
            size.directives = size.directives.saturating_add(directives.len());
            size.values = size
                .values
                .saturating_add(self.values.of_directives(directives));
        }
        Ok(size)
    }

    fn set(&mut self, set: &'a SelectionSet) -> Result<Size, ServerError> {
        let mut sum = Size::default();
        for selection in &set.items {
            #[cfg(test)]
            super::lookup::steps::count();
            let mut one = match &selection.node {
                Selection::Field(field) => self.field(&field.node)?,
                Selection::FragmentSpread(spread) => {
                    self.fragment(&spread.node.fragment_name.node, spread.pos)?
                }
                Selection::InlineFragment(inline) => self.set(&inline.node.selection_set.node)?,
            };
            one.directives = one
                .directives
                .saturating_add(selection.node.directives().len());
            sum.depth = sum.depth.max(one.depth);
            sum.lists = sum.lists.max(one.lists);
            sum.introspection_depth = sum.introspection_depth.max(one.introspection_depth);
            sum.introspection_lists = sum.introspection_lists.max(one.introspection_lists);
            sum.chain = sum.chain.max(one.chain);
            sum.aliases = sum.aliases.saturating_add(one.aliases);
            sum.directives = sum.directives.saturating_add(one.directives);
            sum.fields = sum.fields.saturating_add(one.fields);
            let selections = one.selections.saturating_add(1);
            sum.selections = sum.selections.saturating_add(selections);
            let values = self.values.of_selection(&selection.node);
            sum.values = sum.values.saturating_add(one.values).saturating_add(values);
            sum.here = sum.here.saturating_add(one.here);
            sum.introspects |= one.introspects;
        }
        Ok(sum)
    }

    fn field(&mut self, field: &'a Field) -> Result<Size, ServerError> {
        let below = self.set(&field.selection_set.node)?;
        let name = field.name.node.as_str();
        let introspects = matches!(name, "__schema" | "__type");
        let is_list = matches!(
            name,
            "fields" | "inputFields" | "interfaces" | "possibleTypes"
        );
        // What is asked of the schema itself does not count as depth of the data.
        let (depth, lists) = if introspects {
            (0, 0)
        } else {
            (below.depth, below.lists)
        };
        Ok(Size {
            depth: depth + 1,
            lists: lists + usize::from(is_list),
            introspection_depth: if introspects {
                below.depth
            } else {
                below.introspection_depth
            },
            introspection_lists: if introspects {
                below.lists
            } else {
                below.introspection_lists
            },
            chain: below.chain,
            aliases: below
                .aliases
                .saturating_add(usize::from(field.alias.is_some())),
            fields: below.fields.saturating_add(1),
            selections: below.selections,
            values: below.values,
            here: 1,
            introspects: introspects || below.introspects,
            directives: below.directives,
        })
    }

    /// `at` is where it is spread.
    fn fragment(&mut self, name: &str, at: Pos) -> Result<Size, ServerError> {
        match self.known.get(name) {
            Some(Some(size)) => return Ok(*size),
            Some(None) => {
                let text = format!("the fragment `{name}` contains itself");
                return Err(error("FRAGMENT_CYCLE", text, None));
            }
            None => {}
        }
        let Some((name, fragment)) = self.document.fragments.get_key_value(name) else {
            // As the validation would say it, but that would come here a second time for every path.
            let text = format!("Unknown fragment: \"{name}\"");
            return Err(error("INVALID", text, Some(at)));
        };
        self.known.insert(name.as_str(), None);
        self.open += 1;
        let mut size = match self.open > CHAIN {
            true => return Err(too_long_a_chain()),
            false => self.set(&fragment.node.selection_set.node)?,
        };
        self.open -= 1;
        size.chain += 1;
        if size.chain > CHAIN {
            return Err(too_long_a_chain());
        }
        size.directives = size
            .directives
            .saturating_add(fragment.node.directives.len());
        size.values = size
            .values
            .saturating_add(self.values.of_directives(&fragment.node.directives));
        self.known.insert(name.as_str(), Some(size));
        Ok(size)
    }
}

fn too_long_a_chain() -> ServerError {
    error(
        "TOO_DEEP",
        format!("at most {CHAIN} fragments lead to each other"),
        None,
    )
}
