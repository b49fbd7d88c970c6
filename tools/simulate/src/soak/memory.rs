//! How much memory this process has, where the operating system shows it.

use std::fs;

/// The most memory that the process has had so far, in MiB.
pub(super) fn peak() -> Option<u64> {
    read("VmHWM:")
}

/// The memory that the process has now, in MiB.
pub(super) fn now() -> Option<u64> {
    read("VmRSS:")
}

fn read(name: &str) -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kibibytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kibibytes / 1024)
}
