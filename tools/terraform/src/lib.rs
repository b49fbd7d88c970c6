//! The programs that the tools in this workspace run: the [`provider`], which cargo builds, and real
//! Terraform, which is found on this machine or installed ([`install`]).

#[cfg(unix)]
pub mod install;
pub mod provider;
#[cfg(unix)]
pub mod release;

use std::env;
use std::path::{Path, PathBuf};

use lumen_report::failure::{Context, Failure};

/// The source address under which configurations require the provider.
pub const SOURCE_ADDRESS: &str = "registry.terraform.io/lumen-community/lumen";

const HOW_TO_GET_IT: &str = "\
No Terraform was found: neither `terraform` nor `tofu` (OpenTofu) is on the PATH.

Get one of them:
  any system     download the zip file from https://releases.hashicorp.com/terraform/, and put
                 the program `terraform` in it into a folder on your PATH
  macOS          brew install hashicorp/tap/terraform, or brew install opentofu
  Windows        winget install Hashicorp.Terraform, or choco install terraform
  Debian, Ubuntu, Fedora, RHEL
                 https://developer.hashicorp.com/terraform/install has the package repositories,
                 https://opentofu.org/docs/intro/install/ those of OpenTofu

If you have one elsewhere, set its path: TERRAFORM=/path/to/terraform cargo xtask demo";

/// Finds the program to run: the one that `TERRAFORM` names, or else the first of `terraform` and `tofu`
/// on the PATH.
///
/// # Errors
///
/// Fails with installation instructions if there is none.
pub fn find() -> Result<PathBuf, Failure> {
    if let Some(named) = env::var_os("TERRAFORM").filter(|named| !named.is_empty()) {
        return Ok(named.into());
    }
    ["terraform", "tofu"].iter().find_map(|name| on_path(name)).context(HOW_TO_GET_IT)
}

/// Finds a program with this name on the PATH.
#[must_use]
pub fn on_path(name: &str) -> Option<PathBuf> {
    let folders = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&folders)
        .map(|folder| folder.join(name).with_extension(env::consts::EXE_EXTENSION))
        .find(|program| program.is_file())
}

/// Terraform's settings for running the provider from the folder where it was built, without a lock file
/// and without `init`.
#[must_use]
pub fn dev_overrides(source: &str, provider: &Path) -> String {
    let folder = provider.parent().unwrap_or(provider).display();
    format!(
        "provider_installation {{\n  dev_overrides {{\n    \"{source}\" = \"{folder}\"\n  }}\n  direct {{}}\n}}\n"
    )
}
