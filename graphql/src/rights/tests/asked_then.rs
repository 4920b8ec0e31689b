//! Everything that can be asked of the book as it was known before: rights are those of now.

use querschnitt_domain::{RecordId, RecordKind};
use serde_json::json;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::asked::{LISTS, Question, SINGLE, question};
use super::fields::Schema;
use crate::token::global_id;

/// What is asked of the whole book as it stood then. `AS_OF` stands where the argument goes.
fn of_the_book(schema: &Schema) -> Vec<(&'static str, String)> {
    let all = |ty, depth| schema.selection(ty, depth);
    let mut asked = Vec::new();
    for (list, ty, orders) in LISTS {
        for order in orders {
            let query = format!(
                "{list}(first: 100, order: {order}, AS_OF) {{ totalCount nodes {{ {} }} }}",
                all(ty, 1)
            );
            asked.push((list, query));
        }
    }
    let (figure, flow) = (all("Figure", 3), all("Flow", 3));
    asked.extend([
        ("figures", format!("figures(period: \"2025\", by: [QUARTER], AS_OF) {{ {figure} }}")),
        ("flow", format!("flow(from: \"2025-01-01\", to: \"2027-01-01\", AS_OF) {{ {flow} }}")),
        (
            "figureRecords",
            format!("figureRecords(key: \"B1\", period: \"2025\", first: 50, AS_OF) {{ totalCount nodes {{ {} }} }}", all("Node", 0)),
        ),
        (
            "reviewBoard",
            format!(
                "reviewBoard(AS_OF) {{ urgencies {{ urgency count }} waiting {{ count overdue waitingFor {{ {} }} }} entries(first: 100) {{ totalCount nodes {{ {} }} }} }}",
                all("ReviewWaiting", 1), all("ReviewBoardEntry", 2)
            ),
        ),
    ]);
    asked
}

/// The same of these records.
fn of_record(schema: &Schema, record: RecordId) -> Vec<(&'static str, String)> {
    let id = global_id(record);
    let single = SINGLE.into_iter().filter(|(.., kind)| *kind == record.kind);
    let mut asked: Vec<(&'static str, String)> = single
        .map(|(name, ty, _)| {
            (
                name,
                format!(
                    "{name}(id: \"{id}\", AS_OF) {{ {} }}",
                    schema.selection(ty, 1)
                ),
            )
        })
        .collect();
    if record.kind == RecordKind::Organisation {
        let selected = schema.selection("Cooperation", 2);
        asked.push((
            "cooperation",
            format!("cooperation(organisationId: \"{id}\", AS_OF) {{ {selected} }}"),
        ));
    }
    asked
}

/// What is asked at an instant of the whole book, and of these records.
pub(super) fn questions_then(
    schema: &Schema,
    records: &[RecordId],
    at: OffsetDateTime,
) -> Vec<Question> {
    questions_at(schema, records, &at.format(&Rfc3339).unwrap())
}

/// The same at what was given out as a position.
pub(super) fn questions_at(schema: &Schema, records: &[RecordId], at: &str) -> Vec<Question> {
    let of_records = records.iter().flat_map(|record| of_record(schema, *record));
    let asked = of_the_book(schema).into_iter().chain(of_records);
    asked
        .map(|(name, query)| {
            let query = query.replace("AS_OF", "asOf: $at");
            question(
                name,
                format!("query($at: AsOf) {{ {query} }}"),
                json!({ "at": at }),
            )
        })
        .collect()
}

/// Every query that takes `asOf` is asked so.
#[test]
fn every_query_of_the_past_is_asked() {
    let schema = Schema::read();
    let organisation = RecordId {
        kind: RecordKind::Organisation,
        id: uuid::Uuid::nil(),
    };
    let kinds = RecordKind::ALL.into_iter().map(|kind| RecordId {
        kind,
        ..organisation
    });
    let mut asked: Vec<&str> = of_the_book(&schema)
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    asked.extend(
        kinds
            .flat_map(|record| of_record(&schema, record))
            .map(|(name, _)| name),
    );
    asked.sort_unstable();
    asked.dedup();
    assert_eq!(asked, schema.queries_with("asOf"));
}
