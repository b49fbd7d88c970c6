//! `cargo xtask bench`: measures the cost of the provider compared with Terraform itself.
//!
//! Real Terraform plans, applies and destroys a number of objects of each `subject`, in a `workspace` whose
//! state is in the HTTP `backend`, against the simulator in a process of its own (`lumen`). Wall times are
//! measured without a meter. One more cycle counts requests and, with a `meter` between Terraform and the
//! provider, CPU time and memory. `calls` drives the provider without Terraform.
#![cfg(target_os = "linux")]
#![expect(clippy::print_stdout, reason = "the benchmark prints its progress")]

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

const PAGE: &str = "design/benchmarks.md";
const MARKERS: [&str; 2] = ["<!-- bench: begin -->", "<!-- bench: end -->"];
const CALLS_MARKERS: [&str; 2] = ["<!-- calls: begin -->", "<!-- calls: end -->"];

/// What to measure, and how often.
#[derive(Args)]
pub struct Options {
    /// Numbers of objects, separated by commas.
    #[arg(long, value_delimiter = ',', value_name = "COUNTS", default_value = "1,10,100,1000")]
    sizes: Vec<usize>,
    /// Values for Terraform's `-parallelism`, separated by commas.
    #[arg(long, value_delimiter = ',', value_name = "COUNTS", default_value = "10,200")]
    parallelism: Vec<usize>,
    /// Kinds of objects to create. `terraform_data` is always measured too, for comparison.
    #[arg(long, value_delimiter = ',', default_value = "connections,reservations,null-resource")]
    subjects: Vec<Subject>,
    /// Commands to measure. Only the no-op plan and the refresh can be left out; the others always run.
    #[arg(long, value_delimiter = ',')]
    steps: Vec<Step>,
    /// How often to measure each wall time. The table shows the medians.
    #[arg(long, default_value_t = 3)]
    runs: usize,
    #[command(flatten)]
    lumen: lumen::Conditions,
    /// Folder for the journals, instead of a temporary folder. In /dev/shm, they cost no disk access.
    #[arg(long, value_name = "FOLDER")]
    journal: Option<PathBuf>,
    /// Setting for the provider block, such as `max_concurrent_requests=256`. Can be repeated.
    #[arg(long, value_name = "NAME=VALUE")]
    setting: Vec<String>,
    /// Measure this provider instead of building one.
    #[arg(long, value_name = "PROGRAM")]
    provider: Option<PathBuf>,
    /// Measure single calls of the provider instead, without Terraform.
    #[arg(long)]
    calls: bool,
    /// Write the table into design/benchmarks.md.
    #[arg(long)]
    write: bool,
}

/// Measures, and prints the tables.
///
/// # Errors
///
/// Fails if a measured command fails.
pub fn run(options: &Options) -> Result<(), Failure> {
    let terraform = lumen_terraform::find()?;
    chapter(
        "Building the provider and the simulator in release mode (a few minutes the first time)",
    );
    let provider = provider(options)?;
    let simulator = lumen::build()?;
    let runtime = Runtime::new().context("the async runtime can't be started")?;
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
    TempDir::with_prefix_in("lumen-bench-", folder)
        .context("the folder for the journals can't be created")
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

/// The absolute path of the provider: the given one, or a release build.
fn provider(options: &Options) -> Result<PathBuf, Failure> {
    match &options.provider {
        None => provider::build(Profile::Release),
        Some(named) => {
            named.canonicalize().context(format_args!("{} can't be found", named.display()))
        }
    }
}

/// The Go provider that does nothing, if it is requested and available.
fn null_if_wanted(options: &Options) -> Option<PathBuf> {
    if !options.subjects.contains(&Subject::NullResource) {
        return None;
    }
    installed(null::install())
}

fn installed(null: Result<PathBuf, Failure>) -> Option<PathBuf> {
    null.inspect_err(|why| note(&format!("Measured without terraform-provider-null: {why}"))).ok()
}

/// The command that repeats the measurement, without the path of the provider.
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
