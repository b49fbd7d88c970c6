//! What each order of an object implements: its target, how it is sent, and how it differs from other
//! orders.

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

/// An order that Lumen accepted. It is followed and kept in the state until it has ended.
pub(crate) trait Order:
    Operation + Clone + Serialize + DeserializeOwned + Send + Sync + 'static
{
    /// The object that the order makes, changes, or ends, if it is known.
    fn object_id(&self) -> Option<ObjectId>;

    /// Records that the order did not make these objects.
    fn exclude(&mut self, objects: &BTreeSet<ObjectId>);

    /// When the order takes effect, if it has a date. It takes longer than usual only after that.
    fn due(&self) -> Option<Timestamp> {
        None
    }

    /// Whether the order is still in progress although it was followed to this outcome.
    fn continues_after(outcome: &Self::Outcome) -> bool {
        let _ = outcome;
        false
    }

    /// Records what another order has changed about this one, which is in progress.
    fn take_supplement(&mut self, supplement: &Self) {
        let _ = supplement;
    }

    /// Warns in a refresh about anything that the order, which is in progress, needs from the user.
    fn review(&mut self, object: &str, now: Timestamp, context: &Context) {
        let _ = (object, now, context);
    }
}

/// What the journal keeps of an order: enough to follow it, to distinguish it from another order, and to
/// know its cost.
pub(crate) trait Receipt: Serialize + DeserializeOwned + Send + Sync {
    /// The order to follow.
    type Order: Order;

    fn order(&mut self) -> &mut Self::Order;

    fn into_order(self) -> Self::Order;
}

/// An order that is about to be placed.
pub(crate) trait Purchase: Send + Sync {
    type Receipt: Receipt;

    /// The object in lower case, such as connection `backup`.
    fn object(&self) -> String;

    /// Describes what is ordered, for readers of the journal.
    fn description(&self) -> String;

    /// The target of the order. Orders of the same target are placed one after the other.
    fn target(&self, lumen: &Client) -> Result<OrderTarget, Diagnostic>;

    /// The target of the orders that change the object that this order makes, if a change could make another
    /// object look like it.
    fn target_of_changes(&self, lumen: &Client, object: &ObjectId) -> Option<OrderTarget> {
        let _ = (lumen, object);
        None
    }

    /// The likeness of what the order makes. It detects the same order placed by mistake under another
    /// target.
    fn likeness(&self, lumen: &Client) -> Option<Likeness>;

    /// How long to search for an order whose answer was lost. The `lost` order is not necessarily this one.
    fn search_time(&self, lost: &Self::Receipt) -> Duration {
        let _ = lost;
        SEARCH_TIME_OF_A_BUILD
    }

    /// Whether an order that was lost without a trace may be sent again, because a second one would change
    /// nothing and cost nothing.
    fn may_be_repeated(&self, lost: &Self::Receipt) -> bool {
        let _ = lost;
        false
    }

    /// The reference that the user set.
    fn given_reference(&self) -> Option<&ExternalId>;

    /// The reference that the plan promised. The order can't be placed under any other.
    fn promise(&self) -> Option<&Promise>;

    /// Whether the order creates an object. Two such orders with the same target in one run are a duplicate
    /// in the configuration.
    fn creates_object(&self) -> bool;

    /// Whether the next plan sees in the inventory that the order was carried out, and orders nothing
    /// again. Otherwise only the saved state shows that, and the journal keeps the order open until then.
    fn shows_when_done(&self) -> bool {
        !self.creates_object()
    }

    /// The orders that the state of this run has, if only the state shows what was ordered before. `None`
    /// if the inventory shows that before the order is placed.
    fn known_orders(&self) -> Option<BTreeSet<ObjectId>> {
        None
    }

    /// How users distinguish two instances whose orders have the same target, as an imperative sentence.
    fn how_to_tell_apart(&self) -> &'static str;

    /// Checks everything that can be checked before the order is recorded.
    fn prepare(
        &mut self,
        slot: &Slot,
        reference: &ExternalId,
        context: &Context,
    ) -> impl Future<Output = Result<Self::Receipt, Diagnostic>> + Send;

    /// Sends the order once, before the time limit, and records Lumen's ID of the order in the receipt.
    fn send(
        &mut self,
        reference: &ExternalId,
        receipt: &mut Self::Receipt,
        until: Timestamp,
        context: &Context,
    ) -> impl Future<Output = Result<(), Unsent>> + Send;

    /// How this order relates to one that was found in the journal.
    fn relation(&self, found: &Self::Receipt, reference: &ExternalId) -> Relation;

    /// What Lumen did not do, and what exists.
    fn failed(&self, receipt: &Self::Receipt, refusal: &Refusal) -> Diagnostic;

    /// What to look for when it is not known whether an order arrived.
    fn doubt(&self, lost: &Self::Receipt, reference: &ExternalId) -> Doubt;
}

/// Why an order was not accepted when it was sent.
pub(crate) enum Unsent {
    /// Lumen certainly does not have the order.
    Refused(Diagnostic),
    /// Lumen certainly does not have the order, but may accept it if it is sent once more.
    RefusedForNow,
    /// The order was not sent, because its time limit has passed.
    HeldUp,
    /// Lumen may have the order.
    Lost(Error),
}

/// How an order in the journal relates to the one that is wanted.
pub(crate) enum Relation {
    /// It is the same order.
    Same,
    /// It comes first, and this order waits until it has ended.
    Earlier,
    /// It is the same order except for these differences.
    Differs(Vec<String>),
}

/// An order that Lumen has accepted.
pub(crate) struct Placed<Receipt> {
    pub(crate) receipt: Receipt,
    pub(crate) reference: ExternalId,
    pub(crate) key: EntryKey,
    /// The time just before the order was sent.
    pub(crate) since: Timestamp,
    /// Whether another run placed the order.
    pub(crate) by_another_run: bool,
}

impl<Receipt> Placed<Receipt> {
    /// The journal entry of the order.
    pub(super) fn entry(&self) -> PendingEntry {
        let Self { reference, key, since, .. } = self;
        PendingEntry { key: key.clone(), reference: reference.clone(), since: *since }
    }
}
