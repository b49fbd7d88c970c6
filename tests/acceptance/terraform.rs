//! Terraform as a child process, in its own folder and environment.

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{LazyLock, OnceLock};
use std::time::{Duration, Instant};
use std::{env, process, thread};

use std::os::unix::process::CommandExt as _;

use serde_json::Value;
use tempfile::TempDir;

/// The address under which configurations require the provider.
pub(crate) const SOURCE_ADDRESS: &str = "registry.terraform.io/lumen-community/lumen";

/// The time limit for every command and every event in these tests.
const PATIENCE: Duration = Duration::from_mins(2);

/// A copy of the provider that cargo built for these tests, in a folder that only they use: a test that
/// runs cargo rebuilds the original.
pub(crate) fn provider() -> &'static Path {
    static COPY: LazyLock<PathBuf> = LazyLock::new(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("acceptance");
        fs::create_dir_all(&folder).unwrap();
        // The file is moved into place when it is complete, because another run may be using the existing
        // one.
        let fresh = folder.join(process::id().to_string());
        fs::copy(env!("CARGO_BIN_EXE_terraform-provider-lumen"), &fresh).unwrap();
        let copy = folder.join("terraform-provider-lumen");
        fs::rename(fresh, &copy).unwrap();
        copy
    });
    &COPY
}

/// A folder in which Terraform runs. Dropping this removes the folder.
pub(crate) struct Terraform {
    folder: TempDir,
    module: PathBuf,
    environment: Vec<(&'static str, String)>,
}

impl Terraform {
    /// Uses the provider directly, without a lock file and without `init`.
    pub(crate) fn with_override(environment: Vec<(&'static str, String)>) -> Self {
        let folder = provider().parent().unwrap();
        let installation = format!(
            "dev_overrides {{\n \"{SOURCE_ADDRESS}\" = \"{}\"\n}}\n direct {{}}",
            folder.display()
        );
        Self::new(environment, |_| installation)
    }

    /// Creates a registry mirror from which `init` installs the provider.
    pub(crate) fn with_mirror(environment: Vec<(&'static str, String)>) -> Self {
        let version = env!("CARGO_PKG_VERSION");
        Self::new(environment, |folder| {
            let mirror = folder.join("mirror");
            let place = mirror.join(SOURCE_ADDRESS).join(version).join(platform());
            fs::create_dir_all(&place).unwrap();
            let name = format!("terraform-provider-lumen_v{version}");
            fs::copy(provider(), place.join(name)).unwrap();
            format!("filesystem_mirror {{\n path = \"{}\"\n}}", mirror.display())
        })
    }

    fn new(
        environment: Vec<(&'static str, String)>,
        installation: impl FnOnce(&Path) -> String,
    ) -> Self {
        let folder = TempDir::with_prefix("lumen-").unwrap();
        let installation = installation(folder.path());
        let settings = format!("provider_installation {{\n {installation}\n}}\n");
        fs::write(folder.path().join("terraform.rc"), settings).unwrap();
        for inside in ["tmp", "output", "module"] {
            fs::create_dir(folder.path().join(inside)).unwrap();
        }
        let module = folder.path().join("module");
        Self { folder, module, environment }
    }

    /// The folder that contains everything that Terraform and the provider leave behind.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The folder of the provider's sockets and other temporary files.
    pub(crate) fn temporary(&self) -> PathBuf {
        self.folder().join("tmp")
    }

    /// The current files in the temporary folder.
    pub(crate) fn temporary_files(&self) -> Vec<OsString> {
        let entries = fs::read_dir(self.temporary()).unwrap().flatten();
        entries.map(|entry| entry.file_name()).collect()
    }

    /// The folder of the module that is applied.
    pub(crate) fn module(&self) -> &Path {
        &self.module
    }

    /// Changes to another module, which has no state yet.
    pub(crate) fn enter(&mut self, name: &str) {
        self.module = self.folder().join(name);
        fs::create_dir(&self.module).unwrap();
    }

    /// Sets a variable of the module, if it has one of this name.
    pub(crate) fn set(&mut self, variable: &'static str, value: impl Into<String>) {
        self.environment.push((variable, value.into()));
    }

    /// Writes a file of the module.
    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.module().join(name), text).unwrap();
    }

    /// Runs a command until it ends.
    pub(crate) fn run(&self, arguments: &[&str]) -> Outcome {
        self.start(arguments).finish()
    }

    /// Runs the commands of a script that start with `terraform`.
    #[track_caller]
    pub(crate) fn run_script(&self, script: &Path) {
        let script = fs::read_to_string(script).unwrap();
        for command in script.lines().filter_map(|line| line.strip_prefix("terraform ")) {
            self.run(&command.split_whitespace().collect::<Vec<_>>()).succeeds();
        }
    }

    /// Starts a command in its own process group, as a shell does.
    pub(crate) fn start(&self, arguments: &[&str]) -> Running {
        self.start_program(&program(), arguments)
    }

    /// Starts another program in the same environment.
    pub(crate) fn start_program(&self, program: &Path, arguments: &[&str]) -> Running {
        let name = program.file_name().unwrap_or_default().display().to_string();
        let command = [&[&*name], arguments].concat().join(" ");
        let output = self.folder().join("output");
        let number = fs::read_dir(&output).unwrap().count();
        let output = output.join(format!("{number:02} {}", command.replace('/', "_")));
        let written = File::create(&output).unwrap();
        let child = Command::new(program)
            .args(arguments)
            .current_dir(self.module())
            .env_clear()
            .env("PATH", env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.folder())
            .env("TMPDIR", self.temporary())
            .env("CHECKPOINT_DISABLE", "1")
            .env("TF_CLI_CONFIG_FILE", self.folder().join("terraform.rc"))
            .env("TF_INPUT", "0")
            .env("TF_LOG", "TRACE")
            .env("TF_LOG_PATH", self.folder().join("trace.log"))
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(written.try_clone().unwrap())
            .stderr(written)
            .process_group(0)
            .spawn()
            .expect("the program can be started");
        Running { command, child, output }
    }

    /// Runs `terraform apply` without prompts.
    pub(crate) fn apply(&self, arguments: &[&str]) -> Outcome {
        self.run(&[&["apply", "-auto-approve", "-no-color"], arguments].concat())
    }

    /// Runs `terraform destroy` without prompts.
    pub(crate) fn destroy(&self) -> Outcome {
        self.run(&["destroy", "-auto-approve", "-no-color"])
    }

    /// Runs `terraform plan` with an exit code that shows whether there are changes.
    pub(crate) fn plan(&self, arguments: &[&str]) -> Outcome {
        self.run(&[&["plan", "-detailed-exitcode", "-no-color"], arguments].concat())
    }

    /// Whether this Terraform has a feature. A test that needs the feature ends early without it.
    pub(crate) fn supports(&self, feature: Feature) -> bool {
        // All tests run the same program, so one request is enough.
        static RELEASE: OnceLock<Release> = OnceLock::new();
        let ask = || Release::told_by(&self.run(&["version"]).succeeds().output);
        RELEASE.get_or_init(ask).has(feature)
    }

    /// The state as Terraform shows it.
    pub(crate) fn show_state(&self) -> Value {
        self.show(&[])
    }

    /// Runs `terraform show -json` for the state or for a plan.
    pub(crate) fn show(&self, arguments: &[&str]) -> Value {
        self.json(&[&["show", "-json", "-no-color"], arguments].concat())
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let shown = self.run(arguments).succeeds();
        let start = shown.output.find('{').expect("JSON");
        // Warnings about the override may precede the JSON.
        let mut values = serde_json::Deserializer::from_str(&shown.output[start..]).into_iter();
        values.next().expect("JSON").expect("JSON")
    }

    /// The state file, or an empty value before the first one is written.
    pub(crate) fn state_file(&self) -> Value {
        match fs::read(self.module().join("terraform.tfstate")) {
            Ok(state) => serde_json::from_slice(&state).expect("the state is JSON"),
            Err(_) => Value::Null,
        }
    }
}

/// A running command.
pub(crate) struct Running {
    command: String,
    child: Child,
    output: PathBuf,
}

impl Running {
    /// Waits until an event has happened.
    pub(crate) fn until(&mut self, event: &str, happened: impl Fn() -> bool) {
        self.until_it(event, |_| happened());
    }

    /// Waits until the command has written this text.
    pub(crate) fn until_it_says(&mut self, words: &str) {
        self.until_it(words, |running| unframed(&running.written()).contains(words));
    }

    fn until_it(&mut self, event: &str, happened: impl Fn(&Self) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !happened(self) {
            let ended = self.child.try_wait().unwrap();
            assert!(ended.is_none(), "it ended before {event}: {}", self.written());
            assert!(Instant::now() < deadline, "it never came that {event}: {}", self.written());
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits a moment, and returns whether the command is still running.
    pub(crate) fn is_running(&mut self) -> bool {
        thread::sleep(Duration::from_millis(10));
        self.child.try_wait().unwrap().is_none()
    }

    /// Sends Ctrl-C to the whole process group, as a terminal does.
    pub(crate) fn interrupt(&self) {
        self.signal("INT", &format!("-{}", self.child.id()));
    }

    /// Sends `kill -9` to Terraform alone.
    pub(crate) fn kill(&self) {
        self.signal("KILL", &self.child.id().to_string());
    }

    fn signal(&self, signal: &str, whom: &str) {
        let sent = Command::new("kill").args([&format!("-{signal}"), "--", whom]).status();
        assert!(sent.expect("`kill` is there").success(), "{} has ended", self.command);
    }

    /// Waits until the command ends.
    pub(crate) fn finish(mut self) -> Outcome {
        let deadline = Instant::now() + PATIENCE;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            if deadline < Instant::now() {
                self.signal("KILL", &format!("-{}", self.child.id()));
                panic!("{} did not end: {}", self.command, self.written());
            }
            thread::sleep(Duration::from_millis(10));
        };
        let output = self.written();
        Outcome { command: self.command, code: status.code(), output }
    }

    /// Waits until the command ends and the processes that it leaves running have written this text.
    pub(crate) fn finish_saying(self, words: &str) -> Outcome {
        let output = self.output.clone();
        let mut outcome = self.finish();
        let deadline = Instant::now() + Duration::from_secs(10);
        while !unframed(&outcome.output).contains(words) && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(10));
            outcome.output = fs::read_to_string(&output).unwrap_or_default();
        }
        outcome.says(words)
    }

    fn written(&self) -> String {
        fs::read_to_string(&self.output).unwrap_or_default()
    }
}

/// The result of a command.
pub(crate) struct Outcome {
    command: String,
    /// `None` if a signal ended the command.
    code: Option<i32>,
    /// The text that the command wrote to both outputs.
    output: String,
}

impl Outcome {
    #[track_caller]
    fn ends_with(self, code: i32) -> Self {
        assert!(self.code == Some(code), "expected {code}: {self}");
        self
    }

    #[track_caller]
    pub(crate) fn succeeds(self) -> Self {
        self.ends_with(0)
    }

    #[track_caller]
    pub(crate) fn fails(self) -> Self {
        self.ends_with(1)
    }

    /// Asserts that a plan has no changes.
    #[track_caller]
    pub(crate) fn finds_nothing_to_do(self) -> Self {
        self.ends_with(0)
    }

    /// Asserts that a plan has changes.
    #[track_caller]
    pub(crate) fn finds_changes(self) -> Self {
        self.ends_with(2)
    }

    /// Asserts that the output contains this text, regardless of how Terraform wrapped and framed it.
    #[track_caller]
    pub(crate) fn says(self, words: &str) -> Self {
        let said = unframed(&self.output).contains(words);
        assert!(said, "expected to read {words:?}: {self}");
        self
    }

    /// Whether the output contains this text.
    pub(crate) fn shows(&self, words: &str) -> bool {
        unframed(&self.output).contains(words)
    }

    /// Asserts how many times the output contains this text.
    #[track_caller]
    pub(crate) fn says_so_often(self, words: &str, times: usize) -> Self {
        let said = unframed(&self.output).matches(words).count();
        assert_eq!(said, times, "{words:?}: {self}");
        self
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { command, code, output } = self;
        write!(formatter, "{command} ended with {code:?}\n{output}")
    }
}

fn unframed(output: &str) -> String {
    let words = output.split_whitespace().filter(|word| !["│", "╷", "╵"].contains(word));
    words.collect::<Vec<_>>().join(" ")
}

/// A feature that a test needs and that a release may lack. Every release has the features of Terraform
/// 1.8, the oldest supported one, such as import blocks, `terraform test`, and moves between types.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Feature {
    /// `provider::lumen::…` in expressions.
    Functions,
    /// `ephemeral` blocks, variables and outputs.
    EphemeralValues,
    /// Arguments that are sent but never stored.
    WriteOnlyArguments,
    /// Identities in the state, and in import blocks.
    Identities,
    /// `list` blocks and `terraform query`.
    Queries,
    /// `action` blocks, `action_trigger` and `-invoke`.
    Actions,
}

impl Feature {
    /// The minor release of Terraform 1 that introduced the feature.
    fn since_terraform(self) -> u32 {
        match self {
            Self::Functions => 8,
            Self::EphemeralValues => 10,
            Self::WriteOnlyArguments => 11,
            Self::Identities => 12,
            Self::Queries | Self::Actions => 14,
        }
    }

    /// The minor release of `OpenTofu` 1 that introduced the feature according to its release notes. None
    /// of this was tested.
    fn since_opentofu(self) -> Option<u32> {
        match self {
            Self::Functions => Some(7),
            Self::EphemeralValues | Self::WriteOnlyArguments => Some(11),
            Self::Identities | Self::Queries | Self::Actions => None,
        }
    }
}

/// A release of one of the two programs that run providers.
enum Release {
    Terraform { major: u32, minor: u32 },
    OpenTofu { major: u32, minor: u32 },
}

impl Release {
    /// Parses the output of `terraform version`, whose first line looks like `Terraform v1.11.4`.
    #[track_caller]
    fn told_by(output: &str) -> Self {
        let (product, version) =
            output.lines().find_map(|line| line.split_once(" v")).expect("a version");
        let mut numbers = version.split('.').map(|number| number.parse().expect("a number"));
        let mut number = || numbers.next().expect("a number");
        let (major, minor) = (number(), number());
        match product {
            "OpenTofu" => Self::OpenTofu { major, minor },
            _ => Self::Terraform { major, minor },
        }
    }

    fn has(&self, feature: Feature) -> bool {
        match *self {
            Self::Terraform { major, minor } => (1, feature.since_terraform()) <= (major, minor),
            Self::OpenTofu { major, minor } => {
                feature.since_opentofu().is_some_and(|since| (1, since) <= (major, minor))
            }
        }
    }
}

#[test]
fn a_release_has_what_came_with_it_or_before() {
    use Feature::{Actions, EphemeralValues, Functions, Identities, Queries, WriteOnlyArguments};
    let known_to = |told: &str| {
        let release = Release::told_by(told);
        let all = [Functions, EphemeralValues, WriteOnlyArguments, Identities, Queries, Actions];
        all.into_iter().filter(|feature| release.has(*feature)).collect::<Vec<_>>()
    };

    assert_eq!(known_to("Terraform v1.8.0\non linux_amd64\n"), [Functions]);
    let of_1_13 = [Functions, EphemeralValues, WriteOnlyArguments, Identities];
    assert_eq!(known_to("Terraform v1.13.5\non linux_amd64\n"), of_1_13);
    let of_opentofu = [Functions, EphemeralValues, WriteOnlyArguments];
    assert_eq!(known_to("OpenTofu v1.11.0-beta1\non linux_amd64\n"), of_opentofu);
}

/// Returns the program. Without Terraform these tests fail; they are never skipped.
pub(crate) fn program() -> PathBuf {
    if let Some(named) = env::var_os("TERRAFORM").filter(|named| !named.is_empty()) {
        return named.into();
    }
    let folders = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&folders)
        .map(|folder| folder.join("terraform"))
        .find(|program| program.is_file())
        .expect("`terraform` is not on the PATH; name it: TERRAFORM=/path/to/terraform cargo test")
}

/// Terraform's name of this operating system and processor.
pub(crate) fn platform() -> String {
    let system = match env::consts::OS {
        "macos" => "darwin",
        other => other,
    };
    let processor = match env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    format!("{system}_{processor}")
}
