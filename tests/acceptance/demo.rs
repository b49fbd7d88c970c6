//! What the README promises to newcomers.

use std::path::Path;
use std::process::Command;

#[test]
fn the_first_commands_of_the_readme_work() {
    // What cargo built for the other stories must be out of the way of what it builds for this one.
    crate::terraform::provider();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(folder.join("README.md")).unwrap();
    let (_, block) = readme.split_once("```shell\n").expect("the README has commands");
    let (block, _) = block.split_once("```").expect("a block ends");

    // Testing is what goes on here.
    let commands = block.lines().filter(|line| !line.starts_with("cargo test"));
    let mut worked = 0;
    for command in commands {
        let ended = Command::new("sh").args(["-c", command]).current_dir(folder).output().unwrap();
        let said = String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.success(), "{command}\n{said}");
        worked += 1;
    }
    assert!(worked > 0, "the README begins with other commands: {block}");
}
