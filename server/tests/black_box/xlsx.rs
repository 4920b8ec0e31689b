//! Small workbooks for tests.

use std::io::Write as _;

use zip::write::{SimpleFileOptions, ZipWriter};

const RELS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#;
const ROOT: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const STYLES: &str = r#"<?xml version="1.0"?><styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/></cellXfs></styleSheet>"#;

/// A workbook with one sheet of these rows. Style 1 is a day, style 2 a day with its time.
pub(crate) fn workbook(rows: &str, is_1904: bool) -> tempfile::TempPath {
    workbook_with(&format!("<sheetData>{rows}</sheetData>"), is_1904, None)
}

/// A workbook of a sheet with this content, and the part with the texts of its cells.
pub(crate) fn workbook_with(
    content: &str,
    is_1904: bool,
    texts: Option<&str>,
) -> tempfile::TempPath {
    let date = if is_1904 {
        r#"<workbookPr date1904="1"/>"#
    } else {
        ""
    };
    let book = format!(
        r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">{date}<sheets><sheet name="Anträge" sheetId="1" r:id="rId1"/></sheets></workbook>"#
    );
    let sheet = format!(
        r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{content}</worksheet>"#
    );
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let mut zip = ZipWriter::new(file.as_file_mut());
    for (name, content) in [
        ("_rels/.rels", ROOT),
        ("xl/workbook.xml", book.as_str()),
        ("xl/_rels/workbook.xml.rels", RELS),
        ("xl/styles.xml", STYLES),
        ("xl/worksheets/sheet1.xml", &sheet),
    ] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    if let Some(texts) = texts {
        let name = "xl/sharedStrings.xml";
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(texts.as_bytes()).unwrap();
    }
    zip.finish().unwrap();
    file.into_temp_path()
}
