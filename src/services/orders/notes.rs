//! What Terraform stores beside every ordered object for the provider, and how it is used.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::time::timeout;
use tracing::debug;

use super::diagnostics as words;
use super::owner::Owner;
use crate::framework::Context;
use crate::journal::{Ending, EntryKey, Journal, JournalError, Promise};
use crate::lumen::{ExternalId, ObjectId};
use crate::services::Session;

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
    /// Whose the object is; unknown in states of earlier versions, until it is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) owner: Option<Owner>,
    /// An order that Lumen accepted and that is not known to have ended.
    pub(crate) pending: Option<Order>,
    /// Where the pending order is written down; unknown in states of earlier versions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) pending_entry: Option<PendingEntry>,
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
    /// What a new object replaces; unknown in plans of earlier versions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) replaces: Option<BTreeSet<ObjectId>>,
}

impl<Order, Own: Default, LookedUp> Default for OrderNotes<Order, Own, LookedUp> {
    fn default() -> Self {
        Self {
            owner: None,
            pending: None,
            pending_entry: None,
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
    pub(super) async fn confirm(&mut self, session: &Session) {
        if self.imported_by.is_none() {
            self.unconfirmed.close(session).await;
        }
    }

    /// The same for a read: of an object that another run has imported it proves that it was saved. What a
    /// read notes is saved only if something is applied, so only what is known to be open is closed.
    pub(super) async fn confirm_read(&mut self, session: &Session) {
        if self.imported_by.as_deref() != Some(session.journal.run()) {
            self.imported_by = None;
        }
        let is_saved = self.imported_by.is_none();
        if !is_saved || self.unconfirmed.is_empty() {
            return;
        }
        for key in self.unconfirmed.0.clone() {
            session.sightings.explains(&key);
            if session.open_entries().await.is_some_and(|open| open.has(&key)) {
                self.unconfirmed.close_one(&key, session).await;
            }
        }
    }

    /// This run knows what these orders are about: a state has what they made or changed.
    pub(super) fn explain(&self, session: &Session) {
        let pending = self.pending_entry.as_ref().map(|entry| &entry.key);
        for key in self.unconfirmed.0.iter().chain(&self.ordered_as).chain(pending) {
            session.sightings.explains(key);
        }
    }

    /// Takes the pending order out, with where it is written down.
    pub(super) fn take_pending(&mut self) -> Option<(Order, Option<PendingEntry>)> {
        Some((self.pending.take()?, self.pending_entry.take()))
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
    /// written down now stays noted for the next time, and so does what another journal has.
    async fn close(&mut self, session: &Session) {
        for key in self.0.clone() {
            session.sightings.explains(&key);
            self.close_one(&key, session).await;
        }
    }

    async fn close_one(&mut self, key: &EntryKey, session: &Session) {
        let closed = in_time(session.journal.close(key, Ending::InState)).await;
        if closed == Some(true) {
            self.remove(key);
        }
    }
}

/// Where a pending order is written down, for a person who has to end the waiting for it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct PendingEntry {
    pub(super) key: EntryKey,
    pub(super) reference: ExternalId,
    /// When the order was about to be sent.
    pub(super) since: Timestamp,
}

impl PendingEntry {
    /// Whether a person said that the order has ended.
    pub(super) async fn is_settled(&self, session: &Session) -> bool {
        in_time(session.journal.is_settled(&self.key)).await == Some(true)
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
