//! From the claims of a token to a person and the roles that the provider gives them.

use querschnitt_domain::{ActorId, CentreKey, OrganisationId, Role};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::directory::{ClaimedRole, ProviderIdentity};
use crate::jwt::claims::Base;

/// More values in one claim are not looked at.
const MOST_VALUES: usize = 512;

/// A longer name is no name, in characters.
const LONGEST_NAME: usize = 200;

/// Which claims say what, and which of their values mean which role.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Mapping {
    pub(crate) roles_claim: String,
    pub(crate) centre_claim: Option<String>,
    pub(crate) organisation_claim: Option<String>,
    pub(crate) name_claim: String,
    /// For those whose claims name no centre.
    pub(crate) centre: Option<CentreKey>,
    pub(crate) values: Vec<(String, Role)>,
}

/// The account of a person at a provider: always the same, and no other's. Subjects are unique below one issuer
/// only, so the issuer is part of it; nothing else is, so that a new name or address stays the same person.
#[must_use]
pub fn account(issuer: &str, subject: &str) -> ActorId {
    let issuer = Uuid::new_v5(&Uuid::NAMESPACE_URL, issuer.as_bytes());
    ActorId(Uuid::new_v5(&issuer, subject.as_bytes()))
}

impl Mapping {
    /// Whom the claims describe. What does not fit gives no role; it never gives another one.
    pub(crate) fn identity(
        &self,
        issuer: &str,
        base: &Base,
        claims: &Map<String, Value>,
    ) -> ProviderIdentity {
        ProviderIdentity {
            issuer: issuer.to_owned(),
            subject: base.subject.clone(),
            name: at(claims, &self.name_claim)
                .and_then(Value::as_str)
                .and_then(name),
            roles: self.roles(claims),
            issued_at: base.issued_at,
        }
    }

    fn roles(&self, claims: &Map<String, Value>) -> Vec<ClaimedRole> {
        let centre = self.centre(claims);
        let organisation = self.organisation(claims);
        let mut roles: Vec<ClaimedRole> = at(claims, &self.roles_claim)
            .into_iter()
            .flat_map(texts)
            .filter_map(|value| {
                let role = |value: &str| {
                    let known = self.values.iter().find(|(known, _)| known == value);
                    known.map(|(_, role)| *role)
                };
                // A value may name its own centre: `ki-leitung@05711`.
                let (role, centre) = match (role(value), value.rsplit_once('@')) {
                    (Some(role), _) => (role, centre?),
                    (None, Some((value, centre))) => (role(value)?, centre.parse().ok()?),
                    (None, None) => return None,
                };
                let organisation = match acts_for_an_organisation(role) {
                    true => Some(organisation?),
                    false => None,
                };
                Some(ClaimedRole {
                    role,
                    centre,
                    organisation,
                })
            })
            .collect();
        roles.sort_unstable();
        roles.dedup();
        roles
    }

    /// The centre that the claims name. One that does not exist is not replaced by the usual one: whoever is said to
    /// belong somewhere else does not belong here.
    fn centre(&self, claims: &Map<String, Value>) -> Option<CentreKey> {
        let claim = self.centre_claim.as_ref();
        let Some(found) = claim.and_then(|claim| at(claims, claim)) else {
            return self.centre;
        };
        let mut named = texts(found);
        match (named.next(), named.next()) {
            (Some(one), None) => one.parse().ok(),
            (None | Some(_), _) => None,
        }
    }

    fn organisation(&self, claims: &Map<String, Value>) -> Option<OrganisationId> {
        let found = at(claims, self.organisation_claim.as_ref()?)?;
        let mut named = texts(found);
        match (named.next(), named.next()) {
            (Some(one), None) => Uuid::try_parse(one).ok().map(OrganisationId),
            (None | Some(_), _) => None,
        }
    }
}

/// Whether a role acts for an organisation outside the centre.
const fn acts_for_an_organisation(role: Role) -> bool {
    match role {
        Role::AuthorityOfficer | Role::PartnerOffice => true,
        Role::KiOfficer
        | Role::Administration
        | Role::KiHead
        | Role::CaseManager
        | Role::KimCoordinator
        | Role::SteeringMember
        | Role::StateLevel
        | Role::Auditor
        | Role::DataProtectionOfficer
        | Role::Operator => false,
    }
}

/// A claim by its name, or by the names of the objects around it with dots between: `realm_access.roles`. Some
/// providers have dots in a name itself, so the whole name comes first.
pub(crate) fn at<'a>(claims: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    if let Some(value) = claims.get(path) {
        return Some(value);
    }
    let mut names = path.split('.');
    let first = claims.get(names.next()?)?;
    names.try_fold(first, |value, name| value.as_object()?.get(name))
}

/// A text, or the texts of a list.
fn texts(value: &Value) -> impl Iterator<Item = &str> {
    let (one, list) = match value {
        Value::String(text) => (Some(text.as_str()), &[][..]),
        Value::Array(list) => (None, list.as_slice()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => (None, &[][..]),
    };
    one.into_iter()
        .chain(list.iter().take(MOST_VALUES).filter_map(Value::as_str))
}

fn name(text: &str) -> Option<String> {
    let text = text.trim();
    let fits = !text.is_empty()
        && text.chars().count() <= LONGEST_NAME
        && !text.chars().any(char::is_control);
    fits.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn mapping() -> Mapping {
        Mapping {
            roles_claim: "realm_access.roles".into(),
            centre_claim: Some("centre".into()),
            organisation_claim: Some("org".into()),
            name_claim: "name".into(),
            centre: Some("05711".parse().unwrap()),
            values: vec![
                ("ki-fachkraft".into(), Role::KiOfficer),
                ("CN=Leitung,OU=KI@home".into(), Role::KiHead),
                ("partner".into(), Role::PartnerOffice),
            ],
        }
    }

    fn of(claims: Value) -> ProviderIdentity {
        let base = Base {
            subject: "42".into(),
            issued_at: 7,
            expires_at: 8,
            audiences: Vec::new(),
        };
        mapping().identity("https://sso.example", &base, claims.as_object().unwrap())
    }

    fn words(claims: Value) -> Vec<String> {
        let words = |role: ClaimedRole| {
            let organisation = role.organisation.map(|_| " for an organisation");
            format!(
                "{} {}{}",
                role.role,
                role.centre,
                organisation.unwrap_or_default()
            )
        };
        of(claims).roles.into_iter().map(words).collect()
    }

    #[test]
    fn values_of_the_claim_give_roles_at_the_centre_of_the_claim_or_of_the_settings() {
        let roles = json!({"roles": ["offline_access", "ki-fachkraft", "CN=Leitung,OU=KI@home", "ki-fachkraft"]});
        assert_eq!(
            words(json!({"realm_access": roles})),
            ["KI_OFFICER 05711", "KI_HEAD 05711"]
        );
        assert_eq!(
            words(json!({"realm_access": {"roles": "ki-fachkraft"}, "centre": ["05515"]})),
            ["KI_OFFICER 05515"]
        );
        assert_eq!(
            words(json!({"realm_access.roles": ["ki-fachkraft@05515", "ki-fachkraft"]})),
            ["KI_OFFICER 05515", "KI_OFFICER 05711"]
        );
    }

    #[test]
    fn what_does_not_fit_gives_nothing() {
        for claims in [
            json!({}),
            json!({"realm_access": ["ki-fachkraft"]}),
            json!({"realm_access": {"roles": [["ki-fachkraft"], 1, null, {"ki-fachkraft": true}]}}),
            json!({"realm_access": {"roles": "KI-Fachkraft"}}),
            json!({"realm_access": {"roles": "KI_OFFICER"}}),
            json!({"realm_access": {"roles": "ki-fachkraft@99999"}}),
            json!({"realm_access": {"roles": "ki-fachkraft"}, "centre": "99999"}),
            json!({"realm_access": {"roles": "ki-fachkraft"}, "centre": ["05711", "05515"]}),
            json!({"realm_access": {"roles": "ki-fachkraft"}, "centre": 5711}),
        ] {
            assert_eq!(words(claims.clone()), [""; 0], "{claims}");
        }
    }

    #[test]
    fn roles_outside_act_for_the_organisation_of_the_claim_or_not_at_all() {
        let partner = |org: Value| {
            let roles = json!(["partner", "ki-fachkraft"]);
            words(json!({"realm_access": {"roles": roles}, "org": org}))
        };
        assert_eq!(
            partner(json!("0198c5de-0000-7000-8000-000000000001")),
            [
                "KI_OFFICER 05711",
                "PARTNER_OFFICE 05711 for an organisation"
            ]
        );
        assert_eq!(partner(json!("Caritas")), ["KI_OFFICER 05711"]);
        assert_eq!(partner(Value::Null), ["KI_OFFICER 05711"]);
    }

    #[test]
    fn a_name_is_one_line_of_reasonable_length() {
        assert_eq!(
            of(json!({"name": " Ayşe Öztürk "})).name.as_deref(),
            Some("Ayşe Öztürk")
        );
        for bad in [
            json!(""),
            json!("a\nb"),
            json!(["a"]),
            json!("x".repeat(201)),
        ] {
            assert_eq!(of(json!({"name": bad})).name, None);
        }
    }

    #[test]
    fn an_account_belongs_to_one_subject_of_one_issuer() {
        let ours = account("https://sso.example", "42");
        assert_eq!(ours, account("https://sso.example", "42"));
        assert_ne!(ours, account("https://sso.example", "43"));
        assert_ne!(ours, account("https://sso.example/", "42"));
        assert_ne!(ours, account("https://sso.example4", "2"));
        assert_eq!(ours.0.get_version_num(), 5);
    }
}
