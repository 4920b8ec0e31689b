//! Which field of the schema belongs to which cell, and selections of all fields there are. A new type, and
//! a new text of a record, have to be put into one of the lists here.

use std::collections::BTreeMap;

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{TypeKind, TypeSystemDefinition};
use querschnitt_domain::RecordKind;
use querschnitt_policy::Cell;

use super::super::{changed_with_texts, text_fields};

/// Types that are a record, with the fields that hold its texts.
pub(super) const RECORDS: &[(&str, &[&str])] = &[
    ("Agreement", &["settledNote", "subject"]),
    ("Consultation", &["note", "subject"]),
    ("Letterhead", &[]),
    ("Network", &["note"]),
    (
        "NetworkMeeting",
        &["cancelledBecause", "place", "results", "title"],
    ),
    ("Organisation", &["district", "note", "place"]),
    (
        "ProjectReview",
        &["applicantName", "note", "reference", "title"],
    ),
];

/// Types that are a part of the record they are reached from, with the fields that hold texts.
pub(super) const PARTS: &[(&str, &[&str])] = &[
    ("AgendaItem", &["result", "title"]),
    ("Attendance", &["function"]),
    ("LetterheadLogo", &[]),
    ("MeetingChair", &["function"]),
    ("Membership", &["function"]),
    ("Referral", &["topic"]),
    ("ReviewAdvice", &["question", "text"]),
    ("ReviewAttachment", &["name"]),
    ("ReviewBoardEntry", &[]),
    ("ReviewClarification", &["answer", "question"]),
    ("ReviewDeadline", &[]),
    ("ReviewDraft", &["recipient", "text"]),
    ("ReviewEnding", &["reason"]),
    ("ReviewFunding", &["note"]),
    ("ReviewScore", &["note"]),
    ("ReviewStatement", &["text"]),
    ("ReviewStep", &["name"]),
    ("ReviewWaiting", &[]),
    // Of whatever names it: a record, or a figure.
    ("Unit", &[]),
    ("Vote", &[]),
];

/// Parts that are texts as a whole: that they are there, too.
pub(super) const TEXT_PARTS: &[&str] = &["ReviewAttachment"];

/// Fields that name an account which did something to the record, or its role: for those who read such records
/// because these are of the centre. With what others get.
pub(super) const STAFF: &[(&str, &str, &str)] = &[
    ("Event", "actor", "00000000-0000-0000-0000-000000000000"),
    ("Event", "role", ""),
    ("ProjectReview", "conflicts", ""),
    ("ProjectReview", "cosigner", ""),
    ("ProjectReview", "reviewer", ""),
    ("ReviewDraft", "draftedBy", ""),
    ("ReviewDraft", "signedBy", ""),
    ("ReviewWaiting", "account", ""),
];

/// Events are of the record they name.
pub(super) const EVENT: (&str, &[&str]) = ("Event", &["reason"]);

/// Figures of the whole centre.
pub(super) const FIGURES: &[&str] = &[
    "Figure",
    "FigureDefinition",
    "FigureKey",
    "FigureNumber",
    "FigurePeriod",
    "FigureRow",
    "Flow",
    "Handover",
    "UnitFlow",
];

/// Types of accounts, of exceptions and of the access log: the whole type is of one cell.
pub(super) const OFFICE: &[(&str, Cell)] = &[
    ("AccessEntry", Cell::AccessLog),
    ("AccessLogGap", Cell::AccessLog),
    ("AccessOrder", Cell::Exception),
    ("Account", Cell::Grants),
    ("Deputy", Cell::Grants),
    ("GlassBreak", Cell::Exception),
    ("Grant", Cell::Grants),
    ("MachineToken", Cell::Grants),
];

/// Types that say nothing about a record: reference data, who asks, and what holds others.
const OTHERS: &[&str] = &[
    "Acting",
    "Centre",
    "Cooperation",
    "Log",
    "PageInfo",
    "Query",
    "Mutation",
    "Subscription",
    "ReviewBoard",
    "ReviewUrgencyCount",
    "ReviewWaitingCount",
    "UserError",
    "Viewer",
    "VocabularyEntry",
];

/// Fields of type String that are no texts: codes, names that lists show, places in files.
const CODED: &[&str] = &[
    "AgendaItem.number",
    "Consultation.municipality",
    "Event.role",
    "Event.sentence",
    "Event.type",
    "Event.changed",
    "Network.name",
    "Organisation.municipality",
    "Organisation.name",
    "ProjectReview.municipality",
    "ReviewAttachment.mediaType",
    "ReviewAttachment.path",
    "ReviewDraft.letterPath",
    "ReviewStatement.letterPath",
    "Unit.name",
    // The matrix has one cell for all of the letterhead.
    "Letterhead.address",
    "Letterhead.authority",
    "Letterhead.email",
    "Letterhead.headFunction",
    "Letterhead.office",
    "Letterhead.phone",
    "Letterhead.web",
    "LetterheadLogo.description",
];

/// Fields of inputs of type String that are no texts.
const CODED_INPUTS: &[&str] = &["reason", "municipality", "name", "number"];

/// The schema: type → field → (type of the field, needs an argument).
pub(super) struct Schema {
    pub(super) objects: BTreeMap<String, BTreeMap<String, (String, bool)>>,
    inputs: BTreeMap<String, BTreeMap<String, String>>,
}

impl Schema {
    pub(super) fn read() -> Self {
        let document = parse_schema(crate::sdl()).unwrap();
        let (mut objects, mut inputs) = (BTreeMap::new(), BTreeMap::new());
        for definition in document.definitions {
            let TypeSystemDefinition::Type(of) = definition else {
                continue;
            };
            let name = of.node.name.node.to_string();
            match of.node.kind {
                TypeKind::Object(object) => {
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
        Self { objects, inputs }
    }

    /// All fields of a type, and of what they lead to, `depth` types deep. Each is called by its type and
    /// its name, so that an answer says where a value is from.
    pub(super) fn selection(&self, ty: &str, depth: usize) -> String {
        if ty == "Node" {
            let of = |name: &str| format!("... on {name} {{ {} }}", self.selection(name, depth));
            let all: Vec<String> = RECORDS.iter().map(|(name, _)| of(name)).collect();
            return all.join(" ");
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
fn every_type_and_every_text_is_of_a_cell() {
    let schema = Schema::read();
    for (name, fields) in &schema.objects {
        let known = RECORDS.iter().chain(PARTS).chain([&EVENT]);
        let texts = known.clone().find(|(known, _)| known == name);
        let Some((_, texts)) = texts else {
            let office = OFFICE.iter().any(|(of, _)| of == name);
            let other =
                office || OTHERS.contains(&name.as_str()) || FIGURES.contains(&name.as_str());
            assert!(other || is_holder(name), "{name} is of no cell");
            continue;
        };
        for (field, (ty, _)) in fields {
            let coded = CODED.contains(&format!("{name}.{field}").as_str());
            let text = texts.contains(&field.as_str());
            let is_string = ty == "String";
            assert_eq!(coded || text, is_string, "{name}.{field}: text or coded?");
            assert!(!(coded && text), "{name}.{field} is both");
        }
    }
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
        let of_record = |(name, _): &&(&str, &[&str])| {
            let named = match kind {
                RecordKind::Meeting => "NetworkMeeting".to_owned(),
                RecordKind::Review => "ProjectReview".to_owned(),
                other => format!("{other:?}"),
            };
            *name == named
        };
        let of_record = RECORDS.iter().find(of_record).map_or(&[][..], |(_, of)| of);
        let is_text =
            |field: &str| text_fields(kind).contains(&field) || of_record.contains(&field);
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
