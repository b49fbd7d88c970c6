//! The resource usage of a provider: Terraform starts this program instead of the provider. This program
//! starts the provider, waits for it, and writes the usage that the kernel reports to a file.

use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Duration;
use std::{env, io};

use lumen_report::failure::{Context, Failure};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;
use rustix::process::getgid;

/// The variable with the provider to start. If it is set, this program is a meter.
const PROGRAM: &str = "LUMEN_BENCH_METERED";
/// The variable with the file to write to.
const FILE: &str = "LUMEN_BENCH_METER";

/// The usage of all provider processes, from the first start to the last end.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Usage {
    pub(crate) starts: usize,
    /// The user and system time of all of them.
    pub(crate) cpu: Duration,
    /// The largest resident set of any of them, in KiB.
    pub(crate) peak_kib: u64,
}

/// The variables that make this program a meter.
pub(crate) fn variables(program: &Path, file: &Path) -> [(String, String); 2] {
    let [program, file] = [program, file].map(|path| path.display().to_string());
    [(PROGRAM.to_owned(), program), (FILE.to_owned(), file)]
}

/// Acts as a meter if the environment says so.
#[must_use]
pub fn stand_in() -> Option<ExitCode> {
    let program = env::var_os(PROGRAM)?;
    let ended = metered(&program, &env::var_os(FILE)?);
    Some(ended.unwrap_or(ExitCode::FAILURE))
}

fn metered(program: &OsStr, file: &OsStr) -> io::Result<ExitCode> {
    let ended = Command::new(program)
        // Setting the process's own group id makes `std` use `fork`. Otherwise the child shares the memory
        // of this process until it runs the provider, and the kernel counts these 6 MiB as its peak.
        .gid(getgid().as_raw())
        .args(env::args_os().skip(1))
        .env_remove(PROGRAM)
        .env_remove(FILE)
        .status()?;
    let used = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let micros = |time: TimeVal| time.tv_sec() * 1_000_000 + time.tv_usec();
    let cpu = micros(used.user_time()) + micros(used.system_time());
    let line = format!("{cpu} {}\n", used.max_rss());
    // A single write keeps the lines of meters that end at the same time apart.
    OpenOptions::new().create(true).append(true).open(file)?.write_all(line.as_bytes())?;
    Ok(if ended.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Reads the usage that the meters have written, and removes the file for the next command.
pub(crate) fn read(file: &Path) -> Result<Usage, Failure> {
    let text = fs::read_to_string(file).context("no provider was started, or its meter failed")?;
    fs::remove_file(file).context("the meter's file can't be removed")?;
    summed(&text).context("the meter's file can't be parsed")
}

fn summed(text: &str) -> Option<Usage> {
    let mut all = Usage::default();
    for line in text.lines() {
        let (cpu, peak_kib) = line.split_once(' ')?;
        all.starts += 1;
        all.cpu += Duration::from_micros(cpu.parse().ok()?);
        all.peak_kib = all.peak_kib.max(peak_kib.parse().ok()?);
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_add_up_and_the_largest_memory_counts() {
        let cpu = Duration::from_micros(1_700);

        assert_eq!(summed("1200 5000\n500 6000\n"), Some(Usage { starts: 2, cpu, peak_kib: 6000 }));
        assert_eq!(summed("1200"), None);
    }
}
