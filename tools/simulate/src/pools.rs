//! The pools of telephone numbers for subscriptions: Lumen has reserved them when a history begins.

use std::collections::BTreeSet;

use lumen_simulator::{Line, Simulator};

use crate::history::{Resource, Subscription};

/// How many numbers a pool has. Disconnected numbers are lost, and people choose other ones.
pub(crate) const SIZE: u8 = 40;

/// The rate centers of the pools. Reservations use others.
const RATE_CENTERS: [&str; 3] = ["PHOENIX", "TUCSON", "MESA"];

/// The first number of the first pool. Each rate center has its own exchange code.
const FIRST: u64 = 16_025_500_100;
const EXCHANGE: u64 = 10_000;

/// A number that is in service, and in no configuration: an empty report of active numbers proves nothing.
const OTHER_LINE: u64 = 16_025_530_100;

/// Reserves the numbers of all pools.
pub(crate) fn fill(lumen: &Simulator) {
    for rate_center in RATE_CENTERS {
        let reserved = lumen.add_voice_order("2036", rate_center, "AZ", SIZE.into());
        assert!(reserved.is_some(), "Lumen has no rate center {rate_center}");
    }
    lumen.add_lines(&[OTHER_LINE], &Line::new("2036", "TEMPE-SBC"));
}

/// The number at a place of a pool, such as 16025500100.
pub(crate) fn number(pool: u8, at: u8) -> u64 {
    FIRST + u64::from(pool) * EXCHANGE + u64::from(at)
}

/// The pool of a number, if it is in one.
pub(crate) fn pool_of(number: u64) -> Option<u8> {
    (0..3).find(|pool| (0..SIZE).any(|at| self::number(*pool, at) == number))
}

/// The number as Terraform shows it.
pub(crate) fn e164(number: u64) -> String {
    format!("+{number}")
}

/// The numbers of a subscription.
pub(crate) fn numbers(subscription: &Subscription) -> BTreeSet<u64> {
    subscription.numbers.iter().map(|at| number(subscription.pool, *at)).collect()
}

/// The route of a subscription. An import takes all numbers of a route, so the pools have different routes.
pub(crate) fn route(subscription: &Subscription) -> String {
    format!("ROUTE-{}-{}", subscription.pool, subscription.route)
}

/// The subscription that is configured, if it is one.
pub(crate) fn subscription(resource: Option<&Resource>) -> Option<&Subscription> {
    match resource {
        Some(Resource::Subscription(subscription)) => Some(subscription),
        _ => None,
    }
}
