//! The order journal. Orders are written down before they are sent, so that a crash before Terraform has
//! saved its state does no harm.
//!
//! Every order has an [`OrderTarget`]: what it builds, or the object that it changes. Each target has a
//! folder, and each of its orders has a file for each step that is known (`record`):
//!
//! ```text
//! iod_connection-5be0…/0-intent.json      written before the order is sent
//!                      0-accepted.json    written when Lumen has accepted the order
//!                      0-returned.json    written when the order is returned to Terraform
//!                      0-done.json        written when the order needs no more attention
//!                      1-intent.json      the next order of the same target
//! ```
//!
//! A file is created only if it does not exist, and it is never changed. Two processes therefore can't both
//! place an order, on a disk or in an object store.
//!
//! `store` stores entries: `folder` does so on a disk of this machine, and `bucket` in an object store.
//! `record` is what the files contain, `entry` is how an order advances, `survey` is which orders are open,
//! `history` is what is known about one order, `target` is what an order is about, and `author` is the
//! writer of an entry.

mod access;
mod author;
mod bucket;
mod command_line;
mod credentials;
mod disk;
mod entry;
mod entry_id;
mod folder;
mod history;
mod latest;
mod location;
mod record;
mod store;
mod survey;
mod target;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::OnceCell;

pub use author::{Author, Origin};
pub use entry::{EarlierObject, Entry, EntryKey, LatestOrder, OpenEntry, Promise, Slot};
pub use entry_id::EntryId;
pub use history::History;
pub use location::{InvalidLocation, JournalLocation};
pub use record::{Ending, EntryStep, OpenOrder, Progress};
pub use survey::{OpenEntries, Survey};
pub use target::{Likeness, OrderTarget};

use crate::lumen::{ExternalId, ObjectId};
use crate::machine::{Machine, ThisMachine};
use entry::Files;
use record::Intent;
use store::Store;

/// How long a closed entry is kept.
const KEPT: jiff::SignedDuration = jiff::SignedDuration::from_hours(30 * 24);

/// The delay between checks of an entry while another process may be about to write down Lumen's answer.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// The order journal. Clones share what this process knows about its own orders.
#[derive(Clone)]
pub struct Journal(Arc<Shared>);

struct Shared {
    /// Unknown during a plan if it depends on something that is not applied yet.
    location: Option<JournalLocation>,
    author: Author,
    machine: Arc<dyn Machine>,
    /// Opened when it is first needed. Many runs never need it.
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
    /// The disk or the object store failed. As far as is known, nothing was written.
    #[error("{0}")]
    Unavailable(String),
    /// An entry that this version does not understand. It is never overwritten.
    #[error("`{file}` {why}")]
    Unreadable {
        /// The file, below the journal's place.
        file: String,
        /// The folder of all orders of the same target.
        folder: String,
        /// What is wrong with it.
        why: String,
    },
    /// A file that no version writes. It is never overwritten.
    #[error("`{file}` is not an entry of this journal")]
    Foreign {
        /// The file, below the journal's place.
        file: String,
    },
    /// No order has this reference.
    #[error("no order has the reference `{0}`")]
    NoSuchOrder(ExternalId),
}

/// The right of one caller in this process to place an order for a target, until this is dropped.
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
    /// Creates a journal at this place. The place is not accessed until it is needed.
    #[must_use]
    pub fn new(location: JournalLocation) -> Self {
        Self::of(Some(location), Author::new(None, None), Arc::new(ThisMachine))
    }

    /// Like [`Self::new`], but on another machine and with an author for its entries. Without a place,
    /// nothing can be read or written.
    #[must_use]
    pub fn of(
        location: Option<JournalLocation>,
        author: Author,
        machine: Arc<dyn Machine>,
    ) -> Self {
        let (store, taken) = (OnceCell::new(), Mutex::new(HashSet::new()));
        Self(Arc::new(Shared { location, author, machine, store, taken }))
    }

    /// The time according to the clock of this machine.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.0.machine.now()
    }

    /// Its place as users write it.
    #[must_use]
    pub fn place(&self) -> String {
        let location = self.0.location.as_ref();
        location.map_or_else(|| "(known after apply)".to_owned(), ToString::to_string)
    }

    /// The author of the entries that this journal writes.
    #[must_use]
    pub fn author(&self) -> &Author {
        &self.0.author
    }

    /// Whether its place exists. A run of Terraform creates the place, so the answer makes no difference
    /// there. The command line reports a missing place, because its name may be mistyped.
    ///
    /// # Errors
    /// If this can't be determined.
    pub async fn exists(&self) -> Result<bool, JournalError> {
        self.store().await?.exists().await
    }

    /// The run that this journal belongs to: an arbitrary string that is different in every process.
    #[must_use]
    pub fn run(&self) -> &str {
        self.0.author.run()
    }

    /// Reserves a target for one order of this process at a time. Returns `None` while another order is being
    /// placed.
    #[must_use]
    pub fn claim(&self, target: &OrderTarget) -> Option<Claim> {
        let is_free = self.0.taken().insert(Taken::Being(target.clone()));
        is_free.then(|| Claim { journal: self.clone(), target: target.clone() })
    }

    /// Whether this process is placing an order for this target.
    #[must_use]
    pub fn is_claimed(&self, target: &OrderTarget) -> bool {
        self.0.taken().contains(&Taken::Being(target.clone()))
    }

    /// Marks the order as returned to Terraform. Another order for the same target in this process is then
    /// for a second object, and not a retry.
    pub fn mark_returned(&self, key: &EntryKey) {
        self.0.taken().insert(Taken::Returned(key.clone()));
    }

    /// Whether this process has returned that order to Terraform.
    #[must_use]
    pub fn was_returned(&self, key: &EntryKey) -> bool {
        self.0.taken().contains(&Taken::Returned(key.clone()))
    }

    /// Completes when another process has written down the outcome of an order.
    pub async fn answered(&self, key: &EntryKey) {
        loop {
            tokio::time::sleep(LOOK_AGAIN).await;
            if matches!(self.is_answered(key).await, Ok(true)) {
                return;
            }
        }
    }

    /// Whether the outcome of an order is written down. A note that the order was returned to Terraform does
    /// not count: if Lumen's answer could not be written down, the order is still being searched for.
    ///
    /// # Errors
    /// If this can't be determined.
    pub async fn is_answered(&self, key: &EntryKey) -> Result<bool, JournalError> {
        let files = self.files(key.target()).await?;
        let steps = files.generations.get(&key.generation());
        let is_known = |steps: &BTreeMap<EntryStep, _>| {
            steps.contains_key(&EntryStep::Accepted) || steps.contains_key(&EntryStep::Done)
        };
        Ok(steps.is_some_and(is_known))
    }

    /// Closes an entry whose order needs no more attention. Closing it twice does no harm. Returns false, and
    /// writes nothing, if this journal does not have the order.
    ///
    /// # Errors
    /// If this can't be written down.
    pub async fn close(&self, key: &EntryKey, ending: Ending) -> Result<bool, JournalError> {
        self.0.taken().remove(&Taken::Returned(key.clone()));
        let (store, file) = (self.store().await?, key.file(EntryStep::Done));
        // Every plan closes an entry again until an apply has saved that it is closed. Checking for the file
        // first is much cheaper than failing to create it.
        if store.has(&file).await? {
            if ending == Ending::Gone {
                store.create(&key.file(EntryStep::Gone), record::mark(self.now())).await?;
            }
            return Ok(true);
        }
        if !self.has(key).await? {
            return Ok(false);
        }
        let record = record::done(ending, self.now());
        match ending {
            // If a power failure loses the file, the entry stays open for longer than necessary.
            Ending::InState | Ending::Reached => store.create_soon(&file, record).await?,
            _ => store.create(&file, record).await.map(drop)?,
        }
        Ok(true)
    }

    /// Notes that an order is being returned to Terraform. If a power failure loses the note, messages about
    /// the order say that it was not returned.
    ///
    /// # Errors
    /// If this can't be written down.
    pub async fn returned(&self, key: &EntryKey) -> Result<(), JournalError> {
        // A Terraform process that was killed receives nothing, and its state has nothing.
        if self.0.author.is_orphaned(&*self.0.machine) {
            return Ok(());
        }
        // If the journal was removed in the meantime, it must not get half an entry.
        if !self.has(key).await? {
            return Ok(());
        }
        self.store()
            .await?
            .create_soon(&key.file(EntryStep::Returned), record::mark(self.now()))
            .await
    }

    async fn has(&self, key: &EntryKey) -> Result<bool, JournalError> {
        self.store().await?.has(&key.file(EntryStep::Intent)).await
    }

    /// Notes that the next order of the target replaces this object, so that it is not mistaken for the
    /// object that the order makes.
    ///
    /// # Errors
    /// If this can't be written down.
    pub async fn replaces(
        &self,
        target: &OrderTarget,
        object: &ObjectId,
    ) -> Result<(), JournalError> {
        let file = entry::replaces_file(target, object);
        self.store().await?.create(&file, record::mark(self.now())).await.map(drop)
    }

    /// Removes such a note, if possible.
    pub async fn does_not_replace(&self, target: &OrderTarget, object: &ObjectId) {
        if let Ok(store) = self.store().await {
            store.remove(&entry::replaces_file(target, object)).await;
        }
    }

    async fn intent(
        &self,
        key: &EntryKey,
        steps: &BTreeMap<EntryStep, Option<Timestamp>>,
    ) -> Result<Intent, JournalError> {
        let file = key.file(EntryStep::Intent);
        if !steps.contains_key(&EntryStep::Intent) {
            let why = "is missing, although later steps of the order exist";
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

    /// Removes entries that were closed long ago. The latest order of a target stays: the next order is
    /// numbered after it, so that no reference is used twice.
    async fn prune(&self, target: &OrderTarget, files: &Files) {
        let Ok(store) = self.store().await else { return };
        let latest = files.latest().map(|(generation, _)| generation);
        for (generation, steps) in &files.generations {
            let Some(listed) = steps.get(&EntryStep::Done) else { continue };
            if Some(*generation) == latest {
                continue;
            }
            let file = EntryKey::new(target, *generation).file(EntryStep::Done);
            let done = if listed.is_some() { Ok(*listed) } else { store.modified(&file).await };
            let Ok(Some(done)) = done else { continue };
            if self.now().duration_since(done) < KEPT {
                continue;
            }
            // `Done` is the last step, so an entry still counts as done if this is interrupted.
            for step in steps.keys() {
                store.remove(&EntryKey::new(target, *generation).file(*step)).await;
            }
        }
    }

    async fn store(&self) -> Result<&Store, JournalError> {
        let location = self.0.location.as_ref();
        let location = location.ok_or_else(|| {
            JournalError::Unavailable("its place is known only after apply".to_owned())
        })?;
        let store =
            self.0.store.get_or_init(async || Store::open(location, &*self.0.machine).await);
        // Whatever prevents opening the store, such as missing credentials, doesn't change during a run.
        store.await.as_ref().map_err(JournalError::clone)
    }
}
