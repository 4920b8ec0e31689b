//! Who belongs to a body, from when until when.

use std::collections::BTreeMap;

use time::Date;

use super::MemberCorrected;
use crate::id::OrganisationId;
use crate::text::Commitment;

/// The memberships of one body.
#[derive(Clone, Default, Debug)]
pub(super) struct Members {
    by_organisation: BTreeMap<OrganisationId, Vec<Membership>>,
    /// Those that never were, so that the same retraction again changes nothing.
    retracted: Vec<(OrganisationId, Date)>,
}

/// One membership. An organisation that joins again has two.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Membership {
    /// The first day.
    pub(super) joined_on: Date,
    /// The first day it does not belong to the body any more.
    pub(super) left_on: Option<Date>,
    /// In which function, sealed.
    pub(super) function: Option<Commitment>,
}

impl Members {
    /// The memberships of an organisation, in the order in which they were recorded.
    pub(super) fn of(&self, organisation: OrganisationId) -> &[Membership] {
        self.by_organisation
            .get(&organisation)
            .map_or(&[], Vec::as_slice)
    }

    /// The membership meant: the one that began on a day, or else the latest.
    pub(super) fn find(
        &self,
        organisation: OrganisationId,
        joined_on: Option<Date>,
    ) -> Option<Membership> {
        self.of(organisation)
            .iter()
            .rfind(|member| joined_on.is_none_or(|day| member.joined_on == day))
            .copied()
    }

    /// Whether a membership was retracted: the one that began on a day, or any.
    pub(super) fn was_retracted(
        &self,
        organisation: OrganisationId,
        joined_on: Option<Date>,
    ) -> bool {
        self.retracted.iter().any(|(retracted, day)| {
            *retracted == organisation && joined_on.is_none_or(|joined_on| joined_on == *day)
        })
    }

    /// The first days of all memberships.
    pub(super) fn first_days(&self) -> impl Iterator<Item = Date> {
        let all = self.by_organisation.values().flatten();
        all.map(|member| member.joined_on)
    }

    pub(super) fn join(
        &mut self,
        organisation: OrganisationId,
        joined_on: Date,
        function: Option<Commitment>,
    ) {
        let members = self.by_organisation.entry(organisation).or_default();
        members.push(Membership {
            joined_on,
            left_on: None,
            function,
        });
    }

    pub(super) fn leave(&mut self, organisation: OrganisationId, left_on: Date) {
        let members = self.by_organisation.get_mut(&organisation);
        if let Some(member) = members.and_then(|members| members.last_mut()) {
            member.left_on = Some(left_on);
        }
    }

    pub(super) fn correct(&mut self, corrected: &MemberCorrected, joined_on: Date) {
        if let Some(member) = self.find_mut(corrected.organisation, corrected.was_joined_on) {
            *member = Membership {
                joined_on,
                left_on: corrected.left_on,
                function: corrected.function,
            };
        }
    }

    pub(super) fn retract(&mut self, organisation: OrganisationId, joined_on: Date) {
        if let Some(members) = self.by_organisation.get_mut(&organisation)
            && let Some(at) = members
                .iter()
                .rposition(|member| member.joined_on == joined_on)
        {
            members.remove(at);
            self.retracted.push((organisation, joined_on));
        }
    }

    fn find_mut(
        &mut self,
        organisation: OrganisationId,
        joined_on: Date,
    ) -> Option<&mut Membership> {
        self.by_organisation
            .get_mut(&organisation)?
            .iter_mut()
            .rfind(|member| member.joined_on == joined_on)
    }
}
