//! What an import did, counted and named.

use querschnitt_domain::Rejection;

use crate::progress::Progress;

/// What became of one record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Outcome {
    /// It is in the book now.
    Recorded,
    /// It was in the book and is corrected.
    Changed,
    /// It is in the book as the source has it.
    Unchanged,
}

impl Outcome {
    /// The word with which a dry run names a record; none for what stays as it is.
    pub(super) const fn word(self) -> Option<&'static str> {
        match self {
            Self::Recorded => Some("neu"),
            Self::Changed => Some("geändert"),
            Self::Unchanged => None,
        }
    }
}

/// Counts of one kind of record.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Counts {
    recorded: u64,
    changed: u64,
    unchanged: u64,
}

impl Counts {
    pub(super) fn add(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Recorded => self.recorded += 1,
            Outcome::Changed => self.changed += 1,
            Outcome::Unchanged => self.unchanged += 1,
        }
    }

    /// The counts on one line.
    pub(super) fn line(self, what: &str) -> String {
        format!(
            "{what}: {} neu, {} geändert, {} unverändert",
            self.recorded, self.changed, self.unchanged
        )
    }
}

/// What an import did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Report {
    pub(super) networks: Counts,
    pub(super) meetings: Counts,
    /// Agenda items of the meetings that are new.
    pub(super) agenda_items: u64,
    /// Organizations that are no bodies.
    pub(super) skipped_organizations: u64,
    /// Meetings outside what was asked for.
    pub(super) filtered_meetings: u64,
    /// Meetings that the source has deleted.
    pub(super) deleted_meetings: u64,
    /// What people should look at, though nothing is refused.
    pub(super) notices: u64,
    /// What the source has and the book does not take.
    pub(super) refused: u64,
}

/// A refusal on one line: what is wrong, then field and code for machines.
pub(super) fn refusal(rejection: &Rejection) -> String {
    let (message, code) = (&rejection.message, rejection.code.as_str());
    match &rejection.field {
        Some(field) => format!("{message} ({field}: {code})"),
        None => format!("{message} ({code})"),
    }
}

impl Report {
    /// Says what was refused and why.
    pub(super) fn refuse(&mut self, progress: &mut dyn Progress, id: &str, why: &Rejection) {
        self.refused += 1;
        progress.say(&format!("abgelehnt: {id}: {}", refusal(why)));
    }

    /// Says what people should look at.
    pub(super) fn notice(&mut self, progress: &mut dyn Progress, id: &str, what: &str) {
        self.notices += 1;
        progress.say(&format!("Hinweis: {id}: {what}"));
    }

    /// The counts, for the end.
    pub(super) fn say(&self, progress: &mut dyn Progress, dry_run: bool) {
        if dry_run {
            progress.say("Probelauf, nichts wurde eingetragen. Eingetragen würde:");
        }
        progress.say(&self.networks.line("Gremien"));
        progress.say(&self.meetings.line("Sitzungen"));
        progress.say(&format!(
            "Tagesordnungspunkte der neuen Sitzungen: {}",
            self.agenda_items
        ));
        progress.say(&format!(
            "Übergangen: {} Organisationen (keine Gremien oder nicht ausgewählt), {} Sitzungen (nicht ausgewählt)",
            self.skipped_organizations, self.filtered_meetings
        ));
        if self.deleted_meetings > 0 {
            progress.say(&format!(
                "In der Quelle gelöscht: {} Sitzungen",
                self.deleted_meetings
            ));
        }
        progress.say(&format!("Hinweise: {}", self.notices));
        progress.say(&format!("Abgelehnt: {}", self.refused));
    }
}
