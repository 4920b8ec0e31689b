//! On whose word accounts and rights are changed.

use super::Origin;
use crate::centre::CentreKey;
use crate::context::Context;
use crate::may::{self, RecordClass};
use crate::rejection::{Rejection, RejectionCode};
use crate::role::Role;

/// On whose word a command is carried out. Whoever is signed in is always [`Authority::Office`]; the
/// other two exist only inside the installation, which then acts in the role [`Role::Operator`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Authority {
    /// Somebody who signed in: what the access matrix lets that role do in the own centre.
    Office,
    /// Whoever may use the command line where the data lies: the only way to the first accounts.
    CommandLine,
    /// The provider at which people sign in.
    Provider,
}

impl Authority {
    /// Whether what a centre keeps can be changed on this word: an office changes what is its own, and what
    /// others keep does not exist for it.
    pub(super) fn reaches(self, centre: CentreKey, context: &Context) -> bool {
        match self {
            Self::Office => centre == context.centre,
            Self::CommandLine | Self::Provider => true,
        }
    }

    /// Who keeps what is done on this word.
    pub(super) const fn origin(self) -> Origin {
        match self {
            Self::Office | Self::CommandLine => Origin::Local,
            Self::Provider => Origin::Provider,
        }
    }

    /// Whether accounts and rights may be changed on this word.
    pub(super) fn may_write(self, context: &Context) -> Result<(), Rejection> {
        match self {
            Self::Office => may::write(RecordClass::Account, context),
            Self::CommandLine | Self::Provider if context.role == Role::Operator => Ok(()),
            Self::CommandLine | Self::Provider => Err(Rejection::whole(
                RejectionCode::NotAllowed,
                "Das geht nur über die Befehlszeile dieser Installation.",
            )),
        }
    }

    /// [`Authority::may_write`] for what is technical (locking, revoking a token), which whoever
    /// runs the installation may do too.
    pub(super) fn may_lock(self, context: &Context) -> Result<(), Rejection> {
        match self {
            Self::Office if context.role == Role::Operator => Ok(()),
            Self::Office | Self::CommandLine | Self::Provider => self.may_write(context),
        }
    }

    /// Whether a role may be given, taken away or represented on this word.
    pub(super) fn may_give(
        self,
        field: &str,
        role: Role,
        context: &Context,
    ) -> Result<(), Rejection> {
        self.may_write(context)?;
        match self {
            Self::CommandLine | Self::Provider => Ok(()),
            Self::Office => match given_by(role) {
                Giver::Office => Ok(()),
                Giver::Head if context.role == Role::KiHead => Ok(()),
                Giver::Head => Err(Rejection::field(
                    RejectionCode::NotAllowed,
                    field,
                    format!(
                        "Die Rolle „{}“ vergibt und entzieht nur die Leitung; bitten Sie sie darum.",
                        may::label(role)
                    ),
                )),
                Giver::Installation => Err(Rejection::field(
                    RejectionCode::NotAllowed,
                    field,
                    format!(
                        "Die Rolle „{}“ gehört zu keinem Zentrum; sie vergibt nur der Betrieb über die Befehlszeile.",
                        may::label(role)
                    ),
                )),
            },
        }
    }
}

/// Whether whoever is signed in may issue a token for a role: whoever issues it sees its secret, so it must open
/// nothing that is closed to the issuer. Other tokens are issued on the command line.
pub(super) fn may_issue(role: Role, context: &Context) -> Result<(), Rejection> {
    let is_within = match role {
        Role::KiOfficer
        | Role::KimCoordinator
        | Role::AuthorityOfficer
        | Role::PartnerOffice
        | Role::SteeringMember => context.role == Role::KiHead,
        // What is one's own is of persons, and who oversees is not for the overseen to play.
        Role::CaseManager
        | Role::Auditor
        | Role::DataProtectionOfficer
        | Role::StateLevel
        | Role::Operator => false,
        Role::Administration => {
            matches!(context.role, Role::Administration | Role::KiHead)
        }
        Role::KiHead => context.role == Role::KiHead,
    };
    if is_within {
        return Ok(());
    }
    Err(Rejection::field(
        RejectionCode::NotAllowed,
        "role",
        format!(
            "Ein Token für die Rolle „{}“ können Sie nicht ausstellen, denn es öffnet mehr als Ihre eigene. Das geht nur über die Befehlszeile.",
            may::label(role)
        ),
    ))
}

/// Who gives a role.
enum Giver {
    /// Whoever writes accounts of the centre.
    Office,
    /// The head: roles that lead or oversee.
    Head,
    /// The installation: roles outside every centre.
    Installation,
}

const fn given_by(role: Role) -> Giver {
    match role {
        Role::KiOfficer
        | Role::Administration
        | Role::CaseManager
        | Role::KimCoordinator
        | Role::AuthorityOfficer
        | Role::PartnerOffice
        | Role::SteeringMember => Giver::Office,
        Role::KiHead | Role::Auditor | Role::DataProtectionOfficer => Giver::Head,
        Role::StateLevel | Role::Operator => Giver::Installation,
    }
}

/// Whether a role leads or oversees, or stands outside: what concerns its bearer's account is not for
/// the administration to decide.
pub(super) const fn is_above_administration(role: Role) -> bool {
    match given_by(role) {
        Giver::Office => false,
        Giver::Head | Giver::Installation => true,
    }
}
