//! Lists: not too long, not empty, each entry once.

use crate::rejection::{Rejection, RejectionCode};

/// A list that is not longer than its field takes.
///
/// # Errors
/// [`RejectionCode::TooMany`].
pub fn at_most<T>(field: &str, list: &[T], most: usize) -> Result<(), Rejection> {
    if list.len() <= most {
        return Ok(());
    }
    Err(Rejection::field(
        RejectionCode::TooMany,
        field,
        format!(
            "Möglich sind höchstens {most} Einträge, angegeben sind {}.",
            list.len()
        ),
    ))
}

/// A list with at least one entry.
///
/// # Errors
/// [`RejectionCode::Missing`].
pub fn not_empty<T>(field: &str, list: &[T]) -> Result<(), Rejection> {
    if list.is_empty() {
        return Err(Rejection::field(
            RejectionCode::Missing,
            field,
            "Nennen Sie hier mindestens einen Eintrag.",
        ));
    }
    Ok(())
}

/// The list sorted, as events hold it; no entry may be there twice.
///
/// # Errors
/// [`RejectionCode::Duplicate`]; the field says which entry is the second one (`organisations[3]`).
pub fn sorted_once<T: Ord + Clone>(field: &str, list: &[T]) -> Result<Vec<T>, Rejection> {
    let mut seen = std::collections::BTreeSet::new();
    for (index, entry) in list.iter().enumerate() {
        if !seen.insert(entry) {
            return Err(Rejection::field(
                RejectionCode::Duplicate,
                format!("{field}[{index}]"),
                format!(
                    "Der Eintrag an Stelle {} ist schon genannt; nennen Sie jeden Eintrag nur einmal.",
                    index + 1
                ),
            ));
        }
    }
    Ok(seen.into_iter().cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::refused;

    #[test]
    fn a_list_is_sorted_and_names_its_second_duplicate() {
        assert_eq!(sorted_once("list", &[3, 1, 2]), Ok(vec![1, 2, 3]));
        let rejection = sorted_once("list", &[3, 1, 3]).unwrap_err();
        assert_eq!(rejection.code, RejectionCode::Duplicate);
        assert_eq!(rejection.field.as_deref(), Some("list[2]"));
        assert_eq!(
            refused(at_most("list", &[1, 2], 1)).0,
            RejectionCode::TooMany
        );
        assert_eq!(
            refused(not_empty::<u8>("list", &[])).0,
            RejectionCode::Missing
        );
    }
}
