//! A small soak: everything ends up as configured, and the audit detects the planted losses.

use std::io;

use lumen_simulate::soak::{Options, run};

fn options(seed: u64) -> Options {
    Options {
        connections: 40,
        reservations: 10,
        hours: 3,
        seed,
        rate: 50,
        latency: 80,
        plant: true,
    }
}

#[test]
fn a_small_soak_converges_and_every_planted_loss_is_noticed() -> io::Result<()> {
    let outcome = run(&options(1))?;

    assert!(outcome.violations.is_empty(), "{:#?}\n{}", outcome.violations, outcome.table);
    assert_eq!(outcome.noticed, (9, Vec::new()));
    Ok(())
}

/// The limit of requests per second is so low that most of them are refused at first.
#[test]
fn a_tight_limit_of_requests_ends_no_run_in_an_error() -> io::Result<()> {
    let options = Options { rate: 4, hours: 2, plant: false, ..options(2) };
    let outcome = run(&options)?;

    assert!(outcome.violations.is_empty(), "{:#?}\n{}", outcome.violations, outcome.table);
    Ok(())
}
