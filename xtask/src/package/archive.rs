//! The zip archive that Terraform downloads. The same content produces the same bytes.

use std::io::{Cursor, Write as _};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use lumen_report::failure::{Context, Failure};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// A file of the archive.
pub(super) struct Entry {
    name: String,
    /// Its permissions, which do not depend on the machine that builds the package.
    permissions: u32,
    bytes: Vec<u8>,
}

impl Entry {
    pub(super) fn text(name: impl Into<String>, bytes: Vec<u8>) -> Self {
        Self { name: name.into(), permissions: 0o644, bytes }
    }

    pub(super) fn program(name: impl Into<String>, bytes: Vec<u8>) -> Self {
        Self { name: name.into(), permissions: 0o755, bytes }
    }
}

/// The compression of archives that are published: as small as possible.
pub(super) const SMALL: i64 = 9;

/// The compression of archives of debug builds: as quick as possible.
pub(super) const QUICK: i64 = 1;

/// Puts the files into an archive, in this order.
pub(super) fn zip(entries: &[Entry], level: i64, moment: Timestamp) -> Result<Vec<u8>, Failure> {
    let moment = moment.to_zoned(TimeZone::UTC).datetime();
    let moment = DateTime::try_from(moment).context("a zip file can't store the date")?;
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for Entry { name, permissions, bytes } in entries {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(level))
            .last_modified_time(moment)
            .unix_permissions(*permissions);
        archive.start_file(name, options).context(format_args!("{name} can't be packed"))?;
        archive.write_all(bytes).context(format_args!("{name} can't be packed"))?;
    }
    let archive = archive.finish().context("the archive can't be finished")?;
    Ok(archive.into_inner())
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::{Entry, SMALL, zip};

    #[test]
    fn the_same_files_give_the_same_archive() {
        // The calendar of zip files begins in 1980.
        let moment = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * 365 * 50);
        let pack = || {
            let entries =
                [Entry::text("README.md", b"read me".into()), Entry::program("run", vec![0; 9999])];
            zip(&entries, SMALL, moment).map_err(drop)
        };

        let first = pack();

        assert!(first.is_ok_and(|bytes| bytes.len() < 999));
        assert_eq!(pack(), pack());
    }
}
