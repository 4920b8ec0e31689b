//! Criteria of a project are scored.

use super::state::{self, Reviews};
use super::{ReviewEvent, Score, Scored, Step};
use crate::check;
use crate::context::Context;
use crate::decision::Decision;
use crate::event::Event;
use crate::id::ReviewId;
use crate::query::Query;
use crate::rejection::{Rejection, RejectionCode};
use crate::text::Text;
use crate::values::ReviewCriterion;

/// The most criteria of one command: all of them.
const MOST: usize = 14;

/// How well a project meets one criterion.
#[derive(Clone, Debug)]
pub struct ScoreInput {
    /// Which criterion.
    pub criterion: ReviewCriterion,
    /// 0 (not at all) to 4 (fully); left out: does not apply.
    pub score: Option<i32>,
    /// Why.
    pub note: Option<Text>,
}

/// The command.
#[derive(Clone, Debug)]
pub struct ScoreReview {
    /// Which review.
    pub review: ReviewId,
    /// The version the client read.
    pub expected_version: Option<u32>,
    /// The criteria that are scored now, each once; one that was scored before is scored anew.
    pub scores: Vec<ScoreInput>,
}

impl ScoreReview {
    fn score(&self, input: &ScoreInput, context: &Context) -> Result<Score, Rejection> {
        check::valid_on("criterion", input.criterion, context.today)?;
        let score = match input.score {
            None => None,
            Some(score) => match u8::try_from(score) {
                Ok(score @ 0..=4) => Some(score),
                Ok(5..) | Err(_) => {
                    return Err(Rejection::field(
                        RejectionCode::NumberOutOfRange,
                        "score",
                        format!(
                            "Bewertet wird von 0 (gar nicht) bis 4 (voll erfüllt), angegeben ist {score}; trifft das Kriterium nicht zu, lassen Sie die Zahl weg."
                        ),
                    ));
                }
            },
        };
        Ok(Score {
            criterion: input.criterion,
            score,
            note: state::note(context, self.review, "note", input.note.as_ref())?,
        })
    }
}

impl Decision for ScoreReview {
    type Facts = Reviews;

    fn query(&self) -> Query {
        Reviews::query(Some(self.review), [])
    }

    fn evolve(facts: &mut Reviews, event: &Event) {
        facts.evolve(event);
    }

    fn decide(&self, known: &Reviews, context: &Context) -> Result<Vec<Event>, Rejection> {
        let before = known.writable(self.review, self.expected_version, context)?;
        before.progress.require(Step::Score)?;
        check::not_empty("scores", &self.scores)?;
        check::at_most("scores", &self.scores, MOST)?;
        let criteria: Vec<ReviewCriterion> =
            self.scores.iter().map(|score| score.criterion).collect();
        check::sorted_once("scores", &criteria)?;
        let mut scores = Vec::with_capacity(self.scores.len());
        for (index, input) in self.scores.iter().enumerate() {
            let path = format!("scores[{index}]");
            scores.push(
                self.score(input, context)
                    .map_err(|rejection| rejection.within(&path))?,
            );
        }
        scores.sort_by_key(|score| score.criterion);
        let scored = ReviewEvent::Scored(Scored {
            review: self.review,
            scores,
            scored_by: Some(context.actor),
        });
        Ok(vec![state::event(context, context.today, scored)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::organisation::samples::code;
    use crate::rejection::RejectionCode as Code;
    use crate::review::samples::{actor, id, up_to};
    use crate::review::{ConflictDeclared, ReviewState};
    use crate::testing::{event, given, sealed, text};

    fn input(criterion: &str, score: Option<i32>) -> ScoreInput {
        ScoreInput {
            criterion: code(criterion),
            score,
            note: Some(text("gut belegt")),
        }
    }

    fn command(scores: Vec<ScoreInput>) -> ScoreReview {
        ScoreReview {
            review: id(1),
            expected_version: None,
            scores,
        }
    }

    #[test]
    fn criteria_are_scored_in_the_order_of_the_list() {
        let score = |criterion, score| Score {
            criterion: code(criterion),
            score,
            note: Some(sealed("gut belegt")),
        };
        given(up_to(ReviewState::FormalCheck))
            .when(command(vec![input("EFFECT", None), input("NEED", Some(4))]))
            .then([event(ReviewEvent::Scored(Scored {
                review: id(1),
                scores: vec![score("NEED", Some(4)), score("EFFECT", None)],
                scored_by: Some(actor(1)),
            }))]);
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let refused = |scores, code, field| {
            given(up_to(ReviewState::FormalCheck))
                .when(command(scores))
                .then_rejected(code, field)
        };
        refused(vec![], Code::Missing, "scores");
        refused(
            vec![input("NEED", Some(5))],
            Code::NumberOutOfRange,
            "scores[0].score",
        );
        refused(
            vec![input("NEED", Some(-1))],
            Code::NumberOutOfRange,
            "scores[0].score",
        );
        refused(
            vec![input("NEED", Some(1)), input("NEED", Some(2))],
            Code::Duplicate,
            "scores[1]",
        );
        given(up_to(ReviewState::Cosigned))
            .when(command(vec![input("NEED", Some(1))]))
            .then_rejected(Code::StateForbids, "review");
        let mut history = up_to(ReviewState::FormalCheck);
        history.push(event(ReviewEvent::ConflictDeclared(ConflictDeclared {
            review: id(1),
            declared_by: crate::review::samples::actor(1),
            voids_draft: false,
            voids_signature: false,
            reason: None,
        })));
        given(history)
            .when(command(vec![input("NEED", Some(1))]))
            .then_rejected(Code::StateForbids, "review");
    }
}
