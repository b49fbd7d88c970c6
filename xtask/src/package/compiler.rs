//! The Rust compiler, which is part of what decides how a program comes out.

use std::env;
use std::process::Command;

use lumen_report::failure::{Context, Failure};
use lumen_terraform::provider::workspace;

/// The compiler that cargo runs.
pub(super) struct Compiler {
    /// Such as `1.95.0`.
    pub(super) release: String,
    /// The commit that it was built from. Its standard library's paths are below `/rustc/` and this.
    pub(super) commit: String,
    /// What it builds for, unless it is told otherwise.
    pub(super) host: String,
    /// The folder that it is installed in.
    pub(super) folder: String,
}

impl Compiler {
    /// Asks the compiler that cargo would run in the workspace.
    pub(super) fn at_hand() -> Result<Self, Failure> {
        let version = Self::ask("-vV")?;
        let line = |name: &str| {
            let lines = version.lines().filter_map(|line| line.split_once(": "));
            let mut values = lines.filter(|(key, _)| *key == name).map(|(_, value)| value);
            values.next().map(str::to_owned).context(format_args!("rustc does not say its {name}"))
        };
        Ok(Self {
            release: line("release")?,
            commit: line("commit-hash")?,
            host: line("host")?,
            folder: Self::ask("--print=sysroot")?.trim().to_owned(),
        })
    }

    fn ask(argument: &str) -> Result<String, Failure> {
        let program = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let answer = Command::new(program)
            .arg(argument)
            .current_dir(workspace())
            .output()
            .context("rustc can't be run")?;
        String::from_utf8(answer.stdout).context("rustc does not speak UTF-8")
    }
}
