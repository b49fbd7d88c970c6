//! The memory of this process, if the operating system reports it.

use std::fs;
use std::thread::sleep;
use std::time::Duration;

/// The peak memory of the process so far, in MiB.
pub(super) fn peak() -> Option<u64> {
    read("VmHWM:")
}

/// The current memory of the process, in MiB.
pub(super) fn now() -> Option<u64> {
    read("VmRSS:")
}

/// The memory of the process after much of it was dropped, in MiB. The allocator returns memory gradually,
/// and only while something is allocated.
pub(super) fn remaining(allocate: impl Fn()) -> Option<u64> {
    for _ in 0..20 {
        sleep(Duration::from_millis(20));
        allocate();
    }
    now()
}

fn read(name: &str) -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kibibytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kibibytes / 1024)
}
