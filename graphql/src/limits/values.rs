//! How many values the arguments of a document hold once the variables are put in.
//!
//! A variable of a hundred thousand values may stand in a document a thousand times, also within one list. Each place
//! is a copy of its own when the document is validated and when it runs.

use std::collections::HashMap;

use async_graphql::parser::types::{Directive, ExecutableDocument, Selection};
use async_graphql::{Name, Positioned, Value as ConstValue, Variables};
use async_graphql_value::Value;

/// Bytes of a text that count as one value more.
const BYTES_OF_A_TEXT: usize = 64;

/// How many values each variable stands for.
pub(super) struct Values<'a> {
    of_variables: HashMap<&'a str, usize>,
}

impl<'a> Values<'a> {
    /// Variables that are not sent count by their default; where operations differ in it, by the largest.
    pub(super) fn new(document: &'a ExecutableDocument, variables: &'a Variables) -> Self {
        let mut of_variables: HashMap<&str, usize> = HashMap::new();
        for (_, operation) in document.operations.iter() {
            for definition in &operation.node.variable_definitions {
                if let Some(default) = &definition.node.default_value {
                    let count = of_variables.entry(&definition.node.name.node).or_default();
                    *count = constant(&default.node).max(*count);
                }
            }
        }
        for (name, value) in variables.iter() {
            of_variables.insert(name, constant(value));
        }
        Self { of_variables }
    }

    /// Values in the arguments of a selection and of its directives, without what is selected below it.
    pub(super) fn of_selection(&self, selection: &Selection) -> usize {
        let own = match selection {
            Selection::Field(field) => self.arguments(&field.node.arguments),
            Selection::FragmentSpread(_) | Selection::InlineFragment(_) => 0,
        };
        own.saturating_add(self.of_directives(selection.directives()))
    }

    /// Values in the arguments of directives.
    pub(super) fn of_directives(&self, directives: &[Positioned<Directive>]) -> usize {
        sum(directives
            .iter()
            .map(|directive| self.arguments(&directive.node.arguments)))
    }

    fn arguments(&self, arguments: &[(Positioned<Name>, Positioned<Value>)]) -> usize {
        sum(arguments.iter().map(|(_, value)| self.value(&value.node)))
    }

    fn value(&self, value: &Value) -> usize {
        let inside = match value {
            Value::Variable(name) => {
                let known = self.of_variables.get(name.as_str());
                return known.copied().unwrap_or(1);
            }
            Value::List(items) => sum(items.iter().map(|item| self.value(item))),
            Value::Object(fields) => sum(fields.values().map(|field| self.value(field))),
            Value::String(text) => text.len() / BYTES_OF_A_TEXT,
            Value::Null
            | Value::Number(_)
            | Value::Boolean(_)
            | Value::Binary(_)
            | Value::Enum(_) => 0,
        };
        inside.saturating_add(1)
    }
}

fn constant(value: &ConstValue) -> usize {
    let inside = match value {
        ConstValue::List(items) => sum(items.iter().map(constant)),
        ConstValue::Object(fields) => sum(fields.values().map(constant)),
        ConstValue::String(text) => text.len() / BYTES_OF_A_TEXT,
        ConstValue::Null
        | ConstValue::Number(_)
        | ConstValue::Boolean(_)
        | ConstValue::Binary(_)
        | ConstValue::Enum(_) => 0,
    };
    inside.saturating_add(1)
}

fn sum(counts: impl Iterator<Item = usize>) -> usize {
    counts.fold(0, usize::saturating_add)
}
