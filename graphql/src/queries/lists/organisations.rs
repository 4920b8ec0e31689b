//! Organisationen: the register of the centre.

use async_graphql::{Context, Enum, Error, InputObject, Object};
use querschnitt_projections::views::{OrganisationFilter as Filter, OrganisationOrder as Order};

use super::filters;
use super::{Asked, SortDirection, page};
use crate::objects::Organisation;
use crate::page::{PageArguments, Records};
use crate::scalars::{AsOf, CentreRelation, LegalArea, OrganisationKind, Position};
use crate::viewer::Readable;

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

/// The list.
#[derive(Default)]
pub(super) struct OrganisationList;

#[Object]
impl OrganisationList {
    /// Organisationen: the register of the centre.
    #[expect(
        clippy::too_many_arguments,
        reason = "they are the arguments of the GraphQL field"
    )]
    async fn organisations(
        &self,
        context: &Context<'_>,
        filter: Option<OrganisationFilter>,
        #[graphql(desc = "What it is sorted by.")] order: Option<OrganisationOrder>,
        #[graphql(desc = "Which way it is sorted; ascending when absent.")] direction: Option<
            SortDirection,
        >,
        #[graphql(desc = "As the book knew it then.")] as_of: Option<AsOf>,
        #[graphql(desc = "Wait for this position first.")] at_least: Option<Position>,
        #[graphql(desc = "1 to 100; one of first and last is required.")] first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "1 to 100; one of first and last is required.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Records<Organisation>, Error> {
        let filter = filter.unwrap_or_default().view()?;
        let order: Order = order.map(Into::into).unwrap_or_default();
        let asked = Asked {
            class: Readable::Organisations,
            page: PageArguments {
                first,
                after,
                last,
                before,
            },
            direction: direction.unwrap_or(SortDirection::Ascending),
            as_of,
            at_least,
        };
        page(
            context,
            asked,
            |state, seen, slice| state.organisations(seen, &filter, order, slice),
            |state, seen| state.count_organisations(seen, &filter),
            |row, at| Organisation {
                row: row.clone(),
                at,
            },
        )
        .await
    }
}
