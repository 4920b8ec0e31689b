//! Reads answers and holds every value in them against the access matrix.

use std::collections::HashMap;

use querschnitt_domain::{RecordId, RecordKind};
use querschnitt_policy::{Action, Cell, Matrix, Relation, Relations};
use serde_json::{Map, Value};

use super::super::{coded, texts};
use super::fields::{Class, class};
use crate::token::record_of;
use crate::viewer::Viewer;

/// What everybody of a centre stands in to its records.
const CENTRE: Relations = Relations::NONE.with(Relation::Centre);

/// What is said to those who are told no account, and no role of one.
const NOBODY: [&str; 3] = [r#""00000000-0000-0000-0000-000000000000""#, r#""""#, "[]"];

/// Reads an answer and holds every value in it against the matrix.
pub(super) struct Reader<'a> {
    /// How the viewer stands to a record, as the test knows it.
    standing: &'a dyn Fn(RecordId) -> Relations,
    matrix: &'a Matrix,
    viewer: &'a Viewer,
    question: &'a str,
    /// What was noted for the access log, as bits by record, where that is looked at.
    noted: Option<&'a HashMap<RecordId, u32>>,
    /// How many values were read so far, and how many of them were texts.
    pub(super) values: usize,
    pub(super) texts: usize,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(
        standing: &'a dyn Fn(RecordId) -> Relations,
        matrix: &'a Matrix,
        viewer: &'a Viewer,
        question: &'a str,
    ) -> Self {
        Self {
            standing,
            matrix,
            viewer,
            question,
            noted: None,
            values: 0,
            texts: 0,
        }
    }

    /// Looks as well whether what is shown of a record was noted.
    pub(super) const fn with_noted(mut self, noted: &'a HashMap<RecordId, u32>) -> Self {
        self.noted = Some(noted);
        self
    }

    /// A whole answer. Who gets an error is told no more than that it is not there for them.
    pub(super) fn read_answer(&mut self, answer: &Value) {
        for error in answer["errors"].as_array().into_iter().flatten() {
            let code = error["extensions"]["code"].as_str().unwrap_or_default();
            let known = ["NOT_ALLOWED", "UNKNOWN_ID"].contains(&code);
            assert!(known, "{}: {error}", self.question);
        }
        self.read(&answer["data"], None);
    }

    /// `of`: the record that what is not a record itself is part of.
    fn read(&mut self, value: &Value, of: Option<RecordId>) {
        match value {
            Value::Array(values) => values.iter().for_each(|value| self.read(value, of)),
            Value::Object(fields) => self.read_object(fields, of),
            _ => {}
        }
    }

    fn read_object(&mut self, fields: &Map<String, Value>, of: Option<RecordId>) {
        let own = |field: &str| {
            let id = fields.iter().find(|(name, _)| {
                name.split_once("__").is_some_and(|(ty, name)| {
                    // A unit is read with what names it.
                    name == field && (field != "id" || !["Viewer", "Unit"].contains(&ty))
                })
            });
            id.and_then(|(_, id)| record_of(id.as_str()?))
        };
        // These name the record they are part of.
        let named = |field: &str, id: &str| record_of(fields.get(field)?[id].as_str()?);
        let named = named("Membership__network", "Network__id")
            .or_else(|| named("ReviewBoardEntry__review", "ProjectReview__id"));
        let of = own("id").or(own("recordId")).or(named).or(of);
        for (name, value) in fields.iter().filter(|(_, value)| !value.is_null()) {
            if let Some((ty, field)) = name.split_once("__") {
                self.check(ty, field, of, value);
            }
            self.read(value, of);
        }
    }

    fn check(&mut self, ty: &str, field: &str, of: Option<RecordId>, value: &Value) {
        let class = class(ty, field);
        if class == Class::Staff && NOBODY.contains(&value.to_string().as_str()) {
            return;
        }
        let (cell, standing) = match class {
            Class::Sealed | Class::Open | Class::Log | Class::Count => return,
            Class::Figure => (Cell::InstitutionalFigure, CENTRE),
            // Of accounts some things are technical: only whoever runs the installation reads by that.
            Class::Office(cell) => (
                cell,
                CENTRE.with_if(Relation::Technical, cell == Cell::Grants),
            ),
            Class::Coded | Class::Text | Class::Staff | Class::Link => match of {
                Some(record) => self.of_record(class, record),
                None if self.question.contains("reviewBoard") => {
                    // For whom the reviews wait, counted over all that are on somebody's board.
                    let takes_part = self.viewer.organisation.is_some() && class != Class::Staff;
                    (Cell::Review, CENTRE.with_if(Relation::Invited, takes_part))
                }
                None if ty == "Unit" => (Cell::InstitutionalFigure, CENTRE),
                // What holds others says nothing by itself.
                None if class == Class::Link => return,
                None => panic!("{ty}.{field} is of no record: {}", self.question),
            },
        };
        self.values += 1;
        self.check_noted(ty, field, class, of, cell);
        let entry = self.matrix.entry(self.viewer.actor.role, cell);
        assert!(
            entry.allows(Action::Read, standing),
            "{:?} reads {ty}.{field} = {value} of {of:?} ({cell:?}, {standing:?}) by {}",
            self.viewer,
            self.question,
        );
    }

    fn check_noted(&self, ty: &str, field: &str, class: Class, of: Option<RecordId>, cell: Cell) {
        let (Some(noted), Some(record)) = (self.noted, of) else {
            return;
        };
        let bits = noted.get(&record).copied().unwrap_or_default();
        let is_noted = match class {
            // By which of two cells an order is read depends on who reads.
            Class::Office(_) => bits != 0,
            _ => bits & (1 << cell as u32) != 0,
        };
        assert!(
            is_noted || class == Class::Link,
            "{ty}.{field} of {record} ({cell:?}) is shown and not noted: {}",
            self.question,
        );
    }

    /// The cell a field of a record is read by, and how the viewer stands to that.
    fn of_record(&mut self, class: Class, record: RecordId) -> (Cell, Relations) {
        let cell = match class {
            Class::Text => {
                self.texts += 1;
                texts(record.kind)
            }
            _ => coded(record.kind),
        };
        let standing = (self.standing)(record);
        // What the centre notes on organisations is its own, however somebody takes part.
        let own_notes = cell == Cell::MeetingText && record.kind == RecordKind::Organisation;
        if own_notes {
            let requested = standing.has(Relation::Request);
            return (cell, CENTRE.with_if(Relation::Request, requested));
        }
        if class == Class::Staff {
            return (cell, CENTRE);
        }
        (cell, standing)
    }
}
