//! Generates histories from seeds.

use fastrand::Rng;

use crate::fault::{Effect, Fault, Happening};
use crate::history::{
    Command, Connection, Environment, History, Invocation, JournalPlace, LumenChange,
    LumenSettings, Numbers, Pages, PipelineSettings, PortalChange, Resource, StatusEndpoint, Step,
};
use crate::subscribing;

/// Similar names, by address. No two addresses use the same name.
const NAMES: [[&str; 3]; 3] = [
    ["edge-1", "edge  1", "core"],
    ["edge-10", "Edge-1", "edge 1"],
    ["EDGE-1", "edge_1", "core-1"],
];
const SPEEDS: [u32; 4] = [100, 200, 500, 1000];
const SKEWS: [i64; 5] = [0, 0, 5, -90, 400];

/// The history of a seed.
pub(crate) fn history(seed: u64) -> History {
    let mut rng = Rng::with_seed(seed);
    let lumen = lumen(&mut rng);
    let count = [1, 1, 1, 2, 2, 3][rng.usize(0..6)];
    let shares_names = rng.u8(0..8) == 0;
    let mut pipelines: Vec<_> = (0..count).map(|at| pipeline(&mut rng, at, shares_names)).collect();
    if shares_names {
        // Only a shared journal can keep pipelines from ordering the same object.
        let journal = [JournalPlace::Bucket, JournalPlace::SharedDisk][rng.usize(0..2)];
        for pipeline in &mut pipelines {
            pipeline.journal = journal;
        }
    }
    let length = rng.usize(1..8);
    let mut steps = Vec::new();
    for _ in 0..length {
        let step = step(&mut rng, &pipelines);
        steps.push(step);
    }
    let mut history = History { seed, lumen, pipelines, steps };
    subscribing::add(&mut history);
    history
}

fn lumen(rng: &mut Rng) -> LumenSettings {
    let order_seconds = pick(rng, &[0, 5, 20, 300, 4000]);
    LumenSettings {
        order_seconds,
        lag_seconds: pick(rng, &[0, 2, 30, 200]),
        status_lag_seconds: pick(rng, &[0, 0, 5, 60]),
        status: status(rng),
        pages: pick(
            rng,
            &[
                Pages::Right,
                Pages::Right,
                Pages::Right,
                Pages::RepeatLast,
                Pages::Overlap,
                Pages::WrongTotals,
                Pages::MissingTotals,
            ],
        ),
        page_size: pick(rng, &[2, 5, 100]),
    }
}

fn status(rng: &mut Rng) -> StatusEndpoint {
    use StatusEndpoint::{MethodNotAllowed, NotFound, NotImplemented, On};
    pick(rng, &[On, On, On, NotFound, MethodNotAllowed, NotImplemented])
}

fn pick<T: Clone>(rng: &mut Rng, from: &[T]) -> T {
    from[rng.usize(0..from.len())].clone()
}

fn pipeline(rng: &mut Rng, at: usize, shares_names: bool) -> PipelineSettings {
    let journal =
        pick(rng, &[JournalPlace::Bucket, JournalPlace::SharedDisk, JournalPlace::OwnDisk]);
    let count = rng.usize(1..4);
    let resources = (0..count)
        .map(|address| (rng.u8(0..5) != 0).then(|| resource(rng, at, address, shares_names)))
        .collect();
    PipelineSettings {
        journal,
        skew_seconds: pick(rng, &SKEWS),
        saves_at_end: rng.bool(),
        keeps_planned_private: rng.bool(),
        resources,
    }
}

/// The pipelines configure different objects, unless they share their names.
fn resource(rng: &mut Rng, pipeline: usize, address: usize, shares_names: bool) -> Resource {
    if address == 2 && pipeline < 2 {
        let rate_center = u8::try_from(pipeline).unwrap_or_default();
        let quantity = rng.u8(1..15);
        return Resource::Numbers(Numbers { rate_center, quantity, external_order_id: None });
    }
    Resource::Connection(connection(rng, pipeline, address, shares_names))
}

fn connection(rng: &mut Rng, pipeline: usize, address: usize, shares_names: bool) -> Connection {
    let name = pick(rng, &NAMES[address % NAMES.len()]);
    let name = if shares_names { name.to_owned() } else { format!("{name} of {pipeline}") };
    Connection {
        name,
        site: pick(rng, &[0, 0, 0, 1, 2]),
        mbps: pick(rng, &SPEEDS),
        external_id: (rng.u8(0..10) == 0)
            .then(|| format!("ours-{pipeline}-{address}-{}", rng.u8(0..3))),
        is_accepted_enough: rng.u8(0..5) == 0,
        create_before_destroy: rng.u8(0..4) == 0,
    }
}

fn step(rng: &mut Rng, pipelines: &[PipelineSettings]) -> Step {
    let pipeline = rng.usize(0..pipelines.len());
    let settings = &pipelines[pipeline];
    let number = u8::try_from(pipeline).unwrap_or_default();
    let address = u8::try_from(rng.usize(0..settings.resources.len())).unwrap_or_default();
    match rng.u8(0..100) {
        0..58 => Step::Run(invocations(rng, pipelines)),
        58..72 => {
            Step::Edit { pipeline: number, address, to: edited(rng, pipelines, pipeline, address) }
        }
        72..75 => Step::Taint { pipeline: number, address },
        75..77 => Step::Move { pipeline: number, from: address, to: (address + 1) % 3 },
        77..79 => Step::Forget { pipeline: number, address },
        79..81 => Step::LoseState { pipeline: number },
        81..84 => Step::RollBack { pipeline: number, versions: rng.u8(1..3) },
        84 => Step::LoseJournal { pipeline: number },
        85..90 => Step::Wait { seconds: pick(rng, &[10, 120, 1200, 7200, 100_000]) },
        90..94 => Step::Portal { service: rng.u8(0..4), change: portal(rng) },
        _ => Step::Lumen(change(rng)),
    }
}

fn edited(
    rng: &mut Rng,
    pipelines: &[PipelineSettings],
    pipeline: usize,
    address: u8,
) -> Option<Resource> {
    if rng.u8(0..4) == 0 {
        return None;
    }
    let settings = &pipelines[pipeline];
    let shares_names =
        pipelines.iter().flat_map(|it| &it.resources).flatten().any(
            |resource| matches!(resource, Resource::Connection(it) if !it.name.contains(" of ")),
        );
    match settings.resources[usize::from(address)].clone() {
        // Usually only one attribute changes.
        Some(Resource::Connection(mut connection)) => {
            let new = self::connection(rng, pipeline, usize::from(address), shares_names);
            match rng.u8(0..6) {
                0 | 1 => connection.mbps = new.mbps,
                2 => connection.name = new.name,
                3 => connection.site = new.site,
                4 => connection.external_id = new.external_id,
                _ => connection = new,
            }
            Some(Resource::Connection(connection))
        }
        _ => Some(resource(rng, pipeline, usize::from(address), shares_names)),
    }
}

fn portal(rng: &mut Rng) -> PortalChange {
    match rng.u8(0..3) {
        0 => PortalChange::Bandwidth(pick(rng, &SPEEDS)),
        1 => PortalChange::Name("renamed in the portal".to_owned()),
        _ => PortalChange::End,
    }
}

fn change(rng: &mut Rng) -> LumenChange {
    match rng.u8(0..8) {
        0 => LumenChange::Prices(pick(rng, &[90, 100, 150])),
        1 => LumenChange::FailOrders(rng.u8(1..3)),
        2 => LumenChange::Quota(rng.u8(0..3)),
        3 => LumenChange::OrderSeconds(pick(rng, &[0, 20, 4000])),
        4 => LumenChange::LagSeconds(pick(rng, &[0, 30, 400, 1200])),
        5 => LumenChange::Status(status(rng)),
        _ => LumenChange::Recover,
    }
}

fn invocations(rng: &mut Rng, pipelines: &[PipelineSettings]) -> Vec<Invocation> {
    let all = 1 < pipelines.len() && rng.u8(0..3) == 0;
    let which: Vec<usize> =
        if all { (0..pipelines.len()).collect() } else { vec![rng.usize(0..pipelines.len())] };
    which.into_iter().map(|pipeline| invocation(rng, pipeline)).collect()
}

fn invocation(rng: &mut Rng, pipeline: usize) -> Invocation {
    let command = match rng.u8(0..40) {
        0..24 => Command::Apply,
        24..27 => Command::Plan,
        27..29 => Command::PlanAndSave,
        29..31 => Command::ApplySaved,
        31..33 => Command::Refresh,
        33..36 => Command::Destroy,
        36..38 => Command::Replace(rng.u8(0..3).into()),
        _ => Command::Import(rng.u8(0..3).into()),
    };
    let faults = match rng.u8(0..10) {
        0..3 => 0,
        3..8 => 1,
        8 => 2,
        _ => 3,
    };
    let environment = if rng.u8(0..40) == 0 { Environment::OtherLumen } else { Environment::Usual };
    Invocation {
        pipeline: u8::try_from(pipeline).unwrap_or_default(),
        command,
        faults: (0..faults).map(|_| fault(rng)).collect(),
        environment,
    }
}

/// A fault of a run.
pub(crate) fn fault(rng: &mut Rng) -> Fault {
    let (at, after) = match rng.u8(0..12) {
        0..3 => (Effect::Any, rng.u16(0..60)),
        3..6 => (Effect::Order, u16::from(rng.u8(0..4) == 0)),
        6 => (Effect::Status, rng.u16(0..4)),
        7 => (Effect::Inventory, rng.u16(0..6)),
        8 => (Effect::Price, rng.u16(0..4)),
        9 => (Effect::Intent, u16::from(rng.u8(0..4) == 0)),
        10 => (Effect::Write, rng.u16(0..12)),
        _ => (Effect::Read, rng.u16(0..12)),
    };
    let what = match rng.u8(0..27) {
        0 | 1 => Happening::Refused,
        2 | 3 => Happening::LostBefore,
        4..8 => Happening::LostAfter,
        8 => Happening::Status(pick(rng, &[500, 502, 503, 504, 429])),
        9 => Happening::Cut,
        10 | 11 => Happening::Slow(pick(rng, &[3, 29, 31, 600])),
        12 | 13 => Happening::KillBefore,
        14..18 => Happening::KillAfter,
        18 => Happening::CrashBefore,
        19 | 20 => Happening::CrashAfter,
        21 => Happening::PowerCutBefore,
        22 | 23 => Happening::PowerCutAfter,
        24 => Happening::Twice,
        _ => Happening::Stop,
    };
    // These happenings make a difference only at these effects.
    let what = match at {
        Effect::Price if rng.bool() => Happening::Dearer,
        Effect::Inventory if rng.u8(0..4) == 0 => Happening::Nothing,
        _ => what,
    };
    Fault { at, after, what }
}
