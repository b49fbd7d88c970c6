//! URLs to which credentials may be sent.

use std::fmt;
use std::net::IpAddr;
use std::ops::Deref;
use std::str::FromStr;

use reqwest::Url;

/// An https URL that contains no credentials. An http URL is accepted only for this machine itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiUrl(Url);

/// One of Lumen's environments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// `https://api.lumen.com`
    Production,
    /// `https://api-test.lumen.com`
    Sandbox,
}

impl Environment {
    /// The base URL of its API.
    #[must_use]
    #[expect(
        clippy::expect_used,
        clippy::missing_panics_doc,
        reason = "both URLs are constants, and a test reads them"
    )]
    pub fn url(self) -> ApiUrl {
        let url = match self {
            Self::Production => "https://api.lumen.com",
            Self::Sandbox => "https://api-test.lumen.com",
        };
        url.parse().expect("the URL of an environment is one")
    }
}

/// `production` or `sandbox`.
impl fmt::Display for Environment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Production => "production",
            Self::Sandbox => "sandbox",
        })
    }
}

impl FromStr for Environment {
    type Err = UnknownEnvironment;

    fn from_str(text: &str) -> Result<Self, UnknownEnvironment> {
        match text {
            "production" => Ok(Self::Production),
            "sandbox" => Ok(Self::Sandbox),
            _ => Err(UnknownEnvironment),
        }
    }
}

/// The error for a string that is not an [`Environment`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("it is neither `production` nor `sandbox`")]
pub struct UnknownEnvironment;

/// The error for a string that is not an [`ApiUrl`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidApiUrl {
    /// It is not an absolute URL.
    #[error("it is not a URL: {0}")]
    Malformed(String),
    /// Credentials could be read in transit.
    #[error("it must be an https URL; http is accepted only for localhost")]
    Insecure,
    /// It contains credentials. These have their own arguments, which keep them secret.
    #[error("it must not contain credentials")]
    Credentials,
    /// It has a query or a fragment, which would be lost when a path is added.
    #[error("it must not contain a query or a fragment")]
    Query,
}

impl ApiUrl {
    /// The host.
    #[must_use]
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// The canonical spelling of the address. It is the same for host names that are known to belong to the
    /// same API, and for all names of this machine.
    #[must_use]
    pub fn canonical(&self) -> String {
        let mut url = self.0.clone();
        let host = FORMER_HOSTS.iter().find(|(former, _)| *former == self.host());
        let host = match host {
            Some((_, host)) => host,
            None if is_loopback(self.host()) => "127.0.0.1",
            None => self.host(),
        };
        // This can't fail, because the host is a constant or comes from this URL.
        let _ = url.set_host(Some(host));
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(&path);
        url.into()
    }

    /// The URL of a path below this one. Paths are ASCII constants.
    #[must_use]
    pub fn join(&self, path: &str) -> Self {
        let mut url = self.0.clone();
        url.set_path(&format!("{}/{path}", url.path().trim_end_matches('/')));
        Self(url)
    }
}

/// Lumen's former host names and their current names.
const FORMER_HOSTS: [(&str, &str); 2] =
    [("api.centurylink.com", "api.lumen.com"), ("api-test.centurylink.com", "api-test.lumen.com")];

/// Whether two addresses belong to the same API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SameApi {
    /// They belong to the same API.
    Yes,
    /// They belong to different environments of Lumen.
    No,
    /// The addresses don't show it, because one may be a gateway to the other.
    Unclear,
}

impl SameApi {
    /// Compares two addresses that [`ApiUrl::canonical`] returned.
    #[must_use]
    pub fn of(one: &str, other: &str) -> Self {
        let is_lumens = |address: &str| {
            let url = Url::parse(address).ok();
            url.as_ref().and_then(Url::host_str).is_some_and(|host| {
                host.ends_with(".lumen.com") || host.ends_with(".centurylink.com")
            })
        };
        if one == other {
            Self::Yes
        } else if is_lumens(one) && is_lumens(other) {
            Self::No
        } else {
            Self::Unclear
        }
    }
}

impl FromStr for ApiUrl {
    type Err = InvalidApiUrl;

    fn from_str(text: &str) -> Result<Self, InvalidApiUrl> {
        let url =
            Url::parse(text.trim()).map_err(|error| InvalidApiUrl::Malformed(error.to_string()))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(InvalidApiUrl::Credentials);
        }
        if !is_private(&url) {
            return Err(InvalidApiUrl::Insecure);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(InvalidApiUrl::Query);
        }
        Ok(Self(url))
    }
}

impl Deref for ApiUrl {
    type Target = Url;

    fn deref(&self) -> &Url {
        &self.0
    }
}

/// Writes the URL without the slash of an empty path.
impl fmt::Display for ApiUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

/// Whether requests to this URL can't be read in transit.
fn is_private(url: &Url) -> bool {
    match url.scheme() {
        "https" => url.has_host(),
        "http" => is_loopback(url.host_str().unwrap_or_default()),
        _ => false,
    }
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    address.map_or(host == "localhost", |address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn http_is_for_this_machine_only() {
        for (url, accepted) in [
            ("https://api.lumen.com", true),
            ("http://127.0.0.1:8080", true),
            ("http://[::1]:8080", true),
            ("http://localhost/prefix", true),
            ("http://api.lumen.com", false),
            ("http://127.0.0.1.example.com", false),
            ("http://localhost.example.com", false),
            ("ftp://localhost", false),
            ("file:///etc/passwd", false),
            ("https://key:secret@api.lumen.com", false),
            ("https://api.lumen.com?a=b", false),
            ("api.lumen.com", false),
        ] {
            assert_eq!(url.parse::<ApiUrl>().is_ok(), accepted, "{url}");
        }
    }

    #[test]
    fn one_lumen_may_have_several_addresses() {
        let canonical = |url: &str| url.parse::<ApiUrl>().map(|url| url.canonical());
        for (one, other, same) in [
            ("https://api.lumen.com", "https://API.lumen.com:443/", SameApi::Yes),
            ("https://api.lumen.com", "https://api.centurylink.com", SameApi::Yes),
            ("http://localhost:8080", "http://127.0.0.1:8080/", SameApi::Yes),
            ("http://[::1]:8080", "http://127.0.0.1:8080/", SameApi::Yes),
            ("https://gateway.example/lumen", "https://gateway.example/lumen/", SameApi::Yes),
            ("https://api.lumen.com", "https://api-test.lumen.com", SameApi::No),
            ("https://api.lumen.com", "https://api-test1.centurylink.com", SameApi::No),
            ("https://api.lumen.com", "https://gateway.example/lumen", SameApi::Unclear),
            ("https://api.lumen.com", "https://api.lumen.com.example", SameApi::Unclear),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8081", SameApi::Unclear),
        ] {
            let pair = canonical(one).and_then(|one| Ok((one, canonical(other)?)));
            let found = pair.map(|(one, other)| SameApi::of(&one, &other));
            assert_eq!(found, Ok(same), "{one} and {other}");
        }
        assert_eq!(canonical("https://api.lumen.com"), Ok("https://api.lumen.com/".to_owned()));
    }

    #[test]
    fn environments_have_a_url_each() {
        assert_eq!(Environment::Production.url().host(), "api.lumen.com");
        assert_eq!(Environment::Sandbox.url().host(), "api-test.lumen.com");
    }

    #[test]
    fn paths_are_added_below_the_url() {
        let joined =
            |base: &str| base.parse::<ApiUrl>().map(|url| url.join("oauth/v2/token").to_string());

        assert_eq!(
            joined("https://api.lumen.com"),
            Ok("https://api.lumen.com/oauth/v2/token".to_owned())
        );
        assert_eq!(
            joined("https://proxy/lumen/"),
            Ok("https://proxy/lumen/oauth/v2/token".to_owned())
        );
    }
}
