//! Histories that were violated once must hold for good, and be the same whenever they are replayed.

use std::path::Path;

use lumen_simulate::{Regression, files};

#[test]
fn every_history_that_was_violated_once_holds_and_is_the_same_twice() -> Result<(), String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("histories");
    let files = files(&folder)?;
    assert!(!files.is_empty(), "there is no history in {}", folder.display());
    let mut broken = Vec::new();
    for file in files {
        let regression = Regression::read(&file)?;
        let (once, again) = (regression.replay(true), regression.replay(true));
        if !once.violations.is_empty() {
            broken.push(format!("{}\n{}", regression.title(), regression.story(&once)));
        }
        if once.log != again.log {
            broken.push(format!("{}: it is not the same twice", regression.title()));
        }
    }

    assert!(broken.is_empty(), "{}", broken.join("\n\n"));
    Ok(())
}
