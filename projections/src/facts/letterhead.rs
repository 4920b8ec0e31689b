//! What letterhead events mean: one row per state of a centre's letterhead.

use std::sync::Arc;

use querschnitt_domain::letterhead::{LetterheadEvent, LetterheadFacts, Logo};
use querschnitt_domain::{CentreKey, LetterheadId, Recorded};

use super::Facts;
use super::rows::Row;
use crate::digest::{Canonical, Digested};
use crate::known::Known;

/// The letterhead of a centre.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LetterheadRow {
    /// Its id.
    pub id: LetterheadId,
    /// Whose it is.
    pub centre: CentreKey,
    /// The position of the event that set it first.
    pub recorded: u64,
    /// What it holds.
    pub facts: Arc<LetterheadFacts>,
    /// How many events of its own the record has had.
    pub version: u32,
    /// When the row was known.
    pub known: Known,
}

impl Row for LetterheadRow {
    type Id = LetterheadId;
    fn id(&self) -> LetterheadId {
        self.id
    }
    fn known(&self) -> Known {
        self.known
    }
    fn known_mut(&mut self) -> &mut Known {
        &mut self.known
    }
}

impl Facts {
    pub(super) fn apply_letterhead(&mut self, recorded: &Recorded, event: &LetterheadEvent) {
        let LetterheadEvent::Set(set) = event;
        let before = self.letterheads.current(set.letterhead);
        self.letterheads.put(LetterheadRow {
            id: set.letterhead,
            centre: recorded.event.centre,
            recorded: before.map_or(recorded.position, |row| row.recorded),
            facts: Arc::new(set.facts.clone()),
            version: before.map_or(0, |row| row.version) + 1,
            known: Known::since(recorded.position),
        });
    }
}

impl Digested for LetterheadRow {
    fn digest(&self, to: &mut Canonical) {
        let Self {
            id,
            centre,
            recorded,
            facts,
            version,
            known,
        } = self;
        to.id(id.0).centre(*centre).number(*recorded);
        let LetterheadFacts {
            authority,
            office,
            address,
            phone,
            email,
            web,
            head_function,
            logo,
        } = &**facts;
        for text in [authority, office, address, phone, email, web, head_function] {
            to.option(*text, |to, text| {
                to.sealed(text);
            });
        }
        to.option(logo.as_ref(), |to, logo| {
            let Logo {
                content,
                size,
                description,
            } = logo;
            to.sealed(*content).number(*size).sealed(*description);
        });
        to.number(*version).known(*known);
    }
}

#[cfg(test)]
mod tests {
    use querschnitt_domain::letterhead::Set;
    use querschnitt_domain::{Commitment, Event, EventData};

    use super::*;
    use crate::testing::History;

    fn set(position: u64, office: &str) -> Recorded {
        let first = History::generate(1, 1).events()[0].clone();
        let facts = LetterheadFacts {
            office: Some(Commitment::of(&[0; 16], office)),
            ..LetterheadFacts::default()
        };
        let data = EventData::Letterhead(LetterheadEvent::Set(Set {
            letterhead: LetterheadId::of(first.event.centre),
            facts,
            changed: vec!["office".into()],
        }));
        let event = Event {
            data,
            ..first.event
        };
        Recorded {
            position,
            event,
            ..first
        }
    }

    #[test]
    fn each_position_keeps_the_letterhead_it_had() {
        let mut facts = Facts::default();
        let events = [set(1, "KI"), set(2, "Kommunales Integrationszentrum")];
        let mut digests = vec![facts.digest()];
        for event in &events {
            facts.apply(event);
            digests.push(facts.digest());
        }
        let id = LetterheadId::of(events[0].event.centre);
        let at = |position| {
            let row = facts.letterheads().at(id, position);
            row.map(|row| (row.facts.office, row.version, row.recorded))
        };
        let office = |name| Some(Commitment::of(&[0; 16], name));
        assert_eq!(at(0), None);
        assert_eq!(at(1), Some((office("KI"), 1, 1)));
        let newest = Some((office("Kommunales Integrationszentrum"), 2, 1));
        assert_eq!((at(2), at(u64::MAX - 1)), (newest, newest));
        digests.dedup();
        assert_eq!(digests.len(), 3, "each change shows in the digest");
    }
}
