//! What decisions need to know of records: whether they exist in the actor's centre, and what
//! changed in them since a client read them.

use std::collections::{BTreeMap, BTreeSet};

use crate::centre::CentreKey;
use crate::context::Context;
use crate::event::Event;
use crate::event_data::EventKind;
use crate::id::{RecordId, RecordKind};
use crate::query::QueryItem;
use crate::rejection::{Rejection, RejectionCode};

/// The events with which records of a kind come into being.
#[must_use]
pub const fn first_events(kind: RecordKind) -> &'static [EventKind] {
    match kind {
        RecordKind::Organisation => &[EventKind::OrganisationRegistered],
        RecordKind::Consultation => &[EventKind::ConsultationRecorded],
        RecordKind::Network => &[EventKind::NetworkFounded],
        RecordKind::Meeting => &[EventKind::MeetingScheduled, EventKind::MeetingHeld],
        RecordKind::Agreement => &[EventKind::AgreementMade],
        RecordKind::Review => &[EventKind::ReviewRequested],
        RecordKind::Letterhead => &[EventKind::LetterheadSet],
        RecordKind::Account => &[EventKind::AccountRegistered],
        RecordKind::Exception => &[
            EventKind::ExceptionOrderOpened,
            EventKind::ExceptionGlassBroken,
        ],
        RecordKind::Unit => &[EventKind::UnitDeclared],
    }
}

/// The event with which a record of a kind is taken back: it should not have been recorded. A
/// letterhead can only be set anew, a unit only be renamed; who had which access stays as it was.
#[must_use]
pub const fn retraction(kind: RecordKind) -> Option<EventKind> {
    Some(match kind {
        RecordKind::Organisation => EventKind::OrganisationRetracted,
        RecordKind::Consultation => EventKind::ConsultationRetracted,
        RecordKind::Network => EventKind::NetworkRetracted,
        RecordKind::Meeting => EventKind::MeetingRetracted,
        RecordKind::Agreement => EventKind::AgreementRetracted,
        RecordKind::Review => EventKind::ReviewRetracted,
        RecordKind::Letterhead | RecordKind::Account | RecordKind::Exception | RecordKind::Unit => {
            return None;
        }
    })
}

/// The records known to exist, with their centres.
#[derive(Clone, Default, Debug)]
pub struct Existing {
    centres: BTreeMap<RecordId, CentreKey>,
    retracted: BTreeSet<RecordId>,
}

impl Existing {
    /// The query item that finds out whether a record exists, and whether it was retracted.
    #[must_use]
    pub fn item(record: RecordId) -> QueryItem {
        let mut kinds = first_events(record.kind).to_vec();
        kinds.extend(retraction(record.kind));
        QueryItem::tagged(record.tag()).of(&kinds)
    }

    /// Folds one event in; only the first event of a record and its retraction say anything here.
    pub fn evolve(&mut self, event: &Event) {
        let Some(record) = event.data.record() else {
            return;
        };
        let kind = event.data.kind();
        if first_events(record.kind).contains(&kind) {
            self.centres.insert(record, event.centre);
        } else if retraction(record.kind) == Some(kind) {
            self.retracted.insert(record);
        }
    }

    /// The record must exist in the actor's centre and count. A record of another centre is answered
    /// like one that does not exist, so that nothing leaks.
    ///
    /// # Errors
    /// [`RejectionCode::UnknownId`], or [`RejectionCode::StateForbids`] where it was retracted.
    pub fn require(
        &self,
        field: &str,
        record: RecordId,
        context: &Context,
    ) -> Result<(), Rejection> {
        self.require_entered(field, record, context)?;
        if self.retracted.contains(&record) {
            return Err(retracted(field, record));
        }
        Ok(())
    }

    /// [`Existing::require`] for a record that may have been retracted.
    ///
    /// # Errors
    /// [`RejectionCode::UnknownId`].
    pub fn require_entered(
        &self,
        field: &str,
        record: RecordId,
        context: &Context,
    ) -> Result<(), Rejection> {
        if self.centres.get(&record) != Some(&context.centre) {
            return Err(unknown(field, record));
        }
        Ok(())
    }
}

/// The refusal of a record that does not exist in the actor's centre.
#[must_use]
pub fn unknown(field: &str, record: RecordId) -> Rejection {
    let go_on = match record.kind {
        RecordKind::Unit => {
            "wählen Sie eine der eingetragenen (units) oder bitten Sie die Leitung, sie einzutragen (declareUnit)"
        }
        RecordKind::Organisation
        | RecordKind::Consultation
        | RecordKind::Network
        | RecordKind::Meeting
        | RecordKind::Agreement
        | RecordKind::Review
        | RecordKind::Letterhead
        | RecordKind::Account
        | RecordKind::Exception => "prüfen Sie die Kennung",
    };
    Rejection::field(
        RejectionCode::UnknownId,
        field,
        format!("{} gibt es in Ihrem Zentrum nicht; {go_on}.", this(record)),
    )
}

/// The refusal of a record that was retracted.
#[must_use]
pub fn retracted(field: &str, record: RecordId) -> Rejection {
    Rejection::field(
        RejectionCode::StateForbids,
        field,
        format!(
            "{} wurde zurückgezogen und zählt nicht mehr; nennen Sie einen anderen Eintrag oder legen Sie ihn neu an, wenn es ihn doch gibt.",
            this(record)
        ),
    )
}

const fn this(record: RecordId) -> &'static str {
    match record.kind {
        RecordKind::Organisation => "Diese Organisation",
        RecordKind::Consultation => "Diese Beratung",
        RecordKind::Network => "Dieses Gremium",
        RecordKind::Meeting => "Diese Sitzung",
        RecordKind::Agreement => "Diese Vereinbarung",
        RecordKind::Review => "Diese Stellungnahme",
        RecordKind::Letterhead => "Diesen Briefkopf",
        RecordKind::Account => "Dieses Konto",
        RecordKind::Exception => "Diesen Auftrag",
        RecordKind::Unit => "Diese Organisationseinheit",
    }
}

/// The changes of one record: its version is the number of its events.
#[derive(Clone, Default, Debug)]
pub struct Trail(Vec<Vec<Box<str>>>);

impl Trail {
    /// One more event of the record, and the fields it changed as clients name them. The first event
    /// needs none: nobody can have read the record before it.
    pub fn push<'a>(&mut self, changed: impl IntoIterator<Item = &'a str>) {
        self.0.push(changed.into_iter().map(Into::into).collect());
    }

    /// The number of events so far; 0: the record does not exist.
    #[must_use]
    pub fn version(&self) -> u32 {
        u32::try_from(self.0.len()).unwrap_or(u32::MAX)
    }

    /// The record must still be at the version the client read, if it names one.
    ///
    /// # Errors
    /// [`RejectionCode::ChangedMeanwhile`] names the fields that changed since;
    /// [`RejectionCode::Malformed`] for a version that was never there. Both on `expectedVersion`.
    pub fn expect(&self, expected: Option<u32>) -> Result<(), Rejection> {
        let now = self.version();
        let Some(expected) = expected.filter(|expected| *expected != now) else {
            return Ok(());
        };
        let field = "expectedVersion";
        if expected > now || expected == 0 {
            return Err(Rejection::field(
                RejectionCode::Malformed,
                field,
                format!("Die Fassung {expected} gibt es nicht; der Eintrag hat die Fassung {now}."),
            ));
        }
        let since = usize::try_from(expected).unwrap_or(usize::MAX);
        let mut fields: Vec<&str> = Vec::new();
        for name in self.0.iter().skip(since).flatten() {
            if !fields.contains(&name.as_ref()) {
                fields.push(name);
            }
        }
        Err(Rejection::field(
            RejectionCode::ChangedMeanwhile,
            field,
            format!(
                "Der Eintrag wurde inzwischen geändert ({}); er hat jetzt die Fassung {now}. Laden Sie ihn neu und prüfen Sie Ihre Änderung.",
                fields.join(", ")
            ),
        ))
    }
}
