//! Letting `stateright` explore a setting, and what comes of it.

use std::fmt;
use std::time::{Duration, Instant};

use stateright::{Checker, CheckerBuilder, HasDiscoveries, Model};

use crate::model::Action;
use crate::setting::Setting;
use crate::story;

/// How far an exploration goes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) time: Duration,
    /// How many steps; none is all there are.
    pub(crate) depth: Option<usize>,
    pub(crate) threads: usize,
}

/// What an exploration came to.
pub(crate) struct Explored {
    /// The states that were reached, each as often as it was.
    pub(crate) reached: usize,
    pub(crate) unique: usize,
    pub(crate) depth: usize,
    pub(crate) time: Duration,
    /// Whether there is nothing more to explore.
    pub(crate) is_exhausted: bool,
    /// The property that does not hold, and how.
    pub(crate) violation: Option<Violation>,
}

pub(crate) struct Violation {
    pub(crate) property: &'static str,
    pub(crate) story: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "It does not hold that {}:\n\n{}", self.property, self.story)
    }
}

/// Explores a setting in full, as far as the limits allow. Depth first needs the least memory; where the
/// depth is limited, breadth first reaches every state by its shortest way. A violation that is found is
/// looked for again, for a short story.
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
