//! A folder in which Terraform runs, without the user's environment.

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use lumen_report::failure::{Context, Failure};
use tempfile::TempDir;

use super::meter::{self, Usage};

/// What Terraform runs, and how.
pub(crate) struct Setup<'bench> {
    pub(crate) terraform: &'bench Path,
    /// The part of the configuration that sets the backend of the state.
    pub(crate) backend: String,
    /// The rest of the configuration.
    pub(crate) module: String,
    /// The provider; `terraform_data` has none.
    pub(crate) served: Option<Served<'bench>>,
    pub(crate) observed: Observed,
    /// The folder for the journal.
    pub(crate) journals: &'bench Path,
    /// The variables that make the provider use the simulated Lumen.
    pub(crate) environment: &'bench [(String, String)],
}

/// A provider, and the program that serves it.
pub(crate) struct Served<'bench> {
    pub(crate) source: &'bench str,
    pub(crate) program: &'bench Path,
}

/// Whether a meter measures the provider, which takes additional time.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Observed {
    No,
    Metered,
}

/// The folder is deleted when this is dropped.
pub(crate) struct Workspace<'bench> {
    terraform: &'bench Path,
    folder: TempDir,
    /// A new folder for each workspace, so that earlier orders have no effect.
    journal: PathBuf,
    environment: Vec<(String, String)>,
    /// The file to which the meter writes, if there is one.
    used: Option<PathBuf>,
}

impl<'bench> Workspace<'bench> {
    /// Terraform runs the provider from the folder that contains it, without installing it. With a meter, it
    /// runs this program instead.
    pub(crate) fn new(setup: &Setup<'bench>) -> Result<Self, Failure> {
        let folder =
            TempDir::with_prefix("lumen-bench-").context("a temporary folder can't be created")?;
        let journal = TempDir::with_prefix_in("journal-", setup.journals);
        let mut workspace = Self {
            terraform: setup.terraform,
            journal: journal.context("the folder for the journal can't be created")?.keep(),
            folder,
            environment: setup.environment.to_vec(),
            used: None,
        };
        for inside in ["tmp", "module", "meter"] {
            fs::create_dir(workspace.path(inside))
                .context("the working folder can't be created")?;
        }
        let settings = workspace.settings(setup)?;
        fs::write(workspace.path("terraform.rc"), settings)
            .context("Terraform's settings can't be written")?;
        workspace.write("backend.tf", &setup.backend)?;
        // `init` runs before there is a configuration with providers, because it would look for them in the
        // registry.
        workspace.run(&["init", "-no-color", "-input=false"].map(str::to_owned))?;
        workspace.write("main.tf", &setup.module)?;
        Ok(workspace)
    }

    fn settings(&mut self, setup: &Setup<'_>) -> Result<String, Failure> {
        let Some(Served { source, program }) = setup.served else {
            return Ok("provider_installation {\n  direct {}\n}\n".to_owned());
        };
        match setup.observed {
            Observed::No => Ok(lumen_terraform::dev_overrides(source, program)),
            Observed::Metered => Ok(lumen_terraform::dev_overrides(source, &self.meter(program)?)),
        }
    }

    /// Links this program under the provider's name.
    fn meter(&mut self, program: &Path) -> Result<PathBuf, Failure> {
        let own = std::env::current_exe().context("the path of this program is unknown")?;
        let name = program.file_name().context("the provider has no name")?;
        let meter = self.path("meter").join(name);
        symlink(own, &meter).context("the meter can't be linked")?;
        let used = self.path("used");
        self.environment.extend(meter::variables(program, &used));
        self.used = Some(used);
        Ok(meter)
    }

    /// Runs a command, which must succeed, and returns how long it took.
    pub(crate) fn run(&self, arguments: &[String]) -> Result<Duration, Failure> {
        let output = self.path("output");
        let written = File::create(&output).context("the file for the output can't be created")?;
        let mut command = Command::new(self.terraform);
        command
            .args(arguments)
            .current_dir(self.path("module"))
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.folder.path())
            .env("TMPDIR", self.path("tmp"))
            .env("CHECKPOINT_DISABLE", "1")
            .env("NO_PROXY", "127.0.0.1")
            .env("TF_CLI_CONFIG_FILE", self.path("terraform.rc"))
            .env("LUMEN_ORDER_JOURNAL", &self.journal)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(written.try_clone().context("the file handle can't be duplicated")?)
            .stderr(written);
        let began = Instant::now();
        let status = command.status().context("Terraform can't be run")?;
        let took = began.elapsed();
        if status.success() {
            return Ok(took);
        }
        let output = fs::read_to_string(&output).unwrap_or_default();
        let arguments = arguments.join(" ");
        Err(Failure::new(format!("`terraform {arguments}` ended with {status}:\n{}", end(&output))))
    }

    /// The usage of the provider since the last call of this function, if there is a meter.
    pub(crate) fn used(&self) -> Result<Option<Usage>, Failure> {
        self.used.as_deref().map(meter::read).transpose()
    }

    fn write(&self, name: &str, text: &str) -> Result<(), Failure> {
        fs::write(self.path("module").join(name), text)
            .context("the configuration can't be written")
    }

    fn path(&self, inside: &str) -> PathBuf {
        self.folder.path().join(inside)
    }
}

/// The last lines, which contain the error.
fn end(output: &str) -> String {
    let lines: Vec<&str> = output.lines().collect();
    lines[lines.len().saturating_sub(40)..].join("\n")
}
