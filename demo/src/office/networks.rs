//! The networks of an invented office: founded, joined, left, changed, given up.

use querschnitt_domain::network::{
    AddMember, ChangeNetwork, CloseNetwork, FoundNetwork, NetworkInput, RemoveMember,
};
use querschnitt_domain::{Change, NetworkId};
use time::{Date, Duration};

use super::{Desk, InventError, Network, Office, Task, code, codes, text};
use crate::calendar;
use crate::words::networks as words;

impl Office {
    /// Spreads what happens to networks over the years to come.
    pub(super) fn expect_networks(&mut self, day: Date) {
        for sample in words::LATER {
            let days = self.dice.between(200, 500);
            self.later(day, days, Task::Found(sample));
        }
        let days = self.dice.between(550, 700);
        self.later(day, days, Task::Close(words::GIVEN_UP));
        let mut year = 0;
        while i64::from(year) < (self.until - day).whole_days() {
            for _ in 0..4 {
                let (network, at) = (self.any_of(words::FIRST.len()), self.any_of(31));
                let days = year + self.dice.between(20, 350);
                self.later(day, days, Task::Join(network, at));
                let network = self.any_of(words::FIRST.len());
                let days = year + self.dice.between(60, 350);
                self.later(day, days, Task::Leave(network));
            }
            let network = self.any_of(words::FIRST.len());
            let days = year + self.dice.between(60, 350);
            self.later(day, days, Task::ChangeNetwork(network));
            year += 365;
        }
    }

    pub(super) async fn found(
        &mut self,
        desk: &mut Desk<'_>,
        sample: &'static words::Sample,
        day: Date,
    ) -> Result<(), InventError> {
        // Those of the first day are older than the book.
        let older = self.networks.len() < words::FIRST.len();
        let since = if older {
            day.saturating_sub(Duration::days(self.dice.between(100, 2_000).into()))
        } else {
            day
        };
        let command = FoundNetwork {
            centre: self.centre,
            founded_on: since,
            name: text(desk, sample.name)?,
            body_type: code(desk, sample.body_type)?,
            legal_nature: Some(code(desk, sample.legal_nature)?),
            ki_role: Some(code(desk, sample.ki_role)?),
            action_areas: codes(desk, sample.action_areas)?,
            note: None,
        };
        let keeper = self.keeper();
        let id = self.by(desk, keeper, command).await?;
        let place = self.networks.len();
        self.networks.push(Network {
            id: NetworkId(id.id),
            sample,
            members: Vec::new(),
            open: true,
            planned: 0,
        });
        for at in sample.members {
            self.add(desk, place, *at, Some(day)).await?;
        }
        let days = self.dice.between(5, 40);
        self.later(day, days, Task::Plan(place));
        Ok(())
    }

    async fn add(
        &mut self,
        desk: &mut Desk<'_>,
        network: usize,
        at: usize,
        on: Option<Date>,
    ) -> Result<(), InventError> {
        let command = AddMember {
            network: self.networks[network].id,
            organisation: self.organisations[at].id,
            occurred_on: on,
            function: None,
            expected_version: None,
        };
        let keeper = self.keeper();
        self.by(desk, keeper, command).await?;
        self.networks[network].members.push(at);
        Ok(())
    }

    pub(super) async fn join(
        &mut self,
        desk: &mut Desk<'_>,
        network: usize,
        at: usize,
    ) -> Result<(), InventError> {
        let known = &self.networks[network];
        if !known.open || known.members.contains(&at) {
            return Ok(());
        }
        self.add(desk, network, at, None).await
    }

    pub(super) async fn leave(
        &mut self,
        desk: &mut Desk<'_>,
        network: usize,
    ) -> Result<(), InventError> {
        let known = &self.networks[network];
        if !known.open || known.members.len() < 4 {
            return Ok(());
        }
        let place = self.any_of(known.members.len());
        let at = self.networks[network].members.remove(place);
        let command = RemoveMember {
            network: self.networks[network].id,
            organisation: self.organisations[at].id,
            occurred_on: None,
            reason: None,
            expected_version: None,
        };
        let keeper = self.keeper();
        self.by(desk, keeper, command).await.map(drop)
    }

    pub(super) async fn change_network(
        &mut self,
        desk: &mut Desk<'_>,
        network: usize,
    ) -> Result<(), InventError> {
        let known = &self.networks[network];
        if !known.open {
            return Ok(());
        }
        let note = "Geschäftsordnung und Besetzung durchgesehen.";
        let command = ChangeNetwork {
            network: known.id,
            occurred_on: None,
            description: NetworkInput {
                note: Change::Set(text(desk, note)?),
                ..NetworkInput::default()
            },
            reason: None,
            expected_version: None,
        };
        let keeper = self.keeper();
        self.by(desk, keeper, command).await.map(drop)
    }

    /// No meeting may lie after the last day, so a planned one is waited for.
    pub(super) async fn close(
        &mut self,
        desk: &mut Desk<'_>,
        network: usize,
        day: Date,
    ) -> Result<(), InventError> {
        self.networks[network].open = false;
        if self.networks[network].planned > 0 {
            self.later(day, 20, Task::Close(network));
            return Ok(());
        }
        let command = CloseNetwork {
            network: self.networks[network].id,
            occurred_on: None,
            reason: Some(text(
                desk,
                "Die Aufgaben gehen an die Quartiersarbeit über.",
            )?),
            expected_version: None,
        };
        let keeper = self.keeper();
        self.by(desk, keeper, command).await.map(drop)
    }

    /// The next day so many days later on which it may meet.
    pub(super) fn meeting_day(day: Date, days: i32) -> Date {
        calendar::meeting_day(day.saturating_add(Duration::days(days.into())))
    }
}
