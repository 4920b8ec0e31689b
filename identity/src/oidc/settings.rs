//! What somebody who runs an installation sets about the provider, and whether it is enough.

use std::path::{Path, PathBuf};

use querschnitt_domain::{CentreKey, Role};
use ureq::tls::{Certificate, PemItem, parse_pem};
use zeroize::Zeroizing;

use super::address;
use super::claims::Mapping;
use crate::jwt::Algorithm;

/// The largest file with a secret or with certificates, in bytes.
const LARGEST_FILE: u64 = 1024 * 1024;

/// The settings `[oidc]` as they were given.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Settings {
    /// The provider's `iss`, exactly as it writes it.
    pub issuer: Option<String>,
    /// What this installation is called there.
    pub client_id: Option<String>,
    /// The file with the secret; without one this is a public client.
    pub client_secret_file: Option<PathBuf>,
    /// Where browsers reach this server: scheme, host and port.
    pub public_address: Option<String>,
    /// What people call the provider; stands on the sign-in page.
    pub label: Option<String>,
    /// What is asked for besides `openid`.
    pub scopes: Option<Vec<String>>,
    /// The audience that access tokens must name; without one no token of the provider is taken.
    pub audience: Option<String>,
    /// The accepted algorithms.
    pub algorithms: Option<Vec<Algorithm>>,
    /// How far the provider's clock may be from ours, in seconds.
    pub clock_skew: Option<u32>,
    /// Certificates of who vouches for the provider's own, as PEM.
    pub ca_file: Option<PathBuf>,
    /// Whether claims are also asked for at the userinfo endpoint.
    pub userinfo: bool,
    /// The claim with the roles.
    pub claims_roles: Option<String>,
    /// The claim with the centre.
    pub claims_centre: Option<String>,
    /// The claim with the organisation.
    pub claims_organisation: Option<String>,
    /// The claim with the name.
    pub claims_name: Option<String>,
    /// The centre of those whose claims name none.
    pub centre: Option<CentreKey>,
    /// Which values of the claim give which role.
    pub roles: Vec<(Role, Vec<String>)>,
}

/// A setting that is missing or wrong.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{setting}: {allowed}")]
pub struct WrongSetting {
    /// Its name, such as `oidc.issuer`.
    pub setting: &'static str,
    /// What is wrong and what is allowed, in German.
    pub allowed: String,
}

/// Settings that are enough.
#[derive(Clone)]
pub struct Config {
    pub(crate) issuer: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: Option<Zeroizing<String>>,
    pub(crate) public_address: String,
    pub(crate) label: String,
    pub(crate) scopes: String,
    pub(crate) audience: Option<String>,
    pub(crate) algorithms: Vec<Algorithm>,
    pub(crate) skew: i64,
    pub(crate) roots: Option<Vec<Certificate<'static>>>,
    pub(crate) userinfo: bool,
    pub(crate) mapping: Mapping,
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config")
            .field("issuer", &self.issuer)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

impl Settings {
    /// Reads the files and holds the settings against each other; `None` where nothing is set, which means that
    /// there is no provider.
    ///
    /// # Errors
    /// The first setting that is missing or wrong.
    pub fn check(&self) -> Result<Option<Config>, WrongSetting> {
        if *self == Self::default() {
            return Ok(None);
        }
        let issuer = needed("oidc.issuer", self.issuer.as_ref())?;
        safe("oidc.issuer", issuer)?;
        if issuer.contains('?') {
            return Err(wrong("oidc.issuer", "ist eine Adresse ohne Fragezeichen"));
        }
        let public_address = needed("oidc.public_address", self.public_address.as_ref())?;
        safe("oidc.public_address", public_address)?;
        let public_address = public_address.trim_end_matches('/');
        if public_address.matches('/').count() != 2 || public_address.contains('?') {
            return Err(wrong(
                "oidc.public_address",
                "hat keinen Pfad; erlaubt ist etwa https://querschnitt.kreis.example",
            ));
        }
        let client_id = needed("oidc.client_id", self.client_id.as_ref())?;
        if self.audience.as_ref() == Some(client_id) {
            return Err(wrong(
                "oidc.audience",
                "ist dieselbe wie oidc.client_id; dann gälten auch ID-Token als Zugangstoken. Der Anbieter muss \
                 für Zugangstoken eine eigene Zielgruppe (aud) setzen",
            ));
        }
        if self.roles.iter().all(|(_, values)| values.is_empty()) {
            return Err(wrong(
                "oidc.roles",
                "fehlt: ohne Zuordnung bekäme niemand eine Rolle; erlaubt ist etwa \
                 oidc.roles.ki_officer = \"ki-fachkraft\"",
            ));
        }
        if self.centre.is_none() && self.claims_centre.is_none() {
            return Err(wrong(
                "oidc.centre",
                "fehlt: entweder oidc.centre (der Schlüssel des Zentrums, etwa 05711) oder oidc.claims.centre (wo \
                 der Anbieter ihn nennt) ist nötig",
            ));
        }
        let mut scopes = vec!["openid"];
        match &self.scopes {
            Some(given) => scopes.extend(given.iter().map(String::as_str)),
            None => scopes.push("profile"),
        }
        Ok(Some(Config {
            issuer: issuer.clone(),
            client_id: client_id.clone(),
            client_secret: self
                .client_secret_file
                .as_deref()
                .map(|path| secret("oidc.client_secret_file", path))
                .transpose()?,
            public_address: public_address.to_owned(),
            label: self
                .label
                .clone()
                .unwrap_or_else(|| "Konto der Verwaltung".into()),
            scopes: scopes.join(" "),
            audience: self.audience.clone(),
            algorithms: self
                .algorithms
                .clone()
                .unwrap_or_else(|| Algorithm::USUAL.to_vec()),
            skew: self.clock_skew.unwrap_or(60).into(),
            roots: self
                .ca_file
                .as_deref()
                .map(|path| certificates("oidc.ca_file", path))
                .transpose()?,
            userinfo: self.userinfo,
            mapping: self.mapping(),
        }))
    }

    fn mapping(&self) -> Mapping {
        let or = |claim: &Option<String>, usual: &str| claim.as_deref().unwrap_or(usual).to_owned();
        Mapping {
            roles_claim: or(&self.claims_roles, "roles"),
            centre_claim: self.claims_centre.clone(),
            organisation_claim: self.claims_organisation.clone(),
            name_claim: or(&self.claims_name, "name"),
            centre: self.centre,
            values: self
                .roles
                .iter()
                .flat_map(|(role, values)| values.iter().map(|value| (value.clone(), *role)))
                .collect(),
        }
    }
}

impl Config {
    /// Where the provider sends browsers back to.
    pub(crate) fn redirect_uri(&self) -> String {
        format!("{}{}", self.public_address, super::CALLBACK)
    }
}

fn needed<'a>(
    setting: &'static str,
    value: Option<&'a String>,
) -> Result<&'a String, WrongSetting> {
    value.ok_or_else(|| wrong(setting, "fehlt; mit einem Anbieter ([oidc]) ist sie nötig"))
}

fn safe(setting: &'static str, address: &str) -> Result<(), WrongSetting> {
    if address::is_safe(address) {
        return Ok(());
    }
    Err(wrong(
        setting,
        "ist eine vollständige Adresse mit https (auf diesem Rechner auch http), ohne Benutzer, # und Leerzeichen",
    ))
}

fn secret(setting: &'static str, path: &Path) -> Result<Zeroizing<String>, WrongSetting> {
    let text = Zeroizing::new(file(setting, path)?);
    let secret = Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned());
    if secret.is_empty() || secret.len() > 4_096 || secret.chars().any(char::is_control) {
        return Err(wrong(
            setting,
            "nennt eine Datei mit dem Geheimnis in einer Zeile und nichts anderem",
        ));
    }
    Ok(secret)
}

fn certificates(
    setting: &'static str,
    path: &Path,
) -> Result<Vec<Certificate<'static>>, WrongSetting> {
    let text = file(setting, path)?;
    let mut all = Vec::new();
    for item in parse_pem(text.as_bytes()) {
        match item {
            Ok(PemItem::Certificate(certificate)) => all.push(certificate),
            Ok(_) | Err(_) => {
                return Err(wrong(setting, "nennt eine Datei mit Zertifikaten (PEM)"));
            }
        }
    }
    if all.is_empty() {
        return Err(wrong(setting, "nennt eine Datei ohne Zertifikat (PEM)"));
    }
    Ok(all)
}

fn file(setting: &'static str, path: &Path) -> Result<String, WrongSetting> {
    let failed = |what: &str| wrong(setting, &format!("nennt {}; {what}", path.display()));
    let found = std::fs::metadata(path).map_err(|error| failed(&error.to_string()))?;
    if !found.is_file() || found.len() > LARGEST_FILE {
        return Err(failed("das ist keine Datei von höchstens einem Mebibyte"));
    }
    // The content of a file with a secret never gets into a message.
    std::fs::read_to_string(path).map_err(|error| failed(&error.kind().to_string()))
}

fn wrong(setting: &'static str, allowed: &str) -> WrongSetting {
    WrongSetting {
        setting,
        allowed: allowed.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(crate) fn enough() -> Settings {
        Settings {
            issuer: Some("https://sso.example/realms/ki".into()),
            client_id: Some("querschnitt".into()),
            public_address: Some("https://querschnitt.example/".into()),
            centre: Some("05711".parse().unwrap()),
            roles: vec![(Role::KiOfficer, vec!["ki-fachkraft".into()])],
            ..Settings::default()
        }
    }

    #[test]
    fn nothing_set_is_no_provider_and_little_is_enough() {
        assert!(Settings::default().check().unwrap().is_none());
        let config = enough().check().unwrap().unwrap();
        assert_eq!(
            config.redirect_uri(),
            "https://querschnitt.example/auth/provider/callback"
        );
        assert_eq!(config.scopes, "openid profile");
    }

    #[test]
    fn a_missing_or_wrong_setting_is_named() {
        type Change = (&'static str, fn(&mut Settings));
        let changes: [Change; 15] = [
            ("oidc.issuer", |s| s.issuer = None),
            ("oidc.issuer", |s| {
                s.issuer = Some("http://sso.example".into())
            }),
            ("oidc.issuer", |s| {
                s.issuer = Some("https://sso.example/?x".into())
            }),
            ("oidc.client_id", |s| s.client_id = None),
            ("oidc.public_address", |s| s.public_address = None),
            ("oidc.public_address", |s| {
                s.public_address = Some("https://querschnitt.example/ki".into());
            }),
            ("oidc.public_address", |s| {
                s.public_address = Some("http://querschnitt.example".into());
            }),
            ("oidc.audience", |s| s.audience = Some("querschnitt".into())),
            ("oidc.roles", |s| s.roles = Vec::new()),
            ("oidc.roles", |s| s.roles[0].1.clear()),
            ("oidc.centre", |s| s.centre = None),
            ("oidc.client_secret_file", |s| {
                s.client_secret_file = Some("/nowhere".into())
            }),
            ("oidc.client_secret_file", |s| {
                s.client_secret_file = Some("/dev/null".into())
            }),
            ("oidc.ca_file", |s| s.ca_file = Some("/etc/hostname".into())),
            ("oidc.ca_file", |s| s.ca_file = Some("/".into())),
        ];
        for (name, change) in changes {
            let mut settings = enough();
            change(&mut settings);
            assert_eq!(settings.check().unwrap_err().setting, name);
        }
    }

    #[test]
    fn the_secret_is_the_one_line_of_its_file_and_shows_nowhere() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        let with = |content: &[u8]| {
            std::fs::write(&path, content).unwrap();
            let mut settings = enough();
            settings.client_secret_file = Some(path.clone());
            settings.check()
        };
        let config = with(b"s3cret\n").unwrap().unwrap();
        assert_eq!(config.client_secret.as_ref().unwrap().as_str(), "s3cret");
        assert!(!format!("{config:?}").contains("s3cret"));
        for content in [&b""[..], b"\n", b"a\nb3cret", b"b3cret\xff"] {
            let refused = with(content).unwrap_err();
            assert!(!refused.to_string().contains("b3cret"));
        }
    }
}
