//! What commands change of a body's description, and its checks.

use time::Date;

use super::{NetworkFacts, state};
use crate::values::{ActionArea, BodyType, KiRole, LegalNature};
use crate::{Change, Context, NetworkId, Rejection, Text, check};

/// What changes. What is not named stays.
#[derive(Clone, Debug, Default)]
pub struct NetworkInput {
    /// Its name, at most [`Text::NAME`] characters.
    pub name: Option<Text>,
    /// Gremienart.
    pub body_type: Option<BodyType>,
    /// Its legal nature.
    pub legal_nature: Change<LegalNature>,
    /// What the centre is in it.
    pub ki_role: Change<KiRole>,
    /// All its Handlungsfelder, each once.
    pub action_areas: Option<Vec<ActionArea>>,
    /// A note on it.
    pub note: Change<Text>,
}

impl NetworkInput {
    /// What the body is with this change in it, checked; its texts sealed.
    pub(super) fn over(
        &self,
        before: &NetworkFacts,
        network: NetworkId,
        day: Date,
        context: &Context,
    ) -> Result<NetworkFacts, Rejection> {
        state::line("name", self.name.as_ref(), Text::NAME)?;
        if let Some(body_type) = self.body_type {
            state::body_type(body_type, day)?;
        }
        check::valid_on_option("legalNature", self.legal_nature.apply(None), day)?;
        check::valid_on_option("kiRole", self.ki_role.apply(None), day)?;
        let action_areas = match &self.action_areas {
            Some(areas) => state::action_areas(areas, day)?,
            None => before.action_areas.clone(),
        };
        state::note("note", self.note.as_ref().apply(None))?;
        let subject = network.record();
        Ok(NetworkFacts {
            name: self
                .name
                .as_ref()
                .map_or(before.name, |name| context.seal(subject, name)),
            body_type: self.body_type.unwrap_or(before.body_type),
            legal_nature: self.legal_nature.apply(before.legal_nature),
            ki_role: self.ki_role.apply(before.ki_role),
            action_areas,
            note: self
                .note
                .as_ref()
                .map(|note| context.seal(subject, note))
                .apply(before.note),
        })
    }
}
