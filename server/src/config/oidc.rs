//! The settings `[oidc]`: the provider at which people sign in (`docs/anmeldung.md`).

use std::path::PathBuf;

use querschnitt_domain::Role;
use querschnitt_identity::jwt::Algorithm;
use querschnitt_identity::oidc;

use super::{Setting, Settings, YES_NO, number, yes_no};
use crate::exit::Failure;

const TEXT: &str = "ein Text ohne Zeilenumbruch";
const CLAIM: &str = "der Name eines Claims, in Objekten mit Punkten, etwa realm_access.roles";
const VALUES: &str = "ein Text oder eine Liste von Texten wie [\"ki-fachkraft\", \"ki-team\"]: die Werte des Claims, \
                      die diese Rolle geben";

/// Gives a setting its place in [`oidc::Settings`].
macro_rules! place {
    ($name:literal, $allowed:expr, $field:ident, $take:expr) => {
        Setting {
            name: $name,
            allowed: $allowed,
            set: |settings, value| $take(value).map(|taken| settings.oidc.$field = Some(taken)),
        }
    };
}

/// The values that give one role.
macro_rules! role {
    ($name:literal, $role:ident) => {
        Setting {
            name: $name,
            allowed: VALUES,
            set: |settings, value| values_of(settings, Role::$role, value),
        }
    };
}

/// Every setting of the provider.
pub(super) const SETTINGS: &[Setting] = &[
    place!(
        "oidc.issuer",
        "die Adresse des Anbieters, genau wie er sie selbst schreibt (iss)",
        issuer,
        text
    ),
    place!("oidc.client_id", TEXT, client_id, text),
    place!(
        "oidc.client_secret_file",
        "der Pfad einer Datei mit dem Geheimnis",
        client_secret_file,
        path
    ),
    place!(
        "oidc.public_address",
        "die Adresse dieses Servers im Browser, etwa https://querschnitt.kreis.example",
        public_address,
        text
    ),
    place!("oidc.label", TEXT, label, text),
    place!(
        "oidc.scopes",
        "ein Text oder eine Liste von Texten wie [\"profile\", \"roles\"]",
        scopes,
        texts
    ),
    place!("oidc.audience", TEXT, audience, text),
    place!(
        "oidc.algorithms",
        "eine Liste aus RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, EdDSA",
        algorithms,
        algorithms
    ),
    place!(
        "oidc.clock_skew",
        "eine ganze Zahl von 0 bis 300 (Sekunden)",
        clock_skew,
        |value| number(value, 0, 300)
    ),
    place!(
        "oidc.ca_file",
        "der Pfad einer Datei mit Zertifikaten (PEM)",
        ca_file,
        path
    ),
    Setting {
        name: "oidc.userinfo",
        allowed: YES_NO,
        set: |settings, value| yes_no(value).map(|on| settings.oidc.userinfo = on),
    },
    place!("oidc.claims.roles", CLAIM, claims_roles, text),
    place!("oidc.claims.centre", CLAIM, claims_centre, text),
    place!("oidc.claims.organisation", CLAIM, claims_organisation, text),
    place!("oidc.claims.name", CLAIM, claims_name, text),
    place!(
        "oidc.centre",
        "der Schlüssel eines Kommunalen Integrationszentrums, etwa 05711",
        centre,
        |value: &str| value.parse().ok()
    ),
    role!("oidc.roles.ki_officer", KiOfficer),
    role!("oidc.roles.administration", Administration),
    role!("oidc.roles.ki_head", KiHead),
    role!("oidc.roles.case_manager", CaseManager),
    role!("oidc.roles.kim_coordinator", KimCoordinator),
    role!("oidc.roles.authority_officer", AuthorityOfficer),
    role!("oidc.roles.partner_office", PartnerOffice),
    role!("oidc.roles.state_level", StateLevel),
    role!("oidc.roles.auditor", Auditor),
    role!("oidc.roles.data_protection_officer", DataProtectionOfficer),
    role!("oidc.roles.operator", Operator),
];

fn text(value: &str) -> Option<String> {
    let fits = !value.trim().is_empty() && !value.chars().any(char::is_control);
    fits.then(|| value.to_owned())
}

fn path(value: &str) -> Option<PathBuf> {
    text(value).map(PathBuf::from)
}

/// One text, or a list: from the file with line breaks between, in a variable as TOML writes it.
fn texts(value: &str) -> Option<Vec<String>> {
    if !value.starts_with('[') {
        return value.split('\n').map(text).collect();
    }
    let table: toml::Table = format!("list = {value}").parse().ok()?;
    let list = table.get("list")?.as_array()?;
    list.iter().map(|one| text(one.as_str()?)).collect()
}

fn algorithms(value: &str) -> Option<Vec<Algorithm>> {
    let named = texts(value)?;
    let all: Option<Vec<Algorithm>> = named.iter().map(|name| name.parse().ok()).collect();
    all.filter(|all| !all.is_empty())
}

fn values_of(settings: &mut Settings, role: Role, value: &str) -> Option<()> {
    let values = texts(value)?;
    let roles: &mut Vec<(Role, Vec<String>)> = &mut settings.oidc.roles;
    roles.retain(|(known, _)| *known != role);
    roles.push((role, values));
    Some(())
}

/// The provider of the settings, if there is one. For the server only: other commands neither need the provider nor
/// may they need to read its secret.
///
/// # Errors
/// A usage failure that names the setting and what is allowed.
pub(crate) fn config(settings: &oidc::Settings) -> Result<Option<oidc::Config>, Failure> {
    settings.check().map_err(|wrong| {
        Failure::usage(format!(
            "Die Einstellung {} {}.",
            wrong.setting, wrong.allowed
        ))
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::exit::Exit;

    const ENOUGH: &str = "
        [oidc]
        issuer = 'https://sso.kreis.example/realms/ki'
        client_id = 'querschnitt'
        public_address = 'https://querschnitt.kreis.example'
        centre = '05711'
        roles.ki_officer = ['ki-fachkraft', 'ki, team']
        roles.ki_head = 'ki-leitung'
    ";

    fn from(text: &str) -> Result<Settings, Failure> {
        let mut settings = Settings::default();
        settings.take_file(Path::new("q.toml"), text)?;
        config(&settings.oidc)?;
        settings.check()
    }

    #[test]
    fn a_provider_is_set_up_in_a_few_lines_or_variables() {
        let settings = from(ENOUGH).unwrap();
        assert!(config(&settings.oidc).unwrap().is_some());
        assert_eq!(
            settings.oidc.roles,
            [
                (Role::KiHead, vec!["ki-leitung".to_owned()]),
                (
                    Role::KiOfficer,
                    vec!["ki-fachkraft".to_owned(), "ki, team".to_owned()]
                ),
            ]
        );
        let mut settings = settings;
        let variables = [
            ("QUERSCHNITT_OIDC_CLIENT_ID", "other"),
            ("QUERSCHNITT_OIDC_ROLES_KI_HEAD", "[\"a\"]"),
            ("QUERSCHNITT_OIDC_CLAIMS_ROLES", "realm_access.roles"),
            ("QUERSCHNITT_OIDC_ALGORITHMS", "ES256"),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        settings.take_variables(&variables.into()).unwrap();
        assert_eq!(settings.oidc.client_id.as_deref(), Some("other"));
        assert_eq!(
            settings.oidc.algorithms.as_deref(),
            Some(&[Algorithm::Es256][..])
        );
        let heads = (Role::KiHead, vec!["a".to_owned()]);
        assert!(settings.oidc.roles.contains(&heads));
    }

    #[test]
    fn a_wrong_or_missing_setting_is_refused_at_start_by_its_name() {
        for (line, parts) in [
            (
                "issuer = 'http://sso.kreis.example'",
                &["oidc.issuer", "https"][..],
            ),
            ("issuer = ''", &["oidc.issuer"]),
            (
                "client_secret = 'geheim'",
                &["oidc.client_secret", "client_secret_file"],
            ),
            (
                "client_secret_file = '/nowhere'",
                &["oidc.client_secret_file", "/nowhere"],
            ),
            ("algorithms = ['none']", &["oidc.algorithms", "ES256"]),
            ("algorithms = ['RS256', 'HS256']", &["oidc.algorithms"]),
            ("algorithms = []", &["oidc.algorithms"]),
            ("clock_skew = 301", &["oidc.clock_skew", "300"]),
            ("audience = 'querschnitt'", &["oidc.audience", "ID-Token"]),
            ("centre = '99999'", &["oidc.centre"]),
            (
                "public_address = 'https://x.example/ki'",
                &["oidc.public_address", "Pfad"],
            ),
            ("roles.boss = 'x'", &["oidc.roles.boss"]),
            ("roles.ki_head = [1]", &["oidc.roles.ki_head", "Liste"]),
            ("userinfo = 'ja'", &["oidc.userinfo", "true"]),
        ] {
            let name = line.split(' ').next().unwrap();
            let kept = ENOUGH
                .lines()
                .filter(|kept| kept.trim_start().split(' ').next() != Some(name));
            let text = kept.collect::<Vec<_>>().join("\n") + "\n" + line;
            let failure = from(&text).unwrap_err();
            assert_eq!(failure.exit, Exit::Usage);
            for part in parts {
                assert!(failure.message.contains(part), "{line}: {failure}");
            }
            assert!(!failure.message.contains("geheim"), "{failure}");
        }
        let missing = from("[oidc]\nissuer = 'https://sso.kreis.example'").unwrap_err();
        assert!(
            missing.message.contains("oidc.public_address fehlt"),
            "{missing}"
        );
    }
}
