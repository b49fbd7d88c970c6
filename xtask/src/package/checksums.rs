//! `SHA256SUMS`: the checksums that the Registry and `sha256sum --check` use to verify a release.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use lumen_report::failure::{Context, Failure};
use lumen_terraform::provider::{PACKAGE, VERSION};
use sha2::{Digest as _, Sha256};

use super::{SIMULATOR, read, write};

/// A file that is part of a release.
pub(super) struct Sum {
    pub(super) name: String,
    /// In bytes.
    pub(super) size: usize,
    /// In hexadecimal digits.
    pub(super) sha256: String,
}

impl Sum {
    fn is_archive(&self) -> bool {
        Path::new(&self.name).extension().is_some_and(|it| it == "zip")
    }
}

/// Writes the checksums of all files of this version in a folder, and returns them sorted by name.
pub(super) fn write_list(folder: &Path) -> Result<Vec<Sum>, Failure> {
    let releases = [PACKAGE, SIMULATOR].map(|package| format!("{package}_{VERSION}_"));
    let list = format!("{PACKAGE}_{VERSION}_SHA256SUMS");
    let mut sums = Vec::new();
    let missing = || format!("{} can't be read", folder.display());
    for entry in fs::read_dir(folder).context(missing())? {
        let entry = entry.context(missing())?;
        let name = entry.file_name().to_string_lossy().into_owned();
        // The signature is made from the list, so the list can't contain the checksum of the signature.
        if releases.iter().any(|release| name.starts_with(release)) && !name.starts_with(&list) {
            let bytes = read(&entry.path())?;
            sums.push(Sum { name, size: bytes.len(), sha256: sha256(&bytes) });
        }
    }
    if !sums.iter().any(Sum::is_archive) {
        let folder = folder.display();
        return Err(Failure::new(format!("{folder} contains no package of {PACKAGE} {VERSION}.")));
    }
    sums.sort_by(|one, other| one.name.cmp(&other.name));
    let lines = sums.iter().fold(String::new(), |mut lines, sum| {
        let _ = writeln!(lines, "{}  {}", sum.sha256, sum.name);
        lines
    });
    write(&folder.join(list), lines.as_bytes())?;
    Ok(sums)
}

/// The SHA-256 hash of the bytes, in hexadecimal digits.
pub(super) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut digits, byte| {
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}
