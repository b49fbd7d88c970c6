//! The latest order of a target: how far it has come, and what it or the one before is about.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::entry::{EarlierObject, Entry, EntryKey, LatestOrder, OpenEntry, Slot};
use super::record::{self, EntryStep, Intent};
use super::{Ending, Journal, JournalError, OrderTarget};

impl Journal {
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
        if steps.contains_key(&EntryStep::Done) {
            self.prune(target, &files).await;
            return Ok(LatestOrder::None(Slot::new(self, target, generation + 1, files.replaced)));
        }
        let key = EntryKey::new(target, generation);
        let intent = self.intent(&key, steps).await?;
        let accepted = if steps.contains_key(&EntryStep::Accepted) {
            let file = key.file(EntryStep::Accepted);
            Some(record::read_accepted(&file, &self.store().await?.read(&file).await?)?)
        } else {
            None
        };
        let Intent { reference, what, written_at: since, receipt: sent, author, .. } = intent;
        let is_returned = steps.contains_key(&EntryStep::Returned);
        let (entry, replaced) = (Entry::new(self, key.clone()), files.replaced);
        let is_accepted = accepted.is_some();
        let receipt = match accepted {
            Some(receipt) => receipt,
            None => record::receipt(&key.file(EntryStep::Intent), sent)?,
        };
        let open =
            OpenEntry { entry, reference, receipt, what, since, author, is_returned, replaced };
        Ok(if is_accepted { LatestOrder::Accepted(open) } else { LatestOrder::Unanswered(open) })
    }

    /// What the order before this one made, if nothing shows yet that it is no more: the receipt of an
    /// order that a state has taken over. If Lumen's answer could not be written down, that is the receipt
    /// of the intent, which finds what the order makes.
    ///
    /// # Errors
    /// Where that can't be told for certain.
    pub async fn earlier_object<Receipt: DeserializeOwned>(
        &self,
        slot: &Slot,
    ) -> Result<Option<EarlierObject<Receipt>>, JournalError> {
        let Some(key) = slot.before() else { return Ok(None) };
        let files = self.files(key.target()).await?;
        let Some(steps) = files.generations.get(&key.generation()) else { return Ok(None) };
        let has = |step| steps.contains_key(&step);
        if !has(EntryStep::Done) || has(EntryStep::Gone) || has(EntryStep::Settled) {
            return Ok(None);
        }
        let store = self.store().await?;
        let (done, accepted) = (key.file(EntryStep::Done), key.file(EntryStep::Accepted));
        if record::read_ending(&done, &store.read(&done).await?)? != Ending::InState {
            return Ok(None);
        }
        let Intent { reference, written_at: since, receipt: sent, .. } =
            self.intent(&key, steps).await?;
        let receipt = if has(EntryStep::Accepted) {
            record::read_accepted(&accepted, &store.read(&accepted).await?)?
        } else {
            record::receipt(&key.file(EntryStep::Intent), sent)?
        };
        Ok(Some(EarlierObject { receipt, reference, since }))
    }

    /// What the latest order of a target is about, whether it has ended or not; none where there is no order,
    /// or none that could have been carried out.
    ///
    /// # Errors
    /// Where that can't be told for certain.
    pub async fn latest_receipt<Receipt: DeserializeOwned>(
        &self,
        target: &OrderTarget,
    ) -> Result<Option<Receipt>, JournalError> {
        let files = self.files(target).await?;
        let Some((generation, steps)) = files.latest() else { return Ok(None) };
        let (key, store) = (EntryKey::new(target, generation), self.store().await?);
        if steps.contains_key(&EntryStep::Accepted) {
            let file = key.file(EntryStep::Accepted);
            return record::read_accepted(&file, &store.read(&file).await?).map(Some);
        }
        if steps.contains_key(&EntryStep::Done) {
            return Ok(None);
        }
        let Intent { receipt, .. } = self.intent(&key, steps).await?;
        record::receipt(&key.file(EntryStep::Intent), receipt).map(Some)
    }
}
