//! Files that are long on their way: who may send them, at the beginning and at the end.

use querschnitt_tests::{App, Client, Raw, ServerOptions, download, upload};
use serde_json::json;

use super::browser::ready;
use crate::words::{command, request, requested};

const SIZE: usize = 100_000;

fn path(review: &str) -> String {
    let command = command();
    format!("/reviews/{review}/attachments?kind=APPLICATION&commandId={command}")
}

fn pdf() -> Vec<u8> {
    let mut content = b"%PDF-1.7\n".to_vec();
    content.resize(SIZE, b'x');
    content
}

fn bearer(client: &Client) -> String {
    format!("authorization: Bearer {}\r\n", client.token())
}

/// Says that a file will come, with these headers.
fn announced(client: &Client, headers: &str, review: &str) -> Raw {
    let mut raw = Raw::connect(client).unwrap();
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: {}\r\n{headers}content-type: application/pdf\r\ncontent-length: {SIZE}\r\nexpect: 100-continue\r\nconnection: close\r\n\r\n",
        path(review),
        client.address()
    );
    raw.write(head.as_bytes()).unwrap();
    raw
}

/// The same, and half of it is sent: the server has taken the request.
fn half_sent(client: &Client, headers: &str, review: &str) -> Raw {
    let mut raw = announced(client, headers, review);
    raw.continued().unwrap();
    raw.write(&pdf()[..SIZE / 2]).unwrap();
    raw
}

fn rest_sent(mut raw: Raw) -> u16 {
    raw.write(&pdf()[SIZE / 2..]).unwrap();
    raw.answer().status
}

fn files(client: &Client, review: &str) -> usize {
    let query = "query($id: ID!) { projectReview(id: $id) { attachments { number } } }";
    let found = client.ask(query, &json!({ "id": review }));
    let listed = found["projectReview"]["attachments"].as_array();
    listed.unwrap().len()
}

#[test]
fn a_right_that_is_taken_away_while_a_file_is_on_its_way_counts_no_more() {
    let app = App::start();
    let officer = app.officer();
    let review = requested(&officer, &request());
    let slow = half_sent(&officer, &bearer(&officer), &review);
    assert_eq!(rest_sent(slow), 201, "slowness alone is no fault");

    let slow = half_sent(&officer, &bearer(&officer), &review);
    let tokens = app.cli(&["token", "list"]).1;
    let tokens: Vec<&str> = tokens
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert_eq!(tokens.len(), 1);
    assert_eq!(app.cli(&["token", "revoke", tokens[0]]).0, 0);
    assert_eq!(rest_sent(slow), 401);

    let mut erika = ready(&app, "erika", "KI_OFFICER");
    let session = format!(
        "cookie: querschnitt={}\r\nquerschnitt-csrf: {}\r\n",
        erika.cookie("querschnitt"),
        erika.csrf()
    );
    let slow = half_sent(&app.anonymous(), &session, &review);
    assert_eq!(app.cli(&["account", "lock", "erika"]).0, 0);
    assert_eq!(rest_sent(slow), 401);
    assert_eq!(files(&app.officer(), &review), 1);
}

#[test]
fn who_may_not_send_files_reads_so_before_they_are_sent() {
    let app = App::start();
    let review = requested(&app.officer(), &request());
    let administration = app.with_role("ADMINISTRATION", "05711");
    let answer = announced(&administration, &bearer(&administration), &review).answer();
    assert_eq!(answer.status, 422, "{}", answer.head);
    assert!(answer.body.contains("NOT_ALLOWED"), "{}", answer.body);
    // One that is sent all the same is read to its end, so that whoever sends it reads why.
    let kind = ("content-type", "application/pdf");
    let sent = upload(&administration, &path(&review), &[kind], &pdf());
    assert_eq!(sent.status, 422);
    assert_eq!(sent.json()["errors"][0]["code"], "NOT_ALLOWED");
}

#[test]
fn files_letters_and_the_schema_count_for_the_rate_of_an_account() {
    let app = App::start_with(ServerOptions {
        arguments: Vec::new(),
        environment: vec![("QUERSCHNITT_RATES_PER_ACCOUNT".into(), "4".into())],
    });
    let review = "/reviews/7d444840-9dc0-4f3c-8a3e-0c6d5f2a1b10";
    let (file, letter) = (
        format!("{review}/attachments/1"),
        format!("{review}/letters/1"),
    );
    let schema = "/graphql/schema.graphql";
    let question = "/graphql?query=%7B__typename%7D";
    // One at once, then one every quarter of a minute, whatever it is.
    for first in [&file, &letter, schema, question] {
        for second in [&file, &letter, schema, question] {
            let client = app.officer();
            assert_ne!(download(&client, first).status, 429, "{first}");
            let refused = download(&client, second);
            assert_eq!(refused.status, 429, "{second} after {first}");
            assert!(refused.headers.contains_key("retry-after"));
        }
    }
    let client = app.officer();
    assert_eq!(download(&client, question).status, 200);
    let kind = ("content-type", "application/pdf");
    assert_eq!(upload(&client, &path("x"), &[kind], &pdf()).status, 429);
}
