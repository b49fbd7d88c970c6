//! What of Terraform the stories are about.

use clap::ValueEnum;

use super::program::{Product, Program};

/// Some modules of the stories, which need the same of Terraform.
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

    /// The modules of `tests/acceptance` whose stories are told. Those about this repository, such as
    /// the demonstration's, are in none.
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

    /// Whether a program has what the stories are about. Their own guards say the same one by one, in
    /// `tests/acceptance`: a story that ended early there must not count as told here.
    pub(crate) fn is_in(self, program: &Program) -> bool {
        let since = match program.product {
            Product::Terraform => Some(self.since_terraform()),
            Product::OpenTofu => self.since_opentofu(),
        };
        since.is_some_and(|minor| (1, minor) <= program.minor_release())
    }

    /// The minor release of Terraform 1 that brought it.
    fn since_terraform(self) -> u32 {
        match self {
            Self::Lifecycle | Self::Import | Self::Functions => 8,
            Self::Ephemeral => 10,
            Self::Identity => 12,
            Self::Query | Self::Actions => 14,
        }
    }

    /// The minor release of `OpenTofu` 1 that brought it.
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
        let stories = modules.len();
        modules.sort_unstable();
        modules.dedup();
        assert_eq!(modules.len(), stories);
    }

    #[test]
    fn a_release_is_not_asked_for_what_it_does_not_have() {
        let terraform = Program::new(Product::Terraform, "1.12.2", "terraform".into());
        let opentofu = Program::new(Product::OpenTofu, "1.12.0", "tofu".into());

        assert!(Column::Identity.is_in(&terraform) && !Column::Query.is_in(&terraform));
        assert!(Column::Ephemeral.is_in(&opentofu) && !Column::Identity.is_in(&opentofu));
    }
}
