//! The second factor: codes that change every half minute (RFC 6238), as common apps make them.

use std::io;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use totp_rs::{Builder, Secret, Totp};
use zeroize::Zeroizing;

use crate::random;

/// The seconds of one step.
pub const STEP: u64 = 30;
/// Clocks may be wrong by so many steps.
const SKEW: u16 = 1;
/// Who the codes are for, as apps show it.
const ISSUER: &str = "Querschnitt";

/// A new secret: 160 random bits in base32, as people type it into an app.
///
/// # Errors
/// When the system gives no randomness.
pub fn new_secret() -> io::Result<Zeroizing<String>> {
    let secret = Secret::from(*random::bytes::<20>()?);
    Ok(Zeroizing::new(secret.to_base32()))
}

/// The address that an app on the same device opens; `account` is what it shows.
#[must_use]
pub fn uri(secret: &str, account: &str) -> Zeroizing<String> {
    let account = utf8_percent_encode(account, NON_ALPHANUMERIC);
    Zeroizing::new(format!(
        "otpauth://totp/{ISSUER}:{account}?secret={secret}&issuer={ISSUER}&algorithm=SHA1&digits=6&period={STEP}"
    ))
}

/// The step a code belongs to, one step before or after now included; `None` for a code of none of them.
/// `now` in seconds since 1970. Whoever asks has to see to it that a step is used only once.
#[must_use]
pub fn step_of(secret: &str, code: &str, now: u64) -> Option<u64> {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    totp(secret)?.check(&code, now)
}

fn totp(secret: &str) -> Option<Totp> {
    let secret = Secret::try_from_base32(secret).ok()?;
    Builder::new()
        .with_secret(secret)
        .with_digits(6)
        .with_skew(SKEW)
        .with_step_duration(STEP)
        .build()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// "12345678901234567890", the secret of the test vectors in RFC 6238, appendix B.
    const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    #[test]
    fn codes_are_those_of_the_rfc() {
        // The last six of the RFC's eight digits.
        for (now, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(step_of(SECRET, code, now), Some(now / STEP), "{code}");
        }
    }

    #[test]
    fn clocks_may_be_one_step_wrong_and_no_more() {
        let code = "081804";
        let step = 1_111_111_109 / STEP;
        for (now, expected) in [
            ((step - 2) * STEP + 29, None),
            ((step - 1) * STEP, Some(step)),
            ((step + 1) * STEP + 29, Some(step)),
            ((step + 2) * STEP, None),
        ] {
            assert_eq!(step_of(SECRET, code, now), expected, "{now}");
        }
    }

    #[test]
    fn spaces_in_a_code_are_passed_over_and_nothing_else() {
        assert_eq!(step_of(SECRET, " 287 082 ", 59), Some(1));
        for code in [
            "",
            "28708",
            "2870822",
            "+87082",
            "28708a",
            "２８７０８２",
            "287-082",
        ] {
            assert_eq!(step_of(SECRET, code, 59), None, "{code}");
        }
        assert_eq!(step_of("not base32!", "287082", 59), None);
        assert_eq!(step_of("AAAA", "287082", 59), None, "a secret of 20 bits");
    }

    #[test]
    fn a_secret_has_160_bits_and_its_address_names_account_and_issuer() {
        let secret = new_secret().unwrap();
        assert_eq!(secret.len(), 32);
        assert!(*secret != *new_secret().unwrap());
        let uri = uri(&secret, "Erika Muster/1");
        assert!(uri.starts_with("otpauth://totp/Querschnitt:Erika%20Muster%2F1?secret="));
        assert!(
            uri.contains(&*secret)
                && uri.ends_with("&issuer=Querschnitt&algorithm=SHA1&digits=6&period=30")
        );
    }

    proptest! {
        #[test]
        fn any_text_is_taken_calmly(secret in "\\PC{0,60}", code in "\\PC{0,20}", now in any::<u64>()) {
            let _ = step_of(&secret, &code, now);
            prop_assert_eq!(step_of(SECRET, &format!("x{code}"), now), None);
        }
    }
}
