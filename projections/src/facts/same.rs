//! Entries of the register that are the same organisation: linked, never merged.

use std::collections::HashMap;

use querschnitt_domain::OrganisationId;

use super::Facts;

/// Which entry stands for which, as known at one position. Holds linked entries only.
#[derive(Clone, Debug, Default)]
pub struct Canonicals(HashMap<OrganisationId, OrganisationId>);

impl Canonicals {
    /// The entry that stands for this one; the entry itself when it is linked to none.
    #[must_use]
    pub fn of(&self, organisation: OrganisationId) -> OrganisationId {
        self.0.get(&organisation).copied().unwrap_or(organisation)
    }
}

impl Facts {
    /// The entry that stands for this one at `position`: the end of its links. Should links form a
    /// ring (a decision refuses that), the smallest id in it stands for all.
    #[must_use]
    pub fn canonical(&self, organisation: OrganisationId, position: u64) -> OrganisationId {
        let mut seen = vec![organisation];
        let mut last = organisation;
        while let Some(next) = self
            .organisations
            .at(last, position)
            .and_then(|row| row.same_as)
        {
            if let Some(ring) = seen.iter().position(|id| *id == next) {
                return seen.iter().skip(ring).min().copied().unwrap_or(next);
            }
            seen.push(next);
            last = next;
        }
        last
    }

    /// All of [`Facts::canonical`] at once, for who counts distinct organisations.
    #[must_use]
    pub fn canonicals(&self, position: u64) -> Canonicals {
        Canonicals(
            self.ever_linked
                .iter()
                .map(|id| (*id, self.canonical(*id, position)))
                .filter(|(id, canonical)| id != canonical)
                .collect(),
        )
    }

    /// Every entry that is the same organisation as this one at `position`, the one that stands
    /// for them first, the others in the order in which they were registered.
    #[must_use]
    pub fn same_as(&self, organisation: OrganisationId, position: u64) -> Vec<OrganisationId> {
        let first = self.canonical(organisation, position);
        let mut others: Vec<_> = self
            .ever_linked
            .iter()
            .filter(|id| **id != first && self.canonical(**id, position) == first)
            .filter_map(|id| self.organisations.at(*id, position))
            .map(|row| (row.recorded, row.id))
            .collect();
        others.sort_unstable();
        std::iter::once(first)
            .chain(others.into_iter().map(|(_, id)| id))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use querschnitt_domain::EventData;
    use querschnitt_domain::organisation::OrganisationEvent;

    use super::*;
    use crate::testing::History;

    /// Every entry's end of links, followed step by step over the plain rows.
    fn slowly(facts: &Facts, position: u64) -> Vec<(OrganisationId, OrganisationId)> {
        let rows: HashMap<_, _> = facts
            .organisations()
            .all_at(position)
            .map(|row| (row.id, row.same_as))
            .collect();
        rows.keys()
            .map(|id| {
                let mut end = *id;
                while let Some(Some(next)) = rows.get(&end) {
                    end = *next;
                }
                (*id, end)
            })
            .collect()
    }

    #[test]
    fn linked_entries_lead_to_one_and_unlinked_ones_to_themselves() {
        let mut links = 0;
        for seed in 0..30 {
            let mut facts = Facts::default();
            for recorded in History::generate(seed, 300).events() {
                facts.apply(recorded);
                links += usize::from(matches!(
                    recorded.event.data,
                    EventData::Organisation(OrganisationEvent::LinkedAsSame(_))
                ));
            }
            for position in [100, 200, u64::MAX] {
                let canonicals = facts.canonicals(position);
                let slow = slowly(&facts, position);
                for (id, end) in &slow {
                    assert_eq!(canonicals.of(*id), *end);
                    let mut same = facts.same_as(*id, position);
                    assert_eq!(same[0], *end);
                    same.sort_unstable();
                    let mut expected: Vec<_> = slow
                        .iter()
                        .filter(|(_, other)| other == end)
                        .map(|(id, _)| *id)
                        .collect();
                    expected.sort_unstable();
                    assert_eq!(same, expected);
                }
            }
        }
        assert!(links > 30, "the histories link too little: {links}");
    }
}
