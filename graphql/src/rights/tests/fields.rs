//! Which field of the schema is of which class, and selections of all fields there are. A new field, of whatever
//! type, has to be put into `fields.csv`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{TypeKind, TypeSystemDefinition};
use querschnitt_domain::RecordKind;
use querschnitt_policy::Cell;

use super::super::{changed_with_texts, text_fields};

/// What a field is, and so by which cell of the matrix it is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Class {
    /// A coded field of a record, a name that lists show, a place in a file.
    Coded,
    /// A text of a record, or of a part that is there only for those who read the texts.
    Text,
    /// The account of somebody who worked on a record, or its role: for those who read such records because these are
    /// of the centre.
    Staff,
    /// It leads to another type, whose fields are held against the matrix themselves.
    Link,
    /// It counts what exists for the reader; that it counts nothing else, the worlds with and without show.
    Count,
    /// A figure of the whole centre.
    Figure,
    /// Of accounts, of exceptions, of the access log.
    Office(Cell),
    /// Of the log as a whole; the tests of `log` hold it.
    Log,
    /// A token that only this program can read.
    Sealed,
    /// It says nothing about a record: reference data, who asks, how a list goes on.
    Open,
}

impl Class {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "coded" => Self::Coded,
            "text" => Self::Text,
            "staff" => Self::Staff,
            "link" => Self::Link,
            "count" => Self::Count,
            "figure" => Self::Figure,
            "grants" => Self::Office(Cell::Grants),
            "exception" => Self::Office(Cell::Exception),
            "access_log" => Self::Office(Cell::AccessLog),
            "log" => Self::Log,
            "sealed" => Self::Sealed,
            "open" => Self::Open,
            _ => return None,
        })
    }
}

/// Every field of every type, by `Type.field`.
static CLASSES: LazyLock<BTreeMap<String, Class>> = LazyLock::new(|| {
    let mut classes = BTreeMap::new();
    for line in include_str!("fields.csv").lines().skip(1) {
        let [ty, class, fields] = line.split(',').collect::<Vec<_>>()[..] else {
            panic!("{line}: a type, a class, fields");
        };
        let class = Class::of(class).unwrap_or_else(|| panic!("{line}: there is no such class"));
        for field in fields.split(' ') {
            let before = classes.insert(format!("{ty}.{field}"), class);
            assert_eq!(before, None, "{ty}.{field} is in two classes");
        }
    }
    classes
});

/// What a field is.
pub(super) fn class(ty: &str, field: &str) -> Class {
    let found = CLASSES.get(&format!("{ty}.{field}"));
    *found.unwrap_or_else(|| panic!("{ty}.{field} is not in fields.csv"))
}

/// The types that are a record and that `node` gives.
const NODES: [&str; 7] = [
    "Agreement",
    "Consultation",
    "Letterhead",
    "Network",
    "NetworkMeeting",
    "Organisation",
    "ProjectReview",
];

/// Fields of inputs of type String that are no texts.
const CODED_INPUTS: &[&str] = &["reason", "municipality", "name", "number"];

/// The schema: type → field → (type of the field, needs an argument).
pub(super) struct Schema {
    pub(super) objects: BTreeMap<String, BTreeMap<String, (String, bool)>>,
    /// The arguments of each query.
    arguments: BTreeMap<String, Vec<String>>,
    inputs: BTreeMap<String, BTreeMap<String, String>>,
}

impl Schema {
    pub(super) fn read() -> Self {
        let document = parse_schema(crate::sdl()).unwrap();
        let (mut objects, mut inputs) = (BTreeMap::new(), BTreeMap::new());
        let mut arguments = BTreeMap::new();
        for definition in document.definitions {
            let TypeSystemDefinition::Type(of) = definition else {
                continue;
            };
            let name = of.node.name.node.to_string();
            match of.node.kind {
                TypeKind::Object(object) => {
                    if name == "Query" {
                        arguments.extend(object.fields.iter().map(|field| {
                            let all = field.node.arguments.iter();
                            let names = all.map(|argument| argument.node.name.node.to_string());
                            (field.node.name.node.to_string(), names.collect())
                        }));
                    }
                    let fields = object.fields.into_iter().map(|field| {
                        let needed = field.node.arguments.iter().any(|argument| {
                            !argument.node.ty.node.nullable && argument.node.default_value.is_none()
                        });
                        let ty = bare(&field.node.ty.node.to_string());
                        (field.node.name.node.to_string(), (ty, needed))
                    });
                    objects.insert(name, fields.collect());
                }
                TypeKind::InputObject(input) => {
                    let fields = input.fields.into_iter().map(|field| {
                        let ty = bare(&field.node.ty.node.to_string());
                        (field.node.name.node.to_string(), ty)
                    });
                    inputs.insert(name, fields.collect());
                }
                _ => {}
            }
        }
        Self {
            objects,
            arguments,
            inputs,
        }
    }

    /// The queries with this argument, by name.
    pub(super) fn queries_with(&self, argument: &str) -> Vec<&str> {
        let with = self
            .arguments
            .iter()
            .filter(|(_, all)| all.iter().any(|name| name == argument));
        with.map(|(name, _)| name.as_str()).collect()
    }

    /// All fields of a type, and of what they lead to, `depth` types deep. Each is called by its type and
    /// its name, so that an answer says where a value is from.
    pub(super) fn selection(&self, ty: &str, depth: usize) -> String {
        if ty == "Node" {
            let of = |name: &str| format!("... on {name} {{ {} }}", self.selection(name, depth));
            return NODES.map(of).join(" ");
        }
        let mut selected = Vec::new();
        for (field, (of, needed)) in &self.objects[ty] {
            let arguments = match (*needed, field.as_str()) {
                (false, _) => "",
                (true, "overdue") => "(on: \"2025-12-01\")",
                (true, _) => continue,
            };
            let alias = format!("{ty}__{field}: {field}{arguments}");
            if field == "position" || field == "cursor" || field == "compact" {
                // Sealed anew each time, or the same as the rows.
            } else if !self.objects.contains_key(of) && of != "Node" {
                selected.push(alias);
            } else if depth > 0 {
                selected.push(format!("{alias} {{ {} }}", self.selection(of, depth - 1)));
            }
        }
        match selected.is_empty() {
            true => "__typename".to_owned(),
            false => selected.join(" "),
        }
    }
}

fn bare(ty: &str) -> String {
    ty.replace(['[', ']', '!'], "")
}

fn is_holder(name: &str) -> bool {
    ["Connection", "Edge", "Payload"]
        .iter()
        .any(|end| name.ends_with(end))
}

#[test]
fn every_field_is_of_a_class() {
    let schema = Schema::read();
    let roots = ["Query", "Mutation", "Subscription"];
    let types = schema
        .objects
        .iter()
        .filter(|(name, _)| !is_holder(name) && !roots.contains(&name.as_str()));
    let mut there = BTreeSet::new();
    for (name, fields) in types {
        for (field, (ty, _)) in fields {
            there.insert(format!("{name}.{field}"));
            let class = class(name, field);
            let leads_on = schema.objects.contains_key(ty) || ty == "Node";
            assert_eq!(class == Class::Link, leads_on, "{name}.{field}: {ty}");
            let fits = match class {
                Class::Staff => ty == "ID" || field == "role",
                Class::Sealed => ty == "Position",
                Class::Count => ty == "Int" || field == "urgency",
                _ => true,
            };
            assert!(fits, "{name}.{field} is {class:?}, its type {ty}");
        }
    }
    let listed: BTreeSet<String> = CLASSES.keys().cloned().collect();
    assert_eq!(listed, there);
}

#[test]
fn every_string_of_an_input_is_a_text_or_is_coded() {
    let schema = Schema::read();
    for (mutation, (payload, _)) in &schema.objects["Mutation"] {
        let kind = match payload.as_str() {
            "AgreementPayload" => RecordKind::Agreement,
            "ConsultationPayload" => RecordKind::Consultation,
            "MeetingPayload" => RecordKind::Meeting,
            "NetworkPayload" => RecordKind::Network,
            "ReviewPayload" => RecordKind::Review,
            "UnitPayload" => RecordKind::Unit,
            // The matrix has one cell for all of it.
            "OrganisationPayload"
            | "LetterheadPayload"
            | "AccountPayload"
            | "GlassBreakPayload"
            | "IssueMachineTokenPayload"
            | "OrderPayload" => continue,
            other => panic!("{mutation}: which texts does {other} write?"),
        };
        let input = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
        let mut open = vec![input];
        while let Some(input) = open.pop() {
            for (field, ty) in &schema.inputs[&input] {
                if schema.inputs.contains_key(ty) {
                    open.push(ty.clone());
                } else if ty == "String" {
                    let text = text_fields(kind).contains(&field.as_str());
                    let coded = CODED_INPUTS.contains(&field.as_str());
                    assert!(text || coded, "{input}.{field}: text or coded?");
                }
            }
        }
    }
}

/// What a change may name as changed, and what it holds: a text makes the name one of texts.
#[test]
fn every_changed_field_that_holds_a_text_is_known() {
    let schema = Schema::read();
    for (input, fields) in &schema.inputs {
        let kind = match input.as_str() {
            "DescribeOrganisationInput" | "CorrectOrganisationInput" => RecordKind::Organisation,
            "CorrectConsultationInput" => RecordKind::Consultation,
            "ChangeNetworkInput" | "CorrectNetworkInput" | "CorrectNetworkMemberInput" => {
                RecordKind::Network
            }
            "RescheduleMeetingInput" | "CorrectMeetingInput" => RecordKind::Meeting,
            "ChangeAgreementInput" | "CorrectAgreementInput" => RecordKind::Agreement,
            "CorrectReviewInput" => RecordKind::Review,
            other => {
                let changes = ["Change", "Correct", "Describe", "Reschedule"];
                let changes = changes.iter().any(|verb| other.starts_with(verb));
                // These name no texts, see `Event.changed`.
                let coded = other == "CorrectEndingInput";
                assert!(!changes || coded, "which record does {other} change?");
                continue;
            }
        };
        let ty = match kind {
            RecordKind::Meeting => "NetworkMeeting".to_owned(),
            RecordKind::Review => "ProjectReview".to_owned(),
            other => format!("{other:?}"),
        };
        let is_text = |field: &str| {
            let class = CLASSES.get(&format!("{ty}.{field}"));
            text_fields(kind).contains(&field) || class == Some(&Class::Text)
        };
        for (field, ty) in fields {
            let mut open = vec![(field, ty)];
            let mut holds_text = false;
            while let Some((field, ty)) = open.pop() {
                holds_text |= ty == "String" && is_text(field);
                open.extend(schema.inputs.get(ty).into_iter().flatten());
            }
            let known = changed_with_texts(kind).contains(&field.as_str());
            assert_eq!(holds_text, known, "{input}.{field}: does it hold texts?");
        }
    }
}
