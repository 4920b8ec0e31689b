//! Percentiles by linear interpolation between closest ranks: R's type 7, NumPy's default.

/// The value below which the share `p` (0 to 1) of the values lies; `None` without values. Puts the
/// values into another order.
#[must_use]
pub fn quantile(values: &mut [f64], p: f64) -> Option<f64> {
    let last = values.len().checked_sub(1)?;
    let (low, part) = rank(last, p);
    let (_, at, above) = values.select_nth_unstable_by(low, f64::total_cmp);
    let at = *at;
    let next = above.iter().copied().min_by(f64::total_cmp).unwrap_or(at);
    Some(at + (next - at) * part)
}

/// The 50th percentile.
#[must_use]
pub fn median(values: &mut [f64]) -> Option<f64> {
    quantile(values, 0.5)
}

/// The place below the rank, and how far the rank lies behind it.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a place in a slice in memory is far below 2^52, and not negative"
)]
fn rank(last: usize, p: f64) -> (usize, f64) {
    let rank = last as f64 * p.clamp(0.0, 1.0);
    let low = rank.floor();
    ((low as usize).min(last), rank - low)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_those_of_type_seven() {
        // numpy.percentile([15, 20, 35, 40, 50], [5, 30, 40, 50, 90, 100])
        for (p, expected) in [
            (0.05, 16.0),
            (0.3, 23.0),
            (0.4, 29.0),
            (0.5, 35.0),
            (0.9, 46.0),
            (1.0, 50.0),
        ] {
            let mut values = [50.0, 15.0, 40.0, 20.0, 35.0];
            let found = quantile(&mut values, p).unwrap();
            assert!((found - expected).abs() < 1e-12, "{p}: {found}");
        }
        assert_eq!(median(&mut [1.0, 4.0, 2.0, 3.0]), Some(2.5));
        assert_eq!(median(&mut [7.0]), Some(7.0));
        assert_eq!(quantile(&mut [7.0], 0.9), Some(7.0));
        assert_eq!(median(&mut []), None);
    }
}
