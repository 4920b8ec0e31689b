//! Checks the arguments of an operation before anything of it runs: literals and variables, at any depth.
//!
//! async-graphql reads dates, UUIDs and large integers only when the field's turn has come. Of two mutations in one
//! document the first would be recorded and the answer, an error of the second, would not say so.

use async_graphql::parser::types::{
    ExecutableDocument, Field, OperationDefinition, OperationType, SelectionSet,
};
use async_graphql::registry::{MetaInputValue, MetaTypeName, Registry};
use async_graphql::{Name, Pos, ServerError, Value, Variables};

use super::lookup::Followed;
use super::readable::{self, Unreadable};
use super::{error, lookup};

pub(super) fn check(
    operation: &OperationDefinition,
    document: &ExecutableDocument,
    variables: &Variables,
    registry: &Registry,
) -> Result<(), ServerError> {
    let walk = Walk {
        operation,
        document,
        variables,
        registry,
    };
    let root = match operation.ty {
        OperationType::Query => Some(&registry.query_type),
        OperationType::Mutation => registry.mutation_type.as_ref(),
        OperationType::Subscription => registry.subscription_type.as_ref(),
    };
    walk.set(&operation.selection_set.node, root.map(String::as_str))?;
    walk.declared()
}

struct Walk<'a> {
    operation: &'a OperationDefinition,
    document: &'a ExecutableDocument,
    variables: &'a Variables,
    registry: &'a Registry,
}

impl Walk<'_> {
    /// `parent` is the type the fields belong to, if known (introspection is not).
    fn set(&self, set: &SelectionSet, parent: Option<&str>) -> Result<(), ServerError> {
        for selection in &set.items {
            match lookup::follow(self.document, &selection.node, parent) {
                Followed::Field(field) => self.field(&field.node, field.pos, parent)?,
                Followed::Set(set, on) => self.set(set, on)?,
                Followed::Nothing => {}
            }
        }
        Ok(())
    }

    fn field(&self, field: &Field, at: Pos, parent: Option<&str>) -> Result<(), ServerError> {
        let meta = parent.and_then(|parent| lookup::field(self.registry, parent, &field.name.node));
        if let Some(meta) = meta {
            for (name, _) in &field.arguments {
                if !meta.args.contains_key(name.node.as_str()) {
                    return Err(refusal(&Unreadable::unknown(&name.node), name.pos));
                }
            }
            for argument in meta.args.values() {
                self.argument(field, at, argument)?;
            }
        }
        let returns = meta.map(|meta| MetaTypeName::concrete_typename(&meta.ty));
        self.set(&field.selection_set.node, returns)
    }

    fn argument(&self, field: &Field, at: Pos, wanted: &MetaInputValue) -> Result<(), ServerError> {
        let given = field.get_argument(&wanted.name);
        let at = given.map_or(at, |given| given.pos);
        let value = given.and_then(|given| {
            let value = given.node.clone();
            let variable = |name: Name| Ok::<_, ()>(self.variable(&name).unwrap_or_default());
            value.into_const_with(variable).ok()
        });
        readable::field(self.registry, wanted, value.as_ref()).map_err(|why| refusal(&why, at))
    }

    fn variable(&self, name: &str) -> Option<Value> {
        lookup::variable(self.operation, self.variables, name)
    }

    /// What is left after the arguments: variables that nothing uses or that are declared more strictly than the
    /// arguments they stand for.
    fn declared(&self) -> Result<(), ServerError> {
        for definition in &self.operation.variable_definitions {
            let name = &definition.node.name.node;
            let value = match (self.variable(name), definition.node.var_type.node.nullable) {
                (None, true) => continue,
                (value, _) => value.unwrap_or_default(),
            };
            let wanted = definition.node.var_type.node.to_string();
            readable::value(self.registry, &wanted, &value)
                .map_err(|why| refusal(&why.within(&format!("${name}")), definition.pos))?;
        }
        Ok(())
    }
}

fn refusal(why: &Unreadable, at: Pos) -> ServerError {
    let mut refusal = error("BAD_ARGUMENT", why.to_string(), Some(at));
    let extensions = refusal.extensions.get_or_insert_default();
    extensions.set("field", why.field.as_str());
    refusal
}

#[cfg(test)]
mod tests {
    use async_graphql::OutputType;
    use async_graphql::registry::MetaType;
    use serde_json::json;

    use super::*;

    fn registry() -> Registry {
        let mut registry = Registry::default();
        crate::Query::create_type_info(&mut registry);
        crate::Mutation::create_type_info(&mut registry);
        registry.query_type = crate::Query::type_name().into_owned();
        registry.mutation_type = Some(crate::Mutation::type_name().into_owned());
        registry
    }

    /// The field that is named and the sentence; `None` when all can be read.
    fn refused(query: &str, variables: serde_json::Value) -> Option<(String, String)> {
        let document = async_graphql::parser::parse_query(query).unwrap();
        let (_, operation) = document.operations.iter().next().unwrap();
        let variables = Variables::from_json(variables);
        let error = check(&operation.node, &document, &variables, &registry()).err()?;
        let extensions = serde_json::to_value(error.extensions).unwrap();
        assert_eq!(extensions["code"], "BAD_ARGUMENT");
        assert!(!error.locations.is_empty());
        let field = extensions["field"].as_str().unwrap().to_owned();
        assert!(
            error.message.contains(&format!("„{field}“")),
            "{}",
            error.message
        );
        Some((field, error.message))
    }

    const RECORD: &str =
        "mutation($i: RecordConsultationInput!) { recordConsultation(input: $i) { position } }";

    fn consultation(change: serde_json::Value) -> serde_json::Value {
        let mut input = json!({
            "commandId": "018f0000-0000-7000-8000-000000000001", "centre": "05711", "occurredOn": "2026-03-10",
            "type": "PROFESSIONAL", "mode": "PHONE", "durationMinutes": 45, "targetGroup": "MIGRANT_ORG",
            "actionAreas": ["X_WORK"],
        });
        for (name, value) in change.as_object().unwrap() {
            input[name] = value.clone();
        }
        json!({ "i": input })
    }

    #[test]
    fn each_kind_of_unreadable_value_is_named_with_its_path() {
        assert_eq!(refused(RECORD, consultation(json!({}))), None);
        for (change, field, allowed) in [
            (
                json!({ "occurredOn": "2026-02-31" }),
                "input.occurredOn",
                "JJJJ-MM-TT",
            ),
            (json!({ "occurredOn": null }), "input.occurredOn", "fehlt"),
            (json!({ "commandId": "x" }), "input.commandId", "eine UUID"),
            (
                json!({ "durationMinutes": 2_147_483_648_u64 }),
                "input.durationMinutes",
                "ganze Zahl",
            ),
            (
                json!({ "durationMinutes": 1.5 }),
                "input.durationMinutes",
                "ganze Zahl",
            ),
            (json!({ "centre": true }), "input.centre", "Kennung"),
            (json!({ "note": 5 }), "input.note", "ein Text"),
            (
                json!({ "actionAreas": ["X_WORK", "X_WORK", 7] }),
                "input.actionAreas[2]",
                "Werteliste",
            ),
            (
                json!({ "actionAreas": [null] }),
                "input.actionAreas[0]",
                "fehlt",
            ),
            (json!({ "nix": 1 }), "input.nix", "gibt es hier nicht"),
            (json!({ "\u{202e}": 1 }), "input.?", "gibt es hier nicht"),
        ] {
            let (named, message) = refused(RECORD, consultation(change)).unwrap();
            assert_eq!(named, field);
            assert!(message.contains(allowed), "{message}");
        }
        assert_eq!(refused(RECORD, json!({})).unwrap().0, "input");
        assert_eq!(refused(RECORD, json!({ "i": [] })).unwrap().0, "input");
    }

    #[test]
    fn literals_are_checked_like_variables_wherever_they_stand() {
        for (query, field) in [
            (
                r#"{ vocabulary(name: "programme", on: "gestern") { code } }"#,
                "on",
            ),
            (
                r#"query($d: Date = "gestern") { vocabulary(name: "programme", on: $d) { code } }"#,
                "on",
            ),
            (r#"{ vocabulary(name: "programme", am: 1) { code } }"#, "am"),
            (
                r#"{ ...F } fragment F on Query { vocabulary(name: 5) { code } }"#,
                "name",
            ),
            (r#"{ ... on Query { vocabulary { code } } }"#, "name"),
            (
                r#"{ figures(period: "2026", by: [MONTH, WEEK]) { key } }"#,
                "by[1]",
            ),
            (
                r#"{ organisations(first: 1, filter: { includeSame: 1 }) { nodes { id } } }"#,
                "filter.includeSame",
            ),
            (
                r#"mutation { holdMeeting(input: { commandId: "018f0000-0000-7000-8000-000000000001", agenda: [{ title: "a" }, { title: "b", vote: { yes: 1, no: 99999999999 } }] }) { position } }"#,
                "input.agenda[1].vote.no",
            ),
            (
                "query($on: Date!) { centres { key @include(if: $on) } }",
                "$on",
            ),
        ] {
            let (named, _) = refused(query, json!({})).unwrap();
            assert_eq!(named, field, "{query}");
        }
        let nullable = r#"mutation($d: Date = "2026-01-01") { makeAgreement(input: { commandId: "018f0000-0000-7000-8000-000000000001", network: "x", madeOn: $d, subject: "y" }) { position } }"#;
        assert_eq!(refused(nullable, json!({})), None);
        assert_eq!(
            refused(nullable, json!({ "d": null })).unwrap().0,
            "input.madeOn"
        );
        assert_eq!(
            refused(
                r#"query($on: Date) { vocabulary(name: "programme", on: $on) { code } }"#,
                json!({})
            ),
            None
        );
    }

    #[test]
    fn for_every_scalar_of_the_schema_people_are_told_what_is_allowed() {
        for (name, kind) in registry().types {
            if let MetaType::Scalar { is_valid, .. } = kind {
                let told = crate::scalars::allowed(&name).is_some();
                assert!(told || name == "JSON", "{name}");
                assert!(is_valid.is_some() || name == "JSON", "{name}");
            }
        }
    }
}
