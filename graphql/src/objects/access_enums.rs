//! The words of accounts and roles as clients see them.

use async_graphql::Enum;

/// A role: in which somebody acts.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "querschnitt_domain::Role")]
pub(crate) enum Role {
    /// Fachkraft of the centre.
    KiOfficer,
    /// Verwaltungsassistenz.
    Administration,
    /// Leitung.
    KiHead,
    /// KIM-Case-Management (Baustein 2).
    CaseManager,
    /// KIM-Koordination (Baustein 1).
    KimCoordinator,
    /// Baustein-3-Stelle in the Ausländer- or Einbürgerungsbehörde; held for an organisation.
    AuthorityOfficer,
    /// Another office or organisation that takes part; held for an organisation.
    PartnerOffice,
    /// Member of a Lenkungsgruppe; held in a body.
    SteeringMember,
    /// The state level.
    StateLevel,
    /// Revision.
    Auditor,
    /// Datenschutzbeauftragte.
    DataProtectionOfficer,
    /// Whoever runs the installation.
    Operator,
}

/// Whose account it is.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "querschnitt_domain::account::AccountKind")]
pub(crate) enum AccountKind {
    /// A person's, who signs in.
    Person,
    /// A machine's, which brings a token.
    Machine,
}

/// Who keeps an account or a role.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "querschnitt_domain::account::Origin")]
pub(crate) enum AccountOrigin {
    /// This installation.
    Local,
    /// The provider at which people sign in.
    Provider,
}

/// What the bearer of a token may do within its role.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "querschnitt_domain::account::Scope")]
pub(crate) enum TokenScope {
    /// Reading what the role reads; every token has it.
    Read,
    /// Recording what the role records, but for accounts.
    Write,
    /// Changing accounts and roles, and opening what is closed otherwise.
    Accounts,
}

/// What opens texts to whoever reads them only on request.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "querschnitt_domain::exception::OrderKind")]
pub(crate) enum OrderKind {
    /// A documented request of a person; opens to the data-protection officer, who records it.
    PersonRequest,
    /// An order to audit; opens to the audit, and the head records it.
    Audit,
}

/// How a token of a machine stands.
#[derive(Enum, Clone, Copy, PartialEq, Eq)]
#[graphql(
    remote = "querschnitt_projections::facts::TokenState",
    name = "MachineTokenState"
)]
pub(crate) enum TokenState {
    /// It counts: its bearer acts by it.
    Counts,
    /// Entzogen.
    Revoked,
    /// Abgelaufen.
    Expired,
    /// The account of the machine is locked.
    AccountLocked,
    /// The account of whoever issued it is locked.
    IssuerLocked,
    /// Whoever issued it does not act any more in the role it was issued in.
    IssuerWithoutRight,
}
