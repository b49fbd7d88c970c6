//! How errors of the API are shown to users: the cause, in Lumen's words, and the remedy.

use std::error::Error as _;

use crate::framework::Diagnostic;
use crate::lumen::{Error, Problem};

/// An error that stops an operation. The summary names the operation and its object.
pub(super) fn error(summary: impl Into<String>, error: &Error) -> Diagnostic {
    Diagnostic::error(summary).because(cause(error)).remedy(remedy(error))
}

/// A warning about an error that the operation can continue without.
pub(super) fn warning(summary: impl Into<String>, error: &Error) -> Diagnostic {
    Diagnostic::warning(summary).because(cause(error)).remedy(remedy(error))
}

/// Describes an error and the errors that caused it.
pub(super) fn cause(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(below) = source {
        text = format!("{text}: {below}");
        source = below.source();
    }
    text
}

/// What to do about the error. The text is shown in plans, applies, and destroys, so it names none of these
/// commands.
pub(super) fn remedy(error: &Error) -> String {
    match error {
        Error::RateLimited { .. } => "Run the same command again later, with a lower `-parallelism`, or set `requests_per_second` in the provider block.".to_owned(),
        Error::QuotaExhausted(_) => "Run the same command again after 00:00 GMT, when Lumen resets the daily limit of 24 change requests.".to_owned(),
        Error::Unavailable(_) | Error::Interrupted { .. } => "Run the same command again in a few minutes. If it still fails, give Lumen's support the tracking ID, or raise `request_timeout`.".to_owned(),
        Error::NoToken(cause) => remedy(cause),
        Error::HeldUp { .. } => "Run the same command again.".to_owned(),
        _ => format!("{} Then run the same command again.", mend(error)),
    }
}

/// What to correct before trying again.
pub(super) fn mend(error: &Error) -> String {
    match error {
        Error::Rejected(problem) => match &problem.property_path {
            Some(property) => format!("Correct the argument that the provider sends as `{property}`."),
            None if problem.words().is_some() => "Correct what Lumen's message names.".to_owned(),
            None => "Ask Lumen's support for the reason, and include the tracking ID.".to_owned(),
        },
        Error::NotFound(problem) | Error::NotImplemented(problem) if is_gateways(problem) => {
            "Check `base_url` (`LUMEN_BASE_URL`) and `environment` (`LUMEN_ENVIRONMENT`): there is no such API at that address.".to_owned()
        }
        Error::NotFound(_) => "Check the ID: Lumen has no such object under this customer number.".to_owned(),
        Error::NotImplemented(_) => "Look for a newer version of the provider: this part of Lumen's API has changed.".to_owned(),
        Error::Unauthorized(_) => "Check that the API key is approved (new keys are pending at first) and that its products include this API. Then check `client_id` and `client_secret`.".to_owned(),
        Error::Forbidden(_) => "Ask Lumen to attach the product and the customer number to your API key, and check `customer_number` (`LUMEN_CUSTOMER_NUMBER`).".to_owned(),
        Error::TokenRefused(_) => "Check `client_id` (`LUMEN_CLIENT_ID`) and `client_secret` (`LUMEN_CLIENT_SECRET`): production and sandbox have separate keys. If your tokens come from another address, set `token_url` (`LUMEN_TOKEN_URL`).".to_owned(),
        Error::NoToken(cause) => mend(cause),
        Error::Unreachable { .. } => "Check the network between this machine and Lumen, its proxy settings, and `base_url` (`LUMEN_BASE_URL`).".to_owned(),
        Error::Misconfigured(_) => "Correct the `provider \"lumen\"` block.".to_owned(),
        Error::RateLimited { .. } | Error::QuotaExhausted(_) | Error::Unavailable(_) | Error::HeldUp { .. } | Error::Interrupted { .. } => "Wait until Lumen answers again.".to_owned(),
        _ => "Check `base_url` (`LUMEN_BASE_URL`). If it is right, please report this, with the output of the same command under `TF_LOG=debug`.".to_owned(),
    }
}

/// Whether a gateway sent the answer: one that does not know the path uses an error format of its own.
fn is_gateways(problem: &Problem) -> bool {
    !problem.has_code("notFound") && !problem.has_code("notImplemented")
}
