//! The fonts of letters. They are part of the program, so that a letter looks the same on every machine.

use std::sync::LazyLock;

use ttf_parser::Face;
use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;

/// In the order in which they are tried. Noto Sans has the letters of DIN 91379 (all names in German
/// registers), Greek and Cyrillic; DejaVu Sans adds Arabic, Hebrew, Armenian, Georgian, arrows and
/// mathematical signs; the last one Tigrinya and Amharic.
pub(super) const FAMILIES: [&str; 3] = ["Noto Sans", "DejaVu Sans", "Noto Sans Ethiopic"];

/// The fonts, and what typst wants to know about them.
pub(super) struct Fonts {
    faces: Vec<Face<'static>>,
    pub(super) fonts: Vec<Font>,
    pub(super) book: LazyHash<FontBook>,
}

/// See [`Fonts`].
pub(super) static FONTS: LazyLock<Fonts> = LazyLock::new(|| {
    let files: [&'static [u8]; 4] = [
        include_bytes!("../../fonts/NotoSans-Regular.ttf"),
        include_bytes!("../../fonts/NotoSans-Bold.ttf"),
        include_bytes!("../../fonts/DejaVuSans.ttf"),
        include_bytes!("../../fonts/NotoSansEthiopic-Regular.ttf"),
    ];
    let faces = files
        .iter()
        .filter_map(|file| Face::parse(file, 0).ok())
        .collect();
    let fonts: Vec<Font> = files
        .into_iter()
        .flat_map(|file| Font::iter(Bytes::new(file)))
        .collect();
    let book = LazyHash::new(FontBook::from_fonts(&fonts));
    Fonts { faces, fonts, book }
});

impl Fonts {
    /// Whether one of the fonts has a glyph for each of these characters.
    pub(super) fn cover(&self, characters: &[char]) -> bool {
        self.faces.iter().any(|face| {
            let has = |c: &char| face.glyph_index(*c).is_some_and(|glyph| glyph.0 != 0);
            characters.iter().all(has)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_family_is_there() {
        let found: Vec<&str> = FONTS
            .fonts
            .iter()
            .map(|font| font.info().family.as_str())
            .collect();
        for family in FAMILIES {
            assert!(found.contains(&family), "{family} is not in {found:?}");
        }
        assert_eq!((FONTS.fonts.len(), FONTS.faces.len()), (4, 4));
    }

    #[test]
    fn the_letters_of_names_in_german_registers_have_glyphs() {
        let blocks = [
            '\u{20}'..='\u{7E}',
            '\u{A0}'..='\u{24F}',
            '\u{2B0}'..='\u{36F}',
            '\u{386}'..='\u{3CE}',
            '\u{400}'..='\u{52F}',
            '\u{1E00}'..='\u{1EFF}',
            '\u{2010}'..='\u{2027}',
            '\u{20A0}'..='\u{20BF}',
        ];
        // Two code points in these blocks stand for no letter.
        let unassigned = ['\u{38B}', '\u{38D}', '\u{3A2}'];
        for c in blocks.into_iter().flatten() {
            assert!(
                unassigned.contains(&c) || FONTS.cover(&[c]),
                "U+{:04X} {c} has no glyph",
                u32::from(c)
            );
        }
        for word in ["العربية", "עברית", "Հայերեն", "ქართული", "ትግርኛ", "→≥✓"]
        {
            assert!(word.chars().all(|c| FONTS.cover(&[c])), "{word}");
        }
    }
}
