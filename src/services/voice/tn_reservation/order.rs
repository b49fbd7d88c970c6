//! Ordering numbers: placed at most once, followed, called off.

use std::collections::BTreeSet;

use super::model::TnBlock;
use super::{TnReservation, diagnostics};
use crate::framework::{Context, Diagnostic, Field, Stored, Unfinished};
use crate::journal::{OrderTarget, Promise, Slot};
use crate::lumen::long_running::{Followed, Refusal};
use crate::lumen::voice::{NumberQuery, Pbx, Product, Reservation, ReservationRequest, Reserved};
use crate::lumen::{Client, ExternalId, VoiceOrderId};
use crate::services::orders::follow::{self as ordered, NotOrdered};
use crate::services::orders::{
    self as at_most_once, Doubt, Placed, Purchase, Receipt, Relation, Unsent,
};
use crate::services::{Session, explain};

/// How many more numbers are planned than there were ordered.
pub(super) fn growth(now: &TnBlock, planned: &TnBlock) -> i64 {
    let quantity = |block: &TnBlock| block.quantity.known().copied().unwrap_or_default();
    quantity(planned) - quantity(now)
}

/// Orders so many more numbers, or goes on with the order that was placed before. `first` is the
/// order to which they are added.
pub(super) async fn order_more(
    session: &Session,
    wanted: &TnBlock,
    first: Option<&VoiceOrderId>,
    quantity: i64,
    context: &Context,
) -> Result<Placed<Reservation>, NotOrdered> {
    let lumen = session.lumen().map_err(NotOrdered::Nothing)?;
    let mut purchase =
        Reserving::new(lumen, wanted, first, quantity).map_err(NotOrdered::Nothing)?;
    at_most_once::place(session, &mut purchase, context).await
}

/// Orders the first numbers of a reservation, under the reference that its plan promised if it did.
pub(super) async fn order_first(
    session: &Session,
    planned: &mut Stored<TnReservation>,
    quantity: i64,
    context: &Context,
) -> Result<Placed<Reservation>, NotOrdered> {
    let lumen = session.lumen().map_err(NotOrdered::Nothing)?;
    let mut wanted = planned.model.clone();
    let promised = planned.private.promised.take();
    let promised = promised.filter(|it| wanted.external_order_id.known() == Some(&it.reference));
    if promised.is_some() {
        wanted.external_order_id = Field::Unknown;
    }
    let mut purchase =
        Reserving::new(lumen, &wanted, None, quantity).map_err(NotOrdered::Nothing)?;
    purchase.promised = promised;
    at_most_once::place(session, &mut purchase, context).await
}

/// Numbers that are being ordered.
struct Reserving<'a> {
    lumen: &'a Client,
    wanted: &'a TnBlock,
    /// The order to which they are added.
    first: Option<&'a VoiceOrderId>,
    /// The reference that its plan promised.
    promised: Option<Promise>,
    product: Product,
    rate_center: &'a str,
    state: &'a str,
    quantity: u32,
}

impl Receipt for Reservation {
    type Operation = Self;

    fn operation(&mut self) -> &mut Self {
        self
    }
}

impl<'a> Reserving<'a> {
    fn new(
        lumen: &'a Client,
        wanted: &'a TnBlock,
        first: Option<&'a VoiceOrderId>,
        quantity: i64,
    ) -> Result<Self, Diagnostic> {
        let missing =
            |name: &str| Diagnostic::bug(format!("`{name}` is not known at apply")).at(name);
        Ok(Self {
            lumen,
            wanted,
            first,
            promised: None,
            product: *wanted.product.known().ok_or_else(|| missing("product"))?,
            rate_center: wanted.rate_center.known().ok_or_else(|| missing("rate_center"))?,
            state: wanted.state.known().ok_or_else(|| missing("state"))?,
            quantity: u32::try_from(quantity).map_err(|_| missing("quantity"))?,
        })
    }

    fn request<'b>(&'b self, reference: &'b ExternalId) -> ReservationRequest<'b> {
        let Self { wanted, product, rate_center, state, quantity, .. } = *self;
        let byte = |number: &i64| u8::try_from(*number).ok();
        let pbx = match (wanted.pbx_index.known(), wanted.pbx_value.known()) {
            (Some(index), Some(value)) => byte(index).zip(byte(value)),
            _ => None,
        };
        ReservationRequest {
            product,
            external_order_id: reference,
            rate_center,
            state,
            quantity,
            sequential: wanted.sequential.known().is_some_and(|sequential| *sequential),
            pbx: pbx.map(|(index, value)| Pbx { index, value }),
            customer_service_name: wanted.customer_service_name.known().map(String::as_str),
        }
    }
}

impl Purchase for Reserving<'_> {
    type Receipt = Reservation;

    fn object(&self) -> String {
        self.wanted.object()
    }

    fn what(&self) -> String {
        let Self { quantity, rate_center, state, product, .. } = self;
        let whose = self.first.map(|first| format!(" beside voice order {first}"));
        let whose = whose.unwrap_or_default();
        format!("{quantity} numbers in {rate_center}, {state}, for `{product}`{whose}")
    }

    fn thing(&self, lumen: &Client) -> Option<OrderTarget> {
        match self.first {
            Some(first) => Some(OrderTarget::of(lumen, "voice_growth", &[first.as_str()])),
            None => thing(lumen, self.wanted),
        }
    }

    fn reference(&self) -> Option<&ExternalId> {
        self.wanted.external_order_id.known().filter(|_| self.is_new())
    }

    fn promised(&self) -> Option<&Promise> {
        self.promised.as_ref()
    }

    fn is_new(&self) -> bool {
        self.first.is_none()
    }

    /// Numbers tell the reference under which they were ordered: those that were there before are
    /// not this order's; and what was ordered is not ordered again because the journal was lost.
    async fn prepare(
        &mut self,
        _: &Slot,
        reference: &ExternalId,
        _: &Context,
    ) -> Result<Reservation, Diagnostic> {
        let query =
            NumberQuery { external_order_id: Some(reference.clone()), ..NumberQuery::default() };
        let numbers = self.lumen.reserved_numbers(&query).await.map_err(|error| {
            explain::error(format!("Numbers can't be ordered for {}", self.object()), &error)
                .outcome("Nothing was ordered: the inventory is looked at first, so that nothing is ordered twice.")
        })?;
        let is_ours = |told: Option<&ExternalId>| told == Some(reference);
        let ours = numbers.into_iter().filter(|number| is_ours(number.external_order_id.as_ref()));
        let existing: BTreeSet<_> = ours.filter_map(|number| number.voice_order_id).collect();
        if let Some(id) = existing.first().filter(|_| self.reference().is_none()) {
            return Err(diagnostics::exists(&self.object(), reference, id));
        }
        let mut order = Reservation::new(&self.request(reference), self.wanted.on_shortage());
        order.existing = existing;
        Ok(order)
    }

    async fn send(
        &mut self,
        reference: &ExternalId,
        order: &mut Reservation,
        _: &Context,
    ) -> Result<(), Unsent> {
        match self.lumen.reserve(&self.request(reference)).await {
            Ok(id) => {
                order.voice_order_id = Some(id);
                Ok(())
            }
            Err(error) if error.may_have_arrived() => Err(Unsent::Lost(error)),
            Err(error) => Err(Unsent::Refused(diagnostics::refused(&self.object(), &error))),
        }
    }

    fn relation(&self, found: &Reservation) -> Relation {
        let Self { rate_center, state, quantity, .. } = self;
        let place = (rate_center.to_ascii_uppercase(), state.to_ascii_uppercase());
        let mut differences = Vec::new();
        if found.quantity != *quantity {
            let now = self.wanted.quantity.known().copied().unwrap_or_default();
            let then = now - i64::from(*quantity) + i64::from(found.quantity);
            differences.push(format!("`quantity` was {then} and is {now}"));
        }
        if (found.rate_center.to_ascii_uppercase(), found.state.to_ascii_uppercase()) != place {
            let ordered = format!("{}, {}", found.rate_center, found.state);
            differences
                .push(format!("the rate center was {ordered}, and is {rate_center}, {state}"));
        }
        if differences.is_empty() { Relation::Same } else { Relation::Differs(differences) }
    }

    fn failed(&self, found: &Reservation, refusal: &Refusal) -> Diagnostic {
        diagnostics::failed(&self.object(), found, refusal)
    }

    fn doubt(&self, reference: &ExternalId) -> Doubt {
        diagnostics::doubt(&self.object(), reference)
    }
}

/// What ordering a reservation is about: whatever users say, or all that can't change about it.
pub(super) fn thing(lumen: &Client, wanted: &TnBlock) -> Option<OrderTarget> {
    let kind = "voice_tn_reservation";
    if let Some(reference) =
        wanted.external_order_id.known().filter(|_| wanted.id.known().is_none())
    {
        return Some(OrderTarget::of(lumen, kind, &["reference", reference.as_str()]));
    }
    let text = |value: Option<String>| value.unwrap_or_default();
    let number = |value: Option<&i64>| text(value.map(ToString::to_string));
    let parts = [
        wanted.product.known()?.to_string(),
        wanted.rate_center.known()?.to_ascii_uppercase(),
        wanted.state.known()?.to_ascii_uppercase(),
        text(wanted.customer_service_name.known().cloned()),
        wanted.sequential.known().is_some_and(|sequential| *sequential).to_string(),
        number(wanted.pbx_index.known()),
        number(wanted.pbx_value.known()),
    ];
    Some(OrderTarget::of(lumen, kind, &parts.each_ref().map(String::as_str)))
}

/// Tells that fewer numbers were reserved than ordered, as `on_shortage` allows.
pub(super) fn tell_of_shortage(object: &str, ordered: i64, reserved: &Reserved, context: &Context) {
    if i64::from(reserved.reserved_quantity) < ordered {
        context.warn(diagnostics::short(object, ordered, reserved));
    }
}

/// Calls off the numbers that are still to come.
pub(super) async fn call_off_backorder(
    lumen: &Client,
    order: &Reservation,
    object: &str,
    context: &Context,
) {
    let Some(id) = &order.voice_order_id else { return };
    if let Err(error) = lumen.cancel_voice_order(id).await {
        context.warn(diagnostics::backorder_stands(object, order, &error));
    }
}

/// Calls an order off that has not ended. What it has reserved by then stays reserved.
pub(super) async fn call_off(
    lumen: &Client,
    mut order: Reservation,
    prior: Stored<TnReservation>,
    object: &str,
    context: &Context,
) -> Result<(), Unfinished<TnReservation>> {
    let called_off = match &order.voice_order_id {
        Some(id) => lumen.cancel_voice_order(id).await,
        None => Ok(()),
    };
    let followed = ordered::follow(lumen, object, &mut order, context).await;
    let mut now = prior.model.clone();
    match (followed, called_off) {
        (Followed::Failed(_), _) => {
            now.forget(&order);
            if !now.orders().is_empty() {
                context.warn(diagnostics::retained(object, &now));
            }
            Ok(())
        }
        (Followed::Done(reserved), _) => {
            now.note_order(&order);
            now.note_numbers(&reserved);
            context.warn(diagnostics::retained(object, &now));
            Ok(())
        }
        (Followed::StillPending(why), called_off) => {
            let mut open = prior;
            open.model.leave_open();
            let why = diagnostics::not_called_off(object, &order, &why, called_off.err().as_ref());
            Err(Unfinished::Kept(Box::new(open.pending(order, &now)), why))
        }
    }
}
