//! Files of project reviews: what is taken, what is refused, and how they are read.

use querschnitt_tests::{App, Client, FileAnswer, download, upload};
use serde_json::{Value, json};

use crate::words::{command, request, requested};

/// The largest file.
const MOST: usize = 10 << 20;

const PDF: (&str, &str) = ("content-type", "application/pdf");

fn path(review: &str) -> String {
    format!(
        "/reviews/{review}/attachments?kind=APPLICATION&commandId={}",
        command()
    )
}

fn pdf(size: usize) -> Vec<u8> {
    let mut content = b"%PDF-1.7\n".to_vec();
    content.resize(size, b'x');
    content
}

/// Code and field of the only error.
fn refused(answer: &FileAnswer) -> (String, String) {
    let body = answer.json();
    assert_eq!(answer.status, 422, "{body:#}");
    let error = &body["errors"][0];
    assert!(
        error["message"].as_str().unwrap().ends_with('.'),
        "{body:#}"
    );
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (text(&error["code"]), text(&error["field"]))
}

fn listed(client: &Client, review: &str) -> Value {
    let query = "query($id: ID!) { projectReview(id: $id) {
        attachments { number kind type mediaType size name path } } }";
    client.ask(query, &json!({ "id": review }))["projectReview"]["attachments"].take()
}

#[test]
fn a_file_up_to_the_limit_comes_back_as_a_download() {
    let mut app = App::start();
    let officer = app.officer();
    let review = requested(&officer, &request());
    let name = (
        "content-disposition",
        "attachment; filename*=UTF-8''Finanzplan%20f%C3%BCr%202026.pdf",
    );
    let content = pdf(MOST);
    let path = path(&review);
    let added = upload(&officer, &path, &[PDF, name], &content);
    assert_eq!(added.status, 201, "{:#}", added.json());
    assert_eq!(added.json()["number"], 1);
    assert_eq!(added.json()["errors"], json!([]));
    // Sent again it is the same file; with other content the command id is refused.
    let again = upload(&officer, &path, &[PDF, name], &content);
    assert_eq!(
        (again.status, again.json()["number"].as_u64()),
        (201, Some(1))
    );
    assert_eq!(
        refused(&upload(&officer, &path, &[PDF, name], &pdf(20))).0,
        "COMMAND_ID_REUSED"
    );
    let files = listed(&officer, &review);
    let place = format!("/reviews/{review}/attachments/1");
    assert_eq!(
        files,
        json!([{
            "number": 1, "kind": "APPLICATION", "type": "PDF", "mediaType": "application/pdf",
            "size": MOST, "name": "Finanzplan für 2026.pdf", "path": place,
        }])
    );
    app.stop();
    app.restart();
    let officer = officer.at(app.url());
    let file = download(&officer, &place);
    assert_eq!(file.status, 200);
    assert!(file.body == content, "the file came back changed");
    let header = |name: &str| file.headers.get(name).map(String::as_str);
    assert_eq!(header("content-type"), Some("application/pdf"));
    assert_eq!(header("x-content-type-options"), Some("nosniff"));
    assert_eq!(header("cache-control"), Some("no-store"));
    assert_eq!(
        header("content-security-policy"),
        Some("default-src 'none'; sandbox")
    );
    assert_eq!(
        header("content-disposition"),
        Some(
            "attachment; filename=\"Anlage-1.pdf\"; filename*=UTF-8''Finanzplan%20f%C3%BCr%202026.pdf"
        )
    );
}

#[test]
fn the_content_is_sealed_on_the_disk() {
    let app = App::start();
    let officer = app.officer();
    let review = requested(&officer, &request());
    let secret = b"%PDF-1.7 Kontonummer 4711-0815 der Familie";
    assert_eq!(upload(&officer, &path(&review), &[PDF], secret).status, 201);
    let mut files = 0;
    let mut folders = vec![app.data()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap().path();
            if entry.is_dir() {
                folders.push(entry);
            } else if let Ok(bytes) = std::fs::read(&entry) {
                files += 1;
                let found = bytes.windows(20).any(|window| window == &secret[9..29]);
                assert!(!found, "in the clear in {}", entry.display());
            }
        }
    }
    assert!(files > 3, "only {files} files were looked at");
    let read = download(&officer, &format!("/reviews/{review}/attachments/1"));
    assert_eq!(read.body, secret);
}

#[test]
fn hostile_files_are_refused() {
    let app = App::start();
    let officer = app.officer();
    let review = requested(&officer, &request());
    let send = |headers: &[(&str, &str)], content: &[u8]| {
        upload(&officer, &path(&review), headers, content)
    };
    assert_eq!(send(&[PDF], &pdf(2 * MOST)).status, 413);
    let larger = send(&[PDF], &pdf(MOST + 1));
    assert_eq!(larger.status, 413);
    assert!(String::from_utf8_lossy(&larger.body).contains("10485760"));
    assert_eq!(
        refused(&send(&[PDF], b"")),
        ("MISSING".to_owned(), "content".to_owned())
    );
    let page = b"<html><script>alert(1)</script></html>";
    assert_eq!(
        refused(&send(&[PDF], page)),
        ("MALFORMED".to_owned(), "content".to_owned())
    );
    assert_eq!(
        refused(&send(&[("content-type", "text/plain")], b"MZ\x00\x00")).1,
        "content"
    );
    let docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    let macros = b"PK\x03\x04 word/document.xml word/vbaProject.bin";
    assert_eq!(
        refused(&send(&[("content-type", docx)], macros)).1,
        "content"
    );
    for media in [
        "text/html",
        "image/svg+xml",
        "application/x-msdownload",
        "",
        "multipart/form-data; boundary=x",
    ] {
        let answer = send(&[("content-type", media)], page);
        assert_eq!(answer.status, 415, "{media}");
        let text = answer.json()["errors"][0]["message"]
            .as_str()
            .unwrap()
            .to_owned();
        assert!(text.contains("PDF-Dokument"), "{text}");
    }
    let long = format!("attachment; filename=\"{}.pdf\"", "x".repeat(2_001));
    let named = send(&[PDF, ("content-disposition", &long)], &pdf(20));
    assert_eq!(
        refused(&named),
        ("TEXT_TOO_LONG".to_owned(), "name".to_owned())
    );
    let broken = "attachment; filename*=UTF-8''Tr%E4ger.pdf";
    assert_eq!(
        send(&[PDF, ("content-disposition", broken)], &pdf(20)).status,
        400
    );
    let line = "attachment; filename*=UTF-8''a%0Ab.pdf";
    assert_eq!(
        refused(&send(&[PDF, ("content-disposition", line)], &pdf(20))).1,
        "name"
    );
    for query in ["", "?kind=APPLICATION", "?kind=APPLICATION&commandId=7"] {
        let target = format!("/reviews/{review}/attachments{query}");
        assert_eq!(
            upload(&officer, &target, &[PDF], &pdf(20)).status,
            400,
            "{query}"
        );
    }
    let kind = path(&review).replace("APPLICATION", "SECRET");
    assert_eq!(
        refused(&upload(&officer, &kind, &[PDF], &pdf(20))).1,
        "kind"
    );
    let stale = format!("{}&expectedVersion=7", path(&review));
    assert_eq!(
        refused(&upload(&officer, &stale, &[PDF], &pdf(20))).1,
        "expectedVersion"
    );
    assert_eq!(listed(&officer, &review), json!([]));
    // A text may have any name, but it is never saved as a program.
    let hta = ("content-disposition", "attachment; filename=\"Liste.hta\"");
    assert_eq!(
        send(&[("content-type", "text/plain; charset=utf-8"), hta], page).status,
        201
    );
    let read = download(&officer, &format!("/reviews/{review}/attachments/1"));
    assert!(read.headers["content-disposition"].ends_with("''Liste.hta.txt"));
    assert_eq!(read.headers["content-type"], "text/plain");
}

#[test]
fn files_are_for_those_who_may_read_texts_of_the_own_centre() {
    let app = App::start();
    let officer = app.officer();
    let review = requested(&officer, &request());
    assert_eq!(
        upload(&officer, &path(&review), &[PDF], &pdf(20)).status,
        201
    );
    let place = format!("/reviews/{review}/attachments/1");
    let other = app.with_role("KI_OFFICER", "05774");
    let nobody = format!(
        "/reviews/{}AAAAAAAA{}/attachments/1",
        &review[..6],
        &review[14..]
    );
    let (hidden, missing) = (download(&other, &place), download(&officer, &nobody));
    assert_eq!((hidden.status, missing.status), (404, 404));
    assert_eq!(hidden.body, missing.body);
    for place in [
        &place.replace("/1", "/2"),
        &place.replace("/1", "/x"),
        &place.replace("/1", "/-1"),
    ] {
        assert_eq!(download(&officer, place).status, 404, "{place}");
    }
    let sent = upload(&other, &path(&review), &[PDF], &pdf(20));
    assert_eq!(refused(&sent), ("UNKNOWN_ID".to_owned(), "id".to_owned()));
    assert_eq!(
        download(&app.with_role("ADMINISTRATION", "05711"), &place).status,
        403
    );
    let administration = app.with_role("ADMINISTRATION", "05711");
    assert_eq!(
        refused(&upload(&administration, &path(&review), &[PDF], &pdf(20))).0,
        "NOT_ALLOWED"
    );
    assert_eq!(download(&app.anonymous(), &place).status, 401);
    assert_eq!(
        upload(&app.anonymous(), &path(&review), &[PDF], &pdf(20)).status,
        401
    );
    assert_eq!(upload(&officer, &place, &[PDF], &pdf(20)).status, 405);
    assert_eq!(download(&officer, &path(&review)).status, 405);
    assert_eq!(listed(&officer, &review).as_array().map(Vec::len), Some(1));
}
