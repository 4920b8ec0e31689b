//! How a deed is done: by the office of its centre, through the same mutations and decisions as everywhere.

mod accounts;
mod records;

use querschnitt_domain::{ActorId, CentreKey, Decision, RecordId, RecordKind, Role, Text};
use serde_json::{Value, json};
use time::Duration;

use super::book::{About, Entry};
use super::deeds::{Deed, Kind};
use super::generated::Generated;
use crate::token::record_of;
use crate::viewer::Viewer;

/// Who keeps the book of a centre and its accounts; not one of those who are asked.
pub(super) const HEAD: u128 = 900;

impl Generated {
    /// Does a deed, if it can be done.
    pub(super) async fn carry_out(&mut self, deed: Deed) {
        match deed.kind {
            Kind::Wait => self.waited += Duration::days(i64::from(deed.days % 9) + 1),
            Kind::Organisation
            | Kind::LinkAsSame
            | Kind::Network
            | Kind::Join
            | Kind::Leave
            | Kind::Schedule
            | Kind::Hold
            | Kind::Agree
            | Kind::Consult
            | Kind::Correct
            | Kind::Review
            | Kind::Ask
            | Kind::TakeBack
            | Kind::Draft
            | Kind::AddFile
            | Kind::Retract => self.with_records(deed).await,
            Kind::Person
            | Kind::Grant(_)
            | Kind::Appoint
            | Kind::IssueToken(_)
            | Kind::Lock
            | Kind::Unlock
            | Kind::Revoke
            | Kind::EndDeputy
            | Kind::RevokeToken
            | Kind::OpenRequest
            | Kind::OpenAudit
            | Kind::CloseOrder
            | Kind::BreakGlass => self.with_accounts(deed).await,
        }
    }

    /// A name of its own. What is unseen comes first where names are sorted.
    fn called(&self, what: &str) -> String {
        let (first, done, nth) = (if self.unseen { "Aaa " } else { "" }, self.done, self.nth);
        format!("{first}{what} {done}-{nth}")
    }

    /// Somebody of the centre; what is done unseen is done to those who are unseen.
    fn person(&self, deed: Deed, at: usize) -> Option<ActorId> {
        let centre = self.world.centres[deed.centre];
        let all = self.book.people.iter().filter(|person| {
            person.centre == centre && !person.machine && person.unseen == self.unseen
        });
        pick(all.map(|person| person.id), at)
    }

    fn is_own(&self, _deed: Deed, record: RecordId, centre: CentreKey) -> bool {
        self.book
            .entry(record)
            .is_some_and(|entry| entry.centre == centre && entry.unseen == self.unseen)
    }

    /// A record of the centre that is changed by the deed: never one that is seen, by one that is unseen.
    fn own(&self, deed: Deed, kind: RecordKind, at: usize) -> Option<RecordId> {
        let centre = self.world.centres[deed.centre];
        let all = self.book.entries.iter().filter(|entry| {
            entry.record.kind == kind
                && entry.centre == centre
                && entry.unseen == self.unseen
                && !entry.retracted
        });
        pick(all.map(|entry| entry.record), at)
    }

    /// A record of the centre that the deed only names.
    fn any(&self, deed: Deed, kind: RecordKind, at: usize) -> Option<RecordId> {
        let centre = self.world.centres[deed.centre];
        let all = self.book.entries.iter().filter(|entry| {
            entry.record.kind == kind
                && entry.centre == centre
                && (self.unseen || !entry.unseen)
                && !entry.retracted
        });
        pick(all.map(|entry| entry.record), at)
    }

    async fn enter(&mut self, deed: Deed, mutation: &str, of: &str, input: Value, about: About) {
        let head = self.world.viewer(Role::KiHead, deed.centre, HEAD);
        self.enter_as(&head, mutation, of, input, about).await;
    }

    async fn enter_as(
        &mut self,
        who: &Viewer,
        mutation: &str,
        of: &str,
        input: Value,
        about: About,
    ) {
        let answer = self.world.try_mutation(who, mutation, of, input).await;
        if let Some(record) = answer["data"]["done"]["record"]["id"]
            .as_str()
            .and_then(record_of)
        {
            self.book.entries.push(Entry {
                record,
                centre: who.actor.centre,
                by: who.actor.id,
                about,
                retracted: false,
                unseen: self.unseen,
            });
        }
    }

    /// What the head does to a record; `None` when it was refused.
    async fn office(&self, deed: Deed, mutation: &str, of: &str, input: Value) -> Option<()> {
        let head = self.world.viewer(Role::KiHead, deed.centre, HEAD);
        let answer = self.world.try_mutation(&head, mutation, of, input).await;
        let errors = &answer["data"]["done"]["errors"];
        (*errors == json!([])).then_some(())
    }

    async fn decide<D: Decision + Sync>(
        &self,
        deed: Deed,
        role: Role,
        decision: &D,
    ) -> Option<RecordId>
    where
        D::Facts: Send,
    {
        self.decide_as(&self.world.viewer(role, deed.centre, HEAD), decision)
            .await
    }

    async fn decide_as<D: Decision + Sync>(&self, who: &Viewer, decision: &D) -> Option<RecordId>
    where
        D::Facts: Send,
    {
        self.world.try_execute(who, decision).await
    }
}

fn text(words: &str) -> Text {
    Text::new(words, Text::NAME).unwrap()
}

/// The one with this number, counted round and round.
fn pick<T>(all: impl Iterator<Item = T>, number: usize) -> Option<T> {
    let mut all: Vec<T> = all.collect();
    match all.len() {
        0 => None,
        count => Some(all.swap_remove(number % count)),
    }
}
