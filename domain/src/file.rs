//! The content of a file on its way to the vault.

use std::fmt;
use std::sync::Arc;

/// The bytes of a file, not empty and not over [`FileContent::MOST`]. Never part of a log line; an
/// event holds a commitment to it.
#[derive(Clone, PartialEq, Eq)]
pub struct FileContent(Arc<[u8]>);

/// Why a file was refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum FileError {
    /// It holds nothing.
    #[error("ist leer")]
    Empty,
    /// It is larger than the vault takes.
    #[error("ist mit {0} Bytes zu groß; möglich sind höchstens 10 MiB (10.485.760 Bytes)")]
    TooLarge(usize),
}

impl FileContent {
    /// The largest file, in bytes.
    pub const MOST: usize = 10 << 20;

    /// Checks a file's size.
    ///
    /// # Errors
    /// See [`FileError`].
    pub fn new(bytes: impl Into<Arc<[u8]>>) -> Result<Self, FileError> {
        let bytes = bytes.into();
        if bytes.is_empty() {
            return Err(FileError::Empty);
        }
        if bytes.len() > Self::MOST {
            return Err(FileError::TooLarge(bytes.len()));
        }
        Ok(Self(bytes))
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// How many bytes.
    #[must_use]
    pub fn size(&self) -> u32 {
        // Bounded by `MOST`.
        u32::try_from(self.0.len()).unwrap_or(u32::MAX)
    }
}

impl fmt::Debug for FileContent {
    /// Shows the length only: contents must not slip into traces.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FileContent({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_a_size() {
        assert_eq!(FileContent::new([]), Err(FileError::Empty));
        assert!(FileContent::new(vec![0; FileContent::MOST]).is_ok());
        let large = FileContent::MOST + 1;
        assert_eq!(
            FileContent::new(vec![0; large]),
            Err(FileError::TooLarge(large))
        );
        let shown = format!("{:?}", FileContent::new(*b"geheim").unwrap());
        assert_eq!(shown, "FileContent(6 bytes)");
    }
}
