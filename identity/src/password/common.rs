//! Passwords that are tried first: the commonest words, with little besides. Not the long lists of leaked ones:
//! those of twelve characters and more are mostly made of these.

/// Words, names and runs of keys that common passwords of offices in Germany are made of; lower-case, without
/// characters besides letters and digits, longer ones before those they contain.
const PIECES: &[&str] = &[
    "qwertzuiopasdfghjkl",
    "qwertyuiopasdfghjkl",
    "qwertzuiop",
    "qwertyuiop",
    "asdfghjkl",
    "yxcvbnm",
    "zxcvbnm",
    "qwertz",
    "qwerty",
    "asdfgh",
    "1q2w3e4r5t",
    "1q2w3e4r",
    "q1w2e3r4",
    "1qaz2wsx",
    "abcdefghijklmnopqrstuvwxyz",
    "abcdefghijkl",
    "abcdefgh",
    "abcdef",
    "01234567890",
    "0123456789",
    "1234567890",
    "9876543210",
    "0987654321",
    "123456789",
    "987654321",
    "12345678",
    "87654321",
    "1234567",
    "654321",
    "123456",
    "12345",
    "123123",
    "1234",
    "123",
    "passwort",
    "password",
    "passw0rt",
    "passw0rd",
    "kennwort",
    "geheimnis",
    "geheim",
    "willkommen",
    "welcome",
    "hallo",
    "hello",
    "schatz",
    "sommer",
    "winter",
    "herbst",
    "fruehling",
    "frühling",
    "fussball",
    "fußball",
    "football",
    "baseball",
    "iloveyou",
    "ichliebedich",
    "letmein",
    "lassmichrein",
    "sonnenschein",
    "sunshine",
    "princess",
    "prinzessin",
    "dragon",
    "drache",
    "monkey",
    "master",
    "superman",
    "batman",
    "michael",
    "thomas",
    "daniel",
    "alexander",
    "administrator",
    "admin",
    "benutzer",
    "anmeldung",
    "login",
    "office",
    "windows",
    "internet",
    "computer",
    "dortmund",
    "schalke",
    "bayern",
    "berlin",
    "hamburg",
    "koeln",
    "köln",
    "bielefeld",
    "deutschland",
    "nordrheinwestfalen",
    "kommunalesintegrationszentrum",
    "integrationszentrum",
    "integration",
    "querschnitt",
    "stadtverwaltung",
    "kreisverwaltung",
    "montag",
    "dienstag",
    "mittwoch",
    "donnerstag",
    "freitag",
    "samstag",
    "sonntag",
    "januar",
    "februar",
    "august",
    "september",
    "oktober",
    "november",
    "dezember",
    "test",
    "start",
    "changeme",
    "default",
    "trustno1",
    "starwars",
    "abc",
    "xyz",
];

/// So many characters have to be left once common pieces are gone.
const LEFT: usize = 6;
/// So many different characters there have to be.
const DIFFERENT: usize = 5;

/// Whether a password (lower-case) is made of little but common pieces or few characters.
pub(super) fn is_guessed_first(lower: &str) -> bool {
    let mut different: Vec<char> = lower.chars().collect();
    different.sort_unstable();
    different.dedup();
    if different.len() < DIFFERENT {
        return true;
    }
    let letters: String = lower.chars().filter(|c| c.is_alphanumeric()).collect();
    let mut left = letters.clone();
    for piece in PIECES {
        left = left.replace(piece, "");
    }
    // Without any common piece nothing is common, however many signs there are between the letters.
    left.len() < letters.len() && left.chars().count() < LEFT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_tried_first_is_known_and_sentences_are_not() {
        for common in [
            "passwort1234",
            "passwort2026!",
            "willkommen2026",
            "willkommen-123!",
            "qwertzuiopasdf",
            "1234567890123456",
            "querschnitt2026",
            "bielefeld-2026!",
            "p.a.s.s.w.o.r.t.1.2",
            "aaaaaaaaaaaa",
            "abababababab",
            "sommer2026!!!!",
            "administrator1",
            "integration#2026",
        ] {
            assert!(is_guessed_first(common), "{common}");
        }
        for fine in [
            "drei tassen tee",
            "die integration der vielen worte",
            "k7!x-92?fw)b",
            "willkommen im grünen boot",
            "jqxw-pt4m-9xk2-wm7c-hh3d",
        ] {
            assert!(!is_guessed_first(fine), "{fine}");
        }
    }
}
