//! The columns of the table: features of Terraform that the tests use.

use clap::ValueEnum;

use super::program::{Product, Program};

/// Modules of tests that need the same feature of Terraform.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Column {
    Lifecycle,
    Import,
    Functions,
    Ephemeral,
    Identity,
    Query,
    Actions,
}

impl Column {
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Lifecycle => "lifecycle",
            Self::Import => "import",
            Self::Functions => "functions",
            Self::Ephemeral => "ephemeral values",
            Self::Identity => "identity",
            Self::Query => "query",
            Self::Actions => "actions",
        }
    }

    /// The modules of `tests/acceptance`. Modules that test this repository, such as the one for the demo,
    /// are in no column.
    pub(crate) fn modules(self) -> &'static [&'static str] {
        match self {
            Self::Lifecycle => &[
                "lifecycle",
                "plan",
                "replacement",
                "voice",
                "waiting",
                "faults",
                "journal",
                "process",
                "scale",
                "examples",
            ],
            Self::Import => &["import"],
            Self::Functions => &["functions"],
            Self::Ephemeral => &["ephemeral"],
            Self::Identity => &["identity"],
            Self::Query => &["query"],
            Self::Actions => &["actions"],
        }
    }

    /// Whether a program has the feature. Without it, the tests return early, which must not count as
    /// passing.
    pub(crate) fn is_in(self, program: &Program) -> bool {
        let since = match program.product {
            Product::Terraform => Some(self.since_terraform()),
            Product::OpenTofu => self.since_opentofu(),
        };
        since.is_some_and(|minor| (1, minor) <= program.minor_release())
    }

    /// The first minor release of Terraform 1 that has the feature.
    fn since_terraform(self) -> u32 {
        match self {
            Self::Lifecycle | Self::Import | Self::Functions => 8,
            Self::Ephemeral => 10,
            Self::Identity => 12,
            Self::Query | Self::Actions => 14,
        }
    }

    /// The first minor release of `OpenTofu` 1 that has the feature.
    fn since_opentofu(self) -> Option<u32> {
        match self {
            Self::Lifecycle | Self::Import | Self::Functions => Some(7),
            Self::Ephemeral => Some(11),
            Self::Identity | Self::Query | Self::Actions => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_module_is_in_two_columns() {
        let all = Column::value_variants().iter().flat_map(|column| column.modules());
        let mut modules: Vec<&str> = all.copied().collect();
        let count = modules.len();
        modules.sort_unstable();
        modules.dedup();
        assert_eq!(modules.len(), count);
    }

    #[test]
    fn a_release_is_not_tested_for_a_feature_that_it_lacks() {
        let terraform = Program::new(Product::Terraform, "1.12.2", "terraform".into());
        let opentofu = Program::new(Product::OpenTofu, "1.12.0", "tofu".into());

        assert!(Column::Identity.is_in(&terraform) && !Column::Query.is_in(&terraform));
        assert!(Column::Ephemeral.is_in(&opentofu) && !Column::Identity.is_in(&opentofu));
    }
}
