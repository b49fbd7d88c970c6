//! Answers of Lumen that a plan checks, and that it can do without.

use crate::framework::{Context, Diagnostic};
use crate::lumen::Error;
use crate::services::explain;

/// Returns an answer that a check needs. If the error is temporary, the plan continues with a warning
/// instead.
pub(super) fn asked<T>(
    answer: Result<T, Error>,
    what: &str,
    context: &Context,
) -> Result<Option<T>, Diagnostic> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.is_passing() => {
            context.warn(explain::warning(format!("{what} could not be checked"), &error).outcome(
                "The plan continues without it. Lumen checks it when the numbers are ordered.",
            ));
            Ok(None)
        }
        Err(error) => Err(explain::error(format!("{what} can't be checked"), &error)
            .outcome("Nothing was ordered.")),
    }
}
