//! What a name in a document stands for: a field of the schema, the value of a variable.

use async_graphql::parser::types::OperationDefinition;
use async_graphql::registry::{MetaField, MetaType, Registry};
use async_graphql::{Value, Variables};

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
