//! Histories that were violated once must hold permanently, and every replay must give the same result.

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
            broken.push(format!("{}: the replay is not reproducible", regression.title()));
        }
    }

    assert!(broken.is_empty(), "{}", broken.join("\n\n"));
    Ok(())
}
