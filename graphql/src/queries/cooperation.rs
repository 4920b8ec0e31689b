//! Everything with one organisation.

use async_graphql::{Context, Error, ID, Object, SimpleObject};
use querschnitt_domain::OrganisationId;

use super::point;
use crate::input;
use crate::objects::{Agreement, Consultation, Meeting, Membership, Organisation};
use crate::page::{LARGEST, number};
use crate::scalars::{AsOf, Position};
use crate::services::{coded_field, reach, reader, services};
use querschnitt_policy::Cell;

/// Zusammenarbeit: what the centre did with one organisation, under all its entries in the
/// register; each list with the newest first.
#[derive(SimpleObject)]
pub(crate) struct Cooperation {
    /// Its entries, the one that stands for them first.
    entries: Vec<Organisation>,
    /// How many consultations there are in all.
    consultation_count: i64,
    /// Consultations that advised it or are linked to it.
    consultations: Vec<Consultation>,
    /// Its memberships, also those that have ended.
    memberships: Vec<Membership>,
    /// How many meetings there are in all.
    meeting_count: i64,
    /// Meetings it came to.
    meetings: Vec<Meeting>,
    /// How many agreements there are in all.
    agreement_count: i64,
    /// Agreements it is responsible for.
    agreements: Vec<Agreement>,
}

/// Queries of cooperation.
#[derive(Default)]
pub(crate) struct CooperationQueries;

#[Object]
impl CooperationQueries {
    /// Zusammenarbeit mit einer Organisation: consultations, memberships, meetings, agreements. Null
    /// when the organisation does not exist for the viewer.
    async fn cooperation(
        &self,
        context: &Context<'_>,
        organisation_id: ID,
        #[graphql(
            desc = "How many entries each list shows at most, 1 to 100.",
            default = 100
        )]
        first: i32,
        #[graphql(desc = "As the book knew it then.")] as_of: Option<AsOf>,
        #[graphql(desc = "Wait for this position first.")] after: Option<Position>,
    ) -> Result<Option<Cooperation>, Error> {
        reader(context, Cell::Organisation)?;
        let first = usize::try_from(first)
            .ok()
            .filter(|_| (1..=LARGEST).contains(&first))
            .ok_or_else(|| {
                coded_field(
                    "BAD_PAGE",
                    "first",
                    "„first“ muss zwischen 1 und 100 liegen.",
                )
            })?;
        let Ok(organisation) = input::id::<OrganisationId>("organisationId", &organisation_id)
        else {
            return Ok(None);
        };
        let at = point(context, as_of.as_ref(), after.as_ref()).await?;
        let state = services(context)?.runner.read();
        let reach = reach(context, &state)?;
        let seen = reach.seen(at);
        let Some(found) = state.cooperation(seen, organisation) else {
            return Ok(None);
        };
        let organisations = state.facts().organisations();
        Ok(Some(Cooperation {
            entries: found
                .entries
                .iter()
                .filter_map(|id| seen.row(organisations, *id))
                .map(|row| Organisation {
                    row: row.clone(),
                    at,
                })
                .collect(),
            consultation_count: number(found.consultations.len()),
            consultations: found
                .consultations
                .into_iter()
                .take(first)
                .map(|row| Consultation {
                    row: row.clone(),
                    at,
                })
                .collect(),
            memberships: found
                .memberships
                .into_iter()
                .take(first)
                .map(|row| Membership::new(row.clone(), at))
                .collect(),
            meeting_count: number(found.meetings.len()),
            meetings: found
                .meetings
                .into_iter()
                .take(first)
                .map(|row| Meeting {
                    row: row.clone(),
                    at,
                })
                .collect(),
            agreement_count: number(found.agreements.len()),
            agreements: found
                .agreements
                .into_iter()
                .take(first)
                .map(|row| Agreement {
                    row: row.clone(),
                    at,
                })
                .collect(),
        }))
    }
}
