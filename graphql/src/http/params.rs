//! The parameters of a GraphQL request, out of a JSON body or a query string.

use async_graphql::Variables;
use axum::body::Bytes;
use axum::http::{HeaderMap, header};
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde_json::Value;

use super::problem::Problem;

/// What the client asks; `extensions` were checked and are not used.
#[derive(Debug)]
pub(super) struct Params {
    pub(super) document: Document,
    pub(super) operation_name: Option<String>,
    pub(super) variables: Variables,
}

/// The document of a request.
#[derive(Debug)]
pub(super) enum Document {
    /// As it was sent.
    Text(String),
    /// By the hash of a trusted one.
    Id(String),
}

/// Any JSON type at first, so that a wrong one is named instead of shown as a parser's text.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raw {
    #[serde(default)]
    query: Value,
    #[serde(default)]
    document_id: Value,
    #[serde(default)]
    operation_name: Value,
    #[serde(default)]
    variables: Value,
    #[serde(default)]
    extensions: Value,
}

impl Params {
    pub(super) fn from_body(body: &Bytes) -> Result<Self, Problem> {
        let text =
            std::str::from_utf8(body).map_err(|_| Problem::bad_request("the body is not UTF-8"))?;
        match text.trim_start().as_bytes().first() {
            Some(b'{') => {}
            Some(b'[') => {
                return Err(Problem::bad_request(
                    "one request at a time: the body is a JSON object",
                ));
            }
            Some(_) => return Err(Problem::bad_request("the body is not a JSON object")),
            None => return Err(Problem::bad_request("the body is empty")),
        }
        let raw: Raw = serde_json::from_str(text).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            match error.is_data() {
                true => Problem::bad_request("a parameter is given twice"),
                false => Problem::bad_request(format!(
                    "the body is not valid JSON (line {line}, column {column})"
                )),
            }
        })?;
        raw.check()
    }

    /// From a JSON value that was parsed already, as in a WebSocket message.
    pub(super) fn from_json(value: Value) -> Result<Self, Problem> {
        let raw: Raw = serde_json::from_value(value)
            .map_err(|_| Problem::bad_request("the parameters are not a JSON object"))?;
        raw.check()
    }

    pub(super) fn from_query_string(query: Option<&str>) -> Result<Self, Problem> {
        let mut raw = Raw::default();
        for pair in query
            .unwrap_or("")
            .split('&')
            .filter(|pair| !pair.is_empty())
        {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decode(name)?, decode(value)?);
            let (slot, value) = match name.as_str() {
                "query" => (&mut raw.query, Value::String(value)),
                "documentId" => (&mut raw.document_id, Value::String(value)),
                "operationName" if value.is_empty() => continue,
                "operationName" => (&mut raw.operation_name, Value::String(value)),
                "variables" => (&mut raw.variables, json("variables", &value)?),
                "extensions" => (&mut raw.extensions, json("extensions", &value)?),
                _ => continue,
            };
            if !slot.is_null() {
                return Err(Problem::bad_request("a parameter is given twice"));
            }
            *slot = value;
        }
        raw.check()
    }
}

impl Raw {
    fn check(self) -> Result<Params, Problem> {
        let document = match (self.query, self.document_id) {
            (Value::String(query), Value::Null) => Document::Text(query),
            (Value::Null, Value::String(id)) => Document::Id(id),
            (Value::Null, Value::Null) => return Err(Problem::bad_request("`query` is missing")),
            (Value::String(_), Value::String(_)) => {
                let text = "either `query` or `documentId`, not both";
                return Err(Problem::bad_request(text));
            }
            (Value::Null | Value::String(_), _) => {
                return Err(Problem::bad_request("`documentId` must be a string"));
            }
            (_, _) => return Err(Problem::bad_request("`query` must be a string")),
        };
        let operation_name = match self.operation_name {
            Value::String(name) => Some(name),
            Value::Null => None,
            _ => return Err(Problem::bad_request("`operationName` must be a string")),
        };
        let variables = match self.variables {
            Value::Null => Variables::default(),
            Value::Object(_) => serde_json::from_value(self.variables).map_err(|_| {
                Problem::bad_request("`variables` has a name or value that is not allowed")
            })?,
            _ => return Err(Problem::bad_request("`variables` must be an object")),
        };
        match self.extensions {
            Value::Null | Value::Object(_) => {}
            _ => return Err(Problem::bad_request("`extensions` must be an object")),
        }
        Ok(Params {
            document,
            operation_name,
            variables,
        })
    }
}

fn decode(text: &str) -> Result<String, Problem> {
    let spaced = text.replace('+', " ");
    let decoded = percent_decode_str(&spaced).decode_utf8();
    decoded
        .map(String::from)
        .map_err(|_| Problem::bad_request("the query string is not UTF-8"))
}

fn json(name: &str, text: &str) -> Result<Value, Problem> {
    if text.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_str(text)
        .map_err(|_| Problem::bad_request(format!("`{name}` is not valid JSON")))
}

/// `application/json` in UTF-8, not compressed. That a page of another origin can't send it without asking
/// first is the guard against forged requests.
pub(super) fn check_content(headers: &HeaderMap) -> Result<(), Problem> {
    let encodings = headers.get_all(header::CONTENT_ENCODING).iter();
    if encodings
        .into_iter()
        .any(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity"))
    {
        return Err(Problem::content_type("the body must not be compressed"));
    }
    let mut types = headers.get_all(header::CONTENT_TYPE).iter();
    let only = match (types.next(), types.next()) {
        (Some(only), None) => only.to_str().unwrap_or("").to_ascii_lowercase(),
        _ => String::new(),
    };
    let mut parts = only.split(';').map(str::trim);
    if parts.next() != Some("application/json") {
        return Err(Problem::content_type("the body must be application/json"));
    }
    for parameter in parts {
        if let Some(("charset", value)) = parameter.split_once('=')
            && !matches!(value.trim_matches('"'), "utf-8" | "utf8")
        {
            return Err(Problem::content_type("the body must be UTF-8"));
        }
    }
    Ok(())
}
