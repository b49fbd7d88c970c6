//! The entries of a target: which ones exist, the status of the latest one, and how it advances.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::record::{self, EntryStep, Intent};
use super::store::Created;
use super::{Author, EntryId, Journal, JournalError, Likeness, OrderTarget, target};
use crate::lumen::{ExternalId, ObjectId};

/// Marks an object that a new one replaces.
const REPLACES: &str = "replaces-";

/// The latest order of a target, according to the journal.
pub enum LatestOrder<Receipt> {
    /// No order is open. The next one may be written down in this slot.
    None(Slot),
    /// Lumen has accepted the order, and no saved state is known to have its object.
    Accepted(OpenEntry<Receipt>),
    /// The order was about to be sent, and Lumen's answer is not written down.
    Unanswered(OpenEntry<Receipt>),
}

/// An entry that is not closed, with everything that is needed to resume its order.
pub struct OpenEntry<Receipt> {
    /// The entry of the order.
    pub entry: Entry,
    /// The reference with which the order was placed.
    pub reference: ExternalId,
    /// What is needed to follow the order or to search for it.
    pub receipt: Receipt,
    /// What the order is for, in words.
    pub what: String,
    /// When the order was written down, just before it was sent.
    pub since: Timestamp,
    /// The author of the order.
    pub author: Author,
    /// Whether it was returned to Terraform.
    pub is_returned: bool,
    /// Objects that the next order of this target replaces.
    pub replaced: BTreeSet<ObjectId>,
}

/// The object of an earlier order, which a state has taken over.
pub struct EarlierObject<Receipt> {
    /// The key of the order's entry.
    pub key: EntryKey,
    /// What is needed to follow the order.
    pub receipt: Receipt,
    /// The reference with which the order was placed.
    pub reference: ExternalId,
    /// What the order is for, in words.
    pub what: String,
    /// When the order was written down, just before it was sent.
    pub since: Timestamp,
    /// The author of the order.
    pub author: Author,
}

impl<Receipt> LatestOrder<Receipt> {
    /// What a plan may promise about the next order. If an order is open, only resuming it shows whether it
    /// is the one that is planned, or the order of the object that is being replaced.
    #[must_use]
    pub fn promise(&self) -> Option<Promise> {
        let Self::None(slot) = self else { return None };
        let journal = Some(slot.journal.place());
        Some(Promise { reference: slot.reference()?, generation: slot.key.generation, journal })
    }

    /// Ignores the notes of other plans: the next order replaces only these objects.
    pub fn replaces_only(&mut self, planned: &BTreeSet<ObjectId>) {
        let (Self::None(Slot { replaced, .. })
        | Self::Accepted(OpenEntry { replaced, .. })
        | Self::Unanswered(OpenEntry { replaced, .. })) = self;
        replaced.retain(|object| planned.contains(object));
    }

    /// Whether the next order can still be the promised one, because nothing else has been ordered since.
    #[must_use]
    pub fn keeps(&self, promise: &Promise) -> bool {
        match self {
            // If there are fewer orders than during the plan, this is another journal, or the old one was
            // lost. None of its orders has the promised reference.
            Self::None(slot) => slot.key.generation <= promise.generation,
            Self::Accepted(open) | Self::Unanswered(open) => open.reference == promise.reference,
        }
    }
}

/// The reference that a plan promises for the order that its apply will place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// The reference.
    pub reference: ExternalId,
    generation: u32,
    /// The place of the journal to which `generation` refers. It is unknown in plans of earlier versions.
    #[serde(default)]
    journal: Option<String>,
}

impl Promise {
    /// The same promise, after Lumen has certainly not accepted the order of this entry: the next order keeps
    /// it.
    #[must_use]
    pub fn after(self, key: &EntryKey) -> Self {
        Self { generation: self.generation.max(key.generation + 1), ..self }
    }

    /// The place of the journal that the plan used, if it is not this journal.
    #[must_use]
    pub fn other_journal(&self, journal: &Journal) -> Option<&str> {
        self.journal.as_deref().filter(|place| *place != journal.place())
    }
}

/// The place of the next order of a target.
pub struct Slot {
    journal: Journal,
    key: EntryKey,
    /// Objects that this order replaces.
    pub replaced: BTreeSet<ObjectId>,
    /// All objects that plans have noted. They are part of the reference.
    noted: BTreeSet<ObjectId>,
}

/// An order that is written down.
pub struct Entry {
    journal: Journal,
    key: EntryKey,
    written_at: Timestamp,
}

/// Identifies the entry of an order, even after the process has ended.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EntryKey {
    /// This has been its name since the first version of the format.
    #[serde(rename = "thing")]
    target: OrderTarget,
    generation: u32,
}

impl EntryKey {
    pub(super) fn new(target: &OrderTarget, generation: u32) -> Self {
        Self { target: target.clone(), generation }
    }

    pub(super) fn in_folder(folder: &str, generation: u32) -> Self {
        Self::new(&OrderTarget::in_folder(folder), generation)
    }

    /// What the order is about.
    #[must_use]
    pub fn target(&self) -> &OrderTarget {
        &self.target
    }

    pub(super) fn generation(&self) -> u32 {
        self.generation
    }

    /// The name of one of its files, below the journal's place.
    pub(super) fn file(&self, step: EntryStep) -> String {
        format!("{}/{}{}", self.target.folder(), self.generation, step.suffix())
    }
}

pub(super) fn replaces_file(target: &OrderTarget, object: &ObjectId) -> String {
    format!("{}/{REPLACES}{}.json", target.folder(), target::name_of_object(object))
}

impl Slot {
    pub(super) fn new(
        journal: &Journal,
        target: &OrderTarget,
        generation: u32,
        replaced: BTreeSet<ObjectId>,
    ) -> Self {
        let (journal, noted) = (journal.clone(), replaced.clone());
        Self { journal, key: EntryKey::new(target, generation), replaced, noted }
    }

    /// The key of the entry that will be written.
    #[must_use]
    pub fn key(&self) -> &EntryKey {
        &self.key
    }

    /// The reference of the order; `None` never happens.
    #[must_use]
    pub fn reference(&self) -> Option<ExternalId> {
        self.key.target.reference(self.key.generation, &self.noted)
    }

    /// Writes an order down before it is sent. The entry is durable when this returns. Returns `None` if
    /// another process was faster.
    ///
    /// # Errors
    /// If the order can't be written down. It must then not be sent.
    pub async fn write_down<Receipt: Serialize>(
        self,
        reference: &ExternalId,
        what: &str,
        likeness: Option<Likeness>,
        receipt: &Receipt,
    ) -> Result<Option<Entry>, JournalError> {
        let Self { journal, key, .. } = self;
        let (file, written_at) = (key.file(EntryStep::Intent), journal.now());
        let written_by = format!("{:032x}", fastrand::u128(..));
        let intent = Intent {
            reference: reference.clone(),
            what: what.to_owned(),
            written_at,
            written_by: written_by.clone(),
            author: journal.author().clone(),
            likeness,
            receipt: serde_json::to_value(receipt).unwrap_or_default(),
        };
        let store = journal.store().await?;
        store.check_exclusive().await?;
        let created = store.create(&file, record::intent(&intent)).await;
        // A store client whose answer was lost tries again, and finds the file that it has just written.
        let is_ours = match created {
            Ok(Created::Now) => return Ok(Some(Entry { journal, key, written_at })),
            Ok(Created::Before) => {
                let there = record::read_intent(&file, &store.read(&file).await?)?;
                there.written_by == written_by
            }
            Err(error) => {
                let there = store.read(&file).await.ok();
                let there = there.and_then(|bytes| record::read_intent(&file, &bytes).ok());
                match there {
                    Some(intent) if intent.written_by == written_by => true,
                    _ => return Err(error),
                }
            }
        };
        if is_ours && let Err(error) = store.make_durable(&file).await {
            // The order is not sent, so no later run has to search for it.
            store.remove(&file).await;
            return Err(error);
        }
        Ok(is_ours.then(|| Entry { journal, key, written_at }))
    }
}

impl Entry {
    pub(super) fn new(journal: &Journal, key: EntryKey, written_at: Timestamp) -> Self {
        Self { journal: journal.clone(), key, written_at }
    }

    /// The key of this entry.
    #[must_use]
    pub fn key(&self) -> &EntryKey {
        &self.key
    }

    /// Identifies its order for a state.
    #[must_use]
    pub fn id(&self) -> EntryId {
        EntryId::new(self.key.clone(), self.written_at)
    }

    /// When it was written down, just before the order was sent.
    #[must_use]
    pub fn written_at(&self) -> Timestamp {
        self.written_at
    }

    /// Writes down that Lumen has accepted the order.
    ///
    /// # Errors
    /// If this can't be written down.
    pub async fn accept<Receipt: Serialize>(&self, receipt: &Receipt) -> Result<(), JournalError> {
        let receipt = serde_json::to_value(receipt).unwrap_or_default();
        let record = record::accepted(&receipt, self.journal.now());
        let store = self.journal.store().await?;
        store.create(&self.key.file(EntryStep::Accepted), record).await.map(drop)
    }
}

/// The files of a target.
#[derive(Default)]
pub(super) struct Files {
    /// When each step of each order was written down, if the listing showed it.
    pub(super) generations: BTreeMap<u32, BTreeMap<EntryStep, Option<Timestamp>>>,
    pub(super) replaced: BTreeSet<ObjectId>,
}

impl Files {
    /// Adds a file by its name. A name that the provider never writes is an error, because its meaning is
    /// unknown.
    pub(super) fn add(
        &mut self,
        file: &str,
        modified: Option<Timestamp>,
    ) -> Result<(), JournalError> {
        let name = file.rsplit_once('/').map_or(file, |(_, name)| name);
        let object = name.strip_prefix(REPLACES).and_then(|rest| rest.strip_suffix(".json"));
        if let Some(object) = object.and_then(target::object_in_name) {
            self.replaced.insert(object);
            return Ok(());
        }
        let step = EntryStep::ALL.into_iter().find_map(|step| {
            let number = name.strip_suffix(step.suffix())?;
            // A different spelling of the number would be a second file for the same step.
            let generation = number.parse::<u32>().ok().filter(|it| it.to_string() == number)?;
            // No target has this many orders, and there would be no number left for the next one.
            let is_last = step == EntryStep::Done && generation == u32::MAX;
            (!is_last).then_some((generation, step))
        });
        let Some((generation, step)) = step else { return Err(record::foreign(file)) };
        self.generations.entry(generation).or_default().insert(step, modified);
        Ok(())
    }

    pub(super) fn latest(&self) -> Option<(u32, &BTreeMap<EntryStep, Option<Timestamp>>)> {
        self.generations.last_key_value().map(|(generation, steps)| (*generation, steps))
    }
}
