//! Requests over HTTP: the product's binary with a whole history beside a server of constants.

pub(crate) mod access;
pub(crate) mod client;
pub(crate) mod constant;
pub(crate) mod policy;
mod questions;
pub(crate) mod servers;

use std::net::SocketAddr;
use std::sync::Arc;

use serde_json::Value;

use crate::book::Book;
use crate::load::{Load, closed_loop};
use crate::outcome::Outcome;
use crate::plan::Plan;
use crate::ready::resident;
use crate::report::{Goal, Report};
use client::Client;
use constant::Sizes;
pub(crate) use questions::ask;
use servers::Server;

/// Measures the questions whose name contains `asked` on both servers in turn.
pub(crate) async fn measure(
    plan: &Plan,
    book: &Book,
    asked: &str,
    report: &mut Report,
) -> Outcome<()> {
    // Nobody closed the book as a server does: the start looks for what a crash may have left.
    let (product, took) = Server::product(&book.folder).await?;
    let what = "ready after a crash (the server, `/readyz`)";
    report.figure(what, took.as_secs_f64(), "s", None);
    product.stop()?;
    let (product, took) = Server::product(&book.folder).await?;
    report.figure(
        "ready after start (the server, `/readyz`)",
        took.as_secs_f64(),
        "s",
        Some(Goal::Below(8.0)),
    );
    let bytes = resident(&product.process())? as f64;
    report.figure(
        "memory per event, the server",
        bytes / book.events as f64,
        "bytes",
        None,
    );
    let token = servers::token(&book.folder)?;
    let constant = Server::constant(&Sizes::default())?;
    let questions = questions::all(product.address, &token).await?;
    for question in questions.iter().filter(|one| one.what.contains(asked)) {
        let requests = Arc::new(question.requests.clone());
        same_shape(product.address, constant.address, &requests).await?;
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..plan.rounds {
            ours.push(run(plan, question.connections, product.address, &requests).await?);
            theirs.push(run(plan, question.connections, constant.address, &requests).await?);
        }
        let what = format!("{}, {} connections", question.what, question.connections);
        let goal = Some(Goal::AtLeast(0.5));
        report.compare(&what, &ours, "constants", &theirs, goal);
    }
    Ok(())
}

/// The load of so many connections.
pub(crate) async fn run(
    plan: &Plan,
    connections: usize,
    to: SocketAddr,
    requests: &Arc<Vec<Vec<u8>>>,
) -> Outcome<Load> {
    let mut clients = Vec::with_capacity(connections);
    for at in 0..connections {
        clients.push(Client::connect(to, requests, at).await?);
    }
    closed_loop(clients, plan.time).await
}

/// The constants have to be as large as what they stand for.
pub(crate) async fn same_shape(
    product: SocketAddr,
    constant: SocketAddr,
    requests: &Arc<Vec<Vec<u8>>>,
) -> Outcome<()> {
    for at in 0..requests.len() {
        let ours = Client::connect(product, requests, at).await?.data().await?;
        let theirs = Client::connect(constant, requests, at)
            .await?
            .data()
            .await?;
        if shape(&ours) != shape(&theirs) {
            let start = |answer: Value| answer.to_string().chars().take(600).collect::<String>();
            let (ours, theirs) = (start(ours), start(theirs));
            return Err(format!("the answers differ in shape:\n{ours}\n{theirs}").into());
        }
    }
    Ok(())
}

/// The answer without its values: names, and how long each list is.
fn shape(answer: &Value) -> Value {
    match answer {
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (name.clone(), shape(value)))
            .collect(),
        Value::Array(items) => items.iter().map(shape).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_shape_tells_names_and_lengths_but_no_values() {
        let shape_of = |value: Value| shape(&value);
        assert_eq!(
            shape_of(json!({"a": [1, 2], "b": "x"})),
            shape_of(json!({"a": [3, null], "b": 4.5}))
        );
        assert_ne!(shape_of(json!({"a": [1]})), shape_of(json!({"a": [1, 2]})));
        assert_ne!(shape_of(json!({"a": 1})), shape_of(json!({"b": 1})));
    }
}
