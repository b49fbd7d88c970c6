//! `cargo xtask mirror`: creates a filesystem mirror from which `terraform init` installs the provider
//! without a registry.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::Args;
use lumen_report::failure::{Context, Failure};
use lumen_terraform::SOURCE_ADDRESS;
use lumen_terraform::provider::{PACKAGE, VERSION, workspace};

use crate::package;
use crate::platform::Platform;

/// What to put into the mirror, and where.
#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    build: package::Build,
    /// Folder for the package [default: target/package]
    #[arg(long, value_name = "FOLDER")]
    package: Option<PathBuf>,
    /// Folder for the mirror [default: target/mirror]
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
}

/// Packages the provider, copies the package to a mirror, and prints the settings that make Terraform use
/// the mirror.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let folder = options.package.clone().unwrap_or_else(package::default_folder);
    let archive = package::make(&options.build, &folder)?;
    let mirror = options.out.clone().unwrap_or_else(|| workspace().join("target").join("mirror"));
    let mirror = std::path::absolute(&mirror).context("the path of the mirror is invalid")?;
    let added = add_archive(&mirror, &archive).context("the mirror can't be written")?;

    eprintln!("\nThe provider is at {}.", added.display());
    eprintln!("Add this to ~/.terraformrc, or on Windows to %APPDATA%\\terraform.rc:\n");
    print!("{}", settings(&mirror));
    Ok(())
}

/// Adds a package to a mirror, as `HOST/NAMESPACE/TYPE/terraform-provider-TYPE_VERSION_OS_ARCH.zip`.
fn add_archive(mirror: &Path, archive: &Path) -> io::Result<PathBuf> {
    let folder = mirror.join(SOURCE_ADDRESS);
    fs::create_dir_all(&folder)?;
    let place = folder.join(archive.file_name().unwrap_or_default());
    fs::copy(archive, &place).map(|_| place)
}

/// Adds an unpackaged program to a mirror, as
/// `HOST/NAMESPACE/TYPE/VERSION/OS_ARCH/terraform-provider-TYPE_vVERSION`.
pub(crate) fn add_program(mirror: &Path, provider: &Path) -> io::Result<()> {
    let platform = Platform::here();
    let folder = mirror.join(SOURCE_ADDRESS).join(VERSION).join(platform.to_string());
    fs::create_dir_all(&folder)?;
    let name = format!("{PACKAGE}_v{VERSION}{}", platform.program_suffix());
    fs::copy(provider, folder.join(name)).map(drop)
}

/// Settings that take this provider from the mirror, and all others from their registries.
fn settings(mirror: &Path) -> String {
    // Terraform requires forward slashes, even on Windows.
    let mirror = mirror.display().to_string().replace('\\', "/");
    format!(
        r#"provider_installation {{
  filesystem_mirror {{
    path    = "{mirror}"
    include = ["{SOURCE_ADDRESS}"]
  }}
  direct {{
    exclude = ["{SOURCE_ADDRESS}"]
  }}
}}
"#
    )
}
