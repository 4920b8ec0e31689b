//! Accounts: who can act in the book, in which roles, by which tokens of machines, and who represents
//! whom. What somebody may do is looked up here at every request, so that what was taken away is gone
//! with the next one.

mod add;
mod appoint_deputy;
mod authority;
mod end_deputy;
mod event;
mod grant_role;
mod issue_token;
mod issuer;
mod lock;
mod login_name;
mod register;
mod rename;
mod revoke_role;
mod revoke_token;
mod right;
#[cfg(test)]
pub(crate) mod samples;
mod scope;
mod staff;
mod state;
mod token_hash;
mod unlock;
mod validity;
mod withheld;

pub use add::AddAccount;
pub use appoint_deputy::AppointDeputy;
pub use authority::Authority;
pub use end_deputy::EndDeputy;
pub use event::{
    AccountEvent, AccountKind, DeputyAppointed, DeputyEnded, Locked, Origin, Registered, Renamed,
    RoleGranted, RoleRevoked, TokenIssued, TokenRevoked, Unlocked,
};
pub use grant_role::{GrantFacts, GrantRole};
pub use issue_token::{Bearer, IssueToken};
pub use issuer::Issuer;
pub use lock::LockAccount;
pub use login_name::{LoginName, NewLogin, NoLoginName};
pub use register::RegisterAccount;
pub use rename::RenameAccount;
pub use revoke_role::RevokeRole;
pub use revoke_token::RevokeToken;
pub use right::Right;
pub use scope::{Scope, Scopes, UnknownScope};
pub use state::Accounts;
pub use token_hash::TokenHash;
pub use unlock::UnlockAccount;
pub(crate) use validity::a_year_after;
