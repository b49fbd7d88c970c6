//! Placing an order at most once, whatever fails: what was written down before decides, then it is
//! written down, then it is sent once, then the answer is written down.
//!
//! A crash at any point leaves either nothing, or an entry from which the next run goes on. What
//! users are told is in `words`, the steps are in `desk`.

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::time::timeout;
use tracing::debug;

use super::diagnostics::{self as words, Doubt};
use super::follow::NotOrdered;
use super::place::{Desk, Open};
use crate::framework::{Context, Diagnostic};
use crate::journal::{
    Ending, EntryKey, Journal, JournalError, LatestOrder, OrderTarget, Promise, Slot,
};
use crate::lumen::long_running::{Operation, Refusal};
use crate::lumen::{Client, Error, ExternalId, ServiceId};
use crate::services::Session;

/// How long whatever orders nothing waits for the journal.
const PATIENCE_OF_A_PLAN: Duration = Duration::from_secs(5);

/// What the journal keeps of an order: enough to follow it, to tell it from another one, and to say
/// what it costs.
pub(in crate::services) trait Receipt:
    Serialize + DeserializeOwned + Send + Sync
{
    type Operation: Operation;

    /// What is followed.
    fn operation(&mut self) -> &mut Self::Operation;
}

/// Something to be ordered.
pub(in crate::services) trait Purchase: Send {
    type Receipt: Receipt;

    /// With a small letter: connection `backup`.
    fn object(&self) -> String;

    /// In words, for whoever reads the journal.
    fn what(&self) -> String;

    /// What tells it from everything else that may be ordered; `None` where that is not known, which
    /// never happens at apply.
    fn thing(&self, lumen: &Client) -> Option<OrderTarget>;

    /// The reference that users gave it.
    fn reference(&self) -> Option<&ExternalId>;

    /// The reference that its plan promised: it can be ordered under no other.
    fn promised(&self) -> Option<&Promise>;

    /// Whether it is new, so that one order of this process is one object.
    fn is_new(&self) -> bool;

    /// Checks everything that can be checked before an order is written down.
    fn prepare(
        &mut self,
        free: &Slot,
        reference: &ExternalId,
        context: &Context,
    ) -> impl Future<Output = Result<Self::Receipt, Diagnostic>> + Send;

    /// Sends the order once, and notes in the receipt what Lumen calls it.
    fn send(
        &mut self,
        reference: &ExternalId,
        receipt: &mut Self::Receipt,
        context: &Context,
    ) -> impl Future<Output = Result<(), Unsent>> + Send;

    /// The service that an order in the journal has built, as far as is known.
    fn built<'a>(&self, found: &'a Self::Receipt) -> Option<&'a ServiceId> {
        let _ = found;
        None
    }

    /// What an order that was found in the journal has to do with this one.
    fn relation(&self, found: &Self::Receipt) -> Relation;

    /// What Lumen did not do, and what exists.
    fn failed(&self, receipt: &Self::Receipt, refusal: &Refusal) -> Diagnostic;

    /// What to look for where it is not known whether an order arrived.
    fn doubt(&self, reference: &ExternalId) -> Doubt;
}

/// How an order that was sent was not accepted.
pub(in crate::services) enum Unsent {
    /// Lumen certainly does not have it.
    Refused(Diagnostic),
    /// Lumen may have it.
    Lost(Error),
}

/// What an order in the journal has to do with the one that is wanted.
pub(in crate::services) enum Relation {
    /// It is that order.
    Same,
    /// It comes before: this one waits for its end.
    Earlier,
    /// It is that order, but for these differences.
    Differs(Vec<String>),
}

/// An order that Lumen has accepted.
pub(in crate::services) struct Placed<Receipt> {
    pub(in crate::services) receipt: Receipt,
    pub(in crate::services) reference: ExternalId,
    pub(in crate::services) key: EntryKey,
    /// Whether an earlier run placed it, or another one.
    pub(in crate::services) by_another_run: bool,
}

/// Orders that the journal holds open until Terraform is seen to have them in its state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(in crate::services) struct UnconfirmedEntries(Vec<EntryKey>);

impl UnconfirmedEntries {
    pub(in crate::services) fn add(&mut self, key: EntryKey) {
        self.0.push(key);
    }

    pub(in crate::services) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Terraform has handed the object back, so its state has it. What can't be written down now
    /// stays noted for the next time.
    pub(in crate::services) async fn close(&mut self, journal: &Journal) {
        for key in std::mem::take(&mut self.0) {
            if !record_best_effort(journal.close(&key, Ending::InState)).await {
                self.0.push(key);
            }
        }
    }
}

/// Writes down what helps later runs; whether that worked. A plan does without, and soon.
pub(in crate::services) async fn record_best_effort(
    writing: impl Future<Output = Result<(), JournalError>>,
) -> bool {
    match timeout(PATIENCE_OF_A_PLAN, writing).await {
        Ok(Ok(())) => true,
        Ok(Err(error)) => {
            debug!(%error, "the order journal can't be written to");
            false
        }
        Err(_) => {
            debug!("the order journal takes too long");
            false
        }
    }
}

/// Places an order, or goes on with one that was placed before.
pub(in crate::services) async fn place<P: Purchase>(
    session: &Session,
    purchase: &mut P,
    context: &Context,
) -> Result<Placed<P::Receipt>, NotOrdered> {
    let lumen = session.lumen().map_err(NotOrdered::Nothing)?;
    let desk = Desk { lumen, journal: &session.journal, context };
    let thing = purchase.thing(lumen).ok_or_else(|| {
        NotOrdered::Nothing(Diagnostic::bug("what is ordered is not known at apply"))
    })?;
    let Some(_claim) = desk.journal.claim(&thing) else {
        return Err(NotOrdered::Nothing(words::same_twice(&purchase.object())));
    };
    loop {
        let standing = desk.journal.standing(&thing).await;
        let standing = standing.map_err(|error| desk.unusable(purchase, &error))?;
        if purchase.promised().is_some_and(|promise| !standing.keeps(promise)) {
            return Err(NotOrdered::Nothing(words::outdated(&purchase.object())));
        }
        let placed = match standing {
            LatestOrder::None(free) => desk.order(purchase, free).await?,
            LatestOrder::Accepted { entry, reference, receipt, since, replaced } => {
                let open = Open { entry, reference, receipt, since };
                desk.resume(purchase, open, &replaced).await?
            }
            LatestOrder::Unanswered { entry, reference, receipt, since, replaced } => {
                let open = Open { entry, reference, receipt, since };
                match desk.search(purchase, open, None).await? {
                    Some(found) => {
                        let found = Placed { by_another_run: true, ..found };
                        desk.go_on(purchase, found, &replaced).await?
                    }
                    None => None,
                }
            }
        };
        // Without one, the journal has changed: what is written there now decides.
        if let Some(placed) = placed {
            if purchase.is_new() {
                desk.journal.mark_returned(&placed.key);
            }
            return Ok(placed);
        }
    }
}

/// Under which reference a thing is going to be ordered, as far as the journal tells a plan in time.
pub(in crate::services) async fn promise<R: Receipt>(
    journal: &Journal,
    thing: &OrderTarget,
) -> Option<Promise> {
    let standing = timeout(PATIENCE_OF_A_PLAN, journal.standing::<R>(thing)).await;
    standing.ok()?.ok()?.promise()
}

/// Closes an entry; where that can't be written down, says so.
pub(in crate::services) async fn close(
    journal: &Journal,
    key: &EntryKey,
    ending: Ending,
    context: &Context,
) {
    if let Err(error) = journal.close(key, ending).await {
        context.warn(words::not_closed(journal, &error));
    }
}
