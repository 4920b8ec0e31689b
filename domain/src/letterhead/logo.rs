//! A logo that comes in: a PNG file of bounded size, with words for those who can't see it.
//!
//! No SVG: it can refer to other files, repeat itself without end and nest without bound.

use crate::file::FileContent;
use crate::rejection::{Rejection, RejectionCode};
use crate::text::Text;

/// The largest file, in bytes.
pub const LOGO_BYTES: usize = 128 << 10;
/// The most pixels along each side: at 600 dpi more than the width of the page's text.
pub const LOGO_PIXELS: u32 = 2_400;

/// A logo as a client sends it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LogoInput {
    /// The PNG file.
    pub content: FileContent,
    /// What it shows, one line of at most [`Text::NAME`] characters.
    pub description: Text,
}

impl LogoInput {
    /// Whether this is a PNG file that is not too large. Whether its pixels can be read, who prints
    /// it has to find out.
    ///
    /// # Errors
    /// [`RejectionCode::TooMany`], [`RejectionCode::Malformed`] or
    /// [`RejectionCode::NumberOutOfRange`], all on `logo.content`.
    pub fn check(&self) -> Result<(), Rejection> {
        let refused = |code, message| Err(Rejection::field(code, "logo.content", message));
        let bytes = self.content.bytes();
        if bytes.len() > LOGO_BYTES {
            return refused(
                RejectionCode::TooMany,
                format!(
                    "Das Logo hat {} Bytes; möglich sind höchstens {LOGO_BYTES} (128 KiB). Verkleinern Sie das Bild.",
                    bytes.len()
                ),
            );
        }
        match dimensions(bytes) {
            None => refused(
                RejectionCode::Malformed,
                "Das Logo ist keine PNG-Datei; andere Arten (auch SVG) werden nicht angenommen."
                    .to_owned(),
            ),
            Some((width, height))
                if [width, height]
                    .iter()
                    .any(|side| !(1..=LOGO_PIXELS).contains(side)) =>
            {
                refused(
                    RejectionCode::NumberOutOfRange,
                    format!(
                        "Das Logo hat {width} × {height} Bildpunkte; möglich sind 1 bis {LOGO_PIXELS} in jeder Richtung."
                    ),
                )
            }
            Some(_) => Ok(()),
        }
    }
}

/// Width and height from the first chunk, which has to be the header.
fn dimensions(bytes: &[u8]) -> Option<(u32, u32)> {
    let header = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR")?;
    let number = |at| {
        let four: [u8; 4] = header.get(at..at + 4)?.try_into().ok()?;
        Some(u32::from_be_bytes(four))
    };
    Some((number(0)?, number(4)?))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::testing::text;

    /// The beginning of a PNG file with these dimensions, in all `size` bytes.
    pub(crate) fn png(width: u32, height: u32, size: usize) -> FileContent {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes.resize(size, 0);
        FileContent::new(bytes).unwrap()
    }

    #[test]
    fn only_a_png_of_bounded_size_is_a_logo() {
        let code = |content| {
            let logo = LogoInput {
                content,
                description: text("Wappen"),
            };
            logo.check().err().map(|rejection| rejection.code)
        };
        assert_eq!(code(png(2_400, 1, LOGO_BYTES)), None);
        assert_eq!(
            code(png(2_400, 1, LOGO_BYTES + 1)),
            Some(RejectionCode::TooMany)
        );
        for (width, height) in [(2_401, 1), (1, 0), (u32::MAX, 7)] {
            assert_eq!(
                code(png(width, height, 60)),
                Some(RejectionCode::NumberOutOfRange)
            );
        }
        for bytes in [
            &b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>"[..],
            b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0",
            b"\x89PNG\r\n\x1a\n\0\0\0\x0dtEXt\0\0\0\x01\0\0\0\x01",
            b"\xFF\xD8\xFF",
        ] {
            let content = FileContent::new(bytes).unwrap();
            assert_eq!(code(content), Some(RejectionCode::Malformed), "{bytes:?}");
        }
    }
}
