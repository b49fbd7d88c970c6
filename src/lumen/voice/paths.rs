//! The paths of the requests whose path Lumen's guide does not document.

use std::fmt;

use reqwest::Method;

/// The requests whose path is ASSUMED. With Lumen's specification, each of them can be corrected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoicePaths {
    /// Cancels a voice order.
    pub cancel: VoicePath,
    /// Changes active numbers.
    pub change: VoicePath,
    /// Disconnects active numbers.
    pub disconnect: VoicePath,
    /// Lists active numbers.
    pub inventory_details: VoicePath,
}

/// The method and the path of a request, such as `POST Voice/v1/Numbers/order/change`. The path is relative to
/// the base URL of the Voice API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoicePath {
    pub(super) method: Method,
    pub(super) path: String,
}

impl Default for VoicePaths {
    fn default() -> Self {
        let path = |method: Method, path: &str| VoicePath {
            method,
            path: format!("Voice/v1/Numbers/{path}"),
        };
        Self {
            cancel: path(Method::POST, "order/{id}/cancel"),
            change: path(Method::POST, "order/change"),
            disconnect: path(Method::POST, "order/disconnect"),
            inventory_details: path(Method::GET, "inventory/details"),
        }
    }
}

impl VoicePath {
    /// Reads the path of the cancellation, as `[METHOD ]path`. The method is POST if it is missing. The path may
    /// contain `{id}` once, which stands for the voice order ID. Without it, the ID is sent in the body.
    ///
    /// # Errors
    /// See [`InvalidVoicePath`].
    pub fn of_cancellation(text: &str) -> Result<Self, InvalidVoicePath> {
        Self::read(text, Method::POST)?.that_writes()
    }

    /// Reads the path of a change or of a disconnection, as `[METHOD ]path`. The method is POST if it is
    /// missing.
    ///
    /// # Errors
    /// See [`InvalidVoicePath`].
    pub fn of_order(text: &str) -> Result<Self, InvalidVoicePath> {
        Self::read(text, Method::POST)?.without_id()?.that_writes()
    }

    /// Reads the path of the list of active numbers, as `[METHOD ]path`. The method is GET if it is missing. The
    /// parameters are sent in the query of a GET, and in the body of a POST.
    ///
    /// # Errors
    /// See [`InvalidVoicePath`].
    pub fn of_list(text: &str) -> Result<Self, InvalidVoicePath> {
        let path = Self::read(text, Method::GET)?.without_id()?;
        let reads = path.method == Method::GET || path.method == Method::POST;
        if reads { Ok(path) } else { Err(InvalidVoicePath::MethodOfList) }
    }

    /// Whether the path contains the ID of the order.
    pub(super) fn has_id(&self) -> bool {
        self.path.split('/').any(|segment| segment == ID)
    }

    fn read(text: &str, default: Method) -> Result<Self, InvalidVoicePath> {
        let mut words = text.split_whitespace();
        let (method, path) = match (words.next(), words.next(), words.next()) {
            (Some(path), None, None) => (default, path),
            (Some(method), Some(path), None) => (read_method(method)?, path),
            _ => return Err(InvalidVoicePath::Words),
        };
        let path = path.strip_prefix('/').unwrap_or(path);
        let mut segments = path.split('/');
        let is_segment = |segment: &str| {
            segment == ID
                || !matches!(segment, "" | "." | "..")
                    && segment.bytes().all(|sign| {
                        sign.is_ascii_alphanumeric() || matches!(sign, b'-' | b'_' | b'.' | b'~')
                    })
        };
        if !segments.all(is_segment) {
            return Err(InvalidVoicePath::Path);
        }
        if 1 < path.matches(ID).count() {
            return Err(InvalidVoicePath::Id);
        }
        Ok(Self { method, path: path.to_owned() })
    }

    fn that_writes(self) -> Result<Self, InvalidVoicePath> {
        if self.method == Method::GET { Err(InvalidVoicePath::MethodOfOrder) } else { Ok(self) }
    }

    fn without_id(self) -> Result<Self, InvalidVoicePath> {
        if self.has_id() { Err(InvalidVoicePath::Id) } else { Ok(self) }
    }
}

/// What stands for the voice order ID in a path.
const ID: &str = "{id}";

fn read_method(word: &str) -> Result<Method, InvalidVoicePath> {
    let methods = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
    let method = methods.into_iter().find(|method| method.as_str().eq_ignore_ascii_case(word));
    method.ok_or(InvalidVoicePath::Method)
}

/// `POST Voice/v1/Numbers/order/change`
impl fmt::Display for VoicePath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.method, self.path)
    }
}

/// Why a text is not the path of a request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidVoicePath {
    /// There is no path, or something after it.
    #[error("it must be a path, or a method and a path, as in `PUT Voice/v1/Numbers/order/change`")]
    Words,
    /// There is no such method.
    #[error("the method must be GET, POST, PUT, PATCH or DELETE")]
    Method,
    /// An order must not be sent as a GET, which proxies may repeat.
    #[error("the method must not be GET, because the request changes something at Lumen")]
    MethodOfOrder,
    /// The list of active numbers changes nothing.
    #[error("the method must be GET or POST, because the request only reads")]
    MethodOfList,
    /// The path is not relative to the base URL, or has a query.
    #[error(
        "the path must consist of names separated by slashes, without a host, a query, or `..`"
    )]
    Path,
    /// `{id}` is only for cancellations, and only once.
    #[error("`{{id}}` is allowed once, and only in the path of the cancellation")]
    Id,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_may_have_a_method() {
        for (text, expected) in [
            ("Voice/v1/Numbers/order/change", "POST Voice/v1/Numbers/order/change"),
            ("put /Voice/v2/Numbers/order/change", "PUT Voice/v2/Numbers/order/change"),
            ("  PATCH   order.change ", "PATCH order.change"),
            ("DELETE x", "DELETE x"),
        ] {
            let read = VoicePath::of_order(text).map(|path| path.to_string());
            assert_eq!(read.as_deref(), Ok(expected), "{text}");
        }
        for (text, expected) in [("a/b", "GET a/b"), ("get a", "GET a"), ("POST a", "POST a")] {
            let read = VoicePath::of_list(text).map(|path| path.to_string());
            assert_eq!(read.as_deref(), Ok(expected), "{text}");
        }
        for (text, has_id) in [("DELETE order/{id}", true), ("order/cancel", false)] {
            assert_eq!(VoicePath::of_cancellation(text).map(|path| path.has_id()), Ok(has_id));
        }
    }

    #[test]
    fn what_is_no_path_below_the_base_is_refused() {
        use InvalidVoicePath::{Id, Method, MethodOfList, MethodOfOrder, Path, Words};
        for (text, error) in [
            ("", Words),
            ("PUT a b", Words),
            ("HEAD a", Method),
            ("GET a", MethodOfOrder),
            ("https://api.lumen.com/a", Path),
            ("//host/a", Path),
            ("a//b", Path),
            ("a/", Path),
            ("/", Path),
            ("a/../b", Path),
            ("a?b=c", Path),
            ("a#b", Path),
            ("a%2e%2e", Path),
            ("a/{ID}", Path),
            ("a/{id}", Id),
        ] {
            assert_eq!(VoicePath::of_order(text), Err(error), "{text}");
        }
        assert_eq!(VoicePath::of_cancellation("{id}/{id}"), Err(Id));
        assert_eq!(VoicePath::of_list("PUT a"), Err(MethodOfList));
        assert_eq!(VoicePath::of_list("a/{id}"), Err(Id));
    }
}
