//! Notices for users that don't belong to any one object.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use reqwest::header::HeaderMap;

/// Something that is reported once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// Lumen's announcement that an endpoint is deprecated or will be switched off.
    Announced {
        /// The endpoint, such as `GET /Product/v1/price`.
        endpoint: String,
        /// Lumen's words.
        what: String,
    },
    /// Requests had to wait for the rate limit.
    HeldUp {
        /// How long in total.
        waited: Duration,
        /// Whether Lumen asked for the wait. Otherwise, `requests_per_second` was the reason.
        by_lumen: bool,
    },
}

#[derive(Debug, Default)]
pub(in crate::lumen) struct Notices(Mutex<Board>);

#[derive(Debug, Default)]
struct Board {
    known: BTreeSet<String>,
    new: Vec<Notice>,
}

impl Notices {
    /// Records `Deprecation` and `Sunset` headers, once for each endpoint.
    pub(in crate::lumen) fn note(&self, endpoint: &str, headers: &HeaderMap) {
        let Some(what) = announcement(endpoint, headers) else { return };
        let mut board = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if board.known.insert(endpoint.to_owned()) {
            board.new.push(Notice::Announced { endpoint: endpoint.to_owned(), what });
        }
    }

    pub(in crate::lumen) fn take(&self) -> Vec<Notice> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner).new)
    }
}

fn announcement(endpoint: &str, headers: &HeaderMap) -> Option<String> {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let deprecated = header("deprecation").filter(|value| !value.eq_ignore_ascii_case("false"));
    let mut notice = match (deprecated, header("sunset")) {
        (None, None) => return None,
        (Some(_), None) => format!("Lumen has deprecated {endpoint}"),
        (_, Some(date)) => format!("Lumen will switch off {endpoint} on {date}"),
    };
    if let Some(link) = header("link") {
        notice.push_str(": ");
        notice.push_str(link);
    }
    Some(notice)
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderName, HeaderValue};

    use super::*;

    #[test]
    fn an_endpoint_is_announced_once() {
        let headers: HeaderMap =
            [("deprecation", "true"), ("sunset", "Sat, 01 May 2027 00:00:00 GMT")]
                .map(|(name, value)| {
                    (HeaderName::from_static(name), HeaderValue::from_static(value))
                })
                .into_iter()
                .collect();
        let notices = Notices::default();
        notices.note("GET /a", &headers);
        notices.note("GET /a", &headers);
        notices.note("GET /b", &HeaderMap::new());
        assert_eq!(
            notices.take(),
            [Notice::Announced {
                endpoint: "GET /a".to_owned(),
                what: "Lumen will switch off GET /a on Sat, 01 May 2027 00:00:00 GMT".to_owned(),
            }]
        );
        notices.note("GET /a", &headers);
        assert!(notices.take().is_empty());
    }
}
