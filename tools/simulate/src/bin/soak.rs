//! `cargo xtask soak`, built with optimisations.

use std::process::ExitCode;

use clap::Parser;
use lumen_simulate::soak;
use mimalloc::MiMalloc;

/// A third of the time goes into small allocations.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Runs three pipelines for a day of simulated time, with ten thousand connections
#[derive(Parser)]
#[command(bin_name = "cargo xtask soak")]
struct Command {
    #[command(flatten)]
    options: soak::Options,
}

fn main() -> ExitCode {
    soak::main(&Command::parse().options)
}
