//! The search form (Suchform) of names: every Latin letter as one or two of A–Z.
//!
//! DIN 91379:2022-08 sets the mapping ("Abbildung auf Grundbuchstaben", an extension of the ICAO's
//! in Doc 9303 part 3): Ä is AE, ß is SS, Å is AA, Þ is TH, and a letter with any other mark is the
//! letter. A test compares the 649 letters and sequences of the norm's list, which lies beside this
//! file, one by one. What the norm does not map (digits, other scripts) stays.

use unicode_normalization::UnicodeNormalization;

/// Diaeresis and ring above, as Unicode decomposes them.
const DIAERESIS: char = '\u{308}';
const RING: char = '\u{30A}';

/// The words of a name in search form, in capitals, with one space between them. Whatever is
/// neither letter nor digit ends a word.
#[must_use]
pub fn search_form(name: &str) -> String {
    let mut form = String::with_capacity(name.len());
    let mut word_ended = false;
    let mut letters = name.nfd().peekable();
    while let Some(letter) = letters.next() {
        let (mut diaeresis, mut ring) = (false, false);
        while let Some(mark) = letters.next_if(|next| is_mark(*next)) {
            diaeresis |= mark == DIAERESIS;
            ring |= mark == RING;
        }
        if is_mark(letter) || is_apostrophe(letter) {
            // A mark without a letter, and the apostrophe within a word, say nothing.
        } else if letter.is_alphanumeric() {
            if word_ended && !form.is_empty() {
                form.push(' ');
            }
            word_ended = false;
            push_letter(&mut form, letter, diaeresis, ring);
        } else {
            word_ended = true;
        }
    }
    form
}

/// Whether each word of the search begins a word of the name; both in search form. An empty search
/// finds every name.
#[must_use]
pub fn matches(name: &str, search: &str) -> bool {
    search
        .split(' ')
        .filter(|word| !word.is_empty())
        .all(|word| {
            name.match_indices(word)
                .any(|(at, _)| at == 0 || name.as_bytes().get(at - 1) == Some(&b' '))
        })
}

fn push_letter(form: &mut String, letter: char, diaeresis: bool, ring: bool) {
    match letter {
        'A' | 'a' if diaeresis => form.push_str("AE"),
        'O' | 'o' if diaeresis => form.push_str("OE"),
        'U' | 'u' if diaeresis => form.push_str("UE"),
        'A' | 'a' if ring => form.push_str("AA"),
        // Letters that Unicode does not decompose.
        'Æ' | 'æ' => form.push_str("AE"),
        'Œ' | 'œ' | 'Ø' | 'ø' => form.push_str("OE"),
        'ß' | 'ẞ' => form.push_str("SS"),
        'Þ' | 'þ' => form.push_str("TH"),
        'Ĳ' | 'ĳ' => form.push_str("IJ"),
        'Ð' | 'ð' | 'Đ' | 'đ' => form.push('D'),
        'Ħ' | 'ħ' => form.push('H'),
        'ı' | 'Ɨ' | 'ɨ' => form.push('I'),
        'ĸ' => form.push('K'),
        'Ŀ' | 'ŀ' | 'Ł' | 'ł' => form.push('L'),
        'ŉ' | 'Ŋ' | 'ŋ' => form.push('N'),
        'Ŧ' | 'ŧ' => form.push('T'),
        'Ƈ' | 'ƈ' => form.push('C'),
        'Ə' | 'ə' => form.push('E'),
        'Ǥ' | 'ǥ' => form.push('G'),
        'Ʒ' | 'ʒ' => form.push('Z'),
        other => form.extend(other.to_uppercase()),
    }
}

fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

const fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}' | '\u{2BC}' | '\u{B4}' | '`')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_of_the_norm_has_its_search_form() {
        let list = include_str!("search_form_din_91379.csv");
        let mut compared = 0;
        for line in list.lines().filter(|line| !line.starts_with('#')) {
            let (points, form) = line.split_once(';').unwrap();
            let letter: String = points
                .split(' ')
                .map(|point| char::from_u32(u32::from_str_radix(point, 16).unwrap()).unwrap())
                .collect();
            assert_eq!(search_form(&letter), form, "{points} {letter}");
            compared += 1;
        }
        assert_eq!(compared, 649);
    }

    #[test]
    fn letters_become_base_letters_as_the_norm_says() {
        for (name, form) in [
            ("Müller", "MUELLER"),
            ("Straße", "STRASSE"),
            ("Łódź", "LODZ"),
            ("Ærø", "AEROE"),
            ("Ångström", "AANGSTROEM"),
            ("Ůstí", "USTI"),
            ("Þór", "THOR"),
            ("Ǖ", "UE"),
            ("Ạ\u{308}", "AE"),
            ("K\u{35F}halid", "KHALID"),
            ("Ağrı", "AGRI"),
            ("N'Diaye", "NDIAYE"),
            ("Nguyễn", "NGUYEN"),
        ] {
            assert_eq!(search_form(name), form, "{name}");
        }
    }

    #[test]
    fn composed_and_decomposed_names_have_the_same_form() {
        assert_eq!(search_form("Mu\u{308}ller"), search_form("Müller"));
    }

    #[test]
    fn signs_end_words_and_other_scripts_stay() {
        assert_eq!(
            search_form(" AWO-Kreisverband  e. V. (§ 7) "),
            "AWO KREISVERBAND E V 7"
        );
        assert_eq!(search_form("Миграция 2.0"), "МИГРАЦИЯ 2 0");
        assert_eq!(search_form("--"), "");
    }

    #[test]
    fn a_search_matches_beginnings_of_words_in_any_order() {
        let name = search_form("Arbeiterwohlfahrt Kreisverband Bielefeld");
        assert!(matches(&name, &search_form("biele arbeiter")));
        assert!(matches(&name, ""));
        assert!(!matches(&name, &search_form("wohlfahrt")));
        assert!(!matches(&name, &search_form("arbeiter köln")));
    }
}
