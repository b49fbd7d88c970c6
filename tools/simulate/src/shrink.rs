//! Makes a history smaller while it is still violated in the same way.

use std::time::{Duration, Instant};

use crate::history::History;
use crate::simpler;
use crate::trial::try_history;
use crate::violation::kind;

/// The limits. A few hundred attempts take seconds, but a single history can take long.
const ATTEMPTS: usize = 1500;
const PATIENCE: Duration = Duration::from_mins(1);

/// A history for which no attempt found a simpler one with the same violation.
#[derive(Debug)]
pub(crate) struct Shrunk {
    pub(crate) history: History,
    /// How many simpler histories were tried.
    pub(crate) attempts: usize,
}

/// Makes a history smaller, as long as it has a violation of this kind.
pub(crate) fn shrink(history: History, violated: &str) -> Shrunk {
    let began = Instant::now();
    let is_violated = |history: &History| {
        if PATIENCE < began.elapsed() {
            return false;
        }
        let verdict = try_history(history, false);
        verdict.violations.iter().any(|violation| kind(violation) == violated)
    };
    shrink_while(history, ATTEMPTS, is_violated)
}

/// Tries simpler histories, and continues from the first one that is suitable, until none is.
fn shrink_while(mut history: History, limit: usize, will_do: impl Fn(&History) -> bool) -> Shrunk {
    let (mut attempts, mut at, mut has_shrunk) = (0, 0, false);
    let mut candidates = simpler::than(&history);
    while attempts < limit {
        let Some(candidate) = candidates.get(at) else {
            // A change that was not suitable before may be suitable in a smaller history.
            if !has_shrunk {
                break;
            }
            (at, has_shrunk) = (0, false);
            continue;
        };
        attempts += 1;
        if will_do(candidate) {
            history = candidate.clone();
            candidates = simpler::than(&history);
            has_shrunk = true;
        } else {
            at += 1;
        }
    }
    Shrunk { history, attempts }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::{Effect, Happening};
    use crate::generate;
    use crate::history::Step;

    /// Whether a run has a fault that kills it at an order.
    fn kills_at_an_order(history: &History) -> bool {
        let mut faults = history.steps.iter().flat_map(|step| match step {
            Step::Run(invocations) => invocations.iter().flat_map(|it| &it.faults).collect(),
            _ => Vec::new(),
        });
        faults.any(|fault| fault.at == Effect::Order && fault.what == Happening::KillAfter)
    }

    #[test]
    fn what_is_left_is_only_what_is_needed() {
        let found = (0..100_000).map(generate::history).filter(|history| 4 < history.steps.len());
        let mut found = found.filter(kills_at_an_order);
        let Some(long) = found.next() else { panic!("the generator makes none") };

        let Shrunk { history, .. } = shrink_while(long, 100_000, kills_at_an_order);

        assert_eq!((history.seed, history.pipelines.len(), history.steps.len()), (0, 1, 1));
        let [Step::Run(invocations)] = &*history.steps else { panic!("{history:?}") };
        let [invocation] = &**invocations else { panic!("{history:?}") };
        assert_eq!(invocation.faults.len(), 1);
        assert_eq!(invocation.faults[0].after, 0);
    }

    #[test]
    fn every_history_has_an_end_of_simpler_ones() {
        for seed in 0..200 {
            let Shrunk { history, attempts } =
                shrink_while(generate::history(seed), 100_000, |_| true);

            assert!(attempts < 1000, "seed {seed}: {attempts} attempts");
            assert!(history.steps.is_empty() && history.pipelines.len() < 2, "{history:?}");
        }
    }

    #[test]
    fn the_limit_holds() {
        assert_eq!(shrink_while(generate::history(7), 5, |_| true).attempts, 5);
    }
}
