//! The platform that a provider is built for, as Terraform names it.

use std::env;
use std::fmt::{self, Display};

/// An operating system and a processor, as Go names them: `linux_amd64`.
pub(crate) struct Platform {
    system: String,
    processor: String,
}

impl Platform {
    /// The platform on which this program runs.
    pub(crate) fn here() -> Self {
        Self::new(env::consts::OS, env::consts::ARCH)
    }

    /// The platform of a target of the Rust compiler, such as `x86_64-unknown-linux-musl`.
    pub(crate) fn of(target: &str) -> Self {
        let mut parts = target.split('-');
        let processor = parts.next().unwrap_or_default();
        // Most targets name a vendor between the processor and the system.
        let systems = ["linux", "darwin", "windows", "freebsd", "openbsd", "netbsd"];
        let system = parts.find(|part| systems.contains(part)).unwrap_or("unknown");
        Self::new(system, processor)
    }

    fn new(system: &str, processor: &str) -> Self {
        let system = match system {
            "macos" => "darwin",
            other => other,
        };
        let processor = match processor {
            "x86_64" => "amd64",
            "aarch64" => "arm64",
            "x86" | "i686" => "386",
            other => other,
        };
        Self { system: system.to_owned(), processor: processor.to_owned() }
    }

    /// The suffix of program names.
    pub(crate) fn program_suffix(&self) -> &'static str {
        if self.system == "windows" { ".exe" } else { "" }
    }
}

impl Display for Platform {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}_{}", self.system, self.processor)
    }
}

#[cfg(test)]
mod tests {
    use super::Platform;

    #[test]
    fn targets_are_named_as_terraform_names_platforms() {
        for (target, platform) in [
            ("x86_64-unknown-linux-gnu", "linux_amd64"),
            ("aarch64-unknown-linux-musl", "linux_arm64"),
            ("aarch64-apple-darwin", "darwin_arm64"),
            ("x86_64-pc-windows-msvc", "windows_amd64"),
            ("i686-pc-windows-msvc", "windows_386"),
        ] {
            assert_eq!(Platform::of(target).to_string(), platform);
        }
    }
}
