//! Ordering: quote it, place the order at most once.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::diagnostics;
use super::model::Price;
use super::order_terms::{Change, OrderInput, Terms};
use crate::framework::{Context, Diagnostic};
use crate::journal::{OrderTarget, Promise, Slot};
use crate::lumen::long_running::{Operation as _, Progress, Refusal};
use crate::lumen::ordering::{OrderRequest, PendingOrder, Quote, ServiceStatus};
use crate::lumen::{Client, Error, ExternalId, QuoteId, ServiceId};
use crate::services::orders::follow::NotOrdered;
use crate::services::orders::{
    self as at_most_once, Doubt, Placed, Purchase, Receipt, Relation, Unsent,
};
use crate::services::{Session, explain};

/// How often a quote that is no longer valid when it is ordered is made anew.
const MOST_RENEWALS: u32 = 3;

/// The pauses between tries while Lumen says that a site is not enabled. It may pass within minutes;
/// but who mistyped a site wants to be told soon, and a plan can be repeated at no cost.
pub(super) const PATIENCE_OF_A_PLAN: &[Duration] =
    &[Duration::from_secs(2), Duration::from_secs(4)];
const PATIENCE_OF_AN_ORDER: &[Duration] =
    &[Duration::from_secs(10), Duration::from_secs(30), Duration::from_mins(1)];

/// An order that Lumen accepted.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Bought {
    pub(super) order: PendingOrder,
    /// What it costs; nothing is quoted for a new name or a disconnection.
    pub(super) quoted: Option<Quoted>,
    /// What a new connection was ordered with.
    terms: Option<Terms>,
}

/// What is kept of a quote that was ordered.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Quoted {
    pub(super) id: QuoteId,
    pub(super) price: Price,
}

impl Receipt for Bought {
    type Operation = PendingOrder;

    fn operation(&mut self) -> &mut PendingOrder {
        &mut self.order
    }
}

/// Quotes a change and places its order, or goes on with the order that was placed before.
pub(super) async fn buy(
    session: &Session,
    wanted: &OrderInput,
    change: &Change,
    context: &Context,
) -> Result<Placed<Bought>, NotOrdered> {
    let lumen = session.lumen().map_err(NotOrdered::Nothing)?;
    let mut purchase = Buying { lumen, wanted, change, quote: None };
    at_most_once::place(session, &mut purchase, context).await
}

/// A change of a connection that is being ordered.
struct Buying<'a> {
    lumen: &'a Client,
    wanted: &'a OrderInput,
    change: &'a Change,
    quote: Option<Quote>,
}

impl Purchase for Buying<'_> {
    type Receipt = Bought;

    fn object(&self) -> String {
        self.wanted.object()
    }

    fn what(&self) -> String {
        let Terms { name, site, bandwidth, .. } = &self.wanted.terms;
        match self.change {
            Change::Add => format!("connection `{name}` of {bandwidth} at site {site}"),
            Change::Bandwidth(service) => {
                format!("{bandwidth} for connection `{name}` (service {service})")
            }
            Change::Rename(service) => format!("the name `{name}` for service {service}"),
            Change::Disconnect(service) => {
                format!("the end of connection `{name}` (service {service})")
            }
        }
    }

    fn thing(&self, lumen: &Client) -> Option<OrderTarget> {
        Some(self.wanted.thing(lumen, self.change))
    }

    fn reference(&self) -> Option<&ExternalId> {
        self.wanted.external_id.as_ref().filter(|_| self.is_new())
    }

    fn promised(&self) -> Option<&Promise> {
        self.wanted.promised.as_ref().filter(|_| self.is_new())
    }

    fn is_new(&self) -> bool {
        *self.change == Change::Add
    }

    /// A new connection is told from the services that are there before it is ordered; and one that
    /// is there already is not ordered again because the journal was lost.
    async fn prepare(
        &mut self,
        free: &Slot,
        _: &ExternalId,
        context: &Context,
    ) -> Result<Bought, Diagnostic> {
        let existing = async {
            match self.change {
                Change::Add => self.existing(free).await,
                _ => Ok(BTreeSet::new()),
            }
        };
        // Asked together: a quote that is not ordered costs nothing.
        let quote = price(self.lumen, self.wanted, self.change, context);
        let (existing, quote) = tokio::try_join!(existing, quote)?;
        self.quote = quote;
        Ok(Bought {
            order: PendingOrder::new(None, self.wanted.goal(self.change, existing)),
            quoted: self.quote.as_ref().map(Quoted::from),
            terms: self.is_new().then(|| self.wanted.terms.clone()),
        })
    }

    /// Every refusal that Lumen certainly did not accept is dealt with here.
    async fn send(
        &mut self,
        reference: &ExternalId,
        bought: &mut Bought,
        context: &Context,
    ) -> Result<(), Unsent> {
        let Self { lumen, wanted, change, .. } = *self;
        let mut renewals = 0;
        loop {
            if self.quote.as_ref().is_some_and(|quote| quote.is_expired(Instant::now())) {
                self.quote =
                    price(lumen, wanted, change, context).await.map_err(Unsent::Refused)?;
                bought.quoted = self.quote.as_ref().map(Quoted::from);
            }
            let Some(action) = wanted.action(change, self.quote.as_ref()) else {
                return Err(Unsent::Refused(Diagnostic::bug("an order lacks its quote")));
            };
            let request = OrderRequest {
                external_id: reference,
                billing_account: &wanted.billing_account,
                contact: &wanted.contact,
                note: wanted.note.as_deref(),
                action,
            };
            let error = match lumen.place(&request).await {
                Ok(accepted) => {
                    bought.order.order_request_id = Some(accepted.order_request_id);
                    return Ok(());
                }
                Err(error) => error,
            };
            match error {
                Error::Rejected(ref problem)
                    if problem.is_about_expired_quote() && renewals < MOST_RENEWALS =>
                {
                    renewals += 1;
                    self.quote =
                        price(lumen, wanted, change, context).await.map_err(Unsent::Refused)?;
                    bought.quoted = self.quote.as_ref().map(Quoted::from);
                }
                Error::Rejected(ref problem) if problem.is_about_running_change() => {
                    if !waited(context, lumen.settings().poll.interval).await {
                        return Err(Unsent::Refused(diagnostics::busy(&wanted.terms.name, &error)));
                    }
                    // The running change may be this very one, of which nobody knows any more.
                    if let Ok(Progress::Done(_)) = bought.order.check(lumen).await {
                        return Ok(());
                    }
                }
                error if error.may_have_arrived() => return Err(Unsent::Lost(error)),
                error => {
                    let why = diagnostics::refused(&wanted.terms.name, change, &error);
                    return Err(Unsent::Refused(why));
                }
            }
        }
    }

    fn built<'a>(&self, found: &'a Bought) -> Option<&'a ServiceId> {
        found.order.service_id()
    }

    fn relation(&self, found: &Bought) -> Relation {
        let goal = self.wanted.goal(self.change, BTreeSet::new());
        match &found.terms {
            _ if !self.is_new() && found.order.goal == goal => Relation::Same,
            _ if !self.is_new() => Relation::Earlier,
            None => Relation::Earlier,
            Some(terms) => match self.wanted.terms.differences(terms) {
                differences if differences.is_empty() => Relation::Same,
                differences => Relation::Differs(differences),
            },
        }
    }

    fn failed(&self, found: &Bought, refusal: &Refusal) -> Diagnostic {
        diagnostics::failed(&self.object(), &found.order, refusal)
    }

    fn doubt(&self, reference: &ExternalId) -> Doubt {
        diagnostics::doubt(&self.wanted.terms.name, reference, self.change)
    }
}

impl Buying<'_> {
    /// Which services of this name are at the site before one is added: none of them is the new one.
    async fn existing(&self, free: &Slot) -> Result<BTreeSet<ServiceId>, Diagnostic> {
        let Terms { site, name, .. } = &self.wanted.terms;
        let services = self.lumen.services_named(site, name).await.map_err(|error| {
            explain::error(format!("Connection `{name}` can't be ordered"), &error)
                .outcome("Nothing was ordered: the inventory is looked at first, so that a new service can be told from the existing ones.")
        })?;
        let is_there = |status: &ServiceStatus| !matches!(status, ServiceStatus::Terminated(_));
        let services = services.into_iter().filter(|service| is_there(&service.status));
        let existing: BTreeSet<_> = services.map(|service| service.service_id).collect();
        let unexplained: Vec<_> = existing.difference(&free.replaced).cloned().collect();
        if self.wanted.external_id.is_none() && !unexplained.is_empty() {
            return Err(diagnostics::exists(name, &unexplained));
        }
        Ok(existing)
    }
}

impl From<&Quote> for Quoted {
    fn from(quote: &Quote) -> Self {
        let (hourly, monthly) = (quote.hourly.to_string(), quote.monthly.to_string());
        Self { id: quote.id.clone(), price: Price { hourly, monthly } }
    }
}

/// A quote that keeps the plan's promise and all limits; none where nothing is quoted.
async fn price(
    lumen: &Client,
    wanted: &OrderInput,
    change: &Change,
    context: &Context,
) -> Result<Option<Quote>, Diagnostic> {
    if !matches!(change, Change::Add | Change::Bandwidth(_)) {
        return Ok(None);
    }
    let request = wanted.quote_request();
    let quote = patiently(context, PATIENCE_OF_AN_ORDER, || lumen.quote(&request)).await;
    let quote = quote.map_err(|error| diagnostics::refused(&wanted.terms.name, change, &error))?;
    if let Some(limit) = wanted.limit.filter(|limit| limit.price < quote.hourly) {
        return Err(diagnostics::over_limit(&wanted.terms.name, quote.hourly, limit));
    }
    if let Some(planned) = wanted.planned_price.filter(|planned| *planned < quote.hourly) {
        return Err(diagnostics::dearer(&wanted.terms.name, planned, quote.hourly));
    }
    Ok(Some(quote))
}

/// Lumen is known to say for a while that a site is not enabled when it is: asks some more times.
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

/// Whether the pause has passed before the user's patience has.
async fn waited(context: &Context, pause: Duration) -> bool {
    tokio::select! {
        biased;
        () = context.stop.cancelled() => false,
        () = tokio::time::sleep_until(context.deadline) => false,
        () = tokio::time::sleep(pause) => true,
    }
}
