//! Credentials for object stores: which variables provide them, and what to report if none does.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;

use reqwest::Url;

/// The address from which a cloud machine gets the credentials of its role.
const METADATA: &str = "169.254.169.254";

/// The environment variables that are set. An empty variable counts as not set, because pipelines pass a
/// missing secret as an empty string.
pub(super) struct Variables(BTreeMap<String, String>);

impl Variables {
    pub(super) fn of_process() -> Self {
        let text = |(name, value): (OsString, OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        std::env::vars_os().filter_map(text).collect()
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The variables whose names begin with this prefix, by their lowercase setting names.
    pub(super) fn settings<'a>(
        &'a self,
        prefix: &'a str,
    ) -> impl Iterator<Item = (String, &'a str)> {
        let own = self.0.iter().filter(move |(name, _)| name.starts_with(prefix));
        own.map(|(name, value)| (name.to_ascii_lowercase(), value.as_str()))
    }

    fn has_all(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.0.contains_key(*name))
    }

    fn has_any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.0.contains_key(*name))
    }

    fn is_true(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| value == "1" || value.eq_ignore_ascii_case("true"))
    }
}

impl FromIterator<(String, String)> for Variables {
    fn from_iter<All: IntoIterator<Item = (String, String)>>(all: All) -> Self {
        Self(all.into_iter().filter(|(_, value)| !value.is_empty()).collect())
    }
}

/// A kind of object store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StoreKind {
    S3,
    Google,
    Azure,
}

impl StoreKind {
    pub(super) fn of(place: &Url) -> Self {
        match place.scheme() {
            "gs" => Self::Google,
            "az" => Self::Azure,
            _ => Self::S3,
        }
    }

    /// Describes what is missing if no variable provides credentials. Then only a role of the machine can.
    ///
    /// # Errors
    /// If the variables can't work on any machine.
    pub(super) fn missing(self, variables: &Variables) -> Result<Option<String>, String> {
        match self {
            Self::S3 => missing_of_s3(variables),
            Self::Google => Ok(missing_of_google(variables)),
            Self::Azure => missing_of_azure(variables),
        }
    }

    /// The address of the service that has the credentials of the machine's role.
    pub(super) fn metadata_service(self, variables: &Variables) -> String {
        let names: &[&str] = match self {
            Self::S3 => &["AWS_METADATA_ENDPOINT"],
            Self::Google => &["GCE_METADATA_HOST", "GCE_METADATA_ROOT", "GCE_METADATA_IP"],
            Self::Azure => &[],
        };
        names.iter().find_map(|name| variables.get(name)).unwrap_or(METADATA).to_owned()
    }

    /// The permissions that the identity needs.
    pub(super) fn rights(self) -> &'static str {
        match self {
            Self::S3 => {
                "The identity needs `s3:GetObject`, `s3:PutObject` and `s3:DeleteObject` for the objects below the prefix, and `s3:ListBucket` for the bucket"
            }
            Self::Google => {
                "The identity needs the role Storage Object User (`roles/storage.objectUser`) for the bucket"
            }
            Self::Azure => {
                "The identity needs the role Storage Blob Data Contributor for the container; the role Owner of the account is not enough"
            }
        }
    }
}

fn missing_of_s3(variables: &Variables) -> Result<Option<String>, String> {
    let key = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
    for (set, unset) in [(key[0], key[1]), (key[1], key[0])] {
        if variables.has_all(&[set]) && !variables.has_all(&[unset]) {
            return Err(format!("`{set}` is set, but `{unset}` is not: set both"));
        }
    }
    let is_given = variables.is_true("AWS_SKIP_SIGNATURE")
        || variables.has_all(&key)
        || variables.has_all(&["AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN"])
        || variables.has_all(&["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"])
        || variables.has_all(&[
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
        ]);
    if is_given {
        return Ok(None);
    }
    let profile = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"];
    let profile = profile.iter().find_map(|name| Some((name, variables.get(name)?)));
    let profiles = match profile {
        Some((name, profile)) => {
            let quoted = shlex::try_quote(profile).unwrap_or_default();
            format!(
                "`{name}` is set, but the provider does not read profiles or SSO: run `eval \"$(aws configure export-credentials --profile {quoted} --format env)\"` before Terraform"
            )
        }
        None => "The provider does not read profiles or SSO of the AWS CLI: to use them, run `eval \"$(aws configure export-credentials --format env)\"` before Terraform".to_owned(),
    };
    let missing = format!(
        "no credentials are set for the bucket: neither `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, nor `AWS_WEB_IDENTITY_TOKEN_FILE` and `AWS_ROLE_ARN`, nor those of a container (`AWS_CONTAINER_CREDENTIALS_…`). {profiles}"
    );
    if variables.is_true("AWS_EC2_METADATA_DISABLED") {
        return Err(missing);
    }
    Ok(Some(missing))
}

fn missing_of_google(variables: &Variables) -> Option<String> {
    let file = variables.get("HOME").map(|home| {
        Path::new(home).join(".config").join("gcloud").join("application_default_credentials.json")
    });
    let is_given = variables.is_true("GOOGLE_SKIP_SIGNATURE")
        || variables.has_any(&[
            "GOOGLE_APPLICATION_CREDENTIALS",
            "GOOGLE_SERVICE_ACCOUNT",
            "GOOGLE_SERVICE_ACCOUNT_PATH",
            "GOOGLE_SERVICE_ACCOUNT_KEY",
            "SERVICE_ACCOUNT",
        ])
        || file.is_some_and(|file| file.exists());
    (!is_given).then(|| {
        "no credentials are set for the bucket: set `GOOGLE_APPLICATION_CREDENTIALS` to the file of a service account's key, or run `gcloud auth application-default login`".to_owned()
    })
}

fn missing_of_azure(variables: &Variables) -> Result<Option<String>, String> {
    if variables.is_true("AZURE_STORAGE_USE_EMULATOR") {
        return Ok(None);
    }
    if !variables.has_all(&["AZURE_STORAGE_ACCOUNT_NAME"]) {
        return Err("`AZURE_STORAGE_ACCOUNT_NAME` is not set: an `az://` address names the container, not the storage account".to_owned());
    }
    let application = |of: &str| {
        let has = |what: &str| variables.has_all(&[&format!("AZURE_{of}{what}")]);
        has("CLIENT_ID")
            && has("TENANT_ID")
            && (has("CLIENT_SECRET") || variables.has_all(&["AZURE_FEDERATED_TOKEN_FILE"]))
    };
    let is_given = variables.is_true("AZURE_SKIP_SIGNATURE")
        || variables.is_true("AZURE_USE_AZURE_CLI")
        || variables.has_any(&[
            "AZURE_STORAGE_ACCOUNT_KEY",
            "AZURE_STORAGE_ACCESS_KEY",
            "AZURE_STORAGE_MASTER_KEY",
            "AZURE_STORAGE_SAS_KEY",
            "AZURE_STORAGE_SAS_TOKEN",
            "AZURE_STORAGE_TOKEN",
            // If the kind of credentials or the address of the identity service is set, the user knows that
            // credentials are needed.
            "AZURE_CREDENTIAL_TYPE",
            "AZURE_MSI_ENDPOINT",
            "AZURE_IDENTITY_ENDPOINT",
            "IDENTITY_ENDPOINT",
            "AZURE_FABRIC_TOKEN_SERVICE_URL",
        ])
        || application("")
        || application("STORAGE_");
    Ok((!is_given).then(|| {
        "no credentials are set for the container: set `AZURE_STORAGE_ACCOUNT_KEY`, `AZURE_STORAGE_SAS_TOKEN`, or `AZURE_CLIENT_ID` and `AZURE_TENANT_ID` with `AZURE_CLIENT_SECRET` or `AZURE_FEDERATED_TOKEN_FILE`; to use `az login`, set `AZURE_USE_AZURE_CLI=true`".to_owned()
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What variables are for a store.
    #[derive(Debug, PartialEq, Eq)]
    enum Found {
        Given,
        /// The machine may have a role.
        Guess,
        /// They can't work.
        Wrong,
    }

    use Found::{Given, Guess, Wrong};
    use StoreKind::{Azure, Google, S3};

    /// Variables as `NAME=value`, with a space between two.
    fn found(kind: StoreKind, variables: &str) -> Found {
        let variables = variables.split_whitespace().filter_map(|it| it.split_once('='));
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        match kind.missing(&variables.collect()) {
            Ok(None) => Given,
            Ok(Some(_)) => Guess,
            Err(_) => Wrong,
        }
    }

    /// Each way to give credentials is enough without the others, and half of one is not.
    #[test]
    fn each_way_to_give_credentials_is_enough() {
        for (kind, variables, expected) in [
            (S3, "", Guess),
            (S3, "AWS_SKIP_SIGNATURE=1", Given),
            (S3, "AWS_SKIP_SIGNATURE=True", Given),
            (S3, "AWS_SKIP_SIGNATURE=false", Guess),
            (S3, "AWS_ACCESS_KEY_ID=a AWS_SECRET_ACCESS_KEY=b", Given),
            (S3, "AWS_ACCESS_KEY_ID=a", Wrong),
            (S3, "AWS_SECRET_ACCESS_KEY=b AWS_ACCESS_KEY_ID=", Wrong),
            (S3, "AWS_WEB_IDENTITY_TOKEN_FILE=a AWS_ROLE_ARN=b", Given),
            (S3, "AWS_ROLE_ARN=b", Guess),
            (S3, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/a", Given),
            (
                S3,
                "AWS_CONTAINER_CREDENTIALS_FULL_URI=a AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=b",
                Given,
            ),
            (S3, "AWS_CONTAINER_CREDENTIALS_FULL_URI=a", Guess),
            (S3, "AWS_EC2_METADATA_DISABLED=true", Wrong),
            (S3, "AWS_EC2_METADATA_DISABLED=0", Guess),
            (Google, "", Guess),
            (Google, "GOOGLE_SKIP_SIGNATURE=true", Given),
            (Google, "GOOGLE_SERVICE_ACCOUNT=a", Given),
            (Google, "SERVICE_ACCOUNT=a", Given),
            (Azure, "", Wrong),
            (Azure, "AZURE_STORAGE_USE_EMULATOR=1", Given),
            (Azure, "AZURE_STORAGE_ACCOUNT_KEY=a", Wrong),
        ] {
            assert_eq!(found(kind, variables), expected, "{kind:?} {variables}");
        }
    }

    #[test]
    fn an_account_of_azure_needs_credentials_beside_its_name() {
        for (variables, expected) in [
            ("", Guess),
            ("AZURE_SKIP_SIGNATURE=1", Given),
            ("AZURE_USE_AZURE_CLI=true", Given),
            ("AZURE_STORAGE_SAS_TOKEN=a", Given),
            ("AZURE_CLIENT_ID=a AZURE_TENANT_ID=b AZURE_CLIENT_SECRET=c", Given),
            ("AZURE_CLIENT_ID=a AZURE_TENANT_ID=b AZURE_FEDERATED_TOKEN_FILE=c", Given),
            ("AZURE_CLIENT_ID=a AZURE_TENANT_ID=b", Guess),
            ("AZURE_CLIENT_ID=a AZURE_CLIENT_SECRET=c", Guess),
            ("AZURE_CLIENT_ID=a", Guess),
            ("AZURE_CLIENT_SECRET=c", Guess),
            (
                "AZURE_STORAGE_CLIENT_ID=a AZURE_STORAGE_TENANT_ID=b AZURE_STORAGE_CLIENT_SECRET=c",
                Given,
            ),
            ("AZURE_STORAGE_CLIENT_ID=a AZURE_STORAGE_TENANT_ID=b", Guess),
        ] {
            let variables = format!("AZURE_STORAGE_ACCOUNT_NAME=account {variables}");
            assert_eq!(found(Azure, &variables), expected, "{variables}");
        }
    }

    #[test]
    fn credentials_of_gcloud_are_found_in_the_home_folder() -> std::io::Result<()> {
        let home = tempfile::tempdir()?;
        let home_is = || [("HOME".to_owned(), home.path().to_string_lossy().into_owned())];
        let missing = || Google.missing(&home_is().into_iter().collect());
        let before = missing();

        std::fs::create_dir_all(home.path().join(".config/gcloud"))?;
        std::fs::write(
            home.path().join(".config/gcloud/application_default_credentials.json"),
            "{}",
        )?;

        assert!(matches!(before, Ok(Some(_))));
        assert_eq!(missing(), Ok(None));
        Ok(())
    }
}
