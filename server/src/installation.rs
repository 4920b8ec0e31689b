//! What the installation itself does with accounts and rights, on the word of whoever may use its
//! command line.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use querschnitt_domain::access::OperationKind;
use querschnitt_domain::{ActorId, CentreKey, CommandId, Decision, RecordId, Role};
use querschnitt_policy::{Action, Cell, Policy, Relation, Relations};
use querschnitt_projections::State;
use querschnitt_projections::facts::AccessFacts;
use querschnitt_store::{Actor, ExecuteError, Executed, Log as _};
use uuid::Uuid;

use crate::exit::{Failure, german, with_causes};
use crate::office::Office;
use crate::shown::Shown;

/// How long a command waits until the running server's views know what it did.
const WAIT: Duration = Duration::from_secs(30);

/// Who acts: always the same account, in the centre concerned.
pub(crate) fn actor(centre: CentreKey) -> Actor {
    let id = ActorId(Uuid::new_v5(
        &Uuid::NAMESPACE_OID,
        b"querschnitt installation",
    ));
    Actor::new(id, Role::Operator, centre)
}

/// Whether the one policy lets whoever runs the installation do this.
pub(crate) fn permitted(asked: (Cell, Action, Relation)) -> Result<(), Failure> {
    let policy = Policy::load().map_err(|error| {
        Failure::failed(format!(
            "Die Regeln, wer was sehen und eintragen darf, sind ungültig: {error}"
        ))
    })?;
    permitted_by(&policy, asked)
}

fn permitted_by(
    policy: &Policy,
    (cell, action, relation): (Cell, Action, Relation),
) -> Result<(), Failure> {
    if policy.allows(Role::Operator, cell, action, Relations::of([relation])) {
        return Ok(());
    }
    Err(Failure::failed(format!(
        "Die Regeln erlauben dem Betrieb das nicht ({}); es wurde nichts getan.",
        cell.as_str()
    )))
}

/// Notes in the access log that the command line shows texts of these accounts.
pub(crate) async fn note_shown(
    office: &Office,
    command: &'static str,
    accounts: impl IntoIterator<Item = (CentreKey, ActorId)>,
) -> Result<(), Failure> {
    let mut by_centre: BTreeMap<CentreKey, BTreeSet<RecordId>> = BTreeMap::new();
    for (centre, account) in accounts {
        by_centre
            .entry(centre)
            .or_default()
            .insert(account.record());
    }
    let Some(log) = office.access_log().await? else {
        return Ok(());
    };
    for (centre, records) in by_centre {
        let shown = Shown {
            actor: actor(centre),
            kind: OperationKind::CommandLine,
            name: command,
            purpose: "TECHNICAL_CHECK",
        };
        let records: Vec<RecordId> = records.into_iter().collect();
        let noted = shown.note(&log, Cell::Grants, &records).await;
        noted.map_err(|error| {
            Failure::failed(format!(
                "Zurzeit lässt sich nicht protokollieren, wer etwas liest; deshalb wird nichts gezeigt: {}",
                german(&error.to_string())
            ))
        })?;
    }
    Ok(())
}

/// Carries a decision out; where a server runs, it counts there from now on.
pub(crate) async fn execute<D>(
    office: &Office,
    centre: CentreKey,
    decision: &D,
) -> Result<Executed, Failure>
where
    D: Decision + Sync,
    D::Facts: Send,
{
    let command = CommandId(Uuid::now_v7());
    let input = command.0.as_bytes();
    let executed = office
        .executor()
        .execute(&actor(centre), command, input, decision)
        .await
        .map_err(failure)?;
    if let Some(runner) = office.runner() {
        // One that has stopped, or has a long way to go, takes no requests either.
        let _ = runner.wait_for(executed.position, WAIT).await;
    }
    Ok(executed)
}

fn failure(error: ExecuteError) -> Failure {
    match error {
        ExecuteError::Rejected(rejection) => {
            let field = rejection.field.map(|field| format!("{field}: "));
            Failure::failed(format!(
                "{}{}",
                field.unwrap_or_default(),
                rejection.message
            ))
        }
        ExecuteError::Log(error) => error.into(),
        ExecuteError::Vault(error) => error.into(),
        ExecuteError::Unavailable { reason } => Failure::failed(format!(
            "Es kann nichts eingetragen werden: {}.",
            german(&reason)
        )),
        ExecuteError::Busy { .. } => Failure::failed(
            "Andere haben dasselbe Konto im selben Augenblick geändert; bitte noch einmal versuchen.",
        ),
        ExecuteError::Randomness(error) => {
            Failure::failed(format!("Das System gibt keine Zufallszahlen her: {error}"))
        }
    }
}

/// Looks into what is known of accounts: in the views of a running server, otherwise in the log.
pub(crate) async fn with_access<T: Send + 'static>(
    office: &Office,
    look: impl FnOnce(&AccessFacts) -> T,
) -> Result<T, Failure> {
    let head = office.log().head();
    if let Some(runner) = office.runner() {
        let caught_up = runner.wait_for(head, WAIT);
        if caught_up.await.is_ok() {
            return Ok(look(runner.read().facts().access()));
        }
    }
    let state = State::rebuild(office.log().as_ref(), head)
        .await
        .map_err(|error| Failure::failed(with_causes(&error)))?;
    Ok(look(state.facts().access()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::{IMPORT, INTEGRITY};

    #[test]
    fn the_command_line_does_nothing_that_the_policy_has_no_rule_for() {
        let grants = |action| (Cell::Grants, action, Relation::Technical);
        for (file, asked) in [
            ("import.cedar", IMPORT),
            ("log.cedar", INTEGRITY),
            ("account.cedar", grants(Action::Read)),
            ("account.cedar", grants(Action::Write)),
        ] {
            assert_eq!(permitted(asked), Ok(()));
            let mut files = Policy::files().to_vec();
            files.retain(|(name, _)| *name != file);
            let without = Policy::of_files(&files).unwrap();
            let refused = permitted_by(&without, asked).unwrap_err();
            assert!(refused.message.contains("nichts getan"), "{refused}");
        }
    }

    #[test]
    fn the_command_line_does_what_the_matrix_lets_whoever_runs_the_installation_do() {
        for asked in [
            (Cell::Grants, Action::Write, Relation::Technical),
            (Cell::Grants, Action::Read, Relation::Technical),
            (Cell::LogIntegrity, Action::Read, Relation::All),
            (Cell::Import, Action::Write, Relation::Technical),
        ] {
            assert_eq!(permitted(asked), Ok(()), "{asked:?}");
        }
        for asked in [
            (Cell::Grants, Action::Write, Relation::Centre),
            (Cell::AccessLog, Action::Read, Relation::All),
            (Cell::ConsultationText, Action::Read, Relation::Centre),
        ] {
            let failure = permitted(asked).unwrap_err();
            assert!(failure.message.contains(asked.0.as_str()), "{failure}");
        }
    }
}
