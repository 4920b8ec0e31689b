//! The order of an answer's fields: that of the selection, not that in which resolvers came to an end.
//!
//! async-graphql puts a field into the answer when its resolver is done. Where none had to wait this is the order
//! of the selection already; only the other answers are walked. A list of a hundred records shares one plan.

use std::collections::HashMap;

use async_graphql::parser::types::{Directive, Field, SelectionSet};
use async_graphql::registry::{MetaType, MetaTypeName};
use async_graphql::{Name, Positioned, Value};

use super::selection::Selected;
use crate::limits::lookup::{self, Followed};

/// Puts the fields of `data` into the order in which `selected` asks for them.
pub(super) fn restore(data: &mut Value, selected: &Selected<'_>) {
    let Some(root) = selected.root() else { return };
    let sets = vec![&selected.operation.selection_set.node];
    Level::new(sets, root).arrange(selected, data);
}

/// Selection sets that were merged because their fields have the same response key.
struct Level<'a> {
    sets: Vec<&'a SelectionSet>,
    /// The type that was declared: that of the values, or an interface or union of it.
    declared: &'a str,
    /// By the type of the value, filled as such values are met.
    plans: Vec<(&'a str, Plan<'a>)>,
}

/// The fields of values of one type, in order.
#[derive(Default)]
struct Plan<'a> {
    fields: Vec<Planned<'a>>,
    by_key: HashMap<&'a str, usize>,
}

struct Planned<'a> {
    key: &'a Name,
    name: &'a str,
    below: Level<'a>,
}

impl<'a> Level<'a> {
    fn new(sets: Vec<&'a SelectionSet>, declared: &'a str) -> Self {
        let plans = Vec::new();
        Self {
            sets,
            declared,
            plans,
        }
    }

    fn arrange(&mut self, selected: &Selected<'a>, value: &mut Value) {
        match value {
            Value::List(items) => {
                for item in items {
                    self.arrange(selected, item);
                }
            }
            Value::Object(_) => self.arrange_object(selected, value),
            Value::Null
            | Value::Number(_)
            | Value::String(_)
            | Value::Boolean(_)
            | Value::Binary(_)
            | Value::Enum(_) => {}
        }
    }

    fn arrange_object(&mut self, selected: &Selected<'a>, value: &mut Value) {
        let Value::Object(object) = value else { return };
        let fits = |plan: &Plan<'a>, of: &str| {
            plan.fields.len() == object.len()
                && plan.fields.iter().all(|field| match object.get(field.key) {
                    Some(Value::String(name)) if field.name == "__typename" => name == of,
                    found => found.is_some(),
                })
        };
        let Some(plan) = self.plan(selected, fits) else {
            return;
        };
        for (place, field) in plan.fields.iter_mut().enumerate() {
            let here = object.get_index(place).map(|(key, _)| key);
            if here != Some(field.key)
                && let Some(found) = object.get_index_of(field.key)
            {
                object.swap_indices(place, found);
            }
            if !field.below.sets.is_empty()
                && let Some((_, below)) = object.get_index_mut(place)
            {
                field.below.arrange(selected, below);
            }
        }
    }

    /// The plan for a value. A value of an interface or union does not say of which type it is unless `__typename`
    /// was asked for: then the first type counts whose fields are those of the value.
    fn plan(
        &mut self,
        selected: &Selected<'a>,
        fits: impl Fn(&Plan<'a>, &str) -> bool,
    ) -> Option<&mut Plan<'a>> {
        let known = self.plans.iter().position(|(of, plan)| fits(plan, of));
        if let Some(known) = known {
            return self.plans.get_mut(known).map(|(_, plan)| plan);
        }
        let possible: Vec<&'a str> = match selected.registry.types.get(self.declared)? {
            MetaType::Interface { possible_types, .. } | MetaType::Union { possible_types, .. } => {
                possible_types.iter().map(String::as_str).collect()
            }
            MetaType::Object { .. } => vec![self.declared],
            MetaType::Scalar { .. } | MetaType::Enum { .. } | MetaType::InputObject { .. } => {
                return None;
            }
        };
        for of in possible {
            if self.plans.iter().any(|(known, _)| *known == of) {
                continue;
            }
            let mut plan = Plan::default();
            for set in &self.sets {
                plan.collect(selected, set, of);
            }
            let found = fits(&plan, of);
            self.plans.push((of, plan));
            if found {
                break;
            }
        }
        let (of, plan) = self.plans.last_mut()?;
        fits(plan, of).then_some(plan)
    }
}

impl<'a> Plan<'a> {
    fn collect(&mut self, selected: &Selected<'a>, set: &'a SelectionSet, of: &'a str) {
        for selection in &set.items {
            if left_out(selected, selection.node.directives()) {
                continue;
            }
            match lookup::follow(selected.document, &selection.node, Some(of)) {
                Followed::Field(field) => self.add(selected, &field.node, of),
                Followed::Set(set, on) => {
                    if on.is_none_or(|on| applies(selected, on, of)) {
                        self.collect(selected, set, of);
                    }
                }
                Followed::Nothing => {}
            }
        }
    }

    fn add(&mut self, selected: &Selected<'a>, field: &'a Field, of: &str) {
        let below = &field.selection_set.node;
        let key = &field.response_key().node;
        if let Some(known) = self.by_key.get(key.as_str()) {
            if let Some(known) = self.fields.get_mut(*known)
                && !below.items.is_empty()
            {
                known.below.sets.push(below);
            }
            return;
        }
        let name = field.name.node.as_str();
        // What is asked of the schema itself has no type here; nothing in it ever waits.
        let declared = selected.field_type(of, name);
        let sets = match declared {
            Some(_) if !below.items.is_empty() => vec![below],
            Some(_) | None => Vec::new(),
        };
        let declared = declared.map_or("", MetaTypeName::concrete_typename);
        self.by_key.insert(key.as_str(), self.fields.len());
        self.fields.push(Planned {
            key,
            name,
            below: Level::new(sets, declared),
        });
    }
}

/// Whether a fragment on `condition` says something about values of the type `of`.
fn applies(selected: &Selected<'_>, condition: &str, of: &str) -> bool {
    condition == of
        || match selected.registry.types.get(condition) {
            Some(
                MetaType::Interface { possible_types, .. } | MetaType::Union { possible_types, .. },
            ) => possible_types.contains(of),
            Some(
                MetaType::Object { .. }
                | MetaType::Scalar { .. }
                | MetaType::Enum { .. }
                | MetaType::InputObject { .. },
            )
            | None => false,
        }
}

/// Whether `@skip` or `@include` leave this out.
fn left_out(selected: &Selected<'_>, directives: &[Positioned<Directive>]) -> bool {
    directives.iter().any(|directive| {
        let leaves_out = match directive.node.name.node.as_str() {
            "skip" => true,
            "include" => false,
            _ => return false,
        };
        let given = directive.node.get_argument("if");
        let given = given.and_then(|given| {
            let value = given.node.clone();
            let variable = |name: Name| selected.variable(&name).ok_or(());
            value.into_const_with(variable).ok()
        });
        given == Some(Value::Boolean(leaves_out))
    })
}
