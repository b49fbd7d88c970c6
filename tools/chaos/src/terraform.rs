//! Terraform as a child process that can be interrupted, in a folder of its own.

use std::fs::{self, File};
use std::io;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use lumen_report::failure::{Context, Failure};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use serde_json::Value;
use tempfile::TempDir;

use crate::Tools;

/// How long a command may take.
const TIMEOUT: Duration = Duration::from_secs(90);
/// How soon a provider must end after Terraform has ended.
const ORPHAN_TIMEOUT: Duration = Duration::from_secs(15);
const POLL_INTERVAL: Duration = Duration::from_millis(5);

/// A folder in which Terraform runs. It is deleted when this is dropped, unless it is kept.
pub(crate) struct Terraform<'tools> {
    tools: &'tools Tools,
    folder: TempDir,
    environment: Vec<(String, String)>,
}

impl<'tools> Terraform<'tools> {
    pub(crate) fn new(tools: &'tools Tools) -> Result<Self, Failure> {
        let folder =
            TempDir::with_prefix("lumen-chaos-").context("a temporary folder can't be created")?;
        let settings =
            lumen_terraform::dev_overrides(lumen_terraform::SOURCE_ADDRESS, &tools.provider);
        let written: io::Result<()> = ["tmp", "output", "module"]
            .iter()
            .try_for_each(|inside| fs::create_dir(folder.path().join(inside)))
            .and_then(|()| fs::write(folder.path().join("terraform.rc"), settings));
        written.context("the temporary folder can't be written")?;
        Ok(Self { tools, folder, environment: Vec::new() })
    }

    /// The folder with all files of this case.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn module(&self) -> PathBuf {
        self.folder().join("module")
    }

    /// The folder for temporary files of Terraform and of the provider.
    fn temporary(&self) -> PathBuf {
        self.folder().join("tmp")
    }

    /// Sets environment variables of all later commands.
    pub(crate) fn set<Name: Into<String>>(
        &mut self,
        variables: impl IntoIterator<Item = (Name, String)>,
    ) {
        self.environment.extend(variables.into_iter().map(|(name, value)| (name.into(), value)));
    }

    /// Replaces the configuration.
    pub(crate) fn write(&self, module: &str) -> Result<(), Failure> {
        fs::write(self.module().join("main.tf"), module).context("the module can't be written")
    }

    /// Keeps the folder for inspection, and returns its path.
    pub(crate) fn keep(mut self) -> PathBuf {
        self.folder.disable_cleanup(true);
        self.folder.path().to_owned()
    }

    /// Runs a Terraform command to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Result<Finished, Failure> {
        self.start(arguments, None)?.finish()
    }

    /// Starts a Terraform command in a process group of its own, as a shell does. The mount script runs
    /// first, in a mount namespace that only this command sees.
    pub(crate) fn start(
        &self,
        arguments: &[&str],
        mount_script: Option<&str>,
    ) -> Result<Running, Failure> {
        let mut command = match mount_script {
            None => Command::new(&self.tools.terraform),
            Some(script) => {
                let mut command = Command::new("unshare");
                let script = format!("set -e\n{script}\nexec \"$0\" \"$@\"");
                command.args(["-rm", "sh", "-c", &script]).arg(&self.tools.terraform);
                command
            }
        };
        self.launch(command.args(arguments), &arguments.join(" "))
    }

    /// Runs a command of the provider itself, such as `journal settle`.
    pub(crate) fn run_provider(&self, arguments: &[&str]) -> Result<Finished, Failure> {
        let mut command = Command::new(&self.tools.provider);
        self.launch(command.args(arguments), &arguments.join(" "))?.finish()
    }

    fn launch(&self, command: &mut Command, title: &str) -> Result<Running, Failure> {
        let output = self.folder().join("output");
        let number = fs::read_dir(&output).map(Iterator::count).unwrap_or_default();
        let first: String =
            title.chars().take(40).map(|c| if c == '/' { '_' } else { c }).collect();
        let output = output.join(format!("{number:02} {first}"));
        let written = File::create(&output).context("the file for the output can't be created")?;
        let child = command
            .current_dir(self.module())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.folder())
            .env("TMPDIR", self.temporary())
            .env("CHECKPOINT_DISABLE", "1")
            .env("NO_PROXY", "127.0.0.1")
            .env("TF_CLI_CONFIG_FILE", self.folder().join("terraform.rc"))
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(written.try_clone().context("the file handle can't be duplicated")?)
            .stderr(written)
            .process_group(0)
            .spawn()
            .context(format_args!("`{title}` can't be run"))?;
        Ok(Running { title: title.to_owned(), child, output })
    }

    /// The attributes of the only object in the state, or null if there is none.
    pub(crate) fn attributes(&self) -> Value {
        let state = fs::read(self.module().join("terraform.tfstate")).unwrap_or_default();
        let state: Value = serde_json::from_slice(&state).unwrap_or_default();
        let found = state.pointer("/resources/0/instances/0/attributes");
        found.cloned().unwrap_or_default()
    }

    /// The text of the state.
    pub(crate) fn state_text(&self) -> String {
        fs::read_to_string(self.module().join("terraform.tfstate")).unwrap_or_default()
    }

    /// Kills every provider that runs in this folder with `kill -9`, and returns their number.
    pub(crate) fn kill_providers(&self) -> usize {
        let killed =
            self.providers().into_iter().map(|provider| kill_process(provider, Signal::KILL));
        killed.flatten().count()
    }

    /// Waits until no provider runs in this folder. Returns false if one is still running after a while.
    pub(crate) fn providers_ended(&self) -> bool {
        let deadline = Instant::now() + ORPHAN_TIMEOUT;
        while !self.providers().is_empty() {
            if deadline < Instant::now() {
                return false;
            }
            thread::sleep(Duration::from_millis(50));
        }
        true
    }

    /// How many temporary files and folders are left.
    pub(crate) fn leftovers(&self) -> usize {
        fs::read_dir(self.temporary()).map(Iterator::count).unwrap_or_default()
    }

    /// The provider processes that Terraform started in this folder.
    fn providers(&self) -> Vec<Pid> {
        let variable = format!("TMPDIR={}", self.temporary().display());
        let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
        processes
            .filter(|process| {
                let process = process.path();
                fs::read_link(process.join("exe")).is_ok_and(|exe| exe == self.tools.provider)
                    && fs::read(process.join("environ")).is_ok_and(|all| {
                        all.split(|byte| *byte == 0).any(|one| one == variable.as_bytes())
                    })
            })
            .filter_map(|process| Pid::from_raw(process.file_name().to_str()?.parse().ok()?))
            .collect()
    }
}

/// A command that is running.
pub(crate) struct Running {
    title: String,
    child: Child,
    output: PathBuf,
}

impl Running {
    /// Waits until something has happened. Returns false if the command ends first.
    pub(crate) fn wait_until(&mut self, happened: impl Fn() -> bool) -> Result<bool, Failure> {
        let deadline = Instant::now() + TIMEOUT;
        loop {
            if happened() {
                return Ok(true);
            }
            if self.status()?.is_some() {
                return Ok(false);
            }
            self.kill_after(deadline)?;
            thread::sleep(POLL_INTERVAL);
        }
    }

    /// Sends Ctrl-C to the whole process group, as a terminal does.
    pub(crate) fn interrupt(&self) {
        self.signal_group(Signal::INT);
    }

    /// Kills Terraform with `kill -9`, but not the provider.
    pub(crate) fn kill(&self) {
        if let Some(pid) = self.pid() {
            // The process may have ended already.
            let _ = kill_process(pid, Signal::KILL);
        }
    }

    /// Waits until the command ends.
    pub(crate) fn finish(mut self) -> Result<Finished, Failure> {
        let deadline = Instant::now() + TIMEOUT;
        let status = loop {
            match self.status()? {
                Some(status) => break status,
                None => self.kill_after(deadline)?,
            }
            thread::sleep(POLL_INTERVAL);
        };
        let output = fs::read_to_string(&self.output).unwrap_or_default();
        Ok(Finished { code: status.code(), output })
    }

    fn status(&mut self) -> Result<Option<ExitStatus>, Failure> {
        self.child.try_wait().context("the status of Terraform is unknown")
    }

    fn kill_after(&mut self, deadline: Instant) -> Result<(), Failure> {
        if Instant::now() < deadline {
            return Ok(());
        }
        self.signal_group(Signal::KILL);
        let _ = self.child.wait();
        Err(Failure::new(format!("`{}` did not end within {TIMEOUT:?}", self.title)))
    }

    fn signal_group(&self, signal: Signal) {
        if let Some(pid) = self.pid() {
            // The process may have ended already.
            let _ = kill_process_group(pid, signal);
        }
    }

    fn pid(&self) -> Option<Pid> {
        Pid::from_raw(self.child.id().try_into().ok()?)
    }
}

/// A command that has ended.
#[derive(Debug)]
pub(crate) struct Finished {
    /// The exit code; `None` if a signal ended the command.
    pub(crate) code: Option<i32>,
    /// What it wrote to stdout and to stderr.
    pub(crate) output: String,
}

impl Finished {
    pub(crate) fn succeeded(&self) -> bool {
        self.code == Some(0)
    }

    /// The output without Terraform's line breaks and frames.
    pub(crate) fn text(&self) -> String {
        let words = self.output.split_whitespace().filter(|word| !["│", "╷", "╵"].contains(word));
        words.collect::<Vec<_>>().join(" ")
    }

    /// Every error, from its summary to the next error.
    pub(crate) fn errors(&self) -> impl Iterator<Item = &str> {
        self.output.split("Error: ").skip(1)
    }

    /// The summary of the first error.
    pub(crate) fn summary(&self) -> Option<&str> {
        self.errors().next()?.lines().next()
    }
}
