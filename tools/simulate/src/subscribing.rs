//! Adds subscriptions to the histories of some seeds. The histories of the other seeds stay as they were.

use fastrand::Rng;

use crate::generate;
use crate::history::{Command, Environment, History, Invocation, Resource, Step, Subscription};

/// Of this many histories, one has subscriptions.
const RARITY: u32 = 4;
/// How many places of a pool the configurations use. People choose from the others.
const USED: u8 = 6;

/// Adds subscriptions, and steps with them, to every fourth history.
pub(crate) fn add(history: &mut History) {
    // The choices of the rest of the history stay the same.
    let mut rng = Rng::with_seed(!history.seed);
    if rng.u32(0..RARITY) != 0 {
        return;
    }
    let mut places = Vec::new();
    for (at, pipeline) in history.pipelines.iter_mut().enumerate() {
        if at == 0 || rng.bool() {
            let pool = u8::try_from(at).unwrap_or_default();
            let address = u8::try_from(pipeline.resources.len()).unwrap_or_default();
            pipeline.resources.push(Some(Resource::Subscription(subscription(&mut rng, pool))));
            places.push((pool, address));
        }
    }
    for _ in 0..rng.usize(2..7) {
        let (pipeline, address) = places[rng.usize(0..places.len())];
        let step = step(&mut rng, history, pipeline, address);
        history.steps.insert(rng.usize(0..=history.steps.len()), step);
    }
}

fn subscription(rng: &mut Rng, pool: u8) -> Subscription {
    let mut numbers: Vec<u8> = (0..USED).filter(|_| rng.bool()).collect();
    if numbers.is_empty() {
        numbers.push(0);
    }
    Subscription {
        pool,
        numbers,
        route: rng.u8(0..3),
        is_accepted_enough: rng.u8(0..5) == 0,
        retains: rng.u8(0..5) == 0,
    }
}

fn step(rng: &mut Rng, history: &History, pipeline: u8, address: u8) -> Step {
    match rng.u8(0..20) {
        0..10 => Step::Run(vec![run(rng, pipeline)]),
        10..17 => Step::Edit { pipeline, address, to: edited(rng, history, pipeline, address) },
        17 => Step::Taint { pipeline, address },
        _ => Step::Wait { seconds: [120, 1200, 7200, 200_000][rng.usize(0..4)] },
    }
}

fn run(rng: &mut Rng, pipeline: u8) -> Invocation {
    let command = match rng.u8(0..10) {
        0..8 => Command::Apply,
        8 => Command::Refresh,
        _ => Command::Destroy,
    };
    let faults = (0..rng.u8(0..3)).map(|_| generate::fault(rng)).collect();
    Invocation { pipeline, command, faults, environment: Environment::Usual }
}

fn edited(rng: &mut Rng, history: &History, pipeline: u8, address: u8) -> Option<Resource> {
    let resources = &history.pipelines[usize::from(pipeline)].resources;
    let Some(Resource::Subscription(mut edited)) = resources[usize::from(address)].clone() else {
        return None;
    };
    let new = subscription(rng, pipeline);
    match rng.u8(0..6) {
        0 | 1 => edited.route = new.route,
        2 | 3 => edited.numbers = new.numbers,
        4 => edited = new,
        _ => return None,
    }
    Some(Resource::Subscription(edited))
}
