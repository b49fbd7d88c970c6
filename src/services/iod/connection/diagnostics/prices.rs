//! Diagnostics about prices that differ from the plan or are too high.

use super::super::order_terms::Limit;
use crate::framework::Diagnostic;
use crate::lumen::HourlyPrice;

/// The price exceeds the user's limit.
pub(in super::super) fn over_limit(name: &str, price: &HourlyPrice, limit: &Limit) -> Diagnostic {
    let diagnostic =
        Diagnostic::error(format!("Connection `{name}` costs more than `max_hourly_price` allows"));
    let cause = format!("the price is {price} USD per hour, and the limit is {} USD", limit.price);
    if limit.is_own {
        diagnostic
            .at("max_hourly_price")
            .because(cause)
            .remedy("Raise `max_hourly_price`, or lower `bandwidth`.")
    } else {
        diagnostic
            .at("bandwidth")
            .because(format!("{cause}, in the `provider \"lumen\"` block"))
            .remedy(
                "Raise `max_hourly_price` in the `provider \"lumen\"` block, or lower `bandwidth`.",
            )
    }
}

/// The price is higher than planned.
pub(in super::super) fn dearer(
    name: &str,
    planned: &HourlyPrice,
    asked: &HourlyPrice,
) -> Diagnostic {
    Diagnostic::error(format!("The price of connection `{name}` has risen since the plan"))
        .because(format!(
            "the price was {planned} USD per hour in the plan, and is now {asked} USD"
        ))
        .remedy("Run `terraform plan` again, and apply the new plan if you accept the price.")
}

/// The price differs from the planned one.
pub(in super::super) fn another_price(
    name: &str,
    planned: &HourlyPrice,
    asked: &HourlyPrice,
) -> Diagnostic {
    let (less, ordered) = if asked < planned {
        ("less", "It was ordered at the lower price.")
    } else {
        ("more", "It was ordered at that price before this plan was made.")
    };
    Diagnostic::warning(format!("Connection `{name}` costs {less} than planned"))
        .because(format!(
            "the price was {planned} USD per hour in the plan, and {asked} USD when the connection was ordered"
        ))
        .outcome(ordered)
        .remedy("Run `terraform apply -refresh-only` to see that price in the state.")
}
