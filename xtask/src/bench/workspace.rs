//! A folder in which Terraform runs, with nothing of the user's in its environment.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::meter::{self, Usage};
use crate::failure::{Context, Failure};
use crate::terraform;

/// Gone when this is dropped.
pub(crate) struct Workspace<'bench> {
    terraform: &'bench Path,
    folder: TempDir,
    /// Anew for each: what was ordered before is nobody's business.
    journal: TempDir,
    environment: Vec<(String, String)>,
    metered: bool,
}

/// Which program serves which provider.
pub(crate) struct Served<'bench> {
    pub(crate) source: &'bench str,
    pub(crate) program: &'bench Path,
}

impl<'bench> Workspace<'bench> {
    /// Terraform finds the provider where it is, without installing it; or, metered, this program in
    /// its place.
    pub(crate) fn new(
        terraform: &'bench Path,
        backend: &str,
        module: &str,
        served: Option<&Served<'_>>,
        metered: bool,
        journals: Option<&Path>,
        environment: &[(String, String)],
    ) -> Result<Self, Failure> {
        let folder = TempDir::with_prefix("lumen-bench-").context("no temporary folder")?;
        let journal = TempDir::with_prefix_in("journal-", journals.unwrap_or(folder.path()))
            .context("no folder for the journal")?;
        let mut workspace =
            Self { terraform, folder, journal, environment: environment.to_vec(), metered };
        for inside in ["tmp", "module", "meter"] {
            fs::create_dir(workspace.path(inside)).context("no folder to work in")?;
        }
        let settings = match served {
            None => "provider_installation {\n  direct {}\n}\n".to_owned(),
            Some(served) if metered => {
                let program = workspace.meter(served)?;
                terraform::overridden(served.source, &program)
            }
            Some(served) => terraform::overridden(served.source, served.program),
        };
        fs::write(workspace.path("terraform.rc"), settings).context("no settings")?;
        workspace.write("backend.tf", backend)?;
        // Before it sees that there are providers, which it would look for in the registry.
        workspace.run(&["init", "-no-color", "-input=false"].map(str::to_owned))?;
        workspace.write("main.tf", module)?;
        Ok(workspace)
    }

    /// This program under the provider's name.
    fn meter(&mut self, served: &Served<'_>) -> Result<PathBuf, Failure> {
        let own = std::env::current_exe().context("this program is not to be found")?;
        let name = served.program.file_name().context("the provider has no name")?;
        let program = self.path("meter").join(name);
        std::os::unix::fs::symlink(own, &program).context("no meter")?;
        self.environment.extend(meter::variables(served.program, &self.path("used")));
        Ok(program)
    }

    /// Runs a command, which must succeed, and returns how long it took.
    pub(crate) fn run(&self, arguments: &[String]) -> Result<Duration, Failure> {
        let output = self.path("output");
        let written = File::create(&output).context("no file for the output")?;
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
            .env("LUMEN_ORDER_JOURNAL", self.journal.path())
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(written.try_clone().context("no file for the output")?)
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

    /// What the provider used since this was asked last; nothing where there is no provider, or no
    /// meter.
    pub(crate) fn used(&self) -> Result<Option<Usage>, Failure> {
        if !self.metered || !self.environment.iter().any(|(name, _)| meter::is_variable(name)) {
            return Ok(None);
        }
        meter::read(&self.path("used")).map(Some)
    }

    fn write(&self, name: &str, text: &str) -> Result<(), Failure> {
        fs::write(self.path("module").join(name), text)
            .context("the configuration can't be written")
    }

    fn path(&self, inside: &str) -> PathBuf {
        self.folder.path().join(inside)
    }
}

/// The last lines, which say what went wrong.
fn end(output: &str) -> String {
    let lines: Vec<&str> = output.lines().collect();
    lines[lines.len().saturating_sub(40)..].join("\n")
}
