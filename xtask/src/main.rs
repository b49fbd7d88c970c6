//! The developer's and the newcomer's commands: `cargo xtask --help`.
#![expect(clippy::print_stdout, reason = "telling people what happens is what this program is for")]

mod demo;
mod docs;
#[cfg(unix)]
mod instructions;
#[cfg(unix)]
mod matrix;
mod mirror;
mod opa;
mod package;
mod platform;
#[cfg(unix)]
mod terraform;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Commands for working on the provider.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Buys, changes and ends a connection at a simulated Lumen, with real Terraform. Costs nothing.
    Demo(demo::Options),
    /// Lets everything fail that can fail, and counts the orders. Needs Linux.
    #[cfg(target_os = "linux")]
    Chaos(lumen_chaos::Options),
    /// Measures what the provider costs beside Terraform itself, up to a thousand objects. Needs Linux.
    #[cfg(target_os = "linux")]
    Bench(lumen_bench::Options),
    /// Installs a release of Terraform, and prints where its program is. Needs Python; not on Windows.
    #[cfg(unix)]
    Terraform(terraform::Options),
    /// Tells the stories with every release of Terraform, and prints a table of what came of them.
    #[cfg(unix)]
    Matrix(matrix::Options),
    /// Writes the pages under docs/ again from the schemas and the examples.
    Docs,
    /// Runs policies as Open Policy Agent does, where there is no `opa`.
    #[command(subcommand)]
    Opa(opa::Command),
    /// Counts the instructions of the provider's hot paths. Needs valgrind.
    #[cfg(unix)]
    Instructions(instructions::Options),
    /// Makes what the Terraform Registry wants of a release, for one platform.
    Package(package::Options),
    /// Packages the provider, and lays it out for `terraform init` on this machine.
    Mirror(mirror::Options),
}

fn main() -> ExitCode {
    // Terraform starts this program in place of a provider that is measured.
    #[cfg(target_os = "linux")]
    if let Some(ended) = lumen_bench::meter::stand_in() {
        return ended;
    }
    let done = match Arguments::parse().command {
        Command::Demo(options) => demo::run(&options),
        #[cfg(target_os = "linux")]
        Command::Chaos(options) => lumen_chaos::run(&options),
        #[cfg(target_os = "linux")]
        Command::Bench(options) => lumen_bench::run(&options),
        #[cfg(unix)]
        Command::Terraform(options) => terraform::run(&options),
        #[cfg(unix)]
        Command::Matrix(options) => matrix::run(&options),
        Command::Docs => docs::write(),
        Command::Opa(command) => return opa::run(&command),
        #[cfg(unix)]
        Command::Instructions(options) => instructions::run(&options),
        Command::Package(options) => package::run(&options),
        Command::Mirror(options) => mirror::run(&options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\n{failure}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn no_two_arguments_are_the_same() {
        Arguments::command().debug_assert();
    }
}
