//! Everything that can be asked, with all fields.

use querschnitt_domain::{RecordId, RecordKind};
use serde_json::{Value, json};

use super::fields::Schema;
use super::world::World;
use crate::token::global_id;
use crate::viewer::Viewer;

/// The lists, each with its type and with what it can be sorted by.
pub(super) const LISTS: [(&str, &str, &[&str]); 6] = [
    (
        "agreements",
        "Agreement",
        &["DUE_ON", "MADE_ON", "RECORDED"],
    ),
    (
        "consultations",
        "Consultation",
        &["OCCURRED_ON", "RECORDED"],
    ),
    ("networkMeetings", "NetworkMeeting", &["DATE", "RECORDED"]),
    ("networks", "Network", &["NAME", "RECORDED"]),
    ("organisations", "Organisation", &["NAME", "RECORDED"]),
    (
        "projectReviews",
        "ProjectReview",
        &["DUE_ON", "RECEIVED_ON", "RECORDED"],
    ),
];

/// Queries of single records, by kind.
pub(super) const SINGLE: [(&str, &str, RecordKind); 6] = [
    ("agreement", "Agreement", RecordKind::Agreement),
    ("consultation", "Consultation", RecordKind::Consultation),
    ("network", "Network", RecordKind::Network),
    ("networkMeeting", "NetworkMeeting", RecordKind::Meeting),
    ("organisation", "Organisation", RecordKind::Organisation),
    ("projectReview", "ProjectReview", RecordKind::Review),
];

/// What is asked besides. Only `accessLogOfAccount` is not: it takes an order of its own, see its tests.
const OTHERS: [&str; 20] = [
    "accessLog",
    "accessLogOfAccount",
    "account",
    "accounts",
    "centres",
    "cooperation",
    "events",
    "figureDefinitions",
    "figureRecords",
    "figures",
    "flow",
    "glassBreaks",
    "history",
    "log",
    "node",
    "orders",
    "reviewBoard",
    "units",
    "viewer",
    "vocabulary",
];

/// A question with its variables; the name says which root field it asks.
#[derive(Clone)]
pub(super) struct Question {
    pub(super) name: &'static str,
    pub(super) query: String,
    pub(super) variables: Value,
}

pub(super) fn question(name: &'static str, query: String, variables: Value) -> Question {
    Question {
        name,
        query,
        variables,
    }
}

/// All questions about the whole book, and about these records.
pub(super) fn questions(schema: &Schema, records: &[RecordId]) -> Vec<Question> {
    let all = |ty: &str, depth| schema.selection(ty, depth);
    let none = || json!({});
    let mut asked = Vec::new();
    for (list, ty, orders) in LISTS {
        let selected = all(ty, 1);
        for order in orders {
            let query = format!(
                "{{ {list}(first: 100, order: {order}) {{ totalCount pageInfo {{ hasNextPage }} nodes {{ {selected} }} }} }}"
            );
            asked.push(question(list, query, none()));
            let query = format!(
                "{{ {list}(last: 7, order: {order}, direction: DESCENDING) {{ totalCount pageInfo {{ hasPreviousPage }} nodes {{ {ty}__id: id }} }} }}"
            );
            asked.push(question(list, query, none()));
        }
    }
    for words in ["a", "s", "ver"] {
        for list in ["organisations", "networks", "projectReviews"] {
            let query = format!(
                "{{ {list}(first: 50, filter: {{ search: \"{words}\" }}) {{ totalCount nodes {{ id }} }} }}"
            );
            asked.push(question(list, query, none()));
        }
    }
    let event = all("Event", 1);
    asked.push(question(
        "events",
        format!("{{ events(first: 100) {{ pageInfo {{ hasNextPage }} nodes {{ {event} }} }} }}"),
        none(),
    ));
    for (name, query) in [
        (
            "figures",
            format!(
                "{{ figures(period: \"2025\", by: [QUARTER]) {{ {} }} }}",
                all("Figure", 3)
            ),
        ),
        (
            "figures",
            format!(
                "{{ figures(keys: [\"N1\"], period: \"2025\", by: [NETWORK]) {{ {} }} }}",
                all("Figure", 3)
            ),
        ),
        (
            "figureDefinitions",
            format!(
                "{{ figureDefinitions {{ {} }} }}",
                all("FigureDefinition", 0)
            ),
        ),
        (
            "figureRecords",
            format!(
                "{{ figureRecords(key: \"B1\", period: \"2025\", first: 50) {{ totalCount nodes {{ {} }} }} }}",
                all("Node", 0)
            ),
        ),
        (
            "flow",
            format!(
                "{{ flow(from: \"2025-01-01\", to: \"2026-01-01\") {{ {} }} }}",
                all("Flow", 3)
            ),
        ),
        (
            "reviewBoard",
            format!(
                "{{ reviewBoard(on: \"2025-10-01\") {{ urgencies {{ urgency count }} waiting {{ count overdue waitingFor {{ {} }} }} entries(first: 100) {{ totalCount nodes {{ {} }} }} }} }}",
                all("ReviewWaiting", 1),
                all("ReviewBoardEntry", 2)
            ),
        ),
        ("log", "{ log { size root } }".to_owned()),
        (
            "accounts",
            format!(
                "{{ accounts(first: 50) {{ nodes {{ {} }} }} }}",
                all("Account", 1)
            ),
        ),
        (
            "account",
            format!(
                "{{ account(id: \"00000000-0000-0000-0000-0000000002bd\") {{ {} }} }}",
                all("Account", 1)
            ),
        ),
        (
            "orders",
            format!(
                "{{ orders(first: 50) {{ nodes {{ {} }} }} }}",
                all("AccessOrder", 1)
            ),
        ),
        (
            "glassBreaks",
            format!(
                "{{ glassBreaks(first: 50) {{ nodes {{ {} }} }} }}",
                all("GlassBreak", 1)
            ),
        ),
        ("units", format!("{{ units {{ {} }} }}", all("Unit", 0))),
        ("viewer", format!("{{ viewer {{ {} }} }}", all("Viewer", 1))),
        (
            "centres",
            format!("{{ centres {{ {} }} }}", all("Centre", 2)),
        ),
        (
            "vocabulary",
            "{ vocabulary(name: \"consultation_type\") { code label } }".to_owned(),
        ),
    ] {
        asked.push(question(name, query, none()));
    }
    for record in records {
        let id = || json!({ "id": global_id(*record) });
        let query = format!(
            "query($id: ID!) {{ node(id: $id) {{ {} }} }}",
            all("Node", 2)
        );
        asked.push(question("node", query, id()));
        for (name, ty, kind) in SINGLE {
            if kind == record.kind {
                let query = format!("query($id: ID!) {{ {name}(id: $id) {{ {} }} }}", all(ty, 1));
                asked.push(question(name, query, id()));
            }
        }
        let query = format!(
            "query($id: ID!) {{ history(recordId: $id, first: 50) {{ pageInfo {{ hasNextPage }} nodes {{ {event} }} }} }}"
        );
        asked.push(question("history", query, id()));
        let query = format!(
            "query($id: ID!) {{ accessLog(record: $id, first: 5) {{ nodes {{ {} }} }} }}",
            all("AccessEntry", 1)
        );
        asked.push(question("accessLog", query, id()));
        if record.kind == RecordKind::Organisation {
            let query = format!(
                "query($id: ID!) {{ cooperation(organisationId: $id, first: 20) {{ {} }} }}",
                all("Cooperation", 2)
            );
            asked.push(question("cooperation", query, id()));
            for (list, filter) in [
                ("agreements", "responsible"),
                ("consultations", "organisation"),
                ("projectReviews", "organisation"),
            ] {
                let query = format!(
                    "query($id: ID!) {{ {list}(first: 20, filter: {{ {filter}: $id }}) {{ totalCount nodes {{ id }} }} }}"
                );
                asked.push(question(list, query, id()));
            }
        }
        if record.kind == RecordKind::Network {
            for list in ["agreements", "networkMeetings"] {
                let query = format!(
                    "query($id: ID!) {{ {list}(first: 20, filter: {{ network: $id }}) {{ totalCount nodes {{ id }} }} }}"
                );
                asked.push(question(list, query, id()));
            }
        }
    }
    asked
}

/// All answers somebody gets, as text. `log` and `accessLog` apart: who checks them sees them grow.
pub(super) async fn answers(
    world: &World,
    viewer: &Viewer,
    questions: &[Question],
) -> Vec<(String, Value)> {
    let mut answers = Vec::new();
    for one in questions
        .iter()
        .filter(|one| !["accessLog", "log"].contains(&one.name))
    {
        let answer = world.ask(viewer, &one.query, one.variables.clone()).await;
        answers.push((format!("{} {}", one.query, one.variables), answer));
    }
    answers
}

#[test]
fn every_query_is_asked() {
    let schema = Schema::read();
    let lists = LISTS.iter().map(|(name, ..)| *name);
    let single = SINGLE.iter().map(|(name, ..)| *name);
    let mut asked: Vec<&str> = lists.chain(single).chain(OTHERS).collect();
    asked.sort_unstable();
    let there: Vec<&str> = schema.objects["Query"].keys().map(String::as_str).collect();
    assert_eq!(asked, there);
}
