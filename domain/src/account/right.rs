//! What a grant or a token gives: a role, and where the role needs it the organisation or the body it
//! is held for.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::check;
use crate::context::Context;
use crate::event::Event;
use crate::event_data::{EventData, EventKind};
use crate::existing::Existing;
use crate::id::{NetworkId, OrganisationId};
use crate::may;
use crate::network::{NetworkEvent, is_steering_group};
use crate::query::QueryItem;
use crate::rejection::{Rejection, RejectionCode};
use crate::role::Role;
use crate::values::BodyType;

/// The events that say what a body is.
const DESCRIBED: [EventKind; 3] = [
    EventKind::NetworkFounded,
    EventKind::NetworkChanged,
    EventKind::NetworkCorrected,
];

/// What is known of the organisations and bodies that roles are held for.
#[derive(Clone, Default, Debug)]
pub(super) struct HeldFor {
    existing: Existing,
    kinds: BTreeMap<NetworkId, BodyType>,
}

impl HeldFor {
    /// Folds one event in.
    pub(super) fn evolve(&mut self, event: &Event) {
        self.existing.evolve(event);
        let EventData::Network(data) = &event.data else {
            return;
        };
        let described = match data {
            NetworkEvent::Founded(event) => Some((event.network, &event.facts)),
            NetworkEvent::Changed(event) => Some((event.network, &event.facts)),
            NetworkEvent::Corrected(event) => Some((event.network, &event.facts)),
            NetworkEvent::MemberJoined(_)
            | NetworkEvent::MemberLeft(_)
            | NetworkEvent::Closed(_)
            | NetworkEvent::Reopened(_)
            | NetworkEvent::MemberCorrected(_)
            | NetworkEvent::MemberRetracted(_)
            | NetworkEvent::Retracted(_) => None,
        };
        if let Some((network, facts)) = described {
            self.kinds.insert(network, facts.body_type);
        }
    }
}

/// A role and what it is held for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Right {
    /// The role.
    pub role: Role,
    /// The organisation of the centre's register its bearer comes from; only roles outside the
    /// centre have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<OrganisationId>,
    /// The steering group its bearer sits in; only its members have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<NetworkId>,
}

impl Right {
    /// A role that is held for nothing else.
    #[must_use]
    pub const fn of(role: Role) -> Self {
        Self {
            role,
            organisation: None,
            body: None,
        }
    }

    /// What finds out whether the organisation and the body exist, and what the body is.
    pub(super) fn items(&self) -> impl Iterator<Item = QueryItem> {
        let organisation = self.organisation.map(|id| Existing::item(id.record()));
        let body = self.body.map(|id| Existing::item(id.record()));
        let kind = self
            .body
            .map(|id| QueryItem::tagged(id.tag()).of(&DESCRIBED));
        organisation.into_iter().chain(body).chain(kind)
    }

    /// The role has what it needs, and no more.
    pub(super) fn check(&self, known: &HeldFor, context: &Context) -> Result<(), Rejection> {
        let existing = &known.existing;
        let (needs_organisation, needs_body) = match self.role {
            Role::AuthorityOfficer | Role::PartnerOffice => (true, false),
            Role::SteeringMember => (false, true),
            Role::KiOfficer
            | Role::Administration
            | Role::KiHead
            | Role::CaseManager
            | Role::KimCoordinator
            | Role::StateLevel
            | Role::Auditor
            | Role::DataProtectionOfficer
            | Role::Operator => (false, false),
        };
        if needs_organisation {
            let organisation = check::required("organisation", self.organisation)?;
            existing.require("organisation", organisation.record(), context)?;
        } else if self.organisation.is_some() {
            return Err(self.needless("organisation", "eine Organisation"));
        }
        if needs_body {
            let body = check::required("body", self.body)?;
            existing.require("body", body.record(), context)?;
            if !known
                .kinds
                .get(&body)
                .copied()
                .is_some_and(is_steering_group)
            {
                return Err(Rejection::field(
                    RejectionCode::StateForbids,
                    "body",
                    "Dieses Gremium ist keine Lenkungsgruppe, und nur deren Vorlagen öffnet diese Rolle; nennen Sie eine Lenkungsgruppe oder berichtigen Sie die Gremienart.",
                ));
            }
        } else if self.body.is_some() {
            return Err(self.needless("body", "ein Gremium"));
        }
        Ok(())
    }

    fn needless(&self, field: &str, what: &str) -> Rejection {
        Rejection::field(
            RejectionCode::ValueNotAllowed,
            field,
            format!(
                "Die Rolle „{}“ gilt nicht für {what}; lassen Sie die Angabe weg.",
                may::label(self.role)
            ),
        )
    }
}
