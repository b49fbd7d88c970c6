//! The machine on which the figures were measured.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;

use lumen_terraform::install;

/// A paragraph about the machine and the command.
pub(crate) fn described(terraform: &Path, command: &str) -> String {
    let cores = thread::available_parallelism().map_or(0, usize::from);
    let model = first_value("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown".into());
    let memory = first_value("/proc/meminfo", "MemTotal")
        .and_then(|total| total.split_whitespace().next()?.parse::<u64>().ok())
        .map_or(0, |kib| kib.div_ceil(1 << 20));
    let version = install::version(&mut Command::new(terraform)).unwrap_or_default();
    format!(
        "Measured by `{command}` on {cores} cores ({model}), {memory} GiB of memory, Linux \
         {kernel}, Terraform {version}; Terraform, the simulator and the state backend share them.",
        kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default().trim()
    )
}

/// The value of the first line `name : value`.
fn first_value(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let (_, value) = text.lines().find(|line| line.starts_with(name))?.split_once(':')?;
    Some(value.trim().to_owned())
}
