//! Checks the variables of an operation before it runs, so that a wrong one is an error of the request
//! (async-graphql notices some of them only while resolving).

use async_graphql::parser::types::{BaseType, OperationDefinition, Type};
use async_graphql::registry::{MetaInputValue, MetaType, MetaTypeName, Registry};
use async_graphql::{Pos, ServerError, Value, Variables};

use super::error;

pub(super) fn check(
    operation: &OperationDefinition,
    variables: &Variables,
    registry: &Registry,
) -> Result<(), ServerError> {
    for definition in &operation.variable_definitions {
        let name = &definition.node.name.node;
        let refused = |why: String| refusal(name, &why, definition.pos);
        let wanted = &definition.node.var_type.node;
        match variables.get(name) {
            Some(value) => fits_type(registry, wanted, value).map_err(refused)?,
            None if definition.node.default_value.is_none() && !wanted.nullable => {
                return Err(refused("is required".into()));
            }
            None => {}
        }
    }
    Ok(())
}

fn refusal(name: &str, why: &str, at: Pos) -> ServerError {
    error(
        "BAD_VARIABLE",
        format!("variable `${name}` {why}"),
        Some(at),
    )
}

fn fits_type(registry: &Registry, wanted: &Type, value: &Value) -> Result<(), String> {
    match (&wanted.base, value) {
        (_, Value::Null) if wanted.nullable => Ok(()),
        (_, Value::Null) => Err("must not be null".into()),
        (BaseType::List(inner), Value::List(items)) => items
            .iter()
            .try_for_each(|item| fits_type(registry, inner, item)),
        // One value stands for a list of one.
        (BaseType::List(inner), single) => fits_type(registry, inner, single),
        (BaseType::Named(name), value) => fits_named(registry, name, value),
    }
}

/// The same for a type as the registry writes it, for example `[ID!]!`.
fn fits(registry: &Registry, wanted: &str, value: &Value) -> Result<(), String> {
    match (MetaTypeName::create(wanted), value) {
        (MetaTypeName::NonNull(_), Value::Null) => Err("must not be null".into()),
        (MetaTypeName::NonNull(inner), value) => fits(registry, inner, value),
        (_, Value::Null) => Ok(()),
        (MetaTypeName::List(inner), Value::List(items)) => items
            .iter()
            .try_for_each(|item| fits(registry, inner, item)),
        (MetaTypeName::List(inner), single) => fits(registry, inner, single),
        (MetaTypeName::Named(name), value) => fits_named(registry, name, value),
    }
}

fn fits_named(registry: &Registry, name: &str, value: &Value) -> Result<(), String> {
    let expected = || format!("is not a valid `{name}`");
    match registry.types.get(name) {
        Some(MetaType::Scalar {
            is_valid: Some(is_valid),
            ..
        }) if !is_valid(value) => Err(expected()),
        Some(MetaType::Scalar { .. }) => Ok(()),
        Some(MetaType::Enum { enum_values, .. }) => match value {
            Value::String(word) if enum_values.contains_key(word) => Ok(()),
            Value::Enum(word) if enum_values.contains_key(word.as_str()) => Ok(()),
            _ => Err(expected()),
        },
        Some(MetaType::InputObject {
            input_fields,
            oneof,
            ..
        }) => match value {
            Value::Object(given) => {
                if *oneof && (given.len() != 1 || given.values().any(|value| *value == Value::Null))
                {
                    return Err(format!("needs exactly one field of `{name}`"));
                }
                if given
                    .keys()
                    .any(|key| !input_fields.contains_key(key.as_str()))
                {
                    return Err(format!("has a field that `{name}` does not have"));
                }
                input_fields.values().try_for_each(|field| {
                    fits_field(registry, field, given.get(field.name.as_str()))
                })
            }
            _ => Err(expected()),
        },
        // A type that is unknown, or not for input: the validation says so.
        Some(MetaType::Object { .. } | MetaType::Interface { .. } | MetaType::Union { .. })
        | None => Ok(()),
    }
}

fn fits_field(
    registry: &Registry,
    field: &MetaInputValue,
    value: Option<&Value>,
) -> Result<(), String> {
    let name = &field.name;
    match value {
        Some(value) => {
            fits(registry, &field.ty, value).map_err(|why| format!("field `{name}` {why}"))
        }
        None if field.default_value.is_none() && field.ty.ends_with('!') => {
            Err(format!("field `{name}` is required"))
        }
        None => Ok(()),
    }
}
