//! Trusted documents: a client names a document by its hash instead of sending it, and an installation can be set to
//! take nothing else (appendix "Persisted Documents" of GraphQL over HTTP).

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use async_graphql::ServerError;
use async_graphql::parser::types::ExecutableDocument;
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::params::Document;
use crate::limits::{self, Documents, Limits};

/// Whether clients may, or must, name documents by their hash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Trust {
    /// Only texts.
    #[default]
    Off,
    /// Texts and hashes.
    Also,
    /// Only hashes of trusted documents.
    Only,
}

/// The documents an installation trusts, by the SHA-256 of their text. Parsed once.
#[derive(Clone, Debug, Default)]
pub struct TrustedDocuments(HashMap<[u8; 32], Known>);

#[derive(Clone, Debug)]
struct Known {
    text: Arc<str>,
    parsed: Arc<ExecutableDocument>,
}

/// What is wrong with a file of trusted documents.
#[derive(Debug, thiserror::Error)]
pub enum Untrusted {
    /// Neither a map of hash and document nor Apollo's list of operations.
    #[error(
        "die Datei ist keine JSON-Tabelle von Hash und Dokument und keine Liste „operations“ mit „id“ und „body“"
    )]
    Shape,
    /// The name of a document is no SHA-256.
    #[error("„{0}“ ist kein SHA-256 in 64 kleinen Hexadezimalziffern")]
    Name(String),
    /// The hash is not that of the document.
    #[error("das Dokument {0} hat einen anderen Hash: sha256:{1}")]
    Hash(String, String),
    /// No GraphQL, or more than a document may hold.
    #[error("das Dokument {0} ist nicht zulässig: {1}")]
    Document(String, String),
}

/// The list that Apollo's tools write.
#[derive(Deserialize)]
struct Manifest {
    operations: Vec<Operation>,
}

#[derive(Deserialize)]
struct Operation {
    id: String,
    body: String,
}

impl TrustedDocuments {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds the documents of a file as the tools of clients write it: a JSON map from hash to document, or Apollo's
    /// list of operations. A hash may have `sha256:` before it.
    ///
    /// # Errors
    /// The first thing that is wrong with it; then nothing of it counts.
    pub fn add(&mut self, json: &str) -> Result<(), Untrusted> {
        let value: Value = serde_json::from_str(json).map_err(|_| Untrusted::Shape)?;
        let pairs: Vec<(String, String)> = match Manifest::deserialize(&value) {
            Ok(manifest) => {
                let operations = manifest.operations.into_iter();
                operations.map(|one| (one.id, one.body)).collect()
            }
            Err(_) => {
                let map: HashMap<String, String> =
                    serde_json::from_value(value).map_err(|_| Untrusted::Shape)?;
                map.into_iter().collect()
            }
        };
        let (documents, limits) = (Documents::default(), Limits::default());
        for (name, text) in pairs {
            let shown = || name.chars().take(80).collect::<String>();
            let hash = hash(name.strip_prefix("sha256:").unwrap_or(&name))
                .ok_or_else(|| Untrusted::Name(shown()))?;
            let found: [u8; 32] = Sha256::digest(&text).into();
            if found != hash {
                return Err(Untrusted::Hash(shown(), hex::encode(found)));
            }
            let parsed = documents
                .parse(&text, &limits)
                .map_err(|error| Untrusted::Document(shown(), error.message))?;
            let text = text.into();
            self.0.insert(hash, Known { text, parsed });
        }
        Ok(())
    }
}

/// 64 hexadecimal digits in lower case.
fn hash(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    let is_lower = !text.bytes().any(|byte| byte.is_ascii_uppercase());
    (is_lower && hex::decode_to_slice(text, &mut bytes).is_ok()).then_some(bytes)
}

/// What a request's document is looked up in; the documents can be replaced while requests run.
#[derive(Clone, Debug, Default)]
pub struct Trusted {
    trust: Trust,
    documents: Arc<RwLock<Arc<TrustedDocuments>>>,
}

impl Trusted {
    /// With these documents.
    #[must_use]
    pub fn new(trust: Trust, documents: TrustedDocuments) -> Self {
        Self {
            trust,
            documents: Arc::new(RwLock::new(Arc::new(documents))),
        }
    }

    /// Other documents from now on.
    pub fn replace(&self, documents: TrustedDocuments) {
        let mut all = self
            .documents
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *all = Arc::new(documents);
    }

    /// The text of a document and what it says.
    pub(super) fn find(
        &self,
        document: Document,
        parsed: &Documents,
        limits: &Limits,
    ) -> Result<(String, Arc<ExecutableDocument>), ServerError> {
        match (document, self.trust) {
            (Document::Text(_), Trust::Only) => Err(limits::error(
                "TRUSTED_DOCUMENTS_ONLY",
                "this server takes trusted documents only; send documentId instead of query",
                None,
            )),
            (Document::Text(text), Trust::Off | Trust::Also) => {
                let parsed = parsed.parse(&text, limits)?;
                Ok((text, parsed))
            }
            (Document::Id(_), Trust::Off) => Err(limits::error(
                "TRUSTED_DOCUMENTS_OFF",
                "this server has no trusted documents; send query instead of documentId",
                None,
            )),
            (Document::Id(id), Trust::Also | Trust::Only) => {
                let hash = id.strip_prefix("sha256:").and_then(hash).ok_or_else(|| {
                    let text = "documentId must be sha256: and 64 lower-case hexadecimal digits";
                    limits::error("DOCUMENT_ID", text, None)
                })?;
                let all = self
                    .documents
                    .read()
                    .unwrap_or_else(PoisonError::into_inner);
                let known = all.0.get(&hash).cloned();
                drop(all);
                let Known { text, parsed } = known.ok_or_else(|| {
                    let text = "no trusted document has this id; is the client newer than the server's documents?";
                    limits::error("DOCUMENT_UNKNOWN", text, None)
                })?;
                Ok((text.as_ref().to_owned(), parsed))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn id(text: &str) -> String {
        hex::encode(Sha256::digest(text))
    }

    #[test]
    fn maps_of_hashes_and_apollos_list_are_read() {
        let (one, two, three) = ("{ a }", "query Q { b }", "mutation { c }");
        let mut all = TrustedDocuments::default();
        let map = json!({ id(one): one, (format!("sha256:{}", id(two))): two });
        all.add(&map.to_string()).unwrap();
        let list = json!({
            "format": "apollo-persisted-query-manifest", "version": 1,
            "operations": [{ "id": id(three), "name": "C", "type": "mutation", "body": three }],
        });
        all.add(&list.to_string()).unwrap();
        assert_eq!(all.len(), 3);
    }

    #[test]
    fn what_is_wrong_with_a_file_is_named() {
        let (a, other) = ("{ a }", "{ b }");
        for (json, part) in [
            ("nothing".to_owned(), "JSON"),
            ("[]".into(), "JSON"),
            (json!({ id(a): 5 }).to_string(), "JSON"),
            (json!({ "abc": a }).to_string(), "„abc“"),
            (json!({ id(a).to_uppercase(): a }).to_string(), "kleinen"),
            (json!({ id(a): other }).to_string(), &id(other)),
            (json!({ id("{ a"): "{ a" }).to_string(), "nicht zulässig"),
        ] {
            let error = TrustedDocuments::default().add(&json).unwrap_err();
            assert!(error.to_string().contains(part), "{json}: {error}");
        }
    }
}
