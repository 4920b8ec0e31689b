//! Who asks, and what that role may read.
//!
//! Until the one policy of a later issue decides, this file is the only place that knows which role
//! reads what: the coded and text cells of the access matrix for organisations, consultations,
//! meetings and project reviews, and the institutional figures. A viewer sees the own centre only.

use querschnitt_domain::{ActorId, CentreKey, NetworkId, OrganisationId, Role};
use querschnitt_projections::CentreSet;
use querschnitt_store::Actor;
use uuid::Uuid;

/// Who asks, in the one grant that was chosen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Viewer {
    /// The account, its role and its centre.
    pub actor: Actor,
    /// The organisation the role is held for: an authority's, a partner's.
    pub organisation: Option<OrganisationId>,
    /// The body the role is held in: a steering group.
    pub body: Option<NetworkId>,
    /// The person represented.
    pub deputy_for: Option<ActorId>,
    /// The grant; none for a machine's token.
    pub grant: Option<Uuid>,
}

/// The classes of what can be read (rows of the access matrix).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Readable {
    /// Coded fields of organisations.
    Organisations,
    /// Coded fields of consultations.
    Consultations,
    /// Texts of consultations.
    ConsultationTexts,
    /// Coded fields of networks, meetings and agreements.
    Meetings,
    /// Coded fields of project reviews.
    Reviews,
    /// Texts and files of project reviews.
    ReviewTexts,
    /// Texts of networks, meetings and agreements.
    MeetingTexts,
    /// The letterhead: it stands on everything that goes out, and the matrix does not have it.
    Letterhead,
    /// Accounts, their roles, and what opens something that is closed otherwise.
    Accounts,
    /// Institutional figures.
    Figures,
    /// The log's size, root and checkpoint.
    LogIntegrity,
}

impl Viewer {
    /// Who acts in a role of a centre and for nobody else.
    #[must_use]
    pub const fn new(actor: Actor) -> Self {
        Self {
            actor,
            organisation: None,
            body: None,
            deputy_for: None,
            grant: None,
        }
    }

    /// The centre whose records exist for this viewer.
    #[must_use]
    pub const fn centre(&self) -> CentreKey {
        self.actor.centre
    }

    /// The centres whose records exist for this viewer.
    pub(crate) fn centres(&self) -> CentreSet {
        std::iter::once(self.centre()).collect()
    }

    /// Whether this role reads this class of the own centre. Cells with other conditions
    /// (`invited`, `own`, `body`, `request`, `submitted`) grant nothing yet: what they depend on
    /// does not exist before the later issues.
    pub(crate) const fn may_read(&self, what: Readable) -> bool {
        match what {
            Readable::Organisations
            | Readable::Consultations
            | Readable::Meetings
            | Readable::Reviews
            | Readable::Letterhead
            | Readable::Figures => matches!(
                self.actor.role,
                Role::KiOfficer
                    | Role::Administration
                    | Role::KiHead
                    | Role::CaseManager
                    | Role::KimCoordinator
                    | Role::Auditor
                    | Role::DataProtectionOfficer
            ),
            Readable::ConsultationTexts | Readable::ReviewTexts => matches!(
                self.actor.role,
                Role::KiOfficer | Role::KiHead | Role::KimCoordinator
            ),
            Readable::MeetingTexts => matches!(
                self.actor.role,
                Role::KiOfficer | Role::Administration | Role::KiHead | Role::KimCoordinator
            ),
            Readable::Accounts => matches!(
                self.actor.role,
                Role::Administration | Role::KiHead | Role::Auditor | Role::DataProtectionOfficer
            ),
            // Wider than the matrix: every token may check the log it relies on. The policy of the
            // later issue narrows it.
            Readable::LogIntegrity => true,
        }
    }
}
