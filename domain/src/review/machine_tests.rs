//! The states of `domain.md` 5.2, written down a second time as a table: every state, every step.

use std::collections::HashSet;

use super::*;
use crate::event::Event;
use crate::event_data::EventData;
use crate::rejection::RejectionCode;
use crate::review::samples::{actor, assigned, drafted, id, step, up_to};
use crate::review::{
    ClarificationAsked, ClarificationReceived, Progress, ReviewEvent, StepRetracted,
};
use crate::testing::{event, sealed};

/// One line per step, one column per state in the order of [`ReviewState::ALL`]: where it leads, `=` for
/// a step that changes no state, `-` for one that is not possible.
///
/// `REQ` requested, `ASS` assigned, `FOR` form checked, `CON` content checked, `ASK` applicant asked,
/// `ANS` answered, `DRA` drafted, `COS` cosigned, `ISS` issued, `DEC` funder's decision known, `WIT`
/// withdrawn, `NOT` declined, `LAP` lapsed, `CLO` closed in the source.
const TABLE: &str = "
                     REQ ASS FOR CON ASK ANS DRA COS ISS DEC WIT NOT LAP CLO
Assign               ASS =   =   =   =   =   =   =   -   -   -   -   -   -
DeclareConflict      =   =   =   =   =   =   =   =   -   -   -   -   -   -
CompleteStep         =   =   =   =   =   =   =   =   =   =   =   =   =   =
CheckForm            -   FOR =   =   =   FOR =   -   -   -   -   -   -   -
CheckContent         -   CON CON =   =   CON =   -   -   -   -   -   -   -
Score                -   CON CON =   =   CON =   -   -   -   -   -   -   -
AskAdvice            -   =   =   =   =   =   =   -   -   -   -   -   -   -
GiveAdvice           -   =   =   =   =   =   =   =   -   -   -   -   -   -
AskClarification     -   ASK ASK ASK -   ASK ASK -   -   -   -   -   -   -
ReceiveClarification -   =   =   =   ANS =   =   =   -   -   -   -   -   -
ExtendDeadline       =   =   =   =   =   =   =   =   -   -   -   -   -   -
Draft                -   -   -   DRA DRA DRA =   DRA -   -   -   -   -   -
VoidDraft            -   -   -   -   -   -   CON CON -   -   -   -   -   -
Sign                 -   -   -   -   -   -   COS -   -   -   -   -   -   -
Issue                -   -   -   -   -   -   -   ISS -   -   -   -   -   -
IssueInterim         -   -   -   -   -   -   -   ASK -   -   -   -   -   -
Supersede            -   -   -   -   -   -   -   -   =   =   -   -   -   -
Withdraw             WIT WIT WIT WIT WIT WIT WIT WIT =   -   -   -   -   -
Decline              NOT NOT NOT NOT NOT NOT NOT NOT -   -   -   -   -   -
Lapse                LAP LAP LAP LAP LAP LAP LAP LAP -   -   -   -   -   -
DecideFunding        -   -   -   -   -   -   -   -   DEC =   -   -   -   -
Attach               =   =   =   =   =   =   =   =   =   =   -   -   -   -
AttachToStatement    =   =   =   =   =   =   =   =   -   -   -   -   -   -
CorrectEnding        -   -   -   -   -   -   -   -   =   =   =   =   =   =
Reopen               -   -   -   -   -   -   -   -   =   ISS =   =   =   =
";

fn named(short: &str) -> ReviewState {
    let names = TABLE.lines().nth(1).unwrap().split_whitespace();
    let at = names.into_iter().position(|name| name == short).unwrap();
    ReviewState::ALL[at]
}

#[test]
fn every_step_leads_from_every_state_where_the_table_says() {
    let lines: Vec<&str> = TABLE.lines().skip(2).collect();
    assert_eq!(lines.len(), Step::ALL.len());
    for (line, step) in lines.into_iter().zip(Step::ALL) {
        let mut cells = line.split_whitespace();
        assert_eq!(cells.next(), Some(format!("{step:?}").as_str()));
        let cells: Vec<&str> = cells.collect();
        assert_eq!(cells.len(), ReviewState::ALL.len(), "{line}");
        for (cell, state) in cells.into_iter().zip(ReviewState::ALL) {
            let expected = match cell {
                "-" => None,
                "=" => Some(state),
                other => Some(named(other)),
            };
            assert_eq!(state.next(step), expected, "{state} {step:?}");
        }
    }
}

/// How far a review is after these events.
fn after<'a>(events: impl IntoIterator<Item = &'a Event>) -> Progress {
    let mut progress = Progress::new(false);
    for event in events {
        let EventData::Review(event) = &event.data else {
            panic!("{event:?}");
        };
        progress.follow(event);
    }
    progress
}

#[test]
fn what_nobody_looked_at_is_not_drafted() {
    let mut events = up_to(S::Assigned);
    let draft = |events: &[Event]| after(events).allows(Step::Draft);
    for name in ["asked", "answered"] {
        assert!(!draft(&events), "{name}");
        events.push(event(match name {
            "asked" => ReviewEvent::ClarificationAsked(ClarificationAsked {
                review: id(1),
                due_on: None,
                question: None,
            }),
            _ => ReviewEvent::ClarificationReceived(ClarificationReceived {
                review: id(1),
                note: None,
            }),
        }));
    }
    assert_eq!(after(&events).state, S::ClarificationReceived);
    assert!(!draft(&events));
    let sentence = after(&events).require(Step::Draft).unwrap_err().message;
    assert!(
        sentence.contains("Vorher nötig: formal prüfen, inhaltlich prüfen."),
        "{sentence}"
    );
    assert!(!after(&events).allows(Step::CheckContent), "form first");
    events.push(step(1, Some(Check::Formal)));
    assert!(!draft(&events));
    events.push(step(2, Some(Check::Content)));
    assert!(draft(&events));
}

#[test]
fn a_check_that_is_taken_back_counts_no_more() {
    let retracted = |number| {
        event(ReviewEvent::StepRetracted(StepRetracted {
            review: id(1),
            step: number,
            reason: sealed("Grund"),
            voids_signature: false,
            imported: false,
        }))
    };
    let mut events = up_to(S::ContentCheck);
    events.push(retracted(2));
    assert_eq!(after(&events).state, S::FormalCheck);
    events.push(retracted(1));
    assert_eq!(after(&events).state, S::Assigned);
    // The draft stays, but nobody signs it until the check is there again.
    let mut events = up_to(S::Drafted);
    events.push(retracted(2));
    assert_eq!(after(&events).state, S::Drafted);
    assert!(!after(&events).allows(Step::Sign));
    events.push(step(3, Some(Check::Content)));
    assert!(after(&events).allows(Step::Sign));
}

#[test]
fn who_waits_for_an_answer_in_vain_may_draft_and_still_take_it() {
    let mut events = up_to(S::ContentCheck);
    let asked = ReviewEvent::ClarificationAsked(ClarificationAsked {
        review: id(1),
        due_on: None,
        question: None,
    });
    let received = ReviewEvent::ClarificationReceived(ClarificationReceived {
        review: id(1),
        note: None,
    });
    assert!(!after(&events).allows(Step::ReceiveClarification));
    events.push(event(asked));
    assert!(after(&events).allows(Step::Draft));
    events.push(drafted(actor(2)));
    assert_eq!(after(&events).state, S::Drafted);
    events.push(event(received));
    assert_eq!(after(&events).state, S::Drafted);
    assert!(!after(&events).allows(Step::ReceiveClarification));
}

#[test]
fn the_form_of_a_new_version_was_checked_with_the_first() {
    let mut progress = Progress::new(true);
    let EventData::Review(assigned) = assigned(actor(2)).data else {
        panic!("of another record");
    };
    progress.follow(&assigned);
    assert!(progress.allows(Step::Score) && !progress.allows(Step::Draft));
}

#[test]
fn a_refusal_names_the_state_and_what_is_possible() {
    let rejection = after(&up_to(S::Drafted)).require(Step::Issue).unwrap_err();
    assert_eq!(rejection.code, RejectionCode::StateForbids);
    assert_eq!(
        rejection.message,
        "Die Stellungnahme hat den Stand „entworfen“; abgeben ist jetzt nicht möglich. Möglich ist: zuweisen, Befangenheit anzeigen, einen Arbeitsschritt erfassen, formal prüfen, inhaltlich prüfen, Kriterien bewerten, eine andere Stelle beteiligen, die Antwort einer beteiligten Stelle erfassen, beim Antragsteller rückfragen, die Frist verlängern, entwerfen, mitzeichnen, den Antrag als zurückgezogen erfassen, die Anfrage abgeben, das Verstreichen der Frist erfassen, eine Datei anhängen, der Stellungnahme eine Datei beifügen."
    );
}

#[test]
fn names_and_labels_are_each_its_own() {
    let names: HashSet<_> = ReviewState::ALL.map(ReviewState::as_str).into();
    let labels: HashSet<_> = ReviewState::ALL.map(ReviewState::label).into();
    assert_eq!((names.len(), labels.len()), (14, 14));
}
