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

    /// A name the schema does not have there. What can't be a name is not repeated.
    pub(super) fn unknown(name: &str) -> Self {
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let shown = match name.len() <= 64 && name.chars().all(is_name) {
            true => name,
            false => "?",
        };
        Self::new(Why::NoSuchField).within(shown)
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
                        return Err(Unreadable::unknown(given));
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

#[cfg(test)]
mod tests {
    use async_graphql::{ID, InputObject, InputType, MaybeUndefined, Name, Number};
    use proptest::prelude::*;

    use super::*;
    use crate::objects::Dimension;
    use crate::scalars::{ActionArea, AsOf, Date, DateTime, Position};

    /// One field of every kind that inputs of the schema have.
    #[derive(InputObject)]
    struct Probe {
        day: Date,
        days: Option<Vec<Date>>,
        instant: MaybeUndefined<DateTime>,
        command: uuid::Uuid,
        count: MaybeUndefined<i32>,
        counts: Option<Vec<i64>>,
        areas: Vec<ActionArea>,
        by: Option<Vec<Dimension>>,
        id: Option<ID>,
        text: Option<String>,
        public: Option<bool>,
        as_of: Option<AsOf>,
        after: Option<Position>,
        inner: Option<Box<Probe>>,
    }

    fn leaf() -> impl Strategy<Value = Value> {
        let words = vec![
            "2026-11-20",
            "2026-02-31",
            "2026-11-20T09:00:00+01:00",
            "MONTH",
            "WEEK",
            "x",
        ];
        prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Boolean),
            any::<i64>().prop_map(Value::from),
            (-3..3_i32).prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<f64>()
                .prop_map(|float| Number::from_f64(float).map_or(Value::Null, Value::Number)),
            prop::sample::select(words.clone()).prop_map(Value::from),
            prop::sample::select(words).prop_map(|word| Value::Enum(Name::new(word))),
            any::<u128>().prop_map(|id| Value::from(uuid::Uuid::from_u128(id).to_string())),
            ".{0,8}".prop_map(Value::from),
        ]
    }

    /// A probe that can be read, with some fields replaced.
    fn probe(others: Vec<(&'static str, Value)>) -> Value {
        let good = [
            ("day", Value::from("2026-11-20")),
            (
                "command",
                Value::from("018f0000-0000-7000-8000-000000000001"),
            ),
            ("areas", Value::List(vec![Value::from("X_WORK")])),
        ];
        let fields = good.into_iter().chain(others);
        Value::Object(
            fields
                .map(|(name, value)| (Name::new(name), value))
                .collect(),
        )
    }

    /// A probe with up to three fields replaced by whatever may come, also by probes.
    fn probes() -> impl Strategy<Value = Value> {
        let names = vec![
            "day", "days", "instant", "command", "count", "counts", "areas", "by", "id", "text",
            "public", "asOf", "after", "inner", "other",
        ];
        let with = move |values: BoxedStrategy<Value>| {
            let field = (prop::sample::select(names.clone()), values);
            prop::collection::vec(field, 0..4).prop_map(probe)
        };
        let flat = with.clone();
        let values = leaf().prop_recursive(3, 12, 3, move |inner| {
            let list = prop::collection::vec(inner.clone(), 0..3).prop_map(Value::List);
            prop_oneof![list, flat(inner)]
        });
        with(prop_oneof![leaf(), values].boxed())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        /// The promise of the whole check: what it lets through does not fail when its turn comes.
        #[test]
        fn what_is_found_readable_can_be_read(given in probes()) {
            let mut registry = Registry::default();
            Probe::create_type_info(&mut registry);
            if value(&registry, "Probe!", &given).is_ok() {
                let read = <Probe as InputType>::parse(Some(given));
                prop_assert!(read.is_ok(), "{:?}", read.err().map(|error| error.into_server_error(Default::default())));
            }
        }
    }
}
