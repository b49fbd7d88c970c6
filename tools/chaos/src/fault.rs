//! A fault: what goes wrong with one request at Lumen, on the network or in a process.

use std::time::Duration;

use lumen_simulator::Fault as SimulatedFault;

/// Longer than `request_timeout` in the configuration of every case.
const TOO_LONG: Duration = Duration::from_secs(3);

/// What goes wrong with a request. Lumen *processes* a request when it carries the request out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Fault {
    /// Nothing goes wrong.
    None,
    ConnectionRefused,
    ResetBeforeProcessing,
    ResetAfterProcessing,
    /// Lumen refuses the request with this status.
    Status(u16),
    /// Lumen processes the request and answers with this status.
    StatusAfterProcessing(u16),
    RateLimited,
    RateLimitedWithRetryAfter,
    TimeoutBeforeProcessing,
    TimeoutAfterProcessing,
    Truncated,
    Html,
    WrongTypes,
    /// A process is interrupted while the request is in progress.
    Interrupted(Interruption, Phase),
}

/// Which process is interrupted, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Interruption {
    /// `kill -9` of the provider.
    KillProvider,
    /// `kill -9` of Terraform.
    KillTerraform,
    /// Ctrl-C, which a terminal sends to Terraform and to the provider.
    CtrlC,
    /// Ctrl-C a second time: Terraform then stops without waiting for the provider.
    CtrlCTwice,
}

/// How far Lumen has got with a request when a process is interrupted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Phase {
    /// Lumen has received the request, and never processes it.
    BeforeProcessing,
    /// Lumen has processed the request, and never answers it.
    AfterProcessing,
}

impl Interruption {
    const ALL: [Self; 4] = [Self::KillProvider, Self::KillTerraform, Self::CtrlC, Self::CtrlCTwice];

    fn name(self) -> &'static str {
        match self {
            Self::KillProvider => "kill-provider",
            Self::KillTerraform => "kill-terraform",
            Self::CtrlC => "sigint",
            Self::CtrlCTwice => "sigint-twice",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::KillProvider => "`kill -9` of the provider",
            Self::KillTerraform => "`kill -9` of Terraform",
            Self::CtrlC => "Ctrl-C",
            Self::CtrlCTwice => "Ctrl-C twice",
        }
    }
}

impl Fault {
    /// Every row of the table, in its order.
    pub(crate) fn all() -> Vec<Self> {
        let mut all = vec![
            Self::ConnectionRefused,
            Self::ResetBeforeProcessing,
            Self::ResetAfterProcessing,
            Self::Status(500),
            Self::StatusAfterProcessing(500),
            Self::Status(502),
            Self::StatusAfterProcessing(502),
            Self::Status(503),
            Self::Status(504),
            Self::StatusAfterProcessing(504),
            Self::RateLimited,
            Self::RateLimitedWithRetryAfter,
            Self::Status(401),
            Self::Status(403),
            Self::TimeoutBeforeProcessing,
            Self::TimeoutAfterProcessing,
            Self::Truncated,
            Self::Html,
            Self::WrongTypes,
        ];
        for interruption in Interruption::ALL {
            let phases = [Phase::BeforeProcessing, Phase::AfterProcessing];
            all.extend(phases.map(|phase| Self::Interrupted(interruption, phase)));
        }
        all
    }

    /// Whether this fault is worth injecting into a request. If a request changes nothing at Lumen, it makes
    /// no difference whether Lumen processes it.
    pub(crate) fn applies_to(self, request: &str) -> bool {
        !matches!(self, Self::StatusAfterProcessing(_))
            || places_order(request)
            || cancels_order(request)
    }

    /// Its name in `--only`.
    pub(crate) fn name(self) -> String {
        match self {
            Self::None => "none".into(),
            Self::ConnectionRefused => "refused".into(),
            Self::ResetBeforeProcessing => "reset-before".into(),
            Self::ResetAfterProcessing => "reset-after".into(),
            Self::Status(code) => code.to_string(),
            Self::StatusAfterProcessing(code) => format!("{code}-after"),
            Self::RateLimited => "429".into(),
            Self::RateLimitedWithRetryAfter => "429-retry-after".into(),
            Self::TimeoutBeforeProcessing => "timeout-before".into(),
            Self::TimeoutAfterProcessing => "timeout-after".into(),
            Self::Truncated => "truncated".into(),
            Self::Html => "html".into(),
            Self::WrongTypes => "wrong-types".into(),
            Self::Interrupted(interruption, Phase::BeforeProcessing) => {
                format!("{}-before", interruption.name())
            }
            Self::Interrupted(interruption, Phase::AfterProcessing) => {
                format!("{}-after", interruption.name())
            }
        }
    }

    /// Its row in the table.
    pub(crate) fn title(self) -> String {
        match self {
            Self::None => "none".into(),
            Self::ConnectionRefused => "connection refused".into(),
            Self::ResetBeforeProcessing => "connection reset, not processed".into(),
            Self::ResetAfterProcessing => "connection reset, processed".into(),
            Self::Status(code) => code.to_string(),
            Self::StatusAfterProcessing(code) => format!("{code}, processed"),
            Self::RateLimited => "429".into(),
            Self::RateLimitedWithRetryAfter => "429 with `Retry-After`".into(),
            Self::TimeoutBeforeProcessing => "timeout, not processed".into(),
            Self::TimeoutAfterProcessing => "timeout, processed".into(),
            Self::Truncated => "truncated JSON".into(),
            Self::Html => "HTML".into(),
            Self::WrongTypes => "JSON with wrong types".into(),
            Self::Interrupted(interruption, Phase::BeforeProcessing) => {
                format!("{}, not processed", interruption.title())
            }
            Self::Interrupted(interruption, Phase::AfterProcessing) => {
                format!("{}, processed", interruption.title())
            }
        }
    }

    /// The fault that the simulator injects into the request. `None` if the fault does not concern a single
    /// request.
    pub(crate) fn simulated(self, request: &str) -> Option<SimulatedFault> {
        let target = &format!("{request}$");
        let gateway = r#"{"message": "The gateway gave up"}"#;
        Some(match self {
            Self::None | Self::ConnectionRefused => return None,
            Self::ResetBeforeProcessing => SimulatedFault::reset_before(target),
            Self::ResetAfterProcessing => SimulatedFault::reset_after(target),
            Self::Status(code) => SimulatedFault::status(target, code),
            Self::StatusAfterProcessing(code) => SimulatedFault::answer(target, code, gateway),
            Self::RateLimited => SimulatedFault::status(target, 429),
            Self::RateLimitedWithRetryAfter => {
                SimulatedFault::status(target, 429).header("Retry-After", "1")
            }
            Self::TimeoutAfterProcessing => SimulatedFault::delay(target, TOO_LONG),
            Self::Truncated => SimulatedFault::truncate(target),
            Self::Html => SimulatedFault::html(target, 200),
            Self::WrongTypes => SimulatedFault::wrong_types(target),
            Self::TimeoutBeforeProcessing | Self::Interrupted(_, Phase::BeforeProcessing) => {
                SimulatedFault::hold_before(target)
            }
            Self::Interrupted(_, Phase::AfterProcessing) => SimulatedFault::hold_after(target),
        })
    }

    /// The interruption of a process, if the fault is one.
    pub(crate) fn interruption(self) -> Option<Interruption> {
        match self {
            Self::Interrupted(interruption, _) => Some(interruption),
            _ => None,
        }
    }
}

/// Whether a request places an order, which costs money.
pub(crate) fn places_order(request: &str) -> bool {
    const ENDS: [&str; 5] =
        ["/orderRequest", "/orderInventory", "/order", "/order/change", "/order/disconnect"];
    request.starts_with("POST ") && ENDS.iter().any(|end| request.ends_with(end))
}

fn cancels_order(request: &str) -> bool {
    request.starts_with("POST ") && request.ends_with("/cancel")
}
