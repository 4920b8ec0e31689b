//! The mark of a browser in which somebody signed in before: their tries there are counted by themselves, so that
//! strangers who guess at the name can't make them wait. It opens nothing.

use querschnitt_store::Keys;
use zeroize::Zeroizing;

use crate::login::LoginDigest;
use crate::random;

const PURPOSE: &str = "browser";

/// A new mark for a sign-in name, to be kept by the browser.
///
/// # Errors
/// When the system gives no randomness.
pub(crate) fn mark(keys: &Keys, login: LoginDigest) -> std::io::Result<Zeroizing<String>> {
    let random = random::bytes::<16>()?;
    let content = [login.bytes().as_slice(), random.as_slice()].concat();
    Ok(Zeroizing::new(keys.seal_token(PURPOSE, &content)))
}

/// What tells the browser from others, if this is a mark of ours for this sign-in name.
pub(crate) fn read(keys: &Keys, login: LoginDigest, mark: &str) -> Option<[u8; 16]> {
    let content = keys.open_token(PURPOSE, mark)?;
    let (of, random) = content.split_at_checked(32)?;
    (of == login.bytes()).then_some(())?;
    random.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_for_one_name_of_one_installation() {
        let keys = Keys::ephemeral().unwrap();
        let login = LoginDigest::of(&keys, "erika");
        let [one, two] = [(); 2].map(|()| mark(&keys, login).unwrap());
        let read_here = |mark: &str| read(&keys, login, mark);
        assert!(read_here(&one).is_some() && read_here(&one) != read_here(&two));
        assert_eq!(read(&keys, LoginDigest::of(&keys, "max"), &one), None);
        assert_eq!(read(&Keys::ephemeral().unwrap(), login, &one), None);
        let position = keys.seal_token("position", &[0; 48]);
        for other in ["", "abc", &one[1..], &position] {
            assert_eq!(read_here(other), None);
        }
    }
}
