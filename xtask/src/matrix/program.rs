//! The programs that run the provider.

use std::path::{Path, PathBuf};
use std::process::Command;

use lumen_report::failure::Failure;
use lumen_terraform::install;
use lumen_terraform::release::{KNOWN, Release};

/// The product that a program belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Product {
    Terraform,
    OpenTofu,
}

impl Product {
    fn name(self) -> &'static str {
        match self {
            Self::Terraform => "Terraform",
            Self::OpenTofu => "OpenTofu",
        }
    }
}

/// A program that runs the provider, and its version.
pub(crate) struct Program {
    pub(crate) product: Product,
    version: String,
    path: PathBuf,
}

impl Program {
    pub(crate) fn new(product: Product, version: &str, path: PathBuf) -> Self {
        Self { product, version: version.to_owned(), path }
    }

    /// `Terraform 1.8.4`
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.product.name(), self.version)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// `(1, 8)`
    pub(crate) fn minor_release(&self) -> (u32, u32) {
        let mut numbers = self.version.split('.').map(|number| number.parse().unwrap_or(0));
        (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
    }
}

/// Installs the given releases. If none are given, installs all known releases and adds the programs on the
/// `PATH`.
pub(crate) fn all(wanted: &[Release]) -> Result<Vec<Program>, Failure> {
    let releases = if wanted.is_empty() { &KNOWN } else { wanted };
    let mut programs = Vec::new();
    for release in releases {
        let path = install::install(*release)?;
        programs.push(Program::new(Product::Terraform, &release.to_string(), path));
    }
    if wanted.is_empty() {
        for (product, name) in [(Product::Terraform, "terraform"), (Product::OpenTofu, "tofu")] {
            let Some(path) = lumen_terraform::on_path(name) else { continue };
            let Some(version) = install::version(&mut Command::new(&path)) else { continue };
            let program = Program::new(product, &version, path);
            if programs.iter().all(|other| other.name() != program.name()) {
                programs.push(program);
            }
        }
    }
    Ok(programs)
}
