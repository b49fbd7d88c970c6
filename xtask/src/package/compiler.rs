//! The Rust compiler, which determines the bytes of a program.

use std::env;
use std::process::Command;

use lumen_report::failure::{Context, Failure};
use lumen_terraform::provider::workspace;

/// The compiler that cargo runs.
pub(super) struct Compiler {
    /// Its version, such as `1.95.0`.
    pub(super) release: String,
    /// The commit that it was built from. Paths in its standard library begin with `/rustc/COMMIT`.
    pub(super) commit: String,
    /// The target for which it builds by default.
    pub(super) host: String,
    /// The folder in which it is installed.
    pub(super) folder: String,
}

impl Compiler {
    /// The compiler that cargo runs in the workspace.
    pub(super) fn installed() -> Result<Self, Failure> {
        let version = Self::ask("-vV")?;
        let line = |name: &str| {
            let lines = version.lines().filter_map(|line| line.split_once(": "));
            let mut values = lines.filter(|(key, _)| *key == name).map(|(_, value)| value);
            values
                .next()
                .map(str::to_owned)
                .context(format_args!("the output of rustc has no {name}"))
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
        String::from_utf8(answer.stdout).context("the output of rustc is not UTF-8")
    }
}
