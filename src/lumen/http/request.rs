//! A request before it is sent, and its answer.

use std::borrow::Cow;
use std::fmt;
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

/// A request to one endpoint. Its debug output has no body, because orders contain names and PINs.
#[derive(Clone)]
pub(in crate::lumen) struct Request {
    pub(in crate::lumen) host: Host,
    pub(in crate::lumen) method: Method,
    /// The path, in which `{id}` stands for the identifier.
    path: Cow<'static, str>,
    id: Option<String>,
    query: Vec<(&'static str, String)>,
    parameters: Parameters,
    body: Option<Value>,
    pub(in crate::lumen) effect: Effect,
    pub(in crate::lumen) class: RequestClass,
    /// The deadline for sending it.
    pub(in crate::lumen) until: Option<Timestamp>,
}

/// Where the parameters of a request are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Parameters {
    /// In the query of the URL.
    Query,
    /// In the body, as a JSON object.
    Body,
}

impl Request {
    pub(in crate::lumen) fn get(path: impl Into<Cow<'static, str>>) -> Self {
        let (host, method, effect) = (Host::Main, Method::GET, Effect::Repeatable);
        let (class, query, path) = (RequestClass::Read, Vec::new(), path.into());
        let (id, parameters, body, until) = (None, Parameters::Query, None, None);
        Self { host, method, path, id, query, parameters, body, effect, class, until }
    }

    pub(in crate::lumen) fn post(
        path: impl Into<Cow<'static, str>>,
        body: Value,
        effect: Effect,
    ) -> Self {
        Self::write(Method::POST, path, body, effect)
    }

    /// A request that changes something, with another method than POST.
    pub(in crate::lumen) fn write(
        method: Method,
        path: impl Into<Cow<'static, str>>,
        body: Value,
        effect: Effect,
    ) -> Self {
        let class = RequestClass::Order;
        Self { method, body: Some(body), effect, class, ..Self::get(path) }
    }

    /// A request that only reads. The parameters of a GET are sent in the query, and those of another method
    /// in the body.
    pub(in crate::lumen) fn read(method: Method, path: impl Into<Cow<'static, str>>) -> Self {
        let is_get = method == Method::GET;
        let parameters = if is_get { Parameters::Query } else { Parameters::Body };
        Self { method, parameters, ..Self::get(path) }
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

    pub(in crate::lumen) fn body(&self) -> Option<Cow<'_, Value>> {
        match self.parameters {
            Parameters::Query => self.body.as_ref().map(Cow::Borrowed),
            Parameters::Body => {
                let members = self.query.iter().map(|(name, value)| {
                    let number = value.parse::<u64>().map(Value::from);
                    ((*name).to_owned(), number.unwrap_or_else(|_| Value::from(value.as_str())))
                });
                Some(Cow::Owned(Value::Object(members.collect())))
            }
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
        if !self.query.is_empty() && self.parameters == Parameters::Query {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        Ok(url)
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Request").field(&self.endpoint()).finish()
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

    #[test]
    fn parameters_are_in_the_query_or_in_the_body() {
        let base = "https://api.lumen.com";
        let read =
            |method| Request::read(method, "details").query("pageNumber", &1).query("NPA", "x");
        let get = read(Method::GET);
        assert_eq!(
            url(base, &get).as_deref(),
            Some("https://api.lumen.com/details?pageNumber=1&NPA=x")
        );
        assert_eq!(get.body(), None);
        let post = read(Method::POST);
        assert_eq!(url(base, &post).as_deref(), Some("https://api.lumen.com/details"));
        let body = post.body().map(|body| body.to_string());
        assert_eq!(body.as_deref(), Some(r#"{"NPA":"x","pageNumber":1}"#));
    }

    #[test]
    fn printing_a_request_reveals_no_body() {
        let request = Request::post("order", Value::from("0000"), Effect::Once);
        assert_eq!(format!("{request:?}"), r#"Request("POST /order")"#);
    }
}
