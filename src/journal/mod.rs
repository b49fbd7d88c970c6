//! Orders written down before they are sent: what makes a crash between an order and Terraform's
//! state harmless.
//!
//! Every order has an [`OrderTarget`]: what is to be built, or the object that is to change. Each target
//! has a folder, and each of its orders has up to three files in it:
//!
//! ```text
//! iod_connection-5be0…/0-intent.json      written before the order is sent
//!                      0-accepted.json    Lumen has it
//!                      0-done.json        the order needs no more attention
//!                      1-intent.json      the next order of the same target
//! ```
//!
//! A file is created only if it does not exist, and it is never changed. So two processes can't both
//! place an order, neither on a disk nor in an object store. `store` says where entries are and creates
//! them, `folder` does so on the disk of this machine, `bucket` in an object store, `record` is what the files contain, `entry` is
//! how an order advances, and `target` is what an order is about.

mod access;
mod bucket;
mod credentials;
mod disk;
mod entry;
mod folder;
mod location;
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
pub use location::{InvalidLocation, JournalLocation};
pub use record::{Ending, OpenOrder};
pub use target::OrderTarget;

use crate::lumen::{ExternalId, ObjectId};
use entry::Files;
use record::{Intent, Step};
use store::Store;

/// How long a closed entry is kept.
const KEPT: jiff::SignedDuration = jiff::SignedDuration::from_hours(30 * 24);

/// The delay between looks at an entry whose answer another process may be about to write down.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// The order journal. Clones share what this process knows about its own orders.
#[derive(Clone)]
pub struct Journal(Arc<Shared>);

struct Shared {
    location: JournalLocation,
    /// Distinguishes this run from others.
    run: String,
    /// Opened by the first order: reading and planning do without.
    store: OnceCell<Result<Store, JournalError>>,
    /// The targets that this process is ordering, and the orders that it has returned to Terraform.
    taken: Mutex<HashSet<Taken>>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Taken {
    Being(OrderTarget),
    Returned(EntryKey),
}

/// Why an entry can't be read or written.
#[derive(Clone, Debug, thiserror::Error)]
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

/// The right of one caller in this process to order a target. It ends when this is dropped.
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
    pub fn new(location: JournalLocation) -> Self {
        let run = format!("{:032x}", fastrand::u128(..));
        let (store, taken) = (OnceCell::new(), Mutex::new(HashSet::new()));
        let shared = Shared { location, run, store, taken };
        Self(Arc::new(shared))
    }

    /// Where it is.
    #[must_use]
    pub fn location(&self) -> &JournalLocation {
        &self.0.location
    }

    /// Whether its place exists. A run of Terraform creates it, so there it makes no difference; a
    /// person who names a place wants to know that it is another one.
    ///
    /// # Errors
    /// Where that can't be told.
    pub async fn exists(&self) -> Result<bool, JournalError> {
        self.store().await?.exists().await
    }

    /// The run that this journal belongs to: an arbitrary text, different in every process.
    #[must_use]
    pub fn run(&self) -> &str {
        &self.0.run
    }

    /// Reserves a target for one order of this process at a time. `None` while another one is placed.
    #[must_use]
    pub fn claim(&self, target: &OrderTarget) -> Option<Claim> {
        let is_free = self.0.taken().insert(Taken::Being(target.clone()));
        is_free.then(|| Claim { journal: self.clone(), target: target.clone() })
    }

    /// Marks the order as returned to Terraform. If the same target is ordered again in this process,
    /// it is a second object, not a retry.
    pub fn mark_returned(&self, key: &EntryKey) {
        self.0.taken().insert(Taken::Returned(key.clone()));
    }

    /// Whether this process has returned that order to Terraform.
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

    /// Closes an entry: its order needs no more attention. Closing it twice does no harm.
    ///
    /// # Errors
    /// Where that can't be written down.
    pub async fn close(&self, key: &EntryKey, ending: Ending) -> Result<(), JournalError> {
        self.0.taken().remove(&Taken::Returned(key.clone()));
        let (store, file) = (self.store().await?, key.file(Step::Done));
        // Every plan closes an entry again until an apply has saved that it was closed. Looking for the
        // file first is much cheaper than failing to create it.
        if store.has(&file).await? {
            return Ok(());
        }
        let record = record::done(ending);
        match ending {
            // If a power cut loses the file, the entry stays open for longer than necessary.
            Ending::InState | Ending::Reached => store.create_soon(&file, record).await,
            _ => store.create(&file, record).await.map(drop),
        }
    }

    /// Notes that the next order of the target replaces this object, so that it is not taken for the
    /// object that the order makes.
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

    /// Removes such a note, where that is possible.
    pub async fn does_not_replace(&self, target: &OrderTarget, object: &ObjectId) {
        if let Ok(store) = self.store().await {
            store.remove(&entry::replaces_file(target, object)).await;
        }
    }

    /// All entries that are not closed, oldest first.
    ///
    /// # Errors
    /// Where an entry can't be read.
    pub async fn open_orders(&self) -> Result<Vec<OpenOrder>, JournalError> {
        let store = self.store().await?;
        let mut things: BTreeMap<String, Files> = BTreeMap::new();
        for file in store.list(None).await? {
            // A file beside the folders belongs to no order.
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
        steps: &BTreeMap<Step, Option<Timestamp>>,
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

    /// Removes entries that were closed long ago. The latest order of a target stays, because the next
    /// one counts from it, so that no reference is used twice.
    async fn prune(&self, target: &OrderTarget, files: &Files) {
        let Ok(store) = self.store().await else { return };
        let latest = files.latest().map(|(generation, _)| generation);
        for (generation, steps) in &files.generations {
            let Some(listed) = steps.get(&Step::Done) else { continue };
            if Some(*generation) == latest {
                continue;
            }
            let file = EntryKey::new(target, *generation).file(Step::Done);
            let done = if listed.is_some() { Ok(*listed) } else { store.modified(&file).await };
            let Ok(Some(done)) = done else { continue };
            if Timestamp::now().duration_since(done) < KEPT {
                continue;
            }
            // Whatever is left if this breaks off is still done.
            for step in steps.keys() {
                store.remove(&EntryKey::new(target, *generation).file(*step)).await;
            }
        }
    }

    async fn store(&self) -> Result<&Store, JournalError> {
        let store = self.0.store.get_or_init(async || Store::open(&self.0.location).await);
        // What keeps it from being opened, such as missing credentials, stays so in this run.
        store.await.as_ref().map_err(JournalError::clone)
    }
}
