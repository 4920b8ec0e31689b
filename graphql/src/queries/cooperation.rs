//! Everything with one organisation.

use async_graphql::{Context, Error, ID, Object, SimpleObject};
use querschnitt_domain::{OrganisationId, RecordId};
use querschnitt_projections::facts::{
    AgreementRow, ConsultationRow, MeetingRow, MembershipRow, OrganisationRow,
};

use super::point;
use crate::access_log;
use crate::input;
use crate::objects::{Agreement, Consultation, Meeting, Membership, Organisation};
use crate::page::{LARGEST, number};
use crate::rights::coded;
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
        let entries = found.entries.iter();
        let entries: Vec<_> = entries
            .filter_map(|id| seen.row(organisations, *id))
            .collect();
        let (mut consultations, mut memberships) = (found.consultations, found.memberships);
        let (mut meetings, mut agreements) = (found.meetings, found.agreements);
        let (consultation_count, meeting_count) = (consultations.len(), meetings.len());
        let agreement_count = agreements.len();
        consultations.truncate(first);
        memberships.truncate(first);
        meetings.truncate(first);
        agreements.truncate(first);
        note(
            context,
            "entries",
            entries.iter().map(|row| row.id.record()),
        );
        note(
            context,
            "consultations",
            consultations.iter().map(|row| row.id.record()),
        );
        note(
            context,
            "memberships",
            memberships.iter().map(|row| row.network.record()),
        );
        note(
            context,
            "meetings",
            meetings.iter().map(|row| row.id.record()),
        );
        note(
            context,
            "agreements",
            agreements.iter().map(|row| row.id.record()),
        );
        let organisation = |row: &OrganisationRow| Organisation {
            row: row.clone(),
            at,
        };
        let consultation = |row: &ConsultationRow| Consultation {
            row: row.clone(),
            at,
        };
        let meeting = |row: &MeetingRow| Meeting {
            row: row.clone(),
            at,
        };
        let agreement = |row: &AgreementRow| Agreement {
            row: row.clone(),
            at,
        };
        let membership = |row: &MembershipRow| Membership::new(row.clone(), at);
        Ok(Some(Cooperation {
            entries: entries.into_iter().map(organisation).collect(),
            consultation_count: number(consultation_count),
            consultations: consultations.into_iter().map(consultation).collect(),
            memberships: memberships.into_iter().map(membership).collect(),
            meeting_count: number(meeting_count),
            meetings: meetings.into_iter().map(meeting).collect(),
            agreement_count: number(agreement_count),
            agreements: agreements.into_iter().map(agreement).collect(),
        }))
    }
}

/// Notes for the access log what a list shows, where it is asked for.
fn note(context: &Context<'_>, field: &str, records: impl Iterator<Item = RecordId>) {
    if context.look_ahead().field(field).exists() {
        for record in records {
            access_log::seen(context, record, coded(record.kind));
        }
    }
}
