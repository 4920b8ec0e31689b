//! Which step of the book is which step of the source. A step is known by the source's own number
//! of it where there is one, else by what it says, else by its place among those that are left.

use std::collections::{HashMap, VecDeque};

use time::{Date, OffsetDateTime};

use super::StepCompleted;
use super::complete_step::StepInput;
use crate::merge::Merge;
use crate::unit::Unit;

/// When a step was completed, and what it says.
pub(super) type Completed = (Date, Option<OffsetDateTime>, StepCompleted);
/// When a step was completed.
pub(super) type When = (Date, Option<OffsetDateTime>);

/// A step that came from the source.
#[derive(Clone, Debug)]
pub(super) struct ImportedStep {
    /// As it was imported last.
    pub(super) completed: Completed,
    pub(super) stands: Stands,
}

/// Whether an imported step counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Stands {
    Yes,
    /// The source has it no more.
    NotInSource,
    /// The office took it back, and so it stays.
    RetractedByOffice,
}

impl ImportedStep {
    /// Its number in the review.
    pub(super) const fn number(&self) -> u32 {
        self.completed.2.step
    }
}

/// For each step of the source the place of the imported step that it is; nothing for a new one.
pub(super) fn matched(
    theirs: &[(&StepInput, When)],
    known: &[ImportedStep],
    texts: &Merge<'_>,
) -> Vec<Option<usize>> {
    let mut found = vec![None; theirs.len()];
    let mut free = vec![true; known.len()];
    let mut by_reference: HashMap<&str, VecDeque<usize>> = HashMap::new();
    for (place, step) in known.iter().enumerate() {
        let reference = step.completed.2.reference;
        if let Some(text) = reference.and_then(|reference| texts.opened(reference)) {
            by_reference
                .entry(text.as_str())
                .or_default()
                .push_back(place);
        }
    }
    for ((input, _), found) in theirs.iter().zip(&mut found) {
        if let Some(reference) = &input.reference
            && let Some(places) = by_reference.get_mut(reference.as_str())
        {
            *found = places.pop_front();
            if let Some(place) = *found {
                free[place] = false;
            }
        }
    }
    let alike: [&Alike<'_>; 2] = [
        &|input, when, step| says_the_same(input, when, &step.completed, texts),
        // The source changed it.
        &|_, _, step| step.stands == Stands::Yes,
    ];
    for alike in alike {
        for ((input, when), found) in theirs.iter().zip(&mut found) {
            if found.is_none() {
                *found = (0..known.len()).find(|place| {
                    let step = &known[*place];
                    free[*place] && !are_two(input, step, texts) && alike(input, *when, step)
                });
                if let Some(place) = *found {
                    free[place] = false;
                }
            }
        }
    }
    found
}

/// Whether a step of the source is one of the record.
type Alike<'a> = dyn Fn(&StepInput, When, &ImportedStep) -> bool + 'a;

/// Whether both have a number of the source: then they would have met by it.
fn are_two(input: &StepInput, step: &ImportedStep, texts: &Merge<'_>) -> bool {
    let reference = step.completed.2.reference;
    input.reference.is_some() && reference.is_some_and(|known| texts.opened(known).is_some())
}

/// Whether a step says what the source says of it, its number included.
pub(super) fn is_same(
    input: &StepInput,
    when: When,
    completed: &Completed,
    texts: &Merge<'_>,
) -> bool {
    says_the_same(input, when, completed, texts)
        && texts.is(completed.2.reference, input.reference.as_ref())
}

fn says_the_same(
    input: &StepInput,
    when: When,
    (day, at, old): &Completed,
    texts: &Merge<'_>,
) -> bool {
    when == (*day, *at)
        && input.unit == old.unit.as_ref().map(Unit::id)
        && input.check == old.check
        && input.started_at == old.started_at
        && texts.is(old.name, input.name.as_ref())
}
