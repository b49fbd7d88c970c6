//! How a bench is run: against the clock by criterion, or so many times as somebody counts
//! instructions. A clock is as good as the machine is idle; instructions repeat on any.
//!
//! - `cargo bench --bench plan` measures time.
//! - `cargo xtask instructions` runs the same cases under callgrind.

use std::env;

use criterion::Criterion;

/// Something worth measuring, by its name, done once for each call.
pub(crate) type Case<'a> = (&'static str, Box<dyn FnMut() + 'a>);

/// Does what the arguments ask for: `cases` lists them, `run CASE TIMES` runs one of them, and
/// everything else is for criterion.
pub(crate) fn measure(area: &str, cases: Vec<Case<'_>>) {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["cases", ..] => list(&cases),
        ["run", wanted, times] => run(cases, wanted, times.parse().unwrap_or(0)),
        _ => time(area, cases),
    }
}

#[expect(clippy::print_stdout, reason = "telling what there is, is what it is asked for")]
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
