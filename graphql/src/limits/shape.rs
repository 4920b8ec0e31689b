//! The shape of an operation with its fragments followed: depth, aliases, root fields, directives, fields.
//!
//! Each fragment is measured once, so a document whose fragments double at every level (a small text that
//! stands for billions of fields) is refused after as many steps as it has tokens.

use std::collections::HashMap;

use async_graphql::ServerError;
use async_graphql::parser::types::{
    ExecutableDocument, Field, OperationDefinition, OperationType, Selection, SelectionSet,
};

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
    /// Fields that stand directly here.
    here: usize,
    introspects: bool,
}

pub(super) fn check(
    operation: &OperationDefinition,
    document: &ExecutableDocument,
    limits: &Limits,
    introspection: bool,
) -> Result<(), ServerError> {
    let mut measure = Measure {
        document,
        known: HashMap::new(),
        open: 0,
    };
    // Fragments that no operation uses too: the validation that follows walks all of them.
    for name in document.fragments.keys() {
        measure.fragment(name)?;
    }
    let mut size = measure.set(&operation.selection_set.node)?;
    size.directives = size.directives.saturating_add(operation.directives.len());
    for definition in &operation.variable_definitions {
        size.directives = size
            .directives
            .saturating_add(definition.node.directives.len());
    }

    if size.introspects && !introspection {
        let text = "introspection is switched off; the schema is at /graphql/schema.graphql";
        return Err(error("INTROSPECTION_OFF", text, None));
    }
    if operation.ty == OperationType::Subscription && size.here > 1 {
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
    /// `None` while a fragment is being measured: meeting it again then means a cycle.
    known: HashMap<&'a str, Option<Size>>,
    /// Fragments being measured right now.
    open: usize,
}

impl<'a> Measure<'a> {
    fn set(&mut self, set: &'a SelectionSet) -> Result<Size, ServerError> {
        let mut sum = Size::default();
        for selection in &set.items {
            let mut one = match &selection.node {
                Selection::Field(field) => self.field(&field.node)?,
                Selection::FragmentSpread(spread) => {
                    self.fragment(spread.node.fragment_name.node.as_str())?
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
            here: 1,
            introspects: introspects || below.introspects,
            directives: below.directives,
        })
    }

    fn fragment(&mut self, name: &str) -> Result<Size, ServerError> {
        match self.known.get(name) {
            Some(Some(size)) => return Ok(*size),
            Some(None) => {
                let text = format!("the fragment `{name}` contains itself");
                return Err(error("FRAGMENT_CYCLE", text, None));
            }
            None => {}
        }
        let Some((name, fragment)) = self.document.fragments.get_key_value(name) else {
            // Not known: the validation says so better than this could.
            return Ok(Size::default());
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
