//! The register of an invented office: what it enters, enters twice, links, renames and describes.

use querschnitt_domain::organisation::{
    DescribeOrganisation, DescriptionInput, LinkAsSame, RegisterOrganisation, RenameOrganisation,
    SetRelation, UnlinkAsSame,
};
use querschnitt_domain::{Change, OrganisationId};
use time::Date;

use super::{Desk, InventError, Office, Organisation, Task, code, codes, text};
use crate::words::organisations as words;

/// How an organisation stands to the centre when they work more closely.
const CLOSER: &[&str] = &["PARTNER", "AGREEMENT", "FUNDED"];

impl Office {
    /// Spreads what happens to the register over the years to come.
    pub(super) fn expect_organisations(&mut self, day: Date) {
        for sample in words::LATER {
            let days = self.dice.between(20, 900);
            self.later(day, days, Task::Register(*sample));
        }
        let known = words::FIRST.len();
        let mut year = 0;
        while i64::from(year) < (self.until - day).whole_days() {
            for _ in 0..2 {
                let days = year + self.dice.between(15, 330);
                let at = self.any_of(known);
                self.later(day, days, Task::RegisterTwice(at));
            }
            let days = year + self.dice.between(30, 340);
            let at = self.any_of(known);
            self.later(day, days, Task::Rename(at));
            for _ in 0..2 {
                let days = year + self.dice.between(30, 340);
                let at = self.any_of(known);
                self.later(day, days, Task::Describe(at));
                let days = year + self.dice.between(30, 340);
                let at = self.any_of(known);
                self.later(day, days, Task::Cooperate(at));
            }
            year += 365;
        }
    }

    pub(super) async fn register(
        &mut self,
        desk: &mut Desk<'_>,
        sample: words::Sample,
        day: Date,
    ) -> Result<(), InventError> {
        let name = sample.name.replace("Musterstadt", &self.place);
        self.enter(desk, name, sample, day).await
    }

    async fn enter(
        &mut self,
        desk: &mut Desk<'_>,
        name: String,
        sample: words::Sample,
        day: Date,
    ) -> Result<(), InventError> {
        // Some entries come without the legal areas, which are added when somebody misses them.
        let areas = if self.dice.happens(85) {
            sample.legal_areas
        } else {
            &[]
        };
        let command = RegisterOrganisation {
            centre: self.centre,
            occurred_on: Some(day),
            name: text(desk, &name)?,
            kind: code(desk, sample.kind)?,
            legal_areas: codes(desk, areas)?,
            municipality: None,
            place: None,
            district: None,
            relation: Some(code(desk, sample.relation)?),
            note: None,
            source: None,
        };
        let keeper = self.keeper();
        let id = self.by(desk, keeper, command).await?;
        self.organisations.push(Organisation {
            id: OrganisationId(id.id),
            name,
            sample,
            relation: sample.relation,
        });
        if areas.is_empty() && !sample.legal_areas.is_empty() {
            let days = self.dice.between(40, 300);
            self.later(day, days, Task::Describe(self.organisations.len() - 1));
        }
        Ok(())
    }

    /// Somebody enters what is there already, and somebody else notices.
    pub(super) async fn register_twice(
        &mut self,
        desk: &mut Desk<'_>,
        at: usize,
        day: Date,
    ) -> Result<(), InventError> {
        let Some(known) = self.organisations.get(at).cloned() else {
            return Ok(());
        };
        let name = words::misspelt(&known.name);
        self.enter(desk, name, known.sample, day).await?;
        let days = self.dice.between(10, 120);
        let twin = self.organisations.len() - 1;
        self.later(day, days, Task::LinkAsSame(twin, at));
        Ok(())
    }

    pub(super) async fn link_as_same(
        &mut self,
        desk: &mut Desk<'_>,
        twin: usize,
        at: usize,
        day: Date,
    ) -> Result<(), InventError> {
        let command = LinkAsSame {
            organisation: self.organisations[twin].id,
            same_as: self.organisations[at].id,
            expected_version: None,
            reason: self.one_text(desk, words::SAME)?,
        };
        let keeper = self.keeper();
        self.by(desk, keeper, command).await?;
        if self.dice.happens(15) {
            let days = self.dice.between(20, 90);
            self.later(day, days, Task::UnlinkAsSame(twin, at));
        }
        Ok(())
    }

    pub(super) async fn unlink_as_same(
        &mut self,
        desk: &mut Desk<'_>,
        twin: usize,
        at: usize,
    ) -> Result<(), InventError> {
        let command = UnlinkAsSame {
            organisation: self.organisations[twin].id,
            same_as: self.organisations[at].id,
            expected_version: None,
            reason: self.one_text(desk, words::NOT_SAME)?,
        };
        let keeper = self.keeper();
        self.by(desk, keeper, command).await.map(drop)
    }

    pub(super) async fn rename(
        &mut self,
        desk: &mut Desk<'_>,
        at: usize,
    ) -> Result<(), InventError> {
        let name = words::renamed(&self.organisations[at].name);
        let command = RenameOrganisation {
            organisation: self.organisations[at].id,
            expected_version: None,
            occurred_on: None,
            name: text(desk, &name)?,
            reason: None,
        };
        let keeper = self.keeper();
        self.by(desk, keeper, command).await?;
        self.organisations[at].name = name;
        Ok(())
    }

    /// Its legal areas and a note are entered anew.
    pub(super) async fn describe(
        &mut self,
        desk: &mut Desk<'_>,
        at: usize,
    ) -> Result<(), InventError> {
        let known = &self.organisations[at];
        let command = DescribeOrganisation {
            organisation: known.id,
            expected_version: None,
            occurred_on: None,
            description: DescriptionInput {
                legal_areas: Some(codes(desk, known.sample.legal_areas)?),
                note: Change::Set(text(desk, "Angaben bei der jährlichen Abfrage geprüft.")?),
                ..DescriptionInput::default()
            },
            reason: None,
        };
        let keeper = self.keeper();
        self.by(desk, keeper, command).await.map(drop)
    }

    /// They work more closely from now on, or not at all any more.
    pub(super) async fn cooperate(
        &mut self,
        desk: &mut Desk<'_>,
        at: usize,
    ) -> Result<(), InventError> {
        let ended = self.dice.happens(15);
        let known = &self.organisations[at];
        if known.relation == "OWN_UNIT" {
            return Ok(());
        }
        let place = CLOSER.iter().position(|one| *one == known.relation);
        let next = place.map_or(0, |place| place + 1) % CLOSER.len();
        let relation = if ended && known.relation != "FORMER" {
            "FORMER"
        } else {
            CLOSER[next]
        };
        let command = SetRelation {
            organisation: known.id,
            expected_version: None,
            occurred_on: None,
            relation: code(desk, relation)?,
        };
        let keeper = self.keeper();
        self.by(desk, keeper, command).await?;
        self.organisations[at].relation = relation;
        Ok(())
    }
}
