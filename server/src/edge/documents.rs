//! The files of trusted documents.

use std::fs;
use std::path::{Path, PathBuf};

use querschnitt_graphql::http::{Trust, Trusted, TrustedDocuments};

/// Bytes of one file; a large user interface has some hundred kilobytes.
const LARGEST: u64 = 32 * 1024 * 1024;

/// The documents that are trusted, and where they come from.
pub(super) struct Documents {
    path: PathBuf,
    /// What requests are looked up in.
    pub(super) trusted: Trusted,
}

impl Documents {
    /// Reads them from a file, or from all `.json` files of a folder.
    ///
    /// # Errors
    /// What is wrong with them, for the administrator.
    pub(super) fn load(trust: Trust, path: PathBuf) -> Result<Self, String> {
        let documents = read(&path)?;
        tracing::info!(documents = documents.len(), "documents are trusted");
        let trusted = Trusted::new(trust, documents);
        Ok(Self { path, trusted })
    }

    /// Reads them again. If anything is wrong with them, they stay what they were.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub(super) fn renew(&self) -> Result<(), String> {
        self.trusted.replace(read(&self.path)?);
        Ok(())
    }

    /// What is watched for changes.
    pub(super) fn paths(&self) -> Vec<PathBuf> {
        let mut paths = files(&self.path).unwrap_or_default();
        paths.push(self.path.clone());
        paths
    }
}

fn read(path: &Path) -> Result<TrustedDocuments, String> {
    let failed = |path: &Path, error: &dyn std::fmt::Display| {
        format!("Vertraute Dokumente aus {}: {error}", path.display())
    };
    let mut all = TrustedDocuments::default();
    for file in files(path).map_err(|error| failed(path, &error))? {
        let metadata = fs::metadata(&file).map_err(|error| failed(&file, &error))?;
        if metadata.len() > LARGEST {
            return Err(failed(&file, &format_args!("mehr als {LARGEST} Bytes")));
        }
        let text = fs::read_to_string(&file).map_err(|error| failed(&file, &error))?;
        all.add(&text).map_err(|error| failed(&file, &error))?;
    }
    if all.is_empty() {
        return Err(failed(path, &"kein einziges Dokument"));
    }
    Ok(all)
}

/// The files in their order, so that the first error is always the same one.
fn files(path: &Path) -> std::io::Result<Vec<PathBuf>> {
    if !fs::metadata(path)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let entries = fs::read_dir(path)?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path()));
    let mut files: Vec<PathBuf> = paths.collect::<Result<_, _>>()?;
    files.retain(|file| file.extension().is_some_and(|ending| ending == "json"));
    files.sort();
    Ok(files)
}
