//! Lines for the standard output. Whoever reads them may stop reading (`| head`): that is no error.

use std::io::Write as _;

/// Writes one line.
pub(crate) fn line(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{text}");
    let _ = out.flush();
}
