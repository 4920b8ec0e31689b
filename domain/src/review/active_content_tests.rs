//! Office files and PDF with and without something that runs, some of it hidden.

use std::io::Write as _;

use super::*;

const DOCX: &str =
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
const ODT: &str = "application/vnd.oasis.opendocument.text";

fn number(value: usize, bytes: usize) -> Vec<u8> {
    let mut number = value.to_le_bytes().to_vec();
    number.resize(bytes, 0);
    number
}

/// An archive of these entries; those whose name ends in `.xml` are deflated.
fn archive(entries: &[(&str, &str)]) -> Vec<u8> {
    let (mut files, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in entries {
        let deflated = name.ends_with(".xml");
        let data = if deflated {
            let mut packed =
                flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
            packed.write_all(content.as_bytes()).unwrap();
            packed.finish().unwrap()
        } else {
            content.as_bytes().to_vec()
        };
        let offset = files.len();
        let common = [
            number(0, 2),
            number(if deflated { 8 } else { 0 }, 2),
            number(0, 8),
            number(data.len(), 4),
            number(content.len(), 4),
            number(name.len(), 2),
            number(0, 2),
        ]
        .concat();
        files.extend(
            [
                b"PK\x03\x04\x14\0".as_slice(),
                &common,
                name.as_bytes(),
                &data,
            ]
            .concat(),
        );
        directory.extend(b"PK\x01\x02\x14\0\x14\0");
        directory.extend(&common);
        directory.extend(number(0, 10));
        directory.extend(number(offset, 4));
        directory.extend(name.as_bytes());
    }
    let count = number(entries.len(), 2);
    let (size, start) = (number(directory.len(), 4), number(files.len(), 4));
    let end = [
        b"PK\x05\x06\0\0\0\0".to_vec(),
        count.clone(),
        count,
        size,
        start,
        number(0, 2),
    ];
    [files, directory, end.concat()].concat()
}

fn types(more: &str) -> String {
    format!(
        "<Types><Override PartName=\"/word/document.xml\" ContentType=\"{DOCX}\"/>{more}</Types>"
    )
}

fn document(more: &str, parts: &[(&str, &str)]) -> bool {
    let types = types(more);
    let mut entries = vec![
        ("[Content_Types].xml", types.as_str()),
        ("word/document.xml", "<w/>"),
    ];
    entries.extend(parts);
    is_office_open_xml(&archive(&entries), DOCX)
}

#[test]
fn an_office_file_is_what_its_types_say() {
    assert!(document(
        "",
        &[("word/_rels/document.xml.rels", "<R Type=\"…/styles\"/>")]
    ));
    assert!(!is_office_open_xml(b"PK\x03\x04 word/document.xml", DOCX));
    assert!(!is_office_open_xml(
        &archive(&[("word/document.xml", "<w/>")]),
        DOCX
    ));
    let template = types("").replace("document.main+xml", "document.macroEnabled.main+xml");
    assert!(!is_office_open_xml(
        &archive(&[("[Content_Types].xml", &template)]),
        DOCX
    ));
    let whole = archive(&[("[Content_Types].xml", &types(""))]);
    assert!(is_office_open_xml(&whole, DOCX));
    for odd in [
        [b"MZ".as_slice(), &whole].concat(),
        [whole.as_slice(), b"MZ"].concat(),
    ] {
        assert!(
            !is_office_open_xml(&odd, DOCX),
            "something before or behind"
        );
    }
    for cut in 0..whole.len() {
        assert!(!is_office_open_xml(&whole[..cut], DOCX));
    }
    let twice = archive(&[
        ("[Content_Types].xml", &types("")),
        ("[content_types].xml", "<x/>"),
    ]);
    assert!(!is_office_open_xml(&twice, DOCX));
}

#[test]
fn macros_are_found_under_whatever_name() {
    assert!(!document("", &[("word/vbaProject.bin", "x")]));
    let typed =
        "<Override PartName=\"/word/a.bin\" ContentType=\"application/vnd.ms-office.vbaProject\"/>";
    assert!(!document(typed, &[("word/a.bin", "x")]));
    assert!(!document(
        &typed.replace("vbaProject", "vba&#x50;roject"),
        &[("word/a.bin", "x")]
    ));
    let related = "<R Type=\"http://schemas.microsoft.com/office/2006/relationships/vbaProject\" Target=\"a.bin\"/>";
    assert!(!document("", &[("word/_rels/document.xml.rels", related)]));
    let sheet = "<Override PartName=\"/xl/worksheets/s.xml\" ContentType=\"application/vnd.ms-excel.macrosheet+xml\"/>";
    assert!(!document(sheet, &[]));
    assert!(!document("<!DOCTYPE x [<!ENTITY v \"vba\">]>", &[]));
}

#[test]
fn an_open_document_begins_with_its_type() {
    let of = |entries: &[(&str, &str)]| is_open_document(&archive(entries), ODT);
    assert!(of(&[("mimetype", ODT), ("content.xml", "<x/>")]));
    assert!(!of(&[("content.xml", "<x/>"), ("mimetype", ODT)]));
    assert!(!of(&[("mimetype", "application/zip")]));
    assert!(!of(&[
        ("mimetype", ODT),
        ("Basic/Standard/Module1.xml", "<x/>")
    ]));
    assert!(!of(&[("mimetype", ODT), ("Scripts/python/a.py", "x")]));
}

fn object_stream(dictionary: &str, objects: &str) -> Vec<u8> {
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(objects.as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    let head = format!("%PDF-1.7\n5 0 obj\n<< {dictionary} >>\nstream\n");
    [head.as_bytes(), &packed, b"\nendstream\nendobj\n"].concat()
}

#[test]
fn a_pdf_runs_nothing() {
    assert!(is_quiet_pdf(
        b"%PDF-1.7 << /Type /Catalog /OpenAction [3 0 R /Fit] >>"
    ));
    assert!(!is_quiet_pdf(b"<html>"));
    assert!(!is_quiet_pdf(
        b"%PDF-1.7 << /S /JavaScript /JS (app.alert(1)) >>"
    ));
    assert!(!is_quiet_pdf(b"%PDF-1.7 << /S /J#61vaScri#70t /JS (x) >>"));
    assert!(!is_quiet_pdf(b"%PDF-1.7 << /S /Launch /F (cmd.exe) >>"));
    let plain = "/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length 99";
    assert!(is_quiet_pdf(&object_stream(plain, "1 0 << /Type /Page >>")));
    let hidden = "1 0 << /S /JavaScript /JS (x) >>";
    assert!(!is_quiet_pdf(&object_stream(plain, hidden)));
    assert!(!is_quiet_pdf(&object_stream(
        &plain.replace("ObjStm", "Obj#53tm"),
        hidden
    )));
    // What cannot be looked into is refused.
    assert!(!is_quiet_pdf(&object_stream(
        &plain.replace("Flate", "LZW"),
        "x"
    )));
    assert!(!is_quiet_pdf(
        b"%PDF-1.7 5 0 obj << /Type /ObjStm /Filter /FlateDecode >> stream\nxx"
    ));
}
