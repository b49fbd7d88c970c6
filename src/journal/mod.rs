//! Orders written down before they are sent: what makes a crash between an order and Terraform's
//! state harmless.
//!
//! Every order belongs to a [`OrderTarget`]: what is to be built, or the service that is to change. A
//! thing has a folder, and in it each of its orders, one after the other, up to three files:
//!
//! ```text
//! iod_connection-5be0…/0-intent.json      written before the order is sent
//!                      0-accepted.json    Lumen has it
//!                      0-done.json        nobody has to remember it any more
//!                      1-intent.json      the next order of the same thing
//! ```
//!
//! A file is created only if it is not there, and never changed: two processes can't both hold an
//! order, on a disk as little as in an object store. Where entries are is in `place`, how a folder of
//! this machine keeps them in `folder`, what they say in `record`, and which thing an order is about
//! in `thing`.

mod entry;
mod folder;
mod record;
mod store;
mod target;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::OnceCell;

pub use entry::{Entry, EntryKey, LatestOrder, OpenEntry, Promise, Slot};
pub use record::{Ending, OpenOrder};
pub use store::{InvalidLocation, JournalLocation};
pub use target::OrderTarget;

use crate::lumen::{ExternalId, ObjectId};
use entry::Files;
use record::{Intent, Step};
use store::Store;

/// How long the entry of an order that nobody has to remember is kept.
const KEPT: jiff::SignedDuration = jiff::SignedDuration::from_hours(30 * 24);

/// How often an answer is looked for that another process may be about to write down.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// Where orders are written down. Clones share what this process is doing.
#[derive(Clone)]
pub struct Journal(Arc<Shared>);

struct Shared {
    place: JournalLocation,
    /// Opened by the first order: reading and planning do without.
    store: OnceCell<Store>,
    /// The things that this process is ordering, or has ordered and handed over.
    taken: Mutex<HashSet<Taken>>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Taken {
    Being(OrderTarget),
    Returned(EntryKey),
}

/// Why an entry can't be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// The disk or the object store fails: nothing was written, as far as can be told.
    #[error("{0}")]
    Unavailable(String),
    /// An entry that this version does not understand; it is never overwritten.
    #[error("`{file}` {why}")]
    Unreadable {
        /// The file, below the journal's place.
        file: String,
        /// The folder of all orders of the same target.
        folder: String,
        /// What is odd about it.
        why: String,
    },
    /// A file that no version writes; it is never overwritten.
    #[error("`{file}` is not an entry of this journal")]
    Foreign {
        /// The file, below the journal's place.
        file: String,
    },
    /// No open order has this reference.
    #[error("no open order has the reference `{0}`")]
    NoSuchOrder(ExternalId),
}

/// That one process orders a thing once. It ends when this is dropped.
pub struct Claim {
    journal: Journal,
    target: OrderTarget,
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.journal.0.taken().remove(&Taken::Being(self.target.clone()));
    }
}

impl Shared {
    fn taken(&self) -> std::sync::MutexGuard<'_, HashSet<Taken>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Journal {
    /// A journal at this place, where nothing is looked at before the first order.
    #[must_use]
    pub fn new(place: JournalLocation) -> Self {
        let shared = Shared { place, store: OnceCell::new(), taken: Mutex::new(HashSet::new()) };
        Self(Arc::new(shared))
    }

    /// Where it is.
    #[must_use]
    pub fn place(&self) -> &JournalLocation {
        &self.0.place
    }

    /// Reserves a thing for one order of this process at a time; `None` if it is being ordered.
    #[must_use]
    pub fn claim(&self, target: &OrderTarget) -> Option<Claim> {
        let is_free = self.0.taken().insert(Taken::Being(target.clone()));
        is_free.then(|| Claim { journal: self.clone(), target: target.clone() })
    }

    /// Notes that this process hands an order over to Terraform: whoever finds it accepted later in
    /// the same process is about another thing of the same description.
    pub fn mark_returned(&self, key: &EntryKey) {
        self.0.taken().insert(Taken::Returned(key.clone()));
    }

    /// Whether this process has handed that order over to Terraform.
    #[must_use]
    pub fn was_returned(&self, key: &EntryKey) -> bool {
        self.0.taken().contains(&Taken::Returned(key.clone()))
    }

    /// The latest order of a target.
    ///
    /// # Errors
    /// Where that can't be told for certain; then nothing may be ordered.
    pub async fn latest_order<Receipt: Serialize + DeserializeOwned>(
        &self,
        target: &OrderTarget,
    ) -> Result<LatestOrder<Receipt>, JournalError> {
        let files = self.files(target).await?;
        let Some((generation, steps)) = files.latest() else {
            return Ok(LatestOrder::None(Slot::new(self, target, 0, files.replaced)));
        };
        if steps.contains_key(&Step::Done) {
            self.prune(target, &files).await;
            return Ok(LatestOrder::None(Slot::new(self, target, generation + 1, files.replaced)));
        }
        let key = EntryKey::new(target, generation);
        let intent = self.intent(&key, steps).await?;
        let accepted = if steps.contains_key(&Step::Accepted) {
            let file = key.file(Step::Accepted);
            Some(record::read_accepted(&file, &self.store().await?.read(&file).await?)?)
        } else {
            None
        };
        let Intent { reference, written_at: since, receipt: sent, .. } = intent;
        let (entry, replaced) = (Entry::new(self, key.clone()), files.replaced);
        Ok(if let Some(receipt) = accepted {
            LatestOrder::Accepted(OpenEntry { entry, reference, receipt, since, replaced })
        } else {
            let receipt = record::receipt(&key.file(Step::Intent), sent)?;
            LatestOrder::Unanswered(OpenEntry { entry, reference, receipt, since, replaced })
        })
    }

    /// Completes when another process has written down what became of an order.
    pub async fn answered(&self, key: &EntryKey) {
        loop {
            tokio::time::sleep(LOOK_AGAIN).await;
            let files = self.files(key.target()).await.ok();
            let steps = files.as_ref().and_then(|files| files.generations.get(&key.generation()));
            if steps.is_some_and(|steps| 1 < steps.len()) {
                return;
            }
        }
    }

    /// Closes an entry: nobody has to remember the order any more. Closing it twice does no harm.
    ///
    /// # Errors
    /// Where that can't be written down.
    pub async fn close(&self, key: &EntryKey, ending: Ending) -> Result<(), JournalError> {
        self.0.taken().remove(&Taken::Returned(key.clone()));
        let (store, file) = (self.store().await?, key.file(Step::Done));
        // Every plan closes an entry again until an apply has saved that it was closed: a look at the
        // folder costs a tenth of the file that is created in vain.
        if store.has(&file).await? {
            return Ok(());
        }
        let record = record::done(ending);
        match ending {
            // If a power cut takes the file, an order is remembered for longer than it need be.
            Ending::InState | Ending::Reached => store.create_soon(&file, record).await,
            _ => store.create(&file, record).await.map(drop),
        }
    }

    /// Notes that a new thing takes the place of this service, which therefore is none of its own.
    ///
    /// # Errors
    /// Where that can't be written down.
    pub async fn replaces(
        &self,
        target: &OrderTarget,
        object: &ObjectId,
    ) -> Result<(), JournalError> {
        let file = entry::replaces_file(target, object);
        self.store().await?.create(&file, record::replaces()).await.map(drop)
    }

    /// Takes such a note back, where that is possible.
    pub async fn does_not_replace(&self, target: &OrderTarget, object: &ObjectId) {
        if let Ok(store) = self.store().await {
            store.remove(&entry::replaces_file(target, object)).await;
        }
    }

    /// All orders that somebody has to remember, in the order of their writing.
    ///
    /// # Errors
    /// Where an entry can't be read.
    pub async fn open_orders(&self) -> Result<Vec<OpenOrder>, JournalError> {
        let store = self.store().await?;
        let mut things: BTreeMap<String, Files> = BTreeMap::new();
        for file in store.list(None).await? {
            // Whatever lies beside the folders is about no order.
            let Some((folder, _)) = file.name.rsplit_once('/') else { continue };
            things.entry(folder.to_owned()).or_default().add(&file.name, file.modified)?;
        }
        let mut open = Vec::new();
        for (folder, files) in things {
            for (generation, steps) in &files.generations {
                if steps.contains_key(&Step::Done) {
                    continue;
                }
                let key = EntryKey::in_folder(&folder, *generation);
                let intent = self.intent(&key, steps).await?;
                let is_accepted = steps.contains_key(&Step::Accepted);
                open.push(OpenOrder::new(key, intent, is_accepted));
            }
        }
        open.sort_by_key(|order| order.written_at);
        Ok(open)
    }

    /// Where the open order of this reference is written down, if there is one.
    ///
    /// # Errors
    /// Where an entry can't be read.
    pub async fn open_order(
        &self,
        reference: &ExternalId,
    ) -> Result<Option<EntryKey>, JournalError> {
        let open = self.open_orders().await?.into_iter();
        Ok(open.rev().find(|open| open.reference == *reference).map(|open| open.key))
    }

    /// Closes the open order of this reference by hand.
    ///
    /// # Errors
    /// [`JournalError::NoSuchOrder`], or where that can't be written down.
    pub async fn settle(&self, reference: &ExternalId) -> Result<OpenOrder, JournalError> {
        let open = self.open_orders().await?.into_iter().rfind(|open| open.reference == *reference);
        let open = open.ok_or_else(|| JournalError::NoSuchOrder(reference.clone()))?;
        self.close(&open.key, Ending::Settled).await?;
        Ok(open)
    }

    async fn intent(
        &self,
        key: &EntryKey,
        steps: &BTreeMap<Step, Timestamp>,
    ) -> Result<Intent, JournalError> {
        let file = key.file(Step::Intent);
        if !steps.contains_key(&Step::Intent) {
            let why = "is missing, although what came of it is there";
            return Err(record::unreadable(&file, why));
        }
        record::read_intent(&file, &self.store().await?.read(&file).await?)
    }

    async fn files(&self, target: &OrderTarget) -> Result<Files, JournalError> {
        let mut files = Files::default();
        for file in self.store().await?.list(Some(target.folder())).await? {
            files.add(&file.name, file.modified)?;
        }
        Ok(files)
    }

    /// Removes what nobody has to remember any more. The latest order of a thing stays, because the
    /// next one counts from there: no reference is used twice.
    async fn prune(&self, target: &OrderTarget, files: &Files) {
        let Ok(store) = self.store().await else { return };
        let latest = files.latest().map(|(generation, _)| generation);
        for (generation, steps) in &files.generations {
            let Some(done) = steps.get(&Step::Done) else { continue };
            if Some(*generation) == latest || Timestamp::now().duration_since(*done) < KEPT {
                continue;
            }
            // Whatever is left if this breaks off is still done.
            for step in steps.keys() {
                store.remove(&EntryKey::new(target, *generation).file(*step)).await;
            }
        }
    }

    async fn store(&self) -> Result<&Store, JournalError> {
        self.0.store.get_or_try_init(async || Store::open(&self.0.place)).await
    }
}
