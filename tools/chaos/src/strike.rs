//! What goes wrong: failures of Lumen, and ends that come too early.

use std::time::Duration;

use lumen_simulator::Fault;

/// How much longer than a request may take.
const TOO_LONG: Duration = Duration::from_secs(3);

/// What a request meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Strike {
    /// Nothing: the run as it should be.
    None,
    Refused,
    ResetBefore,
    ResetAfter,
    /// Refused with this status; nothing is done.
    Status(u16),
    /// Done, and answered with this status.
    Committed(u16),
    TooMany,
    TooManyForNow,
    SlowBefore,
    SlowAfter,
    Truncated,
    Html,
    WrongTypes,
    /// Somebody ends something while the request is under way.
    Interrupted(Whom, Moment),
}

/// What is ended, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Whom {
    /// `kill -9` of the provider.
    Provider,
    /// `kill -9` of Terraform.
    Terraform,
    /// Ctrl-C, once.
    Once,
    /// Ctrl-C, and again.
    Twice,
}

/// When, as seen from Lumen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Moment {
    /// The request has arrived, and is never done.
    Before,
    /// The request is done, and never answered.
    After,
}

impl Strike {
    /// Every row of the table, in its order.
    pub(crate) fn all() -> Vec<Self> {
        let mut all = vec![
            Self::Refused,
            Self::ResetBefore,
            Self::ResetAfter,
            Self::Status(500),
            Self::Committed(500),
            Self::Status(502),
            Self::Committed(502),
            Self::Status(503),
            Self::Status(504),
            Self::Committed(504),
            Self::TooMany,
            Self::TooManyForNow,
            Self::Status(401),
            Self::Status(403),
            Self::SlowBefore,
            Self::SlowAfter,
            Self::Truncated,
            Self::Html,
            Self::WrongTypes,
        ];
        for whom in [Whom::Provider, Whom::Terraform, Whom::Once, Whom::Twice] {
            all.extend(
                [Moment::Before, Moment::After].map(|moment| Self::Interrupted(whom, moment)),
            );
        }
        all
    }

    /// Whether a request that orders nothing can meet this: what it commits makes no difference.
    pub(crate) fn fits(self, request: &str) -> bool {
        !matches!(self, Self::Committed(_)) || orders(request)
    }

    /// Its name in `--only`.
    pub(crate) fn name(self) -> String {
        match self {
            Self::None => "nothing".into(),
            Self::Refused => "refused".into(),
            Self::ResetBefore => "reset-before".into(),
            Self::ResetAfter => "reset-after".into(),
            Self::Status(code) => code.to_string(),
            Self::Committed(code) => format!("{code}-after"),
            Self::TooMany => "429".into(),
            Self::TooManyForNow => "429-retry-after".into(),
            Self::SlowBefore => "slow-before".into(),
            Self::SlowAfter => "slow-after".into(),
            Self::Truncated => "truncated".into(),
            Self::Html => "html".into(),
            Self::WrongTypes => "wrong-types".into(),
            Self::Interrupted(whom, moment) => {
                let whom = match whom {
                    Whom::Provider => "kill-provider",
                    Whom::Terraform => "kill-terraform",
                    Whom::Once => "sigint",
                    Whom::Twice => "sigint-twice",
                };
                let moment = match moment {
                    Moment::Before => "before",
                    Moment::After => "after",
                };
                format!("{whom}-{moment}")
            }
        }
    }

    /// Its row in the table.
    pub(crate) fn title(self) -> String {
        match self {
            Self::None => "nothing".into(),
            Self::Refused => "connections refused".into(),
            Self::ResetBefore => "reset before it is done".into(),
            Self::ResetAfter => "reset after it is done".into(),
            Self::Status(code) => code.to_string(),
            Self::Committed(code) => format!("{code}, though it is done"),
            Self::TooMany => "429".into(),
            Self::TooManyForNow => "429 with `Retry-After`".into(),
            Self::SlowBefore => "timeout, not done".into(),
            Self::SlowAfter => "timeout, done".into(),
            Self::Truncated => "truncated JSON".into(),
            Self::Html => "HTML".into(),
            Self::WrongTypes => "JSON of wrong types".into(),
            Self::Interrupted(whom, moment) => {
                let whom = match whom {
                    Whom::Provider => "`kill -9` of the provider",
                    Whom::Terraform => "`kill -9` of Terraform",
                    Whom::Once => "Ctrl-C",
                    Whom::Twice => "Ctrl-C twice",
                };
                let moment = match moment {
                    Moment::Before => "before it is done",
                    Moment::After => "after it is done",
                };
                format!("{whom} {moment}")
            }
        }
    }

    /// What the simulator is told; nothing where it is not a failure of one request.
    pub(crate) fn fault(self, request: &str) -> Option<Fault> {
        let target = &format!("{request}$");
        let gateway = r#"{"message": "The gateway gave up"}"#;
        Some(match self {
            Self::None | Self::Refused => return None,
            Self::ResetBefore => Fault::reset_before(target),
            Self::ResetAfter => Fault::reset_after(target),
            Self::Status(code) => Fault::status(target, code),
            Self::Committed(code) => Fault::answer(target, code, gateway),
            Self::TooMany => Fault::status(target, 429),
            Self::TooManyForNow => Fault::status(target, 429).header("Retry-After", "1"),
            Self::SlowAfter => Fault::delay(target, TOO_LONG),
            Self::Truncated => Fault::truncate(target),
            Self::Html => Fault::html(target, 200),
            Self::WrongTypes => Fault::wrong_types(target),
            Self::SlowBefore | Self::Interrupted(_, Moment::Before) => Fault::hold_before(target),
            Self::Interrupted(_, Moment::After) => Fault::hold_after(target),
        })
    }

    /// Whom it ends.
    pub(crate) fn interrupts(self) -> Option<Whom> {
        match self {
            Self::Interrupted(whom, _) => Some(whom),
            _ => None,
        }
    }
}

/// Whether a request costs money.
pub(crate) fn orders(request: &str) -> bool {
    request.starts_with("POST ")
        && (request.ends_with("/orderRequest") || request.ends_with("/orderInventory"))
}
