//! What can be asked about: the rows of the access matrix, and the two things done with them.

/// A row of the access matrix: a class of records and a class of their fields.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Cell {
    /// Organisations: what the register says.
    Organisation,
    /// Consultations: coded fields.
    Consultation,
    /// Consultations: texts.
    ConsultationText,
    /// Project reviews: coded fields.
    Review,
    /// Project reviews: texts and files.
    ReviewText,
    /// Networks, meetings and agreements: coded fields.
    Meeting,
    /// Networks, meetings and agreements: texts.
    MeetingText,
    /// Cases: that there is one.
    CaseExistence,
    /// Cases: who it is.
    CaseIdentity,
    /// Cases: how to reach them.
    CaseContact,
    /// Cases: coded fields.
    Case,
    /// Cases: what was told.
    CaseNarrative,
    /// Case conferences.
    CaseConference,
    /// Consents.
    Consent,
    /// Themes found in cases.
    Theme,
    /// Figures about institutions.
    InstitutionalFigure,
    /// Figures about persons.
    PersonFigure,
    /// Reports to the state.
    Report,
    /// Entries of the access log.
    AccessLog,
    /// The log's size, root and checkpoints.
    LogIntegrity,
    /// Accounts and who has which role.
    Grants,
    /// The letterhead of a centre: not in the matrix, see `access-matrix-more.csv`.
    Letterhead,
    /// What opens for a time what is closed otherwise: requests, audit orders, break-glass. Not in the
    /// matrix either.
    Exception,
    /// Taking records over from another source on the command line. Not in the matrix either.
    Import,
}

impl Cell {
    /// All cells, in the order of the matrix.
    pub const ALL: [Self; 24] = [
        Self::Organisation,
        Self::Consultation,
        Self::ConsultationText,
        Self::Review,
        Self::ReviewText,
        Self::Meeting,
        Self::MeetingText,
        Self::CaseExistence,
        Self::CaseIdentity,
        Self::CaseContact,
        Self::Case,
        Self::CaseNarrative,
        Self::CaseConference,
        Self::Consent,
        Self::Theme,
        Self::InstitutionalFigure,
        Self::PersonFigure,
        Self::Report,
        Self::AccessLog,
        Self::LogIntegrity,
        Self::Grants,
        Self::Letterhead,
        Self::Exception,
        Self::Import,
    ];

    /// Record class and field class as the matrix writes them; also the name in the policies.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Organisation => "organisation,coded",
            Self::Consultation => "consultation,coded",
            Self::ConsultationText => "consultation,text",
            Self::Review => "review,coded",
            Self::ReviewText => "review,text",
            Self::Meeting => "meeting,coded",
            Self::MeetingText => "meeting,text",
            Self::CaseExistence => "case,existence",
            Self::CaseIdentity => "case,identity",
            Self::CaseContact => "case,contact",
            Self::Case => "case,coded",
            Self::CaseNarrative => "case,narrative",
            Self::CaseConference => "case_conference,text",
            Self::Consent => "consent,coded",
            Self::Theme => "theme,coded",
            Self::InstitutionalFigure => "figure,institutional",
            Self::PersonFigure => "figure,person_based",
            Self::Report => "report,submitted",
            Self::AccessLog => "access_log,entries",
            Self::LogIntegrity => "log,integrity",
            Self::Grants => "account,grants",
            Self::Letterhead => "letterhead,coded",
            Self::Exception => "exception,opened",
            Self::Import => "import,source",
        }
    }
}

/// What is done with a cell.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Action {
    /// Seeing it.
    Read,
    /// Recording and changing it; whoever may write may read.
    Write,
}

impl Action {
    /// Both actions.
    pub const ALL: [Self; 2] = [Self::Read, Self::Write];

    /// The name in the policies.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_is_listed_at_its_place() {
        for (place, cell) in Cell::ALL.into_iter().enumerate() {
            assert_eq!(cell as usize, place, "{}", cell.as_str());
        }
    }
}
