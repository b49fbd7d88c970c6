//! The private data that Terraform stores with every ordered object, and how the provider uses it.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::time::timeout;
use tracing::debug;

use super::diagnostics as words;
use super::object::OrderedObject;
use super::owner::Owner;
use crate::framework::Context;
use crate::journal::{Ending, EntryId, EntryKey, Journal, JournalError, Promise};
use crate::lumen::{ExternalId, ObjectId};
use crate::services::Session;

/// How long an operation that orders nothing waits for the journal.
const PATIENCE_OF_A_PLAN: Duration = Duration::from_secs(5);

/// The private data of an ordered object. `Own` is the data of the object itself, and `LookedUp` is what
/// its plans look up.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(
    default,
    bound(
        serialize = "Order: Serialize, Own: Serialize, LookedUp: Serialize",
        deserialize = "Order: DeserializeOwned, Own: Default + DeserializeOwned, LookedUp: Default + DeserializeOwned"
    )
)]
pub(crate) struct OrderNotes<Order, Own, LookedUp> {
    /// The owner of the object. States of earlier versions do not have it until the object is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) owner: Option<Owner>,
    /// An order that Lumen accepted and that is not known to have ended.
    pub(crate) pending: Option<Order>,
    /// The journal entry of the pending order. States of earlier versions do not have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) pending_entry: Option<PendingEntry>,
    /// What a plan promised. Only the second plan of the same change and its apply use it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) promised: Option<Promised<LookedUp>>,
    /// Whether the object was imported: the inventory does not show every argument that users can set.
    pub(crate) imported: bool,
    /// The run that imported the object, until another run reads it. An import that was only planned is in
    /// no state, so it does not prove that the object was saved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) imported_by: Option<String>,
    /// Whether the object is protected against replacement. Only the next plan uses this: the provider can
    /// recognize `terraform apply -replace` only in a second plan, which creates an object.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) protected: bool,
    /// The object that is replaced if the next plan is a replacement. What is ordered in its place must be
    /// distinguished from it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) replaces: Option<ObjectId>,
    /// The journal entry of the order that made the object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ordered_as: Option<EntryId>,
    /// Orders that the journal keeps open until they are seen in a saved state.
    #[serde(rename = "unsaved", skip_serializing_if = "UnconfirmedEntries::is_empty")]
    pub(super) unconfirmed: UnconfirmedEntries,
    /// The data of the object itself. The first version used other names for it.
    #[serde(alias = "quoted", alias = "backorders")]
    pub(crate) own: Own,
}

/// The private data of an object of this kind.
pub(crate) type NotesOf<T> = OrderNotes<
    <T as OrderedObject>::Order,
    <T as OrderedObject>::Own,
    <T as OrderedObject>::LookedUp,
>;

/// What a plan promised or looked up, and what therefore stays the same when the change is planned again.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Promised<LookedUp> {
    /// The promised order, if the user set no reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) order: Option<Promise>,
    pub(crate) looked_up: LookedUp,
    /// The objects that a new object replaces. Plans of earlier versions do not have them.
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
    /// Returns the notes of an object that was just ordered.
    pub(super) fn of_new(entry: EntryId) -> Self {
        let mut notes = Self { ordered_as: Some(entry.clone()), ..Self::default() };
        notes.unconfirmed.add(entry);
        notes
    }

    /// Closes the entries of orders that are in a saved state. The notes come from a saved state, unless
    /// they belong to an import that no other run has read yet.
    pub(super) async fn confirm(&mut self, session: &Session) {
        if self.imported_by.is_none() {
            self.unconfirmed.close(session).await;
        }
    }

    /// Does the same in a read. A read of an object that another run imported proves that the object was
    /// saved. What a read records is saved only if something is applied, so it closes only entries that are
    /// known to be open.
    pub(super) async fn confirm_read(&mut self, session: &Session) {
        if self.imported_by.as_deref() != Some(session.journal.run()) {
            self.imported_by = None;
        }
        let is_saved = self.imported_by.is_none();
        if !is_saved || self.unconfirmed.is_empty() {
            return;
        }
        for order in self.unconfirmed.0.clone() {
            session.sightings.explains(&order);
            if session.open_entries().await.is_some_and(|open| open.has(&order.key)) {
                self.unconfirmed.close_one(&order, session).await;
            }
        }
    }

    /// Marks the orders in the notes as explained in this run: a state has what they made or changed.
    pub(super) fn explain(&self, session: &Session) {
        let pending = self.pending_entry.as_ref().map(PendingEntry::id);
        for order in self.unconfirmed.0.iter().chain(&self.ordered_as).chain(&pending) {
            session.sightings.explains(order);
        }
    }

    /// Takes the pending order and its journal entry out of the notes.
    pub(super) fn take_pending(&mut self) -> Option<(Order, Option<PendingEntry>)> {
        Some((self.pending.take()?, self.pending_entry.take()))
    }

    /// Returns the notes of an object that was found rather than ordered.
    pub(crate) fn of_imported() -> Self {
        Self { imported: true, ..Self::default() }
    }
}

/// Orders that the journal keeps open until Terraform is seen to have them in its state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct UnconfirmedEntries(Vec<EntryId>);

impl UnconfirmedEntries {
    pub(super) fn add(&mut self, order: EntryId) {
        if !self.0.contains(&order) {
            self.0.push(order);
        }
    }

    pub(super) fn remove(&mut self, order: &EntryId) {
        self.0.retain(|own| own != order);
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Closes the entries: Terraform returned the object to the provider, so the state has it. Entries that
    /// can't be closed now, or that are in another journal, stay in the list for the next time.
    async fn close(&mut self, session: &Session) {
        for order in self.0.clone() {
            session.sightings.explains(&order);
            self.close_one(&order, session).await;
        }
    }

    async fn close_one(&mut self, order: &EntryId, session: &Session) {
        let closed = in_time(session.journal.close_order(order, Ending::InState)).await;
        if closed == Some(true) {
            self.remove(order);
        }
    }
}

/// The journal entry of a pending order. A person may have to settle it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct PendingEntry {
    pub(super) key: EntryKey,
    pub(super) reference: ExternalId,
    /// The time just before the order was sent.
    pub(super) since: Timestamp,
}

impl PendingEntry {
    /// Identifies the order in the journal.
    pub(super) fn id(&self) -> EntryId {
        EntryId::new(self.key.clone(), self.since)
    }

    /// Whether a person has settled the entry.
    pub(super) async fn is_settled(&self, session: &Session) -> bool {
        in_time(session.journal.is_settled(&self.id())).await == Some(true)
    }
}

/// Records what helps later runs, and returns whether that worked. A plan continues without it.
pub(super) async fn record_best_effort(
    writing: impl Future<Output = Result<(), JournalError>>,
) -> bool {
    in_time(writing).await.is_some()
}

/// Returns what the journal answers, if it answers in time.
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

/// Closes an entry, and warns if that can't be recorded.
pub(super) async fn close(journal: &Journal, key: &EntryKey, ending: Ending, context: &Context) {
    if let Err(error) = journal.close(key, ending).await {
        context.warn(words::not_closed(journal, &error));
    }
}
