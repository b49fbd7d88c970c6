//! `cargo xtask docs`: the test that checks the pages also writes them.

use lumen_report::failure::{Context, Failure};
use lumen_terraform::provider;

/// Writes the pages under `docs/` again.
pub(crate) fn write() -> Result<(), Failure> {
    let status = provider::nested_cargo()
        .args(["test", "--quiet", "--package", provider::PACKAGE, "--test", "docs"])
        .env("UPDATE_EXPECT", "1")
        .status()
        .context("cargo can't be run")?;
    if !status.success() {
        return Err(Failure::new("The pages are not complete: see above what is missing."));
    }
    println!("The pages under docs/ say what the schemas and the examples say.");
    Ok(())
}
