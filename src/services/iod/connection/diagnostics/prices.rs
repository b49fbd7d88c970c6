//! Words for prices that are not those of the plan, or that are too high.

use super::super::order_terms::Limit;
use crate::framework::Diagnostic;
use crate::lumen::HourlyPrice;

/// It costs more than users allow.
pub(in super::super) fn over_limit(name: &str, price: &HourlyPrice, limit: &Limit) -> Diagnostic {
    let diagnostic =
        Diagnostic::error(format!("Connection `{name}` costs more than `max_hourly_price` allows"));
    let cause = format!("Lumen asks {price} USD per hour, and the limit is {} USD", limit.price);
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

/// It costs more than planned.
pub(in super::super) fn dearer(
    name: &str,
    planned: &HourlyPrice,
    asked: &HourlyPrice,
) -> Diagnostic {
    Diagnostic::error(format!("The price of connection `{name}` has risen since the plan"))
        .because(format!("the plan said {planned} USD per hour, and Lumen now asks {asked} USD"))
        .remedy("Run `terraform plan` again, and apply it if the new price suits you.")
}

/// It costs something else than planned.
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
            "the plan said {planned} USD per hour, and Lumen asked {asked} USD when it was ordered"
        ))
        .outcome(ordered)
        .remedy("Run `terraform apply -refresh-only` to see that price in the state.")
}
