//! Explores a setting with `stateright`.

use std::fmt;
use std::time::{Duration, Instant};

use stateright::{Checker, CheckerBuilder, HasDiscoveries, Model};

use crate::model::Action;
use crate::setting::Setting;
use crate::story;

/// The limits of an exploration.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) time: Duration,
    /// The maximum number of steps. `None` means no limit.
    pub(crate) depth: Option<usize>,
    pub(crate) threads: usize,
}

/// The result of an exploration.
pub(crate) struct Explored {
    /// The number of times that a state was reached, counting repetitions.
    pub(crate) reached: usize,
    pub(crate) unique: usize,
    pub(crate) depth: usize,
    pub(crate) time: Duration,
    /// Whether everything was explored.
    pub(crate) is_exhausted: bool,
    /// A property that does not hold, with a counterexample.
    pub(crate) violation: Option<Violation>,
}

pub(crate) struct Violation {
    pub(crate) property: &'static str,
    pub(crate) story: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "This property does not hold: {}.\n\n{}", self.property, self.story)
    }
}

/// Explores a setting completely, as far as the limits allow. Depth-first search needs the least memory. If
/// the depth is limited, breadth-first search reaches every state on its shortest path. If a violation is
/// found, a second search looks for a shorter story.
pub(crate) fn explore(setting: Setting, limits: Limits) -> Explored {
    let began = Instant::now();
    let builder = setting.checker().threads(limits.threads).timeout(limits.time);
    let builder = builder.finish_when(HasDiscoveries::Any);
    let explored = match limits.depth {
        Some(depth) => {
            let builder = builder.target_max_depth(depth + 1);
            outcome(&setting, &builder.spawn_bfs().join(), began, limits)
        }
        None => outcome(&setting, &builder.spawn_dfs().join(), began, limits),
    };
    match explored.violation {
        Some(_) if limits.depth.is_none() => {
            Explored { violation: shortest(setting, limits).or(explored.violation), ..explored }
        }
        _ => explored,
    }
}

/// The shortest story of a violation, if it is found in time.
pub(crate) fn shortest(setting: Setting, limits: Limits) -> Option<Violation> {
    let began = Instant::now();
    let builder: CheckerBuilder<Setting> = setting.checker();
    let builder = builder.threads(limits.threads).timeout(limits.time);
    let builder = builder.finish_when(HasDiscoveries::Any);
    outcome(&setting, &builder.spawn_bfs().join(), began, limits).violation
}

fn outcome(
    setting: &Setting,
    checker: &impl Checker<Setting>,
    began: Instant,
    limits: Limits,
) -> Explored {
    let time = began.elapsed();
    let mut violations: Vec<(&'static str, Vec<Action>)> = checker
        .discoveries()
        .into_iter()
        .map(|(property, path)| (property, path.into_actions()))
        .collect();
    violations.sort_by_key(|(_, actions)| actions.len());
    let violation = violations
        .into_iter()
        .next()
        .map(|(property, actions)| Violation { property, story: story::tell(setting, &actions) });
    let depth = checker.max_depth();
    Explored {
        reached: checker.state_count(),
        unique: checker.unique_state_count(),
        depth,
        time,
        is_exhausted: violation.is_none()
            && time < limits.time
            && limits.depth.is_none_or(|limit| depth <= limit),
        violation,
    }
}
