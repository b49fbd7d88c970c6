//! An order of a connection: gets a quote, checks it against the limits, and sends the order.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::model::Price;
use super::names::is_there;
use super::order_terms::{ConnectionChange, OrderInput, Terms};
use super::{IodConnection, diagnostics, order_terms};
use crate::framework::{Context, Diagnostic};
use crate::journal::{Likeness, OrderTarget, Promise, Slot};
use crate::lumen::long_running::{Operation as _, PollBackoff, Progress, Refusal};
use crate::lumen::ordering::{Goal, OrderRequest, PendingOrder, Quote};
use crate::lumen::{Client, Error, ExternalId, ObjectId, QuoteId, ServiceId};
use crate::services::explain;
use crate::services::orders::{
    Doubt, OrderedObject as _, Purchase, Receipt, Relation, SEARCH_TIME, SEARCH_TIME_OF_A_BUILD,
    Unsent, failed,
};

/// How many times a quote that has expired by the time it is ordered is renewed.
const MOST_RENEWALS: u32 = 3;

/// The pauses between attempts while Lumen reports that a site is not enabled. The condition can pass
/// within minutes, but a mistyped site should be reported soon, and repeating a plan costs nothing.
pub(super) const PATIENCE_OF_A_PLAN: &[Duration] =
    &[Duration::from_secs(2), Duration::from_secs(4)];
const PATIENCE_OF_AN_ORDER: &[Duration] =
    &[Duration::from_secs(10), Duration::from_secs(30), Duration::from_mins(1)];

/// An order that Lumen accepted.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Bought {
    pub(super) order: PendingOrder,
    /// The quote. A new name or a disconnection has none.
    pub(super) quoted: Option<Quoted>,
    /// The terms that a new connection was ordered with.
    terms: Option<Terms>,
}

/// What is kept of a quote that was ordered.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Quoted {
    pub(super) id: QuoteId,
    pub(super) price: Price,
}

impl Receipt for Bought {
    type Order = PendingOrder;

    fn order(&mut self) -> &mut PendingOrder {
        &mut self.order
    }

    fn into_order(self) -> PendingOrder {
        self.order
    }
}

/// An order of a connection that is about to be placed.
pub(crate) struct Buying {
    lumen: Client,
    pub(super) input: OrderInput,
    quote: Option<Quote>,
    /// How many times the quote was renewed.
    renewals: u32,
    /// The pauses while another change of the service is in progress.
    pauses: PollBackoff,
}

impl Buying {
    pub(super) fn new(lumen: Client, input: OrderInput) -> Self {
        let pauses = PollBackoff::new(lumen.settings().poll);
        Self { lumen, input, quote: None, renewals: 0, pauses }
    }
}

impl Purchase for Buying {
    type Receipt = Bought;

    fn object(&self) -> String {
        self.input.object()
    }

    fn description(&self) -> String {
        self.input.description()
    }

    fn target(&self, lumen: &Client) -> Result<OrderTarget, Diagnostic> {
        self.input.target(lumen)
    }

    /// A change can give a service the name of the connection whose order was lost.
    fn target_of_changes(&self, lumen: &Client, service: &ObjectId) -> Option<OrderTarget> {
        Some(order_terms::target_of_changes(lumen, service))
    }

    fn likeness(&self, lumen: &Client) -> Option<Likeness> {
        let Terms { site, bandwidth, .. } = &self.input.terms;
        self.creates_object().then(|| order_terms::likeness(lumen, site, *bandwidth))
    }

    fn search_time(&self, lost: &Bought) -> Duration {
        if self.may_be_repeated(lost) { SEARCH_TIME } else { SEARCH_TIME_OF_A_BUILD }
    }

    /// Disconnecting a service or setting its name a second time changes nothing.
    fn may_be_repeated(&self, lost: &Bought) -> bool {
        match &lost.order.goal {
            Goal::Gone { .. } => true,
            Goal::Changed { bandwidth, .. } => bandwidth.is_none(),
            Goal::Built { .. } => false,
        }
    }

    fn given_reference(&self) -> Option<&ExternalId> {
        self.input.external_id.as_ref().filter(|_| self.creates_object())
    }

    fn promise(&self) -> Option<&Promise> {
        self.input.promise.as_ref()
    }

    fn creates_object(&self) -> bool {
        self.input.change == ConnectionChange::Add
    }

    fn how_to_tell_apart(&self) -> &'static str {
        IodConnection::TELL_APART
    }

    /// Lists the existing services of the same name before a new connection is ordered, so that the new one
    /// can be distinguished from them. This also refuses to order a connection again that already exists
    /// after the journal was lost.
    async fn prepare(
        &mut self,
        slot: &Slot,
        _: &ExternalId,
        context: &Context,
    ) -> Result<Bought, Diagnostic> {
        let existing = async {
            match self.input.change {
                ConnectionChange::Add => self.existing(slot).await,
                _ => Ok(BTreeSet::new()),
            }
        };
        // The requests run concurrently: a quote that is not ordered costs nothing.
        let quote = price(&self.lumen, &self.input, context);
        let (existing, quote, ()) = tokio::try_join!(existing, quote, self.check_bandwidth())?;
        self.quote = quote;
        Ok(Bought {
            order: PendingOrder::new(None, self.input.goal(existing)?),
            quoted: self.quote.as_ref().map(Quoted::from),
            terms: self.creates_object().then(|| self.input.terms.clone()),
        })
    }

    /// Handles every error after which Lumen certainly does not have the order.
    async fn send(
        &mut self,
        reference: &ExternalId,
        bought: &mut Bought,
        until: Timestamp,
        context: &Context,
    ) -> Result<(), Unsent> {
        if self.quote.as_ref().is_some_and(|quote| quote.is_expired(Instant::now())) {
            self.renew_quote(bought, context).await?;
        }
        let Self { lumen, input, quote, .. } = &*self;
        let action = input.action(quote.as_ref()).map_err(Unsent::Refused)?;
        let request = OrderRequest {
            external_id: reference,
            billing_account: &input.billing_account,
            contact: &input.contact,
            note: input.note.as_deref(),
            action,
        };
        let error = match lumen.place(&request, until).await {
            Ok(order_request_id) => {
                bought.order.order_request_id = Some(order_request_id);
                return Ok(());
            }
            Err(error) => error,
        };
        match error {
            Error::HeldUp { .. } => Err(Unsent::HeldUp),
            Error::Rejected(ref problem)
                if problem.is_about_expired_quote() && self.renewals < MOST_RENEWALS =>
            {
                self.renewals += 1;
                Err(Unsent::RefusedForNow)
            }
            Error::Rejected(ref problem) if problem.is_about_running_change() => {
                let busy = diagnostics::busy(&input.terms.name, input.change, &error);
                if !waited(context, self.pauses.next(None)).await {
                    return Err(Unsent::Refused(busy));
                }
                // The change in progress may be this one, if an earlier run lost its answer.
                match bought.order.check(&self.lumen).await {
                    Ok(Progress::Done(_)) => Ok(()),
                    _ => Err(Unsent::RefusedForNow),
                }
            }
            Error::Rejected(ref problem) if problem.is_about_used_quote() => {
                Err(Unsent::Lost(error))
            }
            error if error.may_have_arrived() => Err(Unsent::Lost(error)),
            error => {
                let name = &input.terms.name;
                let is_gone = input.change == ConnectionChange::Disconnect
                    && matches!(error, Error::Rejected(_) | Error::NotFound(_))
                    && matches!(bought.order.check(&self.lumen).await, Ok(Progress::Done(_)));
                Err(Unsent::Refused(if is_gone {
                    diagnostics::gone_before(name, &error)
                } else {
                    diagnostics::refused(name, input.change, &error)
                }))
            }
        }
    }

    fn relation(&self, found: &Bought, reference: &ExternalId) -> Relation {
        match &found.terms {
            _ if !self.creates_object() => match self.input.goal(BTreeSet::new()) {
                Ok(goal) if found.order.goal == goal => Relation::Same,
                _ => Relation::Earlier,
            },
            None => Relation::Earlier,
            Some(terms) => {
                let mut differences = self.input.terms.differences(terms);
                if let Some(given) = self.given_reference().filter(|given| *given != reference) {
                    differences.push(format!("`external_id` was `{reference}` and is `{given}`"));
                }
                if differences.is_empty() { Relation::Same } else { Relation::Differs(differences) }
            }
        }
    }

    fn failed(&self, found: &Bought, refusal: &Refusal) -> Diagnostic {
        failed::<IodConnection>(&self.object(), &found.order, refusal)
    }

    fn doubt(&self, lost: &Bought, reference: &ExternalId) -> Doubt {
        diagnostics::doubt(&self.input.terms.name, &lost.order.goal, reference)
    }
}

impl Buying {
    /// Returns the services of this name that are at the site before one is added: none of them is the new
    /// one.
    async fn existing(&self, slot: &Slot) -> Result<BTreeSet<ServiceId>, Diagnostic> {
        let Terms { site, name, .. } = &self.input.terms;
        let services = self.lumen.services_named(site, name).await.map_err(|error| {
            explain::error(format!("Connection `{name}` can't be ordered"), &error)
        })?;
        let there = services.iter().filter(|service| is_there(service));
        let mut rivals: Vec<ObjectId> = there.map(|service| (&service.service_id).into()).collect();
        rivals.retain(|rival| !slot.replaced.contains(rival));
        if rivals.is_empty() {
            Ok(services.into_iter().map(|service| service.service_id).collect())
        } else {
            Err(diagnostics::exists(name, &rivals))
        }
    }

    /// Refuses a bandwidth change that has already been made since the plan, as far as is known by another
    /// run.
    async fn check_bandwidth(&self) -> Result<(), Diagnostic> {
        if self.input.change != ConnectionChange::Bandwidth {
            return Ok(());
        }
        let mut change = PendingOrder::new(None, self.input.goal(BTreeSet::new())?);
        let Terms { name, bandwidth, .. } = &self.input.terms;
        match change.check(&self.lumen).await {
            Ok(Progress::Done(_)) => Err(diagnostics::has_bandwidth(name, *bandwidth)),
            Ok(_) => Ok(()),
            Err(error) => Err(explain::error(
                format!("The bandwidth of connection `{name}` can't be changed"),
                &error,
            )),
        }
    }

    /// Renews a quote that has expired, within the same limits.
    async fn renew_quote(&mut self, bought: &mut Bought, context: &Context) -> Result<(), Unsent> {
        let quote = price(&self.lumen, &self.input, context).await;
        self.quote = quote.map_err(Unsent::Refused)?;
        bought.quoted = self.quote.as_ref().map(Quoted::from);
        Ok(())
    }
}

impl From<&Quote> for Quoted {
    fn from(quote: &Quote) -> Self {
        let (hourly, monthly) = (quote.hourly.to_string(), quote.monthly.to_string());
        Self { id: quote.id.clone(), price: Price { hourly, monthly } }
    }
}

/// Returns a quote within the planned price and all limits, or `None` for an order that needs no quote.
async fn price(
    lumen: &Client,
    input: &OrderInput,
    context: &Context,
) -> Result<Option<Quote>, Diagnostic> {
    if !matches!(input.change, ConnectionChange::Add | ConnectionChange::Bandwidth) {
        return Ok(None);
    }
    let request = input.quote_request();
    let quote = patiently(context, PATIENCE_OF_AN_ORDER, || lumen.quote(&request)).await;
    let quote =
        quote.map_err(|error| diagnostics::refused(&input.terms.name, input.change, &error))?;
    if let Some(limit) = input.limit.as_ref().filter(|limit| limit.price < quote.hourly) {
        return Err(diagnostics::over_limit(&input.terms.name, &quote.hourly, limit));
    }
    if let Some(planned) = input.planned_price.as_ref().filter(|planned| **planned < quote.hourly) {
        return Err(diagnostics::dearer(&input.terms.name, planned, &quote.hourly));
    }
    Ok(Some(quote))
}

/// Sends the request again while Lumen reports that the site is not enabled. Lumen is known to report this
/// for a while about sites that are enabled.
pub(super) async fn patiently<T, Asking: Future<Output = Result<T, Error>>>(
    context: &Context,
    pauses: &[Duration],
    ask: impl Fn() -> Asking,
) -> Result<T, Error> {
    for pause in pauses {
        match ask().await {
            Err(Error::Rejected(problem)) if problem.is_about_enablement() => {
                if !waited(context, *pause).await {
                    return Err(Error::Rejected(problem));
                }
            }
            answer => return answer,
        }
    }
    ask().await
}

/// Waits for the pause. Returns false if the user's timeout or an interrupt ends it early.
async fn waited(context: &Context, pause: Duration) -> bool {
    tokio::select! {
        biased;
        () = context.stop.cancelled() => false,
        () = tokio::time::sleep_until(context.deadline) => false,
        () = tokio::time::sleep(pause) => true,
    }
}
