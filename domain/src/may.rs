//! Which role may write what: a second lock behind the one policy (`policy/`), which is asked first
//! (ADR 0014). A test there holds the two against each other, cell by cell.

use crate::check;
use crate::context::Context;
use crate::rejection::{Rejection, RejectionCode};
use crate::role::Role;
use crate::text::Text;

/// The record classes of the matrix. Networks, their meetings and agreements are one class. The matrix
/// does not have letterheads: whoever may give out accounts of the centre sets them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RecordClass {
    /// Organisations.
    Organisation,
    /// Consultations.
    Consultation,
    /// Networks, meetings and agreements.
    Meeting,
    /// Texts of meetings and agreements, which fewer roles write than their coded fields.
    MeetingText,
    /// Project reviews.
    Review,
    /// The advice a review waits for: all a partner's office writes, and only where it was asked.
    Advice,
    /// The letterhead of the centre.
    Letterhead,
    /// Accounts and the roles they have.
    Account,
    /// The units of the centre's authority, which the matrix does not have either: the head declares them.
    Unit,
}

impl RecordClass {
    /// The roles that write records of this class.
    #[must_use]
    pub const fn writers(self) -> &'static [Role] {
        match self {
            Self::Organisation | Self::Meeting => &[
                Role::KiOfficer,
                Role::Administration,
                Role::KiHead,
                Role::KimCoordinator,
            ],
            Self::MeetingText => &[Role::KiOfficer, Role::KiHead, Role::KimCoordinator],
            Self::Consultation => &[Role::KiOfficer, Role::KiHead, Role::CaseManager],
            Self::Review => &[Role::KiOfficer, Role::KiHead],
            Self::Advice => &[Role::KiOfficer, Role::KiHead, Role::PartnerOffice],
            Self::Letterhead | Self::Account => &[Role::Administration, Role::KiHead],
            Self::Unit => &[Role::KiHead],
        }
    }

    const fn plural(self) -> &'static str {
        match self {
            Self::Organisation => "Organisationen",
            Self::Consultation => "Beratungen",
            Self::Meeting => "Gremien, Sitzungen und Vereinbarungen",
            Self::MeetingText => "Texte von Sitzungen und Vereinbarungen",
            Self::Review => "Stellungnahmen",
            Self::Advice => "Antworten beteiligter Stellen",
            Self::Letterhead => "den Briefkopf",
            Self::Account => "Konten und Rollen",
            Self::Unit => "Organisationseinheiten",
        }
    }
}

/// Whether the actor may write records of this class.
///
/// # Errors
/// [`RejectionCode::NotAllowed`].
pub fn write(class: RecordClass, context: &Context) -> Result<(), Rejection> {
    if class.writers().contains(&context.role) {
        return Ok(());
    }
    Err(refusal(class, context.role))
}

/// What is said to a role that may not write records of this class.
#[must_use]
pub fn refusal(class: RecordClass, role: Role) -> Rejection {
    let writers: Vec<&str> = class.writers().iter().map(|role| label(*role)).collect();
    Rejection::whole(
        RejectionCode::NotAllowed,
        format!(
            "In der Rolle „{}“ können Sie {} nicht eintragen oder ändern. Das dürfen: {}.",
            label(role),
            class.plural(),
            writers.join(", ")
        ),
    )
}

/// Why something will not be, which is shown as a text of the meeting or agreement ever after: needed from
/// whoever writes such texts. The other roles can't give a reason, and still say that it will not be.
///
/// # Errors
/// [`RejectionCode::Missing`], and those of [`check::text`].
pub(crate) fn reason_of_meeting<'a>(
    reason: Option<&'a Text>,
    context: &Context,
) -> Result<Option<&'a Text>, Rejection> {
    match reason {
        Some(reason) => {
            check::text("reason", reason.as_str(), Text::NOTE)?;
        }
        None if RecordClass::MeetingText.writers().contains(&context.role) => {
            return Err(check::missing("reason"));
        }
        None => {}
    }
    Ok(reason)
}

/// Whether the actor is the head. `what` begins the sentence: "… nur die Leitung."
///
/// # Errors
/// [`RejectionCode::NotAllowed`].
pub fn head(what: &str, context: &Context) -> Result<(), Rejection> {
    if context.role == Role::KiHead {
        return Ok(());
    }
    Err(Rejection::whole(
        RejectionCode::NotAllowed,
        format!("{what} nur die Leitung; bitten Sie sie darum."),
    ))
}

/// What the office calls the role.
#[must_use]
pub const fn label(role: Role) -> &'static str {
    match role {
        Role::KiOfficer => "Fachkraft",
        Role::Administration => "Verwaltungsassistenz",
        Role::KiHead => "Leitung",
        Role::CaseManager => "Case-Management",
        Role::KimCoordinator => "KIM-Koordination",
        Role::AuthorityOfficer => "Baustein-3-Stelle",
        Role::PartnerOffice => "Partnerstelle",
        Role::SteeringMember => "Mitglied der Lenkungsgruppe",
        Role::StateLevel => "Landesebene",
        Role::Auditor => "Revision",
        Role::DataProtectionOfficer => "Datenschutz",
        Role::Operator => "Betrieb",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rows of the access matrix, those of the texts for advice and texts, cell by cell in the order of
    /// [`Role::ALL`]. `T`: only what is technical (locking), which the decisions concerned say themselves.
    const ROWS: [(RecordClass, &str); 7] = [
        (RecordClass::Organisation, "W W W R W R R R - R R -"),
        (RecordClass::Consultation, "W R W W R - - - - R R -"),
        (RecordClass::Meeting, "W W W R W R R R - R R -"),
        (RecordClass::MeetingText, "W R W R W R R R - R R -"),
        (RecordClass::Review, "W R W R R - R - - R R -"),
        (RecordClass::Advice, "W - W - R - W - - R R -"),
        (RecordClass::Account, "- W W - - - - - - R R T"),
    ];

    #[test]
    fn the_writers_are_those_of_the_matrix() {
        for (class, cells) in ROWS {
            for (role, cell) in Role::ALL.into_iter().zip(cells.split(' ')) {
                let writes = class.writers().contains(&role);
                assert_eq!(writes, cell == "W", "{class:?} {role}");
            }
        }
    }
}
