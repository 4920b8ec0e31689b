//! What the head does with the units of the authority.

use async_graphql::{Context, Error, ID, InputObject, Object};
use querschnitt_domain::unit::{DeclareUnit, KnownNames, RenameUnit, UnitName};
use querschnitt_domain::{Rejection, UnitId};
use querschnitt_store::UnitNames;
use uuid::Uuid;

use super::{ask_first, carry_out_asked, refused_before};
use crate::command::Asked;
use crate::input;
use crate::objects::Unit;
use crate::services::{internal, services, viewer};

payload! {
    /// What a mutation of a unit gives back.
    UnitPayload {
        /// The unit as it stands now; null when there are errors.
        unit: Unit
    }
}

/// Enters a unit into the register of a centre.
#[derive(InputObject)]
struct DeclareUnitInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The centre's official key.
    centre: ID,
    /// What it is called: an office, never a person; at most 80 characters. No two units have the same name.
    name: String,
}

impl DeclareUnitInput {
    fn decision(&self, known_names: KnownNames) -> Result<DeclareUnit, Rejection> {
        Ok(DeclareUnit {
            centre: input::centre("centre", &self.centre)?,
            name: UnitName::new("name", &self.name)?,
            known_names,
            imported: false,
        })
    }
}

/// Gives a unit another name.
#[derive(InputObject)]
struct RenameUnitInput {
    /// The command's id, made by the client; the same id again records nothing twice.
    command_id: Uuid,
    /// The unit.
    id: ID,
    /// What it is called from now on: an office, never a person; at most 80 characters.
    name: String,
    /// Why.
    reason: Option<String>,
    /// The version the client read.
    expected_version: Option<i32>,
}

/// Mutations of units.
#[derive(Default)]
pub(crate) struct UnitMutations;

#[Object]
impl UnitMutations {
    /// Organisationseinheit eintragen.
    async fn declare_unit(
        &self,
        context: &Context<'_>,
        input: DeclareUnitInput,
    ) -> Result<UnitPayload, Error> {
        let asked = ask_first::<UnitPayload>(context, None)?;
        let known = known_names(context, &asked).await?;
        let decision = known.and_then(|known| input.decision(known));
        carry_out_asked(context, input.command_id, None, asked, decision).await
    }

    /// Organisationseinheit umbenennen. What was counted by it stays.
    async fn rename_unit(
        &self,
        context: &Context<'_>,
        input: RenameUnitInput,
    ) -> Result<UnitPayload, Error> {
        let centre = viewer(context)?.centre();
        let about = Some(&input.id);
        let asked = ask_first::<UnitPayload>(context, about)?;
        let known = known_names(context, &asked).await?;
        let decision = || {
            Ok(RenameUnit {
                centre,
                unit: input::id::<UnitId>("id", &input.id)?,
                expected_version: input::version(input.expected_version)?,
                name: UnitName::new("name", &input.name)?,
                reason: input::text("reason", input.reason.as_ref())?,
                known_names: known?,
            })
        };
        carry_out_asked(context, input.command_id, about, asked, decision()).await
    }
}

/// The names of the units of the viewer's centre, for whom the policy lets write them.
async fn known_names(
    context: &Context<'_>,
    asked: &Asked,
) -> Result<Result<KnownNames, Rejection>, Error> {
    if let Err(refused) = refused_before(asked) {
        return Ok(Err(refused));
    }
    let centre = viewer(context)?.centre();
    let names = UnitNames::read(&services(context)?.executor, centre).await;
    Ok(Ok(names.map_err(|error| internal(&error))?.known()))
}
