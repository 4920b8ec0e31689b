//! The rows of tables that the answer to one request may have, all its root fields together.
//!
//! The cost of a document can't tell: whether a field gives one row or forty thousand depends on the period, the
//! centres and the breakdown that are asked for.

use std::sync::atomic::{AtomicU64, Ordering};

use async_graphql::{Error, ErrorExtensions as _};

/// What is left of it; attached to each request.
pub(crate) struct Rows {
    most: u64,
    taken: AtomicU64,
}

impl Rows {
    pub(crate) const fn new(most: u64) -> Self {
        let taken = AtomicU64::new(0);
        Self { most, taken }
    }

    /// Refuses what would go over the limit; for what is known before it is computed.
    ///
    /// # Errors
    /// `TOO_EXPENSIVE`.
    pub(crate) fn check(&self, rows: u64) -> Result<(), Error> {
        self.refuse_over(self.taken.load(Ordering::Relaxed).saturating_add(rows))
    }

    /// Counts rows that are in the answer.
    ///
    /// # Errors
    /// As [`Rows::check`].
    pub(crate) fn take(&self, rows: u64) -> Result<(), Error> {
        let before = self.taken.fetch_add(rows, Ordering::Relaxed);
        self.refuse_over(before.saturating_add(rows))
    }

    fn refuse_over(&self, rows: u64) -> Result<(), Error> {
        let most = self.most;
        if rows <= most {
            return Ok(());
        }
        let text = format!(
            "Diese Tabellen hätten zusammen mindestens {rows} Zeilen; erlaubt sind höchstens {most} je Anfrage. Bitte weniger Kennzahlen, einen kürzeren Zeitraum oder eine gröbere Aufgliederung wählen."
        );
        Err(Error::new(text).extend_with(|_, extensions| {
            extensions.set("code", "TOO_EXPENSIVE");
            extensions.set("requested", rows);
            extensions.set("maximum", most);
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows of every figure for 54 centres and five years by quarter; B4 is always broken down by type, S3 by
    /// outcome.
    const USUAL: u64 = 54 * 5 * 4 * (18 + 6 + 8);

    #[test]
    fn the_usual_largest_question_fits_and_one_by_month_for_three_centuries_does_not() {
        let most = crate::limits::Limits::default().rows;
        assert!(Rows::new(most).check(USUAL).is_ok());
        assert!(Rows::new(most).check(12 * 300 * 12).is_err());
    }

    #[test]
    fn all_tables_of_a_request_count_together() {
        let rows = Rows::new(10);
        assert!(rows.take(6).is_ok());
        assert!(rows.check(4).is_ok());
        assert!(rows.check(5).is_err());
        assert!(rows.take(4).is_ok());
        assert!(rows.take(1).is_err());
    }
}
