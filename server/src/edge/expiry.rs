//! Until when a certificate is valid.
//!
//! rustls does not look: a server with an expired certificate starts, and no browser speaks to it. Only the dates are
//! read here, from their fixed place (RFC 5280, section 4.1).

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use time::{Date, Month, PrimitiveDateTime, Time};

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// The end of validity of a certificate in DER; `None` where it can't be read.
pub(super) fn of(der: &[u8]) -> Option<SystemTime> {
    let (certificate, _) = take(der, SEQUENCE)?;
    let (mut rest, _) = take(certificate, SEQUENCE)?;
    if let Some((_, after)) = take(rest, VERSION) {
        rest = after;
    }
    // Serial number, algorithm, issuer.
    for tag in [INTEGER, SEQUENCE, SEQUENCE] {
        (_, rest) = take(rest, tag)?;
    }
    let (validity, _) = take(rest, SEQUENCE)?;
    let (_, not_after) = moment(validity)?;
    let (until, _) = moment(not_after)?;
    Some(until)
}

/// The content of the element that begins here, and what comes after it.
fn take(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (&found, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        0x81..=0x83 => {
            let (bytes, rest) = rest.split_at_checked(usize::from(first - 0x80))?;
            let length = bytes
                .iter()
                .fold(0, |sum, byte| sum << 8 | usize::from(*byte));
            (length, rest)
        }
        _ => return None,
    };
    (found == tag).then_some(())?;
    rest.split_at_checked(length)
}

/// The time that begins here, and what comes after it.
fn moment(der: &[u8]) -> Option<(SystemTime, &[u8])> {
    let (text, rest, digits) = match (take(der, UTC_TIME), take(der, GENERALIZED_TIME)) {
        (Some((text, rest)), _) => (text, rest, 2),
        (None, Some((text, rest))) => (text, rest, 4),
        (None, None) => return None,
    };
    let text = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    if text.len() != digits + 10 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let year: i32 = text[..digits].parse().ok()?;
    let year = match digits {
        2 if year < 50 => 2000 + year,
        2 => 1900 + year,
        _ => year,
    };
    let part = |number: usize| text[digits + 2 * number..][..2].parse::<u8>().ok();
    let month = Month::try_from(part(0)?).ok()?;
    let date = Date::from_calendar_date(year, month, part(1)?).ok()?;
    let time = Time::from_hms(part(2)?, part(3)?, part(4)?).ok()?;
    let seconds = PrimitiveDateTime::new(date, time)
        .assume_utc()
        .unix_timestamp();
    // Before 1970 is as much in the past as 1970.
    let seconds = u64::try_from(seconds).unwrap_or(0);
    Some((UNIX_EPOCH + Duration::from_secs(seconds), rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};

    use super::*;

    fn until(year: i32, month: u8, day: u8) -> Vec<u8> {
        let mut params = CertificateParams::new(vec!["ki.example".into()]).unwrap();
        params.not_before = date_time_ymd(1980, 1, 1);
        params.not_after = date_time_ymd(year, month, day);
        let key = KeyPair::generate().unwrap();
        params.self_signed(&key).unwrap().der().to_vec()
    }

    #[test]
    fn both_kinds_of_dates_are_read() {
        for (year, month, day, seconds) in [
            (1999, 12, 31, 946_598_400),
            (2026, 11, 26, 1_795_651_200),
            (2049, 1, 1, 2_493_072_000),
            (2051, 1, 1, 2_556_144_000),
        ] {
            let expected = UNIX_EPOCH + Duration::from_secs(seconds);
            assert_eq!(of(&until(year, month, day)), Some(expected), "{year}");
        }
    }

    proptest! {
        /// A certificate comes from a file that anything can have written.
        #[test]
        fn nothing_makes_it_panic(at in 0..300_usize, byte in any::<u8>(), noise in prop::collection::vec(any::<u8>(), 0..60)) {
            static WHOLE: std::sync::LazyLock<Vec<u8>> = std::sync::LazyLock::new(|| until(2030, 1, 1));
            let mut der = WHOLE.clone();
            let at = at.min(der.len() - 1);
            der[at] = byte;
            let _ = of(&der);
            let _ = of(&der[..at]);
            let _ = of(&noise);
        }
    }
}
