//! Who asks.

use async_graphql::{Context, Error, ID, Object, SimpleObject};
use querschnitt_domain::ActorId;
use querschnitt_policy::Cell;
use querschnitt_projections::facts::Acting as Held;
use querschnitt_store::berlin_date;

use crate::objects::{Centre, Role, TokenScope, account};
use crate::services::{internal, reader, services, viewer};

/// Whoever asks, in the one role that was chosen.
#[derive(SimpleObject)]
#[graphql(complex)]
struct Viewer {
    /// The account: what reviews are assigned to, and what events name as `actor`.
    account: ID,
    /// The role.
    role: &'static str,
    /// The centre whose book can be read.
    centre: Centre,
    /// The grant that was chosen; null for a machine, whose token says its role.
    grant: Option<ID>,
    /// The account that is represented.
    deputy_for: Option<ID>,
    /// Umfang: what can be done within the role.
    scopes: Vec<TokenScope>,
    #[graphql(skip)]
    id: ActorId,
}

/// A role somebody may choose by the header `Querschnitt-Grant`.
#[derive(SimpleObject)]
struct Acting {
    /// The grant: the value of the header.
    grant: ID,
    /// The role.
    role: Role,
    /// The centre it holds in.
    centre: Centre,
    /// The account that is represented; null in a role of one's own.
    deputy_for: Option<ID>,
}

#[async_graphql::ComplexObject]
impl Viewer {
    /// The own name; null for a machine whose token says none, or when it was erased.
    async fn name(&self, context: &Context<'_>) -> Result<Option<String>, Error> {
        let services = services(context)?;
        let name = {
            let state = services.runner.read();
            state.facts().access().account(self.id).map(|row| row.name)
        };
        let Some(name) = name else { return Ok(None) };
        let text = services.executor.vault().text(self.id.record(), &name);
        text.map(|text| text.map(|text| text.as_str().to_owned()))
            .map_err(|error| internal(&error))
    }

    /// Notzugriffe of the last 30 days in the centre, for whoever is to be shown them: the data-protection
    /// officer. Null for others. What they are, `glassBreaks` tells.
    async fn recent_glass_breaks(&self, context: &Context<'_>) -> Result<Option<i32>, Error> {
        let Ok(viewer) = reader(context, Cell::AccessLog) else {
            return Ok(None);
        };
        let services = services(context)?;
        let now = services.executor.clock().now();
        let state = services.runner.read();
        let count = state.glasses_to_show(viewer.centre(), now).count();
        Ok(Some(i32::try_from(count).unwrap_or(i32::MAX)))
    }

    /// Rollen the account may choose today, those of people it represents last. Empty for a machine.
    async fn grants(&self, context: &Context<'_>) -> Result<Vec<Acting>, Error> {
        let services = services(context)?;
        let today = berlin_date(services.executor.clock().now());
        let held = {
            let state = services.runner.read();
            state.facts().access().grants_of(self.id, today)
        };
        Ok(held.into_iter().filter_map(acting).collect())
    }
}

fn acting(held: Held) -> Option<Acting> {
    Some(Acting {
        grant: held.grant?.to_string().into(),
        role: held.role.into(),
        centre: Centre(held.centre),
        deputy_for: held.deputy_for.map(account),
    })
}

/// The query of who asks.
#[derive(Default)]
pub(crate) struct ViewerQueries;

#[Object]
impl ViewerQueries {
    /// Anmeldung: the account, and the role and centre in which it acts.
    async fn viewer(&self, context: &Context<'_>) -> Result<Viewer, Error> {
        let viewer = viewer(context)?;
        Ok(Viewer {
            account: account(viewer.actor.id),
            role: viewer.actor.role.as_str(),
            centre: Centre(viewer.centre()),
            grant: viewer.grant.map(|grant| grant.to_string().into()),
            deputy_for: viewer.actor.on_behalf_of.map(account),
            scopes: viewer.scopes.iter().map(Into::into).collect(),
            id: viewer.actor.id,
        })
    }
}
