//! Diagnostics about a port that is in progress.

use super::super::order::SubscriptionOrder;
use crate::framework::Diagnostic;
use crate::lumen::long_running::Operation as _;
use crate::lumen::voice::Date;

/// A port takes days. There is nothing to do until it ends.
pub(in super::super) fn in_flight(object: &str, order: &SubscriptionOrder) -> Diagnostic {
    let title = order.title();
    let because = match order.placed.foc_date {
        Some(date) => format!(
            "Lumen has accepted {title}, and the losing carrier has agreed to the date {date}"
        ),
        None => format!(
            "Lumen has accepted {title}, and ports the numbers when the losing carrier agrees"
        ),
    };
    Diagnostic::warning(format!("The port of {object} is in progress"))
        .because(because)
        .outcome("The numbers stay with their carrier until then. Nothing waits for it, because `wait_for` is reached.")
        .remedy("Run `terraform apply -refresh-only` to see its progress in `port_status` and `foc_date`.")
}

/// The FOC date has passed, and the numbers are not in service.
pub(in super::super) fn missed(object: &str, order: &SubscriptionOrder, date: Date) -> Diagnostic {
    Diagnostic::warning(format!("The port of {object} has not happened on its date"))
        .because(format!("the FOC date of {} was {date}, and Lumen does not report the port as complete", order.title()))
        .outcome("The order is in progress. Its numbers stay with their carrier until the port is complete.")
        .remedy(format!("Ask Lumen's LNP desk about {}. If Lumen asks for another date, change `request_date`.", order.title()))
}

/// A letter can't be received later than now.
pub(in super::super) fn letter_in_future(date: Date) -> Diagnostic {
    Diagnostic::error("`port_in.loa.date_time` is in the future")
        .at("port_in.loa")
        .because(format!(
            "it is {date}, and Lumen ports no numbers before you hold the letter of authorization"
        ))
        .outcome("Nothing was ordered.")
        .remedy("Set it to the date since when you hold the letter.")
}

/// The run ended before Lumen had time to refuse a supplement.
pub(in super::super) fn not_processed(object: &str, order: &SubscriptionOrder) -> Diagnostic {
    Diagnostic::warning(format!("The supplement of {object} is not confirmed yet"))
        .because(format!("the run ended before Lumen had reported that it has processed {}", order.title()))
        .outcome("Lumen has accepted the supplement, and the state has the new values. The port continues.")
        .remedy("Run `terraform apply -refresh-only` later: `foc_date` and `notifications` show what becomes of it.")
}
