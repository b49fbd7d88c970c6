//! Permits to have a request in flight, given fairly to the classes of requests.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

/// What a request is for. Each class has its own queue, and the queues take turns: an order whose quote is
/// about to expire does not wait behind a thousand reads, and a plan does not wait behind orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::lumen) enum RequestClass {
    /// Quotes, orders and their status.
    Order,
    /// The data that a plan is checked against: prices, accounts and places.
    Plan,
    /// Inventory.
    Read,
}

const CLASSES: usize = 3;

/// The permits, and the requests that wait for one.
#[derive(Debug)]
pub(super) struct FairPermits(Mutex<Queues>);

#[derive(Debug)]
struct Queues {
    free: usize,
    /// The waiting requests of each class, oldest first.
    waiting: [VecDeque<oneshot::Sender<Permit>>; CLASSES],
    /// The class whose turn it is.
    next: usize,
}

/// Allows one request in flight. Dropping it passes it on to the next request.
#[derive(Debug)]
pub(in crate::lumen) struct Permit(Arc<FairPermits>);

impl FairPermits {
    pub(super) fn new(concurrent: usize) -> Self {
        let waiting = [const { VecDeque::new() }; CLASSES];
        Self(Mutex::new(Queues { free: concurrent, waiting, next: 0 }))
    }

    /// Waits for a permit. A caller that stops waiting leaves its queue.
    pub(super) async fn acquire(permits: &Arc<Self>, class: RequestClass) -> Permit {
        loop {
            let receiver = {
                let mut queues = permits.lock();
                if 0 < queues.free {
                    queues.free -= 1;
                    return Permit(Arc::clone(permits));
                }
                let (sender, receiver) = oneshot::channel();
                queues.waiting[class as usize].push_back(sender);
                receiver
            };
            if let Ok(permit) = receiver.await {
                return permit;
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Queues> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queues {
    /// Takes the next waiting request. The classes take turns.
    fn next(&mut self) -> Option<oneshot::Sender<Permit>> {
        (0..CLASSES).find_map(|_| {
            let class = self.next;
            self.next = (class + 1) % CLASSES;
            self.waiting[class].pop_front()
        })
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        // The receiver may close between here and `send`. Then `send` returns the permit, which is dropped
        // and passed on again. That must happen outside the lock.
        let next = {
            let mut queues = self.0.lock();
            let next = std::iter::from_fn(|| queues.next()).find(|next| !next.is_closed());
            if next.is_none() {
                queues.free += 1;
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
    async fn classes_take_turns() {
        let permits = Arc::new(FairPermits::new(1));
        let order = Mutex::new(Vec::new());
        let first = FairPermits::acquire(&permits, RequestClass::Read).await;
        let wanted = [
            RequestClass::Read,
            RequestClass::Read,
            RequestClass::Read,
            RequestClass::Order,
            RequestClass::Plan,
            RequestClass::Order,
        ];
        let all = join_all(wanted.map(|class| {
            let (permits, order) = (&permits, &order);
            async move {
                let permit = FairPermits::acquire(permits, class).await;
                order.lock().unwrap_or_else(PoisonError::into_inner).push(class);
                drop(permit);
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
    async fn a_caller_that_stops_waiting_does_not_take_a_permit_along() {
        let permits = Arc::new(FairPermits::new(1));
        let first = FairPermits::acquire(&permits, RequestClass::Read).await;
        let mut gone = Box::pin(FairPermits::acquire(&permits, RequestClass::Read));
        assert!(gone.as_mut().now_or_never().is_none());
        let mut late = Box::pin(FairPermits::acquire(&permits, RequestClass::Read));
        assert!(late.as_mut().now_or_never().is_none());
        drop(gone);
        drop(first);
        // The permit has been sent, but is never received.
        drop(late);
        assert!(FairPermits::acquire(&permits, RequestClass::Plan).now_or_never().is_some());
    }
}
