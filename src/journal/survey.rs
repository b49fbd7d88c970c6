//! What is open at all: the orders that somebody has to remember.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use serde_json::Value;

use super::entry::Files;
use super::record::{self, EntryStep};
use super::{Ending, EntryKey, Journal, JournalError, OpenOrder, OrderTarget, Progress};
use crate::lumen::{ExternalId, ObjectId};

/// The orders that are open, and what could not be read.
#[derive(Debug, Default)]
pub struct Survey {
    /// Oldest first.
    pub open: Vec<OpenOrder>,
    /// Objects that the plan of a replacement has noted.
    pub(super) replaced: BTreeSet<(String, ObjectId)>,
    /// Entries that this version does not understand.
    pub unreadable: Vec<JournalError>,
    /// The open entries, for lookups: a run makes one or two for each of its objects.
    keys: OnceLock<BTreeSet<EntryKey>>,
}

impl Survey {
    /// Whether this entry is open.
    #[must_use]
    pub fn has(&self, key: &EntryKey) -> bool {
        self.keys().contains(key)
    }

    /// Whether an entry of this target is open.
    #[must_use]
    pub fn has_target(&self, target: &OrderTarget) -> bool {
        let mut keys = self.keys().range(EntryKey::new(target, 0)..);
        keys.next().is_some_and(|key| key.target() == target)
    }

    /// Whether a plan has noted that the next order of this target replaces this object.
    #[must_use]
    pub fn replaces(&self, target: &OrderTarget, object: &ObjectId) -> bool {
        self.replaced.contains(&(target.folder().to_owned(), object.clone()))
    }

    fn keys(&self) -> &BTreeSet<EntryKey> {
        self.keys.get_or_init(|| self.open.iter().map(|order| order.key.clone()).collect())
    }

    /// The open order of this reference.
    #[must_use]
    pub fn order(&self, reference: &ExternalId) -> Option<&OpenOrder> {
        self.open.iter().rfind(|order| order.reference == *reference)
    }
}

impl Journal {
    /// Every entry that is not closed.
    ///
    /// # Errors
    /// Where the journal can't be read at all.
    pub async fn survey(&self) -> Result<Survey, JournalError> {
        let mut survey = Survey::default();
        for (target, files) in self.all_files(&mut survey.unreadable).await? {
            survey.replaced.extend(files.replaced.iter().map(|it| (target.clone(), it.clone())));
            for (generation, steps) in &files.generations {
                if steps.contains_key(&EntryStep::Done) {
                    continue;
                }
                let key = EntryKey::in_folder(&target, *generation);
                match self.intent(&key, steps).await {
                    Ok(intent) => {
                        survey.open.push(OpenOrder::new(key, intent, Progress::of(steps)));
                    }
                    Err(error @ JournalError::Unavailable(_)) => return Err(error),
                    Err(error) => survey.unreadable.push(error),
                }
            }
        }
        survey.open.sort_by_key(|order| order.written_at);
        Ok(survey)
    }

    /// Looks whether Lumen's answers to the open orders can be read, and adds those that can't to what could
    /// not be read. A run finds that out when it resumes the order.
    ///
    /// # Errors
    /// Where the journal can't be read at all.
    pub async fn check_answers(&self, survey: &mut Survey) -> Result<(), JournalError> {
        let (store, mut unreadable) = (self.store().await?, Vec::new());
        for order in survey.open.iter().filter(|order| order.progress != Progress::Unanswered) {
            let file = order.key.file(EntryStep::Accepted);
            // What was returned may have no answer that could be written down.
            if !store.has(&file).await? {
                continue;
            }
            let read = record::read_accepted::<Value>(&file, &store.read(&file).await?);
            unreadable.extend(read.err());
        }
        survey.unreadable.splice(0..0, unreadable);
        Ok(())
    }

    /// Takes a person's word that the order of this reference has ended, or never came to be. An open
    /// entry is closed; of an order that a state still waits for, the word is noted.
    ///
    /// # Errors
    /// [`JournalError::NoSuchOrder`], or where that can't be written down.
    pub async fn settle(&self, reference: &ExternalId) -> Result<OpenOrder, JournalError> {
        let order = self.find(reference).await?;
        let store = self.store().await?;
        store.create(&order.key.file(EntryStep::Settled), record::mark(self.now())).await?;
        self.close(&order.key, Ending::Settled).await?;
        Ok(order)
    }

    /// The latest order of this reference, open or not.
    ///
    /// # Errors
    /// [`JournalError::NoSuchOrder`], or where the journal can't be read.
    pub async fn find(&self, reference: &ExternalId) -> Result<OpenOrder, JournalError> {
        if let Some(order) = self.survey().await?.order(reference) {
            return Ok(order.clone());
        }
        let mut found = Vec::new();
        for (target, files) in self.all_files(&mut Vec::new()).await? {
            for (generation, steps) in &files.generations {
                let key = EntryKey::in_folder(&target, *generation);
                // What can't be read is not what is looked for, as far as anybody can tell.
                let Ok(intent) = self.intent(&key, steps).await else { continue };
                if intent.reference == *reference {
                    found.push(OpenOrder::new(key, intent, Progress::of(steps)));
                }
            }
        }
        let latest = found.into_iter().max_by_key(|order| order.written_at);
        latest.ok_or_else(|| JournalError::NoSuchOrder(reference.clone()))
    }

    /// The files of every target.
    async fn all_files(
        &self,
        unreadable: &mut Vec<JournalError>,
    ) -> Result<BTreeMap<String, Files>, JournalError> {
        let mut targets: BTreeMap<String, Files> = BTreeMap::new();
        for file in self.store().await?.list(None).await? {
            // A file beside the folders belongs to no order.
            let Some((folder, _)) = file.name.rsplit_once('/') else { continue };
            let files = targets.entry(folder.to_owned()).or_default();
            unreadable.extend(files.add(&file.name, file.modified).err());
        }
        Ok(targets)
    }
}
