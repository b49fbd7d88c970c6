//! A trial: carries out a history, and checks the invariants.

use std::cell::RefCell;
use std::mem;
use std::panic::AssertUnwindSafe;

use futures::FutureExt as _;
use lumen_core::Program;
use terraform_provider_lumen::provider;

use crate::history::History;
use crate::world::World;
use crate::{invariants, operator};

/// The outcome of a history.
#[derive(Debug)]
pub struct Verdict {
    /// The violations, if there are any.
    pub violations: Vec<String>,
    /// The log of each step, and finally of the time until everything has settled.
    pub log: Vec<Vec<String>>,
    /// How often a person had to decide something.
    pub(crate) questions: usize,
    pub(crate) requests: u64,
}

thread_local! {
    /// The schemas are the same in all histories.
    static PROGRAM: RefCell<Option<Program>> = const { RefCell::new(None) };
}

fn program() -> Program {
    PROGRAM.with_borrow_mut(|program| {
        program.get_or_insert_with(|| Program::new(provider::registry)).clone()
    })
}

/// Tries one history.
pub(crate) fn try_history(history: &History, notes_effects: bool) -> Verdict {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            let violations = vec![format!("the async runtime can't be started: {error}")];
            return Verdict { violations, log: Vec::new(), questions: 0, requests: 0 };
        }
    };
    fastrand::seed(history.seed);
    let program = program();
    let log = RefCell::new(Vec::new());
    let tried = runtime.block_on(async {
        AssertUnwindSafe(carry_out(history, &program, notes_effects, &log)).catch_unwind().await
    });
    let (violations, questions, requests) = tried.unwrap_or_else(|panic| {
        let text = panic
            .downcast_ref::<String>()
            .cloned()
            .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        log.borrow_mut().push(Vec::new());
        (vec![text.unwrap_or_else(|| "a panic without a message".to_owned())], 0, 0)
    });
    Verdict { violations, log: log.into_inner(), questions, requests }
}

async fn carry_out(
    history: &History,
    program: &Program,
    notes_effects: bool,
    log: &RefCell<Vec<Vec<String>>>,
) -> (Vec<String>, usize, u64) {
    let mut world = match World::new(history, program, notes_effects) {
        Ok(world) => world,
        Err(error) => {
            return (vec![format!("the simulated Lumen can't be started: {error}")], 0, 0);
        }
    };
    let mut violations = Vec::new();
    for step in &history.steps {
        world.step(step).await;
        violations = invariants::check(&mut world);
        log.borrow_mut().push(mem::take(&mut world.log));
        if !violations.is_empty() {
            break;
        }
    }
    if violations.is_empty() {
        violations = operator::settle(&mut world).await;
        log.borrow_mut().push(mem::take(&mut world.log));
    }
    if violations.is_empty() {
        violations.extend(world.ground.trace().divergence());
    }
    let requests = world.lumen().ledger().requests.values().sum();
    (violations, world.questions, requests)
}
