//! `cargo xtask soak`: runs the soak of the simulation, built with optimisations.

use std::process::Command;

use lumen_report::failure::Failure;

/// Everything behind `soak` is for the soak itself.
#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Options {
    /// See `cargo xtask soak --help`
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let status = Command::new(cargo)
        .args(["run", "--quiet", "--profile", "simulate", "--package", "lumen-simulate"])
        .args(["--bin", "lumen-soak", "--"])
        .args(&options.arguments)
        .status()
        .map_err(|error| Failure::new(format!("cargo can't be run: {error}")))?;
    if status.success() { Ok(()) } else { Err(Failure::new("the soak found violations")) }
}
