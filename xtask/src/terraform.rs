//! `cargo xtask terraform VERSION`: installs any release of Terraform, for testing.

use clap::Args;
use lumen_report::failure::Failure;
use lumen_terraform::install;
use lumen_terraform::release::Release;

/// Which release to install.
#[derive(Args)]
pub(crate) struct Options {
    /// A version such as 1.15.5 or 1.15, or `oldest`, or `newest`.
    version: Release,
}

/// Installs it, and prints only the path of its program on stdout.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    println!("{}", install::install(options.version)?.display());
    Ok(())
}
