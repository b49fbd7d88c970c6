//! Slightly simpler variants of a history: without a part of it, or with a plainer value.

use crate::fault::{Effect, Fault, Happening};
use crate::history::{
    Command, Environment, History, Invocation, JournalPlace, LumenSettings, Resource, Step,
};

/// The plain names for resources.
const NAMES: [&str; 6] = ["one", "two", "three", "four", "five", "six"];

/// The kinds of effects that can replace `Any` in a fault, to make it more specific.
const KINDS: [Effect; 8] = [
    Effect::Order,
    Effect::Intent,
    Effect::Price,
    Effect::Status,
    Effect::Inventory,
    Effect::Write,
    Effect::Read,
    Effect::Request,
];

/// All simpler histories. The ones with the largest parts removed come first.
pub(crate) fn than(history: &History) -> Vec<History> {
    let mut simpler = Vec::new();
    without_steps(history, &mut simpler);
    without_pipelines(history, &mut simpler);
    without_addresses(history, &mut simpler);
    without_invocations(history, &mut simpler);
    without_faults(history, &mut simpler);
    plainer_lumen(history, &mut simpler);
    plainer_pipelines(history, &mut simpler);
    plainer_steps(history, &mut simpler);
    plainer_resources(history, &mut simpler);
    plainer_names(history, &mut simpler);
    if history.seed != 0 {
        simpler.push(History { seed: 0, ..history.clone() });
    }
    simpler
}

/// A changed copy.
fn changed(history: &History, change: impl FnOnce(&mut History)) -> History {
    let mut copy = history.clone();
    change(&mut copy);
    copy
}

/// Removes halves, quarters and so on down to single steps. The latest steps come first, because the
/// necessary steps are usually at the beginning.
fn without_steps(history: &History, simpler: &mut Vec<History>) {
    let count = history.steps.len();
    let mut size = count.div_ceil(2);
    while 0 < size {
        let mut end = count;
        while 0 < end {
            let begin = end.saturating_sub(size);
            simpler.push(changed(history, |it| drop(it.steps.drain(begin..end))));
            end = begin;
        }
        size /= 2;
    }
}

fn without_pipelines(history: &History, simpler: &mut Vec<History>) {
    if history.pipelines.len() < 2 {
        return;
    }
    for gone in (0..history.pipelines.len()).rev() {
        simpler.push(changed(history, |it| {
            it.pipelines.remove(gone);
            let steps = std::mem::take(&mut it.steps).into_iter();
            it.steps = steps.filter_map(|step| without_pipeline(step, gone)).collect();
        }));
    }
}

/// The step without one of the pipelines.
fn without_pipeline(mut step: Step, gone: usize) -> Option<Step> {
    if let Step::Run(invocations) = &mut step {
        invocations.retain(|it| usize::from(it.pipeline) != gone);
        for invocation in &mut *invocations {
            renumber(&mut invocation.pipeline, gone);
        }
        return (!invocations.is_empty()).then_some(step);
    }
    if let Some(pipeline) = pipeline_of(&mut step) {
        if usize::from(*pipeline) == gone {
            return None;
        }
        renumber(pipeline, gone);
    }
    Some(step)
}

fn pipeline_of(step: &mut Step) -> Option<&mut u8> {
    match step {
        Step::Edit { pipeline, .. }
        | Step::Taint { pipeline, .. }
        | Step::Untaint { pipeline, .. }
        | Step::Move { pipeline, .. }
        | Step::Forget { pipeline, .. }
        | Step::LoseState { pipeline }
        | Step::RollBack { pipeline, .. }
        | Step::LoseJournal { pipeline } => Some(pipeline),
        Step::Run(_) | Step::Wait { .. } | Step::Portal { .. } | Step::Lumen(_) => None,
    }
}

/// Numbers above the removed one move down by one.
fn renumber(number: &mut u8, gone: usize) {
    if gone < usize::from(*number) {
        *number -= 1;
    }
}

/// Removes addresses completely first, and then only their initial configuration.
fn without_addresses(history: &History, simpler: &mut Vec<History>) {
    for (at, pipeline) in history.pipelines.iter().enumerate() {
        for gone in (0..pipeline.resources.len()).rev() {
            if 1 < pipeline.resources.len() {
                simpler.push(changed(history, |it| {
                    it.pipelines[at].resources.remove(gone);
                    let steps = std::mem::take(&mut it.steps).into_iter();
                    it.steps = steps.filter_map(|step| without_address(step, at, gone)).collect();
                }));
            }
            if pipeline.resources[gone].is_some() {
                simpler.push(changed(history, |it| it.pipelines[at].resources[gone] = None));
            }
        }
    }
}

/// The step without one of a pipeline's addresses.
fn without_address(mut step: Step, at: usize, gone: usize) -> Option<Step> {
    let mut is_left = true;
    let mut visit = |pipeline: u8, address: &mut u8| {
        if usize::from(pipeline) == at {
            is_left &= usize::from(*address) != gone;
            renumber(address, gone);
        }
    };
    match &mut step {
        Step::Edit { pipeline, address, .. }
        | Step::Taint { pipeline, address }
        | Step::Untaint { pipeline, address }
        | Step::Forget { pipeline, address } => visit(*pipeline, address),
        Step::Move { pipeline, from, to } => {
            visit(*pipeline, from);
            visit(*pipeline, to);
        }
        Step::Run(invocations) => {
            for Invocation { pipeline, command, .. } in invocations {
                if let Command::Replace(address) | Command::Import(address) = command {
                    let mut short = u8::try_from(*address).unwrap_or(u8::MAX);
                    visit(*pipeline, &mut short);
                    *address = short.into();
                }
            }
        }
        Step::LoseState { .. }
        | Step::RollBack { .. }
        | Step::LoseJournal { .. }
        | Step::Wait { .. }
        | Step::Portal { .. }
        | Step::Lumen(_) => {}
    }
    is_left.then_some(step)
}

fn without_invocations(history: &History, simpler: &mut Vec<History>) {
    for (at, step) in history.steps.iter().enumerate() {
        let Step::Run(invocations) = step else { continue };
        if 1 < invocations.len() {
            for gone in (0..invocations.len()).rev() {
                let mut left = invocations.clone();
                left.remove(gone);
                simpler.push(changed(history, |it| it.steps[at] = Step::Run(left)));
            }
        }
    }
}

fn without_faults(history: &History, simpler: &mut Vec<History>) {
    each_invocation(history, simpler, |invocation| {
        let gone = (0..invocation.faults.len()).rev();
        let left = gone.map(|gone| {
            let mut left = invocation.clone();
            left.faults.remove(gone);
            left
        });
        left.collect()
    });
}

/// Adds the history with each of these invocations in place of one of its own.
fn each_invocation(
    history: &History,
    simpler: &mut Vec<History>,
    plainer: impl Fn(&Invocation) -> Vec<Invocation>,
) {
    for (at, step) in history.steps.iter().enumerate() {
        let Step::Run(invocations) = step else { continue };
        for (which, invocation) in invocations.iter().enumerate() {
            for new in plainer(invocation) {
                let mut invocations = invocations.clone();
                invocations[which] = new;
                simpler.push(changed(history, |it| it.steps[at] = Step::Run(invocations)));
            }
        }
    }
}

fn plainer_lumen(history: &History, simpler: &mut Vec<History>) {
    let plain = LumenSettings { page_size: 100, ..LumenSettings::default() };
    let changes: [fn(&mut LumenSettings, &LumenSettings); 6] = [
        |it, plain| it.status = plain.status,
        |it, plain| it.pages = plain.pages,
        |it, plain| it.lag_seconds = plain.lag_seconds,
        |it, plain| it.status_lag_seconds = plain.status_lag_seconds,
        |it, plain| it.order_seconds = plain.order_seconds,
        |it, plain| it.page_size = plain.page_size,
    ];
    for change in changes {
        let new = changed(history, |it| change(&mut it.lumen, &plain));
        simpler.extend((new != *history).then_some(new));
    }
}

fn plainer_pipelines(history: &History, simpler: &mut Vec<History>) {
    for at in 0..history.pipelines.len() {
        let mut add = |change: &dyn Fn(&mut crate::history::PipelineSettings)| {
            let new = changed(history, |it| change(&mut it.pipelines[at]));
            simpler.extend((new != *history).then_some(new));
        };
        add(&|it| it.skew_seconds = 0);
        add(&|it| it.saves_at_end = false);
        add(&|it| it.keeps_planned_private = true);
        add(&|it| it.journal = JournalPlace::Bucket);
    }
}

fn plainer_steps(history: &History, simpler: &mut Vec<History>) {
    for (at, step) in history.steps.iter().enumerate() {
        let new = match step {
            Step::Wait { seconds } if 1 < *seconds => Step::Wait { seconds: seconds / 2 },
            Step::RollBack { pipeline, versions } if 1 < *versions => {
                Step::RollBack { pipeline: *pipeline, versions: 1 }
            }
            Step::Portal { service, change } if 0 < *service => {
                Step::Portal { service: 0, change: change.clone() }
            }
            _ => continue,
        };
        simpler.push(changed(history, |it| it.steps[at] = new));
    }
    each_invocation(history, simpler, |invocation| {
        let mut plainer = Vec::new();
        if invocation.command != Command::Apply {
            plainer.push(Invocation { command: Command::Apply, ..invocation.clone() });
        }
        if invocation.environment != Environment::Usual {
            plainer.push(Invocation { environment: Environment::Usual, ..invocation.clone() });
        }
        for (which, fault) in invocation.faults.iter().enumerate() {
            plainer.extend(plainer_faults(*fault).into_iter().map(|fault| {
                let mut invocation = invocation.clone();
                invocation.faults[which] = fault;
                invocation
            }));
        }
        plainer
    });
}

fn plainer_faults(fault: Fault) -> Vec<Fault> {
    let Fault { at, after, what } = fault;
    let mut plainer = Vec::new();
    if at == Effect::Any {
        for kind in KINDS {
            plainer.extend((0..2).map(|after| Fault { at: kind, after, what }));
        }
    }
    if 0 < after {
        plainer.extend([0, after / 2, after - 1].map(|after| Fault { at, after, what }));
    }
    let tamer = match what {
        Happening::PowerCutBefore => Some(Happening::KillBefore),
        Happening::PowerCutAfter => Some(Happening::KillAfter),
        Happening::Cut => Some(Happening::LostAfter),
        Happening::Slow(seconds) if 1 < seconds => Some(Happening::Slow(seconds / 2)),
        Happening::Status(code) if code != 503 => Some(Happening::Status(503)),
        _ => None,
    };
    plainer.extend(tamer.map(|what| Fault { at, after, what }));
    plainer
}

/// All configured resources, initial and later ones.
fn resources(history: &mut History) -> impl Iterator<Item = &mut Resource> {
    let first = history.pipelines.iter_mut().flat_map(|it| &mut it.resources).flatten();
    let later = history.steps.iter_mut().filter_map(|step| match step {
        Step::Edit { to, .. } => to.as_mut(),
        _ => None,
    });
    first.chain(later)
}

fn plainer_resources(history: &History, simpler: &mut Vec<History>) {
    let changes: [fn(&mut Resource); 10] = [
        |it| with_connection(it, |it| it.external_id = None),
        |it| with_connection(it, |it| it.is_accepted_enough = false),
        |it| with_connection(it, |it| it.create_before_destroy = false),
        |it| with_connection(it, |it| it.site = 0),
        |it| with_connection(it, |it| it.mbps = 100),
        |it| {
            if let Resource::Numbers(numbers) = it {
                numbers.quantity = 1;
            }
        },
        |it| with_subscription(it, |it| it.numbers.truncate(1)),
        |it| with_subscription(it, |it| it.numbers.truncate(it.numbers.len().div_ceil(2))),
        |it| with_subscription(it, |it| it.is_accepted_enough = false),
        |it| with_subscription(it, |it| it.retains = false),
    ];
    for at in 0..resources(&mut history.clone()).count() {
        for change in changes {
            let new = changed(history, |it| resources(it).nth(at).map(change).unwrap_or_default());
            simpler.extend((new != *history).then_some(new));
        }
    }
}

fn with_connection(resource: &mut Resource, change: fn(&mut crate::history::Connection)) {
    if let Resource::Connection(connection) = resource {
        change(connection);
    }
}

fn with_subscription(resource: &mut Resource, change: fn(&mut crate::history::Subscription)) {
    if let Resource::Subscription(subscription) = resource {
        change(subscription);
    }
}

/// Replaces one name with a plain one everywhere, so that equal names stay equal.
fn plainer_names(history: &History, simpler: &mut Vec<History>) {
    let mut names = Vec::new();
    for resource in resources(&mut history.clone()) {
        if let Resource::Connection(connection) = resource
            && !names.contains(&connection.name)
        {
            names.push(connection.name.clone());
        }
    }
    let free = NAMES.iter().find(|plain| names.iter().all(|name| name != *plain));
    let Some(free) = free else { return };
    for name in names.iter().filter(|name| !NAMES.contains(&name.as_str())) {
        simpler.push(changed(history, |it| {
            for resource in resources(it) {
                if let Resource::Connection(connection) = resource
                    && connection.name == *name
                {
                    (*free).clone_into(&mut connection.name);
                }
            }
        }));
    }
}
