//! Which fault is planted.

use std::sync::LazyLock;

static PLANTED: LazyLock<String> =
    LazyLock::new(|| std::env::var("PLANTED_FAULT").unwrap_or_default());

/// Returns whether this fault is planted.
pub fn is(fault: &str) -> bool {
    *PLANTED == fault
}
