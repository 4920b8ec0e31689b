//! Accounts, their rights, and what opens something that is closed otherwise.

use querschnitt_domain::account::{
    AccountEvent, AccountKind, DeputyAppointed, DeputyEnded, Issuer, Locked, Origin, Registered,
    Renamed, Right, RoleGranted, RoleRevoked, Scopes, TokenHash, TokenIssued, TokenRevoked,
    Unlocked,
};
use querschnitt_domain::exception::{
    ExceptionEvent, GlassBroken, GlassClosed, OrderClosed, OrderKind, OrderOpened,
};
use querschnitt_domain::{
    ActorId, DeputyId, EventData, EventKind, GlassId, GrantId, MachineTokenId, OrderId, Role,
};
use time::macros::{date, datetime};
use uuid::uuid;

use super::{NETWORK, ORGANISATION, REVIEW, changed, sealed};

const ACCOUNT: ActorId = ActorId(uuid!("01980000-0000-7000-8000-000000000010"));
const REPRESENTED: ActorId = ActorId(uuid!("01980000-0000-7000-8000-000000000011"));
const GRANT: GrantId = GrantId(uuid!("01980000-0000-7000-8000-000000000012"));
const DEPUTY: DeputyId = DeputyId(uuid!("01980000-0000-7000-8000-000000000013"));
const TOKEN: MachineTokenId = MachineTokenId(uuid!("01980000-0000-7000-8000-000000000014"));
const ORDER: OrderId = OrderId(uuid!("01980000-0000-7000-8000-000000000015"));
const GLASS: GlassId = GlassId(uuid!("01980000-0000-7000-8000-000000000016"));

/// `None` for events of other records.
pub(super) fn event(kind: EventKind) -> Option<EventData> {
    account(kind)
        .map(EventData::Account)
        .or_else(|| exception(kind).map(EventData::Exception))
}

fn account(kind: EventKind) -> Option<AccountEvent> {
    let account = ACCOUNT;
    let reason = sealed("Grund");
    Some(match kind {
        EventKind::AccountRegistered => AccountEvent::Registered(Registered {
            account,
            kind: AccountKind::Person,
            origin: Origin::Provider,
            name: sealed("Kim Muster"),
            login: Some(sealed("kim.muster")),
        }),
        EventKind::AccountRenamed => AccountEvent::Renamed(Renamed {
            account,
            name: sealed("Kim Neumann"),
            login: Some(sealed("kim.neumann")),
            changed: changed(&["name", "login"]),
        }),
        EventKind::AccountLocked => AccountEvent::Locked(Locked { account, reason }),
        EventKind::AccountUnlocked => AccountEvent::Unlocked(Unlocked { account, reason }),
        EventKind::AccountRoleGranted => AccountEvent::RoleGranted(RoleGranted {
            account,
            grant: GRANT,
            right: Right {
                role: Role::PartnerOffice,
                organisation: Some(ORGANISATION),
                body: None,
            },
            valid_from: date!(2025 - 03 - 10),
            valid_to: Some(date!(2026 - 03 - 10)),
            origin: Origin::Local,
        }),
        EventKind::AccountRoleRevoked => AccountEvent::RoleRevoked(RoleRevoked {
            account,
            grant: GRANT,
            reason: Some(reason),
            origin: Some(Origin::Provider),
        }),
        EventKind::AccountDeputyAppointed => AccountEvent::DeputyAppointed(DeputyAppointed {
            account,
            deputy: DEPUTY,
            represents: REPRESENTED,
            grant: GRANT,
            valid_from: date!(2025 - 03 - 10),
            valid_to: date!(2025 - 03 - 24),
        }),
        EventKind::AccountDeputyEnded => AccountEvent::DeputyEnded(DeputyEnded {
            account,
            deputy: DEPUTY,
            represents: REPRESENTED,
        }),
        EventKind::AccountTokenIssued => AccountEvent::TokenIssued(TokenIssued {
            account,
            token: TOKEN,
            name: sealed("Schnittstelle"),
            right: Right {
                role: Role::SteeringMember,
                organisation: None,
                body: Some(NETWORK),
            },
            scopes: Scopes::all(),
            expires_at: datetime!(2026-03-10 08:00 UTC),
            hash: TokenHash::of(&[7; 32]),
            issuer: Some(Issuer::Person {
                account: REPRESENTED,
                grant: GRANT,
                represents: Some(ACCOUNT),
            }),
        }),
        EventKind::AccountTokenRevoked => AccountEvent::TokenRevoked(TokenRevoked {
            account,
            token: TOKEN,
        }),
        _ => return None,
    })
}

fn exception(kind: EventKind) -> Option<ExceptionEvent> {
    let reason = sealed("Grund");
    Some(match kind {
        EventKind::ExceptionOrderOpened => ExceptionEvent::OrderOpened(OrderOpened {
            order: ORDER,
            kind: OrderKind::PersonRequest,
            records: vec![REVIEW.record()],
            valid_to: date!(2025 - 06 - 10),
            reason,
        }),
        EventKind::ExceptionOrderClosed => {
            ExceptionEvent::OrderClosed(OrderClosed { order: ORDER })
        }
        EventKind::ExceptionGlassBroken => ExceptionEvent::GlassBroken(GlassBroken {
            glass: GLASS,
            until: datetime!(2025-03-10 09:00 UTC),
            reason,
        }),
        EventKind::ExceptionGlassClosed => {
            ExceptionEvent::GlassClosed(GlassClosed { glass: GLASS })
        }
        _ => return None,
    })
}
