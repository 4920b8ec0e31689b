//! What the access log costs: the same reads with it and without it, on the same book in turn.

use std::sync::Arc;

use super::questions::{self, Question};
use super::run;
use super::servers::{self, Server};
use crate::book::Book;
use crate::load::Load;
use crate::outcome::Outcome;
use crate::plan::Plan;
use crate::report::{Goal, Report};

/// Reads may be at most 10 % slower.
const GOAL: Goal = Goal::AtLeast(0.9);

/// Measures reads with the log on and off. One folder has one server, so they are started in turn.
pub(crate) async fn measure(plan: &Plan, book: &Book, report: &mut Report) -> Outcome<()> {
    let mut with: Vec<Vec<Load>> = Vec::new();
    let mut without: Vec<Vec<Load>> = Vec::new();
    let mut asked: Vec<&'static str> = Vec::new();
    for _ in 0..plan.rounds {
        for (on, loads) in [("true", &mut with), ("false", &mut without)] {
            let settings = [
                ("QUERSCHNITT_DEVELOPMENT", "true"),
                ("QUERSCHNITT_ACCESS_LOG_ENABLED", on),
            ];
            let (product, _) = Server::product_with(&book.folder, &settings).await?;
            let token = servers::token(&book.folder)?;
            let questions = questions::reads(product.address, &token).await?;
            loads.resize_with(questions.len(), Vec::new);
            asked = questions.iter().map(|question| question.what).collect();
            for (question, loads) in questions.iter().zip(loads.iter_mut()) {
                loads.push(load(plan, question, &product).await?);
            }
            product.stop()?;
        }
    }
    for ((what, with), without) in asked.iter().zip(&with).zip(&without) {
        let what = format!("{what}, who reads it is recorded");
        report.compare(&what, with, "without the access log", without, Some(GOAL));
    }
    Ok(())
}

async fn load(plan: &Plan, question: &Question, product: &Server) -> Outcome<Load> {
    let requests = Arc::new(question.requests.clone());
    run(plan, question.connections, product.address, &requests).await
}
