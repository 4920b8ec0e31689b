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
            self.organisations
                .all_at(position)
                .filter(|row| row.same_as.is_some())
                .map(|row| (row.id, self.canonical(row.id, position)))
                .collect(),
        )
    }

    /// Every entry that is the same organisation as this one at `position`, the one that stands
    /// for them first, the others in the order in which they were registered.
    #[must_use]
    pub fn same_as(&self, organisation: OrganisationId, position: u64) -> Vec<OrganisationId> {
        let canonicals = self.canonicals(position);
        let first = canonicals.of(organisation);
        let mut others: Vec<_> = self
            .organisations
            .all_at(position)
            .filter(|row| row.id != first && canonicals.of(row.id) == first)
            .map(|row| (row.recorded, row.id))
            .collect();
        others.sort_unstable();
        std::iter::once(first)
            .chain(others.into_iter().map(|(_, id)| id))
            .collect()
    }
}
