//! Opaque tokens: positions, cursors and record ids as clients see them.
//!
//! Position tokens and cursors are sealed, so that no outsider can read activity from positions, and
//! they carry the log's id and epoch, so that one from before a restore is recognised.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use querschnitt_domain::{RecordId, RecordKind};
use querschnitt_store::{Keys, LogIdentity};
use uuid::Uuid;

/// Seals and opens tokens of one log.
#[derive(Clone)]
pub struct Tokens {
    keys: Arc<Keys>,
    log: LogIdentity,
}

/// Why a token was refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TokenError {
    /// Not a token of this installation, or of another kind.
    #[error(
        "ist keine Positionsangabe dieser Anwendung; erlaubt ist nur, was sie selbst ausgegeben hat"
    )]
    Malformed,
    /// From before a restore, or of another log.
    #[error(
        "stammt aus einem anderen Protokoll oder aus der Zeit vor einer Wiederherstellung; bitte neu abfragen"
    )]
    OtherLog,
}

/// What a token is for; one kind is not accepted as another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TokenKind {
    /// A point in the log.
    Position,
    /// A place in a list of records.
    Cursor,
}

impl TokenKind {
    const fn purpose(self) -> &'static str {
        match self {
            Self::Position => "position",
            Self::Cursor => "cursor",
        }
    }
}

/// The longest token that is looked at, in bytes.
const LONGEST: usize = 4_000;

impl Tokens {
    /// The tokens of this log.
    #[must_use]
    pub const fn new(keys: Arc<Keys>, log: LogIdentity) -> Self {
        Self { keys, log }
    }

    /// The log's id and epoch as every token starts with them.
    fn log_bytes(&self) -> [u8; 20] {
        let mut bytes = [0; 20];
        bytes[..16].copy_from_slice(self.log.id.as_bytes());
        bytes[16..].copy_from_slice(&self.log.epoch.to_be_bytes());
        bytes
    }

    /// Seals `payload` as a token of this kind.
    #[must_use]
    pub fn seal(&self, kind: TokenKind, payload: &[u8]) -> String {
        let mut content = self.log_bytes().to_vec();
        content.extend_from_slice(payload);
        self.keys.seal_token(kind.purpose(), &content)
    }

    /// Opens a token of this kind.
    ///
    /// # Errors
    /// See [`TokenError`].
    pub fn open(&self, kind: TokenKind, token: &str) -> Result<Vec<u8>, TokenError> {
        if token.len() > LONGEST {
            return Err(TokenError::Malformed);
        }
        let mut content = self
            .keys
            .open_token(kind.purpose(), token)
            .filter(|content| content.len() >= 20)
            .ok_or(TokenError::Malformed)?;
        let payload = content.split_off(20);
        if content != self.log_bytes() {
            return Err(TokenError::OtherLog);
        }
        Ok(payload)
    }

    /// The token of a position.
    #[must_use]
    pub fn position(&self, position: u64) -> String {
        self.seal(TokenKind::Position, &position.to_be_bytes())
    }

    /// The position behind a token.
    ///
    /// # Errors
    /// See [`TokenError`].
    pub fn open_position(&self, token: &str) -> Result<u64, TokenError> {
        let payload = self.open(TokenKind::Position, token)?;
        payload
            .try_into()
            .map(u64::from_be_bytes)
            .map_err(|_| TokenError::Malformed)
    }
}

const fn letter(kind: RecordKind) -> u8 {
    match kind {
        RecordKind::Organisation => b'o',
        RecordKind::Consultation => b'c',
        RecordKind::Network => b'n',
        RecordKind::Meeting => b'm',
        RecordKind::Agreement => b'a',
        RecordKind::Review => b'r',
        RecordKind::Letterhead => b'l',
        RecordKind::Account => b'k',
        RecordKind::Exception => b'x',
        RecordKind::Unit => b'u',
    }
}

/// The global id of a record as clients see it.
#[must_use]
pub(crate) fn global_id(record: RecordId) -> String {
    let mut bytes = [0; 17];
    bytes[0] = letter(record.kind);
    bytes[1..].copy_from_slice(record.id.as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The record behind a global id.
#[must_use]
pub fn record_of(id: &str) -> Option<RecordId> {
    let mut bytes = [0; 18];
    let length = URL_SAFE_NO_PAD
        .decode_slice(id.as_bytes(), &mut bytes)
        .ok()?;
    if length != 17 {
        return None;
    }
    let kind = RecordKind::ALL
        .into_iter()
        .find(|kind| letter(*kind) == bytes[0])?;
    Some(RecordId {
        kind,
        id: Uuid::from_slice(&bytes[1..17]).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens() -> [Tokens; 2] {
        let keys = Arc::new(Keys::ephemeral().unwrap());
        let id = Uuid::from_u128(5);
        [1, 2].map(|epoch| Tokens::new(keys.clone(), LogIdentity { id, epoch }))
    }

    #[test]
    fn a_position_comes_back_and_does_not_show() {
        let [tokens, _] = tokens();
        let token = tokens.position(42);
        assert_eq!(tokens.open_position(&token), Ok(42));
        assert_ne!(token, tokens.position(43));
        assert_eq!(token.len(), tokens.position(u64::MAX).len());
    }

    #[test]
    fn a_token_from_before_a_restore_is_recognised() {
        let [before, after] = tokens();
        assert_eq!(
            after.open_position(&before.position(42)),
            Err(TokenError::OtherLog)
        );
    }

    #[test]
    fn a_changed_or_foreign_token_is_refused() {
        let [tokens, _] = tokens();
        let token = tokens.position(42);
        for at in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            assert_eq!(
                tokens.open_position(&changed),
                Err(TokenError::Malformed),
                "at {at}"
            );
        }
        let cursor = tokens.seal(TokenKind::Cursor, &42_u64.to_be_bytes());
        assert_eq!(tokens.open_position(&cursor), Err(TokenError::Malformed));
        assert_eq!(tokens.open_position(""), Err(TokenError::Malformed));
    }

    #[test]
    fn a_global_id_comes_back() {
        for kind in RecordKind::ALL {
            let record = RecordId {
                kind,
                id: Uuid::from_u128(99),
            };
            assert_eq!(record_of(&global_id(record)), Some(record));
        }
        assert_eq!(record_of("x"), None);
        assert_eq!(record_of(&"A".repeat(2_000)), None);
    }
}
