//! Checks the promises of the README to new users.

use std::process::Command;

use crate::pages::{ROOT, blocks};

#[test]
fn the_first_commands_of_the_readme_work() {
    // The copy of the provider that the other tests use must be made before cargo builds for this test.
    crate::terraform::provider();
    let block = blocks("README.md").into_iter().next().expect("the README has commands");

    // This test is part of that command.
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
