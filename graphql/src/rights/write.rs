//! What is asked of the policy before something is recorded. The decisions have locks of their own
//! (`querschnitt_domain::may`); this one comes first and knows the cells that are narrower than a record.

use querschnitt_domain::existing::unknown;
use querschnitt_domain::may::{self, RecordClass};
use querschnitt_domain::{RecordId, RecordKind, Rejection, RejectionCode, Role};
use querschnitt_policy::{Action, Cell, Relation, Relations};
use serde_json::Value;

use super::{Asking, centre_of, coded, texts};

/// Where the reason is shown as a text of the record ever after, and so is written by whoever writes those.
const REASON_IS_TEXT: [&str; 2] = ["cancelMeeting", "dropAgreement"];

/// The fields of inputs, at any depth, that hold texts of a record. Not among them: names that count as
/// coded because lists show them, and the reason of a change, which is part of the change: whoever makes a change
/// has to answer for it. It stands in the history only, and is read by those who read the texts of the record.
pub(crate) const fn text_fields(kind: RecordKind) -> &'static [&'static str] {
    match kind {
        RecordKind::Consultation => &["subject", "note"],
        RecordKind::Network => &["function", "note"],
        RecordKind::Meeting => &[
            "title", "place", "agenda", "result", "results", "function", "referred", "topic",
        ],
        RecordKind::Agreement => &["subject", "note"],
        RecordKind::Review => &[
            "title",
            "applicantName",
            "reference",
            "note",
            "name",
            "question",
            "recipient",
            "text",
        ],
        // The matrix has one cell for all of it. A unit is named wherever it is counted.
        RecordKind::Organisation
        | RecordKind::Letterhead
        | RecordKind::Account
        | RecordKind::Exception
        | RecordKind::Unit => &[],
    }
}

/// Whether the viewer may record what an input of a mutation says about a record of this kind: a new one, or the
/// one it names.
///
/// # Errors
/// A German [`RejectionCode::NotAllowed`], which says nothing about records that do not exist for the viewer.
pub(crate) fn check(
    asking: &Asking<'_>,
    kind: RecordKind,
    about: Option<RecordId>,
    mutation: &str,
    input: &Value,
) -> Result<(), Rejection> {
    let (cell, viewer) = (coded(kind), asking.viewer);
    check_scope(asking, cell)?;
    // Of accounts some things are technical; which, the decision says itself.
    let standing = asking
        .of_centre()
        .with_if(Relation::Technical, cell == Cell::Grants);
    let permits = |cell, relations| {
        asking
            .rights
            .permits(viewer, cell, Action::Write, relations)
    };
    if !permits(cell, standing) {
        return Err(match class(kind) {
            Some(class) => may::refusal(class, viewer.actor.role),
            None => Rejection::whole(
                RejectionCode::NotAllowed,
                format!(
                    "In der Rolle „{}“ können Sie das nicht öffnen oder schließen.",
                    may::label(viewer.actor.role)
                ),
            ),
        });
    }
    let reason: &[&str] = match REASON_IS_TEXT.contains(&mutation) {
        true => &["reason"],
        false => &[],
    };
    let written = written_text(text_fields(kind), about.is_some(), input, "");
    // A reason that is left out clears nothing.
    let Some(field) = written.or_else(|| written_text(reason, false, input, "")) else {
        return Ok(());
    };
    let of_texts = texts(kind);
    let writes = match about {
        // What is new is of who records it.
        None => permits(of_texts, standing.with(Relation::Own)),
        Some(record) => match centre_of(asking.state.facts(), record) {
            Some(centre) => {
                asking.may(of_texts, Action::Write, record, centre)
                    || !asking.reads(cell, record, centre)
            }
            // The decision says that there is none.
            None => true,
        },
    };
    if writes {
        return Ok(());
    }
    Err(refusal(asking, of_texts, field))
}

/// Whether the viewer may give the advice a review waits for. It is one of its texts: a partner's office writes
/// it where it is invited, and nothing else of the review.
///
/// # Errors
/// As [`check`]; a review that does not exist for the viewer is unknown, in the words of the decision.
pub(crate) fn check_advice(asking: &Asking<'_>, review: Option<RecordId>) -> Result<(), Rejection> {
    let (cell, viewer) = (texts(RecordKind::Review), asking.viewer);
    check_scope(asking, cell)?;
    let whatever_holds = Relations::of(Relation::ALL);
    if !asking
        .rights
        .permits(viewer, cell, Action::Write, whatever_holds)
    {
        return Err(may::refusal(RecordClass::Advice, viewer.actor.role));
    }
    // The decision says that there is none, or that it is no review.
    let Some(review) = review.filter(|record| record.kind == RecordKind::Review) else {
        return Ok(());
    };
    match centre_of(asking.state.facts(), review) {
        Some(centre) if !asking.may(cell, Action::Write, review, centre) => {
            Err(unknown("review", review))
        }
        Some(_) | None => Ok(()),
    }
}

/// A machine's token is good for what it was issued for.
fn check_scope(asking: &Asking<'_>, cell: Cell) -> Result<(), Rejection> {
    if asking.rights.has_scope(asking.viewer, cell, Action::Write) {
        return Ok(());
    }
    Err(Rejection::whole(
        RejectionCode::NotAllowed,
        "Dieses Zugangstoken ist für solche Änderungen nicht ausgestellt; nötig ist der Umfang WRITE, für Konten und Ausnahmen ACCOUNTS.",
    ))
}

fn refusal(asking: &Asking<'_>, cell: Cell, field: String) -> Rejection {
    let role = asking.viewer.actor.role;
    let writes = |role: Role, relation| {
        let relations = Relations::of([relation]);
        asking
            .rights
            .policy
            .allows(role, cell, Action::Write, relations)
    };
    let only = match writes(role, Relation::Own) {
        true => {
            "nur bei Einträgen eintragen oder ändern, die Sie selbst angelegt haben oder die Person, die Sie vertreten"
        }
        false => "hier nicht eintragen oder ändern",
    };
    let others: Vec<&str> = Role::ALL
        .into_iter()
        .filter(|role| writes(*role, Relation::Centre))
        .map(may::label)
        .collect();
    Rejection::field(
        RejectionCode::NotAllowed,
        field,
        format!(
            "Texte können Sie in der Rolle „{}“ {only}; lassen Sie das Feld weg. Das dürfen: {}.",
            may::label(role),
            others.join(", ")
        ),
    )
}

/// The classes the domain knows; what opens something for a time has decisions of its own.
const fn class(kind: RecordKind) -> Option<RecordClass> {
    Some(match kind {
        RecordKind::Organisation => RecordClass::Organisation,
        RecordKind::Consultation => RecordClass::Consultation,
        RecordKind::Network | RecordKind::Meeting | RecordKind::Agreement => RecordClass::Meeting,
        RecordKind::Review => RecordClass::Review,
        RecordKind::Letterhead => RecordClass::Letterhead,
        RecordKind::Account => RecordClass::Account,
        RecordKind::Unit => RecordClass::Unit,
        RecordKind::Exception => return None,
    })
}

/// The path of the first text field that an input sets, or clears where `clears`.
fn written_text(fields: &[&str], clears: bool, input: &Value, path: &str) -> Option<String> {
    match input {
        Value::Object(entries) => entries.iter().find_map(|(name, value)| {
            let path = match path {
                "" => name.clone(),
                _ => format!("{path}.{name}"),
            };
            if fields.contains(&name.as_str()) && (clears || !value.is_null()) {
                return Some(path);
            }
            written_text(fields, clears, value, &path)
        }),
        Value::Array(values) => values
            .iter()
            .enumerate()
            .find_map(|(at, value)| written_text(fields, clears, value, &format!("{path}[{at}]"))),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_text_is_found_at_any_depth_and_null_only_clears_what_is_there() {
        let fields = text_fields(RecordKind::Meeting);
        let found = |clears, input| written_text(fields, clears, &input, "");
        let deep = json!({"date": "2026-01-01", "attendances": [{"headCount": 1}, {"function": "Leitung"}]});
        assert_eq!(found(false, deep), Some("attendances[1].function".into()));
        assert_eq!(found(false, json!({"title": null, "mode": "PHONE"})), None);
        assert_eq!(found(true, json!({"title": null})), Some("title".into()));
        assert_eq!(found(true, json!({"reason": "Tippfehler"})), None);
    }
}
