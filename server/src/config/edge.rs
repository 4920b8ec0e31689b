//! The settings of the edge: TLS, proxies, names, rates, trusted documents and the limits of roles.

use std::collections::BTreeMap;
use std::path::PathBuf;

use querschnitt_domain::Role;
use querschnitt_graphql::http::Trust;

use super::{Limits, PATH, Setting, Settings, YES_NO, number, yes_no};
use crate::edge::{Kind, Network, Proxies};
use crate::exit::Failure;

/// How the server meets the network.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct EdgeSettings {
    certificate: Option<PathBuf>,
    key: Option<PathBuf>,
    proxy_addresses: Option<Vec<Network>>,
    proxy_header: Kind,
    proxy_host: bool,
    /// Names of the server, in lower case; none is those of this machine, or all behind a proxy.
    pub(crate) hosts: Vec<String>,
    /// Connections of one address at a time.
    pub(crate) connections_per_address: Option<u32>,
    /// Requests of one address a minute.
    pub(crate) per_address: Option<u32>,
    /// Operations of one account a minute.
    pub(crate) per_account: Option<u32>,
    /// Attempts to sign in of one address a minute.
    pub(crate) sign_in: Option<u32>,
    /// Whether clients name documents by their hash.
    pub(crate) trust: Trust,
    documents: Option<PathBuf>,
    /// Limits that roles have of their own.
    pub(crate) roles: BTreeMap<Role, Limits>,
}

/// The files of TLS.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct TlsFiles {
    /// The certificate, and those between it and the one browsers know.
    pub(crate) certificate: PathBuf,
    /// Its private key.
    pub(crate) key: PathBuf,
}

impl EdgeSettings {
    /// The files of TLS, if it is switched on.
    pub(crate) fn tls(&self) -> Option<TlsFiles> {
        Some(TlsFiles {
            certificate: self.certificate.clone()?,
            key: self.key.clone()?,
        })
    }

    /// The proxies that are believed: those of the setting, or this machine's.
    pub(crate) fn proxies(&self) -> Proxies {
        let here = || {
            vec![
                Network::loopback(),
                Network::only(std::net::Ipv6Addr::LOCALHOST.into()),
            ]
        };
        Proxies {
            addresses: self.proxy_addresses.clone().unwrap_or_else(here),
            kind: self.proxy_header,
            say_host: self.proxy_host,
        }
    }

    /// Where trusted documents lie.
    pub(crate) fn documents(&self) -> Option<PathBuf> {
        self.documents.clone()
    }

    /// What does not fit together.
    pub(super) fn check(&self) -> Result<(), Failure> {
        let refused = |text: &str| Err(Failure::usage(text));
        if self.certificate.is_some() != self.key.is_some() {
            return refused(
                "Die Einstellungen tls.certificate und tls.key gehören zusammen: beide oder keine.",
            );
        }
        if self.trust != Trust::Off && self.documents.is_none() {
            return refused(
                "Die Einstellung trusted_documents braucht trusted_documents_path: eine JSON-Datei oder ein Ordner mit solchen.",
            );
        }
        Ok(())
    }

    /// The same setting for one role: `limits.roles.STATE_LEVEL.cost`.
    pub(super) fn set_role(&mut self, name: &str, value: &str) -> Option<Result<(), &'static str>> {
        let (role, limit) = name.strip_prefix("limits.roles.")?.split_once('.')?;
        let limit = super::LIMITS.iter().find(|known| known.name == limit)?;
        let limits = self.roles.entry(role.parse().ok()?).or_default();
        Some((limit.set)(limits, value).ok_or(limit.allowed))
    }
}

/// The setting a variable names, for a role: `QUERSCHNITT_LIMITS_ROLES_STATE_LEVEL_COST`.
pub(super) fn of_role(variable: &str) -> Option<String> {
    let names = Role::ALL.into_iter().flat_map(|role| {
        super::LIMITS
            .iter()
            .map(move |limit| format!("limits.roles.{role}.{}", limit.name))
    });
    names
        .into_iter()
        .find(|name| super::variable(name) == variable)
}

const A_MINUTE: &str = "eine ganze Zahl von 1 bis 1000000 (Anfragen je Minute)";

/// Names of hosts: letters, digits, points and hyphens, or an address.
fn hosts(value: &str) -> Option<Vec<String>> {
    let names = value
        .split([',', '\n'])
        .map(|name| name.trim().to_ascii_lowercase());
    let is_name = |name: &String| {
        let parts = name.split('.');
        let plain = |part: &str| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        let address = name.trim_start_matches('[').trim_end_matches(']');
        parts.into_iter().all(plain) || address.parse::<std::net::IpAddr>().is_ok()
    };
    let names: Vec<String> = names.collect();
    names.iter().all(is_name).then_some(names)
}

/// Every setting of the edge.
pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        name: "tls.certificate",
        allowed: "der Pfad einer PEM-Datei mit dem Zertifikat und seiner Kette",
        set: |settings, value| path(value).map(|path| settings.edge.certificate = Some(path)),
    },
    Setting {
        name: "tls.key",
        allowed: "der Pfad einer PEM-Datei mit dem privaten Schlüssel",
        set: |settings, value| path(value).map(|path| settings.edge.key = Some(path)),
    },
    Setting {
        name: "trusted_proxy_addresses",
        allowed: "Adressen oder Netze, etwa [\"127.0.0.1\", \"10.1.0.0/16\"]",
        set: |settings, value| {
            let all: Result<Vec<Network>, ()> = value
                .split([',', '\n'])
                .map(|one| one.trim().parse())
                .collect();
            all.ok()
                .map(|all| settings.edge.proxy_addresses = Some(all))
        },
    },
    Setting {
        name: "trusted_proxy_header",
        allowed: "x-forwarded oder forwarded",
        set: |settings, value| {
            let kind = match value {
                "x-forwarded" => Kind::XForwarded,
                "forwarded" => Kind::Forwarded,
                _ => return None,
            };
            settings.edge.proxy_header = kind;
            Some(())
        },
    },
    Setting {
        name: "trusted_proxy_host",
        allowed: YES_NO,
        set: |settings, value| yes_no(value).map(|on| settings.edge.proxy_host = on),
    },
    Setting {
        name: "hosts",
        allowed: "Namen ohne Port, etwa [\"ki.example.de\"]",
        set: |settings, value| hosts(value).map(|names| settings.edge.hosts = names),
    },
    Setting {
        name: "limits.connections_per_address",
        allowed: "eine ganze Zahl von 1 bis 20000",
        set: |settings, value| {
            number(value, 1, 20_000).map(|n| settings.edge.connections_per_address = Some(n))
        },
    },
    Setting {
        name: "rates.per_address",
        allowed: A_MINUTE,
        set: |settings, value| a_minute(value).map(|n| settings.edge.per_address = Some(n)),
    },
    Setting {
        name: "rates.per_account",
        allowed: A_MINUTE,
        set: |settings, value| a_minute(value).map(|n| settings.edge.per_account = Some(n)),
    },
    Setting {
        name: "rates.sign_in",
        allowed: A_MINUTE,
        set: |settings, value| a_minute(value).map(|n| settings.edge.sign_in = Some(n)),
    },
    Setting {
        name: "trusted_documents",
        allowed: "off, also oder only",
        set: |settings, value| {
            let trust = match value {
                "off" => Trust::Off,
                "also" => Trust::Also,
                "only" => Trust::Only,
                _ => return None,
            };
            settings.edge.trust = trust;
            Some(())
        },
    },
    Setting {
        name: "trusted_documents_path",
        allowed: PATH,
        set: |settings, value| path(value).map(|path| settings.edge.documents = Some(path)),
    },
];

fn path(value: &str) -> Option<PathBuf> {
    (!value.is_empty()).then(|| PathBuf::from(value))
}

fn a_minute(value: &str) -> Option<u32> {
    number(value, 1, 1_000_000)
}

impl Settings {
    /// Whether others than this machine can reach the server, by TLS or through a proxy.
    pub(crate) fn is_reachable(&self) -> bool {
        self.trusted_proxy || self.edge.tls().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{all, tests::from_file};
    use super::*;

    #[test]
    fn lists_and_roles_are_read() {
        let settings = from_file(
            "trusted_proxy = true\ntrusted_proxy_addresses = ['10.0.0.0/8', '::1']\n\
             trusted_proxy_header = 'forwarded'\nhosts = ['KI.example', 'localhost']\n\
             [limits.roles.STATE_LEVEL]\ncost = 500\ndepth = 6",
        )
        .unwrap();
        assert_eq!(settings.edge.hosts, ["ki.example", "localhost"]);
        let proxies = settings.edge.proxies();
        assert!(proxies.are_at("10.2.3.4".parse().unwrap()));
        assert!(!proxies.are_at("127.0.0.1".parse().unwrap()));
        assert!(!proxies.say_host);
        let says = from_file("trusted_proxy = true\ntrusted_proxy_host = true").unwrap();
        assert!(says.edge.proxies().say_host);
        let limits = settings.edge.roles[&querschnitt_domain::Role::StateLevel];
        assert_eq!(
            (limits.cost, limits.depth, limits.body_bytes),
            (Some(500), Some(6), None)
        );
    }

    /// Whoever copies an example of `docs/betrieb.md` gets a server that starts.
    #[test]
    fn the_examples_for_administrators_are_right() {
        let page = include_str!("../../../docs/betrieb.md");
        let examples = page.split("```toml\n").skip(1);
        let read = examples.map(|rest| rest.split("```").next().unwrap_or_default());
        let read: Vec<Settings> = read.map(|text| from_file(text).unwrap()).collect();
        assert_eq!(read.len(), 4);
        assert!(read[0].edge.tls().is_some() && read[1].trusted_proxy);
        assert_eq!(read[3].edge.trust, Trust::Only);
        // The limits there are said to be those without any setting.
        let defaults = querschnitt_graphql::limits::Limits::default();
        let shown = read[2].limits;
        assert_eq!(shown.cost.map(u64::from), Some(defaults.cost));
        assert_eq!(
            shown.depth.map(|depth| depth as usize),
            Some(defaults.depth)
        );
        assert_eq!(
            shown.body_bytes.map(|bytes| bytes as usize),
            Some(defaults.body_bytes)
        );
        let rates = &read[2].edge;
        assert_eq!(rates.per_address, Some(crate::edge::PER_ADDRESS));
        assert_eq!(rates.per_account, Some(crate::edge::PER_ACCOUNT));
        assert_eq!(rates.sign_in, Some(crate::edge::SIGN_IN));
        assert_eq!(
            rates.connections_per_address.map(|n| n as usize),
            Some(crate::edge::CONNECTIONS)
        );
    }

    /// A secret in a setting would stand in the list of processes, in the environment and in backups of settings.
    #[test]
    fn settings_name_files_of_secrets_and_no_secrets() {
        for setting in all() {
            let name = setting.name;
            let sounds = [
                "key",
                "secret",
                "password",
                "kennwort",
                "token",
                "certificate",
            ];
            if sounds.iter().any(|word| name.contains(word)) {
                assert!(
                    setting.allowed.contains("Pfad"),
                    "{name}: {}",
                    setting.allowed
                );
            }
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, parts) in [
            ("hosts = ['a b']", &["hosts", "ohne Port"][..]),
            ("hosts = ['ki.example:443']", &["hosts"]),
            (
                "trusted_proxy_addresses = ['10.0.0.1/99']",
                &["trusted_proxy_addresses", "Netze"],
            ),
            ("trusted_documents = 'yes'", &["off, also oder only"]),
            ("trusted_documents = 'only'", &["trusted_documents_path"]),
            (
                "tls.key = 'a.pem'",
                &["tls.certificate", "beide oder keine"],
            ),
            ("[rates]\nsign_in = 0", &["rates.sign_in", "1 bis"]),
            (
                "[limits.roles.STATE_LEVEL]\ncost = 1",
                &["limits.roles.STATE_LEVEL.cost", "100 bis"],
            ),
            (
                "[limits.roles.NOBODY]\ncost = 500",
                &["limits.roles.NOBODY.cost", "limits.roles.STATE_LEVEL"],
            ),
        ] {
            let failure = from_file(text).unwrap_err();
            for part in parts {
                assert!(failure.message.contains(part), "{text}: {failure}");
            }
        }
    }
}
