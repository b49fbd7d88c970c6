//! The plan of a subscription that was in the state when the run began, and that is planned as new.

use super::model::Subscription;
use super::{diagnostics, review};
use crate::framework::{Context, Diagnostic};
use crate::journal::OrderTarget;
use crate::lumen::Client;
use crate::lumen::voice::{ActiveNumber, ActiveStatus};
use crate::services::Session;
use crate::services::voice::checks::asked;

/// Whether this run has read a subscription of this target, and no plan keeps it.
pub(super) fn is_one(session: &Session, target: &OrderTarget) -> bool {
    !session.replacements.replaced(target).is_empty()
}

/// Refuses numbers that stay in service. Nothing else is checked: if the refresh finds that a subscription has
/// ended, Terraform plans it as new even if it is about to destroy it, and an error would prevent that.
pub(super) async fn check(
    lumen: &Client,
    planned: &Subscription,
    context: &Context,
) -> Result<(), Vec<Diagnostic>> {
    let report = asked(lumen.active_numbers().await, "The active numbers", context);
    let Some(report) = report.map_err(|error| vec![error])? else { return Ok(()) };
    let numbers = planned.numbers();
    let found = numbers.iter().filter_map(|number| report.find(*number));
    let staying: Vec<&ActiveNumber> =
        found.filter(|number| number.status != ActiveStatus::Disconnecting).collect();
    if !staying.is_empty() {
        return Err(vec![diagnostics::are_active(&review::numbers_of(&staying))]);
    }
    context.warn(diagnostics::not_checked(planned));
    Ok(())
}
