//! `cargo xtask bench`: what the provider costs beside Terraform itself.
//!
//! Real Terraform plans, applies and destroys so many objects of each `subject`, in a `workspace` whose
//! state is kept by the HTTP `backend`, against the simulator as a process of its own (`lumen`). Walls
//! are taken without an observer; one further cycle counts requests and, with a `meter` between
//! Terraform and the provider, CPU and memory. `calls` drives the provider without Terraform.
#![cfg(target_os = "linux")]
#![expect(clippy::print_stdout, reason = "people follow on the screen what is measured")]

mod backend;
mod calls;
mod control;
mod cycle;
mod lumen;
mod machine;
pub mod meter;
mod null;
mod step;
mod subject;
mod table;
mod workspace;

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use lumen_report::failure::{Context, Failure};
use lumen_report::narration::{chapter, note};
use lumen_report::page;
use lumen_terraform::provider::{self, Profile};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use self::backend::Backend;
use self::cycle::Bench;
use self::lumen::Lumen;
use self::step::Step;
use self::subject::{Subject, TERRAFORM_DATA};
use self::table::Results;

const PAGE: &str = "docs/guides/scale.md";
const MARKERS: [&str; 2] = ["<!-- bench: begin -->", "<!-- bench: end -->"];
const CALLS_MARKERS: [&str; 2] = ["<!-- calls: begin -->", "<!-- calls: end -->"];

/// What is measured, and how often.
#[derive(Args)]
pub struct Options {
    /// How many objects, with commas between.
    #[arg(long, value_delimiter = ',', value_name = "COUNTS", default_value = "1,10,100,1000")]
    sizes: Vec<usize>,
    /// Terraform's `-parallelism`, with commas between.
    #[arg(long, value_delimiter = ',', value_name = "COUNTS", default_value = "10,200")]
    parallelism: Vec<usize>,
    /// What is built; `terraform_data` always is, to compare with.
    #[arg(long, value_delimiter = ',', default_value = "connections,reservations,null-resource")]
    subjects: Vec<Subject>,
    /// Leave out the no-op plan and the refresh unless they are named; the others are always run.
    #[arg(long, value_delimiter = ',')]
    steps: Vec<Step>,
    /// How often each wall is taken; the table has the medians.
    #[arg(long, default_value_t = 3)]
    runs: usize,
    #[command(flatten)]
    lumen: lumen::Conditions,
    /// Where orders are written down, instead of a temporary folder: in /dev/shm they cost no disk.
    #[arg(long, value_name = "FOLDER")]
    journal: Option<PathBuf>,
    /// A line for the provider block, such as `max_concurrent_requests=256`. May be repeated.
    #[arg(long, value_name = "NAME=VALUE")]
    setting: Vec<String>,
    /// Measure this provider instead of building one.
    #[arg(long, value_name = "PROGRAM")]
    provider: Option<PathBuf>,
    /// Measure single calls of the provider instead, without Terraform.
    #[arg(long)]
    calls: bool,
    /// Put the table into docs/guides/scale.md.
    #[arg(long)]
    write: bool,
}

/// Measures, and prints the tables.
///
/// # Errors
///
/// Fails if anything that is measured does.
pub fn run(options: &Options) -> Result<(), Failure> {
    let terraform = lumen_terraform::find()?;
    chapter(
        "Building the provider and the simulator as they are shipped (some minutes the first time)",
    );
    let provider = provider(options)?;
    let simulator = lumen::build()?;
    let runtime = Runtime::new().context("no runtime")?;
    let lumen = Lumen::start(&simulator, &options.lumen)?;
    let (markers, table) = if options.calls {
        (CALLS_MARKERS, calls::measure(&runtime, &provider, &lumen)?)
    } else {
        let bench = Bench {
            runs: options.runs.max(1),
            steps: Step::chosen(&options.steps),
            settings: options.setting.clone(),
            journals: journals(options.journal.as_deref())?,
            latency: Duration::from_millis(options.lumen.latency),
            lumen,
            backend: Backend::start(&runtime)?,
            terraform: terraform.clone(),
            provider,
            null: null_if_wanted(options),
        };
        (MARKERS, with_terraform(&bench, options)?)
    };
    let text = format!("{}\n\n{table}", machine::described(&terraform, &command()));
    println!("\n{text}");
    if options.write {
        page::fill(provider::workspace(), PAGE, markers, &text)?;
    }
    Ok(())
}

fn journals(folder: Option<&Path>) -> Result<TempDir, Failure> {
    let folder = folder.map_or_else(std::env::temp_dir, Path::to_path_buf);
    TempDir::with_prefix_in("lumen-bench-", folder).context("no folder for the journals")
}

/// Measures whole commands of Terraform.
fn with_terraform(bench: &Bench, options: &Options) -> Result<String, Failure> {
    let mut subjects = vec![TERRAFORM_DATA];
    for &subject in &options.subjects {
        let missing = subject == Subject::NullResource && bench.null.is_none();
        if !missing && !subjects.contains(&subject) {
            subjects.push(subject);
        }
    }
    chapter("Measuring");
    let mut results = Results::default();
    for case in cycle::cases(&options.sizes, &options.parallelism) {
        bench.measure(case, &subjects, &mut results)?;
    }
    Ok(results.to_markdown(&subjects, &bench.steps, bench.latency))
}

/// The provider at an absolute path: the one that is named, or the one that is shipped.
fn provider(options: &Options) -> Result<PathBuf, Failure> {
    match &options.provider {
        None => provider::build(Profile::Release),
        Some(named) => {
            named.canonicalize().context(format_args!("{} is no program", named.display()))
        }
    }
}

/// The Go provider that does nothing, which may not be there to be had.
fn null_if_wanted(options: &Options) -> Option<PathBuf> {
    if !options.subjects.contains(&Subject::NullResource) {
        return None;
    }
    installed(null::install())
}

fn installed(null: Result<PathBuf, Failure>) -> Option<PathBuf> {
    null.inspect_err(|why| note(&format!("Measured without terraform-provider-null: {why}"))).ok()
}

/// The command that measures the same again, but for the provider.
fn command() -> String {
    let mut words = vec!["cargo xtask".to_owned()];
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--write" => {}
            "--provider" => drop(arguments.next()),
            _ if argument.starts_with("--provider=") => {}
            _ => words.push(argument),
        }
    }
    words.join(" ")
}
