//! Random cases. A case is determined by the seed and its number, so that it can be repeated.

use std::fmt::Write as _;
use std::time::Duration;

use fastrand::Rng;

use crate::case::{Case, Injection, RecordedRequests, distinct};
use crate::fault::{Fault, places_order};
use crate::journal::Condition;
use crate::workflow::Workflow;

/// The longest time, in milliseconds, from the arrival of a request to the interruption of a process.
const LONGEST_DELAY: u64 = 400;

/// The share of injections, in percent, that are drawn only from the requests that place an order.
const ORDERS_PERCENT: u8 = 40;

/// Draws the case with a number.
pub(crate) fn case(seed: u64, number: u64, recorded: &RecordedRequests) -> Case {
    // Multiplying by an odd constant spreads the numbers, so that neighboring cases are not alike.
    let mut rng = Rng::with_seed(seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    rng.u64(..);
    let workflow = rng.choice(Workflow::ALL).unwrap_or(Workflow::Create);
    let requests = recorded.get(&workflow).map(Vec::as_slice).unwrap_or_default();
    let mut faults = Fault::all();
    let injection = draw(&mut rng, requests, &faults);
    let condition = match rng.u8(..100) {
        0..75 => Condition::Local,
        75..90 => Condition::S3,
        90..95 => Condition::ReadOnly,
        _ => Condition::Full,
    };
    let interrupt_after = Duration::from_millis(rng.u64(..LONGEST_DELAY));
    faults.retain(|fault| fault.interruption().is_none());
    let second_injection = (rng.u8(..100) < 25).then(|| draw(&mut rng, requests, &faults));
    Case { workflow, condition, injection, interrupt_after, second_injection, must_hit: false }
}

fn draw(rng: &mut Rng, requests: &[String], faults: &[Fault]) -> Injection {
    let mut candidates = distinct(requests);
    // Most requests only read, but requests that place an order can fail in more dangerous ways.
    if rng.u8(..100) < ORDERS_PERCENT {
        candidates.retain(|request| places_order(request));
    }
    let request = rng.choice(candidates).unwrap_or_default();
    let applicable: Vec<_> = faults.iter().filter(|fault| fault.applies_to(request)).collect();
    let fault = rng.choice(applicable).copied().unwrap_or(Fault::None);
    let occurrences = requests.iter().filter(|other| *other == request).count();
    let skip = rng.u32(..u32::try_from(occurrences).unwrap_or(1).max(1));
    let times = match fault.interruption() {
        Some(_) => Some(1),
        None => rng.choice([None, Some(1), Some(2), Some(3)]).flatten(),
    };
    Injection { fault, request: request.to_owned(), skip, times }
}

/// Describes a case for the progress output.
pub(crate) fn describe(case: &Case) -> String {
    let mut text = format!("{} ({})", case.name(), circumstances(&case.injection));
    if case.injection.fault.interruption().is_some() {
        let _ = write!(text, ", {} ms after the request", case.interrupt_after.as_millis());
    }
    if let Some(second) = &case.second_injection {
        let fault = second.fault.name();
        let _ = write!(text, "; then {}/{fault} ({})", second.request, circumstances(second));
    }
    text
}

fn circumstances(injection: &Injection) -> String {
    match injection.times {
        Some(times) => format!("skip {}, times {times}", injection.skip),
        None => format!("skip {}, always", injection.skip),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_can_be_repeated_and_is_not_like_the_next() {
        let requests = ["GET /a", "POST /orderRequest", "GET /a"].map(str::to_owned).to_vec();
        let recorded: RecordedRequests =
            Workflow::ALL.into_iter().map(|workflow| (workflow, requests.clone())).collect();
        let described = |number| describe(&case(7, number, &recorded));

        assert_eq!(described(3), described(3));
        let different: std::collections::BTreeSet<_> = (0..50).map(described).collect();
        assert!(different.len() > 40, "{different:?}");
    }
}
