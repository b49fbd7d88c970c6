//! The entries of a target: which there are, how the latest stands, and how it is advanced.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::record::{self, EntryStep, Intent};
use super::store::Created;
use super::{Author, Journal, JournalError, Likeness, OrderTarget, target};
use crate::lumen::{ExternalId, ObjectId};

/// Marks an object that a new one replaces.
const REPLACES: &str = "replaces-";

/// The latest order of a target, as far as it is written down.
pub enum LatestOrder<Receipt> {
    /// Nothing is in progress: an order may be written down here.
    None(Slot),
    /// Lumen has accepted it, and no saved state is known to have it.
    Accepted(OpenEntry<Receipt>),
    /// It was about to be sent, and Lumen's answer is not written down.
    Unanswered(OpenEntry<Receipt>),
}

/// An entry that is not closed, with everything that resuming its order needs.
pub struct OpenEntry<Receipt> {
    /// Where it is written down.
    pub entry: Entry,
    /// The reference under which the order was placed.
    pub reference: ExternalId,
    /// What following the order, or searching for it, needs.
    pub receipt: Receipt,
    /// What the order is for, in words.
    pub what: String,
    /// When the order was about to be sent.
    pub since: Timestamp,
    /// Who placed it.
    pub author: Author,
    /// Whether Terraform was told of it.
    pub is_returned: bool,
    /// Objects that the next one of this target replaces.
    pub replaced: BTreeSet<ObjectId>,
}

/// What an earlier order made, which a state has taken over.
pub struct EarlierObject<Receipt> {
    /// Where the order is written down.
    pub key: EntryKey,
    /// What following the order needs.
    pub receipt: Receipt,
    /// The reference under which the order was placed.
    pub reference: ExternalId,
    /// What the order is for, in words.
    pub what: String,
    /// When the order was about to be sent.
    pub since: Timestamp,
    /// Who placed it.
    pub author: Author,
}

impl<Receipt> LatestOrder<Receipt> {
    /// What a plan may promise of the order to come. Where one was placed before, only resuming it
    /// finds out whether it is this order, or that of the object that is replaced.
    #[must_use]
    pub fn promise(&self) -> Option<Promise> {
        let Self::None(slot) = self else { return None };
        let journal = Some(slot.journal.place());
        Some(Promise { reference: slot.reference()?, generation: slot.key.generation, journal })
    }

    /// Disregards the notes of other plans: the next order replaces none but these.
    pub fn replaces_only(&mut self, planned: &BTreeSet<ObjectId>) {
        let (Self::None(Slot { replaced, .. })
        | Self::Accepted(OpenEntry { replaced, .. })
        | Self::Unanswered(OpenEntry { replaced, .. })) = self;
        replaced.retain(|object| planned.contains(object));
    }

    /// Whether an order from here on can still be the promised one: nothing else was ordered since.
    #[must_use]
    pub fn keeps(&self, promise: &Promise) -> bool {
        match self {
            // Fewer orders than at the plan are those of another journal, or of one that was lost:
            // the promised reference is none of theirs.
            Self::None(slot) => slot.key.generation <= promise.generation,
            Self::Accepted(open) | Self::Unanswered(open) => open.reference == promise.reference,
        }
    }
}

/// The reference under which a plan says that something is going to be ordered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// The reference.
    pub reference: ExternalId,
    generation: u32,
    /// Where the journal is that it counts from; unknown in plans of earlier versions.
    #[serde(default)]
    journal: Option<String>,
}

impl Promise {
    /// The same promise after Lumen certainly did not take the order of this entry: the next one keeps it.
    #[must_use]
    pub fn after(self, key: &EntryKey) -> Self {
        Self { generation: self.generation.max(key.generation + 1), ..self }
    }

    /// Where the journal is that the plan used, if it is another one than this.
    #[must_use]
    pub fn other_journal(&self, journal: &Journal) -> Option<&str> {
        self.journal.as_deref().filter(|place| *place != journal.place())
    }
}

/// The place of the next order of a target.
pub struct Slot {
    journal: Journal,
    key: EntryKey,
    /// Objects that this one replaces.
    pub replaced: BTreeSet<ObjectId>,
    /// All that are noted, which the reference counts.
    noted: BTreeSet<ObjectId>,
}

/// An order that is written down.
pub struct Entry {
    journal: Journal,
    key: EntryKey,
}

/// Where an order is written down: it survives the process.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EntryKey {
    /// Called so since the first version of the format.
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

    /// Stands for the object that its order makes, as long as Lumen has no id for it.
    #[must_use]
    pub fn as_object(&self) -> Option<ObjectId> {
        format!("order-{}", self.generation).parse().ok()
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

    /// Where the order is going to be written down.
    #[must_use]
    pub fn key(&self) -> &EntryKey {
        &self.key
    }

    /// The reference of the order; `None` never happens.
    #[must_use]
    pub fn reference(&self) -> Option<ExternalId> {
        self.key.target.reference(self.key.generation, &self.noted)
    }

    /// Writes an order down before it is sent. The entry is durable when this returns. `None` if another
    /// process was faster.
    ///
    /// # Errors
    /// Where it can't be written down: then it must not be sent.
    pub async fn write_down<Receipt: Serialize>(
        self,
        reference: &ExternalId,
        what: &str,
        likeness: Option<Likeness>,
        receipt: &Receipt,
    ) -> Result<Option<Entry>, JournalError> {
        let Self { journal, key, .. } = self;
        let file = key.file(EntryStep::Intent);
        let written_by = format!("{:032x}", fastrand::u128(..));
        let intent = Intent {
            reference: reference.clone(),
            what: what.to_owned(),
            written_at: journal.now(),
            written_by: written_by.clone(),
            author: journal.author().clone(),
            likeness,
            receipt: serde_json::to_value(receipt).unwrap_or_default(),
        };
        let store = journal.store().await?;
        store.check_exclusive().await?;
        let created = store.create(&file, record::intent(&intent)).await;
        // A store whose answer was lost tries again, and finds the file that it has written itself.
        let is_ours = match created {
            Ok(Created::Now) => return Ok(Some(Entry { journal, key })),
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
            // It is not sent, so nobody has to search for it.
            store.remove(&file).await;
            return Err(error);
        }
        Ok(is_ours.then(|| Entry { journal, key }))
    }
}

impl Entry {
    pub(super) fn new(journal: &Journal, key: EntryKey) -> Self {
        Self { journal: journal.clone(), key }
    }

    /// Where it is written down.
    #[must_use]
    pub fn key(&self) -> &EntryKey {
        &self.key
    }

    /// Writes down that Lumen has accepted the order.
    ///
    /// # Errors
    /// Where that can't be written down.
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
    /// When each step of each order was written down, where listing them told.
    pub(super) generations: BTreeMap<u32, BTreeMap<EntryStep, Option<Timestamp>>>,
    pub(super) replaced: BTreeSet<ObjectId>,
}

impl Files {
    /// Adds a file by its name. A name that the provider never writes is an error: what it means is not
    /// known.
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
            // In another spelling it would be a second file of the same step.
            let generation = number.parse::<u32>().ok().filter(|it| it.to_string() == number)?;
            // No target has so many orders, and after them there is no number for the next one.
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
