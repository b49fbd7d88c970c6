//! A single-flight cache: concurrent requests for the same key share one HTTP call, whose answer is kept for
//! the run.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::FutureExt as _;
use futures::future::{BoxFuture, Shared, WeakShared};

use super::error::Error;

type Fetched<Value> = Result<Arc<Value>, Error>;

/// A call in flight, which all of its waiting callers share.
type Flight<Value> = Shared<BoxFuture<'static, Fetched<Value>>>;

/// A cache for one kind of answer. An error is returned to the waiting callers, and is not kept.
pub(in crate::lumen) struct SingleFlight<Key, Value>(Mutex<HashMap<Key, Slot<Value>>>);

enum Slot<Value> {
    /// This reference is weak, so that the call is dropped when no caller waits for it.
    InFlight(WeakShared<BoxFuture<'static, Fetched<Value>>>),
    Ready(Arc<Value>),
}

impl<Key, Value> Default for SingleFlight<Key, Value> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<Key, Value> SingleFlight<Key, Value>
where
    Key: Clone + Eq + Hash,
    Value: Send + Sync + 'static,
{
    /// Returns the value of this key. Calls `fetch` only if the value is neither cached nor in flight.
    pub(in crate::lumen) async fn get_or_fetch<Fetch>(
        &self,
        key: &Key,
        fetch: impl FnOnce() -> Fetch,
    ) -> Fetched<Value>
    where
        Fetch: Future<Output = Result<Value, Error>> + Send + 'static,
    {
        let flight = match self.join(key, fetch) {
            Ok(value) => return Ok(value),
            Err(flight) => flight,
        };
        let fetched = flight.clone().await;
        let mut slots = self.lock();
        // A call that started before `clear` must not restore its value.
        if let (Some(slot), Ok(value)) = (slots.get_mut(key), &fetched)
            && slot.is_flight(&flight)
        {
            *slot = Slot::Ready(Arc::clone(value));
        }
        fetched
    }

    /// Like [`Self::get_or_fetch`], but the value is only shared with the waiting callers, and not kept.
    pub(in crate::lumen) async fn share<Fetch>(
        &self,
        key: &Key,
        fetch: impl FnOnce() -> Fetch,
    ) -> Fetched<Value>
    where
        Fetch: Future<Output = Result<Value, Error>> + Send + 'static,
    {
        match self.join(key, fetch) {
            Ok(value) => Ok(value),
            Err(flight) => flight.await,
        }
    }

    /// Forgets every value. Later callers don't join a call that is in flight now.
    pub(in crate::lumen) fn clear(&self) {
        self.lock().clear();
    }

    /// Returns the cached value, or else the call to wait for.
    fn join<Fetch>(
        &self,
        key: &Key,
        fetch: impl FnOnce() -> Fetch,
    ) -> Result<Arc<Value>, Flight<Value>>
    where
        Fetch: Future<Output = Result<Value, Error>> + Send + 'static,
    {
        let mut slots = self.lock();
        match slots.get(key) {
            Some(Slot::Ready(value)) => return Ok(Arc::clone(value)),
            Some(Slot::InFlight(flight)) => {
                // A call that has ended may have failed, or its value must not be kept.
                if let Some(flight) = flight.upgrade().filter(|flight| flight.peek().is_none()) {
                    return Err(flight);
                }
            }
            None => {}
        }
        let fetching = fetch();
        let flight = async move { fetching.await.map(Arc::new) }.boxed().shared();
        if let Some(flight) = flight.downgrade() {
            slots.insert(key.clone(), Slot::InFlight(flight));
        }
        Err(flight)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Slot<Value>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<Value> Slot<Value> {
    fn is_flight(&self, flight: &Flight<Value>) -> bool {
        matches!(self, Self::InFlight(own) if own.upgrade().is_some_and(|own| own.ptr_eq(flight)))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Duration;

    use futures::future::join_all;

    use super::*;

    #[derive(Clone, Default)]
    struct Lumen(Arc<AtomicU32>);

    impl Lumen {
        /// Takes a second, and counts the calls.
        async fn answer(self) -> Result<u32, Error> {
            tokio::time::sleep(Duration::from_secs(1)).await;
            Ok(self.0.fetch_add(1, Ordering::Relaxed) + 1)
        }

        async fn refuse(self) -> Result<u32, Error> {
            self.answer().await?;
            Err(Error::Misconfigured("no".to_owned()))
        }

        fn asked(&self) -> u32 {
            self.0.load(Ordering::Relaxed)
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_value_is_fetched_once() {
        let (cache, lumen) = (SingleFlight::<char, u32>::default(), Lumen::default());
        let get = |key: char| {
            let (cache, lumen) = (&cache, &lumen);
            async move {
                cache.get_or_fetch(&key, || lumen.clone().answer()).await.map(|answer| *answer).ok()
            }
        };
        assert_eq!(join_all(['a', 'a', 'b'].map(get)).await, [Some(1), Some(1), Some(2)]);
        assert_eq!(get('a').await, Some(1));
        cache.clear();
        assert_eq!(get('a').await, Some(3));
    }

    #[tokio::test(start_paused = true)]
    async fn an_error_is_returned_to_those_who_wait_and_is_not_kept() {
        let (cache, lumen) = (SingleFlight::<(), u32>::default(), Lumen::default());
        let get = || cache.get_or_fetch(&(), || lumen.clone().refuse());
        assert!(join_all([get(), get(), get()]).await.iter().all(Result::is_err));
        assert_eq!(lumen.asked(), 1);
        assert!(get().await.is_err());
        assert_eq!(lumen.asked(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_shared_value_is_not_kept() {
        let (cache, lumen) = (SingleFlight::<(), u32>::default(), Lumen::default());
        let get = || cache.share(&(), || lumen.clone().answer());
        assert!(join_all([get(), get()]).await.iter().all(Result::is_ok));
        assert_eq!(lumen.asked(), 1);
        assert!(get().await.is_ok());
        assert_eq!(lumen.asked(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_caller_that_gives_up_does_not_end_the_call_of_others() {
        let (cache, lumen) = (SingleFlight::<(), u32>::default(), Lumen::default());
        let get = || cache.get_or_fetch(&(), || lumen.clone().answer());
        let hasty = tokio::time::timeout(Duration::from_millis(10), get());
        let (hasty, patient) = tokio::join!(hasty, get());
        assert!(hasty.is_err() && patient.is_ok());
        assert_eq!(lumen.asked(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_nobody_waits_for_is_made_again() {
        let (cache, lumen) = (SingleFlight::<(), u32>::default(), Lumen::default());
        let get = || cache.get_or_fetch(&(), || lumen.clone().answer());
        assert!(tokio::time::timeout(Duration::from_millis(10), get()).await.is_err());
        assert!(matches!(get().await, Ok(answer) if *answer == 1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_value_that_was_cleared_in_flight_is_not_kept() {
        let (cache, lumen) = (SingleFlight::<(), u32>::default(), Lumen::default());
        let get = || cache.get_or_fetch(&(), || lumen.clone().answer());
        let (early, ()) = tokio::join!(get(), async {
            tokio::time::sleep(Duration::from_millis(500)).await;
            cache.clear();
        });
        assert!(early.is_ok());
        assert!(matches!(get().await, Ok(answer) if *answer == 2));
    }
}
