//! `cargo xtask simulate` and `cargo xtask soak`: run the simulation, built with optimizations.

use std::process::Command;

use lumen_report::failure::Failure;

/// All arguments after the command's name are passed to the simulation.
#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Options {
    /// Arguments of the simulation; `--help` lists them
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

/// Runs one of its programs.
pub(crate) fn run(program: &str, options: &Options) -> Result<(), Failure> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let status = Command::new(cargo)
        .args(["run", "--quiet", "--profile", "simulate", "--package", "lumen-simulate"])
        .args(["--bin", program, "--"])
        .args(&options.arguments)
        .status()
        .map_err(|error| Failure::new(format!("cargo can't be run: {error}")))?;
    if status.success() { Ok(()) } else { Err(Failure::new("The simulation failed: see above.")) }
}
