//! Failures on demand: what a request meets instead of, or after, its normal answer.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::ledger::without_ids;

/// A failure that waits for its requests.
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
    /// Only requests with this method; all without it.
    #[serde(default)]
    pub method: Option<String>,
    /// Only requests whose path starts like this; with `$` at its end, only those whose whole path
    /// the ledger names like this: `/Customer/v3/Ordering/orderRequest/{id}$`.
    pub path: String,
    /// How many matching requests pass unharmed first.
    #[serde(default)]
    pub skip: u32,
    /// How many requests it strikes; all until it is cleared without it.
    #[serde(default)]
    pub times: Option<u32>,
    /// What happens.
    pub kind: FaultKind,
}

/// What happens to a request. "Committed" means that Lumen has done what was asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// Refused with this status; nothing is committed.
    Status {
        /// The HTTP status.
        code: u16,
        /// Further headers.
        #[serde(default)]
        headers: Vec<(String, String)>,
        /// The body; the gateway's envelope when empty.
        #[serde(default)]
        body: String,
    },
    /// Committed at once, answered late.
    Delay {
        /// How late, in milliseconds of the runtime's clock.
        millis: u64,
    },
    /// The connection is cut; nothing is committed.
    ResetBefore,
    /// Committed, then the connection is cut without an answer.
    ResetAfter,
    /// Committed, and the answer is cut in the middle of its body.
    Truncate,
    /// A proxy's HTML page; nothing is committed.
    Html {
        /// The HTTP status.
        code: u16,
    },
    /// Committed, and answered with something else.
    Body {
        /// The HTTP status.
        code: u16,
        /// The body, called JSON whatever it is.
        body: String,
    },
    /// Committed, and answered with the same members, every value of which has another type.
    WrongTypes,
    /// Held until the failures are cleared, then the connection is cut; nothing is committed.
    HoldBefore,
    /// Committed, held until the failures are cleared, then the connection is cut without an answer.
    HoldAfter,
    /// Committed and answered; from then on connections are refused until the failures are cleared.
    Close,
}

impl FaultKind {
    /// Whether Lumen does what was asked.
    pub(crate) fn commits(&self) -> bool {
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
    /// Refuses with `code`. A target is a path prefix, with a method in front or not:
    /// `GET /Product/v1/price`, `/Network`.
    #[must_use]
    pub fn status(target: &str, code: u16) -> Fault {
        let (headers, body) = (Vec::new(), String::new());
        Fault::new(target, FaultKind::Status { code, headers, body })
    }

    /// Commits at once and answers late.
    #[must_use]
    pub fn delay(target: &str, by: Duration) -> Fault {
        let millis = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
        Fault::new(target, FaultKind::Delay { millis })
    }

    /// Cuts the connection instead of doing anything.
    #[must_use]
    pub fn reset_before(target: &str) -> Fault {
        Fault::new(target, FaultKind::ResetBefore)
    }

    /// Commits, then cuts the connection instead of answering.
    #[must_use]
    pub fn reset_after(target: &str) -> Fault {
        Fault::new(target, FaultKind::ResetAfter)
    }

    /// Commits, then cuts the connection in the middle of the answer's body.
    #[must_use]
    pub fn truncate(target: &str) -> Fault {
        Fault::new(target, FaultKind::Truncate)
    }

    /// Answers with a proxy's HTML page instead of doing anything.
    #[must_use]
    pub fn html(target: &str, code: u16) -> Fault {
        Fault::new(target, FaultKind::Html { code })
    }

    /// Commits and answers with `body` instead.
    #[must_use]
    pub fn answer(target: &str, code: u16, body: impl Into<String>) -> Fault {
        Fault::new(target, FaultKind::Body { code, body: body.into() })
    }

    /// Commits and answers with values of other types.
    #[must_use]
    pub fn wrong_types(target: &str) -> Fault {
        Fault::new(target, FaultKind::WrongTypes)
    }

    /// Holds the request without doing anything, and cuts the connection when faults are cleared.
    #[must_use]
    pub fn hold_before(target: &str) -> Fault {
        Fault::new(target, FaultKind::HoldBefore)
    }

    /// Commits, holds the answer back, and cuts the connection when faults are cleared.
    #[must_use]
    pub fn hold_after(target: &str) -> Fault {
        Fault::new(target, FaultKind::HoldAfter)
    }

    /// Commits and answers, and refuses connections from then on until faults are cleared.
    #[must_use]
    pub fn close(target: &str) -> Fault {
        Fault::new(target, FaultKind::Close)
    }

    /// Strikes this many requests, then is over.
    #[must_use]
    pub fn times(mut self, times: u32) -> Fault {
        self.times = Some(times);
        self
    }

    /// Lets this many matching requests pass first.
    #[must_use]
    pub fn skip(mut self, requests: u32) -> Fault {
        self.skip = requests;
        self
    }

    /// Adds a header to a status fault; other kinds have none of their own.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Fault {
        if let FaultKind::Status { headers, .. } = &mut self.kind {
            headers.push((name.into(), value.into()));
        }
        self
    }

    /// Gives a status fault its body; other kinds have none of their own.
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

    /// Whether every status that it would send exists.
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

/// The failures that are waiting, in the order of their arrival, and what they have done so far.
pub(crate) struct Faults {
    waiting: Vec<Fault>,
    /// How many requests have met one, and all that it commits.
    pub(crate) struck: u64,
    /// Whether connections are refused.
    closed: watch::Sender<bool>,
    /// How often everything was forgotten.
    cleared: watch::Sender<u64>,
}

impl Default for Faults {
    fn default() -> Faults {
        let (closed, _) = watch::channel(false);
        let (cleared, _) = watch::channel(0);
        Faults { waiting: Vec::new(), struck: 0, closed, cleared }
    }
}

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) {
        self.waiting.push(fault);
    }

    /// Forgets every failure: connections are let in again, and what was held is cut.
    pub(crate) fn clear(&mut self) {
        self.waiting.clear();
        self.closed.send_replace(false);
        self.cleared.send_modify(|times| *times += 1);
    }

    /// Refuses connections until everything is cleared.
    pub(crate) fn close(&self) {
        self.closed.send_replace(true);
    }

    /// Whether connections are refused, from now on.
    pub(crate) fn closed(&self) -> watch::Receiver<bool> {
        self.closed.subscribe()
    }

    /// Changes when everything is cleared.
    pub(crate) fn cleared(&self) -> watch::Receiver<u64> {
        self.cleared.subscribe()
    }

    /// What this request meets: the first waiting failure that is due for it. Every matching
    /// failure before that one counts the request as passed.
    pub(crate) fn strike(&mut self, method: &Method, path: &str) -> Option<FaultKind> {
        for fault in &mut self.waiting {
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
