//! Unpacks a workbook once and keeps nothing, so that a small file that holds gigabytes, or makes its
//! reader ask for them, is refused before anything is made of it.

use std::fs::File;
use std::io::{self, BufReader, Read as _, Write};
use std::path::Path;

use zip::result::ZipError;

/// The largest file, in bytes.
const MOST_PACKED: u64 = 50 * 1024 * 1024;
/// The most its parts may hold, unpacked.
const MOST_UNPACKED: u64 = 256 * 1024 * 1024;
/// From this size on, what is unpacked is compared with what is packed.
const SUSPICIOUS: u64 = 16 * 1024 * 1024;
/// How much larger the unpacked content may be then; tables get about ten times smaller.
const MOST_TIMES: u64 = 100;
/// The most parts a workbook has.
const MOST_PARTS: usize = 2_000;
/// The most the texts of all cells may hold, which the reader keeps in memory, unpacked.
const MOST_TEXTS: u64 = 96 * 1024 * 1024;
/// The most tags among them: three for each text, which costs about fifty bytes beside itself.
const MOST_TEXT_TAGS: u64 = 8_000_000;
/// Parts that are not read, and large in honest workbooks.
const NOT_READ: [&str; 6] = [
    "/pivotcache/",
    "/comments",
    "/drawings/",
    "/calcchain",
    "/externallinks/",
    "/customxml/",
];
/// The most any other part may hold that is no sheet and no picture.
const MOST_OTHER: u64 = 16 * 1024 * 1024;
/// The most digits of the number of texts a workbook says to have: the reader makes room for them.
const MOST_DIGITS: usize = 7;

/// Refuses what is too large. What the file says of its sizes does not count.
pub(super) fn bounded(path: &Path) -> Result<(), String> {
    let file = File::open(path).map_err(|error| opening(&error))?;
    let packed = file.metadata().map_err(|error| opening(&error))?.len();
    if packed > MOST_PACKED {
        return Err("Die Arbeitsmappe ist größer als 50 MiB; teilen Sie sie auf.".to_owned());
    }
    let mut parts = zip::ZipArchive::new(BufReader::new(file)).map_err(|error| damaged(&error))?;
    if parts.len() > MOST_PARTS {
        return Err(
            "Die Datei hat mehr als 2.000 Teile; das ist keine Arbeitsmappe mit einer Tabelle."
                .to_owned(),
        );
    }
    let most = MOST_UNPACKED.min(SUSPICIOUS.max(packed * MOST_TIMES));
    let mut unpacked = 0;
    for index in 0..parts.len() {
        let part = parts.by_index(index).map_err(|error| damaged(&error))?;
        let kind = Kind::of(&part.name().map_err(|error| damaged(&error))?);
        let mut seen = Seen::default();
        let mut part = part.take(most - unpacked + 1);
        let length = io::copy(&mut part, &mut seen).map_err(|_| {
            "Die Arbeitsmappe ist beschädigt oder unvollständig; speichern Sie sie neu.".to_owned()
        })?;
        unpacked += length;
        if unpacked > most {
            return Err(format!(
                "Die Arbeitsmappe enthält ausgepackt mehr als {} MiB, viel mehr als eine Tabelle dieser Größe; sie wird nicht gelesen.",
                most / 1024 / 1024
            ));
        }
        let too_much = match kind {
            Kind::Texts => length > MOST_TEXTS || seen.tags > MOST_TEXT_TAGS || seen.count.too_long,
            Kind::Other => length > MOST_OTHER,
            Kind::SheetOrPicture => false,
        };
        if too_much {
            return Err("Die Arbeitsmappe enthält mehr Texte oder Formate, als eine Tabelle braucht; sie wird nicht gelesen. Kopieren Sie nur die Werte in eine neue Arbeitsmappe, oder teilen Sie sie auf.".to_owned());
        }
    }
    Ok(())
}

fn opening(error: &io::Error) -> String {
    format!(
        "Die Datei lässt sich nicht öffnen: {}",
        super::german_io(error)
    )
}

fn damaged(error: &ZipError) -> String {
    let what = match error {
        ZipError::Io(error) => super::german_io(error),
        ZipError::InvalidPassword => "sie ist mit einem Kennwort geschützt".to_owned(),
        ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_) => {
            "sie ist mit einem Kennwort geschützt oder auf ungewöhnliche Weise gepackt".to_owned()
        }
        // The list of errors is open; what is left is no whole archive.
        _ => "sie ist beschädigt oder unvollständig".to_owned(),
    };
    format!("Die Arbeitsmappe lässt sich nicht lesen: {what}. Speichern Sie sie neu.")
}

/// What a part of a workbook holds.
enum Kind {
    /// The texts of all cells.
    Texts,
    /// Cells, which are read one by one, or what is not read at all.
    SheetOrPicture,
    /// Formats, names, relations.
    Other,
}

impl Kind {
    fn of(name: &str) -> Self {
        let name = name.to_lowercase().replace('\\', "/");
        if name.ends_with("sharedstrings.xml") {
            Self::Texts
        } else if name.contains("/worksheets/")
            || !(name.ends_with(".xml") || name.ends_with(".rels"))
            || NOT_READ.iter().any(|part| name.contains(part))
        {
            Self::SheetOrPicture
        } else {
            Self::Other
        }
    }
}

/// What is counted while a part is unpacked.
#[derive(Default)]
struct Seen {
    tags: u64,
    count: Count,
}

impl Write for Seen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for byte in bytes {
            self.tags += u64::from(*byte == b'<');
            self.count.next(*byte);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Finds `uniqueCount="…"`.
#[derive(Default)]
struct Count {
    /// How much of the name was just read.
    name: usize,
    /// Behind the name: how many digits were read.
    digits: Option<usize>,
    /// Whether a number was too long.
    too_long: bool,
}

impl Count {
    const NAME: &'static [u8] = b"uniqueCount";

    fn next(&mut self, byte: u8) {
        if let Some(digits) = self.digits {
            match byte {
                b'0'..=b'9' => {
                    self.digits = Some(digits + 1);
                    self.too_long |= digits + 1 > MOST_DIGITS;
                }
                b' ' | b'\t' | b'\r' | b'\n' | b'=' | b'"' | b'\'' if digits == 0 => {}
                _ => self.digits = None,
            }
        }
        self.name = if Self::NAME.get(self.name) == Some(&byte) {
            self.name + 1
        } else {
            usize::from(byte == Self::NAME[0])
        };
        if self.name == Self::NAME.len() {
            (self.name, self.digits) = (0, Some(0));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn too_long(text: &str) -> bool {
        let mut seen = Seen::default();
        // In pieces, as they are unpacked.
        for piece in text.as_bytes().chunks(3) {
            seen.write_all(piece).unwrap();
        }
        seen.count.too_long
    }

    #[test]
    fn a_number_of_texts_that_takes_all_memory_is_seen() {
        for harmless in [
            r#"<sst count="3" uniqueCount="2000000"><si><t>uniqueCount</t></si></sst>"#,
            r#"<sst uniqueCount="1"/><t>12345678901</t>"#,
        ] {
            assert!(!too_long(harmless), "{harmless}");
        }
        for hostile in [
            r#"<sst uniqueCount="99999999999">"#,
            "<sst uniqueCount \n = '00000000001'>",
            r#"<sst uuniqueCount="99999999999">"#,
        ] {
            assert!(too_long(hostile), "{hostile}");
        }
    }
}
