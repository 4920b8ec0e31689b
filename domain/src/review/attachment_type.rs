//! The types of files that are taken as attachments: what browsers call them, and how their content
//! shows that it is what it claims to be.

use super::active_content::{is_office_open_xml, is_open_document, is_quiet_pdf};
use crate::values::AttachmentType;

/// Each code of `attachment_type` with its media type and the look of its content.
const TYPES: [(&str, &str, Look); 9] = [
    ("PDF", "application/pdf", Look::Pdf),
    (
        "DOCX",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        Look::OfficeOpenXml(
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        ),
    ),
    (
        "ODT",
        "application/vnd.oasis.opendocument.text",
        Look::OpenDocument,
    ),
    (
        "XLSX",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Look::OfficeOpenXml(
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        ),
    ),
    (
        "ODS",
        "application/vnd.oasis.opendocument.spreadsheet",
        Look::OpenDocument,
    ),
    ("PNG", "image/png", Look::Begins(b"\x89PNG\r\n\x1a\n")),
    ("JPEG", "image/jpeg", Look::Begins(b"\xFF\xD8\xFF")),
    ("TXT", "text/plain", Look::Text),
    ("CSV", "text/csv", Look::Text),
];

/// How the content of a type begins.
#[derive(Clone, Copy, Debug)]
enum Look {
    /// With these bytes.
    Begins(&'static [u8]),
    /// A PDF that runs nothing.
    Pdf,
    /// Office Open XML whose main part has this content type, without macros.
    OfficeOpenXml(&'static str),
    /// OpenDocument of the media type, without macros.
    OpenDocument,
    /// It has no control characters but line breaks, tabs and form feeds, in whatever encoding.
    Text,
}

/// What browsers call files of this type.
#[must_use]
pub fn media_type(of: AttachmentType) -> &'static str {
    find(of).map_or("application/octet-stream", |(_, name, _)| name)
}

/// Whether the content looks like a file of this type.
pub(super) fn looks_like(of: AttachmentType, content: &[u8]) -> bool {
    match find(of) {
        None => false,
        Some((_, _, Look::Begins(magic))) => content.starts_with(magic),
        Some((_, _, Look::Pdf)) => is_quiet_pdf(content),
        Some((_, _, Look::OfficeOpenXml(main_type))) => is_office_open_xml(content, main_type),
        Some((_, media_type, Look::OpenDocument)) => is_open_document(content, media_type),
        Some((_, _, Look::Text)) => content
            .iter()
            .all(|byte| *byte >= b' ' || matches!(byte, b'\t' | b'\n' | b'\r' | b'\x0C')),
    }
}

fn find(of: AttachmentType) -> Option<(&'static str, &'static str, Look)> {
    TYPES
        .iter()
        .copied()
        .find(|(code, _, _)| *code == of.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(code: &str) -> AttachmentType {
        AttachmentType::parse(code).unwrap()
    }

    #[test]
    fn every_type_of_the_list_has_a_name_and_a_look() {
        for code in AttachmentType::all() {
            assert!(find(code).is_some(), "{code}");
        }
        assert_eq!(AttachmentType::all().count(), TYPES.len());
    }

    #[test]
    fn content_shows_what_it_is() {
        let docx = b"PK\x03\x04....[Content_Types].xml....word/document.xml";
        assert!(!looks_like(of("DOCX"), docx));
        assert!(looks_like(of("PDF"), b"%PDF-1.7"));
        assert!(!looks_like(of("PDF"), b"<html>"));
        assert!(looks_like(of("CSV"), "Träger;Betrag\r\n".as_bytes()));
        assert!(looks_like(of("TXT"), b"Tr\xE4ger"));
        assert!(!looks_like(of("TXT"), b"MZ\0\0"));
        assert_eq!(media_type(of("PNG")), "image/png");
    }
}
