//! The units that a request or an import names: the query finds them, and each must be declared.

use std::collections::BTreeSet;

use super::import::ImportReview;
use super::request::RequestReview;
use super::state::Reviews;
use crate::context::Context;
use crate::id::{OrganisationId, RecordId, UnitId};
use crate::rejection::Rejection;
use crate::unit;

impl RequestReview {
    /// The other records it names: who applies, and units.
    pub(super) fn named(&self) -> impl Iterator<Item = RecordId> {
        let units = [self.department, self.unit].into_iter().flatten();
        let applicant = self.applicant.map(OrganisationId::record);
        applicant.into_iter().chain(units.map(UnitId::record))
    }

    /// The units it names must be declared.
    pub(super) fn require_units(
        &self,
        known: &Reviews,
        context: &Context,
    ) -> Result<(), Rejection> {
        for (field, unit) in [("department", self.department), ("unit", self.unit)] {
            if let Some(unit) = unit {
                unit::require(&known.existing, field, unit, context)?;
            }
        }
        Ok(())
    }
}

impl ImportReview {
    /// The other records it names, each once: hundreds of steps name a few units.
    pub(super) fn named(&self) -> BTreeSet<RecordId> {
        let units = self.steps.iter().filter_map(|step| step.unit);
        let named = self.content.named().chain(units.map(UnitId::record));
        named.collect()
    }

    /// The units it names must be declared, those of the steps too.
    pub(super) fn require_units(
        &self,
        known: &Reviews,
        context: &Context,
    ) -> Result<(), Rejection> {
        self.content.require_units(known, context)?;
        for (index, step) in self.steps.iter().enumerate() {
            if let Some(unit) = step.unit {
                let field = format!("steps[{index}].unit");
                unit::require(&known.existing, &field, unit, context)?;
            }
        }
        Ok(())
    }
}
