//! TLS with the installation's own certificate, which can be renewed while the server runs.
//!
//! Versions and cipher suites are those of rustls: 1.2 and 1.3, nothing to choose. The server speaks HTTP/1.1 and says
//! so (ALPN).

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use futures_util::future::BoxFuture;
use querschnitt_graphql::http::{Handshake, Transport};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::expiry;
use crate::config::TlsFiles;

/// Bits of a key file that let others than its owner change it, or anybody read it. The group may read: some systems
/// have one for those who serve TLS.
const TOO_OPEN: u32 = 0o037;

/// A certificate with so little time left should have been renewed.
const SOON: Duration = Duration::from_secs(14 * 24 * 60 * 60);

/// The certificate that connections get now.
pub(super) struct Certificate {
    files: TlsFiles,
    current: RwLock<Arc<ServerConfig>>,
}

impl Certificate {
    /// Reads both files.
    ///
    /// # Errors
    /// What is wrong with them, for the administrator.
    pub(super) fn load(files: TlsFiles) -> Result<Self, String> {
        let current = RwLock::new(Arc::new(read(&files)?));
        Ok(Self { files, current })
    }

    /// Reads both files again. If anything is wrong with them, the certificate stays what it was.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub(super) fn renew(&self) -> Result<(), String> {
        let new = Arc::new(read(&self.files)?);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = new;
        Ok(())
    }

    /// What is watched for changes.
    pub(super) fn paths(&self) -> Vec<PathBuf> {
        vec![self.files.certificate.clone(), self.files.key.clone()]
    }
}

impl Handshake for Certificate {
    fn accept(
        &self,
        stream: Box<dyn Transport>,
    ) -> BoxFuture<'static, io::Result<Box<dyn Transport>>> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        let acceptor = TlsAcceptor::from(Arc::clone(&current));
        drop(current);
        Box::pin(async move {
            let stream = acceptor.accept(stream).await?;
            Ok(Box::new(stream) as Box<dyn Transport>)
        })
    }
}

fn read(files: &TlsFiles) -> Result<ServerConfig, String> {
    let certificate = files.certificate.display();
    let pem = fs::read(&files.certificate)
        .map_err(|error| format!("Die Zertifikatsdatei {certificate} ist nicht lesbar: {error}"))?;
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&pem)
        .collect::<Result<_, _>>()
        .map_err(|_| format!("Die Zertifikatsdatei {certificate} ist kein gültiges PEM."))?;
    let Some(own) = chain.first() else {
        return Err(format!("In {certificate} steht kein Zertifikat (PEM)."));
    };
    match expiry::of(own) {
        None => return Err(format!("Das Zertifikat in {certificate} ist nicht lesbar.")),
        Some(until) => match until.duration_since(SystemTime::now()) {
            Err(_) => return Err(format!("Das Zertifikat in {certificate} ist abgelaufen.")),
            Ok(left) if left < SOON => {
                let days = left.as_secs() / (24 * 60 * 60);
                tracing::warn!(days, "the certificate expires soon");
            }
            Ok(_) => {}
        },
    }
    let key = key(&files.key)?;
    let provider = Arc::new(ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| format!("TLS lässt sich nicht einrichten: {error}"))?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|error| {
            let key = files.key.display();
            format!(
                "Das Zertifikat {certificate} und der Schlüssel {key} gehören nicht zusammen: {error}"
            )
        })?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn key(path: &Path) -> Result<PrivateKeyDer<'static>, String> {
    let shown = path.display();
    let not_readable =
        |error: io::Error| format!("Die Schlüsseldatei {shown} ist nicht lesbar: {error}");
    let mode = fs::metadata(path)
        .map_err(not_readable)?
        .permissions()
        .mode();
    if mode & TOO_OPEN != 0 {
        return Err(format!(
            "Die Schlüsseldatei {shown} hat die Rechte {:03o}: andere können sie lesen oder ändern. Erlaubt sind höchstens 640 (chmod 600 {shown}).",
            mode & 0o777
        ));
    }
    let pem = fs::read(path).map_err(not_readable)?;
    PrivateKeyDer::from_pem_slice(&pem).map_err(|_| {
        format!(
            "In {shown} steht kein privater Schlüssel (PEM, nicht verschlüsselt: „BEGIN PRIVATE KEY“)."
        )
    })
}
