//! Tests of the embedded engine: the contract, and one file per kind of fault.

mod clocks;
mod damage;
mod histories;
mod index_faults;
mod reopening;
mod vouched;

use std::sync::Arc;
use std::time::Duration;

use super::{Durability, EmbeddedLog, Options};
use crate::contract::contract;
use crate::log::Log;

/// Whether the long runs are asked for (`make campaign`).
fn campaign() -> bool {
    std::env::var_os("QUERSCHNITT_CAMPAIGN").is_some()
}

mod with_one_segment {
    use super::*;

    contract!(async || {
        let dir = tempfile::tempdir().unwrap();
        let log = EmbeddedLog::open(dir.path(), Options::default()).unwrap();
        (log as Arc<dyn Log>, dir)
    });
}

/// What is written may wait to become durable; nothing else is different.
mod with_deferred_sync {
    use super::*;

    contract!(async || {
        let dir = tempfile::tempdir().unwrap();
        let options = Options {
            sync: Durability::Within(Duration::from_secs(1)),
            segment_bytes: 3_000,
            ..Options::default()
        };
        let log = EmbeddedLog::open(dir.path(), options).unwrap();
        (log as Arc<dyn Log>, dir)
    });
}

/// A new segment after nearly every write: most look-ups go to sealed segments.
mod with_small_segments {
    use super::*;

    contract!(async || {
        let dir = tempfile::tempdir().unwrap();
        let options = Options {
            segment_bytes: 300,
            ..Options::default()
        };
        let log = EmbeddedLog::open(dir.path(), options).unwrap();
        (log as Arc<dyn Log>, dir)
    });
}
