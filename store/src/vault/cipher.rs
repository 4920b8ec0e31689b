//! How texts and the keys of their subjects are encrypted: XChaCha20-Poly1305 with random nonces.
//!
//! The body of a text or file entry: `subject (17) | commitment (32) | nonce (24) | encrypted (salt
//! (16) | content)`; of a key entry: `subject (17) | nonce (24) | encrypted key`. What stands in the clear is
//! bound to what is encrypted as associated data, so that neither can be exchanged.

use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use querschnitt_domain::{Commitment, FileContent, RecordId, RecordKind, Text};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::keys::SecretKey;

use super::sealed::{Sealed, What};

const SUBJECT: usize = 17;
const COMMITMENT: usize = 32;
const NONCE: usize = 24;
const SALT: usize = 16;

const NOT_OF_ITS_FORM: &str = "the entry is not of its form";

/// The subject a key entry belongs to, and its encrypted key.
pub(super) fn put_key(
    master: &SecretKey,
    subject: RecordId,
    key: &SecretKey,
) -> Result<Vec<u8>, getrandom::Error> {
    let mut body = subject_bytes(subject).to_vec();
    encrypt(master, b"subject key", &mut body, key.bytes())?;
    Ok(body)
}

/// Whose key a key entry holds.
pub(super) fn key_subject(body: &[u8]) -> Result<RecordId, &'static str> {
    let (subject, _) = body.split_first_chunk::<SUBJECT>().ok_or(NOT_OF_ITS_FORM)?;
    subject_from(*subject)
}

/// The key in a key entry.
pub(super) fn get_key(
    master: &SecretKey,
    subject: RecordId,
    body: &[u8],
) -> Result<SecretKey, &'static str> {
    if key_subject(body)? != subject {
        return Err("the entry holds the key of another subject");
    }
    let key = decrypt(master, b"subject key", body, SUBJECT)
        .ok_or("the subject's key does not open with the master key")?;
    let bytes: [u8; 32] = key.as_slice().try_into().map_err(|_| NOT_OF_ITS_FORM)?;
    Ok(SecretKey::from_bytes(bytes))
}

/// A text or file entry.
pub(super) fn put(key: &SecretKey, sealed: &Sealed) -> Result<Vec<u8>, getrandom::Error> {
    let bytes = sealed.content();
    let mut content = Zeroizing::new(Vec::with_capacity(SALT + bytes.len()));
    content.extend_from_slice(sealed.salt());
    content.extend_from_slice(bytes);
    let mut body = Vec::with_capacity(SUBJECT + COMMITMENT + NONCE + content.len() + 16);
    body.extend_from_slice(&subject_bytes(sealed.subject()));
    body.extend_from_slice(&sealed.commitment().0);
    encrypt(key, sealed.what().word(), &mut body, &content)?;
    Ok(body)
}

/// Which commitment of which subject a text or file entry is about.
pub(super) fn text_name(body: &[u8]) -> Result<(RecordId, Commitment), &'static str> {
    let (subject, rest) = body.split_first_chunk::<SUBJECT>().ok_or(NOT_OF_ITS_FORM)?;
    let (commitment, _) = rest
        .split_first_chunk::<COMMITMENT>()
        .ok_or(NOT_OF_ITS_FORM)?;
    Ok((subject_from(*subject)?, Commitment(*commitment)))
}

/// The text in a text entry, checked against its commitment.
pub(super) fn get_text(key: &SecretKey, body: &[u8]) -> Result<Text, &'static str> {
    let content = open(key, What::Text, body)?;
    let text = std::str::from_utf8(&content).map_err(|_| "the text is not UTF-8")?;
    Text::new(text, usize::MAX).map_err(|_| "the text is none the book accepts")
}

/// The file in a file entry, checked against its commitment.
pub(super) fn get_file(key: &SecretKey, body: &[u8]) -> Result<FileContent, &'static str> {
    let content = open(key, What::File, body)?;
    FileContent::new(content.as_slice()).map_err(|_| "the file is none the book accepts")
}

fn open(key: &SecretKey, what: What, body: &[u8]) -> Result<Zeroizing<Vec<u8>>, &'static str> {
    let (_, commitment) = text_name(body)?;
    let mut content = decrypt(key, what.word(), body, SUBJECT + COMMITMENT)
        .ok_or("the content does not open with its subject's key")?;
    let (salt, bytes) = content.split_first_chunk::<SALT>().ok_or(NOT_OF_ITS_FORM)?;
    if Commitment::of_bytes(salt, bytes) != commitment {
        return Err("the content is not the one its commitment was made for");
    }
    content.drain(..SALT);
    Ok(content)
}

/// Appends nonce and encrypted content to `body`, bound to what `body` holds so far.
fn encrypt(
    key: &SecretKey,
    use_: &[u8],
    body: &mut Vec<u8>,
    content: &[u8],
) -> Result<(), getrandom::Error> {
    let mut nonce = [0; NONCE];
    getrandom::fill(&mut nonce)?;
    let aad = [use_, body.as_slice()].concat();
    let encrypted = XChaCha20Poly1305::new(key.bytes().into()).encrypt(
        XNonce::from_slice(&nonce),
        Payload {
            msg: content,
            aad: &aad,
        },
    );
    body.extend_from_slice(&nonce);
    // Encryption fails only beyond 256 GB; an entry without content is refused when read.
    body.extend(encrypted.unwrap_or_default());
    Ok(())
}

fn decrypt(key: &SecretKey, use_: &[u8], body: &[u8], clear: usize) -> Option<Zeroizing<Vec<u8>>> {
    let (clear, rest) = body.split_at_checked(clear)?;
    let (nonce, encrypted) = rest.split_first_chunk::<NONCE>()?;
    let aad = [use_, clear].concat();
    XChaCha20Poly1305::new(key.bytes().into())
        .decrypt(
            XNonce::from_slice(nonce),
            Payload {
                msg: encrypted,
                aad: &aad,
            },
        )
        .ok()
        .map(Zeroizing::new)
}

fn subject_bytes(subject: RecordId) -> [u8; SUBJECT] {
    let mut bytes = [0; SUBJECT];
    bytes[0] = match subject.kind {
        RecordKind::Organisation => 1,
        RecordKind::Consultation => 2,
        RecordKind::Network => 3,
        RecordKind::Meeting => 4,
        RecordKind::Agreement => 5,
        RecordKind::Review => 6,
        RecordKind::Letterhead => 7,
        RecordKind::Account => 8,
        RecordKind::Exception => 9,
        RecordKind::Unit => 16,
    };
    bytes[1..].copy_from_slice(subject.id.as_bytes());
    bytes
}

fn subject_from([kind, id @ ..]: [u8; SUBJECT]) -> Result<RecordId, &'static str> {
    let kind = match kind {
        1 => RecordKind::Organisation,
        2 => RecordKind::Consultation,
        3 => RecordKind::Network,
        4 => RecordKind::Meeting,
        5 => RecordKind::Agreement,
        6 => RecordKind::Review,
        7 => RecordKind::Letterhead,
        8 => RecordKind::Account,
        9 => RecordKind::Exception,
        16 => RecordKind::Unit,
        _ => return Err("the entry belongs to an unknown kind of record"),
    };
    Ok(RecordId {
        kind,
        id: Uuid::from_bytes(id),
    })
}
