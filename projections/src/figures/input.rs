//! What figures read: the rows that stood at a position, of the centres the reader may see, and
//! where each of them counts.

use std::cell::OnceCell;
use std::collections::HashSet;

use querschnitt_domain::values::LegalArea;
use querschnitt_domain::{CentreKey, NetworkId, OrganisationId};
use time::Date;

use super::place::{Columns, NOT_STATED, Part, Place};
use crate::ActionAreaSet;
use crate::dimension::{CentreSet, Dimension};
use crate::facts::{
    AgreementRow, Canonicals, ConsultationRow, Ended, Facts, MeetingRow, MeetingState, NetworkRow,
    ReviewRow,
};
use crate::period::Period;
use crate::until::Until;

/// See the module.
pub(super) struct Input<'a> {
    facts: &'a Facts,
    position: u64,
    centres: CentreSet,
    period: Period,
    pub(super) columns: Columns,
    canonicals: OnceCell<Canonicals>,
    until: &'a Until,
}

/// A piece of the period, for figures that look at what was at its end.
pub(super) struct Span {
    pub(super) period: Period,
    part: Part,
    piece: u16,
}

impl<'a> Input<'a> {
    pub(super) const fn new(
        facts: &'a Facts,
        position: u64,
        centres: CentreSet,
        period: Period,
        columns: Columns,
        until: &'a Until,
    ) -> Self {
        Self {
            facts,
            position,
            centres,
            period,
            columns,
            canonicals: OnceCell::new(),
            until,
        }
    }

    /// Whether there is time to go on; for figures that do more than read rows.
    pub(super) fn goes_on(&self) -> bool {
        self.until.goes_on()
    }

    /// Whether the reader may see what is in this centre's book.
    pub(super) const fn sees(&self, centre: CentreKey) -> bool {
        self.centres.contains(centre)
    }

    /// The centres that count.
    pub(super) const fn centres(&self) -> CentreSet {
        self.centres
    }

    /// Every consultation.
    pub(super) fn consultations(&self) -> impl Iterator<Item = &'a ConsultationRow> {
        let rows = self.facts.consultations().all_at(self.position);
        self.until.watch(rows)
    }

    /// Every meeting that was held.
    pub(super) fn held_meetings(&self) -> impl Iterator<Item = &'a MeetingRow> {
        let rows = self.facts.meetings().all_at(self.position);
        let rows = self.until.watch(rows);
        rows.filter(|row| row.state == MeetingState::Held)
    }

    /// Every agreement.
    pub(super) fn agreements(&self) -> impl Iterator<Item = &'a AgreementRow> {
        let rows = self.facts.agreements().all_at(self.position);
        self.until.watch(rows)
    }

    /// Every review.
    pub(super) fn reviews(&self) -> impl Iterator<Item = &'a ReviewRow> {
        let rows = self.facts.reviews().all_at(self.position);
        self.until.watch(rows)
    }

    /// Every request once: a new version of a statement is none of its own, unless the version before it
    /// does not stand.
    pub(super) fn requests(&self) -> impl Iterator<Item = &'a ReviewRow> {
        self.reviews().filter(|row| {
            row.supersedes
                .is_none_or(|old| self.facts.reviews().at(old, self.position).is_none())
        })
    }

    /// Every request whose statement went out, with the statement.
    pub(super) fn issued(&self) -> impl Iterator<Item = (&'a ReviewRow, Ended)> {
        self.requests().filter_map(|row| Some((row, row.issued()?)))
    }

    /// Whether a later version of this statement went out and was decided on.
    pub(super) fn is_decided_later(&self, row: &ReviewRow) -> bool {
        let mut next = row.details.next_version;
        while let Some(version) = next.and_then(|id| self.facts.reviews().at(id, self.position)) {
            if version.issued().is_some() && version.funding.is_some() {
                return true;
            }
            next = version.details.next_version;
        }
        false
    }

    /// Each organisation once, linked entries as the one that stands for them.
    pub(super) fn distinct(
        &self,
        organisations: impl ExactSizeIterator<Item = OrganisationId>,
    ) -> impl Iterator<Item = OrganisationId> {
        let canonicals = self
            .canonicals
            .get_or_init(|| self.facts.canonicals(self.position));
        let one = organisations.len() == 1;
        let mut canonical = organisations.map(|id| canonicals.of(id));
        // Most consultations advise one organisation: no list for those.
        let (first, mut rest) = if one {
            (canonical.next(), Vec::new())
        } else {
            (None, canonical.collect())
        };
        rest.sort_unstable();
        rest.dedup();
        first.into_iter().chain(rest)
    }

    /// The members of a body on a day.
    pub(super) fn members(
        &self,
        network: NetworkId,
        day: Date,
    ) -> impl Iterator<Item = OrganisationId> {
        let members: Vec<_> = self
            .facts
            .memberships()
            .of_at(network, self.position)
            .filter(|row| row.lasts_on(day))
            .map(|row| row.organisation)
            .collect();
        self.distinct(members.into_iter())
    }

    /// How many legal areas the organisations at a meeting stand for.
    pub(super) fn legal_areas(&self, row: &MeetingRow) -> u32 {
        let areas: HashSet<LegalArea> = row
            .attendances
            .iter()
            .filter_map(|attendance| {
                self.facts
                    .organisations()
                    .at(attendance.organisation, self.position)
            })
            .flat_map(|organisation| organisation.legal_areas.iter().copied())
            .collect();
        u32::try_from(areas.len()).unwrap_or(u32::MAX)
    }

    /// The period in the pieces of the table, and whole for its total.
    pub(super) fn spans(&self) -> Vec<Span> {
        let pieces = &self.columns.pieces.pieces;
        if let [period] = pieces.as_slice() {
            return vec![Span {
                period: *period,
                part: Part::Both,
                piece: 0,
            }];
        }
        let total = Span {
            period: self.period,
            part: Part::Total,
            piece: 0,
        };
        pieces
            .iter()
            .zip(0..)
            .map(|(period, piece)| Span {
                period: *period,
                part: Part::Cells,
                piece,
            })
            .chain([total])
            .collect()
    }

    /// Where a consultation counts; `None`: nowhere.
    pub(super) fn place_consultation(&self, row: &ConsultationRow) -> Option<Place> {
        let piece = self.piece(row.centre, row.occurred_on)?;
        let place = self.columns.place(
            Part::Both,
            || row.action_areas,
            |dimension| match dimension {
                Dimension::Centre => slot_of_centre(row.centre),
                Dimension::ConsultationType => row.consultation_type.index(),
                Dimension::TargetGroup => row.target_group.index(),
                Dimension::Mode => row.mode.index(),
                Dimension::Programme => row.programme.map_or(NOT_STATED, |one| one.index()),
                Dimension::FundingLine => row
                    .programme
                    .and_then(crate::dimension::funding_line)
                    .map_or(NOT_STATED, |line| line.index()),
                Dimension::Municipality => self.columns.municipality(row.municipality.as_deref()),
                Dimension::Language => row.language.map_or(NOT_STATED, |one| one.index()),
                Dimension::Outcome => row.outcome.map_or(NOT_STATED, |one| one.index()),
                Dimension::TaskType => row.task_type.map_or(NOT_STATED, |one| one.index()),
                Dimension::Year
                | Dimension::HalfYear
                | Dimension::Quarter
                | Dimension::Month
                | Dimension::SchoolYear => piece,
                // Never a column of a figure over consultations.
                Dimension::ActionArea
                | Dimension::ActionDomain
                | Dimension::BodyType
                | Dimension::KiRole
                | Dimension::OrganisationKind
                | Dimension::Network
                | Dimension::ApplicantType
                | Dimension::ReviewOutcome => NOT_STATED,
            },
        );
        Some(place)
    }

    /// Where a meeting counts; `None`: nowhere.
    pub(super) fn place_meeting(&self, row: &MeetingRow) -> Option<Place> {
        let piece = self.piece(row.centre, row.date)?;
        Some(self.place_of_meeting(row, None, piece, Part::Both))
    }

    /// Where an organisation at a meeting counts; `None`: nowhere.
    pub(super) fn place_attendance(
        &self,
        row: &MeetingRow,
        organisation: OrganisationId,
    ) -> Option<Place> {
        let piece = self.piece(row.centre, row.date)?;
        Some(self.place_of_meeting(row, Some(organisation), piece, Part::Both))
    }

    /// Where a body counts for a piece of the period, going by its newest meeting in it.
    pub(super) fn place_in_span(&self, row: &MeetingRow, span: &Span) -> Place {
        self.place_of_meeting(row, None, span.piece, span.part)
    }

    fn place_of_meeting(
        &self,
        row: &MeetingRow,
        organisation: Option<OrganisationId>,
        piece: u16,
        part: Part,
    ) -> Place {
        let areas = || self.facts.action_areas_of(row, self.position);
        self.columns.place(part, areas, |dimension| {
            if dimension == Dimension::KiRole {
                self.facts
                    .ki_role_of(row, self.position)
                    .map_or(NOT_STATED, |role| role.index())
            } else {
                self.slot_in_body(dimension, row.centre, row.network, organisation, piece)
            }
        })
    }

    /// Where an agreement counts, going by this day of it; `None`: nowhere.
    pub(super) fn place_agreement(&self, row: &AgreementRow, day: Date) -> Option<Place> {
        let piece = self.piece(row.centre, day)?;
        let areas = || ActionAreaSet::EMPTY;
        Some(self.columns.place(Part::Both, areas, |dimension| {
            self.slot_in_body(dimension, row.centre, row.network, None, piece)
        }))
    }

    /// Where a review counts, going by this day of it; `None`: nowhere.
    pub(super) fn place_review(&self, row: &ReviewRow, day: Date) -> Option<Place> {
        let piece = self.piece(row.centre, day)?;
        let programme = row.facts.programme;
        let areas = || row.action_areas;
        Some(self.columns.place(Part::Both, areas, |dimension| {
            match dimension {
                Dimension::Centre => slot_of_centre(row.centre),
                Dimension::Programme => programme.map_or(NOT_STATED, |one| one.index()),
                Dimension::FundingLine => programme
                    .and_then(crate::dimension::funding_line)
                    .map_or(NOT_STATED, |line| line.index()),
                Dimension::ApplicantType => row.facts.applicant_type.index(),
                Dimension::ReviewOutcome => row
                    .ended
                    .and_then(|ended| ended.outcome)
                    .map_or(NOT_STATED, |outcome| outcome.index()),
                Dimension::Municipality => {
                    self.columns.municipality(row.facts.municipality.as_deref())
                }
                Dimension::Year
                | Dimension::HalfYear
                | Dimension::Quarter
                | Dimension::Month
                | Dimension::SchoolYear => piece,
                // Never a column of a figure over reviews.
                Dimension::ActionArea
                | Dimension::ActionDomain
                | Dimension::ConsultationType
                | Dimension::TargetGroup
                | Dimension::Mode
                | Dimension::Language
                | Dimension::Outcome
                | Dimension::TaskType
                | Dimension::BodyType
                | Dimension::KiRole
                | Dimension::OrganisationKind
                | Dimension::Network => NOT_STATED,
            }
        }))
    }

    fn slot_in_body(
        &self,
        dimension: Dimension,
        centre: CentreKey,
        network: NetworkId,
        organisation: Option<OrganisationId>,
        piece: u16,
    ) -> u16 {
        match dimension {
            Dimension::Centre => slot_of_centre(centre),
            Dimension::Network => self.columns.network(network),
            Dimension::BodyType => self
                .body(network)
                .map_or(NOT_STATED, |body| body.body_type.index()),
            Dimension::OrganisationKind => organisation
                .and_then(|id| self.facts.organisations().at(id, self.position))
                .map_or(NOT_STATED, |organisation| organisation.kind.index()),
            Dimension::Year
            | Dimension::HalfYear
            | Dimension::Quarter
            | Dimension::Month
            | Dimension::SchoolYear => piece,
            // Never a column of a figure over bodies, or dealt with by the caller.
            Dimension::KiRole
            | Dimension::ActionArea
            | Dimension::ActionDomain
            | Dimension::ConsultationType
            | Dimension::TargetGroup
            | Dimension::Mode
            | Dimension::Programme
            | Dimension::FundingLine
            | Dimension::Municipality
            | Dimension::Language
            | Dimension::Outcome
            | Dimension::TaskType
            | Dimension::ApplicantType
            | Dimension::ReviewOutcome => NOT_STATED,
        }
    }

    fn body(&self, network: NetworkId) -> Option<&'a NetworkRow> {
        self.facts.networks().at(network, self.position)
    }

    /// The piece of the period a record of this centre and day belongs to; `None`: to none.
    fn piece(&self, centre: CentreKey, day: Date) -> Option<u16> {
        if self.centres.contains(centre) {
            self.columns.pieces.index(day)
        } else {
            None
        }
    }
}

fn slot_of_centre(centre: CentreKey) -> u16 {
    u16::try_from(centre.index()).unwrap_or(NOT_STATED)
}
