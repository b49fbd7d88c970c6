//! All open orders: the ones that still need attention.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::join_all;
use jiff::Timestamp;
use serde_json::Value;

use super::entry::Files;
use super::record::{self, EntryStep};
use super::{Ending, EntryKey, Journal, JournalError, OpenOrder, OrderTarget, Progress};
use crate::lumen::{ExternalId, ObjectId};

/// How many entries are read at once, because a bucket takes some time to answer each request.
const READ_AT_ONCE: usize = 32;

/// When each step of an order was written down, if the listing showed it.
type Steps = BTreeMap<EntryStep, Option<Timestamp>>;

/// The orders that are open, and what could not be read.
#[derive(Debug, Default)]
pub struct Survey {
    /// The open orders, oldest first.
    pub open: Vec<OpenOrder>,
    /// Entries that this version does not understand.
    pub unreadable: Vec<JournalError>,
}

impl Survey {
    /// The open order with this reference.
    #[must_use]
    pub fn order(&self, reference: &ExternalId) -> Option<&OpenOrder> {
        self.open.iter().rfind(|order| order.reference == *reference)
    }
}

/// The open entries, according to the names of their files. Listing a thousand entries takes as long as
/// listing one, but reading them does not.
#[derive(Debug, Default)]
pub struct OpenEntries {
    entries: BTreeMap<EntryKey, Steps>,
    /// Objects that the plan of a replacement has noted.
    replaced: BTreeSet<(String, ObjectId)>,
    unreadable: Vec<JournalError>,
}

impl OpenEntries {
    /// Whether this entry is open.
    #[must_use]
    pub fn has(&self, key: &EntryKey) -> bool {
        self.entries.contains_key(key)
    }

    /// Whether an entry of this target is open.
    #[must_use]
    pub fn has_target(&self, target: &OrderTarget) -> bool {
        let mut keys = self.entries.range(EntryKey::new(target, 0)..);
        keys.next().is_some_and(|(key, _)| key.target() == target)
    }

    /// Whether a plan has noted that the next order of this target replaces this object.
    #[must_use]
    pub fn replaces(&self, target: &OrderTarget, object: &ObjectId) -> bool {
        self.replaced.contains(&(target.folder().to_owned(), object.clone()))
    }
}

impl Journal {
    /// Lists the entries that are not closed.
    ///
    /// # Errors
    /// If the journal can't be listed.
    pub async fn open_entries(&self) -> Result<OpenEntries, JournalError> {
        let mut open = OpenEntries::default();
        for (target, files) in self.all_files(&mut open.unreadable).await? {
            open.replaced.extend(files.replaced.into_iter().map(|object| (target.clone(), object)));
            for (generation, steps) in files.generations {
                if !steps.contains_key(&EntryStep::Done) {
                    open.entries.insert(EntryKey::in_folder(&target, generation), steps);
                }
            }
        }
        Ok(open)
    }

    /// Reads these entries.
    ///
    /// # Errors
    /// If the journal can't be read at all.
    pub async fn read_all(&self, open: &OpenEntries) -> Result<Survey, JournalError> {
        let mut survey = Survey { unreadable: open.unreadable.clone(), ..Survey::default() };
        let entries: Vec<(&EntryKey, &Steps)> = open.entries.iter().collect();
        for some in entries.chunks(READ_AT_ONCE) {
            let intents = join_all(some.iter().map(|(key, steps)| self.intent(key, steps))).await;
            for ((key, steps), intent) in some.iter().zip(intents) {
                match intent {
                    Ok(intent) => {
                        let progress = Progress::of(steps);
                        survey.open.push(OpenOrder::new((*key).clone(), intent, progress));
                    }
                    Err(error @ JournalError::Unavailable(_)) => return Err(error),
                    Err(error) => survey.unreadable.push(error),
                }
            }
        }
        survey.open.sort_by_key(|order| order.written_at);
        Ok(survey)
    }

    /// Checks whether Lumen's answers to the open orders can be read, and adds those that can't to
    /// `survey.unreadable`. A run would find this out only when it resumes the order.
    ///
    /// # Errors
    /// If the journal can't be read at all.
    pub async fn check_answers(&self, survey: &mut Survey) -> Result<(), JournalError> {
        let answered = survey.open.iter().filter(|order| order.progress != Progress::Unanswered);
        let files: Vec<String> =
            answered.map(|order| order.key.file(EntryStep::Accepted)).collect();
        let mut unreadable = Vec::new();
        for some in files.chunks(READ_AT_ONCE) {
            for why in join_all(some.iter().map(|file| self.unreadable_answer(file))).await {
                unreadable.extend(why?);
            }
        }
        survey.unreadable.splice(0..0, unreadable);
        Ok(())
    }

    /// Why an answer can't be read. A returned order may have no answer, if the answer could not be written
    /// down.
    async fn unreadable_answer(&self, file: &str) -> Result<Option<JournalError>, JournalError> {
        let store = self.store().await?;
        if !store.has(file).await? {
            return Ok(None);
        }
        Ok(record::read_accepted::<Value>(file, &store.read(file).await?).err())
    }

    /// Reads every entry that is not closed.
    ///
    /// # Errors
    /// If the journal can't be read at all.
    pub async fn survey(&self) -> Result<Survey, JournalError> {
        self.read_all(&self.open_entries().await?).await
    }

    /// Records a person's decision that the order with this reference has ended, or never existed. This
    /// closes an open entry. If the entry is already closed and a state still waits for the order, this note
    /// ends the wait.
    ///
    /// # Errors
    /// [`JournalError::NoSuchOrder`], or an error if this can't be written down.
    pub async fn settle(&self, reference: &ExternalId) -> Result<OpenOrder, JournalError> {
        let order = self.find(reference).await?;
        let store = self.store().await?;
        store.create(&order.key.file(EntryStep::Settled), record::mark(self.now())).await?;
        self.close(&order.key, Ending::Settled).await?;
        Ok(order)
    }

    /// Finds the open order with this reference, or else the latest one. Orders that no person has settled
    /// are preferred: several orders may share a reference that the user set, and a state may wait for an
    /// earlier one.
    ///
    /// # Errors
    /// [`JournalError::NoSuchOrder`], or an error if the journal can't be read.
    pub async fn find(&self, reference: &ExternalId) -> Result<OpenOrder, JournalError> {
        if let Some(order) = self.survey().await?.order(reference) {
            return Ok(order.clone());
        }
        let mut found = Vec::new();
        for (target, files) in self.all_files(&mut Vec::new()).await? {
            for (generation, steps) in &files.generations {
                let key = EntryKey::in_folder(&target, *generation);
                // As far as is known, an entry that can't be read is not the one that is searched for.
                let Ok(intent) = self.intent(&key, steps).await else { continue };
                if intent.reference == *reference {
                    let is_settled = steps.contains_key(&EntryStep::Settled);
                    found.push((!is_settled, OpenOrder::new(key, intent, Progress::of(steps))));
                }
            }
        }
        let latest = found.into_iter().max_by_key(|(is_left, order)| (*is_left, order.written_at));
        let latest = latest.map(|(_, order)| order);
        latest.ok_or_else(|| JournalError::NoSuchOrder(reference.clone()))
    }

    /// The files of every target.
    async fn all_files(
        &self,
        unreadable: &mut Vec<JournalError>,
    ) -> Result<BTreeMap<String, Files>, JournalError> {
        let mut targets: BTreeMap<String, Files> = BTreeMap::new();
        for file in self.store().await?.list(None).await? {
            // A file outside the folders belongs to no order.
            let Some((folder, _)) = file.name.rsplit_once('/') else { continue };
            let files = targets.entry(folder.to_owned()).or_default();
            unreadable.extend(files.add(&file.name, file.modified).err());
        }
        Ok(targets)
    }
}
