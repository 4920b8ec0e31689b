//! The policy against the matrix, cell by cell, and against broken files.

use cedar_policy::ResourceConstraint;
use proptest::prelude::*;
use querschnitt_domain::may::RecordClass;

use super::*;
use crate::matrix::Matrix;

/// No relation, each alone, all but one, and all.
fn standings() -> Vec<Relations> {
    let mut all = vec![Relations::NONE, Relations::of(Relation::ALL)];
    for one in Relation::ALL {
        all.push(Relations::of([one]));
        let others = Relation::ALL.into_iter().filter(|other| *other != one);
        all.push(Relations::of(others));
    }
    all
}

/// Each pair of relations.
fn pairs() -> Vec<Relations> {
    let mut all = Vec::new();
    for (at, one) in Relation::ALL.into_iter().enumerate() {
        for other in Relation::ALL.into_iter().skip(at + 1) {
            all.push(Relations::of([one, other]));
        }
    }
    all
}

/// The first question to a cell that policy and matrix answer differently.
fn difference(
    policy: &Policy,
    matrix: &Matrix,
    cell: Cell,
    standings: &[Relations],
) -> Option<(Role, Action, Relations)> {
    for role in Role::ALL {
        let entry = matrix.entry(role, cell);
        for action in Action::ALL {
            for standing in standings {
                let answer = policy.decide(role, cell, action, *standing);
                if answer != entry.allows(action, *standing) {
                    return Some((role, action, *standing));
                }
            }
        }
    }
    None
}

#[test]
fn the_policy_says_what_the_matrix_says() {
    let policy = Policy::load().unwrap();
    let matrix = Matrix::load().unwrap();
    let all = [standings(), pairs()].concat();
    for cell in Cell::ALL {
        assert_eq!(difference(&policy, &matrix, cell, &all), None, "{cell:?}");
    }
}

proptest! {
    #[test]
    fn whatever_holds_together_the_answer_is_that_of_the_matrix(
        role in prop::sample::select(Role::ALL.to_vec()),
        cell in prop::sample::select(Cell::ALL.to_vec()),
        action in prop::sample::select(Action::ALL.to_vec()),
        holding in prop::collection::vec(prop::sample::select(Relation::ALL.to_vec()), 0..13),
    ) {
        let policy = Policy::load().unwrap();
        let standing = Relations::of(holding);
        let expected = Matrix::load().unwrap().entry(role, cell).allows(action, standing);
        prop_assert_eq!(policy.decide(role, cell, action, standing), expected);
        prop_assert_eq!(policy.allows(role, cell, action, standing), expected);
        prop_assert_eq!(policy.allows(role, cell, action, standing), expected, "remembered");
    }
}

/// The second lock, in the domain, lets the same roles write as the policy.
#[test]
fn the_locks_of_the_domain_are_those_of_the_policy() {
    let policy = Policy::load().unwrap();
    let centre = Relations::of([Relation::Centre]);
    for (class, cell) in [
        (RecordClass::Organisation, Cell::Organisation),
        (RecordClass::Consultation, Cell::Consultation),
        (RecordClass::Meeting, Cell::Meeting),
        (RecordClass::Review, Cell::Review),
        (RecordClass::Letterhead, Cell::Letterhead),
        (RecordClass::Account, Cell::Grants),
    ] {
        for role in Role::ALL {
            let writes = policy.decide(role, cell, Action::Write, centre);
            assert_eq!(class.writers().contains(&role), writes, "{class:?} {role}");
        }
    }
    // Advice is a text of the review, by whoever is invited to give it.
    for role in Role::ALL {
        let invited = centre.with_if(Relation::Invited, true);
        let writes = policy.decide(role, Cell::ReviewText, Action::Write, invited);
        let writers = RecordClass::Advice.writers();
        assert_eq!(writers.contains(&role), writes, "{role}");
    }
}

/// The cell a policy is about: each names exactly one.
fn cell_of(policy: &cedar_policy::Policy) -> Cell {
    let ResourceConstraint::Eq(resource) = policy.resource_constraint() else {
        panic!("{} does not name its cell", policy.id());
    };
    Cell::ALL
        .into_iter()
        .find(|cell| cell.as_str() == resource.id().unescaped())
        .unwrap()
}

#[test]
fn a_policy_that_is_missing_would_be_noticed() {
    let policy = Policy::load().unwrap();
    let matrix = Matrix::load().unwrap();
    for one in policy.policies().policies() {
        let broken = policy.without(one.id());
        let found = difference(&broken, &matrix, cell_of(one), &standings());
        assert!(found.is_some(), "{} is not needed", one.id());
    }
}

#[test]
fn a_condition_that_is_missing_would_be_noticed() {
    let matrix = Matrix::load().unwrap();
    let mut broken = 0;
    for (at, (name, text)) in Policy::files().iter().enumerate() {
        for relation in Relation::ALL {
            let condition = format!("context.{}", relation.as_str());
            for (place, _) in text.match_indices(&condition) {
                let mut changed = String::from(*text);
                changed.replace_range(place..place + condition.len(), "(1 == 1)");
                let mut files = Policy::files().to_vec();
                files[at] = (name, &changed);
                // Strict validation says that a condition is always true; what it lets pass has to differ.
                if let Ok(policy) = Policy::of(load::SCHEMA, &files) {
                    let noticed = Cell::ALL
                        .into_iter()
                        .filter(|cell| text.contains(cell.as_str()))
                        .any(|cell| difference(&policy, &matrix, cell, &standings()).is_some());
                    assert!(noticed, "{name} at {place}");
                }
                broken += 1;
            }
        }
    }
    assert!(broken > 50, "only {broken} conditions were found");
}

/// What is said about a policy whose consultation file was changed.
fn said(from: &str, to: &str) -> String {
    let text = load::POLICIES[1].1;
    assert!(text.contains(from), "{from}");
    let changed = text.replacen(from, to, 1);
    let mut files = load::POLICIES.to_vec();
    files[1] = ("consultation.cedar", &changed);
    Policy::of(load::SCHEMA, &files).unwrap_err().to_string()
}

#[test]
fn a_file_that_can_not_be_read_is_refused_by_name() {
    says("consultation.cedar", &said("permit (", "permitt ("));
    says("consultation.cedar", &said("};", "}"));
}

#[test]
fn a_wrong_name_is_refused() {
    says("`centres`", &said("context.centre", "context.centres"));
    says(
        "consultation.cedar, rule 1",
        &said("context.centre", "context.centre == 1"),
    );
    says("KI_OFICER", &said("\"KI_OFFICER\"", "\"KI_OFICER\""));
    says(
        "consultation,code",
        &said("consultation,coded\"", "consultation,code\""),
    );
    says("Actio", &said("Action::\"write\"", "Action::\"wirte\""));
    says(
        "Rolle",
        &said("Role::\"KI_OFFICER\"", "Rolle::\"KI_OFFICER\""),
    );
}

#[test]
fn a_policy_that_can_never_apply_is_refused() {
    says(
        "consultation.cedar, rule 1",
        &said("context.centre", "context.centre && false"),
    );
}

#[test]
fn a_schema_without_a_role_that_is_asked_for_is_refused() {
    let schema = load::SCHEMA.replace("\"OPERATOR\"", "\"OPERATORS\"");
    let error = Policy::of(&schema, load::POLICIES).unwrap_err();
    assert!(matches!(error, PolicyError::OtherNames(_)), "{error}");
    let error = Policy::of("entity", load::POLICIES).unwrap_err();
    assert!(matches!(error, PolicyError::Schema(_)), "{error}");
}

/// That a message names what is wrong, in one line that fits a terminal.
#[track_caller]
fn says(named: &str, message: &str) {
    assert!(message.contains(named), "{message}");
    assert!(!message.contains('\n'), "{message}");
}

/// Each file names only cells of its own class, so that whoever looks for a class opens one file.
#[test]
fn a_file_is_about_one_class_of_records() {
    for (name, text) in Policy::files() {
        let class = name.strip_suffix(".cedar").unwrap();
        let of_file: PolicySet = text.parse().unwrap();
        for policy in of_file.policies() {
            let cell = cell_of(policy).as_str();
            assert!(cell.starts_with(&format!("{class},")), "{name}: {cell}");
        }
    }
}
