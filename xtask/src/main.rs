//! `cargo xtask`: the command line of the tools for this workspace.
#![expect(clippy::print_stdout, reason = "the commands print their results")]

mod demo;
mod docs;
#[cfg(unix)]
mod fuzz;
#[cfg(unix)]
mod instructions;
#[cfg(unix)]
mod matrix;
mod mirror;
mod mutants;
mod opa;
mod package;
mod platform;
mod simulate;
#[cfg(unix)]
mod terraform;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Commands for working on the provider
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Orders, changes and disconnects a connection at a simulated Lumen, with real Terraform, at no cost
    Demo(demo::Options),
    /// Injects faults while Terraform places orders, and checks that nothing is ordered twice. Needs Linux
    #[cfg(target_os = "linux")]
    Chaos(lumen_chaos::Options),
    /// Tries histories: runs the real provider, Lumen and Terraform Core in one process, with all faults
    Simulate(simulate::Options),
    /// Runs three pipelines with thousands of objects for one simulated day, with drift, faults and 429s
    Soak(simulate::Options),
    /// Explores a model of the order journal's protocol: everything that can happen with two or three processes
    Model(lumen_model::Options),
    /// Measures the cost of the provider compared with Terraform itself, with up to 1,000 objects. Needs Linux
    #[cfg(target_os = "linux")]
    Bench(lumen_bench::Options),
    /// Installs a release of Terraform and prints the path of its program. Needs Python. Not on Windows
    #[cfg(unix)]
    Terraform(terraform::Options),
    /// Runs the acceptance tests with every release of Terraform and prints a table of the results
    #[cfg(unix)]
    Matrix(matrix::Options),
    /// Generates the pages under docs/ from the schemas and the examples
    Docs,
    /// Evaluates policies like Open Policy Agent, on machines without `opa`
    #[command(subcommand)]
    Opa(opa::Command),
    /// Feeds hostile input to the code that reads input from outside. Needs a nightly compiler and cargo-fuzz
    #[cfg(unix)]
    Fuzz(fuzz::Options),
    /// Counts the instructions of the provider's hot paths. Needs valgrind
    #[cfg(unix)]
    Instructions(instructions::Options),
    /// Mutates the code where a mistake costs money and lists the mutants that no test catches. Needs cargo-mutants and cargo-nextest
    Mutants(mutants::Options),
    /// Builds the files of a release for one platform: what the Terraform Registry requires, and the simulator
    Package(package::Options),
    /// Packages the provider into a mirror, from which `terraform init` installs it on this machine
    Mirror(mirror::Options),
}

fn main() -> ExitCode {
    // For `bench`, Terraform starts this program in place of the provider that is measured.
    #[cfg(target_os = "linux")]
    if let Some(exit_code) = lumen_bench::meter::stand_in() {
        return exit_code;
    }
    let result = match Arguments::parse().command {
        Command::Demo(options) => demo::run(&options),
        #[cfg(target_os = "linux")]
        Command::Chaos(options) => lumen_chaos::run(&options),
        Command::Simulate(options) => simulate::run("lumen-simulate", &options),
        Command::Soak(options) => simulate::run("lumen-soak", &options),
        Command::Model(options) => lumen_model::run(&options),
        #[cfg(target_os = "linux")]
        Command::Bench(options) => lumen_bench::run(&options),
        #[cfg(unix)]
        Command::Terraform(options) => terraform::run(&options),
        #[cfg(unix)]
        Command::Matrix(options) => matrix::run(&options),
        Command::Docs => docs::write(),
        Command::Opa(command) => return opa::run(&command),
        #[cfg(unix)]
        Command::Fuzz(options) => fuzz::run(&options),
        #[cfg(unix)]
        Command::Instructions(options) => instructions::run(&options),
        Command::Mutants(options) => mutants::run(&options),
        Command::Package(options) => package::run(&options),
        Command::Mirror(options) => mirror::run(&options),
    };
    match result {
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
