//! What the committed schema says about mutations and their inputs, read from its text.

use std::collections::{BTreeMap, BTreeSet};

/// The mutations and input types of `graphql/schema.graphql`.
pub(crate) struct Schema {
    /// Mutation → the name of its input type.
    pub(crate) mutations: BTreeMap<String, String>,
    /// Input type → its fields, each with its type as written (`[ID!]!`).
    inputs: BTreeMap<String, BTreeMap<String, String>>,
}

impl Schema {
    /// # Panics
    /// When the file is not there or is not written as it is generated.
    pub(crate) fn committed() -> Self {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../graphql/schema.graphql");
        let text = std::fs::read_to_string(path).expect("the committed schema");
        let mut schema = Self {
            mutations: BTreeMap::new(),
            inputs: BTreeMap::new(),
        };
        let mut block = "";
        let mut in_description = false;
        for line in text.lines() {
            if line.trim() == "\"\"\"" {
                in_description = !in_description;
                continue;
            }
            if in_description {
                continue;
            }
            if let Some((head, _)) = line.split_once(" {") {
                block = head;
            } else if line == "}" {
                block = "";
            } else if block == "type Mutation" {
                let (name, rest) = line.trim().split_once("(input: ").expect("one input");
                let (input, _) = rest.split_once("!)").expect("an input that is needed");
                schema.mutations.insert(name.into(), input.into());
            } else if let Some(input) = block.strip_prefix("input ") {
                let field = line.trim().split(" = ").next().unwrap_or_default();
                let (name, of) = field.split_once(": ").expect("a field");
                let fields = schema.inputs.entry(input.into()).or_default();
                fields.insert(name.into(), of.into());
            }
        }
        schema
    }

    /// The fields of an input type; nothing for a scalar.
    pub(crate) fn fields(&self, input: &str) -> Option<&BTreeMap<String, String>> {
        self.inputs.get(named(input))
    }

    /// The paths of all fields of a mutation's input, for example `agenda.vote.yes`.
    pub(crate) fn paths(&self, mutation: &str) -> BTreeSet<String> {
        let mut paths = BTreeSet::new();
        self.walk(&self.mutations[mutation], "", &mut paths);
        paths
    }

    fn walk(&self, input: &str, above: &str, paths: &mut BTreeSet<String>) {
        for (name, of) in self.fields(input).into_iter().flatten() {
            let path = format!("{above}{name}");
            self.walk(of, &format!("{path}."), paths);
            paths.insert(path);
        }
    }
}

/// The name in a type as written.
pub(crate) fn named(of: &str) -> &str {
    of.trim_matches(['[', ']', '!'])
}

#[test]
fn the_schema_is_read_as_it_is_written() {
    let schema = Schema::committed();
    assert!(schema.mutations.len() > 40, "{:?}", schema.mutations);
    let paths = schema.paths("holdMeeting");
    for path in [
        "commandId",
        "attendances",
        "attendances.headCount",
        "agenda.vote.yes",
    ] {
        assert!(paths.contains(path), "{path}: {paths:?}");
    }
}
