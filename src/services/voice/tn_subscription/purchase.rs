//! How an order of a subscription is placed, and how it differs from other orders.

use std::time::Duration;

use jiff::Timestamp;

use super::facts::Facts;
use super::model::Subscription;
use super::order::{LineAction, SubscriptionChange, SubscriptionOrder};
use super::port_in::PortIn;
use super::record::{Cnam, ServiceAddress, Subscriber};
use super::supplement::{PortStage, SupplementNotes};
use super::{TnSubscription, dates, diagnostics, review, supplement, target};
use crate::framework::{Context, Diagnostic};
use crate::journal::{Likeness, OrderTarget, Promise, Slot};
use crate::lumen::long_running::{Operation as _, Progress, Refusal};
use crate::lumen::voice::{
    ChangeOrder, Date, DisconnectOrder, LineOrder, ListingChange, Product, Supplement,
    TelephoneNumber,
};
use crate::lumen::{Client, Error, ExternalId, Problem, VoiceOrderId};
use crate::services::Session;
use crate::services::orders::{
    Doubt, OrderedObject as _, Purchase, Relation, SEARCH_TIME, Unsent, failed,
};

/// How long to wait before sending an order again that Lumen refused because another order for the numbers is
/// in progress.
const PAUSE_OF_A_BUSY_NUMBER: Duration = Duration::from_secs(30);

/// An order of a subscription that is about to be placed.
pub(crate) struct Subscribing {
    lumen: Client,
    change: SubscriptionChange,
    now: Subscription,
    wanted: Subscription,
    product: Product,
    lead: TelephoneNumber,
    route: String,
    /// A supplement, and the port that it changes, once it was checked.
    supplement: Option<(VoiceOrderId, Supplement)>,
    /// The reference that the plan promised.
    promise: Option<Promise>,
    /// The time when the order is placed.
    at: Timestamp,
}

impl Subscribing {
    pub(super) fn new(
        session: &Session,
        change: SubscriptionChange,
        now: &Subscription,
        wanted: &Subscription,
        promise: Option<Promise>,
    ) -> Result<Self, Diagnostic> {
        let lead = now.lead().or_else(|| wanted.lead());
        Ok(Self {
            lumen: session.lumen()?.clone(),
            change,
            now: now.clone(),
            wanted: wanted.clone(),
            product: *wanted.product.require("product")?,
            lead: lead.ok_or_else(|| Diagnostic::bug("the lead number is not known at apply"))?,
            route: wanted.customer_service_name.require("customer_service_name")?.clone(),
            supplement: None,
            promise,
            at: session.journal.now(),
        })
    }

    fn facts(&self, reference: &ExternalId) -> Facts {
        match self.change.action {
            LineAction::Create | LineAction::Port | LineAction::Add => {
                Facts::of_all(reference, &self.wanted)
            }
            LineAction::Supplement => Facts::of_supplement(reference, &self.now, &self.wanted),
            LineAction::Change => Facts::of_change(reference, &self.now, &self.wanted),
            LineAction::Remove | LineAction::End => Facts::default(),
        }
    }

    /// The date on which the order takes effect.
    fn date(&self) -> Result<Option<Date>, Diagnostic> {
        match self.change.action {
            LineAction::Create | LineAction::Port | LineAction::Supplement => {
                Ok(self.wanted.request_date.known().copied())
            }
            LineAction::Add | LineAction::Change => Ok(None),
            LineAction::Remove | LineAction::End => {
                let date = Date::of_disconnection(self.at, self.wanted.notice_days());
                date.map(Some).ok_or_else(|| Diagnostic::bug("a disconnection has no date"))
            }
        }
    }

    fn line_order(&self, reference: &ExternalId, date: Option<Date>) -> LineOrder {
        let wanted = &self.wanted;
        let subscriber = wanted.subscriber.known();
        let listing = wanted.directory_listing.known().zip(subscriber);
        let port_in = wanted.port_in.known().filter(|_| self.change.action == LineAction::Port);
        LineOrder {
            product: self.product,
            external_order_id: reference.clone(),
            telephone_numbers: self.change.numbers.clone(),
            customer_service_name: self.route.clone(),
            request_date: date,
            subscriber: subscriber.and_then(Subscriber::for_order),
            service_address: wanted.service_address.known().and_then(ServiceAddress::for_order),
            emergency_option: wanted.e911_option.known().copied(),
            directory_listing: listing
                .and_then(|(listing, subscriber)| listing.for_order(subscriber)),
            caller_name: wanted.cnam.known().and_then(Cnam::for_order),
            port_in: port_in.and_then(PortIn::for_order),
        }
    }

    fn change_order(&self, reference: &ExternalId) -> ChangeOrder {
        let Self { now, wanted, .. } = self;
        let subscriber = wanted.subscriber.known();
        let listing = match wanted.directory_listing.known().zip(subscriber) {
            _ if now.directory_listing == wanted.directory_listing => None,
            Some((listing, subscriber)) => listing.for_order(subscriber).map(ListingChange::Set),
            None => Some(ListingChange::Remove),
        };
        let has_new_names = matches!(listing, Some(ListingChange::Set(_)));
        let changes_subscriber = now.subscriber != wanted.subscriber || has_new_names;
        let changes_address = now.service_address != wanted.service_address;
        let option = wanted.e911_option.known().copied();
        let caller_name = wanted.cnam.known().filter(|_| now.cnam != wanted.cnam);
        let changes_route = now.customer_service_name != wanted.customer_service_name;
        ChangeOrder {
            external_order_id: reference.clone(),
            telephone_numbers: self.change.numbers.clone(),
            subscriber: subscriber.filter(|_| changes_subscriber).and_then(Subscriber::for_order),
            service_address: wanted
                .service_address
                .known()
                .filter(|_| changes_address)
                .and_then(ServiceAddress::for_order),
            emergency_option: option.filter(|_| now.e911_option != wanted.e911_option),
            directory_listing: listing,
            caller_name: caller_name.and_then(Cnam::for_order),
            customer_service_name: changes_route.then(|| self.route.clone()),
        }
    }

    /// Whether Lumen's report shows what the order is to do: a proxy delivered the order twice, or somebody
    /// disconnected the numbers elsewhere. What it shows of a change may be older than the last change.
    async fn is_shown(&self, order: &SubscriptionOrder) -> bool {
        self.change.action != LineAction::Change
            && matches!(order.clone().check(&self.lumen).await, Ok(Progress::Done(_)))
    }

    /// Sends the order, and returns Lumen's ID of it if there is one.
    async fn order(
        &self,
        reference: &ExternalId,
        order: &SubscriptionOrder,
        until: Timestamp,
    ) -> Result<Option<VoiceOrderId>, Error> {
        if let Some((port, supplement)) = &self.supplement {
            return self.lumen.supplement(port, supplement, until).await;
        }
        match (self.change.action, order.request_date) {
            // `prepare` has made a supplement of each change of a port.
            (
                LineAction::Create | LineAction::Port | LineAction::Supplement | LineAction::Add,
                date,
            ) => self.lumen.order_lines(&self.line_order(reference, date), until).await.map(Some),
            (LineAction::Change, _) => {
                self.lumen.change_lines(&self.change_order(reference), until).await
            }
            (LineAction::Remove | LineAction::End, date) => {
                let order = DisconnectOrder {
                    external_order_id: reference.clone(),
                    request_date: date.unwrap_or_else(|| self.at.into()),
                    telephone_numbers: self.change.numbers.clone(),
                };
                self.lumen.disconnect_lines(&order, until).await
            }
        }
    }

    /// Checks a supplement against what Lumen shows of the port, and makes it.
    async fn prepare_supplement(
        &mut self,
        order: &mut SubscriptionOrder,
    ) -> Result<(), Diagnostic> {
        let Self { now, wanted, .. } = self;
        let port = now.port().ok_or_else(|| Diagnostic::bug("a port has no voice order ID"))?;
        let (stage, before, notifications) = PortStage::read(&self.lumen, now, port).await?;
        let refused = supplement::check(now, wanted, stage, self.at);
        if let Some(first) = refused.err().into_iter().flatten().next() {
            return Err(first);
        }
        let supplement = supplement::for_order(now, wanted, stage, &order.placed.external_order_id);
        let supplement = supplement.ok_or_else(|| Diagnostic::bug("a supplement lacks a part"))?;
        order.placed.voice_order_id = Some(port.clone());
        order.placed.notifications = notifications;
        order.supplement = Some(SupplementNotes { before, own_id: None });
        self.supplement = Some((port.clone(), supplement));
        Ok(())
    }
}

impl Purchase for Subscribing {
    type Receipt = SubscriptionOrder;

    fn object(&self) -> String {
        if self.creates_object() { self.wanted.object() } else { self.now.object() }
    }

    fn description(&self) -> String {
        let SubscriptionChange { action, numbers } = &self.change;
        let (lead, product) = (self.lead, self.product);
        let numbers = diagnostics::counted(numbers);
        match action {
            LineAction::Create => format!("{numbers} in service from {lead}, for `{product}`"),
            LineAction::Port => format!("the port of {numbers} from {lead}, for `{product}`"),
            LineAction::Supplement => format!("a supplement of the port of {numbers} from {lead}"),
            LineAction::Add => format!("{numbers} more in service for the subscription of {lead}"),
            LineAction::Change => format!("a change of {numbers} of the subscription of {lead}"),
            LineAction::Remove | LineAction::End => {
                format!("the disconnection of {numbers} of the subscription of {lead}")
            }
        }
    }

    fn target(&self, lumen: &Client) -> Result<OrderTarget, Diagnostic> {
        let target = target::of(lumen, &self.now, &self.wanted, &self.change);
        target.ok_or_else(|| Diagnostic::bug("what is ordered is not known at apply"))
    }

    fn likeness(&self, lumen: &Client) -> Option<Likeness> {
        target::likeness(lumen, &self.wanted).filter(|_| self.creates_object())
    }

    fn search_time(&self, _: &SubscriptionOrder) -> Duration {
        SEARCH_TIME
    }

    fn given_reference(&self) -> Option<&ExternalId> {
        self.wanted.external_order_id.known().filter(|_| self.creates_object())
    }

    fn promise(&self) -> Option<&Promise> {
        self.promise.as_ref()
    }

    fn creates_object(&self) -> bool {
        self.change.action.creates()
    }

    /// The report does not show everything that an order sets, and Lumen may not offer it. No state is saved
    /// after a disconnection of all numbers.
    fn shows_when_done(&self) -> bool {
        self.change.action == LineAction::End
    }

    fn how_to_tell_apart(&self) -> &'static str {
        TnSubscription::TELL_APART
    }

    async fn prepare(
        &mut self,
        _: &Slot,
        reference: &ExternalId,
        context: &Context,
    ) -> Result<SubscriptionOrder, Diagnostic> {
        let SubscriptionChange { action, numbers } = self.change.clone();
        let request_date = self.date()?;
        if matches!(action, LineAction::Create | LineAction::Port | LineAction::Add) {
            if let Some(date) = request_date {
                dates::check_date(action, date, self.at)?;
            }
            if let Some(port_in) =
                self.wanted.port_in.known().filter(|_| action == LineAction::Port)
            {
                dates::check_letter(port_in, self.at)?;
            }
            review::check_not_active(&self.lumen, &numbers, context).await?;
        }
        let mut order = SubscriptionOrder::new(action, self.lead, reference, numbers);
        order.request_date = request_date;
        order.facts = self.facts(reference);
        order.placed.customer_service_name = Some(self.route.clone());
        if action == LineAction::Supplement {
            self.prepare_supplement(&mut order).await?;
        }
        Ok(order)
    }

    async fn send(
        &mut self,
        reference: &ExternalId,
        order: &mut SubscriptionOrder,
        until: Timestamp,
        context: &Context,
    ) -> Result<(), Unsent> {
        let error = match self.order(reference, order, until).await {
            Ok(id) => {
                order.accept(id);
                return Ok(());
            }
            Err(error) => error,
        };
        match error {
            Error::HeldUp { .. } => Err(Unsent::HeldUp),
            // Lumen refuses most supplements for good once the FOC date is set.
            error if self.supplement.is_none() && error.problem().is_some_and(Problem::is_busy) => {
                let has_waited = waited(context, PAUSE_OF_A_BUSY_NUMBER).await;
                if self.is_shown(order).await {
                    order.is_accepted = true;
                    return Ok(());
                }
                if has_waited {
                    return Err(Unsent::RefusedForNow);
                }
                Err(Unsent::Refused(diagnostics::busy(&self.object(), &error)))
            }
            error if error.may_have_arrived() => Err(Unsent::Lost(error)),
            error => Err(Unsent::Refused(diagnostics::refused(
                &self.object(),
                self.change.action,
                &error,
            ))),
        }
    }

    fn relation(&self, found: &SubscriptionOrder, reference: &ExternalId) -> Relation {
        let SubscriptionChange { action, numbers } = &self.change;
        let is_alike = found.action == *action && found.placed.telephone_numbers == *numbers;
        let facts = self.facts(&found.placed.external_order_id);
        if !self.creates_object() {
            // Since a change was ordered, the report may have shown a part of it.
            let is_part = *action == LineAction::Change && facts.are_part_of(&found.facts);
            let is_same = is_alike && (is_part || facts == found.facts);
            return if is_same { Relation::Same } else { Relation::Earlier };
        }
        let differing = found.facts.differences(&facts);
        let mut differences: Vec<String> =
            differing.iter().map(|path| format!("`{path}` was another one")).collect();
        if !is_alike {
            let then = diagnostics::listed(&found.placed.telephone_numbers);
            differences.push(format!("`telephone_numbers` was {then}"));
        }
        if let Some(given) = self.given_reference().filter(|given| *given != reference) {
            differences.push(format!("`external_order_id` was `{reference}` and is `{given}`"));
        }
        if differences.is_empty() { Relation::Same } else { Relation::Differs(differences) }
    }

    fn failed(&self, found: &SubscriptionOrder, refusal: &Refusal) -> Diagnostic {
        failed::<TnSubscription>(&self.object(), found, refusal)
    }

    fn doubt(&self, lost: &SubscriptionOrder, reference: &ExternalId) -> Doubt {
        diagnostics::doubt(&self.object(), lost, reference)
    }
}

/// Waits, and returns whether the operation may continue.
async fn waited(context: &Context, pause: Duration) -> bool {
    tokio::select! {
        biased;
        () = context.stop.cancelled() => false,
        () = tokio::time::sleep_until(context.deadline) => false,
        () = tokio::time::sleep(pause) => true,
    }
}
