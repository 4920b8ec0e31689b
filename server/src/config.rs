//! The settings: from a TOML file, then `QUERSCHNITT_*` variables, then flags.
//!
//! Every source goes through the one list [`SETTINGS`], so a name or value that is refused in one
//! is refused in all, with its name and what is allowed.

pub(crate) mod oidc;

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

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
    /// How long a request may take, in seconds.
    pub(crate) seconds: Option<u32>,
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
        }
    }
}

/// One setting: its name in the file, what is allowed, and how a value is taken.
struct Setting {
    name: &'static str,
    allowed: &'static str,
    set: fn(&mut Settings, &str) -> Option<()>,
}

impl Setting {
    /// The variable that sets it.
    fn variable(&self) -> String {
        format!("{PREFIX}{}", self.name.replace('.', "_").to_uppercase())
    }
}

const PREFIX: &str = "QUERSCHNITT_";

/// Variables with our prefix that are no settings: the settings file, and what tests look at.
const OTHER_VARIABLES: [&str; 6] = [
    "QUERSCHNITT_BIN",
    "QUERSCHNITT_CAMPAIGN",
    "QUERSCHNITT_CONFIG",
    "QUERSCHNITT_REAL_DATA",
    "QUERSCHNITT_REQUIRE_DISKS",
    "QUERSCHNITT_REQUIRE_REAL_DATA",
];

const YES_NO: &str = "true oder false";

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
        allowed: "eine ganze Zahl von 1024 bis 16777216",
        set: |settings, value| {
            number(value, 1_024, 16_777_216).map(|n| settings.limits.body_bytes = Some(n))
        },
    },
    Setting {
        name: "limits.cost",
        allowed: "eine ganze Zahl von 100 bis 1000000",
        set: |settings, value| {
            number(value, 100, 1_000_000).map(|n| settings.limits.cost = Some(n))
        },
    },
    Setting {
        name: "limits.depth",
        allowed: "eine ganze Zahl von 5 bis 50",
        set: |settings, value| number(value, 5, 50).map(|n| settings.limits.depth = Some(n)),
    },
    Setting {
        name: "limits.seconds",
        allowed: "eine ganze Zahl von 1 bis 300",
        set: |settings, value| number(value, 1, 300).map(|n| settings.limits.seconds = Some(n)),
    },
];

/// Every setting, of this list and of those of single subjects.
fn all_settings() -> impl Iterator<Item = &'static Setting> {
    SETTINGS.iter().chain(oidc::SETTINGS)
}

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
            match all_settings().find(|known| known.variable() == *variable) {
                Some(setting) => self.set(setting.name, variable, value)?,
                None => return Err(unknown(variable)),
            }
        }
        Ok(())
    }

    /// `from` is how the caller named the setting.
    fn set(&mut self, name: &str, from: &str, value: &str) -> Result<(), Failure> {
        let setting = all_settings()
            .find(|setting| setting.name == name)
            .ok_or_else(|| unknown(from))?;
        (setting.set)(self, value).ok_or_else(|| {
            Failure::usage(format!(
                "Die Einstellung {from} hat den Wert „{}“; erlaubt ist {}.",
                value.chars().take(80).collect::<String>(),
                setting.allowed
            ))
        })
    }

    fn check(self) -> Result<Self, Failure> {
        let address = match self.listen.ip() {
            IpAddr::V6(address) => address.to_canonical(),
            address @ IpAddr::V4(_) => address,
        };
        if !address.is_loopback() && !self.trusted_proxy {
            return Err(Failure::usage(format!(
                "Die Einstellung listen hat den Wert {}: ohne TLS hört der Server nur auf Adressen \
                 dieses Rechners (127.0.0.1, [::1]). Eigenes TLS gibt es noch nicht; steht ein Proxy \
                 mit TLS davor und ist der Server nur über ihn erreichbar, dann trusted_proxy = true \
                 setzen.",
                self.listen
            )));
        }
        Ok(self)
    }
}

fn unknown(name: &str) -> Failure {
    let known: Vec<&str> = all_settings().map(|setting| setting.name).collect();
    Failure::usage(format!(
        "Die Einstellung {name} gibt es nicht; es gibt {}.",
        known.join(", ")
    ))
}

/// A table's values with their dotted names, scalars as text.
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
mod tests {
    use super::*;
    use crate::exit::Exit;

    fn from_file(text: &str) -> Result<Settings, Failure> {
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
    fn other_addresses_need_a_trusted_proxy() {
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
        }
        for address in ["127.0.0.1:0", "[::1]:8080", "[::ffff:127.0.0.1]:80"] {
            assert!(
                from_file(&format!("listen = '{address}'")).is_ok(),
                "{address}"
            );
        }
    }
}
