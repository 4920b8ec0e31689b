//! Mutations in a world of the tests.

use serde_json::{Value, json};

use super::world::World;
use crate::viewer::Viewer;

impl World {
    /// Carries out a mutation, which must not be refused, and gives the record's id.
    pub(super) async fn mutate(
        &self,
        viewer: &Viewer,
        field: &str,
        of: &str,
        input: Value,
    ) -> String {
        let answer = self.try_mutation(viewer, field, of, input).await;
        let done = &answer["data"]["done"];
        assert_eq!(done["errors"], json!([]), "{field}: {answer}");
        done["record"]["id"].as_str().unwrap_or_default().to_owned()
    }

    /// Carries out a mutation.
    pub(super) async fn try_mutation(
        &self,
        viewer: &Viewer,
        field: &str,
        of: &str,
        mut input: Value,
    ) -> Value {
        input["commandId"] = json!(self.command());
        let kind = format!("{}{}Input", field[..1].to_uppercase(), &field[1..]);
        let query = format!(
            "mutation($input: {kind}!) {{ done: {field}(input: $input) {{ record: {of} {{ id }} position errors {{ code field message }} }} }}"
        );
        self.ask(viewer, &query, json!({ "input": input })).await
    }

    /// Records a consultation with texts.
    pub(super) async fn consult(&self, viewer: &Viewer, number: u32) -> String {
        let input = json!({
            "centre": viewer.actor.centre.as_str(), "occurredOn": "2025-11-0".to_owned() + &(number + 1).to_string(),
            "type": "PROFESSIONAL", "mode": "PHONE", "durationMinutes": 30, "targetGroup": "SCHOOL",
            "actionAreas": ["X_WORK"], "subject": "Thema", "note": "Notiz",
        });
        self.mutate(viewer, "recordConsultation", "consultation", input)
            .await
    }
}
