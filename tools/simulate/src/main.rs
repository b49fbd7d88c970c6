//! `cargo xtask simulate`, built with optimisations.

use std::process::ExitCode;

use clap::Parser;
use mimalloc::MiMalloc;

/// A third of the time goes into small allocations.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Tries histories: the real provider, Lumen and Terraform Core in one process, under every fault
#[derive(Parser)]
#[command(bin_name = "cargo xtask simulate")]
struct Command {
    #[command(flatten)]
    arguments: lumen_simulate::Arguments,
}

fn main() -> ExitCode {
    lumen_simulate::run(&Command::parse().arguments)
}
