//! Whether a value can be read as the type the schema wants, and if not, where in it and what is allowed.

use std::fmt::{self, Display, Formatter};

use async_graphql::Value;
use async_graphql::registry::{MetaInputValue, MetaType, MetaTypeName, Registry};

use crate::scalars;

/// Where a value can't be read, and why; as a German sentence by its `Display`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Unreadable {
    /// The path of the value, for example `input.actionAreas[2]`.
    pub(super) field: String,
    why: Why,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Why {
    /// Nothing, where something is needed; with what is allowed.
    Missing(String),
    /// Something else than what is allowed.
    Other(String),
    /// The schema has no such field there.
    NoSuchField,
}

impl Unreadable {
    fn new(why: Why) -> Self {
        let field = String::new();
        Self { field, why }
    }

    /// The same, seen from outside of `outer`.
    pub(super) fn within(self, outer: &str) -> Self {
        let dot = match self.field.as_str() {
            inner if inner.is_empty() || inner.starts_with('[') => "",
            _ => ".",
        };
        Self {
            field: format!("{outer}{dot}{}", self.field),
            ..self
        }
    }
}

impl Display for Unreadable {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let field = &self.field;
        match &self.why {
            Why::Missing(allowed) => {
                write!(out, "Die Angabe „{field}“ fehlt. Nötig ist hier {allowed}.")
            }
            Why::Other(allowed) => write!(
                out,
                "Die Angabe „{field}“ ist so nicht lesbar. Erlaubt ist hier {allowed}."
            ),
            Why::NoSuchField => write!(
                out,
                "Die Angabe „{field}“ gibt es hier nicht. Bitte weglassen oder den Namen berichtigen."
            ),
        }
    }
}

/// Checks the value of an argument or of a field of an input object; `None` where it is absent.
pub(super) fn field(
    registry: &Registry,
    wanted: &MetaInputValue,
    given: Option<&Value>,
) -> Result<(), Unreadable> {
    match given {
        Some(given) => value(registry, &wanted.ty, given),
        None if wanted.default_value.is_some() => Ok(()),
        None => value(registry, &wanted.ty, &Value::Null),
    }
    .map_err(|why| why.within(&wanted.name))
}

/// Checks a value against a type as the registry writes it, for example `[ID!]!`.
pub(super) fn value(registry: &Registry, wanted: &str, given: &Value) -> Result<(), Unreadable> {
    match (MetaTypeName::create(wanted), given) {
        (MetaTypeName::NonNull(inner), Value::Null) => {
            Err(Unreadable::new(Why::Missing(allowed(registry, inner))))
        }
        (MetaTypeName::NonNull(inner), given) => value(registry, inner, given),
        (_, Value::Null) => Ok(()),
        (MetaTypeName::List(inner), Value::List(items)) => {
            items.iter().enumerate().try_for_each(|(index, item)| {
                value(registry, inner, item).map_err(|why| why.within(&format!("[{index}]")))
            })
        }
        // One value stands for a list of one.
        (MetaTypeName::List(inner), single) => value(registry, inner, single),
        (MetaTypeName::Named(name), given) => named(registry, name, given),
    }
}

fn named(registry: &Registry, name: &str, given: &Value) -> Result<(), Unreadable> {
    let readable = match registry.types.get(name) {
        Some(MetaType::Scalar { is_valid, .. }) => scalars::readable(name, given)
            .unwrap_or_else(|| is_valid.as_ref().is_none_or(|is_valid| is_valid(given))),
        Some(MetaType::Enum { enum_values, .. }) => match given {
            Value::String(word) => enum_values.contains_key(word),
            Value::Enum(word) => enum_values.contains_key(word.as_str()),
            _ => false,
        },
        Some(MetaType::InputObject {
            input_fields,
            oneof,
            ..
        }) => match given {
            Value::Object(fields) => {
                for given in fields.keys() {
                    if !input_fields.contains_key(given.as_str()) {
                        return Err(Unreadable::new(Why::NoSuchField).within(shown(given)));
                    }
                }
                for wanted in input_fields.values() {
                    field(registry, wanted, fields.get(wanted.name.as_str()))?;
                }
                !*oneof || (fields.len() == 1 && fields.values().all(|one| *one != Value::Null))
            }
            _ => false,
        },
        // A type that is unknown, or not for input: the validation says so.
        Some(MetaType::Object { .. } | MetaType::Interface { .. } | MetaType::Union { .. })
        | None => true,
    };
    match readable {
        true => Ok(()),
        false => Err(Unreadable::new(Why::Other(allowed(registry, name)))),
    }
}

/// A name that a caller made up. What can't be one is not repeated.
fn shown(name: &str) -> &str {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    match name.len() <= 64 && name.chars().all(is_name) {
        true => name,
        false => "?",
    }
}

/// What people may give where this type is wanted.
fn allowed(registry: &Registry, wanted: &str) -> String {
    let name = match MetaTypeName::create(wanted) {
        MetaTypeName::NonNull(inner) => return allowed(registry, inner),
        MetaTypeName::List(inner) => {
            return format!(
                "eine Liste; für jeden Eintrag: {}",
                allowed(registry, inner)
            );
        }
        MetaTypeName::Named(name) => name,
    };
    match registry.types.get(name) {
        Some(MetaType::Enum { enum_values, .. }) => {
            let names: Vec<&str> = enum_values.keys().map(String::as_str).collect();
            format!("einer der Werte {}", names.join(", "))
        }
        Some(MetaType::InputObject { oneof: true, .. }) => {
            format!("genau eine der Angaben von {name}")
        }
        Some(MetaType::InputObject { .. }) => format!("eine Gruppe von Angaben ({name})"),
        Some(
            MetaType::Scalar { .. }
            | MetaType::Object { .. }
            | MetaType::Interface { .. }
            | MetaType::Union { .. },
        )
        | None => {
            scalars::allowed(name).map_or_else(|| format!("ein Wert der Art {name}"), Into::into)
        }
    }
}
