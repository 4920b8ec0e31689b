//! Random bits from the system, and texts made of them.

use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

/// Letters and digits that nobody takes for another; 32, so that each is five bits.
const READABLE: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// Fresh random bytes.
///
/// # Errors
/// When the system gives none.
pub(crate) fn bytes<const N: usize>() -> io::Result<Zeroizing<[u8; N]>> {
    let mut bytes = Zeroizing::new([0; N]);
    getrandom::fill(bytes.as_mut_slice()).map_err(|error| io::Error::other(error.to_string()))?;
    Ok(bytes)
}

/// 256 random bits as text (base64url).
///
/// # Errors
/// See [`bytes`].
pub(crate) fn token() -> io::Result<Zeroizing<String>> {
    let bytes = bytes::<32>()?;
    Ok(Zeroizing::new(URL_SAFE_NO_PAD.encode(bytes.as_slice())))
}

/// `groups` groups of four letters or digits with hyphens between them, five bits each, to be typed by hand.
///
/// # Errors
/// See [`bytes`].
pub(crate) fn readable(groups: usize) -> io::Result<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::with_capacity(groups * 5));
    for group in 0..groups {
        if group > 0 {
            text.push('-');
        }
        for byte in bytes::<4>()?.iter() {
            text.push(char::from(READABLE[usize::from(byte % 32)]));
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_have_their_form_and_differ() {
        let text = readable(5).unwrap();
        assert_eq!(text.len(), 24);
        for group in text.split('-') {
            assert_eq!(group.len(), 4);
            assert!(group.bytes().all(|byte| READABLE.contains(&byte)));
        }
        assert!(*text != *readable(5).unwrap());
        assert_eq!(token().unwrap().len(), 43);
        assert!(*token().unwrap() != *token().unwrap());
    }
}
