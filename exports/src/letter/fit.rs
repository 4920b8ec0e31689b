//! Makes any text printable: what the fonts do not have is replaced and named, and words longer than a
//! line may be broken.

use std::collections::BTreeSet;

use serde_json::Value;
use unicode_segmentation::UnicodeSegmentation as _;

use super::fonts::FONTS;

/// Stands for what can't be shown. PDF/UA allows no glyph that means nothing.
const REPLACEMENT: char = '\u{FFFD}';
/// A place where a line may be broken without a hyphen.
const BREAK: char = '\u{200B}';
/// The most characters named in the note on what can't be shown.
const NAMED: usize = 12;

/// The texts of a letter as they can be printed, and a sentence about what could not be.
pub(super) fn fit(letter: &mut Value) -> Option<String> {
    let mut missing = BTreeSet::new();
    fit_value(letter, &mut missing, LONGEST);
    if let Some(info) = letter.get_mut("info") {
        fit_value(info, &mut missing, LONGEST_IN_BLOCK);
    }
    (!missing.is_empty()).then(|| note(&missing))
}

/// The longest word without a break in the text, in characters: it fits the narrowest column.
const LONGEST: usize = 45;
/// The same in the information block.
const LONGEST_IN_BLOCK: usize = 22;

fn fit_value(value: &mut Value, missing: &mut BTreeSet<char>, longest: usize) {
    match value {
        Value::String(text) => *text = fit_text(text, missing, longest),
        Value::Array(values) => {
            for value in values {
                fit_value(value, missing, longest);
            }
        }
        Value::Object(fields) => {
            for value in fields.values_mut() {
                fit_value(value, missing, longest);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn fit_text(text: &str, missing: &mut BTreeSet<char>, longest: usize) -> String {
    let mut fitting = String::with_capacity(text.len());
    let mut run = 0;
    for cluster in text.graphemes(true) {
        if cluster.chars().all(|c| c.is_whitespace() && c != '\u{A0}') {
            fitting.push(' ');
            run = 0;
            continue;
        }
        let shown: Vec<char> = cluster
            .chars()
            .filter(|c| !means_nothing_here(*c))
            .collect();
        if shown.is_empty() {
            continue;
        }
        if run == longest {
            fitting.push(BREAK);
            run = 0;
        }
        run += 1;
        if cluster == "@" && longest == LONGEST_IN_BLOCK {
            // An e-mail address that needs two lines breaks behind its @.
            run = longest;
        }
        if FONTS.cover(&shown) && !shown.iter().any(|c| is_private(*c)) {
            fitting.extend(shown);
        } else {
            let unknown = shown
                .into_iter()
                .filter(|c| is_private(*c) || !FONTS.cover(&[*c]));
            missing.extend(unknown);
            fitting.push(REPLACEMENT);
        }
    }
    if fitting.is_empty() && !text.is_empty() {
        // Titles and the words for a picture must say something.
        fitting.push(REPLACEMENT);
    }
    fitting
}

/// Characters without a look of their own that matter on screens only: controls, the colours of emoji, byte
/// order marks, places for breaks (we set our own).
fn means_nothing_here(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{180B}'..='\u{180E}'
                | '\u{200B}'
                | '\u{2060}'..='\u{206F}'
                | '\u{FE00}'..='\u{FE0F}'
                | '\u{FEFF}'
                | '\u{FFF9}'..='\u{FFFB}'
                | '\u{E0000}'..='\u{E0FFF}'
        )
}

/// Characters that mean something else in each font.
const fn is_private(c: char) -> bool {
    matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}')
}

fn note(missing: &BTreeSet<char>) -> String {
    let named: Vec<String> = missing
        .iter()
        .take(NAMED)
        .map(|c| format!("U+{:04X}", u32::from(*c)))
        .collect();
    let more = match missing.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" und {more} weitere"),
    };
    format!(
        "Hinweis: Zeichen, die in den Schriften dieses Schreibens nicht vorkommen, stehen als {REPLACEMENT} ({}{more}).",
        named.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fitted(text: &str) -> (String, Option<String>) {
        let mut letter = json!({ "text": [text] });
        let note = fit(&mut letter);
        (letter["text"][0].as_str().unwrap().to_owned(), note)
    }

    #[test]
    fn ordinary_texts_stay_as_they_are() {
        for text in [
            "Förderung von 1.000,00 € – „Brücke“ e. V.",
            "Şükrü Çağlayan, Олександр, Ελένη, Nguyễn Thị Hồng",
            "مركز الاندماج",
            "#eval(\"1\") $x$ \\ *fett* _kursiv_ @ref <label> //",
        ] {
            assert_eq!(fitted(text), (text.to_owned(), None));
        }
    }

    #[test]
    fn what_has_no_glyph_is_replaced_and_named() {
        let (text, note) = fitted("Gut 👩‍👩‍👧 so 中文\u{E000}");
        assert_eq!(text, "Gut � so ���");
        let note = note.unwrap();
        for named in ["U+4E2D", "U+6587", "U+E000", "U+1F467", "U+1F469"] {
            assert!(note.contains(named), "{note}");
        }
        assert!(!note.contains("200D"), "{note}");
        let many: String = ('\u{4E00}'..'\u{4E20}').collect();
        assert!(fitted(&many).1.unwrap().contains("und 20 weitere"));
    }

    #[test]
    fn a_word_without_end_can_be_broken() {
        let (text, _) = fitted(&"x".repeat(100));
        let parts: Vec<usize> = text.split(BREAK).map(str::len).collect();
        assert_eq!(parts, [LONGEST, LONGEST, 10]);
        let (text, _) = fitted(&"Wort ".repeat(100));
        assert!(!text.contains(BREAK));
    }

    #[test]
    fn invisible_characters_go() {
        assert_eq!(fitted("a\u{FEFF}b\u{200B}c\u{FE0F}\td").0, "abc d");
        assert_eq!(fitted("\u{FEFF}\u{200B}").0, "�");
        assert_eq!(fitted("").0, "");
    }
}
