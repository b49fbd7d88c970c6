//! What an object states about one of its orders: what it is about, how it is sent, and how it differs
//! from others.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::doubt::Doubt;
use super::notes::PendingEntry;
use super::place::SEARCH_TIME_OF_A_BUILD;
use crate::framework::{Context, Diagnostic};
use crate::journal::{EntryKey, Likeness, OrderTarget, Promise, Slot};
use crate::lumen::long_running::{Operation, Refusal};
use crate::lumen::{Client, Error, ExternalId, ObjectId};

/// An order that Lumen accepted, as it is followed and kept in the state until it has ended.
pub(crate) trait Order:
    Operation + Clone + Serialize + DeserializeOwned + Send + Sync + 'static
{
    /// What it makes, changes or ends, as far as that is known.
    fn object_id(&self) -> Option<ObjectId>;

    /// Notes that these objects are not what it makes.
    fn exclude(&mut self, objects: &BTreeSet<ObjectId>);
}

/// What the journal keeps of an order: enough to follow it, to distinguish it from another one, and to
/// know what it costs.
pub(crate) trait Receipt: Serialize + DeserializeOwned + Send + Sync {
    /// What is followed.
    type Order: Order;

    fn order(&mut self) -> &mut Self::Order;

    fn into_order(self) -> Self::Order;
}

/// Something to be ordered.
pub(crate) trait Purchase: Send + Sync {
    type Receipt: Receipt;

    /// The object, with a small letter: connection `backup`.
    fn object(&self) -> String;

    /// What is ordered, in words, for people who read the journal.
    fn description(&self) -> String;

    /// What the order is about. Orders of one target are placed one after the other.
    fn target(&self, lumen: &Client) -> Result<OrderTarget, Diagnostic>;

    /// What it is like, if it makes something: what an order is about that has another target by mistake.
    fn likeness(&self, lumen: &Client) -> Option<Likeness>;

    /// How long an order is searched for whose answer was lost; it may be another one than this.
    fn search_time(&self, lost: &Self::Receipt) -> Duration {
        let _ = lost;
        SEARCH_TIME_OF_A_BUILD
    }

    /// Whether an order that was lost without a trace may be sent again, because a second one would do
    /// nothing and cost nothing.
    fn may_be_repeated(&self, lost: &Self::Receipt) -> bool {
        let _ = lost;
        false
    }

    /// The reference that users gave it.
    fn given_reference(&self) -> Option<&ExternalId>;

    /// The reference that its plan promised: it can be ordered under no other.
    fn promise(&self) -> Option<&Promise>;

    /// True for orders that create an object. Two such orders with the same target in one run are a
    /// duplicate in the configuration.
    fn creates_object(&self) -> bool;

    /// Whether the next plan sees in inventory that the order was done, and orders nothing again.
    /// Otherwise only the saved state knows, and the journal remembers the order until then.
    fn shows_when_done(&self) -> bool {
        !self.creates_object()
    }

    /// The orders that the state of this run has, where only the state tells what was ordered before. None
    /// where inventory shows that to whoever looks before the order.
    fn known_orders(&self) -> Option<BTreeSet<ObjectId>> {
        None
    }

    /// How users tell two instances apart whose orders have the same target: an imperative sentence.
    fn how_to_tell_apart(&self) -> &'static str;

    /// Checks everything that can be checked before the order is written down.
    fn prepare(
        &mut self,
        slot: &Slot,
        reference: &ExternalId,
        context: &Context,
    ) -> impl Future<Output = Result<Self::Receipt, Diagnostic>> + Send;

    /// Sends the order once, and not after this time, and notes in the receipt what Lumen calls it.
    fn send(
        &mut self,
        reference: &ExternalId,
        receipt: &mut Self::Receipt,
        until: Timestamp,
        context: &Context,
    ) -> impl Future<Output = Result<(), Unsent>> + Send;

    /// What an order that was found in the journal has to do with this one.
    fn relation(&self, found: &Self::Receipt, reference: &ExternalId) -> Relation;

    /// What Lumen did not do, and what exists.
    fn failed(&self, receipt: &Self::Receipt, refusal: &Refusal) -> Diagnostic;

    /// What a person looks for where it is not known whether an order arrived.
    fn doubt(&self, lost: &Self::Receipt, reference: &ExternalId) -> Doubt;
}

/// How an order that was sent was not accepted.
pub(crate) enum Unsent {
    /// Lumen certainly does not have it.
    Refused(Diagnostic),
    /// Lumen certainly does not have it, and may take it if it is ordered once more.
    RefusedForNow,
    /// It was not sent, because the latest time for that has passed.
    HeldUp,
    /// Lumen may have it.
    Lost(Error),
}

/// What an order in the journal has to do with the one that is wanted.
pub(crate) enum Relation {
    /// It is that order.
    Same,
    /// It comes before: this one waits until it has ended.
    Earlier,
    /// It is that order, but for these differences.
    Differs(Vec<String>),
}

/// An order that Lumen has accepted.
pub(crate) struct Placed<Receipt> {
    pub(crate) receipt: Receipt,
    pub(crate) reference: ExternalId,
    pub(crate) key: EntryKey,
    /// When it was about to be sent.
    pub(crate) since: Timestamp,
    /// Whether an earlier run placed it, or another one.
    pub(crate) by_another_run: bool,
}

impl<Receipt> Placed<Receipt> {
    /// Where it is written down.
    pub(super) fn entry(&self) -> PendingEntry {
        let Self { reference, key, since, .. } = self;
        PendingEntry { key: key.clone(), reference: reference.clone(), since: *since }
    }
}
