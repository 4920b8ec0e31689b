//! What is asked over HTTP: the same documents for the product and for the constant server.

use std::net::SocketAddr;
use std::sync::Arc;

use querschnitt_domain::{CENTRES, CentreKey};
use serde_json::{Value, json};

use super::client::{COMMAND_ID, Client, request};
use crate::outcome::Outcome;

/// How many events of the record are asked for.
pub(crate) const EVENTS: usize = 20;
/// How many rows of the list are asked for.
pub(crate) const ROWS: usize = 50;
/// The most rows one page has.
const FULL_PAGE: usize = 100;
/// How many quarters the figure has.
pub(crate) const QUARTERS: usize = 20;

/// One kind of request, in several instances.
pub(crate) struct Question {
    pub(crate) what: &'static str,
    pub(crate) connections: usize,
    pub(crate) requests: Vec<Vec<u8>>,
}

/// Whose book is asked.
pub(crate) fn centre() -> CentreKey {
    CENTRES[0].key
}

/// All of them. Which records there are, the product itself is asked.
pub(crate) async fn all(product: SocketAddr, token: &str) -> Outcome<Vec<Question>> {
    let to = |body: Value| request(token, &body);
    let records = records(product, token).await?;
    let pages = pages(product, token).await?;
    Ok(vec![
        Question {
            what: "one record with its timeline (20 events)",
            connections: 32,
            requests: records.iter().map(|id| to(record(id))).collect(),
        },
        Question {
            what: "a filtered page (50 consultations of a type in a quarter)",
            connections: 32,
            requests: pages.iter().map(|filter| to(page(filter))).collect(),
        },
        Question {
            what: "figure B1 by centre and quarter (5 years)",
            connections: 32,
            requests: vec![to(figure())],
        },
        Question {
            what: "`recordConsultation`, durable",
            connections: 64,
            requests: vec![to(mutation())],
        },
    ])
}

/// The reads for which it counts what recording them costs: one record, and a full page.
pub(crate) async fn reads(product: SocketAddr, token: &str) -> Outcome<Vec<Question>> {
    let records = records(product, token).await?;
    let filter = json!({ "type": "PROFESSIONAL", "from": day(0), "to": day(20) });
    let mut full = page(&filter);
    full["variables"]["first"] = FULL_PAGE.into();
    Ok(vec![
        Question {
            what: "one record with its timeline (20 events)",
            connections: 32,
            requests: records
                .iter()
                .map(|id| request(token, &record(id)))
                .collect(),
        },
        Question {
            what: "a filtered page of 100 consultations",
            connections: 32,
            requests: vec![request(token, &full)],
        },
    ])
}

/// Organisations with at least as many events as are asked for.
async fn records(product: SocketAddr, token: &str) -> Outcome<Vec<String>> {
    let list = json!({ "query": "{ organisations(first: 100) { edges { node { id } } } }" });
    let list = ask(product, token, &list).await?;
    let mut found = Vec::new();
    for edge in list["organisations"]["edges"]
        .as_array()
        .into_iter()
        .flatten()
    {
        let id = edge["node"]["id"].as_str().unwrap_or_default();
        let answer = ask(product, token, &record(id)).await?;
        let events = answer["history"]["edges"].as_array().map_or(0, Vec::len);
        if events == EVENTS {
            found.push(id.to_owned());
        }
    }
    if found.is_empty() {
        return Err(format!("no organisation has {EVENTS} events").into());
    }
    Ok(found)
}

/// Filters whose page is full: quarters, or the whole time where a history is short.
async fn pages(product: SocketAddr, token: &str) -> Outcome<Vec<Value>> {
    let quarters = (0..20_u16).map(|quarter| (quarter, quarter + 1));
    let mut full = Vec::new();
    for (from, to) in quarters.chain([(0, 20)]) {
        let filter = json!({ "type": "PROFESSIONAL", "from": day(from), "to": day(to) });
        let answer = ask(product, token, &page(&filter)).await?;
        let rows = answer["consultations"]["edges"]
            .as_array()
            .map_or(0, Vec::len);
        if rows == ROWS && (to - from == 1 || full.is_empty()) {
            full.push(filter);
        }
    }
    if full.is_empty() {
        return Err(format!("no list has {ROWS} consultations").into());
    }
    Ok(full)
}

/// The first day of a quarter, counted from the first of 2021.
fn day(quarter: u16) -> String {
    format!("{}-{:02}-01", 2021 + quarter / 4, 1 + 3 * (quarter % 4))
}

/// The data of one answer.
pub(crate) async fn ask(product: SocketAddr, token: &str, body: &Value) -> Outcome<Value> {
    let requests = Arc::new(vec![request(token, body)]);
    Client::connect(product, &requests, 0).await?.data().await
}

fn record(id: &str) -> Value {
    json!({
        "query": "query ($id: ID!, $first: Int!) {
            organisation(id: $id) { id name kind relation version }
            history(recordId: $id, first: $first) {
                pageInfo { hasNextPage endCursor }
                edges { cursor node { position type sentence recordedAt occurredOn recordId actor role } }
            }
        }",
        "variables": { "id": id, "first": EVENTS },
    })
}

fn page(filter: &Value) -> Value {
    json!({
        "query": "query ($filter: ConsultationFilter!, $first: Int!) {
            consultations(filter: $filter, first: $first) {
                totalCount
                pageInfo { hasNextPage endCursor }
                edges { cursor node {
                    id occurredOn type mode durationMinutes targetGroup actionAreas numberAdvised version
                } }
            }
        }",
        "variables": { "filter": filter, "first": ROWS },
    })
}

fn figure() -> Value {
    json!({
        "query": "query ($keys: [String!]!, $period: String!, $by: [Dimension!]!) {
            figures(keys: $keys, period: $period, by: $by) {
                key title unit position
                total { value }
                rows { keys { dimension code label } value }
            }
        }",
        "variables": {
            "keys": ["B1"], "period": "2021-01-01/2026-01-01", "by": ["CENTRE", "QUARTER"],
        },
    })
}

fn mutation() -> Value {
    json!({
        "query": "mutation ($input: RecordConsultationInput!) {
            recordConsultation(input: $input) {
                consultation {
                    id occurredOn type mode durationMinutes targetGroup actionAreas numberAdvised version
                }
                position
                errors { code field message }
            }
        }",
        "variables": { "input": {
            "commandId": COMMAND_ID,
            "centre": centre().as_str(),
            "occurredOn": "2026-03-02",
            "type": "PROFESSIONAL",
            "mode": "PHONE",
            "durationMinutes": 45,
            "targetGroup": target_group(),
            "actionAreas": ["EDU_SCHOOL"],
            "numberAdvised": 3,
            "note": "Anfrage zur Elternarbeit, Unterlagen zugesandt, Wiedervorlage im nächsten Monat",
        } },
    })
}

fn target_group() -> &'static str {
    querschnitt_domain::values::TargetGroup::all()
        .next()
        .map_or("", querschnitt_domain::Code::as_str)
}
