//! The secret keys of an installation: one small file each in a folder of their own.
//!
//! More than 400 lines: a third of it are tests that break the key files.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use ed25519_dalek::SigningKey;
use hmac::{Hmac, Mac as _};
use querschnitt_domain::SourceDigest;
use sha2::Sha256;
use zeroize::{Zeroize as _, Zeroizing};

use crate::disk::{Access, Disk, RealDisk, read_all, write_new};
use crate::execute::Actor;
use crate::log::Fingerprint;

/// 256 secret bits. Never shown, and wiped when dropped.
#[derive(Clone)]
pub struct SecretKey(Zeroizing<[u8; 32]>);

impl SecretKey {
    /// New random bits from the system.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn random() -> io::Result<Self> {
        let mut key = Self(Zeroizing::new([0; 32]));
        getrandom::fill(key.0.as_mut_slice())
            .map_err(|error| io::Error::other(error.to_string()))?;
        Ok(key)
    }

    /// A key from its bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bits.
    #[must_use]
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// HMAC-SHA-256 over all parts, each behind its length, so that no two lists of parts coincide.
    #[must_use]
    pub fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        // HMAC takes a key of any length; the empty result can't occur.
        let Ok(mut mac) = <Hmac<Sha256> as hmac::Mac>::new_from_slice(self.bytes()) else {
            return [0; 32];
        };
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

/// All secret keys of an installation.
#[derive(Clone, Debug)]
pub struct Keys {
    digest: SecretKey,
    checkpoint: SecretKey,
    token: SecretKey,
    vault: SecretKey,
}

/// Why the keys can't be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// Others than the owner may read the file.
    #[error(
        "{}: Andere Benutzer des Rechners dürfen diese Schlüsseldatei lesen (Rechte {mode:04o}). Bitte mit „chmod 600“ (Ordner: „chmod 700“) schließen und prüfen, ob der Schlüssel schon in fremden Händen ist (key file is readable by others)",
        path.display()
    )]
    Readable {
        /// Which file or folder.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// A key is not there although the others are.
    #[error(
        "{}: Diese Schlüsseldatei fehlt. Ein neuer Schlüssel passt nicht zu den vorhandenen Daten; bitte die Datei aus der Sicherung der Schlüssel zurückholen (key file is missing)",
        path.display()
    )]
    Missing {
        /// Which file.
        path: PathBuf,
    },
    /// The file does not hold 64 hexadecimal digits.
    #[error(
        "{}: Die Schlüsseldatei muss aus genau 64 hexadezimalen Ziffern bestehen (key file is malformed)",
        path.display()
    )]
    Malformed {
        /// Which file.
        path: PathBuf,
    },
    /// The system refused.
    #[error("{}: {what}", path.display())]
    Io {
        /// What was tried.
        what: &'static str,
        /// With which file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

const DIGEST: &str = "digest.key";
const CHECKPOINT: &str = "checkpoint.key";
const TOKEN: &str = "token.key";
const VAULT: &str = "vault.key";

/// No key file is longer than this, in bytes; what is, is none.
const LONGEST: u64 = 1_000;

impl Keys {
    /// Reads the keys in `folder` (`DATA/keys`). On the very first start the folder does not exist;
    /// it is then made with new keys, all of them or none, and durable before this returns.
    ///
    /// # Errors
    /// See [`KeyError`].
    pub fn open(folder: &Path) -> Result<Self, KeyError> {
        Self::open_on(&RealDisk, folder)
    }

    /// See [`Keys::open`]; on any disk.
    pub(crate) fn open_on(disk: &dyn Disk, folder: &Path) -> Result<Self, KeyError> {
        if !disk
            .exists(folder)
            .map_err(io_error("looking for the keys", folder))?
        {
            create(disk, folder)?;
        }
        Self::read_on(disk, folder)
    }

    /// Reads the keys of an installation that exists already, and makes none.
    ///
    /// # Errors
    /// See [`KeyError`].
    pub fn read(folder: &Path) -> Result<Self, KeyError> {
        Self::read_on(&RealDisk, folder)
    }

    fn read_on(disk: &dyn Disk, folder: &Path) -> Result<Self, KeyError> {
        refuse_if_readable(disk, folder)?;
        Ok(Self {
            digest: read(disk, &folder.join(DIGEST))?,
            checkpoint: read(disk, &folder.join(CHECKPOINT))?,
            token: read(disk, &folder.join(TOKEN))?,
            vault: read(disk, &folder.join(VAULT))?,
        })
    }

    /// Random keys that live as long as the process, for tests and trial runs without a folder.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn ephemeral() -> io::Result<Self> {
        Ok(Self {
            digest: SecretKey::random()?,
            checkpoint: SecretKey::random()?,
            token: SecretKey::random()?,
            vault: SecretKey::random()?,
        })
    }

    /// The fingerprint of what a command asks for: by whom, on whose behalf, in which role, for which centre,
    /// what. Without anybody represented it is what it was before that was known.
    #[must_use]
    pub fn fingerprint(&self, actor: &Actor, canonical_input: &[u8]) -> Fingerprint {
        let mut asked: Vec<&[u8]> = vec![
            b"command",
            actor.id.0.as_bytes(),
            actor.role.as_str().as_bytes(),
            actor.centre.as_str().as_bytes(),
            canonical_input,
        ];
        if let Some(represented) = &actor.on_behalf_of {
            asked.push(represented.0.as_bytes());
        }
        Fingerprint(first_half(self.digest.mac(&asked)))
    }

    /// The keyed digest of an imported record's content.
    #[must_use]
    pub fn source_digest(&self, content: &[u8]) -> SourceDigest {
        SourceDigest(first_half(self.digest.mac(&[b"source", content])))
    }

    /// A keyed hash of something that must not be guessed from what is stored, such as an access
    /// token: `purpose` keeps the uses apart.
    #[must_use]
    pub fn token_digest(&self, purpose: &str, secret: &[u8]) -> [u8; 32] {
        self.token.mac(&[b"digest", purpose.as_bytes(), secret])
    }

    /// An opaque token (base64url) around `content`: nobody without the key can read or make one.
    /// The same content gives the same token. `purpose` keeps kinds of tokens apart.
    #[must_use]
    pub fn seal_token(&self, purpose: &str, content: &[u8]) -> String {
        let nonce = self.token_nonce(purpose, content);
        let payload = Payload {
            msg: content,
            aad: purpose.as_bytes(),
        };
        let mut sealed = nonce.to_vec();
        // Encryption fails only beyond 256 GB; a token without a body is refused when it comes back.
        sealed.extend(
            self.token_cipher()
                .encrypt(&nonce, payload)
                .unwrap_or_default(),
        );
        URL_SAFE_NO_PAD.encode(sealed)
    }

    /// The content of a token made by [`Keys::seal_token`] for the same purpose; `None` for
    /// everything else.
    #[must_use]
    pub fn open_token(&self, purpose: &str, token: &str) -> Option<Vec<u8>> {
        let sealed = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (nonce, body) = sealed.split_at_checked(24)?;
        let payload = Payload {
            msg: body,
            aad: purpose.as_bytes(),
        };
        self.token_cipher()
            .decrypt(XNonce::from_slice(nonce), payload)
            .ok()
    }

    /// The key that signs checkpoints.
    #[must_use]
    pub fn checkpoint_key(&self) -> SigningKey {
        SigningKey::from_bytes(self.checkpoint.bytes())
    }

    /// The master key of the vault.
    #[must_use]
    pub const fn vault_key(&self) -> &SecretKey {
        &self.vault
    }

    /// The nonce follows from the content, so that equal content gives an equal token and a nonce
    /// is never used for two contents.
    fn token_nonce(&self, purpose: &str, content: &[u8]) -> XNonce {
        let mac = self.token.mac(&[b"nonce", purpose.as_bytes(), content]);
        *XNonce::from_slice(&mac[..24])
    }

    fn token_cipher(&self) -> XChaCha20Poly1305 {
        let mut key = self.token.mac(&[b"encryption"]);
        let cipher = XChaCha20Poly1305::new(&key.into());
        key.zeroize();
        cipher
    }
}

fn first_half(hash: [u8; 32]) -> [u8; 16] {
    let mut half = [0; 16];
    half.copy_from_slice(&hash[..16]);
    half
}

/// Makes the folder beside its final place and moves it there whole.
fn create(disk: &dyn Disk, folder: &Path) -> Result<(), KeyError> {
    let parent = match folder.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        Some(_) | None => Path::new("."),
    };
    let new = folder.with_extension("new");
    if disk
        .exists(&new)
        .map_err(io_error("looking for unfinished keys", &new))?
    {
        // Left by a start that did not get through; its keys were never used.
        disk.remove_dir(&new)
            .map_err(io_error("removing unfinished keys", &new))?;
    }
    disk.create_dir(&new)
        .map_err(io_error("making the folder for keys", &new))?;
    for name in [DIGEST, CHECKPOINT, TOKEN, VAULT] {
        let path = new.join(name);
        let failed = io_error("writing a new key", &path);
        let key = SecretKey::random().map_err(&failed)?;
        let text = Zeroizing::new(hex::encode(key.bytes()) + "\n");
        write_new(disk, &path, text.as_bytes()).map_err(&failed)?;
    }
    let synced = |folder: &Path| {
        disk.sync_dir(folder)
            .map_err(io_error("syncing a folder", folder))
    };
    synced(&new)?;
    disk.rename(&new, folder)
        .map_err(io_error("moving the keys to their place", folder))?;
    synced(parent)
}

fn read(disk: &dyn Disk, path: &Path) -> Result<SecretKey, KeyError> {
    let malformed = || KeyError::Malformed {
        path: path.to_owned(),
    };
    let content = disk.open(path, Access::Read).and_then(|file| {
        if file.len()? > LONGEST {
            return Ok(None);
        }
        read_all(&*file).map(|content| Some(Zeroizing::new(content)))
    });
    let content = match content {
        Ok(content) => content,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(KeyError::Missing {
                path: path.to_owned(),
            });
        }
        Err(error) => return Err(io_error("reading a key", path)(error)),
    };
    refuse_if_readable(disk, path)?;
    let content = content.ok_or_else(malformed)?;
    let mut bytes = Zeroizing::new([0; 32]);
    hex::decode_to_slice(content.trim_ascii_end(), bytes.as_mut_slice())
        .map_err(|_| malformed())?;
    Ok(SecretKey(bytes))
}

/// Refuses a secret file or folder that others than its owner may touch.
pub(crate) fn refuse_if_readable(disk: &dyn Disk, path: &Path) -> Result<(), KeyError> {
    let mode = disk
        .mode(path)
        .map_err(io_error("reading permissions", path))?;
    if mode & 0o077 == 0 {
        Ok(())
    } else {
        Err(KeyError::Readable {
            path: path.to_owned(),
            mode,
        })
    }
}

fn io_error(what: &'static str, path: &Path) -> impl Fn(io::Error) -> KeyError {
    move |source| KeyError::Io {
        what,
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use querschnitt_domain::{ActorId, Role};
    use uuid::Uuid;

    use super::*;

    fn chmod(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn keys_are_made_once_and_read_again() {
        let data = tempfile::tempdir().unwrap();
        let folder = data.path().join("keys");
        let first = Keys::open(&folder).unwrap();
        let second = Keys::open(&folder).unwrap();
        assert_eq!(first.vault_key().bytes(), second.vault_key().bytes());
        assert_eq!(first.checkpoint_key(), second.checkpoint_key());
        assert_ne!(first.vault_key().bytes(), first.token.bytes());
        for entry in fs::read_dir(&folder).unwrap() {
            let mode = entry.unwrap().metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn an_unfinished_creation_is_started_again() {
        let data = tempfile::tempdir().unwrap();
        fs::create_dir(data.path().join("keys.new")).unwrap();
        fs::write(data.path().join("keys.new/digest.key"), "half").unwrap();
        assert!(Keys::open(&data.path().join("keys")).is_ok());
        assert!(!data.path().join("keys.new").exists());
    }

    #[test]
    fn a_readable_missing_or_malformed_key_is_refused_by_name() {
        let data = tempfile::tempdir().unwrap();
        let folder = data.path().join("keys");
        Keys::open(&folder).unwrap();
        let token = folder.join(TOKEN);

        chmod(&token, 0o640);
        let error = Keys::open(&folder).unwrap_err();
        assert!(
            matches!(&error, KeyError::Readable { mode: 0o640, .. }),
            "{error}"
        );
        assert!(error.to_string().contains("token.key"), "{error}");
        chmod(&token, 0o600);

        chmod(&folder, 0o755);
        assert!(matches!(
            Keys::open(&folder),
            Err(KeyError::Readable { .. })
        ));
        chmod(&folder, 0o700);

        fs::write(&token, "abc\n").unwrap();
        assert!(matches!(
            Keys::open(&folder),
            Err(KeyError::Malformed { .. })
        ));
        fs::remove_file(&token).unwrap();
        assert!(matches!(Keys::open(&folder), Err(KeyError::Missing { .. })));
    }

    #[test]
    fn nothing_secret_shows_in_debug_output() {
        let keys = Keys::ephemeral().unwrap();
        let shown = format!("{keys:?}");
        assert!(!shown.contains(&hex::encode(keys.vault.bytes())));
        assert!(shown.contains("SecretKey(…)"), "{shown}");
    }

    #[test]
    fn a_token_opens_only_unchanged_for_its_purpose_and_with_its_key() {
        let keys = Keys::ephemeral().unwrap();
        let token = keys.seal_token("position", b"1042");
        assert_eq!(token, keys.seal_token("position", b"1042"));
        assert_eq!(keys.open_token("position", &token), Some(b"1042".to_vec()));
        assert_eq!(keys.open_token("cursor", &token), None);
        assert_eq!(
            Keys::ephemeral().unwrap().open_token("position", &token),
            None
        );
        assert_eq!(keys.open_token("position", ""), None);
        assert_eq!(keys.open_token("position", "ä=="), None);
        let bytes = URL_SAFE_NO_PAD.decode(&token).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut bytes = bytes.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(
                keys.open_token("position", &URL_SAFE_NO_PAD.encode(&bytes)),
                None
            );
        }
    }

    #[test]
    fn a_fingerprint_depends_on_everything_it_covers() {
        let keys = Keys::ephemeral().unwrap();
        let actor = |id: u128, role, centre: &str| {
            Actor::new(ActorId(Uuid::from_u128(id)), role, centre.parse().unwrap())
        };
        let deputy_of = |id: u128| Actor {
            on_behalf_of: Some(ActorId(Uuid::from_u128(id))),
            ..actor(1, Role::KiOfficer, "05711")
        };
        let all = [
            keys.fingerprint(&actor(1, Role::KiOfficer, "05711"), b"input"),
            keys.fingerprint(&actor(2, Role::KiOfficer, "05711"), b"input"),
            keys.fingerprint(&actor(1, Role::KiHead, "05711"), b"input"),
            keys.fingerprint(&actor(1, Role::KiOfficer, "05111"), b"input"),
            keys.fingerprint(&actor(1, Role::KiOfficer, "05711"), b"inpux"),
            keys.fingerprint(&deputy_of(2), b"input"),
            keys.fingerprint(&deputy_of(3), b"input"),
        ];
        let different: std::collections::HashSet<_> = all.iter().collect();
        assert_eq!(different.len(), all.len());
        assert_eq!(
            all[0],
            keys.fingerprint(&actor(1, Role::KiOfficer, "05711"), b"input")
        );
    }
}
