//! A request before it is sent, and its answer.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::{Method, Url};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::error::Error;
use super::limit::RequestClass;
use super::problem::Problem;
use super::retry::Effect;

/// Which of Lumen's hosts a request goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::lumen) enum Host {
    /// `base_url`
    Main,
    /// `voice_base_url`
    Voice,
}

/// A request to one endpoint.
#[derive(Debug, Clone)]
pub(in crate::lumen) struct Request {
    pub(in crate::lumen) host: Host,
    pub(in crate::lumen) method: Method,
    /// The path, in which `{id}` stands for the identifier.
    path: &'static str,
    id: Option<String>,
    query: Vec<(&'static str, String)>,
    pub(in crate::lumen) body: Option<Value>,
    pub(in crate::lumen) effect: Effect,
    pub(in crate::lumen) class: RequestClass,
    /// The deadline for sending it.
    pub(in crate::lumen) until: Option<Timestamp>,
}

impl Request {
    pub(in crate::lumen) fn get(path: &'static str) -> Self {
        let (host, method, effect) = (Host::Main, Method::GET, Effect::Repeatable);
        let (class, query) = (RequestClass::Read, Vec::new());
        Self { host, method, path, id: None, query, body: None, effect, class, until: None }
    }

    pub(in crate::lumen) fn post(path: &'static str, body: Value, effect: Effect) -> Self {
        let class = RequestClass::Order;
        Self { method: Method::POST, body: Some(body), effect, class, ..Self::get(path) }
    }

    /// Sets the class in which the request waits for a permit. By default, a GET is a read and a POST is an
    /// order.
    pub(in crate::lumen) fn class(self, class: RequestClass) -> Self {
        Self { class, ..self }
    }

    pub(in crate::lumen) fn until(self, time: Timestamp) -> Self {
        Self { until: Some(time), ..self }
    }

    pub(in crate::lumen) fn to(self, host: Host) -> Self {
        Self { host, ..self }
    }

    pub(in crate::lumen) fn id(self, id: &impl ToString) -> Self {
        Self { id: Some(id.to_string()), ..self }
    }

    /// Adds a query parameter, or replaces the one with this name.
    pub(in crate::lumen) fn query(
        mut self,
        name: &'static str,
        value: &(impl ToString + ?Sized),
    ) -> Self {
        self.query.retain(|(known, _)| *known != name);
        self.query.push((name, value.to_string()));
        self
    }

    pub(in crate::lumen) fn query_if(
        self,
        name: &'static str,
        value: Option<&impl ToString>,
    ) -> Self {
        match value {
            Some(value) => self.query(name, value),
            None => self,
        }
    }

    /// Method and path without identifiers, for logs. It is the same for every object.
    pub(in crate::lumen) fn endpoint(&self) -> String {
        format!("{} /{}", self.method, self.path)
    }

    pub(in crate::lumen) fn url(&self, base: &Url) -> Result<Url, Error> {
        let mut url = base.clone();
        url.set_query(None);
        let segments = self.path.split('/').map(|segment| match (&self.id, segment) {
            (Some(id), "{id}") => id,
            _ => segment,
        });
        url.path_segments_mut()
            .map_err(|()| Error::Misconfigured(format!("{base} can't be the base of an API")))?
            .pop_if_empty()
            .extend(segments);
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        Ok(url)
    }
}

/// An answer with a success status.
#[derive(Debug)]
pub(in crate::lumen) struct Answer {
    /// The JSON text. It is parsed when it is used, so that pages that arrive together are not all parsed at
    /// once.
    pub(in crate::lumen) text: Vec<u8>,
    pub(in crate::lumen) retry_after: Option<Duration>,
    /// What an error about this answer shows.
    pub(in crate::lumen) receipt: Problem,
}

impl Answer {
    pub(in crate::lumen) fn decode<T: DeserializeOwned>(self) -> Result<T, Error> {
        serde_json::from_slice(self.bytes()).map_err(|error| self.nonsense(error.to_string()))
    }

    pub(in crate::lumen) fn json(&self) -> Value {
        serde_json::from_slice(self.bytes()).unwrap_or_default()
    }

    /// The body. The body of an answer without one, such as a 204, is null.
    pub(in crate::lumen) fn bytes(&self) -> &[u8] {
        if self.text.is_empty() { b"null" } else { &self.text }
    }

    pub(in crate::lumen) fn nonsense(self, what: impl Into<String>) -> Error {
        Error::nonsense(what, self.receipt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(base: &str, request: &Request) -> Option<String> {
        Some(request.url(&Url::parse(base).ok()?).ok()?.to_string())
    }

    #[test]
    fn identifiers_stay_in_their_place() {
        let request = Request::get("Customer/v3/Ordering/orderRequest/{id}").id(&"a/../b?c");
        assert_eq!(
            url("https://api.lumen.com", &request).as_deref(),
            Some("https://api.lumen.com/Customer/v3/Ordering/orderRequest/a%2F..%2Fb%3Fc")
        );
        assert_eq!(request.endpoint(), "GET /Customer/v3/Ordering/orderRequest/{id}");
    }

    #[test]
    fn a_base_may_have_a_path() {
        let request = Request::get("Network/v1/location")
            .query("partnerId", "43558")
            .query("partnerId", "a b");
        for base in ["https://proxy.example/lumen", "https://proxy.example/lumen/"] {
            assert_eq!(
                url(base, &request).as_deref(),
                Some("https://proxy.example/lumen/Network/v1/location?partnerId=a+b")
            );
        }
    }
}
