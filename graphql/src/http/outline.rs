//! What an operation asks for, in the words of the schema only: for traces.
//!
//! A document is its sender's: values, aliases, names of operations, variables and fragments can hold anything, also
//! the name of a person. So the outline has none of them. It is made from the parsed document: the names of fields and
//! arguments that the schema knows, fragments put in, `?` for the rest.

use async_graphql::parser::types::{Field, SelectionSet};
use async_graphql::registry::MetaTypeName;

use super::selection::Selected;
use crate::limits::lookup::{self, Followed};

/// The longest outline, in bytes; what would go beyond is left out, with a sign that there was more.
const LONGEST: usize = 1_000;

/// The outline of an operation, for example `{figures(by,period){key rows{value}}}`.
pub(super) fn of(selected: &Selected<'_>) -> String {
    let mut outline = Outline {
        selected,
        text: String::new(),
        is_full: false,
    };
    outline.braced(&selected.operation.selection_set.node, selected.root());
    outline.text
}

struct Outline<'a> {
    selected: &'a Selected<'a>,
    text: String,
    is_full: bool,
}

impl Outline<'_> {
    fn push(&mut self, part: &str) {
        if self.is_full {
            return;
        }
        self.is_full = self.text.len() + part.len() > LONGEST;
        self.text.push_str(if self.is_full { "…" } else { part });
    }

    fn braced(&mut self, set: &SelectionSet, parent: Option<&str>) {
        if set.items.is_empty() {
            return;
        }
        self.push("{");
        self.set(set, parent);
        self.push("}");
    }

    fn set(&mut self, set: &SelectionSet, parent: Option<&str>) {
        for selection in &set.items {
            if self.is_full {
                return;
            }
            match lookup::follow(self.selected.document, &selection.node, parent) {
                Followed::Field(field) => self.field(&field.node, parent),
                Followed::Set(set, on) => self.set(set, on),
                Followed::Nothing => self.push("?"),
            }
        }
    }

    fn field(&mut self, field: &Field, parent: Option<&str>) {
        if !self.text.ends_with('{') {
            self.push(" ");
        }
        let registry = self.selected.registry;
        let known = parent.and_then(|parent| lookup::field(registry, parent, &field.name.node));
        let name = known.map_or("?", |known| known.name.as_str());
        self.push(name);
        if !field.arguments.is_empty() {
            let names = field.arguments.iter().map(|(name, _)| {
                let known = known.and_then(|known| known.args.get(name.node.as_str()));
                known.map_or("?", |known| known.name.as_str())
            });
            let names: Vec<&str> = names.collect();
            self.push(&format!("({})", names.join(",")));
        }
        let of = known.map(|known| MetaTypeName::concrete_typename(&known.ty));
        self.braced(&field.selection_set.node, of);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use async_graphql::OutputType;
    use async_graphql::Variables;
    use async_graphql::registry::Registry;
    use proptest::prelude::*;

    use super::*;
    use crate::http::selection::Source;

    fn outline(query: &str) -> String {
        static REGISTRY: std::sync::LazyLock<Registry> = std::sync::LazyLock::new(|| {
            let mut registry = Registry::default();
            crate::Query::create_type_info(&mut registry);
            "Query".clone_into(&mut registry.query_type);
            registry
        });
        let source = Source {
            document: Arc::new(async_graphql::parser::parse_query(query).unwrap()),
            operation_name: None,
            variables: Variables::default(),
        };
        of(&Selected::new(&source, &REGISTRY).unwrap())
    }

    #[test]
    fn it_has_the_words_of_the_schema_and_no_others() {
        let query = "query Frau($frau: String!) { frau: organisations(first: 5, filter: { search: \"Frau\" }) {
            nodes { frau: name ...Frau } } figures(period: $frau, frau: 1) { key rows { value } } frau { frau } }
            fragment Frau on Organisation { kind ... on Node { id } }";
        let expected = "{organisations(first,filter){nodes{name kind id}} figures(period,?){key rows{value}} ?{?}}";
        assert_eq!(outline(query), expected);
    }

    #[test]
    fn it_stays_short() {
        let query = format!("{{ {} }}", "log { size } ".repeat(1_000));
        let text = outline(&query);
        assert!(
            text.len() <= LONGEST + "…".len() && text.ends_with('…'),
            "{text}"
        );
    }

    proptest! {
        /// Whatever stands where a sender can write what they like, nothing of it is there.
        #[test]
        fn nothing_of_the_sender_is_in_it(word in "[b-df-hj-np-tv-z]{6,12}", number in 100_000_000_u64..) {
            let query = format!(
                "query {word}(${word}: String = \"{word}\") {{ {word}: figures(period: ${word}, keys: [\"{word}\"], \
                by: [{word}], {word}: {number}) @{word}(if: \"{word}\") {{ {word}: key ...{word} {word} }} }} \
                fragment {word} on Figure {{ {word}: title }} # {word}"
            );
            let text = outline(&query);
            prop_assert!(!text.contains(&word) && !text.contains(&number.to_string()), "{}", text);
            prop_assert_eq!(text, "{figures(period,keys,by,?){key title ?}}");
        }
    }
}
