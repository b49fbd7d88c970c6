//! Access to a bucket: its address and credentials, and what to do if the store refuses access.

use std::error::Error as _;
use std::io;
use std::time::Duration;

use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::{BackoffConfig, ClientOptions, Error, ObjectStore, RetryConfig};
use reqwest::Url;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::JournalError;
use super::credentials::{StoreKind, Variables};
use crate::lumen::ApiUrl;

/// How long an object store may take, because an order waits for it.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
const PATIENCE: Duration = Duration::from_secs(20);

/// How long the metadata service of a machine may take to accept a connection. The service is on the
/// machine's own host. If there is none, there is no answer at all.
const METADATA_PATIENCE: Duration = Duration::from_secs(2);

/// Variables with which users may set the address of an object store. The address must use https, unless it
/// is this machine itself.
const ENDPOINTS: [&str; 3] = ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT"];

/// How a bucket is opened.
pub(super) struct Access {
    kind: StoreKind,
    /// Why credentials may be missing: no variable provides any, and the machine may have no role.
    guess: Option<String>,
}

impl Access {
    /// Searches for credentials. If no variable provides any, only the metadata service of the machine can.
    /// If there is no such service, this fails at once, and no request has to time out.
    pub(super) async fn find(place: &Url, variables: &Variables) -> Result<Self, JournalError> {
        let kind = StoreKind::of(place);
        let guess = kind.missing(variables).map_err(JournalError::Unavailable)?;
        if let Some(missing) = &guess {
            let service = kind.metadata_service(variables);
            if !answers(&service).await {
                return Err(JournalError::Unavailable(format!(
                    "{missing}. No metadata service answers at {service}, so this machine has no role to use instead"
                )));
            }
        }
        Ok(Self { kind, guess })
    }

    /// For a store that needs no credentials.
    pub(super) fn given(place: &Url) -> Self {
        Self { kind: StoreKind::of(place), guess: None }
    }

    pub(super) fn open(
        &self,
        place: &Url,
        variables: &Variables,
    ) -> Result<Box<dyn ObjectStore>, JournalError> {
        let options = ClientOptions::new()
            .with_connect_timeout(REQUEST_TIMEOUT)
            .with_timeout(REQUEST_TIMEOUT);
        let backoff = BackoffConfig::default();
        let retry = RetryConfig { backoff, max_retries: 5, retry_timeout: PATIENCE };
        let url = place.as_str();
        let opened: Result<Box<dyn ObjectStore>, Error> = match self.kind {
            StoreKind::Google => {
                let mut builder = GoogleCloudStorageBuilder::new().with_url(url);
                for (name, value) in variables.settings("GOOGLE_") {
                    if let Ok(key) = name.parse() {
                        builder = builder.with_config(key, value);
                    }
                }
                if let Some(path) = variables.get("SERVICE_ACCOUNT") {
                    builder = builder.with_service_account_path(path);
                }
                let builder = builder.with_client_options(options).with_retry(retry);
                builder.build().map(|store| Box::new(store) as _)
            }
            StoreKind::Azure => {
                let mut builder = MicrosoftAzureBuilder::new().with_url(url);
                for (name, value) in variables.settings("AZURE_") {
                    if let Ok(key) = name.parse() {
                        builder = builder.with_config(key, value);
                    }
                }
                if let Some(endpoint) = variables.get("IDENTITY_ENDPOINT") {
                    builder = builder.with_msi_endpoint(endpoint);
                }
                let builder = builder.with_client_options(options).with_retry(retry);
                builder.build().map(|store| Box::new(store) as _)
            }
            StoreKind::S3 => {
                let options = options.with_allow_http(insecure_endpoint(variables)?);
                let mut builder = AmazonS3Builder::new().with_url(url);
                // Files are removed one at a time, and not every store supports bulk deletes.
                builder = builder.with_config(AmazonS3ConfigKey::DisableBulkDelete, "true");
                for (name, value) in variables.settings("AWS_") {
                    if let Ok(key) = name.parse() {
                        builder = builder.with_config(key, value);
                    }
                }
                let builder = builder.with_client_options(options).with_retry(retry);
                builder.build().map(|store| Box::new(store) as _)
            }
        };
        opened.map_err(|error| JournalError::Unavailable(self.explain(&error)))
    }

    /// Explains an error of the store or of the connection to it, and what users can do about a refusal.
    pub(super) fn explain(&self, error: &Error) -> String {
        let words = words(error);
        match &self.guess {
            Some(missing) if is_about_metadata(&error.to_string()) => {
                format!("{missing}. The metadata service of this machine provides none: {words}")
            }
            _ if is_refusal(error) => {
                format!("the object store refuses access. {}. It says: {words}", self.kind.rights())
            }
            _ if words.contains("external_account") => format!(
                "the credentials belong to a workload identity federation (`external_account`), which the provider does not support: use the key of a service account, or a machine with an attached service account. It says: {words}"
            ),
            _ => words,
        }
    }
}

/// Whether the metadata service of a machine accepts a connection.
async fn answers(service: &str) -> bool {
    let url =
        if service.contains("://") { service.to_owned() } else { format!("http://{service}") };
    let Ok(url) = Url::parse(&url) else { return false };
    let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
        return false;
    };
    let connecting = TcpStream::connect((host.trim_matches(['[', ']']), port));
    matches!(timeout(METADATA_PATIENCE, connecting).await, Ok(Ok(_)))
}

/// Whether the failed request was sent to the metadata service, and not to the store.
fn is_about_metadata(text: &str) -> bool {
    ["169.254.169.254", "metadata", "/latest/"].iter().any(|part| text.contains(part))
}

/// Whether a store refuses the identity, or the identity lacks a permission. Errors from listing have no
/// kind, so their status is checked too.
fn is_refusal(error: &Error) -> bool {
    matches!(error, Error::PermissionDenied { .. } | Error::Unauthenticated { .. })
        || has_status(error, "401")
        || has_status(error, "403")
}

/// Whether a store says that something does not exist.
pub(super) fn is_not_found(error: &Error) -> bool {
    matches!(error, Error::NotFound { .. }) || has_status(error, "404")
}

fn has_status(error: &Error, status: &str) -> bool {
    error.to_string().contains(&format!("status code: {status} "))
}

/// Whether the endpoint that users set is plain http, which is accepted only for this machine itself.
fn insecure_endpoint(variables: &Variables) -> Result<bool, JournalError> {
    let Some((name, url)) = ENDPOINTS.iter().find_map(|name| Some((name, variables.get(name)?)))
    else {
        return Ok(false);
    };
    match url.parse::<ApiUrl>() {
        Ok(_) => Ok(url.starts_with("http://")),
        Err(why) => Err(JournalError::Unavailable(format!("`{name}` can't be used: {why}"))),
    }
}

/// Returns the operating system's message, because users can act on it, or else the store's own words.
fn words(error: &Error) -> String {
    let mut source = error.source();
    while let Some(below) = source {
        if let Some(system) =
            below.downcast_ref::<io::Error>().filter(|it| it.raw_os_error().is_some())
        {
            return system.to_string();
        }
        source = below.source();
    }
    without_markup(&error.to_string())
}

/// Keeps the two elements of a store's XML answer that are meant for people.
fn without_markup(text: &str) -> String {
    let Some((before, body)) = text.split_once(": <") else { return text.to_owned() };
    let element = |name: &str| {
        let (_, rest) = body.split_once(&format!("<{name}>"))?;
        rest.split_once(&format!("</{name}>")).map(|(content, _)| content.trim())
    };
    match (element("Code"), element("Message")) {
        (Some(code), Some(message)) => format!("{before}: {code}: {message}"),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use tokio::net::TcpListener;

    use super::*;

    const GUESS: &str = "no variable gives credentials";

    /// An error of a request for a list is of no kind.
    fn generic(text: &str) -> Error {
        Error::Generic { store: "S3", source: text.into() }
    }

    fn status(status: &str) -> Error {
        generic(&format!("Server returned non-2xx status code: {status} "))
    }

    fn access(guess: Option<&str>) -> Access {
        Access { kind: StoreKind::S3, guess: guess.map(str::to_owned) }
    }

    #[test]
    fn a_refusal_names_the_rights_that_are_needed_and_another_error_does_not() {
        let path = || "a".to_owned();
        for (error, is_refusal) in [
            (Error::PermissionDenied { path: path(), source: "no".into() }, true),
            (Error::Unauthenticated { path: path(), source: "no".into() }, true),
            (Error::NotFound { path: path(), source: "no".into() }, false),
            (status("401"), true),
            (status("403"), true),
            (status("404"), false),
            (status("500"), false),
            (generic("the line is cut"), false),
        ] {
            let explained = access(None).explain(&error);

            assert!(explained.contains(&words(&error)), "{explained}");
            assert_eq!(explained.contains(StoreKind::S3.rights()), is_refusal, "{explained}");
            assert_eq!(explained != words(&error), is_refusal, "{explained}");
        }
    }

    #[test]
    fn a_machine_without_a_role_is_explained_by_the_variables_that_are_missing() {
        for (text, is_about_metadata) in [
            ("Error performing GET http://169.254.169.254/computeMetadata/v1", true),
            ("no answer of metadata.google.internal", true),
            ("Error performing PUT http://127.0.0.1:9/latest/api/token", true),
            ("Error performing GET http://store.example/orders", false),
        ] {
            let (error, guessing) = (generic(text), access(Some(GUESS)));

            let explained = guessing.explain(&error);

            assert_eq!(explained.contains(GUESS), is_about_metadata, "{explained}");
            assert!(explained.contains(text), "{explained}");
            assert_eq!(
                access(None).explain(&error),
                words(&error),
                "with credentials it is no guess"
            );
        }
    }

    #[test]
    fn a_workload_identity_federation_is_explained() {
        let error = generic("unknown variant `external_account`, expected `service_account`");

        let explained = access(None).explain(&error);

        assert!(explained.contains(&words(&error)) && explained != words(&error), "{explained}");
    }

    #[test]
    fn what_does_not_exist_differs_from_other_errors() {
        assert!(is_not_found(&Error::NotFound { path: "a".to_owned(), source: "no".into() }));
        assert!(is_not_found(&status("404")));
        assert!(!is_not_found(&status("403")));
        assert!(!is_not_found(&generic("the line is cut")));
    }

    #[tokio::test]
    async fn a_metadata_service_answers_where_something_listens() -> io::Result<()> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?.to_string();

        assert!(answers(&address).await);
        assert!(answers(&format!("http://{address}/")).await);
        assert!(!answers("127.0.0.1:9").await && !answers("http://").await);
        Ok(())
    }
}
