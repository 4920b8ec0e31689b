//! The board and the flow of one centre over HTTP, alone and while somebody records steps there.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};

use super::{CALLERS, OF_ONE};
use crate::http::client::{COMMAND_ID, Client, request};
use crate::http::constant::Sizes;
use crate::http::servers::{Server, token};
use crate::http::{ask, run, same_shape};
use crate::load::{Caller as _, Load};
use crate::outcome::Outcome;
use crate::plan::Plan;
use crate::report::Report;
use crate::reviews::{first_day, last_day};

/// How many entries of the board are asked for.
pub(crate) const ENTRIES: usize = 20;

/// Measures both questions beside constants of the same shape.
pub(super) async fn measure(plan: &Plan, folder: &Path, report: &mut Report) -> Outcome<()> {
    let (product, _) = Server::product(folder).await?;
    let token = token(folder)?;
    let questions = [("`reviewBoard`", board()?), ("`flow`", flow()?)];
    let answer = ask(product.address, &token, &questions[0].1).await?;
    let waiting = answer["reviewBoard"]["waiting"]
        .as_array()
        .map_or(0, Vec::len);
    let answer = ask(product.address, &token, &questions[1].1).await?;
    let count = |part: &str| answer["flow"][part].as_array().map_or(0, Vec::len);
    let constant = Server::constant(&Sizes {
        waiting,
        handovers: count("handovers"),
        units: count("units"),
    })?;
    let steps = steps(product.address, &token).await?;
    for (what, body) in &questions {
        let requests = Arc::new(vec![request(&token, body)]);
        same_shape(product.address, constant.address, &requests).await?;
        let (mut alone, mut beside, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..plan.rounds {
            alone.push(run(plan, CALLERS, product.address, &requests).await?);
            theirs.push(run(plan, CALLERS, constant.address, &requests).await?);
            beside.push(while_recording(plan, product.address, &requests, &steps).await?);
        }
        let of_one = format!("{what}, one centre, {CALLERS} connections");
        report.reads(&of_one, &alone, Some(("constants", &theirs)), OF_ONE);
        let of_one = format!("{of_one}, while steps are recorded there");
        report.reads(&of_one, &beside, None, OF_ONE);
    }
    Ok(())
}

/// The load while one more connection completes steps of the centre's reviews, one after the other.
async fn while_recording(
    plan: &Plan,
    to: SocketAddr,
    requests: &Arc<Vec<Vec<u8>>>,
    steps: &Arc<Vec<Vec<u8>>>,
) -> Outcome<Load> {
    let mut writer = Client::connect(to, steps, 0).await?;
    let writing = tokio::spawn(async move {
        loop {
            if let Err(error) = writer.call().await {
                return error;
            }
        }
    });
    let load = run(plan, CALLERS, to, requests).await?;
    if writing.is_finished() {
        return Err(writing.await?);
    }
    writing.abort();
    Ok(load)
}

fn board() -> Outcome<Value> {
    Ok(json!({
        "query": "query ($on: Date!, $first: Int!) {
            reviewBoard(on: $on) {
                urgencies { urgency count }
                waiting { waitingFor { kind unit { name } account } count overdue }
                entries(first: $first) {
                    totalCount
                    pageInfo { hasNextPage endCursor }
                    edges { cursor node {
                        urgency workingDaysLeft
                        review { id title state deadline { dueOn } version }
                    } }
                }
            }
        }",
        "variables": { "on": last_day()?.to_string(), "first": ENTRIES },
    }))
}

fn flow() -> Outcome<Value> {
    Ok(json!({
        "query": "query ($from: Date!, $to: Date!) {
            flow(from: $from, to: $to) {
                handovers { from { name } to { name } count medianWaitingDays p90WaitingDays }
                units { unit { name } steps medianHandlingDays waiting }
            }
        }",
        "variables": { "from": first_day()?.to_string(), "to": last_day()?.to_string() },
    }))
}

/// Requests that each complete a step of an open review.
async fn steps(product: SocketAddr, token: &str) -> Outcome<Arc<Vec<Vec<u8>>>> {
    let list = json!({ "query": "{ projectReviews(filter: { open: true }, first: 100) { nodes { id } } }" });
    let answer = ask(product, token, &list).await?;
    let units = ask(product, token, &json!({ "query": "{ units { id } }" })).await?;
    let unit = &units["units"][0]["id"];
    let nodes = answer["projectReviews"]["nodes"].as_array();
    let complete = |node: &Value| {
        json!({
            "query": "mutation ($input: CompleteStepInput!) {
                completeStep(input: $input) { review { id } errors { message } }
            }",
            "variables": { "input": {
                "commandId": COMMAND_ID, "id": node["id"], "unit": unit,
            } },
        })
    };
    let requests = nodes.into_iter().flatten();
    let requests: Vec<_> = requests
        .map(|node| request(token, &complete(node)))
        .collect();
    if requests.is_empty() {
        return Err("no review is open".into());
    }
    Ok(Arc::new(requests))
}
