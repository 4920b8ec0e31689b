//! Organisationen: the register of the centre.

use async_graphql::{Enum, Error, InputObject};
use querschnitt_projections::State;
use querschnitt_projections::views::OrganisationFilter as Filter;

use super::filters;
use crate::objects::Organisation;
use crate::scalars::{CentreRelation, LegalArea, OrganisationKind};

/// Which entries of the list are shown; every field given narrows it.
#[derive(InputObject, Default)]
struct OrganisationFilter {
    /// Words the name has to have, in any order; beginnings of words are enough. Letters are compared
    /// in the search form of DIN 91379 (ä as AE, ß as SS, ø as OE …).
    search: Option<String>,
    /// Organisationsart.
    kind: Option<OrganisationKind>,
    /// Rechtskreis it stands for.
    legal_area: Option<LegalArea>,
    /// How it stands to the centre.
    relation: Option<CentreRelation>,
    /// Also entries that were found to be the same as another.
    include_same: Option<bool>,
}

impl OrganisationFilter {
    fn view(&self) -> Result<Filter, Error> {
        Ok(Filter {
            search: self.search.clone(),
            kind: filters::code("kind", self.kind.as_ref())?,
            legal_area: filters::code("legalArea", self.legal_area.as_ref())?,
            relation: filters::code("relation", self.relation.as_ref())?,
            include_same: self.include_same.unwrap_or_default(),
        })
    }
}

/// What the list is sorted by.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "querschnitt_projections::views::OrganisationOrder")]
enum OrganisationOrder {
    /// By name, in search form.
    Name,
    /// By when it was registered.
    Recorded,
}

list! {
    /// Organisationen: the register of the centre.
    OrganisationList { organisations: [Organisation] }
    filter: OrganisationFilter,
    order: OrganisationOrder,
    direction: Ascending ("Which way it is sorted; ascending when absent."),
    cell: Organisation,
    rows: State::organisations,
    count: State::count_organisations,
}
