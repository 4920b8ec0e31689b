//! The settings of browser sessions: how long they last.

use std::time::Duration;

use querschnitt_identity::sessions::Times;

use super::{Setting, number};

/// Every setting of sessions.
pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        name: "sessions.idle_seconds",
        allowed: "eine ganze Zahl von 1 bis 86400",
        set: |settings, value| {
            number(value, 1, 86_400).map(|n| settings.sessions.idle = seconds(n))
        },
    },
    Setting {
        name: "sessions.absolute_seconds",
        allowed: "eine ganze Zahl von 1 bis 604800",
        set: |settings, value| {
            number(value, 1, 604_800).map(|n| settings.sessions.absolute = seconds(n))
        },
    },
];

fn seconds(number: u32) -> Duration {
    Duration::from_secs(number.into())
}

/// What is set where nothing is.
pub(super) fn usual() -> Times {
    Times::default()
}
