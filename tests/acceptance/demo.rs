//! What the README promises to newcomers.

use std::process::Command;

use crate::pages::{ROOT, blocks};

#[test]
fn the_first_commands_of_the_readme_work() {
    // What cargo built for the other stories must be out of the way of what it builds for this one.
    crate::terraform::provider();
    let block = blocks("README.md").into_iter().next().expect("the README has commands");

    // Testing is what goes on here.
    let commands = block.commands().filter(|line| !line.starts_with("cargo test"));
    let mut worked = 0;
    for command in commands {
        let ended = Command::new("sh").args(["-c", command]).current_dir(ROOT).output().unwrap();
        let said = String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.success(), "{command}\n{said}");
        worked += 1;
    }
    assert!(worked > 0, "the README begins with other commands: {}", block.text);
}
