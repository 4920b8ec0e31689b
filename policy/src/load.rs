//! Reading the policy: parsed, and checked against its schema and against what this program asks. Whatever
//! is wrong is said with the name of the file, and the program does not start.

use cedar_policy::{PolicyId, PolicySet, Request, Schema, ValidationMode, Validator};

use crate::policy::{Names, context};
use crate::relation::Relations;

/// The schema of the policies.
pub(crate) const SCHEMA: &str = include_str!("../schema.cedarschema");

macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("../policies/", $name)))),+]
    };
}

/// The policies, a file for each class of records.
pub(crate) const POLICIES: &[(&str, &str)] = files![
    "organisation.cedar",
    "consultation.cedar",
    "review.cedar",
    "meeting.cedar",
    "case.cedar",
    "case_conference.cedar",
    "consent.cedar",
    "theme.cedar",
    "figure.cedar",
    "report.cedar",
    "access_log.cedar",
    "log.cedar",
    "account.cedar",
    "letterhead.cedar",
    "exception.cedar",
    "import.cedar",
];

/// Why the policy was refused. It decides nothing then.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PolicyError {
    /// The schema can't be read.
    #[error("the schema of the policy (schema.cedarschema) can't be read: {0}")]
    Schema(String),
    /// A file can't be read.
    #[error("the policy file {file} can't be read: {problem}")]
    Syntax {
        /// Which file.
        file: String,
        /// What Cedar says.
        problem: String,
    },
    /// The policies do not fit the schema: a wrong name, a wrong type, a rule that can never apply.
    #[error("the policy does not fit its schema: {0}")]
    Invalid(String),
    /// The schema and this program disagree about what can be asked.
    #[error("the schema of the policy does not fit this program: {0}")]
    OtherNames(String),
}

impl PolicyError {
    pub(crate) fn name(kind: &str, name: &str, error: &dyn std::fmt::Display) -> Self {
        Self::OtherNames(format!("{kind} {name}: {error}"))
    }
}

/// The checked policies and the names to ask with.
pub(crate) fn load(
    schema: &str,
    files: &[(&str, &str)],
) -> Result<(PolicySet, Names), PolicyError> {
    let (schema, warnings) =
        Schema::from_cedarschema_str(schema).map_err(|error| PolicyError::Schema(full(&error)))?;
    if let Some(warning) = warnings.into_iter().next() {
        return Err(PolicyError::Schema(warning.to_string()));
    }
    let names = Names::new()?;
    fits(&schema, &names)?;
    let policies = parse(files)?;
    let result = Validator::new(schema).validate(&policies, ValidationMode::Strict);
    if result.validation_passed_without_warnings() {
        return Ok((policies, names));
    }
    let named = |id: &PolicyId, problem: String| format!("{id}: {problem}");
    let errors = result.validation_errors();
    let errors = errors.map(|error| named(error.policy_id(), full(error)));
    let warnings = result.validation_warnings();
    let warnings = warnings.map(|warning| named(warning.policy_id(), full(warning)));
    let problems: Vec<String> = errors.chain(warnings).collect();
    Err(PolicyError::Invalid(problems.join("; ")))
}

/// All files as one set; each policy is called by its file and its number in it.
fn parse(files: &[(&str, &str)]) -> Result<PolicySet, PolicyError> {
    let mut all = PolicySet::new();
    for (file, text) in files {
        let syntax = |problem: String| PolicyError::Syntax {
            file: (*file).to_owned(),
            problem,
        };
        let of_file: PolicySet = text
            .parse()
            .map_err(|error: cedar_policy::ParseErrors| syntax(full(&error)))?;
        if of_file.num_of_templates() > 0 {
            return Err(syntax(
                "templates (?principal, ?resource) are not used here".into(),
            ));
        }
        for policy in of_file.policies() {
            // Cedar counts from 0: "policy0".
            let number = policy.id().to_string().replacen("policy", "", 1);
            let number = number.parse::<usize>().map_or(0, |number| number + 1);
            let id = PolicyId::new(format!("{file}, rule {number}"));
            all.add(policy.new_id(id))
                .map_err(|error| syntax(full(&error)))?;
        }
    }
    Ok(all)
}

/// Whether everything this program asks is known to the schema.
fn fits(schema: &Schema, names: &Names) -> Result<(), PolicyError> {
    let nothing = context(Relations::NONE)
        .ok_or_else(|| PolicyError::OtherNames("the relations can't be put into words".into()))?;
    for role in names.roles.values() {
        for cell in names.cells.values() {
            for action in names.actions.values() {
                Request::new(
                    role.clone(),
                    action.clone(),
                    cell.clone(),
                    nothing.clone(),
                    Some(schema),
                )
                .map_err(|error| PolicyError::OtherNames(full(&error)))?;
            }
        }
    }
    Ok(())
}

/// An error with its causes, in one line.
fn full(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        let said = next.to_string();
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        cause = next.source();
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
