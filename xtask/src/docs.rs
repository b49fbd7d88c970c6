//! `cargo xtask docs`: runs the test that checks the generated pages, in the mode that writes them.

use lumen_report::failure::{Context, Failure};
use lumen_terraform::provider;

/// Generates the pages under `docs/`.
pub(crate) fn write() -> Result<(), Failure> {
    let status = provider::nested_cargo()
        .args(["test", "--quiet", "--package", provider::PACKAGE, "--test", "docs"])
        .env("UPDATE_EXPECT", "1")
        .status()
        .context("cargo can't be run")?;
    if !status.success() {
        return Err(Failure::new("The pages are incomplete. See above for what is missing."));
    }
    println!("The pages under docs/ match the schemas and the examples.");
    Ok(())
}
