//! Whose turn it is when more requests want to leave than may be in flight.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

/// What a request is for. Each kind waits in a lane of its own, and the lanes take turns: a thousand
/// reads don't keep an order waiting whose quote expires, nor orders the plan of somebody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::lumen) enum RequestClass {
    /// Quotes, orders, and how they fare.
    Order,
    /// What a plan is checked against: prices, accounts, places.
    Plan,
    /// What there is.
    Read,
}

const LANES: usize = 3;

/// The requests that wait, oldest first.
#[derive(Debug)]
pub(super) struct FairPermits(Mutex<Queue>);

#[derive(Debug)]
struct Queue {
    free: usize,
    waiting: [VecDeque<oneshot::Sender<Permit>>; LANES],
    next: usize,
}

/// The right to have one request in flight. Dropped, it goes to whoever is next.
#[derive(Debug)]
pub(in crate::lumen) struct Permit(Arc<FairPermits>);

impl FairPermits {
    pub(super) fn new(concurrent: usize) -> Self {
        let waiting = [const { VecDeque::new() }; LANES];
        Self(Mutex::new(Queue { free: concurrent, waiting, next: 0 }))
    }

    /// Waits for a turn. Whoever stops waiting leaves the queue.
    pub(super) async fn turn(lanes: &Arc<Self>, lane: RequestClass) -> Permit {
        loop {
            let turn = {
                let mut queue = lanes.lock();
                if 0 < queue.free {
                    queue.free -= 1;
                    return Permit(Arc::clone(lanes));
                }
                let (sender, turn) = oneshot::channel();
                queue.waiting[lane as usize].push_back(sender);
                turn
            };
            if let Ok(turn) = turn.await {
                return turn;
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    /// The next that waits, lane by lane.
    fn next(&mut self) -> Option<oneshot::Sender<Permit>> {
        (0..LANES).find_map(|_| {
            let lane = self.next;
            self.next = (lane + 1) % LANES;
            self.waiting[lane].pop_front()
        })
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        // A turn that comes too late, because nobody waits for it any more, is dropped in its turn:
        // outside of the lock.
        let next = {
            let mut queue = self.0.lock();
            let next = std::iter::from_fn(|| queue.next()).find(|next| !next.is_closed());
            if next.is_none() {
                queue.free += 1;
            }
            next
        };
        if let Some(next) = next {
            drop(next.send(Self(Arc::clone(&self.0))));
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;
    use futures::future::join_all;

    use super::*;

    #[tokio::test]
    async fn lanes_take_turns() {
        let lanes = Arc::new(FairPermits::new(1));
        let order = Mutex::new(Vec::new());
        let first = FairPermits::turn(&lanes, RequestClass::Read).await;
        let wanted = [
            RequestClass::Read,
            RequestClass::Read,
            RequestClass::Read,
            RequestClass::Order,
            RequestClass::Plan,
            RequestClass::Order,
        ];
        let all = join_all(wanted.map(|lane| {
            let (lanes, order) = (&lanes, &order);
            async move {
                let turn = FairPermits::turn(lanes, lane).await;
                order.lock().unwrap_or_else(PoisonError::into_inner).push(lane);
                drop(turn);
            }
        }));
        tokio::join!(all, async { drop(first) });
        let order = order.into_inner().unwrap_or_default();
        let expected = [
            RequestClass::Order,
            RequestClass::Plan,
            RequestClass::Read,
            RequestClass::Order,
            RequestClass::Read,
            RequestClass::Read,
        ];
        assert_eq!(order, expected);
    }

    #[tokio::test]
    async fn who_stops_waiting_does_not_take_a_turn_along() {
        let lanes = Arc::new(FairPermits::new(1));
        let first = FairPermits::turn(&lanes, RequestClass::Read).await;
        let mut gone = Box::pin(FairPermits::turn(&lanes, RequestClass::Read));
        assert!(gone.as_mut().now_or_never().is_none());
        let mut late = Box::pin(FairPermits::turn(&lanes, RequestClass::Read));
        assert!(late.as_mut().now_or_never().is_none());
        drop(gone);
        drop(first);
        // The turn has arrived, and nobody takes it out.
        drop(late);
        assert!(FairPermits::turn(&lanes, RequestClass::Plan).now_or_never().is_some());
    }
}
