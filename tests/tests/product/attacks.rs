//! The usual attacks on GraphQL servers and on the web, tried on the real binary as an office runs it (not in
//! development): what graphql-cop and OWASP's cheat sheets check, and what proxies and browsers can be talked into.

mod browser;
mod graphql;
mod wire;

use querschnitt_tests::{Answer, App, Client, Raw};
use serde_json::{Value, json};

/// Sends these bytes, says that nothing more comes, and reads until the server closes.
fn raw(client: &Client, bytes: &[u8]) -> Answer {
    let mut socket = Raw::connect(client).unwrap();
    // The server may refuse before all of it was sent.
    socket.write(bytes).ok();
    socket.half_close();
    socket.answer()
}

/// One request with the client's token and `more` headers.
fn send(client: &Client, method: &str, path: &str, more: &[(&str, &str)], body: &str) -> Answer {
    let mut head = format!(
        "{method} {path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\nconnection: close\r\ncontent-length: {}\r\n",
        client.address(),
        client.token(),
        body.len()
    );
    for (name, value) in more {
        head += &format!("{name}: {value}\r\n");
    }
    raw(client, format!("{head}\r\n{body}").as_bytes())
}

const JSON: (&str, &str) = ("content-type", "application/json");
const MUTATION: &str = "mutation { registerOrganisation(input: { commandId: \"7c9e6679-7425-40de-944b-e07fc1f90ae7\", \
    centre: \"05711\", name: \"Angriff\", kind: \"MIGRANT_ORG\" }) { errors { code } } }";

fn encoded(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}

/// The code of the first error of a body.
fn code(body: &Value) -> &str {
    body["errors"][0]["extensions"]["code"]
        .as_str()
        .unwrap_or("")
}

/// Nothing was recorded.
fn untouched(client: &Client) {
    let answer = client.ask("{ organisations(first: 1) { totalCount } }", &json!({}));
    let found = &answer["organisations"]["totalCount"];
    assert_eq!(found, 0, "something was recorded");
}

fn start() -> (App, Client) {
    let app = App::start();
    let officer = app.officer();
    (app, officer)
}
