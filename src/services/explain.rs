//! Errors of the API as users read them: why, in Lumen's words, and the way out.

use std::error::Error as _;

use crate::framework::Diagnostic;
use crate::lumen::{Error, Problem};

/// An error that stops an operation, which the summary names with its object.
pub(super) fn error(summary: impl Into<String>, error: &Error) -> Diagnostic {
    Diagnostic::error(summary).because(cause(error)).remedy(remedy(error))
}

/// The same as a warning, where the operation goes on without.
pub(super) fn warning(summary: impl Into<String>, error: &Error) -> Diagnostic {
    Diagnostic::warning(summary).because(cause(error)).remedy(remedy(error))
}

/// An error and what lies below it.
pub(super) fn cause(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(below) = source {
        text = format!("{text}: {below}");
        source = below.source();
    }
    text
}

/// What to do about it. The same texts are read in plans, applies and destroys, so they name none of
/// these commands.
pub(super) fn remedy(error: &Error) -> String {
    match error {
        Error::RateLimited { .. } => "Run the same command again later, with a lower `-parallelism`, or set `requests_per_second` in the provider block.".to_owned(),
        Error::QuotaExhausted(_) => "Run the same command again after 00:00 GMT, when Lumen starts a new day of 24 change requests.".to_owned(),
        Error::Unavailable(_) | Error::Interrupted { .. } => "Run the same command again in some minutes. If it persists, give Lumen's support the tracking id, or raise `request_timeout`.".to_owned(),
        Error::NoToken(cause) => remedy(cause),
        Error::HeldUp { .. } => "Run the same command again.".to_owned(),
        _ => format!("{} Then run the same command again.", mend(error)),
    }
}

/// What to mend before anything is tried again.
pub(super) fn mend(error: &Error) -> String {
    match error {
        Error::Rejected(problem) => match &problem.property_path {
            Some(property) => format!("Correct what the configuration gives Lumen as `{property}`."),
            None if problem.words().is_some() => "Correct the configuration as Lumen's words say.".to_owned(),
            None => "Ask Lumen's support for the reason, with the tracking id.".to_owned(),
        },
        Error::NotFound(problem) | Error::NotImplemented(problem) if is_gateways(problem) => {
            "Check `base_url` (`LUMEN_BASE_URL`) and `environment` (`LUMEN_ENVIRONMENT`): there is no such API at that address.".to_owned()
        }
        Error::NotFound(_) => "Check the id: Lumen does not know it under this customer number.".to_owned(),
        Error::NotImplemented(_) => "Look for a newer version of the provider: this part of Lumen's API has changed.".to_owned(),
        Error::Unauthorized(_) => "Check that the API key is approved (new keys are pending at first) and that its products include this API; then `client_id` and `client_secret`.".to_owned(),
        Error::Forbidden(_) => "Have Lumen attach the product and the customer number to your API key, and check `customer_number` (`LUMEN_CUSTOMER_NUMBER`).".to_owned(),
        Error::TokenRefused(_) => "Check `client_id` (`LUMEN_CLIENT_ID`) and `client_secret` (`LUMEN_CLIENT_SECRET`): they belong to one environment each. If your tokens come from elsewhere, set `token_url` (`LUMEN_TOKEN_URL`).".to_owned(),
        Error::NoToken(cause) => mend(cause),
        Error::Unreachable { .. } => "Check the network between this machine and Lumen, its proxy settings, and `base_url` (`LUMEN_BASE_URL`).".to_owned(),
        Error::Misconfigured(_) => "Correct the `provider \"lumen\"` block.".to_owned(),
        Error::RateLimited { .. } | Error::QuotaExhausted(_) | Error::Unavailable(_) | Error::HeldUp { .. } | Error::Interrupted { .. } => "Wait until Lumen answers again.".to_owned(),
        _ => "Check `base_url` (`LUMEN_BASE_URL`). If it is right, please report this, with the output of the same command under `TF_LOG=debug`.".to_owned(),
    }
}

/// A gateway that does not know the path answers in an envelope of its own.
fn is_gateways(problem: &Problem) -> bool {
    !problem.has_code("notFound") && !problem.has_code("notImplemented")
}
