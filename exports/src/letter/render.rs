//! Sets a letter. typst sees a world of three files in memory and the fonts of this program: no disk, no
//! network, no packages, no clock.

use time::OffsetDateTime;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt as _, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use super::contents::Letter;
use super::fit::fit;
use super::fonts::{FAMILIES, FONTS};
use super::open::LetterError;

const TEMPLATE: &str = include_str!("letter.typ");

struct Desk {
    library: LazyHash<Library>,
    template: Source,
    files: [(FileId, Bytes); 2],
}

impl Letter {
    /// The letter as a PDF. Takes a few hundredths of a second of one core, more for a long text.
    ///
    /// # Errors
    /// [`LetterError::Typesetting`], which no text can cause: only a logo that is no picture.
    pub fn render(&self) -> Result<Vec<u8>, LetterError> {
        let desk = self.desk()?;
        let options = self.options()?;
        let compiled = typst::compile::<PagedDocument>(&desk).output;
        let pdf = compiled.and_then(|document| typst_pdf::pdf(&document, &options));
        // typst keeps what it computed for the next letter, which differs in every word; and no text
        // shall stay in memory.
        typst::comemo::evict(0);
        pdf.map_err(|errors| typesetting(&errors))
    }

    fn desk(&self) -> Result<Desk, LetterError> {
        let mut data = serde_json::to_value(self).map_err(|error| fault(&error))?;
        let missing = fit(&mut data);
        let data = serde_json::json!({ "letter": data, "missing": missing, "fonts": FAMILIES });
        let data = serde_json::to_vec(&data).map_err(|error| fault(&error))?;
        let logo = self.logo.clone().unwrap_or_default();
        Ok(Desk {
            library: LazyHash::new(Library::default()),
            template: Source::new(file("letter.typ")?, TEMPLATE.to_owned()),
            files: [
                (file("letter.json")?, Bytes::new(data)),
                (file("logo.png")?, Bytes::new(logo)),
            ],
        })
    }

    fn options(&self) -> Result<PdfOptions, LetterError> {
        let standards = [PdfStandard::Ua_1, PdfStandard::A_2a];
        Ok(PdfOptions {
            ident: Smart::Custom(self.ident.clone()),
            creator: Smart::Custom(Some("Querschnitt".to_owned())),
            timestamp: timestamp(self.recorded_at),
            standards: PdfStandards::new(&standards).map_err(|error| fault(&error.message()))?,
            ..PdfOptions::default()
        })
    }
}

fn timestamp(at: OffsetDateTime) -> Option<Timestamp> {
    let at = at.to_offset(time::UtcOffset::UTC);
    let (hour, minute, second) = at.to_hms();
    Datetime::from_ymd_hms(at.year(), at.month().into(), at.day(), hour, minute, second)
        .map(Timestamp::new_utc)
}

fn file(name: &str) -> Result<FileId, LetterError> {
    let path = VirtualPath::new(name).map_err(|error| fault(&error))?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

fn fault(error: &impl std::fmt::Display) -> LetterError {
    LetterError::Typesetting(error.to_string())
}

/// What went wrong, without the texts it went wrong with.
fn typesetting(errors: &[SourceDiagnostic]) -> LetterError {
    let messages: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
    LetterError::Typesetting(messages.join("; "))
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &FONTS.book
    }

    fn main(&self) -> FileId {
        self.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.template.id() {
            return Ok(self.template.clone());
        }
        Err(FileError::AccessDenied)
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let found = self.files.iter().find(|(known, _)| *known == id);
        found
            .map(|(_, bytes)| bytes.clone())
            .ok_or(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.fonts.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

#[cfg(test)]
mod tests;
