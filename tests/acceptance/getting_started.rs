//! The getting started guide, from its first command to its last, with a release on the local disk.

use std::net::TcpListener;
use std::process::{Command, Stdio};

use crate::package::{names, release};
use crate::pages::{Block, blocks};
use crate::terraform::{platform, program};

pub(crate) const PAGE: &str = "docs/guides/getting-started.md";

/// Texts of the guide that are different in the test.
const RELEASE: &str =
    "https://github.com/lumen-community/terraform-provider-lumen/releases/download/v0.1.0";
const PLATFORM: &str = "linux_amd64";
const PORT: &str = "8080";

/// The section that this test does not run: it needs the repository, and the README has the same commands.
const FROM_SOURCE: &str = "Build it yourself";

/// The command that the guide runs in a second terminal.
const SIMULATOR: &str = "./lumen-simulator ";

/// Runs the simulator in the background and waits for its last line.
const IN_BACKGROUND: &str = "\
>\"$HOME/simulator.log\" 2>&1 &
trap 'kill %1' EXIT
until grep -q LUMEN_BILLING_ACCOUNT_ID \"$HOME/simulator.log\"; do sleep 0.1; done
cat \"$HOME/simulator.log\"";

/// Marks a refusal that the guide shows, such as `terraform plan  # refused: costs more than …`.
const REFUSED: &str = "# refused: ";

/// Precedes the output of a block.
const MARK: &str = "@@ block ";

#[test]
fn the_first_guide_works_from_its_first_command_to_its_last() {
    let home = tempfile::tempdir().unwrap();
    let blocks: Vec<Block> =
        blocks(PAGE).into_iter().filter(|block| block.heading != FROM_SOURCE).collect();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let here = |text: &str| text.replace(PORT, &port).replace(PLATFORM, &platform());

    let mut script = format!("set -euo pipefail\nterraform() {{ {ANSWERED}; }}\n");
    for (number, block) in blocks.iter().enumerate() {
        let steps = match block.language.as_str() {
            "shell" => commands(block),
            "terraform" => format!("cat >main.tf <<'HERE'\n{}HERE\n", block.text),
            _ => continue,
        };
        script.extend(["echo '", MARK, &number.to_string(), "'\n", &steps]);
    }
    let script = here(&script).replace(RELEASE, &format!("file://{}", release().display()));
    let ran = Command::new("bash")
        .args(["-c", &format!("{script}echo '{MARK}end'\n")])
        .current_dir(home.path())
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", home.path())
        .env("CHECKPOINT_DISABLE", "1")
        .env("TF_CLI_ARGS", "-no-color")
        .env("TERRAFORM", program())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let (said, complained) =
        (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success(), "{said}\n{complained}");

    let mut compared = 0;
    for (number, block) in blocks.iter().enumerate() {
        let before = blocks[..number].iter().rposition(|block| block.language == "shell");
        let (Some(before), "text") = (before, block.language.as_str()) else { continue };
        let mark = format!("{MARK}{before}\n");
        let output = said.split_once(&mark).and_then(|(_, rest)| rest.split(MARK).next());
        says(output.unwrap_or_default(), &here(&block.text), &block.place);
        compared += 1;
    }
    assert!(compared > 5, "the outputs of the page are not understood");
    assert_eq!(
        exported(&said),
        exports(&blocks, "shell"),
        "the simulator prints what the guide shows"
    );
    assert_eq!(
        names(home.path()),
        [".terraform.d", "refusal", "simulator.log"],
        "the guide cleans up"
    );
}

#[test]
fn both_shells_set_the_same_variables() {
    let blocks = blocks(PAGE);
    assert_eq!(exports(&blocks, "shell"), exports(&blocks, "powershell"));
    assert_eq!(exports(&blocks, "shell").len(), 5);
}

#[test]
fn the_first_guide_builds_from_source_as_the_readme_does() {
    let built = |page: &str| {
        let is_it = |block: &Block| block.text.contains("cargo xtask mirror");
        blocks(page).into_iter().find(is_it).expect("a page that describes how to build it").text
    };
    assert_eq!(built(PAGE), built("README.md"));
}

/// Runs the Terraform of these tests, and answers `yes` to every prompt.
const ANSWERED: &str = "\"$TERRAFORM\" \"$@\" < <(yes yes)";

/// The commands of a block as the test runs them. A refusal must happen, with the text that the guide shows.
fn commands(block: &Block) -> String {
    let lines = block.text.lines().map(|line| match line.split_once(REFUSED) {
        Some((command, words)) => format!(
            "if {command} >\"$HOME/refusal\" 2>&1; then exit 1; fi\ncat \"$HOME/refusal\"\ntr -s ' \\n│' ' ' <\"$HOME/refusal\" | grep -qF '{words}'\n"
        ),
        None if line.starts_with(SIMULATOR) => format!("{line} {IN_BACKGROUND}\n"),
        None => format!("{line}\n"),
    });
    lines.collect()
}

/// Checks that an output contains the lines that the guide shows, in this order. Terraform wraps and frames
/// some texts. A line `...` stands for lines that the guide leaves out.
fn says(output: &str, shown: &str, place: &str) {
    let flat = |text: &str| {
        let words = text.split(|c: char| c.is_whitespace() || "│╷╵".contains(c));
        words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
    };
    let output = flat(output);
    let mut rest = output.as_str();
    for line in shown.lines().map(flat).filter(|line| !line.is_empty() && line != "...") {
        let Some((_, after)) = rest.split_once(&line) else {
            panic!("{place}: {line:?} does not follow in\n{output}");
        };
        rest = after;
    }
}

/// The names and values of the variables that the guide sets for the simulator in this shell.
fn exports(blocks: &[Block], language: &str) -> Vec<(String, String)> {
    let mut blocks = blocks.iter().filter(|block| block.language == language);
    let block = blocks.find(|block| block.text.contains("LUMEN_BASE_URL"));
    exported(&block.expect("a block with the variables").text)
}

/// The assignments in a text, without the port.
fn exported(text: &str) -> Vec<(String, String)> {
    let assignments = text.lines().filter_map(|line| {
        let assignment = line.strip_prefix("export ").or_else(|| line.strip_prefix("$env:"))?;
        let (name, value) = assignment.split_once('=')?;
        let value = value.trim().trim_matches('\'');
        let host = value.rsplit_once(':').map_or(value, |(host, _)| host);
        Some((name.trim().to_owned(), host.to_owned()))
    });
    assignments.collect()
}
