//! Finds out how a text is encoded, and refuses what it can't tell: a wrong guess turns every umlaut
//! into something else without anybody noticing.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Letters beyond ASCII of German offices in Windows-1252: äöüÄÖÜß, and those of names.
const WINDOWS_LETTERS: &[u8] = b"\xe4\xf6\xfc\xc4\xd6\xdc\xdf\xe0\xe1\xe2\xe7\xe8\xe9\xea\xeb\xed\xf1\xf3\xf4\xfa\xfd\xfe\x9a\x9e";
/// äöüÄÖÜß in code page 850, that of DOS.
const DOS_LETTERS: &[u8] = b"\x84\x94\x81\x8e\x99\x9a\xe1";
/// äöüÄÖÜß in Mac Roman.
const MAC_LETTERS: &[u8] = b"\x8a\x9a\x9f\x80\x85\x86\xa7";
/// What Windows-1252 has no character for.
const NOT_WINDOWS: &[u8] = b"\x81\x8d\x8f\x90\x9d";

/// The encoding of a text without a byte order mark. `Err` says in German why it can't be told.
pub(super) fn guessed(bytes: &[u8]) -> Result<&'static Encoding, String> {
    if let Some(wide) = wide(bytes) {
        return Ok(wide);
    }
    let Sequences { whole, broken } = sequences(bytes);
    if broken == 0 || (whole > 0 && whole >= broken * 2) {
        // The cells with the broken ones are refused one by one.
        return Ok(UTF_8);
    }
    if whole > broken {
        return Err(unknown(
            "Sie scheint teils als UTF-8, teils anders geschrieben zu sein",
        ));
    }
    let inside = |letters: &[u8]| count(bytes, letters, true);
    let windows = count(bytes, WINDOWS_LETTERS, false);
    let (dos, mac) = (inside(DOS_LETTERS), inside(MAC_LETTERS));
    if dos > windows && dos >= mac {
        return Err(unknown(
            "Die Umlaute sehen nach DOS (Codepage 850) aus, das sich nicht lesen lässt; speichern Sie die Tabelle als „CSV UTF-8“",
        ));
    }
    if mac > windows {
        return Err(unknown(
            "Die Umlaute sehen nach Macintosh aus; stimmt das, dann nennen Sie encoding = \"macintosh\"",
        ));
    }
    if bytes.iter().any(|byte| NOT_WINDOWS.contains(byte)) {
        return Err(unknown(
            "Sie enthält Zeichen, die es in Windows-1252 nicht gibt",
        ));
    }
    Ok(WINDOWS_1252)
}

fn unknown(why: &str) -> String {
    format!(
        "Wie die Datei geschrieben ist, lässt sich nicht sicher erkennen. {why}. Sonst nennen Sie die Zeichenkodierung in der Zuordnung (encoding), oder speichern Sie die Tabelle als „CSV UTF-8“."
    )
}

/// UTF-16 has a zero beside most characters.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    let begin = &bytes[..bytes.len().min(200)];
    let zeros = |odd: usize| {
        let every_other = begin.iter().skip(odd).step_by(2);
        every_other.filter(|b| **b == 0).count()
    };
    let half = begin.len() / 4;
    if begin.len() < 4 {
        None
    } else if zeros(1) > half && zeros(0) == 0 {
        Some(UTF_16LE)
    } else if zeros(0) > half && zeros(1) == 0 {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// How many characters beyond ASCII are whole UTF-8, and how many bytes are none.
#[derive(Default)]
struct Sequences {
    whole: usize,
    broken: usize,
}

fn sequences(bytes: &[u8]) -> Sequences {
    let mut found = Sequences::default();
    for chunk in bytes.utf8_chunks() {
        found.whole += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        found.broken += chunk.invalid().len();
    }
    found
}

/// How many of these bytes stand beside a letter of ASCII, or with `between` between two.
fn count(bytes: &[u8], letters: &[u8], between: bool) -> usize {
    let is_letter = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphabetic);
    (0..bytes.len())
        .filter(|at| letters.contains(&bytes[*at]))
        .filter(|at| {
            let before = is_letter(at.checked_sub(1).and_then(|before| bytes.get(before)));
            let after = is_letter(bytes.get(at + 1));
            if between {
                before && after
            } else {
                before || after
            }
        })
        .count()
}

#[cfg(test)]
mod tests {
    use encoding_rs::MACINTOSH;

    use super::*;

    const TEXT: &str = "Träger;Größe\nBrücke e. V., „Übergänge“ – 5 €;Straße\n";

    #[test]
    fn what_can_be_told_is_told() {
        assert_eq!(guessed(TEXT.as_bytes()), Ok(UTF_8));
        assert_eq!(guessed(b"nur ASCII"), Ok(UTF_8));
        let windows = WINDOWS_1252.encode(TEXT).0.into_owned();
        assert_eq!(guessed(&windows), Ok(WINDOWS_1252));
        // No letter at all tells, only an amount in euros.
        assert_eq!(guessed(b"Summe;5 \x80\n"), Ok(WINDOWS_1252));
        let utf_16: Vec<u8> = TEXT.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(guessed(&utf_16), Ok(UTF_16BE));
    }

    #[test]
    fn one_broken_character_does_not_make_another_encoding() {
        let broken = [TEXT.as_bytes(), b"Tr\xe4ger"].concat();
        assert_eq!(guessed(&broken), Ok(UTF_8));
    }

    #[test]
    fn what_is_another_or_mixed_is_refused() {
        let mac = MACINTOSH.encode(TEXT).0.into_owned();
        assert!(guessed(&mac).unwrap_err().contains("macintosh"));
        // "Träger;Größe;Brücke" on DOS.
        let dos = b"Tr\x84ger;Gr\x94\xe1e;Br\x81cke";
        assert!(guessed(dos).unwrap_err().contains("Codepage 850"));
        let mixed = ["äöü".as_bytes(), b"\xe4\xf6"].concat();
        assert!(guessed(&mixed).unwrap_err().contains("teils als UTF-8"));
        assert!(guessed(b"Summe;5 \x81\n").is_err());
    }
}
