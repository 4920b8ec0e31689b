//! What a viewer may do: the one policy, asked with how the viewer stands to a record.
//!
//! Every read goes through here: one record by [`Asking::reads`], many by [`Asking::reach`]. How somebody
//! stands to a record is worked out in [`Asking::relations`] and nowhere else.

mod part;
mod shown;
mod write;

use querschnitt_domain::account::Scope as TokenScope;
use querschnitt_domain::{
    ActorId, AgreementId, CentreKey, ConsultationId, GlassId, LetterheadId, MeetingId, NetworkId,
    OrderId, OrganisationId, RecordId, RecordKind, ReviewId, Role, UnitId,
};
use querschnitt_policy::{Action, Cell, Policy, PolicyError, Relation, Relations};
use querschnitt_projections::State;
use querschnitt_projections::facts::Facts;
use querschnitt_projections::views::{Kinds, RecordSet};
use querschnitt_store::berlin_date;
use time::OffsetDateTime;

use crate::viewer::Viewer;
pub(crate) use part::Reach;
use part::{Part, Parts};
pub(crate) use write::{check as check_write, check_advice};
#[cfg(test)]
use {shown::with_texts as changed_with_texts, write::text_fields};

/// The one policy, and what it takes to ask it.
#[derive(Debug)]
pub struct Rights {
    policy: Policy,
    parts: Parts,
    #[cfg(feature = "bench")]
    unasked: bool,
    /// How often it was asked.
    #[cfg(test)]
    asked: std::sync::atomic::AtomicU64,
}

impl Rights {
    /// With the policy this program was built with.
    ///
    /// # Errors
    /// When the policy does not validate.
    pub fn load() -> Result<Self, PolicyError> {
        Ok(Self::with(Policy::load()?))
    }

    fn with(policy: Policy) -> Self {
        Self {
            policy,
            parts: Parts::default(),
            #[cfg(feature = "bench")]
            unasked: false,
            #[cfg(test)]
            asked: std::sync::atomic::AtomicU64::new(0),
        }
    }

    /// Permits everything without asking: to measure what asking costs, and for nothing else.
    ///
    /// # Errors
    /// As [`Rights::load`].
    #[cfg(feature = "bench")]
    pub fn unasked() -> Result<Self, PolicyError> {
        let mut rights = Self::load()?;
        rights.unasked = true;
        Ok(rights)
    }

    /// Who asks of the book as it stands now.
    pub(crate) const fn asking<'a>(
        &'a self,
        viewer: &'a Viewer,
        state: &'a State,
        now: OffsetDateTime,
    ) -> Asking<'a> {
        Asking {
            rights: self,
            viewer,
            state,
            now,
        }
    }

    /// Whether the viewer may do this, standing so. A machine's token may do less than its role.
    pub(crate) fn permits(
        &self,
        viewer: &Viewer,
        cell: Cell,
        action: Action,
        relations: Relations,
    ) -> bool {
        #[cfg(test)]
        self.asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        self.has_scope(viewer, cell, action)
            && self
                .policy
                .allows(viewer.actor.role, cell, action, relations)
    }

    /// What the policy says of a role that is not bound by a token, for what is shown outside of the API.
    #[must_use]
    pub fn allows(&self, role: Role, cell: Cell, action: Action, relations: Relations) -> bool {
        self.policy.allows(role, cell, action, relations)
    }

    fn has_scope(&self, viewer: &Viewer, cell: Cell, action: Action) -> bool {
        viewer.scopes.has(match action {
            Action::Read => TokenScope::Read,
            Action::Write if matches!(cell, Cell::Grants | Cell::Exception) => TokenScope::Accounts,
            Action::Write => TokenScope::Write,
        })
    }

    /// Whether there can be anything of this cell that the viewer reads.
    pub(crate) fn may_read_some(&self, viewer: &Viewer, cell: Cell) -> bool {
        self.permits(viewer, cell, Action::Read, Relations::of(Relation::ALL))
    }
}

/// Who asks, of the book as it stands now: rights are those of this moment, also where a query reads what
/// was known before.
#[derive(Clone, Copy)]
pub(crate) struct Asking<'a> {
    rights: &'a Rights,
    viewer: &'a Viewer,
    state: &'a State,
    now: OffsetDateTime,
}

impl Asking<'_> {
    /// Whether this cell of a record of this centre may be read.
    pub(crate) fn reads(&self, cell: Cell, record: RecordId, centre: CentreKey) -> bool {
        self.may(cell, Action::Read, record, centre)
    }

    /// Asks what [`Asking::reads`] would ask of a record that is not there. The answer says nothing; that it was
    /// asked for takes as long as if the record were there and hidden.
    pub(crate) fn misses(&self, cell: Cell, record: RecordId) {
        self.reads(cell, record, self.viewer.centre());
    }

    /// Whether this may be done with this cell of a record of this centre.
    pub(crate) fn may(
        &self,
        cell: Cell,
        action: Action,
        record: RecordId,
        centre: CentreKey,
    ) -> bool {
        #[cfg(feature = "bench")]
        if self.rights.unasked {
            return true;
        }
        // Policies only permit: what is allowed for being of the centre stays allowed, and the rest, which
        // takes longer to work out, need not be known.
        let permits = |relations| self.rights.permits(self.viewer, cell, action, relations);
        let permitted =
            permits(Relations::of([Relation::Centre])) || permits(self.relations(cell, record));
        // Last, so that what is hidden takes as long as what is elsewhere.
        permitted && centre == self.viewer.centre()
    }

    /// Whether this cell of a record may be read; what is not there may not.
    pub(crate) fn reads_record(&self, cell: Cell, record: RecordId) -> bool {
        match centre_of(self.state.facts(), record) {
            Some(centre) => self.reads(cell, record, centre),
            None => {
                self.misses(cell, record);
                false
            }
        }
    }

    /// What may be read of the whole book: in the own centre, each kind by the cell `cell_of` names.
    pub(crate) fn reach(&self, cell_of: fn(RecordKind) -> Cell) -> Reach {
        let whole = self.of_centre();
        let reads_whole = |kind: &RecordKind| {
            let cell = cell_of(*kind);
            self.rights.permits(self.viewer, cell, Action::Read, whole)
        };
        let kinds: Kinds = RecordKind::ALL.into_iter().filter(reads_whole).collect();
        let part = self.part();
        let candidates = part.invited.iter().chain(&part.body).copied();
        let single: RecordSet = candidates
            .chain(self.ordered())
            .filter(|record| !kinds.has(record.kind))
            .filter(|record| self.reads_record(cell_of(record.kind), *record))
            .collect();
        Reach::new(self.viewer.centres(), kinds, single)
    }

    /// How the viewer stands to every record of the own centre.
    pub(crate) fn of_centre(&self) -> Relations {
        let access = self.state.facts().access();
        let (who, centre) = (self.viewer.actor.id, self.viewer.centre());
        let glass = access.glass(who, centre, self.now).is_some();
        let requested = self.orders().any(|order| order.records.is_empty());
        Relations::of([Relation::Centre])
            .with_if(Relation::Glass, glass)
            .with_if(Relation::Request, requested)
    }

    /// How the viewer stands to a record of the own centre.
    fn relations(&self, cell: Cell, record: RecordId) -> Relations {
        let part = self.part();
        // What the centre notes on organisations is its own: taking part opens what they are, not that.
        let opens = cell != Cell::MeetingText || record.kind != RecordKind::Organisation;
        self.of_centre()
            .with_if(Relation::Own, self.is_own(record))
            .with_if(Relation::Invited, opens && part.invited.contains(&record))
            .with_if(Relation::Body, opens && part.body.contains(&record))
            .with_if(
                Relation::Request,
                self.orders().any(|order| order.is_about(record)),
            )
    }

    /// Whether this consultation was recorded by the viewer or a deputy; for a deputy, by or for the person
    /// represented.
    fn is_own(&self, record: RecordId) -> bool {
        let Ok(id) = ConsultationId::try_from(record) else {
            return false;
        };
        let row = self.state.facts().consultations().newest(id);
        let recorded = row.and_then(|row| self.state.timeline().at(row.recorded));
        recorded.is_some_and(|event| event.counts_for() == self.viewer.actor.counts_for())
    }

    /// The open requests and orders that open something to this role in the own centre.
    fn orders(&self) -> impl Iterator<Item = &querschnitt_projections::facts::OrderRow> {
        let access = self.state.facts().access();
        let role = self.viewer.actor.role;
        access
            .orders(self.viewer.centre(), self.now)
            .filter(move |order| order.kind.opens_to() == role)
    }

    /// The single records they are about.
    fn ordered(&self) -> impl Iterator<Item = RecordId> {
        self.orders()
            .flat_map(|order| order.records.iter().copied())
    }

    fn part(&self) -> std::sync::Arc<Part> {
        let day = berlin_date(self.now);
        // Before a part is known: whether there can be a review in it at all.
        let invited = Relations::of([Relation::Invited]);
        let with_reviews = self
            .rights
            .permits(self.viewer, Cell::Review, Action::Read, invited);
        self.rights
            .parts
            .of(self.viewer, self.state, day, with_reviews)
    }
}

/// The cell of a record's coded fields: that it exists at all.
pub(crate) const fn coded(kind: RecordKind) -> Cell {
    match kind {
        RecordKind::Organisation => Cell::Organisation,
        RecordKind::Consultation => Cell::Consultation,
        RecordKind::Network | RecordKind::Meeting | RecordKind::Agreement => Cell::Meeting,
        // The matrix has no units. What reviews say of them is read with the reviews.
        RecordKind::Review | RecordKind::Unit => Cell::Review,
        RecordKind::Letterhead => Cell::Letterhead,
        RecordKind::Account => Cell::Grants,
        RecordKind::Exception => Cell::Exception,
    }
}

/// The cell of a record's texts. The matrix has no texts of organisations: what is noted on them is work of
/// networks.
pub(crate) const fn texts(kind: RecordKind) -> Cell {
    match kind {
        RecordKind::Consultation => Cell::ConsultationText,
        RecordKind::Review | RecordKind::Unit => Cell::ReviewText,
        RecordKind::Organisation
        | RecordKind::Network
        | RecordKind::Meeting
        | RecordKind::Agreement => Cell::MeetingText,
        RecordKind::Letterhead => Cell::Letterhead,
        RecordKind::Account => Cell::Grants,
        // Who asks for what about whom is for the data-protection officer.
        RecordKind::Exception => Cell::AccessLog,
    }
}

/// In whose book a record is, also when it was retracted.
fn centre_of(facts: &Facts, record: RecordId) -> Option<CentreKey> {
    let id = record.id;
    match record.kind {
        RecordKind::Organisation => centre(facts.organisations().newest(OrganisationId(id))),
        RecordKind::Consultation => centre(facts.consultations().newest(ConsultationId(id))),
        RecordKind::Network => centre(facts.networks().newest(NetworkId(id))),
        RecordKind::Meeting => centre(facts.meetings().newest(MeetingId(id))),
        RecordKind::Agreement => centre(facts.agreements().newest(AgreementId(id))),
        RecordKind::Review => centre(facts.reviews().newest(ReviewId(id))),
        RecordKind::Letterhead => centre(facts.letterheads().newest(LetterheadId(id))),
        RecordKind::Unit => centre(facts.units().rows().newest(UnitId(id))),
        RecordKind::Account => centre(facts.access().accounts().newest(ActorId(id))),
        RecordKind::Exception => {
            let access = facts.access();
            centre(access.all_orders().newest(OrderId(id)))
                .or_else(|| centre(access.glasses().newest(GlassId(id))))
        }
    }
}

fn centre<R: querschnitt_projections::views::Listed>(row: Option<&R>) -> Option<CentreKey> {
    row.map(R::centre)
}

#[cfg(test)]
mod tests;
