//! The configuration: thousands of objects in several states, and how people edit it.

use fastrand::Rng;

use crate::history::{Connection, JournalPlace, Numbers, PipelineSettings, Resource};

/// The maximum number of objects in a state. Terraform's own work grows with the square of their number.
const MOST_OBJECTS: usize = 1000;

/// How many pipelines there are.
pub(super) const PIPELINES: usize = 3;

/// The minimum number of states that each pipeline works through.
const STATES_EACH: usize = 4;

const SPEEDS: [u32; 4] = [100, 200, 500, 1000];

/// The number of sites at which the bandwidth can be changed.
const SITES: u8 = 2;

/// The rate centers that have enough numbers.
const RATE_CENTERS: [u8; 6] = [0, 2, 3, 4, 5, 6];

/// The maximum size of a reservation.
const MOST_NUMBERS: u8 = 8;

/// The number of states for this many objects. Each pipeline gets the same number of states.
pub(super) fn states(objects: usize) -> usize {
    objects.div_ceil(MOST_OBJECTS).max(STATES_EACH * PIPELINES).next_multiple_of(PIPELINES)
}

/// The settings of one of the states, by its number.
pub(super) fn state(
    number: usize,
    states: usize,
    (connections, reservations): (usize, usize),
    rng: &mut Rng,
) -> PipelineSettings {
    // If the objects can't be divided evenly, the first states get more connections, and the last states get
    // more reservations.
    let connections = share(connections, states, number);
    let reservations = share(reservations, states, states - 1 - number);
    let mut resources: Vec<_> =
        (0..connections).map(|at| Some(connection(number, at, rng))).collect();
    resources.extend((0..reservations).map(|at| Some(numbers(number, at, rng))));
    PipelineSettings {
        journal: JournalPlace::Bucket,
        skew_seconds: [0, 0, 2, -3][number % 4],
        saves_at_end: number.is_multiple_of(2),
        keeps_planned_private: !number.is_multiple_of(3),
        resources,
    }
}

fn share(of: usize, among: usize, at: usize) -> usize {
    of / among + usize::from(at < of % among)
}

fn connection(state: usize, address: usize, rng: &mut Rng) -> Resource {
    Resource::Connection(Connection {
        name: format!("branch-{state}-{address}"),
        site: rng.u8(0..SITES),
        mbps: SPEEDS[rng.usize(0..SPEEDS.len())],
        external_id: None,
        is_accepted_enough: rng.u8(0..10) < 6,
        create_before_destroy: false,
    })
}

fn numbers(state: usize, address: usize, rng: &mut Rng) -> Resource {
    Resource::Numbers(Numbers {
        rate_center: RATE_CENTERS[rng.usize(0..RATE_CENTERS.len())],
        quantity: rng.u8(1..5),
        external_order_id: Some(format!("soak-{state}-{address}")),
    })
}

/// Edits the configuration of an address. Returns whether anything has changed.
pub(super) fn edit(
    state: usize,
    address: usize,
    config: &mut Option<Resource>,
    rng: &mut Rng,
) -> bool {
    let before = config.clone();
    match config {
        None => {
            *config = Some(connection(state, address, rng));
            // Half of them come back under their original name.
            if let Some(Resource::Connection(new)) = config
                && rng.bool()
            {
                new.name = format!("{}-{}", new.name, rng.u16(..));
            }
        }
        Some(Resource::Numbers(numbers)) => {
            numbers.quantity = (numbers.quantity + 1).min(MOST_NUMBERS);
        }
        Some(Resource::Connection(connection)) => match rng.u8(0..10) {
            0..6 => connection.mbps = speed(rng),
            6..8 => connection.name = format!("branch-{state}-{address}-{}", rng.u16(..)),
            _ => *config = None,
        },
        Some(Resource::Subscription(_)) => unreachable!("the estate has no subscriptions"),
    }
    *config != before
}

/// A bandwidth that a service can have.
pub(super) fn speed(rng: &mut Rng) -> u32 {
    SPEEDS[rng.usize(0..SPEEDS.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_shared_out_and_no_state_has_more_than_a_thousand() {
        let states = states(12_000);
        let mut rng = Rng::with_seed(1);
        let sizes = (0..states).map(|number| {
            let state = state(number, states, (10_000, 2_000), &mut rng);
            state.resources.len()
        });
        let sizes: Vec<usize> = sizes.collect();

        assert_eq!((sizes.len(), sizes.iter().sum::<usize>()), (12, 12_000));
        assert!(sizes.iter().all(|size| *size <= MOST_OBJECTS), "{sizes:?}");
    }
}
