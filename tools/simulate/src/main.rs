//! `cargo xtask simulate`, built with optimizations.

use std::process::ExitCode;

use clap::Parser;
use mimalloc::MiMalloc;

/// A faster allocator, because a third of the time is spent on small allocations.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Tries histories: runs the real provider, Lumen and Terraform Core in one process, with all faults
#[derive(Parser)]
#[command(bin_name = "cargo xtask simulate")]
struct Command {
    #[command(flatten)]
    arguments: lumen_simulate::Arguments,
}

fn main() -> ExitCode {
    lumen_simulate::run(&Command::parse().arguments)
}
