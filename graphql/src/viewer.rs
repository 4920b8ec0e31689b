//! Who asks.

use querschnitt_domain::account::{Issuer, Scopes};
use querschnitt_domain::{ActorId, CentreKey, GrantId, MachineTokenId, NetworkId, OrganisationId};
use querschnitt_projections::CentreSet;
use querschnitt_projections::facts::{Acting, TokenRow};
use querschnitt_store::Actor;

/// Who asks, in the one grant that was chosen. What that allows, the policy says: [`crate::Rights`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Viewer {
    /// The account, its role and its centre, and who is represented.
    pub actor: Actor,
    /// The organisation the role is held for: an authority's, a partner's.
    pub organisation: Option<OrganisationId>,
    /// The body the role is held in: a steering group.
    pub body: Option<NetworkId>,
    /// The grant; none for a machine's token.
    pub grant: Option<GrantId>,
    /// The token; none for a person.
    pub token: Option<MachineTokenId>,
    /// What may be done within the role; a machine's token may be good for less.
    pub scopes: Scopes,
}

impl Viewer {
    /// An account acting in one of its grants.
    #[must_use]
    pub const fn of(acting: &Acting, account: ActorId, scopes: Scopes) -> Self {
        Self {
            actor: Actor {
                id: account,
                role: acting.role,
                centre: acting.centre,
                on_behalf_of: acting.deputy_for,
            },
            organisation: acting.organisation,
            body: acting.body,
            grant: acting.grant,
            token: None,
            scopes,
        }
    }

    /// A machine acting by its token.
    #[must_use]
    pub const fn of_token(token: &TokenRow) -> Self {
        Self {
            token: Some(token.id),
            ..Self::of(&token.acting(), token.account, token.scopes)
        }
    }

    /// In whose right this viewer issues tokens.
    pub(crate) fn issuer(&self) -> Option<Issuer> {
        let account = self.actor.id;
        match (self.token, self.grant) {
            (Some(token), _) => Some(Issuer::Machine { account, token }),
            (None, Some(grant)) => Some(Issuer::Person {
                account,
                grant,
                represents: self.actor.on_behalf_of,
            }),
            (None, None) => None,
        }
    }

    /// Who acts in a role of a centre and for nobody else.
    #[must_use]
    pub fn new(actor: Actor) -> Self {
        Self {
            actor,
            organisation: None,
            body: None,
            grant: None,
            token: None,
            scopes: Scopes::all(),
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
}
