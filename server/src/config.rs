//! The settings: from a TOML file, then `QUERSCHNITT_*` variables, then flags.
//!
//! Every source goes through the one list [`all`], so a name or value that is refused in one
//! is refused in all, with its name and what is allowed.
//!
//! More than 400 lines: a quarter of it are tests of all sources.

mod access_log;
mod edge;
pub(crate) mod oidc;
mod sessions;

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

pub(crate) use access_log::AccessLogSettings;
pub(crate) use edge::{EdgeSettings, TlsFiles};

use crate::cli::Common;
use crate::exit::Failure;

/// What the program runs with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Settings {
    /// The folder with the log, the vault and the keys.
    pub(crate) data: PathBuf,
    /// Where the server listens.
    pub(crate) listen: SocketAddr,
    /// GraphiQL and introspection.
    pub(crate) development: bool,
    /// A proxy in front takes care of TLS and is the only one who can reach us.
    pub(crate) trusted_proxy: bool,
    /// Create an invented history if the log is empty.
    pub(crate) sample: bool,
    /// Bounds of the HTTP and GraphQL layer.
    pub(crate) limits: Limits,
    /// The provider at which people sign in.
    pub(crate) oidc: querschnitt_identity::oidc::Settings,
    /// How long a request may take, in seconds.
    pub(crate) seconds: Option<u32>,
    /// How long browser sessions last.
    pub(crate) sessions: querschnitt_identity::sessions::Times,
    /// How it meets the network.
    pub(crate) edge: EdgeSettings,
    /// How long who read what is kept.
    pub(crate) access_log: AccessLogSettings,
}

/// Bounds of the HTTP and GraphQL layer that were set; without a value the layer's own apply.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Limits {
    /// The longest request body, in bytes.
    pub(crate) body_bytes: Option<u32>,
    /// The most a query may cost.
    pub(crate) cost: Option<u32>,
    /// The deepest nesting of a query.
    pub(crate) depth: Option<u32>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            data: PathBuf::from("./data"),
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            development: false,
            trusted_proxy: false,
            sample: false,
            limits: Limits::default(),
            oidc: querschnitt_identity::oidc::Settings::default(),
            seconds: None,
            sessions: sessions::usual(),
            edge: EdgeSettings::default(),
            access_log: AccessLogSettings::default(),
        }
    }
}

/// One setting: its name in the file, what is allowed, and how a value is taken.
struct Setting {
    name: &'static str,
    allowed: &'static str,
    set: fn(&mut Settings, &str) -> Option<()>,
}

/// One of the limits that everybody has and a role may have of its own.
struct Limit {
    name: &'static str,
    allowed: &'static str,
    set: fn(&mut Limits, &str) -> Option<()>,
}

const LIMITS: [Limit; 3] = [
    Limit {
        name: "body_bytes",
        allowed: "eine ganze Zahl von 1024 bis 16777216",
        set: |limits, value| number(value, 1_024, 16_777_216).map(|n| limits.body_bytes = Some(n)),
    },
    Limit {
        name: "cost",
        allowed: "eine ganze Zahl von 100 bis 1000000",
        set: |limits, value| number(value, 100, 1_000_000).map(|n| limits.cost = Some(n)),
    },
    Limit {
        name: "depth",
        allowed: "eine ganze Zahl von 5 bis 50",
        set: |limits, value| number(value, 5, 50).map(|n| limits.depth = Some(n)),
    },
];

/// The variable that sets a setting.
fn variable(name: &str) -> String {
    format!("{PREFIX}{}", name.replace('.', "_").to_uppercase())
}

const PREFIX: &str = "QUERSCHNITT_";

/// Variables with our prefix that are no settings: the settings file, and what tests look at.
const OTHER_VARIABLES: [&str; 7] = [
    "QUERSCHNITT_BIN",
    "QUERSCHNITT_CAMPAIGN",
    "QUERSCHNITT_CONFIG",
    "QUERSCHNITT_REAL_DATA",
    "QUERSCHNITT_REQUIRE_DISKS",
    "QUERSCHNITT_REQUIRE_REAL_DATA",
    "QUERSCHNITT_WORLD_SEED",
];

const YES_NO: &str = "true oder false";
const PATH: &str = "der Pfad einer Datei oder eines Ordners";

/// Every setting that has no list of its own.
const SETTINGS: &[Setting] = &[
    Setting {
        name: "data",
        allowed: "der Pfad eines Ordners",
        set: |settings, value| (!value.is_empty()).then(|| settings.data = PathBuf::from(value)),
    },
    Setting {
        name: "listen",
        allowed: "eine Adresse mit Port, etwa 127.0.0.1:8080 oder [::1]:8080",
        set: |settings, value| value.parse().ok().map(|listen| settings.listen = listen),
    },
    Setting {
        name: "development",
        allowed: YES_NO,
        set: |settings, value| yes_no(value).map(|on| settings.development = on),
    },
    Setting {
        name: "trusted_proxy",
        allowed: YES_NO,
        set: |settings, value| yes_no(value).map(|on| settings.trusted_proxy = on),
    },
    Setting {
        name: "sample",
        allowed: YES_NO,
        set: |settings, value| yes_no(value).map(|on| settings.sample = on),
    },
    Setting {
        name: "limits.body_bytes",
        allowed: LIMITS[0].allowed,
        set: |settings, value| (LIMITS[0].set)(&mut settings.limits, value),
    },
    Setting {
        name: "limits.cost",
        allowed: LIMITS[1].allowed,
        set: |settings, value| (LIMITS[1].set)(&mut settings.limits, value),
    },
    Setting {
        name: "limits.depth",
        allowed: LIMITS[2].allowed,
        set: |settings, value| (LIMITS[2].set)(&mut settings.limits, value),
    },
    Setting {
        name: "limits.seconds",
        allowed: "eine ganze Zahl von 1 bis 300",
        set: |settings, value| number(value, 1, 300).map(|n| settings.seconds = Some(n)),
    },
];

fn yes_no(value: &str) -> Option<bool> {
    match value {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

fn number(value: &str, least: u32, most: u32) -> Option<u32> {
    value
        .parse()
        .ok()
        .filter(|number| (least..=most).contains(number))
}

impl Settings {
    /// Reads file, variables and flags of this process.
    ///
    /// # Errors
    /// A usage failure that names the setting and what is allowed.
    pub(crate) fn load(
        common: &Common,
        flags: &[(&'static str, Option<String>)],
    ) -> Result<Self, Failure> {
        let mut variables = BTreeMap::new();
        for (name, value) in std::env::vars_os() {
            let Some(name) = name.to_str().filter(|name| name.starts_with(PREFIX)) else {
                continue;
            };
            let value = value.into_string().map_err(|_| {
                Failure::usage(format!("Die Variable {name} ist kein gültiges UTF-8."))
            })?;
            variables.insert(name.to_owned(), value);
        }
        let file = common
            .config
            .clone()
            .or_else(|| variables.get("QUERSCHNITT_CONFIG").map(PathBuf::from));
        let text = match &file {
            Some(path) => Some(std::fs::read_to_string(path).map_err(|error| {
                Failure::usage(format!(
                    "Die Einstellungsdatei {} ist nicht lesbar: {error}",
                    path.display()
                ))
            })?),
            None => None,
        };
        let mut settings = Self::default();
        if let (Some(path), Some(text)) = (&file, &text) {
            settings.take_file(path, text)?;
        }
        settings.take_variables(&variables)?;
        for (name, value) in flags {
            if let Some(value) = value {
                settings.set(name, &format!("--{}", name.replace('_', "-")), value)?;
            }
        }
        if let Some(data) = &common.data {
            settings.data.clone_from(data);
        }
        settings.check()
    }

    fn take_file(&mut self, path: &Path, text: &str) -> Result<(), Failure> {
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
            Failure::usage(format!(
                "Die Einstellungsdatei {} ist kein gültiges TOML: {}",
                path.display(),
                error.message()
            ))
        })?;
        for (name, value) in flat(&table) {
            self.set(&name, &format!("{name} in {}", path.display()), &value)?;
        }
        Ok(())
    }

    fn take_variables(&mut self, variables: &BTreeMap<String, String>) -> Result<(), Failure> {
        for (variable, value) in variables {
            if OTHER_VARIABLES.contains(&variable.as_str()) {
                continue;
            }
            let known = all().find(|known| self::variable(known.name) == *variable);
            let known = known.map(|known| known.name.to_owned());
            match known.or_else(|| edge::of_role(variable)) {
                Some(name) => self.set(&name, variable, value)?,
                None => return Err(unknown(variable)),
            }
        }
        Ok(())
    }

    /// `from` is how the caller named the setting.
    fn set(&mut self, name: &str, from: &str, value: &str) -> Result<(), Failure> {
        let taken = match all().find(|setting| setting.name == name) {
            Some(setting) => Some((setting.set)(self, value).ok_or(setting.allowed)),
            None => self.edge.set_role(name, value),
        };
        taken.ok_or_else(|| unknown(from))?.map_err(|allowed| {
            Failure::usage(format!(
                "Die Einstellung {from} hat den Wert „{}“; erlaubt ist {allowed}.",
                value.chars().take(80).collect::<String>(),
            ))
        })
    }

    fn check(self) -> Result<Self, Failure> {
        let address = match self.listen.ip() {
            IpAddr::V6(address) => address.to_canonical(),
            address @ IpAddr::V4(_) => address,
        };
        self.edge.check()?;
        self.access_log.check(self.development)?;
        if !address.is_loopback() && !self.is_reachable() {
            return Err(Failure::usage(format!(
                "Die Einstellung listen hat den Wert {}: ohne TLS hört der Server nur auf Adressen \
                 dieses Rechners (127.0.0.1, [::1]). Entweder tls.certificate und tls.key setzen oder, \
                 wenn ein Proxy mit TLS davor steht, trusted_proxy = true.",
                self.listen
            )));
        }
        Ok(self)
    }
}

/// Every setting there is but those of roles.
fn all() -> impl Iterator<Item = &'static Setting> {
    SETTINGS
        .iter()
        .chain(edge::SETTINGS)
        .chain(oidc::SETTINGS)
        .chain(access_log::SETTINGS)
        .chain(sessions::SETTINGS)
}

fn unknown(name: &str) -> Failure {
    let known: Vec<&str> = all().map(|setting| setting.name).collect();
    Failure::usage(format!(
        "Die Einstellung {name} gibt es nicht; es gibt {} und für einzelne Rollen etwa limits.roles.STATE_LEVEL.cost.",
        known.join(", ")
    ))
}

/// A table's values with their dotted names, scalars as text, lists of texts with line breaks between.
fn flat(table: &toml::Table) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for (name, value) in table {
        match value {
            toml::Value::Table(inner) => all.extend(
                flat(inner)
                    .into_iter()
                    .map(|(below, value)| (format!("{name}.{below}"), value)),
            ),
            toml::Value::String(text) => all.push((name.clone(), text.clone())),
            toml::Value::Array(items) if items.iter().all(toml::Value::is_str) => {
                let items: Vec<&str> = items.iter().filter_map(toml::Value::as_str).collect();
                all.push((name.clone(), items.join("\n")));
            }
            toml::Value::Integer(_)
            | toml::Value::Float(_)
            | toml::Value::Boolean(_)
            | toml::Value::Datetime(_)
            | toml::Value::Array(_) => all.push((name.clone(), value.to_string())),
        }
    }
    all
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::exit::Exit;

    pub(crate) fn from_file(text: &str) -> Result<Settings, Failure> {
        let mut settings = Settings::default();
        settings.take_file(Path::new("q.toml"), text)?;
        settings.check()
    }

    #[test]
    fn variables_win_over_the_file() {
        let mut settings =
            from_file("data = 'a'\ndevelopment = true\n[limits]\ndepth = 9").unwrap();
        assert_eq!(settings.limits.depth, Some(9));
        let variables = [
            ("QUERSCHNITT_DATA", "b"),
            ("QUERSCHNITT_LIMITS_DEPTH", "11"),
            ("QUERSCHNITT_REAL_DATA", "elsewhere"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        settings.take_variables(&BTreeMap::from(variables)).unwrap();
        assert_eq!(settings.data, PathBuf::from("b"));
        assert_eq!(settings.limits.depth, Some(11));
        assert!(settings.development);
    }

    #[test]
    fn a_wrong_or_unknown_setting_is_named_with_what_is_allowed() {
        for (text, parts) in [
            ("colour = 'red'", &["colour", "listen"][..]),
            ("development = 'yes'", &["development", "true oder false"]),
            ("listen = 8080", &["listen", "127.0.0.1:8080"]),
            ("[limits]\ndepth = 0", &["limits.depth", "5 bis 50"]),
            ("[limits]\nwidth = 5", &["limits.width", "limits.depth"]),
            ("[development]\nx = true", &["development.x"]),
            ("data = ", &["q.toml"]),
        ] {
            let failure = from_file(text).unwrap_err();
            assert_eq!(failure.exit, Exit::Usage);
            for part in parts {
                assert!(failure.message.contains(part), "{text}: {failure}");
            }
        }
    }

    #[test]
    fn other_addresses_need_tls_or_a_trusted_proxy() {
        for address in [
            "0.0.0.0:80",
            "192.168.1.5:8080",
            "[::]:80",
            "[::ffff:10.0.0.1]:80",
        ] {
            let text = format!("listen = '{address}'");
            let failure = from_file(&text).unwrap_err();
            assert!(failure.message.contains("trusted_proxy"), "{failure}");
            assert!(from_file(&format!("{text}\ntrusted_proxy = true")).is_ok());
            let tls = format!("{text}\ntls.certificate = 'a.pem'\ntls.key = 'b.pem'");
            assert!(from_file(&tls).is_ok());
        }
        for address in ["127.0.0.1:0", "[::1]:8080", "[::ffff:127.0.0.1]:80"] {
            assert!(
                from_file(&format!("listen = '{address}'")).is_ok(),
                "{address}"
            );
        }
    }
}
