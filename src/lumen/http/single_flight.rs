//! One of each: questions whose answers hold for a run. Whoever asks first sends the request; those
//! who ask meanwhile wait for the same answer, and those who ask later get it at once.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::FutureExt as _;
use futures::future::{BoxFuture, Shared, WeakShared};

use super::error::Error;

type Asking<Answer> = Shared<BoxFuture<'static, Result<Arc<Answer>, Error>>>;

/// The questions of one kind. An error answers those who wait for it, and nobody who asks later.
pub(in crate::lumen) struct SingleFlight<Question, Answer>(Mutex<HashMap<Question, Slot<Answer>>>);

enum Slot<Answer> {
    /// Held weakly: when nobody waits any more, the request ends.
    InFlight(WeakShared<BoxFuture<'static, Result<Arc<Answer>, Error>>>),
    Ready(Arc<Answer>),
}

impl<Question, Answer> Default for SingleFlight<Question, Answer> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<Question, Answer> SingleFlight<Question, Answer>
where
    Question: Clone + Eq + Hash,
    Answer: Send + Sync + 'static,
{
    /// The answer, for which `send` asks unless somebody has.
    pub(in crate::lumen) async fn ask<Sending>(
        &self,
        question: &Question,
        send: impl FnOnce() -> Sending,
    ) -> Result<Arc<Answer>, Error>
    where
        Sending: Future<Output = Result<Answer, Error>> + Send + 'static,
    {
        let asking = match self.join(question, send) {
            Ok(answer) => return Ok(answer),
            Err(asking) => asking,
        };
        let answer = asking.clone().await;
        let mut known = self.lock();
        if let (Some(standing), Ok(answer)) = (known.get_mut(question), &answer)
            && standing.is(&asking)
        {
            *standing = Slot::Ready(Arc::clone(answer));
        }
        answer
    }

    /// The same without keeping: an answer serves those who wait for it.
    pub(in crate::lumen) async fn share<Sending>(
        &self,
        question: &Question,
        send: impl FnOnce() -> Sending,
    ) -> Result<Arc<Answer>, Error>
    where
        Sending: Future<Output = Result<Answer, Error>> + Send + 'static,
    {
        match self.join(question, send) {
            Ok(answer) => Ok(answer),
            Err(asking) => asking.await,
        }
    }

    /// Forgets every answer, and lets nobody join who asks from now on.
    pub(in crate::lumen) fn forget(&self) {
        self.lock().clear();
    }

    fn join<Sending>(
        &self,
        question: &Question,
        send: impl FnOnce() -> Sending,
    ) -> Result<Arc<Answer>, Asking<Answer>>
    where
        Sending: Future<Output = Result<Answer, Error>> + Send + 'static,
    {
        let mut known = self.lock();
        match known.get(question) {
            Some(Slot::Ready(answer)) => return Ok(Arc::clone(answer)),
            Some(Slot::InFlight(asking)) => {
                if let Some(asking) = asking.upgrade().filter(|asking| asking.peek().is_none()) {
                    return Err(asking);
                }
            }
            None => {}
        }
        let sending = send();
        let asking = async move { sending.await.map(Arc::new) }.boxed().shared();
        if let Some(waiting) = asking.downgrade() {
            known.insert(question.clone(), Slot::InFlight(waiting));
        }
        Err(asking)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Question, Slot<Answer>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<Answer> Slot<Answer> {
    fn is(&self, asking: &Asking<Answer>) -> bool {
        matches!(self, Self::InFlight(own) if own.upgrade().is_some_and(|own| own.ptr_eq(asking)))
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
        /// Takes a second, and counts.
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
    async fn a_question_is_asked_once() {
        let (asked, lumen) = (SingleFlight::<char, u32>::default(), Lumen::default());
        let ask = |question: char| {
            let (asked, lumen) = (&asked, &lumen);
            async move {
                asked.ask(&question, || lumen.clone().answer()).await.map(|answer| *answer).ok()
            }
        };
        assert_eq!(join_all(['a', 'a', 'b'].map(ask)).await, [Some(1), Some(1), Some(2)]);
        assert_eq!(ask('a').await, Some(1));
        asked.forget();
        assert_eq!(ask('a').await, Some(3));
    }

    #[tokio::test(start_paused = true)]
    async fn an_error_is_told_to_those_who_wait_and_asked_about_again() {
        let (asked, lumen) = (SingleFlight::<(), u32>::default(), Lumen::default());
        let ask = || asked.ask(&(), || lumen.clone().refuse());
        assert!(join_all([ask(), ask(), ask()]).await.iter().all(Result::is_err));
        assert_eq!(lumen.asked(), 1);
        assert!(ask().await.is_err());
        assert_eq!(lumen.asked(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_asked_now_is_shared_and_not_kept() {
        let (asked, lumen) = (SingleFlight::<(), u32>::default(), Lumen::default());
        let ask = || asked.share(&(), || lumen.clone().answer());
        assert!(join_all([ask(), ask()]).await.iter().all(Result::is_ok));
        assert_eq!(lumen.asked(), 1);
        assert!(ask().await.is_ok());
        assert_eq!(lumen.asked(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn who_gives_up_does_not_take_the_answer_from_others() {
        let (asked, lumen) = (SingleFlight::<(), u32>::default(), Lumen::default());
        let ask = || asked.ask(&(), || lumen.clone().answer());
        let hasty = tokio::time::timeout(Duration::from_millis(10), ask());
        let (hasty, patient) = tokio::join!(hasty, ask());
        assert!(hasty.is_err() && patient.is_ok());
        assert_eq!(lumen.asked(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_question_that_nobody_waits_for_is_asked_again() {
        let (asked, lumen) = (SingleFlight::<(), u32>::default(), Lumen::default());
        let ask = || asked.ask(&(), || lumen.clone().answer());
        assert!(tokio::time::timeout(Duration::from_millis(10), ask()).await.is_err());
        assert!(matches!(ask().await, Ok(answer) if *answer == 1));
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_was_forgotten_on_its_way_is_not_kept() {
        let (asked, lumen) = (SingleFlight::<(), u32>::default(), Lumen::default());
        let ask = || asked.ask(&(), || lumen.clone().answer());
        let (early, ()) = tokio::join!(ask(), async {
            tokio::time::sleep(Duration::from_millis(500)).await;
            asked.forget();
        });
        assert!(early.is_ok());
        assert!(matches!(ask().await, Ok(answer) if *answer == 2));
    }
}
