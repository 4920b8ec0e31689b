//! What a measurement may fail with: anything, told to whoever runs it.

/// A measurement's result.
pub(crate) type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Says what was missing.
pub(crate) trait OrMissing<T> {
    fn or_missing(self, what: &str) -> Outcome<T>;
}

impl<T> OrMissing<T> for Option<T> {
    fn or_missing(self, what: &str) -> Outcome<T> {
        self.ok_or_else(|| what.into())
    }
}
