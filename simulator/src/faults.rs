//! Failures on demand: what a request meets instead of, or after, its normal answer.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use serde::{Deserialize, Serialize};

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
    /// Only requests whose path starts like this.
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
        method_matches && path.starts_with(&self.path)
    }
}

/// The failures that are waiting, in the order of their arrival.
#[derive(Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// What this request meets: the first waiting failure that is due for it. Every matching
    /// failure before that one counts the request as passed.
    pub(crate) fn strike(&mut self, method: &Method, path: &str) -> Option<FaultKind> {
        for fault in &mut self.0 {
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
