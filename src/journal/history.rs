//! What is known about one order, from when it was written down until it needed no more attention.

use jiff::Timestamp;
use serde_json::Value;

use super::record::{self, EntryStep};
use super::{Ending, Journal, JournalError, OpenOrder};
use crate::lumen::ExternalId;

/// An order, open or closed, with everything that its entry contains.
#[derive(Debug, Clone)]
pub struct History {
    /// The order and its progress.
    pub order: OpenOrder,
    /// When each of its steps was written down, earliest first.
    pub steps: Vec<(EntryStep, Timestamp)>,
    /// Why the entry is closed, if it is.
    pub ending: Option<Ending>,
    /// What is needed to follow the order. It may contain more than should be shown to people.
    pub receipt: Value,
}

impl History {
    /// Whether this step was written down.
    #[must_use]
    pub fn has(&self, step: EntryStep) -> bool {
        self.steps.iter().any(|(there, _)| *there == step)
    }
}

impl Journal {
    /// The history of the latest order with this reference.
    ///
    /// # Errors
    /// [`JournalError::NoSuchOrder`], or an error if the entry can't be read.
    pub async fn history(&self, reference: &ExternalId) -> Result<History, JournalError> {
        let order = self.find(reference).await?;
        let files = self.files(order.key.target()).await?;
        let store = self.store().await?;
        let (mut steps, mut ending, mut receipt) = (Vec::new(), None, Value::Null);
        let written = files.generations.get(&order.key.generation());
        for step in written.into_iter().flat_map(|steps| steps.keys().copied()) {
            let file = order.key.file(step);
            let mut record = record::unframed(&file, &store.read(&file).await?)?;
            steps.push((step, record::receipt(&file, record["written_at"].take())?));
            match step {
                EntryStep::Intent | EntryStep::Accepted => receipt = record["receipt"].take(),
                EntryStep::Done => ending = Some(record::receipt(&file, record["ending"].take())?),
                EntryStep::Returned | EntryStep::Gone | EntryStep::Settled => {}
            }
        }
        steps.sort_by_key(|(_, at)| *at);
        Ok(History { order, steps, ending, receipt })
    }
}
