//! Who asks.

use async_graphql::{Context, Error, ID, Object, SimpleObject};

use crate::objects::{Centre, account};
use crate::services::viewer;

/// Whoever asks, as the token says.
#[derive(SimpleObject)]
struct Viewer {
    /// The account: what reviews are assigned to, and what events name as `actor`.
    account: ID,
    /// The role.
    role: &'static str,
    /// The centre whose book can be read.
    centre: Centre,
}

/// The query of who asks.
#[derive(Default)]
pub(crate) struct ViewerQueries;

#[Object]
impl ViewerQueries {
    /// Anmeldung: the account, role and centre of the token.
    async fn viewer(&self, context: &Context<'_>) -> Result<Viewer, Error> {
        let viewer = viewer(context)?;
        Ok(Viewer {
            account: account(viewer.actor.id),
            role: viewer.actor.role.as_str(),
            centre: Centre(viewer.centre()),
        })
    }
}
