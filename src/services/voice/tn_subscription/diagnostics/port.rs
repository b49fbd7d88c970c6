//! Diagnostics about a port that is in progress.

use super::super::order::SubscriptionOrder;
use crate::framework::Diagnostic;
use crate::lumen::long_running::Operation as _;

/// A port takes days. There is nothing to do until it ends.
pub(in super::super) fn in_flight(object: &str, order: &SubscriptionOrder) -> Diagnostic {
    Diagnostic::warning(format!("The port of {object} is in progress"))
        .because(format!("Lumen has accepted {}, and ports the numbers when the losing carrier agrees", order.title()))
        .outcome("The numbers stay with their carrier until then. Nothing waits for it, because `wait_for` is reached.")
        .remedy("Run `terraform apply -refresh-only` to see its progress in `port_status` and `foc_date`.")
}

/// The run ended before Lumen had time to refuse a supplement.
pub(in super::super) fn not_processed(object: &str, order: &SubscriptionOrder) -> Diagnostic {
    Diagnostic::warning(format!("The supplement of {object} is not confirmed yet"))
        .because(format!("the run ended before Lumen had reported that it has processed {}", order.title()))
        .outcome("Lumen has accepted the supplement, and the state has the new values. The port continues.")
        .remedy("Run `terraform apply -refresh-only` later: `foc_date` and `notifications` show what becomes of it.")
}
