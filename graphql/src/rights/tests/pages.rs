//! Lists walked to their ends, page by page and both ways.

use std::collections::BTreeSet;

use querschnitt_policy::Matrix;
use serde_json::{Value, json};

use super::asked::{LISTS, SINGLE};
use super::generated::Generated;
use super::world::World;
use crate::token::{global_id, record_of};
use crate::viewer::Viewer;

/// Small, so that a small book has several pages.
const PAGE: usize = 3;

/// What a walk shows: the entries, and how long each cursor is. What is in a cursor only this program can read.
#[derive(PartialEq, Eq, Debug, Default)]
pub(super) struct Walk {
    pub(super) total: Value,
    pub(super) nodes: Vec<Value>,
    cursors: Vec<usize>,
    /// The error that ended it.
    pub(super) error: Value,
}

/// Walks a list, forwards or backwards.
pub(super) async fn walk(
    world: &World,
    viewer: &Viewer,
    list: &str,
    arguments: &str,
    node: &str,
    backward: bool,
) -> Walk {
    let (count, cursor, more, end) = match backward {
        false => ("first", "after", "hasNextPage", "endCursor"),
        true => ("last", "before", "hasPreviousPage", "startCursor"),
    };
    let total = if ["events", "history"].contains(&list) {
        ""
    } else {
        "totalCount"
    };
    let kind = if list == "events" {
        "Position"
    } else {
        "String"
    };
    let query = format!(
        "query($cursor: {kind}) {{ page: {list}({count}: {PAGE}, {cursor}: $cursor, {arguments}) {{ {total} pageInfo {{ {more} {end} }} edges {{ cursor node {{ {node} }} }} }} }}"
    );
    let (mut walk, mut cursor) = (Walk::default(), Value::Null);
    loop {
        let answer = world.ask(viewer, &query, json!({ "cursor": cursor })).await;
        let page = &answer["data"]["page"];
        if page.is_null() {
            walk.error = answer["errors"].clone();
            return walk;
        }
        let mut edges = page["edges"].as_array().unwrap().clone();
        if backward {
            edges.reverse();
        }
        for edge in edges {
            walk.cursors.push(edge["cursor"].as_str().unwrap().len());
            walk.nodes.push(edge["node"].clone());
        }
        walk.total = page["totalCount"].clone();
        cursor = page["pageInfo"][end].clone();
        if page["pageInfo"][more] == false {
            return walk;
        }
        assert!(walk.nodes.len() < 1_000, "{query} comes to no end");
    }
}

/// Every list there is, in every order and both ways, narrowed and not, and the events.
pub(super) async fn walks(world: &World, viewer: &Viewer) -> Vec<(String, Walk)> {
    let mut all = Vec::new();
    for (list, _, orders) in LISTS {
        for order in orders {
            for filter in FILTERS.iter().filter(|(of, _)| *of == list || *of == "*") {
                for direction in ["ASCENDING", "DESCENDING"] {
                    let arguments = format!("order: {order}, direction: {direction}{}", filter.1);
                    let backward = direction == "DESCENDING";
                    let walk = walk(world, viewer, list, &arguments, "id", backward).await;
                    all.push((format!("{list} {arguments}"), walk));
                }
            }
        }
    }
    let node = "type sentence recordId recordedAt occurredOn changed reason role";
    all.push((
        "events".to_owned(),
        walk(world, viewer, "events", "types: null", node, false).await,
    ));
    all
}

/// Lists narrowed by what their filters look at.
const FILTERS: [(&str, &str); 13] = [
    ("*", ""),
    ("agreements", ", filter: { state: OPEN }"),
    ("agreements", ", filter: { dueBefore: \"2026-03-15\" }"),
    (
        "consultations",
        ", filter: { type: PROFESSIONAL, from: \"2025-11-01\" }",
    ),
    ("networkMeetings", ", filter: { minutesPending: true }"),
    ("networkMeetings", ", filter: { bodyType: STEERING_GROUP }"),
    ("networks", ", filter: { search: \"arbeit\" }"),
    ("organisations", ", filter: { search: \"verein\" }"),
    (
        "organisations",
        ", filter: { includeSame: true, kind: MIGRANT_ORG }",
    ),
    ("projectReviews", ", filter: { search: \"vorhaben\" }"),
    ("projectReviews", ", filter: { search: \"trägerverein\" }"),
    (
        "projectReviews",
        ", filter: { open: true, requester: MINISTRY }",
    ),
    ("projectReviews", ", filter: { dueFrom: \"2025-12-01\" }"),
];

/// That each list has what exists for the viewer, each record once, and counts the same.
pub(super) async fn hold_what_exists(made: &Generated, matrix: &Matrix, viewer: &Viewer) {
    for (list, ty, orders) in LISTS {
        let kind = SINGLE.iter().find(|(_, of, _)| *of == ty).unwrap().2;
        let theirs = made.book.entries.iter().filter(|entry| {
            entry.record.kind == kind
                && !entry.retracted
                && made.exists(matrix, viewer, entry.record)
        });
        let expected: BTreeSet<String> = theirs.map(|entry| global_id(entry.record)).collect();
        for (at, order) in orders.iter().enumerate() {
            let all = if list == "organisations" {
                ", filter: { includeSame: true }"
            } else {
                ""
            };
            let arguments = format!("order: {order}{all}");
            let walk = walk(&made.world, viewer, list, &arguments, "id", at % 2 == 1).await;
            let ids: Vec<String> = walk
                .nodes
                .iter()
                .map(|node| node["id"].as_str().unwrap().to_owned())
                .collect();
            let found: BTreeSet<String> = ids.iter().cloned().collect();
            assert_eq!(found, expected, "{viewer:?} {list} {order}: {}", walk.error);
            assert_eq!(ids.len(), found.len(), "{list}: some twice");
            if walk.error.is_null() {
                assert_eq!(walk.total, json!(ids.len()), "{viewer:?} {list} {order}");
            }
        }
    }
    let events = walk(
        &made.world,
        viewer,
        "events",
        "types: null",
        "recordId",
        false,
    )
    .await;
    for event in events.nodes {
        let record = record_of(event["recordId"].as_str().unwrap()).unwrap();
        assert!(
            made.exists(matrix, viewer, record),
            "{viewer:?} hears of {record:?}"
        );
    }
}
