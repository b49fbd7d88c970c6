//! How a bench runs: criterion measures its time, or it runs a fixed number of times while callgrind
//! counts its instructions. Times are reliable only on an idle machine; instruction counts are
//! reproducible on any machine.
//!
//! - `cargo bench --bench plan` measures time.
//! - `cargo xtask instructions` runs the same cases under callgrind.

use std::env;

use criterion::Criterion;

/// Something to measure: its name, and a function that does it once per call.
pub(crate) type Case<'a> = (&'static str, Box<dyn FnMut() + 'a>);

/// Carries out the arguments: `cases` lists the cases, `run CASE TIMES` runs one of them, and all other
/// arguments are for criterion.
pub(crate) fn measure(area: &str, cases: Vec<Case<'_>>) {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["cases", ..] => list(&cases),
        ["run", wanted, times] => run(cases, wanted, times.parse().unwrap_or(0)),
        _ => time(area, cases),
    }
}

#[expect(clippy::print_stdout, reason = "the list of cases is its output")]
fn list(cases: &[Case<'_>]) {
    for (name, _) in cases {
        println!("{name}");
    }
}

fn run(cases: Vec<Case<'_>>, wanted: &str, times: u32) {
    for (_, mut case) in cases.into_iter().filter(|(name, _)| *name == wanted) {
        (0..times).for_each(|_| case());
    }
}

fn time(area: &str, cases: Vec<Case<'_>>) {
    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group(area);
    for (name, mut case) in cases {
        group.bench_function(name, |bencher| bencher.iter(&mut case));
    }
    group.finish();
    criterion.final_summary();
}
