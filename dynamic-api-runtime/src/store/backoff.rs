//! The wait before work that met another writer is tried again.

use std::{
    hash::{BuildHasher, RandomState},
    time::Duration,
};

/// How often work that met other writers is tried, the first time included.
pub(crate) const ATTEMPTS: u32 = 25;

/// The longest wait is shorter than two to the power of this, in milliseconds.
const MAX_EXPONENT: u32 = 9;

/// Waits before the try after the one of this number, of which the first is 0: somewhere within a span that doubles from a
/// millisecond. Writers that met once would meet again if all of them waited equally long.
pub(crate) async fn pause(attempt: u32) {
    let span = 1000 << attempt.min(MAX_EXPONENT);
    // Keyed anew each time, which makes it random.
    let micros = RandomState::new().hash_one(attempt) % span;
    tokio::time::sleep(Duration::from_micros(micros)).await;
}
