//! What happens in a generated world: deeds, each of them with numbers that say which of the things that are
//! there it is about. Any list of deeds makes a world: what can't be done is left out, so that a list that was
//! cut short still makes one.

use proptest::prelude::*;
use querschnitt_domain::Role;

/// How many centres a generated world has.
pub(super) const CENTRES: usize = 2;

/// One deed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deed {
    pub(super) kind: Kind,
    /// In whose book.
    pub(super) centre: usize,
    /// Which one it is about, whatever the number of those that are there.
    pub(super) one: usize,
    /// And which other one.
    pub(super) other: usize,
    /// For how many days, or from how many days on.
    pub(super) days: u8,
}

/// What is done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Wait,
    Organisation,
    LinkAsSame,
    Network,
    Join,
    Leave,
    Schedule,
    Hold,
    Agree,
    Consult,
    Correct,
    Review,
    Ask,
    TakeBack,
    Draft,
    AddFile,
    Retract,
    Person,
    Grant(Role),
    Appoint,
    IssueToken(Role),
    Lock,
    Unlock,
    Revoke,
    EndDeputy,
    RevokeToken,
    OpenRequest,
    OpenAudit,
    CloseOrder,
    BreakGlass,
}

/// What the records of an office are about; those of the second list are for nobody but who keeps accounts.
const RECORDS: [Kind; 22] = [
    Kind::Wait,
    Kind::Organisation,
    Kind::LinkAsSame,
    Kind::Network,
    Kind::Join,
    Kind::Join,
    Kind::Leave,
    Kind::Schedule,
    Kind::Hold,
    Kind::Hold,
    Kind::Agree,
    Kind::Agree,
    Kind::Consult,
    Kind::Consult,
    Kind::Correct,
    Kind::Review,
    Kind::Ask,
    Kind::Ask,
    Kind::TakeBack,
    Kind::Draft,
    Kind::AddFile,
    Kind::Retract,
];

const OFFICE: [Kind; 21] = [
    Kind::Person,
    Kind::Grant(Role::KiOfficer),
    Kind::Grant(Role::CaseManager),
    Kind::Grant(Role::AuthorityOfficer),
    Kind::Grant(Role::PartnerOffice),
    Kind::Grant(Role::SteeringMember),
    Kind::Grant(Role::KimCoordinator),
    Kind::Grant(Role::Auditor),
    Kind::Grant(Role::DataProtectionOfficer),
    Kind::Appoint,
    Kind::IssueToken(Role::PartnerOffice),
    Kind::IssueToken(Role::KiOfficer),
    Kind::Lock,
    Kind::Unlock,
    Kind::Revoke,
    Kind::EndDeputy,
    Kind::RevokeToken,
    Kind::OpenRequest,
    Kind::OpenAudit,
    Kind::CloseOrder,
    Kind::BreakGlass,
];

/// What comes and goes without a trace for those who keep no accounts.
const OFFICE_UNSEEN: [Kind; 6] = [
    Kind::Person,
    Kind::Grant(Role::PartnerOffice),
    Kind::Grant(Role::SteeringMember),
    Kind::Grant(Role::KiOfficer),
    Kind::IssueToken(Role::PartnerOffice),
    Kind::BreakGlass,
];

fn deeds(kinds: &'static [Kind], centres: std::ops::Range<usize>) -> impl Strategy<Value = Deed> {
    let kind = prop::sample::select(kinds);
    (kind, centres, 0..24_usize, 0..24_usize, 0..40_u8).prop_map(
        |(kind, centre, one, other, days)| Deed {
            kind,
            centre,
            one,
            other,
            days,
        },
    )
}

/// What happens after the beginning.
pub(super) fn some() -> impl Strategy<Value = Vec<Deed>> {
    let any = prop_oneof![
        3 => deeds(&RECORDS, 0..CENTRES),
        2 => deeds(&OFFICE, 0..CENTRES),
    ];
    prop::collection::vec(any, 4..40)
}

/// What happens in one centre behind the back of those for whom it does not exist: records, or what concerns
/// accounts. Each deed comes after the one with its number.
pub(super) fn unseen() -> impl Strategy<Value = Vec<(usize, Deed)>> {
    (0..CENTRES, any::<bool>()).prop_flat_map(|(centre, records)| {
        let kinds: &'static [Kind] = if records { &RECORDS } else { &OFFICE_UNSEEN };
        let one = (0..80_usize, deeds(kinds, centre..centre + 1));
        prop::collection::vec(one, 6..24)
    })
}

/// What every world begins with: in each centre something of everything, and somebody in every role.
pub(super) fn beginning() -> Vec<Deed> {
    use Kind::{
        AddFile, Agree, Ask, Consult, Draft, Grant, Hold, IssueToken, Join, Network, Organisation,
        Person, Review, Schedule,
    };
    let mut all = Vec::new();
    for centre in 0..CENTRES {
        let mut add = |kind, one, other| {
            let days = 0;
            all.push(Deed {
                kind,
                centre,
                one,
                other,
                days,
            });
        };
        for _ in 0..4 {
            add(Organisation, 0, 0);
        }
        add(Network, 1, 0);
        add(Network, 0, 0);
        for (network, organisation) in [(0, 0), (0, 1), (1, 2)] {
            add(Join, network, organisation);
        }
        add(Person, 0, 0);
        add(Person, 0, 0);
        let granted = Role::ALL.into_iter();
        for (at, role) in granted.enumerate() {
            // One person has case management and a role of an officer; the others come with their roles.
            add(Person, 0, 0);
            let person = if role == Role::CaseManager { 0 } else { at + 2 };
            add(Grant(role), person, at % 2);
        }
        for (kind, one, other) in [
            (Hold, 0, 1),
            (Schedule, 1, 0),
            (Agree, 0, 1),
            (Consult, 0, 1),
            (Consult, 1, 2),
            (Review, 3, 0),
            (Review, 2, 0),
            (Ask, 0, 0),
            (Draft, 0, 0),
            (AddFile, 0, 0),
            (IssueToken(Role::PartnerOffice), 1, 0),
        ] {
            add(kind, one, other);
        }
    }
    all
}
