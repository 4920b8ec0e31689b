//! What this crate asks about accounts. The server answers from the log; nothing here knows events or projections.

use async_trait::async_trait;
use querschnitt_domain::{ActorId, CentreKey, OrganisationId, Role};
use uuid::Uuid;

/// Who has an account, and in which roles.
#[async_trait]
pub trait Directory: Send + Sync + 'static {
    /// Whether this account may sign in now. Asked at every request of a session, so it should be quick.
    async fn state(&self, account: ActorId) -> AccountState;

    /// The roles in which this account may act today, in the order of the grants; none for a locked or unknown one.
    async fn choices(&self, account: ActorId) -> Vec<Choice>;

    /// The name of the person, for their own pages.
    async fn name(&self, account: ActorId) -> Option<String>;

    /// What somebody who acts in this role has to be shown unasked, the newest first; nothing for most. That it is
    /// shown is recorded before this returns.
    ///
    /// # Errors
    /// See [`NotRecorded`].
    async fn notices(&self, account: ActorId, acting: &Choice) -> Result<Vec<Notice>, NotRecorded>;

    /// The account of a person whom a provider vouches for; it is made, renamed and given or withdrawn the roles that
    /// come from the provider, as the claims say.
    ///
    /// # Errors
    /// See [`Refused`].
    async fn provider(&self, identity: &ProviderIdentity) -> Result<ActorId, Refused>;
}

/// Whether an account may sign in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AccountState {
    /// It may.
    Active {
        /// Where its last lock stands in the book: what was begun before that stays over.
        last_lock: Option<u64>,
    },
    /// Somebody locked it.
    Locked,
    /// There is none with this id.
    Unknown,
}

/// One role a person may act in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Choice {
    /// The grant; for a deputy the grant of the person represented.
    pub grant: Uuid,
    /// The role.
    pub role: Role,
    /// For which centre.
    pub centre: CentreKey,
    /// Whose deputy one is in this role.
    pub deputy_for: Option<ActorId>,
}

/// A use of break-glass that is shown to the data-protection officer. German, and not escaped.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Notice {
    /// Who broke the glass.
    pub who: String,
    /// When, and until when it opens or opened something.
    pub when: String,
    /// Why.
    pub why: String,
}

/// Nothing may be shown now: it could not be recorded.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("it can't be recorded who is shown what")]
pub struct NotRecorded;

/// A person as a provider (OIDC) describes them, after everything in it was checked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProviderIdentity {
    /// The provider's `iss`; with `subject` it names one person for ever.
    pub issuer: String,
    /// The provider's `sub`.
    pub subject: String,
    /// The name to show, as the provider writes it.
    pub name: Option<String>,
    /// The roles the claims give; empty when they give none.
    pub roles: Vec<ClaimedRole>,
    /// When the provider said so, in seconds since 1970; an older statement never undoes a newer one.
    pub issued_at: i64,
}

/// A role that a provider's claims give.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ClaimedRole {
    /// The role.
    pub role: Role,
    /// For which centre.
    pub centre: CentreKey,
    /// For roles that act for an organisation: which.
    pub organisation: Option<OrganisationId>,
}

/// Why somebody whom a provider vouches for is not let in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refused {
    /// The account is locked.
    #[error("the account is locked")]
    Locked,
    /// The claims give no role and nobody here gave one.
    #[error("no role")]
    NoRole,
    /// The log takes nothing at the moment; later again.
    #[error("not possible at the moment")]
    Unavailable,
}
