//! A folder in which Terraform runs a configuration with a provider that is not in any registry.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use lumen_report::failure::{Context, Failure};
use lumen_report::narration;
use tempfile::TempDir;

use crate::mirror;

/// A configuration, and everything that Terraform needs to run it. It is deleted when this is dropped.
pub(crate) struct Workspace {
    program: PathBuf,
    environment: Vec<(&'static str, String)>,
    configuration: PathBuf,
    settings: PathBuf,
    /// A folder of its own. With the default folder, a demo that runs in a pipeline would print a warning.
    journal: PathBuf,
    /// Contains all of the files above, and deletes them at the end.
    _folder: TempDir,
}

impl Workspace {
    /// Copies a configuration to a temporary folder, and puts the provider into a filesystem mirror next
    /// to it, so that `init` installs and locks it like any other provider.
    pub(crate) fn new(
        program: PathBuf,
        configuration: &Path,
        provider: &Path,
        environment: Vec<(&'static str, String)>,
    ) -> Result<Self, Failure> {
        let folder =
            TempDir::with_prefix("lumen-demo-").context("a temporary folder can't be created")?;
        let mirror = folder.path().join("mirror");
        mirror::add_program(&mirror, provider).context("the mirror can't be written")?;

        let settings = folder.path().join("terraform.rc");
        // Terraform requires forward slashes in its settings, even on Windows.
        let mirror = mirror.display().to_string().replace('\\', "/");
        fs::write(&settings, mirror_only(&mirror))
            .context("Terraform's settings can't be written")?;

        let copy = folder.path().join("configuration");
        copy_files(configuration, &copy).context("the configuration can't be copied")?;
        let journal = folder.path().join("journal");
        Ok(Self { program, environment, configuration: copy, settings, journal, _folder: folder })
    }

    /// Runs Terraform and shows its output. It must succeed.
    pub(crate) fn run(&self, arguments: &[&str]) -> Result<(), Failure> {
        let name = self.program.file_stem().unwrap_or_default().to_string_lossy();
        narration::command(&name, arguments);
        let mut terraform = self
            .command(arguments)
            .arg("-no-color")
            .stdout(Stdio::piped())
            .spawn()
            .context(format_args!("{} can't be run", self.program.display()))?;
        for line in terraform.stdout.take().into_iter().flat_map(|out| BufReader::new(out).lines())
        {
            narration::output(&line.context("Terraform's output can't be read")?);
        }
        let status = terraform.wait().context("the status of Terraform is unknown")?;
        if status.success() {
            return Ok(());
        }
        let arguments = arguments.join(" ");
        Err(Failure::new(format!("`{name} {arguments}` ended with {status}: see above.")))
    }

    /// Runs Terraform and returns its output. It must succeed.
    pub(crate) fn ask(&self, arguments: &[&str]) -> Result<String, Failure> {
        let answer = self
            .command(arguments)
            .stderr(Stdio::inherit())
            .output()
            .context(format_args!("{} can't be run", self.program.display()))?;
        if !answer.status.success() {
            let arguments = arguments.join(" ");
            return Err(Failure::new(format!(
                "`terraform {arguments}` ended with {}",
                answer.status
            )));
        }
        String::from_utf8(answer.stdout).context("Terraform's output is not text")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut terraform = Command::new(&self.program);
        terraform.args(arguments).current_dir(&self.configuration).stdin(Stdio::null());
        // Environment variables that the user has set for real work must not point the demo at the real
        // Lumen.
        for (name, _) in env::vars_os().filter(|(name, _)| is_foreign(name)) {
            terraform.env_remove(name);
        }
        terraform
            .env("TF_CLI_CONFIG_FILE", &self.settings)
            .env("TF_IN_AUTOMATION", "1")
            .env("LUMEN_ORDER_JOURNAL", &self.journal)
            .env("TF_INPUT", "0")
            .env("CHECKPOINT_DISABLE", "1")
            .env("NO_PROXY", "127.0.0.1")
            .envs(self.environment.iter().map(|(name, value)| (name, value)));
        terraform
    }
}

fn is_foreign(name: &OsString) -> bool {
    let name = name.to_string_lossy().to_uppercase();
    name.starts_with("TF_") || name.starts_with("LUMEN_") || name == "NO_PROXY"
}

fn mirror_only(mirror: &str) -> String {
    format!("provider_installation {{\n  filesystem_mirror {{\n    path = \"{mirror}\"\n  }}\n}}\n")
}

fn copy_files(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let file = entry?.path();
        // Only the configuration is copied, because somebody may be working in the folder and have a state
        // there.
        if let (true, Some(name)) =
            (file.extension().is_some_and(|it| it == "tf"), file.file_name())
        {
            fs::copy(&file, to.join(name))?;
        }
    }
    Ok(())
}
