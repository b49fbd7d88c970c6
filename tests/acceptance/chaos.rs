//! Checks the promise of the guide: at most one order, whatever fails.

use std::path::Path;
use std::process::Command;

#[test]
#[cfg(target_os = "linux")]
fn the_worst_moments_to_fail_cost_one_order_each() {
    // The copy of the provider that the other tests use must be made before cargo builds for this test.
    crate::terraform::provider();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));

    let mut chaos = Command::new(env!("CARGO"));
    chaos.args(["xtask", "chaos", "--short", "--debug", "--jobs", "6"]).current_dir(folder);
    let ended = chaos.output().unwrap();

    let told = String::from_utf8_lossy(&ended.stdout);
    let why = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success(), "{told}\n{why}");
    assert!(told.contains("12 runs:") && told.contains(" 0 are broken"), "{told}");
}
