//! The getting started guide, from its first command to its last.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::pages::{Block, ROOT, blocks};
use crate::terraform::{Terraform, program, provider};

pub(crate) const PAGE: &str = "docs/guides/getting-started.md";

/// The port in the guide. The test uses a free port instead.
const PORT: &str = "8080";

/// The commands that this test does not run, and why.
const NOT_RUN: [(&str, &str); 3] = [
    (
        "cargo xtask mirror",
        "it has a story of its own, in `package`; here the mirror already exists",
    ),
    ("cargo run -p lumen-simulator ", "it runs beside the others: see `Lumen`"),
    ("export LUMEN_CLIENT_ID=...", "the test has no real account, and keeps the simulator's"),
];

/// Marks a refusal that the guide shows, such as `terraform plan  # refused: costs more than …`.
const REFUSED: &str = "# refused: ";

#[test]
fn the_first_guide_works_from_its_first_command_to_its_last() {
    let home = tempfile::tempdir().unwrap();
    let checkout = home.path().join("checkout");
    given_a_checkout(&checkout);
    let mirrored = Terraform::with_mirror(Vec::new());
    let settings = mirrored.folder().join("terraform.rc");
    fs::copy(settings, home.path().join(".terraformrc")).unwrap();
    let blocks = blocks(PAGE);
    let lumen = Lumen::start(&blocks);

    let mut script = format!("set -euo pipefail\nterraform() {{ {ANSWERED}; }}\n");
    for block in &blocks {
        let steps = match block.language.as_str() {
            "shell" => commands(block),
            "terraform" => format!("cat >main.tf <<'HERE'\n{}HERE\n", block.text),
            _ => continue,
        };
        if block.heading == "Find a site and a billing account" && block.language == "terraform" {
            script += "mkdir \"$HOME/account\"\ncd \"$HOME/account\"\n";
        }
        script += &["echo '# ", &block.place, "'\n", &steps].concat();
    }
    let script = script.replace(PORT, &lumen.port);

    let ran = Command::new("bash")
        .args(["-c", &script])
        .current_dir(&checkout)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", home.path())
        .env("CHECKPOINT_DISABLE", "1")
        .env("TERRAFORM", program())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let (said, complained) =
        (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success(), "{said}\n{complained}");

    // The orders of the quickstart, followed by those of the connection in the second part.
    assert_eq!(lumen.actions(), ["add", "modify", "delete", "add", "delete"]);
}

#[test]
fn the_first_guide_installs_the_provider_as_the_readme_does() {
    let installs = |page: &str| {
        let is_it = |block: &Block| block.text.contains("cargo xtask mirror");
        blocks(page).into_iter().find(is_it).expect("a page that describes how to install it").text
    };
    assert_eq!(installs(PAGE), installs("README.md"));
}

/// Runs the Terraform of these tests, and answers `yes` to every prompt.
const ANSWERED: &str = "\"$TERRAFORM\" \"$@\" < <(yes yes)";

/// Creates the files that new users have, as far as the guide uses them.
fn given_a_checkout(folder: &Path) {
    let quickstart = folder.join("examples/quickstart");
    fs::create_dir_all(&quickstart).unwrap();
    for file in fs::read_dir(Path::new(ROOT).join("examples/quickstart")).unwrap() {
        let file = file.unwrap();
        if file.path().is_file() {
            fs::copy(file.path(), quickstart.join(file.file_name())).unwrap();
        }
    }
}

/// The commands of a block that this test runs. A refusal must happen, with the text that the guide shows.
fn commands(block: &Block) -> String {
    let skipped = |line: &str| NOT_RUN.iter().any(|(what, _)| line.starts_with(what));
    let is_of_account = block.text.lines().any(|line| line.starts_with(NOT_RUN[2].0));
    if is_of_account {
        return String::new();
    }
    let lines = block.text.lines().filter(|line| !skipped(line));
    lines
        .map(|line| match line.split_once(REFUSED) {
            Some((command, words)) => format!(
                "if {command} >refusal 2>&1; then exit 1; fi\ntr -s ' \\n│' ' ' <refusal | grep -F '{words}'\n"
            ),
            None => format!("{line}\n"),
        })
        .collect()
}

/// The simulator, started as in the guide.
struct Lumen {
    process: Child,
    port: String,
}

impl Lumen {
    fn start(blocks: &[Block]) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let port = port.to_string();
        let mut shell = blocks.iter().filter(|block| block.heading == "Start the simulator");
        let (start, exports) = (shell.next().unwrap(), shell.next().unwrap());
        let command = start.text.replace(PORT, &port);
        // The copy of the provider that the other tests use must be made before cargo builds for this test.
        provider();

        let mut process = Command::new("sh")
            .args(["-c", &format!("exec {command}")])
            .current_dir(ROOT)
            .stdout(Stdio::piped())
            .process_group(0)
            .spawn()
            .unwrap();
        let printed = BufReader::new(process.stdout.take().unwrap()).lines().map_while(Result::ok);
        let expected: Vec<String> =
            exports.text.replace(PORT, &port).lines().map(str::to_owned).collect();
        let printed: Vec<String> =
            printed.filter(|line| !line.starts_with('#')).take(expected.len()).collect();
        let lumen = Self { process, port };
        assert_eq!(printed, expected, "the simulator prints what the guide shows");
        lumen
    }

    /// The actions of the orders that Lumen accepted, oldest first.
    fn actions(&self) -> Vec<String> {
        let ledger = format!("http://127.0.0.1:{}/_simulator/ledger", self.port);
        let answer = Command::new("curl").args(["-sS", &ledger]).output().unwrap();
        let ledger: Value = serde_json::from_slice(&answer.stdout).expect("a ledger");
        let orders = ledger["orders"].as_array().expect("orders");
        orders.iter().map(|order| order["action"].as_str().unwrap().to_lowercase()).collect()
    }
}

impl Drop for Lumen {
    fn drop(&mut self) {
        // The simulator may be a child of `cargo run`. Both are in the process group.
        let group = format!("-{}", self.process.id());
        let _ = Command::new("kill").args(["-INT", "--", &group]).status();
        let _ = self.process.wait();
    }
}
