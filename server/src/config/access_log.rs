//! The settings of the access log.

use super::{Setting, YES_NO, number, yes_no};
use crate::exit::Failure;

/// How long who read what is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct AccessLogSettings {
    months: Option<u32>,
    enabled: Option<bool>,
}

impl AccessLogSettings {
    /// How many whole months are kept beside the present one (24).
    pub(crate) fn months(self) -> u32 {
        self.months.unwrap_or(24)
    }

    /// Whether it is written; switched off for measuring only.
    pub(crate) fn is_enabled(self) -> bool {
        self.enabled.unwrap_or(true)
    }

    /// # Errors
    /// When it is switched off where people work.
    pub(super) fn check(self, development: bool) -> Result<(), Failure> {
        if self.is_enabled() || development {
            return Ok(());
        }
        Err(Failure::usage(
            "Die Einstellung access_log.enabled = false ist nur mit development = true erlaubt, um zu messen: wer etwas liest, muss sich nachvollziehen lassen.",
        ))
    }
}

pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        name: "access_log.months",
        allowed: "eine ganze Zahl von 12 bis 120",
        set: |settings, value| {
            number(value, 12, 120).map(|months| settings.access_log.months = Some(months))
        },
    },
    Setting {
        name: "access_log.enabled",
        allowed: YES_NO,
        set: |settings, value| yes_no(value).map(|on| settings.access_log.enabled = Some(on)),
    },
];

#[cfg(test)]
mod tests {
    use crate::config::tests::from_file;

    #[test]
    fn it_is_kept_for_two_years_unless_set_otherwise() {
        let months = |text: &str| from_file(text).map(|settings| settings.access_log.months());
        assert_eq!(months("").unwrap(), 24);
        assert_eq!(months("access_log.months = 12").unwrap(), 12);
        for wrong in ["11", "121", "'ein Jahr'"] {
            let text = format!("access_log.months = {wrong}");
            let refused = months(&text).unwrap_err();
            assert!(refused.message.contains("12 bis 120"), "{refused}");
        }
    }

    #[test]
    fn it_is_switched_off_in_development_only() {
        let off = "access_log.enabled = false";
        let refused = from_file(off).unwrap_err();
        assert!(refused.message.contains("access_log.enabled"), "{refused}");
        let measuring = from_file(&format!("{off}\ndevelopment = true")).unwrap();
        assert!(!measuring.access_log.is_enabled());
    }
}
