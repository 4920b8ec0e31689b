//! What is held back of a record that may be read: who of the staff did something, and that a text was changed.

use querschnitt_domain::RecordKind;
use querschnitt_policy::{Action, Cell, Relation, Relations};
use querschnitt_projections::views::timeline::TimelineEntry;

use super::{Asking, Rights, texts};
use crate::viewer::Viewer;

impl Rights {
    /// Whether the viewer is told which accounts did something to records whose coded fields are of this cell.
    ///
    /// Staff are persons, and the matrix names them to nobody outside (`account,grants`). They are told to those
    /// who read such records because these are of the centre: its own staff, auditors, the data-protection
    /// officer; and not to whoever takes part in some of them. What exists for a viewer is always of the own
    /// centre.
    pub(crate) fn names_staff(&self, viewer: &Viewer, cell: Cell) -> bool {
        #[cfg(feature = "bench")]
        if self.unasked {
            return true;
        }
        let of_centre = Relations::of([Relation::Centre]);
        self.permits(viewer, cell, Action::Read, of_centre)
    }
}

impl Asking<'_> {
    /// See [`Rights::names_staff`].
    pub(crate) fn names_staff(&self, cell: Cell) -> bool {
        self.rights.names_staff(self.viewer, cell)
    }

    /// The fields that an event of an existing record changed, as far as the viewer may learn of them: for who
    /// does not read the texts of the record, no field that holds a text, be it among other things. That there
    /// was a change is a coded fact.
    pub(crate) fn changed<'t>(&self, entry: &TimelineEntry<'t>) -> Vec<&'t str> {
        let kind = entry.record.kind;
        let of_texts = with_texts(kind);
        let holds_text = |field: &str| of_texts.contains(&field);
        let all = entry.changed.iter().map(AsRef::as_ref);
        if !entry.changed.iter().any(|field| holds_text(field))
            || self.reads(texts(kind), entry.record, entry.centre)
        {
            return all.collect();
        }
        all.filter(|field| !holds_text(field)).collect()
    }
}

/// The fields that hold texts, wholly or among other things, as events name what changed.
pub(super) const fn with_texts(kind: RecordKind) -> &'static [&'static str] {
    match kind {
        RecordKind::Organisation => &["district", "note", "place"],
        RecordKind::Consultation | RecordKind::Agreement => &["note", "subject"],
        RecordKind::Network => &["function", "note"],
        RecordKind::Meeting => &[
            "agenda",
            "attendances",
            "chair",
            "place",
            "referred",
            "results",
            "title",
        ],
        RecordKind::Review => &["applicantName", "note", "reference", "title"],
        // A unit is named wherever it is counted; of the others the matrix has one cell for all.
        RecordKind::Unit | RecordKind::Letterhead | RecordKind::Account | RecordKind::Exception => {
            &[]
        }
    }
}
