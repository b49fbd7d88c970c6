//! The author of an entry: the Terraform state that it is written for, and the Terraform process.
//!
//! An order is resumed only for the state that it was placed for. Terraform passes neither the workspace nor
//! the backend to providers, so they are read from the files in which `terraform init` records them.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::machine::Machine;

/// Members of a backend's configuration that show where the state is. Other members may be secret.
const PLACES: [&str; 15] = [
    "address",
    "bucket",
    "container_name",
    "hostname",
    "key",
    "organization",
    "path",
    "prefix",
    "region",
    "resource_group_name",
    "schema_name",
    "secret_suffix",
    "storage_account_name",
    "workspace_key_prefix",
    "workspaces",
];

/// The author of an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Author {
    /// The state that will have the object. It is unknown in entries of earlier versions.
    pub origin: Option<Origin>,
    /// The Terraform process, if the operating system shows it.
    terraform: Option<String>,
    /// The provider process.
    run: Option<String>,
}

impl Author {
    /// Creates an author in this process.
    #[must_use]
    pub fn new(origin: Option<Origin>, terraform: Option<String>) -> Self {
        Self { origin, terraform, run: Some(format!("{:032x}", fastrand::u128(..))) }
    }

    /// The provider process.
    pub(super) fn run(&self) -> &str {
        self.run.as_deref().unwrap_or_default()
    }

    /// Whether the other author writes for another state. If the state of either is unknown, it may be the
    /// same.
    #[must_use]
    pub fn is_elsewhere(&self, other: &Self) -> bool {
        matches!((&self.origin, &other.origin), (Some(own), Some(other)) if own != other)
    }

    /// Whether the Terraform process that started this one has ended, for example by `kill -9`. If the
    /// operating system does not show the Terraform process, it is assumed to be running.
    pub(super) fn is_orphaned(&self, machine: &dyn Machine) -> bool {
        self.terraform.is_some() && self.terraform != machine.terraform()
    }

    /// Whether the other author is another provider process of the same Terraform run, as for another
    /// provider alias.
    #[must_use]
    pub fn is_alias(&self, other: &Self) -> bool {
        self.terraform.is_some() && self.terraform == other.terraform && self.run != other.run
    }
}

/// A Terraform state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    workspace: String,
    /// Where the state is stored, in words.
    state: String,
}

/// Writes, for example, "workspace `default` of s3 bucket=example key=net".
impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "workspace `{}` of {}", self.workspace, self.state)
    }
}

impl Origin {
    /// Creates an origin from a workspace and a state.
    #[must_use]
    pub fn new(workspace: &str, state: &str) -> Self {
        Self { workspace: workspace.to_owned(), state: state.to_owned() }
    }

    /// The workspace.
    #[must_use]
    pub fn workspace(&self) -> &str {
        &self.workspace
    }

    /// Finds the state of a Terraform process that runs in this folder with these environment variables.
    #[must_use]
    pub fn detect(variable: impl Fn(&str) -> Option<String>, folder: &Path) -> Self {
        let data = variable("TF_DATA_DIR").unwrap_or_else(|| ".terraform".to_owned());
        let data = folder.join(data);
        let remote = variable("TFC_WORKSPACE_SLUG");
        let state = remote
            .map(|slug| format!("HCP Terraform {slug}"))
            .or_else(|| backend(&data.join("terraform.tfstate")))
            .unwrap_or_else(|| format!("`{}`", folder.display()));
        let workspace = variable("TF_WORKSPACE")
            .or_else(|| fs::read_to_string(data.join("environment")).ok())
            .map(|name| name.trim().to_owned())
            .filter(|name| !name.is_empty());
        Self { workspace: workspace.unwrap_or_else(|| "default".to_owned()), state }
    }
}

/// The backend that `terraform init` recorded in Terraform's data directory. `None` if the state is a local
/// file next to the configuration.
fn backend(file: &PathBuf) -> Option<String> {
    let noted: Value = serde_json::from_slice(&fs::read(file).ok()?).ok()?;
    let backend = noted.get("backend")?;
    let kind = backend.get("type")?.as_str()?;
    let config = backend.get("config")?.as_object()?;
    let places = PLACES.iter().filter_map(|name| {
        let value = config.get(*name).filter(|value| !value.is_null())?;
        let text = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
        // An address may contain a user name and a password.
        (!text.contains('@')).then(|| format!(" {name}={text}"))
    });
    Some(format!("{kind}{}", places.collect::<String>()))
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_os = "linux")]
    use crate::machine::ThisMachine;

    fn detected(data: &[(&str, &str)], variables: &[(&str, &str)]) -> Option<String> {
        let folder = tempfile::tempdir().ok()?;
        for (name, text) in data {
            let file = folder.path().join(name);
            fs::create_dir_all(file.parent()?).ok()?;
            fs::write(file, text).ok()?;
        }
        let variable = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let text = Origin::detect(variable, folder.path()).to_string();
        Some(text.replace(&folder.path().display().to_string(), "/net"))
    }

    #[test]
    fn the_state_is_that_of_the_backend_or_of_the_folder() {
        let backend = r#"{"backend": {"type": "s3", "config": {"bucket": "example", "key": "net",
            "secret_key": "hidden", "address": "https://user:hidden@example.com", "path": null}}}"#;
        let noted = [(".terraform/terraform.tfstate", backend), (".terraform/environment", "blue")];
        let text = |text: &str| Some(text.to_owned());

        assert_eq!(detected(&[], &[]), text("workspace `default` of `/net`"));
        assert_eq!(detected(&noted, &[]), text("workspace `blue` of s3 bucket=example key=net"));
        assert_eq!(
            detected(&noted, &[("TF_WORKSPACE", "green"), ("TF_DATA_DIR", "elsewhere")]),
            text("workspace `green` of `/net`")
        );
        assert_eq!(
            detected(&[], &[("TFC_WORKSPACE_SLUG", "org/net")]),
            text("workspace `default` of HCP Terraform org/net")
        );
    }

    #[test]
    fn another_state_is_elsewhere_and_another_process_of_one_run_is_an_alias() {
        let author = |workspace: &str, terraform: Option<&str>| {
            Author::new(Some(Origin::new(workspace, "s3")), terraform.map(ToOwned::to_owned))
        };
        let (blue, again, green) =
            (author("blue", Some("7")), author("blue", Some("7")), author("green", Some("8")));

        assert!(blue.is_elsewhere(&green) && !blue.is_elsewhere(&again));
        assert!(blue.is_alias(&again) && !blue.is_alias(&green) && !blue.is_alias(&blue));
        assert!(!blue.is_elsewhere(&Author::default()) && !blue.is_alias(&Author::default()));
        assert!(!author("blue", None).is_alias(&author("blue", None)));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_process_is_orphaned_when_its_terraform_has_ended() {
        let author = |terraform| Author::new(None, terraform);

        assert!(!author(ThisMachine.terraform()).is_orphaned(&ThisMachine));
        assert!(!author(None).is_orphaned(&ThisMachine));
        assert!(author(Some("a boot-7-of a process".to_owned())).is_orphaned(&ThisMachine));
    }
}
