//! Faults: what the simulator does to a request instead of answering it normally.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::ledger::without_ids;

/// A fault that is injected into the requests that match it.
///
/// ```
/// use lumen_simulator::Fault;
///
/// let busy = Fault::status("GET /Product/v1/price", 503).header("Retry-After", "1").times(2);
/// let lost = Fault::reset_after("POST /Customer/v3/Ordering/orderRequest").times(1);
/// # let _ = (busy, lost);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Only requests with this method match. If it is not set, every method matches.
    #[serde(default)]
    pub method: Option<String>,
    /// Only requests whose path starts with this match. If it ends with `$`, the whole path must
    /// match, with ids replaced as in the ledger: `/Customer/v3/Ordering/orderRequest/{id}$`.
    pub path: String,
    /// How many matching requests are answered normally first.
    #[serde(default)]
    pub skip: u32,
    /// How many requests it is injected into. If it is not set, it is injected into every request
    /// until the faults are cleared.
    #[serde(default)]
    pub times: Option<u32>,
    /// What happens.
    pub kind: FaultKind,
}

/// What happens to a request. A request is "processed" when Lumen has carried it out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// Answered with this status and not processed.
    Status {
        /// The HTTP status.
        code: u16,
        /// Additional headers.
        #[serde(default)]
        headers: Vec<(String, String)>,
        /// The body. If it is empty, the gateway's error envelope is sent.
        #[serde(default)]
        body: String,
    },
    /// Processed at once and answered late.
    Delay {
        /// The delay, in milliseconds of the runtime's clock.
        millis: u64,
    },
    /// Not processed: the connection is dropped.
    ResetBefore,
    /// Processed, then the connection is dropped without an answer.
    ResetAfter,
    /// Processed, then the connection is dropped in the middle of the answer's body.
    Truncate,
    /// Answered with a proxy's HTML page and not processed.
    Html {
        /// The HTTP status.
        code: u16,
    },
    /// Processed and answered with another body.
    Body {
        /// The HTTP status.
        code: u16,
        /// The body. Its content type is always JSON.
        body: String,
    },
    /// Processed and answered with the same members, but every value has a different type.
    WrongTypes,
    /// Not processed: held until the faults are cleared, then the connection is dropped.
    HoldBefore,
    /// Processed and held until the faults are cleared, then the connection is dropped without an
    /// answer.
    HoldAfter,
    /// Processed and answered. Then connections are refused until the faults are cleared.
    Close,
}

impl FaultKind {
    /// Whether Lumen carries the request out.
    pub(crate) fn is_processed(&self) -> bool {
        match self {
            FaultKind::Status { .. }
            | FaultKind::ResetBefore
            | FaultKind::Html { .. }
            | FaultKind::HoldBefore => false,
            FaultKind::Delay { .. }
            | FaultKind::ResetAfter
            | FaultKind::Truncate
            | FaultKind::Body { .. }
            | FaultKind::WrongTypes
            | FaultKind::HoldAfter
            | FaultKind::Close => true,
        }
    }
}

impl Fault {
    /// Answers with `code` without processing the request. A target is a path prefix with an
    /// optional method: `GET /Product/v1/price`, `/Network`.
    #[must_use]
    pub fn status(target: &str, code: u16) -> Fault {
        let (headers, body) = (Vec::new(), String::new());
        Fault::new(target, FaultKind::Status { code, headers, body })
    }

    /// Processes the request at once and answers late.
    #[must_use]
    pub fn delay(target: &str, by: Duration) -> Fault {
        let millis = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
        Fault::new(target, FaultKind::Delay { millis })
    }

    /// Drops the connection without processing the request.
    #[must_use]
    pub fn reset_before(target: &str) -> Fault {
        Fault::new(target, FaultKind::ResetBefore)
    }

    /// Processes the request, then drops the connection instead of answering.
    #[must_use]
    pub fn reset_after(target: &str) -> Fault {
        Fault::new(target, FaultKind::ResetAfter)
    }

    /// Processes the request, then drops the connection in the middle of the answer's body.
    #[must_use]
    pub fn truncate(target: &str) -> Fault {
        Fault::new(target, FaultKind::Truncate)
    }

    /// Answers with a proxy's HTML page without processing the request.
    #[must_use]
    pub fn html(target: &str, code: u16) -> Fault {
        Fault::new(target, FaultKind::Html { code })
    }

    /// Processes the request and answers with `body`.
    #[must_use]
    pub fn answer(target: &str, code: u16, body: impl Into<String>) -> Fault {
        Fault::new(target, FaultKind::Body { code, body: body.into() })
    }

    /// Processes the request and answers with values of other types.
    #[must_use]
    pub fn wrong_types(target: &str) -> Fault {
        Fault::new(target, FaultKind::WrongTypes)
    }

    /// Holds the request without processing it, and drops the connection when faults are cleared.
    #[must_use]
    pub fn hold_before(target: &str) -> Fault {
        Fault::new(target, FaultKind::HoldBefore)
    }

    /// Processes the request, holds the answer, and drops the connection when faults are cleared.
    #[must_use]
    pub fn hold_after(target: &str) -> Fault {
        Fault::new(target, FaultKind::HoldAfter)
    }

    /// Processes and answers the request, then refuses connections until faults are cleared.
    #[must_use]
    pub fn close(target: &str) -> Fault {
        Fault::new(target, FaultKind::Close)
    }

    /// Limits the fault to this many requests.
    #[must_use]
    pub fn times(mut self, times: u32) -> Fault {
        self.times = Some(times);
        self
    }

    /// Answers this many matching requests normally first.
    #[must_use]
    pub fn skip(mut self, requests: u32) -> Fault {
        self.skip = requests;
        self
    }

    /// Adds a header to a status fault. Other kinds ignore it.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Fault {
        if let FaultKind::Status { headers, .. } = &mut self.kind {
            headers.push((name.into(), value.into()));
        }
        self
    }

    /// Sets the body of a status fault. Other kinds ignore it.
    #[must_use]
    pub fn body(mut self, text: &str) -> Fault {
        if let FaultKind::Status { body, .. } = &mut self.kind {
            *body = text.into();
        }
        self
    }

    fn new(target: &str, kind: FaultKind) -> Fault {
        let (method, path) = match target.split_once(' ') {
            Some((method, path)) => (Some(method.to_owned()), path),
            None => (None, target),
        };
        Fault { method, path: path.to_owned(), skip: 0, times: None, kind }
    }

    /// Whether the status that it sends is an HTTP status.
    pub(crate) fn is_valid(&self) -> bool {
        match self.kind {
            FaultKind::Status { code, .. }
            | FaultKind::Html { code }
            | FaultKind::Body { code, .. } => StatusCode::from_u16(code).is_ok(),
            _ => true,
        }
    }

    fn matches(&self, method: &Method, path: &str) -> bool {
        let method_matches =
            self.method.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method.as_str()));
        let path_matches = match self.path.strip_suffix('$') {
            Some(whole) => without_ids(path) == whole,
            None => path.starts_with(&self.path),
        };
        method_matches && path_matches
    }
}

/// The faults that are set, oldest first, and how often they have been injected.
pub(crate) struct Faults {
    active: Vec<Fault>,
    /// How many requests a fault was injected into. A request counts after it has been processed.
    pub(crate) injected: u64,
    connections_refused: watch::Sender<bool>,
    /// How often the faults were cleared.
    cleared: watch::Sender<u64>,
}

impl Default for Faults {
    fn default() -> Faults {
        let (connections_refused, _) = watch::channel(false);
        let (cleared, _) = watch::channel(0);
        Faults { active: Vec::new(), injected: 0, connections_refused, cleared }
    }
}

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) {
        self.active.push(fault);
    }

    /// Removes every fault: connections are accepted again, and held requests are dropped.
    pub(crate) fn clear(&mut self) {
        self.active.clear();
        self.connections_refused.send_replace(false);
        self.cleared.send_modify(|times| *times += 1);
    }

    /// Refuses connections until the faults are cleared.
    pub(crate) fn refuse_connections(&self) {
        self.connections_refused.send_replace(true);
    }

    /// Reports whether connections are refused, now and whenever that changes.
    pub(crate) fn connections_refused(&self) -> watch::Receiver<bool> {
        self.connections_refused.subscribe()
    }

    /// Changes when the faults are cleared.
    pub(crate) fn cleared(&self) -> watch::Receiver<u64> {
        self.cleared.subscribe()
    }

    /// Returns the fault to inject into this request: the oldest one that matches and has no
    /// requests left to skip. Every older match counts the request as skipped.
    pub(crate) fn next_for(&mut self, method: &Method, path: &str) -> Option<FaultKind> {
        for fault in &mut self.active {
            if !fault.matches(method, path) || fault.times == Some(0) {
                continue;
            }
            if fault.skip > 0 {
                fault.skip -= 1;
                continue;
            }
            fault.times = fault.times.map(|left| left - 1);
            return Some(fault.kind.clone());
        }
        None
    }
}
