//! What Terraform stores beside every ordered object for the provider, and how it is used.

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::time::timeout;
use tracing::debug;

use super::diagnostics as words;
use crate::framework::Context;
use crate::journal::{Ending, EntryKey, Journal, JournalError, Promise};
use crate::lumen::ObjectId;

/// How long an operation that orders nothing waits for the journal.
const PATIENCE_OF_A_PLAN: Duration = Duration::from_secs(5);

/// What is stored beside an object that is ordered. `Own` is what the object itself keeps, `LookedUp`
/// what its plans look up.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(
    default,
    bound(
        serialize = "Order: Serialize, Own: Serialize, LookedUp: Serialize",
        deserialize = "Order: DeserializeOwned, Own: Default + DeserializeOwned, LookedUp: Default + DeserializeOwned"
    )
)]
pub(crate) struct OrderNotes<Order, Own, LookedUp> {
    /// An order that Lumen accepted and that is not known to have ended.
    pub(crate) pending: Option<Order>,
    /// What a plan promised, for a second plan of the same change and for its apply only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) promised: Option<Promised<LookedUp>>,
    /// Whether it was imported: inventory does not show every argument that users may set.
    pub(crate) imported: bool,
    /// The run that imported it, until another run reads it: an import that was only planned is in no
    /// state, so that it proves nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) imported_by: Option<String>,
    /// Whether it must not be replaced, for the next plan only: `terraform apply -replace` shows in
    /// nothing but a second plan, of a creation.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) protected: bool,
    /// The object that is replaced if the plan is a replacement, for the next plan only: what is
    /// ordered in its place must be told from it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) replaces: Option<ObjectId>,
    /// Where the order that made it is written down.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ordered_as: Option<EntryKey>,
    /// Orders that the journal keeps open until a saved state is seen to have them.
    #[serde(rename = "unsaved", skip_serializing_if = "UnconfirmedEntries::is_empty")]
    pub(super) unconfirmed: UnconfirmedEntries,
    /// What the object itself keeps. The first version wrote it under names of its own.
    #[serde(alias = "quoted", alias = "backorders")]
    pub(crate) own: Own,
}

/// What a plan promised or looked up, and what therefore stays as it is when the same change is
/// planned again.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Promised<LookedUp> {
    /// The order, where users gave it no reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) order: Option<Promise>,
    pub(crate) looked_up: LookedUp,
}

impl<Order, Own: Default, LookedUp> Default for OrderNotes<Order, Own, LookedUp> {
    fn default() -> Self {
        Self {
            pending: None,
            promised: None,
            imported: false,
            imported_by: None,
            protected: false,
            replaces: None,
            ordered_as: None,
            unconfirmed: UnconfirmedEntries::default(),
            own: Own::default(),
        }
    }
}

impl<Order, Own: Default, LookedUp> OrderNotes<Order, Own, LookedUp> {
    /// Those of an object that was just ordered.
    pub(super) fn of_new(entry: EntryKey) -> Self {
        let mut notes = Self { ordered_as: Some(entry.clone()), ..Self::default() };
        notes.unconfirmed.add(entry);
        notes
    }

    /// Closes the entries of orders that a saved state has. These notes come from one, unless they are
    /// those of an import that no other run has read yet.
    pub(super) async fn confirm(&mut self, journal: &Journal) {
        if self.imported_by.is_none() {
            self.unconfirmed.close(journal).await;
        }
    }

    /// The same for a read: of an object that another run has imported it proves that it was saved.
    pub(super) async fn confirm_read(&mut self, journal: &Journal) {
        if self.imported_by.as_deref() != Some(journal.run()) {
            self.imported_by = None;
        }
        self.confirm(journal).await;
    }

    /// Those of an object that was found and not ordered.
    pub(crate) fn of_imported() -> Self {
        Self { imported: true, ..Self::default() }
    }
}

/// Orders that the journal keeps open until Terraform is seen to have them in its state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct UnconfirmedEntries(Vec<EntryKey>);

impl UnconfirmedEntries {
    pub(super) fn add(&mut self, key: EntryKey) {
        if !self.0.contains(&key) {
            self.0.push(key);
        }
    }

    pub(super) fn remove(&mut self, key: &EntryKey) {
        self.0.retain(|own| own != key);
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Closes the entries: Terraform has handed the object back, so its state has it. What can't be
    /// written down now stays noted for the next time.
    async fn close(&mut self, journal: &Journal) {
        for key in std::mem::take(&mut self.0) {
            if !record_best_effort(journal.close(&key, Ending::InState)).await {
                self.0.push(key);
            }
        }
    }
}

/// Writes down what helps later runs, and returns whether that worked. A plan goes on without it.
pub(super) async fn record_best_effort(
    writing: impl Future<Output = Result<(), JournalError>>,
) -> bool {
    in_time(writing).await.is_some()
}

/// What the journal says, if it does so in time.
pub(super) async fn in_time<T>(asking: impl Future<Output = Result<T, JournalError>>) -> Option<T> {
    match timeout(PATIENCE_OF_A_PLAN, asking).await {
        Ok(Ok(answer)) => Some(answer),
        Ok(Err(error)) => {
            debug!(%error, "the order journal can't be used");
            None
        }
        Err(_) => {
            debug!("the order journal takes too long");
            None
        }
    }
}

/// Closes an entry; where that can't be written down, says so.
pub(super) async fn close(journal: &Journal, key: &EntryKey, ending: Ending, context: &Context) {
    if let Err(error) = journal.close(key, ending).await {
        context.warn(words::not_closed(journal, &error));
    }
}
