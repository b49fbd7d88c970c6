//! Random runs, each of which follows from the seed and its number alone.

use std::fmt::Write as _;
use std::time::Duration;

use fastrand::Rng;

use crate::cell::{Blow, Cell, Recorded, distinct};
use crate::journal::Condition;
use crate::strike::{Strike, orders};
use crate::workflow::Workflow;

/// How long after a request arrived somebody may end something, in milliseconds.
const LONGEST_WAIT: u64 = 400;

/// How many blows are meant for a request that orders.
const ORDERS_PERCENT: u8 = 40;

/// A run of a seed.
pub(crate) fn cell(seed: u64, run: u64, recorded: &Recorded) -> Cell {
    // Neighbours must not resemble each other: the seed is stirred with an odd number.
    let mut rng = Rng::with_seed(seed ^ run.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    rng.u64(..);
    let workflow = rng.choice(Workflow::ALL).unwrap_or(Workflow::Create);
    let requests = recorded.get(&workflow).map(Vec::as_slice).unwrap_or_default();
    let mut all = Strike::all();
    let blow = draw(&mut rng, requests, &all);
    let condition = match rng.u8(..100) {
        0..75 => Condition::Local,
        75..90 => Condition::Store,
        90..95 => Condition::ReadOnly,
        _ => Condition::Full,
    };
    let wait = Duration::from_millis(rng.u64(..LONGEST_WAIT));
    all.retain(|strike| strike.interrupts().is_none());
    let second = (rng.u8(..100) < 25).then(|| draw(&mut rng, requests, &all));
    Cell { workflow, condition, blow, wait, second, must_strike: false }
}

fn draw(rng: &mut Rng, requests: &[String], strikes: &[Strike]) -> Blow {
    let mut candidates = distinct(requests);
    // Most requests read, and most of what can go wrong goes wrong with those that order.
    if rng.u8(..100) < ORDERS_PERCENT {
        candidates.retain(|request| orders(request));
    }
    let request = rng.choice(candidates).unwrap_or_default();
    let fitting: Vec<_> = strikes.iter().filter(|strike| strike.fits(request)).collect();
    let strike = rng.choice(fitting).copied().unwrap_or(Strike::None);
    let came = requests.iter().filter(|other| *other == request).count();
    let skip = rng.u32(..u32::try_from(came).unwrap_or(1).max(1));
    let times = match strike.interrupts() {
        Some(_) => Some(1),
        None => rng.choice([None, Some(1), Some(2), Some(3)]).flatten(),
    };
    Blow { request: request.to_owned(), strike, skip, times }
}

/// What it was, for people.
pub(crate) fn describe(cell: &Cell) -> String {
    let mut told = format!("{} ({})", cell.name(), circumstances(&cell.blow));
    if cell.blow.strike.interrupts().is_some() {
        let _ = write!(told, ", {} ms after it came", cell.wait.as_millis());
    }
    if let Some(second) = &cell.second {
        let strike = second.strike.name();
        let _ = write!(told, "; then {}/{strike} ({})", second.request, circumstances(second));
    }
    told
}

fn circumstances(blow: &Blow) -> String {
    match blow.times {
        Some(times) => format!("after {}, {times} times", blow.skip),
        None => format!("after {}, all", blow.skip),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_can_be_repeated_and_is_not_like_the_next() {
        let requests = ["GET /a", "POST /orderRequest", "GET /a"].map(str::to_owned).to_vec();
        let recorded: Recorded =
            Workflow::ALL.into_iter().map(|workflow| (workflow, requests.clone())).collect();
        let run = |number| describe(&cell(7, number, &recorded));

        assert_eq!(run(3), run(3));
        let different: std::collections::BTreeSet<_> = (0..50).map(run).collect();
        assert!(different.len() > 40, "{different:?}");
    }
}
